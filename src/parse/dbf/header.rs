//! The header: how many records of which fields, and in what charset.

use super::field::Kind;
use crate::parse::{Input, ParseError};
use encoding_rs::{Encoding, IBM866, WINDOWS_1251};
use std::io::Read;
use std::ops::Range;

/// Bytes before the descriptions of the fields.
const START: usize = 32;
/// Bytes of a description.
const DESCRIPTION: usize = 32;
/// Bytes of a name, filled with zeros.
const NAME: usize = 11;
/// Ends the descriptions.
const LAST: u8 = 0x0D;
/// First bytes: dBASE III without and with memos, IV with memos, and the same as FoxPro writes them.
const VERSIONS: [u8; 7] = [0x03, 0x83, 0x8B, 0xF5, 0x30, 0x31, 0x43];
/// Language bytes of Russian tables: MS-DOS 866 of FoxPro and of dBASE, Windows 1251.
const LANGUAGES: [(u8, &Encoding); 3] = [(0x65, IBM866), (0x26, IBM866), (0xC9, WINDOWS_1251)];

/// What the header says.
#[derive(Debug)]
pub struct Header {
    /// Records, deleted ones too.
    pub records: u32,
    /// Bytes before the first record.
    pub length: u16,
    /// Bytes of a record, with the one before its fields.
    pub record: u16,
    /// The fields from left to right.
    pub fields: Vec<Field>,
    language: u8,
}

/// A field of every record.
#[derive(Debug)]
pub struct Field {
    /// Its name as it stands.
    pub name: Vec<u8>,
    /// What its bytes mean.
    pub kind: Kind,
    /// Where they stand in a record.
    pub place: Range<usize>,
}

impl Header {
    /// Reads the header, whose length is at most 64 KB by its own nature.
    ///
    /// # Errors
    /// Bytes that are no header, or fields that do not make the record.
    pub fn read(input: &mut dyn Input) -> Result<Header, ParseError> {
        let mut start = [0; START];
        let whole = super::fill(&mut &mut *input, &mut start)?;
        let version = start[0];
        if !whole || !VERSIONS.contains(&version) {
            let seen = if whole { format!("byte {version:02X}") } else { "fewer than 32 bytes".to_owned() };
            return Err(malformed(seen, "a dBASE III or IV table (03, 83, 8B)"));
        }
        let two = |at: usize| u16::from_le_bytes([start[at], start[at + 1]]);
        let records = u32::from_le_bytes([start[4], start[5], start[6], start[7]]);
        let (length, record) = (two(8), two(10));
        let mut rest = Vec::new();
        input.take(u64::from(length).saturating_sub(START as u64)).read_to_end(&mut rest)?;
        let fields = fields(&rest, record)?;
        Ok(Header { records, length, record, fields, language: start[29] })
    }

    /// The charset that the language byte states.
    pub fn encoding(&self) -> Option<&'static Encoding> {
        LANGUAGES.iter().find(|(byte, _)| *byte == self.language).map(|(_, encoding)| *encoding)
    }
}

fn fields(descriptions: &[u8], record: u16) -> Result<Vec<Field>, ParseError> {
    let (all, _) = descriptions.as_chunks::<DESCRIPTION>();
    let all: Vec<&[u8; DESCRIPTION]> = all.iter().take_while(|one| one[0] != LAST).collect();
    let ended = descriptions.get(all.len() * DESCRIPTION) == Some(&LAST);
    if !ended || all.is_empty() {
        let seen = if ended { "no field" } else { "no end (0D) of the fields" };
        return Err(malformed(seen.to_owned(), "a description of 32 bytes for every field"));
    }
    let (plain, wide) = (end(&all, length), end(&all, wide_length));
    let length = match usize::from(record) {
        bytes if bytes == plain => length,
        bytes if bytes == wide => wide_length,
        bytes => {
            let seen = format!("a record of {bytes} bytes");
            return Err(malformed(seen, &format!("{plain} bytes, as the fields make with the deletion mark")));
        }
    };
    let mut at = 1;
    all.into_iter().map(|one| field(one, length(one), &mut at)).collect()
}

fn end(all: &[&[u8; DESCRIPTION]], length: impl Fn(&[u8; DESCRIPTION]) -> usize) -> usize {
    1 + all.iter().map(|one| length(one)).sum::<usize>()
}

/// The length of a field, which fits a byte.
fn length(one: &[u8; DESCRIPTION]) -> usize {
    usize::from(one[16])
}

/// The length as Clipper and FoxPro write that of a long character field: its high byte stands where figures have decimals.
fn wide_length(one: &[u8; DESCRIPTION]) -> usize {
    if one[11] == b'C' { usize::from(u16::from_le_bytes([one[16], one[17]])) } else { length(one) }
}

fn field(one: &[u8; DESCRIPTION], length: usize, at: &mut usize) -> Result<Field, ParseError> {
    let name = one.iter().take(NAME).take_while(|byte| **byte != 0).copied().collect::<Vec<u8>>();
    let shown = String::from_utf8_lossy(&name).into_owned();
    let seen = || format!("the type {:?} of {length} bytes", char::from(one[11]));
    let wanted = "C, N, F, D of 8 bytes, or L of one byte";
    let kind = Kind::of(one[11], length).ok_or_else(|| ParseError::malformed(format!("field {shown}"), seen(), wanted))?;
    let place = *at..*at + length;
    *at = place.end;
    Ok(Field { name, kind, place })
}

fn malformed(seen: String, wanted: &str) -> ParseError {
    ParseError::malformed("header", seen, wanted)
}
