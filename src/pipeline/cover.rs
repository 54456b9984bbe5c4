//! What a paper's figures rest on: claims by the class of their evidence, and what would settle the rest.

use super::House;
use super::judge::{Judged, judge_as_of};
use crate::model::{Class, SeriesCode};
use crate::paper::{Claim, Paper, SearchReason};
use crate::reconcile::Finding;
use anyhow::Result;
use std::collections::BTreeMap;

/// What an official figure for a claim is known from. The best comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A document that is held here.
    Parsed,
    /// A document that this program read elsewhere.
    Exported,
    /// The publisher's text, read by a person.
    Transcribed,
    /// A text that quotes the publisher, read by a person.
    Quoted,
    /// Nothing; a search is recorded.
    Searched(SearchReason),
    /// Nothing, and no search is recorded.
    Nothing,
    /// The claim is mapped to no series: it can only be judged within the paper.
    Unmapped,
}

impl Basis {
    fn of(class: Class) -> Basis {
        match class {
            Class::Parsed => Basis::Parsed,
            Class::Exported => Basis::Exported,
            Class::Transcribed => Basis::Transcribed,
            Class::Quoted => Basis::Quoted,
        }
    }

    /// The names that stand in tables and JSON, in the order of the variants.
    pub const NAMES: [&'static str; 7] =
        ["parsed", "exported", "transcribed", "quoted", "searched in vain", "nothing", "unmapped"];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        let [parsed, exported, transcribed, quoted, searched, nothing, unmapped] = Basis::NAMES;
        match self {
            Basis::Parsed => parsed,
            Basis::Exported => exported,
            Basis::Transcribed => transcribed,
            Basis::Quoted => quoted,
            Basis::Searched(_) => searched,
            Basis::Nothing => nothing,
            Basis::Unmapped => unmapped,
        }
    }

    /// Whether there is a figure.
    pub fn is_figure(self) -> bool {
        matches!(self, Basis::Parsed | Basis::Exported | Basis::Transcribed | Basis::Quoted)
    }
}

/// Who could settle claims without a figure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settler {
    /// A configured source, with the state it is declared in.
    Source(String, &'static str),
    /// No source is configured that delivers series of this publisher and indicator.
    Nobody(String),
}

/// What the figures of one paper rest on.
#[derive(Debug, Clone, Default)]
pub struct Cover {
    /// The paper's id.
    pub paper: String,
    /// Each claim with its section and basis, in the order of the catalogue.
    pub claims: Vec<(String, String, Basis)>,
    /// Claims without a figure by who could settle them.
    pub open: BTreeMap<Settler, Vec<String>>,
}

/// What the figures of a paper rest on, given its verdicts.
fn cover(house: &House, paper: &Paper, judged: &Judged) -> Result<Cover> {
    let mut found = Cover { paper: paper.id.clone(), ..Cover::default() };
    for (claim, finding) in paper.claims.iter().zip(&judged.findings) {
        let basis = match class(house, claim, finding)? {
            Some(class) => Basis::of(class),
            None => without_figure(paper, claim),
        };
        if let Some(series) = claim.series.as_ref().filter(|_| !basis.is_figure()) {
            for settler in settlers(house, series) {
                found.open.entry(settler).or_default().push(claim.id.clone());
            }
        }
        found.claims.push((claim.id.clone(), claim.section.clone(), basis));
    }
    Ok(found)
}

/// The class of the vintage that decides; without one, the best class that has a value for the period. A rank is decided by the
/// whole series, and no vintage decides it alone.
fn class(house: &House, claim: &Claim, finding: &Finding) -> Result<Option<Class>> {
    let vintages = &finding.external.vintages;
    let deciding = finding.evidence.and_then(|at| vintages.get(at)).filter(|vintage| vintage.value.is_some());
    let judged = vintages.iter().filter(|vintage| vintage.value.is_some()).map(|vintage| vintage.class).max();
    if let Some(class) = deciding.map(|vintage| vintage.class).or(judged) {
        return Ok(Some(class));
    }
    let Some(series) = claim.series.as_ref().filter(|_| claim.hedge.is_some_and(|hedge| hedge.is_rank())) else {
        return Ok(None);
    };
    let held = house.store.vintages(series.as_str(), claim.period, None)?;
    Ok(held.iter().filter(|row| row.value.is_some()).map(|row| row.class).max())
}

fn without_figure(paper: &Paper, claim: &Claim) -> Basis {
    match paper.search(&claim.id) {
        Some(search) => Basis::Searched(search.reason),
        None if claim.series.is_some() => Basis::Nothing,
        None => Basis::Unmapped,
    }
}

/// What the figures of the papers asked for rest on today. Nothing is kept.
///
/// # Errors
/// An unknown paper, or the store failing.
pub fn covers(house: &House, paper: Option<&str>) -> Result<Vec<Cover>> {
    let judged = judge_as_of(house, paper, None)?;
    let one = |judged: &Judged| cover(house, house.papers(Some(&judged.paper))?.remove(0), judged);
    judged.iter().map(one).collect()
}

fn settlers(house: &House, series: &SeriesCode) -> Vec<Settler> {
    let delivering = house.config.sources.iter().filter(|source| source.delivers(series));
    let found: Vec<Settler> = delivering.map(|source| Settler::Source(source.id.clone(), source.state.kind.as_str())).collect();
    if !found.is_empty() {
        return found;
    }
    let identity = series.identity();
    vec![Settler::Nobody(format!("{}.{}", identity.publisher, identity.indicator))]
}
