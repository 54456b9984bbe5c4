//! `preview`: a document as its parser reads it, and what a source's readings make of it.

mod json;
mod made;

use super::document;
use super::grid::{self, Seen, cut, plain};
use super::{FAILED, FINE, Global, PreviewArgs, WrongUse, put};
use crate::config::Source;
use crate::guard::{Document, Reader};
use crate::parse::{Table, locator};
use crate::pipeline::{self, Look, Part, Places, Preview, ShownTable};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::fmt::Write as _;

/// The width of lines where there is no terminal that says its own.
const WIDTH: usize = 160;

/// Prints it.
///
/// # Errors
/// A file that cannot be read or is of no known format; a source with mistakes.
pub(super) fn show(places: &Places, global: &Global, args: &PreviewArgs, now: DateTime<Utc>) -> Result<u8> {
    let config = args.source.as_ref().map(|id| pipeline::sources_alone(places, Some(id))).transpose()?;
    let source = config.as_ref().zip(args.source.as_ref()).and_then(|(config, id)| config.source(id));
    let file = args.file.display();
    let (bytes, kept) = document::read(&args.file)?;
    let (reader, document) = (Reader::child()?, Document::held(&bytes, kept));
    let look = Look { format: args.format, charset: args.charset.clone(), table: args.table, rows: args.rows };
    let as_of = args.as_of.unwrap_or_else(|| now.date_naive());
    let preview = pipeline::preview(&reader, &document, &look, source, as_of).with_context(|| file.to_string())?;
    if let Some(number) = args.table.filter(|_| preview.broken.is_none() && preview.parts.is_empty()) {
        anyhow::bail!(WrongUse(format!("{file}: expected a table {number}, found {} tables", preview.tables)));
    }
    if global.json {
        put(&format!("{}\n", json::preview(&file.to_string(), bytes.len(), &preview, source, args.rows)));
    } else {
        let width = args.width.or_else(|| comfy_table::Table::new().width().map(usize::from)).unwrap_or(WIDTH);
        put(&text(&file.to_string(), bytes.len(), &preview, source, args.rows, width));
    }
    if let Some(why) = &preview.broken {
        eprintln!("sverka: {file}: read as {}: {why}", preview.format);
        return Ok(FAILED);
    }
    let refused = preview.made.as_ref().is_some_and(|made| made.outcome.is_err());
    Ok(if refused { FAILED } else { FINE })
}

/// The whole of it for a terminal of this width.
fn text(file: &str, bytes: usize, preview: &Preview, source: Option<&Source>, rows: usize, width: usize) -> String {
    let mut out = String::new();
    let member = preview.member.as_ref().map_or(String::new(), |name| format!(", packed member {:?}", plain(name)));
    let counts = [many(preview.tables, "table"), many(preview.paragraphs, "paragraph")];
    let _ = writeln!(out, "{file}{member}: {}, {bytes} bytes, {}", preview.format, counts.join(", "));
    let mut seen = Seen::default();
    for part in &preview.parts {
        out.push('\n');
        match part {
            Part::Table(shown) => table(&mut out, shown, width, &mut seen),
            Part::Paragraphs { first, count } => paragraphs(&mut out, first, *count, width),
        }
    }
    let tables = preview.parts.iter().filter(|part| matches!(part, Part::Table(_))).count();
    if preview.tables > tables && tables > 1 {
        let _ = writeln!(out, "\n… and {} (--table N shows one)", many(preview.tables - tables, "more table"));
    }
    if seen.copies {
        out.push_str("\n← ↑ ↖: the same merged cell as the one to the left, above, or both\n");
    }
    if let Some((made, source)) = preview.made.as_ref().zip(source) {
        made::tell(&mut out, made, source, preview, rows, width);
    }
    out
}

/// `1 table`, `2 tables`.
fn many(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn table(out: &mut String, shown: &ShownTable, width: usize, seen: &mut Seen) {
    let Table { sheet, caption, number, hidden, page } = &shown.table;
    let mut head = format!("table {number}");
    if let Some(page) = page {
        let _ = write!(head, ", page {page}");
    }
    if !sheet.is_empty() {
        let _ = write!(head, ", sheet {:?}", plain(sheet));
    }
    if let Some(caption) = caption {
        let _ = write!(head, ", caption {:?}", plain(caption));
    }
    if *hidden {
        head += ", hidden";
    }
    let _ = writeln!(out, "{}", cut(&head, width));
    let Some(first) = shown.rows.first() else {
        let _ = writeln!(out, "  {}", many(shown.count, "row"));
        return;
    };
    let place = locator(&shown.table, first.number, first.cells.first().map_or(0, |cell| cell.column));
    let columns = format!("columns A to {}", crate::parse::column_name(shown.last_column));
    let told = format!("  {}, {columns}; the first cell is {:?}", many(shown.count, "row"), plain(&place));
    let _ = writeln!(out, "{}", cut(&told, width));
    grid::lines(&shown.rows, width, seen).iter().for_each(|line| out.push_str(&format!("{line}\n")));
    if shown.count > shown.rows.len() {
        let _ = writeln!(out, "     … {} (--rows shows more)", many(shown.count - shown.rows.len(), "more row"));
    }
}

fn paragraphs(out: &mut String, first: &[(String, String)], count: usize, width: usize) {
    for (locator, text) in first {
        let _ = writeln!(out, "{}", cut(&format!("{}: {}", plain(locator), plain(text)), width));
    }
    if count > first.len() {
        let _ = writeln!(out, "     … {} (--rows shows more)", many(count - first.len(), "more paragraph"));
    }
}

#[cfg(test)]
mod tests;
