//! The first page: papers, how their figures fare, and how the sources are.

use super::page::{View, badge, page};
use super::route::Route;
use crate::paper::Paper;
use crate::pipeline::Judged;
use crate::report::view::{self, Side};
use crate::report::{SourceLine, Totals, parts};
use maud::{Markup, html as markup};
use std::sync::Arc;

/// What the page is made from.
#[derive(Debug)]
pub struct Home<'a> {
    /// Papers with their verdicts.
    pub papers: Vec<(&'a Paper, Arc<Judged>)>,
    /// Every source.
    pub sources: &'a [SourceLine],
    /// How much there is.
    pub totals: Totals,
}

/// The page.
pub fn show(view: &View<'_>, home: &Home<'_>) -> Markup {
    let held = home.totals;
    let totals = [
        ("documents", held.documents),
        ("series", held.series),
        ("figures held", held.observations),
        ("versions of figures", held.vintages),
        ("open issues", held.issues),
    ];
    let main = markup! {
        header.banner {
            p.kicker { (view.t("Printed figures checked against what was published")) }
            h1 { (view.t("Papers")) }
        }
        (health(view, home.sources))
        @if home.papers.is_empty() { p { (view.t("There is no paper yet; `sverka paper new` begins one.")) } }
        @for (paper, judged) in &home.papers { (entry(view, paper, judged)) }
        section aria-labelledby="held" {
            h2 id="held" { (view.t("What is held")) }
            ul.totals { @for (word, count) in totals { li { strong { (view::grouped(count)) } " " (view.t(word)) } } }
        }
    };
    page(view, view.t("Papers"), main)
}

/// How many sources are fine, in a line.
fn health(view: &View<'_>, sources: &[SourceLine]) -> Markup {
    let today = view.now.date_naive();
    let look = sources.iter().filter(|line| view::health(line, today).1).count();
    markup! {
        p.health.look[look > 0] {
            span.icon aria-hidden="true" { @if look > 0 { "!" } @else { "✓" } } " "
            (view.link(&Route::Sources, markup! { (view.t("Sources")) })) ": " (sources.len()) ", "
            @if look > 0 { (view.t("of which need a look:")) " " strong { (look) } } @else { (view.t("all as they should be")) }
            "."
        }
    }
}

fn entry(view: &View<'_>, paper: &Paper, judged: &Judged) -> Markup {
    let contradictions = judged.algebra.contradictions().count();
    let counts: Vec<_> = view::counts(&judged.findings, Side::External).into_iter().filter(|(_, n)| *n > 0).collect();
    markup! {
        article.card {
            h2 { (view.link(&Route::Paper(paper.id.clone()), markup! { (paper.title) })) }
            p.bibliography { (paper.authors.join(", ")) @if let Some(journal) = &paper.journal { ". " cite { (journal) } } }
            (parts::bar(&judged.findings))
            ul.badges {
                @for (status, count) in counts { li { (badge(view, status)) " " strong { (count) } } }
            }
            p.quiet {
                (judged.findings.len()) " " (view.t("figures"))
                @if contradictions > 0 {
                    " · " (view.link(&Route::Contradictions(paper.id.clone()), markup! { (contradictions) " " (view.t("contradictions within the paper")) }))
                }
            }
        }
    }
}
