//! From the outcomes of relations to one internal verdict a claim.

use super::say;
use super::sheet::{Sheet, exponent, figure};
use super::{Algebra, Outcome, Suspect};
use crate::paper::{Claim, Operand, Paper, RelationKind, meant};
use crate::reconcile::interval::{exact, power_of_ten};
use crate::reconcile::sentence;
use crate::reconcile::verdict::{Suggestion, Verdict, VerdictStatus};
use num_rational::BigRational;
use num_traits::Signed;
use std::collections::{BTreeMap, BTreeSet};

/// The verdict on a claim from all that its relations say.
pub fn verdict(paper: &Paper, claim: &Claim, algebra: &Algebra) -> Verdict {
    let about: Vec<&Outcome> = algebra.outcomes.iter().filter(|o| o.claims.contains(&claim.id)).collect();
    let mut verdict = match malformed(claim, &about) {
        Some(verdict) => verdict,
        None => decided(claim, &about),
    };
    verdict.suggestions.extend(suspicion(claim, algebra));
    verdict.suggestions.extend(other_row(paper, claim, &about));
    verdict.relations = about.into_iter().cloned().collect();
    verdict
}

/// A token with digits that is no number is wrong whatever the relations say; what it can have been is a suggestion.
fn malformed(claim: &Claim, about: &[&Outcome]) -> Option<Verdict> {
    let readings = if claim.value.is_none() { meant(&claim.printed) } else { Vec::new() };
    if readings.is_empty() {
        return None;
    }
    let told = format!("{:?} is not a well-formed number.", claim.printed);
    let mut verdict = Verdict::without(VerdictStatus::Inconsistent, "malformed_number", told);
    let texts: Vec<String> = readings.iter().map(|(value, _)| value.to_string()).collect();
    let fits = |text: &&String| {
        let read = format!("reading {} as {text}", claim.printed);
        about.iter().any(|o| o.agrees() && (o.arithmetic.contains(&read) || o.sentence.contains(&read)))
    };
    let suggested = texts.iter().find(fits).map(|text| Suggestion {
        code: "malformed_number",
        suggested: true,
        sentence: format!("Read as {text}, it agrees with other figures of the paper."),
        tried: texts.len(),
        chance: texts.iter().filter(fits).count() as u64,
    });
    verdict.suggestions.extend(suggested);
    Some(verdict)
}

/// The worst failure that the claim carries; else the best agreement; else why nothing is known.
fn decided(claim: &Claim, about: &[&Outcome]) -> Verdict {
    let carried = about.iter().filter(|o| o.fails() && o.carries.contains(&claim.id));
    let failure = carried.min_by_key(|o| (o.status != VerdictStatus::Inconsistent, std::cmp::Reverse(o.severity)));
    let best = about.iter().filter(|o| o.agrees()).min_by_key(|o| agreement(o, claim));
    let open = about.iter().find(|o| o.status == VerdictStatus::Unverifiable);
    let mirror = about.iter().find(|o| o.status == VerdictStatus::NotComparable);
    if let Some(outcome) = failure.or(best) {
        return resting_on(outcome, about);
    }
    if let Some(failed) = about.iter().find(|o| o.fails()) {
        let others: Vec<&str> = failed.carries.iter().map(String::as_str).collect();
        let told = format!("{} stands against it; this figure is one of those it is computed from.", others.join(", "));
        return Verdict::without(VerdictStatus::Unverifiable, "ambiguous", told);
    }
    match open.or(mirror) {
        Some(outcome) => resting_on(outcome, about),
        None => Verdict::without(VerdictStatus::NotChecked, "no_relation", sentence::no_relation()),
    }
}

/// A proof before a plausibility, the claim's own relation before one that it only enters, the better grade first.
fn agreement(outcome: &Outcome, claim: &Claim) -> (bool, bool, bool) {
    let own = outcome.carries.contains(&claim.id);
    (outcome.status != VerdictStatus::Confirmed, !own, outcome.assumption.is_some())
}

fn resting_on(outcome: &Outcome, about: &[&Outcome]) -> Verdict {
    let more = about.iter().filter(|o| o.agrees() && o.relation != outcome.relation).count();
    let others = match (more, outcome.fails()) {
        (0, _) => String::new(),
        (1, false) => " One more relation agrees.".to_string(),
        (n, false) => format!(" {n} more relations agree."),
        (1, true) => " One other relation of it agrees.".to_string(),
        (n, true) => format!(" {n} other relations of it agree."),
    };
    let mut verdict = Verdict::without(outcome.status, "", format!("{}{others}", outcome.sentence));
    verdict.reasons.clone_from(&outcome.reasons);
    verdict.severity = outcome.severity;
    verdict.grade = outcome.grade;
    (verdict.lo, verdict.hi) = (outcome.lo.clone(), outcome.hi.clone());
    verdict.distance_ulp.clone_from(&outcome.distance_ulp);
    verdict
}

/// Claims that stand in every smallest set of the contradictions they have to do with, if those are at least two sets: were one of
/// them wrong alone, all those would be gone.
pub(super) fn suspects(outcomes: &[Outcome]) -> Vec<Suspect> {
    let mut by_claim: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|o| o.fails()) {
        let in_all = outcome.claims.iter().filter(|id| outcome.smallest.iter().all(|set| set.contains(id)));
        in_all.for_each(|id| by_claim.entry(id).or_default().push(outcome));
    }
    let one = |(claim, explained): (&str, Vec<&Outcome>)| Suspect {
        claim: claim.to_string(),
        relations: explained.iter().map(|o| o.relation.clone()).collect(),
        sets: explained.iter().map(|o| o.smallest.len()).sum(),
    };
    let all: Vec<Suspect> = by_claim.into_iter().map(one).filter(|suspect| suspect.sets > 1).collect();
    // what another figure explains with more besides is no better lead
    let within = |one: &Suspect, other: &Suspect| {
        one.relations.len() < other.relations.len() && one.relations.iter().all(|name| other.relations.contains(name))
    };
    let mut found: Vec<Suspect> = all.iter().filter(|one| !all.iter().any(|other| within(one, other))).cloned().collect();
    found.sort_by(|a, b| b.sets.cmp(&a.sets).then(a.claim.cmp(&b.claim)));
    found
}

/// Of the figures of an implausible set, those that stand in most of the paper's contradictions carry it; between equals, the
/// relation's own do. A proof always stays with its claim.
pub(super) fn move_blame(outcomes: &mut [Outcome]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|o| o.fails()) {
        let members = outcome.claims.iter().filter(|id| outcome.smallest.iter().any(|set| set.contains(id)));
        members.for_each(|id| *counts.entry(id.clone()).or_default() += 1);
    }
    let count = |id: &String| counts.get(id).copied().unwrap_or_default();
    for outcome in outcomes.iter_mut().filter(|o| o.status == VerdictStatus::Implausible) {
        let members: BTreeSet<String> = outcome.smallest.concat().into_iter().collect();
        let most = members.iter().map(count).max().unwrap_or_default();
        if outcome.carries.iter().any(|id| count(id) == most) {
            outcome.carries.retain(|id| count(id) == most);
        } else {
            outcome.carries = members.into_iter().filter(|id| count(id) == most).collect();
        }
    }
}

/// The claim stands in every smallest set of several contradictions; how many claims would explain just the same ones.
fn suspicion(claim: &Claim, algebra: &Algebra) -> Option<Suggestion> {
    let suspect = algebra.suspects.iter().find(|suspect| suspect.claim == claim.id)?;
    let (count, relations) = (suspect.sets, suspect.relations.join(", "));
    Some(Suggestion {
        code: "value",
        suggested: true,
        sentence: format!("Were this figure alone another one, {count} contradictory sets would be gone: {relations}."),
        tried: algebra.contradictions().count(),
        chance: algebra.suspects.iter().filter(|other| other.relations == suspect.relations).count() as u64,
    })
}

/// A month that does not fit its year may belong to another year's figure: the one of the same unit and year whose mean is nearest.
fn other_row(paper: &Paper, claim: &Claim, about: &[&Outcome]) -> Option<Suggestion> {
    let kind = RelationKind::PlausibleMonth;
    let failed = about.iter().find(|o| o.fails() && o.kind == kind.as_str() && o.carries.contains(&claim.id))?;
    let relation = paper.relations.iter().find(|relation| relation.id == failed.relation)?;
    let sheet = Sheet::of(paper);
    let year = match relation.of.first()? {
        Operand::Claim(id) => sheet.claim(id)?,
        _ => return None,
    };
    let own = figure(claim)?;
    let months = BigRational::new(claim.period.whole_months()?.into(), year.period.whole_months()?.into());
    let ratio = |other: &Claim| figure(other).map(|f| &own.value / (f.value * &months));
    let alike = |other: &&Claim| {
        other.unit == year.unit && other.period == year.period && other.measure == year.measure && other.id != year.id
    };
    let candidates: Vec<(&Claim, BigRational)> =
        sheet.claims().filter(alike).filter_map(|other| Some((other, ratio(other)?))).collect();
    let (low, high) = (exact(relation.number("low")), exact(relation.number("high")));
    let fitting = || candidates.iter().filter(|(_, ratio)| low <= *ratio && *ratio <= high);
    let nearest = fitting().min_by_key(|(_, ratio)| (ratio - power_of_ten(0)).abs())?;
    let mean = figure(nearest.0)?.value * &months;
    let sentence = format!(
        "It fits {} ({}, {}): a mean month of that is {}.",
        nearest.0.id,
        nearest.0.indicator,
        say::printed(nearest.0),
        crate::reconcile::interval::brief(&say::in_unit(&mean, exponent(nearest.0)), 3)
    );
    let chance = fitting().count() as u64;
    Some(Suggestion { code: "wrong_series", suggested: true, sentence, tried: candidates.len(), chance })
}
