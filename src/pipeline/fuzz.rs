//! Targets of evidence, manifests, and the places of figures.

use super::bundle::excerpt::Search;
use super::{evidence, manifest as list};
use crate::parse::{Cell, Event, Row, Table, locator as place};
use crate::report::Passage;
use std::path::Path;

/// Columns of a spreadsheet.
const COLUMNS: u32 = 16_384;

/// Evidence: what was read can be written, and reads the same.
pub fn evidence(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match evidence::read("p/e.csv", &text) {
        Ok((_, rows)) if rows.iter().all(|row| row.transcription.is_none()) => {
            let written = evidence::write(&rows).unwrap_or_else(|error| panic!("{error}"));
            let again = evidence::read("p/e.csv", &String::from_utf8_lossy(&written));
            assert_eq!(again.map(|(_, rows)| rows), Ok(rows));
        }
        Ok(_) => {}
        Err(mistakes) => {
            assert!(mistakes.iter().all(|one| one.starts_with("evidence/p/e.csv")) && !mistakes.is_empty(), "{mistakes:?}")
        }
    }
}

/// A manifest, and what it is that a document may be called.
pub fn manifest(bytes: &[u8]) {
    if let Ok(entries) = list::parse(&String::from_utf8_lossy(bytes), Path::new("folder/m.tsv")) {
        assert!(entries.is_sorted_by_key(|entry| (entry.as_of, entry.path.clone())));
    }
}

/// Row, column and the name of a sheet: the cell is found by its locator.
pub fn locator(bytes: &[u8]) {
    let Some((head, name)) = bytes.split_first_chunk::<6>() else { return };
    let row = u32::from_le_bytes([head[0], head[1], head[2], 0]) + 1;
    let column = u32::from(u16::from_le_bytes([head[3], head[4]])) % COLUMNS;
    let page = (head[5] % 2 == 1).then_some(u32::from(head[5]));
    let table = Table { sheet: String::from_utf8_lossy(name).into_owned(), number: 1, page, ..Table::default() };
    let locator = place(&table, row, column);
    let mut search = Search::new(locator.clone());
    let cell = Cell { column, text: "1".to_owned(), ..Cell::default() };
    [Event::Table(table), Event::Row(Row { number: row, cells: vec![cell] })].iter().for_each(|event| search.event(event));
    match search.found() {
        Ok(passage @ Passage::Table { .. }) => assert_eq!(passage.marked(), Some("1"), "{locator}"),
        other => panic!("{locator}: {other:?}"),
    }
    // and of a text that no parser gave, nothing is found
    assert!(Search::new(String::from_utf8_lossy(name).into_owned()).found().is_err());
}
