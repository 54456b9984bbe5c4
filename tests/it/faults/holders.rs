//! F26: two who want the same data. The second is told so within a second and touches nothing, by whatever path it comes; whoever is
//! stopped holds on, whoever is dead holds nothing, and a note that somebody left says nothing.

use super::super::support::{Ran, Room};
use super::house::{self, Held, PATIENCE, ended_within};
use super::oracle::{assert_heals, assert_left_alone, assert_whole, dump, outcomes};
use super::site::{Look, Site};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The second is told within this time; twice that where all of a machine's processors are busy with others.
const TOLD: Duration = Duration::from_secs(2);

/// A run that stands still in the middle of a transaction that writes, and goes on when it is told.
fn stopped(room: &Room) -> Held {
    let held = Held::at(room, &["run"], "store.rows", "300");
    held.signal("-STOP");
    held
}

fn stage() -> (Site, Room) {
    let site = Site::start(&[Look::Csv]);
    let room = house::room(&site);
    (site, room)
}

/// Every file of the data folder, with its bytes.
fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.path().is_dir() {
            true => found.extend(bytes(&entry.path())),
            false => found.push((entry.path().display().to_string(), std::fs::read(entry.path()).unwrap())),
        }
    }
    found.sort();
    found
}

/// The second one is told, and nothing of the data is another.
fn assert_told(room: &Room, what: &str, second: impl FnOnce() -> Output) {
    let before = bytes(&room.path("data"));
    let since = Instant::now();
    let output = second();
    let (took, said) = (since.elapsed(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(output.status.code(), Some(75), "{what}: {said}");
    assert!(said.contains("another instance holds the data"), "{what}: {said}");
    assert!(took < TOLD && output.stdout.is_empty(), "{what}: {took:?}");
    assert!(bytes(&room.path("data")) == before, "{what}: a file changed");
}

/// What is written by hand where it is written to: every command that writes, and every way to the folder.
#[test]
fn whoever_holds_the_data_holds_them_against_all() {
    let (site, room) = stage();
    house::ran(&room);
    site.publish(2);
    std::fs::write(room.path("d.csv"), site.publications[0].bytes(3)).unwrap();
    std::fs::write(room.path("MANIFEST.tsv"), "path\tsource\tas_of\tas_of_basis\tsha256\nd.csv\to00\t2026-01-01\trecorded\t\n")
        .unwrap();
    std::os::unix::fs::symlink(room.path("data"), room.path("link")).unwrap();
    let mut holder = stopped(&room);
    let commands: &[&[&str]] = &[
        &["run"],
        &["run", "--due", "--quiet"],
        &["daemon", "--listen", "none"],
        &["replay", "MANIFEST.tsv"],
        &["ingest", "d.csv", "--source", "o00", "--as-of", "2026-01-01"],
        &["accept", "o00"],
        &["reparse", "--accept"],
        &["reconcile"],
        &["prune", "--attempts", "1"],
        &["quarantine", "replay", "--all"],
        &["run", "--data-dir", "link"],
        &["run", "--data-dir", "papers/../data/"],
    ];
    for args in commands {
        assert_told(&room, &args.join(" "), || room.command(args).output().unwrap());
    }
    let reading: &[&[&str]] =
        &[&["status"], &["alerts"], &["coverage"], &["accept"], &["quarantine", "list"], &["verify", "--quick"]];
    for args in reading {
        let ran = room.sverka(args);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
    }
    holder.signal("-CONT");
    assert!(ended_within(&mut holder.0, Duration::from_secs(PATIENCE)).unwrap().code().is_some_and(|code| code <= 1));
    assert_eq!(outcomes(&room, 0), ["stored", "stored"], "who was stopped goes on as if nothing had been");
    assert_whole(&room.path("data"));
    assert_left_alone(&room);
    println!("F26: {} seconds beside a holder that stands still, {} readers", commands.len(), reading.len());
}

/// The folder under another name, in a mount of its own.
#[test]
fn a_bind_mount_is_the_same_folder() {
    let (site, room) = stage();
    house::ran(&room);
    site.publish(2);
    std::fs::create_dir(room.path("mounted")).unwrap();
    let holder = stopped(&room);
    let program = env!("CARGO_BIN_EXE_sverka");
    let script = format!("mount --bind data mounted || exit 99; exec '{program}' run --data-dir mounted");
    let second = || Command::new("unshare").args(["--mount", "sh", "-c", &script]).current_dir(room.path(".")).output();
    match second() {
        Ok(output) if output.status.code() == Some(75) => assert_told(&room, "a bind mount", || second().unwrap()),
        other => println!("skipped: nothing can be mounted here: {other:?}"),
    }
    drop(holder);
}

/// Whoever dies, even while it stands still, holds nothing; and whatever a note says, it is nobody's number.
#[test]
fn the_dead_and_their_notes_hold_nothing() {
    let (site, room) = stage();
    house::ran(&room);
    site.publish(2);
    let clean = {
        let other = house::like(&room, &site);
        house::ran(&other);
        dump(&other.path("data"))
    };
    drop(stopped(&room));
    let notes = [
        format!("process {}, \"daemon\", since 2020-01-01T00:00:00Z", std::process::id()),
        "process 1".to_string(),
        String::new(),
    ];
    for note in &notes {
        std::fs::write(room.path("data/sverka.lock"), note).unwrap();
        assert_heals(&room, &clean);
    }
    assert_eq!(outcomes(&room, 1)[..2], ["interrupted", "stored"]);
    println!("F26: 1 killed while it stood still, {} notes of others", notes.len());
}

/// Several at once: one does the work, and the others are told.
#[test]
fn of_several_at_once_one_has_the_data() {
    let (site, room) = stage();
    site.hold(Duration::from_millis(1500));
    let mut all: Vec<Child> =
        (0..6).map(|_| room.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()).collect();
    let mut codes: Vec<i32> = all.iter_mut().map(|one| one.wait().unwrap().code().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 75, 75, 75, 75, 75]);
    assert_eq!(outcomes(&room, 0), ["stored"]);
    assert_whole(&room.path("data"));
    println!("F26: 6 at once");
}

/// Two data folders that share an archive: whoever opens it leaves alone what another one is writing.
#[test]
fn two_houses_may_share_an_archive() {
    let (site, first) = stage();
    let second = house::room(&site);
    std::fs::create_dir_all(first.path("data/archive")).unwrap();
    std::fs::create_dir_all(second.path("data")).unwrap();
    std::os::unix::fs::symlink(first.path("data/archive"), second.path("data/archive")).unwrap();
    let mut writing = Held::at(&first, &["run"], "archive.sync", "1500");
    let beside: Ran = house::ran(&second);
    assert!(beside.code == 0 && writing.0.try_wait().unwrap().is_none(), "{beside:?}");
    assert_eq!(ended_within(&mut writing.0, Duration::from_secs(PATIENCE)).unwrap().code(), Some(0));
    for room in [&first, &second] {
        assert_eq!(outcomes(room, 0), ["stored"]);
        assert_whole(&room.path("data"));
    }
    assert_eq!(dump(&first.path("data")), dump(&second.path("data")));
    println!("F26: 2 houses over one archive");
}
