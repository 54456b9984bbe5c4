//! The paper that is shipped parses as a whole, and its rows keep to the words of the house.

use super::Paper;
use crate::model::SeriesCode;
use std::collections::{BTreeMap, BTreeSet};

const TOML: &str = include_str!("../../papers/an-2023/paper.toml");
const CSV: &str = include_str!("../../papers/an-2023/claims.csv");
/// Figures counted in the paper, by section.
const COUNTED: [(&str, usize); 13] = [
    ("1.1", 35),
    ("1.2", 46),
    ("1.3", 9),
    ("1.4", 13),
    ("2.1", 101),
    ("2.2", 19),
    ("3.1", 1),
    ("3.2", 7),
    ("3.3", 1),
    ("3.4", 16),
    ("4.2", 21),
    ("4.3", 8),
    ("4.4", 2),
];
/// What a claim may measure.
const MEASURES: [&str; 6] = ["growth", "level", "share", "multiple", "count", "rank"];

fn shipped() -> Paper {
    Paper::parse(TOML, CSV, "paper.toml", "claims.csv").unwrap_or_else(|mistakes| panic!("{}", mistakes.join("\n")))
}

#[test]
fn every_figure_counted_is_there() {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for claim in shipped().claims {
        *found.entry(claim.section).or_default() += 1;
    }
    assert_eq!(found, COUNTED.map(|(section, count)| (section.to_string(), count)).into());
}

#[test]
fn every_row_is_whole() {
    let paper = shipped();
    let ids: BTreeSet<&str> = paper.claims.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids.len(), paper.claims.len());
    for claim in &paper.claims {
        let id = &claim.id;
        assert!(id.starts_with(&format!("s{}-", claim.section)), "{id}: {}", claim.section);
        assert!(MEASURES.contains(&claim.measure.as_str()), "{id}: {}", claim.measure);
        assert!(!claim.restated.is_empty() && !claim.indicator.is_empty(), "{id}");
        let place = [&claim.paragraph, &claim.sentence].map(|n| n.parse::<u32>().unwrap_or(0));
        assert!(place.iter().all(|n| (1..=8).contains(n)), "{id}: {place:?}");
        assert_eq!(claim.value.is_none(), (id == "s2.1-078"), "{id}");
    }
}

#[test]
fn every_series_says_what_its_row_says() {
    for claim in shipped().claims {
        let code: &SeriesCode = claim.series.as_ref().unwrap_or_else(|| panic!("{}: no series", claim.id));
        let identity = code.identity();
        let parts = [identity.entity, identity.counterpart, identity.flow].map(Option::unwrap_or_default);
        assert_eq!([&claim.entity, &claim.counterpart, &claim.flow].map(String::as_str), parts, "{}: {code}", claim.id);
        let annual = identity.frequency.map(|f| f.as_str()) == Some("a");
        assert!(!annual || claim.period.whole_months().is_some_and(|m| m % 12 == 0), "{}: {}", claim.id, claim.period);
    }
}

#[test]
fn rows_stand_in_the_order_of_the_paper() {
    let places: Vec<_> = shipped().claims.iter().map(|c| (c.section.clone(), c.paragraph.clone(), c.sentence.clone())).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn cutoffs_of_dated_notes() {
    let paper = shipped();
    let cases = [
        ("s1.1-001", "2023-05-01"),
        ("s1.3-007", "2023-05-01"),
        ("s1.4-001", "2023-02-22"),
        ("s1.4-006", "2023-04-26"),
        ("s2.1-022", "2021-10-13"),
        ("s2.1-082", "2021-05-13"),
        ("s2.1-090", "2023-05-01"),
        ("s3.2-004", "2023-05-01"),
    ];
    for (id, wanted) in cases {
        let claim = paper.claims.iter().find(|c| c.id == id).unwrap();
        assert_eq!(paper.cutoff(claim).unwrap().to_string(), wanted, "{id}");
    }
}
