//! The documents of Word 97–2003 (`.doc`; [MS-DOC]): streams inside an OLE2 container.
//!
//! The text lies in pieces; what a character or a paragraph is (raised, inside a table, the end of a row) lies in pages of
//! formatting that are found by the place of the text in its stream. Where the cells of a row lie stands with the mark of its
//! end. Footnotes, endnotes and text boxes follow the text as paragraphs.

mod bins;
mod charset;
mod fib;
#[cfg(test)]
pub(super) mod fixture;
mod formatting;
mod pieces;
#[cfg(test)]
mod samples;
mod sprm;
mod story;
#[cfg(test)]
mod tests;

use super::flow::Flow;
use super::ole::Ole;
use super::{Event, Input, ParseError};
use bins::{Bins, Kind};
use charset::Charset;
use fib::{Fib, Part};
use pieces::Pieces;

/// The streams of a document and what was read of them beforehand.
struct Document {
    /// `WordDocument`: text and pages of formatting.
    main: Vec<u8>,
    /// `Data`: formatting too long for the pages.
    data: Vec<u8>,
    pieces: Pieces,
    characters: Bins,
    paragraphs: Bins,
    charset: Charset,
    /// Places of the marks of endnotes, ascending.
    endnotes: Vec<u32>,
}

/// Reads a document: its tables and paragraphs in order, then footnotes, endnotes and text boxes.
///
/// # Errors
/// [`ParseError::Encrypted`] for a document under a password, [`ParseError::TooLarge`] beyond our limits,
/// [`ParseError::Malformed`] for anything that is no document of Word 97 or later, or breaks off.
pub fn parse(input: &mut dyn Input, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    let mut ole = Ole::open(input)?;
    let main = ole.main_stream("WordDocument", "Word 97 or later")?;
    let fib = Fib::read(&main)?;
    let Some(table) = ole.stream(fib.table_stream())? else {
        return Err(ParseError::malformed("OLE2 container", "no such stream", format!("a stream `{}`", fib.table_stream())));
    };
    let data = ole.stream("Data")?.unwrap_or_default();
    let document = Document::read(main, &table, data, &fib)?;
    let mut flow = Flow::new(sink);
    for (start, end) in fib.stories() {
        story::read(&document, (start, end), &mut flow)?;
    }
    flow.finish()
}

impl Document {
    fn read(main: Vec<u8>, table: &[u8], data: Vec<u8>, fib: &Fib) -> Result<Document, ParseError> {
        let pieces = Pieces::read(fib.part(table, Part::Pieces)?, main.len())?;
        let characters = Bins::read(fib.part(table, Part::CharacterBins)?, Kind::Characters);
        let paragraphs = Bins::read(fib.part(table, Part::ParagraphBins)?, Kind::Paragraphs);
        let charset = Charset::of(fib.language(), &pieces, &main);
        let endnotes = pieces::positions(fib.part(table, Part::EndnoteMarks)?, ENDNOTE_MARK);
        Ok(Document { main, data, pieces, characters, paragraphs, charset, endnotes })
    }
}

/// Bytes that are kept for each mark of an endnote, besides its position.
const ENDNOTE_MARK: usize = 2;

/// Two bytes of a stream, little-endian.
fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let field = bytes.get(at..at.checked_add(2)?)?;
    field.try_into().ok().map(u16::from_le_bytes)
}

/// Four bytes of a stream, little-endian.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    field.try_into().ok().map(u32::from_le_bytes)
}
