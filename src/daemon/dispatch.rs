//! Starts what is due: a source never beside itself, one source a host, a few at once, each due instant once.

use super::{DaemonOptions, Jobs, Skip, Stopped};
use crate::model::{Marks, SourceId};
use crate::pipeline::Planned;
use crate::schedule::{Due, Slot};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// A status line names so many runs.
const NAMED: usize = 4;

/// A run that is going on.
struct Running {
    source: SourceId,
    host: String,
    due: Due,
}

/// What is running, and what this process has started or skipped before.
pub(super) struct Dispatcher<J> {
    options: DaemonOptions,
    jobs: Arc<J>,
    tasks: JoinSet<()>,
    running: HashMap<Id, Running>,
    /// The latest due instant of each source that was started or skipped, and how many tries there had been before: a run that
    /// could not record itself is not started anew every minute.
    handled: HashMap<SourceId, (DateTime<Utc>, u32)>,
    /// The stretch that each source is in, so that an expression is only asked when its next instant has come.
    slots: HashMap<SourceId, Slot>,
    stop: CancellationToken,
}

impl<J: Jobs> Dispatcher<J> {
    pub fn new(options: DaemonOptions, jobs: Arc<J>) -> Dispatcher<J> {
        Dispatcher {
            options,
            jobs,
            tasks: JoinSet::new(),
            running: HashMap::new(),
            handled: HashMap::new(),
            slots: HashMap::new(),
            stop: CancellationToken::new(),
        }
    }

    /// The sources may have other schedules now.
    pub fn forget_slots(&mut self) {
        self.slots.clear();
    }

    /// Starts what is due and may start now. What has to wait is found due again at the next wake-up or finish.
    pub fn dispatch(&mut self) {
        let now = (self.options.clock)();
        let marks = match self.jobs.marks(now) {
            Ok(marks) => marks,
            Err(error) => return tracing::error!("nothing is started, for the last runs are unknown: {error:#}"),
        };
        let sources = self.jobs.sources();
        let mut due: Vec<(Due, &Planned)> = Vec::new();
        for one in sources.iter() {
            due.extend(self.due(one, &marks, now).map(|due| (due, one)));
        }
        // Who has waited longest goes first.
        due.sort_by(|(a, one), (b, other)| a.at.cmp(&b.at).then_with(|| one.source.cmp(&other.source)));
        for (due, one) in due {
            let tries = marks.get(&one.source).map_or(0, |marks| tries_at(marks, due.at));
            self.consider(one, due, tries);
        }
    }

    /// What is due of a source, by the store and by what this process knows before the store does.
    fn due(&mut self, one: &Planned, marks: &HashMap<SourceId, Marks>, now: DateTime<Utc>) -> Option<Due> {
        let slot = match self.slots.get(&one.source).filter(|slot| slot.holds(now)) {
            Some(slot) => *slot,
            None => one.schedule.slot(now)?,
        };
        self.slots.insert(one.source.clone(), slot);
        let known = marks.get(&one.source).copied().unwrap_or_default();
        let handled = self.handled.get(&one.source).copied();
        let failed = handled.is_some_and(|(at, before)| tries_at(&known, at) > before);
        let at = handled.map(|(at, _)| at);
        let own = Marks { answered: at.filter(|_| !failed), planned: at, tried: None };
        one.schedule.due(slot, known.with(own, now), now)
    }

    fn consider(&mut self, one: &Planned, due: Due, tries: u32) {
        let (source, host) = (one.source.clone(), one.host.clone());
        match self.running.values().find(|run| run.source == source) {
            // a further try at it
            Some(run) if run.due.at == due.at => {}
            Some(_) => {
                self.handled.insert(source.clone(), (due.at, tries));
                self.jobs.skipped(&source, &due, Skip::Overlap);
            }
            None if self.running.len() < self.options.at_once && !self.running.values().any(|run| run.host == host) => {
                self.handled.insert(source.clone(), (due.at, tries));
                self.start(Running { source, host, due });
            }
            None => {}
        }
    }

    fn start(&mut self, run: Running) {
        let (jobs, stop, source, due) = (self.jobs.clone(), self.stop.clone(), run.source.clone(), run.due.clone());
        let delay = self.options.jitter.mul_f64(fastrand::f64());
        let task = self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(delay) => jobs.run(source, due, stop.clone()).await,
            }
        });
        self.running.insert(task.id(), run);
    }

    /// What is running and what comes next, in words.
    pub fn status(&self) -> String {
        let mut running: Vec<&str> = self.running.values().map(|run| run.source.as_str()).collect();
        running.sort_unstable();
        let more = running.len().saturating_sub(NAMED);
        running.truncate(NAMED);
        let running = match (running.is_empty(), more) {
            (true, _) => "idle".to_string(),
            (false, 0) => format!("running {}", running.join(", ")),
            (false, more) => format!("running {} and {more} more", running.join(", ")),
        };
        let sources = self.jobs.sources();
        let next = sources.iter().filter_map(|one| Some((self.slots.get(&one.source)?.ends(), &one.source))).min();
        match next {
            Some((at, source)) => format!("{running}; next {source} at {}", at.format("%Y-%m-%d %H:%M:%S UTC")),
            None => format!("{running}; nothing is due"),
        }
    }

    /// Whether nothing is going on.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty()
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
        self.jobs.stopping();
        tracing::info!(running = self.running.len(), "stopping");
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
            tracing::error!(source = run.source, due_at = %run.due.at, %error, "the run broke down");
        }
    }
}

/// How often this instant was tried in vain.
fn tries_at(marks: &Marks, at: DateTime<Utc>) -> u32 {
    marks.tried.filter(|tried| tried.at == at).map_or(0, |tried| tried.times)
}
