//! The report as CSV: a row a claim, safe to open in a spreadsheet.
//!
//! A spreadsheet takes a cell that starts with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula, and where commas are decimal
//! signs it cuts cells at semicolons, whatever is quoted. Such *text* gets an apostrophe in front; figures do not, so that they stay
//! figures. What is read back loses that apostrophe: [`plain`] undoes [`safe`], whatever the text.

use super::{Report, view, words};
use crate::paper::Claim;
use crate::reconcile::Finding;

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

/// What makes a formula of a cell that begins with it; the wide forms do so in some languages.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
/// Where a spreadsheet may see the end of a cell that is none to us.
const CUTS: [char; 4] = [';', '\t', '\r', '\n'];
/// What makes text of a cell that begins with it.
const MARK: char = '\'';

/// Text that no spreadsheet takes for a formula.
pub fn safe(text: &str) -> String {
    marked(text, |marks| marks + 1)
}

/// The text that [`safe`] or [`number`] wrote.
pub(crate) fn plain(text: &str) -> String {
    marked(text, |marks| marks.saturating_sub(1))
}

/// A figure as it is; anything else is text.
pub fn number(text: &str) -> String {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let of_figure = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '%' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}');
    if digits.chars().all(of_figure) { text.to_string() } else { safe(text) }
}

/// A text with another number of marks in front of whatever may be taken for a formula.
fn marked(text: &str, marks: impl Fn(usize) -> usize) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    loop {
        let cell = rest.trim_start_matches(MARK);
        let found = rest.len() - cell.len();
        let wanted = if cell.starts_with(FORMULA) { marks(found) } else { found };
        out.extend(std::iter::repeat_n(MARK, wanted));
        let end = cell.find(CUTS).map_or(cell.len(), |at| at + 1);
        let (part, behind) = cell.split_at(end);
        out.push_str(part);
        if behind.is_empty() {
            return out;
        }
        rest = behind;
    }
}
