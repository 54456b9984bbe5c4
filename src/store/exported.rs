//! Evidence files: figures that travel with the program. The file is the truth for its rows.

mod compare;

use super::catalogue::{Delta, count, ensure_source};
use super::chain::{Cell, Key};
use super::rows::{Stand, cell, disbelieve, insert_row, move_ends, period, series_id};
use super::snapshot::{Held, SnapshotRef};
use super::{Store, StoreError, day, disagree, instant, word};
use crate::model::{Class, DateBasis, Observation, Period, SeriesCode, Sha256, SourceId, Status, Transcription};
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};

/// One row of an evidence file.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedRow {
    /// The original's source for exported rows, else the file's own.
    pub source: SourceId,
    /// What is measured.
    pub series: SeriesCode,
    /// When.
    pub period: Period,
    /// The exact value with its printed decimals.
    pub value: Option<Decimal>,
    /// What the cell says of it.
    pub status: Status,
    /// How it came to us; never [`Class::Parsed`].
    pub class: Class,
    /// The cell's text.
    pub printed: String,
    /// The stored number where it differs.
    pub raw: Option<String>,
    /// Unit id.
    pub unit: String,
    /// The document's bytes; `None` where a person read a publication.
    pub sha256: Option<Sha256>,
    /// Whether these bytes are in the archive here.
    pub held: bool,
    /// The document's day.
    pub as_of: NaiveDate,
    /// Where that day comes from.
    pub as_of_basis: DateBasis,
    /// The day the figure became known.
    pub known_from: NaiveDate,
    /// Where that day comes from.
    pub known_from_basis: DateBasis,
    /// The document's address.
    pub url: String,
    /// Who obtained it.
    pub obtained_from: String,
    /// Where in the document.
    pub locator: String,
    /// Notes of the cell.
    pub notes: Vec<String>,
    /// How a person read it; `None` for what a program read.
    pub transcription: Option<Transcription>,
}

/// What bringing an evidence file up to date did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncCount {
    /// Rows the store did not have.
    pub inserted: usize,
    /// Rows the file no longer has.
    pub closed: usize,
    /// Rows that stayed.
    pub kept: usize,
}

/// A chain: series and period, source, class.
type Chain = (Key, SourceId, Class);
/// A row's place: its chain, the day it became known, its document.
type Place = (Chain, NaiveDate, i64);

/// A file's rows by place, and the documents they name.
type Wanted = (HashMap<Place, Said>, HashMap<i64, Held>);

/// What a row says at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    cell: Cell,
    basis: DateBasis,
    read: Option<Transcription>,
}

impl Store {
    /// How a person read a figure; `None` for one that a program read.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], or a day that this program never wrote.
    pub fn transcription(&self, observation: i64) -> Result<Option<Transcription>, StoreError> {
        let sql = "SELECT publication, archive_url, quoted_by, seen, transcribed_on, confidence
             FROM transcription WHERE observation_id = ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let found = query.query_row([observation], |row| Ok(read_transcription(row, 0))).optional()?;
        Ok(found.transpose()?.flatten())
    }

    /// Makes the store's rows of this file equal to the file's, in one transaction. A second call changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Evidence`] if rows contradict each other or claim to be parsed.
    pub fn sync_exported(
        &mut self,
        file: &str,
        rows: &[ExportedRow],
        recorded_at: DateTime<Utc>,
    ) -> Result<SyncCount, StoreError> {
        let at = instant(recorded_at);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (wanted, documents) = wanted(&tx, file, rows, &at)?;
        let mut stored = stored(&tx, file)?;
        let mut fresh = Vec::new();
        for (place, said) in &wanted {
            match stored.get(place) {
                Some((_, old)) if old == said => _ = stored.remove(place),
                _ => fresh.push((place, said)),
            }
        }
        fresh.sort_by_key(|((chain, from, snapshot), _)| (chain.clone(), *from, *snapshot));
        let gone: Vec<(i64, Chain)> = stored.into_iter().map(|(place, (id, _))| (id, place.0)).collect();
        let count = SyncCount { inserted: fresh.len(), closed: gone.len(), kept: wanted.len() - fresh.len() };
        let chains: HashSet<Chain> = fresh.iter().map(|(p, _)| p.0.clone()).chain(gone.iter().map(|g| g.1.clone())).collect();
        let before = lengths(&tx, &chains)?;
        for (id, _) in gone {
            disbelieve(&tx, id, &at)?;
        }
        for (place, said) in fresh {
            insert(&tx, file, place, said, &documents, &at)?;
        }
        settle(&tx, chains, before, &at)?;
        tx.commit()?;
        Ok(count)
    }
}

/// The file's rows by place, and their documents.
fn wanted(db: &Connection, file: &str, rows: &[ExportedRow], at: &str) -> Result<Wanted, StoreError> {
    let bad = |row: &ExportedRow, cause: &str| StoreError::Evidence {
        file: file.to_string(),
        cause: format!("{} {} of {} at {}: {cause}", row.series, row.period, row.known_from, row.locator),
    };
    let (mut wanted, mut documents) = (HashMap::new(), HashMap::new());
    for row in rows {
        if row.class == Class::Parsed {
            return Err(bad(row, "expected class exported, transcribed or quoted, found parsed"));
        }
        if row.status.has_value() != row.value.is_some() {
            return Err(bad(row, &format!("expected a value for status published or provisional only, found {}", row.status)));
        }
        let (place, said) = placed(db, row, at, &mut documents)?;
        let old = wanted.insert(place, said.clone());
        if old.is_some_and(|old| old != said) {
            return Err(bad(row, "expected one row for a series, period, day and document, found two that differ"));
        }
    }
    Ok((wanted, documents))
}

fn placed(db: &Connection, row: &ExportedRow, at: &str, documents: &mut HashMap<i64, Held>) -> Result<(Place, Said), StoreError> {
    let seen = Observation {
        series: row.series.clone(),
        period: row.period,
        value: row.value,
        status: row.status,
        printed: row.printed.clone(),
        raw: row.raw.clone(),
        unit: row.unit.clone(),
        table: String::new(),
        locator: row.locator.clone(),
        notes: row.notes.clone(),
    };
    let snapshot = document(db, row, at)?;
    documents.entry(snapshot).or_insert_with(|| held(row, snapshot));
    let key = (series_id(db, &row.series, &row.unit)?, row.period);
    let chain = (key, row.source.clone(), row.class);
    Ok((
        (chain, row.known_from, snapshot),
        Said { cell: cell(&seen), basis: row.known_from_basis, read: row.transcription.clone() },
    ))
}

/// The row's document, made if it is new; whether it is held may change.
fn document(db: &Connection, row: &ExportedRow, at: &str) -> Result<i64, StoreError> {
    let as_of = row.as_of.to_string();
    let identity = row.sha256.as_deref().unwrap_or(&row.url);
    let found: Option<(i64, bool)> = db
        .prepare_cached(
            "SELECT id, held FROM snapshot WHERE source_id = ?1 AND class = ?2 AND as_of = ?3 AND coalesce(sha256, url) = ?4",
        )?
        .query_row(params![row.source, row.class.as_str(), as_of, identity], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let held = row.held && row.sha256.is_some();
    match found {
        Some((id, was)) if was == held => Ok(id),
        Some((id, _)) => {
            db.prepare_cached("UPDATE snapshot SET held = ?2 WHERE id = ?1")?.execute(params![id, held])?;
            Ok(id)
        }
        None => insert_document(db, row, held, at),
    }
}

fn insert_document(db: &Connection, row: &ExportedRow, held: bool, at: &str) -> Result<i64, StoreError> {
    ensure_source(db, &row.source)?;
    Ok(db
        .prepare_cached(
            "INSERT INTO snapshot (source_id, sha256, as_of, as_of_basis, known_from, known_from_basis, url, obtained_from, class,
               held, recorded_from)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .insert(params![
            row.source,
            row.sha256,
            row.as_of.to_string(),
            row.as_of_basis.as_str(),
            row.known_from.to_string(),
            row.known_from_basis.as_str(),
            row.url,
            row.obtained_from,
            row.class.as_str(),
            held,
            at
        ])?)
}

/// A document as rows refer to it; the dates are each row's own.
fn held(row: &ExportedRow, id: i64) -> Held {
    Held {
        at: SnapshotRef {
            id,
            source: row.source.clone(),
            sha256: row.sha256.clone().unwrap_or_default(),
            as_of: row.as_of,
            as_of_basis: row.as_of_basis,
            url: row.url.clone(),
            content_type: String::new(),
        },
        known_from: row.known_from,
        known_from_basis: row.known_from_basis,
        held: row.held,
        parser: String::new(),
    }
}

/// Inserted as if it stood no day; [`settle`] gives it its end, when the whole chain is known.
fn insert(
    db: &Connection,
    file: &str,
    ((key, source, class), from, snapshot): &Place,
    said: &Said,
    documents: &HashMap<i64, Held>,
    at: &str,
) -> Result<(), StoreError> {
    let Some(document) = documents.get(snapshot) else { return Ok(()) };
    let document = &Held { known_from: *from, known_from_basis: said.basis, ..document.clone() };
    let stand = Stand { source, class: *class, document, known_to: Some(*from), evidence: Some(file), at };
    let id = insert_row(db, *key, &said.cell, stand)?;
    said.read.as_ref().map_or(Ok(()), |read| transcribe(db, id, read))
}

fn transcribe(db: &Connection, id: i64, read: &Transcription) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO transcription (observation_id, publication, archive_url, quoted_by, seen, transcribed_on, confidence)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        id,
        read.publication,
        read.archive_url,
        read.quoted_by,
        read.seen,
        read.transcribed_on.to_string(),
        read.confidence
    ])?;
    Ok(())
}

/// The file's rows in the store.
fn stored(db: &Connection, file: &str) -> Result<HashMap<Place, (i64, Said)>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT id, series_id, period_start, period_end, source_id, class, known_from, snapshot_id, known_from_basis, status, value,
           decimals, printed, raw, unit, table_key, locator, notes, inferred,
           publication, archive_url, quoted_by, seen, transcribed_on, confidence
         FROM observation LEFT JOIN transcription ON observation_id = id WHERE evidence = ?1 AND recorded_to IS NULL",
    )?;
    query.query_map([file], |row| Ok(read_stored(row)))?.map(|row| row?).collect()
}

fn read_stored(row: &Row<'_>) -> Result<(Place, (i64, Said)), StoreError> {
    let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
    let key = (row.get(1)?, period(text(2)?, text(3)?)?);
    let chain = (key, row.get(4)?, word("observation.class", text(5)?, Class::parse)?);
    let cell = Cell {
        status: word("observation.status", text(9)?, Status::parse)?,
        value: row.get(10)?,
        decimals: row.get(11)?,
        printed: row.get(12)?,
        raw: row.get(13)?,
        unit: row.get(14)?,
        table: row.get(15)?,
        locator: row.get(16)?,
        notes: row.get(17)?,
        inferred: row.get(18)?,
    };
    let basis = word("observation.known_from_basis", text(8)?, DateBasis::parse)?;
    let read = read_transcription(row, 19)?;
    Ok(((chain, day("observation.known_from", text(6)?)?, row.get(7)?), (row.get(0)?, Said { cell, basis, read })))
}

/// The columns of `transcription` from this one on.
fn read_transcription(row: &Row<'_>, at: usize) -> Result<Option<Transcription>, StoreError> {
    let Some(publication) = row.get(at)? else { return Ok(None) };
    let transcribed_on: String = row.get(at + 4)?;
    Ok(Some(Transcription {
        publication,
        archive_url: row.get(at + 1)?,
        quoted_by: row.get(at + 2)?,
        seen: row.get(at + 3)?,
        transcribed_on: day("transcription.transcribed_on", &transcribed_on)?,
        confidence: row.get(at + 5)?,
    }))
}

fn lengths(db: &Connection, chains: &HashSet<Chain>) -> Result<HashMap<Chain, i64>, StoreError> {
    chains.iter().map(|chain| Ok((chain.clone(), links(db, chain)?.len() as i64))).collect()
}

/// The rows of a chain in their order: id, known_from, known_to.
fn links(db: &Connection, (key, source, class): &Chain) -> Result<Vec<(i64, NaiveDate, Option<NaiveDate>)>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT o.id, o.known_from, o.known_to FROM observation AS o JOIN snapshot AS n ON n.id = o.snapshot_id
         WHERE o.series_id = ?1 AND o.period = ?2 AND o.source_id = ?3 AND o.class = ?4 AND o.recorded_to IS NULL
         ORDER BY o.known_from, n.as_of, coalesce(n.sha256, n.url), o.evidence, o.id",
    )?;
    let mut rows = query.query(params![key.0, key.1.to_string(), source, class.as_str()])?;
    let mut links = Vec::new();
    while let Some(row) = rows.next()? {
        let to: Option<String> = row.get(2)?;
        let from: String = row.get(1)?;
        let to = to.map(|t| day("observation.known_to", &t)).transpose()?;
        links.push((row.get(0)?, day("observation.known_from", &from)?, to));
    }
    Ok(links)
}

/// Every row of a touched chain ends where the next begins; counters and issues follow.
fn settle(db: &Connection, chains: HashSet<Chain>, before: HashMap<Chain, i64>, at: &str) -> Result<(), StoreError> {
    for chain in &chains {
        let links = links(db, chain)?;
        let ends = links.iter().skip(1).map(|next| Some(next.1)).chain([None]);
        let moves = links.iter().zip(ends).filter(|(link, end)| link.2 != *end).map(|(link, end)| (link.0, end));
        move_ends(db, moves.collect())?;
        let (was, is) = (before.get(chain).copied().unwrap_or(0), links.len() as i64);
        let vintages = (is - 1).max(0) - (was - 1).max(0);
        count(db, &chain.1, Delta { observations: is - was, vintages })?;
    }
    disagree::settle(db, chains.into_iter().map(|chain| chain.0), at)
}
