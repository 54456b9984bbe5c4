//! The sources: how each is, what came of late, and what waits for a person.

use super::page::{View, crumbs, english, heads, outside, page, scrolling};
use super::route::Route;
use crate::report::{SourceLine, view};
use crate::store::{DocumentRow, IssueRow, Waiting};
use chrono::NaiveDate;
use maud::{Markup, html as markup};

/// Tries that are listed.
pub const TRIES: u32 = 60;
/// Issues that are listed.
const ISSUES: usize = 40;
/// Parts of the bar of an age.
const AGE: i64 = 100;
/// Width of one try in the small picture.
const TICK: usize = 7;

const COLUMNS: [&str; 7] = ["Source", "Health", "State", "Newest document", "Expected", "Figures", "Open issues"];

/// Every source.
pub fn list(view: &View<'_>, lines: &[SourceLine]) -> Markup {
    let main = markup! {
        header.banner { p.kicker { (view.t("Publications that are looked at again and again")) } h1 { (view.t("Sources")) } }
        @if lines.is_empty() { p { (view.t("No source is known here yet.")) } } @else { (scrolling(view.t("Sources"), markup! {
            table { (heads(view, &COLUMNS)) tbody { @for line in lines { (row(view, line)) } } }
        })) }
    };
    page(view, view.t("Sources"), main)
}

fn row(view: &View<'_>, line: &SourceLine) -> Markup {
    markup! {
        tr {
            th scope="row" { (view.link(&Route::Source(line.id.clone()), markup! { (line.id) })) @if !line.title.is_empty() { span.sub { (line.title) } } }
            td.wrap { (health(view, line)) @if let Some(at) = line.last_success { span.sub { (view.t("Last success")) " " (at.format("%Y-%m-%d")) } } }
            td.wrap { (english(view, &line.shown_state())) }
            td { @if let Some(day) = line.newest_document { (day) (fresh(view, line, day)) } @else { "–" } }
            td.wrap { @match &line.expected { Some(said) => (english(view, said)), None => "–" } }
            td.number { (view::grouped(line.observations)) }
            td.number { (view::grouped(line.open_issues)) }
        }
    }
}

/// How old the newest document is, as a bar up to the age at which it is stale; what never is has none.
fn fresh(view: &View<'_>, line: &SourceLine, newest: NaiveDate) -> Markup {
    let age = (view.now.date_naive() - newest).num_days().max(0);
    let Some(limit) = line.max_age_days.filter(|days| *days > 0 && !line.is_at_rest()) else { return markup! {} };
    let (part, old) = ((age * AGE / i64::from(limit)).min(AGE), age > i64::from(limit));
    markup! {
        svg.age viewBox={ "0 0 " (AGE) " 4" } preserveAspectRatio="none" aria-hidden="true" focusable="false" { rect.rail width=(AGE) height="4" {} rect.good[!old].bad[old] width=(part.max(1)) height="4" {} }
        span.sub { (view::grouped(age.unsigned_abs())) " / " (limit) " " (view.t("days")) }
    }
}

fn health(view: &View<'_>, line: &SourceLine) -> Markup {
    let (word, look) = view::health(line, view.now.date_naive());
    if !look && line.documents == 0 && line.last_success.is_none() {
        return markup! { span.quiet { span aria-hidden="true" { "– " } (view.t(word)) } };
    }
    markup! { span.no[look].yes[!look] { span aria-hidden="true" { @if look { "! " } @else { "✓ " } } (view.t(word)) } }
}

/// What the page of a source is made from.
#[derive(Debug)]
pub struct Source<'a> {
    /// How it is.
    pub line: &'a SourceLine,
    /// The page a person would open.
    pub page: &'a str,
    /// The last tries, newest first.
    pub tries: &'a [DocumentRow],
    /// Documents that wait for a person.
    pub waiting: &'a [Waiting],
    /// Open issues.
    pub issues: &'a [IssueRow],
}

/// One source.
pub fn show(view: &View<'_>, source: &Source<'_>) -> Markup {
    let line = source.line;
    let title = if line.title.is_empty() { &line.id } else { &line.title };
    let main = markup! {
        (crumbs(view, &[(Route::Sources, view.t("Sources"))]))
        header.banner { p.kicker { (line.id) } h1 { (title) } p { (health(view, line)) } }
        (facts(view, source))
        (waiting(view, source.waiting))
        section aria-labelledby="tries" {
            h2 id="tries" { (view.t("Last tries")) }
            @if source.tries.is_empty() { p { (view.t("It was never tried here.")) } } @else {
                (sparkline(view, source.tries))
                (tries(view, source.tries))
            }
        }
        (issues(view, source.issues))
    };
    page(view, title, main)
}

fn facts(view: &View<'_>, source: &Source<'_>) -> Markup {
    let line = source.line;
    let told = [("Expected", &line.expected), ("Silent", &line.silent), ("Failing", &line.failing), ("Missed", &line.missed)];
    markup! {
        dl.facts {
            dt { (view.t("State")) } dd { (english(view, &line.shown_state())) }
            @if !source.page.is_empty() { dt { (view.t("Page")) } dd { (outside(source.page, source.page)) } }
            @if !line.schedule.is_empty() { dt { (view.t("Schedule")) } dd { code { (line.schedule) } } }
            @if let Some(day) = line.newest_document { dt { (view.t("Newest document")) } dd { (day) " (" (view::grouped((view.now.date_naive() - day).num_days().unsigned_abs())) " " (view.t("days old")) ")" (fresh(view, line, day)) } }
            @if let Some(days) = line.max_age_days { dt { (view.t("Stale after")) } dd { (days) " " (view.t("days")) } }
            @for (name, text) in told { @if let Some(text) = text { dt { (view.t(name)) } dd { (english(view, text)) } } }
            dt { (view.t("Held")) } dd { (view::grouped(line.documents)) " " (view.t("documents")) ", " (view::grouped(line.observations)) " " (view.t("figures")) ", " (view::grouped(line.vintages)) " " (view.t("of them later versions")) }
            @if line.failures > 0 { dt { (view.t("Failures in a row")) } dd { (line.failures) } }
        }
    }
}

fn waiting(view: &View<'_>, waiting: &[Waiting]) -> Markup {
    markup! {
        @if !waiting.is_empty() {
            section aria-labelledby="waiting" {
                h2 id="waiting" { (view.t("Waits for a person")) }
                @for one in waiting {
                    article.card {
                        h3 { (one.document) " · " (one.as_of) }
                        ul lang="en" { @for drift in &one.drift { li { (drift.to_string()) } } }
                    }
                }
            }
        }
    }
}

/// The last tries as a row of ticks, oldest first; the table says the same in words.
fn sparkline(view: &View<'_>, tries: &[DocumentRow]) -> Markup {
    let good =
        |one: &DocumentRow| one.outcome.as_deref().is_some_and(|outcome| crate::store::SUCCESS_OUTCOMES.contains(&outcome));
    let fine = tries.iter().filter(|one| good(one)).count();
    markup! {
        svg.spark viewBox={ "0 0 " (TICK * TRIES as usize) " 24" } role="img" aria-label={ (view.t("Last tries")) ": " (fine) " / " (tries.len()) " " (view.t("succeeded")) } {
            @for (at, one) in tries.iter().rev().enumerate() {
                @if good(one) { rect.good x=(at * TICK) y="4" width="5" height="18" {} } @else { rect.bad x=(at * TICK) y="13" width="5" height="9" {} }
            }
        }
    }
}

fn tries(view: &View<'_>, tries: &[DocumentRow]) -> Markup {
    scrolling(
        view.t("Last tries"),
        markup! {
            table {
                (heads(view, &["Began", "Outcome", "Document", "Day", "Message"]))
                tbody { @for one in tries {
                    tr {
                        th scope="row" { (one.started_at.as_deref().map_or("–".to_string(), |at| at.replace('T', " ").replace('Z', ""))) }
                        td { (one.outcome.as_deref().unwrap_or("…")) }
                        td { @match one.sha256.as_ref().filter(|_| one.held == Some(true)) {
                            Some(sha256) => (view.link(&Route::Document(sha256.clone()), markup! { code { (view::short(sha256)) } })),
                            None => (one.document.as_deref().unwrap_or_default()),
                        } }
                        td { (one.as_of.as_deref().unwrap_or_default()) }
                        td.text { (one.message) }
                    }
                } }
            }
        },
    )
}

fn issues(view: &View<'_>, issues: &[IssueRow]) -> Markup {
    markup! {
        @if !issues.is_empty() {
            section aria-labelledby="issues" {
                h2 id="issues" { (view.t("Open issues")) " " span.quiet { (issues.len()) } }
                ul.plain { @for issue in issues.iter().rev().take(ISSUES) {
                    li { strong { (issue.code.replace('_', " ")) } " " span.quiet { (issue.locator) } @if !issue.seen.is_empty() { " – " (issue.seen) } @if !issue.wanted.is_empty() { " · " (view.t("wanted")) " " (issue.wanted) } }
                } }
                @if issues.len() > ISSUES { p.quiet { (view.t("Only the newest are shown.")) } }
            }
        }
    }
}
