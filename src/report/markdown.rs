//! The report on one page of Markdown.

use super::view::{self, Side};
use super::{Report, SourceLine, algebra, revisions, words};
use crate::reconcile::Finding;
use std::fmt::Write;

/// Totals, what deviates, every claim, the sources.
pub fn markdown(report: &Report<'_>) -> String {
    let mut page = head(report);
    page.push_str("\n## What deviates\n\n");
    let deviations = view::deviations(report.findings);
    if deviations.is_empty() {
        page.push_str("Nothing deviates.\n");
    }
    for (finding, side) in deviations {
        page.push_str(&deviation(finding, side));
    }
    page.push_str(&within(report));
    page.push_str("\n## Claims\n\n| claim | printed | verdict | what it means |\n| --- | ---: | --- | --- |\n");
    report.findings.iter().for_each(|finding| page.push_str(&claim(finding)));
    let missing = view::unjudged(report);
    if !missing.is_empty() {
        let _ = writeln!(page, "\nNo verdict yet: {}.", escaped(&missing.join(", ")));
    }
    page.push_str(&revised(report));
    page.push_str("\n## Sources\n\n| source | state | health | newest document | documents | figures | vintages | issues |\n");
    page.push_str("| --- | --- | --- | --- | ---: | ---: | ---: | ---: |\n");
    report.sources.iter().for_each(|line| page.push_str(&source(report, line)));
    page
}

fn head(report: &Report<'_>) -> String {
    let mut head = format!("# {}\n\n{}\n\n", escaped(&report.paper.title), escaped(&view::bibliography(report.paper)));
    if report.offline {
        head.push_str("**No network: no source was asked, and all below rests on documents already held.**\n\n");
    }
    let as_of = report.as_of.map(|day| format!("Judged with what was known on {day}. ")).unwrap_or_default();
    let _ = writeln!(head, "{as_of}Made {} by sverka {}.\n", view::moment(report.generated_at), escaped(report.version));
    let claims = view::plural(report.findings.len(), "claim", "claims");
    let _ = writeln!(head, "- {claims} against what was published: {}", view::counted(report.findings, Side::External));
    let _ = writeln!(head, "- within the paper: {}", view::counted(report.findings, Side::Internal));
    let held = report.totals;
    let counts = [held.sources, held.documents, held.series, held.observations, held.vintages, held.issues].map(view::grouped);
    let [sources, documents, series, figures, vintages, issues] = counts;
    let _ = writeln!(
        head,
        "- held: {sources} sources, {documents} documents, {series} series, {figures} figures in {vintages} vintages, {issues} open issues"
    );
    head
}

/// What the paper's figures say of each other.
fn within(report: &Report<'_>) -> String {
    let inner = report.algebra;
    if inner.outcomes.is_empty() {
        return String::new();
    }
    let mut text = format!("\n## Within the paper\n\n{}.\n\n", algebra::counted(inner));
    for outcome in algebra::contradictions(inner) {
        let _ = writeln!(text, "- **{}** {}", escaped(&outcome.carries.join(", ")), escaped(&algebra::line(outcome)));
        let _ = writeln!(text, "  - {}: {}", escaped(&outcome.relation), escaped(&algebra::details(outcome).join(" · ")));
    }
    for line in algebra::suspects(inner).into_iter().chain(algebra::habits(&inner.conventions)) {
        let _ = writeln!(text, "- {}", escaped(&line));
    }
    text
}

/// First prints against what stands today, a row a series; nothing where no series has a second vintage.
fn revised(report: &Report<'_>) -> String {
    let compared: Vec<_> = report.revisions.iter().filter(|one| one.summary.periods > 0).collect();
    if compared.is_empty() {
        return String::new();
    }
    let heads = revisions::COLUMNS.map(str::to_lowercase).join(" | ");
    let lines = "| ---: ".repeat(revisions::COLUMNS.len() - 1);
    let mut text = format!("\n## Revisions of the series this paper uses\n\n{}\n\n", escaped(revisions::EXPLANATION));
    let _ = writeln!(text, "| {heads} |\n| --- {lines}|");
    for one in compared {
        let _ = writeln!(text, "| {} | {} |", escaped(one.series.as_str()), revisions::cells(&one.summary).join(" | "));
    }
    text
}

fn deviation(finding: &Finding, side: Side) -> String {
    let verdict = view::verdict(finding, side);
    let (shown, grave) = (words::status(verdict.status), words::severity(verdict.severity));
    let id = escaped(&finding.claim);
    let mut line = format!("- {} **{id}** {} ({grave}): {}\n", shown.icon, shown.word, escaped(&verdict.sentence));
    for s in &verdict.suggestions {
        let fitting = view::fitting(side);
        let tried = format!("{} tried; {fitting}: {}", view::plural(s.tried, "explanation", "explanations"), s.chance);
        let _ = writeln!(line, "  - suggestion: {} ({tried})", escaped(&s.sentence));
    }
    line
}

fn claim(finding: &Finding) -> String {
    let shown = words::status(finding.external.status);
    let inner = Some(&finding.internal).filter(|v| view::is_deviation(v.status));
    let also = inner.map(|v| format!("; {} {}", words::status(v.status).icon, words::status(v.status).word)).unwrap_or_default();
    let more = inner.map(|v| format!(" {}", v.sentence)).unwrap_or_default();
    let cells = [
        escaped(&finding.claim),
        escaped(&finding.printed),
        format!("{} {}{also}", shown.icon, shown.word),
        escaped(&format!("{}{more}", finding.external.sentence)),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn source(report: &Report<'_>, line: &SourceLine) -> String {
    let newest = line.newest_document.map(|d| d.to_string()).unwrap_or_default();
    let health = view::health(line, report.generated_at.date_naive()).0.to_string();
    let counts = [line.documents, line.observations, line.vintages, line.open_issues].map(view::grouped);
    let cells = [escaped(&line.id), escaped(&line.shown_state()), health, newest, counts.join(" | ")];
    format!("| {} |\n", cells.join(" | "))
}

/// Text that stays in its cell and makes no markup: a backslash before what Markdown would read, HTML as entities, one line.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => safe.extend(['\\', c]),
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
