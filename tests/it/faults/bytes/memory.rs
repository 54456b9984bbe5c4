//! A reader that has less memory than its document needs: it falls with a word for it, twice, then the document waits; and with
//! enough memory the same document is stored.

use super::super::super::support::{Room, count};
use super::super::folder::figures;
use super::super::oracle::{assert_left_alone, assert_whole, outcomes};
use super::super::table::{self, FIGURES};
use super::pack;
use chrono::Utc;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use sverka::guard::{Limits, Program, Reader};
use sverka::pipeline::{self, House, Places};

/// MiB of address space.
const MEMORY: [u64; 5] = [64, 128, 192, 256, 480];
/// Those that every run of the tests takes.
const SOME: [u64; 2] = [64, 128];
/// MiB of blanks in a document.
const BLANKS: usize = 40;

/// The table in a document that takes memory to read: its format, what its source reads, and the document.
type Hungry = (&'static str, &'static str, fn() -> Vec<u8>);

const DOCUMENTS: [Hungry; 4] = [
    ("html", "html", || packed("t.html", &table::html(""), b"</body>")),
    ("json", "json", || packed("t.json", &table::json(""), b"}")),
    ("csv", "csv", || packed("t.csv", &table::csv(""), b"")),
    // one that needs next to nothing
    ("pdf", "pdf", || table::pdf(&"0 0 m 9 9 l 5 5 l n\n".repeat(100))),
];

/// A document with blanks before its end, packed no tighter than a document may be.
fn packed(name: &str, document: &[u8], end: &[u8]) -> Vec<u8> {
    let mut seed = 1u32;
    let noise = (0..16 << 10).map(|_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if seed >> 31 == 0 { b' ' } else { b'\t' }
    });
    let piece = [noise.collect::<Vec<u8>>(), vec![b' '; (1 << 20) - (16 << 10) - 1], b"\n".to_vec()].concat();
    let (start, rest) = document.split_at(
        document.len() - if end.is_empty() { 0 } else { document.len() - memchr::memmem::rfind(document, end).unwrap() },
    );
    pack::zip(&[pack::Entry::repeated(name, start, &piece, BLANKS, rest)])
}

/// The block of a source of packed documents.
fn source(id: &str, format: &str) -> String {
    table::source(id, format, "http://127.0.0.1:9/x", if format == "pdf" { "" } else { "member = \"*\"" })
}

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

#[test]
fn a_reader_with_too_little_memory_falls_and_the_rest_goes_on() {
    climb(if super::full() { &MEMORY } else { &SOME });
}

#[test]
#[ignore = "the full matrix: minutes"]
fn a_reader_with_ever_more_memory_comes_to_an_end() {
    climb(&MEMORY);
}

/// Reads every document with ever more memory. Every amount is a source of its own: two tries would be all.
fn climb(memory: &[u64]) {
    let ids = |format: &'static str| memory.iter().map(move |mib| format!("{format}{mib}"));
    let sources = DOCUMENTS.iter().flat_map(|(name, format, _)| ids(name).map(|id| source(&id, format)));
    let room = Room::with(&format!("{}{}", table::HEAD, sources.collect::<String>()));
    let (mut wrong, mut told) = (Vec::new(), Vec::new());
    for (name, _, make) in DOCUMENTS {
        let bytes = make();
        let came: Vec<String> = memory
            .iter()
            .map(|mib| {
                let id = format!("{name}{mib}");
                std::fs::write(room.path(&id), &bytes).unwrap();
                ingest(&room, &with_less(&room, *mib), &id)
            })
            .collect();
        println!("F5: {name}, {} bytes: {memory:?} MiB: {came:?}", bytes.len());
        let fell = |outcome: &&String| ["parser_oom", "parser_crash", "parser_protocol"].contains(&outcome.as_str());
        let first = came.iter().take_while(fell).count();
        // once there is enough, more is enough
        if !came[first..].iter().all(|outcome| outcome == "stored") {
            wrong.push(format!("{name}: {came:?}"));
        }
        for (id, outcome) in ids(name).zip(&came) {
            assert_eq!(figures(&room.path("data"), &id), if outcome == "stored" { FIGURES } else { "" }, "{id}");
        }
        told.extend(came);
    }
    let starved = told.iter().filter(|outcome| *outcome == "parser_oom").count();
    println!("F5: {} readers, {starved} of them for want of memory", told.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(starved >= DOCUMENTS.len() - 1, "{told:?}");
    assert_eq!(outcomes(&room, 0), told, "one attempt a try");
    let open = count(&room.db(), "SELECT count(*) FROM quarantine WHERE released_at IS NULL AND tries = 1");
    assert_eq!(open as usize, told.iter().filter(|outcome| *outcome != "stored").count());
    // with what it needs the document is read, and let out
    for (name, ..) in DOCUMENTS {
        let id = format!("{name}{}", memory[0]);
        let came = ingest(&room, Path::new(env!("CARGO_BIN_EXE_sverka")), &id);
        assert!(["stored", "known"].contains(&came.as_str()), "{id}: {came}");
        assert_eq!(figures(&room.path("data"), &id), FIGURES);
    }
    assert_whole(&room.path("data"));
    assert_left_alone(&room);
}
