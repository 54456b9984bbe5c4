//! The findings for a terminal: a table, and a few lines.

use super::view::{self, Side};
use super::{algebra, words};
use crate::paper::Paper;
use crate::reconcile::{Algebra, Finding, VerdictStatus};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

/// How many deviations the summary names; the table and the page have all.
const WORST_IN_SUMMARY: usize = 5;
/// Columns of a terminal that nobody asked: the usual width of scripts and logs.
const DEFAULT_WIDTH: u16 = 120;
/// The least width a sentence is given; narrower, nobody reads it.
const SENTENCE_WIDTH: u16 = 24;

/// Claims with their verdicts, wrapped to `width` columns.
pub fn table(findings: &[Finding], width: Option<u16>) -> String {
    let mut table = Table::new();
    // The terminal is the caller's business: what is asked here must not depend on where it runs.
    table.force_no_tty();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width.unwrap_or(DEFAULT_WIDTH));
    table.set_header(["claim", "printed", "verdict", "what it means"]);
    let alone = findings.iter().all(asked_only_within);
    for finding in findings.iter().filter(|f| !alone || f.internal.status != VerdictStatus::NotChecked) {
        let [id, printed] = [&finding.claim, &finding.printed].map(|text| plain(text));
        table.add_row([id, printed, verdicts(finding), plain(&sentences(finding))]);
    }
    let least = |width| ColumnConstraint::LowerBoundary(Width::Fixed(width));
    let content = ColumnConstraint::ContentWidth;
    table.set_constraints([content, content, least(12), least(SENTENCE_WIDTH)]);
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// How many verdicts of each kind, and the worst deviations, one sentence each.
pub fn summary(paper: &Paper, findings: &[Finding], inner: &Algebra) -> String {
    let claims = view::plural(findings.len(), "claim", "claims");
    let asked = findings.iter().any(|f| !asked_only_within(f));
    let external = if asked { view::counted(findings, Side::External) } else { "no source was asked".to_string() };
    let mut lines = vec![format!("{}: {claims}: {external}", paper.id)];
    let related = findings.iter().filter(|f| !f.internal.reasons.contains(&"no_relation"));
    if related.count() > 0 {
        lines.push(format!("within the paper: {}", view::counted(findings, Side::Internal)));
        lines.push(format!("  {}", algebra::counted(inner)));
        lines.extend(algebra::habits(&inner.conventions).into_iter().map(|habit| format!("  {habit}")));
    }
    let deviations = view::deviations(findings);
    for (finding, side) in deviations.iter().take(WORST_IN_SUMMARY) {
        let verdict = view::verdict(finding, *side);
        let (shown, grave) = (words::status(verdict.status), words::severity(verdict.severity));
        lines.push(format!("  {} {} ({grave}): {}", shown.icon, plain(&finding.claim), plain(&verdict.sentence)));
    }
    if deviations.len() > WORST_IN_SUMMARY {
        lines.push(format!("  … and {} more", deviations.len() - WORST_IN_SUMMARY));
    }
    lines.join("\n") + "\n"
}

/// Every contradiction within a paper, the worst first, with its arithmetic.
pub fn contradictions(inner: &Algebra) -> String {
    let mut lines = Vec::new();
    for outcome in algebra::contradictions(inner) {
        lines.push(format!("{} {}", plain(&outcome.carries.join(", ")), plain(&algebra::line(outcome))));
        lines.push(format!("    {}: {}", plain(&outcome.relation), plain(&algebra::details(outcome).join(" · "))));
    }
    lines.extend(algebra::suspects(inner).iter().map(|suspect| plain(suspect)));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Control characters of a foreign text must not reach a terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Whether only the paper's own figures were asked.
fn asked_only_within(finding: &Finding) -> bool {
    finding.external.reasons == ["disabled"]
}

/// The external verdict, and the internal one where it says something.
fn verdicts(finding: &Finding) -> String {
    let shown = |status| format!("{} {}", words::status(status).icon, words::status(status).word);
    let internal = finding.internal.status;
    if asked_only_within(finding) {
        return shown(internal);
    }
    let external = shown(finding.external.status);
    if view::is_deviation(internal) { format!("{external}\n{}", shown(internal)) } else { external }
}

fn sentences(finding: &Finding) -> String {
    if asked_only_within(finding) {
        return finding.internal.sentence.clone();
    }
    let internal = Some(&finding.internal).filter(|v| view::is_deviation(v.status));
    let more = internal.map(|v| format!(" {}", v.sentence)).unwrap_or_default();
    format!("{}{more}", finding.external.sentence)
}
