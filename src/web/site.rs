//! The pages as files in a folder, which open without a server: the same functions, with links to the files beside.

use super::ask::Ask;
use super::gather::{Answer, STYLE, answer, with_report};
use super::page::{Site, View};
use super::problem::Problem;
use super::route::Route;
use crate::pipeline::{Glance, House};
use crate::report;
use crate::report::words::Lang;
use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Writes every page on these papers (all, if `None`), on the series that their figures mean, and on the sources, and beside each
/// paper's page the report as text; gives the papers' pages.
///
/// # Errors
/// An unknown paper, the store failing, or a folder that cannot be written.
pub fn write(house: &House, paper: Option<&str>, folder: &Path, now: DateTime<Utc>) -> Result<Vec<PathBuf>> {
    let ids: Vec<String> = house.papers(paper)?.into_iter().map(|paper| paper.id.clone()).collect();
    let mut glance = Glance::of(house)?;
    glance.house.papers.retain(|paper| ids.contains(&paper.id));
    let series = series(&mut glance)?;
    for route in routes(&mut glance, &series, now)? {
        let view = View { lang: Lang::En, chosen: false, at: Some(&route), site: Site::Files, kept: Some(&series), now };
        put(&mut glance, &view, &route, folder)?;
    }
    for id in &ids {
        text(&mut glance, id, folder, now)?;
    }
    Ok(ids.into_iter().filter_map(|id| Some(folder.join(Route::Paper(id).file()?))).collect())
}

/// The series that figures of the papers mean or were computed from, those of which anything is known.
fn series(glance: &mut Glance) -> Result<BTreeSet<String>> {
    let ids: Vec<String> = glance.house.papers.iter().map(|paper| paper.id.clone()).collect();
    let mut series = BTreeSet::new();
    for id in ids {
        for finding in &glance.judged(&id)?.findings {
            let from = finding.external.bridge.as_ref().map(|bridge| bridge.from.clone());
            series.extend(finding.series.clone().into_iter().chain(from));
        }
    }
    let mut known = BTreeSet::new();
    for code in series {
        if glance.house.store.series_exists(&code)? {
            known.insert(code);
        }
    }
    Ok(known)
}

/// Every page that has a file.
fn routes(glance: &mut Glance, series: &BTreeSet<String>, now: DateTime<Utc>) -> Result<Vec<Route>> {
    let mut routes = vec![Route::Style, Route::Home, Route::SeriesList, Route::Sources];
    routes.extend(glance.sources(now)?.into_iter().map(|line| Route::Source(line.id)));
    for paper in &glance.house.papers {
        let id = || paper.id.clone();
        routes.extend([Route::Paper(id()), Route::Contradictions(id()), Route::FindingsCsv(id()), Route::FindingsJson(id())]);
        routes.extend(paper.claims.iter().map(|claim| Route::Claim(id(), claim.id.clone())));
    }
    routes.extend(series.iter().flat_map(|code| [Route::Series(code.clone()), Route::SeriesCsv(code.clone())]));
    Ok(routes)
}

fn put(glance: &mut Glance, view: &View<'_>, route: &Route, folder: &Path) -> Result<()> {
    let bytes = match answer(glance, view, route, &Ask::default()) {
        Ok(Answer::Page(text)) => text.into_bytes(),
        Ok(Answer::File(bytes, ..)) => bytes,
        Ok(Answer::Style) => STYLE.as_bytes().to_vec(),
        Err(problem) => return Err(failed(problem, &route.path())),
    };
    keep(&folder.join(route.file().context("a page without a file")?), &bytes)
}

/// The report on a paper as text.
fn text(glance: &mut Glance, id: &str, folder: &Path, now: DateTime<Utc>) -> Result<()> {
    let text = with_report(glance, now, id, |report| Ok(report::markdown(report)));
    let text = text.map_err(|problem| failed(problem, "the report as text"))?;
    let page = Route::Paper(id.to_string()).file().context("a page without a file")?;
    keep(&folder.join(page).with_file_name("report.md"), text.as_bytes())
}

fn failed(problem: Problem, what: &str) -> anyhow::Error {
    match problem {
        Problem::Failed(error) => error.context(format!("making {what}")),
        problem => anyhow!("making {what}: {problem:?}"),
    }
}

fn keep(path: &Path, bytes: &[u8]) -> Result<()> {
    let parent = path.parent().context("a file without a folder")?;
    std::fs::create_dir_all(parent).with_context(|| format!("making the folder {}", parent.display()))?;
    std::fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))
}
