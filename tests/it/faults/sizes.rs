//! Bodies without an end: ten billion bytes, as they are or packed into a few. The program as a process, because what it takes of
//! memory and of the disk is the machine's.

use super::super::daemon::{Daemon, PATIENCE, outcomes};
use super::super::support::{Room, column, count, wait_until};
use super::downloads::packed;
use super::folder::most_memory;
use super::oracle;
use super::server::{FaultServer, Step, always, raw};
use super::trial::room;
use std::io::Write;

/// Decoded bytes that a source may have if it says so: more than is held in memory.
const OWN_LIMIT: u64 = 8 << 20;
/// And if it says nothing: one such body in memory would be too much.
const USUAL_LIMIT: u64 = 64 << 20;
/// What goes to the disk beside a body: the database with its log.
const BESIDE: u64 = 1 << 20;
/// Bytes that the publisher has.
const ENDLESS: u64 = 10_000_000_000;
/// KiB of memory at most, whatever comes.
const MOST_MEMORY: u64 = 100 << 10;

/// A body as its publisher sends it: header lines, what comes first, and the piece that follows again and again.
struct Endless {
    name: &'static str,
    status: &'static str,
    lines: Vec<&'static str>,
    first: Vec<u8>,
    piece: Vec<u8>,
    times: u64,
    code: &'static str,
}

fn plain(name: &'static str, lines: &[&'static str], code: &'static str) -> Endless {
    let (first, piece) = (b"PK\x03\x04".to_vec(), vec![b'x'; 1 << 16]);
    Endless { name, status: "200 OK", lines: lines.to_vec(), first, piece, times: ENDLESS >> 16, code }
}

/// A zip's mark and a million of zeros, packed so that the same piece may follow for ever.
fn bomb(encoding: &'static str, label: &'static str) -> Endless {
    let zeros = vec![0; 1 << 20];
    let (first, piece) = match encoding {
        "gzip" => flushed(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best()), &zeros),
        "deflate" => flushed(flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best()), &zeros),
        "br" => flushed(brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22), &zeros),
        _ => zstd_zeros(),
    };
    Endless { lines: vec![label], first, piece, times: ENDLESS >> 20, ..plain(encoding, &[], "too_large") }
}

/// What a packer that writes into a vector gives.
trait Packer: Write {
    fn so_far(&self) -> &Vec<u8>;
}

impl Packer for flate2::write::GzEncoder<Vec<u8>> {
    fn so_far(&self) -> &Vec<u8> {
        self.get_ref()
    }
}

impl Packer for flate2::write::ZlibEncoder<Vec<u8>> {
    fn so_far(&self) -> &Vec<u8> {
        self.get_ref()
    }
}

impl Packer for brotli::CompressorWriter<Vec<u8>> {
    fn so_far(&self) -> &Vec<u8> {
        self.get_ref()
    }
}

/// The beginning, and a piece that ends where a byte does, so that it may stand behind itself.
fn flushed(mut packer: impl Packer, zeros: &[u8]) -> (Vec<u8>, Vec<u8>) {
    packer.write_all(b"PK\x03\x04").unwrap();
    packer.write_all(zeros).unwrap();
    packer.flush().unwrap();
    let first = packer.so_far().clone();
    packer.write_all(zeros).unwrap();
    packer.flush().unwrap();
    (first.clone(), packer.so_far()[first.len()..].to_vec())
}

/// A frame of zstd that does not end: runs of one byte, 128 KiB each.
fn zstd_zeros() -> (Vec<u8>, Vec<u8>) {
    let block = |kind: u32, size: u32| (kind << 1 | size << 3).to_le_bytes()[..3].to_vec();
    let first = [vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58], block(0, 4), b"PK\x03\x04".to_vec()].concat();
    (first, [block(1, 128 << 10), vec![0]].concat().repeat(8))
}

fn endless() -> Vec<Endless> {
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 1 << 16], b"\r\n"].concat();
    let in_chunks = Endless {
        first: b"4\r\nPK\x03\x04\r\n".to_vec(),
        piece: chunk,
        ..plain("chunked", &["Transfer-Encoding: chunked"], "too_large")
    };
    let mut cases = vec![
        plain("known length", &["Content-Length: 10000000000"], "too_large"),
        in_chunks,
        plain("until the end", &[], "too_large"),
        Endless { status: "404 Not Found", ..plain("an error page", &[], "http_404") },
        Endless { status: "302 Found", ..plain("a redirect with a body", &["Location: /0.xlsx"], "too_large") },
        bomb("gzip", "Content-Encoding: gzip"),
        bomb("deflate", "Content-Encoding: deflate"),
        bomb("br", "Content-Encoding: br"),
        bomb("zstd", "Content-Encoding: zstd"),
    ];
    // a bomb in a bomb: once unpacked it is only a bomb
    let inner = bomb("gzip", "").first;
    let twice =
        Endless { first: packed("gzip", &inner), times: 0, ..plain("twice", &["Content-Encoding: gzip"], "not_expected_type") };
    let error = Endless {
        name: "a packed error page",
        status: "403 Forbidden",
        code: "http_403",
        ..bomb("gzip", "Content-Encoding: gzip")
    };
    cases.extend([twice, error]);
    cases
}

fn scripted(case: &Endless) -> Vec<Step> {
    vec![Step::Send(raw(case.status, &case.lines, &case.first)), Step::Flood(case.piece.clone(), case.times)]
}

/// Fetches what never ends, and gives the room and the KiB of memory that it took. A file that grows beyond what is allowed would end
/// the program (`RLIMIT_FSIZE`).
fn fetched(cases: &[Endless], limit: u64, most_file: u64) -> (Room, u64) {
    let host = |number: usize| format!("127.0.0.{}", number + 2);
    let server = FaultServer::start().also_on((0..cases.len()).map(host));
    let address = |number: usize| format!("http://{}:{}/{number}.xlsx", host(number), server.port);
    let addresses: Vec<String> = (0..cases.len()).map(address).collect();
    cases.iter().enumerate().for_each(|(number, case)| server.script(&format!("/{number}.xlsx"), always(scripted(case))));
    let room = room(&addresses, &format!("max_bytes = {limit}"));
    std::fs::create_dir(room.path("tmp")).unwrap();
    let daemon = Daemon::walled(&room, most_file, &[("TMPDIR", room.path("tmp").to_str().unwrap())]);
    wait_until("all of them", PATIENCE, || outcomes(&room).len() == cases.len());
    let memory = most_memory(daemon.id()).unwrap();
    assert_eq!(std::fs::read_dir(room.path("tmp")).unwrap().count(), 0, "nothing stays in the folder for temporary files");
    assert_eq!(daemon.stop().0, Some(0));
    (room, memory)
}

fn assert_stopped(row: &str, cases: &[Endless], limit: u64) {
    let (room, memory) = fetched(cases, limit, limit + BESIDE);
    for (number, case) in cases.iter().enumerate() {
        let sql = "SELECT outcome FROM attempt WHERE source_id = ?1";
        assert_eq!(column::<String>(&room.db(), sql, [format!("s{number}")]), [case.code], "{}", case.name);
    }
    oracle::assert_whole(&room.path("data"));
    oracle::assert_left_alone(&room);
    assert_eq!(count(&room.db(), "SELECT count(*) FROM snapshot"), 0);
    assert!(memory <= MOST_MEMORY, "{memory} KiB");
    println!("{row}: {} cases, {memory} KiB at most", cases.len());
}

#[test]
fn what_never_ends_is_stopped_at_the_limit() {
    assert_stopped("F9 bombs and F13", &endless(), OWN_LIMIT);
}

/// 64 MiB go to the disk, and not to memory.
#[test]
fn what_never_ends_is_stopped_at_the_usual_limit() {
    assert_stopped("F9 bombs and F13, 64 MiB", &endless(), USUAL_LIMIT);
}
