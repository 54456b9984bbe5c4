//! F28, beyond single bits: files cut short, pages gone, a header of something else, a log that is another one's or is not there, an
//! index that lacks an entry.

use super::super::support::{Room, column};
use super::corrupt::{Noticed, PAGE, clear, filled, noticed, random, third, with_data};
use super::families::copy;
use super::oracle::dump;
use super::sweep::each;
use std::path::Path;

/// What is done to the bytes of the database.
type Spoil = Box<dyn Fn(&mut Vec<u8>) + Sync>;

/// Everything that is done to the file itself; each must be noticed before it is written.
fn cases(size: usize) -> Vec<(String, Spoil)> {
    let mut all: Vec<(String, Spoil)> = Vec::new();
    for keep in [0, 50, 100, 1000, PAGE, PAGE * 2, size / 3, size / 2 + 7, size - PAGE, size - 1] {
        all.push((format!("cut to {keep} bytes"), Box::new(move |bytes| bytes.truncate(keep))));
    }
    let pages = size / PAGE;
    for n in 0..8 {
        let page = usize::try_from(random(9_000_000 + n)).unwrap() % pages;
        let zero = move |bytes: &mut Vec<u8>| bytes[page * PAGE..(page + 1) * PAGE].fill(0);
        all.push((format!("page {} is zeroed", page + 1), Box::new(zero)));
    }
    let headers: [(&str, usize, &'static [u8]); 6] = [
        ("the first letters", 0, b"PK\x03\x04"),
        ("the page size", 16, &[0x20, 0]),
        ("the format's version", 18, &[9, 9]),
        ("the application", 68, b"XXXX"),
        ("the first page's kind", 100, &[0x77]),
        ("the whole header", 0, &[0x5a; 100]),
    ];
    for (name, at, other) in headers {
        all.push((format!("another header: {name}"), Box::new(move |bytes| bytes[at..at + other.len()].copy_from_slice(other))));
    }
    all
}

#[test]
fn broken_files_are_noticed_before_they_are_written() {
    let (room, says) = filled();
    let size = usize::try_from(std::fs::metadata(room.path("data/sverka.db")).unwrap().len()).unwrap();
    let cases = cases(size);
    each(&cases, |n, (case, spoil)| {
        let seen = noticed(&room, &says, &format!("broken-{n}"), |data| {
            let mut bytes = std::fs::read(data.join("sverka.db")).unwrap();
            spoil(&mut bytes);
            std::fs::write(data.join("sverka.db"), bytes).unwrap();
        });
        assert_eq!(seen, Noticed::Start, "{case}");
        clear(&room, &format!("broken-{n}"));
    });
    println!("F28 broken files: {} cases", cases.len());
}

/// Rows that an index lacks, has twice, or has of another value: SQLite answers wrongly and does not complain.
#[test]
fn an_index_that_lacks_an_entry_is_noticed() {
    let (room, says) = filled();
    let indexes: Vec<String> = column(
        &room.db(),
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('observation', 'snapshot', 'attempt', 'issue', 'finding')",
        [],
    );
    let counted = std::sync::Mutex::new(Vec::new());
    each(&indexes, |n, index| {
        let seen = noticed(&room, &says, &format!("index-{n}"), |data| {
            let db = rusqlite::Connection::open(data.join("sverka.db")).unwrap();
            // an index over nothing, that says it is over all
            let sql: String = db.query_row("SELECT sql FROM sqlite_schema WHERE name = ?1", [index], |row| row.get(0)).unwrap();
            let none = match sql.contains(" WHERE ") {
                true => sql.replace(" WHERE ", " WHERE 0 AND "),
                false => format!("{sql} WHERE 0"),
            };
            db.execute_batch(&format!("DROP INDEX {index}; {none}; PRAGMA writable_schema = ON")).unwrap();
            db.execute("UPDATE sqlite_schema SET sql = ?1 WHERE name = ?2", [&sql, index]).unwrap();
            db.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).unwrap();
            drop(db);
            let db = rusqlite::Connection::open(data.join("sverka.db")).unwrap();
            db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).unwrap();
        });
        // the quick look at the start does not count entries; one whose rows are all outside of it lacks nothing
        assert!(seen != Noticed::Harmless || sqlite_finds_nothing(&room, n), "{index}: {seen:?}");
        counted.lock().unwrap().push(seen);
    });
    let counted = counted.into_inner().unwrap();
    let lacking = counted.iter().filter(|seen| **seen != Noticed::Harmless).count();
    assert!(lacking >= 6, "{counted:?}");
    println!("F28 indexes: {} cases, {lacking} of them with rows", indexes.len());
}

fn sqlite_finds_nothing(room: &Room, n: usize) -> bool {
    let db = super::super::support::open(&room.path(&format!("index-{n}")));
    column::<String>(&db, "PRAGMA integrity_check", []) == ["ok"]
}

/// What is done to the log of a database: its bytes, and those of a log of another database.
type Log = (&'static str, fn(&Path, &[u8]));

const LOGS: [Log; 9] = [
    ("gone", |log, _| std::fs::remove_file(log).unwrap()),
    ("empty", |log, _| std::fs::write(log, "").unwrap()),
    ("of another database", |log, other| std::fs::write(log, other).unwrap()),
    ("garbage", |log, _| std::fs::write(log, [0x5a; 9000]).unwrap()),
    ("a header and no more", |log, _| cut(log, |_| 32)),
    ("half", |log, _| cut(log, |size| size / 2)),
    ("without its last byte", |log, _| cut(log, |size| size - 1)),
    ("a bit flipped in the header", |log, _| flip(log, 20)),
    ("a bit flipped in the middle", |log, _| flip(log, 9000)),
];

fn cut(path: &Path, keep: fn(u64) -> u64) {
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(keep(file.metadata().unwrap().len())).unwrap();
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

/// A third document stands in the log alone: a program that keeps the file open for reading keeps it there.
fn logged(room: &Room) -> (String, String) {
    let before = dump(&room.path("data"));
    copy(&room.path("data"), &room.path("open"));
    let reader = rusqlite::Connection::open(room.path("open/sverka.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM observation").unwrap();
    assert!(third(room, "open").code < 2);
    copy(&room.path("open"), &room.path("logged"));
    drop(reader);
    assert!(std::fs::metadata(room.path("logged/sverka.db-wal")).unwrap().len() > 20_000);
    let after = dump(&room.path("open"));
    assert!(before != after);
    (before, after)
}

#[test]
fn a_log_that_is_not_the_right_one() {
    let (room, _) = filled();
    let (before, after) = logged(&room);
    let (other_room, _) = filled();
    // its pages stand elsewhere
    super::corrupt::grow(&other_room.path("data"));
    logged(&other_room);
    let other = std::fs::read(other_room.path("logged/sverka.db-wal")).unwrap();
    each(&LOGS, |n, (case, spoil)| {
        let name = format!("log-{n}");
        let data = room.path(&name);
        copy(&room.path("logged"), &data);
        std::fs::remove_file(data.join("sverka.db-shm")).unwrap();
        spoil(&data.join("sverka.db-wal"), &other);
        let verified = with_data(&room, &name, &["verify"]);
        if verified.code == 2 {
            let started = with_data(&room, &name, &["reconcile"]);
            assert!(started.code == 2 && started.err.contains("`sverka restore`"), "{case}: {verified:?} {started:?}");
            return println!("F28 log {case}: a fault");
        }
        // a state that once was; the document that it does not know of is told, and comes again
        let now = dump(&data);
        assert!(now == before || now == after, "{case}: a state that never was, and nobody noticed: {verified:?}");
        let told = verified.out.contains("no row names the document");
        assert!(told || now == after, "{case}: a document is gone, and nobody says so: {verified:?}");
        assert!(third(&room, &name).code < 2, "{case}");
        assert!(dump(&data) == after, "{case}: the document is not brought again");
        println!("F28 log {case}: {}", if now == after { "nothing lost" } else { "the state before it" });
    });
    println!("F28 logs: {} cases", LOGS.len());
}
