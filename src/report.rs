//! Findings and the state of the sources → words. Decides no truth, asks no clock, and reads and writes nothing.

pub mod algebra;
pub mod brief;
mod bundle;
mod explain;
mod json;
mod markdown;
mod mirrors;
pub mod parts;
pub mod revisions;
mod spreadsheet;
mod terminal;
#[cfg(test)]
pub(crate) mod tests;
mod triangle;
pub mod view;
pub mod words;

pub use brief::brief_markdown;
pub use bundle::{Backing, Bundle, BundleDocument, Excerpt, Passage, PassageRow, PassageText, arithmetic, bundle, passage};
pub use explain::explain;
pub use json::{Verdicts, findings_json, json};
pub use markdown::markdown;
pub use mirrors::{mirror_table, mirrors_beside, mirrors_json};
pub use revisions::revisions_json;
pub(crate) use spreadsheet::plain;
pub use spreadsheet::{csv, number, safe};
pub use terminal::{contradictions, summary, table};
pub use triangle::{revision_table, revision_triangle};
pub use view::plural;

use crate::paper::Paper;
use crate::reconcile::{Algebra, Finding};
use crate::revision::SeriesRevisions;
use chrono::{DateTime, NaiveDate, Utc};

/// All that a report on one paper is made from.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// The paper.
    pub paper: &'a Paper,
    /// A verdict a claim, in the order of the catalogue.
    pub findings: &'a [Finding],
    /// What the paper's figures say of each other.
    pub algebra: &'a Algebra,
    /// The revisions of the series its claims declare, those with more than one vintage.
    pub revisions: &'a [SeriesRevisions],
    /// The state of every source.
    pub sources: &'a [SourceLine],
    /// How much is held.
    pub totals: Totals,
    /// Open issues.
    pub issues: &'a [IssueLine],
    /// The moment the report speaks of itself.
    pub generated_at: DateTime<Utc>,
    /// The day whose knowledge the verdicts rest on; today's if `None`.
    pub as_of: Option<NaiveDate>,
    /// Whether no network was there.
    pub offline: bool,
    /// The program's version.
    pub version: &'a str,
}

/// The state of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SourceLine {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// The declared state, such as `active`.
    pub state: String,
    /// Where documents of what has ended come from, such as `read from the web archive`; empty: from its addresses.
    pub fetched: String,
    /// When it is looked at, as written.
    pub schedule: String,
    /// When it was last tried.
    pub last_attempt: Option<DateTime<Utc>>,
    /// What came of that, such as `ok`.
    pub last_outcome: Option<String>,
    /// What that said.
    pub last_message: Option<String>,
    /// When it last succeeded.
    pub last_success: Option<DateTime<Utc>>,
    /// The date of its newest document.
    pub newest_document: Option<NaiveDate>,
    /// How many documents are known.
    pub documents: u64,
    /// How many figures they hold.
    pub observations: u64,
    /// How many vintages those are.
    pub vintages: u64,
    /// How many issues are open.
    pub open_issues: u64,
    /// How many documents and lines are in quarantine.
    pub quarantined: u64,
    /// How often it failed since it last answered.
    pub failures: u32,
    /// Older than this many days, its newest document is stale.
    pub max_age_days: Option<u32>,
    /// When something new is expected next, such as `between 2026-12-23 and 2026-12-27`.
    pub expected: Option<String>,
    /// That nothing new came though it was expected.
    pub silent: Option<String>,
    /// That it failed again and again, and goes on to.
    pub failing: Option<String>,
    /// The last planned runs that did not take place, and why.
    pub missed: Option<String>,
}

impl SourceLine {
    /// Whether its declared state says that nothing new is to come from its address.
    pub fn is_at_rest(&self) -> bool {
        ["withheld", "dead", "moved"].contains(&self.state.as_str())
    }

    /// The declared state, and what that means for its fetching: `dead, read from the web archive`.
    pub fn shown_state(&self) -> String {
        let parts = [self.state.as_str(), self.fetched.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// How much is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Totals {
    /// Sources.
    pub sources: u64,
    /// Documents.
    pub documents: u64,
    /// Series.
    pub series: u64,
    /// Figures: one a series and period.
    pub observations: u64,
    /// Vintages of them.
    pub vintages: u64,
    /// Open issues.
    pub issues: u64,
}

/// One open issue.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct IssueLine {
    /// Its code, such as `unknown_row`.
    pub code: String,
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// The source's id.
    pub source: String,
    /// The document, as readers know it.
    pub document: String,
    /// The place in it.
    pub locator: String,
    /// What was seen.
    pub seen: String,
    /// What was wanted.
    pub wanted: String,
}
