//! The pages as files in a folder, which open without a server: the same functions, with links to the files beside. English stands at
//! the top, Russian in a folder of its own, and what has no language once.

mod folder;

use super::ask::Ask;
use super::gather::{Answer, STYLE, answer, choices, tables, texts};
use super::page::{Kept, View};
use super::problem::Problem;
use super::route::Route;
use crate::pipeline::{Glance, House, Judged};
use crate::report::words::Lang;
use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, Utc};
use folder::{ALWAYS, Folder};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder of the house that has its pages.
const REPORT: &str = "report";
/// The way from there to the archive.
const ARCHIVE: &str = "../archive";
/// Tables around a figure that a folder has at most, those first that verdicts rest on.
const MOST_TABLES: usize = 2_000;
/// Figures whose tables are held at once.
const AT_ONCE: usize = 40;

/// Writes every page on these papers (all, if `None`), on the series that their figures mean, and on the sources; gives the papers'
/// pages.
///
/// # Errors
/// An unknown paper, the store failing, or a folder that cannot be written.
pub fn write(house: &House, paper: Option<&str>, folder: &Path, now: DateTime<Utc>) -> Result<Vec<PathBuf>> {
    let ids: Vec<String> = house.papers(paper)?.into_iter().map(|paper| paper.id.clone()).collect();
    let mut glance = Glance::of(house)?;
    glance.house.papers.retain(|paper| ids.contains(&paper.id));
    let mut site = Site::of(&mut glance, Folder::open(folder)?, now)?;
    site.folder.forget();
    if paper.is_some() {
        site.folder.spare();
    }
    site.kept.archive = is_report(house, folder).then_some(ARCHIVE);
    site.all()?;
    Ok(pages(&ids, folder))
}

/// Brings the folder of the house up to date after a run that judged these papers: what changes with every run is made anew, the rest
/// where a verdict, a figure or the day is another one than before.
///
/// # Errors
/// The store failing, or a folder that cannot be written.
pub fn keep(house: &House, judged: &[Judged], offline: bool, now: DateTime<Utc>) -> Result<Vec<PathBuf>> {
    let folder = house.data.join(REPORT);
    let mut glance = Glance::knowing(house, judged)?;
    let mut site = Site::of(&mut glance, Folder::open(&folder)?, now)?;
    site.kept.archive = Some(ARCHIVE);
    site.kept.offline = offline;
    site.all()?;
    let ids: Vec<String> = judged.iter().map(|one| one.paper.clone()).collect();
    Ok(pages(&ids, &folder))
}

fn pages(ids: &[String], folder: &Path) -> Vec<PathBuf> {
    ids.iter().filter_map(|id| Some(folder.join(Route::Paper(id.clone()).file(Lang::En)?))).collect()
}

/// Whether a folder is the one of the house, beside which the archive stands.
fn is_report(house: &House, folder: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    real(folder).is_some_and(|folder| Some(folder) == real(&house.data.join(REPORT)))
}

/// Pages on their way into a folder.
struct Site<'g> {
    glance: &'g mut Glance,
    folder: Folder,
    kept: Kept,
    now: DateTime<Utc>,
    /// What all that hangs on verdicts and figures is made from.
    state: String,
}

impl<'g> Site<'g> {
    fn of(glance: &'g mut Glance, folder: Folder, now: DateTime<Utc>) -> Result<Site<'g>> {
        let state = state(glance, now)?;
        let kept = Kept { series: series(glance)?, evidence: evidence(glance)?, ..Kept::default() };
        Ok(Site { glance, folder, kept, now, state })
    }

    /// Everything, what most lead to first and the lists last. Pages name each other, so that a link to what is new may lead nowhere
    /// until the end.
    fn all(mut self) -> Result<()> {
        let ids: Vec<String> = self.glance.house.papers.iter().map(|paper| paper.id.clone()).collect();
        self.tables()?;
        for id in &ids {
            for (route, bytes) in texts(self.glance, self.now, id, self.kept.offline).map_err(|problem| failed(problem, id))? {
                self.folder.put(&route.file(Lang::En).context("a text without a file")?, ALWAYS, &bytes)?;
            }
        }
        for route in routes(self.glance, &self.kept, self.now)? {
            self.page(&route)?;
        }
        self.folder.finish()
    }

    fn page(&mut self, route: &Route) -> Result<()> {
        let from = if route.is_of_the_run() { ALWAYS } else { &self.state };
        for lang in Lang::ALL.into_iter().filter(|lang| route.is_page() || *lang == Lang::En) {
            let file = route.file(lang).context("a page without a file")?;
            if !self.folder.stands(&file, from) {
                let view = View { lang, chosen: false, at: Some(route), kept: Some(&self.kept), now: self.now };
                self.folder.put(&file, from, &made(self.glance, &view, route)?)?;
            }
        }
        Ok(())
    }

    /// The tables around figures. A document is read once for all of its figures that are missing here.
    fn tables(&mut self) -> Result<()> {
        let mut missing = Vec::new();
        for id in &self.kept.evidence {
            let Some(row) = self.glance.house.store.figure(*id)? else { continue };
            let (program, sources) = (env!("CARGO_PKG_VERSION"), &self.glance.house.inputs.sources);
            let from = digest(&format!("{program} {STYLE} {:?} {sources} {row:?}", self.kept.archive));
            let stands =
                Lang::ALL.map(|lang| Route::Evidence(*id).file(lang).is_some_and(|file| self.folder.stands(&file, &from)));
            if stands.contains(&false) {
                missing.push((row, from));
            }
        }
        missing.sort_by(|(a, _), (b, _)| (&a.sha256, a.id).cmp(&(&b.sha256, b.id)));
        for few in missing.chunks(AT_ONCE) {
            let rows: Vec<_> = few.iter().map(|(row, _)| row.clone()).collect();
            for made in tables(self.glance, &self.kept, &rows, self.now)? {
                let file = Route::Evidence(made.figure).file(made.lang).context("a page without a file")?;
                let from = if made.passing { ALWAYS } else { &few[made.at].1 };
                self.folder.put(&file, from, made.page.as_bytes())?;
            }
        }
        Ok(())
    }
}

fn made(glance: &mut Glance, view: &View<'_>, route: &Route) -> Result<Vec<u8>> {
    let (route, ask) = match route {
        Route::Choice(paper, name, value) => (Route::Paper(paper.clone()), Ask::one(name, value)),
        other => (other.clone(), Ask::default()),
    };
    match answer(glance, view, &route, &ask) {
        Ok(Answer::Page(text)) => Ok(text.into_bytes()),
        Ok(Answer::File(bytes, ..)) => Ok(bytes),
        Ok(Answer::Style) => Ok(STYLE.as_bytes().to_vec()),
        Err(problem) => Err(failed(problem, &route.path())),
    }
}

/// Verdicts, how much is held, the program and the day: charts go up to today.
fn state(glance: &mut Glance, now: DateTime<Utc>) -> Result<String> {
    let ids: Vec<String> = glance.house.papers.iter().map(|paper| paper.id.clone()).collect();
    let held = (glance.totals()?, glance.house.store.newest_figure()?, &glance.house.inputs);
    let mut from = format!("{} {} {held:?} {STYLE}", env!("CARGO_PKG_VERSION"), now.date_naive());
    for id in ids {
        let judged = glance.judged(&id)?;
        from.push_str(&format!("{:?}{:?}{:?}", glance.paper(&id), judged.findings, judged.algebra));
    }
    Ok(digest(&from))
}

fn digest(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..8])
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

/// The stored figures of claims whose documents are held.
fn evidence(glance: &mut Glance) -> Result<BTreeSet<i64>> {
    let ids: Vec<String> = glance.house.papers.iter().map(|paper| paper.id.clone()).collect();
    let (mut deciding, mut others) = (Vec::new(), Vec::new());
    for id in ids {
        for finding in &glance.judged(&id)?.findings {
            for (at, vintage) in finding.external.vintages.iter().enumerate() {
                let row = vintage.observation.filter(|_| vintage.held && !vintage.locator.is_empty());
                if finding.evidence == Some(at) { deciding.extend(row) } else { others.extend(row) }
            }
        }
    }
    Ok(deciding.into_iter().chain(others).take(MOST_TABLES).collect())
}

/// Every page that has a file, save the tables.
fn routes(glance: &mut Glance, kept: &Kept, now: DateTime<Utc>) -> Result<Vec<Route>> {
    let mut routes = vec![Route::Style];
    routes.extend(kept.series.iter().flat_map(|code| [Route::SeriesCsv(code.clone()), Route::Series(code.clone())]));
    routes.extend(glance.sources(now)?.iter().map(|line| Route::Source(line.id.clone())));
    let ids: Vec<String> = glance.house.papers.iter().map(|paper| paper.id.clone()).collect();
    for id in ids {
        let judged = glance.judged(&id)?;
        routes.extend(judged.findings.iter().map(|finding| Route::Claim(id.clone(), finding.claim.clone())));
        routes.extend(choices(&judged.findings).into_iter().map(|(name, value)| Route::Choice(id.clone(), name, value)));
        routes.extend([Route::Contradictions(id.clone()), Route::Brief(id.clone()), Route::Paper(id)]);
    }
    routes.extend([Route::SeriesList, Route::Sources, Route::Home]);
    Ok(routes)
}

fn failed(problem: Problem, what: &str) -> anyhow::Error {
    match problem {
        Problem::Failed(error) => error.context(format!("making {what}")),
        problem => anyhow!("making {what}: {problem}"),
    }
}
