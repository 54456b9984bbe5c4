//! dBASE III and IV tables: one table without a name. The names of the fields are row 1 and record *n* is row *n* + 1, as spreadsheet
//! programs show such a file; deleted records leave a gap in the numbers.
//!
//! Figures are text in the file, and text here: publishers store them in character fields with a decimal comma as well.

mod field;
mod header;

use super::{Cell, Event, Input, Options, ParseError, Row, Table, charset};
use encoding_rs::Encoding;
use field::text;
use header::{Field, Header};
use std::io::{BufReader, Read, SeekFrom};

/// Begins a record that was deleted but not yet removed.
const DELETED: u8 = b'*';
/// Ends the records.
const END: u8 = 0x1A;

/// Reads the table; fields that are empty or blank have no cell, and records without a cell no row.
///
/// # Errors
/// Bytes that are no such table, a field of another type, or records that end early.
pub fn parse(input: &mut dyn Input, options: &Options, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    input.seek(SeekFrom::Start(0))?;
    let header = Header::read(input)?;
    let encoding = encoding(input, &header, options)?;
    sink(Event::Table(Table { number: 1, ..Table::default() }));
    let names = header.fields.iter().map(|field| encoding.decode_without_bom_handling(&field.name).0.into_owned());
    sink(Event::Row(Row { number: 1, cells: cells(names) }));
    input.seek(SeekFrom::Start(u64::from(header.length)))?;
    records(&mut BufReader::new(input), &header, encoding, sink)
}

/// The charset that the header states, else the source's, else a guess by the first records.
fn encoding(input: &mut dyn Input, header: &Header, options: &Options) -> Result<&'static Encoding, ParseError> {
    if let Some(stated) = header.encoding() {
        return Ok(stated);
    }
    let mut part = header.fields.iter().flat_map(|field| field.name.clone()).collect();
    input.seek(SeekFrom::Start(u64::from(header.length)))?;
    input.take(charset::SNIFFED).read_to_end(&mut part)?;
    Ok(charset::settle(&part, None, options.charset.as_deref()))
}

fn records(
    input: &mut impl Read,
    header: &Header,
    encoding: &'static Encoding,
    sink: &mut dyn FnMut(Event),
) -> Result<(), ParseError> {
    let mut record = vec![0; usize::from(header.record)];
    for number in 1..=header.records {
        let place = || format!("record {number}");
        if !fill(input, &mut record)? {
            let seen = "the end of the document";
            return Err(ParseError::malformed(place(), seen, format!("{} records, as the header says", header.records)));
        }
        match record.first() {
            Some(b' ') => {}
            Some(&DELETED) => continue,
            other => {
                let seen = other.map_or("nothing".to_owned(), |byte| format!("byte {byte:02X}"));
                return Err(ParseError::malformed(place(), seen, "a blank or an asterisk before the record"));
            }
        }
        let row = number.checked_add(1).ok_or_else(|| too_many(header.records))?;
        let cells = cells(texts(&record, header, encoding, number)?.into_iter());
        if !cells.is_empty() {
            sink(Event::Row(Row { number: row, cells }));
        }
    }
    ended(input, header)
}

/// More records than the header knows are a header that was not kept up: none may be passed over.
fn ended(input: &mut impl Read, header: &Header) -> Result<(), ParseError> {
    let mut record = vec![0; usize::from(header.record)];
    let more = fill(input, &mut record)? && matches!(record.first(), Some(b' '));
    if more && record.iter().any(|byte| *byte != b' ') && record.first() != Some(&END) {
        let wanted = format!("{} records, as the header says", header.records);
        return Err(ParseError::malformed(format!("record {}", u64::from(header.records) + 1), "another record", wanted));
    }
    Ok(())
}

fn texts(record: &[u8], header: &Header, encoding: &'static Encoding, number: u32) -> Result<Vec<String>, ParseError> {
    let read = |field: &Field| {
        let bytes = record.get(field.place.clone()).unwrap_or_default();
        text(field.kind, bytes, encoding).map_err(|(seen, wanted)| {
            let name = String::from_utf8_lossy(&field.name).into_owned();
            ParseError::malformed(format!("record {number}, field {name}"), seen, wanted)
        })
    };
    header.fields.iter().map(read).collect()
}

fn cells(texts: impl Iterator<Item = String>) -> Vec<Cell> {
    let filled = (0..).zip(texts).filter(|(_, text)| !text.trim().is_empty());
    filled.map(|(column, text)| Cell { column, text, ..Cell::default() }).collect()
}

/// Fills the buffer; `false` where the input ends before.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<bool> {
    match input.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn too_many(records: u32) -> ParseError {
    let what = format!("the number of records, {records},");
    ParseError::TooLarge { place: "header".to_owned(), what, limit: u64::from(u32::MAX) - 1 }
}

#[cfg(test)]
pub(super) mod tests;
