//! What a source's readings make of a document, in words.

use super::many;
use crate::cli::grid::{cut, plain};
use crate::config::Source;
use crate::model::{Issue, Observation, Reading};
use crate::pipeline::{Made, Part, Preview};
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Codes of issues that are rows, headings and columns which no reading knows.
const UNMAPPED: [&str; 3] = ["unknown_row", "unknown_heading", "unknown_column"];

/// Readings and tables, figures, what is not mapped, and other issues.
pub(super) fn tell(out: &mut String, made: &Made, source: &Source, preview: &Preview, rows: usize, width: usize) {
    let _ = writeln!(out, "\nwhat the readings of {} make of it", source.id);
    tables(out, made, preview, width);
    match &made.outcome {
        Ok(reading) => figures(out, reading, rows, width),
        Err(refused) => {
            let _ = writeln!(out, "  refused, nothing would be stored: {}", plain(&refused.to_string()));
        }
    }
    let (unmapped, other): (Vec<&Issue>, Vec<&Issue>) = made.issues.iter().partition(|issue| UNMAPPED.contains(&issue.code));
    issues(out, "not mapped", &unmapped, rows);
    issues(out, "issues", &other, rows);
}

/// For every table that is shown: who reads it, and if nobody does, why not.
fn tables(out: &mut String, made: &Made, preview: &Preview, width: usize) {
    for part in &preview.parts {
        let Part::Table(shown) = part else { continue };
        let number = shown.table.number;
        let here = || made.sightings.iter().filter(|sighting| sighting.table == number);
        let readers: Vec<String> = here().filter(|one| one.why_not.is_none()).map(|one| format!("{:?}", one.reading)).collect();
        if !readers.is_empty() {
            let _ = writeln!(out, "  table {number}: read by {}", readers.join(", "));
            continue;
        }
        let _ = writeln!(out, "  table {number}: no reading of tables matches");
        for one in here() {
            let why = format!("    {:?}: {}", one.reading, plain(one.why_not.as_deref().unwrap_or_default()));
            // a reason that is cut helps nobody: it goes on in further lines
            wrapped(out, &why, width);
        }
    }
}

/// Breaks a line at blanks.
fn wrapped(out: &mut String, text: &str, width: usize) {
    let indent = text.len() - text.trim_start().len();
    let mut line = " ".repeat(indent);
    for word in text.split_whitespace() {
        let used = unicode_width::UnicodeWidthStr::width(line.as_str());
        if used > indent + 2 && used + 1 + unicode_width::UnicodeWidthStr::width(word) > width {
            let _ = writeln!(out, "{}", line.trim_end());
            line = " ".repeat(indent + 2);
        }
        line += word;
        line.push(' ');
    }
    let _ = writeln!(out, "{}", line.trim_end());
}

/// A line a series: how many figures, from when to when, and the newest one with its cell.
fn figures(out: &mut String, reading: &Reading, rows: usize, width: usize) {
    let lines = &reading.lines;
    if !(lines.customs.is_empty() && lines.entries.is_empty() && lines.refused.is_empty()) {
        let (lines, entries, refused) = (lines.customs.len(), lines.entries.len(), lines.refused.len());
        let _ = writeln!(out, "  rows kept as they are: {lines} lines, {entries} dictionary entries; {refused} in quarantine");
    }
    let series: BTreeSet<&str> = reading.observations.iter().map(|one| one.series.as_str()).collect();
    let dated = reading.published.map_or("states no date of its own".to_string(), |day| format!("is dated {day}"));
    let counts = [many(reading.observations.len(), "observation"), format!("{} series", series.len())];
    let _ = writeln!(out, "  {}; the document {dated}", counts.join(" of "));
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["series", "figures", "from", "newest", "printed", "unit", "cell"]);
    let runs = reading.observations.chunk_by(|a, b| a.series == b.series);
    for run in runs.take(rows) {
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            table.add_row(row(run.len(), first, last));
        }
    }
    if !series.is_empty() {
        table
            .to_string()
            .lines()
            .for_each(|line| out.push_str(&format!("   {}\n", cut(line.trim_end(), width.saturating_sub(3)))));
    }
    if series.len() > rows {
        let _ = writeln!(out, "     … {} more series (--rows shows more)", series.len() - rows);
    }
}

fn row(count: usize, first: &Observation, last: &Observation) -> [String; 7] {
    let printed = match last.status.has_value() {
        true => plain(&last.printed),
        false if last.printed.trim().is_empty() => format!("({})", last.status),
        false => format!("{} ({})", plain(&last.printed), last.status),
    };
    [
        last.series.to_string(),
        count.to_string(),
        first.period.to_string(),
        last.period.to_string(),
        printed,
        last.unit.clone(),
        plain(&last.locator),
    ]
}

fn issues(out: &mut String, what: &str, issues: &[&Issue], rows: usize) {
    if issues.is_empty() {
        let _ = writeln!(out, "  {what}: none");
        return;
    }
    let _ = writeln!(out, "  {what}: {}", issues.len());
    for issue in issues.iter().take(rows) {
        let _ = writeln!(out, "    {} {}", issue.severity.as_str(), plain(&issue.to_string()));
    }
    if issues.len() > rows {
        let _ = writeln!(out, "    … {} more (--rows shows more)", issues.len() - rows);
    }
}
