//! The report as CSV: a row a claim, safe to open in a spreadsheet.
//!
//! A spreadsheet takes a cell that starts with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula. Such *text* gets a leading
//! apostrophe; numbers (`value`, `value_found`) do not, so that they stay numbers.

use super::{Report, view, words};
use crate::paper::Claim;
use crate::reconcile::Finding;
use rust_decimal::Decimal;

/// The columns.
const COLUMNS: [&str; 21] = [
    "claim",
    "section",
    "printed",
    "value",
    "unit",
    "series",
    "period",
    "external_status",
    "grade",
    "vintage_result",
    "severity",
    "reasons",
    "sentence",
    "internal_status",
    "suggestion",
    "source",
    "known_from",
    "value_found",
    "locator",
    "sha256",
    "url",
];

/// A row a claim. `severity` is the worse of the two verdicts.
///
/// # Errors
/// What the writer says; in memory there is nothing that can go wrong.
pub fn csv(report: &Report<'_>) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for finding in report.findings {
        writer.write_record(row(view::claim_of(report.paper, finding), finding))?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

fn row(claim: Option<&Claim>, finding: &Finding) -> [String; 21] {
    let verdict = &finding.external;
    let vintage = view::deciding(finding);
    let of = |get: &dyn Fn(&crate::reconcile::VintageJudgement) -> String| vintage.map(get).unwrap_or_default();
    let suggestions: Vec<String> = verdict.suggestions.iter().map(|s| format!("{}: {}", s.code, s.sentence)).collect();
    [
        safe(&finding.claim),
        safe(&finding.section),
        safe(&finding.printed),
        claim.and_then(|c| c.value).map(|v| v.to_string()).unwrap_or_default(),
        safe(claim.map_or("", |c| &c.unit)),
        safe(finding.series.as_deref().unwrap_or_default()),
        safe(&finding.period),
        words::status(verdict.status).code.to_string(),
        verdict.grade.map(|g| words::grade(g).0).unwrap_or_default().to_string(),
        verdict.vintage_result.map(|r| words::vintage_result(r).0).unwrap_or_default().to_string(),
        words::severity(verdict.severity.max(finding.internal.severity)).to_string(),
        verdict.reasons.join(" "),
        safe(&verdict.sentence),
        words::status(finding.internal.status).code.to_string(),
        safe(&suggestions.join(" | ")),
        of(&|v| safe(&v.source)),
        of(&|v| v.known_from.to_string()),
        of(&|v| number(v.value.as_deref().unwrap_or_default())),
        of(&|v| safe(&v.locator)),
        of(&|v| safe(&v.sha256)),
        of(&|v| safe(&v.url)),
    ]
}

/// Text that no spreadsheet takes for a formula.
pub fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_string() }
}

/// A number as it is; anything else is text.
pub fn number(text: &str) -> String {
    if text.parse::<Decimal>().is_ok() { text.to_string() } else { safe(text) }
}
