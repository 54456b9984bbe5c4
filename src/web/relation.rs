//! What the figures of a paper say of each other: every relation that they contradict, with its intervals as bars.

use super::bars;
use super::page::{View, badge, crumbs, english, page, severity};
use super::route::Route;
use crate::paper::Paper;
use crate::reconcile::{Algebra, Outcome};
use crate::report::words::{self, StatusWords};
use crate::report::{algebra, view};
use maud::{Markup, html as markup};
use std::collections::BTreeMap;

/// The page.
pub fn show(view: &View<'_>, paper: &Paper, inner: &Algebra) -> Markup {
    let found = algebra::contradictions(inner);
    let ids = anchors(&found);
    let (suspects, habits) = (algebra::suspects(inner), algebra::habits(&inner.conventions));
    let title = view.t("The paper against itself");
    let main = markup! {
        (crumbs(view, &[(Route::Home, view.t("Papers")), (Route::Paper(paper.id.clone()), &paper.title)]))
        header.banner { p.kicker { (view.t("Every figure that the paper itself ties to others")) } h1 { (title) } }
        p { (english(view, &format!("{}.", algebra::counted(inner)))) }
        (overview(view, inner, &found, &ids))
        p.quiet { (view.t("Contradictions follow from the printed numbers alone; what is implausible rests on the assumption beside it.")) }
        @if found.is_empty() { p { (view.t("Nothing contradicts.")) } }
        @for (outcome, id) in found.iter().zip(&ids) {
            article.card id=(id) {
                h2 { @for (at, claim) in outcome.carries.iter().enumerate() {
                    @if at > 0 { ", " } (view.link(&Route::Claim(paper.id.clone(), claim.clone()), markup! { (view::called(paper.claim(claim), claim)) }))
                } }
                (self::outcome(view, paper, outcome))
            }
        }
        @if !suspects.is_empty() { section aria-labelledby="suspects" { h2 id="suspects" { (view.t("Figures that stand in several of them")) } ul lang="en" { @for line in suspects { li { (line) } } } } }
        @if !habits.is_empty() { section aria-labelledby="habits" { h2 id="habits" { (view.t("Habits of the paper")) } ul lang="en" { @for line in habits { li { (line) } } } } }
    };
    page(view, title, main)
}

/// An id a relation: its name, coded so that no two names share one; a further outcome of the same relation has a number.
fn anchors(found: &[&Outcome]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let one = |outcome: &&Outcome| {
        let times = seen.entry(outcome.relation.clone()).and_modify(|times| *times += 1).or_insert(1);
        let id = format!("relation-{}", view::coded(&outcome.relation));
        // no coded name has a tilde before a dash
        if *times == 1 { id } else { format!("{id}~-{times}") }
    };
    found.iter().map(one).collect()
}

/// Every relation as a square, by kind: what fails leads to its place below.
fn overview(view: &View<'_>, inner: &Algebra, found: &[&Outcome], ids: &[String]) -> Markup {
    let mut kinds: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    inner.outcomes.iter().for_each(|outcome| kinds.entry(outcome.kind).or_default().push(outcome));
    let place = |outcome: &Outcome| found.iter().position(|one| std::ptr::eq(*one, outcome)).and_then(|at| ids.get(at));
    let statuses: BTreeMap<&str, StatusWords> =
        inner.outcomes.iter().map(|outcome| (words::status(outcome.status).code, view.status(outcome.status))).collect();
    markup! {
        @if !kinds.is_empty() {
            dl.algebra aria-label=(view.t("Relations by kind")) {
                @for (kind, outcomes) in kinds {
                    dt { (english(view, &kind.replace('_', " "))) " " span.quiet { (outcomes.len()) } }
                    dd { @for outcome in outcomes {
                        @let shown = view.status(outcome.status);
                        @match place(outcome) {
                            Some(id) => a class={ "square v-" (shown.class) } href={ "#" (id) } title=(outcome.relation) aria-label={ (shown.word) ": " (outcome.relation) } { (shown.icon) },
                            None => span class={ "square v-" (shown.class) } title=(outcome.relation) aria-hidden="true" { (shown.icon) },
                        }
                    } }
                }
            }
            p.quiet { @for (at, shown) in statuses.values().enumerate() { @if at > 0 { " · " } span class={ "v-" (shown.class) } { span.word { (shown.icon) } } " " (shown.word) } }
        }
    }
}

/// Verdict, sentence, intervals and arithmetic of one relation.
pub fn outcome(view: &View<'_>, paper: &Paper, outcome: &Outcome) -> Markup {
    markup! {
        p.line {
            (badge(view, outcome.status)) " " (severity(view, outcome.severity)) " "
            span.quiet { (outcome.relation) }
        }
        p.sentence { (english(view, &outcome.sentence)) }
        (bars(view, paper, outcome))
        p.quiet { (english(view, &algebra::details(outcome).join(" · "))) }
        p.quiet {
            (view.t("Figures")) ": "
            @for (at, claim) in outcome.claims.iter().enumerate() {
                @if at > 0 { ", " } (view.link(&Route::Claim(paper.id.clone(), claim.clone()), markup! { (claim) }))
            }
        }
    }
}

/// What the claim allows over what the others give.
fn bars(view: &View<'_>, paper: &Paper, outcome: &Outcome) -> Markup {
    let carrying = outcome.claims.first().and_then(|id| paper.claim(id));
    let printed = carrying.and_then(view::printed_range);
    let computed = outcome.lo.clone().zip(outcome.hi.clone());
    let Some(((claim, printed), computed)) = carrying.zip(printed).zip(computed) else { return markup! {} };
    let rows = [
        bars::Bar { class: "claim", name: format!("{} {}:", view.t("printed"), claim.printed), lo: printed.0, hi: printed.1 },
        bars::Bar { class: "computed", name: format!("{}:", view.t("follows from the others")), lo: computed.0, hi: computed.1 },
    ];
    bars::draw(view, &rows)
}
