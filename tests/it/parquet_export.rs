//! The store as Parquet files.

#[cfg(feature = "parquet")]
mod read_back;

use super::support::Room;
use rusqlite::{Connection, params};

/// The columns that the question asks for, and no others.
const TABLES: &str = "
  CREATE TABLE series (series TEXT, measure TEXT);
  INSERT INTO series VALUES ('index', 'yoy'), ('level', 'level');
  CREATE TABLE claim (claim_id INTEGER PRIMARY KEY, paper TEXT, claim TEXT, value TEXT, decimals INTEGER, unit TEXT, series TEXT, period TEXT,
    measure TEXT, cutoff TEXT, retired_at TEXT);
  CREATE TABLE observation (observation_id INTEGER PRIMARY KEY, series TEXT, period TEXT, source TEXT, value TEXT, decimals INTEGER, unit TEXT,
    status TEXT, class_rank INTEGER, known_from TEXT, known_to TEXT, recorded_to TEXT)";

/// The question of `deploy/spark` climbs the same ladder as the program: a printed figure, what stands at the cut-off, what stands
/// today, and both grades.
#[test]
fn the_portable_sql_grades_as_the_program_does() {
    let cases = [
        ("index", "-4.1", "95.9", "95.85", "EXACT TIE"),
        ("level", "-4.1", "-4.149", "-4.151", "ROUNDS TRUNCATED"),
        ("level", "-4.1", "-4.16", "-4.2", "TRUNCATED NONE"),
        ("level", "-4.1", "-4.15", "-4.05", "TIE TIE"),
        ("level", "7.0", "7.04", "7.06", "ROUNDS TRUNCATED"),
        ("level", "7.0", "7", "6", "COARSE NONE"),
        ("level", "7.0", "7.00", "7.0", "ROUNDS EXACT"),
        ("level", "512.7", "513", "514", "COARSE NONE"),
        ("level", "4.2", "4.15", "4.25", "ROUNDS TIE"),
        ("level", "4.1", "4.15", "4.05", "TRUNCATED TIE"),
        ("level", "0.0", "-0.05", "0.05", "TIE TIE"),
        ("level", "107.76", "107.77", "107.765", "NONE TIE"),
        ("level", "1", "12345678901234567", "1", "? EXACT"),
    ];
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, part)| u32::try_from(part.len()).unwrap());
    for (at, (series, printed, then, now, _)) in (1i64..).zip(&cases) {
        let (period, measure) = ((2000 + at).to_string(), if *series == "index" { "growth" } else { "level" });
        db.execute(
            "INSERT INTO claim VALUES (?1, 'p', ?1, ?2, ?3, 'percent', ?4, ?5, ?6, '2021-03-01', NULL)",
            params![at, printed, decimals(printed), series, period, measure],
        )
        .unwrap();
        for (value, from, to) in [(then, "2021-01-01", Some("2021-04-01")), (now, "2021-04-01", None)] {
            db.execute(
                "INSERT INTO observation VALUES (NULL, ?1, ?2, 's', ?3, ?4, 'percent', 'published', 4, ?5, ?6, NULL)",
                params![series, period, value, decimals(value), from, to],
            )
            .unwrap();
        }
    }
    let question = include_str!("../../deploy/spark/reconciliation.sql");
    let sql = format!(
        "SELECT group_concat(coalesce(grade, '?'), ' ' ORDER BY state) FROM ({question}) GROUP BY claim ORDER BY CAST(claim AS INTEGER)"
    );
    let grades: Vec<String> = super::support::column(&db, &sql, []);
    assert_eq!(grades, cases.map(|case| case.4));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_program_without_it_says_how_to_build_one() {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    let ran = room.sverka(&["export", "parquet", "set"]);
    assert_eq!((ran.code, ran.err.contains("--features parquet")), (64, true), "{}", ran.err);
    assert!(!room.path("set").exists());
}

#[cfg(feature = "parquet")]
#[test]
fn without_a_database_there_is_nothing_to_write() {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    let ran = room.sverka(&["export", "parquet", "set"]);
    assert_eq!((ran.code, ran.err.contains("there is no database yet")), (2, true), "{}", ran.err);
    assert!(!room.path("set").exists());
}
