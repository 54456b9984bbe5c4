//! What waits for a person: documents that are kept out, and documents that are in and lack something.

use super::admit::DRIFT;
use super::snapshot::{Document, fetched};
use super::{Store, StoreError, day, instant, word};
use crate::model::{DateBasis, Drift, Sha256, SourceId, Weight};
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, Row, params};

/// A document that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its source.
    pub source: SourceId,
    /// How it was named when it was tried.
    pub document: String,
    /// Its bytes in the archive.
    pub sha256: Sha256,
    /// Its size.
    pub bytes: u64,
    /// Its day.
    pub as_of: NaiveDate,
    /// Where that day comes from.
    pub as_of_basis: DateBasis,
    /// When it was fetched, if it was.
    pub fetched_at: Option<DateTime<Utc>>,
    /// Its address.
    pub url: String,
    /// Who obtained it.
    pub obtained_from: String,
    /// As the server said.
    pub content_type: String,
    /// Since when it waits (UTC).
    pub since: String,
    /// Its figures are kept out; otherwise it is in, and lacks something.
    pub held: bool,
    /// What it changed, the weightiest first.
    pub drift: Vec<Drift>,
}

impl Waiting {
    /// Whether the name of its bytes begins so; without a beginning, every one does.
    pub fn is_named(&self, prefix: Option<&str>) -> bool {
        is_named(&self.sha256, prefix)
    }
}

/// Whether the name of some bytes begins so; without a beginning, every one does.
pub(super) fn is_named(sha256: &str, prefix: Option<&str>) -> bool {
    prefix.is_none_or(|prefix| sha256.starts_with(&prefix.to_lowercase()))
}

/// Columns of [`read`], in its order, for documents that are kept out.
const HELD: &str = "q.id, q.source_id, q.document, q.sha256, coalesce(q.bytes, 0), q.as_of, q.as_of_basis, q.fetched_at, q.url,
    q.obtained_from, q.content_type, q.quarantined_at, 1";
/// The same for those that are in.
const LACKING: &str = "n.id, n.source_id, coalesce(a.document, n.url), coalesce(n.sha256, ''), coalesce(n.bytes, 0), n.as_of,
    n.as_of_basis, n.fetched_at, n.url, n.obtained_from, n.content_type, n.recorded_from, 0";

impl Store {
    /// Everything that waits, of one source or of all, by source and day.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn waiting(&self, source: Option<&str>) -> Result<Vec<Waiting>, StoreError> {
        let sql = format!(
            "SELECT {HELD} FROM quarantine AS q
             WHERE q.rule = '{DRIFT}' AND q.released_at IS NULL AND (?1 IS NULL OR q.source_id = ?1)
             UNION ALL
             SELECT {LACKING} FROM snapshot AS n LEFT JOIN attempt AS a ON a.id = (SELECT max(b.id) FROM attempt AS b WHERE b.snapshot_id = n.id)
             WHERE (?1 IS NULL OR n.source_id = ?1) AND n.id IN (SELECT d.snapshot_id FROM drift AS d
               WHERE d.weight = 'lacks' AND d.accepted_at IS NULL AND d.settled_at IS NULL)
             ORDER BY 2, 6, 8, 1"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map([source], |row| Ok(read(row)))?;
        rows.map(|row| {
            let (id, waiting) = row??;
            let drift = drift_of(&self.db, id, waiting.held)?.into_iter().map(|(drift, _)| drift).collect();
            Ok(Waiting { drift, ..waiting })
        })
        .collect()
    }

    /// A document with these bytes that waits already, whatever its day: the first one.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn waits_already(&self, source: &str, sha256: &str) -> Result<Option<Waiting>, StoreError> {
        let waiting = self.waiting(Some(source))?;
        Ok(waiting.into_iter().find(|one| one.held && one.sha256 == sha256))
    }

    /// A person says that what a document lacks is fine. Gives how many changes that were.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn accept_lacks(&mut self, source: &str, sha256: &str, note: &str, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let sql = "UPDATE drift SET accepted_at = ?3, note = ?4
            WHERE source_id = ?1 AND weight = 'lacks' AND accepted_at IS NULL AND settled_at IS NULL
              AND snapshot_id IN (SELECT id FROM snapshot WHERE source_id = ?1 AND sha256 = ?2)";
        Ok(self.db.prepare_cached(sql)?.execute(params![source, sha256, instant(now), note])?)
    }
}

/// What a document changed that is kept out, or what one lacks that is in, each with its row.
pub(super) fn drift_of(db: &Connection, id: i64, held: bool) -> Result<Vec<(Drift, i64)>, StoreError> {
    let of = if held { "quarantine_id = ?1" } else { "snapshot_id = ?1 AND weight = 'lacks' AND settled_at IS NULL" };
    let sql = format!(
        "SELECT weight, code, place, before, after, id FROM drift WHERE {of} AND accepted_at IS NULL ORDER BY weight, code, place, id"
    );
    let read = |row: &Row<'_>| -> Result<_, StoreError> {
        let weight = word("drift.weight", &row.get::<_, String>(0)?, Weight::parse)?;
        Ok((Drift { weight, code: row.get(1)?, place: row.get(2)?, before: row.get(3)?, after: row.get(4)? }, row.get(5)?))
    };
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map([id], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// A document from its row.
pub(super) fn read(row: &Row<'_>) -> Result<(i64, Waiting), StoreError> {
    let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
    let fetched: String = row.get(7)?;
    let waiting = Waiting {
        source: row.get(1)?,
        document: row.get(2)?,
        sha256: row.get(3)?,
        bytes: row.get::<_, i64>(4)?.unsigned_abs(),
        as_of: day("quarantine.as_of", text(5)?)?,
        as_of_basis: word("quarantine.as_of_basis", text(6)?, DateBasis::parse)?,
        fetched_at: fetched.parse().ok(),
        url: row.get(8)?,
        obtained_from: row.get(9)?,
        content_type: row.get(10)?,
        since: row.get(11)?,
        held: row.get(12)?,
        drift: Vec::new(),
    };
    Ok((row.get(0)?, waiting))
}

/// A table of documents that are not in, and its columns for why not and since when.
pub(super) struct Aside {
    pub table: &'static str,
    pub code: &'static str,
    pub since: &'static str,
}

/// Puts a document aside with all that is needed to try it again; gives the row, which [`read`] reads.
pub(super) fn put_aside(
    db: &Connection,
    aside: Aside,
    doc: &Document,
    (code, message): (&str, &str),
    at: &str,
) -> Result<i64, StoreError> {
    let Aside { table, code: code_column, since } = aside;
    let sql = format!(
        "INSERT INTO {table} (source_id, attempt_id, sha256, {code_column}, message, {since}, document, bytes, as_of, as_of_basis,
           fetched_at, url, obtained_from, content_type)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
    );
    let (attempt, label) = match &doc.attempt {
        Some((id, end)) => (Some(*id), end.document.clone().unwrap_or_default()),
        None => (None, String::new()),
    };
    Ok(db.prepare_cached(&sql)?.insert(params![
        doc.source,
        attempt,
        doc.sha256,
        code,
        message,
        at,
        label,
        i64::try_from(doc.bytes).unwrap_or(i64::MAX),
        doc.as_of.to_string(),
        doc.as_of_basis.as_str(),
        fetched(doc),
        doc.url,
        doc.obtained_from,
        doc.content_type
    ])?)
}
