//! Tables made from readable text: `NAME C 5 | …` and rows of fields.

use crate::parse::{Format, ParseError, Row, seen};
use encoding_rs::{Encoding, IBM866, WINDOWS_1251};
use proptest::prelude::*;

/// A table of a customs office: figures in character fields with a decimal comma, a deleted record, empty fields.
const FIELDS: &[(&str, u8, usize, u8)] = &[
    ("NAPR", b'C', 2, 0),
    ("СТРАНА", b'C', 20, 0),
    ("STOIM", b'C', 12, 0),
    ("NETTO", b'N', 10, 2),
    ("DAT", b'D', 8, 0),
    ("OK", b'L', 1, 0),
];
const RECORDS: &[&str] = &[
    " |ЭК|КИТАЙ|113628,49|   1234.50|20200425|T",
    "*|ИМ|ЯПОНИЯ|1|      1.00|20200425|F",
    " |ИМ|ОБЪЕДИНЁННЫЕ ЭМИРАТЫ|0,5||00000000|?",
];
const SHOWN: &str =
    "1: NAPR|СТРАНА|STOIM|NETTO|DAT|OK\n2: ЭК|КИТАЙ|113628,49|1234.50|2020-04-25|T\n4: ИМ|ОБЪЕДИНЁННЫЕ ЭМИРАТЫ|0,5|||";

/// Documents to begin with for whoever throws spoilt ones.
pub fn seeds() -> Vec<Vec<u8>> {
    vec![table(0x65, IBM866, FIELDS, RECORDS), table(0xC9, WINDOWS_1251, &[("TEXT", b'C', 300, 0)], &[" |x"])]
}

fn table(language: u8, encoding: &'static Encoding, fields: &[(&str, u8, usize, u8)], records: &[&str]) -> Vec<u8> {
    let padded = |text: &str, length: usize, pad: u8| {
        let mut bytes = encoding.encode(text).0.into_owned();
        bytes.resize(length, pad);
        bytes
    };
    let record: usize = 1 + fields.iter().map(|field| field.2).sum::<usize>();
    let mut bytes = vec![0x03, 120, 4, 25];
    bytes.extend((records.len() as u32).to_le_bytes());
    bytes.extend((32 * fields.len() as u16 + 33).to_le_bytes());
    bytes.extend((record as u16).to_le_bytes());
    bytes.resize(32, 0);
    bytes[29] = language;
    for (name, kind, length, decimals) in fields {
        bytes.extend(padded(name, 11, 0));
        bytes.extend([*kind, 0, 0, 0, 0]);
        let high = if *kind == b'C' { (*length >> 8) as u8 } else { *decimals };
        bytes.extend([*length as u8, high]);
        bytes.extend([0; 14]);
    }
    bytes.push(0x0D);
    for line in records {
        let lengths = std::iter::once(1).chain(fields.iter().map(|field| field.2));
        line.split('|').zip(lengths).for_each(|(text, length)| bytes.extend(padded(text, length, b' ')));
    }
    bytes.push(0x1A);
    bytes
}

fn rows(bytes: &[u8], charset: Option<&str>) -> Result<Vec<Row>, ParseError> {
    seen::rows(Format::Dbf, bytes, charset)
}

/// `number: text|text|…`, a row a line.
fn shown(bytes: &[u8], charset: Option<&str>) -> String {
    let line = |row: &Row| {
        let at = |column| row.cells.iter().find(|cell| cell.column == column).map_or("", |cell| &cell.text);
        format!("{}: {}", row.number, (0..FIELDS.len() as u32).map(at).collect::<Vec<_>>().join("|"))
    };
    rows(bytes, charset).unwrap().iter().map(line).collect::<Vec<_>>().join("\n")
}

fn refusal(bytes: &[u8]) -> String {
    rows(bytes, None).unwrap_err().to_string()
}

#[test]
fn charsets_are_stated_configured_or_guessed() {
    let cases: [(u8, &'static Encoding, Option<&str>); 8] = [
        (0x65, IBM866, Some("windows-1251")),
        (0x26, IBM866, None),
        (0xC9, WINDOWS_1251, Some("cp866")),
        (0x00, IBM866, Some("cp866")),
        (0x00, WINDOWS_1251, Some("windows-1251")),
        (0x03, WINDOWS_1251, Some("windows-1251")),
        (0x00, IBM866, None),
        (0x00, WINDOWS_1251, None),
    ];
    for (language, encoding, charset) in cases {
        let bytes = table(language, encoding, FIELDS, RECORDS);
        assert_eq!(shown(&bytes, charset), SHOWN, "{language:02X} {} {charset:?}", encoding.name());
    }
}

#[test]
fn long_character_fields_have_two_bytes_of_length() {
    let text = "я".repeat(300);
    let bytes = table(0xC9, WINDOWS_1251, &[("TEXT", b'C', 300, 0)], &[&format!(" |{text}")]);
    assert_eq!(rows(&bytes, None).unwrap()[1].cells[0].text, text);
}

#[test]
fn what_is_no_table_is_named() {
    let whole = table(0x65, IBM866, FIELDS, RECORDS);
    let changed = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        refusal(&bytes)
    };
    let data = 32 * FIELDS.len() + 33;
    assert_eq!(refusal(b"<html>"), "header: expected a dBASE III or IV table (03, 83, 8B), found fewer than 32 bytes");
    assert_eq!(changed(0, 0x04), "header: expected a dBASE III or IV table (03, 83, 8B), found byte 04");
    assert_eq!(changed(4, 5), "record 4: expected 5 records, as the header says, found the end of the document");
    assert_eq!(changed(4, 2), "record 3: expected 2 records, as the header says, found another record");
    assert_eq!(changed(10, 9), "header: expected 54 bytes, as the fields make with the deletion mark, found a record of 9 bytes");
    assert_eq!(
        changed(32 + 11, b'M'),
        "field NAPR: expected C, N, F, D of 8 bytes, or L of one byte, found the type 'M' of 2 bytes"
    );
    assert_eq!(
        changed(data - 1, 0),
        "header: expected a description of 32 bytes for every field, found no end (0D) of the fields"
    );
    assert_eq!(changed(data, b'x'), "record 1: expected a blank or an asterisk before the record, found byte 78");
    assert_eq!(changed(data + 53, b'x'), "record 1, field OK: expected T, F, Y, N or a question mark, found \"x\"");
    assert_eq!(changed(data + 45, b'x'), "record 1, field DAT: expected a date in eight digits, found \"x0200425\"");
}

proptest! {
    #[test]
    fn any_bytes_give_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300), version in 0usize..3) {
        let bytes = [vec![[0x03, 0x83, 0xF5][version]], bytes].concat();
        let _ = rows(&bytes, None);
    }

    #[test]
    fn changed_tables_give_rows_or_an_error(changes in prop::collection::vec((0usize..400, any::<u8>()), 1..6)) {
        let mut bytes = table(0x65, IBM866, FIELDS, RECORDS);
        for (at, byte) in changes {
            let length = bytes.len();
            bytes[at % length] = byte;
        }
        let _ = rows(&bytes, None);
    }
}
