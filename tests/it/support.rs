//! A room for one test: folders of its own, the program, a publisher on this machine.

use chrono::{NaiveDate, Utc};
use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags, Params};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use sverka::guard::{Limits, Program, Reader};
use sverka::model::{Class, DateBasis, Reading};
use sverka::store::{Admitted, Document, Gate, Saved, Store};

/// The configuration of a room's one source, with places for its address and more.
const CONFIG: &str = include_str!("../fixtures/sources.toml");
/// A paper that prints two figures of that source.
const PAPER: &str = include_str!("../fixtures/paper.toml");
/// Its figures.
const CLAIMS: &str = include_str!("../fixtures/claims.csv");
/// A first edition, as text of [`super::workbook`].
pub const V1: &str = include_str!("../fixtures/v1.txt");
/// The next one: January is revised, March is new.
pub const V2: &str = include_str!("../fixtures/v2.txt");
/// What stands in the way of a document, in the words of a publisher.
pub const ERROR_PAGE: &str =
    "<!DOCTYPE html><html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>";

/// Saves a reading as a document of a day, whatever it changed.
pub fn save(store: &mut Store, source: &str, name: &str, day: NaiveDate, reading: &Reading) -> Saved {
    let gate = Gate::Accepting("");
    match store.admit(&document(source, name, day), reading, &mut |_| Ok(None), gate, Utc::now()).unwrap() {
        Admitted::In { saved, .. } => saved,
        Admitted::Held { drift } => panic!("held: {drift:?}"),
    }
}

/// The same through the door: nobody accepts what it changed.
pub fn admit(store: &mut Store, source: &str, name: &str, day: NaiveDate, reading: &Reading) -> Admitted {
    store.admit(&document(source, name, day), reading, &mut |_| Ok(None), Gate::Closed, Utc::now()).unwrap()
}

fn document(source: &str, name: &str, day: NaiveDate) -> Document {
    let sha256 = format!("{:0>64}", name.bytes().map(|b| format!("{b:02x}")).collect::<String>());
    Document {
        source: source.into(),
        sha256: sha256[sha256.len() - 64..].to_string(),
        bytes: 1,
        as_of: day,
        as_of_basis: DateBasis::Estimated,
        fetched_at: None,
        known_from: day,
        known_from_basis: DateBasis::Estimated,
        url: name.into(),
        obtained_from: "test".into(),
        content_type: "text/csv".into(),
        class: Class::Parsed,
        held: true,
        streamed: false,
        parser: "test".into(),
        attempt: None,
    }
}

/// The real documents, or `None` where none are at hand.
pub fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("SVERKA_SAMPLES").map(PathBuf::from);
    assert!(folder.is_some() || std::env::var_os("CI").is_none(), "CI needs SVERKA_SAMPLES");
    if folder.is_none() {
        println!("skipped: no samples");
    }
    folder
}

/// Children of the real program.
pub fn reader() -> Reader {
    Reader::Child(Program::at(env!("CARGO_BIN_EXE_sverka"), Limits::DEFAULT))
}

/// Folders of one test.
pub struct Room {
    dir: tempfile::TempDir,
}

impl Room {
    /// A room whose source `s` is at this address.
    pub fn new(address: &str) -> Room {
        Room::with(&CONFIG.replace("{ADDRESS}", address))
    }

    /// The same, looked at once a year only.
    pub fn yearly(address: &str) -> Room {
        Room::with(&CONFIG.replace("{ADDRESS}", address).replace("*/2 * * * * *", "0 0 1 1 *"))
    }

    /// A room with this configuration, and the small paper.
    pub fn with(config: &str) -> Room {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("sources.toml"), config).unwrap();
        let paper = dir.path().join("papers/small");
        std::fs::create_dir_all(&paper).unwrap();
        std::fs::create_dir_all(dir.path().join("evidence")).unwrap();
        std::fs::write(paper.join("paper.toml"), PAPER).unwrap();
        std::fs::write(paper.join("claims.csv"), CLAIMS).unwrap();
        Room { dir }
    }

    /// A path in the room.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The program, not yet started.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sverka"));
        let ours =
            ["DATA_DIR", "CONFIG", "PAPERS", "EVIDENCE", "ALERTS", "LISTEN", "LOG", "TOKEN"].map(|name| format!("SVERKA_{name}"));
        let others = ["NOTIFY_SOCKET", "JOURNAL_STREAM", "CREDENTIALS_DIRECTORY"].map(str::to_string);
        ours.iter().chain(&others).for_each(|name| {
            command.env_remove(name);
        });
        command.current_dir(self.dir.path()).args(args).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub fn sverka(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    /// Runs a command that speaks JSON.
    pub fn json(&self, args: &[&str]) -> (i32, serde_json::Value) {
        let ran = self.sverka(&[args, &["--json"]].concat());
        let value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err));
        (ran.code, value)
    }

    /// The database, for reading only.
    pub fn db(&self) -> Connection {
        open(&self.path("data"))
    }

    /// Outcomes of all attempts that ended, in order.
    pub fn outcomes(&self) -> Vec<String> {
        column(&self.db(), "SELECT outcome FROM attempt WHERE outcome IS NOT NULL ORDER BY id", [])
    }

    /// Value, day and whether it stands, of every vintage of industry in January 2020.
    pub fn january(&self) -> Vec<String> {
        vintages(&self.db(), "p.ipi.bcde.ru.mom.m.base2018", "2020-01")
    }
}

/// Opens the database of a data folder for reading only.
pub fn open(data: &Path) -> Connection {
    let db = Connection::open_with_flags(data.join("sverka.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    db.busy_timeout(Duration::from_secs(5)).unwrap();
    db
}

/// The first column of a query.
pub fn column<T: FromSql>(db: &Connection, sql: &str, params: impl Params) -> Vec<T> {
    let mut query = db.prepare(sql).unwrap();
    query.query_map(params, |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A number.
pub fn count(db: &Connection, sql: &str) -> i64 {
    column(db, sql, [])[0]
}

/// Every vintage of a figure, oldest first: `83.2 2020-06-29..2020-11-05`, open at the end if it stands.
pub fn vintages(db: &Connection, series: &str, period: &str) -> Vec<String> {
    column(
        db,
        "SELECT coalesce(o.value, o.status) || ' ' || o.known_from || '..' || coalesce(o.known_to, '')
         FROM observation AS o JOIN series AS s ON s.id = o.series_id
         WHERE s.code = ?1 AND o.period = ?2 AND o.recorded_to IS NULL ORDER BY o.known_from, o.known_to IS NULL, o.id",
        [series, period],
    )
}

/// How the program ended and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Waits until something is so, at most `seconds`.
pub fn wait_until(what: &str, seconds: u64, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    while !so() {
        assert!(Instant::now() < deadline, "{what}: not within {seconds} s");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// One answer of the publisher.
#[derive(Debug, Clone)]
pub struct Answer {
    status: &'static str,
    etag: &'static str,
    kind: &'static str,
    body: Vec<u8>,
    /// Further header lines.
    extra: &'static str,
    /// How long the second half of the body is held back.
    hold: Duration,
}

impl Answer {
    /// A workbook with its ETag.
    pub fn workbook(body: Vec<u8>, etag: &'static str) -> Answer {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        Answer { status: "200 OK", etag, kind, body, extra: "", hold: Duration::ZERO }
    }

    /// A page instead of a workbook, with status 200.
    pub fn page(body: &[u8]) -> Answer {
        Answer {
            status: "200 OK",
            etag: "",
            kind: "text/html; charset=utf-8",
            body: body.to_vec(),
            extra: "",
            hold: Duration::ZERO,
        }
    }

    /// 304.
    pub fn not_modified(etag: &'static str) -> Answer {
        Answer { status: "304 Not Modified", etag, kind: "", body: Vec::new(), extra: "", hold: Duration::ZERO }
    }

    /// A document that is said to be of this kind.
    pub fn document(kind: &'static str, body: Vec<u8>) -> Answer {
        Answer { kind, ..Answer::page(&body) }
    }

    /// Rows of an interface.
    pub fn json(body: &str) -> Answer {
        Answer { kind: "application/json", ..Answer::page(body.as_bytes()) }
    }

    /// A status with a header line, and nothing to say.
    pub fn status(status: &'static str, extra: &'static str) -> Answer {
        Answer { status, extra, ..Answer::page(b"") }
    }

    /// The same, but half of it comes late.
    pub fn held(self, hold: Duration) -> Answer {
        Answer { hold, ..self }
    }
}

/// A publisher on this machine: gives its answers one after the other, the last one for ever.
pub struct Server {
    pub address: String,
    state: Arc<Mutex<Script>>,
}

/// Answers to give, and the `If-None-Match` of every request so far.
struct Script {
    answers: Vec<Answer>,
    asked: Vec<String>,
    robots: &'static str,
}

impl Server {
    /// Starts to listen on a free port of 127.0.0.1; the thread ends with the test program.
    pub fn start(answers: Vec<Answer>) -> Server {
        Server::at("127.0.0.1", answers)
    }

    /// The same on another address of this machine: a host of its own.
    pub fn at(host: &str, answers: Vec<Answer>) -> Server {
        let listener = TcpListener::bind((host, 0)).unwrap();
        let address = format!("http://{}/s.xlsx", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(Script { answers, asked: Vec::new(), robots: "" }));
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                std::thread::spawn(move || serve(stream, &shared));
            }
        });
        Server { address, state }
    }

    /// What further requests get.
    pub fn script(&self, answers: Vec<Answer>) {
        self.state.lock().unwrap().answers = answers;
    }

    /// What `robots.txt` says from now on.
    pub fn robots(&self, text: &'static str) {
        self.state.lock().unwrap().robots = text;
    }

    /// The `If-None-Match` of every request so far; empty where there was none.
    pub fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<Script>) {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            // whoever only looks whether somebody listens says nothing
            Ok(0) | Err(_) => return,
            Ok(n) => head.extend_from_slice(&piece[..n]),
        }
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    if head.starts_with("get /robots.txt ") {
        // asked before anything else, and no part of the script
        let robots = state.lock().unwrap().robots;
        let answer = if robots.is_empty() { Answer::status("404 Not Found", "") } else { Answer::page(robots.as_bytes()) };
        let _ = say(&mut stream, &answer);
        return;
    }
    let condition = head.lines().find_map(|line| line.strip_prefix("if-none-match: ")).unwrap_or_default().to_string();
    let answer = {
        let mut script = state.lock().unwrap();
        script.asked.push(condition);
        match script.answers.len() {
            1 => script.answers[0].clone(),
            _ => script.answers.remove(0),
        }
    };
    // the other side may hang up at any time
    let _ = say(&mut stream, &answer);
}

fn say(stream: &mut TcpStream, answer: &Answer) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {}\r\nConnection: close\r\n{}", answer.status, answer.extra);
    if !answer.etag.is_empty() {
        head += &format!("ETag: {}\r\n", answer.etag);
    }
    if !answer.status.starts_with("304") {
        head += &format!("Content-Type: {}\r\nContent-Length: {}\r\n", answer.kind, answer.body.len());
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    let (first, rest) = answer.body.split_at(answer.body.len() / 2);
    stream.write_all(first)?;
    stream.flush()?;
    std::thread::sleep(answer.hold);
    stream.write_all(rest)
}
