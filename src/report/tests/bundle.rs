//! The folder of evidence for one claim.

use super::sample::Sample;
use crate::model::Transcription;
use crate::report::{Backing, Bundle, BundleDocument, Excerpt, Passage, PassageRow, PassageText, bundle, view};
use std::collections::BTreeMap;

const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The texts of the folder for a claim of the sample.
fn folder(claim: usize, backings: &[Backing], documents: &[BundleDocument]) -> BTreeMap<String, String> {
    let sample = Sample::new();
    let (paper, finding) = (&sample.paper, &sample.findings[claim]);
    let made = Bundle { paper, claim: &paper.claims[claim], as_of: None, finding, backings, documents, version: "0.1.0" };
    let files = bundle(&made).unwrap();
    files.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

fn stated(value: &str) -> Backing {
    Backing { stated: value.parse().ok(), unit: "percent".into(), document: Some(0), ..Backing::default() }
}

fn table(printed: &str) -> Passage {
    let row = |number, cells: [&str; 2], marked| PassageRow { number, cells: cells.map(str::to_string).to_vec(), marked };
    let rows = vec![row(1, ["<b>head</b>", "2020"], None), row(7, ["=1+1", printed], Some(1))];
    Passage::Table { title: "table 1, sheet \"S\"".into(), columns: vec!["A".into(), "B".into()], rows }
}

fn document(file: Result<String, String>, found: Result<Passage, String>) -> BundleDocument {
    let excerpt = Excerpt { name: "0123-1".into(), locator: "Sheet<script>!A1".into(), printed: "97.1".into(), found };
    let (url, obtained_from) = ("https://example.org/`a_b".to_string(), "an archive".to_string());
    BundleDocument { sha256: DIGEST.into(), url, obtained_from, file, excerpts: vec![excerpt] }
}

#[test]
fn a_claim_with_vintages_is_a_folder_with_every_step() {
    let documents = [document(Ok("documents/a.xlsx".into()), Ok(table("97.1")))];
    let files = folder(2, &[stated("97.1"), stated("100.7"), Backing { inferred: true, ..stated("") }], &documents);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["README.md", "arithmetic.txt", "claim.json", "excerpts/0123-1.csv", "excerpts/0123-1.html", "vintages.csv"]
    );
    insta::assert_snapshot!("bundle_readme", files["README.md"]);
    insta::assert_snapshot!("bundle_arithmetic", files["arithmetic.txt"]);
    insta::assert_snapshot!("bundle_vintages", files["vintages.csv"]);
    let json: serde_json::Value = serde_json::from_str(&files["claim.json"]).unwrap();
    assert_eq!(
        (&json["schema"], &json["claim"]["value"], &json["claim"]["cutoff"]),
        (&1.into(), &"-2.9".into(), &"2021-02-01".into())
    );
    assert_eq!(json["finding"]["external"]["vintages"].as_array().unwrap().len(), 3);
    assert_eq!(json["documents"][0]["file"], "documents/a.xlsx");
}

#[test]
fn the_place_is_marked_and_foreign_text_stays_text() {
    let files = folder(0, &[stated("97.1")], &[document(Ok("documents/a.xlsx".into()), Ok(table("97.1")))]);
    assert_eq!(files["excerpts/0123-1.csv"], "marked,row,A,B\n,1,<b>head</b>,2020\nB,7,'=1+1,97.1\n");
    let page = &files["excerpts/0123-1.html"];
    assert!(page.contains("<td class=\"here\" id=\"here\"><mark>97.1</mark></td>"), "{page}");
    assert!(page.contains("rows 2 to 6: empty or left out") && page.contains("&lt;b&gt;head"), "{page}");
    assert!(!page.contains("<script") && page.contains("default-src 'none'"), "{page}");
    assert!(page.contains("The marked place shows &quot;97.1&quot;, as vintages.csv has it."), "{page}");
    let other = folder(0, &[stated("97.1")], &[document(Ok("documents/a.xlsx".into()), Ok(table("97,l")))]);
    assert!(other["excerpts/0123-1.html"].contains("since what is read was corrected"));
    let text = |text: &str, marked| PassageText { locator: "paragraph 1".into(), text: text.into(), marked };
    let said = Passage::Paragraphs(vec![text("=before 97.1", false), text("it was 97.1 & <i>97.1</i>", true)]);
    let files = folder(0, &[stated("97.1")], &[document(Ok("documents/a.html".into()), Ok(said))]);
    assert!(files["excerpts/0123-1.html"].contains("it was <mark>97.1</mark> &amp; &lt;i&gt;<mark>97.1</mark>&lt;/i&gt;"));
    assert!(files["excerpts/0123-1.csv"].starts_with("marked,place,text\n,paragraph 1,'=before 97.1\nhere,paragraph 1,it was"));
}

#[test]
fn what_is_not_held_and_what_a_person_read_is_told() {
    let missing = document(Err("it is not in the archive here".into()), Err("unread".into()));
    let files = folder(0, &[stated("97.1")], &[missing]);
    assert_eq!(files.len(), 4);
    let page = &files["README.md"];
    assert!(page.contains(&format!("**not in this folder**: `{DIGEST}` (vintage 1): it is not in the archive here")), "{page}");
    assert!(page.contains("`https://example.org/%60a_b`") && page.contains("compare its digest"), "{page}");
    let read = Transcription {
        publication: "A | release".into(),
        archive_url: "https://archive.example.org/b".into(),
        quoted_by: "a newspaper".into(),
        seen: "excerpt".into(),
        transcribed_on: "2026-11-24".parse().unwrap(),
        confidence: "medium".into(),
    };
    let files = folder(0, &[Backing { read: Some(read), document: None, ..stated("97.1") }], &[]);
    for wanted in [
        "A \\| release",
        "`https://archive.example.org/b`",
        "quoted by): a newspaper",
        "excerpt of it, on 2026-11-24",
        "medium that",
    ] {
        assert!(files["README.md"].contains(wanted), "{wanted}: {}", files["README.md"]);
    }
    assert!(files["vintages.csv"].contains("A | release,a newspaper,excerpt,2026-11-24,medium,https://archive"));
    assert!(files["arithmetic.txt"].contains("the text that a person read says \"97.1\""));
}

#[test]
fn a_claim_without_any_figure_says_so() {
    for claim in [5, 7] {
        let files = folder(claim, &[], &[]);
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["README.md", "arithmetic.txt", "claim.json", "vintages.csv"]);
        assert!(files["README.md"].contains("No official figure stands beside this claim"));
        assert!(!files["README.md"].contains("`documents/`") && !files["README.md"].contains("`excerpts/`"));
        assert!(files["arithmetic.txt"].contains("there is nothing to calculate against"));
        assert_eq!(files["vintages.csv"].lines().count(), 1);
    }
    assert!(folder(5, &[], &[])["arithmetic.txt"].contains("plausible_month:odd"));
}

#[test]
fn the_arithmetic_says_what_the_judgement_says() {
    let sample = Sample::new();
    for at in [0, 1, 2, 3] {
        let vintages = &sample.findings[at].external.vintages;
        let text = &folder(at, &vec![stated("97.1"); vintages.len()], &[])["arithmetic.txt"];
        let agree = vintages.iter().filter(|vintage| vintage.matches).count();
        assert_eq!(text.matches("  so it agrees").count(), agree, "{text}");
        for (lo, hi) in vintages.iter().filter_map(|vintage| vintage.lo.as_deref().zip(vintage.hi.as_deref())) {
            let interval = format!("[{}, {}]", view::minus(lo), view::minus(hi));
            assert!(text.contains(&interval), "{interval}: {text}");
        }
    }
}
