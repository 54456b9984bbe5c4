//! Parts of a workbook as XML, event by event, with limits.

use crate::parse::ParseError;
use crate::unpack::{Excess, UnpackError, read_error};
use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::io::{self, BufRead, BufReader, Read};

/// Bytes of one tag or one piece of text. A cell holds at most 32 767 characters (Excel specifications and limits).
const MAX_TOKEN: u64 = 1 << 20;
/// Elements within elements; spreadsheet parts need about ten.
const MAX_DEPTH: usize = 64;
/// Bytes unpacked at a time.
const BUFFER: usize = 64 << 10;

/// A part being read. Empty elements arrive as a start and an end.
pub struct Xml<R: Read> {
    reader: Reader<Metered<BufReader<R>>>,
    buffer: Vec<u8>,
    depth: usize,
    deepest: usize,
    place: String,
}

impl<R: Read> Xml<R> {
    /// Reads a part; `place` names it in errors.
    pub fn new(input: R, place: &str) -> Xml<R> {
        let mut reader = Reader::from_reader(Metered { inner: BufReader::with_capacity(BUFFER, input), token: 0 });
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, buffer: Vec::new(), depth: 0, deepest: MAX_DEPTH, place: place.to_owned() }
    }

    /// The same part, if elements may stand deeper within elements than in a workbook.
    pub fn deep(self, deepest: usize) -> Xml<R> {
        Xml { deepest, ..self }
    }

    /// The next event.
    ///
    /// # Errors
    /// Bytes that are no XML, a DOCTYPE, an end before all elements are closed, a limit.
    pub fn next(&mut self) -> Result<Event<'_>, ParseError> {
        self.buffer.clear();
        self.reader.get_mut().token = 0;
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(error) => return Err(broken(&self.place, error)),
        };
        match &event {
            Event::Start(_) if self.depth >= self.deepest => {
                let what = "the depth of elements".to_owned();
                return Err(ParseError::TooLarge { place: self.place.clone(), what, limit: self.deepest as u64 });
            }
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => return Err(ParseError::malformed(&self.place, "a DOCTYPE", "XML without one")),
            Event::Eof if self.depth > 0 => {
                return Err(ParseError::malformed(&self.place, "the end of the part", "the end of its elements"));
            }
            _ => {}
        }
        Ok(event)
    }
}

/// An attribute by its name without prefix, references resolved.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(unescape(&found.value).map_or_else(|_| found.value.to_string(), std::borrow::Cow::into_owned))
}

/// Adds the text of an event, references resolved, to `text`; other events add nothing.
///
/// # Errors
/// A reference to anything but the five predefined entities or a character; text longer than a cell may be.
pub fn push_text(event: &Event<'_>, text: &mut String, place: &str) -> Result<(), ParseError> {
    match event {
        Event::Text(piece) => text.push_str(&piece.xml10_content()),
        Event::CData(piece) => text.push_str(&piece.xml10_content()),
        Event::GeneralRef(reference) => push_reference(reference, text, place)?,
        _ => {}
    }
    if text.len() as u64 > MAX_TOKEN {
        let what = "the length of a text".to_owned();
        return Err(ParseError::TooLarge { place: place.to_owned(), what, limit: MAX_TOKEN });
    }
    Ok(())
}

fn push_reference(reference: &BytesRef<'_>, text: &mut String, place: &str) -> Result<(), ParseError> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        text.push(c);
    } else if let Some(entity) = resolve_predefined_entity(reference) {
        text.push_str(entity);
    } else {
        let seen = format!("a reference to \"{}\"", reference.chars().take(40).collect::<String>());
        return Err(ParseError::malformed(place, seen, "a predefined entity or a character"));
    }
    Ok(())
}

fn broken(place: &str, error: quick_xml::Error) -> ParseError {
    match error {
        quick_xml::Error::Io(error) => unpacked(read_error(place, &error)),
        other => ParseError::malformed(place, other.to_string(), "well-formed XML"),
    }
}

/// The same refusal in the words of parsers.
pub fn unpacked(error: UnpackError) -> ParseError {
    match error {
        UnpackError::Damaged { place, seen } => ParseError::malformed(place, seen, "undamaged packed data"),
        UnpackError::TooLarge { place, what, limit } => ParseError::TooLarge { place, what, limit },
        UnpackError::Io(error) => ParseError::Io(error),
    }
}

/// Counts what one event takes, so that a tag of 100 MB is refused before it is in memory.
struct Metered<R> {
    inner: R,
    token: u64,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.token > MAX_TOKEN {
            let what = "the length of a tag or a text in bytes".to_owned();
            return Err(io::Error::other(Excess { what, limit: MAX_TOKEN }));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.token += count as u64;
        self.inner.consume(count);
    }
}
