//! F29 and F36: files of other versions. A newer one is left as it is, an older one becomes one of today whole or not at all, whatever
//! ends the program meanwhile; every released schema opens; a backup made beside whoever writes is one moment of it; files larger than
//! 1 GiB, where SQLite leaves a page out.

use super::super::support::{Room, column, count};
use super::corrupt::{filled, third, with_data};
use super::families::{self, copy, stored, take};
use super::oracle::{assert_whole, dump};
use super::sweep::{child, counted, deaths, each};
use super::vfs::KILLED;
use rusqlite::Connection;
use std::path::Path;
use sverka::store::{SCHEMA_VERSION, Store, StoreError};

/// Released schemas that a fixture has.
const RELEASED: [(i32, &str); 2] =
    [(1, include_str!("../../fixtures/schema-v1.sql")), (2, include_str!("../../fixtures/schema-v2.sql"))];
/// Rows that every version has a place for.
const ROWS: &str = "INSERT INTO source (id, title, observations) VALUES ('s', 'Source', 1);
    INSERT INTO attempt (source_id, trigger, started_at, finished_at, outcome, message) VALUES ('s', 'run', 'x', 'x', 'stored', 'kept');
    INSERT INTO series (id, code, publisher, indicator, item, measure, frequency) VALUES (1, 'p.i.a.level.a', 'p', 'i', 'a', 'level', 'a');
    INSERT INTO snapshot (source_id, as_of, as_of_basis, known_from, known_from_basis, class, url, held, recorded_from)
      VALUES ('s', '2017-06-01', 'recorded', '2017-06-01', 'recorded', 'exported', 'u', 0, '');
    INSERT INTO observation (series_id, source_id, period, period_start, period_end, value, decimals, unit, status, class, known_from,
        known_from_basis, recorded_from, snapshot_id)
      VALUES (1, 's', '2014', '2014-01-01', '2014-12-31', '7.0', 1, 'percent', 'published', 'exported', '2017-06-01', 'recorded', 'x', 1);";

/// A data folder with a file of an older version.
fn old(folder: &Path, version: i32, schema: &str) {
    std::fs::create_dir_all(folder.join("data")).unwrap();
    let db = Connection::open(folder.join("data/sverka.db")).unwrap();
    db.execute_batch(schema).unwrap();
    db.execute_batch(ROWS).unwrap();
    db.execute_batch(&format!("PRAGMA application_id = 0x5356524B; PRAGMA user_version = {version}")).unwrap();
}

fn version(file: &Path) -> i64 {
    count(&Connection::open(file).unwrap(), "PRAGMA user_version")
}

/// What an old file must say when it is one of today.
fn says(folder: &Path) -> Vec<String> {
    let db = super::super::support::open(&folder.join("data"));
    assert_eq!(column::<String>(&db, "PRAGMA integrity_check", []), ["ok"]);
    let mut lines = column::<String>(&db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name", []);
    lines.extend(column::<String>(&db, "SELECT concat_ws(' ', outcome, message) FROM attempt", []));
    lines.push(dump(&folder.join("data")));
    lines
}

fn killed_in_migration(full: bool) -> usize {
    let mut all = 0;
    for (old_version, schema) in RELEASED {
        let room = tempfile::tempdir().unwrap();
        let [base, clean] = ["base", "clean"].map(|name| room.path().join(name));
        old(&base, old_version, schema);
        copy(&base, &clean);
        drop(Store::open(&clean.join("data/sverka.db")).unwrap());
        let wanted = says(&clean);
        let (changes, writes) = counted("old", &base, room.path());
        let cases = deaths(changes, writes, full);
        each(&cases, |n, (how, at)| {
            let folder = room.path().join(format!("case-{n}"));
            copy(&base, &folder);
            let case = format!("version {old_version}: {how} at {at} of {changes} changes, {writes} writes");
            let (code, said) = child("die", how, *at, "old", &folder);
            assert_eq!(code, Some(KILLED), "{case}: {said}");
            let file = folder.join("data/sverka.db");
            let now = version(&file);
            assert!([i64::from(old_version), i64::from(SCHEMA_VERSION)].contains(&now), "{case}: half of it: version {now}");
            let backup = folder.join(format!("data/sverka.db.v{old_version}.backup"));
            if now == i64::from(SCHEMA_VERSION) {
                assert_eq!(version(&backup), i64::from(old_version), "{case}: migrated without a copy");
            }
            drop(Store::open(&file).unwrap_or_else(|error| panic!("{case}: {error}")));
            assert!(says(&folder) == wanted, "{case}: another file than that of a clean migration");
            assert_eq!(version(&backup), i64::from(old_version), "{case}");
            let db = Connection::open(&backup).unwrap();
            assert_eq!(count(&db, "SELECT count(*) FROM observation"), 1, "{case}: the copy lacks rows");
            std::fs::remove_dir_all(&folder).unwrap();
        });
        println!("F29 killed while version {old_version} is migrated: {} cases ({changes} changes)", cases.len());
        all += cases.len();
    }
    all
}

#[test]
fn killed_in_some_steps_of_a_migration() {
    println!("F29 migrations: {} cases", killed_in_migration(false));
}

#[test]
#[ignore = "the full matrix: minutes"]
fn killed_in_each_step_of_a_migration() {
    println!("F29 migrations, full: {} cases", killed_in_migration(true));
}

/// What is not a file of ours of today; `NEXT` stands for the version after today's.
const REFUSED: [(&str, &str); 4] = [
    ("newer", "PRAGMA user_version = 99"),
    ("newer by one", "PRAGMA user_version = NEXT"),
    ("another program's", "PRAGMA application_id = 7"),
    ("nobody's", "PRAGMA application_id = 0"),
];

#[test]
fn a_file_of_another_program_is_left_as_it_is() {
    let (room, _) = filled();
    let (mut cases, next) = (0, (SCHEMA_VERSION + 1).to_string());
    for (name, sql) in REFUSED {
        let data = room.path(name);
        copy(&room.path("data"), &data);
        Connection::open(data.join("sverka.db")).unwrap().execute_batch(&sql.replace("NEXT", &next)).unwrap();
        let before = std::fs::read(data.join("sverka.db")).unwrap();
        for args in
            [&["run"][..], &["status"], &["verify"], &["reconcile"], &["backup", "other"], &["rebuild", "--into", "other"]]
        {
            let ran = with_data(&room, name, args);
            assert!(ran.code == 2 && ran.err.contains("expected") || ran.err.contains("newer"), "{name} {args:?}: {ran:?}");
            assert!(std::fs::read(data.join("sverka.db")).unwrap() == before, "{name} {args:?}: it was written");
            cases += 1;
        }
        assert!(!data.join("sverka.db-wal").exists(), "{name}");
    }
    println!("F29 refused: {cases} cases");
}

/// A version that stands in the log alone, as after a kill in the first moment of a newer program.
#[test]
fn a_newer_version_in_the_log_is_seen() {
    let room = tempfile::tempdir().unwrap();
    let (base, _) = stored(room.path(), "csv");
    let newer = Connection::open(base.join("data/sverka.db")).unwrap();
    newer.execute_batch("PRAGMA user_version = 99").unwrap();
    let killed = room.path().join("killed");
    copy(&base, &killed);
    let (file, log) = (killed.join("data/sverka.db"), killed.join("data/sverka.db-wal"));
    let before = [std::fs::read(&file).unwrap(), std::fs::read(&log).unwrap()];
    assert!(matches!(Store::open_read_only(&file), Err(StoreError::Newer { found: 99, .. })));
    assert_eq!([std::fs::read(&file).unwrap(), std::fs::read(&log).unwrap()], before);
    assert!(matches!(Store::open(&file), Err(StoreError::Newer { found: 99, .. })));
    assert_eq!(version(&file), 99);
    println!("F29 log: 2 cases");
}

/// Every released schema opens and takes in the next document as a new file does.
#[test]
fn released_schemas_open_and_go_on() {
    for (old_version, schema) in RELEASED {
        for family in families::FAMILIES {
            let room = tempfile::tempdir().unwrap();
            let folder = room.path().join("old");
            families::empty(&folder, family);
            old(&folder, old_version, schema);
            assert_eq!(take(&folder, family, 0).unwrap().outcome, "stored", "{old_version} {family}");
            assert_eq!(take(&folder, family, 1).unwrap().outcome, "stored", "{old_version} {family}");
            assert_whole(&folder.join("data"));
        }
    }
    println!("F36 fixtures: {} cases", RELEASED.len() * families::FAMILIES.len());
}

/// Whoever writes goes on while copies are made; each is one of the states that there were.
#[test]
fn backups_beside_whoever_writes_are_moments() {
    let room = tempfile::tempdir().unwrap();
    let (base, _) = stored(room.path(), "csv");
    let file = base.join("data/sverka.db");
    let mut states = vec![dump(&base.join("data"))];
    let copies: Vec<_> = (0..12).map(|n| room.path().join(format!("copy-{n}.db"))).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for copy in &copies {
                Store::open_read_only(&file).unwrap().copy_to(copy).unwrap();
            }
        });
        for family in ["csv", "html", "json", "xlsx"] {
            for n in [0, 1] {
                if family != "csv" {
                    std::fs::write(base.join(["first", "next"][n]), families::document(family, n)).unwrap();
                }
                take(&base, family, n).unwrap();
                states.push(dump(&base.join("data")));
            }
        }
    });
    for copy in &copies {
        let store = Store::open_read_only(copy).unwrap();
        assert!(store.damages().is_empty());
        assert!(states.contains(&store.logical_dump().unwrap()), "a state that never was");
    }
    println!("F36 copies beside a writer: {} cases", copies.len());
}

/// Beyond 1 GiB, where SQLite keeps its locks and puts no page: documents come in, the copy and the restored one are equal. It takes
/// 5 GiB of the folder for temporary files.
#[test]
#[ignore = "the full matrix: minutes"]
fn files_larger_than_a_gibibyte() {
    for size in [4, 8, 16] {
        let (room, _) = filled();
        let file = room.path("data/sverka.db");
        let db = Connection::open(&file).unwrap();
        db.execute_batch(&format!(
            "PRAGMA journal_mode = DELETE; PRAGMA page_size = {}; VACUUM; PRAGMA synchronous = OFF",
            size << 10
        ))
        .unwrap();
        // up to the last pages before the page that is left out
        let free = (1 << 30) - i64::try_from(std::fs::metadata(&file).unwrap().len()).unwrap() - (64 << 10);
        db.execute_batch("PRAGMA journal_mode = OFF; CREATE TABLE filler (bytes BLOB)").unwrap();
        let per_page = (size << 10) - 4;
        let blob = free / (size << 10) / 8 * per_page;
        (0..8).for_each(|_| _ = db.execute("INSERT INTO filler VALUES (zeroblob(?1))", [blob]).unwrap());
        db.execute_batch("PRAGMA journal_mode = WAL").unwrap();
        drop(db);
        let full = |room: &Room| std::fs::metadata(room.path("data/sverka.db")).unwrap().len();
        assert!(full(&room) < 1 << 30 && full(&room) > (1 << 30) - (1 << 20), "{}", full(&room));
        let mut day = 10;
        while full(&room) < (1 << 30) + (64 << 10) {
            super::corrupt::grow(&room.path("data"));
            day += 1;
            assert!(day < 30);
        }
        let ran = third(&room, "data");
        assert!(ran.code < 2, "{ran:?}");
        assert_whole(&room.path("data"));
        let says = dump(&room.path("data"));
        for (data, args) in [("data", &["verify"][..]), ("data", &["backup", "large"]), ("restored", &["restore", "large"])] {
            let ran = with_data(&room, data, args);
            assert_eq!(ran.code, 0, "{size} KiB {args:?}: {ran:?}");
        }
        assert!(dump(&room.path("restored")) == says, "{size}");
        assert_eq!(count(&super::super::support::open(&room.path("restored")), "PRAGMA page_size"), size << 10);
        let _ = std::fs::remove_dir_all(room.path("restored"));
        println!("F36 page of locks, {size} KiB: 3 cases");
    }
}
