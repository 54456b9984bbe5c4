//! The papers against what is stored.

use super::House;
use crate::model::SeriesCode;
use crate::paper::Paper;
use crate::reconcile::{Finding, Severity, reconcile};
use crate::store::Change;
use anyhow::Result;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// The verdicts on one paper, and what changed since the last time.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The paper's id.
    pub paper: String,
    /// A verdict a claim, in the order of the catalogue.
    pub findings: Vec<Finding>,
    /// Verdicts that differ from the reconciliation before; empty in the first.
    pub changes: Vec<Change>,
}

impl Judged {
    /// Deviations of at least `threshold` that the reconciliation before did not have.
    pub fn new_deviations(&self, threshold: Severity) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.is_new_deviation() && change.severity >= threshold)
    }
}

/// Judges with what was known on a day (today, if `None`). Nothing is kept.
///
/// # Errors
/// An unknown paper, or the store failing.
pub fn judge_as_of(house: &House, paper: Option<&str>, day: Option<NaiveDate>) -> Result<Vec<Judged>> {
    let mut all = Vec::new();
    for paper in house.papers(paper)? {
        let findings = reconcile(paper, &house.store, day)?;
        all.push(Judged { paper: paper.id.clone(), findings, changes: Vec::new() });
    }
    Ok(all)
}

/// The series that claims of these papers declare, each once.
pub fn series_of_claims(papers: &[&Paper]) -> Vec<SeriesCode> {
    let codes: BTreeSet<&SeriesCode> = papers.iter().flat_map(|paper| &paper.claims).filter_map(|c| c.series.as_ref()).collect();
    codes.into_iter().cloned().collect()
}
