//! The daemon over the pipeline and the store.

use super::{DaemonOptions, Jobs, Scheduled, Skip};
use crate::model::SourceId;
use crate::pipeline::{self, Client, House};
use anyhow::Result;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// What runs on schedule.
struct Work {
    /// One writer at a time.
    house: Arc<Mutex<House>>,
    client: Arc<Client>,
    scheduled: Vec<Scheduled>,
    /// Read by the loop at every wake-up, so that it never waits for the house.
    last_runs: Arc<std::sync::Mutex<HashMap<SourceId, DateTime<Utc>>>>,
}

/// Runs every source on its schedule and reconciles after each, until a signal comes.
///
/// # Errors
/// A signal handler or the cron scheduler that cannot be set up, or the store failing at the start.
pub async fn serve(house: House) -> Result<()> {
    let signals = super::signals()?;
    let scheduled = pipeline::scheduled(&house)
        .into_iter()
        .map(|(source, schedule, host)| Scheduled { source, schedule, host })
        .collect::<Vec<_>>();
    tracing::info!(sources = scheduled.len(), "the daemon is up");
    let last_runs = Arc::new(std::sync::Mutex::new(pipeline::last_runs(&house)?));
    let client = Arc::new(pipeline::client(&house));
    let house = Arc::new(Mutex::new(house));
    let work = Work { house: house.clone(), client, scheduled, last_runs };
    let options = DaemonOptions { jitter: pipeline::jitter(&*house.lock().await), ..DaemonOptions::default() };
    let stopped = super::run(options, work, signals).await?;
    for source in &stopped.interrupted {
        tracing::warn!(source, "stopped in the middle of a run");
    }
    // a document that is being saved is committed or rolled back before this lock is had
    let mut house = house.lock().await;
    house.store.interrupt_open_attempts(Utc::now())?;
    tracing::info!("the daemon is down");
    Ok(())
}

impl Jobs for Work {
    fn sources(&self) -> Vec<Scheduled> {
        self.scheduled.clone()
    }

    fn last_runs(&self) -> Result<HashMap<SourceId, DateTime<Utc>>> {
        Ok(self.last_runs.lock().map_err(|_| anyhow::anyhow!("a run panicked"))?.clone())
    }

    async fn run(&self, source: SourceId, due_at: DateTime<Utc>, stop: CancellationToken) {
        let fetched = pipeline::fetch_and_take(&self.house, &self.client, &source, due_at, Utc::now);
        let ended = tokio::select! {
            () = stop.cancelled() => return,
            ended = fetched => ended,
        };
        match ended {
            Ok(taken) if taken.is_answer() => {
                match taken.is_success() {
                    true => tracing::info!(source, outcome = taken.outcome, "ran"),
                    false => tracing::warn!(source, outcome = taken.outcome, message = taken.message, "needs a person"),
                }
                if let Ok(mut last) = self.last_runs.lock() {
                    last.insert(source, due_at);
                }
            }
            Ok(taken) => tracing::warn!(source, outcome = taken.outcome, message = taken.message, "failed"),
            Err(error) => tracing::error!(source, "{error:#}"),
        }
        let mut house = self.house.lock().await;
        match pipeline::reconcile_papers(&mut house, None, Utc::now()) {
            Ok(judged) => judged.iter().flat_map(|one| &one.changes).for_each(|change| {
                tracing::warn!(
                    claim = change.claim,
                    before = change.before,
                    after = change.after,
                    because = change.message,
                    "a verdict changed"
                );
            }),
            Err(error) => tracing::error!("reconciling: {error:#}"),
        }
    }

    fn skipped(&self, source: &SourceId, due_at: DateTime<Utc>, why: Skip) {
        tracing::warn!(source, %due_at, ?why, "not started");
        let (house, source) = (self.house.clone(), source.clone());
        tokio::spawn(async move {
            let mut house = house.lock().await;
            if let Err(error) = pipeline::record_skip(&mut house, &source, due_at, Utc::now()) {
                tracing::error!(source, "recording a skipped run: {error:#}");
            }
        });
    }
}
