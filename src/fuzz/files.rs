//! The operator's files, and a table against the readings that travel with the program.

use super::choice;
use crate::config::{Alerts, Config, Mistake};
use crate::guard::{Document, Reader, Wanted};
use crate::normalize::Normalizer;
use crate::paper::Paper;
use crate::parse::{Event, Format};
use crate::propose::{About, Study};
use chrono::NaiveDate;
use std::sync::LazyLock;

/// What parts the texts of a paper.
const PART: &str = "\n\u{c}\n";

static BUILTIN: LazyLock<Config> = LazyLock::new(|| Config::builtin().unwrap_or_else(|error| panic!("{error}")));

fn told(mistakes: &[Mistake], text: &str) {
    assert!(!mistakes.is_empty(), "a refusal says why");
    let lines = text.split('\n').count();
    assert!(mistakes.iter().all(|one| (1..=lines).contains(&one.line) && one.column > 0), "{mistakes:?}");
}

/// `sources.toml`.
pub fn config(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Config::parse(&text, "f") {
        Ok(config) => {
            let same = Config::parse(&text, "f").map(|config| config.sha256);
            assert_eq!(same.ok(), Some(config.sha256));
        }
        Err(mistakes) => told(&mistakes, &text),
    }
}

/// `alerts.toml`.
pub fn alerts(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(mistakes) = Alerts::parse(&text, "f") {
        told(&mistakes, &text);
    }
}

/// `paper.toml`, `claims.csv` and `searches.csv`, parted by a line with a form feed.
pub fn paper(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.splitn(3, PART);
    let mut part = || parts.next().unwrap_or_default();
    let (toml, claims, searches) = (part(), part(), part());
    match Paper::parse(toml, claims, "paper.toml", "claims.csv") {
        Ok(mut paper) => {
            assert!(paper.claims.iter().all(|claim| paper.cutoff(claim).is_some()), "every claim has its day");
            let _ = paper.record_searches(searches, "searches.csv");
        }
        Err(mistakes) => {
            assert!(mistakes.iter().all(|one| one.starts_with("paper.toml:") || one.starts_with("claims.csv:")), "{mistakes:?}")
        }
    }
}

/// A table in columns: read by a source that travels with the program, and proposed as a new one.
pub fn reading(bytes: &[u8]) {
    let (choice, text) = choice(bytes);
    let mut events = Vec::new();
    let wanted = Wanted { format: Format::Csv, charset: None, member: None };
    if Reader::InProcess.read(&Document::of(text.as_bytes()), wanted, &mut |event| events.push(event)).is_err() {
        return;
    }
    if let Some(source) = BUILTIN.sources.get(usize::from(choice) % BUILTIN.sources.len()) {
        let mut normalizer = Normalizer::new(&source.mapping, NaiveDate::from_ymd_opt(2020, 6, 30).unwrap_or_default());
        events.iter().for_each(|event| normalizer.event(event.clone()));
        if let Ok(reading) = normalizer.finish() {
            assert!(reading.observations.iter().all(|o| o.value.is_some() == o.status.has_value()));
        }
    }
    proposed(&events);
}

/// A proposal is a configuration, whatever the document.
fn proposed(events: &[Event]) {
    let mut study = Study::default();
    events.iter().for_each(|event| study.event(event.clone()));
    let [document, id, publisher] = ["a.csv", "new", "p"].map(str::to_string);
    let (publisher_known, publisher_is, member, charset, broken) = (false, None, None, None, None);
    let format = Format::Csv;
    let proposal =
        study.propose(&About { document, id, publisher, publisher_known, publisher_is, format, member, charset, broken });
    if let Err(mistakes) = Config::parse(&proposal.text, "f") {
        panic!("{mistakes:?}\n{}", proposal.text);
    }
}
