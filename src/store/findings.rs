//! The verdicts of every reconciliation: stored once while they stay the same, with what changed them.

mod kept;
mod news;
mod state;

pub use news::Change;
pub use state::Decided;
pub(super) use state::{Key, State, read_inputs};

use super::history::newest;
use super::{Store, StoreError, instant};
use crate::faultpoint;
use crate::paper::Paper;
use crate::reconcile::{Algebra, Finding, Inputs, Side};
use chrono::{DateTime, Utc};
use kept::Kept;
use rusqlite::{Connection, TransactionBehavior, params};
use std::collections::BTreeMap;

impl Store {
    /// Keeps the verdicts of one reconciliation and gives those whose status changed since the one before, each with its cause;
    /// each of them is told once. The first reconciliation of a paper is the baseline: nothing counts as changed. One that finds
    /// everything as it was only confirms the last. `inputs` are those all papers share.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn save_findings(
        &mut self,
        paper: &Paper,
        inputs: &Inputs,
        findings: &[Finding],
        algebra: &Algebra,
        at: DateTime<Utc>,
    ) -> Result<Vec<Change>, StoreError> {
        let at = instant(at);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last = newest(&tx, &paper.id, None)?;
        let before = last.map_or_else(|| Ok(State::default()), |run| State::load_last(&tx, &paper.id, run))?;
        let after = state(&tx, paper, inputs, findings)?;
        let same = (&before.inputs, &before.kept, &before.asked) == (&after.inputs, &after.kept, &after.asked);
        if let Some(run) = last.filter(|_| same) {
            confirm(&tx, run, after.mark, &at)?;
            tx.commit()?;
            return Ok(Vec::new());
        }
        let run = begin(&tx, &paper.id, &after, &summary(findings, algebra), &at)?;
        faultpoint::point("findings.begun");
        replace(&tx, run, &paper.id, &before, &after)?;
        faultpoint::point("findings.rows");
        let changes = match last {
            Some(_) => news::tell(&tx, (run, &paper.id), &before, &after, &at)?,
            None => Vec::new(),
        };
        faultpoint::point("findings.commit");
        tx.commit()?;
        faultpoint::point("findings.committed");
        Ok(changes)
    }
}

/// The state that this reconciliation found.
fn state(db: &Connection, paper: &Paper, inputs: &Inputs, findings: &[Finding]) -> Result<State, StoreError> {
    let both = |finding: &Finding| Side::ALL.map(|side| ((finding.claim.clone(), side), Kept::of(finding, side)));
    Ok(State {
        inputs: Inputs { paper: paper.sha256.clone(), ..inputs.clone() },
        mark: mark(db, "observation")?,
        kept: findings.iter().flat_map(both).collect(),
        decided: BTreeMap::new(),
        asked: paper.claims.iter().map(|claim| (claim.id.clone(), paper.asked(claim))).collect(),
    })
}

/// The highest id of a table: what comes later has a higher one.
fn mark(db: &Connection, table: &str) -> Result<i64, StoreError> {
    let sql = format!("SELECT coalesce(max(id), 0) FROM {table}");
    Ok(db.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
}

/// Nothing differs: the last reconciliation holds for what is stored by now.
fn confirm(db: &Connection, run: i64, observations: i64, at: &str) -> Result<(), StoreError> {
    let sql = "UPDATE reconciliation SET confirmed_at = ?2, observation_mark = ?3, attempt_mark = ?4 WHERE id = ?1";
    db.prepare_cached(sql)?.execute(params![run, at, observations, mark(db, "attempt")?])?;
    Ok(())
}

fn begin(db: &Connection, paper: &str, after: &State, summary: &str, at: &str) -> Result<i64, StoreError> {
    let inputs = &after.inputs;
    db.prepare_cached(
        "INSERT INTO reconciliation (paper_id, started_at, finished_at, program, parser, paper_sha256, evidence_sha256,
           sources_sha256, observation_mark, attempt_mark, summary)
         VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        paper,
        at,
        inputs.program,
        inputs.parser,
        inputs.paper,
        inputs.evidence,
        inputs.sources,
        after.mark,
        mark(db, "attempt")?,
        summary
    ])?;
    Ok(db.last_insert_rowid())
}

/// Ends the findings and meanings that no longer hold, and adds those that are new.
fn replace(db: &Connection, run: i64, paper: &str, before: &State, after: &State) -> Result<(), StoreError> {
    for key in before.differing(after) {
        let (id, side) = (claim_id(db, paper, &key.0)?, key.1);
        let end = "UPDATE finding SET until_id = ?1 WHERE claim_id = ?2 AND side = ?3 AND until_id IS NULL";
        db.prepare_cached(end)?.execute(params![run, id, side.as_str()])?;
        if let Some(kept) = after.kept.get(key) {
            kept.insert(db, run, id, side)?;
        }
    }
    for (claim, asked) in after.asked.iter().filter(|(claim, asked)| before.asked.get(*claim) != Some(*asked)) {
        let sql = "INSERT INTO claim_version (claim_id, reconciliation_id, fields) VALUES (?1, ?2, ?3)";
        let fields = serde_json::json!(asked).to_string();
        db.prepare_cached(sql)?.execute(params![claim_id(db, paper, claim)?, run, fields])?;
    }
    Ok(())
}

fn claim_id(db: &Connection, paper: &str, claim: &str) -> Result<i64, StoreError> {
    let sql = "SELECT id FROM claim WHERE paper_id = ?1 AND claim = ?2";
    Ok(db.prepare_cached(sql)?.query_row([paper, claim], |row| row.get(0))?)
}

/// Counts of verdicts by side and status, of relations, and the paper's habits.
fn summary(findings: &[Finding], algebra: &Algebra) -> String {
    let mut counts: [BTreeMap<String, usize>; 2] = Default::default();
    for finding in findings {
        for (count, verdict) in counts.iter_mut().zip([&finding.external, &finding.internal]) {
            *count.entry(word(&verdict.status)).or_default() += 1;
        }
    }
    let [external, internal] = counts;
    let contradictions = algebra.contradictions().count();
    let (relations, conventions) = (algebra.outcomes.len(), &algebra.conventions);
    serde_json::json!({
        "external": external, "internal": internal, "relations": relations, "contradictions": contradictions,
        "conventions": conventions,
    })
    .to_string()
}

/// The word that a value of a closed list serialises as.
fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
}
