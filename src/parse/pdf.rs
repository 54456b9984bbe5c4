//! PDF with text: characters and rules as they are drawn → tables and paragraphs. Nothing of a document says what is a cell:
//! it is where it stands between rules or, without rules, below others. What is drawn as a picture cannot be read.

mod grid;
mod layout;
mod line;
mod page;
mod prose;
mod rivers;
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub mod write;

use super::flow::{Cell as Ruled, Flow, Vertical};
use super::{Event, Input, ParseError};
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use layout::{Block, blocks};
use std::io::Read;
use table::{Cell, Table};

/// Bytes of one document. The largest bulletin seen has 30 MB.
const MAX_BYTES: u64 = 256 << 20;
/// Pages of one document. The largest handbook seen has 1,200.
const MAX_PAGES: usize = 5_000;
/// Of the characters of a document, at most one of this many may be without a meaning.
const UNKNOWN_SHARE: usize = 50;
/// Edges of columns on two pages that are this close are the same, in twentieths of a point.
const HAIR: i32 = 60;
/// Rows at the head of a table that may be repeated on the next page.
const REPEATED: usize = 8;

/// Reads a PDF.
///
/// # Errors
/// No PDF, one that needs a password, one whose pages are pictures, one whose fonts do not say what their characters mean, or a
/// limit.
pub fn parse(input: &mut dyn Input, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    let mut bytes = Vec::new();
    input.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large("document", "the size in bytes", MAX_BYTES));
    }
    let pdf = Pdf::new(bytes).map_err(refused)?;
    let pages = pdf.pages();
    if pages.len() > MAX_PAGES {
        return Err(too_large("document", "the number of pages", MAX_PAGES as u64));
    }
    if pages.is_empty() {
        return Err(ParseError::malformed("document", "no pages", "pages"));
    }
    let mut setter = Setter { flow: Flow::new(sink), open: None };
    let (mut seen, mut count) = (Seen::default(), None);
    for (number, source) in (1u32..).zip(pages.iter()) {
        let page = page::draw(source, pdf.xref());
        seen.note(number, &page)?;
        setter.page(number, blocks(&page, number, &mut count))?;
    }
    seen.verdict()?;
    setter.flow.finish()
}

fn refused(error: LoadPdfError) -> ParseError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => ParseError::Encrypted,
        LoadPdfError::Decryption(error) => ParseError::malformed("document", format!("encryption: {error:?}"), "a readable PDF"),
        LoadPdfError::Invalid => ParseError::malformed("document", "bytes that are no PDF, or a damaged one", "a PDF"),
    }
}

fn too_large(place: impl Into<String>, what: &str, limit: u64) -> ParseError {
    ParseError::TooLarge { place: place.into(), what: what.into(), limit }
}

/// What the pages consist of.
#[derive(Default)]
struct Seen {
    characters: usize,
    unknown: usize,
    pictures: usize,
    invisible: usize,
}

impl Seen {
    fn note(&mut self, number: u32, page: &page::Page) -> Result<(), ParseError> {
        if let Some((what, limit)) = page.excess {
            return Err(too_large(format!("page {number}"), what, limit as u64));
        }
        if page.unreadable_font {
            return Err(ParseError::malformed(format!("page {number}"), "a font that cannot be loaded", "a readable font"));
        }
        self.characters += page.glyphs.len();
        self.unknown += page.glyphs.iter().filter(|glyph| glyph.text.contains(char::REPLACEMENT_CHARACTER)).count();
        self.pictures += page.pictures;
        self.invisible += page.invisible;
        Ok(())
    }

    /// Whether there was text to read.
    fn verdict(&self) -> Result<(), ParseError> {
        if self.characters == 0 {
            let layer = if self.invisible > 0 { "scanned pages with a hidden text layer" } else { "pages without text" };
            return Err(match self.pictures + self.invisible {
                0 => ParseError::malformed("document", "pages without text and pictures", "text"),
                _ => ParseError::ImageOnly { source_name: layer.to_owned() },
            });
        }
        if self.unknown * UNKNOWN_SHARE > self.characters {
            let seen = format!("{} of {} characters without a meaning", self.unknown, self.characters);
            return Err(ParseError::malformed("document", seen, "fonts that say what their characters stand for"));
        }
        Ok(())
    }
}

/// Hands the pieces of pages on, tables that go on over pages as one.
struct Setter<'s> {
    flow: Flow<'s>,
    /// The table that is being handed out: it may go on at the head of the next page.
    open: Option<Table>,
}

impl Setter<'_> {
    fn page(&mut self, number: u32, blocks: Vec<Block>) -> Result<(), ParseError> {
        for (index, block) in blocks.into_iter().enumerate() {
            match block {
                Block::Paragraph(parts) => {
                    self.close(number)?;
                    self.parts(&parts)?;
                    self.flow.end_paragraph(0)?;
                }
                Block::Table(table) => match self.open.as_ref().filter(|open| index == 0 && goes_on(open, &table)) {
                    Some(open) => {
                        let (repeated, edges) = (repeated(&table, open), open.edges.clone());
                        self.rows(table.rows.get(repeated..).unwrap_or_default(), &edges)?;
                    }
                    None => {
                        self.close(number)?;
                        self.rows(&table.rows, &table.edges)?;
                        self.open = Some(table);
                    }
                },
            }
        }
        Ok(())
    }

    /// The table that was open is complete; what follows stands on this page.
    fn close(&mut self, number: u32) -> Result<(), ParseError> {
        self.open = None;
        self.flow.within(0)?;
        self.flow.page(number);
        Ok(())
    }

    fn rows(&mut self, rows: &[Vec<Cell>], edges: &[i32]) -> Result<(), ParseError> {
        rows.iter().try_for_each(|row| self.row(row, edges))
    }

    fn row(&mut self, row: &[Cell], edges: &[i32]) -> Result<(), ParseError> {
        let edge = |at: usize| edges.get(at).copied().unwrap_or(0);
        let mut cells = Vec::with_capacity(row.len());
        for cell in row {
            self.flow.within(1)?;
            self.parts(&cell.parts)?;
            self.flow.end_cell(1)?;
            let vertical = match (cell.top, cell.below) {
                (_, true) => Vertical::Below,
                (true, false) => Vertical::Top,
                (false, false) => Vertical::Alone,
            };
            cells.push(Ruled { edges: (edge(cell.columns.0), edge(cell.columns.1)), vertical, joined: false });
        }
        self.flow.end_row(1, &cells)
    }

    fn parts(&mut self, parts: &[(String, bool)]) -> Result<(), ParseError> {
        parts.iter().try_for_each(|(text, raised)| self.flow.text(text, *raised))
    }
}

/// Whether a table at the head of a page goes on from the page before: its columns are the same, or it has no head and they
/// lie about there, for without rules they are no more exact than the figures in them.
fn goes_on(before: &Table, next: &Table) -> bool {
    let figures = |row: &Vec<Cell>| row.iter().skip(1).filter(|cell| table::is_figure(&cell.plain())).count() * 2 > row.len();
    let labelled = |row: &Vec<Cell>| row.first().is_some_and(|cell| !cell.parts.is_empty());
    let headless = next.rows.first().is_some_and(|row| labelled(row) && figures(row));
    same_columns(before, next) || headless && near_columns(before, next)
}

/// Every edge lies nearer to its own place than to the next.
fn near_columns(before: &Table, next: &Table) -> bool {
    let narrow = before.edges.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).min().unwrap_or(0);
    let mut pairs = before.edges.iter().zip(&next.edges);
    before.edges.len() == next.edges.len() && pairs.all(|(a, b)| (a - b).abs() * 2 < narrow)
}

/// Columns of the next page lie where they did, but for a hair.
fn same_columns(before: &Table, next: &Table) -> bool {
    let pairs = || before.edges.iter().zip(&next.edges);
    before.edges.len() == next.edges.len() && pairs().all(|(a, b)| (a - b).abs() <= HAIR)
}

/// How many rows at the head of a page's part of a table only say again how the table began.
fn repeated(table: &Table, before: &Table) -> usize {
    let text = |row: &Vec<Cell>| row.iter().map(|cell| cell.parts.clone()).collect::<Vec<_>>();
    table.rows.iter().zip(&before.rows).take(REPEATED).take_while(|(a, b)| text(a) == text(b)).count()
}
