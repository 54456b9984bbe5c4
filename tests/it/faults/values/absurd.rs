//! Figures that cannot be: each is kept exactly with the name of the rule it breaks, or is no figure, with its text in an issue.
//! A rule of this program about a single figure is an issue and never a quarantine: a document is not kept out for a cell.

use super::super::super::support::column;
use super::super::folder::Fed;
use super::{assert_good, folder, judged, own_issues, source, text};

/// What becomes of the cell.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// This value, and no word.
    Good(&'static str),
    /// This value, and an issue of this code that quotes it.
    Told(&'static str, &'static str),
    /// No figure, and an issue of this code that quotes the text.
    None(&'static str),
    /// No figure: the publisher's own mark for that.
    Status(&'static str),
}
use Then::{Good, None, Status, Told};

const CELLS: &[(&str, Then)] = &[
    ("99,1", Good("99.1")),
    ("1e300", None("unreadable_value")),
    ("9.99E+02", None("unreadable_value")),
    ("NaN", None("unreadable_value")),
    ("inf", None("unreadable_value")),
    ("-Infinity", None("unreadable_value")),
    ("1,234", Good("1.234")),
    ("1.234", Good("1.234")),
    ("1,234.5", None("unreadable_value")),
    ("1.234,5", None("unreadable_value")),
    ("12 34", None("unreadable_value")),
    ("1 2345", None("unreadable_value")),
    ("0x1F", None("unreadable_value")),
    ("\u{ff19}\u{ff19},1", None("unreadable_value")),
    ("\u{663}\u{663}", None("unreadable_value")),
    ("99.1.2", None("unreadable_value")),
    ("--5", None("unreadable_value")),
    ("+-5", None("unreadable_value")),
    ("5-", None("unreadable_value")),
    ("(5)", None("unreadable_value")),
    ("$99.1", None("unreadable_value")),
    ("99.1 USD", None("unreadable_value")),
    ("1/2", None("unreadable_value")),
    ("99:1", None("unreadable_value")),
    (">99", None("unreadable_value")),
    ("~99", None("unreadable_value")),
    ("99-100", None("unreadable_value")),
    ("99,11)", None("unreadable_value")),
    ("#REF!", None("unreadable_value")),
    ("#DIV/0!", None("unreadable_value")),
    ("99,1 (est.)", None("unreadable_value")),
    ("12345678901234567890123456789", None("unreadable_value")),
    ("0,00000000000000000000000000001", None("unreadable_value")),
    ("1000000000000", Told("1000000000000", "out_of_range")),
    ("1000,1", Told("1000.1", "out_of_range")),
    ("-99,1", Told("-99.1", "out_of_range")),
    ("\u{2212}99,1", Told("-99.1", "out_of_range")),
    ("99\u{a0}100", Told("99100", "out_of_range")),
    ("-0,0001", Told("-0.0001", "out_of_range")),
    ("1000", Good("1000")),
    ("0", Good("0")),
    ("+99,1", Good("99.1")),
    ("99,1\u{200b}", None("unreadable_value")),
    ("\u{a0}99,1\u{2009}", Good("99.1")),
    ("99,1²", Good("99.1")),
    ("-", Status("absent")),
    ("…", Status("no_data")),
    ("...", Status("no_data")),
    ("", Status("blank")),
];

/// The figure of industry in 2020, or its status.
fn figure(fed: &Fed, id: &str) -> String {
    super::versions_of(fed, id, "2020").first().map_or("nothing".into(), |one| one.split(' ').next().unwrap().to_string())
}

#[test]
fn a_figure_that_cannot_be_is_told() {
    let mut folder = folder();
    for (at, (cell, _)) in CELLS.iter().enumerate() {
        folder.source(&source(&format!("s{at}"), "expect = { range = [0, 1000] }"));
        let row = format!("Industry;83,2;{cell}");
        folder.document(&format!("s{at}"), "2021-01-01", text(&[&row, "Mining;97,6;98,4"]));
    }
    let fed = folder.feed();
    let mut wrong = Vec::new();
    for (at, (cell, then)) in CELLS.iter().enumerate() {
        let id = format!("s{at}");
        let (came, issues) = (figure(&fed, &id), own_issues(&fed, &id));
        let quoted =
            |code: &str, text: &str| issues.iter().any(|issue| issue.starts_with(&format!("{code}: ")) && issue.contains(text));
        let exact = |code: &str| quoted(code, cell.trim()) || quoted(code, &format!("{:?}", cell.trim()).replace('"', ""));
        let fits = match then {
            Good(value) => came == *value && issues.is_empty(),
            Told(value, code) => came == *value && quoted(code, value),
            None(code) => !came.starts_with(|c: char| c.is_ascii_digit() || c == '-') && exact(code),
            Status(status) => came == *status,
        };
        if !fits {
            wrong.push(format!("{cell:?}: {then:?} expected, but {came}, {issues:?}, {:?}", fed.outcomes(&id)));
        }
    }
    judged("F24", CELLS.len(), &wrong);
    let printed: Vec<String> =
        column(&fed.room.db(), "SELECT printed FROM observation WHERE source_id = 's0' AND period = '2020'", []);
    assert!(printed.contains(&"99,1".to_string()), "{printed:?}");
    assert_good(&fed);
}
