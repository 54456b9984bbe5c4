//! The door: a document whose drift nobody accepted is kept out, as a row of `quarantine` that waits. What waits has no row in
//! `snapshot`, so that no re-reading of later documents can bring it in.

use super::apply::{Reread, save_new};
use super::attempt::KNOWN;
use super::snapshot::{self, Document};
use super::waiting::{self, Aside};
use super::{Saved, Store, StoreError, alerts, attempt, catalogue, instant, quarantine, unread};
use crate::faultpoint;
use crate::model::{Drift, Gravity, Reading, Weight};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::BTreeSet;

/// The outcome of a document that is kept out until a person accepts what it changed; also the rule of its quarantine.
pub const DRIFT: &str = "drift";
/// The outcome of a document that was stored, but lacks something that was expected.
pub const INCOMPLETE: &str = "incomplete";
/// Where a document is put that is kept out.
const WAITING: Aside = Aside { table: "quarantine", code: "rule", since: "quarantined_at" };
/// A message names so many changes; the table has them all.
const TOLD: usize = 3;
/// Letters of a digest that name a document to a person.
const SHORT: usize = 12;

/// Who answers for the changes of a document.
#[derive(Debug, Clone, Copy)]
pub enum Gate<'a> {
    /// Only what was accepted before.
    Closed,
    /// A person, who accepts what this document changed, with a note.
    Accepting(&'a str),
}

/// What became of a document at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admitted {
    /// It is in; what it changed, and whether somebody still has to say that what it lacks is fine.
    In {
        /// What saving it did.
        saved: Saved,
        /// What it changed; not what was accepted before.
        drift: Vec<Drift>,
        /// Lacks something, and nobody accepted that.
        incomplete: bool,
    },
    /// It waits.
    Held {
        /// Why, and what else it changed; not what was accepted before.
        drift: Vec<Drift>,
    },
}

impl Store {
    /// Saves a document, its figures, coverage and issues, and finishes its attempt, unless it changed something that holds it
    /// and that nobody accepted: then only its drift is written, and it waits. All or nothing, in one transaction. `reread`
    /// gives the readings of later documents when this one turns out to be older than what is here.
    ///
    /// # Errors
    /// [`StoreError::Reread`] if a later document that is held cannot be read again; nothing is stored then.
    pub fn admit(
        &mut self,
        doc: &Document,
        reading: &Reading,
        reread: Reread<'_>,
        gate: Gate<'_>,
        recorded_at: DateTime<Utc>,
    ) -> Result<Admitted, StoreError> {
        let at = instant(recorded_at);
        let mut tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        faultpoint::point("store.begin");
        // its reader came to an end
        quarantine::release(&tx, &doc.source, &doc.sha256, &at)?;
        unread::was_read(&tx, doc, &at)?;
        if let Some(id) = snapshot::find(&tx, doc)? {
            release(&tx, doc, &at)?;
            finish(&tx, doc, Some(id), KNOWN, String::new())?;
            tx.commit()?;
            let saved = Saved { snapshot_id: id, already_known: true, ..Saved::default() };
            return Ok(Admitted::In { saved, drift: Vec::new(), incomplete: false });
        }
        catalogue::ensure_source(&tx, &doc.source)?;
        // What the document would do is tried out; a document that is held takes it all back.
        let trial = tx.savepoint()?;
        let (saved, found) = save_new(&trial, doc, reading, reread, &at)?;
        faultpoint::point("store.trial");
        let drift = not_accepted(&trial, &doc.source, found)?;
        let holds = drift.iter().any(|one| one.weight == Weight::Holds);
        let admitted = match gate {
            Gate::Closed if holds => {
                drop(trial);
                hold(&tx, doc, &drift, &at)?;
                Admitted::Held { drift }
            }
            gate => {
                trial.commit()?;
                let incomplete = let_in(&tx, doc, &saved, &drift, gate, &at)?;
                Admitted::In { saved, drift, incomplete }
            }
        };
        faultpoint::point("store.commit");
        tx.commit()?;
        faultpoint::point("store.committed");
        Ok(admitted)
    }
}

/// Writes what waits, and ends the attempt.
fn hold(db: &Connection, doc: &Document, drift: &[Drift], at: &str) -> Result<(), StoreError> {
    let message = told(drift, Weight::Holds, &format!("kept out until `sverka accept {}`", doc.source));
    let attempt = doc.attempt.as_ref().map(|(id, _)| *id);
    let id = match waiting_row(db, doc)? {
        Some(id) => {
            let sql =
                "UPDATE quarantine SET tries = tries + 1, attempt_id = coalesce(?2, attempt_id), message = ?3 WHERE id = ?1";
            db.prepare_cached(sql)?.execute(params![id, attempt, message])?;
            id
        }
        None => waiting::put_aside(db, WAITING, doc, (DRIFT, &message), at)?,
    };
    db.prepare_cached("DELETE FROM drift WHERE quarantine_id = ?1 AND accepted_at IS NULL")?.execute([id])?;
    for one in drift {
        insert(db, &doc.source, (None, Some(id)), one, at, None)?;
    }
    faultpoint::point("store.held");
    alerts::raise(db, &alert_key(doc), Gravity::Major, &message, at)?;
    finish(db, doc, None, DRIFT, message)
}

/// What the alert on a document that waits is about: the source, and the document's day and bytes.
fn alert_key(doc: &Document) -> String {
    let short: String = doc.sha256.chars().take(SHORT).collect();
    format!("drift/{}/{}/{short}", doc.source, doc.as_of)
}

/// Writes what a document that is in has changed, and ends the attempt. Says whether it lacks what nobody accepted.
fn let_in(db: &Connection, doc: &Document, saved: &Saved, drift: &[Drift], gate: Gate<'_>, at: &str) -> Result<bool, StoreError> {
    release(db, doc, at)?;
    if saved.retold == 0 {
        // What earlier documents lacked, this one has, or lacks again.
        let settle = "UPDATE drift SET settled_at = ?2
            WHERE source_id = ?1 AND weight = 'lacks' AND snapshot_id IS NOT NULL AND accepted_at IS NULL AND settled_at IS NULL";
        db.prepare_cached(settle)?.execute(params![doc.source, at])?;
    }
    let note = match gate {
        Gate::Closed => None,
        Gate::Accepting(note) => Some(note),
    };
    for one in drift {
        insert(db, &doc.source, (Some(saved.snapshot_id), None), one, at, note.filter(|_| one.weight != Weight::Told))?;
    }
    let incomplete = note.is_none() && drift.iter().any(|one| one.weight == Weight::Lacks);
    match &doc.attempt {
        Some((_, end)) if !incomplete => finish(db, doc, Some(saved.snapshot_id), &end.outcome, end.message.clone())?,
        _ => finish(
            db,
            doc,
            Some(saved.snapshot_id),
            INCOMPLETE,
            told(drift, Weight::Lacks, "stored, but not all that was expected"),
        )?,
    }
    Ok(incomplete)
}

/// A document that waited and is in, or has turned out to be in, waits no more.
fn release(db: &Connection, doc: &Document, at: &str) -> Result<(), StoreError> {
    if let Some(id) = waiting_row(db, doc)? {
        db.prepare_cached("UPDATE quarantine SET released_at = ?2 WHERE id = ?1")?.execute(params![id, at])?;
        db.prepare_cached("DELETE FROM drift WHERE quarantine_id = ?1")?.execute([id])?;
        alerts::clear(db, &alert_key(doc), at)?;
    }
    Ok(())
}

/// The row of a document that waits: same source, day and bytes.
fn waiting_row(db: &Connection, doc: &Document) -> Result<Option<i64>, StoreError> {
    let sql =
        "SELECT id FROM quarantine WHERE source_id = ?1 AND sha256 = ?2 AND as_of = ?3 AND rule = ?4 AND released_at IS NULL";
    let key = params![doc.source, doc.sha256, doc.as_of.to_string(), DRIFT];
    Ok(db.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()?)
}

/// The changes that nobody accepted for this source; what only tells is never accepted.
pub(super) fn not_accepted(db: &Connection, source: &str, found: BTreeSet<Drift>) -> Result<Vec<Drift>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM drift
         WHERE source_id = ?1 AND code = ?2 AND place = ?3 AND before = ?4 AND after = ?5 AND accepted_at IS NOT NULL)",
    )?;
    let mut open = Vec::new();
    for one in found {
        let key = params![source, one.code, one.place, one.before, one.after];
        if !query.query_row(key, |row| row.get::<_, bool>(0))? {
            open.push(one);
        }
    }
    Ok(open)
}

/// A change of a document that is in, or of one that waits; with a note it is accepted.
pub(super) fn insert(
    db: &Connection,
    source: &str,
    (snapshot, quarantine): (Option<i64>, Option<i64>),
    drift: &Drift,
    at: &str,
    note: Option<&str>,
) -> Result<(), StoreError> {
    let accepted = note.map(|_| at);
    db.prepare_cached(
        "INSERT INTO drift (source_id, snapshot_id, quarantine_id, code, weight, place, before, after, seen_at, accepted_at, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        source,
        snapshot,
        quarantine,
        drift.code,
        drift.weight.as_str(),
        drift.place,
        drift.before,
        drift.after,
        at,
        accepted,
        note.unwrap_or_default()
    ])?;
    Ok(())
}

fn finish(db: &Connection, doc: &Document, snapshot: Option<i64>, outcome: &str, message: String) -> Result<(), StoreError> {
    let Some((id, mut end)) = doc.attempt.clone() else { return Ok(()) };
    (end.snapshot_id, end.outcome, end.message) = (snapshot, outcome.to_string(), message);
    attempt::finish(db, id, &end)
}

/// The first changes of a weight in one sentence.
pub fn told(drift: &[Drift], weight: Weight, what: &str) -> String {
    let of: Vec<&Drift> = drift.iter().filter(|one| one.weight == weight).collect();
    let first: Vec<String> = of.iter().take(TOLD).map(ToString::to_string).collect();
    let more = if of.len() > TOLD { format!("; and {} more", of.len() - TOLD) } else { String::new() };
    format!("{what}: {}{more}", first.join("; "))
}
