//! `mirrors`: the two sides of trades, held against each other.

use super::Global;
use crate::paper::Claim;
use crate::pipeline::{self, House};
use crate::report;
use anyhow::Result;
use std::io::Write;

/// Prints every pair that is held, or those of a paper's series. Nothing is stored.
///
/// # Errors
/// An unknown paper, or the store failing.
pub(super) fn print(house: &House, global: &Global, paper: Option<&str>) -> Result<u8> {
    let found = pipeline::mirrors(house, paper)?;
    let mut out = std::io::stdout().lock();
    match global.json {
        true => writeln!(out, "{}", serde_json::json!({ "schema": 1, "mirrors": report::mirrors_json(&found) }))?,
        false => write!(out, "{}", report::mirror_table(&found))?,
    }
    Ok(super::FINE)
}

/// What the other side reports of the trade that a claim speaks of, as it stands today; empty where nobody does.
///
/// # Errors
/// The store failing.
pub(super) fn beside(house: &House, claim: &Claim) -> Result<String> {
    let Some(series) = &claim.series else { return Ok(String::new()) };
    Ok(report::mirrors_beside(&pipeline::mirrors_of(house, series, claim.period)?))
}
