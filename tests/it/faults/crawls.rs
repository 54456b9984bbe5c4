//! Crawls that harm whoever takes them apart, through the real program: a bomb, an endless record, lengths that lie, members that are
//! cut off, heads without end. What stands before the harm is in, nothing else is, and the program that holds the data stays small.

use super::super::crawls::{ADDRESS, answer, gzip, record};
use super::super::support::{Room, V1, V2, column, count};
use super::super::workbook::xlsx;
use super::bytes::pack;
use super::folder::watched;
use super::oracle::{assert_invariants, outcomes};
use chrono::Utc;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use sverka::guard::{Limits, Program, Reader};
use sverka::pipeline::{self, ByCrawler, House, Places, Summary};

/// No crawl of these takes longer; a program that is built to be debugged is slower by far.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 });
/// MiB that the program which holds the data may have.
const MOST_MIB: u64 = 100;

/// What becomes of a crawl in which a good record stands before the harm, and one behind it.
enum Then {
    /// Reading ends at the harm, with a sentence that says this.
    Ends(&'static str),
    /// The record is passed over for this reason, and the one behind it is in.
    Passed(&'static str),
}

/// A harm, what becomes of it, and the bytes.
type Harm = (&'static str, Then, Vec<u8>);

/// A record with this length in its head, whatever its block has.
fn lying(length: &str, block: &[u8]) -> Vec<u8> {
    let honest = record("response", ADDRESS, "2020-08-01T09:00:00Z", block);
    let text = String::from_utf8_lossy(&honest)
        .replace(&format!("Content-Length: {}", block.len()), &format!("Content-Length: {length}"));
    text.into_bytes()
}

/// So many times the same MiB, packed without ever being whole.
fn repeated(start: &[u8], mib: usize) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(start).unwrap();
    let piece = vec![b' '; 1 << 20];
    (0..mib).for_each(|_| packer.write_all(&piece).unwrap());
    packer.finish().unwrap()
}

fn response(fields: &str, body: &[u8]) -> Vec<u8> {
    record("response", ADDRESS, "2020-08-01T09:00:00Z", &answer("200 OK", fields, body))
}

fn harms() -> Vec<Harm> {
    use Then::{Ends, Passed};
    let head = |length: usize| format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    let endless = usize::MAX >> 1;
    let packed = "Content-Encoding: gzip\r\n";
    let whole = gzip(&response("", &xlsx(V1)));
    vec![
        (
            "a bomb around a record that nobody wants",
            Ends("the ratio of unpacked to packed size"),
            repeated(&head(600 << 20), 600),
        ),
        ("an endless record", Ends("the file ends 92"), [head(endless), b"x".to_vec()].concat()),
        ("an endless record, packed", Ends("the ratio of unpacked to packed size"), repeated(&head(endless), 100)),
        ("a head of 100 MB", Ends("the head in bytes exceeds the limit of 65536"), repeated(b"WARC/1.0\r\nA: ", 100)),
        (
            "a head of a million lines",
            Ends("the head in bytes exceeds"),
            gzip(&[b"WARC/1.0\r\n".to_vec(), b"A: b\r\n".repeat(1 << 20)].concat()),
        ),
        ("blank lines without end", Ends("the ratio of unpacked to packed size"), {
            let mut packer = GzEncoder::new(Vec::new(), Compression::best());
            (0..100).for_each(|_| packer.write_all(&[b'\n'; 1 << 20]).unwrap());
            packer.finish().unwrap()
        }),
        ("more than there is", Ends("the file ends"), lying("99999999", &answer("200 OK", "", b"x"))),
        ("a length beyond numbers", Ends("expected Content-Length in digits"), lying("18446744073709551616", b"x")),
        ("a length below nothing", Ends("expected Content-Length in digits"), lying("-1", b"x")),
        ("less than there is", Ends("expected \"WARC/1.0\", found"), lying("9", &answer("200 OK", "", b"figures"))),
        ("a member that is cut off, before another", Ends("damaged"), whole[..whole.len() / 2].to_vec()),
        ("a member that is damaged", Ends("record 2 at byte"), {
            let mut bytes = whole.clone();
            let middle = bytes.len() / 2;
            bytes[middle..middle + 40].fill(0xA5);
            bytes
        }),
        ("a body that is a bomb", Passed("the body exceeds the limit of"), response(packed, &repeated(b"", 200))),
        ("a bomb in a bomb", Passed("the body exceeds the limit of"), {
            response("Content-Encoding: gzip, gzip\r\n", &gzip(&repeated(b"", 600)))
        }),
        (
            "a head of an answer of 100 MB",
            Passed("the block in bytes exceeds the limit of"),
            response(&"x".repeat(100 << 20), b""),
        ),
        (
            "a head of an answer without end",
            Passed("its head exceeds the limit of 262144 bytes"),
            response(&"A: b\r\n".repeat(100_000), b""),
        ),
        (
            "a chunk of all there is",
            Passed("the body is cut off"),
            response("Transfer-Encoding: chunked\r\n", b"ffffffffffffff\r\nx"),
        ),
        ("packed nine times", Passed("18 codings"), response(&"Content-Encoding: gzip, gzip\r\n".repeat(9), b"x")),
    ]
}

#[test]
fn crawls_that_harm_end_where_they_do_and_what_came_before_stays() {
    let (mut wrong, mut slowest) = (Vec::new(), (Duration::ZERO, ""));
    let harms = harms();
    let [before, behind] = [("2020-06-29T09:00:00Z", V1), ("2020-11-05T09:00:00Z", V2)]
        .map(|(date, edition)| record("resource", ADDRESS, date, &xlsx(edition)));
    for (name, then, bytes) in &harms {
        let is_packed = bytes.starts_with(b"\x1F\x8B");
        let parts = [&before, bytes, &behind].map(|part| if is_packed && part != bytes { gzip(part) } else { part.clone() });
        let room = Room::new(ADDRESS);
        std::fs::write(room.path("c.warc"), parts.concat()).unwrap();
        let since = Instant::now();
        let (code, told) = room.json(&["ingest", "c.warc"]);
        let took = since.elapsed();
        slowest = slowest.max((took, name));
        let stopped = told["stopped"].as_str().unwrap_or_default().to_string();
        let passed = told["passed_over"][0]["reason"].as_str().unwrap_or_default().to_string();
        println!("crawl: {name}: {took:.1?}: {stopped}{passed}");
        let (fits, stored) = match then {
            Then::Ends(words) => (code == 2 && stopped.contains(words), 1),
            Then::Passed(words) => (code < 2 && passed.contains(words), 2),
        };
        if !fits || took > LONGEST {
            wrong.push(format!("{name}: {code} {took:?} {told}"));
        }
        assert_invariants(&room, 0, &["stored"; 2][..stored]);
    }
    println!("crawls: {} that harm, the slowest {slowest:?}", harms.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), harms.len(), wrong.join("\n"));
}

/// A reader that does this, in a shell, over the record which it has told as begun, and is itself otherwise. `$N` is how often it was
/// started for a crawl.
fn falling(room: &Room, does: &str) -> PathBuf {
    let path = room.path("reader");
    let real = env!("CARGO_BIN_EXE_sverka");
    let text = format!(
        "#!/bin/sh\nPATH=/usr/bin:/bin\ncase \"$2\" in *crawl*) ;; *) exec '{real}' \"$@\";; esac\n\
         echo x >> '{0}/starts'\nN=$(wc -l < '{0}/starts')\n{does}\nexec '{real}' \"$@\"\n",
        room.path(".").display()
    );
    // written by a process of its own: whoever forks while it is open here would keep it busy
    std::fs::write(room.path("text"), text).unwrap();
    assert!(std::process::Command::new("cp").arg(room.path("text")).arg(&path).status().unwrap().success());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn ingest(room: &Room, reader: &Path, waiting: Duration) -> Summary {
    let places = Places::find(room.path("data"), Some(room.path("sources.toml")), None, None).unwrap();
    let limits = Limits { waiting, ..Limits::DEFAULT };
    let mut house = House::open(&places, Reader::Child(Program::at(reader, limits)), Utc::now()).unwrap();
    let by = ByCrawler { file: room.path("c.warc"), source: None, any_address: false, obtained_from: String::new() };
    pipeline::ingest_warc(&mut house, &by, Utc::now, &|_| ()).unwrap()
}

/// Bytes that do not shrink.
fn noise(mib: u32) -> Vec<u8> {
    (0..mib << 20).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// Three records of the source, the second so long that its reader stands in the midst of it when the pipe is full.
fn three(room: &Room) {
    let long = noise(6);
    let parts = [
        record("resource", ADDRESS, "2020-06-29T09:00:00Z", &xlsx(V1)),
        record("response", ADDRESS, "2020-08-01T09:00:00Z", &answer("200 OK", "", &long)),
        record("resource", ADDRESS, "2020-11-05T09:00:00Z", &xlsx(V2)),
    ];
    std::fs::write(room.path("c.warc"), parts.concat()).unwrap();
}

/// Whatever happens to the reader in the midst of a record: it is an outcome of that record, which is tried twice and then left, and
/// the records around it are in.
#[test]
fn a_record_over_which_the_reader_falls_goes_to_quarantine_and_the_others_are_in() {
    let half = |then: &str| {
        format!("[ $((N % 2)) = 1 ] && {{ \"{}\" \"$@\" | head -c 3000000; {then}; }}", env!("CARGO_BIN_EXE_sverka"))
    };
    let cases = [
        (half("kill -SEGV $$"), "parser_crash"),
        (half("echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$"), "parser_oom"),
        (half("exec sleep 100"), "parser_timeout"),
        (half("exit 0"), "parser_protocol"),
    ];
    for (does, code) in cases {
        let room = Room::new(ADDRESS);
        three(&room);
        let reader = falling(&room, &does);
        let (quick, since) = (Duration::from_secs(5), Instant::now());
        let first = ingest(&room, &reader, quick);
        assert_eq!(first.stopped, None, "{code}");
        assert_invariants(&room, 0, &["stored", code, "stored"]);
        assert_eq!(room.january(), ["83.2 2020-06-29..2020-11-05", "83.7 2020-11-05.."], "{code}");
        let held = || {
            column::<String>(
                &room.db(),
                "SELECT rule || ' ' || tries || ' ' || url FROM quarantine WHERE released_at IS NULL",
                [],
            )
        };
        assert_eq!(held(), [format!("{code} 1 {ADDRESS}")]);
        // once more, and then no more
        ingest(&room, &reader, quick);
        assert_invariants(&room, 3, &["known", code, "known"]);
        assert_eq!(held(), [format!("{code} 2 {ADDRESS}")]);
        let third = ingest(&room, Path::new(env!("CARGO_BIN_EXE_sverka")), quick);
        assert!(third.passed.iter().any(|one| one.reason.starts_with("in quarantine")), "{third:?}");
        assert_invariants(&room, 6, &["known", "known"]);
        let listed = room.sverka(&["quarantine", "list"]);
        assert!(listed.out.contains(code) && listed.out.contains("when the crawl is ingested again"), "{listed:?}");
        println!("crawl: {code} in the midst of a record: {:.1?}", since.elapsed());
    }
}

/// A reader that falls before any record is told, or over and over, ends the crawl; what came before stays.
#[test]
fn a_reader_that_comes_no_further_ends_the_crawl() {
    for (does, wanted, stored) in [
        ("kill -SEGV $$", "after record 0: parser_crash", 0),
        ("printf '\\377\\377\\377\\377'; exit 0", "after record 0: parser_protocol", 0),
        ("exec sleep 100", "after record 0: parser_timeout", 0),
    ] {
        let room = Room::new(ADDRESS);
        three(&room);
        let summary = ingest(&room, &falling(&room, does), Duration::from_secs(3));
        assert!(summary.stopped.as_ref().is_some_and(|said| said.contains(wanted)), "{summary:?}");
        assert_eq!(outcomes(&room, 0).len(), stored);
        let starts = std::fs::read_to_string(room.path("starts")).unwrap().lines().count();
        assert_eq!(starts, 1, "no further try");
    }
}

/// A large crawl of which little is wanted is neither held nor told, and a large document of it is not held either: the program that
/// holds the data stays small.
#[test]
fn a_large_crawl_costs_little_memory() {
    let room = Room::new(ADDRESS);
    let mut file = std::io::BufWriter::new(std::fs::File::create(room.path("c.warc")).unwrap());
    let page = record("response", "http://p.example/page", "2020-06-29T09:00:00Z", &answer("200 OK", "", &vec![b'x'; 1 << 20]));
    for _ in 0..200 {
        file.write_all(&page).unwrap();
    }
    let large = pack::with_entry(&xlsx(V1), pack::Entry::stored("large", &noise(30)));
    file.write_all(&record("resource", ADDRESS, "2020-06-29T09:00:00Z", &large)).unwrap();
    file.into_inner().unwrap().sync_all().unwrap();
    let peaks = watched(&room, &["ingest", "c.warc"]);
    println!("crawl of 230 MiB: MiB of the program and of a reader: {peaks:?}");
    assert!(peaks[0] > 0 && peaks.iter().all(|mib| *mib < MOST_MIB), "{peaks:?}");
    assert_invariants(&room, 0, &["stored"]);
    assert_eq!(room.january(), ["83.2 2020-06-29.."]);
    assert_eq!(count(&room.db(), "SELECT bytes FROM snapshot WHERE held = 1") as usize, large.len());
}

/// Whoever is killed over a crawl may bring it again: what was in stays in, and once all is in nothing tells of the kill.
#[cfg(debug_assertions)]
#[test]
fn a_crawl_over_which_the_program_was_killed_may_be_brought_again() {
    use super::house::{State, was_killed, with_fault};
    use super::oracle::{assert_left_alone, assert_whole};
    let brought = || {
        let room = Room::new(ADDRESS);
        let large = pack::with_entry(&xlsx(V2), pack::Entry::stored("large", &noise(10)));
        let parts = [("2020-06-29T09:00:00Z", xlsx(V1)), ("2020-11-05T09:00:00Z", large)];
        let bytes: Vec<u8> = parts.iter().flat_map(|(date, body)| record("resource", ADDRESS, date, body)).collect();
        std::fs::write(room.path("c.warc"), bytes).unwrap();
        room
    };
    let clean = brought();
    assert_eq!(clean.sverka(&["ingest", "c.warc"]).code, 0);
    let points = [
        ("guard.started", 1, 0),
        ("guard.heard", 3, 0),
        ("archive.stored", 1, 0),
        ("store.commit", 1, 0),
        ("store.committed", 1, 1),
        // in the midst of the second one, which is in an unfinished file
        ("guard.heard", 160, 1),
        ("archive.chunk", 40, 1),
        ("store.commit", 2, 1),
        ("store.committed", 2, 2),
    ];
    for (point, at, stored) in points {
        let room = brought();
        let ended = with_fault(&room, &["ingest", "c.warc"], &format!("{point}:kill@{at}"));
        assert!(was_killed(ended), "{point}@{at}: {ended}");
        assert_whole(&room.path("data"));
        let before = outcomes(&room, 0);
        assert_eq!(before.iter().filter(|one| *one == "stored").count(), stored, "{point}@{at}: {before:?}");
        assert_eq!(room.sverka(&["ingest", "c.warc"]).code, 0, "{point}@{at}");
        assert_eq!(State::of(&room), State::of(&clean), "{point}@{at}");
        assert_left_alone(&room);
    }
    println!("F1 crawl: {} kills", points.len());
}
