//! `quarantine`: what was not let in, and trying it again.

use super::accept::short;
use super::grid::plain;
use super::{Global, WrongUse, put, say};
use crate::pipeline::{self, House, Summary};
use crate::report::plural;
use crate::store::{DRIFT, HeldBack};
use anyhow::Result;
use chrono::Utc;
use std::fmt::Write;

/// What is said where nothing is held.
const NOTHING: &str = "nothing is in quarantine\n";

/// Lists what was not let in.
///
/// # Errors
/// A source that is not configured, or the store failing.
pub(super) fn list(house: &House, global: &Global, source: Option<&str>) -> Result<u8> {
    source.map(|id| house.source(id)).transpose()?;
    let held = house.store.held_back(source)?;
    if global.json {
        let all: Vec<_> = held.iter().map(machine).collect();
        println!("{}", serde_json::json!({ "schema": 1, "quarantine": all }));
    } else if held.is_empty() {
        put(NOTHING);
    } else {
        put(&held.iter().map(said).collect::<String>());
    }
    Ok(super::FINE)
}

/// Tries documents again; `None` if there was nothing to try.
///
/// # Errors
/// A name of no document that can be tried, a source that is not configured, or the store failing.
pub(super) fn replay(house: &mut House, global: &Global, prefixes: &[String], sources: &[String]) -> Result<Option<Summary>> {
    for source in sources {
        house.source(source)?;
    }
    let held = house.store.held_back(None)?;
    for prefix in prefixes {
        is_one_to_try(&held, prefix)?;
    }
    let named = |one: &HeldBack| prefixes.is_empty() || prefixes.iter().any(|prefix| one.is_named(prefix));
    let wanted = |one: &HeldBack| named(one) && (sources.is_empty() || sources.contains(&one.source));
    let (chosen, others): (Vec<_>, Vec<_>) = held.into_iter().filter(wanted).partition(pipeline::replayable);
    if !global.json && !global.quiet {
        put(&others.iter().map(said).collect::<String>());
    }
    if chosen.is_empty() {
        match global.json {
            true => println!("{}", serde_json::json!({ "schema": 1, "documents": [] })),
            false => put("nothing to try again\n"),
        }
        return Ok(None);
    }
    let taken = say::while_running(global, |tell| pipeline::try_again(house, &chosen, Utc::now, tell))?;
    Ok(Some(Summary { taken, ..Summary::default() }))
}

/// Whether a name is that of a document that can be tried again.
fn is_one_to_try(held: &[HeldBack], prefix: &str) -> Result<()> {
    let named: Vec<&HeldBack> = held.iter().filter(|one| one.is_named(prefix)).collect();
    if named.iter().any(|one| pipeline::replayable(one)) {
        return Ok(());
    }
    match named.first() {
        Some(other) => anyhow::bail!(WrongUse(format!("{prefix}: {}", helps(other)))),
        None => anyhow::bail!(WrongUse(format!("no document {prefix:?} is in quarantine; `sverka quarantine list` has them"))),
    }
}

/// One document, or the lines of one.
fn said(one: &HeldBack) -> String {
    let (source, bytes, tries) = (&one.source, short(&one.sha256), plural(one.tries as usize, "try", "tries"));
    let what = match one.lines {
        0 => one.document.as_ref().map(|document| document.document.clone()).unwrap_or_default(),
        lines => plural(lines as usize, "line", "lines"),
    };
    let mut text = format!("{source} {bytes} {}: {}\n", one.rule, plain(&what));
    let _ = writeln!(text, "  since {}, {tries}, last {}: {}", one.since, one.last_tried, plain(&one.message));
    let _ = writeln!(text, "  {}", helps(one));
    text
}

/// What a person can do about it.
fn helps(one: &HeldBack) -> String {
    let (source, bytes) = (&one.source, short(&one.sha256));
    match (one.rule.as_str(), one.lines) {
        (DRIFT, _) => format!("it waits for a person; if what it changed is so: sverka accept {source} --document {bytes}"),
        (_, 0) if one.sha256.is_empty() => "another version of the program tries it when the crawl is ingested again".to_string(),
        (_, 0) => format!("another version of the program tries it when it comes again; now: sverka quarantine replay {bytes}"),
        _ => format!("once sources.toml or the program reads them: sverka reparse --source {source} --accept"),
    }
}

/// The same for machines.
fn machine(one: &HeldBack) -> serde_json::Value {
    let document = one.document.as_ref();
    serde_json::json!({
        "source": one.source, "sha256": one.sha256, "rule": one.rule, "message": one.message, "lines": one.lines, "tries": one.tries,
        "parser": one.parser, "since": one.since, "last_tried": one.last_tried, "helps": helps(one),
        "document": document.map(|document| &document.document), "as_of": document.map(|document| document.as_of),
    })
}
