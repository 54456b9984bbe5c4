//! `status`: sources, the newest try at every document, and what is open.

use super::Global;
use super::accept::{self, waiting_json};
use super::alerts::{alert_line, waiting as unsent};
use super::grid::plain;
use crate::model::HostState;
use crate::pipeline::{self, House};
use crate::report::{self, SourceLine};
use crate::store::DocumentRow;
use anyhow::Result;
use chrono::{DateTime, Utc};
use comfy_table::{ContentArrangement, Table};
use std::collections::BTreeSet;
use std::io::Write;

/// Tries that are looked back over; older ones are in the store.
const LOOK_BACK: u32 = 2_000;

/// So many alerts are shown; `--json` has them all.
const ALERTS_SHOWN: usize = 5;

/// Prints the state of one source, or of all.
///
/// # Errors
/// The store failing.
pub(super) fn print(house: &House, global: &Global, source: Option<&str>, every_issue: bool, now: DateTime<Utc>) -> Result<u8> {
    let pipeline::Vitals { sources: mut lines, papers, alerts, outbox, kept, .. } = pipeline::Vitals::of(house, now)?;
    lines.retain(|line| source.is_none_or(|id| line.id == id));
    let documents = newest(house.store.documents(source, LOOK_BACK)?);
    let waiting = house.store.waiting(source)?;
    let mut alone = house.store.hosts()?;
    alone.retain(|host| host.until.is_some_and(|until| until > now));
    if global.json {
        let documents: Vec<_> = documents.iter().map(document_json).collect();
        let (waiting, issues) = (waiting_json(&waiting), pipeline::issue_lines(house, source)?);
        let hosts: Vec<_> = alone.iter().map(host_json).collect();
        let told = serde_json::json!({
            "left_alone": hosts,
            "schema": 1, "sources": lines, "documents": documents, "issues": issues, "waiting": waiting, "alerts": alerts,
            "papers": papers, "outbox": outbox, "database": kept,
        });
        println!("{told}");
        return Ok(super::FINE);
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", source_table(&lines))?;
    for line in &lines {
        let said =
            [("silent", &line.silent), ("failing", &line.failing), ("not run", &line.missed), ("expected", &line.expected)];
        for (what, text) in said.iter().filter_map(|(what, text)| Some((what, text.as_ref()?))) {
            writeln!(out, "{what}: {}: {text}", line.id)?;
        }
    }
    for HostState { host, until, why, .. } in &alone {
        let until = until.map(|until| until.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
        writeln!(out, "left alone: {}: until {until} UTC, because {}", plain(host), plain(why))?;
    }
    writeln!(out, "\n{}\n{} tried", document_table(&documents), report::plural(documents.len(), "document", "documents"))?;
    if !waiting.is_empty() {
        let who = report::plural(waiting.len(), "document waits", "documents wait");
        writeln!(out, "\n{who} for a person:\n{}", accept::said(&waiting))?;
    }
    if !alerts.is_empty() {
        writeln!(out, "\n{}:", report::plural(alerts.len(), "open alert", "open alerts"))?;
        for alert in alerts.iter().take(ALERTS_SHOWN) {
            writeln!(out, "  {}", alert_line(alert))?;
        }
    }
    for line in unsent(&outbox) {
        writeln!(out, "{line}")?;
    }
    tell_issues(&mut out, house, source, every_issue)?;
    Ok(super::FINE)
}

/// A row a source.
fn source_table(lines: &[SourceLine]) -> Table {
    let mut sources = table(["source", "state", "last try", "outcome", "newest document", "documents", "observations", "issues"]);
    for line in lines {
        sources.add_row([
            line.id.clone(),
            line.shown_state(),
            line.last_attempt.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
            line.last_outcome.clone().unwrap_or_default(),
            line.newest_document.map(|day| day.to_string()).unwrap_or_default(),
            line.documents.to_string(),
            line.observations.to_string(),
            line.open_issues.to_string(),
        ]);
    }
    sources
}

/// A row a document that was tried.
fn document_table(documents: &[DocumentRow]) -> Table {
    let mut tried = table(["document", "source", "day", "outcome", "why"]);
    for row in documents {
        let label = row.document.clone().or_else(|| row.url.clone()).unwrap_or_default();
        let day = row.as_of.clone().unwrap_or_default();
        tried.add_row([label, row.source.clone(), day, row.outcome.clone().unwrap_or_default(), row.message.clone()]);
    }
    tried
}

/// Open issues, each or by their codes.
fn tell_issues(out: &mut impl Write, house: &House, source: Option<&str>, every_issue: bool) -> Result<()> {
    if every_issue {
        for issue in &pipeline::issue_lines(house, source)? {
            let (place, day) = (&issue.locator, &issue.document);
            writeln!(out, "{} {} {day}: {place}: seen {}, wanted {}", issue.severity, issue.code, issue.seen, issue.wanted)?;
        }
    } else {
        let counts = house.store.issue_counts(source)?;
        let all = counts.iter().map(|(_, _, number)| number.unsigned_abs() as usize).sum();
        let each: Vec<String> = counts.iter().map(|(severity, code, number)| format!("{number} {code} ({severity})")).collect();
        writeln!(out, "{}: {}", report::plural(all, "open issue", "open issues"), each.join(", "))?;
    }
    Ok(())
}

/// The newest try at each document, in the order of their names.
fn newest(rows: Vec<DocumentRow>) -> Vec<DocumentRow> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<DocumentRow> =
        rows.into_iter().filter(|row| seen.insert((row.source.clone(), row.document.clone()))).collect();
    kept.sort_by(|a, b| (&a.source, &a.document).cmp(&(&b.source, &b.document)));
    kept
}

fn host_json(row: &HostState) -> serde_json::Value {
    serde_json::json!({ "host": row.host, "failures": row.failures, "until": row.until, "why": row.why })
}

fn document_json(row: &DocumentRow) -> serde_json::Value {
    serde_json::json!({
        "document": row.document, "source": row.source, "as_of": row.as_of, "known_from": row.known_from, "sha256": row.sha256,
        "outcome": row.outcome, "message": row.message, "url": row.url,
    })
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(header);
    table
}
