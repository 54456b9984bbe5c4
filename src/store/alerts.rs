//! What a person is to be told. A state is told once: raising it again while it lasts changes nothing.

use super::{Store, StoreError, instant, outbox};
use crate::model::Gravity as Severity;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, TransactionBehavior, params};

/// An alert that goes on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Alert {
    /// What it is about, such as `silence/cbr-trade`.
    pub key: String,
    /// How bad.
    pub severity: String,
    /// In words.
    pub message: String,
    /// Since when.
    pub raised_at: String,
}

impl Store {
    /// Says that something is so. True if that is news: it was not so before.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn raise(&mut self, key: &str, severity: Severity, message: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let began = raise(&tx, key, severity, message, &instant(at))?;
        tx.commit()?;
        Ok(began)
    }

    /// Says that it is so no more. True if that is news.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn clear(&mut self, key: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let ended = clear(&tx, key, &instant(at))?;
        tx.commit()?;
        Ok(ended)
    }

    /// Alerts that go on and that nobody accepted, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn open_alerts(&self) -> Result<Vec<Alert>, StoreError> {
        let sql = "SELECT key, severity, message, raised_at FROM alert
             WHERE cleared_at IS NULL AND accepted_at IS NULL ORDER BY raised_at DESC, id DESC";
        let read =
            |row: &Row<'_>| Ok(Alert { key: row.get(0)?, severity: row.get(1)?, message: row.get(2)?, raised_at: row.get(3)? });
        let mut query = self.db.prepare_cached(sql)?;
        let alerts = query.query_map([], read)?.collect::<Result<_, _>>()?;
        Ok(alerts)
    }
}

/// Begins an alert, and writes to the outbox that it did; one that ended begins anew, one that goes on stays as it is. True if it
/// began. To be called inside a transaction.
pub(super) fn raise(db: &Connection, key: &str, severity: Severity, message: &str, at: &str) -> Result<bool, StoreError> {
    let sql = "INSERT INTO alert (key, severity, message, raised_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (key) DO UPDATE SET severity = excluded.severity, message = excluded.message, raised_at = excluded.raised_at,
           cleared_at = NULL, accepted_at = NULL
         WHERE cleared_at IS NOT NULL";
    let began = db.prepare_cached(sql)?.execute(params![key, severity.as_str(), message, at])? == 1;
    if began {
        outbox::tell(db, key, at)?;
    }
    Ok(began)
}

/// Ends an alert, if it goes on, and writes to the outbox that it did. True if it did. To be called inside a transaction.
pub(super) fn clear(db: &Connection, key: &str, at: &str) -> Result<bool, StoreError> {
    let sql = "UPDATE alert SET cleared_at = ?2 WHERE key = ?1 AND cleared_at IS NULL";
    let ended = db.prepare_cached(sql)?.execute([key, at])? == 1;
    if ended {
        outbox::tell(db, key, at)?;
    }
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_told_once_and_again_when_it_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("a.db")).unwrap();
        let told = |store: &Store| {
            store.open_alerts().unwrap().iter().map(|a| format!("{} {} {}", a.key, a.message, a.raised_at)).collect::<Vec<_>>()
        };
        raise(&store.db, "k", Severity::Major, "first", "1").unwrap();
        raise(&store.db, "k", Severity::Minor, "second", "2").unwrap();
        raise(&store.db, "l", Severity::Info, "other", "3").unwrap();
        assert_eq!(told(&store), ["l other 3", "k first 1"]);
        clear(&store.db, "k", "4").unwrap();
        clear(&store.db, "nobody's", "4").unwrap();
        assert_eq!(told(&store), ["l other 3"]);
        raise(&store.db, "k", Severity::Minor, "again", "5").unwrap();
        assert_eq!(told(&store), ["k again 5", "l other 3"]);
        let rows: i64 = store.db.query_row("SELECT count(*) FROM alert", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 2);
    }

    #[test]
    fn each_beginning_and_each_end_is_news_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        let at = |hour: u32| format!("2026-11-23T{hour:02}:00:00Z").parse().unwrap();
        assert!(!store.clear("silence/s", at(1)).unwrap(), "nothing was said");
        assert!(store.raise("silence/s", Severity::Minor, "nothing new for 9 days", at(2)).unwrap());
        assert!(!store.raise("silence/s", Severity::Minor, "nothing new for 10 days", at(3)).unwrap());
        let open = store.open_alerts().unwrap();
        assert_eq!((open[0].message.as_str(), open[0].raised_at.as_str()), ("nothing new for 9 days", "2026-11-23T02:00:00Z"));
        assert!(store.clear("silence/s", at(4)).unwrap());
        assert!(!store.clear("silence/s", at(5)).unwrap());
        assert_eq!(store.open_alerts().unwrap(), []);
        assert!(store.raise("silence/s", Severity::Major, "again", at(6)).unwrap());
        assert_eq!(store.open_alerts().unwrap()[0].message, "again");
    }
}
