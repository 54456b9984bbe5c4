//! The head of the stream `WordDocument` ([MS-DOC] 2.5): what wrote it, and where everything else lies.

use super::{u16_at, u32_at};
use crate::parse::ParseError;

/// First word of the head since Word 97.
const IDENT: u16 = 0xA5EC;
/// First words of older heads: Word 6 and 95, Word for Windows 2, and those before.
const OLD_IDENTS: [u16; 4] = [0xA5DC, 0xA5DB, 0xA59B, 0xA59C];
/// The lowest version of the layout since Word 97; 0xC1 for most, 0xC0 in some builds.
const OLDEST: u16 = 0x00C0;
/// Bits of the word of flags at [`FLAGS`].
const ENCRYPTED: u16 = 0x0100;
const SECOND_TABLE_STREAM: u16 = 0x0200;
/// Places of fields in the part of the head whose layout never changed.
const VERSION: usize = 2;
const LANGUAGE: usize = 6;
const FLAGS: usize = 10;
/// Where the counted parts begin: words, long words, places of other parts.
const COUNTED: usize = 32;
/// The number of the long word that counts the characters of the text; those of the other stories follow.
const FIRST_STORY: usize = 3;
/// Text, footnotes, headers, comments, endnotes, text boxes, text boxes of headers.
const STORIES: usize = 7;
/// Stories that are read: the text, footnotes, endnotes and text boxes.
const READ: [usize; 4] = [0, 1, 4, 5];

const PLACE: &str = "stream `WordDocument`";

/// What of the head is needed.
#[derive(Debug)]
pub struct Fib {
    language: u16,
    second_table_stream: bool,
    /// Characters of each story.
    counts: [u32; STORIES],
    /// Where a part lies in the table stream, and its length.
    parts: Vec<(u32, u32)>,
}

/// Parts of the table stream, by their number in the head.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// PlcfBteChpx
    CharacterBins = 12,
    /// PlcfBtePapx
    ParagraphBins = 13,
    /// Clx
    Pieces = 33,
    /// PlcfendRef
    EndnoteMarks = 46,
}

impl Fib {
    /// Reads the head.
    ///
    /// # Errors
    /// [`ParseError::Encrypted`]; a head of an older Word, by its name; a head that breaks off.
    pub fn read(main: &[u8]) -> Result<Fib, ParseError> {
        check_version(main)?;
        let flags = u16_at(main, FLAGS).unwrap_or_default();
        if flags & ENCRYPTED != 0 {
            return Err(ParseError::Encrypted);
        }
        let (counts, parts) = counted(main).ok_or_else(|| short(main))?;
        let language = u16_at(main, LANGUAGE).unwrap_or_default();
        Ok(Fib { language, second_table_stream: flags & SECOND_TABLE_STREAM != 0, counts, parts })
    }

    /// The language of the program that wrote the document.
    pub fn language(&self) -> u16 {
        self.language
    }

    /// The name of the stream that holds the tables of the document's structure.
    pub fn table_stream(&self) -> &'static str {
        if self.second_table_stream { "1Table" } else { "0Table" }
    }

    /// Where each story that is read begins and ends, in characters.
    pub fn stories(&self) -> impl Iterator<Item = (u32, u32)> {
        let mut end = 0u32;
        let all: Vec<(u32, u32)> = (self.counts.iter())
            .map(|count| {
                let start = end;
                end = end.saturating_add(*count);
                (start, end)
            })
            .collect();
        READ.into_iter().filter_map(move |story| all.get(story).copied()).filter(|(start, end)| start < end)
    }

    /// A part of the table stream; empty if the document has none.
    ///
    /// # Errors
    /// A part that lies outside the stream.
    pub fn part<'t>(&self, table: &'t [u8], part: Part) -> Result<&'t [u8], ParseError> {
        let (start, length) = self.parts.get(part as usize).copied().unwrap_or_default();
        let (start, length) = (start as usize, length as usize);
        let found = start.checked_add(length).and_then(|end| table.get(start..end));
        found.or(Some(&[][..]).filter(|_| length == 0)).ok_or_else(|| {
            let place = format!("stream `{}`, {part:?}", self.table_stream());
            ParseError::malformed(place, format!("{length} bytes at {start} of {}", table.len()), "a part inside the stream")
        })
    }
}

fn check_version(main: &[u8]) -> Result<(), ParseError> {
    let ident = u16_at(main, 0).ok_or_else(|| short(main))?;
    let version = u16_at(main, VERSION).ok_or_else(|| short(main))?;
    let wanted = "a document of Word 97 or later (0xA5EC, version 0xC1 or later)";
    let seen = match (ident, version) {
        (IDENT, OLDEST..) => return Ok(()),
        (IDENT, 101..=105) => format!("a document of Word 6 or 95 (version {version})"),
        (ident, _) if OLD_IDENTS.contains(&ident) => format!("a document of Word 6, 95 or older (0x{ident:04X})"),
        _ => format!("0x{ident:04X}, version 0x{version:X}"),
    };
    Err(ParseError::malformed(PLACE, seen, wanted))
}

/// The characters of each story, and where the parts lie.
type Counted = ([u32; STORIES], Vec<(u32, u32)>);

/// Reads the counted parts of the head; `None` if it breaks off.
fn counted(main: &[u8]) -> Option<Counted> {
    let longs = COUNTED + 2 + 2 * usize::from(u16_at(main, COUNTED)?);
    let parts = longs + 2 + 4 * usize::from(u16_at(main, longs)?);
    let mut counts = [0; STORIES];
    for (story, count) in counts.iter_mut().enumerate() {
        // Between headers and comments stands a word that means nothing any more.
        let at = longs + 2 + 4 * (FIRST_STORY + story + usize::from(story > 2));
        *count = u32_at(main, at).filter(|_| at < parts).unwrap_or_default();
    }
    let number = usize::from(u16_at(main, parts)?);
    let place = |part: usize| Some((u32_at(main, parts + 2 + 8 * part)?, u32_at(main, parts + 6 + 8 * part)?));
    let places: Vec<(u32, u32)> = (0..number).map_while(place).collect();
    (places.len() == number).then_some((counts, places))
}

fn short(main: &[u8]) -> ParseError {
    ParseError::malformed(PLACE, format!("a stream of {} bytes", main.len()), "the whole head of the document")
}
