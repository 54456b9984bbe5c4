//! The pages as files in a folder, which open without a server: the same functions, with links to the files beside.

use super::ask::Ask;
use super::gather::{Answer, STYLE, answer};
use super::page::{Site, View};
use super::problem::Problem;
use super::route::Route;
use crate::pipeline::{Glance, House};
use crate::report::words::Lang;
use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Writes every page on these papers (all, if `None`), on the series that their figures mean, and on the sources; gives the
/// papers' pages.
///
/// # Errors
/// An unknown paper, the store failing, or a folder that cannot be written.
pub fn write(house: &House, paper: Option<&str>, folder: &Path, now: DateTime<Utc>) -> Result<Vec<PathBuf>> {
    let ids: Vec<String> = house.papers(paper)?.into_iter().map(|paper| paper.id.clone()).collect();
    let mut glance = Glance::of(house)?;
    glance.house.papers.retain(|paper| ids.contains(&paper.id));
    for route in routes(&mut glance, now)? {
        put(&mut glance, &route, folder, now)?;
    }
    Ok(ids.into_iter().filter_map(|id| Some(folder.join(Route::Paper(id).file()?))).collect())
}

/// Every page that has a file.
fn routes(glance: &mut Glance, now: DateTime<Utc>) -> Result<Vec<Route>> {
    let mut routes = vec![Route::Style, Route::Home, Route::Sources];
    routes.extend(glance.sources(now)?.into_iter().map(|line| Route::Source(line.id)));
    let mut series = BTreeSet::new();
    let ids: Vec<String> = glance.house.papers.iter().map(|paper| paper.id.clone()).collect();
    for id in ids {
        let judged = glance.judged(&id)?;
        for finding in &judged.findings {
            routes.push(Route::Claim(id.clone(), finding.claim.clone()));
            series.extend(finding.series.clone());
            series.extend(finding.external.bridge.as_ref().map(|bridge| bridge.from.clone()));
        }
        routes.extend([Route::Contradictions(id.clone()), Route::FindingsCsv(id.clone()), Route::FindingsJson(id.clone())]);
        routes.push(Route::Paper(id));
    }
    for code in series {
        routes.extend([Route::Series(code.clone()), Route::SeriesCsv(code)]);
    }
    Ok(routes)
}

fn put(glance: &mut Glance, route: &Route, folder: &Path, now: DateTime<Utc>) -> Result<()> {
    let view = View { lang: Lang::En, chosen: false, at: Some(route), site: Site::Files, now };
    let bytes = match answer(glance, &view, route, &Ask::default()) {
        Ok(Answer::Page(text)) => text.into_bytes(),
        Ok(Answer::File(bytes, ..)) => bytes,
        Ok(Answer::Style) => STYLE.as_bytes().to_vec(),
        // a series that nobody holds has no figures
        Err(Problem::Missing { .. }) => return Ok(()),
        Err(Problem::Failed(error)) => return Err(error.context(format!("making {}", route.path()))),
        Err(problem) => return Err(anyhow!("making {}: {problem:?}", route.path())),
    };
    let path = folder.join(route.file().context("a page without a file")?);
    let parent = path.parent().unwrap_or(folder);
    std::fs::create_dir_all(parent).with_context(|| format!("making the folder {}", parent.display()))?;
    std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))
}
