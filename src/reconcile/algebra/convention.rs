//! The paper's own habits, learned from its figures: what "N times" means in it, and whether it cuts figures off.

use super::computed::{formula, target};
use super::multiple::{ratio, value_of, words};
use super::sheet::{Sheet, Value};
use crate::paper::{Relation, RelationKind};
use crate::reconcile::interval::Figure;
use crate::reconcile::ladder::{Grade, cut, derived, roundings};

/// A habit is a habit from this many clear cases on (section 4 and section 2) …
const CLEAR_CASES: usize = 5;
/// … of which this share, in percent, agrees.
const CLEAR_SHARE: usize = 80;

/// What "N times" can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// Later is N times earlier.
    Ratio,
    /// Later is earlier and N times as much again.
    Increase,
}

/// The habits of a paper, with the counts they rest on.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Conventions {
    /// Multiples that fit as a ratio and not as an increase.
    pub times_as_ratio: usize,
    /// Multiples that fit as an increase and not as a ratio.
    pub times_as_increase: usize,
    /// What "N times" means in the paper, if it has a habit.
    pub times: Option<Reading>,
    /// Computed figures of which rounding and cutting off give different digits, …
    pub rounding_cases: usize,
    /// … and of those the ones that were cut off.
    pub truncated: usize,
}

impl Conventions {
    /// Whether the paper cuts figures off as a habit.
    pub fn truncates(&self) -> bool {
        habit(self.truncated, self.rounding_cases)
    }
}

fn habit(cases: usize, of: usize) -> bool {
    of >= CLEAR_CASES && cases * 100 >= of * CLEAR_SHARE
}

/// Learns the habits from every relation that computes a figure. A figure that is hedged, or whose inputs are misprinted, teaches
/// nothing.
pub fn learn(relations: &[Relation], sheet: &Sheet<'_>) -> Conventions {
    let mut found = Conventions::default();
    for relation in relations {
        let Some((claim, printed)) = target(relation, sheet).ok().filter(|(claim, _)| claim.hedge.is_none()) else { continue };
        if relation.kind == RelationKind::Multiple {
            let Ok(ratio) = ratio(relation, claim, sheet) else { continue };
            let read = [Reading::Ratio, Reading::Increase].map(|reading| value_of(reading, &ratio));
            // words that admit one reading only say nothing of the other
            if words(claim).other.is_some() {
                let fits = [&read[0], &read[1]].map(|value| agrees(&printed, value));
                found.times_as_ratio += usize::from(fits == [true, false]);
                found.times_as_increase += usize::from(fits == [false, true]);
            }
            read.iter().find_map(|value| rounding(&printed, value)).into_iter().for_each(|cut| found.see(cut));
        } else {
            let given = sheet.values(&relation.of).ok();
            let value = given.and_then(|given| formula(relation.kind, &given));
            value.and_then(|value| rounding(&printed, &value)).into_iter().for_each(|cut| found.see(cut));
        }
    }
    let of = found.times_as_ratio + found.times_as_increase;
    found.times = match (habit(found.times_as_ratio, of), habit(found.times_as_increase, of)) {
        (true, _) => Some(Reading::Ratio),
        (_, true) => Some(Reading::Increase),
        _ => None,
    };
    found
}

impl Conventions {
    fn see(&mut self, was_cut: bool) {
        self.rounding_cases += 1;
        self.truncated += usize::from(was_cut);
    }
}

fn agrees(printed: &Figure, value: &Value) -> bool {
    matches!(derived(printed, &value.point, &value.range, value.step.as_ref()), Grade::Exact | Grade::Rounds | Grade::Tie)
}

/// Whether the figure was cut off; `None` where cutting off and rounding give the same digits, where it is neither, or where it can
/// have been rounded as well as cut off.
fn rounding(printed: &Figure, value: &Value) -> Option<bool> {
    if roundings(&value.point, &printed.ulp).contains(&cut(&value.point, &printed.ulp)) {
        return None;
    }
    match derived(printed, &value.point, &value.range, value.step.as_ref()) {
        Grade::Truncated => Some(true),
        Grade::Exact | Grade::Rounds if value.range.within(&printed.preimage()) => Some(false),
        _ => None,
    }
}
