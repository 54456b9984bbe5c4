//! The same for machines.

use crate::config::Source;
use crate::model::{Issue, Observation};
use crate::parse::{Cell, column_name, locator};
use crate::pipeline::{Made, Part, Preview, ShownTable};
use serde_json::{Value, json};

/// One object with everything that is shown.
pub(super) fn preview(file: &str, bytes: usize, preview: &Preview, source: Option<&Source>, rows: usize) -> Value {
    json!({
        "schema": 1, "file": file, "bytes": bytes, "format": preview.format, "member": preview.member,
        "table_count": preview.tables, "paragraph_count": preview.paragraphs, "error": preview.broken,
        "parts": preview.parts.iter().map(part).collect::<Vec<_>>(),
        "source": source.map(|source| &source.id),
        "mapping": preview.made.as_ref().map(|made| mapping(made, rows)),
    })
}

fn part(part: &Part) -> Value {
    match part {
        Part::Table(shown) => table(shown),
        Part::Paragraphs { first, count } => {
            let paragraphs: Vec<_> = first.iter().map(|(at, text)| json!({ "locator": at, "text": text })).collect();
            json!({ "kind": "paragraphs", "count": count, "paragraphs": paragraphs })
        }
    }
}

fn table(shown: &ShownTable) -> Value {
    let head = &shown.table;
    let cell = |row: u32, cell: &Cell| {
        let copy_of = cell.copy_of.map(|(row, column)| format!("{}{row}", column_name(column)));
        json!({
            "column": column_name(cell.column), "locator": locator(head, row, cell.column), "text": cell.text, "raw": cell.raw,
            "copy_of": copy_of,
        })
    };
    let row = |row: &crate::parse::Row| json!({ "row": row.number, "cells": row.cells.iter().map(|one| cell(row.number, one)).collect::<Vec<_>>() });
    json!({
        "kind": "table", "table": head.number, "sheet": head.sheet, "caption": head.caption, "hidden": head.hidden,
        "row_count": shown.count, "last_column": column_name(shown.last_column),
        "rows": shown.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

fn mapping(made: &Made, rows: usize) -> Value {
    let reading = made.outcome.as_ref().ok();
    let observations = reading.map_or(&[][..], |reading| &reading.observations);
    json!({
        "readings": made.sightings,
        "refused": made.outcome.as_ref().err().map(ToString::to_string),
        "published": reading.and_then(|reading| reading.published),
        "observation_count": observations.len(),
        "observations": observations.iter().take(rows).map(observation).collect::<Vec<_>>(),
        "line_count": reading.map_or(0, |reading| reading.lines.customs.len() + reading.lines.entries.len()),
        "issues": made.issues.iter().map(issue).collect::<Vec<_>>(),
    })
}

fn observation(one: &Observation) -> Value {
    json!({
        "series": one.series.as_str(), "period": one.period.to_string(), "value": one.value, "status": one.status,
        "printed": one.printed, "unit": one.unit, "locator": one.locator, "notes": one.notes,
    })
}

fn issue(issue: &Issue) -> Value {
    json!({
        "code": issue.code, "severity": issue.severity, "locator": issue.locator, "seen": issue.seen, "wanted": issue.wanted,
    })
}
