//! The algebra of a paper: what its own figures prove about each other, and what they make implausible. No source is needed.
//!
//! Every printed figure stands for the closed interval of what rounds to it; relations between figures are evaluated by exact
//! interval arithmetic over rationals. A contradiction is proven only if no unrounded values could have been printed so.

mod blame;
mod bounds;
mod computed;
mod convention;
mod dimension;
mod internal;
mod lead;
mod multiple;
mod outcome;
mod plausible;
mod say;
mod sheet;
#[cfg(test)]
mod tests;
mod total;

pub use convention::{Conventions, Reading};
pub use dimension::mistakes;
pub use internal::verdict;
pub use outcome::Outcome;

use crate::paper::{Paper, Relation, RelationKind};
use crate::reconcile::VerdictStatus;
use sheet::Sheet;

/// What the relations of a paper say.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Algebra {
    /// What came of each relation, in the order of `paper.toml`.
    pub outcomes: Vec<Outcome>,
    /// The paper's own habits, learned from its figures.
    pub conventions: Conventions,
    /// Figures that stand in every smallest set of several contradictions: leads, not findings.
    pub suspects: Vec<Suspect>,
}

/// A figure that stands in several contradictions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Suspect {
    /// The claim.
    pub claim: String,
    /// The relations whose every smallest contradictory set it stands in.
    pub relations: Vec<String>,
    /// How many such sets those have.
    pub sets: usize,
}

impl Algebra {
    /// What contradicts: the outcomes that say something is wrong.
    pub fn contradictions(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| outcome.fails())
    }
}

/// Evaluates every relation of the paper.
pub fn solve(paper: &Paper) -> Algebra {
    let sheet = Sheet::of(paper);
    let conventions = convention::learn(&paper.relations, &sheet);
    let mut outcomes: Vec<Outcome> = paper.relations.iter().map(|one| evaluate(one, &sheet, &conventions)).collect();
    let suspects = blame::suspects(&outcomes);
    blame::move_blame(&mut outcomes);
    Algebra { outcomes, conventions, suspects }
}

/// A token that is no number is read in each way it can have been meant; only if all of them fail, the relation does. Round
/// figures are precise to the last zero only by assumption, so that a contradiction which hangs on it is no proof.
fn evaluate(relation: &Relation, sheet: &Sheet<'_>, conventions: &Conventions) -> Outcome {
    let readings = sheet.readings(relation);
    let tried = readings.iter().map(|sheet| (judge(relation, sheet, conventions), sheet));
    let Some((outcome, sheet)) = tried.min_by_key(|(outcome, _)| outcome.rank()) else {
        return judge(relation, sheet, conventions);
    };
    let outcome = outcome.reading(sheet.assumed());
    let round = || relation.claims().into_iter().filter_map(|id| sheet.claim(id)).any(sheet::is_round);
    if outcome.status != VerdictStatus::Inconsistent || !round() || judge(relation, &sheet.loosened(), conventions).fails() {
        return outcome;
    }
    outcome.undecided_by_precision()
}

fn judge(relation: &Relation, sheet: &Sheet<'_>, conventions: &Conventions) -> Outcome {
    use RelationKind::*;
    match relation.kind {
        Growth | Difference | Share | ShareOfParts | Sum | Chain | Index | ImpliedBase => {
            computed::evaluate(relation, sheet, conventions)
        }
        Multiple => multiple::evaluate(relation, sheet, conventions),
        ImpliedTotal => total::evaluate(relation, sheet),
        SameAs => bounds::same_as(relation, sheet, conventions),
        PartOfMean => bounds::part_of_mean(relation, sheet),
        Parts => bounds::parts(relation, sheet),
        Order => bounds::order(relation, sheet),
        Count => bounds::count(relation, sheet),
        Rank => bounds::rank(relation, sheet),
        Cumulative => plausible::cumulative(relation, sheet),
        PlausibleMonth => plausible::month(relation, sheet),
        Increment => plausible::increment(relation, sheet),
        ExchangeRate => plausible::exchange_rate(relation, sheet),
        Mirror => plausible::mirror(relation, sheet),
    }
    .unwrap_or_else(|why| Outcome::undecided(relation, sheet, &why))
}
