//! The only loop: wakes, asks what is due, starts it, never twice at once, and stops when told to.
//!
//! The truth is what [`Jobs::last_runs`] says (the store); the cron scheduler and the heartbeat only wake the loop, so a lost
//! or a doubled wake-up changes nothing.

mod dispatch;
mod lock;
mod serve;
mod signals;
mod wake;

pub use lock::{Lock, LockError};
pub use serve::serve;
pub use signals::signals;

use crate::model::SourceId;
use crate::schedule::Schedule;
use chrono::{DateTime, Utc};
use dispatch::Dispatcher;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// Room for a wake-up; one that waits already serves for all.
const WAKE_ROOM: usize = 1;

/// A source as the daemon sees it.
#[derive(Debug, Clone)]
pub struct Scheduled {
    /// Its id.
    pub source: SourceId,
    /// When it is looked at.
    pub schedule: Schedule,
    /// The host of its first address; sources of one host run one after another.
    pub host: String,
}

/// Why a due run was not started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// The run before it is still going on.
    Overlap,
}

/// What the daemon runs. Implemented over the pipeline and the store.
pub trait Jobs: Send + Sync + 'static {
    /// The sources that have a schedule. Asked at every wake-up; must be quick.
    fn sources(&self) -> Vec<Scheduled>;

    /// For each source that ever completed a run, well or badly: when that run began or was due. Asked at every wake-up;
    /// must be quick.
    ///
    /// # Errors
    /// When the store cannot tell; nothing is started then, and the next wake-up asks again.
    fn last_runs(&self) -> anyhow::Result<HashMap<SourceId, DateTime<Utc>>>;

    /// Runs one source for a due instant, and records the attempt. Returns soon after `stop` is cancelled, having
    /// committed or rolled back; if it does not, it is dropped at its next await.
    fn run(&self, source: SourceId, due_at: DateTime<Utc>, stop: CancellationToken) -> impl Future<Output = ()> + Send;

    /// Records a due run that was not started. Called once for each.
    fn skipped(&self, source: &SourceId, due_at: DateTime<Utc>, why: Skip);
}

/// How the daemon behaves.
#[derive(Debug, Clone)]
pub struct DaemonOptions {
    /// Sources that run at once: 4.
    pub at_once: usize,
    /// A run begins up to so much after it is due, at random, so as not to join everybody else on the full hour: 20 s.
    pub jitter: Duration,
    /// How often the loop wakes by itself and greets the watchdog; the unit file's `WatchdogSec` is longer: 30 s.
    pub heartbeat: Duration,
    /// How long runs may take to stop: 4 s, for the whole stop takes at most 5 s.
    pub grace: Duration,
    /// What time it is; tests bring their own.
    pub clock: fn() -> DateTime<Utc>,
}

impl Default for DaemonOptions {
    fn default() -> DaemonOptions {
        DaemonOptions {
            at_once: 4,
            jitter: Duration::from_secs(20),
            heartbeat: Duration::from_secs(30),
            grace: Duration::from_secs(4),
            clock: Utc::now,
        }
    }
}

/// How the daemon ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stopped {
    /// Runs that did not stop within the grace period, or were going on at a second signal. Their attempts are to be
    /// recorded as interrupted.
    pub interrupted: Vec<SourceId>,
}

/// Runs sources as they become due until `signals` brings one; a second one ends the wait for what is running.
///
/// # Errors
/// When the cron scheduler cannot be set up. A failing run is the business of [`Jobs::run`].
pub async fn run(options: DaemonOptions, jobs: impl Jobs, mut signals: mpsc::Receiver<()>) -> anyhow::Result<Stopped> {
    let jobs = Arc::new(jobs);
    let (sender, mut woken) = mpsc::channel(WAKE_ROOM);
    let mut scheduler = wake::start(&jobs.sources(), &sender).await?;
    let mut heartbeat = tokio::time::interval(options.heartbeat);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut dispatcher = Dispatcher::new(options.clone(), jobs);
    tell_systemd(sd_notify::NotifyState::Ready);
    loop {
        tokio::select! {
            biased;
            () = next_signal(&mut signals) => break,
            () = dispatcher.finished() => {}
            _ = woken.recv() => {}
            _ = heartbeat.tick() => tell_systemd(sd_notify::NotifyState::Watchdog),
        }
        dispatcher.dispatch();
    }
    tell_systemd(sd_notify::NotifyState::Stopping);
    let deadline = Instant::now() + options.grace;
    let stopped = tokio::select! {
        stopped = dispatcher.stop(deadline) => stopped,
        () = next_signal(&mut signals) => dispatcher.abandon(),
    };
    if let Err(error) = scheduler.shutdown().await {
        tracing::warn!(%error, "the cron scheduler did not shut down");
    }
    Ok(stopped)
}

/// Waits for a signal; for ever if nobody is left to send one.
async fn next_signal(signals: &mut mpsc::Receiver<()>) {
    if signals.recv().await.is_none() {
        std::future::pending::<()>().await;
    }
}

/// Without a service manager there is nobody to tell, and that is no error.
fn tell_systemd(state: sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

#[cfg(test)]
mod tests;
