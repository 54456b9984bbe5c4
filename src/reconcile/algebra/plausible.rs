//! What is implausible under a stated assumption: runs against their parts, months against their year, one run against a longer
//! one, two currencies; and the two sides of one trade. Never a proof.

use super::computed::target;
use super::outcome::Outcome;
use super::say;
use super::sheet::{self, NoValue, Sheet, Value};
use crate::model::Period;
use crate::paper::{Operand, Relation};
use crate::reconcile::hedge::Allowed;
use crate::reconcile::interval::{Interval, exact, power_of_ten};
use crate::reconcile::ladder::Grade;
use crate::reconcile::verdict::VerdictStatus;
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;

/// A period that is not printed may lie this many points outside the printed parts (section 13).
const UNPRINTED_POINTS: i64 = 10;

type Evaluated = Result<Outcome, NoValue>;

/// A part of a run: how many months it has, and what its change can be.
#[derive(Debug, Clone)]
struct Part {
    months: u32,
    range: Interval,
}

/// A run: how many months it has, how much their weights may differ, and what its printed change allows.
struct Run {
    months: u32,
    slack: BigRational,
    allowed: Allowed,
}

/// The change over a run is a mean of the changes over its parts, with unknown weights.
pub fn cumulative(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let (claim, total) = target(relation, sheet)?;
    let allowed = sheet.allowed(claim).unwrap_or_else(|| Allowed::interval(&total.preimage()));
    let values = sheet.values(&relation.of)?;
    let lengths = relation.of.iter().map(|term| sheet.period(term).and_then(Period::whole_months).unwrap_or_default());
    let parts: Vec<Part> = lengths.zip(values).map(|(months, value)| Part { months, range: value.range }).collect();
    let months = claim.period.whole_months().unwrap_or_default();
    let slack = exact(relation.number("weight_slack"));
    let run = Run { months, slack, allowed };
    let mean = unprinted(&parts).and_then(|other| mean(&parts, &other, &run));
    let range = mean.ok_or_else(|| NoValue::Unreadable(relation.id.clone()))?;
    let outside = !run.allowed.meets_interval(&range);
    let value = Value { point: range.middle(), range, step: None };
    // where most of the run is not printed, the assumption decides and not the figures
    let weak = (2 * parts_months(&parts) < months).then_some("weak_test");
    let codes = [Some("cumulative"), weak].into_iter().flatten().collect();
    let outcome = judged(relation, outside, codes, say::cumulative(sheet, relation, &value, outside))
        .computed(&value, Some(&total), sheet::exponent(claim))
        .by(say::run(sheet, relation, &value))
        .assuming(say::weights(relation.number("weight_slack"), UNPRINTED_POINTS, months, parts_months(&parts)));
    Ok(if outside { blamed(outcome, relation, &needed(&parts, &run)) } else { outcome })
}

/// The smallest set, and who carries it: where only one part is printed, it is the part that is judged against the whole, as a
/// month against its year.
fn blamed(outcome: Outcome, relation: &Relation, needed: &[usize]) -> Outcome {
    let kept = needed.iter().filter_map(|at| relation.of.get(*at)).flat_map(Operand::claims).map(str::to_string);
    let set: Vec<String> = relation.claim.iter().cloned().chain(kept).collect();
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
fn mean(parts: &[Part], unprinted: &Interval, run: &Run) -> Option<Interval> {
    let missing = run.months.checked_sub(parts_months(parts))?;
    let mut all = parts.to_vec();
    all.extend((missing > 0).then(|| Part { months: missing, range: unprinted.clone() }));
    let ends = |part: &Part, low: bool| if low { part.range.lo.clone() } else { part.range.hi.clone() };
    let of = |low: bool| extreme(all.iter().map(|part| (part.months, ends(part, low))).collect(), run, low);
    Some(Interval { lo: of(true), hi: of(false) })
}

/// The least (or greatest) weighted mean: every part has its least weight, and what is left goes to the least (greatest) ones first.
fn extreme(mut parts: Vec<(u32, BigRational)>, run: &Run, least: bool) -> BigRational {
    let slack = &run.slack;
    parts.sort_by(|a, b| if least { a.1.cmp(&b.1) } else { b.1.cmp(&a.1) });
    let one = power_of_ten(0);
    let even = |part_months: u32| BigRational::new(part_months.into(), run.months.max(1).into());
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
fn needed(parts: &[Part], run: &Run) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..parts.len()).collect();
    let Some(unprinted) = unprinted(parts) else { return kept };
    for at in 0..parts.len() {
        let without: Vec<usize> = kept.iter().copied().filter(|other| *other != at).collect();
        let rest: Vec<Part> = without.iter().filter_map(|other| parts.get(*other).cloned()).collect();
        if !rest.is_empty() && mean(&rest, &unprinted, run).is_some_and(|mean| !run.allowed.meets_interval(&mean)) {
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

/// The values of two terms.
fn two(relation: &Relation, sheet: &Sheet<'_>) -> Result<[Value; 2], NoValue> {
    sheet.values(&relation.of)?.try_into().map_err(|_| NoValue::Unreadable(relation.id.clone()))
}

/// A month (or a quarter …) against the mean month of its year.
pub fn month(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let (claim, figure) = target(relation, sheet)?;
    let unreadable = || NoValue::Unreadable(relation.id.clone());
    let term = relation.of.first().ok_or_else(unreadable)?;
    let of_year = sheet.period(term).and_then(Period::whole_months).ok_or_else(unreadable)?;
    let share = BigRational::new(claim.period.whole_months().unwrap_or(1).into(), of_year.into());
    let mean = sheet.value(term)?.times(&Value::exactly(share));
    let ratio = Value::printed(&figure).over(&mean).ok_or_else(|| NoValue::NoRatio(say::term(sheet, relation)))?;
    let (bounds, texts) = bounds(relation);
    let plausible = mean.range.times(&bounds);
    let outside = sheet.allowed(claim).is_some_and(|allowed| !allowed.meets_interval(&plausible));
    let exponent = sheet::exponent(claim);
    Ok(judged(relation, outside, vec!["plausible_month"], say::month(claim, &mean, &ratio, outside))
        .computed(&mean, None, exponent)
        .by(format!("{} / {} = {}", say::printed(claim), say::value(&mean, exponent), say::value(&ratio, 0)))
        .assuming(say::month_bounds(texts)))
}

/// What came between two runs from January, a month, against a month of the earlier run: (b/a − 1) × months of a / months between.
pub fn increment(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let [a, b] = two(relation, sheet)?;
    let months: Vec<u32> = relation.of.iter().filter_map(|term| sheet.period(term)?.whole_months()).collect();
    let by = match months.as_slice() {
        [short, long] if long > short => Value::exactly(BigRational::new((*short).into(), (long - short).into())),
        _ => return Err(NoValue::Unreadable(relation.id.clone())),
    };
    let ratio = b.over(&a).ok_or_else(|| NoValue::NoRatio(say::term(sheet, relation)))?;
    let ratio = ratio.minus(&Value::exactly(power_of_ten(0))).times(&by);
    let between = b.minus(&a);
    let (allowed, texts) = bounds(relation);
    let outside = !ratio.range.overlaps(&allowed);
    let exponent = sheet.first_of(&relation.of).map_or(0, sheet::exponent);
    Ok(judged(relation, outside, vec!["increment"], say::increment(sheet, relation, &between, &ratio, outside))
        .computed(&between, None, exponent)
        .by(say::increment_arithmetic(sheet, relation, &ratio))
        .assuming(say::month_bounds(texts)))
}

/// One amount in two currencies.
pub fn exchange_rate(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let [a, b] = two(relation, sheet)?;
    let rate = a.over(&b).ok_or_else(|| NoValue::NoRatio(say::term(sheet, relation)))?;
    let (allowed, texts) = bounds(relation);
    let outside = !rate.range.overlaps(&allowed);
    Ok(judged(relation, outside, vec!["exchange_rate"], say::rate(sheet, relation, &rate, outside))
        .computed(&rate, None, 0)
        .by(format!("{} = {}", say::quotient(sheet, relation), say::value(&rate, 0)))
        .assuming(say::rate_bounds(texts)))
}

/// Two sides of one trade: by how much they differ, which is no contradiction.
pub fn mirror(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let [a, b] = two(relation, sheet)?;
    let gap = a.minus(&b);
    let share = gap.over(&b).map(|share| share.times(&Value::exactly(power_of_ten(2))));
    let sentence = say::mirror(sheet, relation, &gap, share.as_ref());
    Ok(Outcome::new(relation, VerdictStatus::NotComparable, vec!["mirror_difference"], sentence)
        .computed(&gap, None, sheet.first_of(&relation.of).map_or(0, sheet::exponent))
        .by(say::listed(sheet, &relation.of)))
}
