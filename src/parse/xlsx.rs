//! Office Open XML workbooks (`.xlsx`, `.xlsm`; ECMA-376), streamed: shared strings and styles are held, sheets never.
//!
//! What a cell says is what a reader of the workbook sees: the number format decides the decimals, superscript runs
//! become superscript characters, merged cells repeat their origin. A cell that is superscript as a whole raises its
//! text, but not a number: a number stays a number. Formulas are not computed; their cached values are read.

mod cells;
mod merges;
mod styles;
mod text;
pub(super) mod workbook;
pub(super) mod xml;

use super::{Event, Input, ParseError, Table};
use crate::unpack::{Limits, Member, Zip};
use cells::Cells;
use merges::Merges;
use std::io::{Read, SeekFrom};
use styles::Styles;
use text::Strings;
use workbook::{Listed, Relation, Workbook};
use xml::{Xml, unpacked};

/// Where the workbook part lies if the container does not say.
const USUAL_WORKBOOK: &str = "xl/workbook.xml";
/// First bytes of a ZIP member, and of an empty ZIP file.
const ZIP_MAGIC: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
/// First bytes of an OLE2 container: an old workbook, or an encrypted new one ([MS-OFFCRYPTO] 1.3.2).
const OLE_MAGIC: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// The stream of an encrypted workbook, as its directory spells it (UTF-16LE).
const ENCRYPTED_STREAM: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

/// What the sheets of a workbook share.
#[derive(Debug, Default)]
pub struct Shared {
    strings: Strings,
    styles: Styles,
    date1904: bool,
}

/// A ZIP container over the input.
pub(super) type Container<'a> = Zip<&'a mut dyn Input>;
/// A part of it.
pub(super) type Part<'a, 'b> = Xml<Member<'b, &'a mut dyn Input>>;

/// Reads a workbook: a [`Table`] for each worksheet in the order of the tabs, hidden ones too, then its rows. Rows
/// without any text are left out; chart sheets have no table but keep their number.
///
/// # Errors
/// Bytes that are no workbook (an HTML page is called so), damage, a DOCTYPE, encryption, or a limit.
pub fn parse(input: &mut dyn Input, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    check_magic(input)?;
    let mut zip: Container<'_> = Zip::open(input, Limits::DEFAULT).map_err(unpacked)?;
    let workbook_part = find_workbook(&mut zip)?;
    let workbook = workbook::workbook(&mut open(&mut zip, &workbook_part)?, &workbook_part)?;
    let relations = relations(&mut zip, &workbook_part)?;
    let shared = shared(&mut zip, &workbook, &relations)?;
    for (number, listed) in (1..).zip(&workbook.sheets) {
        if let Some(part) = sheet_part(listed, &relations)? {
            let table = Table { sheet: listed.name.clone(), caption: None, number, hidden: listed.hidden, page: None };
            sink(Event::Table(table));
            sheet(&mut zip, part, &listed.name, &shared, sink)?;
        }
    }
    Ok(())
}

fn sheet(
    zip: &mut Container<'_>,
    part: &str,
    name: &str,
    shared: &Shared,
    sink: &mut dyn FnMut(Event),
) -> Result<(), ParseError> {
    let bytes = zip.member(part).map_err(unpacked)?.ok_or_else(|| missing(part))?;
    let merges = Merges::find(bytes, part)?;
    Cells::new(shared, name, merges).read(&mut open(zip, part)?, sink)
}

/// The part of a sheet; `None` for a chart or dialog, which have no cells.
fn sheet_part<'r>(listed: &Listed, relations: &'r [Relation]) -> Result<Option<&'r str>, ParseError> {
    match relations.iter().find(|relation| relation.id == listed.relation) {
        Some(relation) if relation.kind == "worksheet" => Ok(Some(&relation.part)),
        Some(_) => Ok(None),
        None => {
            let seen = format!("no relationship \"{}\"", listed.relation);
            Err(ParseError::malformed(format!("sheet \"{}\"", listed.name), seen, "the part of the sheet"))
        }
    }
}

fn shared(zip: &mut Container<'_>, workbook: &Workbook, relations: &[Relation]) -> Result<Shared, ParseError> {
    let part_of = |kind: &str| relations.iter().find(|relation| relation.kind == kind).map(|relation| relation.part.as_str());
    let mut shared = Shared { date1904: workbook.date1904, ..Shared::default() };
    if let Some(part) = part_of("sharedStrings") {
        shared.strings = Strings::read(&mut open(zip, part)?, part)?;
    }
    if let Some(part) = part_of("styles") {
        shared.styles = Styles::read(&mut open(zip, part)?, part)?;
    }
    Ok(shared)
}

fn find_workbook(zip: &mut Container<'_>) -> Result<String, ParseError> {
    let root = relations(zip, "")?;
    let part = root.into_iter().find(|relation| relation.kind == "officeDocument").map(|relation| relation.part);
    let part = part.unwrap_or_else(|| USUAL_WORKBOOK.to_owned());
    if !zip.contains(&part) {
        return Err(missing(&part));
    }
    let main = part.rsplit('/').next().unwrap_or_default();
    if main.starts_with("workbook") && !main.ends_with(".xml") || part.starts_with("word/") || part.starts_with("ppt/") {
        return Err(ParseError::malformed("ZIP container", format!("the document {part}"), "a workbook in XML"));
    }
    Ok(part)
}

/// What a part refers to; the container itself has no name.
///
/// # Errors
/// A list that cannot be read.
pub(super) fn relations(zip: &mut Container<'_>, base: &str) -> Result<Vec<Relation>, ParseError> {
    let part = workbook::relations_of(base);
    if !zip.contains(&part) {
        return Ok(Vec::new());
    }
    workbook::relations(&mut open(zip, &part)?, base, &part)
}

/// Begins to read a part.
///
/// # Errors
/// There is none of this name.
pub(super) fn open<'a, 'b>(zip: &'b mut Container<'a>, part: &str) -> Result<Part<'a, 'b>, ParseError> {
    let member = zip.member(part).map_err(unpacked)?.ok_or_else(|| missing(part))?;
    Ok(Xml::new(member, part))
}

/// A part that is not there.
pub(super) fn missing(part: &str) -> ParseError {
    ParseError::malformed("ZIP container", format!("no part {part}"), "a document with all its parts")
}

/// Refuses by name what is often served in place of a workbook.
pub(super) fn check_magic(input: &mut dyn Input) -> Result<(), ParseError> {
    let mut head = Vec::new();
    input.seek(SeekFrom::Start(0))?;
    input.take(1024).read_to_end(&mut head)?;
    if ZIP_MAGIC.iter().any(|magic| head.starts_with(magic)) {
        return Ok(());
    }
    let seen = if head.starts_with(OLE_MAGIC) {
        if mentions(input, ENCRYPTED_STREAM)? {
            return Err(ParseError::Encrypted);
        }
        "an OLE2 container (D0 CF 11 E0), as old workbooks and documents are".to_owned()
    } else {
        other_magic(&head)
    };
    Err(ParseError::malformed("first bytes", seen, "a ZIP container (PK)"))
}

fn other_magic(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)).trim_start().to_ascii_lowercase();
    if head.is_empty() {
        "nothing".to_owned()
    } else if text.starts_with("<?xml") && !text.contains("<html") {
        "an XML document".to_owned()
    } else if text.starts_with('<') {
        "an HTML page".to_owned()
    } else {
        let bytes: Vec<String> = head.iter().take(8).map(|byte| format!("{byte:02X}")).collect();
        format!("bytes {}", bytes.join(" "))
    }
}

/// Whether a sequence of bytes occurs anywhere after the first kilobyte's start, read piece by piece.
fn mentions(input: &mut dyn Input, needle: &[u8]) -> Result<bool, ParseError> {
    let mut window = Vec::new();
    input.seek(SeekFrom::Start(0))?;
    loop {
        let before = window.len();
        input.take(1 << 16).read_to_end(&mut window)?;
        if memchr::memmem::find(&window, needle).is_some() {
            return Ok(true);
        }
        if window.len() == before {
            return Ok(false);
        }
        window.drain(..window.len().saturating_sub(needle.len()));
    }
}

#[cfg(test)]
pub(super) mod fixture;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
