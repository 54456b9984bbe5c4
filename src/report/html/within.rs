//! What the paper's figures say of each other: contradictions, habits, and figures that would explain several of them.

use super::anchor;
use crate::reconcile::Outcome;
use crate::report::parts::badge;
use crate::report::{Report, algebra, words};
use maud::{Markup, html as markup};

/// The section of contradictions; nothing where no relation was stated.
pub fn section(report: &Report<'_>) -> Markup {
    let inner = report.algebra;
    let found = algebra::contradictions(inner);
    markup! {
        @if !inner.outcomes.is_empty() {
            section aria-labelledby="within" {
                h2 id="within" { "The paper against itself" }
                p { (algebra::counted(inner)) ". Contradictions follow from the printed numbers alone; what is implausible rests on the assumption beside it." }
                @if found.is_empty() { p { "Nothing contradicts." } } @else {
                    ol.worst { @for outcome in found { li { (carried(outcome)) (self::outcome(outcome)) } } }
                }
                @let suspects = algebra::suspects(inner);
                @if !suspects.is_empty() { h3 { "Figures that stand in several of them" } ul { @for line in suspects { li { (line) } } } }
                @let habits = algebra::habits(&inner.conventions);
                @if !habits.is_empty() { h3 { "Habits of the paper" } ul { @for line in habits { li { (line) } } } }
            }
        }
    }
}

/// The claims that carry a failure, as links.
fn carried(outcome: &Outcome) -> Markup {
    markup! { p.line { @for claim in &outcome.carries { a href={ "#" (anchor(claim)) } { (claim) } " " } } }
}

/// Verdict, sentence, arithmetic, assumption and smallest sets of one relation.
pub fn outcome(outcome: &Outcome) -> Markup {
    let severity = words::severity(outcome.severity);
    markup! {
        p.line {
            (badge(words::status(outcome.status))) " " span class={ "severity s-" (severity) } { (severity) } " "
            span.quiet { (outcome.relation) @if let Some(grade) = outcome.grade { " · grade " (words::grade(grade).1) } }
        }
        p { (outcome.sentence) }
        p.quiet { (algebra::details(outcome).join(" · ")) }
    }
}
