//! The answer to a question: what a child does, and what is done without one.

use super::recognize::{Unrecognized, recognize};
use super::wire::Reply;
use super::{Ask, HEAD_BYTES, Wanted, crawl};
use crate::parse::{self, Event, Input, Options, ParseError};
use crate::unpack::warc::{WarcError, WarcProblem};
use crate::unpack::{self, Limits, SingleError, UnpackError};
use std::io::{self, Cursor, Read};

/// Bytes of text of one row or paragraph. Whoever holds the data keeps several copies of a text while it is looked at; the longest
/// one seen, a press release that is one cell, has some ten thousand.
const MOST_TEXT: usize = 2 << 20;

/// Why a document is refused.
#[derive(Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum Failure {
    /// It cannot be read on.
    #[error(transparent)]
    Document(#[from] ParseError),
    /// The container it is packed in is refused.
    #[error(transparent)]
    Container(#[from] UnpackError),
    /// It is of no format read here.
    #[error(transparent)]
    Unrecognized(#[from] Unrecognized),
    /// The crawl cannot be read on.
    #[error(transparent)]
    Crawl(#[from] WarcError),
}

impl Failure {
    /// Whether it is for want of memory, which the document is to blame for.
    pub(super) fn is_for_memory(&self) -> bool {
        let cause = match self {
            Failure::Document(ParseError::Io(cause))
            | Failure::Container(UnpackError::Io(cause))
            | Failure::Unrecognized(Unrecognized::Broken(UnpackError::Io(cause)))
            | Failure::Unrecognized(Unrecognized::Ole(ParseError::Io(cause)))
            | Failure::Unrecognized(Unrecognized::Packed(SingleError::Refused(UnpackError::Io(cause))))
            | Failure::Crawl(WarcError { problem: WarcProblem::Io(cause), .. }) => cause,
            Failure::Document(_) | Failure::Container(_) | Failure::Unrecognized(_) | Failure::Crawl(_) => return false,
        };
        cause.kind() == io::ErrorKind::OutOfMemory
    }
}

/// Answers a question about a document; `say` hears every part of the answer, in order.
///
/// # Errors
/// A [`Failure`] of the document.
pub fn answer<'d>(ask: &Ask, mut document: Box<dyn Input + 'd>, say: &mut dyn FnMut(Reply)) -> Result<(), Failure> {
    match ask {
        Ask::Members => say(Reply::Members(unpack::list(&mut document, Limits::DEFAULT)?)),
        Ask::Head { member } => {
            let mut head = Vec::new();
            unpack::member(&mut document, Limits::DEFAULT, *member, |member| {
                member.take(HEAD_BYTES as u64).read_to_end(&mut head).map(drop)
            })?;
            say(Reply::Head(head));
        }
        Ask::Recognize => {
            let (format, member) = recognize(&mut document)?;
            say(Reply::Recognized(format, member));
        }
        Ask::Read(wanted) => read(wanted, document, say)?,
        Ask::Sheaves(wanted) => sheaves(wanted, document, say)?,
        Ask::Crawl(sought) => crawl::tell(sought, document, &mut |told| say(Reply::Crawl(told)))?,
    }
    Ok(())
}

/// Rows in bulk; a packed table is unpacked while it is read, if its format allows that.
fn sheaves<'d>(wanted: &Wanted, mut document: Box<dyn Input + 'd>, say: &mut dyn FnMut(Reply)) -> Result<(), Failure> {
    let options = Options { charset: wanted.charset.clone() };
    let mut say = |sheaf| say(Reply::Sheaf(sheaf));
    let Some(index) = wanted.member else { return Ok(parse::sheaves(wanted.format, &mut *document, &options, &mut say)?) };
    let mut read = Ok(None);
    unpack::member(&mut document, Limits::BULK, index, |member| {
        match parse::sheaves_of_member(wanted.format, member, &options, &mut say) {
            // what the container did to its member is the container's failure
            Err(ParseError::Io(error)) => return Err(error),
            other => read = other,
        }
        Ok(())
    })?;
    if read?.is_none() {
        let bytes = unpack::whole(&mut document, Limits::DEFAULT, index)?;
        parse::sheaves(wanted.format, &mut Cursor::new(bytes), &options, &mut say)?;
    }
    Ok(())
}

fn read<'d>(wanted: &Wanted, mut document: Box<dyn Input + 'd>, say: &mut dyn FnMut(Reply)) -> Result<(), Failure> {
    if let Some(member) = wanted.member {
        let bytes = unpack::whole(&mut document, Limits::DEFAULT, member)?;
        document = Box::new(Cursor::new(bytes));
    }
    let options = Options { charset: wanted.charset.clone() };
    let mut excess = None;
    parse::parse(wanted.format, &mut *document, &options, &mut |event| match too_long(&event) {
        // a document with one such text is refused as a whole
        Some(place) => excess = excess.take().or(Some(place)),
        None if excess.is_none() => say(Reply::Event(event)),
        None => {}
    })?;
    let what = "the length of its text in bytes".to_string();
    excess.map_or(Ok(()), |place| Err(ParseError::TooLarge { place, what, limit: MOST_TEXT as u64 }.into()))
}

/// The place of a row or a paragraph that is longer than one can be.
fn too_long(event: &Event) -> Option<String> {
    match event {
        Event::Row(row) => {
            let length: usize = row
                .cells
                .iter()
                .filter(|cell| cell.copy_of.is_none())
                .map(|cell| cell.text.len() + cell.raw.as_ref().map_or(0, String::len))
                .sum();
            (length > MOST_TEXT).then(|| format!("row {}", row.number))
        }
        Event::Paragraph { text, locator } => (text.len() > MOST_TEXT).then(|| locator.clone()),
        Event::Table(_) => None,
    }
}
