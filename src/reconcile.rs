//! Claims × vintages → findings. Pure: what must be known of the store is asked through [`Facts`].

pub mod algebra;
mod bridge;
mod cause;
mod claim;
mod diagnosis;
mod excuse;
mod hedge;
mod identity;
pub mod interval;
pub mod ladder;
mod mirror;
mod rank;
mod rebased;
mod sentence;
#[cfg(test)]
mod tests;
pub mod units;
mod verdict;
mod vintage;

pub use algebra::{Algebra, Conventions, Outcome, Reading, Suspect};
pub use bridge::{Bridge, Overlap, Part};
pub use cause::{Basis, Cause, Changed, Explained, Inputs, Seen, explain, fields};
pub use diagnosis::SAME_LABEL;
pub use ladder::Grade;
pub use mirror::{MIRROR, MIRROR_DIFFERENCE, MirrorDifference, mirror};
pub use verdict::{Severity, Side, Suggestion, Verdict, VerdictStatus};
pub use vintage::{Vintage, VintageJudgement, VintageResult};

use crate::model::{Period, SeriesCode, Way};
use crate::paper::Paper;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A question to the store that had no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("facts for {series}: {reason}")]
pub struct FactsError {
    /// The series asked for.
    pub series: String,
    /// What went wrong.
    pub reason: String,
}

/// What is known of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesInfo {
    /// Its code.
    pub code: SeriesCode,
    /// The unit's id.
    pub unit: String,
    /// The publisher's name for readers, such as `Rosstat`.
    pub publisher: String,
    /// What the series is, for readers, such as `industrial production index`.
    pub title: String,
    /// How a source that holds it fails at present.
    pub failing: Option<Failing>,
}

/// How the last look at a source ended that gave nothing, against its declared state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// It could not be fetched.
    Fetch,
    /// What was fetched could not be read.
    Reading,
}

/// A figure that some series shows or once showed, as a candidate for an explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherFigure {
    /// The series.
    pub code: SeriesCode,
    /// The publisher's name for readers.
    pub publisher: String,
    /// The period.
    pub period: Period,
    /// The value.
    pub value: Decimal,
    /// Digits after the separator as displayed.
    pub decimals: u32,
    /// The unit's id.
    pub unit: String,
    /// Since when the value has been known.
    pub known_from: NaiveDate,
    /// Whether it stands today.
    pub current: bool,
    /// How its series hangs together with the one asked about, where somebody has said so.
    pub link: Option<SeriesLink>,
}

/// What was said of two series: `[[link]]` in `sources.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesLink {
    /// `successor`, `same_label` …
    pub kind: String,
    /// Why, in words.
    pub note: String,
}

/// A form of a series that its figures can be had from: `[[link]]` with a family in `sources.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedForm {
    /// The series that figures are had from. Nothing need be held of it.
    pub from: SeriesCode,
    /// How.
    pub way: Way,
    /// Why, in words.
    pub note: String,
}

/// All that reconciliation asks of the store. What has an answer here is what somebody says who knows of no other figures.
pub trait Facts {
    /// What is known of a series; `None` if nobody holds it.
    fn series_info(&self, code: &SeriesCode) -> Result<Option<SeriesInfo>, FactsError>;
    /// Every vintage of one figure, in any order.
    fn vintages(&self, code: &SeriesCode, period: Period) -> Result<Vec<Vintage>, FactsError>;
    /// Other items or counterparts of the same publisher, indicator, measure and frequency in the same period.
    fn siblings(&self, _code: &SeriesCode, _period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    /// The same series in the periods around.
    fn neighbours(&self, _code: &SeriesCode, _period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    /// The same subject by another measure, frequency or variant, for periods of up to a year that end on the same day.
    fn other_bases(&self, _code: &SeriesCode, _period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    /// The same item in the other direction of trade, or as the other side reports it, in the same period.
    fn other_flows(&self, _code: &SeriesCode, _period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    /// Series that are declared to bear the same label, in the same period.
    fn same_label(&self, _code: &SeriesCode, _period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    /// The same item under another publisher or indicator in the same period.
    fn same_figure_elsewhere(&self, _code: &SeriesCode, _period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    /// How many stored observations of that unit would fit a printed value by chance.
    fn count_like(&self, value: Decimal, decimals: u32, unit: &str) -> Result<u64, FactsError>;
    /// The forms that figures of the series can be had from, in the order they are to be tried.
    fn forms(&self, _code: &SeriesCode) -> Result<Vec<LinkedForm>, FactsError> {
        Ok(Vec::new())
    }
    /// The periods for which the series has a value today, oldest first.
    fn periods(&self, _code: &SeriesCode) -> Result<Vec<Period>, FactsError> {
        Ok(Vec::new())
    }
}

/// The verdicts on one claim.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Finding {
    /// The claim's name.
    pub claim: String,
    /// Where it stands.
    pub section: String,
    /// The token as printed.
    pub printed: String,
    /// The declared series.
    pub series: Option<String>,
    /// The period.
    pub period: String,
    /// The claim against what was published.
    pub external: Verdict,
    /// The claim against the rest of the paper.
    pub internal: Verdict,
    /// The place in `external.vintages` of the vintage that decides.
    pub evidence: Option<usize>,
}

impl Finding {
    /// The series whose figures the printed one is held against: that which stands in, if another does.
    pub fn compared(&self) -> Option<&str> {
        let stands_in = self.external.bridge.as_ref().map(|bridge| bridge.from.as_str());
        stands_in.or(self.series.as_deref())
    }
}

/// The verdicts on a paper: a finding a claim, and what its own figures say of each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciled {
    /// A verdict a claim, in the order of the catalogue.
    pub findings: Vec<Finding>,
    /// The relations, the paper's habits, and what contradicts.
    pub algebra: Algebra,
}

/// The verdict on every claim of a paper, as somebody would have given it on `as_of` (today if `None`).
///
/// # Errors
/// Only if `facts` fails; a deviation is never made of that.
pub fn reconcile(paper: &Paper, facts: &dyn Facts, as_of: Option<NaiveDate>) -> Result<Reconciled, FactsError> {
    let algebra = algebra::solve(paper);
    let external = |claim| claim::external(paper, claim, facts, as_of, &algebra.conventions);
    let findings = paper.claims.iter().map(|one| Ok(claim::finding(paper, one, external(one)?, &algebra)));
    Ok(Reconciled { findings: findings.collect::<Result<_, FactsError>>()?, algebra })
}

/// The verdicts from the printed figures alone; nothing else is asked.
pub fn reconcile_internally(paper: &Paper) -> Reconciled {
    let algebra = algebra::solve(paper);
    let external = || (Verdict::without(VerdictStatus::NotChecked, "disabled", sentence::internal_only()), None);
    let findings = paper.claims.iter().map(|one| claim::finding(paper, one, external(), &algebra)).collect();
    Reconciled { findings, algebra }
}
