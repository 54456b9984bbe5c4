//! Documents: what was obtained, when and whence; and their order.

use super::attempt::AttemptEnd;
use super::{StoreError, day, word};
use crate::model::{Class, DateBasis, Sha256, SourceId};
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A document to save.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The publication it is an issue of.
    pub source: SourceId,
    /// Its bytes' name.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: u64,
    /// The day it was fetched, or the manifest's date.
    pub as_of: NaiveDate,
    /// Where that day comes from.
    pub as_of_basis: DateBasis,
    /// When this program fetched it: publishers replace a document within a day, and the later one stands.
    pub fetched_at: Option<DateTime<Utc>>,
    /// The day its figures became known: the date it states for itself, else `as_of`.
    pub known_from: NaiveDate,
    /// Where that day comes from.
    pub known_from_basis: DateBasis,
    /// The address it was published at.
    pub url: String,
    /// Who fetched it, or the archive it came from.
    pub obtained_from: String,
    /// As the server said or the bytes show.
    pub content_type: String,
    /// How its figures came to us; [`Class::Parsed`] unless somebody else read it.
    pub class: Class,
    /// Whether its bytes are in the archive.
    pub held: bool,
    /// Whether its lines came in batches: it is too large to be held.
    pub streamed: bool,
    /// Which parser and version read it.
    pub parser: String,
    /// The attempt to finish in the same transaction, and how. Its `snapshot_id` is filled in; its outcome becomes
    /// `known` where the document was here already.
    pub attempt: Option<(i64, AttemptEnd)>,
}

/// A document that must be read again, because an older one arrived after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRef {
    /// Its row.
    pub id: i64,
    /// Its source.
    pub source: SourceId,
    /// Its bytes in the archive.
    pub sha256: Sha256,
    /// Its day, by which corrections are alive or dead.
    pub as_of: NaiveDate,
    /// Where that day comes from.
    pub as_of_basis: DateBasis,
    /// Its address.
    pub url: String,
    /// Its type, as it was recorded.
    pub content_type: String,
}

/// A document as the fold over a source's documents sees it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub at: SnapshotRef,
    pub known_from: NaiveDate,
    pub known_from_basis: DateBasis,
    pub held: bool,
    pub parser: String,
}

/// Columns of [`read_held`], in its order. A document whose lines came in batches counts as one that is not held: what it states
/// stands in the rows, and it is not read again for the sake of another one.
const COLUMNS: &str = "id, source_id, sha256, as_of, url, content_type, known_from, known_from_basis,
    held AND NOT EXISTS (SELECT 1 FROM customs_load AS l WHERE l.snapshot_id = snapshot.id AND l.streamed = 1), parser,
    as_of_basis";

/// The document's row if it is here already: same source, class, day and bytes.
pub(super) fn find(db: &Connection, doc: &Document) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT id FROM snapshot WHERE source_id = ?1 AND class = ?2 AND as_of = ?3 AND coalesce(sha256, url) = ?4";
    let key = params![doc.source, doc.class.as_str(), doc.as_of.to_string(), doc.sha256];
    Ok(db.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()?)
}

/// A new row.
pub(super) fn insert(db: &Connection, doc: &Document, at: &str) -> Result<Held, StoreError> {
    let id = db
        .prepare_cached(
            "INSERT INTO snapshot (source_id, sha256, bytes, as_of, as_of_basis, known_from, known_from_basis, url, obtained_from,
               content_type, class, held, parser, recorded_from, fetched_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .insert(params![
            doc.source,
            doc.sha256,
            i64::try_from(doc.bytes).unwrap_or(i64::MAX),
            doc.as_of.to_string(),
            doc.as_of_basis.as_str(),
            doc.known_from.to_string(),
            doc.known_from_basis.as_str(),
            doc.url,
            doc.obtained_from,
            doc.content_type,
            doc.class.as_str(),
            doc.held,
            doc.parser,
            at,
            fetched(doc)
        ])?;
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM snapshot WHERE id = ?1"))?.query_row([id], |row| Ok(read_held(row)))?
}

/// When it was fetched, to the microsecond: two fetches may share a second.
pub(super) fn fetched(doc: &Document) -> String {
    doc.fetched_at.map(|at| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()).unwrap_or_default()
}

/// The documents of the same chain that come after this one, in the order of (known_from, as_of, fetched_at, sha256).
pub(super) fn later(db: &Connection, doc: &Document) -> Result<Vec<Held>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM snapshot
         WHERE source_id = ?1 AND class = ?2 AND (known_from, as_of, fetched_at, sha256) > (?3, ?4, ?5, ?6)
         ORDER BY known_from, as_of, fetched_at, sha256"
    );
    let (known_from, as_of) = (doc.known_from.to_string(), doc.as_of.to_string());
    let mut query = db.prepare_cached(&sql)?;
    let key = params![doc.source, doc.class.as_str(), known_from, as_of, fetched(doc), doc.sha256];
    let rows = query.query_map(key, |row| Ok(read_held(row)))?;
    rows.map(|row| row?).collect()
}

/// A document in the chain of its source, with what decides between documents of one day.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub held: Held,
    pub fetched: String,
    /// How a person named it, or its address.
    pub label: String,
}

impl Link {
    /// Its place in the chain.
    pub fn place(&self) -> (NaiveDate, NaiveDate, &str, &str) {
        (self.held.known_from, self.held.at.as_of, &self.fetched, &self.held.at.sha256)
    }
}

/// Every document of a source that this program read, in the order of the chain.
pub(super) fn chain(db: &Connection, source: &str) -> Result<Vec<Link>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, fetched_at, coalesce((SELECT a.document FROM attempt AS a
           WHERE a.snapshot_id = snapshot.id AND a.document IS NOT NULL ORDER BY a.id LIMIT 1), url)
         FROM snapshot WHERE source_id = ?1 AND class = ?2 ORDER BY known_from, as_of, fetched_at, sha256"
    );
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map(params![source, Class::Parsed.as_str()], |row| {
        let (fetched, label) = (row.get(11)?, row.get(12)?);
        Ok(read_held(row).map(|held| Link { held, fetched, label }))
    })?;
    rows.map(|row| row?).collect()
}

fn read_held(row: &Row<'_>) -> Result<Held, StoreError> {
    let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
    Ok(Held {
        at: SnapshotRef {
            id: row.get(0)?,
            source: row.get(1)?,
            sha256: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            as_of: day("snapshot.as_of", text(3)?)?,
            as_of_basis: word("snapshot.as_of_basis", text(10)?, DateBasis::parse)?,
            url: row.get(4)?,
            content_type: row.get(5)?,
        },
        known_from: day("snapshot.known_from", text(6)?)?,
        known_from_basis: word("snapshot.known_from_basis", text(7)?, DateBasis::parse)?,
        held: row.get(8)?,
        parser: row.get(9)?,
    })
}
