//! Who carries a contradiction, and who would explain several.

use super::{Outcome, Suspect};
use crate::reconcile::verdict::VerdictStatus;
use std::collections::{BTreeMap, BTreeSet};

/// Claims that stand in every smallest set of the contradictions they have to do with, if those are at least two sets.
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
