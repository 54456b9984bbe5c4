//! Every text that is written as CSV, with formulas in it: no program that opens it may find one, wherever it cuts cells.

use super::sample::Sample;
use crate::report::{
    Backing, Bundle, BundleDocument, Excerpt, Passage, PassageRow, PassageText, bundle, csv, number, plain, safe,
};
use proptest::prelude::*;

/// What people have done to spreadsheets.
const PAYLOADS: [&str; 10] = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    "x;=HYPERLINK(\"http://h.example\")",
    "x\n=1",
    "=1\";=2",
];

/// Cells as those see them who cut at commas, at semicolons or at tabs, and lines wherever a line ends.
fn cells(text: &str) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let mut records = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    seen.extend(records.records().flat_map(|record| record.unwrap().iter().map(str::to_string).collect::<Vec<_>>()));
    let loose = text.split(['\n', '\r']).flat_map(|line| line.split(';')).flat_map(|part| part.split('\t'));
    seen.extend(loose.map(|cell| cell.trim_start_matches('"').to_string()));
    seen
}

fn is_formula(cell: &str) -> bool {
    let figure = cell.trim_start_matches(['-', '+']).chars().all(|c| c.is_ascii_digit() || ".,% ".contains(c));
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !figure
}

fn passage(text: &str, table: bool) -> Passage {
    let text = text.to_string();
    if table {
        let rows = vec![PassageRow { number: 1, cells: vec![text.clone(), "-4,1".into()], marked: Some(0) }];
        return Passage::Table { title: text, columns: vec!["A".into(), "B".into()], rows };
    }
    Passage::Paragraphs(vec![PassageText { locator: text.clone(), text, marked: true }])
}

/// The CSV files of a bundle and of a report in which everything foreign is this text.
fn written(text: &str, table: bool) -> Vec<String> {
    let mut sample = Sample::new();
    for finding in &mut sample.findings {
        (finding.printed, finding.claim, finding.section) = (text.into(), text.into(), text.into());
        finding.external.sentence = text.into();
        for vintage in &mut finding.external.vintages {
            for field in
                [&mut vintage.source, &mut vintage.url, &mut vintage.locator, &mut vintage.printed, &mut vintage.obtained_from]
            {
                *field = text.into();
            }
            vintage.notes = vec![text.into()];
        }
    }
    let report = csv(&sample.report()).unwrap();
    let excerpt = Excerpt { name: "e".into(), locator: text.into(), printed: text.into(), found: Ok(passage(text, table)) };
    let file = Ok("documents/a.xlsx".to_string());
    let documents =
        [BundleDocument { sha256: "0".repeat(64), url: text.into(), obtained_from: text.into(), file, excerpts: vec![excerpt] }];
    let backings = [Backing { unit: text.into(), document: Some(0), ..Backing::default() }];
    let (paper, finding) = (&sample.paper, &sample.findings[0]);
    let made =
        Bundle { paper, claim: &paper.claims[0], as_of: None, finding, backings: &backings, documents: &documents, version: "0" };
    let files = bundle(&made).unwrap().into_iter().filter(|(name, _)| name.ends_with(".csv")).map(|(_, bytes)| bytes);
    std::iter::once(report).chain(files).map(|bytes| String::from_utf8(bytes).unwrap()).collect()
}

#[test]
fn no_file_has_a_formula() {
    let mut cases = 0;
    for payload in PAYLOADS {
        for table in [true, false] {
            let files = written(payload, table);
            assert_eq!(files.len(), 3, "report, vintages, excerpt");
            for file in &files {
                let found: Vec<String> = cells(file).into_iter().filter(|cell| is_formula(cell)).collect();
                assert!(found.is_empty(), "{payload:?}: {found:?} in\n{file}");
                assert!(cells(file).iter().any(|cell| plain(cell) == payload), "{payload:?} is there, as text:\n{file}");
            }
            cases += files.len();
        }
    }
    // the oracle itself
    assert!(is_formula("=1") && is_formula("-1+1") && !is_formula("-4,1") && cells("a;=1").iter().any(|cell| is_formula(cell)));
    println!("F33: {cases} files of reports and bundles");
}

proptest! {
    #[test]
    fn an_apostrophe_is_put_on_and_taken_off(text in "[-=+@'; \\t\\r\\nа\",.0-9＝]{0,16}") {
        prop_assert_eq!(plain(&safe(&text)), text.clone());
        prop_assert_eq!(plain(&number(&text)), text);
    }
}
