//! Documents that harm whoever reads them: the child falls, the program goes on. And documents that do not: a child tells of
//! them what this process would.

use super::support::{self, Answer, Room, Server, column, count};
use super::workbook::xlsx;
use chrono::Utc;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use sverka::guard::{Ask, Document, Limits, Program, ReadError, Reader, Wanted};
use sverka::parse::{Event, Format};
use sverka::pipeline::{self, House, Places};

/// MiB that the packed table unpacks to: within the limits of a member, and more than fits twice into a child.
const UNPACKED: usize = 400;
/// The same of noise, so that it is packed no tighter than a table may be.
const NOISE: usize = 2;
/// A real document of more bytes is left to the measurement, for a program that is built to be debugged is slow.
const LARGE: usize = 3 << 20;

/// A packed table that needs more memory than a child may have.
fn bomb() -> Vec<u8> {
    let mut packed = packing("t.csv");
    let mut seed = 1u32;
    let noise = (0..NOISE << 20).map(|_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b' ' + (seed >> 24) as u8 % 90
    });
    packed.write_all(&noise.collect::<Vec<u8>>()).unwrap();
    let blank = vec![b' '; 1 << 20];
    (NOISE..UNPACKED).for_each(|_| packed.write_all(&blank).unwrap());
    packed.finish().unwrap()
}

/// A packed workbook.
fn good() -> Vec<u8> {
    let mut packed = packing("t.xlsx");
    packed.write_all(&xlsx(support::V1)).unwrap();
    packed.finish().unwrap()
}

fn packing(name: &str) -> flate2::write::GzEncoder<Vec<u8>> {
    flate2::GzBuilder::new().filename(name).write(Vec::new(), flate2::Compression::fast())
}

/// A room whose source takes packed tables beside its workbooks.
fn room(address: &str) -> Room {
    let config = include_str!("../fixtures/sources.toml").replace("{ADDRESS}", address).replace("*/2 * * * * *", "0 0 1 1 *");
    Room::with(&config.replace("[\"xlsx\"]", "[\"xlsx\", \"csv\"]\nmember = \"t.*\""))
}

#[test]
fn a_bomb_is_tried_twice_and_the_others_go_on() {
    let room = room("http://127.0.0.1:1/s.xlsx");
    std::fs::write(room.path("bomb.gz"), bomb()).unwrap();
    std::fs::write(room.path("good.gz"), good()).unwrap();
    let line = |file: &str, day: &str| format!("s\t{file}\t{day}\trecorded\t\n");
    let (bad, good) = (line("bomb.gz", "2020-01-01"), line("good.gz", "2020-02-01"));
    std::fs::write(room.path("MANIFEST.tsv"), format!("source\tpath\tas_of\tas_of_basis\tsha256\n{bad}{good}")).unwrap();
    for _ in 0..3 {
        let ran = room.sverka(&["replay", "MANIFEST.tsv"]);
        // 1: a figure of the paper deviates
        assert!(ran.code <= 1, "{}", ran.err);
    }
    assert_eq!(room.outcomes(), ["parser_oom", "stored", "parser_oom", "known", "quarantined", "known"]);
    let told: Vec<String> = column(&room.db(), "SELECT message FROM attempt WHERE outcome = 'quarantined'", []);
    let wanted = "in quarantine after 2 tries: parser_oom: reading the document took more memory than 512 MiB: ";
    assert!(told[0].starts_with(wanted), "{told:?}");
    let row = "SELECT concat_ws('|', source_id, rule, tries, length(sha256), locator, released_at IS NULL) FROM quarantine";
    assert_eq!(column::<String>(&room.db(), row, []), ["s|parser_oom|2|64||1"]);
    assert_eq!(room.january().len(), 1);
    assert_eq!(count(&room.db(), "SELECT quarantined FROM source_health WHERE source_id = 's'"), 1);

    let shown = room.sverka(&["preview", "bomb.gz", "--source", "s"]);
    assert_eq!(shown.code, 2);
    assert!(shown.err.contains("took more memory than 512 MiB"), "{}", shown.err);
}

#[test]
fn a_run_goes_on_past_a_document_that_fells_its_reader() {
    let server = Server::start(vec![Answer::page(&bomb()), Answer::page(&bomb()), Answer::workbook(good(), "")]);
    let room = room(&server.address);
    assert_eq!(room.sverka(&["run"]).code, 2);
    assert_eq!(room.sverka(&["run"]).code, 2);
    assert_eq!(room.sverka(&["run"]).code, 1, "only a figure of the paper deviates");
    assert_eq!(room.outcomes(), ["parser_oom", "parser_oom", "stored"]);
    assert_eq!(server.asked(), ["", "", ""], "no validators of a document that was not read");
}

/// A house whose reader is this program.
fn house(room: &Room, program: &Path, limits: Limits) -> House {
    let places = Places::find(room.path("data"), Some(room.path("sources.toml")), None, None).unwrap();
    House::open(&places, Reader::Child(Program::at(program, limits)), Utc::now()).unwrap()
}

fn ingest(house: &mut House, room: &Room, file: &str) -> anyhow::Result<pipeline::Taken> {
    let (file, as_of) = (room.path(file), "2020-02-01".parse()?);
    let by_hand = pipeline::ByHand { file, source: "s".into(), as_of, obtained_from: "test".into(), url: None };
    pipeline::ingest(house, by_hand, Utc::now())
}

#[test]
fn a_document_is_let_out_of_quarantine_when_it_can_be_read() {
    let room = room("http://127.0.0.1:1/s.xlsx");
    std::fs::write(room.path("good.gz"), good()).unwrap();
    let limits = Limits { waiting: Duration::from_secs(20), ..Limits::DEFAULT };
    let taken = ingest(&mut house(&room, Path::new("/bin/false"), limits), &room, "good.gz").unwrap();
    assert_eq!(taken.outcome, "parser_protocol", "{}", taken.message);
    let real = Path::new(env!("CARGO_BIN_EXE_sverka"));
    assert_eq!(ingest(&mut house(&room, real, Limits::DEFAULT), &room, "good.gz").unwrap().outcome, "stored");
    assert_eq!(count(&room.db(), "SELECT count(*) FROM quarantine WHERE released_at IS NULL AND tries = 1"), 0);
    assert_eq!(count(&room.db(), "SELECT count(*) FROM quarantine"), 1);
}

#[test]
fn without_a_reader_the_command_cannot_go_on() {
    let room = room("http://127.0.0.1:1/s.xlsx");
    std::fs::write(room.path("good.gz"), good()).unwrap();
    let told = ingest(&mut house(&room, Path::new("/nowhere/sverka"), Limits::DEFAULT), &room, "good.gz").unwrap_err();
    let told = format!("{told:#}");
    assert!(told.contains("good.gz: the program that reads documents could not be started: /nowhere/sverka: "), "{told}");
    assert_eq!(room.outcomes(), ["parser_not_started"]);
    assert_eq!(count(&room.db(), "SELECT count(*) FROM quarantine"), 0);
}

/// The kernel's own word for what a child may: it is asked while the child waits for somebody to listen.
#[test]
fn a_child_is_walled_in() {
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    std::fs::write(room.path("t.csv"), "a;b\n1;2\n".repeat(100_000)).unwrap();
    let wanted = Wanted { format: Format::Csv, charset: None, member: None };
    let question = serde_json::to_string(&Ask::Read(wanted)).unwrap();
    let mut command = room.command(&["read-stdin", &question]);
    let mut child = command.stdin(std::fs::File::open(room.path("t.csv")).unwrap()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = child.stdout.take().unwrap();
    said.read_exact(&mut [0; 4]).unwrap();
    let of = |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap();
    let (status, limits) = (of("status"), of("limits"));
    let limit = |name: &str| limits.lines().find_map(|line| line.strip_prefix(name)).unwrap().split_whitespace().next().unwrap();
    assert_eq!((limit("Max address space"), limit("Max file size"), limit("Max core file size")), ("536870912", "0", "0"));
    assert!(limit("Max cpu time").parse::<u64>().unwrap() <= 60);
    assert!(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"), "{status}");
    drop(said);
    assert_eq!(child.wait().unwrap().code(), Some(74), "nobody listens");
}

fn events(reader: &Reader, document: &Document<'_>, format: Format) -> Result<Vec<Event>, ReadError> {
    let mut events = Vec::new();
    let wanted = Wanted { format, charset: None, member: None };
    reader.read(document, wanted, &mut |event| events.push(event))?;
    Ok(events)
}

/// Every real document: name, bytes.
fn documents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let at = manifest.lines().next().unwrap().split('\t').position(|column| column == "path").unwrap();
    let paths = manifest.lines().skip(1).filter_map(|line| line.split('\t').nth(at));
    paths.map(|path| (path.to_string(), std::fs::read(folder.join(path)).unwrap())).collect()
}

#[test]
fn a_child_tells_what_this_process_would() {
    let Some(folder) = support::samples() else { return };
    let (here, there) = (Reader::InProcess, support::reader());
    let mut read = 0;
    for (name, bytes) in documents(&folder).iter().filter(|(_, bytes)| bytes.len() < LARGE) {
        let document = Document::of(bytes);
        let said = |reader: &Reader| reader.recognize(&document).map_err(|error| error.to_string());
        assert_eq!(said(&here), said(&there), "{name}");
        for (format, _) in Format::ALL {
            // the right format, and two that are mostly wrong
            if said(&here).is_ok_and(|found| found.0 == format) || [Format::Xlsx, Format::Xml].contains(&format) {
                let told = |reader: &Reader| events(reader, &document, format).map_err(|error| error.to_string());
                let told = told(&there) == told(&here);
                assert!(told, "{name} as {format}");
                read += 1;
            }
        }
    }
    assert!(read > 100, "{read}");
}
