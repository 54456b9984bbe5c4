//! The claims in the order of the paper, each with both verdicts and what they rest on.

use super::{anchor, matrix, within};
use crate::paper::Claim;
use crate::reconcile::{Finding, Verdict};
use crate::report::parts::badge;
use crate::report::view::{self, Side};
use crate::report::{Report, revisions, words};
use maud::{Markup, html as markup};

/// The sections with their claims.
pub fn sections(report: &Report<'_>) -> Markup {
    markup! {
        @for (place, (name, findings)) in view::sections(report.findings).into_iter().enumerate() {
            @let id = format!("section-{}", place + 1);
            section.paper aria-labelledby=(id) {
                h2 id=(id) { "Section " (name) span.quiet { " · " (view::plural(findings.len(), "figure", "figures")) } }
                @for finding in findings { (article(report, finding)) }
            }
        }
    }
}

fn article(report: &Report<'_>, finding: &Finding) -> Markup {
    let claim = view::claim_of(report.paper, finding);
    let shown = words::status(finding.external.status);
    let inner = !finding.internal.reasons.contains(&"no_relation");
    markup! {
        article class={ "claim v-" (shown.class) } id=(anchor(&finding.claim)) {
            div.row {
                h3 { (view::called(claim, &finding.claim)) }
                p.printed { (finding.printed) }
            }
            p.line { (verdict_line(&finding.external)) " " span.quiet { (finding.period) " · " (finding.claim) } }
            p.sentence { (finding.external.sentence) }
            @if inner { p.line { "Within the paper: " (verdict_line(&finding.internal)) } p.sentence { (finding.internal.sentence) } }
            @if let Some(said) = revisions::claim_line(report, finding) { p.sentence.quiet { "Revisions: " (said) } }
            (suggestions(finding, Side::External))
            (suggestions(finding, Side::Internal))
            details {
                summary { "What this rests on" (versions(finding)) }
                (facts(report, claim, finding))
                (reasons(&finding.external, "Reasons"))
                @if inner { (reasons(&finding.internal, "Reasons within the paper")) (relations(&finding.internal)) }
                (matrix::table(report, claim, finding))
            }
        }
    }
}

/// Status, severity and grade.
fn verdict_line(verdict: &Verdict) -> Markup {
    let severity = words::severity(verdict.severity);
    markup! {
        (badge(words::status(verdict.status))) " " span class={ "severity s-" (severity) } { (severity) }
        @if let Some(grade) = verdict.grade { " " span.quiet { "grade " (words::grade(grade).1) } }
    }
}

fn versions(finding: &Finding) -> Markup {
    let count = finding.external.vintages.len();
    markup! { @if count > 0 { span.quiet { " · " (view::plural(count, "version", "versions")) " held" } } }
}

/// Explanations that fit, marked as what they are.
fn suggestions(finding: &Finding, side: Side) -> Markup {
    let (suggestions, fitting) = (&view::verdict(finding, side).suggestions, view::fitting(side));
    markup! {
        @if let Some(first) = suggestions.first() {
            div.suggestions {
                p { strong { "Suggestion" @if suggestions.len() > 1 { "s" } } " – would explain it, proves nothing" }
                ul { @for s in suggestions { li { (s.sentence) " " code { (s.code) } } } }
                p.quiet {
                    (view::plural(first.tried, "explanation", "explanations")) " tried; " (fitting) ": " (first.chance) "."
                }
            }
        }
    }
}

/// Where it stands, what it can have been before rounding, and up to when the author can have known.
fn facts(report: &Report<'_>, claim: Option<&Claim>, finding: &Finding) -> Markup {
    let external = view::verdict(finding, Side::External);
    let range = view::range(external.lo.as_deref(), external.hi.as_deref());
    let result = external.vintage_result.map(|r| words::vintage_result(r).1);
    markup! {
        dl.facts {
            dt { "Series" } dd { @match &finding.series { Some(code) => code { (code) }, None => "none declared" } }
            @if let Some(claim) = claim { (printed(report, claim)) }
            @if !range.is_empty() { dt { "Source, before rounding" } dd { (range) } }
            @if let Some(distance) = &external.distance_ulp { dt { "Distance" } dd { (view::distance(Some(distance))) " units of the last printed digit" } }
            @if let Some(meaning) = result { dt { "Result" } dd { (meaning) } }
        }
    }
}

fn printed(report: &Report<'_>, claim: &Claim) -> Markup {
    let range = view::printed_range(claim);
    markup! {
        dt { "Place" } dd { "section " (claim.section) ", paragraph " (claim.paragraph) ", sentence " (claim.sentence) }
        @if let Some(value) = claim.value { dt { "Reads as" } dd { (view::quantity(&value.to_string(), &claim.unit)) } }
        @if let Some((lo, hi)) = &range { dt { "Paper, before rounding" } dd { (view::range(Some(lo), Some(hi))) } }
        @if let Some(hedge) = &claim.hedge { dt { "Words around it" } dd { (hedge) } }
        @if let Some((day, why)) = view::cutoff(report.paper, claim) { dt { "Cut-off" } dd { (day) " – " (why) } }
        @if !claim.note.is_empty() { dt { "Remark" } dd { (claim.note) } }
    }
}

fn reasons(verdict: &Verdict, title: &str) -> Markup {
    markup! {
        @if !verdict.reasons.is_empty() {
            h4 { (title) }
            ul.reasons { @for code in &verdict.reasons { li { (words::reason(code)) " " code { (code) } } } }
        }
    }
}

/// Every relation that speaks of the claim, with its arithmetic.
fn relations(verdict: &Verdict) -> Markup {
    markup! {
        @if !verdict.relations.is_empty() {
            h4 { "Relations to other figures of the paper" }
            ul.relations { @for outcome in &verdict.relations { li { (within::outcome(outcome)) } } }
        }
    }
}
