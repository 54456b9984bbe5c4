use super::*;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use proptest::prelude::*;
use std::io::Write;

/// A record with the fields that all have.
fn record(kind: &str, target: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {target}\r\nWARC-Date: 2020-06-29T21:30:00Z\r\n\
         WARC-Record-ID: <urn:uuid:1>\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn three() -> [Vec<u8>; 3] {
    [
        record("warcinfo", "", b"software: a crawler"),
        record("response", "http://p.example/a.xls", b"HTTP/1.1 200 OK\r\n\r\nfigures"),
        record("Resource", "<http://p.example/b.csv>", b"a;b\r\n\r\n1;2\r\n"),
    ]
}

/// Kind, offset and block of a record.
type Found = (RecordKind, u64, Vec<u8>);

/// The block of the record, which may have so many bytes.
fn block(warc: &mut Warc<&[u8]>, most: u64) -> Result<Vec<u8>, WarcError> {
    let (mut block, mut bytes) = (warc.block(most)?, Vec::new());
    let read = block.read_to_end(&mut bytes);
    block.end()?;
    assert!(read.is_ok(), "nothing but the file ends a block");
    Ok(bytes)
}

/// Every record, and how the reading ended.
fn read(bytes: &[u8]) -> (Vec<Found>, Option<WarcError>) {
    let mut warc = Warc::open(bytes, Limits::DEFAULT).unwrap();
    let mut found = Vec::new();
    loop {
        match warc.next_record().and_then(|next| next.map(|record| Ok((record, block(&mut warc, 1 << 20)?))).transpose()) {
            Ok(Some((record, block))) => found.push((record.kind, record.offset, block)),
            Ok(None) => return (found, None),
            Err(error) => return (found, Some(error)),
        }
    }
}

#[test]
fn plain_and_packed_files_have_the_same_records() {
    let parts = three();
    let plain = parts.concat();
    assert!(is_warc(&plain) && !is_warc(&gzip(&plain)));
    let members: Vec<Vec<u8>> = parts.iter().map(|part| gzip(part)).collect();
    for (bytes, lengths) in
        [(&plain, parts.each_ref().map(Vec::len)), (&members.concat(), [members[0].len(), members[1].len(), members[2].len()])]
    {
        let (found, error) = read(bytes);
        assert!(error.is_none(), "{error:?}");
        assert_eq!(
            found.iter().map(|one| one.0).collect::<Vec<_>>(),
            [RecordKind::Other, RecordKind::Response, RecordKind::Resource]
        );
        let offsets: Vec<u64> = found.iter().map(|one| one.1).collect();
        assert_eq!(offsets, [0, lengths[0] as u64, (lengths[0] + lengths[1]) as u64]);
        assert_eq!(found[2].2, b"a;b\r\n\r\n1;2\r\n");
    }
    // one member for all is not what the standard wants, and is met
    assert_eq!(read(&gzip(&plain)).0.len(), 3);
}

#[test]
fn a_head_says_what_it_is() {
    let bytes = record("response", "<http://p.example/a b>", b"x");
    let mut warc = Warc::open(bytes.as_slice(), Limits::DEFAULT).unwrap();
    let head = warc.next_record().unwrap().unwrap();
    assert_eq!((head.target.as_str(), head.id.as_str(), head.length), ("http://p.example/a b", "urn:uuid:1", 1));
    assert_eq!(head.date.unwrap().to_rfc3339(), "2020-06-29T21:30:00+00:00");
    assert!(warc.next_record().unwrap().is_none(), "the block need not be read");
}

#[test]
fn what_is_cut_off_ends_the_reading_at_its_record() {
    let plain = three().concat();
    let packed: Vec<u8> = three().iter().flat_map(|part| gzip(part)).collect();
    let whole = read(&plain).0;
    for bytes in [plain, packed] {
        let offsets: Vec<u64> = read(&bytes).0.iter().map(|one| one.1).collect();
        let last = offsets[2] as usize;
        for cut in [last + 3, last + 60, bytes.len() - 20] {
            let (found, error) = read(&bytes[..cut]);
            let error = error.unwrap_or_else(|| panic!("cut at {cut}: nothing told"));
            assert_eq!((found.len(), found[1].2 == whole[1].2), (2, true), "cut at {cut}");
            assert_eq!(error.offset, offsets[2], "cut at {cut}: {error}");
        }
    }
}

#[test]
fn hostile_records_are_refused_by_name() {
    let with = |line: &str| format!("WARC/1.0\r\nWARC-Type: response\r\n{line}\r\n\r\nx").into_bytes();
    let endless = [b"WARC/1.0\r\nA: ".as_slice(), &vec![b'x'; 70_000]].concat();
    let bomb = gzip(&record("response", "http://p.example/", &vec![b' '; 30 << 20]));
    for (bytes, words) in [
        (with("Content-Length: 18446744073709551615"), "exceeds the limit of 1048576"),
        (with("Content-Length: 18446744073709551616"), "in digits"),
        (with("Content-Length: -1"), "in digits"),
        (with("Content-Length: 9"), "ends 8 bytes before"),
        (with("Date: none"), "no Content-Length"),
        (with("nonsense"), "Name: value"),
        (b"<html>not found</html>".to_vec(), "expected \"WARC/1.0\", found \"<html>not found</html>\""),
        (endless, "the head in bytes exceeds"),
        (gzip(b"nothing of that kind"), "expected \"WARC/1.0\""),
        (bomb, "exceeds the limit of"),
    ] {
        let error = read(&bytes).1.unwrap_or_else(|| panic!("{words}"));
        assert!(error.to_string().contains(words), "{error}, expected {words}");
        assert_eq!((error.number, error.offset), (1, 0));
    }
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A stream of one uncompressed block (RFC 7932, 9.2): 16-bit window, not the last block, its length less one, then the bytes
/// and an empty last block.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len() - 1).unwrap();
    // from the lowest bit: WBITS 0, ISLAST 0, MNIBBLES 00 for four, MLEN less one in sixteen bits, ISUNCOMPRESSED 1
    let head = length << 4 | 1 << 20;
    [&head.to_le_bytes()[..3], bytes, &[0b11]].concat()
}

/// An answer with these fields and this body, unpacked.
fn answer(fields: &str, body: &[u8]) -> Result<Response, ResponseError> {
    response(&[format!("HTTP/1.1 200 OK\r\n{fields}\r\n").as_bytes(), body].concat(), 1 << 20)
}

#[test]
fn bodies_come_out_of_chunks_and_packing() {
    let packed = gzip(b"figures");
    let chunk = |part: &[u8]| [format!("{:x};e=1\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
    let (half, rest) = packed.split_at(9);
    let both = [chunk(half), chunk(rest), b"0\r\n\r\n".to_vec()].concat();
    let chunked = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n";
    for (name, fields, body) in [
        ("plain", "Content-Length: 7\r\n", b"figures".to_vec()),
        ("chunks of a packed body", chunked, both),
        ("packed", "content-encoding : x-gzip\r\n", packed.clone()),
        ("deflated without a head", "Content-Encoding: deflate\r\n", deflate(b"figures")),
        ("packed as browsers ask for", "Content-Encoding: br\r\n", brotli(b"figures")),
        ("packed twice", "Content-Encoding: gzip, gzip\r\n", gzip(&packed)),
        ("undone by the crawler", chunked, b"figures".to_vec()),
        ("a stray line in the head", "what is this\r\nContent-Length: 7\r\n", b"figures".to_vec()),
    ] {
        let got = answer(fields, &body).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((got.status, got.body.as_slice()), (200, b"figures".as_slice()), "{name}");
    }
    let later = response(b"HTTP/2 404\r\ncontent-type: text/html\r\n\r\nx", 9).unwrap();
    assert_eq!((later.status, later.content_type.as_str()), (404, "text/html"));
}

#[test]
fn bodies_that_are_not_whole_are_refused() {
    for (fields, body, wanted) in [
        ("Content-Length: 9\r\n", b"figures".to_vec(), "cut off: 7 bytes of 9"),
        ("Transfer-Encoding: chunked\r\n", b"7\r\nfigu".to_vec(), "cut off"),
        ("Transfer-Encoding: chunked\r\n", b"7\r\nfigures\r\n".to_vec(), "cut off"),
        ("Transfer-Encoding: chunked\r\n", b"1\r\nf\r\nzz".to_vec(), "the size of a chunk"),
        ("Transfer-Encoding: chunked\r\n", b"ffffffffffffffff\r\nf".to_vec(), "cut off"),
        ("Content-Encoding: zstd\r\n", b"figures".to_vec(), "\"zstd\" is not known"),
        ("Content-Encoding: br\r\n", b"figures".to_vec(), "cannot be unpacked"),
        ("Content-Encoding: gzip\r\n", gzip(b"figures")[..12].to_vec(), "cannot be unpacked"),
        ("Content-Encoding: gzip\r\n", gzip(&vec![b' '; 2 << 20]), "exceeds the limit of 1048576"),
        ("", vec![b' '; 2 << 20], "exceeds the limit of 1048576"),
        (&"Content-Encoding: gzip, gzip\r\n".repeat(9), b"".to_vec(), "18 codings"),
        (&"A: b\r\n".repeat(300), b"".to_vec(), "too many headers"),
    ] {
        let error = answer(fields, &body).unwrap_err();
        assert!(error.to_string().contains(wanted), "{error}, expected {wanted}");
    }
    assert!(response(b"GET / HTTP/1.1\r\n\r\n", 9).is_err());
    assert!(response(b"HTTP/1.1 200 OK\r\nContent-Type: a", 9).is_err());
}

proptest! {
    #[test]
    fn no_file_is_too_odd(changes in prop::collection::vec((0usize..2000, any::<u8>()), 0..12), cut in 0usize..2000, packed: bool) {
        let mut bytes: Vec<u8> = match packed {
            true => three().iter().flat_map(|part| gzip(part)).collect(),
            false => three().concat(),
        };
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[at % length] = byte;
        }
        bytes.truncate(cut.max(5));
        let (records, _) = read(&bytes);
        prop_assert!(records.iter().all(|(_, offset, block)| *offset <= bytes.len() as u64 && block.len() <= 1 << 20));
    }

    #[test]
    fn no_answer_is_too_odd(fields in "(Transfer-Encoding: chunked\r\n|Content-Encoding: (gzip|deflate|br)\r\n|[ -~]{0,9}\r?\n){0,4}",
                            body in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = answer(&fields, &body);
        let _ = response(&body, 50);
    }
}
