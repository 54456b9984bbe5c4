//! From the outcomes of relations to one internal verdict a claim.

use super::lead::leads;
use super::{Algebra, Outcome};
use crate::paper::{Claim, Paper, meant};
use crate::reconcile::sentence;
use crate::reconcile::verdict::{Suggestion, Verdict, VerdictStatus};

/// The verdict on a claim from all that its relations say.
pub fn verdict(paper: &Paper, claim: &Claim, algebra: &Algebra) -> Verdict {
    let about: Vec<&Outcome> = algebra.outcomes.iter().filter(|o| o.claims.contains(&claim.id)).collect();
    let mut verdict = match malformed(claim, &about) {
        Some(verdict) => verdict,
        None => decided(claim, &about),
    };
    verdict.suggestions.extend(leads(paper, claim, &about, algebra));
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
    let read = |text: &String| (claim.id.clone(), text.clone());
    let fits = |text: &&String| about.iter().any(|o| o.agrees() && o.readings.contains(&read(text)));
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
        return resting_on(outcome, claim, about);
    }
    if let Some(failed) = about.iter().find(|o| o.fails()) {
        let told =
            format!("{} carries a contradiction that this figure stands in ({}).", failed.carries.join(", "), failed.relation);
        return Verdict::without(VerdictStatus::Unverifiable, "ambiguous", told);
    }
    match open.or(mirror) {
        Some(outcome) => resting_on(outcome, claim, about),
        None => Verdict::without(VerdictStatus::NotChecked, "no_relation", sentence::no_relation()),
    }
}

/// A proof before a plausibility, the claim's own relation before one that it only enters, the better grade first.
fn agreement(outcome: &Outcome, claim: &Claim) -> (bool, bool, bool) {
    let own = outcome.carries.contains(&claim.id);
    (outcome.status != VerdictStatus::Confirmed, !own, outcome.assumption.is_some())
}

fn resting_on(outcome: &Outcome, claim: &Claim, about: &[&Outcome]) -> Verdict {
    let own = outcome.said.get(&claim.id).map(|said| format!("{said} ")).unwrap_or_default();
    let sentence = format!("{own}{}{}{}", outcome.sentence, others(outcome, about), stands_in(outcome, claim, about));
    let mut verdict = Verdict::without(outcome.status, "", sentence);
    verdict.reasons.clone_from(&outcome.reasons);
    verdict.severity = outcome.severity;
    verdict.grade = outcome.grade;
    (verdict.lo, verdict.hi) = (outcome.lo.clone(), outcome.hi.clone());
    verdict.distance_ulp.clone_from(&outcome.distance_ulp);
    verdict
}

/// How many other relations agree.
fn others(outcome: &Outcome, about: &[&Outcome]) -> String {
    let more = about.iter().filter(|o| o.agrees() && o.relation != outcome.relation).count();
    match (more, outcome.fails()) {
        (0, _) => String::new(),
        (1, false) => " One more relation agrees.".to_string(),
        (n, false) => format!(" {n} more relations agree."),
        (1, true) => " One other relation of it agrees.".to_string(),
        (n, true) => format!(" {n} other relations of it agree."),
    }
}

/// The contradictions a claim stands in although another figure carries them.
fn stands_in(outcome: &Outcome, claim: &Claim, about: &[&Outcome]) -> String {
    let in_set = |o: &&&Outcome| o.smallest.iter().any(|set| set.contains(&claim.id));
    let failed: Vec<&str> = about
        .iter()
        .filter(|o| o.fails() && o.relation != outcome.relation)
        .filter(in_set)
        .map(|o| o.relation.as_str())
        .collect();
    if failed.is_empty() { String::new() } else { format!(" It stands in a contradiction too: {}.", failed.join(", ")) }
}
