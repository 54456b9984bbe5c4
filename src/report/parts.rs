//! Pieces of markup that several pages share.

use super::revisions::{self, Drawn};
use super::view::{self, Side};
use super::words::{self, StatusWords};
use crate::reconcile::Finding;
use maud::{Markup, html as markup};

/// Width of the bar of shares, in its own units.
const BAR: usize = 1000;

/// A verdict by colour, icon and word.
pub fn badge(shown: StatusWords) -> Markup {
    markup! { span class={ "badge v-" (shown.class) } { span.icon aria-hidden="true" { (shown.icon) } " " (shown.word) } }
}

/// How many figures have a verdict.
pub fn tile(count: usize, shown: StatusWords) -> Markup {
    markup! { strong.count { (count) } " " span.word { span.icon aria-hidden="true" { (shown.icon) } " " (shown.word) } }
}

/// The shares of the verdicts as a bar; a legend beside it says the same in words.
pub fn bar(findings: &[Finding]) -> Markup {
    let (mut from, total) = (0, findings.len().max(1));
    let parts: Vec<_> = view::counts(findings, Side::External)
        .into_iter()
        .map(|(status, count)| {
            let start = from * BAR / total;
            from += count;
            (words::status(status).class, start, from * BAR / total - start)
        })
        .filter(|(_, _, width)| *width > 0)
        .collect();
    markup! {
        svg.bar viewBox={ "0 0 " (BAR) " 14" } preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            @for (class, start, width) in parts { rect class={ "v-" (class) } x=(start) y="0" width=(width) height="14" {} }
        }
    }
}

/// Periods down, vintages across, what a vintage brought being marked; `period` is the head over the periods.
pub fn triangle(drawn: &Drawn<'_>, period: &str, class: Option<&str>) -> Markup {
    markup! {
        table class=[class] {
            thead { tr { th scope="col" { (period) } @for vintage in &drawn.vintages { th scope="col" { (revisions::head(vintage)) } } } }
            tbody { @for (track, prints) in &drawn.rows {
                tr {
                    th scope="row" { (track.period) }
                    @for (print, vintage) in prints.iter().zip(&drawn.vintages) {
                        td.number.brought[print.is_some_and(|print| print.known_from == vintage.day)] { (revisions::place(*print)) }
                    }
                }
            } }
        }
    }
}
