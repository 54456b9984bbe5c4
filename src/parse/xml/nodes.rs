//! XML node by node, as it is read. There are no entities but the five predefined ones and characters, so that nothing
//! a document declares can grow.

use crate::parse::lines::{Allowance, Lines};
use crate::parse::long::too_large;
use crate::parse::{Input, Options, ParseError, charset};
use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::io::{self, BufRead, BufReader, Read, SeekFrom};

/// Elements within elements; the deepest message known has about fifteen.
const MAX_DEPTH: usize = 64;
/// Attributes of one element; they are compared with each other, for none may stand twice.
const MAX_ATTRIBUTES: usize = 512;
/// The XML declaration stands within so many bytes.
const DECLARATION: u64 = 256;
/// Bytes of a tag, or of a text between two; the longest text known is a footnote of some thousand letters.
const MAX_NODE: u64 = 16 << 20;
/// Prefixes of attributes that speak to programs: namespaces, schemas, languages.
const MACHINERY: [&str; 3] = ["xmlns", "xml", "xsi"];

/// What stands next in a document.
#[derive(Debug)]
pub enum Node {
    /// An element begins. Empty ones begin and end.
    Start(Element),
    /// The element that began last and has not ended ends.
    End,
    /// A piece of text, references resolved.
    Text(String),
    /// The document ends.
    Eof,
}

/// The start of an element.
#[derive(Debug)]
pub struct Element {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// Its name without prefix.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its attributes, names without prefix; those of namespaces, schemas and languages are left out.
    pub fn attributes(&self) -> &[(String, String)] {
        &self.attributes
    }

    /// One of its attributes.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A document that can be read from its beginning as often as wanted; nothing of it is held.
pub struct Document<'i> {
    input: &'i mut dyn Input,
    encoding: &'static Encoding,
    start: u64,
}

impl<'i> Document<'i> {
    /// An XML document, in the charset that it declares.
    ///
    /// # Errors
    /// A document that cannot be read, or does not begin as XML does.
    pub fn open(input: &'i mut dyn Input, options: &Options) -> Result<Document<'i>, ParseError> {
        input.rewind()?;
        let mut head = Vec::new();
        (&mut *input).take(DECLARATION).read_to_end(&mut head)?;
        let encoding = charset::sniff(input, declared(&head).as_deref(), options.charset.as_deref())?;
        let start = input.stream_position()?;
        let mut document = Document { input, encoding, start };
        let seen = document.beginning()?;
        match seen.starts_with('<') {
            true => Ok(document),
            false => Err(ParseError::malformed(
                "first characters",
                format!("{:?}", seen.chars().take(20).collect::<String>()),
                "an XML document",
            )),
        }
    }

    /// The first characters that are no blanks.
    fn beginning(&mut self) -> Result<String, ParseError> {
        let mut text = String::new();
        let mut lines = self.lines(Allowance::new(u64::MAX))?;
        while text.is_empty() {
            let mut part = Vec::new();
            if lines.by_ref().take(DECLARATION).read_to_end(&mut part)? == 0 {
                break;
            }
            text = String::from_utf8_lossy(&part).trim().to_string();
        }
        Ok(text)
    }

    fn lines(&mut self, allowance: Allowance) -> Result<Lines<'_>, ParseError> {
        self.input.seek(SeekFrom::Start(self.start))?;
        Ok(Lines::new(self.input, self.encoding, allowance).with_end_marks())
    }

    /// A reader at its top.
    ///
    /// # Errors
    /// A document that cannot be read.
    pub fn nodes(&mut self) -> Result<Nodes<'_>, ParseError> {
        let allowance = Allowance::new(MAX_NODE);
        let mut lines = Counted { text: BufReader::new(self.lines(allowance.clone())?), ended: 0, at_end: false };
        lines.skip_blanks()?;
        let mut reader = Reader::from_reader(lines);
        reader.config_mut().expand_empty_elements = true;
        Ok(Nodes { reader, allowance, piece: Vec::new(), depth: 0 })
    }
}

/// Counts lines as they are taken; the end of a line belongs to it.
struct Counted<'a> {
    text: BufReader<Lines<'a>>,
    ended: usize,
    at_end: bool,
}

impl Counted<'_> {
    /// The line that is being taken, from 1.
    fn line(&self) -> usize {
        1 + self.ended - usize::from(self.at_end)
    }

    fn count(&mut self, amount: usize) {
        let taken = self.text.buffer().get(..amount).unwrap_or_default();
        self.ended += memchr::memchr_iter(b'\n', taken).count();
        self.at_end = taken.last().map_or(self.at_end, |last| *last == b'\n');
    }

    /// Blanks before a document, which XML does not allow, are no matter.
    fn skip_blanks(&mut self) -> io::Result<()> {
        loop {
            let part = self.fill_buf()?;
            let blanks = part.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let all = blanks == part.len() && !part.is_empty();
            self.consume(blanks);
            if !all {
                return Ok(());
            }
        }
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let from = self.fill_buf()?;
        let count = from.len().min(buffer.len());
        buffer[..count].copy_from_slice(&from[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Counted<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.text.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count(amount);
        self.text.consume(amount);
    }
}

/// Reads a document.
pub struct Nodes<'a> {
    reader: Reader<Counted<'a>>,
    allowance: Allowance,
    piece: Vec<u8>,
    depth: usize,
}

/// The charset of the XML declaration.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes).into_owned();
    let head = head.trim_start_matches('\u{feff}').trim_start().strip_prefix("<?xml")?.split_once("?>")?.0.to_string();
    let value = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start().to_string();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(label, _)| label.to_string())
}

impl Nodes<'_> {
    /// The next node.
    ///
    /// # Errors
    /// Text that is no XML, a DOCTYPE, a foreign reference, an end before all elements are closed, a limit.
    pub fn next(&mut self) -> Result<Node, ParseError> {
        loop {
            self.allowance.renew();
            let mut piece = std::mem::take(&mut self.piece);
            piece.clear();
            let read = self.reader.read_event_into(&mut piece);
            let node = match read {
                Ok(event) => self.node(event),
                Err(_) if self.allowance.is_spent() => {
                    Err(too_large(&self.place(), "the length of a tag or text", MAX_NODE as usize))
                }
                // a disk that fails is no fault of the document
                Err(quick_xml::Error::Io(error)) => Err(ParseError::Io(io::Error::new(error.kind(), error.to_string()))),
                Err(error) => Err(self.malformed(error.to_string(), "well-formed XML")),
            };
            self.piece = piece;
            if let Some(node) = node? {
                return Ok(node);
            }
        }
    }

    /// What an event means, if anything.
    fn node(&mut self, event: Event<'_>) -> Result<Option<Node>, ParseError> {
        let node = match event {
            Event::Start(start) => Node::Start(self.start(&start)?),
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Node::End
            }
            Event::Text(piece) => Node::Text(piece.xml10_content().into_owned()),
            Event::CData(piece) => Node::Text(piece.xml10_content().into_owned()),
            Event::GeneralRef(reference) => Node::Text(self.reference(&reference)?),
            Event::DocType(_) => return Err(self.malformed("a DOCTYPE", "XML without one")),
            Event::Eof if self.depth > 0 => return Err(self.malformed("the end of the document", "the end of its elements")),
            Event::Eof => Node::Eof,
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => return Ok(None),
        };
        Ok(Some(node))
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<Element, ParseError> {
        if self.depth >= MAX_DEPTH {
            return Err(too_large(&self.place(), "the depth of elements", MAX_DEPTH));
        }
        self.depth += 1;
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.malformed(error.to_string(), "an attribute"))?;
            let key = attribute.key;
            if key.as_ref() == "xmlns" || key.prefix().is_some_and(|prefix| MACHINERY.contains(&prefix.into_inner())) {
                continue;
            }
            if attributes.len() >= MAX_ATTRIBUTES {
                return Err(too_large(&self.place(), "the number of attributes", MAX_ATTRIBUTES));
            }
            let value = unescape(&attribute.value).map_err(|error| self.malformed(error.to_string(), "a predefined entity"))?;
            attributes.push((key.local_name().into_inner().to_string(), value.into_owned()));
        }
        Ok(Element { name: start.local_name().into_inner().to_string(), attributes })
    }

    fn reference(&self, reference: &BytesRef<'_>) -> Result<String, ParseError> {
        if let Ok(Some(c)) = reference.resolve_char_ref() {
            return Ok(c.to_string());
        }
        resolve_predefined_entity(reference).map(str::to_string).ok_or_else(|| {
            let seen = format!("a reference to \"{}\"", reference.chars().take(40).collect::<String>());
            self.malformed(seen, "a predefined entity or a character")
        })
    }

    fn place(&self) -> String {
        format!("line {}", self.reader.get_ref().line())
    }

    /// An error at the place of the reader.
    pub fn malformed(&self, seen: impl Into<String>, wanted: &str) -> ParseError {
        ParseError::malformed(self.place(), seen, wanted)
    }
}
