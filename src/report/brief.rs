//! A paper on one sheet: counts, the worst, and what it rests on.

use super::markdown::escaped;
use super::view::{self, Side};
use super::{Report, algebra, words};
use crate::reconcile::Finding;
use std::fmt::Write;

/// Deviations that a sheet has room for.
const WORST: usize = 6;

/// The worst deviations, and how many more there are. A figure stands there once, with the side that is worse.
pub fn worst<'r>(report: &Report<'r>) -> (Vec<(&'r Finding, Side)>, usize) {
    let mut figures: Vec<(&Finding, Side)> = Vec::new();
    for (finding, side) in view::deviations(report.findings) {
        if figures.iter().all(|(known, _)| known.claim != finding.claim) {
            figures.push((finding, side));
        }
    }
    let more = figures.len().saturating_sub(WORST);
    figures.truncate(WORST);
    (figures, more)
}

/// The sheet as Markdown.
pub fn brief_markdown(report: &Report<'_>) -> String {
    let (worst, more) = worst(report);
    let mut page = format!("# {}\n\n{}\n\n", escaped(&report.paper.title), escaped(&view::bibliography(report.paper)));
    if report.offline {
        page.push_str("**No network: no source was asked, and all below rests on documents already held.**\n\n");
    }
    let claims = view::plural(report.findings.len(), "figure", "figures");
    let _ = writeln!(page, "- {claims} against what was published: {}", view::counted(report.findings, Side::External));
    let _ = writeln!(page, "- within the paper: {}", view::counted(report.findings, Side::Internal));
    if !report.algebra.outcomes.is_empty() {
        let _ = writeln!(page, "- {}", algebra::counted(report.algebra));
    }
    page.push_str("\n## What deviates\n\n");
    if worst.is_empty() {
        page.push_str("Nothing deviates.\n");
    }
    for (finding, side) in worst {
        page.push_str(&line(report, finding, side));
    }
    if more > 0 {
        let _ = writeln!(page, "\n… and {}.", view::plural(more, "more figure", "more figures"));
    }
    let _ = writeln!(page, "\n{}", basis(report));
    page
}

fn line(report: &Report<'_>, finding: &Finding, side: Side) -> String {
    let verdict = view::verdict(finding, side);
    let shown = words::status(verdict.status);
    let name = view::called(view::claim_of(report.paper, finding), &finding.claim);
    format!(
        "- {} **{}** {} ({}), printed {}: {}\n",
        shown.icon,
        escaped(name),
        shown.word,
        words::severity(verdict.severity),
        escaped(&finding.printed),
        escaped(&verdict.sentence)
    )
}

/// What the verdicts rest on.
pub fn basis(report: &Report<'_>) -> String {
    let held = report.totals;
    format!(
        "Held: {} documents, {} series, {} figures in {} vintages. Made {} by sverka {}.",
        view::grouped(held.documents),
        view::grouped(held.series),
        view::grouped(held.observations),
        view::grouped(held.vintages),
        view::moment(report.generated_at),
        report.version
    )
}
