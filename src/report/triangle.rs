//! Revisions for a terminal: a table over series, and a triangle folded to the width of the page.

use super::revisions::{self, COLUMNS, drawn};
use super::terminal::plain;
use super::view;
use crate::revision::{SeriesRevisions, Summary};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use unicode_width::UnicodeWidthStr;

/// Between two columns.
const GAP: usize = 2;

/// A row a series; a line is as long as it must be, so that a code stays in one piece.
pub fn revision_table(summaries: &[Summary]) -> String {
    if summaries.is_empty() {
        return "no series has a period that a later vintage could have revised\n".to_string();
    }
    let mut table = Table::new();
    table.force_no_tty();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(COLUMNS.map(str::to_lowercase));
    for summary in summaries {
        table.add_row(std::iter::once(plain(&summary.series)).chain(revisions::cells(summary)));
    }
    for column in 1..COLUMNS.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{}\n", table.trim_fmt())
}

/// What a series' revisions amount to, and its triangle: periods down, vintages across; what has no room stands below.
pub fn revision_triangle(one: &SeriesRevisions, all: bool, width: usize) -> String {
    let mut text =
        format!("{}{}\n", one.series, if one.title.is_empty() { String::new() } else { format!(" – {}", plain(&one.title)) });
    let drawn = drawn(one, all, usize::MAX);
    text += &format!("{}\n", span(&one.summary));
    text.extend(revisions::series(&one.summary).map(|said| format!("{said}\n")));
    text.extend(revisions::remarks(&one.summary).iter().map(|remark| format!("{remark}\n")));
    let margin = drawn.rows.iter().map(|(track, _)| track.period.to_string().len()).max().unwrap_or_default().max("period".len());
    let cells: Vec<Vec<String>> =
        drawn.rows.iter().map(|(_, prints)| prints.iter().map(|print| revisions::place(*print)).collect()).collect();
    let heads: Vec<String> = drawn.vintages.iter().map(revisions::head).collect();
    let wide = |at: usize| {
        cells.iter().filter_map(|row| row.get(at)).chain(heads.get(at)).map(|cell| cell.width()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..heads.len()).map(wide).collect();
    for block in blocks(&widths, width.saturating_sub(margin)) {
        let line = |name: &str, row: &[String]| {
            let cells = block.clone().filter_map(|at| Some((row.get(at)?, *widths.get(at)?)));
            let cells: String = cells.map(|(cell, width)| format!("{}{cell}", " ".repeat(GAP + width - cell.width()))).collect();
            format!("{name:margin$}{cells}").trim_end().to_string() + "\n"
        };
        text += &format!("\n{}", line("period", &heads));
        // a period of which nothing was known yet has no line in this block
        let known = drawn
            .rows
            .iter()
            .zip(&cells)
            .filter(|(_, row)| row.get(block.clone()).is_some_and(|row| row.iter().any(|cell| !cell.is_empty())));
        known.for_each(|((track, _), row)| text += &line(&track.period.to_string(), row));
    }
    if drawn.unchanged > 0 {
        text +=
            &format!("\n{} without a change not shown (--all shows them)\n", view::plural(drawn.unchanged, "period", "periods"));
    }
    if drawn.vintages.iter().any(|vintage| vintage.estimated) {
        text += "~ an estimated day\n";
    }
    text
}

fn span(summary: &Summary) -> String {
    let vintages = view::plural(summary.vintages, "vintage", "vintages");
    match (summary.first_vintage, summary.last_vintage) {
        (Some(first), Some(last)) if first < last => format!("{vintages} from {first} to {last}."),
        (Some(only), _) => format!("{vintages}, of {only}."),
        _ => format!("{vintages}."),
    }
}

/// Runs of columns that fit into `room` characters; a column that fits nowhere stands alone.
fn blocks(widths: &[usize], room: usize) -> Vec<std::ops::Range<usize>> {
    let (mut blocks, mut from, mut used) = (Vec::new(), 0, 0);
    for (at, width) in widths.iter().enumerate() {
        if at > from && used + GAP + width > room {
            blocks.push(from..at);
            (from, used) = (at, 0);
        }
        used += GAP + width;
    }
    if from < widths.len() {
        blocks.push(from..widths.len());
    }
    blocks
}
