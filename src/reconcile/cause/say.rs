//! The sentence of a cause. All wording of causes lives here.

use super::{Inputs, Seen};
use crate::paper::{Asked, RELATION};
use std::collections::BTreeMap;

/// So many characters name a document's bytes.
const SHORT: usize = 12;
/// So many fields of a row, or claims, are named.
const NAMED: usize = 4;
/// Longer values are cut.
const LONGEST: usize = 60;

pub(super) fn new_claim() -> String {
    "The claim is new in the paper's catalogue.".to_string()
}

pub(super) fn series(before: Option<&String>, after: Option<&String>) -> String {
    format!("The claim means {} now; it meant {}.", or(after, "no series"), or(before, "no series"))
}

pub(super) fn cutoff(before: Option<&String>, after: Option<&String>) -> String {
    format!("The claim's cut-off is {} now; it was {}.", or(after, "unknown"), or(before, "unknown"))
}

/// Fields of the claim's own row, and relations that bind it.
pub(super) fn row(names: &[&String], before: &Asked, after: &Asked) -> String {
    let one = |name: &&String| {
        let (old, new) = (before.get(*name), after.get(*name));
        format!(
            "{name} was {}, is {}",
            or(old.map(|text| quoted(text)).as_ref(), "empty"),
            or(new.map(|text| quoted(text)).as_ref(), "empty")
        )
    };
    let relations_only = names.iter().all(|name| name.starts_with(RELATION));
    let what = if relations_only { "What the paper's folder says of relations changed" } else { "The claim's row changed" };
    let named: Vec<String> = names.iter().take(NAMED).map(one).collect();
    format!("{what}: {}{}.", named.join("; "), more(names.len()))
}

pub(super) fn neighbours(claims: &[&String], fields: &BTreeMap<String, Vec<String>>) -> String {
    let of = |claim: &String| fields.get(claim).map(|names| names.join(", ")).unwrap_or_default();
    let named: Vec<String> = claims.iter().take(NAMED).map(|claim| format!("{claim} ({})", of(claim))).collect();
    format!("Figures it is bound to changed in the paper's folder: {}{}.", named.join("; "), more(claims.len()))
}

pub(super) fn vintage(one: &Seen, earlier: Option<&Seen>, late: bool) -> String {
    let late = if late { "A document of an earlier day came: " } else { "" };
    let before = match earlier {
        Some(old) if old.source == one.source => format!("until then it was {} since {}", figure(old), old.known_from),
        Some(old) => format!("before that stood {} of {} since {}", figure(old), old.source, old.known_from),
        None => "nothing earlier is held".to_string(),
    };
    format!("{late}{} says {} since {} ({}); {before}.", one.source, figure(one), one.known_from, place(one))
}

/// How many came beside the one that is named.
pub(super) fn further(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " Another vintage of the figure came with it.".to_string(),
        _ => format!(" {count} further vintages of the figure came with it."),
    }
}

pub(super) fn withdrawn(one: &Seen, earlier: Option<&Seen>) -> String {
    let verb = if one.status == "withheld" { "withholds the figure since" } else { "withdrew the figure on" };
    let before = earlier.map(|old| format!("; until then it was {} since {}", figure(old), old.known_from)).unwrap_or_default();
    format!("{} {verb} {} ({}){before}.", one.source, one.known_from, place(one))
}

pub(super) fn parser(one: &Seen, old: &Seen) -> String {
    format!("{} reads {} of {}, {}; {} read {}.", one.parser, figure(one), one.source, place(one), old.parser, figure(old))
}

pub(super) fn reread(one: &Seen, old: &Seen) -> String {
    let (new, old) = (stated(one), stated(old));
    format!(
        "The same document of {} ({}) is read as {new} by sources.toml as it is now; it was read as {old}.",
        one.source,
        place(one)
    )
}

pub(super) fn unread(old: &Seen) -> String {
    format!("{} of {} is not read from its document any more ({}).", stated(old), old.source, place(old))
}

pub(super) fn evidence(file: &str, now: Option<&Seen>, old: Option<&Seen>) -> String {
    let file = format!("evidence/{file}");
    match (now, old) {
        (Some(now), Some(old)) => format!("{file} says {} now; it said {}.", stated(now), stated(old)),
        (Some(now), None) => format!("{file} has {} of {} now.", stated(now), now.source),
        (None, old) => format!("{file} no longer has {}.", old.map(stated).unwrap_or_default()),
    }
}

pub(super) fn program((before, after): (&Inputs, &Inputs)) -> String {
    format!("The claim and its figures are the same; program {} judges otherwise than {}.", after.program, before.program)
}

pub(super) fn somewhere(what: &str) -> String {
    format!("The claim's own row and its figures are the same; something else in {what} changed.")
}

pub(super) fn nothing() -> String {
    "Nothing that is recorded of its inputs changed; the program itself judges otherwise.".to_string()
}

/// The figure with its day.
fn stated(seen: &Seen) -> String {
    format!("{} since {}", figure(seen), seen.known_from)
}

/// The figure as displayed, or what the cell says instead.
fn figure(seen: &Seen) -> String {
    match seen.status.as_str() {
        "published" | "provisional" => cut(&seen.printed),
        other => other.to_string(),
    }
}

/// The document and the place in it.
fn place(seen: &Seen) -> String {
    let document = match seen.document.as_str() {
        "" => "document unknown".to_string(),
        address if address.contains("://") => address.to_string(),
        digest => format!("document {}", digest.get(..SHORT).unwrap_or(digest)),
    };
    if seen.locator.is_empty() { document } else { format!("{document}, {}", seen.locator) }
}

fn or<'a>(text: Option<&'a String>, none: &'a str) -> &'a str {
    text.map_or(none, String::as_str)
}

/// A value of a row, in quotes.
fn quoted(text: &str) -> String {
    format!("{:?}", cut(text))
}

/// The beginning of a text that is too long for a sentence.
fn cut(text: &str) -> String {
    let short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() { short + "…" } else { short }
}

fn more(count: usize) -> String {
    if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() }
}
