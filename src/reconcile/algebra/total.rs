//! Shares and the whole they imply: T = part / share. All shares of one whole must agree on one T, and on the printed one.

use super::outcome::Outcome;
use super::say;
use super::sheet::{self, NoValue, Sheet, Value, apply};
use crate::paper::{Claim, Function, Operand, Relation};
use crate::reconcile::interval::{Interval, power_of_ten};
use crate::reconcile::ladder::{Grade, derived};
use crate::reconcile::verdict::VerdictStatus;
use num_rational::BigRational;

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
pub fn evaluate(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let pairs = match pairs(relation, sheet) {
        Ok(pairs) => pairs,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let claim = relation.claim.as_deref().and_then(|id| sheet.claim(id));
    let printed = claim.and_then(sheet::figure);
    let common = pairs.iter().map(|pair| Some(pair.whole.range.clone())).reduce(|a, b| a?.meet(&b?)).flatten();
    let exponent = claim.map_or_else(|| unit_of(&pairs, sheet), sheet::exponent);
    let whole = printed.as_ref().map(|figure| figure.preimage());
    let arithmetic = say::wholes(sheet, &pairs, exponent);
    let told = say::Totals { pairs: &pairs, common: common.as_ref(), claim, exponent, sheet };
    let agree = common.as_ref().and_then(|common| whole.as_ref().map_or(Some(common.clone()), |whole| common.meet(whole)));
    let Some(agreed) = agree else {
        let sets = smallest(relation, &pairs, whole.as_ref());
        let carries = carriers(relation, &pairs, &sets);
        let seen = common.as_ref().map_or_else(|| Value::exactly(BigRational::from_integer(0.into())), as_value);
        let outcome = Outcome::new(relation, VerdictStatus::Inconsistent, vec!["implied_total"], told.contradiction(&sets));
        let said = printed.as_ref().map(|whole| say::each_share(sheet, &pairs, &whole.value, claim)).unwrap_or_default();
        let outcome = Outcome { said, ..outcome.graded(Grade::None).by(arithmetic).blaming(carries, sets) };
        return if common.is_some() { outcome.computed(&seen, printed.as_ref(), exponent) } else { outcome };
    };
    let point = printed.as_ref().map_or_else(|| agreed.middle(), |figure| figure.value.clone());
    let rounds = pairs.iter().all(|pair| share_rounds(pair, &point, sheet));
    let (status, grade, code) = match (rounds, agreed.lo < agreed.hi) {
        (true, _) => (VerdictStatus::Confirmed, Grade::Rounds, "rounds"),
        (false, true) => (VerdictStatus::ConfirmedWithNote, Grade::Compatible, "compatible"),
        (false, false) => (VerdictStatus::ConfirmedWithNote, Grade::Tie, "tie"),
    };
    Outcome::new(relation, status, vec![code], told.agreement())
        .computed(&as_value(common.as_ref().unwrap_or(&agreed)), printed.as_ref(), exponent)
        .graded(grade)
        .by(arithmetic)
}

fn as_value(range: &Interval) -> Value {
    Value { point: range.middle(), range: range.clone(), step: None, assumed: None }
}

/// Part and share by twos. A token that is no number is read as whatever fits the other shares best.
fn pairs<'a>(relation: &'a Relation, sheet: &Sheet<'_>) -> Result<Vec<Pair<'a>>, NoValue> {
    let mut all = Vec::new();
    for two in relation.of.chunks(2) {
        let [part, share] = two else { continue };
        let mut read = Vec::new();
        for given in sheet.choices(two)? {
            let whole = apply(Function::ImpliedTotal, &given).ok_or_else(|| NoValue::MayBeZero(share.to_string()))?;
            read.extend(given.into_iter().next().map(|value| Pair { part, share, value, whole }));
        }
        all.push(read);
    }
    let sure: Vec<Interval> = all.iter().filter(|read| read.len() == 1).flatten().map(|pair| pair.whole.range.clone()).collect();
    let fits = |pair: &Pair<'_>| sure.iter().filter(|other| pair.whole.range.overlaps(other)).count();
    Ok(all.into_iter().filter_map(|read| read.into_iter().rev().max_by_key(&fits)).collect())
}

/// The power of ten in which an unprinted whole is shown: that of its greatest part.
fn unit_of(pairs: &[Pair<'_>], sheet: &Sheet<'_>) -> i64 {
    let greatest = pairs.iter().max_by(|a, b| a.value.point.cmp(&b.value.point));
    let claim = greatest.and_then(|pair| pair.part.claims().first().and_then(|id| sheet.claim(id)));
    claim.map_or(0, sheet::exponent)
}

/// Whether part / whole rounds to the printed share.
fn share_rounds(pair: &Pair<'_>, whole: &BigRational, sheet: &Sheet<'_>) -> bool {
    let Operand::Claim(id) = pair.share else { return false };
    let Some(share) = sheet.claim(id).and_then(sheet::figure) else { return false };
    let point = &pair.value.point / whole * power_of_ten(2);
    let grade = derived(&share, &point, &Interval::point(point.clone()), None);
    matches!(grade, Grade::Exact | Grade::Rounds | Grade::Tie)
}

/// Intervals on a line have a common point exactly if each two of them have one, so every smallest contradiction is a pair: two
/// shares, or a share and the printed whole.
fn smallest(relation: &Relation, pairs: &[Pair<'_>], whole: Option<&Interval>) -> Vec<Vec<String>> {
    let names = |pair: &Pair<'_>| -> Vec<String> {
        [pair.share, pair.part].into_iter().flat_map(Operand::claims).map(str::to_string).collect()
    };
    let mut sets = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        if whole.is_some_and(|whole| !whole.overlaps(&pair.whole.range)) {
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

/// The claim of a part, for words.
pub(super) fn claim_of<'a>(term: &Operand, sheet: &Sheet<'a>) -> Option<&'a Claim> {
    match term {
        Operand::Claim(id) => sheet.claim(id),
        _ => None,
    }
}
