//! Planned runs: what is scheduled, which instants were answered, and a record of those that were not.

use super::House;
use super::house::database;
use crate::config::{Config, Source, StateKind};
use crate::model::{Marks, SourceId, instant};
use crate::schedule::{Due, Schedule};
use crate::store::{MISSED, SKIPPED, Store};
use anyhow::Result;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::time::Duration;

/// Runs begin up to so much after they are due, so as not to join everybody else on the full hour.
const JITTER: Duration = Duration::from_secs(20);

/// A source that is looked at on schedule.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its id.
    pub source: SourceId,
    /// When it is looked at.
    pub schedule: Schedule,
    /// The host of its first address; sources of one host run one after another.
    pub host: String,
    /// Whether its publisher is said to answer: a failure of others is no reason to try again before they are due anew.
    pub live: bool,
}

/// The sources that are looked at on schedule.
pub fn scheduled(config: &Config) -> Vec<Planned> {
    let host = |source: &Source| source.fetch.places.first().and_then(|place| place.url().host_str().map(str::to_string));
    let planned = |source: Source| {
        let (host, live) = (host(&source)?, is_live(&source));
        Some(Planned { source: source.id, schedule: source.schedule, host, live })
    };
    config.sources.iter().filter_map(Source::on_its_own).filter_map(planned).collect()
}

/// Whether a failure of this source is a surprise.
pub(super) fn is_live(source: &Source) -> bool {
    source.state.kind == StateKind::Live
}

/// How far runs are spread: not at all where the documents come from this machine.
pub fn jitter(house: &House) -> Duration {
    if house.config.fetch.allow_loopback { Duration::ZERO } else { JITTER }
}

/// What the store says of planned instants, read beside whoever writes: it never waits for the house.
#[derive(Debug)]
pub struct Ledger {
    store: Store,
}

impl Ledger {
    /// Opens the store of a house once more, for reading.
    ///
    /// # Errors
    /// As [`Store::open_read_only`].
    pub fn of(house: &House) -> Result<Ledger> {
        Ok(Ledger { store: Store::open_read_only(&database(&house.data))? })
    }

    /// What is known of the planned instants of sources, up to `now`.
    ///
    /// # Errors
    /// The store failing.
    pub fn marks(&self, planned: &[Planned], now: DateTime<Utc>) -> Result<HashMap<SourceId, Marks>> {
        let of = |one: &Planned| Ok((one.source.clone(), self.store.looked(&one.source, !one.live, now)?));
        planned.iter().map(of).collect()
    }
}

/// Records the instants before this one that nothing came of, if there are any; before the run that catches up with them.
///
/// # Errors
/// The store failing.
pub(super) fn record_missed(house: &mut House, source: &str, due: &Due, now: DateTime<Utc>) -> Result<()> {
    let Some(missed) = &due.missed else { return Ok(()) };
    let caught_up = instant(due.at);
    let message = format!("{missed}, caught up by the one of {caught_up}");
    tracing::warn!(source, message, "missed");
    Ok(house.store.record_unrun(source, missed.last, MISSED, &message, now)?)
}

/// Records a due run that was not started, because the one before it was still going on.
///
/// # Errors
/// The store failing.
pub fn record_skip(house: &mut House, source: &str, due: &Due, now: DateTime<Utc>) -> Result<()> {
    record_missed(house, source, due, now)?;
    let planned = instant(due.at);
    let message = format!("skipped the run of {planned}, for the run before was still going on");
    Ok(house.store.record_unrun(source, due.at, SKIPPED, &message, now)?)
}
