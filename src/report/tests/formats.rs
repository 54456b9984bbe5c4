//! Text, Markdown, JSON and CSV.

use super::sample::Sample;
use crate::report::{Verdicts, contradictions, csv, explain, findings_json, json, markdown, summary, table};

#[test]
fn csv_has_a_row_a_claim_and_no_formula() {
    let sample = Sample::new();
    let bytes = csv(&sample.report()).unwrap();
    let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), sample.findings.len());
    let cell = |claim: usize, name: &str| rows[claim].get(names.iter().position(|n| n == name).unwrap()).unwrap();
    for (claim, name, wanted) in [
        (0, "value", "-2.9"),
        (0, "value_found", "-2.9"),
        (0, "external_status", "CONFIRMED"),
        (0, "grade", "EXACT"),
        (0, "vintage_result", "MATCH_CURRENT"),
        (0, "source", "'@index"),
        (2, "external_status", "SUPERSEDED"),
        (2, "known_from", "2021-01-20"),
        (2, "reasons", "at_cutoff sign_flip withdrawn index_form"),
        (3, "printed", "'=4.1%"),
        (3, "severity", "major"),
        (4, "severity", "critical"),
        (4, "internal_status", "INCONSISTENT"),
        (7, "sha256", ""),
    ] {
        assert_eq!(cell(claim, name), wanted, "row {claim}, {name}");
    }
}

#[test]
fn spreadsheets_see_no_formula() {
    for start in ["=", "+", "-", "@", "\t", "\r"] {
        let mut sample = Sample::new();
        sample.findings[0].printed = format!("{start}1+1");
        let bytes = csv(&sample.report()).unwrap();
        let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(row.get(2), Some(format!("'{start}1+1").as_str()));
    }
}

#[test]
fn json_keeps_its_shape() {
    let sample = Sample::new();
    let value = json(&sample.report());
    assert_eq!((&value["schema"], &value["paper"], &value["totals"]["series"]), (&1.into(), &"p-2023".into(), &4.into()));
    assert_eq!(value["findings"].as_array().unwrap().len(), sample.findings.len());
    assert_eq!(value["findings"][0], serde_json::json!(sample.findings[0]));
    assert_eq!(value["sources"][1]["last_message"], "404 | gone");
    let algebra = &sample.algebra;
    let one = |paper, findings| Verdicts { paper, findings, algebra };
    let (count, listed) = (sample.findings.len(), findings_json(&[one("a", &sample.findings), one("b", &sample.findings[..1])]));
    assert_eq!(listed["findings"].as_array().unwrap().len(), count + 1);
    assert_eq!((&listed["schema"], &listed["findings"][count]["paper"]), (&1.into(), &"b".into()));
    assert_eq!(listed["findings"][count]["external"]["status"], "CONFIRMED");
    assert_eq!(listed["papers"][0]["contradictions"], serde_json::json!(["growth:sum", "plausible_month:odd"]));
    assert_eq!(listed["findings"][4]["internal"]["relations"][0]["reasons"][1], "leading_digit_lost");
}

#[test]
fn markdown_cells_keep_their_columns() {
    let text = markdown(&Sample::new().report());
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let bars = line.replace("\\|", "").matches('|').count();
        assert!([5, 9, 11].contains(&bars), "{line}");
    }
    assert!(!text.contains("<script"));
    insta::assert_snapshot!(text);
}

#[test]
fn the_terminal_gets_a_table_and_a_few_lines() {
    let mut sample = Sample::new();
    insta::assert_snapshot!(summary(&sample.paper, &sample.findings, &sample.algebra));
    insta::assert_snapshot!("contradictions", contradictions(&sample.algebra));
    for width in [60, 100, 200] {
        let text = table(&sample.findings, Some(width));
        assert!(text.lines().all(|line| line.chars().count() <= usize::from(width)), "{text}");
    }
    sample.findings[0].external.sentence = "\u{1b}[2Jgone".into();
    assert!(!table(&sample.findings, None).contains('\u{1b}'));
    insta::assert_snapshot!(table(&sample.findings[1..5], Some(100)));
}

#[test]
fn one_claim_is_explained_to_the_cell() {
    let sample = Sample::new();
    let texts = [2, 3, 5].map(|at| explain(&sample.paper, &sample.paper.claims[at], &sample.findings[at]));
    insta::assert_snapshot!(texts.join("\n----\n"));
}
