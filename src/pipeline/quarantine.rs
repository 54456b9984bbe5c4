//! Documents whose reader fell, tried again as they lie in the archive: by hand, rather than when the publisher is asked next.

use super::House;
use super::accept::bring;
use super::intake::Taken;
use crate::store::{DRIFT, Gate, HeldBack};
use anyhow::Result;
use chrono::{DateTime, Utc};

/// Who asks for the attempts that this makes.
const TRIGGER: &str = "quarantine";

/// Whether trying again may help: a whole document, and not one that waits for a person.
pub fn replayable(one: &HeldBack) -> bool {
    one.lines == 0 && one.rule != DRIFT && one.document.is_some()
}

/// Tries documents again, through the usual flow, whatever the number of their tries; `tell` hears of each.
///
/// # Errors
/// An archive that has lost the bytes, no reader that could be started, or the store failing.
pub fn try_again(
    house: &mut House,
    chosen: &[HeldBack],
    clock: fn() -> DateTime<Utc>,
    tell: &(dyn Fn(&Taken) + Sync),
) -> Result<Vec<Taken>> {
    let mut done = Vec::new();
    for document in chosen.iter().filter(|one| replayable(one)).filter_map(|one| one.document.as_ref()) {
        let taken = bring(house, document, Gate::Closed, TRIGGER, clock())?;
        tell(&taken);
        done.push(taken);
    }
    Ok(done)
}
