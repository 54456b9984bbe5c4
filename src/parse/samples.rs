//! Real documents of the formats that are handed out as long tables.

use super::{Event, Format, Options, Row, parse};
use std::io::Cursor;
use std::path::PathBuf;

/// File, format, then: paragraphs, records, columns, cells; and one record.
#[rustfmt::skip]
const DOCUMENTS: &[(&str, Format, [usize; 4], &str)] = &[
    ("cbr/xml-daily/2020-04-25/XML_daily.xml", Format::Xml, [0, 34, 8, 272], "25.04.2020|Foreign Currency Market|R01235|840|USD|1|Доллар США|74,7163"),
    ("cbr/xml-daily/2022-03-15/XML_daily.xml", Format::Xml, [0, 34, 8, 272], "15.03.2022|Foreign Currency Market|R01375|156|CNY|1|Китайский юань|18,2218"),
    ("emiss/43062/2026-04-01/43062_EXCERPT.sdmx.xml", Format::Sdmx, [20, 33, 8, 264], "207|15 лет и старше|643|Российская Федерация|процент|I квартал|2017|5,5"),
];

/// The folder of real documents; without it the tests that need it say so and pass, except under CI.
pub fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("SVERKA_SAMPLES").map(PathBuf::from);
    assert!(folder.is_some() || std::env::var_os("CI").is_none_or(|ci| ci != "true"), "CI must set SVERKA_SAMPLES");
    if folder.is_none() {
        eprintln!("skipped: no samples");
    }
    folder
}

/// Paragraphs and rows of a document of one table.
fn read(bytes: &[u8], format: Format) -> (usize, Vec<Row>) {
    let (mut paragraphs, mut tables, mut rows) = (0, 0, Vec::new());
    let mut sink = |event| match event {
        Event::Table(_) => tables += 1,
        Event::Row(row) => rows.push(row),
        Event::Paragraph { .. } => paragraphs += 1,
    };
    parse(format, &mut Cursor::new(bytes), &Options::default(), &mut sink).unwrap();
    assert_eq!(tables, 1);
    (paragraphs, rows)
}

fn said(row: &Row) -> String {
    row.cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("|")
}

#[test]
fn real_documents_are_whole() {
    let Some(folder) = samples() else { return };
    for (file, format, wanted, record) in DOCUMENTS {
        let (paragraphs, rows) = read(&std::fs::read(folder.join(file)).unwrap(), *format);
        let cells = rows.iter().skip(1).map(|row| row.cells.len()).sum();
        assert_eq!([paragraphs, rows.len() - 1, rows[0].cells.len(), cells], *wanted, "{file}");
        assert!(rows.iter().any(|row| said(row) == *record), "{file}: no {record}");
    }
}
