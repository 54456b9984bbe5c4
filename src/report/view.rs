//! What every format needs: which findings come first, what belongs together, and figures as readers write them.

use super::{Report, words};
use crate::paper::{Claim, Paper};
use crate::reconcile::interval::{Figure, exact, text};
use crate::reconcile::{Bridge, Finding, Overlap, VerdictStatus, VintageJudgement};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

/// Characters of a digest that are shown where the whole does not fit; git's usual length for large repositories.
const SHORT_DIGEST: usize = 12;

/// The claim a finding speaks of; `None` if the catalogue no longer has it.
pub fn claim_of<'a>(paper: &'a Paper, finding: &Finding) -> Option<&'a Claim> {
    paper.claim(&finding.claim)
}

/// The sentence in other words, or what the figure is about.
pub fn restated(claim: Option<&Claim>) -> &str {
    claim.map_or("", |c| if c.restated.is_empty() { &c.indicator } else { &c.restated })
}

/// What a claim is called where people read: what it says in other words, or its id where nothing is said.
pub fn called<'a>(claim: Option<&'a Claim>, id: &'a str) -> &'a str {
    match restated(claim) {
        "" => id,
        said => said,
    }
}

/// Claims of the catalogue that have no finding yet.
pub fn unjudged<'a>(report: &Report<'a>) -> Vec<&'a str> {
    let judged: BTreeSet<&str> = report.findings.iter().map(|f| f.claim.as_str()).collect();
    report.paper.claims.iter().map(|c| c.id.as_str()).filter(|id| !judged.contains(id)).collect()
}

/// Findings by section, both in the order of the catalogue.
pub fn sections(findings: &[Finding]) -> Vec<(&str, Vec<&Finding>)> {
    let mut sections: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        match sections.iter_mut().find(|(name, _)| *name == finding.section) {
            Some((_, list)) => list.push(finding),
            None => sections.push((&finding.section, vec![finding])),
        }
    }
    sections
}

/// The two verdicts a finding has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Against what was published.
    External,
    /// Against the rest of the paper.
    Internal,
}

/// How many findings have each status, in the order of [`words::STATUSES`].
pub fn counts(findings: &[Finding], side: Side) -> Vec<(VerdictStatus, usize)> {
    let of = |status| findings.iter().filter(|f| status_of(f, side) == status).count();
    words::STATUSES.into_iter().map(|status| (status, of(status))).collect()
}

/// The status on one side.
pub fn status_of(finding: &Finding, side: Side) -> VerdictStatus {
    match side {
        Side::External => finding.external.status,
        Side::Internal => finding.internal.status,
    }
}

/// Whether a status says that something is wrong.
pub fn is_deviation(status: VerdictStatus) -> bool {
    matches!(status, VerdictStatus::Deviates | VerdictStatus::Inconsistent | VerdictStatus::Implausible)
}

/// The verdicts that say something is wrong, the worst first; between equals the one that nothing explains.
pub fn deviations(findings: &[Finding]) -> Vec<(&Finding, Side)> {
    let sides = |f| [(f, Side::External), (f, Side::Internal)];
    let mut found: Vec<(&Finding, Side)> =
        findings.iter().flat_map(sides).filter(|(f, s)| is_deviation(status_of(f, *s))).collect();
    found.sort_by_key(|(finding, side)| {
        let verdict = verdict(finding, *side);
        (std::cmp::Reverse(verdict.severity), !verdict.suggestions.is_empty())
    });
    found
}

/// The verdict on one side.
pub fn verdict(finding: &Finding, side: Side) -> &crate::reconcile::Verdict {
    match side {
        Side::External => &finding.external,
        Side::Internal => &finding.internal,
    }
}

/// What the number beside a suggestion counts.
pub fn fitting(side: Side) -> &'static str {
    match side {
        Side::External => "stored figures that would fit by chance",
        Side::Internal => "figures of the paper that fit",
    }
}

/// The vintage the external verdict rests on.
pub fn deciding(finding: &Finding) -> Option<&VintageJudgement> {
    finding.evidence.and_then(|at| finding.external.vintages.get(at))
}

/// The bridge over which vintages were computed; `None` where every vintage is a published figure.
pub fn computed(verdict: &crate::reconcile::Verdict) -> Option<&Bridge> {
    verdict.bridge.as_ref().filter(|bridge| !bridge.way.stands_as_it_is())
}

/// How far two forms agree where both are held.
pub fn overlap(overlap: &Overlap) -> String {
    let Some((first, last)) = overlap.first.as_ref().zip(overlap.last.as_ref()) else {
        return "no period is held in both forms".to_string();
    };
    let (agree, periods) = (overlap.agree, plural(overlap.periods, "period", "periods"));
    let (mean, most) = (&overlap.mean_gap, &overlap.largest_gap);
    format!("{periods} held in both forms, {first} to {last}: {agree} agree; they differ by {mean} on average, {most} at most")
}

/// The day up to which the author can have known a figure, and why that day.
pub fn cutoff(paper: &Paper, claim: &Claim) -> Option<(NaiveDate, String)> {
    let note = claim.footnote.and_then(|n| paper.footnotes.iter().find(|f| f.number == n));
    let read = note.and_then(|f| Some((f.accessed?, format!("footnote {} was read that day", f.number))));
    let cited = note.and_then(|f| Some((f.published?, format!("footnote {} cites a document of that day", f.number))));
    let own = claim.cutoff.map(|day| (day, "stated for this claim".to_string()));
    let default = paper.default_cutoff.map(|day| (day, "the paper's default".to_string()));
    let accepted = paper.accepted.map(|day| (day, "the day the paper was accepted".to_string()));
    own.or(read).or(cited).or(default).or(accepted)
}

/// The printed figure with the unit of the last digit that counts; `None` where it is no number.
pub fn printed_figure(claim: &Claim) -> Option<Figure> {
    let mut figure = Figure::printed(claim.value?, claim.decimals);
    figure.ulp = claim.ulp.map_or(figure.ulp, exact);
    Some(figure)
}

/// All that rounds to the printed figure: the lower and the upper end.
pub fn printed_range(claim: &Claim) -> Option<(String, String)> {
    let range = printed_figure(claim)?.preimage();
    Some((text(&range.lo), text(&range.hi)))
}

/// A range in words.
pub fn range(lo: Option<&str>, hi: Option<&str>) -> String {
    match (lo, hi) {
        (Some(lo), Some(hi)) => format!("{} to {}", minus(lo), minus(hi)),
        _ => String::new(),
    }
}

/// A number with a real minus sign.
pub fn minus(number: &str) -> String {
    number.strip_prefix('-').map_or_else(|| number.to_string(), |rest| format!("−{rest}"))
}

/// A distance in units of the last digit, with its sign.
pub fn distance(ulp: Option<&str>) -> String {
    match ulp {
        None => String::new(),
        Some(d) if d.starts_with('-') || d == "0" => minus(d),
        Some(d) => format!("+{d}"),
    }
}

/// A figure with its unit.
pub fn quantity(number: &str, unit: &str) -> String {
    let unit = if unit == "percent" { "%" } else { unit };
    format!("{} {unit}", minus(number)).trim_end().to_string()
}

/// A count with thin groups: 1 234 567.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push('\u{202f}');
        }
        shown.push(digit);
    }
    shown
}

/// A count with its noun.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A moment, to the minute.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// The first characters of a digest.
pub fn short(digest: &str) -> String {
    digest.chars().take(SHORT_DIGEST).collect()
}

/// A name that may stand in an address, an id or a path: other characters than these become their code point, so that no two
/// are the same.
pub fn coded(name: &str) -> String {
    let mut coded = String::new();
    for c in name.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') => coded.push(c),
            c => coded.push_str(&format!("~{:x}", u32::from(c))),
        }
    }
    coded
}

/// Whether an address may be a link: only the two schemes that open a page.
pub fn is_link(address: &str) -> bool {
    let lower = address.trim_start().to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// Authors, title, journal: the line a library would print.
pub fn bibliography(paper: &Paper) -> String {
    let authors = paper.authors.join(", ");
    [authors.as_str(), paper.title.as_str(), paper.journal.as_deref().unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(". ")
}

/// The counts in words, only those that are not zero: `3 deviate, 12 confirmed`.
pub fn counted(findings: &[Finding], side: Side) -> String {
    let word = |status, n| match status {
        VerdictStatus::Deviates if n != 1 => "deviate",
        _ => words::status(status).word,
    };
    let some = counts(findings, side).into_iter().filter(|(_, n)| *n > 0);
    some.map(|(status, n)| format!("{n} {}", word(status, n))).collect::<Vec<_>>().join(", ")
}

/// How a source is doing, in one word, and whether a person should look.
pub fn health(source: &super::SourceLine, today: NaiveDate) -> (&'static str, bool) {
    let stale = source
        .newest_document
        .zip(source.max_age_days)
        .is_some_and(|(newest, limit)| (today - newest).num_days() > i64::from(limit));
    match (source.last_attempt, source.last_success) {
        _ if source.silent.is_some() => ("silent", true),
        _ if stale && !source.is_at_rest() => ("stale", true),
        _ if source.failing.is_some() => ("failing", true),
        (None, None) if source.documents == 0 => ("nothing yet", false),
        (None, None) => ("held", false),
        (Some(tried), Some(done)) if done >= tried => ("fine", false),
        (None, Some(_)) => ("fine", false),
        (Some(_), _) if source.is_at_rest() => ("as declared", false),
        (Some(_), _) => ("last try failed", true),
    }
}
