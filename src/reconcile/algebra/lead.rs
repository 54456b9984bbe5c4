//! Leads beside a contradiction: what would explain it. Suggestions, never findings.

use super::sheet::{Sheet, exponent};
use super::{Algebra, Outcome, Suspect, say};
use crate::paper::{Claim, Paper, RelationKind};
use crate::reconcile::interval::{Interval, brief, exact, power_of_ten};
use crate::reconcile::rebased;
use crate::reconcile::verdict::Suggestion;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use std::collections::BTreeSet;

/// Every lead on a claim, from the relations that speak of it.
pub(super) fn leads(paper: &Paper, claim: &Claim, about: &[&Outcome], algebra: &Algebra) -> Vec<Suggestion> {
    let carried: Vec<&&Outcome> = about.iter().filter(|o| o.fails() && o.carries.contains(&claim.id)).collect();
    let own = algebra.suspects.iter().find(|suspect| suspect.claim == claim.id);
    let other = |suspect: &&Suspect| carried.iter().any(|o| suspect.relations.contains(&o.relation));
    let suspect = own.or_else(|| algebra.suspects.iter().find(other));
    let publishers = carried.iter().find_map(|outcome| publishers(paper, outcome));
    let rebased = carried.iter().find_map(|outcome| revised_base(paper, claim, outcome));
    let found = [suspect.map(|suspect| suspicion(claim, suspect, algebra)), rebased, publishers, other_row(paper, claim, about)];
    found.into_iter().flatten().collect()
}

/// One figure would explain several contradictory sets: this one, or another that stands in them.
fn suspicion(claim: &Claim, suspect: &Suspect, algebra: &Algebra) -> Suggestion {
    let who = if suspect.claim == claim.id { "This figure".to_string() } else { suspect.claim.clone() };
    let (count, relations) = (suspect.sets, suspect.relations.join(", "));
    Suggestion {
        code: "value",
        suggested: true,
        sentence: format!("{who} stands in every one of {count} contradictory sets, so it may be the misprint: {relations}."),
        tried: algebra.contradictions().count(),
        chance: algebra.suspects.iter().filter(|other| other.relations == suspect.relations).count() as u64,
    }
}

/// A growth that does not follow from the printed base may have been taken against a later print of it.
fn revised_base(paper: &Paper, claim: &Claim, outcome: &Outcome) -> Option<Suggestion> {
    let relation = paper.relations.iter().find(|relation| relation.id == outcome.relation)?;
    let growth = relation.kind == RelationKind::Growth && relation.claim.as_deref() == Some(claim.id.as_str());
    let sheet = Sheet::of(paper);
    let [earlier, later] = [0, 1].map(|at| relation.of.get(at).and_then(|term| sheet.claim_of(term)).filter(|_| growth));
    let (base, printed) = (earlier?, sheet.figure(claim)?);
    let (held, now) = (sheet.figure(base)?, sheet.figure(later?)?);
    let shown = |interval: &Interval| {
        let [lo, hi] = [&interval.lo, &interval.hi].map(|end| say::in_unit(end, exponent(base)));
        Interval { lo, hi }
    };
    let needed = rebased::implied(&now.preimage(), &printed).filter(|range| rebased::within_revision(&held, range))?;
    let bases = (&held.scaled(-exponent(base)), &shown(&needed));
    Some(Suggestion {
        code: "revised_base",
        suggested: true,
        sentence: rebased::needs(&claim.unit, &printed, &base.period.to_string(), bases, &base.unit),
        tried: 1,
        chance: 1,
    })
}

/// Figures that are declared to be of different publishers need not fit: two sides of one trade differ.
fn publishers(paper: &Paper, outcome: &Outcome) -> Option<Suggestion> {
    let of = |id: &String| paper.claim(id)?.series.as_ref();
    let named: BTreeSet<&str> = outcome.claims.iter().filter_map(of).map(|code| code.identity().publisher).collect();
    let names: Vec<&str> = named.into_iter().collect();
    (names.len() > 1).then(|| Suggestion {
        code: "mirror_difference",
        suggested: true,
        sentence: format!(
            "The figures are declared as those of different publishers ({}), whose figures differ.",
            names.join(", ")
        ),
        tried: 1,
        chance: 1,
    })
}

/// A month that does not fit its year may belong to another year's figure: the one of the same unit and year whose mean is nearest.
fn other_row(paper: &Paper, claim: &Claim, about: &[&Outcome]) -> Option<Suggestion> {
    let kind = RelationKind::PlausibleMonth;
    let failed = about.iter().find(|o| o.fails() && o.kind == kind.as_str() && o.carries.contains(&claim.id))?;
    let relation = paper.relations.iter().find(|relation| relation.id == failed.relation)?;
    let sheet = Sheet::of(paper);
    let year = sheet.claim_of(relation.of.first()?)?;
    let own = sheet.figure(claim)?;
    let months = BigRational::new(claim.period.whole_months()?.into(), year.period.whole_months()?.into());
    let ratio = |other: &Claim| sheet.figure(other).filter(|f| !f.value.is_zero()).map(|f| &own.value / (f.value * &months));
    let alike = |other: &&Claim| {
        other.unit == year.unit && other.period == year.period && other.measure == year.measure && other.id != year.id
    };
    let candidates: Vec<(&Claim, BigRational)> =
        sheet.claims().filter(alike).filter_map(|other| Some((other, ratio(other)?))).collect();
    let (low, high) = (exact(relation.number("low")), exact(relation.number("high")));
    let fitting = || candidates.iter().filter(|(_, ratio)| low <= *ratio && *ratio <= high);
    let nearest = fitting().min_by_key(|(_, ratio)| (ratio - power_of_ten(0)).abs())?;
    let mean = sheet.figure(nearest.0)?.value * &months;
    let sentence = format!(
        "It fits {} ({}, {}): a mean month of that is {}.",
        nearest.0.id,
        nearest.0.indicator,
        say::printed(nearest.0),
        brief(&say::in_unit(&mean, exponent(nearest.0)), 3)
    );
    let chance = fitting().count() as u64;
    Some(Suggestion { code: "wrong_series", suggested: true, sentence, tried: candidates.len(), chance })
}
