//! F6: the file is held by somebody else: a reader that stays, a writer, a backup, SQLite's own shell. Nothing is lost, nothing is
//! half done, nobody waits for ever, and a log that grows is told.

use super::super::support::{Room, V1, V2, count, open};
use super::corrupt::{brought, with_data};
use super::families::{self, heals, stored, take};
use super::oracle::{assert_whole, dump};
use rusqlite::Connection;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use sverka::store::StoreError;

/// Milliseconds for which another one holds the file, and whether we outwait it: we wait 5 s.
const HELD: [(u64, bool); 8] =
    [(0, true), (50, true), (200, true), (500, true), (1_000, true), (2_000, true), (3_000, true), (9_000, false)];
/// How another one holds it.
const HOW: [&str; 3] = ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "BEGIN IMMEDIATE; UPDATE source SET title = title"];

fn other(folder: &Path) -> Connection {
    Connection::open(folder.join("data/sverka.db")).unwrap()
}

/// Another writer holds the file for a while when the next document comes.
fn written_elsewhere(how: &str, millis: u64, outwaited: bool) {
    let room = tempfile::tempdir().unwrap();
    let (base, clean) = stored(room.path(), "csv");
    let writer = other(&base);
    writer.execute_batch(how).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(millis));
            writer.execute_batch("ROLLBACK").unwrap();
        });
        let begun = Instant::now();
        let done = take(&base, "csv", 1);
        let (took, case) = (begun.elapsed(), format!("{how} for {millis} ms"));
        match (done, outwaited) {
            (Ok(taken), true) => assert_eq!(taken.outcome, "stored", "{case}"),
            (Err(error), false) => {
                let code = error.downcast_ref::<StoreError>().and_then(StoreError::code);
                assert_eq!(code, Some("database_busy"), "{case}: {error:#}");
                assert!(took < Duration::from_secs(8), "{case}: waited {took:?}");
                assert_whole(&base.join("data"));
                assert_eq!(families::documents(&base), 1, "{case}");
            }
            (done, _) => panic!("{case}: {done:?} after {took:?}"),
        }
    });
    heals(&base, "csv", &clean);
}

fn holders(chosen: impl Fn(u64) -> bool) -> usize {
    let cases: Vec<(&str, u64, bool)> = HOW
        .iter()
        .flat_map(|how| HELD.iter().filter(|(millis, _)| chosen(*millis)).map(|(millis, out)| (*how, *millis, *out)))
        .collect();
    // they only wait
    std::thread::scope(|scope| {
        for (how, millis, out) in &cases {
            scope.spawn(|| written_elsewhere(how, *millis, *out));
        }
    });
    cases.len()
}

#[test]
fn another_writer_is_outwaited_or_named() {
    println!("F6 writers: {} cases", holders(|millis| [200, 2_000, 9_000].contains(&millis)));
}

#[test]
#[ignore = "the full matrix: minutes"]
fn another_writer_of_any_patience() {
    println!("F6 writers, full: {} cases", holders(|_| true));
}

/// A reader that stays sees one moment, does not keep anybody from writing, and the log that it holds back is told, and goes with it.
#[test]
fn a_reader_that_stays_is_told_and_keeps_nobody_from_writing() {
    let room = filled();
    std::fs::write(room.path("alerts.toml"), "[limits]\nwal_bytes = 65536\nfree_bytes = 0\n").unwrap();
    let reader = Connection::open(room.path("data/sverka.db")).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let seen = count(&reader, "SELECT count(*) FROM attempt");
    for n in 0..6 {
        let text = V2.replace("102.3", &format!("102.{n}"));
        assert!(brought(&room, "data", &text, &format!("2020-05-1{n}")).code < 2);
    }
    assert_eq!(count(&reader, "SELECT count(*) FROM attempt"), seen, "one moment");
    let log = || std::fs::metadata(room.path("data/sverka.db-wal")).map_or(0, |meta| meta.len());
    let grown = log();
    assert!(grown > 64 << 10, "{grown}");
    let told = "SELECT count(*) FROM alert WHERE key = 'database/log' AND cleared_at IS NULL";
    room.sverka(&["run"]);
    assert_eq!(count(&room.db(), told), 1, "the log is told");
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    room.sverka(&["run"]);
    assert_eq!(count(&room.db(), told), 0, "and that it is well again");
    assert_eq!(log(), 0, "the log is gone");
    assert_whole(&room.path("data"));
    println!("F6 readers: 1 case");
}

fn filled() -> Room {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    assert!(brought(&room, "data", V1, "2020-02-20").code < 2);
    room
}

/// What somebody may do with SQLite's shell beside the program.
const SHELL: [&str; 4] =
    ["BEGIN; SELECT count(*) FROM observation;", "PRAGMA wal_checkpoint(TRUNCATE);", "BEGIN IMMEDIATE; SELECT 1;", "VACUUM;"];

#[test]
fn the_shell_beside_the_program() {
    if Command::new("sqlite3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI needs SQLite's shell");
        return println!("skipped: no SQLite shell");
    }
    for (n, sql) in SHELL.iter().enumerate() {
        let room = tempfile::tempdir().unwrap();
        let (base, clean) = stored(room.path(), "csv");
        let mut shell = Command::new("sqlite3")
            .arg(base.join("data/sverka.db"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        use std::io::Write;
        let mut input = shell.stdin.take().unwrap();
        input.write_all(sql.as_bytes()).unwrap();
        input.write_all(b"\n").unwrap();
        input.flush().unwrap();
        std::thread::sleep(Duration::from_millis(200));
        // it goes away while we wait, or stays to the end
        let stays = n != 2;
        let done = std::thread::scope(|scope| {
            let taking = scope.spawn(|| take(&base, "csv", 1));
            std::thread::sleep(Duration::from_millis(500));
            if !stays {
                drop(input);
                shell.wait().unwrap();
                return taking.join().unwrap();
            }
            let done = taking.join().unwrap();
            drop(input);
            shell.wait().unwrap();
            done
        });
        assert_eq!(done.unwrap().outcome, "stored", "{sql}");
        assert_whole(&base.join("data"));
        assert!(dump(&base.join("data")) == clean, "{sql}");
        heals(&base, "csv", &clean);
    }
    println!("F6 shell: {} cases", SHELL.len());
}

/// Backups, `verify` and `status` beside somebody who holds the file as a writer: they only read.
#[test]
fn readers_beside_a_writer_do_not_wait() {
    let room = filled();
    let writer = Connection::open(room.path("data/sverka.db")).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE; UPDATE source SET title = 'other'").unwrap();
    let cases: [&[&str]; 4] = [&["backup", "b"], &["verify"], &["status"], &["report", "--format", "json"]];
    for args in cases {
        let begun = Instant::now();
        let ran = room.sverka(args);
        assert!(ran.code < 2 && begun.elapsed() < Duration::from_secs(5), "{args:?} {:?}: {ran:?}", begun.elapsed());
    }
    writer.execute_batch("ROLLBACK").unwrap();
    drop(writer);
    assert_eq!(with_data(&room, "new", &["restore", "b"]).code, 0);
    assert!(dump(&room.path("new")) == dump(&room.path("data")));
    assert_eq!(count(&open(&room.path("new")), "SELECT count(*) FROM source WHERE title = 'other'"), 0);
    println!("F6 readers beside a writer: {} cases", cases.len());
}

/// Nobody may make the log's index: a folder that only its owner may write.
#[test]
fn a_folder_that_may_not_be_written_is_told() {
    let room = filled();
    let before = std::fs::read(room.path("data/sverka.db")).unwrap();
    let data = room.path("data");
    let chmod = |mode: &str| assert!(Command::new("chmod").args(["-R", mode]).arg(&data).status().unwrap().success());
    chmod("a-w");
    // whoever may do everything may do this, too
    let mighty = std::fs::write(data.join("probe"), "").is_ok();
    let _ = std::fs::remove_file(data.join("probe"));
    if !mighty {
        let ran = room.sverka(&["run"]);
        assert!(ran.code == 2 && ran.err.contains("denied"), "{ran:?}");
    }
    chmod("u+w");
    assert_eq!(std::fs::read(room.path("data/sverka.db")).unwrap(), before);
    println!("F6 rights: {} case{}", 1, if mighty { " (skipped: nothing is forbidden to this user)" } else { "" });
}
