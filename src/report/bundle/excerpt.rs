//! What stands around a figure: as CSV, and as a page with the place marked.

use super::{BundleDocument, Excerpt, Passage, PassageRow, PassageText};
use crate::report::spreadsheet::{number, safe};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use sha2::{Digest, Sha256};

/// The style sheet, inlined; it is ours, so it needs no escaping.
const STYLE: &str = include_str!("excerpt.css");
/// What stands in the first column of CSV beside the place.
const MARK: &str = "here";

/// The rows with their numbers, or the paragraphs with their places.
pub(super) fn csv(passage: &Passage) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    match passage {
        Passage::Table { columns, rows, .. } => {
            writer.write_record(["marked", "row"].into_iter().chain(columns.iter().map(String::as_str)))?;
            for row in rows {
                let column = row.marked.and_then(|at| columns.get(at)).cloned().unwrap_or_default();
                let cells = row.cells.iter().map(|cell| number(cell));
                writer.write_record([column, row.number.to_string()].into_iter().chain(cells))?;
            }
        }
        Passage::Paragraphs(texts) => {
            writer.write_record(["marked", "place", "text"])?;
            for text in texts {
                writer.write_record([if text.marked { MARK } else { "" }, &safe(&text.locator), &number(&text.text)])?;
            }
        }
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// What the page may load and run: nothing but this one style sheet, known by its digest.
fn policy(style: &str) -> String {
    let digest = BASE64_STANDARD.encode(Sha256::digest(style));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

/// The page: no script, no other file, no network.
pub(super) fn html(document: &BundleDocument, excerpt: &Excerpt, passage: &Passage) -> String {
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(STYLE));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (excerpt.locator) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (excerpt.locator) }
                p { "Document " code { (document.sha256) } @if !document.url.is_empty() { ", published at " (document.url) } }
                p { (said(excerpt, passage)) " " a href="#here" { "To the marked place" } }
                (self::passage(excerpt, passage))
            }
        }
    };
    page.into_string()
}

/// Whether the marked place shows what the table of vintages has.
fn said(excerpt: &Excerpt, passage: &Passage) -> String {
    let printed = &excerpt.printed;
    match passage.marked() {
        Some(text) if text.contains(printed.as_str()) => format!("The marked place shows {printed:?}, as vintages.csv has it."),
        Some(text) => format!(
            "The marked place shows {text:?}; vintages.csv has {printed:?}, since what is read was corrected as the source is declared."
        ),
        None => "Nothing stands at the place.".to_string(),
    }
}

/// What stands around a place, the place marked, for a page.
pub fn passage(excerpt: &Excerpt, passage: &Passage) -> Markup {
    match passage {
        Passage::Table { title, columns, rows } => table(title, columns, rows),
        Passage::Paragraphs(texts) => markup! { @for text in texts { (paragraph(text, &excerpt.printed)) } },
    }
}

fn table(title: &str, columns: &[String], rows: &[PassageRow]) -> Markup {
    let before = |at: usize| at.checked_sub(1).and_then(|at| rows.get(at)).map_or(0, |row| row.number);
    markup! {
        table {
            caption { (title) }
            thead { tr { th scope="col" { "row" } @for name in columns { th scope="col" { (name) } } } }
            tbody {
                @for (at, row) in rows.iter().enumerate() {
                    @if row.number > before(at) + 1 {
                        tr.left { td colspan=(columns.len() + 1) { "rows " (before(at) + 1) " to " (row.number - 1) ": empty or left out" } }
                    }
                    tr {
                        th scope="row" { (row.number) }
                        @for (at, cell) in row.cells.iter().enumerate() {
                            @if row.marked == Some(at) { td.here id="here" { mark { (cell) } } } @else { td.number[is_number(cell)] { (cell) } }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a cell shows a number, so that it stands to the right as numbers do.
fn is_number(cell: &str) -> bool {
    cell.chars().any(|c| c.is_ascii_digit())
        && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '.' | ',' | '-' | '−' | '\u{a0}'))
}

/// The paragraph that is the place has a frame, and the figure in it is marked wherever it stands.
fn paragraph(text: &PassageText, printed: &str) -> Markup {
    if !text.marked || printed.is_empty() {
        return markup! { p { small { (text.locator) ": " } (text.text) } };
    }
    markup! {
        p.here id="here" {
            small { (text.locator) ": " }
            @for (at, part) in text.text.split(printed).enumerate() { @if at > 0 { mark { (printed) } } (part) }
        }
    }
}
