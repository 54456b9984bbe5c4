//! Office Open XML documents (`.docx`, `.docm`; ECMA-376), streamed: a table is held until it ends, for its columns are known
//! only then.
//!
//! Text deleted in a revision is left out, inserted text is kept. Text boxes follow the paragraph they hang on, footnotes and
//! endnotes the whole text.

mod body;
mod fields;
mod table;
#[cfg(test)]
pub(super) mod tests;

use super::flow::Flow;
use super::xlsx::{Container, check_magic, missing, open, relations};
use super::{Event, Input, ParseError};
use crate::parse::xlsx::xml::unpacked;
use crate::unpack::{Limits, Zip};
use body::{Body, Notes};

/// Where the text lies if the container does not say.
const USUAL_DOCUMENT: &str = "word/document.xml";
/// Elements within elements: a text box in a table in a text box needs about sixty.
const DEEPEST: usize = 256;

/// Reads a document: its tables and paragraphs in order, then the notes.
///
/// # Errors
/// Bytes that are no document (a workbook, an HTML page), damage, a DOCTYPE, encryption, or a limit.
pub fn parse(input: &mut dyn Input, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    check_magic(input)?;
    let mut zip: Container<'_> = Zip::open(input, Limits::DEFAULT).map_err(unpacked)?;
    let main = find_document(&mut zip)?;
    let mut flow = Flow::new(sink);
    let mut notes = Notes::default();
    Body::new(&mut flow, &mut notes, &main).read(&mut open(&mut zip, &main)?.deep(DEEPEST))?;
    for relation in relations(&mut zip, &main)? {
        if matches!(relation.kind.as_str(), "footnotes" | "endnotes") && zip.contains(&relation.part) {
            let mut part = open(&mut zip, &relation.part)?.deep(DEEPEST);
            Body::new(&mut flow, &mut notes, &relation.part).read(&mut part)?;
        }
    }
    flow.finish()
}

fn find_document(zip: &mut Container<'_>) -> Result<String, ParseError> {
    let root = relations(zip, "")?;
    let part = root.into_iter().find(|relation| relation.kind == "officeDocument").map(|relation| relation.part);
    let part = part.unwrap_or_else(|| USUAL_DOCUMENT.to_owned());
    let known = [("xl/", "a workbook"), ("ppt/", "a presentation")];
    if let Some((_, what)) = known.iter().find(|(folder, _)| part.starts_with(folder)) {
        return Err(ParseError::malformed("ZIP container", format!("{what} ({part})"), "a text document"));
    }
    if zip.contains(&part) { Ok(part) } else { Err(missing(&part)) }
}
