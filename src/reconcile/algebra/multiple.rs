//! "N times", "N-fold", "doubled": as a ratio or as an increase, by the words and the paper's habit (section 4).

use super::computed::{Fit, fit, target};
use super::convention::{Conventions, Reading};
use super::outcome::Outcome;
use super::say;
use super::sheet::{NoValue, Sheet, Value, apply, exponent};
use crate::paper::{Claim, Function, Relation};
use crate::reconcile::interval::{Figure, power_of_ten};
use crate::reconcile::verdict::VerdictStatus;
use num_traits::Zero;

/// What the words of a multiple admit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    /// What they say.
    pub primary: Reading,
    /// What they may also mean, with a note.
    pub other: Option<Reading>,
}

/// The table of section 4. English usage is disputed, so most wordings admit both readings.
pub(super) fn words(claim: &Claim) -> Words {
    let said = format!("{} {}", claim.wording, claim.printed).to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
    if has(&["doubl", "tripl", "quadrupl", "halv", "half", "twice", "as much", "as many", "reached", " раз"]) {
        return Words { primary: Reading::Ratio, other: None };
    }
    if has(&["by n times", "increase of", "times more", "times higher", "times greater", "times larger"]) {
        return Words { primary: Reading::Increase, other: Some(Reading::Ratio) };
    }
    Words { primary: Reading::Ratio, other: Some(Reading::Increase) }
}

/// Evaluates a multiple.
pub fn evaluate(relation: &Relation, sheet: &Sheet<'_>, conventions: &Conventions) -> Outcome {
    let Some((claim, printed)) = target(relation, sheet) else {
        return Outcome::undecided(relation, sheet, &NoValue::Unreadable(relation.claim.clone().unwrap_or_default()));
    };
    let ratios = match ratios(relation, sheet) {
        Ok(ratios) => ratios,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let judged = ratios.into_iter().map(|ratio| judge(claim, &printed, ratio, conventions));
    let Some(judged) = judged.min_by_key(|judged| judged.fit.rank()) else {
        return Outcome::undecided(relation, sheet, &NoValue::MayBeZero(say::term(sheet, relation)));
    };
    let arithmetic = say::both_readings(sheet, relation, &judged.ratio, &increase(&judged.ratio));
    let sentence = say::times(claim, &printed, &judged, conventions, &arithmetic);
    Outcome::new(relation, judged.fit.status, judged.fit.reasons.clone(), sentence)
        .computed(&judged.value(), Some(&printed), exponent(claim))
        .graded(judged.fit.grade)
        .by(arithmetic)
}

/// Later over earlier, for every way the figures can be read.
pub(super) fn ratios(relation: &Relation, sheet: &Sheet<'_>) -> Result<Vec<Value>, NoValue> {
    Ok(sheet.choices(&relation.of)?.iter().filter_map(|given| apply(Function::Multiple, given)).collect())
}

/// The ratio less one.
pub(super) fn increase(ratio: &Value) -> Value {
    // one is exact, but the digits of a quotient have no step
    Value { step: None, ..ratio.minus(&Value::exactly(power_of_ten(0))) }
}

/// A multiple with the reading that decides.
pub(super) struct Judged {
    /// The reading the verdict rests on.
    pub reading: Reading,
    /// How it agrees.
    pub fit: Fit,
    /// Later over earlier.
    pub ratio: Value,
}

impl Judged {
    /// The value in the reading that decides.
    pub(super) fn value(&self) -> Value {
        value_of(self.reading, &self.ratio)
    }
}

/// The value of a ratio in a reading.
pub(super) fn value_of(reading: Reading, ratio: &Value) -> Value {
    match reading {
        Reading::Ratio => ratio.clone(),
        Reading::Increase => increase(ratio),
    }
}

/// The primary reading counts if it is TIE or better, else the better of the two with a note.
fn judge(claim: &Claim, printed: &Figure, ratio: Value, conventions: &Conventions) -> Judged {
    let words = words(claim);
    let read = |reading| fit("multiple", claim, printed, &value_of(reading, &ratio), conventions);
    let agrees = |fit: &Fit| matches!(fit.rank().0, 0 | 1);
    let first = read(words.primary);
    if first.rank().0 == 0 || first.reasons.contains(&"tie") {
        return Judged { reading: words.primary, fit: first, ratio };
    }
    let turned = if words.primary == Reading::Ratio { Reading::Increase } else { Reading::Ratio };
    let second = read(turned);
    if words.other.is_none() {
        let fit = if !agrees(&first) && agrees(&second) && !printed.value.is_zero() {
            Fit { reasons: vec!["multiple", "wording"], meant: None, ..first }
        } else {
            first
        };
        return Judged { reading: words.primary, fit, ratio };
    }
    if second.rank() >= first.rank() {
        return Judged { reading: words.primary, fit: first, ratio };
    }
    let fit = match second.status {
        VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote => {
            let mut reasons = second.reasons.clone();
            reasons.insert(0, "times_as_increase");
            Fit { status: VerdictStatus::ConfirmedWithNote, reasons, ..second }
        }
        _ => second,
    };
    Judged { reading: turned, fit, ratio }
}
