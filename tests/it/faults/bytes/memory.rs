//! A reader that has less memory than its document needs: it falls with a word for it, twice, then the document waits; and with
//! enough memory the same document is stored.

use super::super::oracle::{assert_left_alone, assert_whole, outcomes};
use super::super::super::support::{Room, count};
use super::super::folder::figures;
use super::super::table::{self, FIGURES};
use super::pack;
use chrono::Utc;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use sverka::guard::{Limits, Program, Reader};
use sverka::pipeline::{self, House, Places};

/// MiB of address space. A program that is built to be debugged takes some 120 of them for itself.
const MEMORY: [u64; 4] = [160, 224, 320, 448];
/// One at which nothing can be read, not even the program itself.
const TOO_LITTLE: u64 = 64;

/// The table in a document that takes memory to read: its format, and the document.
const DOCUMENTS: [(&str, fn() -> Vec<u8>); 5] = [
    ("html", || table::html(&"<p><b>a</b></p>".repeat(160_000))),
    ("zip", || pack::zip(&[pack::Entry::deflated("t.csv", &table::csv(&"filler;1;2\n".repeat(7_000_000)))])),
    ("json", || table::json(&format!(", \"filler\": [{}]", "\"x\",".repeat(20_000_000).trim_end_matches(',')))),
    ("xlsx", || table::xlsx("")),
    ("pdf", || table::pdf(&"0 0 m 9 9 l 5 5 l n\n".repeat(2_000_000))),
];

/// The program with less address space.
fn with_less(room: &Room, mib: u64) -> PathBuf {
    let path = room.path(&format!("reader-{mib}"));
    let text = format!("#!/bin/sh\nulimit -v {}\nexec '{}' \"$@\"\n", mib << 10, env!("CARGO_BIN_EXE_sverka"));
    // written by a process of its own: whoever forks while it is open here would keep it busy
    std::fs::write(room.path("text"), text).unwrap();
    assert!(std::process::Command::new("cp").arg(room.path("text")).arg(&path).status().unwrap().success());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn ingest(room: &Room, reader: &Path, source: &str) -> String {
    let places = Places::find(room.path("data"), Some(room.path("sources.toml")), None, None).unwrap();
    let mut house = House::open(&places, Reader::Child(Program::at(reader, Limits::DEFAULT)), Utc::now()).unwrap();
    let (file, as_of) = (room.path(source), "2021-01-01".parse().unwrap());
    let by_hand = pipeline::ByHand { file, source: source.into(), as_of, obtained_from: "test".into(), url: None };
    pipeline::ingest(&mut house, by_hand, Utc::now()).unwrap().outcome
}

/// What became of a document with ever more memory, until it was stored.
fn ladder(room: &Room, format: &str) -> Vec<(u64, String)> {
    let mut came = Vec::new();
    for mib in std::iter::once(TOO_LITTLE).chain(MEMORY) {
        // every amount is a new beginning: two tries would be all
        let source = format!("{format}{mib}");
        came.push((mib, ingest(room, &with_less(room, mib), &source)));
    }
    came
}

#[test]
fn a_reader_with_too_little_memory_falls_and_the_rest_goes_on() {
    let sources = DOCUMENTS.iter().flat_map(|(format, _)| {
        std::iter::once(TOO_LITTLE).chain(MEMORY).map(move |mib| table::source(&format!("{format}{mib}"), format, "http://127.0.0.1:9/x", ""))
    });
    let room = Room::with(&format!("{}{}", table::HEAD, sources.collect::<String>()));
    let (mut wrong, mut told, mut tried) = (Vec::new(), Vec::new(), 0);
    for (format, make) in DOCUMENTS {
        let bytes = make();
        std::iter::once(TOO_LITTLE).chain(MEMORY).for_each(|mib| std::fs::write(room.path(&format!("{format}{mib}")), &bytes).unwrap());
        let came = ladder(&room, format);
        tried += came.len();
        told.extend(came.iter().map(|(_, outcome)| outcome.clone()));
        let fits = |outcome: &str| ["stored", "parser_oom", "parser_crash", "parser_protocol"].contains(&outcome);
        let stored = came.iter().skip_while(|(_, outcome)| outcome != "stored");
        if !came.iter().all(|(_, outcome)| fits(outcome)) || stored.clone().any(|(_, outcome)| outcome != "stored") {
            wrong.push(format!("{format}: {came:?}"));
        }
        println!("F5: {format}: {came:?}");
        for (mib, outcome) in &came {
            let wanted = if outcome == "stored" { FIGURES } else { "" };
            assert_eq!(figures(&room.path("data"), &format!("{format}{mib}")), wanted, "{format} {mib}");
        }
    }
    println!("F5: {tried} readers, {} of them for want of memory", told.iter().filter(|outcome| *outcome == "parser_oom").count());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told.iter().filter(|outcome| *outcome == "parser_oom").count() >= 5, "{told:?}");
    assert_eq!(outcomes(&room, 0), told, "one attempt a try");
    let open = count(&room.db(), "SELECT count(*) FROM quarantine WHERE released_at IS NULL AND tries = 1");
    assert_eq!(open as usize, told.iter().filter(|outcome| *outcome != "stored").count());
    // with what it needs the document is read, and let out
    for (format, _) in DOCUMENTS {
        let source = format!("{format}{TOO_LITTLE}");
        assert_eq!(ingest(&room, Path::new(env!("CARGO_BIN_EXE_sverka")), &source), "stored", "{source}");
        assert_eq!(figures(&room.path("data"), &source), FIGURES);
    }
    assert_whole(&room.path("data"));
    assert_left_alone(&room);
}
