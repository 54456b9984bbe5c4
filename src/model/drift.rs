//! What a document changed against what was expected of it: by its own guards, or by the documents before it.

use super::{Issue, Severity};
use std::fmt;

/// How much a change matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The document may have been misread: its figures are kept out until a person accepts the change.
    Holds,
    /// The document comes without something that was expected. What it has is good and is stored.
    Lacks,
    /// The headings still identify every figure; it is only told.
    Told,
}

impl Weight {
    /// The name that stands in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Weight::Holds => "holds",
            Weight::Lacks => "lacks",
            Weight::Told => "told",
        }
    }

    /// The inverse of [`Weight::as_str`].
    pub fn parse(text: &str) -> Option<Weight> {
        [Weight::Holds, Weight::Lacks, Weight::Told].into_iter().find(|weight| weight.as_str() == text)
    }
}

/// Whether a place is a row or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A row of figures.
    Row,
    /// A column of figures.
    Column,
}

/// Where a row or column of a table stands and what its words are. Figures do not depend on it: what is told of it is whether
/// the publisher moved or renamed something that is still understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// As in [`super::Observation::table`].
    pub table: String,
    /// Row or column.
    pub line: Line,
    /// What its words mean, which tells it from its neighbours.
    pub meaning: String,
    /// Its words: the label or the heading.
    pub words: String,
    /// Number of the row or letters of the column.
    pub at: String,
}

/// One change. Code, place, before and after are its identity: once a person accepted it, it is not asked about again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Drift {
    /// How much it matters.
    pub weight: Weight,
    /// A closed list of codes in `snake_case`: `checkpoint`, `unit_changed`, `series_gone` …
    pub code: String,
    /// Where: a series, a table, a reading; not a cell where a word will do, for cells move.
    pub place: String,
    /// What stood there, or was wanted.
    pub before: String,
    /// What stands there.
    pub after: String,
}

impl Drift {
    /// A change of this weight.
    pub fn new(
        weight: Weight,
        code: &str,
        place: impl Into<String>,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> Drift {
        Drift { weight, code: code.to_string(), place: place.into(), before: before.into(), after: after.into() }
    }

    /// The same for an older document, because of which a later one changes it: what the later one lacks, this one does not.
    pub fn of_later(self) -> Option<Drift> {
        match self.weight {
            Weight::Holds => Some(self),
            Weight::Lacks => Some(Drift { weight: Weight::Told, ..self }),
            Weight::Told => None,
        }
    }

    /// What a failed guard of the reading says of the document; issues that are no failed guard say nothing.
    pub fn of(issue: &Issue) -> Option<Drift> {
        let weight = match issue.code {
            _ if issue.severity != Severity::Error => return None,
            "two_values" | "unknown_column" | "empty_column" | "correction_count" => Weight::Holds,
            "prose_not_found" | "prose_too_long" => Weight::Lacks,
            _ => return None,
        };
        Some(Drift::new(weight, issue.code, &issue.locator, &issue.wanted, &issue.seen))
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {} → {}", self.code, self.place, self.before, self.after)
    }
}
