//! A large document cut to a part that can be spoilt often: every heading and note, and of the figures the first and last rows.

use super::document::Document;
use std::collections::{BTreeMap, BTreeSet};
use sverka::parse::{Event, Row};

/// Of every run of rows with figures so many at its beginning stay, and so many at its end.
const FIRST: usize = 4;
const LAST: usize = 2;
/// Rows that say nothing a reading wants: so many in a run stay.
const STRANGE: usize = 4;
/// Of a table that nothing is read from so many rows stay.
const STRANGER: usize = 2;

/// The events of a document without the rows in the middle of its tables. Where that is still too much, whole tables and the
/// rows at the end of the document go, save those before the first figures.
pub fn cut(document: &Document<'_>, most: usize) -> Vec<Event> {
    let figures: BTreeSet<usize> = document.cells.iter().map(|(event, _)| *event).collect();
    let checked = checked_rows(document);
    let mut kept: Vec<Event> = Vec::new();
    let mut cells = 0;
    let runs = runs(&document.events, &figures);
    let tables: Vec<usize> = document
        .events
        .iter()
        .enumerate()
        .filter(|(_, event)| matches!(event, Event::Table(_)))
        .map(|(number, _)| number)
        .collect();
    let table_of = |number: usize| tables.partition_point(|table| *table < number);
    let read: BTreeSet<usize> = figures.iter().map(|number| table_of(*number)).collect();
    for (number, event) in document.events.iter().enumerate() {
        let Event::Row(row) = event else {
            kept.push(event.clone());
            continue;
        };
        let (at, left) = runs.get(&number).copied().unwrap_or((0, 0));
        let table = table_of(number);
        let begun = table.checked_sub(1).and_then(|at| tables.get(at)).copied().unwrap_or(0);
        if !read.contains(&table) && number > begun + STRANGER {
            continue;
        }
        let stays = if figures.contains(&number) {
            at < FIRST || left < LAST || checked.contains(&number)
        } else {
            numbers(row) < 2 || at < STRANGE
        };
        if stays && (cells < most || checked.contains(&number)) {
            cells += row.cells.len();
            kept.push(event.clone());
        }
    }
    kept
}

/// Rows in which a figure stands that the mapping checks.
fn checked_rows(document: &Document<'_>) -> BTreeSet<usize> {
    let points = || document.source.mapping.reads.iter().flat_map(|read| &read.checkpoints);
    let reading = document.reading.observations.iter();
    let places: BTreeSet<&str> = reading
        .filter(|o| points().any(|point| point.series == o.series && point.period == o.period))
        .map(|o| o.locator.as_str())
        .collect();
    let all = super::document::places_of(&document.events);
    all.filter(|(place, _)| places.contains(place.as_str())).map(|(_, (event, _))| event).collect()
}

/// For every row its place in the run of rows of its kind, and how many come behind it.
fn runs(events: &[Event], figures: &BTreeSet<usize>) -> BTreeMap<usize, (usize, usize)> {
    let kind = |number: usize| match &events[number] {
        Event::Row(row) if figures.contains(&number) => (1, row.cells.len().min(1)),
        Event::Row(row) if numbers(row) > 1 => (2, 1),
        Event::Row(_) => (3, 1),
        _ => (4, 1),
    };
    let all: Vec<usize> = (0..events.len()).collect();
    let runs = all.chunk_by(|a, b| kind(*a) == kind(*b));
    runs.flat_map(|run| run.iter().enumerate().map(|(at, number)| (*number, (at, run.len() - at - 1)))).collect()
}

fn numbers(row: &Row) -> usize {
    row.cells.iter().filter(|cell| cell.raw.is_some() || cell.text.starts_with(|c: char| c.is_ascii_digit())).count()
}
