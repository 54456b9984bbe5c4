//! Text in columns (CSV, TSV and their kin): one table, a row a record, numbered by the line where the record starts.
//!
//! Nobody declares the dialect, so it is told by the first lines: the separator that gives the most even columns. The text is
//! decoded and split while it is read, for customs dumps have hundreds of megabytes.

mod dialect;
mod raw;

pub use raw::{Style, bind};

use super::lines::{Allowance, Lines};
use super::{Cell, Event, Input, Options, ParseError, Row, Table, charset};
use ::csv::{ByteRecord, Reader, ReaderBuilder, StringRecord, Terminator};
use dialect::Dialect;
use encoding_rs::Encoding;
use std::io::{self, Read, SeekFrom};

/// Decoded bytes by which the dialect is told.
const SAMPLE: u64 = 64 << 10;
/// Fields of a record: as many as columns of the widest spreadsheet.
const MOST_FIELDS: usize = 16_384;
/// Decoded bytes of a record: the largest cell of a spreadsheet has 32 767 characters.
const LONGEST_RECORD: u64 = 16 << 20;
/// Line ends inside the quotes of one record; more are a quote that nobody closed.
const MOST_LINES_QUOTED: u64 = 1000;

/// Reads one table without a name. Fields that are empty or blank have no cell, and records without a cell no row.
///
/// # Errors
/// A quote that is never closed, a limit, or a failing reader.
pub fn parse(input: &mut dyn Input, options: &Options, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    let encoding = charset::sniff(input, None, options.charset.as_deref())?;
    let dialect = Dialect::of(&sample(input, encoding)?);
    sink(Event::Table(Table { number: 1, ..Table::default() }));
    let allowance = Allowance::new(LONGEST_RECORD);
    let reader = reader(dialect, Lines::new(input, encoding, allowance.clone()));
    Records { reader, dialect, place: Place::new(allowance) }.read(sink)
}

/// The first lines, decoded; the input stands again where it stood.
fn sample(input: &mut dyn Input, encoding: &'static Encoding) -> io::Result<String> {
    let start = input.stream_position()?;
    let mut text = Vec::new();
    Lines::new(input, encoding, Allowance::new(u64::MAX)).take(SAMPLE).read_to_end(&mut text)?;
    input.seek(SeekFrom::Start(start))?;
    if text.len() as u64 == SAMPLE {
        text.truncate(memchr::memrchr(b'\n', &text).map_or(text.len(), |end| end + 1));
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn reader<R: Read>(dialect: Dialect, text: R) -> Reader<R> {
    splitter(dialect).from_reader(text)
}

fn splitter(dialect: Dialect) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).terminator(Terminator::Any(b'\n'));
    builder.delimiter(dialect.separator).quoting(dialect.quoting);
    builder
}

/// The records while they come in.
struct Records<R> {
    reader: Reader<R>,
    dialect: Dialect,
    place: Place,
}

impl<R: Read> Records<R> {
    fn read(mut self, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
        let mut record = StringRecord::new();
        while self.reader.read_record(&mut record).map_err(|error| self.place.failure(error))? {
            let line = self.place.record(self.reader.position().line(), record.as_byte_record())?;
            let cells = cells(&record);
            let declaration = line == 1 && self.dialect.declared;
            if !cells.is_empty() && !declaration {
                sink(Event::Row(Row { number: line, cells }));
            }
        }
        Ok(())
    }
}

/// How far the records are, for the numbers of their rows and for what is wrong with them.
struct Place {
    allowance: Allowance,
    /// The first line that no record has taken yet.
    next: u64,
}

impl Place {
    fn new(allowance: Allowance) -> Place {
        Place { allowance, next: 1 }
    }

    /// The line where a record starts that ends above the line `below`; the next one may be as long again.
    fn record(&mut self, below: u64, record: &ByteRecord) -> Result<u32, ParseError> {
        self.allowance.renew();
        let line = self.line(below, record)?;
        if record.len() > MOST_FIELDS {
            return Err(too_large(format!("line {line}"), "the number of fields", MOST_FIELDS as u64));
        }
        Ok(line)
    }

    /// Its line ends counted back from the line below it. Blank lines before it are passed.
    fn line(&mut self, below: u64, record: &ByteRecord) -> Result<u32, ParseError> {
        let quoted = memchr::memchr_iter(b'\n', record.as_slice()).count() as u64;
        let line = below.saturating_sub(1 + quoted);
        // The line end that closes the text stands inside the quotes, so it was counted twice.
        let open = line < self.next;
        if open || quoted > MOST_LINES_QUOTED {
            let seen = if open { "the end of the document".to_owned() } else { format!("{quoted} lines in quotes") };
            return Err(ParseError::malformed(format!("line {}", line.max(self.next)), seen, "a closing quote"));
        }
        self.next = below;
        u32::try_from(line).map_err(|_| too_large("the document", "the number of lines", u64::from(u32::MAX)))
    }

    fn failure(&self, error: ::csv::Error) -> ParseError {
        let place = || format!("line {}", self.next);
        match error.into_kind() {
            ::csv::ErrorKind::Io(_) if self.allowance.is_spent() => {
                too_large(place(), "the length of a record in bytes", LONGEST_RECORD)
            }
            ::csv::ErrorKind::Io(error) => ParseError::Io(error),
            other => ParseError::malformed(place(), format!("{other:?}"), "a record"),
        }
    }
}

fn cells(record: &StringRecord) -> Vec<Cell> {
    let filled = (0..).zip(record).filter(|(_, field)| !field.trim().is_empty());
    filled.map(|(column, field)| Cell { column, text: field.to_owned(), ..Cell::default() }).collect()
}

fn too_large(place: impl Into<String>, what: &str, limit: u64) -> ParseError {
    ParseError::TooLarge { place: place.into(), what: what.to_owned(), limit }
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
