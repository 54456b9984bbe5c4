//! Records in bulk: split as bytes, in charsets in which no letter has a byte of a separator, and decoded once a text.

use super::{Dialect, LONGEST_RECORD, Place, splitter};
use crate::parse::lines::{Allowance, DOS_END};
use crate::parse::sheaf::Binder;
use crate::parse::{Input, Options, ParseError, Table, charset};
use ::csv::{ByteRecord, Reader};
use encoding_rs::{Encoding, UTF_8};
use std::cell::Cell;
use std::io::{self, Read, SeekFrom};
use std::rc::Rc;

/// Bytes that are read at a time.
const CHUNK: usize = 256 << 10;

/// How a text in columns is written, as its beginning shows.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    encoding: &'static Encoding,
    dialect: Dialect,
    lines: bool,
}

impl Style {
    /// Told by the beginning of the input, which is left at the first byte of the text, behind a byte order mark.
    ///
    /// # Errors
    /// Reading failed.
    pub fn of(input: &mut dyn Input, options: &Options) -> io::Result<Style> {
        let encoding = charset::sniff(input, None, options.charset.as_deref())?;
        let start = input.stream_position()?;
        let mut first = Vec::new();
        input.take(super::SAMPLE).read_to_end(&mut first)?;
        input.seek(SeekFrom::Start(start))?;
        let dialect = Dialect::of(&super::sample(input, encoding)?);
        Ok(Style { encoding, dialect, lines: first.contains(&b'\n') })
    }

    /// Whether its bytes can be split before they are decoded.
    pub fn is_plain(&self) -> bool {
        self.lines && (self.encoding == UTF_8 || self.encoding.is_single_byte())
    }
}

/// Binds the records of a text that stands at its start. Whether the text ends inside a record.
///
/// # Errors
/// As of reading it otherwise, and bytes that are no text of its charset.
pub fn bind(input: &mut dyn Read, style: Style, binder: &mut Binder<'_>) -> Result<bool, ParseError> {
    let (allowance, last) = (Allowance::new(LONGEST_RECORD), Rc::new(Cell::new(b'\n')));
    let bounded = Bounded { input, allowance: allowance.clone(), last: last.clone(), ended: false };
    let reader = splitter(style.dialect).buffer_capacity(CHUNK).from_reader(bounded);
    binder.table(Table { number: 1, ..Table::default() });
    let shorter = Records { reader, style, place: Place::new(allowance) }.read(binder)?;
    Ok(shorter && !matches!(last.get(), b'\n' | b'\r' | DOS_END))
}

struct Records<R> {
    reader: Reader<R>,
    style: Style,
    place: Place,
}

impl<R: Read> Records<R> {
    /// Whether the last record has fewer fields than the one before.
    fn read(mut self, binder: &mut Binder<'_>) -> Result<bool, ParseError> {
        let (mut record, mut fields, mut shorter) = (ByteRecord::new(), 0, false);
        while self.reader.read_byte_record(&mut record).map_err(|error| self.place.failure(error))? {
            let line = self.place.record(self.reader.position().line(), &record)?;
            let declaration = line == 1 && self.style.dialect.declared;
            if declaration || record.as_slice() == [DOS_END] {
                continue;
            }
            (shorter, fields) = (record.len() < fields, record.len());
            let cells = (0..).zip(record.iter()).map(|(column, field)| (column, ended(field)));
            let mut filled = cells.filter(|(_, field)| !field.trim_ascii().is_empty()).peekable();
            if filled.peek().is_some() {
                self.bind(line, &mut filled, binder)?;
            }
        }
        Ok(shorter)
    }

    fn bind(&self, line: u32, cells: &mut dyn Iterator<Item = (u32, &[u8])>, binder: &mut Binder<'_>) -> Result<(), ParseError> {
        let mut strange = false;
        binder.row(line, cells, |bytes| {
            let (text, wrong) = self.style.encoding.decode_without_bom_handling(bytes);
            strange |= wrong;
            text.replace("\r\n", "\n").replace('\r', "\n")
        });
        if strange {
            let seen = format!("bytes that are no {}", self.style.encoding.name());
            return Err(ParseError::malformed(format!("line {line}"), seen, "the charset of the lines before"));
        }
        Ok(())
    }
}

/// A field without the end of a line that a return begins.
fn ended(field: &[u8]) -> &[u8] {
    field.strip_suffix(b"\r").unwrap_or(field)
}

/// The input as far as a record may go, and its last byte.
struct Bounded<'i> {
    input: &'i mut dyn Read,
    allowance: Allowance,
    last: Rc<Cell<u8>>,
    ended: bool,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.allowance.is_spent() {
            return Err(io::Error::other("a record is too long"));
        }
        let count = self.input.read(buffer)?;
        if let Some(&byte) = buffer.get(..count).and_then(<[u8]>::last) {
            self.last.set(byte);
        } else if let Some(first) = buffer.first_mut().filter(|_| !self.ended && self.last.get() != b'\n') {
            // every line ends, the last one too
            self.ended = true;
            *first = b'\n';
            return Ok(1);
        }
        self.allowance.spend(count);
        Ok(count)
    }
}
