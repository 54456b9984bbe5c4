//! A paper on one sheet of paper: the counts, the worst, and what they rest on; for printing and for a browser's PDF.

use super::page::{View, badge, crumbs, english, page, severity};
use super::paper::{banner, downloads, legend};
use super::route::Route;
use crate::reconcile::Finding;
use crate::report::view::{self, Side};
use crate::report::{Report, algebra, brief, parts};
use maud::{Markup, html as markup};

/// The page.
pub fn show(view: &View<'_>, report: &Report<'_>) -> Markup {
    let (worst, more) = brief::worst(report);
    let main = markup! {
        (crumbs(view, &[(Route::Home, view.t("Papers")), (Route::Paper(report.paper.id.clone()), &report.paper.title)]))
        (banner(view, report.paper))
        section.sheet aria-labelledby="totals" {
            h2 id="totals" { (report.findings.len()) " " (view.t("figures")) }
            (parts::bar(report.findings))
            h3 { (view.t("Against what was published")) }
            (legend(view, report.paper, report.findings, Side::External))
            h3 { (view.t("Within the paper: its figures against each other")) }
            (legend(view, report.paper, report.findings, Side::Internal))
            @if !report.algebra.outcomes.is_empty() { p { (english(view, &format!("{}.", algebra::counted(report.algebra)))) } }
        }
        section.sheet aria-labelledby="worst" {
            h2 id="worst" { (view.t("What deviates")) }
            @if worst.is_empty() { p { (view.t("Nothing deviates.")) } }
            ol.claims { @for (finding, side) in worst { (entry(view, report, finding, side)) } }
            @if more > 0 { p.quiet { (view.t("further figures that deviate")) ": " (more) } }
        }
        p.quiet { (english(view, &brief::basis(report))) }
        (downloads(view, &report.paper.id))
    };
    page(view, &format!("{} – {}", report.paper.title, view.t("On one sheet")), main)
}

fn entry(view: &View<'_>, report: &Report<'_>, finding: &Finding, side: Side) -> Markup {
    let verdict = view::verdict(finding, side);
    let name = view::called(view::claim_of(report.paper, finding), &finding.claim);
    markup! {
        li class={ "entry v-" (crate::report::words::status(verdict.status).class) } {
            div.row {
                h3 { (view.link(&Route::Claim(report.paper.id.clone(), finding.claim.clone()), markup! { (name) })) }
                p.printed { (finding.printed) }
            }
            p.line { (badge(view, verdict.status)) " " (severity(view, verdict.severity)) " " span.quiet { (finding.period) } }
            p.sentence { (english(view, &verdict.sentence)) }
        }
    }
}
