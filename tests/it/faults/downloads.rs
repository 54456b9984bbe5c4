//! Downloads that break off, lie about their length, or are packed to harm: none of them is read, and none is stored.

use super::server::{Script, Step, always, chunked, raw, whole};
use super::trial::{Case, assert_all, document, sampled};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

/// Places at which each kind of body is cut.
const CUTS: usize = 64;

/// So many places, spread over a length, the first and the last byte among them.
fn places(length: usize, count: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |number| number * (length - 1) / (count - 1))
}

fn send(bytes: &[u8]) -> Script {
    always(vec![Step::Send(bytes.to_vec())])
}

/// Packs with one of the encodings that the client asks for.
pub fn packed(encoding: &str, plain: &[u8]) -> Vec<u8> {
    let best = flate2::Compression::best();
    match encoding {
        "gzip" => {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), best);
            gzip.write_all(plain).unwrap();
            gzip.finish().unwrap()
        }
        "deflate" => {
            let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), best);
            zlib.write_all(plain).unwrap();
            zlib.finish().unwrap()
        }
        "br" => {
            let mut brotli = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
            brotli.write_all(plain).unwrap();
            brotli.into_inner()
        }
        _ => zstd(plain),
    }
}

/// A frame of zstd (RFC 8878) with its content as it is, a block a thousand bytes.
fn zstd(plain: &[u8]) -> Vec<u8> {
    let (mut frame, mut pieces) = (vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58], plain.chunks(1000).peekable());
    while let Some(piece) = pieces.next() {
        let last = u32::from(pieces.peek().is_none());
        frame.extend_from_slice(&(last | (piece.len() as u32) << 3).to_le_bytes()[..3]);
        frame.extend_from_slice(piece);
    }
    frame
}

/// An answer that is cut so many bytes after its beginning, in the head or in the body.
fn cut_anywhere(name: &str, answer: &[u8]) -> Vec<Case> {
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    let case = |at: usize| {
        let codes: &[&str] = if at < head { &["connect"] } else { &["truncated"] };
        Case::new(format!("{name} cut after {at} of {}", answer.len()), send(&answer[..at]), codes)
    };
    places(answer.len(), CUTS).map(case).collect()
}

/// A packed body that is cut where the frame around it says that it is whole.
fn cut_within(encoding: &'static str, count: usize) -> Vec<Case> {
    let body = packed(encoding, &document());
    let label = format!("Content-Encoding: {encoding}");
    let case = |(number, at): (usize, usize)| {
        let answer = match number % 2 {
            0 => whole("200 OK", &[&label], &body[..at]),
            _ => raw("200 OK", &[&label, "Transfer-Encoding: chunked"], &chunked(&body[..at], 700)),
        };
        // of nothing there is nothing to unpack
        let codes: &[&str] = if at == 0 { &["not_expected_type", "truncated"] } else { &["truncated"] };
        Case::new(format!("{encoding} cut after {at} of {}, framed", body.len()), send(&answer), codes)
    };
    places(body.len(), count).enumerate().map(case).collect()
}

/// Connections that are reset, and those whose end is all that ends the body.
fn broken() -> Vec<Case> {
    let (document, mut cases) = (document(), Vec::new());
    let gzip = packed("gzip", &document);
    let answers = [
        ("gzip", whole("200 OK", &["Content-Encoding: gzip"], &gzip)),
        ("gzip, chunked", raw("200 OK", &["Content-Encoding: gzip", "Transfer-Encoding: chunked"], &chunked(&gzip, 200))),
        ("length", whole("200 OK", &[], &document)),
        ("chunked", raw("200 OK", &["Transfer-Encoding: chunked"], &chunked(&document, 512))),
        ("until the end", raw("200 OK", &[], &document)),
    ];
    for (name, answer) in &answers {
        for at in places(answer.len() - 1, 6) {
            let steps = vec![Step::Send(answer[..at].to_vec()), Step::Reset];
            cases.push(Case::new(format!("{name} reset after {at}"), always(steps), &["connect", "truncated"]));
        }
    }
    let old = |bytes: &[u8]| [b"HTTP/1.0 200 OK\r\nContent-Type: x/y\r\n\r\n", bytes].concat();
    for at in places(document.len(), 12) {
        // of nothing the first bytes say that it is none
        let codes: &[&str] = if at == 0 { &["not_expected_type"] } else { &["truncated"] };
        cases.push(Case::new(format!("HTTP/1.0 cut after {at}"), send(&old(&document[..at])), codes));
        cases.push(Case::new(format!("no length cut after {at}"), send(&raw("200 OK", &[], &document[..at])), codes));
    }
    cases.push(Case::new("HTTP/1.0 whole", send(&old(&document)), &["stored"]));
    cases.push(Case::new("no length whole", send(&raw("200 OK", &[], &document)), &["stored"]));
    let part = whole("206 Partial Content", &["Content-Range: bytes 0-99/4000"], &document[..100]);
    cases.push(Case::new("a part that nobody asked for", send(&part), &["http_other"]));
    cases
}

fn truncated() -> Vec<Case> {
    let document = document();
    [
        cut_anywhere("length", &whole("200 OK", &[], &document)),
        cut_anywhere("chunked", &raw("200 OK", &["Transfer-Encoding: chunked"], &chunked(&document, 512))),
        cut_anywhere("gzip", &whole("200 OK", &["Content-Encoding: gzip"], &packed("gzip", &document))),
        cut_within("gzip", CUTS),
        cut_within("deflate", 12),
        cut_within("br", 12),
        cut_within("zstd", 12),
        broken(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn what_breaks_off_is_no_document() {
    assert_all("F7", sampled(truncated(), 4, false));
}

#[test]
#[ignore = "the full matrix: minutes"]
fn what_breaks_off_is_no_document_wherever_it_does() {
    assert_all("F7 full", sampled(truncated(), 1, true));
}

/// The way there breaks three times and then holds: one attempt, and it is good.
#[test]
fn a_download_that_breaks_off_and_then_comes_is_one_attempt() {
    let good = whole("200 OK", &[], &document());
    let later: Script = Arc::new(move |_, number| match number {
        1 => vec![Step::Send(good[..100].to_vec())],
        2 => vec![Step::Send(good[..40].to_vec()), Step::Reset],
        3 => vec![],
        _ => vec![Step::Send(good.clone())],
    });
    assert_all("F7 retried", vec![Case::new("at the fourth try", later, &["stored"])]);
}

fn lengths() -> Vec<Case> {
    let document = document();
    let n = document.len();
    let with = |lines: &[&str]| send(&raw("200 OK", lines, &document));
    let length = |value: String| with(&[&format!("Content-Length: {value}")]);
    let chunks = |body: &[u8]| send(&raw("200 OK", &["Transfer-Encoding: chunked"], body));
    // a file that is cut as its server says is whole until somebody opens it
    let cut: &[&str] = &["unreadable"];
    vec![
        Case::new("one more", length((n + 1).to_string()), &["truncated"]),
        Case::new("ten times more", length((n * 10).to_string()), &["truncated"]),
        Case::new("one less", length((n - 1).to_string()), cut),
        Case::new("half of it", length((n / 2).to_string()), cut),
        Case::new("none", length("0".into()), &["not_expected_type"]),
        Case::new("negative", length("-1".into()), &["protocol"]),
        Case::new("signed", length(format!("+{n}")), &["protocol"]),
        Case::new("a word", length("ten".into()), &["protocol"]),
        Case::new("hexadecimal", length(format!("{n:#x}")), &["protocol"]),
        Case::new("empty", length(String::new()), &["protocol"]),
        Case::new("more than 64 bits", length("18446744073709551616".into()), &["protocol"]),
        Case::new("as much as 64 bits", length(u64::MAX.to_string()), &["protocol", "too_large"]),
        Case::new("more than is taken", length((65 << 20).to_string()), &["too_large"]),
        Case::new("two different", with(&[&format!("Content-Length: {n}"), "Content-Length: 1"]), &["protocol"]),
        Case::new("two in a line", length(format!("{n}, 1")), &["protocol"]),
        Case::new("twice the same", with(&[&format!("Content-Length: {n}"), &format!("Content-Length: {n}")]), &["stored"]),
        Case::new(
            // the chunks decide (RFC 9112, 6.3), and they are whole
            "beside chunks",
            send(&raw("200 OK", &["Content-Length: 5", "Transfer-Encoding: chunked"], &chunked(&document, 512))),
            &["stored", "protocol"],
        ),
        Case::new("chunks that are none", chunks(&document), &["protocol", "truncated"]),
        Case::new("a negative chunk", chunks(b"-5\r\nPK\x03\x04x\r\n0\r\n\r\n"), &["protocol", "truncated"]),
        Case::new("a chunk beyond 64 bits", chunks(b"fffffffffffffffff\r\nPK\x03\x04"), &["protocol", "truncated"]),
        Case::new("a chunk without its end", chunks(b"4\r\nPK\x03\x045\r\nxxxxx\r\n0\r\n\r\n"), &["protocol", "truncated"]),
    ]
}

#[test]
fn a_length_that_is_wrong_brings_nothing() {
    assert_all("F8", lengths());
}

/// Labels of encodings that do not say what the bytes are.
fn labels() -> Vec<Case> {
    let document = document();
    let gzip = packed("gzip", &document);
    let labelled = |label: &str, body: &[u8]| send(&whole("200 OK", &[&format!("Content-Encoding: {label}")], body));
    let bad: &[&str] = &["protocol", "truncated"];
    let mut cases = vec![
        Case::new("packed twice, said once", labelled("gzip", &packed("gzip", &gzip)), &["not_expected_type"]),
        Case::new("packed twice, said twice", labelled("gzip, gzip", &packed("gzip", &gzip)), &["not_expected_type", "protocol"]),
        Case::new("packed, not said", send(&whole("200 OK", &[], &gzip)), &["not_expected_type"]),
        Case::new("an encoding of nobody", labelled("x-own", &gzip), &["not_expected_type"]),
        Case::new("gzip, damaged", labelled("gzip", &damaged(&gzip)), bad),
        Case::new("gzip, its sum wrong", labelled("gzip", &[&gzip[..gzip.len() - 8], &[0; 8]].concat()), bad),
    ];
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        cases.push(Case::new(format!("{encoding}, not packed"), labelled(encoding, &document), bad));
        let more = [packed(encoding, &document), b"<script>more</script>".to_vec()].concat();
        cases.push(Case::new(
            format!("{encoding} and more behind it"),
            labelled(encoding, &more),
            &["protocol", "truncated", "stored"],
        ));
    }
    cases
}

fn damaged(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4].copy_from_slice(&[0xff; 4]);
    bytes
}

#[test]
fn a_label_that_lies_brings_nothing() {
    assert_all("F9 labels", labels());
}

/// What this file relies on: pauses are kept, and the server counts.
#[test]
fn packed_bodies_are_read_as_they_were() {
    let cases = ["gzip", "deflate", "br", "zstd"].map(|encoding| {
        let answer = whole("200 OK", &[&format!("Content-Encoding: {encoding}")], &packed(encoding, &document()));
        let (first, rest) = answer.split_at(answer.len() / 2);
        let steps = vec![Step::Send(first.to_vec()), Step::Wait(Duration::from_millis(20)), Step::Send(rest.to_vec())];
        Case::new(encoding, always(steps), &["stored"])
    });
    assert_all("F9 well", cases.into());
}
