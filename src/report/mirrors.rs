//! The two sides of trades: a table, what stands beside a claim, and the same for programs.

use super::terminal::plain;
use super::view;
use crate::reconcile::{MIRROR_DIFFERENCE, MirrorDifference, OtherFigure};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Value, json};
use std::fmt::Write;

/// What the table means.
const EXPLANATION: &str = "The size is the other side's figure less the first one's, in the first one's unit; in brackets what it can be before \
    rounding. Per cent are of the first figure. Both stand as they are known today. `sverka explain CLAIM` says why the two sides of a claim differ.";

/// A row a pair and period.
pub fn mirror_table(found: &[MirrorDifference]) -> String {
    if found.is_empty() {
        return "no two figures are held that are the two sides of a trade in one unit and period\n".to_string();
    }
    let mut table = Table::new();
    table.force_no_tty();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["period", "series", "shows", "the other side", "shows", MIRROR_DIFFERENCE, "in per cent"]);
    for one in found {
        let shows = |figure: &OtherFigure| plain(&view::quantity(&figure.value.to_string(), &figure.unit));
        table.add_row([
            one.ours.period.to_string(),
            plain(one.ours.code.as_str()),
            shows(&one.ours),
            plain(one.theirs.code.as_str()),
            shows(&one.theirs),
            one.sized(),
            one.in_percent().unwrap_or_default(),
        ]);
    }
    for column in [2, 4, 5, 6] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{}\n{EXPLANATION}\n", table.trim_fmt())
}

/// What stands beside a claim; nothing, where no other side is held.
pub fn mirrors_beside(found: &[MirrorDifference]) -> String {
    let mut text = String::new();
    for one in found {
        let _ = writeln!(text, "  {}", plain(&one.sentence()));
        let _ = writeln!(text, "    {} against {}", plain(one.ours.code.as_str()), plain(one.theirs.code.as_str()));
        one.reasons().iter().copied().chain([one.note.as_str()]).for_each(|reason| {
            let _ = writeln!(text, "    {}", plain(reason));
        });
    }
    if text.is_empty() { text } else { format!("\nWhat the other side of the trade reports, as both stand today\n{text}") }
}

/// The same for programs: exact numbers.
pub fn mirrors_json(found: &[MirrorDifference]) -> Value {
    let figure = |one: &OtherFigure| {
        json!({ "series": one.code.as_str(), "publisher": one.publisher, "value": one.value.to_string(), "unit": one.unit,
            "known_from": one.known_from.to_string() })
    };
    let pair = |one: &MirrorDifference| {
        let [size, lo, hi] = one.exact();
        json!({ "code": MIRROR_DIFFERENCE, "period": one.ours.period.to_string(), "ours": figure(&one.ours), "theirs": figure(&one.theirs),
            "difference": size, "lo": lo, "hi": hi, "unit": one.ours.unit, "percent": one.in_percent(), "sentence": one.sentence(),
            "reasons": one.reasons(), "note": one.note })
    };
    found.iter().map(pair).collect()
}
