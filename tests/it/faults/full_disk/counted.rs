//! The same where nobody may mount: SQLite's files grow no further than there is room by a count of ours, and the archive is told that
//! the disk is full at every step that may find it so.

use super::super::families::{copy, documents, heals, take};
use super::super::oracle::assert_whole;
use super::super::vfs::{self, Fault, Op};
use super::{SIZES, is_full, readable, stored, told};
use rusqlite::ffi::SQLITE_READONLY;
use std::path::{Path, PathBuf};
use std::process::Command;
use sverka::store::StoreError;

/// What a child is to do: `database`, `full database` or `archive`, and in which folder.
const ORDER: &str = "SVERKA_COUNTED_DISK";
/// Bytes between two sizes.
const STEP: usize = 16 << 10;
/// Where the archive may find that the disk is full; a release build has no such points.
const POINTS: &[&str] =
    if cfg!(debug_assertions) { &["archive.temp", "archive.chunk", "archive.sync", "archive.name"] } else { &[] };

/// All cases; each child has the shim, or one fault, for itself.
pub fn all(full: bool) {
    let room = tempfile::tempdir().unwrap();
    let (base, clean) = stored(room.path());
    std::fs::write(room.path().join("clean.txt"), clean).unwrap();
    drop(base);
    child(if full { "full database" } else { "database" }, room.path(), "");
    for point in POINTS {
        child("archive", room.path(), &format!("{point}:full"));
    }
    println!("F4: {} faults of the archive", POINTS.len());
}

fn child(work: &str, room: &Path, fault: &str) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "faults::full_disk::counted::an_order_is_carried_out", "--nocapture", "--test-threads=1"]);
    command.env(ORDER, format!("{work}|{}", room.display()));
    if !fault.is_empty() {
        command.env("FAULT", fault);
    }
    let ran = command.output().unwrap();
    let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
    assert!(ran.status.success() && said.contains("F4"), "{work} {fault}: {said}");
    told(&said);
}

#[test]
fn room_that_is_counted_runs_out() {
    all(super::super::trial::full());
}

/// In a child: carries out its order. Elsewhere: nothing.
#[test]
fn an_order_is_carried_out() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let (work, room) = order.split_once('|').unwrap();
    let room = PathBuf::from(room);
    let clean = std::fs::read_to_string(room.join("clean.txt")).unwrap();
    match work {
        "archive" => archive(&room, &clean),
        _ => database(&room, &clean, work.starts_with("full")),
    }
}

/// The next document comes to a database that may grow by so much.
fn database(room: &Path, clean: &str, full: bool) {
    let mut ends = std::collections::BTreeMap::<&str, usize>::new();
    for n in (0..SIZES).filter(|n| full || n % 4 == 1) {
        let folder = room.join(format!("counted-{n}"));
        copy(&room.join("base"), &folder);
        vfs::arm(Fault::Full, n * STEP);
        let done = take(&folder, "html", 1);
        let case = format!("{} KiB to spare: {done:?}", (n * STEP) >> 10);
        assert!(done.is_ok() || done.as_ref().is_err_and(is_full), "{case}");
        // whoever looks is another process, which needs no room
        readable(&folder, &case);
        assert!(documents(&folder) > usize::from(done.is_ok()), "{case}");
        if done.is_err() {
            assert!(take(&folder, "html", 1).is_err_and(|error| is_full(&error)), "{case}: the second time");
        }
        *ends.entry(if done.is_ok() { "stored" } else { "disk_full" }).or_default() += 1;
        vfs::disarm();
        assert_whole(&folder.join("data"));
        heals(&folder, "html", clean);
    }
    println!("F4 counted: {ends:?}");
    assert!(ends.contains_key("disk_full") && ends.contains_key("stored"), "the sizes tell nothing apart: {ends:?}");
    read_only(room, clean);
}

/// A disk that may only be read.
fn read_only(room: &Path, clean: &str) {
    let folder = room.join("counted-read-only");
    copy(&room.join("base"), &folder);
    vfs::arm(Fault::Fail { op: Op::Write, code: SQLITE_READONLY, lasting: true }, 1);
    let error = take(&folder, "html", 1).unwrap_err();
    vfs::disarm();
    assert_eq!(error.downcast_ref().and_then(StoreError::code), Some("read_only"), "{error:#}");
    assert_eq!(documents(&folder), 1);
    heals(&folder, "html", clean);
    println!("F4 and F29, counted: a disk that may only be read");
}

/// The archive finds the disk full at the point of this process.
fn archive(room: &Path, clean: &str) {
    let point = std::env::var("FAULT").unwrap();
    let folder = room.join(point.replace([':', '.'], "-"));
    copy(&room.join("base"), &folder);
    let done = take(&folder, "html", 1);
    assert!(done.as_ref().is_err_and(is_full), "{point}: {done:?}");
    let left = std::fs::read_dir(folder.join("data/archive")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with(".unfinished-")), "{point}");
    readable(&folder, &point);
    assert_eq!(documents(&folder), 1);
    assert_whole(&folder.join("data"));
    heals(&folder, "html", clean);
    let db = super::super::super::support::open(&folder.join("data"));
    let ends = super::super::super::support::column::<String>(&db, "SELECT outcome FROM attempt ORDER BY id", []);
    assert_eq!(ends, ["stored", "disk_full", "stored"], "{point}");
    println!("F4 counted: {point}");
}
