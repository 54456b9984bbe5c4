//! What is told of sources once when it begins and once when it ends: that one fails again and again, that one is silent.

use super::House;
use super::due::is_live;
use crate::config::{Reads, Source};
use crate::reconcile::Severity;
use crate::schedule::{Seen, Silence, silence};
use crate::store::{StatusRow, Store};
use anyhow::Result;
use chrono::{DateTime, Utc};

/// Failures in a row that are no accident any more.
const MOST_FAILURES: u32 = 3;
/// What keys of alerts on failing sources begin with.
const FAILING: &str = "failing/";
/// What keys of alerts on silent sources begin with.
const SILENCE: &str = "silence/";

/// Something that began or ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// What it is about, such as `silence/cbr-trade`.
    pub key: String,
    /// In words.
    pub message: String,
    /// Whether it began.
    pub raised: bool,
}

/// Looks at every source after a run, and gives what is new. Sources that are withheld, dead or moved are in the state that is
/// said of them: nothing they do or leave undone is told.
///
/// # Errors
/// The store failing.
pub fn watch(house: &mut House, now: DateTime<Utc>) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    for row in house.store.status_rows()? {
        let live = house.config.source(&row.source).filter(|source| is_live(source));
        let silent = live.and_then(|source| silence_of(source, &row, now)).map(|silence| silence.to_string());
        let failing = live.is_some().then(|| failing(house, &row.source)).transpose()?.flatten();
        say(&mut house.store, format!("{FAILING}{}", row.source), Severity::Major, failing, &mut told, now)?;
        say(&mut house.store, format!("{SILENCE}{}", row.source), Severity::Minor, silent, &mut told, now)?;
    }
    Ok(told)
}

/// Whether a source is silent; one whose documents are only kept has no dates that could be looked at.
pub(super) fn silence_of(source: &Source, row: &StatusRow, now: DateTime<Utc>) -> Option<Silence> {
    if !is_live(source) || source.reads == Reads::None {
        return None;
    }
    let seen = Seen {
        newest: row.newest_document.as_ref().and_then(|day| day.parse().ok()),
        watched: row.watched_since.as_ref().and_then(|at| at.parse().ok()),
        looked: row.last_success.as_ref().and_then(|at| at.parse().ok()),
    };
    silence(source.expected.as_ref(), source.freshness, source.schedule.zone, seen, now)
}

/// What is to be said of a source that fails again and again.
fn failing(house: &House, source: &str) -> Result<Option<String>> {
    let failures = house.store.failures(source)?.filter(|failures| failures.count >= MOST_FAILURES);
    Ok(failures.map(|f| format!("failed {} times in a row since {}: {}: {}", f.count, f.since, f.outcome, f.message)))
}

/// Raises or clears.
pub(super) fn say(
    store: &mut Store,
    key: String,
    severity: Severity,
    message: Option<String>,
    told: &mut Vec<Told>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (raised, news) = match &message {
        Some(message) => (true, store.raise(&key, severity, message, now)?),
        None => (false, store.clear(&key, now)?),
    };
    if news {
        let message = message.unwrap_or_else(|| "no more".to_string());
        tracing::warn!(key, message, raised, "alert");
        told.push(Told { key, message, raised });
    }
    Ok(())
}
