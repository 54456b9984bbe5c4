//! A copy of the whole file as it stood at one moment, made while others read and write.

use super::{Store, StoreError, dump};
use crate::model::Sha256;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::fs::File;
use std::path::Path;
use std::time::Duration;

/// Pages copied at once: some 4 MiB.
const PAGES: i32 = 1024;
/// How long a step that met a lock waits before the next.
const PAUSE: Duration = Duration::from_millis(50);

impl Store {
    /// Copies the file as it stands now into a new one without a log beside it, durably, and gives the digest of the logical dump
    /// of that very state. Whoever writes meanwhile goes on, and is not in the copy.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] and [`StoreError::Io`]; what was begun stays where it is.
    pub fn copy_to(&self, path: &Path) -> Result<Sha256, StoreError> {
        let moment = self.db.unchecked_transaction()?;
        let digest = dump::digest(&moment)?;
        copy(&moment, path)?;
        Ok(digest)
    }

    /// The same for a copy that is soon thrown away: nobody asks for its digest.
    ///
    /// # Errors
    /// As [`Store::copy_to`].
    pub fn copy_for_trial(&self, path: &Path) -> Result<(), StoreError> {
        let moment = self.db.unchecked_transaction()?;
        // the first question fixes the state
        moment.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        copy(&moment, path)
    }
}

/// The pages of `db`, which holds a state of the file by an open transaction.
pub(super) fn copy(db: &Connection, path: &Path) -> Result<(), StoreError> {
    let mut to = Connection::open(path)?;
    pages(db, &mut to)?;
    // a copy that names a log would need one beside it
    to.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    to.close().map_err(|(_, error)| error)?;
    File::open(path).and_then(|file| file.sync_all()).map_err(|cause| StoreError::Io { path: path.to_path_buf(), cause })
}

fn pages(db: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    let backup = Backup::new(db, to)?;
    loop {
        match backup.step(PAGES)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => std::thread::sleep(PAUSE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::AttemptEnd;

    /// A writer in between changes neither the copy nor its digest.
    #[test]
    fn a_copy_is_one_moment() {
        let dir = tempfile::tempdir().unwrap();
        let (path, to) = (dir.path().join("a.db"), dir.path().join("b.db"));
        let mut writer = Store::open(&path).unwrap();
        let now = "2026-11-24T06:00:00Z".parse().unwrap();
        let id = writer.begin_attempt("s", "run", None, now).unwrap();
        let reader = Store::open_read_only(&path).unwrap();
        let moment = reader.db.unchecked_transaction().unwrap();
        dump::digest(&moment).unwrap();
        writer.finish_attempt(id, &AttemptEnd::new("stored", String::new(), now)).unwrap();
        copy(&moment, &to).unwrap();
        drop(moment);
        let open = |path: &Path| {
            let db = Store::open_read_only(path).unwrap().db;
            db.query_row("SELECT count(*) FROM attempt WHERE outcome IS NULL", [], |row| row.get::<_, i64>(0)).unwrap()
        };
        assert_eq!((open(&to), open(&path)), (1, 0));
        assert!(!dir.path().join("b.db-wal").exists());
        assert_eq!(reader.copy_to(&dir.path().join("c.db")).unwrap(), reader.logical_digest().unwrap());
    }
}
