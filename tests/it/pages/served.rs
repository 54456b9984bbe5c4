//! Every page over HTTP: what it answers, what it may load, and that no question changes the file.

use crate::support::{Answer, Room, Server, V1, V2, column};
use crate::workbook::xlsx;
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

/// A page of a claim with two versions.
pub const CLAIM: &str = "/paper/small/claim/c1";
/// Series of the room.
pub const SERIES: &str = "/series/p.ipi.bcde.ru.mom.m.base2018";

/// What strangers send: quotes, comments, unions, stacked statements, jokers, orders, numbers, JSON, NUL, overlong UTF-8, markup, and
/// more than anybody reads.
const PAYLOADS: [&str; 12] = [
    "'",
    "x'--",
    "' UNION SELECT sql FROM sqlite_master--",
    "1; DROP TABLE observation",
    "%_\\",
    "code DESC, (SELECT 1)",
    "-9223372036854775809",
    "{\"$ne\": null}",
    "\0",
    "RAW:%C0%AF%ED%A0%80",
    "\"><script>alert(1)</script>",
    "LONG",
];

/// Places of an address that take a text, as they stand before and after it.
const PLACES: [(&str, &str); 19] = [
    ("/paper/small?verdict=", ""),
    ("/paper/small?severity=", ""),
    ("/paper/small?section=", ""),
    ("/paper/small?source=", ""),
    ("/paper/small?lang=", ""),
    ("/paper/small?", "=x"),
    ("/search?q=", ""),
    ("/search?kind=", ""),
    ("/search?from=", ""),
    ("/series?q=", ""),
    ("/series?sort=", ""),
    ("/series?from=", ""),
    ("/paper/", ""),
    ("/paper/small/claim/", ""),
    ("/series/", ""),
    ("/series/", "/figures.csv"),
    ("/source/", ""),
    ("/evidence/", ""),
    ("/document/", ""),
];

/// The program while it shows pages.
pub struct Shown {
    child: Child,
    pub address: String,
}

impl Shown {
    /// Shows what a room has, on a free port.
    pub fn start(room: &Room) -> Shown {
        let mut child = room.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_end_matches('/').rsplit('/').next().unwrap().to_string();
        assert!(line.starts_with("pages at http://127.0.0.1:"), "{line}");
        Shown { child, address }
    }

    /// Head and body of an answer; `None` if the other side hung up on what was sent.
    pub fn ask(&self, method: &str, path: &str, headers: &str) -> Option<(u16, String, Vec<u8>)> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}Connection: close\r\n\r\n", self.address);
        stream.write_all(head.as_bytes()).ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok()?;
        let end = bytes.windows(4).position(|end| end == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        Some((head.split(' ').nth(1)?.parse().ok()?, head, bytes[end + 4..].to_vec()))
    }

    /// A page that must be there, as text.
    pub fn page(&self, path: &str) -> String {
        let (code, head, body) = self.ask("GET", path, "").unwrap();
        assert_eq!(code, 200, "{path}\n{head}\n{}", String::from_utf8_lossy(&body));
        for line in [
            "content-security-policy: default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
        ] {
            assert!(head.contains(line), "{path}: {line}\n{head}");
        }
        let chunked = head.contains("transfer-encoding: chunked");
        assert!(!chunked, "{head}");
        String::from_utf8_lossy(&body).into_owned()
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A room whose source was fetched twice: January was revised, and the first paper's claims are judged.
pub fn room() -> Room {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\""), Answer::workbook(xlsx(V2), "\"2\"")]);
    let room = Room::yearly(&server.address);
    for _ in 0..2 {
        let ran = room.sverka(&["run", "--source", "s"]);
        assert!(ran.code <= 1, "{ran:?}");
    }
    room
}

fn digest(room: &Room) -> Vec<u8> {
    Sha256::digest(std::fs::read(room.path("data/sverka.db")).unwrap()).to_vec()
}

#[test]
fn every_page_is_there_and_nothing_is_written() {
    let room = room();
    let before = digest(&room);
    let shown = Shown::start(&room);
    let evidence: i64 = column(&room.db(), "SELECT max(id) FROM observation WHERE locator <> ''", [])[0];
    let sha256 = column::<String>(&room.db(), "SELECT sha256 FROM snapshot WHERE held = 1", []).remove(0);
    let table = format!("/evidence/{evidence}");
    for (path, said) in [
        ("/", "small"),
        ("/paper/small", "Industrial production in January 2020"),
        ("/paper/small?verdict=CONFIRMED", "selected"),
        (CLAIM, "<svg class=\"chart\""),
        ("/paper/small/contradictions", "against itself"),
        ("/paper/small/summary", "What deviates"),
        (&table, "<mark>"),
        ("/series", "p.ipi.bcde.ru.mom.m.base2018"),
        ("/series?q=bcde&sort=newest", "p.ipi.bcde.ru.mom.m.base2018"),
        (SERIES, "<svg class=\"chart\""),
        ("/sources", "Production indices"),
        ("/source/s", "<svg class=\"spark\""),
        ("/?lang=ru", "Статьи"),
    ] {
        let text = shown.page(path);
        assert!(text.contains(said), "{path}: {said}\n{text}");
        assert!(!text.contains("<script") && !text.contains(" style="), "{path}");
    }
    let (_, head, body) = shown.ask("GET", &format!("/document/{sha256}"), "").unwrap();
    assert!(head.contains("content-disposition: attachment") && head.contains("application/octet-stream"), "{head}");
    assert_eq!(hex(&Sha256::digest(&body)), sha256);
    let csv = shown.page(&format!("{SERIES}/figures.csv"));
    assert!(csv.starts_with("series,period,value,") && csv.lines().count() > 3, "{csv}");
    assert!(shown.page("/paper/small/findings.csv").starts_with("claim,"));
    for text in ["summary.md", "report.md"] {
        assert!(shown.page(&format!("/paper/small/{text}")).starts_with("# "), "{text}");
    }
    assert!(shown.page("/paper/small/findings.json").contains("\"schema\":1"));
    let (_, _, body) = shown.ask("GET", "/", "Accept-Language: ru-RU,ru;q=0.9,en;q=0.8\r\n").unwrap();
    assert!(String::from_utf8_lossy(&body).contains("<html lang=\"ru\">"));
    for (path, code) in
        [("/nothing", 404), ("/paper/smal", 404), (&*format!("/document/{}", "0".repeat(64)), 404), ("/document/x", 400)]
    {
        assert_eq!(shown.ask("GET", path, "").unwrap().0, code, "{path}");
    }
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(shown.ask(method, "/", "Content-Length: 0\r\n").unwrap().0, 405);
    }
    assert_eq!(shown.ask("GET", "/healthz", "").unwrap().0, 200);
    drop(shown);
    assert_eq!(digest(&room), before);
}

#[test]
fn whatever_is_asked_is_bound() {
    let room = room();
    let before = digest(&room);
    let shown = Shown::start(&room);
    let mut asked = 0;
    for (start, end) in PLACES {
        for payload in PAYLOADS {
            let sent = match payload {
                "LONG" => "a".repeat(1 << 20),
                raw if raw.starts_with("RAW:") => raw[4..].to_string(),
                text => text.bytes().map(|byte| format!("%{byte:02X}")).collect(),
            };
            let answer = shown.ask("GET", &format!("{start}{sent}{end}"), "");
            asked += 1;
            // who sends a megabyte of address may be hung up on
            let Some((code, _, body)) = answer else {
                assert_eq!(payload, "LONG");
                continue;
            };
            assert!(matches!(code, 200 | 400 | 404 | 414 | 431), "{start}{payload}{end}: {code}");
            let text = String::from_utf8_lossy(&body);
            assert!(!text.contains("<script>") && !text.contains("CREATE TABLE"), "{start}{payload}{end}: {text}");
        }
    }
    assert_eq!(asked, PLACES.len() * PAYLOADS.len());
    shown.page("/");
    drop(shown);
    assert_eq!(digest(&room), before);
}

#[test]
fn the_same_pages_stand_in_a_folder() {
    let room = room();
    let ran = room.sverka(&["report", "--html", "site"]);
    assert!(ran.code == 0 && ran.out.trim().ends_with("site/small/index.html"), "{ran:?}");
    linked(&room, "site", 60);
    // beside the archive the documents are linked, too
    let page = std::fs::read_to_string(room.path("data/report/ru/small/claim/c1.html")).unwrap();
    assert!(page.contains("href=\"../../../../archive/") && page.contains("<html lang=\"ru\">"), "{page}");
    linked(&room, "data/report", 60);
}

/// Every link of the pages of a folder leads to a file.
fn linked(room: &Room, folder: &str, least: usize) {
    let mut seen = 0;
    let table = std::fs::read_dir(room.path(folder).join("evidence")).unwrap().next().unwrap().unwrap().file_name();
    let table = format!("evidence/{}", table.to_str().unwrap());
    for file in [
        &table,
        &format!("ru/{table}"),
        "ru/index.html",
        "ru/small/claim/c1.html",
        "ru/series.html",
        "small/verdict/CONFIRMED.html",
        "small/summary.html",
        "index.html",
        "sources.html",
        "small/index.html",
        "small/claim/c1.html",
        "small/contradictions.html",
        "source/s.html",
        "series/p.ipi.bcde.ru.mom.m.base2018.html",
    ] {
        let path = room.path(folder).join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains("Content-Security-Policy"), "{file}");
        for target in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if target.starts_with("http") || target.starts_with('#') || target.starts_with("data:") {
                continue;
            }
            let to = path.parent().unwrap().join(target.split('#').next().unwrap().replace("%7E", "~"));
            assert!(to.is_file(), "{file}: {target}");
            seen += 1;
        }
    }
    assert!(seen > least, "{seen}");
    for file in ["small/summary.md", "small/findings.csv", "small/findings.json", "small/report.md", "style.css"] {
        assert!(room.path(folder).join(file).is_file(), "{file}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
