//! Every document that harms its reader, through the whole flow in one run: each try ends with its code, the documents between
//! them are stored, what fells its reader is tried twice and then left, and the program stays small.

use super::super::super::support::{column, count};
use super::super::folder::{Fed, Folder};
use super::super::oracle::{assert_left_alone, assert_whole};
use super::super::table::{self, FIGURES};
use super::{Case, Then, all};
use sverka::parse::Format;

/// MiB that the program which holds the data may have, and a reader.
const MOST: [u64; 2] = [100, 512];
/// One in so many documents goes through on every run of the tests.
const SAMPLED: usize = 6;
/// Where the sampling begins.
const SEED: usize = 4;
/// A document of more bytes is not sent by hand: what is fetched has a limit of its own.
const LARGEST: usize = 16 << 20;

/// Codes that a document of no use may end with.
const CODES: [&str; 9] = [
    "unreadable",
    "layout_unknown",
    "not_expected_type",
    "soft_404",
    "image_only",
    "parser_oom",
    "parser_crash",
    "parser_timeout",
    "quarantined",
];

/// Each in a source of its own, twice, and then a good one.
fn fed(cases: &[&Case]) -> Fed {
    let mut folder = Folder::default();
    for (at, case) in cases.iter().enumerate() {
        let (id, format) = (format!("s{at}"), case.format.to_string());
        // series of its own: hundreds of sources of one series would disagree at length
        let block = table::source(&id, &format, "http://127.0.0.1:9/x", "");
        folder.source(&block.replace("p.ipi.", &format!("p.ipi{at}.")));
        let bytes = (case.make)();
        if bytes.len() > LARGEST {
            continue;
        }
        // three times the same bytes are tried twice
        for day in ["2021-01-01", "2021-01-02", "2021-01-03"].iter().take(if matches!(case.then, Then::Fell(_)) { 3 } else { 1 })
        {
            folder.document(&id, day, bytes.clone());
        }
        let good = table::FORMATS.iter().find(|(name, ..)| *name == format);
        folder.document(&id, "2021-02-01", good.map(|(.., make)| make("")).unwrap_or_default());
    }
    folder.feed()
}

/// What must hold of each, whatever it was.
fn assert_each(cases: &[&Case], fed: &Fed) {
    let mut wrong = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let source = format!("s{at}");
        let told = fed.outcomes(&source);
        let came: Vec<String> = told.iter().map(|(code, _)| code.clone()).collect();
        let figures = fed.figures(&source).replace(&format!("p.ipi{at}."), "p.ipi.");
        let Some((last, before)) = came.split_last() else { continue };
        let good = case.format == Format::Doc || ["stored", "known"].contains(&last.as_str());
        let fits = match case.then {
            Then::Fell(code) => before == [code, code, "quarantined"],
            Then::Refused(_) => before.iter().all(|code| CODES.contains(&code.as_str())),
            // what is read may say nothing
            Then::Rows(_) => before.iter().all(|code| CODES.contains(&code.as_str()) || *code == "stored"),
        };
        if !fits || !good || case.format != Format::Doc && figures != FIGURES {
            wrong.push(format!("{}: {told:?} {}", case.name, figures));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn judge(cases: &[&Case]) {
    let fed = fed(cases);
    println!(
        "whole: {} documents that harm, in {:?}; MiB of the program and of a reader: {:?}",
        cases.len(),
        fed.counts(),
        fed.peaks
    );
    assert!(fed.peaks.iter().zip(MOST).all(|(seen, most)| *seen < most) && fed.peaks[0] > 0, "{:?}", fed.peaks);
    assert_each(cases, &fed);
    let db = fed.room.db();
    assert_eq!(count(&db, "SELECT count(*) FROM attempt WHERE finished_at IS NULL"), 0);
    let odd = column::<String>(&db, "SELECT DISTINCT rule FROM quarantine WHERE length(sha256) = 64", []);
    assert!(odd.iter().all(|rule| rule == "drift" || rule.starts_with("parser_")), "{odd:?}");
    assert_whole(&fed.room.path("data"));
    assert_left_alone(&fed.room);
}

#[test]
fn documents_that_harm_leave_the_rest_alone() {
    println!("one in {SAMPLED} from number {SEED} on");
    let all = all();
    let light: Vec<&Case> = all.iter().filter(|case| !case.heavy && case.then != Then::Fell("parser_timeout")).collect();
    judge(&light.into_iter().skip(SEED).step_by(if super::full() { 1 } else { SAMPLED }).collect::<Vec<_>>());
}

#[test]
#[ignore = "the full matrix: minutes"]
fn every_document_that_harms_leaves_the_rest_alone() {
    judge(&all().iter().collect::<Vec<_>>());
}
