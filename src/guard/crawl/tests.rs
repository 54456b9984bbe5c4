use super::super::{Document, ReadError, Reader};
use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::ops::ControlFlow;

const ADDRESS: &str = "http://p.example/a.csv";

fn record(kind: &str, target: &str, length: usize, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {target}\r\nWARC-Date: 2020-06-29T21:30:00Z\r\n\
         WARC-Record-ID: <urn:uuid:1>\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn whole(kind: &str, target: &str, block: &[u8]) -> Vec<u8> {
    record(kind, target, block.len(), block)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn sought() -> Sought {
    let given = vec![serde_json::from_value(serde_json::json!({ "at": ADDRESS })).unwrap()];
    Sought { given, largest: 1 << 20, after: 0, left: Vec::new() }
}

/// What is told, a word for each part, and how it ends.
fn told(bytes: &[u8], sought: Sought) -> (Vec<String>, String) {
    let mut said: Vec<String> = Vec::new();
    let read = Reader::InProcess.crawl(&Document::of(bytes), sought, &mut |told| {
        said.push(match told {
            Told::Passed(passed) => format!("{}: {}", passed.number, passed.why),
            Told::Further { count, number } => format!("{count} more up to {number}"),
            Told::Found(found) => format!("{}: found {:?}", found.number, found.status),
            Told::Piece(piece) => format!("{} bytes", piece.len()),
            Told::Ended(ended) => format!("ended {:?}", ended.map_err(|why| why.to_string())),
        });
        ControlFlow::Continue(())
    });
    (said, read.map_or_else(|error| error.to_string(), |()| "fine".to_string()))
}

#[test]
fn only_what_is_wanted_is_opened() {
    let parts = [
        whole("warcinfo", "", b"x"),
        whole("response", "http://p.example/other", b"no answer at all"),
        whole("response", "https://www.p.example/a.csv", b"HTTP/1.1 200 OK\r\n\r\nfigures"),
        whole("resource", ADDRESS, b"a;b"),
        whole("response", ADDRESS, b"HTTP/1.1 404 Not Found\r\n\r\n"),
        whole("response", ADDRESS, b"nonsense\r\n\r\n"),
        whole("revisit", ADDRESS, b""),
        whole("request", "", b"x"),
    ];
    let wanted = [
        "1 more up to 1",
        "2: no source has this address",
        "3: found Some(200)",
        "7 bytes",
        "ended Ok(())",
        "4: found None",
        "3 bytes",
        "ended Ok(())",
        "5: HTTP status 404",
        "6: no HTTP answer: invalid HTTP version",
        "7: a revisit: the document is in the record of an earlier visit",
        "1 more up to 8",
    ];
    for packed in [false, true] {
        let bytes: Vec<u8> = parts.iter().flat_map(|part| if packed { gzip(part) } else { part.clone() }).collect();
        let (said, ended) = told(&bytes, sought());
        assert_eq!((said.iter().map(String::as_str).collect::<Vec<_>>(), ended.as_str()), (wanted.to_vec(), "fine"));
        let (said, _) = told(&bytes, Sought { after: 6, ..sought() });
        assert_eq!(said, &wanted[10..], "what was looked at before is not told again");
    }
    let (said, _) = told(&parts[3], Sought { left: vec!["record 1 at byte 0 (urn:uuid:1)".into()], ..sought() });
    assert_eq!(said[0], "1: in quarantine: it ended its reader before");
}

#[test]
fn a_document_comes_in_pieces_and_ends_where_it_is_too_large() {
    let answer = |fields: &str, body: &[u8]| [format!("HTTP/1.1 200 OK\r\n{fields}\r\n").as_bytes(), body].concat();
    let text = vec![b'7'; 1 << 20];
    let (said, ended) = told(&whole("resource", ADDRESS, &text), sought());
    let pieces = said.iter().filter(|one| one.ends_with("bytes")).count();
    assert_eq!((pieces > 10, said.len() - pieces, ended.as_str()), (true, 2, "fine"), "{said:?}");
    let more = [&text[..], b"7"].concat();
    let packed = "Content-Encoding: gzip\r\n";
    for (block, kind, wanted) in [
        (more.clone(), "resource", "ended Err(\"the block in bytes exceeds the limit of 1048576\")"),
        (answer("", &more), "response", "ended Err(\"the body exceeds the limit of 1048576 bytes\")"),
        (answer(packed, &gzip(&vec![b' '; 200 << 20])), "response", "ended Err(\"the body exceeds the limit of 1048576 bytes\")"),
        (answer(packed, &gzip(b"figures")[..15]), "response", "ended Err(\"the body cannot be unpacked"),
        (answer("Content-Length: 9\r\n", b"figures"), "response", "ended Err(\"the body is cut off: 7 bytes of 9\")"),
        (vec![0; 3 << 20], "resource", "1: the block in bytes exceeds the limit of 2097152"),
        (answer(&"x".repeat(300 << 10), b""), "response", "1: no HTTP answer: its head exceeds the limit of 262144 bytes"),
    ] {
        let (said, ended) = told(&whole(kind, ADDRESS, &block), sought());
        let seen = said.iter().find(|one| one.starts_with(wanted));
        assert!(seen.is_some() && ended == "fine", "{wanted}: {said:?} {ended}");
    }
}

/// The record that the file cuts off is told as begun and not as ended.
#[test]
fn what_the_file_does_to_a_record_is_told_of_the_file() {
    let good = whole("resource", ADDRESS, b"a;b");
    let cut = [good.clone(), record("resource", ADDRESS, 9, b"a;b")].concat();
    let (said, ended) = told(&cut[..cut.len() - 4], sought());
    assert_eq!(said[said.len() - 2..], ["2: found None", "3 bytes"]);
    assert_eq!(ended, format!("record 2 at byte {}: the file ends 6 bytes before the record does", good.len()));
    let packed = [gzip(&good), gzip(&good)[..40].to_vec()].concat();
    let (said, ended) = told(&packed, sought());
    assert!(said.contains(&"ended Ok(())".to_string()) && ended.contains("the file ends"), "{said:?} {ended}");
    let bomb = gzip(&whole("response", "http://p.example/other", &vec![b' '; 30 << 20]));
    assert_eq!(told(&bomb, sought()).1, "record 1 at byte 0: the ratio of unpacked to packed size exceeds the limit of 300");
}

#[test]
fn records_without_number_are_listed_up_to_a_limit() {
    let bytes = whole("response", "http://p.example/other", b"").repeat(12_000);
    let (said, ended) = told(&bytes, sought());
    let more: u64 = said.iter().filter_map(|one| one.split_once(" more")?.0.parse::<u64>().ok()).sum();
    assert_eq!((said.iter().filter(|one| one.contains("no source")).count(), more, ended.as_str()), (10_000, 2_000, "fine"));
    let (said, _) = told(&bytes, Sought { after: 11_999, ..sought() });
    assert!(said.len() > 10 && said[0] == "0 more up to 1024", "it is seen to live: {said:?}");
}

#[test]
fn what_is_told_out_of_order_is_no_answer() {
    let found = |number| {
        let (id, target) = (String::new(), ADDRESS.to_string());
        Told::Found(Found {
            number,
            offset: 0,
            id,
            target,
            date: DateTime::UNIX_EPOCH,
            content_type: String::new(),
            status: None,
        })
    };
    let (piece, end) = (|length| Told::Piece(vec![0; length]), || Told::Ended(Ok(())));
    let further = |count, number| Told::Further { count, number };
    let keeps = |all: Vec<Told>| {
        let mut order = Order::of(&Sought { largest: 9, after: 2, ..sought() });
        let kept = all.iter().try_for_each(|told| order.keeps(told));
        kept.and_then(|()| order.ends()).map_err(|fallen| fallen.to_string())
    };
    assert_eq!(keeps(vec![further(0, 1), found(3), piece(4), piece(5), end(), further(3, 6), found(7), end()]), Ok(()));
    for (all, words) in [
        (vec![piece(1)], "bytes of no document"),
        (vec![found(3), end(), end()], "bytes of no document"),
        (vec![found(3), found(4)], "a record in the midst of another"),
        (vec![found(3), further(1, 3)], "a record in the midst of another"),
        (vec![found(3), piece(9), piece(1)], "more of a document than may be"),
        (vec![found(2)], "a record that was told before"),
        (vec![found(3), end(), found(3)], "a record that was told before"),
        (vec![further(1, 1)], "a record that was told before"),
        (vec![found(3)], "an end in the midst of a document"),
    ] {
        assert!(keeps(all.clone()).is_err_and(|said| said.ends_with(words)), "{words}: {all:?}");
    }
}

#[test]
fn whoever_has_enough_is_heard_no_more() {
    let bytes = whole("resource", ADDRESS, b"a;b").repeat(3);
    let mut heard = 0;
    let read = Reader::InProcess.crawl(&Document::of(&bytes), sought(), &mut |_| {
        heard += 1;
        ControlFlow::Break(())
    });
    assert!(matches!(read, Err(ReadError::Fallen(Fallen::Stopped))), "{read:?}");
    assert_eq!(heard, 1);
}
