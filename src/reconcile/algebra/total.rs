//! Shares and the whole they imply: T = part / share. All shares of one whole must agree on one T, and on the printed one.

use super::outcome::Outcome;
use super::say;
use super::sheet::{self, NoValue, Sheet, Value, apply};
use crate::paper::{Function, Operand, Relation};
use crate::reconcile::hedge::Allowed;
use crate::reconcile::interval::{Interval, power_of_ten};
use crate::reconcile::ladder::{Grade, derived};
use crate::reconcile::verdict::VerdictStatus;
use num_rational::BigRational;
use num_traits::Zero;

/// A part with its share, and the whole they imply.
pub(super) struct Pair<'a> {
    /// The part's term.
    pub part: &'a Operand,
    /// The share's term.
    pub share: &'a Operand,
    /// The part.
    pub value: Value,
    /// The implied whole.
    pub whole: Value,
}

/// Evaluates the wholes that shares imply, with the printed whole where there is one.
pub fn evaluate(relation: &Relation, sheet: &Sheet<'_>) -> Result<Outcome, NoValue> {
    let pairs = pairs(relation, sheet)?;
    let claim = relation.claim.as_deref().and_then(|id| sheet.claim(id));
    let printed = claim.and_then(|claim| sheet.figure(claim));
    let whole = claim.and_then(|claim| sheet.allowed(claim));
    let common = pairs.iter().map(|pair| Some(pair.whole.range.clone())).reduce(|a, b| a?.meet(&b?)).flatten();
    let exponent = claim.map_or_else(|| unit_of(&pairs, sheet), sheet::exponent);
    let told = say::Totals { pairs: &pairs, common: common.as_ref(), claim, exponent, sheet };
    let arithmetic = say::wholes(sheet, &pairs, exponent);
    let fits = |common: &Interval| whole.as_ref().is_none_or(|whole| whole.meets_interval(common));
    let Some(agreed) = common.as_ref().filter(|common| fits(common)) else {
        let sets = smallest(relation, &pairs, whole.as_ref());
        let outcome = Outcome::new(relation, VerdictStatus::Inconsistent, vec!["implied_total"], told.contradiction(&sets));
        let outcome = outcome.graded(Grade::None).by(arithmetic).blaming(carriers(relation, &pairs, &sets), sets);
        let said = printed.as_ref().map(|whole| say::each_share(sheet, &pairs, &whole.value, claim)).unwrap_or_default();
        let outcome = Outcome { said, ..outcome };
        return Ok(match &common {
            Some(common) => outcome.computed(&as_value(common), printed.as_ref(), exponent),
            None => outcome,
        });
    };
    let point = printed.as_ref().filter(|_| claim.is_some_and(|c| c.hedge.is_none())).map(|figure| figure.value.clone());
    let rounds = pairs.iter().all(|pair| share_rounds(pair, &point.clone().unwrap_or_else(|| agreed.middle()), sheet));
    let (status, grade, code) = if rounds {
        (VerdictStatus::Confirmed, Grade::Rounds, "rounds")
    } else {
        (VerdictStatus::ConfirmedWithNote, Grade::Compatible, "compatible")
    };
    Ok(Outcome::new(relation, status, vec![code], told.agreement())
        .computed(&as_value(agreed), printed.as_ref(), exponent)
        .graded(grade)
        .by(arithmetic))
}

fn as_value(range: &Interval) -> Value {
    Value { point: range.middle(), range: range.clone(), step: None }
}

/// Part and share by twos.
fn pairs<'a>(relation: &'a Relation, sheet: &Sheet<'_>) -> Result<Vec<Pair<'a>>, NoValue> {
    let mut pairs = Vec::new();
    for two in relation.of.chunks(2) {
        let [part, share] = two else { continue };
        let given = sheet.values(two)?;
        let whole = apply(Function::ImpliedTotal, &given).ok_or_else(|| NoValue::NoRatio(share.to_string()))?;
        pairs.extend(given.into_iter().next().map(|value| Pair { part, share, value, whole }));
    }
    Ok(pairs)
}

/// The power of ten in which an unprinted whole is shown: that of its greatest part.
fn unit_of(pairs: &[Pair<'_>], sheet: &Sheet<'_>) -> i64 {
    let greatest = pairs.iter().max_by(|a, b| a.value.point.cmp(&b.value.point));
    let claim = greatest.and_then(|pair| sheet.first_of(std::slice::from_ref(pair.part)));
    claim.map_or(0, sheet::exponent)
}

/// Whether part / whole rounds to the printed share.
fn share_rounds(pair: &Pair<'_>, whole: &BigRational, sheet: &Sheet<'_>) -> bool {
    let Some(share) = sheet.claim_of(pair.share).and_then(|share| sheet.figure(share)) else { return false };
    if whole.is_zero() {
        return false;
    }
    let point = &pair.value.point / whole * power_of_ten(2);
    let grade = derived(&share, &point, &Interval::point(point.clone()), None);
    matches!(grade, Grade::Exact | Grade::Rounds | Grade::Tie)
}

/// Intervals on a line have a common point exactly if each two of them have one, so every smallest contradiction is a pair: two
/// shares, or a share and the printed whole.
fn smallest(relation: &Relation, pairs: &[Pair<'_>], whole: Option<&Allowed>) -> Vec<Vec<String>> {
    let names = |pair: &Pair<'_>| -> Vec<String> {
        [pair.share, pair.part].into_iter().flat_map(Operand::claims).map(str::to_string).collect()
    };
    let mut sets = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        if whole.is_some_and(|whole| !whole.meets_interval(&pair.whole.range)) {
            sets.push(relation.claim.iter().cloned().chain(names(pair)).collect());
        }
        for other in pairs.iter().skip(at + 1).filter(|other| !other.whole.range.overlaps(&pair.whole.range)) {
            sets.push([names(pair), names(other)].concat());
        }
    }
    sets
}

/// The whole and the shares of the smallest sets carry the contradiction; the parts are what they are computed from.
fn carriers(relation: &Relation, pairs: &[Pair<'_>], sets: &[Vec<String>]) -> Vec<String> {
    let shares = pairs.iter().flat_map(|pair| pair.share.claims()).map(str::to_string);
    relation.claim.iter().cloned().chain(shares).filter(|id| sets.iter().any(|set| set.contains(id))).collect()
}
