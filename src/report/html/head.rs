//! The top of the page: what paper, how many verdicts of each kind, and what deviates; and its last words.

use super::anchor;
use crate::reconcile::{Finding, VerdictStatus};
use crate::report::parts::{badge, bar, tile};
use crate::report::view::{self, Side};
use crate::report::{Report, words};
use maud::{Markup, html as markup};

/// How many deviations the list at the top names before it points to the sections below.
const LISTED: usize = 25;

/// Title and bibliographic line.
pub fn banner(report: &Report<'_>) -> Markup {
    let paper = report.paper;
    let dates = [("received", paper.received), ("accepted", paper.accepted), ("online", paper.online)];
    markup! {
        header.banner {
            p.kicker { "Printed figures checked against what was published" }
            h1 { (paper.title) }
            p.bibliography {
                @if !paper.authors.is_empty() { (paper.authors.join(", ")) ". " }
                @if let Some(journal) = &paper.journal { cite { (journal) } ". " }
                @if let Some(doi) = &paper.doi { "DOI " a href={ "https://doi.org/" (doi) } { (doi) } ". " }
                @for (word, day) in dates { @if let Some(day) = day { span.date { (word) " " (day) } " " } }
            }
            @if report.offline {
                p.offline role="note" {
                    strong { "There was no network. " }
                    "No source was asked when this page was made; everything below rests on documents already held."
                }
            }
            @if let Some(day) = report.as_of {
                p.asof role="note" { "Judged with what was known on " strong { (day) } ", not with today's knowledge." }
            }
        }
    }
}

/// The legend with counts; each leads to its first claim.
pub fn totals(report: &Report<'_>) -> Markup {
    let findings = report.findings;
    let missing = view::unjudged(report);
    markup! {
        section aria-labelledby="totals" {
            h2 id="totals" { (view::plural(findings.len(), "figure", "figures")) ", " (view::plural(view::deviations(findings).len(), "deviation", "deviations")) }
            h3 { "Against what was published" }
            (bar(findings))
            (legend(findings, Side::External))
            h3 { "Within the paper: its figures against each other" }
            (legend(findings, Side::Internal))
            @if !missing.is_empty() { p.quiet { "No verdict yet: " (missing.join(", ")) "." } }
        }
    }
}

/// Which statuses a side can have; the others would only be noise in its legend.
fn possible(side: Side, status: VerdictStatus) -> bool {
    use VerdictStatus::*;
    match side {
        Side::External => !matches!(status, Inconsistent | Implausible),
        Side::Internal => !matches!(status, Deviates | Superseded | NotComparable),
    }
}

fn legend(findings: &[Finding], side: Side) -> Markup {
    let counts = view::counts(findings, side);
    markup! {
        ul.legend {
            @for (status, count) in counts.into_iter().filter(|(s, n)| *n > 0 || possible(side, *s)) {
                @let shown = words::status(status);
                @let first = findings.iter().find(|f| view::status_of(f, side) == status);
                li class={ "v-" (shown.class) } title=(shown.explanation) {
                    @match first {
                        Some(finding) => a href={ "#" (anchor(&finding.claim)) } { (tile(count, shown)) },
                        None => span.none { (tile(count, shown)) },
                    }
                }
            }
        }
    }
}

/// The worst first, a sentence each; then what has turned round since.
pub fn deviations(report: &Report<'_>) -> Markup {
    let (found, turned) = (view::deviations(report.findings), view::turned(report.findings));
    markup! {
        section aria-labelledby="deviations" {
            h2 id="deviations" { "What deviates" }
            @if found.is_empty() { p { "Nothing deviates." } } @else {
                ol.worst { @for (finding, side) in found.iter().take(LISTED) { (entry(finding, *side)) } }
            }
            @if found.len() > LISTED { p.quiet { "… and " (found.len() - LISTED) " more, in the sections below." } }
            @if !turned.is_empty() {
                h3 { "Right then, and the other way round today" }
                ol.worst { @for finding in turned { (entry(finding, Side::External)) } }
            }
        }
    }
}

fn entry(finding: &Finding, side: Side) -> Markup {
    let verdict = view::verdict(finding, side);
    markup! {
        li {
            p.line {
                (badge(words::status(verdict.status))) " "
                span class={ "severity s-" (words::severity(verdict.severity)) } { (words::severity(verdict.severity)) } " "
                a href={ "#" (anchor(&finding.claim)) } { (finding.claim) } " "
                span.printed { (finding.printed) }
            }
            p { (verdict.sentence) }
        }
    }
}

/// The verdicts, the grades and the classes for somebody who is no programmer.
pub fn how_to_read() -> Markup {
    markup! {
        section aria-labelledby="reading" {
            h2 id="reading" { "How to read the verdicts" }
            p {
                "Each figure is compared with the series it means, as it stood when the paper was written: statistics are revised, and a "
                "figure that was right then is not wrong because it was revised later. A printed figure stands for everything that rounds "
                "to it: −4.1 is anything from −4.15 to −4.05. The two agree if what the source shows rounds to what the paper prints."
            }
            dl.glossary {
                @for status in words::STATUSES { @let shown = words::status(status); dt { (badge(shown)) } dd { (shown.explanation) } }
            }
            h3 { "Grades" }
            dl.glossary.small { @for grade in words::GRADES { @let (_, word, meaning) = words::grade(grade); dt { (word) } dd { (meaning) } } }
            p.quiet {
                "A suggestion is an explanation that would fit. It proves nothing: beside it stands how many explanations were tried, and how "
                "many stored figures would fit by chance. The most plausible comes first; it never softens a verdict."
            }
        }
    }
}

/// When and by what the page was made.
pub fn foot(report: &Report<'_>) -> Markup {
    markup! { footer { p.quiet { "Made " (view::moment(report.generated_at)) " by sverka " (report.version) "." } } }
}
