//! The parent's side, against scripts that stand for a child: each does one thing a child may do to us.

use super::wire::{VERSION, write};
use super::*;
use crate::parse::{Row, Table};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SHORT: Limits = Limits { waiting: Duration::from_millis(300), output: 4 << 20 };
const PATIENT: Limits = Limits { waiting: Duration::from_secs(20), output: 4 << 20 };

/// A folder with a script of these lines, and bytes that it may hand out as `$D/said`.
struct Stage {
    dir: tempfile::TempDir,
}

impl Stage {
    fn new(lines: &str, said: &[Reply]) -> Stage {
        let dir = tempfile::tempdir().unwrap();
        let mut bytes = Vec::new();
        said.iter().for_each(|reply| write(reply, &mut bytes).unwrap());
        std::fs::write(dir.path().join("said"), bytes).unwrap();
        let script = format!("#!/bin/sh\nPATH=/usr/bin:/bin\nD={}\necho $$ > $D/pid\n{lines}\n", dir.path().display());
        // written by a process of its own: whoever forks while it is open here would keep it busy
        let path = dir.path().join("script");
        std::fs::write(dir.path().join("text"), script).unwrap();
        let copied = std::process::Command::new("cp").arg(dir.path().join("text")).arg(&path).status().unwrap();
        assert!(copied.success());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Stage { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// How reading ends, and how many events came before.
    fn ended(&self, limits: Limits) -> (String, usize) {
        let reader = Reader::Child(Program::at(self.path("script"), limits));
        let wanted = Wanted { format: Format::Csv, charset: None, member: None };
        let mut events = 0;
        let read = reader.read(&Document::of(b"a;b"), wanted, &mut |_| events += 1);
        self.assert_gone();
        (read.map_or_else(|error| error.to_string(), |()| "fine".to_string()), events)
    }

    /// No process of this number is left, not even a dead one that nobody waited for.
    fn assert_gone(&self) {
        let Ok(pid) = std::fs::read_to_string(self.path("pid")) else { return };
        assert!(!Path::new("/proc").join(pid.trim()).exists(), "process {pid} is still there");
    }
}

fn hello() -> Reply {
    Reply::Hello { version: VERSION, walls: "none".into() }
}

fn row(number: u32) -> Reply {
    Reply::Event(Event::Row(Row { number, cells: Vec::new() }))
}

fn table() -> Reply {
    Reply::Event(Event::Table(Table { number: 1, ..Table::default() }))
}

/// Ending, with a script over these messages.
fn after(lines: &str, said: &[Reply], limits: Limits) -> (String, usize) {
    Stage::new(lines, said).ended(limits)
}

#[test]
fn a_whole_answer_is_taken_whatever_comes_of_the_child() {
    let said = [hello(), table(), row(1), Reply::End(Ok(()))];
    for lines in ["cat $D/said", "cat $D/said; exec sleep 100", "cat $D/said; kill -SEGV $$", "echo noise >&2; cat $D/said"] {
        assert_eq!(after(lines, &said, PATIENT), ("fine".to_string(), 2), "{lines}");
    }
    let refusal = crate::parse::ParseError::malformed("cell A1", "x", "y");
    let said = [hello(), Reply::End(Err(refusal.into()))];
    assert_eq!(after("cat $D/said", &said, PATIENT).0, "cell A1: expected y, found x");
}

#[test]
fn a_child_that_hangs_is_ended_in_time() {
    for lines in ["exec sleep 100", "cat $D/said; exec sleep 100", "sleep 100; true", "exec >&-; exec sleep 100"] {
        let since = Instant::now();
        let ended = after(lines, &[hello(), row(1)], SHORT).0;
        assert_eq!(ended, "reading the document was stopped after 0.3 s of waiting", "{lines}");
        assert!(since.elapsed() < Duration::from_secs(10), "{lines}");
    }
    let drip = after("while true; do echo x >&2; sleep 0.01; done", &[], SHORT).0;
    assert!(drip.starts_with("reading the document was stopped"), "{drip}");
}

/// However the child behaves, and however patient its limits are.
#[test]
fn a_stop_ends_whoever_reads_and_lets_nobody_start() {
    for lines in ["exec sleep 100", "trap '' TERM; sleep 100; true", "while true; do echo x >&2; done"] {
        let stage = Stage::new(lines, &[]);
        let reader = Reader::Child(Program::at(stage.path("script"), PATIENT));
        let (stop, since) = (reader.stop(), Instant::now());
        let said = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            stop.say();
        });
        let wanted = || Wanted { format: Format::Csv, charset: None, member: None };
        let read = || reader.read(&Document::of(b"a;b"), wanted(), &mut |_| ()).unwrap_err();
        assert!(matches!(read(), ReadError::Fallen(Fallen::Stopped)), "{lines}");
        assert!(since.elapsed() < Duration::from_secs(2), "{lines}: {:?}", since.elapsed());
        said.join().unwrap();
        stage.assert_gone();
        std::fs::remove_file(stage.path("pid")).unwrap();
        assert!(matches!(read(), ReadError::Fallen(Fallen::Stopped)), "{lines}");
        assert!(!stage.path("pid").exists(), "{lines}: a child was started");
    }
}

#[test]
fn a_child_that_ends_badly_is_told_by_how() {
    let cases = [
        ("kill -SEGV $$", "reading the document crashed: it was ended by SIGSEGV"),
        ("kill -KILL $$", "reading the document took more memory than 512 MiB: the system killed it"),
        ("echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$", "reading the document took more memory"),
        ("echo 'thread main has overflowed its stack' >&2; kill -ABRT $$", "reading the document crashed: the stack overflowed"),
        ("echo 'panicked at x' >&2; exit 101", "reading the document crashed: it panicked: panicked at x"),
        ("printf '\\377\\376' >&2; exit 3", "reading the document gave no proper answer: it ended with code 3: \u{FFFD}"),
        ("ulimit -S -t 1; while true; do true; done", "reading the document was stopped after 60 s of processor time"),
        ("exit 0", "reading the document gave no proper answer: it ended with code 0"),
        ("exec >&- 2>&-; exec sleep 100", "reading the document gave no proper answer: it closed its output and went on"),
        ("echo 'no walls' >&2; exit 71", "the program that reads documents could not be started: no walls"),
    ];
    for (lines, wanted) in cases {
        let ended = after(&format!("cat $D/said; {lines}"), &[hello(), row(1)], PATIENT);
        assert!(ended.0.starts_with(wanted) && ended.1 == 1, "{lines}: {ended:?}");
    }
}

#[test]
fn what_is_no_answer_is_refused() {
    let old = [Reply::Hello { version: VERSION + 1, walls: String::new() }, Reply::End(Ok(()))];
    let cases: [(&str, &[Reply], &str); 9] = [
        ("cat $D/said", &old, "expected version 3 of its messages, found 4"),
        ("cat $D/said", &[row(1)], "expected its version first"),
        ("cat $D/said $D/said", &[hello()], "its version twice"),
        ("cat $D/said; echo", &[hello(), Reply::End(Ok(()))], ""),
        ("head -c 20 $D/said", &[hello(), Reply::Head(vec![1; 500]), Reply::End(Ok(()))], "it ended with code 0"),
        ("cat $D/said", &[hello(), Reply::Head(vec![1]), Reply::End(Ok(()))], "an answer to another question"),
        ("exec yes", &[], "a message of"),
        ("exec cat /dev/zero", &[], "bytes that are no message"),
        ("printf '\\377\\377\\377\\377'", &[], "a message of 4294967295 bytes"),
    ];
    for (lines, said, wanted) in cases {
        let (ended, _) = after(lines, said, PATIENT);
        assert!(
            ended == "fine" && wanted.is_empty() || ended.contains("no proper answer: ") && ended.contains(wanted),
            "{lines}: {ended}"
        );
    }
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let rows: Vec<Reply> = (0..2000).map(row).collect();
    let begin = [hello()];
    let stage = Stage::new("cat $D/begin; while true; do cat $D/said; done", &rows);
    let mut bytes = Vec::new();
    begin.iter().for_each(|reply| write(reply, &mut bytes).unwrap());
    std::fs::write(stage.path("begin"), bytes).unwrap();
    let (ended, events) = stage.ended(PATIENT);
    assert_eq!(ended, "reading the document gave no proper answer: more than 4194304 bytes");
    assert!(events > 100_000, "{events}");
    let noise = after("exec yes >&2", &[], PATIENT).0;
    assert_eq!(noise, "reading the document gave no proper answer: more than 4194304 bytes");
}

#[test]
fn a_child_that_cannot_be_started_is_no_answer_about_the_document() {
    let reader = Reader::Child(Program::at("/nowhere/sverka", PATIENT));
    let error = reader.members(&Document::of(b"PK")).unwrap_err();
    assert!(error.to_string().starts_with("the program that reads documents could not be started: /nowhere/sverka: "), "{error}");
    assert!(matches!(error, ReadError::Fallen(fallen) if !fallen.is_of_document()));
}

/// It is given the question and the document from the start, and nothing else of ours.
#[test]
fn a_child_gets_the_question_the_document_and_no_more() {
    let stage = Stage::new("echo \"$*\" > $D/args; env > $D/env; pwd > $D/pwd; cat > $D/in; cat $D/said", &[hello()]);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"the document").unwrap();
    file.rewind().unwrap();
    let reader = Reader::Child(Program::at(stage.path("script"), PATIENT));
    let member = Member { index: 7, name: String::new() };
    assert!(reader.member_head(&Document::held(b"the document", file), &member).is_err());
    let read = |name: &str| std::fs::read_to_string(stage.path(name)).unwrap();
    assert_eq!((read("args").as_str(), read("in").as_str()), ("read-stdin {\"head\":{\"member\":7}}\n", "the document"));
    let ours: Vec<String> = read("env")
        .lines()
        .filter(|line| !["PWD=", "_=", "PATH=", "SHLVL=", "OLDPWD="].iter().any(|own| line.starts_with(own)))
        .map(str::to_string)
        .collect();
    assert_eq!((ours, read("pwd").as_str()), (Vec::new(), "/\n"));
}

#[test]
fn without_a_child_the_same_questions_are_answered() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("t.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"a;b\n1;2\n").unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    let (reader, document) = (Reader::InProcess, Document::of(&bytes));
    assert_eq!(reader.members(&document).unwrap().names, ["t.csv"]);
    let member = Member { index: 0, name: "t.csv".into() };
    assert_eq!(reader.member_head(&document, &member).unwrap(), b"a;b\n1;2\n");
    assert_eq!(reader.recognize(&document).unwrap(), (Format::Csv, Some(member)));
    let mut rows = 0;
    let wanted = Wanted { format: Format::Csv, charset: None, member: Some(0) };
    reader.read(&document, wanted, &mut |event| rows += usize::from(matches!(event, Event::Row(_)))).unwrap();
    assert_eq!(rows, 2);
}

/// Whoever reads it: a text that long is no label and no sentence.
#[test]
fn a_text_longer_than_any_is_refused() {
    let read = |length: usize| {
        let document = format!("a;b\n{};1\n", "x".repeat(length));
        let wanted = Wanted { format: Format::Csv, charset: None, member: None };
        let mut rows = 0;
        Reader::InProcess.read(&Document::of(document.as_bytes()), wanted, &mut |_| rows += 1).map_err(|error| error.to_string())
    };
    assert_eq!(read(2_000_000), Ok(()));
    assert_eq!(read(2_100_000), Err("row 2: the length of its text in bytes exceeds the limit of 2097152".to_string()));
}
