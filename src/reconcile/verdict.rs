//! What a verdict is, and how severe its reasons are.

use super::algebra::Outcome;
use super::bridge::Bridge;
use super::ladder::Grade;
use super::vintage::{VintageJudgement, VintageResult};
pub use crate::model::Gravity as Severity;

/// The closed list of statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VerdictStatus {
    /// The figure agrees.
    Confirmed,
    /// It agrees, with something to know.
    ConfirmedWithNote,
    /// It agreed with what was published then; a later vintage differs.
    Superseded,
    /// It agrees with no vintage that the author can have known.
    Deviates,
    /// The paper contradicts itself, proven from what it prints.
    Inconsistent,
    /// The paper contradicts a stated assumption.
    Implausible,
    /// The two are different things, and the difference is named.
    NotComparable,
    /// What would decide is not held.
    Unverifiable,
    /// Nobody has tried.
    NotChecked,
}

/// Which of a claim's two verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Against what was published.
    External,
    /// Against the rest of the paper.
    Internal,
}

impl Side {
    /// Both, in order.
    pub const ALL: [Side; 2] = [Side::External, Side::Internal];

    /// The word that stands in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::External => "external",
            Side::Internal => "internal",
        }
    }
}

/// An explanation that fits a deviation. It never softens the status.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Suggestion {
    /// The reason code that would hold if the explanation does.
    pub code: &'static str,
    /// Always true: the explanation is a suggestion, not a finding.
    pub suggested: bool,
    /// What fits, in words.
    pub sentence: String,
    /// How many hypotheses were tried on this claim.
    pub tried: usize,
    /// How many stored observations would fit the printed figure by chance.
    pub chance: u64,
}

/// One verdict on one claim.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Verdict {
    /// The status.
    pub status: VerdictStatus,
    /// The grade of the vintage the verdict rests on.
    pub grade: Option<Grade>,
    /// Which row of the table of vintages holds.
    pub vintage_result: Option<VintageResult>,
    /// Reason codes, the deciding one first.
    pub reasons: Vec<&'static str>,
    /// The worst of them.
    pub severity: Severity,
    /// One plain sentence.
    pub sentence: String,
    /// Lower end of the source's preimage, in the claim's unit and form.
    pub lo: Option<String>,
    /// Upper end.
    pub hi: Option<String>,
    /// How far the source lies above the claim, in units of the claim's last digit.
    pub distance_ulp: Option<String>,
    /// Every vintage with how it agrees, oldest first.
    pub vintages: Vec<VintageJudgement>,
    /// What the vintages were had from, where the declared series itself has none that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridge: Option<Bridge>,
    /// Explanations that fit a deviation.
    pub suggestions: Vec<Suggestion>,
    /// What the relations say that speak of the claim (internal verdicts).
    pub relations: Vec<Outcome>,
}

impl Verdict {
    /// A verdict that rests on no vintage.
    pub fn without(status: VerdictStatus, reason: &'static str, sentence: String) -> Verdict {
        let severity = severity(status, &[reason]);
        Verdict {
            status,
            grade: None,
            vintage_result: None,
            reasons: vec![reason],
            severity,
            sentence,
            lo: None,
            hi: None,
            distance_ulp: None,
            vintages: Vec::new(),
            bridge: None,
            suggestions: Vec::new(),
            relations: Vec::new(),
        }
    }
}

/// The severity of a status with its reasons (section 8: last digit and wording are minor; value, row and source major; sign and
/// order of magnitude critical). A superseded figure was right in its day, so only a change of direction weighs.
pub fn severity(status: VerdictStatus, reasons: &[&str]) -> Severity {
    let has = |codes: &[&str]| reasons.iter().any(|r| codes.contains(r));
    match status {
        VerdictStatus::Deviates | VerdictStatus::Inconsistent => {
            if has(&["sign", "power_of_ten", "leading_digit_lost"]) {
                Severity::Critical
            } else if has(&["last_digit", "wording"]) && !has(&["anachronism"]) {
                Severity::Minor
            } else {
                Severity::Major
            }
        }
        VerdictStatus::Superseded if has(&["sign_flip"]) => Severity::Major,
        VerdictStatus::Implausible if has(&["weak_test"]) => Severity::Minor,
        VerdictStatus::Implausible => Severity::Major,
        VerdictStatus::Superseded | VerdictStatus::NotComparable => Severity::Minor,
        VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote | VerdictStatus::Unverifiable | VerdictStatus::NotChecked => {
            Severity::Info
        }
    }
}
