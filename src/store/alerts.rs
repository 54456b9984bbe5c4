//! Alerts: what a person is told once when it begins, and once when it ends.

use super::{Store, StoreError, instant};
use crate::reconcile::Severity;
use chrono::{DateTime, Utc};
use rusqlite::params;

/// Something that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// What it is about, such as `silence/cbr-trade`.
    pub key: String,
    /// In words.
    pub message: String,
    /// When it began (UTC).
    pub raised_at: String,
}

impl Store {
    /// Says that something is so. True if that is news: it was not so before.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn raise(&mut self, key: &str, severity: Severity, message: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "INSERT INTO alert (key, severity, message, raised_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (key) DO UPDATE SET severity = excluded.severity, message = excluded.message,
               raised_at = excluded.raised_at, cleared_at = NULL, accepted_at = NULL
             WHERE cleared_at IS NOT NULL";
        let severity = match severity {
            Severity::Info => "info",
            Severity::Minor => "minor",
            Severity::Major => "major",
            Severity::Critical => "critical",
        };
        Ok(self.db.prepare_cached(sql)?.execute(params![key, severity, message, instant(at)])? == 1)
    }

    /// Says that it is so no more. True if that is news.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn clear(&mut self, key: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE alert SET cleared_at = ?2 WHERE key = ?1 AND cleared_at IS NULL";
        Ok(self.db.prepare_cached(sql)?.execute(params![key, instant(at)])? == 1)
    }

    /// What goes on, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn open_alerts(&self) -> Result<Vec<AlertRow>, StoreError> {
        let sql = "SELECT key, message, raised_at FROM alert WHERE cleared_at IS NULL ORDER BY id";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([], |row| Ok(AlertRow { key: row.get(0)?, message: row.get(1)?, raised_at: row.get(2)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
