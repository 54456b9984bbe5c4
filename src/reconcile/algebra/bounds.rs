//! What the printed numbers bound: one quantity printed twice, a whole between its parts, parts within a whole, an order, a count, a
//! rank among printed rivals.

use super::computed::target;
use super::outcome::Outcome;
use super::say;
use super::sheet::{self, NoValue, Sheet, Value};
use crate::paper::{Claim, HedgeKind, Operand, RankKind, Relation};
use crate::reconcile::hedge;
use crate::reconcile::interval::{Interval, exact};
use crate::reconcile::ladder::{Grade, derived};
use crate::reconcile::verdict::VerdictStatus;
use num_traits::Signed;

/// The figures of a relation that has one value a term.
fn given(relation: &Relation, sheet: &Sheet<'_>) -> Result<Vec<Value>, NoValue> {
    let first = |term: &Operand| sheet.values(term)?.into_iter().next().ok_or_else(|| NoValue::Unreadable(term.to_string()));
    relation.of.iter().map(first).collect()
}

/// How two prints of one quantity agree.
struct Twice<'r> {
    terms: [&'r Operand; 2],
    reasons: Vec<&'static str>,
    grade: Option<Grade>,
}

/// One quantity printed more than once: the same decimals and different digits are a conflict even where the preimages touch.
pub fn same_as(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let values = match given(relation, sheet) {
        Ok(values) => values,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let terms: Vec<(&Operand, &Value)> = relation.of.iter().zip(&values).collect();
    let mut pairs = Vec::new();
    for (at, a) in terms.iter().enumerate() {
        pairs.extend(terms.iter().skip(at + 1).map(|b| twice(*a, *b, sheet)));
    }
    let conflicts: Vec<&Twice<'_>> = pairs.iter().filter(|pair| pair.reasons.first() == Some(&"duplicate_conflict")).collect();
    let arithmetic = say::listed(sheet, &relation.of);
    if let Some(worst) = conflicts.iter().min_by_key(|pair| pair.reasons.len()) {
        let sets: Vec<Vec<String>> = conflicts.iter().map(|pair| named(&pair.terms)).collect();
        let mut carries: Vec<String> = sets.concat();
        carries.sort();
        carries.dedup();
        let sentence = say::printed_twice(sheet, &worst.terms, &worst.reasons);
        return Outcome::new(relation, VerdictStatus::Inconsistent, worst.reasons.clone(), sentence)
            .graded(Grade::None)
            .by(arithmetic)
            .blaming(carries, sets);
    }
    let weakest =
        pairs.iter().max_by_key(|pair| (pair.reasons.first() != Some(&"exact"), pair.reasons.first() != Some(&"rounds")));
    let reasons = weakest.map(|pair| pair.reasons.clone()).unwrap_or_default();
    let note = reasons.contains(&"compatible") || reasons.contains(&"tie");
    let status = if note { VerdictStatus::ConfirmedWithNote } else { VerdictStatus::Confirmed };
    let outcome = Outcome::new(relation, status, reasons, say::printed_alike(sheet, &relation.of, &values)).by(arithmetic);
    Outcome { grade: weakest.and_then(|pair| pair.grade), ..outcome }
}

fn named(terms: &[&Operand]) -> Vec<String> {
    terms.iter().flat_map(|term| term.claims()).map(str::to_string).collect()
}

fn twice<'r>(a: (&'r Operand, &Value), b: (&'r Operand, &Value), sheet: &Sheet<'_>) -> Twice<'r> {
    let terms = [a.0, b.0];
    let verdict = |reasons: Vec<&'static str>, grade| Twice { terms, reasons, grade };
    let claims = [a.0, b.0].map(|term| claim_of(term, sheet));
    // a hedged figure holds if the plain one satisfies its words
    for (hedged, plain) in [(claims[0], b.1), (claims[1], a.1)] {
        let figure = hedged.and_then(sheet::figure);
        let holds = hedged.zip(figure).and_then(|(c, f)| hedge::within(c.hedge.as_ref()?, &f, &plain.point, &plain.range));
        if let Some(holds) = holds {
            return verdict(vec![if holds { "hedge_ok" } else { "duplicate_conflict" }], None);
        }
    }
    let conflict = |grade| {
        let touching = a.1.range.touches(&b.1.range).then_some("touching");
        let step = a.1.step.clone().max(b.1.step.clone());
        let near = step.is_some_and(|step| (&a.1.point - &b.1.point).abs() <= step).then_some("last_digit");
        verdict([Some("duplicate_conflict"), near, touching].into_iter().flatten().collect(), Some(grade))
    };
    let (coarse, fine) = if a.1.step >= b.1.step { (a, b) } else { (b, a) };
    let Some(figure) = claim_of(coarse.0, sheet).and_then(sheet::figure) else {
        let overlap = a.1.range.overlaps(&b.1.range);
        return if overlap { verdict(vec!["compatible"], Some(Grade::Compatible)) } else { conflict(Grade::None) };
    };
    match derived(&figure, &fine.1.point, &fine.1.range, fine.1.step.as_ref()) {
        Grade::Exact => verdict(vec!["exact"], Some(Grade::Exact)),
        Grade::Rounds => verdict(vec!["rounds"], Some(Grade::Rounds)),
        Grade::Tie => verdict(vec!["tie"], Some(Grade::Tie)),
        grade @ (Grade::Compatible | Grade::Coarse) => verdict(vec!["compatible"], Some(grade)),
        grade @ (Grade::Truncated | Grade::None) => conflict(grade),
    }
}

fn claim_of<'a>(term: &Operand, sheet: &Sheet<'a>) -> Option<&'a Claim> {
    match term {
        Operand::Claim(id) => sheet.claim(id),
        _ => None,
    }
}

/// The claim's value with those of the terms, for kinds that hold a whole against them.
fn against(relation: &Relation, sheet: &Sheet<'_>) -> Result<(Value, Vec<Value>, i64), NoValue> {
    let unreadable = || NoValue::Unreadable(relation.claim.clone().unwrap_or_default());
    let (claim, figure) = target(relation, sheet).ok_or_else(unreadable)?;
    Ok((Value::printed(&figure), given(relation, sheet)?, sheet::exponent(claim)))
}

/// A whole must lie between parts that exhaust it.
pub fn part_of_mean(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let (whole, parts, exponent) = match against(relation, sheet) {
        Ok(found) => found,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let hull = parts.iter().map(|part| part.range.clone()).reduce(|a, b| a.hull(&b)).unwrap_or_else(|| whole.range.clone());
    let outside = !hull.overlaps(&whole.range);
    let (status, code, grade) = bound(outside, "part_of_mean");
    let middle = Value { point: hull.middle(), range: hull, step: None, assumed: None };
    Outcome::new(relation, status, vec![code], say::between(sheet, relation, outside))
        .by(say::listed(sheet, &relation.of))
        .graded(grade)
        .computed(&middle, None, exponent)
}

/// Parts that do not overlap are together not more than the whole.
pub fn parts(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let (whole, parts, exponent) = match against(relation, sheet) {
        Ok(found) => found,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let Some(sum) = parts.iter().cloned().reduce(|a, b| a.plus(&b)) else {
        return Outcome::undecided(relation, sheet, &NoValue::Unreadable(relation.id.clone()));
    };
    // "over 151 billion" bounds the whole from below only, so nothing can be too much for it
    let unbounded = target(relation, sheet)
        .is_some_and(|(claim, _)| claim.hedge.is_some_and(|h| matches!(h.kind, HedgeKind::Over | HedgeKind::AtLeast)));
    let too_much = sum.range.lo > whole.range.hi && !unbounded;
    let (status, code, grade) = bound(too_much, "sum");
    let arithmetic = format!("{} = {}", say::sum(sheet, &relation.of), say::value(&sum, exponent));
    Outcome::new(relation, status, vec![code], say::within_whole(sheet, relation, &sum, exponent, too_much))
        .by(arithmetic)
        .graded(grade)
        .computed(&sum, None, exponent)
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
pub fn order(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let values = match given(relation, sheet) {
        Ok(values) => values,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let steps = || values.windows(2).zip(relation.of.windows(2));
    let wrong = steps().find(|(two, _)| two[0].range.lo >= two[1].range.hi);
    let unsure = steps().any(|(two, _)| two[0].range.hi > two[1].range.lo);
    let arithmetic = say::ascending(sheet, &relation.of);
    let outcome =
        |status, reasons| Outcome::new(relation, status, reasons, say::ordered(sheet, relation, status)).by(arithmetic.clone());
    match wrong {
        Some((_, terms)) => {
            let set = named(&[&terms[0], &terms[1]]);
            outcome(VerdictStatus::Inconsistent, vec!["wording"]).blaming(set.clone(), vec![set])
        }
        None if unsure => outcome(VerdictStatus::Unverifiable, vec!["coarse"]),
        // the words are borne out; that says little of the figures themselves
        None => outcome(VerdictStatus::ConfirmedWithNote, vec!["compatible", "hedge_ok"]),
    }
}

/// How many of the figures lie above a threshold.
pub fn count(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let (stated, values, _) = match against(relation, sheet) {
        Ok(found) => found,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let unit = relation.of.iter().flat_map(Operand::claims).find_map(|id| sheet.claim(id)).map_or(0, sheet::exponent);
    let over = Value::exactly(exact(relation.number("over"))).point * crate::reconcile::interval::power_of_ten(unit);
    let sure = values.iter().filter(|v| v.range.lo > over).count();
    let possible = values.iter().filter(|v| v.range.hi > over).count();
    let counts = Interval {
        lo: num_rational::BigRational::from_integer(sure.into()),
        hi: num_rational::BigRational::from_integer(possible.into()),
    };
    let arithmetic = say::listed(sheet, &relation.of);
    let status = match (counts.contains(&stated.point), sure == possible) {
        (true, true) => VerdictStatus::Confirmed,
        (true, false) => VerdictStatus::Unverifiable,
        (false, _) => VerdictStatus::Inconsistent,
    };
    let code = match status {
        VerdictStatus::Confirmed => "exact",
        VerdictStatus::Unverifiable => "coarse",
        _ => "wording",
    };
    Outcome::new(relation, status, vec![code], say::counted(sheet, relation, sure, status)).by(arithmetic)
}

/// No printed rival ranks above the figure that holds the rank. The rest of the window is not printed, so this proves little.
pub fn rank(relation: &Relation, sheet: &Sheet<'_>) -> Outcome {
    let values = match given(relation, sheet) {
        Ok(values) => values,
        Err(why) => return Outcome::undecided(relation, sheet, &why),
    };
    let Some((own, rivals)) = values.split_first() else {
        return Outcome::undecided(relation, sheet, &NoValue::Unreadable(relation.id.clone()));
    };
    let hedge = relation.claim.as_deref().and_then(|id| sheet.claim(id)).and_then(|claim| claim.hedge);
    let kind = hedge.and_then(|h| if let HedgeKind::Rank(kind) = h.kind { Some(kind) } else { None });
    let below = match kind {
        Some(RankKind::RecordLow) => true,
        Some(RankKind::LargestSince) => own.point.is_negative(),
        _ => false,
    };
    let above = |rival: &Value| if below { rival.range.hi < own.range.lo } else { rival.range.lo > own.range.hi };
    let beaten = relation.of.iter().skip(1).zip(rivals).find(|(_, rival)| above(rival));
    let arithmetic = say::listed(sheet, &relation.of);
    match beaten {
        Some((rival, _)) => {
            let mut set = relation.claim.iter().cloned().collect::<Vec<_>>();
            set.extend(relation.of.first().into_iter().chain([rival]).flat_map(Operand::claims).map(str::to_string));
            let carries = relation.claim.iter().cloned().collect();
            Outcome::new(relation, VerdictStatus::Inconsistent, vec!["wording"], say::outranked(sheet, relation, rival))
                .by(arithmetic)
                .blaming(carries, vec![set])
        }
        None => Outcome::new(relation, VerdictStatus::ConfirmedWithNote, vec!["compatible"], say::unrivalled(sheet, relation))
            .by(arithmetic),
    }
}
