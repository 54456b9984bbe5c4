//! What the verdicts rest on: the sources, how much is held, and what is open.

use super::{heads, scrolling};
use crate::report::{IssueLine, Report, SourceLine, view};
use maud::{Markup, html as markup};

/// How many issues of one code are shown; the counts say how many there are.
const ISSUES_SHOWN: usize = 5;
const COLUMNS: [&str; 10] =
    ["Source", "Health", "State", "Schedule", "Last try", "Newest document", "Documents", "Figures", "Versions", "Open issues"];

/// The state of every source, and the totals.
pub fn sources(report: &Report<'_>) -> Markup {
    let held = report.totals;
    let totals = [
        ("sources", held.sources),
        ("documents", held.documents),
        ("series", held.series),
        ("figures", held.observations),
        ("versions of figures", held.vintages),
        ("open issues", held.issues),
    ];
    markup! {
        section aria-labelledby="sources" {
            h2 id="sources" { "Sources" }
            ul.totals { @for (word, count) in totals { li { strong { (view::grouped(count)) } " " (word) } } }
            @if !report.sources.is_empty() {
                (scrolling("Sources", markup! { table { (heads(&COLUMNS)) tbody { @for line in report.sources { (source(report, line)) } } } }))
            }
        }
    }
}

fn source(report: &Report<'_>, line: &SourceLine) -> Markup {
    let (health, look) = view::health(line, report.generated_at.date_naive());
    let counts = [line.documents, line.observations, line.vintages, line.open_issues];
    markup! {
        tr {
            th scope="row" { (line.id) @if !line.title.is_empty() { span.sub { (line.title) } } }
            td { span.no[look].yes[!look] { @if look { "! " } @else { "✓ " } (health) } }
            td { (line.shown_state()) }
            td { (line.schedule) }
            td {
                @if let Some(at) = line.last_attempt { (view::moment(at)) }
                @if let Some(outcome) = &line.last_outcome { " " (outcome) }
                @if let Some(message) = &line.last_message { span.sub { (message) } }
                @if look { @if let Some(at) = line.last_success { span.sub { "last success " (view::moment(at)) } } }
            }
            td { @if let Some(day) = line.newest_document { (day) } }
            @for count in counts { td.number { (view::grouped(count)) } }
        }
    }
}

/// Open issues by code, with the first few of each.
pub fn issues(report: &Report<'_>) -> Markup {
    let groups = view::issues_by_code(report);
    markup! {
        section aria-labelledby="issues" {
            h2 id="issues" { "Open issues" }
            @if groups.is_empty() { p { "None." } }
            @for (code, list) in groups {
                details.issues {
                    summary { strong { (code.replace('_', " ")) } " " span.quiet { (list.len()) } }
                    ul { @for issue in list.iter().take(ISSUES_SHOWN) { (line(issue)) } }
                    @if list.len() > ISSUES_SHOWN { p.quiet { "… and " (list.len() - ISSUES_SHOWN) " more." } }
                }
            }
        }
    }
}

fn line(issue: &IssueLine) -> Markup {
    let place = [&issue.source, &issue.document, &issue.locator].map(String::as_str);
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    markup! {
        li {
            (issue.severity) ": " (place.join(", "))
            @if !issue.seen.is_empty() { " – seen “" (issue.seen) "”" }
            @if !issue.wanted.is_empty() { ", wanted " (issue.wanted) }
        }
    }
}
