//! The daemon over the pipeline and the store.

use super::pulse::Watched;
use super::{Asked, DaemonOptions, Jobs, Listen, Skip, held};
use crate::model::{Marks, SourceId};
use crate::pipeline::{self, BadConfiguration, Brake, Client, House, Ledger, Places, Planned, Post};
use crate::schedule::Due;
use crate::web::Desk;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex as Latch};
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long a document that is being saved may take to be committed once a stop is asked for; then it is rolled back.
const TO_COMMIT: Duration = Duration::from_secs(2);
/// How often the store is told to roll back: a statement that begins later has not heard of it.
const AGAIN: Duration = Duration::from_millis(20);
/// After the grace period the house is waited for no longer than that, for the whole stop takes at most 5 s.
const LAST_WAIT: Duration = Duration::from_millis(500);

/// The outbox is looked at so often; that reads one index.
const BETWEEN_POSTS: Duration = Duration::from_secs(2);
/// Disk and database are looked at so often.
const BETWEEN_LOOKS: Duration = Duration::from_secs(60);

/// What runs on schedule.
pub(super) struct Work {
    /// One writer at a time.
    house: Arc<Mutex<House>>,
    /// Read by the loop at every wake-up, so that it never waits for the house.
    ledger: Latch<Ledger>,
    plan: Latch<Arc<Plan>>,
    places: Places,
    brake: Arc<Brake>,
    /// Tells how all is to whoever asks.
    watched: Watched,
    /// Makes the pages.
    desk: Desk,
    /// Whoever takes messages to the channels and looks at the disk; ends with the daemon.
    carriers: Latch<JoinSet<()>>,
    /// Whether everything has come to its end, so that the brake is let go.
    over: Arc<Latch<bool>>,
    conduct: Conduct,
}

/// What time it is, and how publishers are asked; tests bring their own.
#[derive(Clone, Copy)]
pub(super) struct Conduct {
    pub clock: fn() -> DateTime<Utc>,
    pub client: Ask,
}

/// Makes the client that publishers are asked with.
type Ask = fn(&House) -> Result<Client>;

/// What the configuration says.
struct Plan {
    scheduled: Arc<[Planned]>,
    client: Client,
}

impl Plan {
    fn of(house: &House, client: Ask) -> Result<Plan> {
        Ok(Plan { scheduled: pipeline::scheduled(&house.config).into(), client: client(house)? })
    }
}

/// A task for every channel, so that none waits for another, and one that looks at disk and database.
fn carriers(house: &House) -> Result<JoinSet<()>> {
    let (post, mut tasks) = (Post::of(house)?, JoinSet::new());
    for channel in post.channels().to_vec() {
        let post = post.clone();
        tasks.spawn(async move {
            loop {
                post.empty(&channel, Utc::now).await;
                tokio::time::sleep(BETWEEN_POSTS).await;
            }
        });
    }
    // looking through the whole file takes seconds, for which no message waits
    let looking = Post::of(house)?;
    tasks.spawn(async move {
        loop {
            looking.look(Utc::now).await;
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    });
    Ok(tasks)
}

/// Runs every source on its schedule and reconciles after each, until a signal asks to stop; another makes it read `places`
/// anew. `token` is what is asked of those who ask how it is.
///
/// # Errors
/// The cron scheduler that cannot be set up, or the store failing at the start.
pub async fn serve(
    house: House,
    places: Places,
    listen: Listen,
    token: Option<String>,
    signals: mpsc::Receiver<Asked>,
) -> Result<()> {
    let options = DaemonOptions { jitter: pipeline::jitter(&house), ..DaemonOptions::default() };
    let work = Work::of(house, places, Conduct { clock: options.clock, client: pipeline::client })?;
    let _listening = listen.begin(work.watched.clone(), work.desk.clone(), token.as_deref()).await?;
    tracing::info!(sources = work.plan().scheduled.len(), "the daemon is up");
    let (house, over) = (work.house.clone(), work.over.clone());
    let stopped = super::run(options, work, signals).await?;
    for source in &stopped.interrupted {
        tracing::warn!(source, "stopped in the middle of a run");
    }
    // a document that is being saved is committed or rolled back before this lock is had
    match tokio::time::timeout(LAST_WAIT, house.lock()).await {
        Ok(mut house) => {
            *held(&over) = true;
            house.store.interrupt_open_attempts(Utc::now())?;
        }
        Err(_) => tracing::warn!("the last run did not let go; the next start marks it as interrupted"),
    }
    tracing::info!("the daemon is down");
    Ok(())
}

impl Work {
    /// Over an open house.
    ///
    /// # Errors
    /// The store that cannot be opened once more.
    pub fn of(house: House, places: Places, conduct: Conduct) -> Result<Work> {
        let (ledger, brake) = (Latch::new(Ledger::of(&house)?), Arc::new(Brake::of(&house)));
        let plan = Latch::new(Arc::new(Plan::of(&house, conduct.client)?));
        let (watched, carriers) = (Watched::of(&house)?, Latch::new(carriers(&house)?));
        let desk = Desk::of(&house, conduct.clock)?;
        let (house, over) = (Arc::new(Mutex::new(house)), Arc::new(Latch::new(false)));
        Ok(Work { house, ledger, plan, places, brake, watched, desk, carriers, over, conduct })
    }

    fn now(&self) -> DateTime<Utc> {
        (self.conduct.clock)()
    }

    fn plan(&self) -> Arc<Plan> {
        held(&self.plan).clone()
    }

    /// Holds the papers against what is stored now, and tells what began or ended.
    async fn look_round(&self) {
        let mut house = self.house.lock().await;
        match pipeline::reconcile_papers(&mut house, None, self.now()) {
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
        if let Err(error) = pipeline::watch(&mut house, self.now()) {
            tracing::error!("looking at the sources: {error:#}");
        }
    }

    /// Reads what the places say and takes it in place of what the house has.
    async fn read_anew(&self) -> Result<()> {
        let places = self.places.clone();
        let read = tokio::task::spawn_blocking(move || pipeline::shipped_or(&places)).await;
        let texts = read.context("reading the configuration broke down")??;
        let mut house = self.house.lock().await;
        house.adopt(texts, self.now())?;
        *held(&self.plan) = Arc::new(Plan::of(&house, self.conduct.client)?);
        self.watched.look_at(&house)?;
        self.desk.look_at(&house)?;
        *held(&self.carriers) = carriers(&house)?;
        Ok(())
    }
}

impl Jobs for Work {
    fn sources(&self) -> Arc<[Planned]> {
        self.plan().scheduled.clone()
    }

    fn marks(&self, now: DateTime<Utc>) -> Result<HashMap<SourceId, Marks>> {
        let planned = self.sources();
        held(&self.ledger).marks(&planned, now)
    }

    async fn run(&self, source: SourceId, due: Due, stop: CancellationToken) {
        let plan = self.plan();
        let fetched = pipeline::fetch_and_take(&self.house, &plan.client, &source, &due, self.conduct.clock);
        let ended = tokio::select! {
            () = stop.cancelled() => return,
            ended = fetched => ended,
        };
        match ended {
            Ok(taken) if taken.is_success() => tracing::info!(source, outcome = taken.outcome, "ran"),
            Ok(taken) if taken.is_answer() => {
                tracing::warn!(source, outcome = taken.outcome, message = taken.message, "needs a person");
            }
            Ok(taken) => tracing::warn!(source, outcome = taken.outcome, message = taken.message, "failed"),
            Err(error) => tracing::error!(source, "{error:#}"),
        }
        // papers are judged again after the next run, wherever this one was stopped
        if !stop.is_cancelled() {
            self.look_round().await;
        }
    }

    fn skipped(&self, source: &SourceId, due: &Due, why: Skip) {
        tracing::warn!(source, due_at = %due.at, ?why, "not started");
        let (house, source, due, clock) = (self.house.clone(), source.clone(), due.clone(), self.conduct.clock);
        tokio::spawn(async move {
            let mut house = house.lock().await;
            if let Err(error) = pipeline::record_skip(&mut house, &source, &due, clock()) {
                tracing::error!(source, "recording a skipped run: {error:#}");
            }
        });
    }

    async fn reload(&self) -> bool {
        match self.read_anew().await {
            Ok(()) => {
                tracing::warn!(sources = self.plan().scheduled.len(), "the configuration was read anew");
                true
            }
            Err(error) => {
                match error.downcast_ref::<BadConfiguration>() {
                    Some(BadConfiguration(mistakes)) => mistakes.iter().for_each(|mistake| tracing::error!("{mistake}")),
                    None => tracing::error!("{error:#}"),
                }
                tracing::error!("the configuration that was asked for cannot be used; the old one stays");
                false
            }
        }
    }

    fn turned(&self, idle: bool) {
        self.watched.turned();
        // whoever holds the house is at work
        if let Some(house) = idle.then(|| self.house.try_lock().ok()).flatten()
            && let Err(error) = house.store.rest()
        {
            tracing::debug!(%error, "giving back memory");
        }
    }

    fn stopping(&self) {
        self.brake.stop_reading();
        let (brake, over) = (self.brake.clone(), self.over.clone());
        std::thread::spawn(move || {
            std::thread::sleep(TO_COMMIT);
            loop {
                let over = held(&over);
                if *over {
                    break;
                }
                brake.cut();
                drop(over);
                std::thread::sleep(AGAIN);
            }
        });
    }
}
