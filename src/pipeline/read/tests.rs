//! Packed documents, by the bytes and by what the source says.

use super::*;
use crate::config::Config;
use std::io::{Cursor, Write};

const TABLE: &str = "Показатель;2019;2020\nДобыча угля;441;402\nДобыча нефти;561;513\n";

/// A configuration of one source with the given lines of its own.
fn source(lines: &str) -> Source {
    let text = format!(
        r#"
        [[publisher]]
        id = "p"
        name = "P"
        country = "ru"
        url = "https://p.ru/"
        [[source]]
        id = "s"
        publisher = "p"
        title = "t"
        page = "https://p.ru/"
        address = [{{ url = "https://p.ru/a" }}]
        schedule = "0 6 * * *"
        licence = "free"
        {lines}
        [[source.read]]
        name = "r"
        columns = [{{ head = ["{{year}}"] }}]
        rows = [{{ stub = "Добыча {{item:fuel}}" }}]
        series = "p.output.{{item}}.ru.level.{{freq}}"
        unit = "million tonnes"
        [source.names.fuel]
        "угля" = "coal"
        "нефти" = "oil"
        "#
    );
    Config::parse(&text, "t").unwrap_or_else(|error| panic!("{error:?}")).sources.remove(0)
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, ::zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::GzBuilder::new().filename(name).write(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// The first figure and its place, or the outcome and why.
fn first(source: &Source, bytes: &[u8]) -> String {
    match read_document(source, bytes, "2021-01-01".parse().unwrap()) {
        Ok(reading) => {
            let first = &reading.observations[0];
            format!("{} {} at {}", first.series, first.value.unwrap_or_default(), first.locator)
        }
        Err(refusal) => format!("{}: {refusal}", refusal.code()),
    }
}

#[test]
fn the_member_is_read_and_named() {
    let source = source("format = [\"csv\"]\nmember = \"*.csv\"");
    let (utf8, cp866) = (TABLE.as_bytes(), encoding_rs::IBM866.encode(TABLE).0);
    let figure = "p.output.coal.ru.level.a 441 at";
    assert_eq!(first(&source, utf8), format!("{figure} table 1, row 2, column 2"));
    let dump = zip(&[("dump/Table.CSV", &cp866), ("readme.txt", b"text")]);
    assert_eq!(first(&source, &dump), format!("{figure} dump/Table.CSV: table 1, row 2, column 2"));
    assert_eq!(first(&source, &gzip("t.csv", utf8)), format!("{figure} t.csv: table 1, row 2, column 2"));
    let none = "no_member: no member of the container is the one wanted; it has a.txt";
    assert_eq!(first(&source, &zip(&[("a.txt", utf8)])), none);
    let several = "several_members: several members of the container are what is wanted: a.csv, b.csv";
    assert_eq!(first(&source, &zip(&[("a.csv", utf8), ("b.csv", utf8)])), several);
    assert!(first(&source, b"PK\x03\x04").starts_with("unreadable: ZIP container: "));
    let page = zip(&[("a.csv", b"<html><title>404</title>")]);
    assert!(first(&source, &page).starts_with("soft_404: "), "{}", first(&source, &page));
    assert_eq!(accepted(&source), [Kind::Text, Kind::Zip, Kind::Gzip, Kind::Rar]);
}

#[test]
fn a_container_is_refused_where_no_member_is_named_and_a_rar_archive_always() {
    let rar = b"Rar!\x1A\x07\x00 and more";
    let refusal = "rar_archive: a RAR archive cannot be unpacked here; save its member and ingest that";
    for lines in ["format = [\"csv\"]", "format = [\"csv\"]\nmember = \"*\""] {
        assert_eq!(first(&source(lines), rar), refusal);
    }
    let plain = source("format = [\"csv\"]");
    assert!(first(&plain, &zip(&[("a.csv", TABLE.as_bytes())])).starts_with("not_expected_type: "));
    assert_eq!(accepted(&plain), [Kind::Text]);
}

#[test]
fn a_workbook_is_no_container_but_may_lie_in_one() {
    let source = source("format = [\"xlsx\"]\nmember = \"*.xlsx\"");
    let workbook = zip(&[("[Content_Types].xml", b"<Types/>"), ("a.xlsx", b"")]);
    let refusal = "unreadable: ZIP container: expected a document with all its parts, found no part xl/workbook.xml";
    assert_eq!(first(&source, &workbook), refusal);
    assert_eq!(first(&source, &zip(&[("issue/a.xlsx", &workbook)])), refusal);
    assert!(first(&source, &zip(&[("a.txt", b"")])).starts_with("no_member: "));
}

#[test]
fn real_dumps_are_unpacked() {
    let Some(folder) = crate::parse::samples::samples() else { return };
    let source = source("format = [\"csv\"]\nmember = \"*.csv\"");
    for (file, wanted) in [("fcs/ED.csv.zip", ["ED.csv", "32", "94"]), ("fcs/tnved.csv.zip", ["tnved.csv", "28495", "56989"])] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let (reader, document) = (Reader::InProcess, Document::of(&bytes));
        let unpacked = member(&reader, &source, &document).unwrap().unwrap();
        let (mut rows, mut cells) = (0, 0);
        let mut sink = |event| {
            if let crate::parse::Event::Row(row) = event {
                rows += 1;
                cells += row.cells.len();
            }
        };
        let whole = Wanted { format: Format::Csv, charset: None, member: Some(unpacked.index) };
        reader.read(&document, whole, &mut sink).unwrap();
        assert_eq!([unpacked.name, rows.to_string(), cells.to_string()], wanted, "{file}");
    }
    assert!(first(&source, &std::fs::read(folder.join("rosstat/kep/2017-01-31/ind.rar")).unwrap()).starts_with("rar_archive: "));
}
