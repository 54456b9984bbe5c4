//! Whole documents in quarantine: those whose reader fell. Lines that do not fit are `customs`' business.

use super::admit::DRIFT;
use super::attempt::{self, AttemptEnd};
use super::waiting::{self, Waiting};
use super::{Store, StoreError, instant};
use crate::model::{Sha256, SourceId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

/// A document that was not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The code of the rule.
    pub rule: String,
    /// What was seen.
    pub message: String,
    /// How often the same program met it.
    pub tries: u32,
}

/// What was not let in: a whole document, or the lines of one that one rule refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    /// Whose.
    pub source: SourceId,
    /// The bytes of the document.
    pub sha256: Sha256,
    /// The code of the rule.
    pub rule: String,
    /// What was seen; of the first line, where there are several.
    pub message: String,
    /// How many lines; 0: the whole document.
    pub lines: u32,
    /// How often it was tried.
    pub tries: u32,
    /// Which program could not read it; empty where it could.
    pub parser: String,
    /// When it was first refused (UTC).
    pub since: String,
    /// When it was last tried (UTC).
    pub last_tried: String,
    /// The whole document with its provenance, where that is known.
    pub document: Option<Waiting>,
}

impl HeldBack {
    /// Whether the name of its bytes begins so.
    pub fn is_named(&self, prefix: &str) -> bool {
        waiting::is_named(&self.sha256, Some(prefix))
    }
}

/// What is in quarantine, the lines of a document together.
const HELD_BACK: &str =
    "SELECT q.source_id, coalesce(q.sha256, ''), q.rule, q.message, sum(q.locator <> ''), max(q.tries), q.parser,
      min(q.quarantined_at), coalesce(max(a.finished_at), max(q.quarantined_at))
    FROM quarantine AS q LEFT JOIN attempt AS a ON a.id = q.attempt_id
    WHERE q.released_at IS NULL AND (?1 IS NULL OR q.source_id = ?1)
    GROUP BY q.source_id, q.sha256, q.rule, q.parser, q.locator <> '', iif(q.locator = '', q.id, 0)
    ORDER BY q.source_id, min(q.quarantined_at), q.sha256";

/// A whole document that a program could not read, among the rows of a source that are open.
const THIS_ONE: &str = "source_id = ?1 AND sha256 = ?2 AND parser <> '' AND released_at IS NULL";

impl Store {
    /// The document's place in quarantine, if this program put it there: another one reads otherwise, and may try.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn quarantined(&self, source: &str, sha256: &str, parser: &str) -> Result<Option<Quarantined>, StoreError> {
        let sql = format!("SELECT rule, message, tries FROM quarantine WHERE {THIS_ONE} AND parser = ?3");
        let mut query = self.db.prepare_cached(&sql)?;
        let found = query.query_row(params![source, sha256, parser], |row| {
            Ok(Quarantined { rule: row.get(0)?, message: row.get(1)?, tries: row.get(2)? })
        });
        Ok(found.optional()?)
    }

    /// What is in quarantine, of one source or of all.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn held_back(&self, source: Option<&str>) -> Result<Vec<HeldBack>, StoreError> {
        let (unread, waiting) = (self.unread(source)?, self.waiting(source)?);
        let document = |source: &str, sha256: &str, rule: &str| {
            let waits = waiting.iter().filter(|_| rule == DRIFT);
            let read = unread.iter().filter(|_| rule != DRIFT).map(|one| &one.document);
            waits.chain(read).find(|one| one.source == source && one.sha256 == sha256).cloned()
        };
        let mut query = self.db.prepare_cached(HELD_BACK)?;
        let rows = query.query_map([source], |row| {
            let (source, sha256, rule): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (message, lines, tries, parser) = (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
            let document = if lines == 0 { document(&source, &sha256, &rule) } else { None };
            let (since, last_tried) = (row.get(7)?, row.get(8)?);
            Ok(HeldBack { source, sha256, rule, message, lines, tries, parser, since, last_tried, document })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Puts a document into quarantine, or counts one more try of it there, and finishes the attempt, all or nothing. The
    /// outcome of the attempt is the rule.
    ///
    /// # Errors
    /// As [`Store::finish_attempt`].
    pub fn quarantine(&mut self, source: &str, sha256: &str, parser: &str, id: i64, end: &AttemptEnd) -> Result<(), StoreError> {
        put_aside(&mut self.db, source, &Aside::Document(sha256), parser, id, end)
    }

    /// Lets a document out of quarantine: its reader came to an end, whatever it said.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn release(&mut self, source: &str, sha256: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        release(&self.db, source, sha256, &instant(now))
    }
}

/// [`Store::release`] inside a transaction that is already open.
pub(super) fn release(db: &Connection, source: &str, sha256: &str, at: &str) -> Result<(), StoreError> {
    let sql = format!("UPDATE quarantine SET released_at = ?3 WHERE {THIS_ONE}");
    db.prepare_cached(&sql)?.execute(params![source, sha256, at])?;
    Ok(())
}

/// What is put aside.
enum Aside<'a> {
    /// A document, by its digest.
    Document(&'a str),
    /// A record of a crawl, by its place.
    Record(&'a str),
}

/// One more try of what is aside already, or a row for what was not; and the end of the attempt.
fn put_aside(
    db: &mut Connection,
    source: &str,
    aside: &Aside<'_>,
    parser: &str,
    id: i64,
    end: &AttemptEnd,
) -> Result<(), StoreError> {
    let (this, key, sha256, place, url) = match *aside {
        Aside::Document(sha256) => (THIS_ONE, sha256, Some(sha256), "", ""),
        Aside::Record(place) => (THIS_RECORD, place, None, place, end.url.as_deref().unwrap_or_default()),
    };
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let again = tx
        .prepare_cached(&format!(
            "UPDATE quarantine SET tries = iif(parser = ?3, tries + 1, 1), parser = ?3, attempt_id = ?4, rule = ?5, message = ?6
             WHERE {this}"
        ))?
        .execute(params![source, key, parser, id, end.outcome, end.message])?;
    if again == 0 {
        tx.prepare_cached(
            "INSERT INTO quarantine (source_id, attempt_id, sha256, document, rule, message, parser, quarantined_at, url)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![source, id, sha256, place, end.outcome, end.message, parser, instant(end.finished_at), url])?;
    }
    attempt::finish(&tx, id, end)?;
    Ok(tx.commit()?)
}

/// A record of a crawl over which its reader fell; its bytes are kept nowhere but in the crawl.
const THIS_RECORD: &str =
    "source_id = ?1 AND sha256 IS NULL AND locator = '' AND document = ?2 AND parser <> '' AND released_at IS NULL";

impl Store {
    /// Puts a record of a crawl into quarantine, or counts one more try of it there, and finishes the attempt, all or nothing; `place` is
    /// what tells it from every other record.
    ///
    /// # Errors
    /// As [`Store::finish_attempt`].
    pub fn quarantine_record(
        &mut self,
        source: &str,
        place: &str,
        parser: &str,
        id: i64,
        end: &AttemptEnd,
    ) -> Result<(), StoreError> {
        put_aside(&mut self.db, source, &Aside::Record(place), parser, id, end)
    }

    /// Records of crawls that this program has tried so often, the newest first, `most` at most.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn records_left(&self, parser: &str, tries: u32, most: u32) -> Result<Vec<String>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT document FROM quarantine WHERE sha256 IS NULL AND locator = '' AND parser = ?1 AND tries >= ?2 AND released_at IS NULL
             GROUP BY document ORDER BY max(id) DESC LIMIT ?3",
        )?;
        let rows = query.query_map(params![parser, tries, most], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Lets a record out of quarantine: its reader came to an end.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn release_record(&mut self, source: &str, place: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = format!("UPDATE quarantine SET released_at = ?3 WHERE {THIS_RECORD}");
        self.db.prepare_cached(&sql)?.execute(params![source, place, instant(now)])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn now() -> DateTime<Utc> {
        "2026-11-24T06:00:00Z".parse().unwrap()
    }

    fn fall(store: &mut Store, parser: &str, rule: &str) {
        let id = store.begin_attempt("s", "run", None, now()).unwrap();
        store.quarantine("s", SHA, parser, id, &AttemptEnd::new(rule, format!("why {rule}"), now())).unwrap();
    }

    #[test]
    fn tries_of_one_program_are_counted_until_the_document_is_let_out() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        assert_eq!(store.quarantined("s", SHA, "one").unwrap(), None);
        fall(&mut store, "one", "parser_crash");
        fall(&mut store, "one", "parser_oom");
        let wanted = Quarantined { rule: "parser_oom".into(), message: "why parser_oom".into(), tries: 2 };
        assert_eq!(store.quarantined("s", SHA, "one").unwrap(), Some(wanted));
        assert_eq!(store.quarantined("s", SHA, "two").unwrap(), None, "a newer program may try");
        assert_eq!(store.quarantined("t", SHA, "one").unwrap(), None);
        fall(&mut store, "two", "parser_crash");
        assert_eq!(store.quarantined("s", SHA, "two").unwrap().unwrap().tries, 1);
        let rows = |store: &Store| store.db.query_row("SELECT count(*) FROM quarantine", [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((rows(&store), store.status_rows().unwrap()[0].outcome.as_deref()), (1, Some("parser_crash")));
        store.release("s", SHA, now()).unwrap();
        assert_eq!(store.quarantined("s", SHA, "two").unwrap(), None);
        fall(&mut store, "two", "parser_crash");
        assert_eq!((rows(&store), store.quarantined("s", SHA, "two").unwrap().unwrap().tries), (2, 1));
    }

    #[test]
    fn tries_of_a_record_are_counted_beside_those_of_documents() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        let fall = |store: &mut Store, parser: &str, place: &str| {
            let id = store.begin_attempt("s", "ingest", None, now()).unwrap();
            store.quarantine_record("s", place, parser, id, &AttemptEnd::new("parser_oom", place.into(), now())).unwrap();
        };
        for place in ["a", "b", "a"] {
            fall(&mut store, "one", place);
        }
        assert_eq!(store.records_left("one", 2, 9).unwrap(), ["a"]);
        assert_eq!(store.records_left("one", 1, 1).unwrap(), ["b"]);
        assert!(store.records_left("two", 1, 9).unwrap().is_empty(), "a newer program may try");
        let held = store.held_back(None).unwrap();
        assert_eq!(
            held.iter().map(|one| (one.tries, one.lines, one.sha256.as_str())).collect::<Vec<_>>(),
            [(2, 0, ""), (1, 0, "")]
        );
        assert_eq!(store.documents_named().unwrap().len(), 0, "no bytes are missed");
        store.release_record("s", "a", now()).unwrap();
        assert!(store.records_left("one", 2, 9).unwrap().is_empty());
        assert_eq!(store.held_back(Some("s")).unwrap().len(), 1);
    }

    #[test]
    fn an_attempt_that_is_not_under_way_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        store.begin_attempt("s", "run", None, now()).unwrap();
        assert!(store.quarantine("s", SHA, "one", 99, &AttemptEnd::new("parser_crash", String::new(), now())).is_err());
        assert_eq!(store.quarantined("s", SHA, "one").unwrap(), None);
    }
}
