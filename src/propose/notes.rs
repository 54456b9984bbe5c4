//! Notes below a table by which a figure is of another period than its row and column say.

use super::body::Body;
use super::draft::Draft;
use super::head::Head;
use super::sheet::Sheet;
use super::words::quoted;
use crate::normalize::label;
use crate::normalize::number::{self, CellValue};
use crate::normalize::outline::folded;
use crate::normalize::pattern::Pattern;
use crate::normalize::spec::Names;
use crate::parse::{Event, locator};
use std::collections::BTreeMap;

/// How a note names the period of the figure that carries its mark; the first that matches is proposed.
const MOVES: [&str; 6] = [
    "{month} {year} в % к {month'} {year'}*",
    "{ytd} {year} в % к {ytd'} {year'}*",
    "[данные] [за] [в] {ytd} {year}*",
    "[данные] [за] [в] {month} {year}*",
    "[данные] [за] [в] {quarter} {year}*",
    "[данные] [за] {half} {year}*",
];
/// A note that speaks of a period anywhere.
const SPEAKS: [&str; 3] = ["{month} {year}", "{ytd} {year}", "{quarter} {year}"];

/// Proposes `footnotes` for marked figures whose note names a period, and doubts what marked headings may mean.
pub fn moved(sheet: &Sheet<'_>, head: &Head, body: &Body<'_>, draft: &mut Draft) {
    let notes = notes(sheet, body);
    if notes.is_empty() {
        return;
    }
    let values = || body.data.iter().flat_map(|line| line.cells.iter().map(move |cell| (line.number, cell)));
    for (row, cell) in values().filter(|(_, cell)| cell.column >= body.first && cell.raw.is_none()) {
        let CellValue::Number { marks, .. } = number::cell(&cell.shown, sheet.style, &sheet.markers) else { continue };
        for note in marks.iter().filter_map(|mark| notes.get(mark)) {
            let at = locator(sheet.table, row, cell.column);
            match MOVES.iter().find(|pattern| matches(pattern, note)) {
                Some(pattern) if !draft.footnotes.iter().any(|known| known == pattern) => {
                    draft.footnotes.push(pattern.to_string());
                    draft.confirm.push(format!("the note of {at} says of what period its figure is: {}", quoted(note)));
                }
                Some(_) => {}
                None if SPEAKS.iter().any(|pattern| found(pattern, note)) => {
                    draft.doubts.push(format!("the note of {at} speaks of a period: {}", quoted(note)));
                }
                None => {}
            }
        }
    }
    let heads = sheet.lines.iter().take(head.below).skip(head.from).flat_map(|line| &line.cells);
    let labels = values().map(|(_, cell)| cell).filter(|cell| cell.column < body.first);
    let marks = heads.chain(labels).flat_map(|cell| &cell.marks);
    if let Some(note) = marks.filter_map(|mark| notes.get(mark)).find(|note| MOVES.iter().any(|pattern| matches(pattern, note))) {
        draft.doubts.push(format!("a note of a heading or label says of what period its figures are: {}", quoted(note)));
    }
}

/// Folded texts of the notes by their marks.
fn notes(sheet: &Sheet<'_>, body: &Body<'_>) -> BTreeMap<String, String> {
    let rows = body.below.iter().chain(&body.headings).filter_map(|line| line.cells.first()).map(|cell| &*cell.shown);
    let after = sheet.events.iter().skip_while(|event| !matches!(event, Event::Table(_))).filter_map(|event| match event {
        Event::Paragraph { text, .. } => Some(text.as_str()),
        Event::Table(_) | Event::Row(_) => None,
    });
    rows.chain(after).flat_map(label::notes).map(|(mark, text)| (mark, folded(&text).0.to_string())).collect()
}

fn matches(pattern: &str, folded: &str) -> bool {
    Pattern::parse(pattern).is_ok_and(|pattern| pattern.matches(folded, &Names::new()).is_some())
}

fn found(pattern: &str, folded: &str) -> bool {
    Pattern::parse(pattern).is_ok_and(|pattern| pattern.search(folded, &Names::new()).is_some())
}
