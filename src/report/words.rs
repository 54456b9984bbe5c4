//! The one table of words: status, grade, reason and the rest → icon, word, explanation.

mod lang;
mod reasons;
mod russian;

pub use lang::Lang;
pub use reasons::{REASONS, has_words, reason};

use crate::model::{Class, DateBasis, Frequency, Status, Way};
use crate::reconcile::{Grade, Severity, VerdictStatus, VintageResult};

/// How a status is shown: never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusWords {
    /// The name that stands in JSON and CSV.
    pub code: &'static str,
    /// One character, different for each status.
    pub icon: &'static str,
    /// The word.
    pub word: &'static str,
    /// The class in the style sheet.
    pub class: &'static str,
    /// What it means, for somebody who is no programmer.
    pub explanation: &'static str,
}

/// Every status, the ones that need a reader first.
pub const STATUSES: [VerdictStatus; 9] = [
    VerdictStatus::Deviates,
    VerdictStatus::Inconsistent,
    VerdictStatus::Implausible,
    VerdictStatus::Superseded,
    VerdictStatus::NotComparable,
    VerdictStatus::ConfirmedWithNote,
    VerdictStatus::Confirmed,
    VerdictStatus::Unverifiable,
    VerdictStatus::NotChecked,
];

/// Icon, word and explanation of a status.
pub const fn status(status: VerdictStatus) -> StatusWords {
    let (code, icon, word, class, explanation) = match status {
        VerdictStatus::Confirmed => (
            "CONFIRMED",
            "✓",
            "confirmed",
            "confirmed",
            "The printed figure is what the source published, exactly or after ordinary rounding.",
        ),
        VerdictStatus::ConfirmedWithNote => (
            "CONFIRMED_WITH_NOTE",
            "✎",
            "confirmed with a note",
            "note",
            "The figure agrees, but only under a condition that the reasons name.",
        ),
        VerdictStatus::Superseded => (
            "SUPERSEDED",
            "↻",
            "superseded",
            "superseded",
            "The figure was right when the paper was written. The publisher has revised it since; this is no error of the paper.",
        ),
        VerdictStatus::Deviates => (
            "DEVIATES",
            "✗",
            "deviates",
            "deviates",
            "The publisher's figure is held as it stood at the time, and it is a different one.",
        ),
        VerdictStatus::Inconsistent => (
            "INCONSISTENT",
            "≠",
            "inconsistent",
            "inconsistent",
            "The paper's own figures contradict each other, whatever any source says. Ordinary rounding cannot explain it.",
        ),
        VerdictStatus::Implausible => (
            "IMPLAUSIBLE",
            "△",
            "implausible",
            "implausible",
            "The paper's own figures contradict an assumption, which the sentence states. It may still be right.",
        ),
        VerdictStatus::NotComparable => (
            "NOT_COMPARABLE",
            "⊘",
            "not comparable",
            "incomparable",
            "The paper's figure and the declared series measure different things, so neither proves the other wrong.",
        ),
        VerdictStatus::Unverifiable => (
            "UNVERIFIABLE",
            "?",
            "unverifiable",
            "unverifiable",
            "What would decide is not held here: no source, no version from the time, or one too coarse or contradictory.",
        ),
        VerdictStatus::NotChecked => (
            "NOT_CHECKED",
            "–",
            "not checked",
            "unchecked",
            "Nobody has tried: nothing was declared to compare with, or the run failed. It says nothing about the figure.",
        ),
    };
    StatusWords { code, icon, word, class, explanation }
}

/// How much a verdict matters.
pub const fn severity(severity: Severity) -> &'static str {
    severity.as_str()
}

/// Every grade, best first.
pub const GRADES: [Grade; 7] =
    [Grade::Exact, Grade::Rounds, Grade::Tie, Grade::Compatible, Grade::Coarse, Grade::Truncated, Grade::None];

/// A grade's name in JSON and CSV, its word, and what it means.
pub const fn grade(grade: Grade) -> (&'static str, &'static str, &'static str) {
    match grade {
        Grade::Exact => ("EXACT", "exact", "the same figure with the same number of digits"),
        Grade::Rounds => ("ROUNDS", "rounds", "rounds to the printed figure under each usual rule"),
        Grade::Tie => ("TIE", "tie", "rounds to the printed figure under some rules only, since it ends on a half"),
        Grade::Compatible => ("COMPATIBLE", "compatible", "a computed figure that can be the printed one before rounding"),
        Grade::Coarse => ("COARSE", "coarse", "too few digits to confirm or to contradict"),
        Grade::Truncated => ("TRUNCATED", "truncated", "gives the printed figure only if cut off instead of rounded"),
        Grade::None => ("NONE", "none", "does not give the printed figure under any rule"),
    }
}

/// A row of the table of vintages: its name in JSON and CSV, and what it means.
pub const fn vintage_result(result: VintageResult) -> (&'static str, &'static str) {
    match result {
        VintageResult::MatchCurrent => ("MATCH_CURRENT", "it agrees with today's figure"),
        VintageResult::MatchAtCutoff => ("MATCH_AT_CUTOFF", "it agrees with the figure known at the cut-off, not with today's"),
        VintageResult::MatchOtherVintage => {
            ("MATCH_OTHER_VINTAGE", "it agrees with an earlier figure than the one of the cut-off")
        }
        VintageResult::MatchOnlyAfterCutoff => ("MATCH_ONLY_AFTER_CUTOFF", "it agrees only with figures from after the cut-off"),
        VintageResult::VintageUnknown => {
            ("VINTAGE_UNKNOWN", "nothing is held from before the cut-off, and today's figure differs")
        }
        VintageResult::NoVintageMatches => ("NO_VINTAGE_MATCHES", "figures from before the cut-off are held, and none agrees"),
    }
}

/// How a figure came to us.
pub const fn class(class: Class) -> (&'static str, &'static str) {
    match class {
        Class::Parsed => ("parsed", "read by this program from a document in the archive"),
        Class::Exported => ("exported", "read by this program elsewhere, from a document that need not be held here"),
        Class::Transcribed => ("transcribed", "copied by a person from the publisher's own text"),
        Class::Quoted => ("quoted", "copied by a person from a text that quotes the publisher"),
    }
}

/// Where a date of knowledge comes from.
pub const fn basis(basis: DateBasis) -> (&'static str, &'static str) {
    match basis {
        DateBasis::Stated => ("stated", "the document states the date"),
        DateBasis::Recorded => ("recorded", "the day somebody fetched the document"),
        DateBasis::Estimated => ("estimated", "by whoever entered the figure"),
    }
}

/// How often a series has a figure.
pub const fn frequency(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::A => "yearly",
        Frequency::H => "half-yearly",
        Frequency::Q => "quarterly",
        Frequency::M => "monthly",
        Frequency::W => "weekly",
        Frequency::D => "daily",
        Frequency::Ytd => "cumulated from January",
    }
}

/// What stands in a cell; `None` for an ordinary figure.
pub const fn cell(status: Status) -> Option<&'static str> {
    match status {
        Status::Published => None,
        Status::Provisional => Some("preliminary"),
        Status::Withheld => Some("withheld"),
        Status::Absent => Some("does not exist"),
        Status::NoData => Some("no data"),
        Status::Blank => Some("blank"),
        Status::Withdrawn => Some("withdrawn"),
    }
}

/// How a figure was had from another form of its series.
pub const fn way(way: Way) -> &'static str {
    match way {
        Way::Same => "the same figure in another form",
        Way::Chain => "the product of the changes of consecutive periods",
        Way::Sum => "the sum of the periods",
        Way::Growth => "the change between two levels",
        Way::Splice => "the change on another base",
    }
}
