//! What members of containers may be called: a name is looked at, shown, and never used as a path.

use super::super::folder::Folder;
use super::super::oracle::{assert_left_alone, assert_whole};
use super::super::table::{self, FIGURES};
use super::pack::{Entry, part, with_part, zip};
use std::collections::BTreeSet;
use std::path::Path;

/// A name, as bytes; what becomes of the document.
type Named = (&'static str, fn() -> Vec<Entry>, &'static str);

fn called(name: &[u8]) -> Entry {
    Entry { name: name.to_vec(), ..Entry::deflated("", &table::csv("")) }
}

const NAMES: &[Named] = &[
    ("up", || vec![called(b"../t.csv")], "stored"),
    ("far up", || vec![called(b"../../../../../../tmp/escaped.csv")], "stored"),
    ("absolute", || vec![called(b"/etc/cron.d/escaped.csv")], "stored"),
    ("up behind a folder", || vec![called(b"a/../../t.csv")], "stored"),
    ("of Windows, up", || vec![called(b"..\\..\\t.csv")], "stored"),
    ("of a drive", || vec![called(b"C:\\Windows\\t.csv")], "stored"),
    ("with a zero", || vec![called(b"t.csv\0.exe")], "stored"),
    ("wide dots", || vec![called("\u{ff0e}\u{ff0e}/t.csv".as_bytes())], "stored"),
    ("turned around", || vec![called("t.\u{202e}vsc".as_bytes())], "stored"),
    ("an option", || vec![called(b"-rf")], "stored"),
    ("a line break", || vec![called(b"t.csv\n/etc/passwd")], "stored"),
    ("300 characters", || vec![called(&b"x".repeat(300))], "stored"),
    ("60 000 characters", || vec![called(&b"x".repeat(60_000))], "stored"),
    ("of DOS", || vec![Entry { flags: 0, ..called(&encoding_rs::IBM866.encode("Добыча.csv").0) }], "stored"),
    ("no characters of anything", || vec![called(&[0xFF, 0xFE, 0x80])], "stored"),
    ("two of one name", || vec![called(b"t.csv"), called(b"t.csv")], "unreadable"),
    ("two that differ in case", || vec![called(b"t.csv"), called(b"T.CSV")], "several_members"),
    ("a link to a file", || vec![Entry { mode: 0o120_777, ..Entry::stored("t.csv", b"/etc/passwd") }], "layout_unknown"),
    ("nothing", || vec![called(b"")], "stored"),
];

/// Workbooks whose parts are said to lie elsewhere.
const TARGETS: [(&str, &str); 5] = [
    ("../../../../../../etc/passwd", "unreadable"),
    ("/etc/passwd", "unreadable"),
    ("file:///etc/passwd\" TargetMode=\"External", "unreadable"),
    ("http://127.0.0.1:9/x\" TargetMode=\"External", "unreadable"),
    ("../xl/./worksheets/../worksheets/sheet1.xml", "stored"),
];

fn pointing(target: &str) -> Vec<u8> {
    let book = table::xlsx("");
    let relations = "xl/_rels/workbook.xml.rels";
    let text = part(&book, relations).replace("worksheets/sheet1.xml", target);
    with_part(&book, relations, text.as_bytes())
}

/// Every path below a folder but those of the data.
fn paths(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_name_is_never_a_path() {
    let mut folder = Folder::default();
    for (at, (_, entries, _)) in NAMES.iter().enumerate() {
        folder.source(&table::source(&format!("n{at}"), "zip", "http://127.0.0.1:9/x", ""));
        folder.document(&format!("n{at}"), "2021-01-01", zip(&entries()));
    }
    for (at, (target, _)) in TARGETS.iter().enumerate() {
        folder.source(&table::source(&format!("t{at}"), "xlsx", "http://127.0.0.1:9/x", ""));
        folder.document(&format!("t{at}"), "2021-01-01", pointing(target));
    }
    let fed = folder.feed();
    let named = NAMES.iter().enumerate().map(|(at, (name, _, wanted))| (format!("n{at}"), *name, *wanted));
    let wanted = named.chain(TARGETS.iter().enumerate().map(|(at, (target, wanted))| (format!("t{at}"), *target, *wanted)));
    let mut wrong = Vec::new();
    for (source, name, wanted) in wanted {
        let came = fed.outcomes(&source);
        let figures = if wanted == "stored" { FIGURES } else { "" };
        if came.len() != 1 || came[0].0 != wanted || fed.figures(&source) != figures {
            wrong.push(format!("{name}: {wanted} expected, but {came:?} {}", fed.figures(&source)));
        }
    }
    println!("F31: {} names", NAMES.len() + TARGETS.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let room = fed.room.path(".");
    let beside: Vec<String> = paths(&room).into_iter().filter(|path| path.parse::<u32>().is_err()).collect();
    assert_eq!(
        beside,
        ["MANIFEST.tsv", "data", "evidence", "papers", "said", "sources.toml"],
        "nothing is written beside the data"
    );
    assert!(!Path::new("/tmp/escaped.csv").exists() && !Path::new("/etc/cron.d/escaped.csv").exists());
    assert_whole(&fed.room.path("data"));
    assert_left_alone(&fed.room);
}
