//! `accept`: what waits for a person, and letting it in.

use super::{Global, WrongUse, put};
use crate::model::{Drift, Weight};
use crate::pipeline::{self, House, Summary, Taken};
use crate::store::Waiting;
use anyhow::Result;
use chrono::Utc;
use std::fmt::Write;

/// So many characters name a document's bytes.
const SHORT: usize = 12;
/// So many changes of a document are shown where several documents are listed.
const CHANGES_SHOWN: usize = 20;
/// What is said where there is nothing to accept.
const NOTHING: &str = "nothing waits\n";

/// Lists everything that waits.
///
/// # Errors
/// The store failing.
pub(super) fn list(house: &House, global: &Global) -> Result<u8> {
    let waiting = house.store.waiting(None)?;
    if global.json {
        println!("{}", serde_json::json!({ "schema": 1, "waiting": waiting_json(&waiting) }));
    } else if waiting.is_empty() {
        put(NOTHING);
    } else {
        put(&said(&waiting));
    }
    Ok(super::FINE)
}

/// Accepts what documents of a source changed; `None` if nothing waited.
///
/// # Errors
/// No document that waits is named so, or the store failing.
pub(super) fn accept(
    house: &mut House,
    global: &Global,
    source: &str,
    prefix: Option<&str>,
    note: &str,
) -> Result<Option<Summary>> {
    house.source(source)?;
    let waiting = house.store.waiting(Some(source))?;
    if waiting.is_empty() {
        match global.json {
            true => println!("{}", serde_json::json!({ "schema": 1, "accepted": [], "documents": [] })),
            false => put(NOTHING),
        }
        return Ok(None);
    }
    if !waiting.iter().any(|one| one.is_named(prefix)) {
        let names: Vec<&str> = waiting.iter().map(|one| short(&one.sha256)).collect();
        let prefix = prefix.unwrap_or_default();
        anyhow::bail!(WrongUse(format!("no document {prefix:?} of {source} waits; there are {}", names.join(", "))));
    }
    let taken = pipeline::accept(house, source, prefix, note, Utc::now)?;
    if !global.json && !global.quiet {
        put(&taken.iter().map(accepted).collect::<String>());
    }
    Ok(Some(Summary { taken, ..Summary::default() }))
}

/// A document that was accepted, with its changes.
fn accepted(taken: &Taken) -> String {
    let mut text = format!("{} {}: {}", taken.source, taken.label, taken.outcome);
    if !taken.message.is_empty() {
        let _ = write!(text, ": {}", taken.message);
    }
    text.push('\n');
    taken.drift.iter().for_each(|one| drift_line(&mut text, one));
    text
}

/// Documents that wait, each with what it changed.
pub(super) fn said(waiting: &[Waiting]) -> String {
    let mut text = String::new();
    for one in waiting {
        let state = if one.held { "kept out" } else { "stored, incomplete" };
        let (source, bytes) = (&one.source, short(&one.sha256));
        let _ = writeln!(text, "{source} {bytes} of {}, {state} since {}: {}", one.as_of, one.since, one.document);
        one.drift.iter().take(CHANGES_SHOWN).for_each(|drift| drift_line(&mut text, drift));
        if one.drift.len() > CHANGES_SHOWN {
            let _ = writeln!(text, "  … {} more", one.drift.len() - CHANGES_SHOWN);
        }
        let _ = writeln!(text, "  if that is so: sverka accept {source} --document {bytes}");
    }
    text
}

/// One change, as a diff.
pub(super) fn drift_line(text: &mut String, drift: &Drift) {
    let sign = match drift.weight {
        Weight::Holds => "!",
        Weight::Lacks => "-",
        Weight::Told => " ",
    };
    let _ = writeln!(text, "  {sign} {drift}");
}

/// What waits, for machines.
pub(super) fn waiting_json(waiting: &[Waiting]) -> serde_json::Value {
    let one = |one: &Waiting| {
        serde_json::json!({
            "source": one.source, "document": one.document, "sha256": one.sha256, "as_of": one.as_of, "since": one.since,
            "held": one.held, "drift": one.drift.iter().map(drift_json).collect::<Vec<_>>(),
        })
    };
    waiting.iter().map(one).collect()
}

/// A change, for machines.
pub(super) fn drift_json(drift: &Drift) -> serde_json::Value {
    serde_json::json!({
        "weight": drift.weight, "code": drift.code, "place": drift.place, "before": drift.before, "after": drift.after,
    })
}

/// The beginning of a name of bytes.
pub(super) fn short(sha256: &str) -> &str {
    sha256.get(..SHORT).unwrap_or(sha256)
}
