//! Rows of `series` and `observation`, read and written in bulk.

use super::chain::{Cell, Key, Keyed, Known};
use super::snapshot::Held;
use super::{StoreError, day, word};
use crate::model::{Class, Coverage, Frequency, Issue, Observation, Period, Reading, SeriesCode, Status};
use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A stored row, as the fold needs it.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub id: i64,
    pub key: Key,
    pub snapshot: i64,
    pub known_to: Option<NaiveDate>,
    pub cell: Cell,
    pub frequency: Frequency,
}

impl Stored {
    /// What it says, for the state.
    pub fn known(&self) -> Known {
        Known {
            status: self.cell.status,
            value: self.cell.value.clone(),
            unit: self.cell.unit.clone(),
            table: self.cell.table.clone(),
            frequency: self.frequency,
        }
    }
}

/// Columns of [`read_row`], in its order; `o` is observation and `s` is series.
const COLUMNS: &str = "o.id, o.series_id, o.period_start, o.period_end, o.snapshot_id, o.known_to, o.status, o.value, o.decimals,
    o.printed, o.raw, o.unit, o.table_key, o.locator, o.notes, o.inferred, s.frequency";

/// The open rows of a source: its current state.
pub(super) fn open_rows(db: &Connection, source: &str, class: Class) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM observation AS o JOIN series AS s ON s.id = o.series_id
         WHERE o.source_id = ?1 AND o.class = ?2 AND o.known_to IS NULL AND o.recorded_to IS NULL"
    );
    collect(db, &sql, source, class)
}

/// All rows of a source that are believed, in the order of their documents.
pub(super) fn all_rows(db: &Connection, source: &str, class: Class) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM snapshot AS n JOIN observation AS o ON o.snapshot_id = n.id JOIN series AS s ON s.id = o.series_id
         WHERE n.source_id = ?1 AND n.class = ?2 AND o.recorded_to IS NULL
         ORDER BY n.known_from, n.as_of, n.fetched_at, n.sha256"
    );
    collect(db, &sql, source, class)
}

fn collect(db: &Connection, sql: &str, source: &str, class: Class) -> Result<Vec<Stored>, StoreError> {
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(params![source, class.as_str()], |row| Ok(read_row(row)))?;
    rows.map(|row| row?).collect()
}

fn read_row(row: &Row<'_>) -> Result<Stored, StoreError> {
    let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
    let known_to: Option<String> = row.get(5)?;
    Ok(Stored {
        id: row.get(0)?,
        key: (row.get(1)?, period(text(2)?, text(3)?)?),
        snapshot: row.get(4)?,
        known_to: known_to.map(|t| day("observation.known_to", &t)).transpose()?,
        cell: Cell {
            status: word("observation.status", text(6)?, Status::parse)?,
            value: row.get(7)?,
            decimals: row.get(8)?,
            printed: row.get(9)?,
            raw: row.get(10)?,
            unit: row.get(11)?,
            table: row.get(12)?,
            locator: row.get(13)?,
            notes: row.get(14)?,
            inferred: row.get(15)?,
        },
        frequency: word("series.frequency", text(16)?, Frequency::parse)?,
    })
}

/// A period from its two days.
pub(super) fn period(start: &str, end: &str) -> Result<Period, StoreError> {
    let days = (day("observation.period_start", start)?, day("observation.period_end", end)?);
    Period::days(days.0, days.1).ok_or_else(|| StoreError::Corrupt {
        column: "observation.period_end",
        wanted: "a day not before period_start",
        found: end.to_string(),
    })
}

/// A document that is not held, as its rows and coverage have it.
pub(super) fn stored_reading(db: &Connection, snapshot: i64) -> Result<Keyed, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM observation AS o JOIN series AS s ON s.id = o.series_id
         WHERE o.snapshot_id = ?1 AND o.recorded_to IS NULL AND o.inferred = 0 ORDER BY o.id"
    );
    let mut query = db.prepare_cached(&sql)?;
    let mut keyed = Keyed { coverage: stored_coverage(db, snapshot)?, ..Keyed::default() };
    for row in query.query_map([snapshot], |row| Ok(read_row(row)))? {
        let row = row??;
        keyed.frequencies.insert(row.key.0, row.frequency);
        keyed.cells.push((row.key, row.cell));
    }
    Ok(keyed)
}

/// What the tables of a document cover, by table and frequency.
pub(super) fn stored_coverage(db: &Connection, snapshot: i64) -> Result<Vec<Coverage>, StoreError> {
    let mut query = db.prepare_cached("SELECT table_key, frequency, start, end, figures FROM coverage WHERE snapshot_id = ?1")?;
    let rows = query.query_map([snapshot], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?, row.get(4)?))
    })?;
    rows.map(|row| {
        let (table, frequency, start, end, figures): (_, _, _, _, i64) = row?;
        Ok(Coverage {
            table,
            frequency: word("coverage.frequency", &frequency, Frequency::parse)?,
            start: day("coverage.start", &start)?,
            end: day("coverage.end", &end)?,
            figures: usize::try_from(figures).unwrap_or_default(),
        })
    })
    .collect()
}

/// Gives every series of a reading its row. A second figure for a series and period is not stored but reported.
pub(super) fn keyed(db: &Connection, reading: &Reading) -> Result<(Keyed, Vec<Issue>), StoreError> {
    keyed_by(reading, |code, unit| series_id(db, code, unit))
}

/// The same with rows of series that `id_of` gives.
pub(super) fn keyed_by(
    reading: &Reading,
    mut id_of: impl FnMut(&SeriesCode, &str) -> Result<i64, StoreError>,
) -> Result<(Keyed, Vec<Issue>), StoreError> {
    let mut series: HashMap<&SeriesCode, i64> = HashMap::new();
    let mut at: HashMap<Key, usize> = HashMap::with_capacity(reading.observations.len());
    let mut keyed = Keyed { coverage: merged(&reading.coverage), ..Keyed::default() };
    let mut issues = Vec::new();
    for seen in &reading.observations {
        let id = match series.entry(&seen.series) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(id_of(&seen.series, &seen.unit)?),
        };
        let key = (id, seen.period);
        let cell = cell(seen);
        match at.get(&key).and_then(|&i| keyed.cells.get(i)) {
            Some((_, first)) if (&first.value, first.status) == (&cell.value, cell.status) => {}
            Some((_, first)) => issues.push(two_figures(seen, first)),
            None => {
                at.insert(key, keyed.cells.len());
                keyed.cells.push((key, cell));
            }
        }
    }
    let frequency = |(code, id): (&SeriesCode, i64)| (id, code.frequency().unwrap_or(Frequency::A));
    keyed.frequencies = series.into_iter().map(frequency).collect();
    Ok((keyed, issues))
}

/// Two spans of one table and frequency are one span.
fn merged(coverage: &[Coverage]) -> Vec<Coverage> {
    let mut out: Vec<Coverage> = Vec::new();
    for c in coverage {
        match out.iter_mut().find(|o| o.table == c.table && o.frequency == c.frequency) {
            Some(o) => (o.start, o.end, o.figures) = (o.start.min(c.start), o.end.max(c.end), o.figures + c.figures),
            None => out.push(c.clone()),
        }
    }
    out
}

fn two_figures(seen: &Observation, first: &Cell) -> Issue {
    let place = format!("{} ({} {})", seen.locator, seen.series, seen.period);
    Issue::warning("conflict", place, seen.printed.clone(), format!("{} as at {}", first.printed, first.locator))
}

pub(super) fn cell(seen: &Observation) -> Cell {
    let value = seen.value.filter(|_| seen.status.has_value()).map(|mut v| {
        v.set_sign_positive(v.is_zero() || v.is_sign_positive());
        v
    });
    // A figure without a value is a contradiction of the reading; the store keeps the cell and says that there is no figure.
    let status = if seen.status.has_value() && value.is_none() { Status::NoData } else { seen.status };
    Cell {
        status,
        decimals: value.map(|v| v.scale()),
        value: value.map(|v| v.to_string()),
        printed: seen.printed.clone(),
        raw: seen.raw.clone(),
        unit: seen.unit.clone(),
        table: seen.table.clone(),
        locator: seen.locator.clone(),
        notes: if seen.notes.is_empty() { "[]".to_string() } else { serde_json::json!(seen.notes).to_string() },
        inferred: false,
    }
}

/// The series' row, made if it is new.
pub(super) fn series_id(db: &Connection, code: &SeriesCode, unit: &str) -> Result<i64, StoreError> {
    match find_series(db, code)? {
        Some(id) => Ok(id),
        None => insert_series(db, code, unit),
    }
}

/// The series' row, if it has one.
pub(super) fn find_series(db: &Connection, code: &SeriesCode) -> Result<Option<i64>, StoreError> {
    let mut find = db.prepare_cached("SELECT id FROM series WHERE code = ?1")?;
    Ok(find.query_row([code.as_str()], |row| row.get(0)).optional()?)
}

/// The code of a series that has a row.
pub(super) fn series_code(db: &Connection, id: i64) -> Result<String, StoreError> {
    Ok(db.prepare_cached("SELECT code FROM series WHERE id = ?1")?.query_row([id], |row| row.get(0))?)
}

fn insert_series(db: &Connection, code: &SeriesCode, unit: &str) -> Result<i64, StoreError> {
    let id = code.identity();
    let variants = || id.variant.into_iter().flat_map(|v| v.split('.'));
    let base = variants().find_map(|v| v.strip_prefix("base"));
    let adjustment = variants().find(|v| ["sa", "nsa"].contains(v));
    let methodology = variants().find(|v| ["bop", "customs"].contains(v));
    let frequency = id.frequency.unwrap_or(Frequency::A).as_str();
    Ok(db
        .prepare_cached(
            "INSERT INTO series (code, publisher, indicator, item, entity, detail, flow, counterpart, measure, frequency, variant,
               base, adjustment, methodology, unit)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .insert(params![
            code.as_str(),
            id.publisher,
            id.indicator,
            id.item,
            id.entity,
            id.detail,
            id.flow,
            id.counterpart,
            id.measure,
            frequency,
            id.variant,
            base,
            adjustment,
            methodology,
            unit
        ])?)
}

/// When a row stood, and on whose word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand<'a> {
    pub source: &'a str,
    pub class: Class,
    pub document: &'a Held,
    pub known_to: Option<NaiveDate>,
    pub evidence: Option<&'a str>,
    pub at: &'a str,
}

/// A new row; gives its id.
pub(super) fn insert_row(db: &Connection, key: Key, cell: &Cell, stand: Stand<'_>) -> Result<i64, StoreError> {
    let (doc, days) = (stand.document, (key.1.start().to_string(), key.1.end().to_string()));
    Ok(db
        .prepare_cached(
            "INSERT INTO observation (series_id, source_id, period, period_start, period_end, value, decimals, printed, raw, unit,
               status, class, known_from, known_to, known_from_basis, recorded_from, parser, snapshot_id, locator, table_key, notes,
               inferred, evidence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
        )?
        .insert(params![
            key.0,
            stand.source,
            key.1.to_string(),
            days.0,
            days.1,
            cell.value,
            cell.decimals,
            cell.printed,
            cell.raw,
            cell.unit,
            cell.status.as_str(),
            stand.class.as_str(),
            doc.known_from.to_string(),
            stand.known_to.map(|d| d.to_string()),
            doc.known_from_basis.as_str(),
            stand.at,
            doc.parser,
            doc.at.id,
            cell.locator,
            cell.table,
            cell.notes,
            cell.inferred,
            stand.evidence
        ])?)
}

/// This database no longer believes the row.
pub(super) fn disbelieve(db: &Connection, id: i64, at: &str) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE observation SET recorded_to = ?2 WHERE id = ?1")?.execute(params![id, at])?;
    Ok(())
}

/// Moves the ends of rows, in the order of their ids.
pub(super) fn move_ends(db: &Connection, mut moves: Vec<(i64, Option<NaiveDate>)>) -> Result<(), StoreError> {
    moves.sort_unstable();
    let mut update = db.prepare_cached("UPDATE observation SET known_to = ?2 WHERE id = ?1")?;
    for (id, to) in moves {
        update.execute(params![id, to.map(|d| d.to_string())])?;
    }
    Ok(())
}
