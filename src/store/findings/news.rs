//! Verdicts whose status changed: an event each, with its cause, and one alert a claim.

use super::state::{Key, State};
use super::{claim_id, word};
use crate::reconcile::{Cause, Explained, Severity, Side, VerdictStatus};
use crate::store::{StoreError, alerts};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// A verdict that differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The claim.
    pub claim: String,
    /// Which verdict.
    pub side: Side,
    /// The status before; `None`: the claim is new.
    pub before: Option<String>,
    /// The status now.
    pub after: String,
    /// How severe it is now.
    pub severity: Severity,
    /// What changed it.
    pub cause: Cause,
    /// The cause in words.
    pub message: String,
}

impl Change {
    /// Whether it is a deviation that was none before.
    pub fn is_new_deviation(&self) -> bool {
        let bad = [VerdictStatus::Deviates, VerdictStatus::Inconsistent].map(|status| word(&status));
        bad.contains(&self.after) && self.before.as_ref().is_none_or(|before| !bad.contains(before))
    }
}

/// Writes an event for every status that changed, raises one alert a claim, and clears those of states that are over.
pub(super) fn tell(
    db: &Connection,
    (run, paper): (i64, &str),
    before: &State,
    after: &State,
    at: &str,
) -> Result<Vec<Change>, StoreError> {
    let others = before.claims_changed(after);
    let (mut changes, mut alarming): (Vec<Change>, BTreeMap<String, Vec<Change>>) = (Vec::new(), BTreeMap::new());
    for key in before.differing(after) {
        let (old, new) = (before.kept.get(key), after.kept.get(key));
        if old.map(|kept| &kept.status) == new.map(|kept| &kept.status) {
            continue;
        }
        if let Some(old) = old {
            alerts::clear(db, &alert_key(paper, key, &old.status), at)?;
        }
        let (Some(new), Some(Explained { cause, message })) = (new, before.explain(db, after, key, &others)?) else { continue };
        let severity = Severity::parse(&new.severity).unwrap_or(Severity::Info);
        let before = old.map(|kept| kept.status.clone());
        let change = Change { claim: key.0.clone(), side: key.1, before, after: new.status.clone(), severity, cause, message };
        if record(db, (run, paper), &change, new.observation, at)? {
            alarming.entry(change.claim.clone()).or_default().push(change.clone());
        }
        changes.push(change);
    }
    for told in alarming.into_values() {
        raise(db, paper, &told, at)?;
    }
    Ok(changes)
}

/// Writes one event; gives whether it is to be told. A return to the status it left is not, and of new claims only deviations are.
fn record(db: &Connection, (run, paper): (i64, &str), change: &Change, row: Option<i64>, at: &str) -> Result<bool, StoreError> {
    let (id, side) = (claim_id(db, paper, &change.claim)?, change.side.as_str());
    let origin = match &change.before {
        Some(before) => Some(left(db, id, side)?.unwrap_or_else(|| before.clone())),
        None => None,
    };
    db.prepare_cached(
        "INSERT INTO finding_event (reconciliation_id, claim_id, side, before, after, origin, observation_id, cause, message, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![run, id, side, change.before, change.after, origin, row, change.cause.as_str(), change.message, at])?;
    Ok(origin.map_or_else(|| change.is_new_deviation(), |origin| origin != change.after))
}

/// The status that a verdict left and has not come back to.
fn left(db: &Connection, claim: i64, side: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT nullif(origin, after) FROM finding_event WHERE claim_id = ?1 AND side = ?2 ORDER BY id DESC LIMIT 1";
    Ok(db.prepare_cached(sql)?.query_row(params![claim, side], |row| row.get(0)).optional()?.flatten())
}

/// One alert for all that changed of a claim, under the worst of it.
fn raise(db: &Connection, paper: &str, told: &[Change], at: &str) -> Result<(), StoreError> {
    // of equals the first, which is the external one
    let Some(worst) = told.iter().rev().max_by_key(|change| change.severity) else { return Ok(()) };
    let one = |change: &Change| {
        let before = change.before.as_deref().unwrap_or("nothing");
        format!("{} of {paper} ({}): {before} → {}. {}", change.claim, change.side.as_str(), change.after, change.message)
    };
    let message: Vec<String> = told.iter().map(one).collect();
    let key = alert_key(paper, &(worst.claim.clone(), worst.side), &worst.after);
    alerts::raise(db, &key, worst.severity, &message.join(" "), at)?;
    Ok(())
}

/// What an alert on a verdict is about: the paper, the claim, the side, and the state it is in.
fn alert_key(paper: &str, (claim, side): &Key, status: &str) -> String {
    format!("verdict {paper}/{claim}/{}/{status}", side.as_str())
}
