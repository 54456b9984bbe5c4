//! Documents that are kept and gave no figures: refused, or of a source without readings. They wait until somebody mends what
//! refused them; a document that is kept out for its changes is `waiting`'s business.

use super::attempt::{INTERRUPTED, Validators};
use super::snapshot::{Document, fetched};
use super::waiting::{self, Aside, Waiting};
use super::{Store, StoreError, instant};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

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

/// Where such a document is put.
const UNREAD: Aside = Aside { table: "unread", code: "outcome", since: "noted_at" };
/// A document that gave no figures and was not read since. Bytes that were fetched are the same whatever the day.
const THIS_ONE: &str = "source_id = ?1 AND sha256 = ?2 AND read_at IS NULL AND (as_of = ?3 OR ?4 <> '' AND fetched_at <> '')";
/// Who asks for the attempt that reads what came before the program ended.
pub const RESUME: &str = "resume";
/// A document is gone on with so often. One at which the program ends each time is not to keep it from everything else.
const MOST_RESUMED: u32 = 3;

impl Store {
    /// Remembers that a document gave no figures. Bytes that were fetched before and wait since then keep their day.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn note_unread(&mut self, doc: &Document, outcome: &str, message: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let attempt = doc.attempt.as_ref().map(|(id, _)| *id);
        let sql = format!("UPDATE unread SET attempt_id = coalesce(?5, attempt_id), outcome = ?6, message = ?7 WHERE {THIS_ONE}");
        let key = params![doc.source, doc.sha256, doc.as_of.to_string(), fetched(doc), attempt, outcome, message];
        match self.db.prepare_cached(&sql)?.execute(key)? {
            0 => waiting::put_aside(&self.db, UNREAD, doc, (outcome, message), &instant(now)).map(drop),
            _ => Ok(()),
        }
    }

    /// Remembers that a document came whole and is about to be read: whatever ends the program before it is in, it need not come
    /// again. The attempt, which goes on, is told with which validators it came.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn note_arrival(&mut self, doc: &Document, now: DateTime<Utc>) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some((id, end)) = &doc.attempt {
            let sql =
                "UPDATE attempt SET document = ?2, url = ?3, etag = ?4, last_modified = ?5 WHERE id = ?1 AND finished_at IS NULL";
            tx.prepare_cached(sql)?.execute(params![id, end.document, end.url, end.etag, end.last_modified])?;
        }
        let noted = tx.prepare_cached(&format!("SELECT 1 FROM unread WHERE {THIS_ONE}"))?.exists(params![
            doc.source,
            doc.sha256,
            doc.as_of.to_string(),
            fetched(doc)
        ])?;
        // what was refused before stays a refusal until it is read
        if !noted {
            let why = (INTERRUPTED, "it came, and the program ended before it was read");
            waiting::put_aside(&tx, UNREAD, doc, why, &instant(now))?;
        }
        Ok(tx.commit()?)
    }

    /// Documents of a source that came whole and were not read, because the program ended: the oldest first, each with the
    /// validators that it came with.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn arrived_unread(&self, source: &str) -> Result<Vec<(Waiting, Validators)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, (SELECT a.etag FROM attempt AS a WHERE a.id = attempt_id), (SELECT a.last_modified FROM attempt AS a WHERE a.id = attempt_id)
             FROM unread WHERE read_at IS NULL AND source_id = ?1 AND outcome = '{INTERRUPTED}' AND {MOST_RESUMED} >
               (SELECT count(*) FROM attempt AS a WHERE a.source_id = ?1 AND a.trigger = '{RESUME}' AND a.id > attempt_id AND a.outcome = '{INTERRUPTED}')
             ORDER BY as_of, fetched_at, id"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map([source], |row| {
            let validators = Validators { url: row.get(8)?, etag: row.get(15)?, last_modified: row.get(16)? };
            Ok(waiting::read(row).map(|(_, document)| (document, validators)))
        })?;
        rows.map(|row| row?).collect()
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
    // that it came is no news any more
    let gone = "DELETE FROM unread WHERE source_id = ?1 AND sha256 = ?2 AND as_of = ?3 AND read_at IS NULL AND outcome = ?4";
    db.prepare_cached(gone)?.execute(params![doc.source, doc.sha256, doc.as_of.to_string(), INTERRUPTED])?;
    let sql = "UPDATE unread SET read_at = ?4 WHERE source_id = ?1 AND sha256 = ?2 AND as_of = ?3 AND read_at IS NULL";
    db.prepare_cached(sql)?.execute(params![doc.source, doc.sha256, doc.as_of.to_string(), at])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Class, DateBasis};
    use crate::store::AttemptEnd;

    const SHA: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn now() -> DateTime<Utc> {
        "2026-11-24T06:00:00Z".parse().unwrap()
    }

    fn came(store: &mut Store) -> Document {
        let id = store.begin_attempt("s", "run", None, now()).unwrap();
        let day = now().date_naive();
        let end = AttemptEnd {
            url: Some("http://p.example/s".into()),
            etag: Some("\"1\"".into()),
            ..AttemptEnd::new("stored", String::new(), now())
        };
        Document {
            source: "s".into(),
            sha256: SHA.into(),
            bytes: 1,
            as_of: day,
            as_of_basis: DateBasis::Recorded,
            fetched_at: Some(now()),
            known_from: day,
            known_from_basis: DateBasis::Recorded,
            url: "http://p.example/s".into(),
            obtained_from: "fetched".into(),
            content_type: String::new(),
            class: Class::Parsed,
            streamed: false,
            held: true,
            parser: String::new(),
            attempt: Some((id, end)),
        }
    }

    #[test]
    fn what_came_is_remembered_with_its_validators_until_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        let document = came(&mut store);
        store.note_arrival(&document, now()).unwrap();
        store.interrupt_open_attempts(now()).unwrap();
        let left = store.arrived_unread("s").unwrap();
        assert_eq!((left.len(), left[0].0.sha256.as_str(), left[0].1.etag.as_deref()), (1, SHA, Some("\"1\"")));
        assert_eq!(store.arrived_unread("t").unwrap(), []);
        was_read(&store.db, &document, &instant(now())).unwrap();
        assert_eq!(store.arrived_unread("s").unwrap(), []);
        let rows: i64 = store.db.query_row("SELECT count(*) FROM unread", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "that it came is no news any more");
    }

    #[test]
    fn a_refusal_stays_one_and_nobody_dies_at_a_document_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        let document = came(&mut store);
        store.note_unread(&document, "unreadable", "why", now()).unwrap();
        store.note_arrival(&document, now()).unwrap();
        assert_eq!(store.arrived_unread("s").unwrap(), [], "it was refused before");
        assert_eq!(store.unread(None).unwrap()[0].outcome, "unreadable");
        store.note_unread(&document, INTERRUPTED, "", now()).unwrap();
        for _ in 0..MOST_RESUMED {
            assert_eq!(store.arrived_unread("s").unwrap().len(), 1);
            store.begin_attempt("s", RESUME, None, now()).unwrap();
            store.interrupt_open_attempts(now()).unwrap();
        }
        assert_eq!(store.arrived_unread("s").unwrap(), []);
    }
}
