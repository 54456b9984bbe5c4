//! A workbook spoilt in its bytes, where what a cell shows is decided: names, hidden parts, merges, formats, raised runs.

use crate::cited_pages;
use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};
use sverka::config::Config;
use sverka::pipeline::read_document;

/// What may come of a change.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    /// The same figures, and no word.
    Same,
    /// Figures lack or differ, and something is said.
    Told,
    /// No figure.
    Refused,
}

const SOURCE: &str = "rosstat-ppi-activity";
const SHEET: &str = "xl/worksheets/sheet1.xml";
const BOOK: &str = "xl/workbook.xml";
const STYLES: &str = "xl/styles.xml";

/// What is done, in which part, what stands there, what comes in its place, and what may come of it.
const CHANGES: &[(&str, &str, &str, &str, Then)] = &[
    ("nothing", SHEET, "101.2", "101.2", Then::Same),
    ("a sheet is renamed", BOOK, "name=\"2.1\"", "name=\"Лист1\"", Then::Told),
    ("every sheet is renamed", BOOK, "name=\"2.", "name=\"Лист ", Then::Refused),
    ("a sheet is hidden", BOOK, "<sheet name=\"2.1\"", "<sheet state=\"hidden\" name=\"2.1\"", Then::Same),
    ("a row is hidden", SHEET, "<row r=\"6\"", "<row hidden=\"1\" r=\"6\"", Then::Same),
    ("a column is hidden", SHEET, "<sheetData>", "<cols><col min=\"2\" max=\"2\" hidden=\"1\"/></cols><sheetData>", Then::Same),
    (
        "the heads are merged",
        SHEET,
        "</sheetData>",
        "</sheetData><mergeCells><mergeCell ref=\"B3:C3\"/></mergeCells>",
        Then::Same, // a merge over cells that hold something hides nothing
    ),
    (
        "a figure is a text",
        SHEET,
        "<c r=\"B5\" s=\"1\"><v>101.2</v></c>",
        "<c r=\"B5\" t=\"inlineStr\"><is><t>101,2</t></is></c>",
        Then::Same,
    ),
    (
        "a raised mark on a figure",
        SHEET,
        "<c r=\"B5\" s=\"1\"><v>101.2</v></c>",
        "<c r=\"B5\" t=\"inlineStr\"><is><r><t>101,2</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>1)</t></r></is></c>",
        Then::Same,
    ),
    (
        "a mark that lost its run",
        SHEET,
        "<c r=\"B5\" s=\"1\"><v>101.2</v></c>",
        "<c r=\"B5\" t=\"inlineStr\"><is><r><t>101,2</t></r><r><t>1</t></r></is></c>",
        Then::Told,
    ),
    (
        "a mark with a bracket that lost its run",
        SHEET,
        "<c r=\"B5\" s=\"1\"><v>101.2</v></c>",
        "<c r=\"B5\" t=\"inlineStr\"><is><t>101,21)</t></is></c>",
        Then::Told,
    ),
    ("a year is another one's", SHEET, "<v>1999</v>", "<v>1998</v>", Then::Told),
    ("figures are shown in percent", STYLES, "formatCode=\"0.0\"", "formatCode=\"0.0%\"", Then::Told),
    ("figures are shown as dates", STYLES, "formatCode=\"0.0\"", "formatCode=\"dd.mm.yyyy\"", Then::Refused),
    ("figures are shown with words", STYLES, "formatCode=\"0.0\"", "formatCode=\"0.0&quot; руб.&quot;\"", Then::Same),
    ("figures have no format", STYLES, "formatCode=\"0.0\"", "formatCode=\"General\"", Then::Same),
];

/// The workbook with this text for that one in a part.
fn changed(bytes: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let mut member = zip.by_index(index).unwrap();
        let (name, mut text) = (member.name().unwrap().to_string(), String::new());
        member.read_to_string(&mut text).unwrap();
        if name == part {
            assert!(text.contains(from), "{part} has no {from}: {text}");
            text = text.replace(from, to);
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Figures and issues; `None` if the document is refused.
fn read(config: &Config, bytes: &[u8]) -> Option<(BTreeSet<String>, BTreeSet<String>)> {
    let reading = read_document(config.source(SOURCE).unwrap(), bytes, "2026-01-15".parse().unwrap()).ok()?;
    let figure = |o: &sverka::model::Observation| Some(format!("{} {} {}", o.series, o.period, o.value?.normalize()));
    Some((reading.observations.iter().filter_map(figure).collect(), reading.issues.iter().map(ToString::to_string).collect()))
}

#[test]
fn no_byte_moves_a_figure_without_a_word() {
    let config = Config::builtin().unwrap();
    let documents = cited_pages::documents();
    let (_, book) = documents.iter().find(|(source, _)| *source == SOURCE).unwrap();
    let (truth, told) = read(&config, book).unwrap();
    let mut wrong = Vec::new();
    for (what, part, from, to, then) in CHANGES {
        let came = match read(&config, &changed(book, part, from, to)) {
            None => Then::Refused,
            Some((figures, issues)) if figures == truth && issues == told => Then::Same,
            Some((_, issues)) if !issues.is_subset(&told) => Then::Told,
            Some((figures, _)) => panic!("{what}: silent: {:?}", figures.symmetric_difference(&truth).collect::<Vec<_>>()),
        };
        if came != *then {
            wrong.push(format!("{what}: {came:?}, expected {then:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
