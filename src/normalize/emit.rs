//! When a table ends: notes are known, and its figures become observations.

use super::block::{Block, Column};
use super::book::Book;
use super::desk::Desk;
use super::figure::{Figure, Row, Series, Value, series};
use super::pattern::Fields;
use super::period::period_of;
use super::reader::Reader;
use super::spec::Read;
use crate::model::{Frequency, Issue, Line, Observation, Period, Place, Severity, Status};
use crate::parse::{Table, column_name, locator};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

/// An empty column is told from one that waits for its figures in so many rows.
const ROWS_THAT_TELL: usize = 2;

/// Turns the figures of a reading in one table into observations. `place` names the table in its key.
pub fn emit<'a>(reader: &mut Reader<'a>, table: &Table, place: &str, book: &mut Book, desk: &mut Desk<'a>) {
    let mut doubtful = shifted(reader, table, desk);
    doubtful.extend(hollow(reader, table, desk));
    let mut last: Option<(usize, String)> = None;
    for figure in std::mem::take(&mut reader.figures) {
        let known = reader.rows.get(figure.row).zip(reader.blocks.get(figure.block));
        let Some((row, block)) = known.filter(|_| !doubtful.contains(&figure.block)) else { continue };
        // Figures come row by row.
        let (_, key) = match last.take() {
            Some(same) if same.0 == figure.row => last.insert(same),
            _ => {
                let key = key(&reader.read.name, place, &outer(reader.read, block, row));
                lay(&key, row, block, book);
                last.insert((figure.row, key))
            }
        };
        let Some(column) = block.columns.get(figure.column) else { continue };
        let at = locator(table, row.number, column.number);
        let doubtful = figure.text && figure.marks.is_empty();
        let (observation, frequency) = observation(reader, figure, row, column, at, key, desk);
        let blank = observation.status == Status::Blank;
        if !reader.read.parts {
            book.cover(key, frequency, observation.period, column.filled && !blank);
        }
        if column.filled && !(blank && reader.read.skip_blank) {
            desk.issues.extend(book.add(observation, doubtful));
        }
    }
}

/// Where a row stands, and the columns over the first row of a table.
fn lay(table: &str, row: &Row, block: &Block<'_>, book: &mut Book) {
    let place = |line, fields: &Fields, words: &str, at: String| Place {
        table: table.to_string(),
        line,
        meaning: caught(fields),
        words: words.to_string(),
        at,
    };
    if book.is_new(table) {
        let heading = |column: &Column<'_>| block.headed.get(&column.number).cloned().unwrap_or_default();
        let columns = block.columns.iter();
        book.lay(table, columns.map(|column| place(Line::Column, &column.fields, &heading(column), column_name(column.number))));
    }
    let mut fields = row.fields.clone();
    fields.merge_under(&row.outer);
    book.lay(table, [place(Line::Row, &fields, &row.label, row.number.to_string())]);
}

/// The observation of a cell, now that the notes of its marks are known.
fn observation<'a>(
    reader: &Reader<'a>,
    figure: Figure,
    row: &Row,
    column: &Column<'a>,
    locator: String,
    key: &str,
    desk: &mut Desk<'a>,
) -> (Observation, Frequency) {
    let marks = row.marks.iter().chain(&figure.marks).chain(&column.marks);
    let said = reader.notes.say(marks, figure.block, reader.read, desk);
    let (value, status) = judge(figure.value, said.withheld, said.provisional);
    let moved = moved(reader, &figure, row, &column.fields, &locator, desk);
    let (series, period) = moved.unwrap_or((figure.series, figure.period));
    let observation = Observation {
        series: series.code.clone(),
        period,
        value,
        status,
        printed: figure.printed.to_string(),
        raw: figure.raw,
        unit: series.unit.clone(),
        table: key.to_string(),
        locator,
        notes: said.texts,
    };
    (observation, series.frequency)
}

/// Value and status: empty and `…` cells are withheld where a note says so.
fn judge(value: Value, withheld: bool, provisional: bool) -> (Option<rust_decimal::Decimal>, Status) {
    match value {
        Value::Number(value) if provisional => (Some(value), Status::Provisional),
        Value::Number(value) => (Some(value), Status::Published),
        Value::Blank | Value::Status(Status::NoData) if withheld => (None, Status::Withheld),
        Value::Status(status) => (None, status),
        Value::Blank => (None, Status::Blank),
    }
}

/// A note of the cell may move its figure to another period: the slots of the note override the cell's fields.
fn moved<'a>(
    reader: &Reader<'a>,
    figure: &Figure,
    row: &Row,
    column: &Fields,
    at: &str,
    desk: &mut Desk<'a>,
) -> Option<(Rc<Series>, Period)> {
    let note = reader.notes.fields(&figure.marks, figure.block, reader.read, desk)?;
    let mut fields = (*note).clone();
    fields.merge_under(&row.fields);
    fields.merge_under(column);
    fields.merge_under(&row.outer);
    let (period, frequency) = period_of(&fields, reader.read.as_of).ok()?;
    let moved = series(&reader.read.series, reader.read.unit.as_ref(), &fields, frequency).ok()?;
    if period != figure.period {
        let seen = format!("a note moves {:?} from {} to {period}", figure.printed, figure.period);
        let wanted = "the period of its row and column".to_string();
        let severity = Severity::Info;
        desk.issues.push(Issue { code: "footnote_moved_period", severity, locator: at.to_string(), seen, wanted });
    }
    Some((Rc::new(moved), period))
}

/// Figures under no heading between headed columns that are more than a stray mark.
const LOST_HEADING: usize = 3;

/// Blocks where figures stand under no heading: between headed columns several, elsewhere in most rows. At an edge of the values, or where a heading has no figures,
/// the head may be shifted against them: then nothing of the block is stored. Otherwise one column has lost its heading.
fn shifted(reader: &Reader<'_>, table: &Table, desk: &mut Desk<'_>) -> BTreeSet<usize> {
    let mut doubtful = BTreeSet::new();
    for (&(index, column), &count) in &reader.stray {
        let of_block = reader.figures.iter().filter(|figure| figure.block == index);
        let rows: BTreeSet<usize> = of_block.map(|figure| figure.row).collect();
        let Some(block) = reader.blocks.get(index) else { continue };
        let last = block.columns.last().map_or(0, |column| column.number);
        let inside = (block.first_value()..=last).contains(&column);
        if count * 2 <= rows.len() && !(inside && count >= LOST_HEADING) {
            continue;
        }
        let shifted = !inside || block.columns.iter().any(|column| !column.filled && !column.refused);
        if shifted {
            doubtful.insert(index);
        }
        let wanted = if shifted { "a heading over every figure; nothing of this head is stored" } else { "a heading" };
        desk.issues.push(Issue {
            code: "unknown_column",
            severity: if shifted { Severity::Error } else { Severity::Warning },
            locator: locator(table, block.rows.1, column),
            seen: format!("figures in {count} rows of column {} under no heading", column_name(column)),
            wanted: wanted.to_string(),
        });
    }
    doubtful
}

/// What tells the table from others of its place. Headings that go on from block to block part what is written as one table into
/// many, and each reaches as far as its own figures do.
fn outer<'b>(read: &Read, block: &'b Block<'_>, row: &Row) -> Cow<'b, Fields> {
    if !read.carry_sections {
        return Cow::Borrowed(&block.outer);
    }
    let (own, unit) = (row.outer.own.clone(), row.outer.unit.clone());
    Cow::Owned(Fields { own, unit, ..block.outer.clone() })
}

/// Blocks whose last heading is one that must occur, but has no figure in any row, nor has another of its kind: a heading
/// was put in or a figure left out, and those before it may stand one column off. Nothing of the block is stored.
fn hollow(reader: &Reader<'_>, table: &Table, desk: &mut Desk<'_>) -> BTreeSet<usize> {
    let mut doubtful = BTreeSet::new();
    for (index, block) in reader.blocks.iter().enumerate() {
        let Some(last) = block.columns.last().filter(|last| !last.rule.optional && last.marks.is_empty()) else { continue };
        let figures = || reader.figures.iter().filter(|figure| figure.block == index);
        let rows = figures().map(|figure| figure.row).collect::<BTreeSet<_>>().len();
        let kind = || block.columns.iter().filter(|column| std::ptr::eq(column.rule, last.rule));
        // A note may say why the figures lack.
        let marked = |figure: &Figure| reader.rows.get(figure.row).is_some_and(|row| !row.marks.is_empty());
        let explained = !reader.read.withheld.is_empty() && figures().any(marked);
        if rows < ROWS_THAT_TELL || explained || kind().any(|column| column.filled || column.refused) {
            continue;
        }
        doubtful.insert(index);
        desk.issues.push(Issue {
            code: "empty_column",
            severity: Severity::Error,
            locator: locator(table, block.rows.1, last.number),
            seen: format!("no figure in {rows} rows under {:?}", block.headed.get(&last.number).map_or("", |heading| heading)),
            wanted: "a figure under the last heading; nothing of this head is stored".to_string(),
        });
    }
    doubtful
}

/// Reading, place, and what sheet and title caught: the same for the same table of another copy.
fn key(reading: &str, place: &str, outer: &Fields) -> String {
    format!("{reading}|{place}|{}", caught(outer))
}

/// Fields by name, in a fixed order.
fn caught(outer: &Fields) -> String {
    let when = [
        ("year", outer.year.map(|v| v.to_string())),
        ("month", outer.month.map(|v| v.to_string())),
        ("quarter", outer.quarter.map(|v| v.to_string())),
        ("half", outer.half.map(|v| v.to_string())),
        ("ytd", outer.ytd.map(|v| v.to_string())),
        ("date", outer.date.map(|v| v.to_string())),
        ("unit", outer.unit.clone()),
    ];
    let known = when.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name}={value}")));
    let mut caught: Vec<String> = known.chain(outer.own.iter().map(|(name, value)| format!("{name}={value}"))).collect();
    caught.sort();
    caught.join(",")
}
