//! Documents that are kept and gave no figures: refused, or of a source without readings. They wait until somebody mends what
//! refused them; a document that is kept out for its changes is `waiting`'s business.

use super::snapshot::{Document, fetched};
use super::waiting::{self, Waiting};
use super::{Store, StoreError, instant};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

/// A document that gave no figures, and why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The document, with its provenance.
    pub document: Waiting,
    /// Why it gave none: the outcome of its last try.
    pub outcome: String,
    /// The same in a sentence.
    pub message: String,
}

/// Columns of [`waiting::read`], in its order, and then why.
const COLUMNS: &str = "id, source_id, document, sha256, coalesce(bytes, 0), as_of, as_of_basis, fetched_at, url, obtained_from,
    content_type, noted_at, 1, outcome, message";

impl Store {
    /// Remembers that a document gave no figures. Bytes that were fetched before and wait since then keep their day.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn note_unread(&mut self, doc: &Document, outcome: &str, message: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let attempt = doc.attempt.as_ref().map(|(id, _)| *id);
        let sql = "UPDATE unread SET attempt_id = coalesce(?5, attempt_id), outcome = ?6, message = ?7
            WHERE source_id = ?1 AND sha256 = ?2 AND read_at IS NULL AND (as_of = ?3 OR ?4 <> '' AND fetched_at <> '')";
        let (as_of, fetched) = (doc.as_of.to_string(), fetched(doc));
        let known =
            self.db.prepare_cached(sql)?.execute(params![doc.source, doc.sha256, as_of, fetched, attempt, outcome, message])?;
        if known > 0 {
            return Ok(());
        }
        let label = doc.attempt.as_ref().and_then(|(_, end)| end.document.clone()).unwrap_or_default();
        self.db
            .prepare_cached(
                "INSERT INTO unread (source_id, attempt_id, sha256, outcome, message, noted_at, document, bytes, as_of, as_of_basis,
                   fetched_at, url, obtained_from, content_type)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                doc.source,
                attempt,
                doc.sha256,
                outcome,
                message,
                instant(now),
                label,
                i64::try_from(doc.bytes).unwrap_or(i64::MAX),
                as_of,
                doc.as_of_basis.as_str(),
                fetched,
                doc.url,
                doc.obtained_from,
                doc.content_type
            ])?;
        Ok(())
    }

    /// What gave no figures and was not read since, of one source or of all, by source and day.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn unread(&self, source: Option<&str>) -> Result<Vec<Unread>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM unread WHERE read_at IS NULL AND (?1 IS NULL OR source_id = ?1)
             ORDER BY source_id, as_of, fetched_at, id"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map([source], |row| {
            let (outcome, message) = (row.get(13)?, row.get(14)?);
            Ok(waiting::read(row).map(|(_, document)| Unread { document, outcome, message }))
        })?;
        rows.map(|row| row?).collect()
    }

    /// Bytes that were fetched before and gave no figures: the first time.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn fetched_unread(&self, source: &str, sha256: &str) -> Result<Option<Waiting>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM unread WHERE read_at IS NULL AND source_id = ?1 AND sha256 = ?2 AND fetched_at <> ''
             ORDER BY as_of, fetched_at LIMIT 1"
        );
        let found = self.db.prepare_cached(&sql)?.query_row([source, sha256], |row| Ok(waiting::read(row))).optional()?;
        Ok(found.transpose()?.map(|(_, document)| document))
    }
}

/// Its reader came to an end, and the document is in or waits for a person.
pub(super) fn was_read(db: &Connection, doc: &Document, at: &str) -> Result<(), StoreError> {
    let sql = "UPDATE unread SET read_at = ?4 WHERE source_id = ?1 AND sha256 = ?2 AND as_of = ?3 AND read_at IS NULL";
    db.prepare_cached(sql)?.execute(params![doc.source, doc.sha256, doc.as_of.to_string(), at])?;
    Ok(())
}
