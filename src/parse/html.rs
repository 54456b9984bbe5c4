//! HTML pages: tables as a reader of the page sees them, and the text around them as paragraphs.
//!
//! Merged cells repeat their origin, hidden parts are left out, superscript becomes superscript characters. A table that
//! only lays out the page (it holds other tables, or prose) is no table: its text comes as paragraphs, in its place. A
//! page whose table is a picture is refused by that name.

mod declared;
mod dom;
mod element;
mod grid;
mod image;
mod layout;
mod scan;
mod text;
mod walk;

use super::{Event, Input, Options, ParseError, charset};
use walk::Walk;

/// Text handed out for one document. Merged cells repeat their text, so that a small page can say far more than its size.
const MAX_TEXT: u64 = 256 << 20;
/// Cells handed out for one document, copies of merged ones too; the largest pages of figures have some ten thousand.
const MAX_CELLS: u64 = 4_000_000;

/// Reads a page: its tables, numbered from 1, their rows, and the paragraphs around them, in the order of the document.
///
/// # Errors
/// A limit; [`ParseError::ImageOnly`] where a picture stands in the place of the table.
pub fn parse(input: &mut dyn Input, options: &Options, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    let page = charset::read(input, declared::charset, options.charset.as_deref())?;
    let page = dom::build(&page)?;
    let mut walk = Walk::new(sink);
    walk.document(page.tree.root())?;
    match image::instead_of_table(&walk) {
        Some(source_name) => Err(ParseError::ImageOnly { source_name }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
