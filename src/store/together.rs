//! Several small changes as one: whoever has many of them waits for the disk once.

use super::{Store, StoreError};
use crate::faultpoint;

impl Store {
    /// Begins a change that the next ones are part of, until [`Store::end_together`]. None of them may be one that is a change of
    /// its own, such as saving a document.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn begin_together(&mut self) -> Result<(), StoreError> {
        Ok(self.db.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Makes it durable.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; nothing of it is kept then.
    pub fn end_together(&mut self) -> Result<(), StoreError> {
        faultpoint::point("store.together");
        let ended = self.db.execute_batch("COMMIT");
        if ended.is_err() {
            self.drop_together();
        }
        Ok(ended?)
    }

    /// Takes it back. SQLite may have done so by itself.
    pub fn drop_together(&mut self) {
        if !self.db.is_autocommit()
            && let Err(error) = self.db.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a change could not be taken back");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::AttemptEnd;
    use chrono::DateTime;

    #[test]
    fn all_of_it_or_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let mut store = Store::open(&path).unwrap();
        let reader = Store::open_read_only(&path).unwrap();
        store.begin_together().unwrap();
        let ids = ["a", "b"].map(|source| store.begin_attempt(source, "run", None, DateTime::UNIX_EPOCH).unwrap());
        assert_eq!(reader.last_outcome("a").unwrap(), None);
        for id in ids {
            store.finish_attempt(id, &AttemptEnd::new("offline", String::new(), DateTime::UNIX_EPOCH)).unwrap();
        }
        store.end_together().unwrap();
        assert_eq!(reader.last_outcome("b").unwrap().as_deref(), Some("offline"));
        store.begin_together().unwrap();
        store.begin_attempt("c", "run", None, DateTime::UNIX_EPOCH).unwrap();
        assert!(store.finish_attempt(999, &AttemptEnd::default()).is_err());
        store.drop_together();
        store.drop_together();
        assert_eq!(store.status_rows().unwrap().len(), 2);
    }
}
