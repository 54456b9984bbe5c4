//! Real documents, read and compared with what another program (LibreOffice 7.4, converting to `.docx`) gives for them: the
//! texts of all cells are the same.

use super::parse;
use crate::parse::samples::samples;
use crate::parse::{Event, Row};
use std::fs::File;
use std::path::PathBuf;

/// File, then: tables, rows with text, cells with a text of their own, copies, paragraphs.
#[rustfmt::skip]
const COUNTS: &[(&str, [usize; 5])] = &[
    ("rosstat/kep/2017-01-31/tab1.doc", [34, 1241, 12813, 966, 20]),
    ("rosstat/socioeconomic-situation/2017-11-20/1-0.doc", [2, 24, 144, 18, 0]),
];

/// File, table, row, column, text.
const CELLS: &[(&str, usize, u32, u32, &str)] = &[
    ("rosstat/kep/2017-01-31/tab1.doc", 1, 6, 1, "1213,6"),
    ("rosstat/kep/2017-01-31/tab1.doc", 1, 23, 1, "27746,7³⁾"),
    ("rosstat/kep/2017-01-31/tab1.doc", 11, 3, 1, "1258,0"),
    ("rosstat/kep/2017-01-31/tab1.doc", 15, 127, 3, "-6,3"),
    ("rosstat/kep/2017-01-31/tab1.doc", 32, 4, 1, "657,8"),
    ("rosstat/socioeconomic-situation/2017-11-20/1-0.doc", 2, 4, 2, "101,6¹⁾ʼ²⁾"),
    ("rosstat/socioeconomic-situation/2017-11-20/1-0.doc", 2, 19, 1, "38275¹⁰⁾"),
];

fn read(file: PathBuf) -> (Vec<Vec<Row>>, usize) {
    let (mut tables, mut paragraphs) = (Vec::<Vec<Row>>::new(), 0);
    let mut sink = |event| match event {
        Event::Table(_) => tables.push(Vec::new()),
        Event::Row(row) => tables.last_mut().unwrap().push(row),
        Event::Paragraph { .. } => paragraphs += 1,
    };
    parse(&mut File::open(&file).unwrap(), &mut sink).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    (tables, paragraphs)
}

#[test]
fn counts_are_those_of_another_program() {
    let Some(folder) = samples() else { return };
    for (file, wanted) in COUNTS {
        let (tables, paragraphs) = read(folder.join(file));
        let cells = || tables.iter().flatten().flat_map(|row| &row.cells);
        let own = cells().filter(|cell| cell.copy_of.is_none()).count();
        let rows = tables.iter().map(Vec::len).sum();
        assert_eq!([tables.len(), rows, own, cells().count() - own, paragraphs], *wanted, "{file}");
    }
}

#[test]
fn chosen_cells() {
    let Some(folder) = samples() else { return };
    for (file, table, number, column, text) in CELLS {
        let (tables, _) = read(folder.join(file));
        let row = tables[table - 1].iter().find(|row| row.number == *number).unwrap();
        let found = row.cells.iter().find(|cell| cell.column == *column).map(|cell| cell.text.as_str());
        assert_eq!(found, Some(*text), "{file} table {table} row {number}");
    }
}
