//! Stored reconciliations: which there are, and how two of them differ.

use super::findings::{Decided, Key, State, read_inputs};
use super::{Store, StoreError};
use crate::reconcile::{Explained, Inputs, Side};
use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::BTreeMap;

/// So many states are looked back over for one that differs in what a reader sees.
const LOOK_BACK: usize = 50;
/// Reconciliations that ended, of the state of their day.
pub(super) const DONE: &str = "finished_at IS NOT NULL AND as_of IS NULL";
/// Columns of [`read_row`].
const COLUMNS: &str =
    "id, paper_id, finished_at, confirmed_at, summary, observation_mark, attempt_mark, paper_sha256, evidence_sha256,
    sources_sha256, program, parser";

/// One stored reconciliation.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ReconciliationRow {
    /// Its id in this file.
    pub id: i64,
    /// The paper.
    pub paper: String,
    /// When it was stored.
    pub finished_at: String,
    /// When a run last found the same.
    pub confirmed_at: Option<String>,
    /// Versions and digests of what it was made from.
    pub inputs: Inputs,
    /// The highest row of figures when it was last so.
    pub observation_mark: i64,
    /// The highest try when it was last so.
    pub attempt_mark: i64,
    /// External verdicts by status.
    pub external: BTreeMap<String, u64>,
    /// Internal verdicts by status.
    pub internal: BTreeMap<String, u64>,
    /// Whether none of this paper was stored before it.
    pub baseline: bool,
    /// Inputs that differ from the one before it: paper, evidence, sources, program, parser.
    pub changed: Vec<&'static str>,
    /// Rows of figures that the store took in since the one before it was last so; `None` where that was not
    /// recorded.
    pub rows: Option<u64>,
    /// Verdicts whose status changed against the one before it.
    pub events: u64,
}

/// One verdict as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// The status.
    pub status: String,
    /// The rung of the ladder.
    pub grade: Option<String>,
    /// How bad.
    pub severity: String,
    /// The figure that decided.
    pub figure: Option<Decided>,
    /// The verdict in words.
    pub sentence: String,
}

impl Told {
    /// What a reader compares; the sentence follows from it.
    fn compared(&self) -> (&str, Option<&str>, &str, Option<&Decided>) {
        (&self.status, self.grade.as_deref(), &self.severity, self.figure.as_ref())
    }
}

/// A verdict that differs between two reconciliations.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// The claim.
    pub claim: String,
    /// Which verdict.
    pub side: Side,
    /// How it was; `None`: the claim was not there.
    pub before: Option<Told>,
    /// How it is; `None`: the claim is no longer there.
    pub after: Option<Told>,
    /// What changed it; `None` where the claim is gone.
    #[serde(flatten)]
    pub why: Option<Explained>,
}

impl Store {
    /// Every stored reconciliation of one paper or of all, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn reconciliations(&self, paper: Option<&str>) -> Result<Vec<ReconciliationRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM reconciliation
             WHERE (?1 IS NULL OR paper_id = ?1) AND {DONE} ORDER BY id"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let mut rows = query.query_map([paper], read_row)?.collect::<Result<Vec<_>, _>>()?;
        let mut last: BTreeMap<String, (Inputs, i64)> = BTreeMap::new();
        for row in &mut rows {
            let now = (row.inputs.clone(), row.observation_mark);
            let before = last.insert(row.paper.clone(), now);
            row.baseline = before.is_none();
            if let Some((inputs, mark)) = before.filter(|(inputs, _)| inputs.are_recorded()) {
                row.changed = inputs.changed(&row.inputs);
                let rows = "SELECT count(*) FROM observation WHERE id > ?1 AND id <= ?2";
                row.rows = Some(self.count(rows, (mark, row.observation_mark))?);
            }
            row.events = self.count("SELECT count(*) FROM finding_event WHERE reconciliation_id = ?1 AND ?2", (row.id, 1))?;
        }
        Ok(rows)
    }

    fn count(&self, sql: &str, params: (i64, i64)) -> Result<u64, StoreError> {
        let count: i64 = self.db.prepare_cached(sql)?.query_row(params, |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The paper of a stored reconciliation.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn paper_of(&self, reconciliation: i64) -> Result<Option<String>, StoreError> {
        let sql = format!("SELECT paper_id FROM reconciliation WHERE id = ?1 AND {DONE}");
        Ok(self.db.prepare_cached(&sql)?.query_row([reconciliation], |row| row.get(0)).optional()?)
    }

    /// The newest reconciliation of a paper that was stored by the end of a day (UTC); the newest of all, if `None`.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn reconciliation_on(&self, paper: &str, day: Option<NaiveDate>) -> Result<Option<i64>, StoreError> {
        newest(&self.db, paper, day)
    }

    /// The newest reconciliation of every paper: paper, when its verdicts were last found so, and their counts as JSON.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn newest_summaries(&self) -> Result<Vec<(String, String, String)>, StoreError> {
        let sql = format!(
            "SELECT r.paper_id, coalesce(r.confirmed_at, r.finished_at), r.summary FROM paper AS p JOIN reconciliation AS r
             ON r.id = (SELECT max(id) FROM reconciliation WHERE paper_id = p.id AND {DONE})
             ORDER BY r.paper_id"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest reconciliation before this one whose verdicts a reader sees differ from it, else the one just before it.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn differing_before(&self, paper: &str, reconciliation: i64) -> Result<Option<i64>, StoreError> {
        let sql = format!("SELECT id FROM reconciliation WHERE paper_id = ?1 AND id < ?2 AND {DONE} ORDER BY id DESC LIMIT ?3");
        let mut query = self.db.prepare_cached(&sql)?;
        let ids = query.query_map((paper, reconciliation, LOOK_BACK as i64), |row| row.get::<_, i64>(0))?;
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        let now = State::load(&self.db, paper, reconciliation)?;
        for id in &ids {
            if !shown(&State::load(&self.db, paper, *id)?, &now).is_empty() {
                return Ok(Some(*id));
            }
        }
        Ok(ids.first().copied())
    }

    /// Verdicts that differ between two reconciliations of a paper in status, grade, severity or the figure that decided.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], or a text that this program never wrote.
    pub fn differences(&self, paper: &str, before: i64, after: i64) -> Result<Vec<Difference>, StoreError> {
        let (before, after) = (State::load(&self.db, paper, before)?, State::load(&self.db, paper, after)?);
        let others = before.claims_changed(&after);
        let mut found = Vec::new();
        for (key, old, new) in shown(&before, &after) {
            let why = before.explain(&self.db, &after, key, &others)?;
            found.push(Difference { claim: key.0.clone(), side: key.1, before: old, after: new, why });
        }
        Ok(found)
    }
}

/// [`Store::reconciliation_on`] inside a transaction that is already open.
pub(super) fn newest(db: &Connection, paper: &str, day: Option<NaiveDate>) -> Result<Option<i64>, StoreError> {
    let sql = format!(
        "SELECT max(id) FROM reconciliation
         WHERE paper_id = ?1 AND {DONE} AND (?2 IS NULL OR substr(finished_at, 1, 10) <= ?2)"
    );
    Ok(db.prepare_cached(&sql)?.query_row((paper, day.map(|day| day.to_string())), |row| row.get(0))?)
}

/// Verdicts that a reader sees differ.
fn shown<'a>(before: &'a State, after: &'a State) -> Vec<(&'a Key, Option<Told>, Option<Told>)> {
    let pairs = before.differing(after).into_iter().map(|key| (key, told(before, key), told(after, key)));
    pairs.filter(|(_, old, new)| old.as_ref().map(Told::compared) != new.as_ref().map(Told::compared)).collect()
}

fn told(state: &State, key: &Key) -> Option<Told> {
    let kept = state.kept.get(key)?;
    Some(Told {
        status: kept.status.clone(),
        grade: kept.grade.clone(),
        severity: kept.severity.clone(),
        figure: state.decided.get(key).cloned(),
        sentence: kept.sentence.clone(),
    })
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<ReconciliationRow> {
    let summary: serde_json::Value = serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default();
    let counts = |side: &str| serde_json::from_value(summary[side].clone()).unwrap_or_default();
    Ok(ReconciliationRow {
        id: row.get(0)?,
        paper: row.get(1)?,
        finished_at: row.get(2)?,
        confirmed_at: row.get(3)?,
        inputs: read_inputs(row, 7)?,
        observation_mark: row.get(5)?,
        attempt_mark: row.get(6)?,
        external: counts("external"),
        internal: counts("internal"),
        baseline: false,
        changed: Vec::new(),
        rows: None,
        events: 0,
    })
}
