//! `revisions`: a table over series, or the triangle of one.

use super::{Global, WrongUse};
use crate::model::{SeriesCode, hint};
use crate::pipeline::{self, House};
use crate::report;
use anyhow::Result;
use std::io::Write;

/// What is asked.
pub(super) struct Asked<'a> {
    /// One series, rather than a table over several.
    pub series: Option<&'a str>,
    /// Only the series of this paper.
    pub paper: Option<&'a str>,
    /// Every series; of one series: every period and vintage.
    pub all: bool,
    /// Characters of a line of a triangle.
    pub width: usize,
}

/// Prints it. Nothing is stored.
///
/// # Errors
/// An unknown series or paper, or the store failing.
pub(super) fn print(house: &House, global: &Global, asked: &Asked<'_>) -> Result<u8> {
    let mut out = std::io::stdout().lock();
    let Some(series) = asked.series else {
        let summaries = pipeline::revision_summaries(house, asked.paper, asked.all)?;
        match global.json {
            true => writeln!(out, "{}", serde_json::json!({ "schema": 1, "revisions": summaries }))?,
            false => write!(out, "{}", report::revision_table(&summaries))?,
        }
        return Ok(super::FINE);
    };
    let one = pipeline::revisions_of(house, &known(house, series)?)?;
    match global.json {
        true => writeln!(out, "{}", report::revisions_json(&[one]))?,
        false => write!(out, "{}", report::revision_triangle(&one, asked.all, asked.width))?,
    }
    Ok(super::FINE)
}

/// The code, if the store has such a series.
fn known(house: &House, series: &str) -> Result<SeriesCode> {
    let code: Option<SeriesCode> = series.parse().ok();
    match code {
        Some(code) if house.store.series_exists(code.as_str())? => Ok(code),
        _ => {
            let codes = house.store.series_codes()?;
            let near = hint(series, codes.iter().map(String::as_str));
            anyhow::bail!(WrongUse(format!("nothing is held of a series {series:?}{near}")))
        }
    }
}
