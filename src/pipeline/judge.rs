//! The papers against what is stored.

use super::{BadConfiguration, House, Places};
use crate::model::SeriesCode;
use crate::paper::Paper;
use crate::reconcile::{Algebra, Finding, Reconciled, Severity, reconcile, reconcile_internally};
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
    /// What the paper's figures say of each other.
    pub algebra: Algebra,
    /// Verdicts that differ from the reconciliation before; empty in the first.
    pub changes: Vec<Change>,
}

impl Judged {
    fn new(paper: &Paper, Reconciled { findings, algebra }: Reconciled) -> Judged {
        Judged { paper: paper.id.clone(), findings, algebra, changes: Vec::new() }
    }

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
        all.push(Judged::new(paper, reconcile(paper, &house.store, day)?));
    }
    Ok(all)
}

/// Judges the figures of papers against each other alone: no source is asked, and no store is needed.
///
/// # Errors
/// [`BadConfiguration`] for mistakes in the papers, and for an unknown paper.
pub fn judge_internally(places: &Places, paper: Option<&str>) -> Result<(Vec<Paper>, Vec<Judged>), BadConfiguration> {
    let papers = super::texts::papers_alone(places)?;
    let chosen = super::house::chosen(&papers, paper)?;
    let judged = chosen.iter().map(|paper| Judged::new(paper, reconcile_internally(paper))).collect();
    Ok((papers, judged))
}

/// The series that claims of these papers declare, each once.
pub fn series_of_claims(papers: &[&Paper]) -> Vec<SeriesCode> {
    let codes: BTreeSet<&SeriesCode> = papers.iter().flat_map(|paper| &paper.claims).filter_map(|c| c.series.as_ref()).collect();
    codes.into_iter().cloned().collect()
}
