//! What may be taken out of the file, where a person asks for it: what no verdict, no figure and no planned run rests on. Documents,
//! observations and evidence are never among it, nor is any verdict that differs from the one before it.

use super::attempt::{ANSWERED_OUTCOMES, listed};
use super::history::DONE;
use super::{Store, StoreError, instant};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, TransactionBehavior, params};

/// Of every source so many of the newest tries stay, however old: failures are counted back over them.
const NEWEST_KEPT: u32 = 100;

/// What is asked to go: what ended before these instants; `None` keeps all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruning {
    /// Tries that no row rests on.
    pub attempts: Option<DateTime<Utc>>,
    /// Reconciliations in which no verdict changed.
    pub verdicts: Option<DateTime<Utc>>,
    /// Messages that were sent.
    pub messages: Option<DateTime<Utc>>,
}

/// How many rows went, or would.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pruned {
    /// Tries.
    pub attempts: usize,
    /// Reconciliations.
    pub reconciliations: usize,
    /// Findings that stood in no other reconciliation.
    pub findings: usize,
    /// Messages.
    pub messages: usize,
}

impl Store {
    /// Deletes what is asked for, all or nothing; with `dry` everything is taken back and only counted.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn prune(&mut self, asked: Pruning, dry: bool) -> Result<Pruned, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut pruned = Pruned::default();
        if let Some(before) = asked.attempts {
            pruned.attempts = attempts(&tx, &instant(before))?;
        }
        if let Some(before) = asked.verdicts {
            (pruned.reconciliations, pruned.findings) = reconciliations(&tx, &instant(before))?;
        }
        if let Some(before) = asked.messages {
            pruned.messages = messages(&tx, &instant(before))?;
        }
        if !dry {
            tx.commit()?;
        }
        Ok(pruned)
    }
}

/// Messages that went or were given up, and with a digest those it told. The last one stays, so that ids go on.
fn messages(db: &Connection, before: &str) -> Result<usize, StoreError> {
    let over = "SELECT id FROM outbox WHERE (sent_at < ?1 OR given_up_at < ?1) AND id < (SELECT max(id) FROM outbox)";
    let told = db.execute(&format!("DELETE FROM outbox WHERE bundled_in IN ({over})"), [before])?;
    Ok(told + db.execute(&format!("DELETE FROM outbox WHERE id IN ({over})"), [before])?)
}

/// Tries stay that brought or met a document, or are the last word on something: on their address, on their planned instant, on
/// whether a source answers, on its validators.
fn attempts(db: &Connection, before: &str) -> Result<usize, StoreError> {
    let answered = listed(&ANSWERED_OUTCOMES);
    let sql = format!(
        "DELETE FROM attempt WHERE finished_at < ?1 AND snapshot_id IS NULL
           AND id NOT IN (SELECT attempt_id FROM quarantine WHERE attempt_id IS NOT NULL)
           AND id NOT IN (SELECT attempt_id FROM unread WHERE attempt_id IS NOT NULL)
           AND id NOT IN (SELECT max(id) FROM attempt GROUP BY source_id, outcome)
           AND id NOT IN (SELECT max(id) FROM attempt GROUP BY source_id, coalesce(document, url))
           AND id NOT IN (SELECT max(id) FROM attempt WHERE outcome IN ({answered}) GROUP BY source_id, coalesce(document, url))
           AND id NOT IN (SELECT max(id) FROM attempt WHERE etag IS NOT NULL OR last_modified IS NOT NULL GROUP BY source_id)
           AND id NOT IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY source_id ORDER BY id DESC) AS place FROM attempt)
             WHERE place <= {NEWEST_KEPT})
           AND (due_at IS NULL OR (source_id, due_at) NOT IN
             (SELECT source_id, max(due_at) FROM attempt WHERE due_at IS NOT NULL GROUP BY source_id))
           AND (due_at IS NULL OR (source_id, due_at) NOT IN
             (SELECT source_id, max(due_at) FROM attempt WHERE due_at IS NOT NULL AND outcome IN ({answered}) GROUP BY source_id))"
    );
    Ok(db.execute(&sql, [before])?)
}

/// Takes out reconciliations in which no status changed, one by one, the oldest first. The first of a paper and the last stay. What
/// the others found stays the same to the letter: a finding that began with one begins with the next.
fn reconciliations(db: &Connection, before: &str) -> Result<(usize, usize), StoreError> {
    let sql = format!(
        "SELECT r.id, (SELECT min(n.id) FROM reconciliation AS n WHERE n.paper_id = r.paper_id AND n.id > r.id AND {DONE})
         FROM reconciliation AS r
         WHERE coalesce(r.confirmed_at, r.finished_at) < ?1 AND r.as_of IS NULL
           AND NOT EXISTS (SELECT 1 FROM finding_event AS e WHERE e.reconciliation_id = r.id)
           AND EXISTS (SELECT 1 FROM reconciliation AS b WHERE b.paper_id = r.paper_id AND b.id < r.id)
         ORDER BY r.id"
    );
    let mut query = db.prepare(&sql)?;
    let rows = query.query_map([before], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let all = rows.collect::<Result<Vec<(i64, Option<i64>)>, _>>()?;
    let (mut runs, mut findings) = (0, 0);
    for (run, next) in all.into_iter().filter_map(|(run, next)| Some((run, next?))) {
        findings += fold(db, run, next)?;
        runs += 1;
    }
    Ok((runs, findings))
}

/// One reconciliation into the next of its paper; gives how many findings went with it.
fn fold(db: &Connection, run: i64, next: i64) -> Result<usize, StoreError> {
    let gone =
        db.prepare_cached("DELETE FROM finding WHERE reconciliation_id = ?1 AND until_id = ?2")?.execute(params![run, next])?;
    let steps = [
        "UPDATE finding SET reconciliation_id = ?2 WHERE reconciliation_id = ?1",
        "UPDATE finding SET until_id = ?2 WHERE until_id = ?1",
        "DELETE FROM claim_version WHERE reconciliation_id = ?1
           AND claim_id IN (SELECT claim_id FROM claim_version WHERE reconciliation_id = ?2)",
        "UPDATE claim_version SET reconciliation_id = ?2 WHERE reconciliation_id = ?1",
    ];
    for sql in steps {
        db.prepare_cached(sql)?.execute(params![run, next])?;
    }
    db.prepare_cached("DELETE FROM reconciliation WHERE id = ?1")?.execute([run])?;
    Ok(gone)
}
