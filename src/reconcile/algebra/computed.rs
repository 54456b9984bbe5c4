//! A figure that follows from others by a formula: growth, difference, share, sum, chain, index, implied base.

use super::convention::Conventions;
use super::outcome::Outcome;
use super::say;
use super::sheet::{self, NoValue, Sheet, Value, apply, share_of_parts};
use crate::paper::{Claim, Function, Relation, RelationKind};
use crate::reconcile::hedge;
use crate::reconcile::interval::{Figure, power_of_ten};
use crate::reconcile::ladder::{self, Grade, derived, roundings};
use crate::reconcile::verdict::VerdictStatus;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// How a computed value agrees with the figure that should follow from it.
pub(super) struct Fit {
    /// The rung of the bare figures; where the claim is hedged, its words decide and not the rung.
    pub grade: Grade,
    /// What that means.
    pub status: VerdictStatus,
    /// Reason codes, the kind's own first.
    pub reasons: Vec<&'static str>,
    /// The figure the code speaks of: 161.8 where the leading digit was lost.
    pub meant: Option<BigRational>,
}

/// Evaluates a relation whose claim is a formula of the others.
pub fn evaluate(relation: &Relation, sheet: &Sheet<'_>, conventions: &Conventions) -> Result<Outcome, NoValue> {
    let (claim, printed) = target(relation, sheet)?;
    let given = sheet.values(&relation.of)?;
    let value = formula(relation.kind, &given).ok_or_else(|| NoValue::NoRatio(say::term(sheet, relation)))?;
    let fit = fit(relation.kind.as_str(), claim, &printed, &value, sheet, conventions);
    let arithmetic = say::arithmetic(sheet, relation, &value, claim);
    let sentence = say::follows(claim, &printed, &value, &fit, &arithmetic);
    Ok(Outcome::new(relation, fit.status, fit.reasons.clone(), sentence)
        .computed(&value, Some(&printed), sheet::exponent(claim))
        .graded(fit.grade)
        .by(arithmetic))
}

/// The claim that should follow, and its figure in base units.
pub(super) fn target<'a>(relation: &Relation, sheet: &Sheet<'a>) -> Result<(&'a Claim, Figure), NoValue> {
    let id = relation.claim.as_deref().unwrap_or_default();
    let found = sheet.claim(id).and_then(|claim| Some((claim, sheet.figure(claim)?)));
    found.ok_or_else(|| NoValue::Unreadable(id.to_string()))
}

/// What a kind computes.
pub(super) fn formula(kind: RelationKind, given: &[Value]) -> Option<Value> {
    use RelationKind::*;
    match kind {
        Growth => apply(Function::Growth, given),
        Difference => apply(Function::Difference, given),
        Share => apply(Function::Share, given),
        ShareOfParts => share_of_parts(given),
        Sum => apply(Function::Sum, given),
        Chain => apply(Function::Chain, given),
        Index => given.first().map(|index| index.minus(&Value::exactly(power_of_ten(2)))),
        ImpliedBase => apply(Function::ImpliedBase, given),
        _ => None,
    }
}

/// How the claim agrees with a computed value; `code` is the reason of a contradiction.
pub(super) fn fit(
    code: &'static str,
    claim: &Claim,
    printed: &Figure,
    value: &Value,
    sheet: &Sheet<'_>,
    conventions: &Conventions,
) -> Fit {
    let grade = derived(printed, &value.point, &value.range, value.step.as_ref());
    let judged = |status, reasons| Fit { grade, status, reasons, meant: None };
    if let Some(hedge) = claim.hedge.as_ref().filter(|h| !h.is_rank()) {
        let holds = sheet.allowed(claim).is_some_and(|allowed| allowed.meets_interval(&value.range));
        return match (holds, hedge::far_over(hedge, printed, &value.point)) {
            (true, false) => judged(VerdictStatus::Confirmed, vec!["hedge_ok"]),
            (true, true) => judged(VerdictStatus::ConfirmedWithNote, vec!["hedge_ok"]),
            (false, _) => judged(VerdictStatus::Inconsistent, vec![code]),
        };
    }
    match grade {
        Grade::Exact => judged(VerdictStatus::Confirmed, vec!["exact"]),
        Grade::Rounds => judged(VerdictStatus::Confirmed, vec!["rounds"]),
        Grade::Tie => judged(VerdictStatus::ConfirmedWithNote, vec!["tie"]),
        Grade::Compatible | Grade::Coarse => judged(VerdictStatus::ConfirmedWithNote, vec!["compatible"]),
        Grade::Truncated if conventions.truncates() => judged(VerdictStatus::ConfirmedWithNote, vec!["truncation_habit"]),
        Grade::Truncated => judged(VerdictStatus::Inconsistent, vec![code, "last_digit", "truncated"]),
        Grade::None => {
            let (reason, meant) = slip(printed, &value.point);
            let reasons = [Some(code), reason].into_iter().flatten().collect();
            Fit { grade, status: VerdictStatus::Inconsistent, reasons, meant }
        }
    }
}

impl Fit {
    /// The better the smaller: what agrees, then what differs in a nameable way.
    pub(super) fn rank(&self) -> (u8, bool) {
        let rung = match self.status {
            VerdictStatus::Confirmed => 0,
            VerdictStatus::ConfirmedWithNote => 1,
            _ if self.grade == Grade::Truncated => 2,
            _ => 3,
        };
        (rung, self.reasons.len() < 2)
    }
}

/// The slip of the pen that would turn the computed value into the printed figure, and what was meant.
pub(super) fn slip(printed: &Figure, point: &BigRational) -> (Option<&'static str>, Option<BigRational>) {
    let rounds = |value: &BigRational, to: &BigRational| roundings(value, &printed.ulp).contains(to);
    let meant = roundings(point, &printed.ulp)[0].clone();
    let gap = (&meant - &printed.value).abs();
    // of a single digit, one more or less is no slip of the last one
    if gap <= printed.ulp && &gap * BigRational::from_integer(5.into()) <= printed.value.abs() {
        return (Some("last_digit"), Some(meant));
    }
    if rounds(&-point, &printed.value) {
        return (Some("sign"), Some(meant));
    }
    if leading_digit_lost(printed, &meant) {
        return (Some("leading_digit_lost"), Some(meant));
    }
    let shifted = |power: &i64| rounds(&(point * power_of_ten(*power)), &printed.value);
    if !printed.value.is_zero() && ladder::POWERS.iter().any(shifted) {
        return (Some("power_of_ten"), Some(meant));
    }
    (None, None)
}

/// Whether the printed figure is what was meant less its first digit: 61.8 for 161.8.
fn leading_digit_lost(printed: &Figure, meant: &BigRational) -> bool {
    if (&printed.value * meant).is_negative() || printed.value.is_zero() {
        return false;
    }
    let lost = (meant.abs() - printed.value.abs()) / &printed.ulp;
    let mut place = power_of_ten(0);
    while &place * &printed.ulp <= printed.value.abs() {
        place *= power_of_ten(1);
    }
    let digit = lost / place;
    digit.is_integer() && digit >= power_of_ten(0) && digit < power_of_ten(1)
}
