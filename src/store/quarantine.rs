//! Whole documents in quarantine: those whose reader fell. Lines that do not fit are `customs`' business.

use super::attempt::{self, AttemptEnd};
use super::{Store, StoreError, instant};
use crate::faultpoint;
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

    /// Puts a document into quarantine, or counts one more try of it there, and finishes the attempt, all or nothing. The
    /// outcome of the attempt is the rule.
    ///
    /// # Errors
    /// As [`Store::finish_attempt`].
    pub fn quarantine(&mut self, source: &str, sha256: &str, parser: &str, id: i64, end: &AttemptEnd) -> Result<(), StoreError> {
        let at = instant(end.finished_at);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let again = tx
            .prepare_cached(&format!(
                "UPDATE quarantine SET tries = iif(parser = ?3, tries + 1, 1), parser = ?3, attempt_id = ?4, rule = ?5, message = ?6
                 WHERE {THIS_ONE}"
            ))?
            .execute(params![source, sha256, parser, id, end.outcome, end.message])?;
        if again == 0 {
            tx.prepare_cached(
                "INSERT INTO quarantine (source_id, attempt_id, sha256, rule, message, parser, quarantined_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![source, id, sha256, end.outcome, end.message, parser, at])?;
        }
        attempt::finish(&tx, id, end)?;
        faultpoint::point("store.quarantined");
        Ok(tx.commit()?)
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
    fn an_attempt_that_is_not_under_way_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        store.begin_attempt("s", "run", None, now()).unwrap();
        assert!(store.quarantine("s", SHA, "one", 99, &AttemptEnd::new("parser_crash", String::new(), now())).is_err());
        assert_eq!(store.quarantined("s", SHA, "one").unwrap(), None);
    }
}
