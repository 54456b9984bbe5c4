//! Starts what is due: a source never beside itself, one source a host, a few at once, each due instant once.

use super::{DaemonOptions, Jobs, Scheduled, Skip, Stopped};
use crate::model::SourceId;
use crate::schedule;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// A run that is going on.
struct Running {
    source: SourceId,
    host: String,
    due_at: DateTime<Utc>,
}

/// What is running, and what this process has started or skipped before.
pub(super) struct Dispatcher<J> {
    options: DaemonOptions,
    jobs: Arc<J>,
    tasks: JoinSet<()>,
    running: HashMap<Id, Running>,
    /// The latest due instant of each source that was started or skipped: a run that could not record itself is not
    /// started anew every minute.
    handled: HashMap<SourceId, DateTime<Utc>>,
    stop: CancellationToken,
}

impl<J: Jobs> Dispatcher<J> {
    pub fn new(options: DaemonOptions, jobs: Arc<J>) -> Dispatcher<J> {
        let (tasks, running, handled) = (JoinSet::new(), HashMap::new(), HashMap::new());
        Dispatcher { options, jobs, tasks, running, handled, stop: CancellationToken::new() }
    }

    /// Starts what is due and may start now. What has to wait is found due again at the next wake-up or finish.
    pub fn dispatch(&mut self) {
        let last_runs = match self.jobs.last_runs() {
            Ok(last_runs) => last_runs,
            Err(error) => return tracing::error!("nothing is started, for the last runs are unknown: {error:#}"),
        };
        let sources = self.jobs.sources();
        let schedules: Vec<_> = sources.iter().map(|one| (one.source.clone(), one.schedule.clone())).collect();
        let hosts: HashMap<&str, &Scheduled> = sources.iter().map(|one| (one.source.as_str(), one)).collect();
        let mut due = schedule::due(&schedules, &last_runs, (self.options.clock)());
        // Who has waited longest goes first.
        due.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        for (source, due_at) in due {
            let host = hosts.get(source.as_str()).map(|one| one.host.clone()).unwrap_or_default();
            self.consider(source, host, due_at);
        }
    }

    fn consider(&mut self, source: SourceId, host: String, due_at: DateTime<Utc>) {
        if self.handled.get(&source).is_some_and(|handled| *handled >= due_at) {
            return;
        }
        if self.running.values().any(|run| run.source == source) {
            self.handled.insert(source.clone(), due_at);
            self.jobs.skipped(&source, due_at, Skip::Overlap);
        } else if self.running.len() < self.options.at_once && !self.running.values().any(|run| run.host == host) {
            self.handled.insert(source.clone(), due_at);
            self.start(Running { source, host, due_at });
        }
    }

    fn start(&mut self, run: Running) {
        let (jobs, stop, source, due_at) = (self.jobs.clone(), self.stop.clone(), run.source.clone(), run.due_at);
        let delay = self.options.jitter.mul_f64(fastrand::f64());
        let task = self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(delay) => jobs.run(source, due_at, stop.clone()).await,
            }
        });
        self.running.insert(task.id(), run);
    }

    /// Waits until a run ends; for ever while none is going on.
    pub async fn finished(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(ended) => self.forget(ended),
            None => std::future::pending().await,
        }
    }

    /// Asks all runs to stop, and waits for them until the deadline.
    pub async fn stop(&mut self, deadline: Instant) -> Stopped {
        self.stop.cancel();
        while let Ok(Some(ended)) = timeout_at(deadline, self.tasks.join_next_with_id()).await {
            self.forget(ended);
        }
        self.abandon()
    }

    /// Drops what is still running.
    pub fn abandon(&mut self) -> Stopped {
        self.tasks.abort_all();
        let mut interrupted: Vec<SourceId> = self.running.drain().map(|(_, run)| run.source).collect();
        interrupted.sort_unstable();
        Stopped { interrupted }
    }

    fn forget(&mut self, ended: Result<(Id, ()), JoinError>) {
        let (id, panicked) = match ended {
            Ok((id, ())) => (id, None),
            Err(error) => (error.id(), Some(error)),
        };
        let run = self.running.remove(&id);
        if let (Some(run), Some(error)) = (run, panicked) {
            tracing::error!(source = run.source, due_at = %run.due_at, %error, "the run broke down");
        }
    }
}
