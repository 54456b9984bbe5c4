//! How everything is, in one place: what `status` prints and what is measured are the same numbers.

use super::danger::free_bytes;
use super::house::database;
use super::{House, state};
use crate::config::Config;
use crate::report::SourceLine;
use crate::store::{Alert, Checkup, Queue, Store, wal_bytes};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How everything is at an instant.
#[derive(Debug, Clone)]
pub struct Vitals {
    /// The instant.
    pub at: DateTime<Utc>,
    /// Every source.
    pub sources: Vec<SourceLine>,
    /// Every paper that was judged.
    pub papers: Vec<PaperLine>,
    /// Alerts that go on.
    pub alerts: Vec<Alert>,
    /// What waits for every channel.
    pub outbox: Vec<Queue>,
    /// The file and its disk.
    pub kept: Kept,
}

/// The verdicts on one paper as last found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PaperLine {
    /// Its id.
    pub id: String,
    /// When they were last found so (UTC).
    pub judged_at: String,
    /// External verdicts by status.
    pub external: BTreeMap<String, u64>,
    /// Internal verdicts by status.
    pub internal: BTreeMap<String, u64>,
    /// Relations that its figures contradict.
    pub contradictions: u64,
}

/// The counts of a stored reconciliation.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Counts {
    external: BTreeMap<String, u64>,
    internal: BTreeMap<String, u64>,
    contradictions: u64,
}

/// The file and its disk.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Kept {
    /// Bytes of the database.
    pub bytes: u64,
    /// Bytes of its write-ahead log.
    pub log_bytes: u64,
    /// Bytes that are free for it.
    pub free_bytes: u64,
    /// When it was last looked through, and what was found.
    pub checkup: Option<Checkup>,
}

/// Whoever looks without waiting for the house: a connection of its own, for reading.
#[derive(Debug)]
pub struct Eyes {
    store: Store,
    config: Arc<Config>,
    data: PathBuf,
}

impl Eyes {
    /// Those of a house.
    ///
    /// # Errors
    /// As [`Store::open_read_only`].
    pub fn of(house: &House) -> Result<Eyes> {
        let store = Store::open_read_only(&database(&house.data))?;
        Ok(Eyes { store, config: house.config.clone(), data: house.data.clone() })
    }

    /// Whether the store can be opened by a reader, and is of this program's version.
    ///
    /// # Errors
    /// As [`Store::open_read_only`].
    pub fn can_open(&self) -> Result<()> {
        Store::open_read_only(&database(&self.data))?.counts().context("reading the database")?;
        Ok(())
    }

    /// How everything is.
    ///
    /// # Errors
    /// The store failing.
    pub fn look(&self, now: DateTime<Utc>) -> Result<Vitals> {
        let vitals = vitals(&self.store, &self.config, &self.data, now)?;
        self.store.rest()?;
        Ok(vitals)
    }
}

impl Vitals {
    /// How everything in a house is.
    ///
    /// # Errors
    /// The store failing.
    pub fn of(house: &House, now: DateTime<Utc>) -> Result<Vitals> {
        vitals(&house.store, &house.config, &house.data, now)
    }
}

fn vitals(store: &Store, config: &Config, data: &Path, at: DateTime<Utc>) -> Result<Vitals> {
    let paper = |(id, judged_at, summary): (String, String, String)| {
        let counts: Counts = serde_json::from_str(&summary).unwrap_or_default();
        PaperLine { id, judged_at, external: counts.external, internal: counts.internal, contradictions: counts.contradictions }
    };
    let kept = Kept {
        bytes: std::fs::metadata(database(data)).map_or(0, |meta| meta.len()),
        log_bytes: wal_bytes(&database(data)),
        free_bytes: free_bytes(data)?,
        checkup: store.last_checkup()?,
    };
    let papers = store.newest_summaries()?.into_iter().map(paper).collect();
    let sources = state::source_lines(store, config, at)?;
    Ok(Vitals { at, sources, papers, alerts: store.open_alerts()?, outbox: store.queues()?, kept })
}
