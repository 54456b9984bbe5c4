//! Evidence as it travels: no spreadsheet runs anything of it, and we read back what was written.

use super::{read, write};
use crate::model::{Class, DateBasis, Status};
use crate::report::{number, safe};
use crate::store::ExportedRow;
use proptest::prelude::*;

fn row(text: &str) -> ExportedRow {
    let day = "2021-01-20".parse().unwrap();
    let text = || text.to_string();
    ExportedRow {
        source: text(),
        series: "p.ipi.b.ru.growth.m".parse().unwrap(),
        period: "2020-12".parse().unwrap(),
        value: "-4.10".parse().ok(),
        status: Status::Published,
        class: Class::Exported,
        printed: text(),
        raw: Some(text()).filter(|raw| !raw.is_empty()),
        unit: text(),
        sha256: Some(text()).filter(|sha256| !sha256.is_empty()),
        held: false,
        as_of: day,
        as_of_basis: DateBasis::Stated,
        known_from: day,
        known_from_basis: DateBasis::Stated,
        url: text(),
        obtained_from: text(),
        locator: text(),
        notes: Vec::new(),
        transcription: None,
    }
}

fn cells(text: &str) -> Vec<String> {
    let written = write(&[row(text)]).unwrap();
    let mut lines = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_slice());
    lines.records().nth(1).unwrap().unwrap().iter().map(str::to_string).collect()
}

/// What is no formula in any cell, and a figure where it is one.
#[test]
fn formulas_are_text_and_figures_are_figures() {
    let mut cases = 0;
    for (text, wanted) in [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("a;=HYPERLINK(\"x\")", "a;'=HYPERLINK(\"x\")"),
        ("a\n@b", "a\n'@b"),
        ("=cmd|'/C calc'!A1;+b", "'=cmd|'/C calc'!A1;'+b"),
        ("'=1", "''=1"),
        ("＝1", "'＝1"),
        ("'quoted'", "'quoted'"),
        ("-4,1", "-4,1"),
        ("-4.1", "-4.1"),
        ("+4,3%", "+4,3%"),
        ("-1 234,5", "-1 234,5"),
        ("-", "-"),
        ("−4,1", "−4,1"),
        ("…", "…"),
        ("Sheet!A1", "Sheet!A1"),
        ("https://example.org/?a=1&b=-2", "https://example.org/?a=1&b=-2"),
    ] {
        let cells = cells(text);
        assert_eq!(cells[4], number(text), "{text:?}");
        assert_eq!(cells[3], "-4.10", "the value stays a number");
        // unit, source, url, obtained_from, sha256, locator
        assert!([6, 10, 11, 12, 13, 16].iter().all(|column| cells[*column] == safe(text)), "{text:?}: {cells:?}");
        assert_eq!(number(text), wanted, "{text:?}");
        let (_, rows) = read("p/e.csv", &String::from_utf8(write(&[row(text)]).unwrap()).unwrap()).unwrap();
        assert_eq!(rows, [row(text)], "we read what was written");
        cases += 1;
    }
    println!("F33: {cases} cases of exported evidence");
}

proptest! {
    #[test]
    fn whatever_is_written_is_read(text in "[-=+@'; \\t\\r\\nа#\",.0-9]{0,12}") {
        let (_, rows) = read("p/e.csv", &String::from_utf8(write(&[row(&text)]).unwrap()).unwrap()).unwrap();
        prop_assert_eq!(rows, [row(&text)]);
    }
}
