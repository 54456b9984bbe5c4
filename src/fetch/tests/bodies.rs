use super::*;
use server::{Step, raw};

/// `count` zero bytes, gzipped by hand: stored blocks would not shrink, so deflate's run of distance 1, length 258.
fn gzip_bomb() -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let deflated = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    zip.start_file("a", deflated).unwrap();
    zip.write_all(b"PK\x03\x04").unwrap();
    let zeros = vec![0u8; 1 << 20];
    (0..64).for_each(|_| zip.write_all(&zeros).unwrap());
    let archive = zip.finish().unwrap().into_inner();
    let (name, extra) = (u16::from_le_bytes([archive[26], archive[27]]), u16::from_le_bytes([archive[28], archive[29]]));
    let start = 30 + usize::from(name) + usize::from(extra);
    let mut gzip = b"\x1F\x8B\x08\0\0\0\0\0\0\x03".to_vec();
    gzip.extend_from_slice(&archive[start..]);
    gzip
}

async fn code_of(steps: impl Fn() -> Vec<Step> + Send + Sync + 'static) -> (&'static str, String) {
    let server = Server::start(move |_, _| steps());
    let error = failure(&server, "/file.xlsx").await;
    (error.code(), error.to_string())
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_taken() {
    let big = [WORKBOOK, &[b'x'; 100_000]].concat();
    let chunk = b"fff\r\n".iter().copied().chain([b'x'; 0xfff]).chain(*b"\r\n").collect::<Vec<u8>>();
    let endless = chunk.repeat(64);
    let known = big.clone();
    assert_eq!(code_of(move || server::answer(200, &[], &known)).await.0, "too_large");
    assert_eq!(code_of(move || raw(200, &[], &big)).await.0, "too_large");
    assert_eq!(code_of(move || raw(200, &[("Transfer-Encoding", "chunked")], &endless)).await.0, "too_large");
    assert_eq!(code_of(|| raw(200, &[("Content-Length", "10000000000")], b"PK")).await.0, "too_large");
}

#[tokio::test]
async fn the_limit_counts_decoded_bytes() {
    let bomb = gzip_bomb();
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    assert_eq!(code_of(move || server::answer(200, &[("Content-Encoding", "gzip")], &bomb)).await.0, "too_large");
}

/// Eight megabytes of zeros after the mark of a zip file, in every encoding that is asked for.
#[tokio::test]
async fn the_limit_counts_decoded_bytes_of_every_encoding() {
    use std::io::Write;
    let end = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    let plain = [b"PK\x03\x04".as_slice(), &vec![0; 8 << 20], &end].concat();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(&plain).unwrap();
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    brotli.write_all(&plain).unwrap();
    // a raw block with the mark, then runs of one byte, 128 KiB each
    let block = |last: u32, kind: u32, size: u32| (last | kind << 1 | size << 3).to_le_bytes()[..3].to_vec();
    let mut zstd = [vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58], block(0, 0, 4), b"PK\x03\x04".to_vec()].concat();
    (0..64).for_each(|_| zstd.extend([block(0, 1, 128 << 10), vec![0]].concat()));
    zstd.extend([block(1, 0, 22), end].concat());
    for (encoding, packed) in [("deflate", zlib.finish().unwrap()), ("br", brotli.into_inner()), ("zstd", zstd)] {
        assert!(packed.len() < 100_000, "{encoding}: {}", packed.len());
        let sent = packed.clone();
        let (code, text) = code_of(move || server::answer(200, &[("Content-Encoding", encoding)], &sent)).await;
        assert_eq!(code, "too_large", "{encoding}: {text}");
        // the same is taken where the limit lets it
        let server = Server::start(move |_, _| server::answer(200, &[("Content-Encoding", encoding)], &packed));
        let wide = FetchSpec { max_bytes: 16 << 20, ..direct(&server, "/") };
        let Fetched::Document(document) = fetch(&wide, None, &[Kind::Zip]).await.unwrap() else { panic!("no document") };
        assert_eq!(document.body.len(), plain.len() as u64, "{encoding}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_document() {
    let cut = &WORKBOOK[..20];
    assert_eq!(code_of(|| raw(200, &[("Content-Length", "1000")], WORKBOOK)).await.0, "truncated");
    assert_eq!(code_of(|| raw(200, &[("Transfer-Encoding", "chunked")], b"5\r\nPK\x03\x04x\r\n")).await.0, "truncated");
    assert_eq!(code_of(|| raw(200, &[("Transfer-Encoding", "chunked")], b"50\r\nPK\x03\x04x")).await.0, "truncated");
    let mut gzip = gzip_bomb();
    gzip.truncate(60);
    let (code, text) = code_of(move || server::answer(200, &[("Content-Encoding", "gzip")], &gzip)).await;
    assert_eq!(code, "truncated", "{text}");
    assert_eq!(code_of(|| raw(200, &[], cut)).await.0, "truncated");
    let whole = Server::start(|_, _| raw(200, &[], WORKBOOK));
    assert_eq!(document(&whole, "/").await.body.len(), WORKBOOK.len() as u64);
}

/// Where only the end of the connection ends a body, the format's own end mark tells whether it is whole.
#[tokio::test]
async fn a_body_without_a_length_is_whole_if_its_format_says_so() {
    let cases: [(&[u8], Kind, bool); 18] = [
        (WORKBOOK, Kind::Zip, true),
        (&WORKBOOK[..WORKBOOK.len() - 1], Kind::Zip, false),
        (&WORKBOOK[..WORKBOOK.len() - 22], Kind::Zip, false),
        (b"<html><body>a table</body></html>\r\n", Kind::Html, true),
        (b"<html><body>a table</body></HTML >", Kind::Html, true),
        (b"<html><body>a tab", Kind::Html, false),
        (b"<html><body>a table</body></htm", Kind::Html, false),
        (b"%PDF-1.4\n1 0 obj\nstartxref\n9\n%%EOF\n", Kind::Pdf, true),
        (b"%PDF-1.4\n1 0 obj\nstartxref\n9\n%%EO", Kind::Pdf, false),
        (b"%PDF-1.4\n1 0 obj\n", Kind::Pdf, false),
        (b"<?xml version='1.0'?><a><b/></a>\n", Kind::Xml, true),
        (b"<?xml version='1.0'?><a><b/></a", Kind::Xml, false),
        (b"<?xml version='1.0'?><a>12", Kind::Xml, false),
        (b"a;b\r\n1;2\r\n", Kind::Text, true),
        (b"a;b\r\n1;2", Kind::Text, false),
        (b"{\"data\": [1, 2]}", Kind::Text, true),
        (b"[1, 2]\n", Kind::Text, true),
        (b"{\"data\": [1, 2", Kind::Text, false),
    ];
    for (body, kind, whole) in cases {
        let server = Server::start(move |_, _| raw(200, &[], body));
        let code = fetch(&direct(&server, "/"), None, &[kind]).await.err().map(|error| error.code());
        assert_eq!(code, (!whole).then_some("truncated"), "{}", String::from_utf8_lossy(body));
    }
    println!("F7 end marks: {} cases", cases.len());
}

#[tokio::test]
async fn bytes_beyond_the_promised_length_are_not_part_of_it() {
    let length = WORKBOOK.len().to_string();
    let server = Server::start(move |_, _| raw(200, &[("Content-Length", &length)], &[WORKBOOK, b"more"].concat()));
    assert_eq!(document(&server, "/").await.body.read_all().unwrap(), WORKBOOK);
}

#[tokio::test]
async fn an_encoding_that_is_none_is_said_so() {
    let (code, text) = code_of(|| server::answer(200, &[("Content-Encoding", "gzip")], WORKBOOK)).await;
    assert_eq!(code, "protocol", "{text}");
}

#[tokio::test]
async fn a_trickle_is_given_up() {
    let trickle = || {
        let head = raw(200, &[("Content-Length", "1000")], b"PK\x03\x04");
        head.into_iter().chain((0..40).flat_map(|_| [Step::Wait(Duration::from_millis(50)), Step::Send(vec![b'x'])])).collect()
    };
    let (code, text) = code_of(trickle).await;
    assert_eq!(code, "timeout");
    assert!(text.contains("expected at least 400 bytes in 0.4 s"), "{text}");
}

#[tokio::test]
async fn a_page_under_a_workbooks_name_is_refused_and_kept() {
    let cases = [
        ("<html><head><title>403 Forbidden</title></head></html>", "forbidden_page"),
        ("<!DOCTYPE html><title>Ошибка 404</title>", "soft_404"),
        ("", "not_expected_type"),
        ("{\"error\": 1}", "not_expected_type"),
    ];
    for (page, code) in cases {
        let server = Server::start(move |_, _| server::answer(200, &[], page.as_bytes()));
        let mut error = failure(&server, "/ind.xlsx").await;
        assert_eq!((error.code(), error.http_status(), server.requests().len()), (code, Some(200), 1), "{page}");
        assert_eq!(error.refused.as_mut().unwrap().body.read_all().unwrap(), page.as_bytes());
    }
}

#[test]
fn the_page_that_a_publisher_sent_for_a_workbook_is_recognised() {
    let Ok(samples) = std::env::var("SVERKA_SAMPLES") else {
        assert!(std::env::var("CI").is_err(), "SVERKA_SAMPLES is unset");
        println!("skipped: no samples");
        return;
    };
    let folder = std::path::Path::new(&samples).join("rosstat/ind-by-activity-base2018/2020-08-31");
    let folder =
        if folder.exists() { folder } else { std::path::Path::new(&samples).join("rosstat/ipi-by-activity-base2018/2020-08-31") };
    let file = std::fs::read_dir(folder).unwrap().flatten().next().unwrap().path();
    let failure = check_kind(&std::fs::read(file).unwrap(), &[Kind::Zip]).unwrap_err();
    assert_eq!(failure.code(), "forbidden_page", "{failure}");
}

/// Both a length and chunks is how requests are smuggled (RFC 9112, 6.3): chunks win, and the length is not believed.
#[tokio::test]
async fn chunks_outrank_a_length() {
    let both = [("Content-Length", "3"), ("Transfer-Encoding", "chunked")];
    let chunked = [format!("{:x}\r\n", WORKBOOK.len()).as_bytes(), WORKBOOK, b"\r\n0\r\n\r\n"].concat();
    let server = Server::start(move |_, _| raw(200, &both, &chunked));
    assert_eq!(document(&server, "/").await.body.read_all().unwrap(), WORKBOOK);
}

#[tokio::test]
async fn a_probe_reads_no_more_than_the_beginning() {
    let large = [WORKBOOK, &vec![0; 3 << 20]].concat();
    let server = Server::start(move |_, _| server::answer(200, &[("Content-Type", "x/y")], &large));
    let spec = FetchSpec { max_bytes: 8 << 20, ..direct(&server, "/") };
    let probed = client().probe(&spec, &spec.places[0], &asking(None, &[Kind::Zip]), 1000).await.unwrap();
    let Fetched::Document(document) = probed else { panic!("no document") };
    let read = document.body.len();
    assert!((1000..2 << 20).contains(&read), "{read}");
    let wanted = (WORKBOOK.len() + (3 << 20)).to_string();
    assert_eq!(document.headers.content_length.as_deref(), Some(wanted.as_str()));
    let error = client().probe(&spec, &spec.places[0], &asking(None, &[Kind::Html]), 1000).await.unwrap_err();
    assert_eq!(error.code(), "not_expected_type");
}
