//! What the printed numbers bound: one quantity printed twice, a whole between its parts, parts within a whole, an order, a count, a
//! rank among printed rivals.

use super::computed::target;
use super::convention::Conventions;
use super::outcome::Outcome;
use super::say;
use super::sheet::{self, NoValue, Sheet, Value};
use crate::paper::{HedgeKind, Operand, RankKind, Relation};
use crate::reconcile::hedge::Allowed;
use crate::reconcile::interval::{Interval, exact, power_of_ten};
use crate::reconcile::ladder::{Grade, derived};
use crate::reconcile::verdict::VerdictStatus;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use std::collections::BTreeSet;

type Evaluated = Result<Outcome, NoValue>;

/// How two prints of one quantity agree.
struct Twice<'r> {
    terms: [&'r Operand; 2],
    reasons: Vec<&'static str>,
    grade: Option<Grade>,
}

impl Twice<'_> {
    fn conflicts(&self) -> bool {
        self.reasons.first() == Some(&"duplicate_conflict")
    }
}

/// One quantity printed more than once: the same decimals and different digits are a conflict even where the preimages touch.
pub fn same_as(relation: &Relation, sheet: &Sheet<'_>, conventions: &Conventions) -> Evaluated {
    let values = sheet.values(&relation.of)?;
    let terms: Vec<(&Operand, &Value)> = relation.of.iter().zip(&values).collect();
    let mut pairs = Vec::new();
    for (at, a) in terms.iter().enumerate() {
        pairs.extend(terms.iter().skip(at + 1).map(|b| twice(*a, *b, sheet, conventions)));
    }
    let conflicts: Vec<&Twice<'_>> = pairs.iter().filter(|pair| pair.conflicts()).collect();
    let arithmetic = say::listed(sheet, &relation.of);
    if let Some(worst) = conflicts.iter().min_by_key(|pair| pair.reasons.len()) {
        let sets: Vec<Vec<String>> = conflicts.iter().map(|pair| named(&pair.terms)).collect();
        let carries: BTreeSet<String> = sets.iter().flatten().cloned().collect();
        let sentence = say::printed_twice(sheet, &worst.terms, &worst.reasons);
        return Ok(Outcome::new(relation, VerdictStatus::Inconsistent, worst.reasons.clone(), sentence)
            .graded(Grade::None)
            .by(arithmetic)
            .blaming(carries.into_iter().collect(), sets));
    }
    let strength = |pair: &&Twice<'_>| {
        ["exact", "rounds", "hedge_ok"].iter().position(|code| pair.reasons.first() == Some(code)).unwrap_or(9)
    };
    let weakest = pairs.iter().max_by_key(strength);
    let reasons = weakest.map(|pair| pair.reasons.clone()).unwrap_or_default();
    let note = weakest.as_ref().is_some_and(|pair| strength(pair) == 9);
    let status = if note { VerdictStatus::ConfirmedWithNote } else { VerdictStatus::Confirmed };
    let outcome = Outcome::new(relation, status, reasons, say::printed_alike(sheet, &relation.of, &values)).by(arithmetic);
    Ok(Outcome { grade: weakest.and_then(|pair| pair.grade), ..outcome })
}

fn named(terms: &[&Operand]) -> Vec<String> {
    terms.iter().flat_map(|term| term.claims()).map(str::to_string).collect()
}

fn twice<'r>(a: (&'r Operand, &Value), b: (&'r Operand, &Value), sheet: &Sheet<'_>, conventions: &Conventions) -> Twice<'r> {
    let terms = [a.0, b.0];
    let verdict = |reasons: Vec<&'static str>, grade| Twice { terms, reasons, grade };
    let hedged = |term: &Operand| sheet.claim_of(term).is_some_and(|claim| claim.hedge.is_some());
    if hedged(a.0) || hedged(b.0) {
        let admits = |(term, value): (&Operand, &Value)| {
            sheet.claim_of(term).and_then(|claim| sheet.allowed(claim)).unwrap_or_else(|| Allowed::interval(&value.range))
        };
        return verdict(vec![if admits(a).meets(&admits(b)) { "hedge_ok" } else { "duplicate_conflict" }], None);
    }
    let (coarse, fine) = if a.1.step >= b.1.step { (a, b) } else { (b, a) };
    let Some(figure) = sheet.claim_of(coarse.0).and_then(|claim| sheet.figure(claim)) else {
        let overlap = a.1.range.overlaps(&b.1.range);
        let code = if overlap { "compatible" } else { "duplicate_conflict" };
        return verdict(vec![code], Some(if overlap { Grade::Compatible } else { Grade::None }));
    };
    let both_printed = sheet.claim_of(fine.0).is_some();
    let conflict = |cut: bool, grade| {
        let touching = a.1.range.touches(&b.1.range).then_some("touching");
        let near = ((&a.1.point - &b.1.point).abs() <= figure.ulp).then_some("last_digit");
        let cut = cut.then_some("truncated");
        verdict([Some("duplicate_conflict"), near, cut, touching].into_iter().flatten().collect(), Some(grade))
    };
    match derived(&figure, &fine.1.point, &fine.1.range, fine.1.step.as_ref()) {
        Grade::Exact => verdict(vec!["exact"], Some(Grade::Exact)),
        Grade::Rounds => verdict(vec!["rounds"], Some(Grade::Rounds)),
        // two prints with the same decimals that only touch are two prints
        Grade::Tie | Grade::Compatible if both_printed && fine.1.step.as_ref() == Some(&figure.ulp) => {
            conflict(false, Grade::None)
        }
        Grade::Tie => verdict(vec!["tie"], Some(Grade::Tie)),
        grade @ (Grade::Compatible | Grade::Coarse) => verdict(vec!["compatible"], Some(grade)),
        Grade::Truncated if conventions.truncates() => verdict(vec!["truncation_habit"], Some(Grade::Truncated)),
        grade @ Grade::Truncated => conflict(true, grade),
        grade @ Grade::None => conflict(false, grade),
    }
}

/// What the claim allows with its words, the values of the terms, and the power of ten they are shown in.
fn against(relation: &Relation, sheet: &Sheet<'_>) -> Result<(Allowed, Vec<Value>, i64), NoValue> {
    let (claim, figure) = target(relation, sheet)?;
    let allowed = sheet.allowed(claim).unwrap_or_else(|| Allowed::interval(&figure.preimage()));
    Ok((allowed, sheet.values(&relation.of)?, sheet::exponent(claim)))
}

/// A whole must lie between parts that exhaust it.
pub fn part_of_mean(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let (whole, parts, exponent) = against(relation, sheet)?;
    let hull = parts.iter().map(|part| part.range.clone()).reduce(|a, b| a.hull(&b));
    let hull = hull.ok_or_else(|| NoValue::Unreadable(relation.id.clone()))?;
    let outside = !whole.meets_interval(&hull);
    let (status, code, grade) = bound(outside, "part_of_mean");
    let middle = Value { point: hull.middle(), range: hull, step: None };
    Ok(Outcome::new(relation, status, vec![code], say::between(sheet, relation, outside))
        .by(say::listed(sheet, &relation.of))
        .graded(grade)
        .computed(&middle, None, exponent))
}

/// Parts that do not overlap are together not more than the whole; of a fall, not a deeper one.
pub fn parts(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let (whole, parts, exponent) = against(relation, sheet)?;
    let (rise, fall) = (parts.iter().all(|v| !v.point.is_negative()), parts.iter().all(|v| !v.point.is_positive()));
    if !rise && !fall {
        return Err(NoValue::NoRatio(say::sum(sheet, &relation.of)));
    }
    let exceeds = |given: &[&Value]| {
        let sum = given.iter().fold(Interval::point(BigRational::zero()), |sum, part| sum.plus(&part.range));
        if rise { !whole.reaches(&sum.lo) } else { !whole.reaches_down(&sum.hi) }
    };
    let mut needed: Vec<(&Operand, &Value)> = relation.of.iter().zip(&parts).collect();
    let too_much = exceeds(&parts.iter().collect::<Vec<_>>());
    for at in (0..needed.len()).rev().filter(|_| too_much) {
        let rest: Vec<(&Operand, &Value)> = needed.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, part)| *part).collect();
        if !rest.is_empty() && exceeds(&rest.iter().map(|(_, value)| *value).collect::<Vec<_>>()) {
            needed = rest;
        }
    }
    let sum = parts.iter().skip(1).fold(parts[0].clone(), |sum, part| sum.plus(part));
    let (status, code, grade) = bound(too_much, "sum");
    let arithmetic = format!("{} = {}", say::sum(sheet, &relation.of), say::value(&sum, exponent));
    let outcome = Outcome::new(relation, status, vec![code], say::within_whole(sheet, relation, &sum, exponent, too_much))
        .by(arithmetic)
        .graded(grade)
        .computed(&sum, None, exponent);
    if !too_much {
        return Ok(outcome);
    }
    let terms: Vec<&Operand> = needed.iter().map(|(term, _)| *term).collect();
    let carries = outcome.carries.clone();
    Ok(outcome.blaming(carries, vec![relation.claim.iter().cloned().chain(named(&terms)).collect()]))
}

/// The verdict of a bound: broken it is a proof, kept it proves little.
fn bound(broken: bool, code: &'static str) -> (VerdictStatus, &'static str, Grade) {
    if broken {
        (VerdictStatus::Inconsistent, code, Grade::None)
    } else {
        (VerdictStatus::ConfirmedWithNote, "compatible", Grade::Compatible)
    }
}

/// Each figure is less than the next.
pub fn order(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let values = sheet.values(&relation.of)?;
    let places: Vec<(&Operand, &Value)> = relation.of.iter().zip(&values).collect();
    let mut wrong: Vec<Vec<String>> = Vec::new();
    for (at, less) in places.iter().enumerate() {
        let not_less = places.iter().skip(at + 1).filter(|more| less.1.range.lo >= more.1.range.hi);
        wrong.extend(not_less.map(|more| named(&[less.0, more.0])));
    }
    let unsure = values.windows(2).any(|two| two[0].range.hi > two[1].range.lo);
    let (status, reasons) = match (wrong.is_empty(), unsure) {
        (false, _) => (VerdictStatus::Inconsistent, vec!["wording"]),
        (true, true) => (VerdictStatus::Unverifiable, vec!["coarse"]),
        // the words are borne out; that says little of the figures themselves
        (true, false) => (VerdictStatus::ConfirmedWithNote, vec!["compatible", "hedge_ok"]),
    };
    let outcome = Outcome::new(relation, status, reasons, say::ordered(sheet, relation, status));
    let outcome = outcome.by(say::ascending(sheet, &relation.of));
    if wrong.is_empty() {
        return Ok(outcome);
    }
    let carries: BTreeSet<String> = wrong.iter().flatten().cloned().collect();
    Ok(outcome.blaming(carries.into_iter().collect(), wrong))
}

/// How many of the figures lie above a threshold, which is in the unit of the first of them.
pub fn count(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let (stated, values, _) = against(relation, sheet)?;
    let unit = sheet.first_of(&relation.of).map_or(0, sheet::exponent);
    let over = exact(relation.number("over")) * power_of_ten(unit);
    let sure = values.iter().filter(|v| v.range.lo > over).count();
    let possible = values.iter().filter(|v| v.range.hi > over).count();
    let whole = |n: usize| BigRational::from_integer(n.into());
    let status = match (stated.meets_interval(&Interval { lo: whole(sure), hi: whole(possible) }), sure == possible) {
        (true, true) => VerdictStatus::Confirmed,
        (true, false) => VerdictStatus::Unverifiable,
        (false, _) => VerdictStatus::Inconsistent,
    };
    let code = match status {
        VerdictStatus::Confirmed => "exact",
        VerdictStatus::Unverifiable => "coarse",
        _ => "wording",
    };
    let sentence = say::counted(sheet, relation, sure, status);
    Ok(Outcome::new(relation, status, vec![code], sentence).by(say::listed(sheet, &relation.of)))
}

/// No more printed rivals rank above the figure than its place allows. The rest of the window is not printed, so this proves little.
pub fn rank(relation: &Relation, sheet: &Sheet<'_>) -> Evaluated {
    let (claim, place) = target(relation, sheet)?;
    let values = sheet.values(&relation.of)?;
    let (own, rivals) = values.split_first().ok_or_else(|| NoValue::Unreadable(relation.id.clone()))?;
    let below = match claim.hedge.map(|hedge| hedge.kind) {
        Some(HedgeKind::Rank(RankKind::RecordLow)) => true,
        Some(HedgeKind::Rank(RankKind::LargestSince)) => own.point.is_negative(),
        _ => false,
    };
    let above = |rival: &Value| if below { rival.range.hi < own.range.lo } else { rival.range.lo > own.range.hi };
    let beaten: Vec<&Operand> =
        relation.of.iter().skip(1).zip(rivals).filter(|(_, rival)| above(rival)).map(|(term, _)| term).collect();
    let allowed = place.value.to_usize().unwrap_or(1);
    let arithmetic = say::listed(sheet, &relation.of);
    if beaten.len() < allowed {
        let sentence = say::unrivalled(sheet, relation);
        return Ok(Outcome::new(relation, VerdictStatus::ConfirmedWithNote, vec!["compatible"], sentence).by(arithmetic));
    }
    let terms: Vec<&Operand> = relation.of.iter().take(1).chain(beaten.iter().copied().take(allowed)).collect();
    let set: Vec<String> = relation.claim.iter().cloned().chain(named(&terms)).collect();
    let sentence = say::outranked(sheet, relation, &terms[1..]);
    let outcome = Outcome::new(relation, VerdictStatus::Inconsistent, vec!["wording"], sentence).by(arithmetic);
    Ok(outcome.blaming(relation.claim.iter().cloned().collect(), vec![set]))
}
