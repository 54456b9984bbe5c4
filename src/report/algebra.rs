//! What a paper's figures say of each other, in lines that every format shares.

use super::{view, words};
use crate::reconcile::{Algebra, Conventions, Outcome, Reading};

/// What contradicts, the worst first.
pub fn contradictions(algebra: &Algebra) -> Vec<&Outcome> {
    let mut found: Vec<&Outcome> = algebra.contradictions().collect();
    found.sort_by_key(|outcome| (outcome.assumption.is_some(), std::cmp::Reverse(outcome.severity)));
    found
}

/// How many relations there are, and how many of them fail.
pub fn counted(algebra: &Algebra) -> String {
    let agree = algebra.outcomes.iter().filter(|outcome| outcome.agrees()).count();
    let proven = algebra.contradictions().filter(|outcome| outcome.assumption.is_none()).count();
    let implausible = algebra.contradictions().count() - proven;
    let relations = view::plural(algebra.outcomes.len(), "relation", "relations");
    format!(
        "{relations} between its figures: {agree} agree, {} proven, {} under an assumption",
        view::plural(proven, "contradiction", "contradictions"),
        view::plural(implausible, "implausibility", "implausibilities")
    )
}

/// The paper's habits, each with its counts.
pub fn habits(conventions: &Conventions) -> Vec<String> {
    let times = conventions.times_as_ratio + conventions.times_as_increase;
    let meaning = match conventions.times {
        Some(Reading::Increase) => "means the increase",
        Some(Reading::Ratio) => "means the ratio",
        None => "has no settled meaning",
    };
    let mut said = Vec::new();
    if times > 0 {
        said.push(format!(
            "“N times” {meaning} in this paper: {} of {times} clear cases fit the increase, {} the ratio",
            conventions.times_as_increase, conventions.times_as_ratio
        ));
    }
    if conventions.rounding_cases > 0 {
        let habit = if conventions.truncates() { "a habit" } else { "no habit" };
        said.push(format!(
            "cutting off instead of rounding is {habit} of this paper: {} of {} were cut off",
            conventions.truncated,
            view::plural(
                conventions.rounding_cases,
                "computed figure that tells the two apart",
                "computed figures that tell the two apart"
            )
        ));
    }
    said
}

/// Figures that stand in several contradictions at once.
pub fn suspects(algebra: &Algebra) -> Vec<String> {
    let one = |suspect: &crate::reconcile::Suspect| {
        let (relations, sets) =
            (suspect.relations.join(", "), view::plural(suspect.sets, "contradictory set", "contradictory sets"));
        format!("{} stands in every one of {sets}: {relations}", suspect.claim)
    };
    algebra.suspects.iter().map(one).collect()
}

/// The smallest sets that cannot go together, as `a, b, c; a, d`.
fn sets(outcome: &Outcome) -> String {
    outcome.smallest.iter().map(|set| set.join(", ")).collect::<Vec<_>>().join("; ")
}

/// What stands below the sentence of an outcome: arithmetic, power, assumption, smallest sets, and why it must hold.
pub fn details(outcome: &Outcome) -> Vec<String> {
    let unsaid = |text: &&String| !text.is_empty() && !outcome.sentence.contains(text.as_str());
    let arithmetic = Some(&outcome.arithmetic).filter(unsaid).cloned();
    let power = outcome.power.as_ref().map(|power| format!("the computed interval spans {power} last digits"));
    let assumption = outcome.assumption.as_ref().filter(unsaid).map(|text| format!("assuming that {text}"));
    let sets = outcome.fails().then(|| format!("cannot go together: {}", sets(outcome)));
    let note = Some(outcome.note.clone()).filter(|note| !note.is_empty());
    [arithmetic, power, assumption, sets, note].into_iter().flatten().collect()
}

/// One outcome in a line: icon, word, severity, sentence.
pub fn line(outcome: &Outcome) -> String {
    let shown = words::status(outcome.status);
    format!("{} {} ({}): {}", shown.icon, shown.word, words::severity(outcome.severity), outcome.sentence)
}
