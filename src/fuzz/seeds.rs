//! What every target begins with: documents and texts of our own, good ones and such that are nearly so, and whatever was found to break
//! something once.

use crate::parse::{Format, seeds};
use std::io::Write;

/// The inputs of a target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let mut inputs: Vec<Vec<u8>> = texts(target).iter().map(|text| text.as_bytes().to_vec()).collect();
    if let Some((format, _)) = Format::ALL.iter().find(|(_, name)| name.replace('-', "_") == target) {
        inputs.extend(seeds::of(*format));
    }
    inputs.extend(match target {
        "container" => vec![zipped(), gzipped(b"a;b\n1;2\n"), seeds::of(Format::Xlsx).remove(0)],
        "warc" => vec![RECORD.as_bytes().to_vec(), gzipped(RECORD.as_bytes())],
        "http_record" => vec![[b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzipped(b"figures").as_slice()].concat()],
        "charset" => Format::ALL.into_iter().flat_map(|(format, _)| seeds::of(format)).map(|bytes| cut(&bytes, 512)).collect(),
        "wire" => crate::guard::fuzz::seeds(),
        "office" => offices(),
        "config" => configs(),
        "paper" => papers(),
        "evidence" => vec![
            lines(include_str!("../../evidence/rosstat/rosstat-production-annual.csv"), 4),
            lines(include_str!("../../evidence/rzd/statements.csv"), 3),
        ],
        _ => Vec::new(),
    });
    inputs
}

/// A crawl of one answer.
const RECORD: &str = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://p.example/a.csv\r\nWARC-Date: 2020-06-29T21:30:00Z\r\n\
    Content-Length: 81\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na;b\r\n0\r\n\r\n\r\n";

/// Texts, most of them short.
fn texts(target: &str) -> &'static [&'static str] {
    match target {
        "number" => &[
            "01 234,5",
            "0-4,1",
            "0106,2¹⁾",
            "0106,21)",
            "11,234.50",
            "0…",
            "0-",
            "095,9%",
            "0+0",
            "00,0000000000000000000000000001",
            "0−7",
        ],
        "period" => &[
            "2020",
            "2020-Q1",
            "2020-12",
            "2020-04-25",
            "2020-01/2020-06",
            "январь 2020 г.",
            "I квартал 2020",
            "2020 год",
            "на 25.04.2020",
        ],
        "label" => &["Нефть³ʼ⁴", "ОКВЭД2", "20142)", "2022 2", "1) без учёта", "Добыча, м³", "Ёлка «а» — б\u{ad}в", "и\u{306}"],
        "unit" => &["тыс. тонн", "млрд руб.", "в процентах", "million tonnes", "м³", "тыс.кв.м"],
        "pattern" => &[
            "{month} {year} [в] [%]\nянварь 2020 в %",
            "*{value}*\nрост на 1,5 и 2,5",
            "{item:code} *\n05.1 уголь",
            "a|b {year}\nb 2020",
            "[[[\n",
        ],
        "locator" => &["\u{1}\0\0\u{5}\0\0Лист 1", "\u{1}\0\0\u{5}\0\u{1}", "\u{1}\0\0\u{5}\0\0a!B2, row 3, column 4"],
        "schedule" => &[
            "\0\0\0\0@0 9 * * *",
            "\0\0\0\0@*/5 2 31 * *",
            "\u{2}\0\0\0@0 30 1 * * MON-FRI",
            "\0\0\0\0@0 0 29 2 *",
            "\0\0\0\0@0 0 L * ?",
            "\0\0\0\0@, * * * * *",
        ],
        "dated" => &[
            "\0\0\u{b}\0\u{5}1 month\nhttps://p.example/{YYYY}/{MM}/s.xls",
            "\0\0\u{b}\0\u{5}\nhttps://p.example/{YY}Q{Q}?d={DD}",
            "\0\0D\u{b}\u{4}\nhttps:///elg{YY}",
        ],
        "alerts" => &[
            "[limits]\nfailures = 3\n[[command]]\nname = \"a\"\nrun = [\"x\"]\ntimeout = 5\nleast = \"major\"\n",
            "[[webhook]]\nname = \"w\"\nurl = \"https://h.example/\"\n[[email]]\nname = \"m\"\nserver = \"s\"\nfrom = \"a@b.c\"\nto = [\"b@c.d\"]\n",
        ],
        "manifest" => &["path\tsource\tas_of\tas_of_basis\tsha256\tkind\nb.xls\ts\t2020-06-29\trecorded\tAB\tpublisher\n"],
        "reading" => &[
            "\0Индекс производства\n;2019;;2020\n;январь;февраль;январь\nДобыча угля;101,3;99,5;100,0\nНефть¹;…;-;1) 5\n",
            "\u{7}Region,2019,2020\nRussia,\"1,234.5\",x\n",
            "*a\tb\n",
        ],
        "retry_after" => &[
            "120",
            "Wed, 21 Oct 2026 07:29:30 GMT\nWed, 21 Oct 2026 07:28:00 GMT",
            "Wednesday, 21-Oct-26 07:29:00 GMT\nWed Oct 21 07:28:07 2026",
            "-5",
        ],
        "address" => &[
            "/c",
            "//10.0.0.1/",
            "https://stat.example:22/",
            "http://stat.example/",
            "https://0x7f.1/",
            "https://u@8.8.8.8/",
            "https://[::ffff:127.0.0.1]/",
            "javascript:1",
            "https://stat.example./",
        ],
        "robots" => &[
            "User-agent: *\nDisallow: /a*b$\nAllow: /a\nCrawl-delay: 5\n\u{c}/a/xb",
            "user-agent: sverka/1\ndisallow: /%D1%8F?q=%41#x\n\u{c}/я?q=A",
            "user-agent: *\ndisallow: /%7%41\n\u{c}/z",
        ],
        "guide" => &[
            "\0<table><tr><td>x<td><a href='b_12-2025.xlsx'>l</a><a href=\"//c/d.xls\">m</a></table>",
            "\u{1}<form><input type=hidden name=__VIEWSTATE value='a&amp;b'><input name=__x type=HIDDEN></form>",
            "\u{2}[[\"urlkey\",\"timestamp\"],[\"x\",\"20200629213000\"],[\"x\",\"20190101000000\"]]",
            "\u{3}{\"count\":2,\"data\":[{\"v\":1.50},[2]],\"e\":\"\"}",
        ],
        "observe" => &[
            "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            "POST /healthz?x=%00 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabcGET /readyz HTTP/1.0\r\n\r\n",
            "GET http://evil.example/../metrics HTTP/1.1\r\nHost: evil.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ],
        "http_record" => {
            &["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na;b", "HTTP/2 404\nContent-Encoding: br, deflate\n\n\u{b}\u{1}"]
        }
        _ => &[],
    }
}

fn cut(bytes: &[u8], most: usize) -> Vec<u8> {
    bytes.get(..most).unwrap_or(bytes).to_vec()
}

fn lines(text: &str, most: usize) -> Vec<u8> {
    text.split_inclusive('\n').take(most).collect::<String>().into_bytes()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zipped() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, method) in [("a/b.csv", zip::CompressionMethod::Deflated), ("../c.csv", zip::CompressionMethod::Stored)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(b"a;b\n1;2\n1;2\n").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The parts of the Office fixtures, as the target takes them.
fn offices() -> Vec<Vec<u8>> {
    let parts = |(choice, bytes): (u8, Vec<u8>)| {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut all = vec![choice];
        for index in 0..zip.len() {
            let mut member = zip.by_index(index).unwrap();
            all.extend_from_slice(member.name().unwrap().as_bytes());
            all.push(0);
            std::io::Read::read_to_end(&mut member, &mut all).unwrap();
            all.push(0);
        }
        all
    };
    [(0, seeds::of(Format::Xlsx).remove(0)), (1, seeds::of(Format::Docx).remove(0))].map(parts).to_vec()
}

/// The head of the built-in sources with the first of them, and that of the tests.
fn configs() -> Vec<Vec<u8>> {
    let shipped = include_str!("../../sources.toml");
    let end = shipped.match_indices("[[source]]").nth(1).map_or(shipped.len(), |(at, _)| at);
    vec![include_bytes!("../../tests/fixtures/sources.toml").to_vec(), cut(shipped.as_bytes(), end.min(8_000))]
}

fn papers() -> Vec<Vec<u8>> {
    let parts = [include_str!("../../tests/fixtures/paper.toml"), include_str!("../../tests/fixtures/claims.csv"), ""];
    vec![parts.join("\n\u{c}\n").into_bytes()]
}
