//! A paper: totals, what may be chosen, and every claim in the order of its sections.

use super::ask::Ask;
use super::page::{View, badge, english, language, outside, page, severity};
use super::problem::Problem;
use super::route::Route;
use crate::paper::Paper;
use crate::reconcile::{Finding, Severity, VerdictStatus};
use crate::report::parts::{bar, tile};
use crate::report::view::{self, Side};
use crate::report::words;
use maud::{Markup, html as markup};
use std::collections::BTreeSet;

/// Which claims are shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chosen {
    /// With this verdict on either side.
    pub verdict: Option<VerdictStatus>,
    /// With one this severe on either side.
    pub severity: Option<Severity>,
    /// Of this section.
    pub section: Option<String>,
    /// Decided by this source.
    pub source: Option<String>,
}

impl Chosen {
    /// What was asked.
    ///
    /// # Errors
    /// [`Problem::Wrong`] for a word of no list.
    pub fn of(ask: &Ask, findings: &[Finding]) -> Result<Chosen, Problem> {
        let statuses = words::STATUSES.map(|status| (words::status(status).code, status));
        let sections = sections(findings);
        let sources = sources(findings);
        let one_of = |name: &str, known: Vec<&str>| {
            let known: Vec<(&str, &str)> = known.into_iter().map(|one| (one, one)).collect();
            ask.one_of(name, &known).map(|one| one.map(str::to_string))
        };
        Ok(Chosen {
            verdict: ask.one_of("verdict", &statuses)?,
            severity: ask.one_of("severity", &severities())?,
            section: one_of("section", sections)?,
            source: one_of("source", sources)?,
        })
    }

    fn takes(&self, finding: &Finding) -> bool {
        let (external, internal) = (&finding.external, &finding.internal);
        self.verdict.is_none_or(|status| external.status == status || internal.status == status)
            && self.severity.is_none_or(|severity| external.severity.max(internal.severity) == severity)
            && self.section.as_ref().is_none_or(|section| *section == finding.section)
            && self.source.as_ref().is_none_or(|source| deciding_source(finding) == Some(source.as_str()))
    }

    fn is_anything(&self) -> bool {
        *self != Chosen::default()
    }
}

/// A value that can be chosen, what it is called, and how many claims it chooses.
pub type Choice = (String, &'static str, usize);

/// What can be chosen of these claims, by the name of the answer.
pub fn choices(findings: &[Finding]) -> [(&'static str, Vec<Choice>); 4] {
    let count = |chosen: Chosen| findings.iter().filter(|finding| chosen.takes(finding)).count();
    let verdicts = words::STATUSES.map(|status| {
        let chosen = Chosen { verdict: Some(status), ..Chosen::default() };
        (words::status(status).code.to_string(), words::status(status).word, count(chosen))
    });
    let severities = severities().map(|(word, severity)| {
        let chosen = Chosen { severity: Some(severity), ..Chosen::default() };
        (word.to_string(), word, count(chosen))
    });
    let named = |name: &str, chosen: Chosen| (name.to_string(), "", count(chosen));
    let section = |name: &str| named(name, Chosen { section: Some(name.to_string()), ..Chosen::default() });
    let source = |name: &str| named(name, Chosen { source: Some(name.to_string()), ..Chosen::default() });
    let mut all = [
        ("verdict", verdicts.to_vec()),
        ("severity", severities.to_vec()),
        ("section", sections(findings).into_iter().map(section).collect()),
        ("source", sources(findings).into_iter().map(source).collect()),
    ];
    all.iter_mut().for_each(|(_, values)| values.retain(|(.., count)| *count > 0));
    all
}

/// Severities that can be chosen, the worst first.
fn severities() -> [(&'static str, Severity); 4] {
    let mut all = Severity::ALL.map(|severity| (words::severity(severity), severity));
    all.reverse();
    all
}

fn deciding_source(finding: &Finding) -> Option<&str> {
    view::deciding(finding).map(|vintage| vintage.source.as_str())
}

fn sections(findings: &[Finding]) -> Vec<&str> {
    view::sections(findings).into_iter().map(|(name, _)| name).collect()
}

fn sources(findings: &[Finding]) -> Vec<&str> {
    findings.iter().filter_map(deciding_source).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The page.
pub fn show(view: &View<'_>, paper: &Paper, findings: &[Finding], chosen: &Chosen, contradictions: usize) -> Markup {
    let shown: Vec<Finding> = findings.iter().filter(|finding| chosen.takes(finding)).cloned().collect();
    let main = markup! {
        (banner(view, paper))
        section aria-labelledby="totals" {
            h2 id="totals" { (findings.len()) " " (view.t("figures")) }
            h3 { (view.t("Against what was published")) }
            (bar(findings))
            (legend(view, paper, findings, Side::External))
            h3 { (view.t("Within the paper: its figures against each other")) }
            (legend(view, paper, findings, Side::Internal))
            p.more {
                @if contradictions > 0 {
                    (view.link(&Route::Contradictions(paper.id.clone()), markup! { (view.t("Relations that the figures contradict")) ": " (contradictions) })) " · "
                }
                (view.link(&Route::Brief(paper.id.clone()), markup! { (view.t("On one sheet")) }))
            }
            (downloads(view, &paper.id))
        }
        @if view.is_live() { (form(view, paper, findings, chosen)) } @else { (links(view, paper, findings, chosen)) }
        @if chosen.is_anything() { p.shown role="status" { (view.t("Shown")) ": " strong { (shown.len()) } " / " (findings.len()) } }
        @for (place, (name, findings)) in view::sections(&shown).into_iter().enumerate() {
            @let id = format!("section-{}", place + 1);
            section.paper aria-labelledby=(id) {
                h2 id=(id) { (view.t("Section")) " " (name) " " span.quiet { (findings.len()) } }
                ol.claims { @for finding in findings { (entry(view, paper, finding)) } }
            }
        }
        @if shown.is_empty() && !findings.is_empty() { p { (view.t("No figure is like that.")) } }
        @if findings.is_empty() { p { (view.t("No figure has a verdict yet.")) } }
        (glossary(view))
    };
    page(view, &paper.title, main)
}

/// The findings for other programs.
pub fn downloads(view: &View<'_>, paper: &str) -> Markup {
    let files = [
        (Route::FindingsCsv(paper.to_string()), "CSV"),
        (Route::FindingsJson(paper.to_string()), "JSON"),
        (Route::BriefMd(paper.to_string()), "Markdown"),
        (Route::ReportMd(paper.to_string()), view.t("Markdown, all figures")),
    ];
    markup! {
        p.more.downloads { (view.t("Download")) ": " @for (at, (route, name)) in files.iter().enumerate() { @if at > 0 { " · " } (view.link(route, markup! { (name) })) } }
    }
}

/// Title and what a library would say.
pub fn banner(view: &View<'_>, paper: &Paper) -> Markup {
    let dates = [("received", paper.received), ("accepted", paper.accepted), ("online", paper.online)];
    markup! {
        header.banner {
            p.kicker { (view.t("Printed figures checked against what was published")) }
            h1 { (paper.title) }
            p.bibliography {
                @if !paper.authors.is_empty() { (paper.authors.join(", ")) ". " }
                @if let Some(journal) = &paper.journal { cite { (journal) } ". " }
                @if let Some(doi) = &paper.doi { "DOI " (outside(&format!("https://doi.org/{doi}"), doi)) "." }
            }
            @if dates.iter().any(|(_, day)| day.is_some()) { p.bibliography { @for (word, day) in dates { @if let Some(day) = day { span.date { (view.t(word)) " " (day) } " " } } } }
        }
    }
}

/// Counts by verdict; each leads to the claims that have it.
pub fn legend(view: &View<'_>, paper: &Paper, findings: &[Finding], side: Side) -> Markup {
    markup! {
        ul.legend {
            @for (status, count) in view::counts(findings, side).into_iter().filter(|(_, n)| *n > 0) {
                @let shown = view.status(status);
                li class={ "v-" (shown.class) } {
                    @match view.choosing(&paper.id, "verdict", shown.code) {
                        Some(to) => a href=(to) { (tile(count, shown)) },
                        None => span.tile { (tile(count, shown)) },
                    }
                }
            }
        }
    }
}

/// In a folder nothing can be asked: a link a choice.
fn links(view: &View<'_>, paper: &Paper, findings: &[Finding], chosen: &Chosen) -> Markup {
    let heads = [view.t("Verdict"), view.t("Severity"), view.t("Section"), view.t("Source")];
    let current = |name: &str, value: &str| match name {
        "verdict" => chosen.verdict.is_some_and(|status| words::status(status).code == value),
        "severity" => chosen.severity.is_some_and(|severity| words::severity(severity) == value),
        "section" => chosen.section.as_deref() == Some(value),
        _ => chosen.source.as_deref() == Some(value),
    };
    markup! {
        nav.choices aria-label=(view.t("Choose figures")) {
            dl { @for ((name, values), head) in choices(findings).into_iter().zip(heads).filter(|((_, values), _)| !values.is_empty()) {
                dt { (head) }
                dd { @for (value, word, count) in values {
                    span.choice { a href=[view.choosing(&paper.id, name, &value)] aria-current=[current(name, &value).then_some("true")] { @if word.is_empty() { (value) } @else { (view.t(word)) } } " " span.quiet { (count) } } " "
                } }
            } }
            @if chosen.is_anything() { @if let Some(all) = view.to(&Route::Paper(paper.id.clone())) { p { a href=(all) { (view.t("Show all")) } } } }
        }
    }
}

fn form(view: &View<'_>, paper: &Paper, findings: &[Finding], chosen: &Chosen) -> Markup {
    let statuses = view::counts(findings, Side::External).into_iter().zip(view::counts(findings, Side::Internal));
    let statuses = statuses.filter(|((_, a), (_, b))| a + b > 0).map(|((status, _), _)| status);
    let verdicts = statuses.map(|s| (words::status(s).code, view.t(words::status(s).word), chosen.verdict == Some(s))).collect();
    let severities = severities().map(|(word, s)| (word, view.t(word), chosen.severity == Some(s))).to_vec();
    markup! {
        form.filters method="get" action=(Route::Paper(paper.id.clone()).path()) role="search" aria-label=(view.t("Choose figures")) {
            (language(view))
            (select(view, "verdict", "Verdict", verdicts))
            (select(view, "severity", "Severity", severities))
            (select(view, "section", "Section", same(sections(findings), chosen.section.as_deref())))
            (select(view, "source", "Source", same(sources(findings), chosen.source.as_deref())))
            button type="submit" { (view.t("Show")) }
            @if chosen.is_anything() { @if let Some(all) = view.to(&Route::Paper(paper.id.clone())) { a href=(all) { (view.t("Show all")) } } }
        }
    }
}

fn same<'a>(names: Vec<&'a str>, chosen: Option<&str>) -> Vec<(&'a str, &'a str, bool)> {
    names.into_iter().map(|name| (name, name, chosen == Some(name))).collect()
}

fn select(view: &View<'_>, name: &str, label: &'static str, options: Vec<(&str, &str, bool)>) -> Markup {
    markup! {
        div.field {
            label for={ "f-" (name) } { (view.t(label)) }
            select id={ "f-" (name) } name=(name) {
                option value="" { (view.t("any")) }
                @for (value, shown, chosen) in options { option value=(value) selected[chosen] { (shown) } }
            }
        }
    }
}

fn entry(view: &View<'_>, paper: &Paper, finding: &Finding) -> Markup {
    let name = view::called(view::claim_of(paper, finding), &finding.claim);
    let (external, internal) = (&finding.external, &finding.internal);
    markup! {
        li class={ "entry v-" (words::status(external.status).class) } {
            div.row {
                h3 { (view.link(&Route::Claim(paper.id.clone(), finding.claim.clone()), markup! { (name) })) }
                p.printed { (finding.printed) }
            }
            p.line { (badge(view, external.status)) " " (severity(view, external.severity)) " " span.quiet { (finding.period) " · " (finding.claim) } }
            p.sentence { (english(view, &external.sentence)) }
            @if view::is_deviation(internal.status) {
                p.line { (view.t("Within the paper")) ": " (badge(view, internal.status)) " " (severity(view, internal.severity)) }
                p.sentence { (english(view, &internal.sentence)) }
            }
        }
    }
}

/// What the verdicts mean, for somebody who is no programmer.
fn glossary(view: &View<'_>) -> Markup {
    markup! {
        section aria-labelledby="reading" {
            h2 id="reading" { (view.t("How to read the verdicts")) }
            p { (view.t("Each figure is compared with the series it means, as it stood when the paper was written: statistics are revised, and a figure that was right then is no error today.")) }
            dl.glossary { @for status in words::STATUSES { dt { (badge(view, status)) } dd { (view.t(words::status(status).explanation)) } } }
        }
    }
}
