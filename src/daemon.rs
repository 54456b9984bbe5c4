//! The only loop: wakes, asks what is due, starts it, never twice at once, and stops when told to.
//!
//! The truth is what [`Jobs::marks`] says (the store); the cron scheduler and the heartbeat only wake the loop, so a lost or a
//! doubled wake-up changes nothing, and neither does a clock that jumps: what is due is asked of the store anew, each time.

mod dispatch;
mod listen;
mod lock;
mod pulse;
mod serve;
mod show;
mod signals;
mod wake;

pub use listen::Listen;
pub use lock::{Lock, LockError};
pub use serve::serve;
pub use show::show;
pub use signals::{Asked, signals};

use crate::model::{Marks, SourceId};
use crate::pipeline::Planned;
use crate::schedule::Due;
use chrono::{DateTime, Utc};
use dispatch::Dispatcher;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// Room for a wake-up; one that waits already serves for all.
const WAKE_ROOM: usize = 1;

/// Why a due run was not started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// The run before it is still going on.
    Overlap,
}

/// What the daemon runs. Implemented over the pipeline and the store.
pub trait Jobs: Send + Sync + 'static {
    /// The sources that have a schedule. Asked at every wake-up; must be quick.
    fn sources(&self) -> Arc<[Planned]>;

    /// For each source what is known of its planned instants. Asked at every wake-up; must be quick.
    ///
    /// # Errors
    /// When the store cannot tell; nothing is started then, and the next wake-up asks again.
    fn marks(&self, now: DateTime<Utc>) -> anyhow::Result<HashMap<SourceId, Marks>>;

    /// Runs one source for a due instant, and records the attempt, after what was missed before it. Returns soon after `stop`
    /// is cancelled, having committed or rolled back; if it does not, it is dropped at its next await.
    fn run(&self, source: SourceId, due: Due, stop: CancellationToken) -> impl Future<Output = ()> + Send;

    /// Records a due run that was not started, after what was missed before it. Called once for each.
    fn skipped(&self, source: &SourceId, due: &Due, why: Skip);

    /// Reads the configuration anew, or says why not and keeps the old one. True if there are other sources now.
    fn reload(&self) -> impl Future<Output = bool> + Send;

    /// The loop has gone round once more, and something is going on or not.
    fn turned(&self, _idle: bool) {}

    /// Ends, from outside, what runs do not end by themselves when they are told to stop. Returns at once.
    fn stopping(&self);
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

/// Runs sources as they become due until `signals` asks to stop; asked once more, it does not wait for what is running.
///
/// # Errors
/// When the cron scheduler cannot be set up. A failing run is the business of [`Jobs::run`].
pub async fn run(options: DaemonOptions, jobs: impl Jobs, signals: mpsc::Receiver<Asked>) -> anyhow::Result<Stopped> {
    let (sender, woken) = mpsc::channel(WAKE_ROOM);
    let alarm = wake::Alarm::start(&jobs.sources(), sender).await?;
    Ok(turn(options, Arc::new(jobs), signals, woken, Some(alarm)).await)
}

/// The loop itself. Without an alarm the heartbeat alone wakes it.
async fn turn(
    options: DaemonOptions,
    jobs: Arc<impl Jobs>,
    mut signals: mpsc::Receiver<Asked>,
    mut woken: mpsc::Receiver<()>,
    mut alarm: Option<wake::Alarm>,
) -> Stopped {
    let mut heartbeat = tokio::time::interval(options.heartbeat);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut dispatcher = Dispatcher::new(options.clone(), jobs.clone());
    let (mut reloads, mut status) = (Reloads::default(), String::new());
    tell_systemd(&[sd_notify::NotifyState::Ready]);
    loop {
        tokio::select! {
            biased;
            asked = next_signal(&mut signals) => match asked {
                Asked::Stop => break,
                Asked::Reload => reloads.ask(&jobs),
            },
            changed = reloads.ended() => {
                if changed {
                    dispatcher.forget_slots();
                    if let Some(alarm) = &mut alarm {
                        alarm.set(&jobs.sources()).await;
                    }
                }
                reloads.go_on(&jobs);
            }
            () = dispatcher.finished() => {}
            Some(()) = woken.recv() => {}
            _ = heartbeat.tick() => tell_systemd(&[sd_notify::NotifyState::Watchdog]),
        }
        dispatcher.dispatch();
        jobs.turned(dispatcher.is_idle());
        let now = dispatcher.status();
        if now != status {
            tell_systemd(&[sd_notify::NotifyState::Status(&now)]);
            status = now;
        }
    }
    tell_systemd(&[sd_notify::NotifyState::Stopping, sd_notify::NotifyState::Status("stopping")]);
    let deadline = Instant::now() + options.grace;
    let stopped = tokio::select! {
        stopped = dispatcher.stop(deadline) => stopped,
        () = asked_to_stop(&mut signals) => dispatcher.abandon(),
    };
    if let Some(alarm) = alarm {
        alarm.stop().await;
    }
    stopped
}

/// The reload that goes on beside the loop, and whether one more is wanted after it.
#[derive(Default)]
struct Reloads {
    going_on: Option<JoinHandle<bool>>,
    once_more: bool,
}

impl Reloads {
    fn ask(&mut self, jobs: &Arc<impl Jobs>) {
        self.once_more = true;
        self.go_on(jobs);
    }

    /// Starts what is wanted, unless one is going on.
    fn go_on(&mut self, jobs: &Arc<impl Jobs>) {
        if self.going_on.is_none() && std::mem::take(&mut self.once_more) {
            let jobs = jobs.clone();
            self.going_on = Some(tokio::spawn(async move { jobs.reload().await }));
        }
    }

    /// Waits for the end of the one going on; for ever if none is. One that broke down has changed nothing.
    async fn ended(&mut self) -> bool {
        match &mut self.going_on {
            Some(reload) => {
                let changed = reload.await.unwrap_or_else(|error| {
                    tracing::error!(%error, "reading the configuration anew broke down");
                    false
                });
                self.going_on = None;
                changed
            }
            None => std::future::pending().await,
        }
    }
}

/// Waits for a signal; for ever if nobody is left to send one.
async fn next_signal(signals: &mut mpsc::Receiver<Asked>) -> Asked {
    match signals.recv().await {
        Some(asked) => asked,
        None => std::future::pending().await,
    }
}

/// Waits until somebody asks to stop; what is to stop is not reloaded.
async fn asked_to_stop(signals: &mut mpsc::Receiver<Asked>) {
    while next_signal(signals).await != Asked::Stop {}
}

/// What a thread that broke down held is as it was: nothing here is left half changed.
fn held<T>(latch: &Mutex<T>) -> MutexGuard<'_, T> {
    latch.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Without a service manager there is nobody to tell, and that is no error.
fn tell_systemd(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

#[cfg(test)]
mod tests;
