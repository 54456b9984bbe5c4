//! The file itself: how large it is, and whether SQLite finds it sound.

use super::{Store, StoreError, instant};
use chrono::{DateTime, Utc};
use rusqlite::{ErrorCode, OptionalExtension, params};

/// So many faults are named.
const MOST_FAULTS: u32 = 3;
/// What a sound file is called.
const SOUND: &str = "ok";

/// The last time that the whole file was looked through.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Checkup {
    /// When (UTC).
    pub at: String,
    /// What SQLite said: `ok`, or the first faults.
    pub found: String,
}

impl Checkup {
    /// Whether nothing was wrong.
    pub fn is_sound(&self) -> bool {
        self.found == SOUND
    }
}

impl Store {
    /// Looks through the whole file, which takes some seconds for a hundred megabytes, and keeps what was found.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn check_file(&mut self, at: DateTime<Utc>) -> Result<Checkup, StoreError> {
        let checkup = Checkup { at: instant(at), found: self.faults()? };
        let sql = "INSERT INTO checkup (what, at, found) VALUES ('integrity', ?1, ?2)
             ON CONFLICT (what) DO UPDATE SET at = excluded.at, found = excluded.found";
        self.db.execute(sql, params![checkup.at, checkup.found])?;
        Ok(checkup)
    }

    /// Writes something, to see that it can be done.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn write_mark(&mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT INTO checkup (what, at, found) VALUES ('write', ?1, ?2)
             ON CONFLICT (what) DO UPDATE SET at = excluded.at";
        self.db.execute(sql, params![instant(at), SOUND])?;
        Ok(())
    }

    /// What SQLite says of the file. One that is too broken to be looked through says so too.
    fn faults(&self) -> Result<String, StoreError> {
        let mut query = self.db.prepare(&format!("PRAGMA quick_check({MOST_FAULTS})"))?;
        let lines = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>();
        match lines {
            Ok(lines) => Ok(lines.join("; ")),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => Ok(error.to_string()),
            Err(error) => Err(error.into()),
        }
    }

    /// When the file was last looked through, and what was found.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn last_checkup(&self) -> Result<Option<Checkup>, StoreError> {
        let sql = "SELECT at, found FROM checkup WHERE what = 'integrity'";
        let read = |row: &rusqlite::Row<'_>| Ok(Checkup { at: row.get(0)?, found: row.get(1)? });
        Ok(self.db.query_row(sql, [], read).optional()?)
    }
}

impl StoreError {
    /// Whether the file could not be written or read as a file: a full disk, a broken one, one that is read-only.
    pub fn is_danger(&self) -> bool {
        let StoreError::Sqlite(error) = self else { return false };
        let codes = [
            ErrorCode::DiskFull,
            ErrorCode::SystemIoFailure,
            ErrorCode::DatabaseCorrupt,
            ErrorCode::ReadOnly,
            ErrorCode::CannotOpen,
            ErrorCode::NotADatabase,
        ];
        error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, SeekFrom, Write};

    #[test]
    fn a_file_that_is_spoilt_is_found_to_be() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let at = "2026-11-24T06:00:00Z".parse().unwrap();
        let mut store = Store::open(&path).unwrap();
        assert_eq!(store.last_checkup().unwrap(), None);
        assert!(store.check_file(at).unwrap().is_sound());
        for n in 0..2_000 {
            store
                .db
                .execute("INSERT INTO alert (key, severity, message, raised_at) VALUES (?1, 'info', 'm', 'x')", [format!("k{n}")])
                .unwrap();
        }
        drop(store);
        let size = std::fs::metadata(&path).unwrap().len();
        let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        // the last pages: rows and index of the table that was filled last
        file.seek(SeekFrom::Start(size - 16 * 4096)).unwrap();
        file.write_all(&[0xAB; 16 * 4096]).unwrap();
        drop(file);
        let mut store = Store::open(&path).unwrap();
        let checkup = store.check_file(at).unwrap();
        assert!(!checkup.is_sound(), "{checkup:?}");
        assert_eq!(store.last_checkup().unwrap(), Some(checkup));
    }

    #[test]
    fn a_full_disk_is_a_danger_and_a_busy_file_is_none() {
        let error = |code| {
            let code = rusqlite::ffi::Error::new(code);
            StoreError::Sqlite(rusqlite::Error::SqliteFailure(code, None))
        };
        assert!(error(rusqlite::ffi::SQLITE_FULL).is_danger());
        assert!(!error(rusqlite::ffi::SQLITE_BUSY).is_danger());
    }
}
