//! What comes of one relation.

use super::say;
use super::sheet::{NoValue, Sheet, Value};
use crate::paper::Relation;
use crate::reconcile::interval::{Figure, Interval, brief, text};
use crate::reconcile::ladder::Grade;
use crate::reconcile::verdict::{Severity, VerdictStatus, severity};
use num_rational::BigRational;
use std::collections::BTreeMap;

/// Significant digits of a power.
const POWER_DIGITS: u32 = 3;

/// What came of one relation, with its arithmetic.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Outcome {
    /// The relation's name.
    pub relation: String,
    /// Its kind.
    pub kind: &'static str,
    /// Whether the figures agree.
    pub status: VerdictStatus,
    /// The rung of the ladder, for computed figures.
    pub grade: Option<Grade>,
    /// Reason codes, the deciding one first.
    pub reasons: Vec<&'static str>,
    /// The worst of them.
    pub severity: Severity,
    /// One plain sentence.
    pub sentence: String,
    /// The computation with the printed numbers.
    pub arithmetic: String,
    /// The computed value, in the claim's unit.
    pub point: Option<String>,
    /// The least it can be before rounding.
    pub lo: Option<String>,
    /// The most it can be.
    pub hi: Option<String>,
    /// How far the computed value lies above the claim, in units of the claim's last digit.
    pub distance_ulp: Option<String>,
    /// How many units of the claim's last digit the computed interval spans; above 2 the test proves little.
    pub power: Option<String>,
    /// The assumption a plausibility rests on.
    pub assumption: Option<String>,
    /// Every claim of the relation, the one that should follow first.
    pub claims: Vec<String>,
    /// The claims that carry a failure.
    pub carries: Vec<String>,
    /// The smallest sets of claims that cannot all be right (or plausible) together.
    pub smallest: Vec<Vec<String>>,
    /// Tokens that were read as numbers although they are none: claim and number.
    pub readings: Vec<(String, String)>,
    /// What it says of a single claim, before the sentence.
    #[serde(skip)]
    pub said: BTreeMap<String, String>,
    /// Why the relation must hold, as `paper.toml` says.
    pub note: String,
}

impl Outcome {
    /// Whether it says that something is wrong.
    pub fn fails(&self) -> bool {
        matches!(self.status, VerdictStatus::Inconsistent | VerdictStatus::Implausible)
    }

    /// Whether the figures agree.
    pub fn agrees(&self) -> bool {
        matches!(self.status, VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote)
    }

    /// An outcome with a status, its reasons and a sentence; the rest is filled in by the other methods.
    pub(super) fn new(relation: &Relation, status: VerdictStatus, reasons: Vec<&'static str>, sentence: String) -> Outcome {
        let claims: Vec<String> = relation.claims().into_iter().map(str::to_string).collect();
        let carries = relation.claim.as_ref().map_or_else(|| claims.clone(), |claim| vec![claim.clone()]);
        let failed = matches!(status, VerdictStatus::Inconsistent | VerdictStatus::Implausible);
        Outcome {
            relation: relation.id.clone(),
            kind: relation.kind.as_str(),
            status,
            grade: None,
            severity: severity(status, &reasons),
            reasons,
            sentence,
            arithmetic: String::new(),
            point: None,
            lo: None,
            hi: None,
            distance_ulp: None,
            power: None,
            assumption: None,
            smallest: if failed { vec![claims.clone()] } else { Vec::new() },
            claims,
            carries,
            readings: Vec::new(),
            said: BTreeMap::new(),
            note: relation.note.clone(),
        }
    }

    /// A relation that cannot be evaluated.
    pub(super) fn undecided(relation: &Relation, sheet: &Sheet<'_>, why: &NoValue) -> Outcome {
        Outcome::new(relation, VerdictStatus::Unverifiable, vec!["ambiguous"], say::no_value(sheet, why))
    }

    /// The better the smaller: what agrees, then what is open, then what fails in a nameable way.
    pub(super) fn rank(&self) -> (u8, bool) {
        let status = match self.status {
            VerdictStatus::Confirmed => 0,
            VerdictStatus::ConfirmedWithNote => 1,
            VerdictStatus::Inconsistent | VerdictStatus::Implausible if self.grade == Some(Grade::Truncated) => 3,
            VerdictStatus::Inconsistent | VerdictStatus::Implausible => 4,
            _ => 2,
        };
        (status, self.reasons.len() < 2)
    }

    /// Names the tokens that were read as numbers although they are none.
    pub(super) fn reading(mut self, readings: Vec<(String, String)>) -> Outcome {
        for (id, number) in &readings {
            self.sentence.push_str(&format!(" Here {id} is read as {number}."));
        }
        self.readings = readings;
        self
    }

    /// A contradiction that hangs on every zero of a round figure.
    pub(super) fn undecided_by_precision(mut self) -> Outcome {
        self.sentence.push_str(" It hangs on every zero of a round figure, and how many of them count is not printed.");
        self.status = VerdictStatus::Unverifiable;
        self.reasons = vec!["coarse", "precision_assumed"];
        self.severity = severity(self.status, &self.reasons);
        self.smallest.clear();
        self
    }

    /// Adds the computed value beside the claim it is held against, shown in a unit of that power of ten.
    pub(super) fn computed(mut self, value: &Value, claim: Option<&Figure>, exponent: i64) -> Outcome {
        let shown = |value: &BigRational| text(&say::in_unit(value, exponent));
        self.point = Some(shown(&value.point));
        (self.lo, self.hi) = (Some(shown(&value.range.lo)), Some(shown(&value.range.hi)));
        if let Some(claim) = claim {
            self.distance_ulp = Some(text(&((&value.point - &claim.value) / &claim.ulp)));
            self.power = Some(brief(&power(&value.range, claim), POWER_DIGITS));
        }
        self
    }

    pub(super) fn graded(self, grade: Grade) -> Outcome {
        Outcome { grade: Some(grade), ..self }
    }

    pub(super) fn by(self, arithmetic: String) -> Outcome {
        Outcome { arithmetic, ..self }
    }

    /// Names the assumption; a failure says it in its sentence too.
    pub(super) fn assuming(mut self, assumption: String) -> Outcome {
        if self.fails() {
            self.sentence.push_str(&format!(" Assumed: {assumption}."));
        }
        self.assumption = Some(assumption);
        self
    }

    /// Which claims carry a failure, and which smallest sets cannot be right together.
    pub(super) fn blaming(self, carries: Vec<String>, smallest: Vec<Vec<String>>) -> Outcome {
        Outcome { carries, smallest, ..self }
    }
}

/// How many units of the claim's last digit an interval spans.
pub(super) fn power(range: &Interval, claim: &Figure) -> BigRational {
    range.width() / &claim.ulp
}
