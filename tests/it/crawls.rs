//! `ingest` of a WARC file: what a crawler received becomes documents of sources, dated by the day of its receipt.

use super::support::{Room, V1, V2, column};
use super::workbook::xlsx;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Where the source of the room has its document.
pub const ADDRESS: &str = "http://p.example/s.xlsx";

pub fn record(kind: &str, target: &str, date: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {target}\r\nWARC-Date: {date}\r\nWARC-Record-ID: <urn:uuid:{date}>\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn answer(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {status}\r\n{fields}\r\n").as_bytes(), body].concat()
}

/// A body in two chunks, packed.
fn chunked(body: &[u8]) -> Vec<u8> {
    let packed = gzip(body);
    let (a, b) = packed.split_at(packed.len() / 2);
    let chunk = |part: &[u8]| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
    let coded = [chunk(a), chunk(b), b"0\r\n\r\n".to_vec()].concat();
    answer("200 OK", "Content-Type: application/x\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", &coded)
}

/// A crawl of two visits to the room's source, with what else crawls have.
fn crawl() -> Vec<Vec<u8>> {
    let page = answer("200 OK", "Content-Type: text/html\r\n", b"<html><title>Welcome</title></html>");
    vec![
        record("warcinfo", "", "2020-06-29T00:00:00Z", b"software: a crawler"),
        record("request", ADDRESS, "2020-06-29T09:00:00Z", b"GET /s.xlsx HTTP/1.1\r\n\r\n"),
        record("response", ADDRESS, "2020-06-29T22:00:00Z", &chunked(&xlsx(V1))),
        record("response", "https://p.example/about", "2020-06-29T22:00:01Z", &page),
        record("response", ADDRESS, "2020-07-29T09:00:00Z", &answer("404 Not Found", "", b"")),
        record("revisit", ADDRESS, "2020-08-29T09:00:00Z", &answer("200 OK", "", b"")),
        record("resource", "https://www.p.example/s.xlsx", "2020-11-05T09:00:00Z", &xlsx(V2)),
    ]
}

fn room() -> Room {
    Room::new(ADDRESS)
}

#[test]
fn records_of_a_source_become_its_documents() {
    for packed in [false, true] {
        let room = room();
        let bytes: Vec<u8> = crawl().iter().flat_map(|part| if packed { gzip(part) } else { part.clone() }).collect();
        // neither name says what it is
        std::fs::write(room.path("crawl"), bytes).unwrap();
        let (code, told) = room.json(&["ingest", "crawl", "--obtained-from", "a library"]);
        assert!(code < 2, "{told}");
        assert_eq!(room.outcomes(), ["stored", "stored"], "{told}");
        assert_eq!(room.january(), ["83.2 2020-06-30..2020-11-05", "83.7 2020-11-05.."], "days are Moscow days");
        let passed: Vec<&str> =
            told["passed_over"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect();
        let wanted =
            ["no source has this address", "HTTP status 404", "a revisit: the document is in the record of an earlier visit"];
        assert_eq!(passed, wanted);
        assert_eq!(told["passed_over_more"], 2);
        let whence: Vec<String> = column(&room.db(), "SELECT url || ' ' || obtained_from FROM snapshot ORDER BY as_of", []);
        assert!(whence[0].starts_with(&format!("{ADDRESS} a library: crawl, record ")), "{whence:?}");
        let again = room.sverka(&["ingest", "crawl"]);
        assert!(again.code < 2 && again.out.contains("passed over: https://p.example/about"), "{again:?}");
        assert_eq!(room.outcomes()[2..], ["known", "known"]);
    }
}

#[test]
fn a_file_that_is_cut_off_ends_there_and_what_came_before_stays() {
    let room = room();
    let whole: Vec<u8> = crawl().iter().flat_map(|part| gzip(part)).collect();
    let last = whole.len() - gzip(&crawl()[6]).len();
    std::fs::write(room.path("crawl.warc.gz"), &whole[..whole.len() - 40]).unwrap();
    let (code, told) = room.json(&["ingest", "crawl.warc.gz"]);
    assert_eq!((code, room.outcomes()), (2, vec!["stored".to_string()]), "{told}");
    assert!(told["stopped"].as_str().unwrap().contains(&format!("record 7 at byte {last}: the file ends")), "{told}");
    assert_eq!(room.january(), ["83.2 2020-06-30.."]);
}

#[test]
fn one_source_by_its_addresses_or_by_the_kind_of_its_documents() {
    let room = room();
    let page = answer("200 OK", "", b"<html><title>Welcome</title></html>");
    let parts = [
        record("response", "http://mirror.example/copy", "2020-06-29T09:00:00Z", &answer("200 OK", "", &xlsx(V1))),
        record("response", "http://mirror.example/", "2020-06-29T09:00:00Z", &page),
    ];
    std::fs::write(room.path("mirror.warc"), parts.concat()).unwrap();
    let (_, told) = room.json(&["ingest", "mirror.warc", "--source", "s"]);
    assert_eq!(told["passed_over"][0]["reason"], "no address of s", "{told}");
    let (_, told) = room.json(&["ingest", "mirror.warc", "--source", "s", "--any-address"]);
    assert_eq!((told["documents"].as_array().unwrap().len(), room.outcomes()), (1, vec!["stored".to_string()]), "{told}");
    for wrong in [
        &["ingest", "mirror.warc", "--as-of", "2020-01-01"][..],
        &["ingest", "mirror.warc", "--any-address"],
        &["ingest", "sources.toml", "--source", "s"],
        &["ingest", "mirror.warc", "--source", "t"],
    ] {
        assert_eq!(room.sverka(wrong).code, 64, "{wrong:?}");
    }
}
