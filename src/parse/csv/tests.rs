//! Small texts in every dialect and charset.

use super::{LONGEST_RECORD, MOST_FIELDS};
use crate::parse::{Format, ParseError, Row, seen};
use encoding_rs::{IBM866, WINDOWS_1251};
use proptest::prelude::*;

fn rows(bytes: &[u8], charset: Option<&str>) -> Result<Vec<Row>, ParseError> {
    seen::rows(Format::Csv, bytes, charset)
}

/// `1: A=text B=text`, a row a line.
fn shown(bytes: &[u8], charset: Option<&str>) -> String {
    let cell = |cell: &crate::parse::Cell| format!(" {}={:?}", crate::parse::column_name(cell.column), cell.text);
    let row = |row: &Row| format!("{}:{}", row.number, row.cells.iter().map(cell).collect::<String>());
    rows(bytes, charset).unwrap().iter().map(row).collect::<Vec<_>>().join("\n")
}

fn refusal(bytes: &[u8]) -> String {
    rows(bytes, None).unwrap_err().to_string()
}

#[test]
fn rows_carry_the_line_where_they_start() {
    let text = "a;b;c\n\n1;\"two\nlines\";3\n;;\n4;;\"say \"\"six\"\"\";7\n8";
    let wanted =
        "1: A=\"a\" B=\"b\" C=\"c\"\n3: A=\"1\" B=\"two\\nlines\" C=\"3\"\n6: A=\"4\" C=\"say \\\"six\\\"\" D=\"7\"\n7: A=\"8\"";
    for ending in ["\n", "\r\n", "\r"] {
        let text = text.replace('\n', ending);
        assert_eq!(shown(text.as_bytes(), None), wanted, "{ending:?}");
        assert_eq!(shown(format!("{text}{ending}").as_bytes(), None), wanted, "{ending:?} at the end");
        assert_eq!(shown(format!("\u{feff}{text}\u{1a}").as_bytes(), None), wanted, "{ending:?} and marks");
    }
}

#[test]
fn charsets_are_told_apart() {
    let text = "Код;Наименование\r\n05.1;Добыча угля\r\n06;Добыча нефти и природного газа\r\n";
    let wanted =
        "1: A=\"Код\" B=\"Наименование\"\n2: A=\"05.1\" B=\"Добыча угля\"\n3: A=\"06\" B=\"Добыча нефти и природного газа\"";
    let utf16 = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let little = [vec![0xFF, 0xFE], utf16(u16::to_le_bytes)].concat();
    let big = [vec![0xFE, 0xFF], utf16(u16::to_be_bytes)].concat();
    let (cp1251, cp866) = (WINDOWS_1251.encode(text).0, IBM866.encode(text).0);
    let cases: [(&[u8], Option<&str>); 8] = [
        (text.as_bytes(), None),
        (text.as_bytes(), Some("windows-1251")),
        (&little, None),
        (&big, Some("utf-8")),
        (&cp1251, None),
        (&cp1251, Some("windows-1251")),
        (&cp866, None),
        (&cp866, Some("cp866")),
    ];
    for (at, (bytes, charset)) in cases.into_iter().enumerate() {
        assert_eq!(shown(bytes, charset), wanted, "case {at}");
    }
}

#[test]
fn long_texts_are_read_to_their_end() {
    let text: String = (0..40_000).map(|n| format!("{n};строка, {n}\r\n")).collect();
    let rows = rows(&WINDOWS_1251.encode(&text).0, None).unwrap();
    assert_eq!(rows.len(), 40_000);
    assert!((0..).zip(&rows).all(|(n, row)| row.number == n + 1 && row.cells[1].text == format!("строка, {n}")));
}

#[test]
fn a_declared_separator_is_no_row() {
    assert_eq!(shown(b"sep=;\na,b;c\n", None), "2: A=\"a,b\" B=\"c\"");
}

#[test]
fn what_cannot_be_split_is_refused_by_line() {
    let open = "a;b\n\"1\";\"2\"\n\"3\";\"4\n5;6\n";
    assert_eq!(refusal(open.as_bytes()), "line 3: expected a closing quote, found the end of the document");
    let far = format!("a;b\n\"1\";\"2\"\n\"3\";\"4\n{}\";1\n", "5;6\n".repeat(2000));
    assert_eq!(refusal(far.as_bytes()), "line 3: expected a closing quote, found 2001 lines in quotes");
    let wide = format!("a;b\n{}\n", ";".repeat(MOST_FIELDS));
    assert_eq!(refusal(wide.as_bytes()), "line 2: the number of fields exceeds the limit of 16384");
    let long = format!("a;b\n{}\n", "x".repeat(LONGEST_RECORD as usize + 100_000));
    assert_eq!(refusal(long.as_bytes()), "line 2: the length of a record in bytes exceeds the limit of 16777216");
    assert_eq!(shown(b"", None), "");
}

proptest! {
    #[test]
    fn any_bytes_give_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..2000), charset in 0usize..4) {
        let _ = rows(&bytes, [None, Some("cp866"), Some("utf-16le"), Some("gb18030")][charset]);
    }

    #[test]
    fn plain_tables_come_back(table in prop::collection::vec(prop::collection::vec("[а-яА-Я0-9,.]{1,6}", 3), 2..30)) {
        let text: String = table.iter().map(|row| row.join("\t") + "\r\n").collect();
        let rows = rows(text.as_bytes(), None).unwrap();
        let back: Vec<Vec<String>> = rows.iter().map(|row| row.cells.iter().map(|c| c.text.clone()).collect()).collect();
        prop_assert_eq!(back, table);
    }
}
