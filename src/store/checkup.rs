//! The file itself: how large it is, and whether SQLite finds it sound.

use super::{Store, StoreError, instant, shape};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
use rusqlite::{Error, ErrorCode, OptionalExtension, params};
use std::path::Path;

/// A file of so many bytes at most is looked through at every start; that takes some tenths of a second.
const SMALL: u64 = 16 << 20;
/// The whole of a larger file is looked through so often.
const EVERY: TimeDelta = TimeDelta::days(1);
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

    /// Whether nothing was wrong less than a day ago; what was found later than now is not believed.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.is_sound() && self.at.parse::<DateTime<Utc>>().is_ok_and(|at| at <= now && now < at + EVERY)
    }
}

impl Store {
    /// Refuses to go on with a file that SQLite finds damaged, before anything is written over what can be saved. A file of up to
    /// 16 MiB is looked through each time, a larger one if the last time is a day ago.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Sqlite`].
    pub fn assert_sound(&mut self, path: &Path, at: DateTime<Utc>) -> Result<(), StoreError> {
        let found = match std::fs::metadata(path).is_ok_and(|meta| meta.len() <= SMALL) {
            // indexes against rows, rows against the rows they name, tables against the schema
            true => self.looked_for_damages()?.first().map(ToString::to_string),
            false => self.fault_of_the_day(at)?,
        };
        match found {
            None => Ok(()),
            Some(found) => Err(StoreError::Damaged { path: path.to_path_buf(), found }),
        }
    }

    /// What is wrong with a file that is looked through once a day; nothing where that was done. That nothing was found is kept.
    fn fault_of_the_day(&mut self, at: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        if self.last_checkup()?.is_some_and(|last| last.holds(at)) {
            return Ok(None);
        }
        let checkup = Checkup { at: instant(at), found: self.faults()? };
        if !checkup.is_sound() {
            return Ok(Some(checkup.found));
        }
        self.keep_checkup(&checkup)?;
        Ok(None)
    }

    /// Looks through the whole file, which takes some seconds for a hundred megabytes, and keeps what was found.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn check_file(&mut self, at: DateTime<Utc>) -> Result<Checkup, StoreError> {
        let checkup = Checkup { at: instant(at), found: self.faults()? };
        self.keep_checkup(&checkup)?;
        Ok(checkup)
    }

    fn keep_checkup(&mut self, checkup: &Checkup) -> Result<(), StoreError> {
        let sql = "INSERT INTO checkup (what, at, found) VALUES ('integrity', ?1, ?2)
             ON CONFLICT (what) DO UPDATE SET at = excluded.at, found = excluded.found";
        self.db.execute(sql, params![checkup.at, checkup.found])?;
        Ok(())
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

    /// What is wrong with the file: what SQLite says of it, else what is made otherwise than this program makes it. Whoever looks sees
    /// both, for a look that found nothing stands for all others of its day.
    fn faults(&self) -> Result<String, StoreError> {
        let found = self.sqlite_says()?;
        if found != SOUND {
            return Ok(found);
        }
        Ok(shape::strange(&self.db)?.first().map_or(found, ToString::to_string))
    }

    /// What SQLite says of the file. One that is too broken to be looked through says so too.
    fn sqlite_says(&self) -> Result<String, StoreError> {
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

/// The code of a file that is not what it was.
pub const DAMAGED: &str = "database_damaged";
/// The code of a disk on which nothing can be put any more.
pub const FULL: &str = "disk_full";
/// The code of a disk that fails.
pub const IO_ERROR: &str = "io_error";
/// The code of a file that may only be read.
pub const READ_ONLY: &str = "read_only";
/// The code of a file that somebody else writes for longer than we wait.
const BUSY: &str = "database_busy";

impl StoreError {
    /// What happened to the file, where that is all there is to say: the disk is full, it fails, it may not be written, somebody
    /// else writes, what stands in it is damaged.
    pub fn code(&self) -> Option<&'static str> {
        let error = match self {
            StoreError::Damaged { .. } | StoreError::Corrupt { .. } => return Some(DAMAGED),
            // a text that is none, a word for a number
            StoreError::Sqlite(Error::Utf8Error(..) | Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..)) => {
                return Some(DAMAGED);
            }
            StoreError::Sqlite(error) => error,
            _ => return None,
        };
        // the file in which readers and writers meet could not be made as large as it must be
        if error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_IOERR_SHMSIZE) {
            return Some(FULL);
        }
        match error.sqlite_error_code()? {
            ErrorCode::DiskFull => Some(FULL),
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Some(IO_ERROR),
            ErrorCode::ReadOnly => Some(READ_ONLY),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Some(DAMAGED),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Some(BUSY),
            _ => None,
        }
    }

    /// Whether the file could not be written or read as a file: a full disk, a broken one, one that is read-only.
    pub fn is_danger(&self) -> bool {
        self.code().is_some_and(|code| code != BUSY)
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
    fn a_name_that_lost_a_letter_is_a_fault_whoever_looks() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        let at = "2026-11-24T06:00:00Z".parse().unwrap();
        store.db.execute_batch("DROP VIEW source_health").unwrap();
        let checkup = store.check_file(at).unwrap();
        assert!(checkup.found.contains("source_health"), "{checkup:?}");
        // a look of the day that found something stands for no other
        assert_eq!(store.fault_of_the_day(at).unwrap(), Some(checkup.found));
    }

    #[test]
    fn a_full_disk_is_a_danger_and_a_busy_file_is_none() {
        let error = |code| {
            let code = rusqlite::ffi::Error::new(code);
            StoreError::Sqlite(Error::SqliteFailure(code, None))
        };
        assert!(error(rusqlite::ffi::SQLITE_FULL).is_danger());
        assert!(!error(rusqlite::ffi::SQLITE_BUSY).is_danger());
    }
}
