//! F4: a disk that is full, in a small file system of the test's own: in a namespace that goes with the process which made it. Where the
//! system lets nobody make one, room is counted instead (`counted`), which every run of the tests tries, too.

/// Room that is counted.
mod counted;

use super::families::{copy, documents, empty, heals, places, take};
use super::oracle::{assert_whole, dump};
use std::path::{Path, PathBuf};
use std::process::Command;
use sverka::archive::ArchiveError;
use sverka::store::StoreError;

/// The folder that a child in a namespace of its own works in, and whether it takes all sizes.
const ORDER: &str = "SVERKA_FULL_DISK";
/// What is on the small disk.
const KINDS: [&str; 3] = ["data", "archive", "database"];
/// So many sizes of each.
const SIZES: usize = 20;
/// The document has so many bytes more than it needs, so that it does not fit everywhere.
const PADDING: usize = 50_000;
/// Bytes between two sizes: documents alone need less than a database and its log.
const STEP: [(&str, usize); 3] = [("data", 16 << 10), ("archive", 4 << 10), ("database", 16 << 10)];

/// How a program is started that may mount: as its own root, or as the one that it runs as.
fn mounter() -> Option<&'static str> {
    let may = |how: &&str| Command::new("unshare").args([how, "true"]).output().is_ok_and(|ran| ran.status.success());
    ["-rm", "-m"].into_iter().find(may)
}

/// Starts this program again where it may mount.
fn unshared(full: bool) {
    let room = tempfile::tempdir().unwrap();
    let mine = std::env::current_exe().unwrap();
    let Some(how) = mounter() else {
        // nothing that the test could do about it: the kernel decides who may make namespaces
        println!("F4: no namespaces here, room is counted instead");
        return counted::all(full);
    };
    let ran = Command::new("unshare")
        .arg(how)
        .arg(mine)
        .args(["--exact", "faults::full_disk::an_order_is_carried_out", "--nocapture", "--test-threads=1"])
        .env(ORDER, format!("{full}|{}", room.path().display()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
    assert!(ran.status.success(), "{said}");
    told(&said);
}

/// Repeats what a child said of its cases.
fn told(said: &str) {
    said.lines()
        .filter(|line| line.contains("F4 ") || line.contains("F4:"))
        .for_each(|line| println!("{}", &line[line.find("F4").unwrap()..]));
}

#[test]
fn some_disks_are_full() {
    unshared(false);
}

#[test]
#[ignore = "the full matrix: minutes"]
fn all_disks_are_full() {
    unshared(true);
}

/// In a child: carries out its order. Elsewhere: nothing.
#[test]
fn an_order_is_carried_out() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let (full, room) = order.split_once('|').unwrap();
    let room = PathBuf::from(room);
    let (base, clean) = stored(&room);
    let mut all = 0;
    for kind in KINDS {
        let mut ends = std::collections::BTreeMap::<&str, usize>::new();
        for n in (0..SIZES).filter(|n| full == "true" || n % 4 == 1) {
            *ends.entry(one(&room, &base, &clean, kind, n)).or_default() += 1;
            all += 1;
        }
        println!("F4 {kind}: {ends:?}");
        assert!(ends.contains_key("disk_full") && ends.contains_key("stored"), "{kind}: the sizes tell nothing apart: {ends:?}");
    }
    println!("F4: {all} cases");
    read_only(&room, &base, &clean);
}

/// F29: a disk that may only be read: nothing comes in, and whoever looks is answered.
fn read_only(room: &Path, base: &Path, clean: &str) {
    let folder = room.join("read-only");
    copy(base, &folder);
    let data = folder.join("data");
    mount(&["-t", "tmpfs", "-o", "size=64m", "tmpfs"], &data);
    copy(&base.join("data"), &data);
    mount(&["-o", "remount,ro"], &data);
    let error = take(&folder, "html", 1).unwrap_err();
    let code = error.downcast_ref().and_then(StoreError::code);
    assert!(matches!(code, Some("read_only" | "io_error")), "{error:#}");
    readable(&folder, "read-only");
    assert_eq!(documents(&folder), 1);
    mount(&["-o", "remount,rw"], &data);
    heals(&folder, "html", clean);
    println!("F4 and F29, a disk that may only be read: {code:?}");
}

/// One document stored, a large one at hand, and what comes of both.
fn stored(room: &Path) -> (PathBuf, String) {
    let [base, clean] = ["base", "clean"].map(|name| room.join(name));
    empty(&base, "html");
    let mut next = std::fs::read(base.join("next")).unwrap();
    // what does not shrink, as nothing does that is stored as it came
    next.extend(format!("<!-- {} -->", "padding ".repeat(PADDING / 8)).bytes());
    std::fs::write(base.join("next"), next).unwrap();
    assert_eq!(take(&base, "html", 0).unwrap().outcome, "stored");
    copy(&base, &clean);
    assert_eq!(take(&clean, "html", 1).unwrap().outcome, "stored");
    (base, dump(&clean.join("data")))
}

fn mount(args: &[&str], at: &Path) {
    let done = Command::new("mount").args(args).arg(at).status().unwrap();
    assert!(done.success(), "mount {args:?} {}", at.display());
}

/// Bytes that a folder takes on a file system of pages.
fn pages(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let size = |entry: std::fs::DirEntry| match entry.file_type().unwrap().is_dir() {
        true => pages(&entry.path()),
        false => usize::try_from(entry.metadata().unwrap().len()).unwrap().next_multiple_of(4096),
    };
    entries.map(size).sum()
}

/// The next document comes to a disk with room for a little more than what is there. Gives how that ended.
fn one(room: &Path, base: &Path, clean: &str, kind: &str, n: usize) -> &'static str {
    let folder = room.join(format!("{kind}-{n}"));
    copy(base, &folder);
    let step = STEP.iter().find(|(of, _)| *of == kind).unwrap().1;
    let (small, kept) = match kind {
        "archive" => (folder.join("data/archive"), base.join("data/archive")),
        _ => (folder.join("data"), base.join("data")),
    };
    let bytes = pages(&kept) + n * step;
    mount(&["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"], &small);
    if kind == "database" {
        // the archive is on a disk of its own, which is large
        let large = folder.join("large");
        std::fs::create_dir_all(&large).unwrap();
        copy(&base.join("data/archive"), &large);
        std::fs::create_dir_all(small.join("archive")).unwrap();
        mount(&["--bind", large.to_str().unwrap()], &small.join("archive"));
        std::fs::copy(base.join("data/sverka.db"), small.join("sverka.db")).unwrap();
    } else {
        copy(&kept, &small);
    }
    let case = format!("{kind} with {} KiB to spare", (n * step) >> 10);
    let done = take(&folder, "html", 1);
    let end = match &done {
        Ok(taken) => {
            assert_eq!(taken.outcome, "stored", "{case}");
            "stored"
        }
        Err(error) => {
            assert!(is_full(error), "{case}: {error:#}");
            "disk_full"
        }
    };
    readable(&folder, &case);
    assert!(documents(&folder) > usize::from(done.is_ok()), "{case}");
    let left = std::fs::read_dir(folder.join("data/archive")).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with(".unfinished-")).collect();
    assert_eq!(left, Vec::<std::ffi::OsString>::new(), "{case}");
    // what cannot be stored is not asked for again and again: the next try fails in the same way
    if done.is_err() {
        assert!(take(&folder, "html", 1).is_err_and(|error| is_full(&error)), "{case}: the second time");
    }
    mount(&["-o", "remount,size=64m"], &small);
    assert_whole(&folder.join("data"));
    heals(&folder, "html", clean);
    if kind == "archive" && done.is_err() {
        let db = super::super::support::open(&folder.join("data"));
        let ends = super::super::support::column::<String>(&db, "SELECT outcome FROM attempt ORDER BY id", []);
        assert_eq!(ends, ["stored", "disk_full", "disk_full", "stored"], "{case}");
    }
    end
}

fn is_full(error: &anyhow::Error) -> bool {
    if let Some(ArchiveError::Io { error, .. }) = error.downcast_ref() {
        return error.kind() == std::io::ErrorKind::StorageFull;
    }
    error.downcast_ref().and_then(StoreError::code) == Some("disk_full")
}

/// Who looks how things are is answered.
fn readable(folder: &Path, case: &str) {
    let at = places(folder);
    let ran = Command::new(env!("CARGO_BIN_EXE_sverka"))
        .args(["status", "--data-dir"])
        .arg(&at.data)
        .arg("--config")
        .arg(at.config.unwrap())
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{case}: {ran:?}");
}
