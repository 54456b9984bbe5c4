//! What is implausible under a stated assumption: runs against their parts, months against their year, one run against a longer
//! one, two currencies; and the two sides of one trade. Never a proof.

use super::computed::target;
use super::outcome::Outcome;
use super::say;
use super::sheet::{self, NoValue, Sheet, Value};
use crate::model::Period;
use crate::paper::{Operand, Relation};
use crate::reconcile::interval::{Interval, exact, power_of_ten};
use crate::reconcile::ladder::Grade;
use crate::reconcile::verdict::VerdictStatus;
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;

/// A period that is not printed may lie this many points outside the printed parts (section 13).
const UNPRINTED_POINTS: i64 = 10;

/// A part of a run: how many months it has, and what its change can be.
#[derive(Debug, Clone)]
struct Part {
    months: u32,
    range: Interval,
}

/// The change over a run is a mean of the changes over its parts, with unknown weights.
pub fn cumulative(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let Some((claim, total)) = target(relation, sheet) else {
        return Outcome::undecided(relation, sheet, &NoValue::Unreadable(relation.claim.clone().unwrap_or_default()));
    };
    let mut parts = Vec::new();
    for term in &relation.of {
        let value = match sheet.values(term) {
            Ok(values) => values.into_iter().next(),
            Err(why) => return Outcome::undecided(relation, sheet, &why),
        };
        let months = sheet.period(term).and_then(Period::whole_months);
        parts.extend(value.zip(months).map(|(value, months)| Part { months, range: value.range }));
    }
    let months = claim.period.whole_months().unwrap_or_default();
    let slack = exact(relation.number("weight_slack"));
    let printed = total.preimage();
    let mean = unprinted(&parts).and_then(|other| mean(&parts, &other, months, &slack));
    let assumption = say::weights(relation.number("weight_slack"), UNPRINTED_POINTS, months, parts_months(&parts));
    let outside = mean.as_ref().is_some_and(|mean| !mean.overlaps(&printed));
    let Some(range) = mean else {
        return Outcome::undecided(relation, sheet, &NoValue::Unreadable(relation.id.clone()));
    };
    let value = Value { point: range.middle(), range, step: None, assumed: None };
    let arithmetic = say::run(sheet, relation, &value);
    // where most of the run is not printed, the assumption decides and not the figures
    let weak = (2 * parts_months(&parts) < months).then_some("weak_test");
    let codes = [Some("cumulative"), weak].into_iter().flatten().collect();
    let outcome = judged(relation, outside, codes, say::cumulative(sheet, relation, &value, outside))
        .computed(&value, Some(&total), sheet::exponent(claim))
        .by(arithmetic)
        .assuming(assumption);
    if !outside {
        return outcome;
    }
    let needed = needed(&parts, months, &slack, &printed);
    let kept = needed.iter().filter_map(|at| relation.of.get(*at)).flat_map(Operand::claims).map(str::to_string);
    let set: Vec<String> = relation.claim.iter().cloned().chain(kept).collect();
    // where only one part is printed, it is the part that is judged against the whole, as a month against its year
    let carries = match relation.of.as_slice() {
        [part] => part.claims().into_iter().map(str::to_string).collect(),
        _ => outcome.carries.clone(),
    };
    outcome.blaming(carries, vec![set])
}

fn parts_months(parts: &[Part]) -> u32 {
    parts.iter().map(|part| part.months).sum()
}

/// What a month that is not printed can be: from the least to the greatest printed part, ten points wider. `None` without parts.
fn unprinted(parts: &[Part]) -> Option<Interval> {
    let hull = parts.iter().map(|part| part.range.clone()).reduce(|a, b| a.hull(&b))?;
    let wider = BigRational::from_integer(UNPRINTED_POINTS.into());
    Some(Interval { lo: &hull.lo - &wider, hi: &hull.hi + &wider })
}

/// All that a weighted mean of the parts and the months that are not printed can be: each month weighs between (1−s)/n and (1+s)/n,
/// the weights sum to 1. `None` if the parts are longer than the run.
fn mean(parts: &[Part], unprinted: &Interval, months: u32, slack: &BigRational) -> Option<Interval> {
    let missing = months.checked_sub(parts_months(parts))?;
    let mut all = parts.to_vec();
    all.extend((missing > 0).then(|| Part { months: missing, range: unprinted.clone() }));
    let ends = |part: &Part, low: bool| if low { part.range.lo.clone() } else { part.range.hi.clone() };
    let of = |low: bool| extreme(all.iter().map(|part| (part.months, ends(part, low))).collect(), months, slack, low);
    Some(Interval { lo: of(true), hi: of(false) })
}

/// The least (or greatest) weighted mean: every part has its least weight, and what is left goes to the least (greatest) ones first.
fn extreme(mut parts: Vec<(u32, BigRational)>, months: u32, slack: &BigRational, least: bool) -> BigRational {
    parts.sort_by(|a, b| if least { a.1.cmp(&b.1) } else { b.1.cmp(&a.1) });
    let one = power_of_ten(0);
    let even = |part_months: u32| BigRational::new(part_months.into(), months.max(1).into());
    let low = |part_months: u32| even(part_months) * (&one - slack);
    let mut left = parts.iter().fold(one.clone(), |left, (part_months, _)| left - low(*part_months));
    let mut sum = BigRational::zero();
    for (part_months, value) in parts {
        let more = (even(part_months) * slack * BigRational::from_integer(2.into())).min(left.clone());
        left -= &more;
        sum += (low(part_months) + more) * value;
    }
    sum
}

/// The parts without which the contradiction is gone: each is left out in turn, as if it were not printed. Without any part there
/// is nothing to judge the run by, so one always stays.
fn needed(parts: &[Part], months: u32, slack: &BigRational, total: &Interval) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..parts.len()).collect();
    let Some(unprinted) = unprinted(parts) else { return kept };
    for at in 0..parts.len() {
        let without: Vec<usize> = kept.iter().copied().filter(|other| *other != at).collect();
        let rest: Vec<Part> = without.iter().filter_map(|other| parts.get(*other).cloned()).collect();
        if !rest.is_empty() && mean(&rest, &unprinted, months, slack).is_some_and(|mean| !mean.overlaps(total)) {
            kept = without;
        }
    }
    kept
}

fn judged(relation: &Relation, outside: bool, codes: Vec<&'static str>, sentence: String) -> Outcome {
    let (status, codes, grade) = if outside {
        (VerdictStatus::Implausible, codes, Grade::None)
    } else {
        (VerdictStatus::ConfirmedWithNote, vec!["compatible"], Grade::Compatible)
    };
    Outcome::new(relation, status, codes, sentence).graded(grade)
}

/// The bounds of a relation's assumption.
fn bounds(relation: &Relation) -> (Interval, [Decimal; 2]) {
    let texts = [relation.number("low"), relation.number("high")];
    (Interval { lo: exact(texts[0]), hi: exact(texts[1]) }, texts)
}

/// The first value of each of two terms.
fn two(relation: &Relation, sheet: &Sheet<'_>) -> Result<[Value; 2], NoValue> {
    let mut values = Vec::new();
    for term in &relation.of {
        values.extend(sheet.values(term)?.into_iter().next());
    }
    values.try_into().map_err(|_| NoValue::Unreadable(relation.id.clone()))
}

/// A month (or a quarter …) against the mean month of its year.
pub fn month(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let year = relation.of.first();
    let found = target(relation, sheet).zip(year.and_then(|term| sheet.period(term)).and_then(Period::whole_months));
    let Some(((claim, figure), of_year)) = found else {
        return Outcome::undecided(relation, sheet, &NoValue::Unreadable(relation.claim.clone().unwrap_or_default()));
    };
    let year = match year.map(|term| sheet.values(term)) {
        Some(Ok(values)) => values.into_iter().next(),
        Some(Err(why)) => return Outcome::undecided(relation, sheet, &why),
        None => None,
    };
    let share = BigRational::new(claim.period.whole_months().unwrap_or(1).into(), of_year.into());
    let mean = year.map(|year| year.times(&Value::exactly(share)));
    let ratio = mean.as_ref().and_then(|mean| Value::printed(&figure).over(mean));
    let (Some(mean), Some(ratio)) = (mean, ratio) else {
        return Outcome::undecided(relation, sheet, &NoValue::MayBeZero(say::term(sheet, relation)));
    };
    let (allowed, texts) = bounds(relation);
    let outside = !ratio.range.overlaps(&allowed);
    let exponent = sheet::exponent(claim);
    judged(relation, outside, vec!["plausible_month"], say::month(claim, &mean, &ratio, outside))
        .computed(&mean, None, exponent)
        .by(format!("{} / {} = {}", say::printed(claim), say::value(&mean, exponent), say::value(&ratio, 0)))
        .assuming(say::month_bounds(texts))
}

/// What came between two runs from January, a month, against a month of the earlier run: (b/a − 1) × months of a / months between.
pub fn increment(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let [a, b] = match two(relation, sheet) {
        Ok(values) => values,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let months: Vec<u32> = relation.of.iter().filter_map(|term| sheet.period(term)?.whole_months()).collect();
    let ratio = match (months.as_slice(), b.over(&a)) {
        ([short, long], Some(ratio)) if long > short => {
            let by = Value::exactly(BigRational::new((*short).into(), (long - short).into()));
            ratio.minus(&Value::exactly(power_of_ten(0))).times(&by)
        }
        _ => return Outcome::undecided(relation, sheet, &NoValue::MayBeZero(say::term(sheet, relation))),
    };
    let between = b.minus(&a);
    let (allowed, texts) = bounds(relation);
    let outside = !ratio.range.overlaps(&allowed);
    let exponent = relation.of.iter().flat_map(Operand::claims).find_map(|id| sheet.claim(id)).map_or(0, sheet::exponent);
    judged(relation, outside, vec!["increment"], say::increment(sheet, relation, &between, &ratio, exponent, outside))
        .computed(&between, None, exponent)
        .by(say::increment_arithmetic(sheet, relation, &ratio))
        .assuming(say::month_bounds(texts))
}

/// One amount in two currencies.
pub fn exchange_rate(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let [a, b] = match two(relation, sheet) {
        Ok(values) => values,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let Some(rate) = a.over(&b) else {
        return Outcome::undecided(relation, sheet, &NoValue::MayBeZero(say::term(sheet, relation)));
    };
    let (allowed, texts) = bounds(relation);
    let outside = !rate.range.overlaps(&allowed);
    judged(relation, outside, vec!["exchange_rate"], say::rate(sheet, relation, &rate, outside))
        .computed(&rate, None, 0)
        .by(format!("{} = {}", say::quotient(sheet, relation), say::value(&rate, 0)))
        .assuming(say::rate_bounds(texts))
}

/// Two sides of one trade: by how much they differ, which is no contradiction.
pub fn mirror(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let [a, b] = match two(relation, sheet) {
        Ok(values) => values,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let exponent = relation.of.iter().flat_map(Operand::claims).find_map(|id| sheet.claim(id)).map_or(0, sheet::exponent);
    let gap = a.minus(&b);
    let share = gap.over(&b).map(|share| share.times(&Value::exactly(power_of_ten(2))));
    let sentence = say::mirror(sheet, relation, &gap, share.as_ref(), exponent);
    Outcome::new(relation, VerdictStatus::NotComparable, vec!["mirror_difference"], sentence)
        .computed(&gap, None, exponent)
        .by(say::listed(sheet, &relation.of))
}
