//! What pages are made from: a house that is only looked at, with its verdicts kept until the file changes.

use super::{House, Judged, Shown, backings, issue_lines, judge_as_of, state};
use crate::paper::Paper;
use crate::reconcile::Finding;
use crate::report::{Backing, SourceLine, Totals};
use anyhow::Result;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// See the module.
#[derive(Debug)]
pub struct Glance {
    /// The house, with a connection of its own that reads only.
    pub house: House,
    judged: BTreeMap<String, Arc<Judged>>,
    sources: Option<(DateTime<Utc>, Arc<Vec<SourceLine>>)>,
    version: Option<i64>,
}

impl Glance {
    /// Looks at the same things as `house`.
    ///
    /// # Errors
    /// A store that cannot be opened once more.
    pub fn of(house: &House) -> Result<Glance> {
        Ok(Glance { house: house.beside()?, judged: BTreeMap::new(), sources: None, version: None })
    }

    /// The same, with verdicts that were found a moment ago.
    ///
    /// # Errors
    /// As [`Glance::of`].
    pub fn knowing(house: &House, judged: &[Judged]) -> Result<Glance> {
        let mut glance = Glance::of(house)?;
        glance.look()?;
        glance.judged.extend(judged.iter().map(|one| (one.paper.clone(), Arc::new(one.clone()))));
        Ok(glance)
    }

    /// Forgets what was kept if somebody wrote into the file since.
    fn look(&mut self) -> Result<()> {
        let version = Some(self.house.store.data_version()?);
        if self.version != version {
            self.judged.clear();
            self.sources = None;
            self.version = version;
        }
        Ok(())
    }

    /// A paper of this id.
    pub fn paper(&self, id: &str) -> Option<&Paper> {
        self.house.papers.iter().find(|paper| paper.id == id)
    }

    /// The verdicts on a paper with today's knowledge; judged anew only if somebody wrote into the file since.
    ///
    /// # Errors
    /// An unknown paper, or the store failing.
    pub fn judged(&mut self, paper: &str) -> Result<Arc<Judged>> {
        self.look()?;
        if let Some(judged) = self.judged.get(paper) {
            return Ok(judged.clone());
        }
        let judged = Arc::new(judge_as_of(&self.house, Some(paper), None)?.remove(0));
        self.judged.insert(paper.to_string(), judged.clone());
        Ok(judged)
    }

    /// Every source with its health; asked once for all pages of one moment.
    ///
    /// # Errors
    /// The store failing.
    pub fn sources(&mut self, now: DateTime<Utc>) -> Result<Arc<Vec<SourceLine>>> {
        self.look()?;
        if let Some((_, lines)) = self.sources.as_ref().filter(|(at, _)| *at == now) {
            return Ok(lines.clone());
        }
        let lines = Arc::new(state::source_lines(&self.house.store, &self.house.config, now)?);
        self.sources = Some((now, lines.clone()));
        Ok(lines)
    }

    /// All that a report says beside its paper.
    ///
    /// # Errors
    /// The store failing.
    pub fn shown(&mut self, now: DateTime<Utc>) -> Result<Shown> {
        let sources = self.sources(now)?.to_vec();
        Ok(Shown { sources, issues: issue_lines(&self.house, None)?, totals: self.totals()? })
    }

    /// How much there is.
    ///
    /// # Errors
    /// The store failing.
    pub fn totals(&self) -> Result<Totals> {
        state::totals(&self.house)
    }

    /// What stands behind the vintages of a finding.
    ///
    /// # Errors
    /// The store failing.
    pub fn backings(&self, finding: &Finding) -> Result<Vec<Backing>> {
        backings(&self.house, finding)
    }
}
