//! A person says that what a document changed is fine: it is read again from the archive, and let in.

use super::intake::{Delivery, Taken};
use super::{House, read_and_admit};
use crate::archive::Stored;
use crate::store::{Gate, Waiting};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};

/// Who asked for the attempts that this makes.
const TRIGGER: &str = "accept";
/// Outcome for a document that was let in before and lacked something.
const ACCEPTED: &str = "accepted";

/// Accepts what documents of a source changed, the oldest first: those whose bytes' name begins with `prefix`, or all. The others
/// are tried again, for what was accepted of one may have held another too. Gives what became of each, and nothing if nothing
/// waits.
///
/// # Errors
/// A source that is not configured, an archive that has lost the bytes, or the store failing.
pub fn accept(
    house: &mut House,
    source: &str,
    prefix: Option<&str>,
    note: &str,
    clock: fn() -> DateTime<Utc>,
) -> Result<Vec<Taken>> {
    house.source(source)?;
    let waiting = house.store.waiting(Some(source))?;
    let (chosen, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|one| one.is_named(prefix));
    let mut done = Vec::new();
    for one in &chosen {
        done.push(match one.held {
            true => bring(house, one, Gate::Accepting(note), TRIGGER, clock())?,
            false => excuse(house, one, note, clock())?,
        });
    }
    for one in others.iter().filter(|one| one.held && !chosen.is_empty()) {
        let tried = bring(house, one, Gate::Closed, TRIGGER, clock())?;
        done.extend(tried.saved.is_some().then_some(tried));
    }
    Ok(done)
}

/// Reads a document that is kept out once more. Its changes may be others by now, for sources.toml may be another.
///
/// # Errors
/// As [`read_and_admit`]; an archive that has lost the bytes.
pub(super) fn bring(house: &mut House, one: &Waiting, gate: Gate<'_>, trigger: &str, now: DateTime<Utc>) -> Result<Taken> {
    let (delivery, stored) = kept(house, one)?;
    let attempt = house.store.begin_attempt(&one.source, trigger, None, now)?;
    read_and_admit(house, attempt, delivery, stored, gate, now)
}

/// A document of the archive as it came.
///
/// # Errors
/// An archive that has lost the bytes.
pub(super) fn kept(house: &House, one: &Waiting) -> Result<(Delivery, Stored)> {
    let path = house.archive.path_of(&one.sha256)?;
    let delivery = Delivery::of_file(one.source.clone(), one.document.clone(), &path, one.as_of, one.as_of_basis)
        .with_context(|| format!("document {}", one.sha256))?;
    let delivery = Delivery {
        url: one.url.clone(),
        obtained_from: one.obtained_from.clone(),
        content_type: one.content_type.clone(),
        captured: one.fetched_at,
        ..delivery
    };
    Ok((delivery, Stored { sha256: one.sha256.clone(), bytes: one.bytes, new: false }))
}

/// What a document that is in lacks is fine.
fn excuse(house: &mut House, one: &Waiting, note: &str, now: DateTime<Utc>) -> Result<Taken> {
    house.store.accept_lacks(&one.source, &one.sha256, note, now)?;
    Ok(Taken {
        label: one.document.clone(),
        source: one.source.clone(),
        outcome: ACCEPTED.to_string(),
        message: String::new(),
        saved: None,
        drift: one.drift.clone(),
    })
}
