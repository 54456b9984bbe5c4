//! One claim: the printed figure against every version held, the arithmetic, the explanations, and the way to the bytes.

use super::page::{View, badge, crumbs, english, heads, origin, outside, page, scrolling, severity};
use super::picture;
use super::relation;
use super::route::Route;
use crate::paper::{Claim, Paper};
use crate::reconcile::{Finding, Grade, Verdict, VintageJudgement};
use crate::report::view::{self, Side};
use crate::report::words;
use crate::store::VintageRow;
use chrono::NaiveDate;
use maud::{Markup, html as markup};

/// What the page is made from.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The paper.
    pub paper: &'a Paper,
    /// The claim.
    pub claim: &'a Claim,
    /// Its verdicts.
    pub finding: &'a Finding,
    /// The figures of its series, or of the one that stands in, as they stand today.
    pub series: &'a [VintageRow],
    /// Every step of the arithmetic.
    pub arithmetic: &'a str,
    /// How the official figure was revised, if another version of its series is held.
    pub revised: Option<&'a str>,
}

/// The page.
pub fn show(view: &View<'_>, shown: &Shown<'_>) -> Markup {
    let (paper, claim, finding) = (shown.paper, shown.claim, shown.finding);
    let inner = !finding.internal.reasons.contains(&"no_relation");
    let title = view::called(Some(claim), &claim.id);
    let class = words::status(finding.external.status).class;
    let main = markup! {
        (crumbs(view, &[(Route::Home, view.t("Papers")), (Route::Paper(paper.id.clone()), &paper.title)]))
        header.banner {
            p.kicker { (view.t("Section")) " " (claim.section) " · " (claim.id) " · " (claim.period.to_string()) }
            h1 { (title) }
        }
        div class={ "verdict v-" (class) } {
            p.figure { (view.t("The paper prints")) " " strong.printed { (finding.printed) } }
            p.line { (line(view, &finding.external)) }
            p.sentence { (english(view, &finding.external.sentence)) }
            @if inner {
                p.line { (view.t("Within the paper")) ": " (line(view, &finding.internal)) }
                p.sentence { (english(view, &finding.internal.sentence)) }
            }
        }
        (picture::versions(view, paper, claim, finding))
        (versions(view, paper, claim, finding))
        @if let Some(said) = shown.revised { p.sentence { (view.t("Revisions")) ": " (english(view, said)) } }
        (picture::around(view, claim, finding, shown.series))
        section aria-labelledby="facts" { h2 id="facts" { (view.t("What is compared")) } (facts(view, paper, claim, finding)) }
        (diagnosis(view, finding))
        @if inner && !finding.internal.relations.is_empty() {
            section aria-labelledby="relations" {
                h2 id="relations" { (view.t("Relations to other figures of the paper")) }
                ol.worst { @for outcome in &finding.internal.relations { li { (relation::outcome(view, paper, outcome)) } } }
            }
        }
        @if !shown.arithmetic.is_empty() {
            section aria-labelledby="arithmetic" {
                h2 id="arithmetic" { (view.t("Arithmetic")) }
                details { summary { (view.t("Every step, in exact decimals")) } pre lang="en" tabindex="0" { (shown.arithmetic) } }
            }
        }
    };
    page(view, title, main)
}

/// Status, severity and grade.
fn line(view: &View<'_>, verdict: &Verdict) -> Markup {
    markup! {
        (badge(view, verdict.status)) " " (severity(view, verdict.severity))
        @if let Some(grade) = verdict.grade.filter(|grade| *grade != Grade::None) { " " span.quiet title=(words::grade(grade).2) { (view.t("grade")) " " (view.t(words::grade(grade).1)) } }
    }
}

/// Where it stands, what it can have been before rounding, and up to when the author can have known.
fn facts(view: &View<'_>, paper: &Paper, claim: &Claim, finding: &Finding) -> Markup {
    let external = &finding.external;
    let own = view::printed_range(claim);
    markup! {
        dl.facts {
            dt { (view.t("Series")) }
            dd { @match &finding.series { Some(code) => (view.link(&Route::Series(code.clone()), markup! { code { (code) } })), None => (view.t("none declared")) } }
            dt { (view.t("Period")) } dd { (finding.period) }
            dt { (view.t("Place")) } dd { (view.t("section")) " " (claim.section) ", " (view.t("paragraph")) " " (claim.paragraph) ", " (view.t("sentence")) " " (claim.sentence) }
            @if let Some(value) = claim.value { dt { (view.t("Reads as")) } dd { (view::quantity(&value.to_string(), &claim.unit)) } }
            @if let Some((lo, hi)) = &own { dt { (view.t("Paper, before rounding")) } dd { (between(view, Some(lo), Some(hi))) } }
            @if external.lo.is_some() { dt { (view.t("Source, before rounding")) } dd { (between(view, external.lo.as_deref(), external.hi.as_deref())) } }
            @if let Some(distance) = &external.distance_ulp { dt { (view.t("Distance")) } dd { (view::distance(Some(distance))) " " (view.t("units of the last printed digit")) } }
            @if let Some(hedge) = &claim.hedge { dt { (view.t("Words around it")) } dd { (hedge) } }
            @if let Some((day, why)) = view::cutoff(paper, claim) { dt { (view.t("Cut-off")) } dd { (day) " – " (english(view, &why)) } }
            @if let Some(result) = external.vintage_result { dt { (view.t("Result")) } dd { (english(view, words::vintage_result(result).1)) } }
            @if let Some(bridge) = view::computed(external) {
                dt { (view.t("Computed from")) }
                dd { (view.link(&Route::Series(bridge.from.clone()), markup! { code { (bridge.from) } })) " – " (english(view, words::way(bridge.way))) }
            }
            @if !claim.note.is_empty() { dt { (view.t("Remark")) } dd { (claim.note) } }
        }
    }
}

/// A range in words.
fn between(view: &View<'_>, lo: Option<&str>, hi: Option<&str>) -> Markup {
    markup! { @if let (Some(lo), Some(hi)) = (lo, hi) { (view.t("from")) " " (view::minus(lo)) " " (view.t("to")) " " (view::minus(hi)) } }
}

/// Reasons, and explanations that fit, marked as what they are.
fn diagnosis(view: &View<'_>, finding: &Finding) -> Markup {
    let sides = [(Side::External, "Against what was published"), (Side::Internal, "Within the paper")];
    markup! {
        section aria-labelledby="why" {
            h2 id="why" { (view.t("Why this verdict")) }
            @for (side, name) in sides {
                @let verdict = view::verdict(finding, side);
                @if !verdict.reasons.is_empty() {
                    h3 { (view.t(name)) }
                    ul.reasons { @for code in &verdict.reasons { li { (english(view, &words::reason(code))) " " code { (code) } } } }
                    @if let Some(first) = verdict.suggestions.first() {
                        div.suggestions {
                            p { strong { (view.t("Would explain it, proves nothing")) } }
                            ul { @for s in &verdict.suggestions { li { (english(view, &s.sentence)) " " code { (s.code) } } } }
                            p.quiet { (view.t("explanations tried")) ": " (first.tried) "; " (view.t(view::fitting(side))) ": " (first.chance) }
                        }
                    }
                }
            }
        }
    }
}

const COLUMNS: [&str; 9] =
    ["Known from", "until", "Value", "Cell shows", "Agrees", "Before rounding", "Source", "Evidence", "Place"];

/// A row a vintage, oldest first; the deciding one is marked.
fn versions(view: &View<'_>, paper: &Paper, claim: &Claim, finding: &Finding) -> Markup {
    let vintages = &finding.external.vintages;
    let cutoff = view::cutoff(paper, claim).map(|(day, _)| day);
    markup! {
        section aria-labelledby="versions" {
            h2 id="versions" { (view.t("Every version held")) " " span.quiet { (vintages.len()) } }
            @if vintages.is_empty() { p { (view.t("No official figure is held for this series and period.")) } } @else {
                (scrolling(view.t("Every version held"), markup! {
                    table.matrix {
                        (heads(view, &COLUMNS))
                        tbody { @for (at, vintage) in vintages.iter().enumerate() { (row(view, vintage, finding.evidence == Some(at), cutoff)) } }
                    }
                }))
                @if let Some(vintage) = view::deciding(finding) { (chain(view, vintage)) }
            }
        }
    }
}

fn row(view: &View<'_>, vintage: &VintageJudgement, decides: bool, cutoff: Option<NaiveDate>) -> Markup {
    let late = cutoff.is_some_and(|day| vintage.known_from > day);
    let computed = vintage.observation.map(Route::Evidence).filter(|_| !vintage.locator.is_empty());
    markup! {
        tr.decides[decides] {
            th scope="row" {
                (vintage.known_from) " " span.sub title=(words::basis(vintage.basis).1) { (view.t(words::basis(vintage.basis).0)) }
                @if decides { " " span.tag { (view.t("decides")) } }
                @if late { " " span.tag.late { (view.t("after the cut-off")) } }
            }
            td { @match vintage.known_to { Some(day) => (day), None => "–" } }
            td.number { @match &vintage.value { Some(value) => (view::minus(value)), None => (view.t(words::cell(vintage.status).unwrap_or("–"))) } }
            td.number { (vintage.printed) }
            td {
                @if vintage.matches { span.yes { "✓ " (view.t("yes")) } } @else { span.no { "✗ " (view.t("no")) } }
                @if let Some(grade) = vintage.grade.filter(|grade| *grade != Grade::None) { span.sub title=(words::grade(grade).2) { (view.t(words::grade(grade).1)) } }
            }
            td.number { @if let (Some(lo), Some(hi)) = (&vintage.lo, &vintage.hi) { (view::minus(lo)) " " (view.t("to")) " " (view::minus(hi)) } }
            td { (view.link(&Route::Source(vintage.source.clone()), markup! { (vintage.source) })) span.sub title=(words::class(vintage.class).1) { (view.t(words::class(vintage.class).0)) } }
            td.ways {
                @if let Some(route) = computed.filter(|route| vintage.held && view.to(route).is_some()) { (view.link(&route, markup! { (view.t("table")) })) " " }
                (outside(&vintage.url, view.t("original")))
            }
            td.wrap { (vintage.locator) }
        }
    }
}

/// The document that decides, in full.
fn chain(view: &View<'_>, vintage: &VintageJudgement) -> Markup {
    markup! {
        h3 { (view.t("The document that decides")) }
        dl.facts {
            @if !vintage.sha256.is_empty() {
                dt { (view.t("Document")) }
                dd {
                    @if vintage.held { (view.link(&Route::Document(vintage.sha256.clone()), markup! { code.digest { (vintage.sha256) } })) " " (view.t("in the archive")) }
                    @else { code.digest { (vintage.sha256) } " " (view.t("not held here")) }
                }
            }
            @if !vintage.locator.is_empty() { dt { (view.t("Place")) } dd { (vintage.locator) } }
            (origin(view, &vintage.url, &vintage.obtained_from, &vintage.notes))
        }
    }
}
