//! How the series of the paper are revised: a table, and folded away the triangles.

use super::{heads, scrolling};
use crate::report::revisions::{self, COLUMNS, Drawn, EXPLANATION};
use crate::report::{Report, parts, view};
use crate::revision::SeriesRevisions;
use maud::{Markup, html as markup};

/// Periods that a triangle on the page shows, the newest; the command has all.
const ROWS: usize = 60;

/// The section; nothing where no series has a second vintage.
pub fn section(report: &Report<'_>) -> Markup {
    let compared: Vec<&SeriesRevisions> = report.revisions.iter().filter(|one| one.summary.periods > 0).collect();
    markup! {
        @if !compared.is_empty() {
            section aria-labelledby="revisions" {
                h2 id="revisions" { "Revisions of the series this paper uses" }
                p.quiet { (EXPLANATION) }
                (scrolling("Revisions by series", markup! { table { (heads(&COLUMNS)) tbody { @for one in &compared { (row(one)) } } } }))
                @for one in &compared { @if one.summary.revised > 0 { (triangle(one)) } }
            }
        }
    }
}

fn row(one: &SeriesRevisions) -> Markup {
    let remarks = revisions::remarks(&one.summary);
    markup! {
        tr {
            th scope="row" {
                code { (one.series) }
                @if !one.title.is_empty() { span.sub { (one.title) } }
                @if !remarks.is_empty() { span.sub { (remarks.join("; ")) } }
            }
            @for cell in revisions::cells(&one.summary) { td.number { (cell) } }
        }
    }
}

/// Periods down, vintages across; what a vintage brought is marked.
fn triangle(one: &SeriesRevisions) -> Markup {
    let drawn = revisions::drawn(one, false, ROWS);
    markup! {
        details.triangle {
            summary { (one.series) span.quiet { " · " (view::plural(one.summary.revised, "period", "periods")) " revised" } }
            @if let Some(said) = revisions::series(&one.summary) { p.quiet { (said) } }
            (scrolling(&format!("Triangle of {}", one.series), parts::triangle(&drawn, "Period", None)))
            p.quiet { (left_out(&drawn)) "Bold: what this vintage brought. ~ an estimated day." }
        }
    }
}

fn left_out(drawn: &Drawn<'_>) -> String {
    let older = (drawn.older > 0)
        .then(|| format!("{} revised before are left out. ", view::plural(drawn.older, "older period", "older periods")));
    let still = (drawn.unchanged > 0)
        .then(|| format!("{} without a change not shown. ", view::plural(drawn.unchanged, "period", "periods")));
    older.into_iter().chain(still).collect()
}
