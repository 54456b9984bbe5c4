//! From an address to an answer: what a page needs is asked of a [`Glance`], and handed to the page.

use super::ask::Ask;
use super::page::{Kept, View};
use super::problem::Problem;
use super::route::Route;
use super::{brief, claim, evidence, home, paper, relation, search, series, source};
use crate::paper::Paper;
use crate::pipeline::{self, Glance, Judged};
use crate::reconcile::Finding;
use crate::report::words::Lang;
use crate::report::{self, Bundle, Passage, Report};
use crate::store::{LabelKind, LabelSought, SeriesSought, VintageRow};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The style sheet of every page.
pub const STYLE: &str = include_str!("style.css");

/// Bytes of a table that a folder of pages shows; the document has all of it.
const MOST_TABLE: usize = 256 << 10;
/// Media types.
const CSV: &str = "text/csv; charset=utf-8";
const MARKDOWN: &str = "text/markdown; charset=utf-8";
const JSON: &str = "application/json";

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A page.
    Page(String),
    /// The style sheet.
    Style,
    /// A file to keep: its bytes, media type and name.
    File(Vec<u8>, &'static str, String),
}

/// Answers what is asked.
///
/// # Errors
/// [`Problem`].
pub fn answer(glance: &mut Glance, view: &View<'_>, route: &Route, ask: &Ask) -> Result<Answer, Problem> {
    let page = |markup: maud::Markup| Ok(Answer::Page(markup.into_string()));
    match route {
        Route::Home => page(home_page(glance, view)?),
        Route::Paper(id) => {
            let judged = judged(glance, id)?;
            let chosen = paper::Chosen::of(ask, &judged.findings)?;
            let contradictions = judged.algebra.contradictions().count();
            page(paper::show(view, known(glance, id)?, &judged.findings, &chosen, contradictions))
        }
        Route::Claim(id, claim) => page(claim_page(glance, view, id, claim)?),
        Route::Contradictions(id) => {
            let judged = judged(glance, id)?;
            page(relation::show(view, known(glance, id)?, &judged.algebra))
        }
        // on a server it is a question about a paper
        Route::Choice(..) => Err(Problem::Unknown),
        Route::Brief(id) => page(with_report(glance, view.now, id, false, |report| Ok(brief::show(view, report)))?),
        Route::BriefMd(id) | Route::ReportMd(id) | Route::FindingsCsv(id) | Route::FindingsJson(id) => {
            let (bytes, kind, name) = with_report(glance, view.now, id, false, |report| text(report, route))?;
            Ok(Answer::File(bytes, kind, format!("{id}-{name}")))
        }
        Route::Evidence(id) => {
            let row = glance.house.store.figure(*id)?.ok_or_else(|| Problem::missing("figure", &id.to_string(), []))?;
            let excerpt = pipeline::around(&glance.house, std::slice::from_ref(&row))?.pop();
            let excerpt = excerpt.ok_or_else(|| Problem::missing("figure", &id.to_string(), []))?;
            page(evidence::show(view, &row, &excerpt))
        }
        Route::Document(sha256) => document(glance, sha256),
        Route::SeriesList => page(series_list(glance, view, ask)?),
        Route::Series(code) => page(series_page(glance, view, code)?),
        Route::SeriesCsv(code) => {
            let rows = glance.house.store.observations(code, None)?;
            if rows.is_empty() && !glance.house.store.series_exists(code)? {
                return Err(Problem::missing("series", code, []));
            }
            Ok(Answer::File(series::csv(&rows)?, CSV, format!("{code}.csv")))
        }
        Route::Sources => page(sources_page(glance, view)?),
        Route::Source(id) => page(source_page(glance, view, id)?),
        Route::Search => page(search_page(glance, view, ask)?),
        Route::Style => Ok(Answer::Style),
    }
}

/// A report as one of its texts: bytes, media type, name.
fn text(report: &Report<'_>, route: &Route) -> Result<(Vec<u8>, &'static str, &'static str), Problem> {
    Ok(match route {
        Route::BriefMd(_) => (report::brief_markdown(report).into_bytes(), MARKDOWN, "summary.md"),
        Route::ReportMd(_) => (report::markdown(report).into_bytes(), MARKDOWN, "report.md"),
        Route::FindingsCsv(_) => (report::csv(report)?, CSV, "findings.csv"),
        _ => (report::json(report).to_string().into_bytes(), JSON, "findings.json"),
    })
}

/// Every text on a paper, the report being made once.
///
/// # Errors
/// An unknown paper, or the store failing.
pub fn texts(glance: &mut Glance, now: DateTime<Utc>, id: &str, offline: bool) -> Result<Vec<(Route, Vec<u8>)>, Problem> {
    let routes = [Route::BriefMd, Route::ReportMd, Route::FindingsCsv, Route::FindingsJson].map(|of| of(id.to_string()));
    with_report(glance, now, id, offline, |report| {
        routes.into_iter().map(|route| text(report, &route).map(|(bytes, ..)| (route, bytes))).collect()
    })
}

/// Answers of the form of a paper that choose any of its claims.
pub fn choices(findings: &[Finding]) -> Vec<(&'static str, String)> {
    paper::choices(findings)
        .into_iter()
        .flat_map(|(name, values)| values.into_iter().map(move |(value, ..)| (name, value)))
        .collect()
}

/// The page of the table around a figure, for a folder.
pub struct TablePage {
    /// The figure's place among those asked for.
    pub at: usize,
    /// Its id.
    pub figure: i64,
    /// The language of the labels.
    pub lang: Lang,
    /// The page.
    pub page: String,
    /// The table could not be had this time, and may be the next.
    pub passing: bool,
}

/// The pages of tables around figures, in each language.
///
/// # Errors
/// The archive failing, or nobody who could be started to read a document.
pub fn tables(glance: &Glance, kept: &Kept, rows: &[VintageRow], now: DateTime<Utc>) -> anyhow::Result<Vec<TablePage>> {
    let mut pages = Vec::new();
    for (at, (row, mut excerpt)) in rows.iter().zip(pipeline::around(&glance.house, rows)?).enumerate() {
        let passing = excerpt.found.is_err();
        if excerpt.found.as_ref().is_ok_and(|found| size(found) > MOST_TABLE) {
            excerpt.found = Err("it is too large for a file of pages; the document has it".to_string());
        }
        let route = Route::Evidence(row.id);
        for lang in Lang::ALL {
            let view = View { lang, chosen: false, at: Some(&route), kept: Some(kept), now };
            let page = evidence::show(&view, row, &excerpt).into_string();
            pages.push(TablePage { at, figure: row.id, lang, page, passing });
        }
    }
    Ok(pages)
}

fn size(passage: &Passage) -> usize {
    match passage {
        Passage::Table { rows, .. } => rows.iter().flat_map(|row| &row.cells).map(|cell| cell.len() + "<td></td>".len()).sum(),
        Passage::Paragraphs(texts) => texts.iter().map(|text| text.text.len()).sum(),
    }
}

fn known<'g>(glance: &'g Glance, id: &str) -> Result<&'g Paper, Problem> {
    let names = glance.house.papers.iter().map(|paper| paper.id.as_str());
    glance.paper(id).ok_or_else(|| Problem::missing("paper", id, names))
}

fn judged(glance: &mut Glance, id: &str) -> Result<Arc<Judged>, Problem> {
    known(glance, id)?;
    Ok(glance.judged(id)?)
}

fn home_page(glance: &mut Glance, view: &View<'_>) -> Result<maud::Markup, Problem> {
    let ids: Vec<String> = glance.house.papers.iter().map(|paper| paper.id.clone()).collect();
    let judged = ids.iter().map(|id| glance.judged(id)).collect::<anyhow::Result<Vec<_>>>()?;
    let (sources, totals) = (glance.sources(view.now)?, glance.totals()?);
    let papers = glance.house.papers.iter().zip(judged).collect();
    Ok(home::show(view, &home::Home { papers, sources: &sources, totals }))
}

fn claim_page(glance: &mut Glance, view: &View<'_>, id: &str, name: &str) -> Result<maud::Markup, Problem> {
    let judged = judged(glance, id)?;
    let paper = known(glance, id)?;
    let names = || paper.claims.iter().map(|claim| claim.id.as_str());
    let claim = paper.claim(name).ok_or_else(|| Problem::missing("claim", name, names()))?;
    let finding = judged.findings.iter().find(|finding| finding.claim == name);
    let finding = finding.ok_or_else(|| Problem::missing("claim", name, names()))?;
    let series = finding.compared().map(|code| latest(glance, code)).transpose()?.unwrap_or_default();
    let backings = glance.backings(finding)?;
    let version = env!("CARGO_PKG_VERSION");
    let bundle = Bundle { paper, claim, as_of: None, finding, backings: &backings, documents: &[], version };
    let arithmetic = report::arithmetic(&bundle);
    let revised = revised(glance, finding)?;
    let shown = claim::Shown { paper, claim, finding, series: &series, arithmetic: &arithmetic, revised: revised.as_deref() };
    Ok(claim::show(view, &shown))
}

/// How the figure that a claim means was revised, in a line.
fn revised(glance: &Glance, finding: &Finding) -> Result<Option<String>, Problem> {
    let Some(code) = finding.series.as_ref().and_then(|code| code.parse().ok()) else { return Ok(None) };
    let revisions = pipeline::revisions_of(&glance.house, &code)?;
    Ok(Some(revisions).filter(|one| one.triangle.vintages.len() > 1).and_then(|one| report::revisions::claim_line(&one, finding)))
}

/// What stands today of a series, a row a period.
fn latest(glance: &Glance, code: &str) -> Result<Vec<VintageRow>, Problem> {
    let rows = glance.house.store.observations(code, None)?;
    let standing = rows.into_iter().filter(|row| row.known_to.is_none());
    // the later row of a period decides: they come in the order of their days and classes
    let by_period: BTreeMap<_, _> = standing.map(|row| ((row.period.start(), row.period.end()), row)).collect();
    Ok(by_period.into_values().collect())
}

/// What is made of the report on a paper.
///
/// # Errors
/// An unknown paper, the store failing, or what `make` says.
fn with_report<T>(
    glance: &mut Glance,
    now: DateTime<Utc>,
    id: &str,
    offline: bool,
    make: impl FnOnce(&Report<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let judged = judged(glance, id)?;
    let shown = glance.shown(now)?;
    let paper = known(glance, id)?;
    let revisions = pipeline::revisions_of_paper(&glance.house, paper)?;
    make(&shown.report(paper, (&judged.findings, &judged.algebra), &revisions, None, offline, now))
}

fn document(glance: &Glance, sha256: &str) -> Result<Answer, Problem> {
    if sha256.len() != 64 || !sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Problem::wrong("document", "64 hexadecimal digits", sha256));
    }
    if !glance.house.archive.path_of(sha256)?.is_file() {
        return Err(Problem::missing("document", sha256, []));
    }
    let (bytes, _) = glance.house.archive.read(sha256)?;
    Ok(Answer::File(bytes, "application/octet-stream", format!("{sha256}.bin")))
}

fn series_list(glance: &Glance, view: &View<'_>, ask: &Ask) -> Result<maud::Markup, Problem> {
    let sought = SeriesSought {
        text: ask.get("q").unwrap_or_default().to_string(),
        order: ask.one_of("sort", &series::ORDERS)?.unwrap_or_default(),
        skip: ask.count("from", series::MOST)?,
        most: if view.is_live() { series::PAGE + 1 } else { series::MOST },
    };
    let mut hits = glance.house.store.find_series(&sought)?;
    hits.retain(|hit| view.kept.is_none_or(|kept| kept.series.contains(&hit.code)));
    Ok(series::list(view, &sought, &hits))
}

fn search_page(glance: &Glance, view: &View<'_>, ask: &Ask) -> Result<maud::Markup, Problem> {
    let words = ask.get("q").unwrap_or_default();
    let (kind, skip) = (ask.one_of("kind", &LabelKind::ALL)?, ask.count("from", search::MOST)?);
    let hits = glance.house.store.search(&LabelSought { text: words.to_string(), kind, skip, most: search::PAGE + 1 })?;
    Ok(search::show(view, &search::Found { words, kind, skip, hits: &hits }))
}

fn series_page(glance: &Glance, view: &View<'_>, code: &str) -> Result<maud::Markup, Problem> {
    let missing = || Problem::missing("series", code, []);
    let info = glance.house.store.series_info(code)?.ok_or_else(missing)?;
    let revisions = pipeline::revisions_of(&glance.house, &code.parse().map_err(|_| missing())?)?;
    let means = |paper: &Paper| {
        let of_it = paper.claims.iter().filter(|claim| claim.series.as_ref().is_some_and(|series| series.as_str() == code));
        of_it.map(|claim| (paper.id.clone(), claim.id.clone())).collect::<Vec<_>>()
    };
    let claims: Vec<_> = glance.house.papers.iter().flat_map(means).collect();
    let latest = latest(glance, code)?;
    Ok(series::show(view, &series::Series { info: &info, latest: &latest, revisions: &revisions, claims: &claims }))
}

fn sources_page(glance: &mut Glance, view: &View<'_>) -> Result<maud::Markup, Problem> {
    let lines = glance.sources(view.now)?;
    Ok(source::list(view, &lines))
}

fn source_page(glance: &mut Glance, view: &View<'_>, id: &str) -> Result<maud::Markup, Problem> {
    let lines = glance.sources(view.now)?;
    let names = lines.iter().map(|line| line.id.as_str());
    let line = lines.iter().find(|line| line.id == id).ok_or_else(|| Problem::missing("source", id, names))?;
    let store = &glance.house.store;
    let (tries, waiting, issues) = (store.documents(Some(id), source::TRIES)?, store.waiting(Some(id))?, store.issues(Some(id))?);
    let page = glance.house.config.source(id).map(|source| source.page.to_string()).unwrap_or_default();
    let shown = source::Source { line, page: &page, tries: &tries, waiting: &waiting, issues: &issues };
    Ok(source::show(view, &shown))
}
