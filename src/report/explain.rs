//! The whole chain of one claim in text: from where it stands to the cell and the bytes.

use super::terminal::plain;
use super::view::Side;
use super::{algebra, view, words};
use crate::paper::{Claim, Paper};
use crate::reconcile::{Finding, Part, Verdict, VintageJudgement};
use std::fmt::Write;

/// Columns of a label, so that the texts stand below each other.
const LABEL: usize = 15;

/// Where the claim stands, what it says, the arithmetic, the deciding document, suggestions, and the verdict within the paper.
pub fn explain(paper: &Paper, claim: &Claim, finding: &Finding) -> String {
    let shown = words::status(finding.external.status);
    let grave = words::severity(finding.external.severity);
    let mut text = format!("{}  {} {} ({grave})\n", plain(&claim.id), shown.icon, shown.word);
    place(&mut text, paper, claim, finding);
    heading(&mut text, "Against what was published");
    reasoned(&mut text, &finding.external);
    vintages(&mut text, finding);
    bridge(&mut text, &finding.external);
    if let Some(vintage) = view::deciding(finding).filter(|_| view::computed(&finding.external).is_none()) {
        evidence(&mut text, vintage);
    }
    suggestions(&mut text, finding, Side::External);
    heading(&mut text, "Within the paper");
    let inner = words::status(finding.internal.status);
    line(&mut text, "verdict", &format!("{} {} ({})", inner.icon, inner.word, words::severity(finding.internal.severity)));
    reasoned(&mut text, &finding.internal);
    suggestions(&mut text, finding, Side::Internal);
    relations(&mut text, &finding.internal);
    text
}

fn place(text: &mut String, paper: &Paper, claim: &Claim, finding: &Finding) {
    let place = format!("section {}, paragraph {}, sentence {}", claim.section, claim.paragraph, claim.sentence);
    line(text, "stands in", &format!("{}: {place} (line {} of the catalogue)", paper.id, claim.line));
    line(text, "says", view::restated(Some(claim)));
    let value = claim.value.map(|v| view::quantity(&v.to_string(), &claim.unit));
    let (lo, hi) = view::printed_range(claim).unzip();
    let range = view::range(lo.as_deref(), hi.as_deref());
    match value {
        Some(value) => {
            line(text, "printed", &format!("{} = {value}, which is anything from {range} before rounding", claim.printed))
        }
        None => line(text, "printed", &format!("{}, which does not read as one number", claim.printed)),
    }
    line(text, "hedge", &claim.hedge.map(|h| h.to_string()).unwrap_or_default());
    line(text, "series", finding.series.as_deref().unwrap_or("none declared"));
    line(text, "period", &finding.period);
    if let Some((day, why)) = view::cutoff(paper, claim) {
        line(text, "cut-off", &format!("{day} ({why})"));
    }
    line(text, "remark", &claim.note);
}

/// The sentence, the row of the table of vintages, and every reason.
fn reasoned(text: &mut String, verdict: &Verdict) {
    line(text, "in a sentence", &verdict.sentence);
    if let Some(result) = verdict.vintage_result {
        let (code, meaning) = words::vintage_result(result);
        line(text, "result", &format!("{code}: {meaning}"));
    }
    verdict.reasons.iter().for_each(|code| line(text, "reason", &format!("{code}: {}", words::reason(code))));
}

/// The arithmetic: each vintage's figure, what it can have been, and how it agrees.
fn vintages(text: &mut String, finding: &Finding) {
    if finding.external.vintages.is_empty() {
        return;
    }
    heading(text, "Every vintage held, oldest first");
    for (place, vintage) in finding.external.vintages.iter().enumerate() {
        let mark = if finding.evidence == Some(place) { "→" } else { " " };
        // nothing of the same source ended it; another source may know better
        let until = vintage.known_to.map_or("on".to_string(), |day| format!("to {day}"));
        let _ = writeln!(text, "{mark} {} {until}  {}", vintage.known_from, arithmetic(vintage));
        let _ = writeln!(text, "    {}", plain(&chain(vintage)));
    }
}

/// Which series stands in for the declared one, whether the two agree elsewhere, and every cell that was used.
fn bridge(text: &mut String, verdict: &Verdict) {
    let Some(bridge) = &verdict.bridge else { return };
    heading(text, "The series that stands in for the declared one");
    line(text, "series", &bridge.from);
    line(text, "how", &format!("{}: {}", words::way(bridge.way), bridge.note));
    line(text, "overlap", &view::overlap(&bridge.overlap));
    for part in &bridge.parts {
        let _ = writeln!(
            text,
            "    {} from {}  {} (cell {:?})",
            part.period,
            part.known_from,
            view::quantity(&part.value, &part.unit),
            plain(&part.printed)
        );
        let _ = writeln!(text, "      {}", plain(&part_chain(part)));
    }
}

/// The way to the cell of a figure that others are computed from.
fn part_chain(part: &Part) -> String {
    whereabouts(&part.source, &part.locator, (&part.sha256, part.held), &part.url, &part.obtained_from)
}

/// The way to the cell and the bytes, in a line: source, place, document, address.
fn chain(vintage: &VintageJudgement) -> String {
    whereabouts(&vintage.source, &vintage.locator, (&vintage.sha256, vintage.held), &vintage.url, &vintage.obtained_from)
}

fn whereabouts(source: &str, locator: &str, (sha256, held): (&str, bool), url: &str, obtained_from: &str) -> String {
    let held = if held { "in the archive" } else { "not held here" };
    let document = match sha256 {
        // nobody kept the bytes of what a person read: who read it stands in their place
        "" => obtained_from.to_string(),
        digest => format!("sha256 {digest} ({held})"),
    };
    let place = match (locator, sha256) {
        ("", "") => "",
        ("", _) => "no place: inferred from its absence",
        (place, _) => place,
    };
    let parts = [source, place, &document, url];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn arithmetic(vintage: &VintageJudgement) -> String {
    let Some(value) = &vintage.value else {
        let cell = words::cell(vintage.status).unwrap_or("no value");
        return format!("{cell} (cell {:?}), {}", plain(&vintage.printed), plain(&vintage.source));
    };
    let range = view::range(vintage.lo.as_deref(), vintage.hi.as_deref());
    let grade = vintage.grade.map_or("", |g| words::grade(g).1);
    let agrees = if vintage.matches { "agrees" } else { "does not agree" };
    let touching = if vintage.touching { ", touching" } else { "" };
    let (distance, cell) = (view::distance(vintage.distance_ulp.as_deref()), plain(&vintage.printed));
    let (source, class) = (plain(&vintage.source), words::class(vintage.class).0);
    let seen = if vintage.locator.is_empty() && vintage.sha256.is_empty() { "computed" } else { "cell" };
    format!(
        "{} ({seen} {cell:?}), from {range} before rounding; {agrees}: {grade}{touching}, distance {distance} in last digits; {source}, {class}",
        view::minus(value)
    )
}

/// The document of the deciding vintage.
fn evidence(text: &mut String, vintage: &VintageJudgement) {
    heading(text, "The vintage that decides");
    let held = if vintage.held { "in the archive" } else { "not held here" };
    let (basis, meaning) = words::basis(vintage.basis);
    line(text, "known from", &format!("{} ({basis}: {meaning})", vintage.known_from));
    line(text, "source", &format!("{} ({})", vintage.source, words::class(vintage.class).1));
    line(text, "document", &if vintage.sha256.is_empty() { held.to_string() } else { format!("{} ({held})", vintage.sha256) });
    line(text, "place", &vintage.locator);
    line(text, "address", &vintage.url);
    line(text, "obtained from", &vintage.obtained_from);
    vintage.notes.iter().for_each(|note| line(text, "note", note));
}

fn suggestions(text: &mut String, finding: &Finding, side: Side) {
    let (verdict, fitting) = (view::verdict(finding, side), view::fitting(side));
    if verdict.suggestions.is_empty() {
        return;
    }
    heading(text, "What would explain it (suggestions, not findings)");
    for s in &verdict.suggestions {
        let tried = view::plural(s.tried, "explanation was", "explanations were");
        let chance = format!("{tried} tried; {fitting}: {}", s.chance);
        line(text, "suggestion", &format!("{}: {} ({chance})", s.code, s.sentence));
    }
}

/// Every relation that speaks of the claim, with its arithmetic.
fn relations(text: &mut String, verdict: &Verdict) {
    if verdict.relations.is_empty() {
        return;
    }
    heading(text, "Relations to other figures of the paper");
    for outcome in &verdict.relations {
        line(text, &outcome.relation, &algebra::line(outcome));
        algebra::details(outcome).iter().for_each(|detail| line(text, "", detail));
    }
}

fn heading(text: &mut String, heading: &str) {
    let _ = writeln!(text, "\n{heading}");
}

/// A label and a text; nothing if there is no text.
fn line(text: &mut String, label: &str, said: &str) {
    if !said.is_empty() {
        let _ = writeln!(text, "  {label:<LABEL$} {}", plain(said));
    }
}
