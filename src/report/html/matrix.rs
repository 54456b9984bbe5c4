//! One claim against every vintage held, with the way to the cell and the bytes.

use super::{heads, scrolling};
use crate::paper::Claim;
use crate::reconcile::{Finding, VintageJudgement};
use crate::report::view;
use crate::report::{Report, words};
use chrono::NaiveDate;
use maud::{Markup, html as markup};

const COLUMNS: [&str; 14] = [
    "Known from",
    "until",
    "Date is",
    "Value",
    "Cell shows",
    "Grade",
    "Agrees",
    "Before rounding",
    "Distance",
    "Source",
    "Class",
    "Document",
    "Place",
    "Address",
];

/// A row a vintage, oldest first; the deciding one is marked.
pub fn table(report: &Report<'_>, claim: Option<&Claim>, finding: &Finding) -> Markup {
    let vintages = &finding.external.vintages;
    let cutoff = claim.and_then(|c| view::cutoff(report.paper, c)).map(|(day, _)| day);
    let label = format!("Versions of {}", finding.claim);
    markup! {
        @if !vintages.is_empty() {
            h4 { "Every version held, oldest first" }
            (scrolling(&label, markup! {
                table.matrix {
                    (heads(&COLUMNS))
                    tbody { @for (at, vintage) in vintages.iter().enumerate() { (row(vintage, finding.evidence == Some(at), cutoff)) } }
                }
            }))
            @if let Some(vintage) = view::deciding(finding) { (evidence(vintage)) }
        }
    }
}

fn row(vintage: &VintageJudgement, decides: bool, cutoff: Option<NaiveDate>) -> Markup {
    let late = cutoff.is_some_and(|day| vintage.known_from > day);
    let (basis, class) = (words::basis(vintage.basis), words::class(vintage.class));
    markup! {
        tr.decides[decides] {
            th scope="row" {
                (vintage.known_from)
                @if decides { " " span.tag { "decides" } }
                @if late { " " span.tag.late { "after the cut-off" } }
            }
            td { @match vintage.known_to { Some(day) => (day), None => "–" } }
            td title=(basis.1) { (basis.0) }
            td.number { @match &vintage.value { Some(value) => (view::minus(value)), None => (words::cell(vintage.status).unwrap_or("–")) } }
            td.number { (vintage.printed) }
            td { @if let Some(grade) = vintage.grade { span title=(words::grade(grade).2) { (words::grade(grade).1) } } @if vintage.touching { ", touching" } }
            td { @if vintage.matches { span.yes { "✓ yes" } } @else { span.no { "✗ no" } } }
            td.number { (view::range(vintage.lo.as_deref(), vintage.hi.as_deref())) }
            td.number { (view::distance(vintage.distance_ulp.as_deref())) }
            td { (vintage.source) }
            td title=(class.1) { (class.0) }
            td { code title=(vintage.sha256) { (view::short(&vintage.sha256)) } @if !vintage.held { " not held" } }
            td { (vintage.locator) }
            td { (address(&vintage.url, "open")) }
        }
    }
}

/// The document that decides, in full.
fn evidence(vintage: &VintageJudgement) -> Markup {
    markup! {
        h4 { "The document that decides" }
        dl.facts {
            dt { "Document" } dd { code.digest { (vintage.sha256) } @if vintage.held { " in the archive" } @else { " not held here" } }
            dt { "Place" } dd { (vintage.locator) }
            @if !vintage.url.is_empty() { dt { "Address" } dd { (address(&vintage.url, &vintage.url)) } }
            @if !vintage.obtained_from.is_empty() { dt { "Obtained from" } dd { (address(&vintage.obtained_from, &vintage.obtained_from)) } }
            @for note in &vintage.notes { dt { "Note" } dd { (note) } }
        }
    }
}

/// A link only if the address opens a page; anything else is text.
fn address(address: &str, shown: &str) -> Markup {
    markup! { @if view::is_link(address) { a href=(address.trim()) rel="noreferrer noopener" { (shown) } } @else { (address) } }
}
