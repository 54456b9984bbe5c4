//! A store made anew from the documents of another one: which documents, and what only the other one knows of them.

use super::snapshot::Document;
use super::{Store, StoreError, day, word};
use crate::model::{Class, DateBasis};
use rusqlite::{Row, params};
use std::path::Path;

/// Columns of `attempt` that are taken over as they are.
const ATTEMPT: &str =
    "id, source_id, trigger, due_at, started_at, finished_at, outcome, http_status, message, document, url, etag, last_modified";
/// The same of `unread`, less the try.
const UNREAD: &str =
    "source_id, sha256, outcome, message, noted_at, read_at, document, bytes, as_of, as_of_basis, fetched_at, url,
    obtained_from, content_type";
/// The same of `quarantine`, less the row and the try.
const QUARANTINE: &str =
    "source_id, sha256, locator, rule, message, raw, tries, parser, quarantined_at, released_at, document, bytes,
    as_of, as_of_basis, fetched_at, url, obtained_from, content_type";
/// The same of `drift`, less the documents.
const DRIFT: &str = "source_id, code, weight, place, before, after, seen_at, accepted_at, note, settled_at";

impl Store {
    /// Every document that this program read and holds, in the order of their days, as it came.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; [`StoreError::Corrupt`].
    pub fn documents_kept(&self) -> Result<Vec<Document>, StoreError> {
        let sql =
            "SELECT source_id, sha256, bytes, as_of, as_of_basis, fetched_at, known_from, known_from_basis, url, obtained_from,
              content_type, parser,
              EXISTS (SELECT 1 FROM customs_load AS l WHERE l.snapshot_id = snapshot.id AND l.streamed = 1)
            FROM snapshot WHERE class = ?1 AND held = 1 ORDER BY known_from, as_of, fetched_at, sha256, source_id";
        let mut query = self.db.prepare(sql)?;
        let rows = query.query_map([Class::Parsed.as_str()], |row| Ok(read(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Takes over what no document says, from the file that this one was made from: every try with its validators, what waits or
    /// gave no figures, what a person accepted and why, alerts and messages. Verdicts are not: they are judged anew.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; nothing is taken over then.
    pub fn inherit(&mut self, from: &Path) -> Result<(), StoreError> {
        self.db.execute("ATTACH ?1 AS old", [from.to_string_lossy()])?;
        let done = self.take_over();
        self.db.execute("DETACH old", [])?;
        done
    }

    fn take_over(&mut self) -> Result<(), StoreError> {
        let tx = self.db.transaction()?;
        tx.execute_batch(
            "CREATE TEMP TABLE twin (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
             INSERT INTO twin SELECT o.id, n.id FROM old.snapshot AS o JOIN main.snapshot AS n ON n.source_id = o.source_id
               AND n.class = o.class AND n.as_of = o.as_of AND coalesce(n.sha256, n.url) = coalesce(o.sha256, o.url);
             INSERT INTO main.source (id) SELECT id FROM old.source AS o WHERE NOT EXISTS (SELECT 1 FROM main.source AS n WHERE n.id = o.id);
             INSERT OR REPLACE INTO main.watch SELECT * FROM old.watch;
             INSERT INTO main.alert SELECT * FROM old.alert;
             INSERT INTO main.outbox SELECT * FROM old.outbox;",
        )?;
        let first: i64 = tx.query_row("SELECT coalesce(max(id), 0) FROM main.quarantine", [], |row| row.get(0))?;
        let steps = [
            format!(
                "INSERT INTO main.attempt ({ATTEMPT}, snapshot_id) SELECT {ATTEMPT}, (SELECT new FROM twin WHERE old = snapshot_id)
                 FROM old.attempt WHERE finished_at IS NOT NULL AND ?1 = ?1"
            ),
            format!(
                "INSERT INTO main.unread ({UNREAD}, attempt_id) SELECT {UNREAD}, (SELECT id FROM main.attempt WHERE id = attempt_id)
                 FROM old.unread WHERE ?1 = ?1"
            ),
            // lines that fit nowhere were met again
            format!(
                "INSERT INTO main.quarantine (id, {QUARANTINE}, attempt_id)
                 SELECT id + ?1, {QUARANTINE}, (SELECT id FROM main.attempt WHERE id = attempt_id) FROM old.quarantine WHERE locator = ''"
            ),
            "DELETE FROM main.drift WHERE ?1 = ?1".to_string(),
            format!(
                "INSERT INTO main.drift ({DRIFT}, snapshot_id, quarantine_id)
                 SELECT {DRIFT}, (SELECT new FROM twin WHERE old = snapshot_id), quarantine_id + ?1 FROM old.drift"
            ),
        ];
        for sql in &steps {
            tx.execute(sql, params![first])?;
        }
        tx.execute_batch("DROP TABLE twin")?;
        Ok(tx.commit()?)
    }
}

fn read(row: &Row<'_>) -> Result<Document, StoreError> {
    let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
    let fetched: String = row.get(5)?;
    Ok(Document {
        source: row.get(0)?,
        sha256: row.get(1)?,
        bytes: row.get::<_, Option<i64>>(2)?.unwrap_or_default().unsigned_abs(),
        as_of: day("snapshot.as_of", text(3)?)?,
        as_of_basis: word("snapshot.as_of_basis", text(4)?, DateBasis::parse)?,
        fetched_at: fetched.parse().ok(),
        known_from: day("snapshot.known_from", text(6)?)?,
        known_from_basis: word("snapshot.known_from_basis", text(7)?, DateBasis::parse)?,
        url: row.get(8)?,
        obtained_from: row.get(9)?,
        content_type: row.get(10)?,
        class: Class::Parsed,
        held: true,
        streamed: row.get(12)?,
        parser: row.get(11)?,
        attempt: None,
    })
}
