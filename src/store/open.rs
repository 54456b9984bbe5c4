//! Opening: pragmas, creation and migration in one transaction, refusal of foreign and newer files.

use super::checkup::{FULL, IO_ERROR, READ_ONLY};
use super::{Store, StoreError};
use crate::faultpoint;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The letters "SVRK": `PRAGMA application_id` of our files.
pub(super) const APPLICATION_ID: i32 = 0x5356_524B;
/// How long a writer waits for another one before it gives up; writes are short, backups are not.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Page cache in KiB (negative as SQLite wants it): a document's rows fit, and the process stays small.
pub(super) const CACHE: i32 = -16_384;
/// Prepared statements kept: more than this module has.
const STATEMENTS: usize = 128;
/// Length of an SQLite file's header, which holds both version numbers.
const HEADER: usize = 100;
/// What is written otherwise in the address of a file.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');
/// Version and SQL of a schema, or of the step that leads to it.
type Step<'a> = (i32, &'a str);
/// The version of a file that this program writes.
pub const SCHEMA_VERSION: i32 = SCHEMA.0;
/// The whole schema, for a new file.
const SCHEMA: Step = (6, include_str!("../../schema.sql"));
/// How a file of an older version becomes one of the next. Each step runs inside a transaction.
const MIGRATIONS: &[Step] = &[
    (2, include_str!("migrations/2.sql")),
    (3, include_str!("migrations/3.sql")),
    (4, include_str!("migrations/4.sql")),
    (5, include_str!("migrations/5.sql")),
    (6, include_str!("migrations/6.sql")),
];

/// What a new file is made by.
pub(super) fn new_schema() -> &'static str {
    SCHEMA.1
}

impl Store {
    /// Opens the file for writing; creates or migrates it in one transaction, an older file after a copy
    /// beside it (`<name>.v<version>.backup`).
    ///
    /// # Errors
    /// [`StoreError::Newer`] and [`StoreError::Foreign`] leave the file untouched.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        open_with(path, SCHEMA, MIGRATIONS)
    }

    /// Opens the file for reading only; no write can happen through it.
    ///
    /// # Errors
    /// As for [`Store::open`]; also for a file that is missing or older than this program.
    pub fn open_read_only(path: &Path) -> Result<Store, StoreError> {
        let known = SCHEMA.0;
        std::fs::metadata(path).map_err(|cause| StoreError::Io { path: path.to_path_buf(), cause })?;
        refuse(path, known)?;
        let db = match look_at(path, known) {
            Err(error) if stands_still(path, &error) => look_at(&unchanging(path), known)?,
            looked => looked?,
        };
        db.pragma_update(None, "query_only", true)?;
        keep_statements(&db)?;
        Ok(Store { db })
    }
}

/// A connection that only reads, to a file of this very version.
fn look_at(path: &Path, known: i32) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    match check_versions(&db, path, known)? == known {
        true => Ok(db),
        false => Err(foreign(path, "an older schema: open it once for writing")),
    }
}

/// Whether all there is stands in the file itself, and nobody can write it: the file in which readers and writers meet cannot be made,
/// as no room is left for it or its folder is read-only.
fn stands_still(path: &Path, error: &StoreError) -> bool {
    let alone = match error.code() {
        Some(FULL) => true,
        Some(IO_ERROR | READ_ONLY) => bytes_beside(path, "-shm").is_none(),
        _ => false,
    };
    alone && wal_bytes(path) == 0
}

/// Bytes of the write-ahead log of a database; none where there is no log.
pub fn wal_bytes(path: &Path) -> u64 {
    bytes_beside(path, "-wal").unwrap_or_default()
}

/// Bytes of the file that SQLite keeps beside another one under its name and this end.
fn bytes_beside(path: &Path, end: &str) -> Option<u64> {
    let mut name = path.as_os_str().to_os_string();
    name.push(end);
    std::fs::metadata(name).ok().map(|meta| meta.len())
}

/// The address of a file that nobody changes while it is read.
fn unchanging(path: &Path) -> PathBuf {
    let name = path.as_os_str().as_encoded_bytes();
    PathBuf::from(format!("file:{}?immutable=1", percent_encoding::percent_encode(name, PATH)))
}

/// [`Store::open`] with a given schema and the steps to it.
fn open_with(path: &Path, schema: Step<'_>, migrations: &[Step<'_>]) -> Result<Store, StoreError> {
    let known = schema.0;
    refuse(path, known)?;
    let mut db = Connection::open(path)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    let found = check_versions(&db, path, known)?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "cache_size", CACHE)?;
    keep_statements(&db)?;
    if found < known {
        keep_copy(&db, path, found)?;
        migrate(&mut db, path, schema, migrations)?;
    }
    Ok(Store { db })
}

/// Statements are prepared once. Without the guarantee that a plan does not hang on parameters, SQLite prepares most of them anew
/// each time a parameter is bound.
fn keep_statements(db: &Connection) -> Result<(), StoreError> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// Runs the schema in an empty file, else every step above the file's version, all or none. The version is read again inside, as
/// somebody else may have been faster.
fn migrate(db: &mut Connection, path: &Path, schema: Step<'_>, migrations: &[Step<'_>]) -> Result<(), StoreError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = check_versions(&tx, path, schema.0)?;
    let steps = if found == 0 { std::slice::from_ref(&schema) } else { migrations };
    for (version, sql) in steps.iter().filter(|(version, _)| *version > found) {
        tx.execute_batch(sql)?;
        stamp(&tx, *version)?;
    }
    faultpoint::point("open.schema");
    tx.commit()?;
    faultpoint::point("open.made");
    Ok(())
}

fn stamp(tx: &Transaction<'_>, version: i32) -> Result<(), StoreError> {
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", version)?;
    Ok(())
}

/// Before an old file is changed, a copy of it is made once. It gets its name when it is whole, durable and found sound, so that
/// whatever ends the program leaves no half copy that passes for one.
fn keep_copy(db: &Connection, path: &Path, version: i32) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_os_string();
    name.push(format!(".v{version}.backup"));
    let copy = PathBuf::from(&name);
    if version == 0 || copy.exists() {
        return Ok(());
    }
    name.push(".unfinished");
    let unfinished = PathBuf::from(name);
    let io = |cause| StoreError::Io { path: unfinished.clone(), cause };
    if unfinished.exists() {
        std::fs::remove_file(&unfinished).map_err(io)?;
    }
    let moment = db.unchecked_transaction()?;
    if check_versions(&moment, path, i32::MAX)? != version {
        // somebody was faster, and has made the copy
        return Ok(());
    }
    super::copy::copy(&moment, &unfinished)?;
    let sound: String = Connection::open(&unfinished)?.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(foreign(path, &format!("damage, so that no copy could be made before its migration: {sound}")));
    }
    std::fs::rename(&unfinished, &copy).map_err(io)?;
    let folder = copy.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
}

/// Looks at the header without SQLite, so that a file that is not ours is not touched at all.
fn refuse(path: &Path, known: i32) -> Result<(), StoreError> {
    let mut header = Vec::with_capacity(HEADER);
    let io = |cause| StoreError::Io { path: path.to_path_buf(), cause };
    match File::open(path) {
        Ok(file) => file.take(HEADER as u64).read_to_end(&mut header).map_err(io)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        Err(error) => return Err(io(error)),
    };
    if header.is_empty() {
        return Ok(());
    }
    if header.len() < HEADER || !header.starts_with(b"SQLite format 3\0") {
        return Err(foreign(path, "a file that is no SQLite database"));
    }
    judge(path, number(&header, 68), number(&header, 60), known, || true).map(drop)
}

/// The same question put to SQLite, which also sees what still stands in the write-ahead log.
fn check_versions(db: &Connection, path: &Path, known: i32) -> Result<i32, StoreError> {
    let pragma = |name| db.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (id, version) = (pragma("application_id")?, pragma("user_version")?);
    let objects: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    judge(path, id, version, known, || objects == 0)
}

fn judge(path: &Path, id: i32, version: i32, known: i32, empty: impl Fn() -> bool) -> Result<i32, StoreError> {
    match (id, version) {
        (APPLICATION_ID, found) if found > known => Err(StoreError::Newer { path: path.to_path_buf(), found, known }),
        (APPLICATION_ID, found) => Ok(found),
        (0, 0) if empty() => Ok(0),
        (id, _) => Err(foreign(path, &format!("an SQLite file with application id {id:#x}"))),
    }
}

fn foreign(path: &Path, found: &str) -> StoreError {
    StoreError::Foreign { path: path.to_path_buf(), found: found.to_string() }
}

/// A big-endian number of the header.
fn number(header: &[u8], at: usize) -> i32 {
    header.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, i32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn creates_reopens_and_reads() {
        let dir = folder();
        let path = dir.path().join("sverka.db");
        assert!(Store::open_read_only(&path).is_err());
        let store = Store::open(&path).unwrap();
        for (pragma, wanted) in [("synchronous", 2), ("foreign_keys", 1), ("user_version", 6), ("application_id", APPLICATION_ID)]
        {
            let got: i32 = store.db.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
            assert_eq!(got, wanted, "{pragma}");
        }
        let mode: String = store.db.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
        assert!(Store::open_read_only(&path).is_ok(), "a reader may come while the schema still stands in the log");
        drop(store);
        drop(Store::open(&path).unwrap());
        let reader = Store::open_read_only(&path).unwrap();
        assert!(reader.db.execute("DELETE FROM issue", []).is_err());
    }

    /// F29: newer, foreign and broken files are refused and stay as they are to the byte.
    #[test]
    fn refused_files_stay_untouched() {
        let cases: [(&str, &str); 4] = [
            ("newer", "PRAGMA application_id = 0x5356524B; PRAGMA user_version = 99; CREATE TABLE t (a)"),
            ("foreign id", "PRAGMA application_id = 7; CREATE TABLE t (a)"),
            ("no id, some tables", "CREATE TABLE t (a)"),
            ("no id, a version", "PRAGMA user_version = 1"),
        ];
        for (name, sql) in cases {
            let dir = folder();
            let path = dir.path().join("x.db");
            Connection::open(&path).unwrap().execute_batch(sql).unwrap();
            let before = std::fs::read(&path).unwrap();
            assert!(Store::open(&path).is_err(), "{name}");
            assert!(Store::open_read_only(&path).is_err(), "{name}");
            assert_eq!(before, std::fs::read(&path).unwrap(), "{name}");
        }
    }

    #[test]
    fn garbage_is_refused() {
        let dir = folder();
        for bytes in [&b"x"[..], &[0; 4096][..], &b"<html>not a database</html>"[..]] {
            let path = dir.path().join("g.db");
            std::fs::write(&path, bytes).unwrap();
            assert!(matches!(Store::open(&path), Err(StoreError::Foreign { .. })));
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
    }

    #[test]
    fn an_older_file_is_migrated_with_a_copy() {
        let dir = folder();
        let path = dir.path().join("old.db");
        let old = (1, "CREATE TABLE a (x TEXT) STRICT");
        let new = (3, "CREATE TABLE a (x TEXT, y TEXT) STRICT");
        open_with(&path, old, &[]).unwrap().db.execute("INSERT INTO a VALUES ('kept')", []).unwrap();
        let steps = [(2, "ALTER TABLE a ADD COLUMN y TEXT"), (3, "UPDATE a SET y = x")];
        let broken = [steps[0], (3, "UPDATE nowhere SET y = x")];
        // what a program that was cut off left is no copy
        let unfinished = dir.path().join("old.db.v1.backup.unfinished");
        std::fs::write(&unfinished, "half").unwrap();
        assert!(open_with(&path, new, &broken).is_err());
        assert!(!unfinished.exists());
        let store = open_with(&path, new, &steps).unwrap();
        let y: String = store.db.query_row("SELECT y FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(y, "kept");
        assert!(matches!(open_with(&path, old, &[]), Err(StoreError::Newer { found: 3, known: 1, .. })));
        let copy = open_with(&dir.path().join("old.db.v1.backup"), old, &[]).unwrap();
        let columns: i64 = copy.db.query_row("SELECT count(*) FROM pragma_table_info('a')", [], |row| row.get(0)).unwrap();
        assert_eq!(columns, 1);
    }

    fn shape(store: &Store) -> std::collections::BTreeMap<String, String> {
        super::super::shape::shape(&store.db).unwrap()
    }

    /// Files of version 1, made before and after an outcome joined the list of the index, become what a new file is.
    #[test]
    fn a_file_of_version_1_becomes_a_new_one() {
        let v1 = include_str!("../../tests/fixtures/schema-v1.sql");
        let rows = "INSERT INTO source (id) VALUES ('s');
            INSERT INTO attempt (source_id, trigger, due_at, started_at, finished_at, outcome)
              VALUES ('s', 'run', '2026-01-01T00:00:00Z', 'x', 'x', 'stored');
            INSERT INTO series (id, code, publisher, indicator, item, measure, frequency) VALUES (1, 'p.i.a.level.a', 'p', 'i', 'a', 'level', 'a');
            INSERT INTO quarantine (source_id, rule, raw, quarantined_at) VALUES ('s', 'bad_line', 'r', 'x');
            INSERT INTO customs_code (code) VALUES ('2207');
            INSERT INTO snapshot (source_id, sha256, bytes, as_of, as_of_basis, known_from, known_from_basis, class, held, recorded_from)
              VALUES ('s', printf('%064x', 1), 1, '2017-06-01', 'recorded', '2017-06-01', 'recorded', 'parsed', 1, '');
            INSERT INTO customs_row (snapshot_id, line, flow, period, code_id, value_milli) VALUES (1, 7, 2, 201400, 1, 32580);
            INSERT INTO observation (series_id, source_id, period, period_start, period_end, value, decimals, unit, status, class,
                known_from, known_to, known_from_basis, recorded_from, snapshot_id)
              SELECT 1, 's', year, year || '-01-01', year || '-12-31', '7.0', 1, 'percent', 'published', 'parsed', '2017-06-01', known_to,
                'recorded', 'x', 1 FROM (SELECT 2014 AS year, NULL AS known_to UNION ALL SELECT 2015, NULL UNION ALL SELECT 2016, '2017-07-01');
            INSERT INTO issue (source_id, series_id, code, severity, locator, seen, wanted, derived, recorded_from)
              VALUES ('s', 1, 'unit_changed', 'warning', 'l', 'million', 'percent', 1, 'x');";
        let twice = "INSERT INTO attempt (source_id, trigger, due_at, started_at, finished_at, outcome)
              VALUES ('s', 'run', '2026-01-01T00:00:00Z', 'x', 'x', 'kept');";
        for (old, rows) in [(v1.to_string(), rows.to_string()), (v1.replace(", 'kept'", ""), format!("{rows}{twice}"))] {
            let dir = folder();
            let path = dir.path().join("old.db");
            open_with(&path, (1, &old), &[]).unwrap().db.execute_batch(&rows).unwrap();
            let store = Store::open(&path).unwrap();
            assert_eq!(shape(&store), shape(&Store::open(&dir.path().join("new.db")).unwrap()));
            let one = |sql: &str| store.db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
            assert_eq!(one("SELECT raw FROM quarantine"), "r");
            let line =
                "SELECT concat_ws(' ', line, flow, period, code_id, value_milli, ifnull(reporter_id, 'none')) FROM customs_row";
            assert_eq!(one(line), "7 2 201400 1 32580 none");
            let drift = "SELECT concat_ws(' ', code, place, before, after, accepted_at IS NOT NULL) FROM drift";
            assert_eq!(one(drift), "unit_changed p.i.a.level.a percent million 1");
            assert_eq!(one("SELECT count(*) || '' FROM issue WHERE recorded_to IS NULL"), "0");
            assert_eq!(one("SELECT concat_ws(' ', unit, value_num, figures) FROM value_count"), "percent 7.0 2");
            assert_eq!(one("SELECT concat_ws(' ', series_id, source_id, class) FROM series_source"), "1 s parsed");
        }
    }

    /// Two reconciliations of a file of version 2, all findings stored twice: each stands until the next.
    #[test]
    fn a_file_of_version_2_becomes_a_new_one() {
        let v2 = include_str!("../../tests/fixtures/schema-v2.sql");
        let rows = "INSERT INTO paper (id, loaded_at) VALUES ('p', 'x'), ('q', 'x');
            INSERT INTO claim (id, paper_id, claim, printed) VALUES (1, 'p', 'c1', '5'), (2, 'p', 'gone', '5'), (3, 'q', 'c1', '5');
            UPDATE claim SET retired_at = 'x' WHERE id = 2;
            INSERT INTO reconciliation (id, paper_id, started_at, finished_at, program)
              VALUES (1, 'p', 'a', 'a', '0.1.0'), (2, 'q', 'b', 'b', '0.1.0'), (3, 'p', 'c', 'c', '0.1.0');
            INSERT INTO finding (reconciliation_id, claim_id, side, status) VALUES (1, 1, 'external', 'CONFIRMED'),
              (1, 1, 'internal', 'CONFIRMED'), (1, 2, 'external', 'DEVIATES'), (2, 3, 'external', 'UNVERIFIABLE'),
              (3, 1, 'external', 'DEVIATES'), (3, 1, 'internal', 'CONFIRMED');
            INSERT INTO finding_event (reconciliation_id, claim_id, side, before, after, message, at)
              VALUES (3, 1, 'external', 'CONFIRMED', 'DEVIATES', 'It deviates.', 'c');";
        let dir = folder();
        let path = dir.path().join("old.db");
        open_with(&path, (2, v2), &[]).unwrap().db.execute_batch(rows).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(shape(&store), shape(&Store::open(&dir.path().join("new.db")).unwrap()));
        let one = |sql: &str| store.db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
        let stand =
            "SELECT group_concat(reconciliation_id || '-' || ifnull(until_id, '') || status, ' ' ORDER BY id) FROM finding";
        assert_eq!(one(stand), "1-3CONFIRMED 1-3CONFIRMED 1-3DEVIATES 2-UNVERIFIABLE 3-DEVIATES 3-CONFIRMED");
        let now = "SELECT group_concat(paper_id || ' ' || claim || ' ' || external_status, '; ') FROM claims_with_verdict";
        assert_eq!(one(now), "p c1 DEVIATES; q c1 UNVERIFIABLE");
        assert_eq!(one("SELECT before || after || cause || message FROM finding_event"), "CONFIRMEDDEVIATESIt deviates.");
        assert_eq!(one("SELECT count(*) || '' FROM pragma_foreign_key_check"), "0");
        let differ = store.differences("p", 1, 3).unwrap();
        let told =
            |one: &crate::store::Difference| format!("{} {:?}", one.claim, one.after.as_ref().map(|told| told.status.as_str()));
        assert_eq!(differ.iter().map(told).collect::<Vec<_>>(), ["c1 Some(\"DEVIATES\")", "gone None"]);
    }

    /// Alerts of a file of version 3 go on; its outbox has never been used.
    #[test]
    fn a_file_of_version_3_becomes_a_new_one() {
        let v2 = include_str!("../../tests/fixtures/schema-v2.sql");
        let rows = "INSERT INTO alert (key, severity, message, raised_at) VALUES ('failing/s', 'major', 'm', 'x');";
        let dir = folder();
        let path = dir.path().join("old.db");
        drop(open_with(&path, (2, v2), &[]).unwrap());
        open_with(&path, (3, ""), &MIGRATIONS[..2]).unwrap().db.execute_batch(rows).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(shape(&store), shape(&Store::open(&dir.path().join("new.db")).unwrap()));
        assert_eq!(store.open_alerts().unwrap()[0].key, "failing/s");
    }

    /// Lines of a file of version 4 stand as before, in the place of those of older documents of the same scope.
    #[test]
    fn a_file_of_version_4_becomes_a_new_one() {
        let v4 = include_str!("../../tests/fixtures/schema-v4.sql");
        let rows = "INSERT INTO source (id) VALUES ('s');
            INSERT INTO customs_code (code) VALUES ('2207'), ('2208');
            INSERT INTO customs_partner (code) VALUES ('KZ'), ('CN');
            INSERT INTO snapshot (source_id, sha256, bytes, as_of, as_of_basis, known_from, known_from_basis, class, held, recorded_from)
              SELECT 's', printf('%064x', day), 1, '2017-06-0' || day, 'recorded', '2017-06-0' || day, 'recorded', 'parsed', 1, 'x'
              FROM (SELECT 1 AS day UNION ALL SELECT 2);
            INSERT INTO customs_row (snapshot_id, line, flow, period, partner_id, code_id, value_milli)
              VALUES (1, 1, 2, 201400, 1, 2, 10), (1, 2, 2, 201400, 2, 1, 20), (1, 3, 1, 201500, 2, 1, 30),
                (2, 1, 1, 201400, 1, 2, 40), (2, 2, 2, 201400, 2, 1, 50);";
        let dir = folder();
        let path = dir.path().join("old.db");
        open_with(&path, (4, v4), &[]).unwrap().db.execute_batch(rows).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(shape(&store), shape(&Store::open(&dir.path().join("new.db")).unwrap()));
        let one = |sql: &str| store.db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
        let lines = "SELECT group_concat(concat_ws(' ', snapshot_id, line, flow, period, partner_id, code_id, value_milli), ', ' ORDER BY id)
            FROM customs_row";
        let wanted = "1 1 2 201400 1 2 10, 1 2 2 201400 2 1 20, 1 3 1 201500 2 1 30, 2 1 1 201400 1 2 40, 2 2 2 201400 2 1 50";
        assert_eq!(one(lines), wanted);
        let current = "SELECT group_concat(concat_ws(' ', snapshot_id, line, scope), ', ' ORDER BY id) FROM customs_current";
        assert_eq!(one(current), "1 3 digits 4 chapters 22, 2 1 digits 4 chapters 22, 2 2 digits 4 chapters 22");
        assert_eq!(one("SELECT count(*) || '' FROM pragma_foreign_key_check"), "0");
    }

    /// Comments inside CREATE survive in the file: every table, view and column explains itself.
    #[test]
    fn everything_has_a_comment() {
        let dir = folder();
        let store = Store::open(&dir.path().join("c.db")).unwrap();
        let mut query = store.db.prepare("SELECT name, type, sql FROM sqlite_schema WHERE type IN ('table', 'view')").unwrap();
        let rows = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap();
        let all: Vec<(String, String, String)> = rows.map(Result::unwrap).collect();
        assert!(all.len() > 25);
        // what FTS5 keeps for itself has no text of ours
        for (name, kind, sql) in all.into_iter().filter(|(name, ..)| !name.starts_with("label_fts_")) {
            assert!(sql.lines().nth(1).is_some_and(|l| l.trim().starts_with("-- ")), "{kind} {name}");
            if kind == "table" {
                assert_columns_commented(&store, &name, &sql);
                assert!(sql.contains("STRICT") || sql.contains("USING fts5"), "{name}");
            }
        }
    }

    fn assert_columns_commented(store: &Store, table: &str, sql: &str) {
        let mut query = store.db.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1").unwrap();
        for column in query.query_map([table], |r| r.get::<_, String>(0)).unwrap().map(Result::unwrap) {
            let starts = |l: &&str| l.trim().trim_start_matches('"').starts_with(column.as_str());
            let at = sql.lines().position(|l| starts(&l)).unwrap_or_else(|| panic!("{table}.{column}"));
            let commented = sql.lines().skip(at).take(2).any(|l| l.contains(" -- "));
            assert!(commented, "{table}.{column}");
        }
    }
}
