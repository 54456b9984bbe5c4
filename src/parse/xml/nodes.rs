//! XML node by node, out of a text in memory. There are no entities but the five predefined ones and characters, so that nothing
//! a document declares can grow.

use crate::parse::long::too_large;
use crate::parse::{Input, Options, ParseError, charset};
use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Elements within elements; the deepest message known has about fifteen.
const MAX_DEPTH: usize = 64;
/// Attributes of one element; they are compared with each other, for none may stand twice.
const MAX_ATTRIBUTES: usize = 512;
/// The XML declaration stands within so many bytes.
const DECLARATION: usize = 256;
/// Prefixes of attributes that speak to programs: namespaces, schemas, languages.
const MACHINERY: [&str; 3] = ["xmlns", "xml", "xsi"];

/// What stands next in a document.
#[derive(Debug)]
pub enum Node<'a> {
    /// An element begins. Empty ones begin and end.
    Start(Element<'a>),
    /// The element that began last and has not ended ends.
    End,
    /// A piece of text, references resolved.
    Text(String),
    /// The document ends.
    Eof,
}

/// The start of an element.
#[derive(Debug)]
pub struct Element<'a> {
    start: BytesStart<'a>,
    attributes: Vec<(String, String)>,
}

impl Element<'_> {
    /// Its name without prefix.
    pub fn name(&self) -> &str {
        self.start.local_name().into_inner()
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

/// Reads a document.
pub struct Nodes<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    depth: usize,
}

/// The text of an XML document, in the charset that it declares.
///
/// # Errors
/// A document that cannot be read, or is too long.
pub fn text(input: &mut dyn Input, options: &Options) -> Result<String, ParseError> {
    let text = charset::read(input, declared, options.charset.as_deref())?;
    if text.trim_start().starts_with('<') {
        return Ok(text);
    }
    let seen = text.trim_start().chars().take(20).collect::<String>();
    Err(ParseError::malformed("first characters", format!("{seen:?}"), "an XML document"))
}

/// The charset of the XML declaration.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..DECLARATION).unwrap_or(bytes)).into_owned();
    let head = head.trim_start_matches('\u{feff}').trim_start().strip_prefix("<?xml")?.split_once("?>")?.0.to_string();
    let value = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start().to_string();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(label, _)| label.to_string())
}

impl<'a> Nodes<'a> {
    /// A reader at the top of a document.
    pub fn new(text: &'a str) -> Nodes<'a> {
        let text = text.trim_start();
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Nodes { text, reader, depth: 0 }
    }

    /// The next node.
    ///
    /// # Errors
    /// Text that is no XML, a DOCTYPE, a foreign reference, an end before all elements are closed, a limit.
    pub fn next(&mut self) -> Result<Node<'a>, ParseError> {
        loop {
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => return Err(self.malformed(error.to_string(), "well-formed XML")),
            };
            match event {
                Event::Start(start) => return self.start(start).map(Node::Start),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::End);
                }
                Event::Text(piece) => return Ok(Node::Text(piece.xml10_content().into_owned())),
                Event::CData(piece) => return Ok(Node::Text(piece.xml10_content().into_owned())),
                Event::GeneralRef(reference) => return self.reference(&reference).map(Node::Text),
                Event::DocType(_) => return Err(self.malformed("a DOCTYPE", "XML without one")),
                Event::Eof if self.depth > 0 => return Err(self.malformed("the end of the document", "the end of its elements")),
                Event::Eof => return Ok(Node::Eof),
                Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
    }

    fn start(&mut self, start: BytesStart<'a>) -> Result<Element<'a>, ParseError> {
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
        Ok(Element { start, attributes })
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
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.text.len());
        format!("line {}", 1 + memchr::memchr_iter(b'\n', &self.text.as_bytes()[..at]).count())
    }

    /// An error at the place of the reader.
    pub fn malformed(&self, seen: impl Into<String>, wanted: &str) -> ParseError {
        ParseError::malformed(self.place(), seen, wanted)
    }
}
