//! Documents that harm whoever reads them, given to a child of the real program: each ends in time, within its memory, with an
//! answer or a word for how the reader fell; and the program that asked goes on.

/// How texts lie about their charset.
pub mod charsets;
/// Too little memory for a reader.
mod memory;
/// What members of containers may be called.
mod names;
/// Workbooks and Word documents that are not what they say.
mod offices;
/// Containers and binary files, byte by byte.
pub mod pack;
/// PDFs that are not what they say.
mod pdfs;
/// Texts, pages and tables that are not what they say.
mod texts;
/// Everything of this kind through the whole flow.
mod whole;
/// What XML can do to its reader.
mod xmls;
/// Containers that unpack to more than there is.
mod zips;

use super::trial::full;
use std::net::TcpListener;
use std::time::{Duration, Instant};
use sverka::guard::{Document, Limits, Program, ReadError, Reader, Wanted};
use sverka::parse::{Event, Format};

/// No document may take longer than 10 s; a program that is built to be debugged is slower by far.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 });
/// What never ends is not waited for so long.
const SHORT: Duration = Duration::from_secs(2);
/// A document that was not there to read: what is kept of files of this machine begins so.
const OUR_FILES: [&str; 2] = ["root:x:", "127.0.0.1\tlocalhost"];

/// What may come of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is read, and gives at least so many rows.
    Rows(usize),
    /// It is refused with a sentence that says this.
    Refused(&'static str),
    /// Its reader falls, by the code of the attempt.
    Fell(&'static str),
}

/// A document, and what comes of it.
pub struct Case {
    pub name: String,
    pub format: Format,
    pub then: Then,
    /// It takes seconds, or memory to make: left to the full matrix.
    pub heavy: bool,
    pub make: Box<dyn Fn() -> Vec<u8> + Send + Sync>,
}

pub fn case(name: &str, format: Format, then: Then, make: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Case {
    Case { name: name.to_string(), format, then, heavy: false, make: Box::new(make) }
}

impl Case {
    fn heavy(self) -> Case {
        Case { heavy: true, ..self }
    }
}

/// Every document of this kind.
fn all() -> Vec<Case> {
    [zips::cases(), xmls::cases(NOBODY), pdfs::cases(), offices::cases(), texts::cases()].into_iter().flatten().collect()
}

/// An address at which nobody answers.
const NOBODY: &str = "http://127.0.0.1:9/x";

/// Reads each of the documents and holds what came of it against what must come.
fn judge(row: &str, cases: &[Case], heavy: bool) {
    let reader = |waiting| Reader::Child(Program::at(env!("CARGO_BIN_EXE_sverka"), Limits { waiting, ..Limits::DEFAULT }));
    let (patient, impatient) = (reader(LONGEST), reader(SHORT));
    let (mut wrong, mut slowest, mut count) = (Vec::new(), (Duration::ZERO, ""), 0);
    for case in cases.iter().filter(|case| heavy || !case.heavy) {
        let bytes = (case.make)();
        let since = Instant::now();
        let reader = if case.then == Then::Fell("parser_timeout") { &impatient } else { &patient };
        let came = read(reader, &bytes, case.format);
        let took = since.elapsed();
        count += 1;
        println!("{row}: {} as {}: {took:.1?}: {came:?}", case.name, case.format);
        if took > slowest.0 {
            slowest = (took, &case.name);
        }
        if took > LONGEST {
            wrong.push(format!("{}: took {took:?}", case.name));
        }
        if let Err(why) = held(case.then, &came) {
            wrong.push(format!("{} ({} bytes, {took:?}): {why}", case.name, bytes.len()));
        }
    }
    println!("{row}: {count} of {} documents, the slowest {slowest:?}", cases.len());
    assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What came of reading: rows, or why not, with the code of the reader's fall.
type Came = Result<usize, (Option<&'static str>, String)>;

fn read(reader: &Reader, bytes: &[u8], format: Format) -> Came {
    let (mut rows, mut leaked) = (0, None);
    let wanted = Wanted { format, charset: None, member: None };
    let told = reader.read(&Document::of(bytes), wanted, &mut |event| {
        rows += usize::from(matches!(event, Event::Row(_)));
        leaked = leaked.take().or_else(|| leak(&event));
    });
    assert_eq!(leaked, None, "nothing of this machine's files is told");
    match told {
        Ok(()) => Ok(rows),
        Err(ReadError::Fallen(fallen)) => Err((Some(fallen.code()), fallen.to_string())),
        Err(refused) => Err((None, refused.to_string())),
    }
}

/// A text of this machine's own files.
fn leak(event: &Event) -> Option<String> {
    let ours = |text: &str| OUR_FILES.iter().any(|own| text.contains(own));
    match event {
        Event::Row(row) => row.cells.iter().find(|cell| ours(&cell.text)).map(|cell| cell.text.clone()),
        Event::Paragraph { text, .. } => ours(text).then(|| text.clone()),
        Event::Table(_) => None,
    }
}

fn held(then: Then, came: &Came) -> Result<(), String> {
    let fits = match (then, came) {
        (Then::Rows(least), Ok(rows)) => *rows >= least,
        (Then::Refused(words), Err((None, said))) => said.contains(words),
        (Then::Fell(code), Err((Some(seen), _))) => *seen == code,
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("{then:?} expected, but {came:?}")) }
}

#[test]
fn containers_that_unpack_to_more_than_there_is() {
    judge("F10", &zips::cases(), full());
}

/// Nothing is expanded, nothing of this machine is read, nobody is called.
#[test]
fn xml_expands_nothing_and_calls_nobody() {
    let canary = TcpListener::bind("127.0.0.1:0").unwrap();
    canary.set_nonblocking(true).unwrap();
    let address = format!("http://{}/x", canary.local_addr().unwrap());
    judge("F11", &xmls::cases(&address), full());
    assert!(canary.accept().is_err(), "nobody called");
}

#[test]
fn poisoned_documents() {
    let cases: Vec<Case> = [pdfs::cases(), offices::cases(), texts::cases()].into_iter().flatten().collect();
    judge("F30", &cases, full());
}

#[test]
#[ignore = "the full matrix: minutes"]
fn every_document_that_harms_its_reader() {
    judge("F10, F11, F30", &all(), true);
}

/// The judge speaks: of another outcome, another code, too few rows.
#[test]
fn what_came_is_held_against_what_must_come() {
    let (rows, refused) = (Ok(3), Err((None, "cell A1: expected x".to_string())));
    let fell = Err((Some("parser_oom"), String::new()));
    for (then, came, fits) in [
        (Then::Rows(3), &rows, true),
        (Then::Rows(4), &rows, false),
        (Then::Rows(0), &refused, false),
        (Then::Refused("A1"), &refused, true),
        (Then::Refused("B1"), &refused, false),
        (Then::Refused(""), &rows, false),
        (Then::Refused(""), &fell, false),
        (Then::Fell("parser_oom"), &fell, true),
        (Then::Fell("parser_crash"), &fell, false),
        (Then::Fell("parser_oom"), &rows, false),
    ] {
        assert_eq!(held(then, came).is_ok(), fits, "{then:?} {came:?}");
    }
}
