//! Copies that can be restored, damage that is found and named, a database made anew, and what may be deleted.

/// The database from the archive, and less of it.
mod anew;
/// `verify`.
mod damage;

use super::support::{Ran, Room, V1, V2, column, count};
use super::workbook::xlsx;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use sverka::store::Store;

/// The configuration of the room's source, looked at once a year.
const CONFIG: &str = include_str!("../fixtures/sources.toml");
const INDUSTRY: &str = "p.ipi.bcde.ru.mom.m.base2018";
/// An evidence file with one row.
const EVIDENCE: &str = "series,period,status,value,printed,raw,unit,class,known_from,known_from_basis,source,url,obtained_from,sha256,as_of,as_of_basis,locator,notes
p.ipi.bcde.ru.mom.m.base2010,2019-01,published,78.5,\"78,5\",,percent,exported,2019-02-20,stated,s-old,https://publisher.example/old,here,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,2019-03-05,recorded,Sheet!B2,
";

fn config() -> String {
    CONFIG.replace("{ADDRESS}", "http://127.0.0.1:1/s.xlsx").replace("*/2 * * * * *", "0 0 1 1 *")
}

fn ingest(room: &Room, text: &str, day: &str) -> String {
    let file = room.path(&format!("{day}.xlsx"));
    std::fs::write(&file, xlsx(text)).unwrap();
    let args = ["ingest", file.to_str().unwrap(), "--source", "s", "--as-of", day, "--obtained-from", "here"];
    room.json(&args).1["documents"][0]["outcome"].as_str().unwrap().to_string()
}

/// Two editions and an evidence file.
fn filled() -> Room {
    let room = with_evidence(Room::with(&config()));
    assert_eq!([ingest(&room, V1, "2020-02-20"), ingest(&room, V2, "2020-03-20")], ["stored", "stored"]);
    room
}

fn with_evidence(room: Room) -> Room {
    std::fs::create_dir(room.path("evidence/p")).unwrap();
    std::fs::write(room.path("evidence/p/s-old.csv"), EVIDENCE).unwrap();
    room
}

fn dump(data: &Path) -> String {
    Store::open_read_only(&data.join("sverka.db")).unwrap().logical_dump().unwrap()
}

fn archived(room: &Room, day: &str) -> PathBuf {
    let sha = column::<String>(&room.db(), "SELECT sha256 FROM snapshot WHERE as_of = ?1 AND held = 1", [day]).remove(0);
    room.path("data/archive").join(&sha[..2]).join(sha)
}

/// Puts other bytes in the place of a file of the archive, which is read-only.
fn spoil(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let mut other = bytes.clone();
    let middle = other.len() / 2;
    other[middle] ^= 1;
    put(path, &other);
    bytes
}

fn put(path: &Path, bytes: &[u8]) {
    let _ = std::fs::remove_file(path);
    std::fs::write(path, bytes).unwrap();
}

/// Changes the database behind the program's back.
fn change(data: &Path, sql: &str) {
    let db = rusqlite::Connection::open(data.join("sverka.db")).unwrap();
    db.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
}

/// `code: place` of every fault.
fn faults(told: &Value) -> Vec<String> {
    let fault = |one: &Value| {
        let part = |key: &str| one[key].as_str().unwrap().to_string();
        format!("{}: {}: {} → {}", part("code"), part("place"), part("seen"), part("wanted"))
    };
    told["faults"].as_array().unwrap().iter().map(fault).collect()
}

fn databases(backup: &Path) -> Vec<String> {
    let names = std::fs::read_dir(backup).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".db")).collect()
}

fn restore(room: &Room, from: &str, to: &str, more: &[&str]) -> Ran {
    room.sverka(&[&["restore", from, "--data-dir", to], more].concat())
}

#[test]
fn a_backup_is_restored_as_it_was_and_grows_by_what_is_new() {
    let room = filled();
    let (code, told) = room.json(&["backup", "b"]);
    assert_eq!((code, &told["documents"], &told["new_documents"]), (0, &2.into(), &2.into()), "{told}");
    let before = dump(&room.path("data"));
    let ran = restore(&room, "b", "new", &[]);
    assert!(ran.code == 0 && ran.out.contains("2 documents"), "{ran:?}");
    assert_eq!(dump(&room.path("new")), before);
    assert_eq!(room.json(&["verify", "--data-dir", "new"]).0, 0);
    assert_eq!(room.json(&["status", "--data-dir", "new"]).0, 0);
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    let (code, told) = room.json(&["backup", "b"]);
    assert_eq!((code, &told["documents"], &told["new_documents"]), (0, &3.into(), &1.into()), "{told}");
    assert_eq!(databases(&room.path("b")).len(), 1);
    assert_eq!(restore(&room, "b", "newer", &[]).code, 0);
    assert_eq!(dump(&room.path("newer")), dump(&room.path("data")));
    // a database alone, into a folder that has the documents
    assert_eq!(room.sverka(&["backup", "copies/alone.db"]).code, 0);
    assert_eq!(restore(&room, "copies/alone.db", "bare", &[]).code, 2, "its documents are not there");
    std::fs::rename(room.path("newer/archive"), room.path("bare/archive")).unwrap();
    assert_eq!(restore(&room, "copies/alone.db", "bare", &[]).code, 0);
    assert_eq!(room.json(&["verify", "--data-dir", "bare"]).0, 0);
}

#[test]
fn a_backup_of_an_older_program_is_migrated() {
    let room = Room::with(&config());
    let db = rusqlite::Connection::open(room.path("old.db")).unwrap();
    db.execute_batch(include_str!("../fixtures/schema-v2.sql")).unwrap();
    db.execute_batch("INSERT INTO source (id) VALUES ('s'); PRAGMA application_id = 0x5356524B; PRAGMA user_version = 2")
        .unwrap();
    drop(db);
    assert_eq!(restore(&room, "old.db", "new", &[]).code, 0);
    assert_eq!(count(&super::support::open(&room.path("new")), "PRAGMA user_version"), i64::from(sverka::store::SCHEMA_VERSION));
    assert_eq!(room.json(&["verify", "--data-dir", "new"]).0, 0);
    assert_eq!(count(&rusqlite::Connection::open(room.path("old.db")).unwrap(), "PRAGMA user_version"), 2);
}

#[test]
fn a_backup_is_made_beside_whoever_writes() {
    let room = filled();
    let lock = std::fs::File::create(room.path("data/sverka.lock")).unwrap();
    lock.lock().unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut store = Store::open(&room.path("data/sverka.db")).unwrap();
            while !stop.load(Ordering::Relaxed) {
                let now = chrono::Utc::now();
                let id = store.begin_attempt("s", "run", None, now).unwrap();
                store.finish_attempt(id, &sverka::store::AttemptEnd::new("http_500", String::new(), now)).unwrap();
            }
        });
        for _ in 0..4 {
            let ran = room.sverka(&["backup", "b"]);
            assert_eq!(ran.code, 0, "{ran:?}");
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(restore(&room, "b", "new", &[]).code, 0);
    assert!(count(&super::support::open(&room.path("new")), "SELECT count(*) FROM attempt WHERE outcome = 'http_500'") > 0);
    // two backups into one folder are one too many
    let lock = std::fs::File::create(room.path("b/sverka.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(room.sverka(&["backup", "b"]).code, 75);
}

#[test]
fn a_good_backup_is_never_replaced_by_a_broken_one() {
    let room = filled();
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    let before = dump(&room.path("data"));
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    let document = archived(&room, "2020-04-20");
    let bytes = spoil(&document);
    let ran = room.sverka(&["backup", "b"]);
    let name = document.file_name().unwrap().to_str().unwrap();
    assert!(ran.code == 2 && ran.err.contains(name) && ran.err.contains("damaged"), "{ran:?}");
    assert_eq!(restore(&room, "b", "one", &[]).code, 0);
    assert_eq!(dump(&room.path("one")), before);
    std::fs::remove_file(&document).unwrap();
    let ran = room.sverka(&["backup", "b"]);
    assert!(ran.code == 2 && ran.err.contains("missing_file: document of s of 2020-04-20"), "{ran:?}");
    put(&document, &bytes);
    change(&room.path("data"), "UPDATE source SET observations = observations + 1 WHERE id = 's'");
    assert_eq!(room.sverka(&["backup", "b"]).code, 2);
    change(&room.path("data"), "UPDATE source SET observations = observations - 1 WHERE id = 's'");
    assert_eq!(restore(&room, "b", "two", &[]).code, 0);
    assert_eq!(dump(&room.path("two")), before);
    // what the backup lost is refused, and brought again
    let kept = room.path("b/archive").join(&name[..2]).join(name);
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    spoil(&kept);
    let ran = restore(&room, "b", "three", &[]);
    assert!(ran.code == 2 && ran.err.contains(name), "{ran:?}");
    assert!(!room.path("three/sverka.db").exists() && !room.path("three/archive").exists());
    assert_eq!(room.json(&["backup", "b"]).1["new_documents"], 1);
    let db = room.path("b").join(&databases(&room.path("b"))[0]);
    spoil(&db);
    let ran = restore(&room, "b", "three", &[]);
    assert!(ran.code == 2 && ran.err.contains("SHA-256"), "{ran:?}");
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    assert_eq!(restore(&room, "b", "three", &[]).code, 0);
}

#[test]
fn places_that_are_something_else_are_left_alone() {
    let room = filled();
    std::fs::create_dir(room.path("mine")).unwrap();
    std::fs::write(room.path("mine/letter.txt"), "dear").unwrap();
    for wrong in [
        &["backup", "mine"][..],
        &["backup", "mine/letter.txt"],
        &["backup", "data"],
        &["backup", "b", "--data-dir", "nowhere"],
        &["restore", "mine", "--data-dir", "new"],
        &["restore", "nowhere", "--data-dir", "new"],
        &["rebuild", "--into", "mine"],
        &["rebuild", "--into", "data"],
    ] {
        let ran = room.sverka(wrong);
        assert_eq!(ran.code, 64, "{wrong:?} {ran:?}");
    }
    assert_eq!(std::fs::read_dir(room.path("mine")).unwrap().count(), 1);
    assert!(!room.path("new").exists() && !room.path("nowhere").exists());
    std::fs::write(room.path("b.txt"), "{}").unwrap();
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    assert_eq!(restore(&room, "b", "data", &[]).code, 64);
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    let now = dump(&room.path("data"));
    let lock = std::fs::File::create(room.path("data/sverka.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(restore(&room, "b", "data", &["--force"]).code, 75);
    drop(lock);
    assert_eq!(dump(&room.path("data")), now);
    let (code, told) = room.json(&["restore", "b", "--data-dir", "data", "--force"]);
    assert_eq!(code, 0, "{told}");
    assert_ne!(dump(&room.path("data")), now);
    assert_eq!(dump(&room.path(told["moved_to"].as_str().unwrap())), now);
    assert_eq!(room.json(&["verify"]).0, 0);
    // a name in a manifest leads nowhere else
    let text = std::fs::read_to_string(room.path("b/manifest.json")).unwrap();
    let name = databases(&room.path("b")).remove(0);
    std::fs::write(room.path("b/manifest.json"), text.replace(&name, "sverka-/../../data/sverka.db")).unwrap();
    assert_eq!(restore(&room, "b", "other", &[]).code, 64);
}

#[test]
fn killed_in_between_a_backup_is_the_one_before() {
    let room = filled();
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    let before = dump(&room.path("data"));
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    let after = dump(&room.path("data"));
    for (n, wait) in [5, 15, 25, 40, 60].into_iter().enumerate() {
        let mut child = room.command(&["backup", "b", "--quiet"]).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let to = format!("new-{n}");
        assert_eq!(restore(&room, "b", &to, &[]).code, 0, "after {wait} ms");
        let seen = dump(&room.path(&to));
        assert!(seen == before || seen == after, "after {wait} ms");
    }
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    let names = std::fs::read_dir(room.path("b")).unwrap().count();
    assert_eq!(names, 4, "manifest, lock, archive, database");
}
