//! The loop with jobs that do nothing but count. Times are short; the clock is a fixed one.

mod soak;
mod years;

use super::*;
use crate::model::Tried;
use crate::schedule::{Missed, Schedule};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant as WallInstant;

type Started = Vec<(SourceId, DateTime<Utc>)>;

/// What the fake jobs saw.
#[derive(Default)]
struct Log {
    started: Mutex<Started>,
    skipped: Mutex<Started>,
    going_on: AtomicUsize,
    most_at_once: AtomicUsize,
    reloaded: AtomicUsize,
    stopping: AtomicUsize,
}

/// Jobs that take `takes` each, and remember their runs only if `remembers`.
struct Fake {
    sources: Vec<Planned>,
    last_runs: Mutex<HashMap<SourceId, DateTime<Utc>>>,
    takes: Duration,
    remembers: bool,
    heeds_stop: bool,
    log: Arc<Log>,
}

impl Jobs for Fake {
    fn sources(&self) -> Arc<[Planned]> {
        self.sources.clone().into()
    }

    fn marks(&self, _: DateTime<Utc>) -> anyhow::Result<HashMap<SourceId, Marks>> {
        let marks = |at: &DateTime<Utc>| Marks { answered: Some(*at), planned: Some(*at), tried: None };
        Ok(self.last_runs.lock().unwrap().iter().map(|(source, at)| (source.clone(), marks(at))).collect())
    }

    async fn run(&self, source: SourceId, due: Due, stop: CancellationToken) {
        let due_at = due.at;
        self.log.started.lock().unwrap().push((source.clone(), due_at));
        let going_on = self.log.going_on.fetch_add(1, Ordering::SeqCst) + 1;
        self.log.most_at_once.fetch_max(going_on, Ordering::SeqCst);
        tokio::select! {
            () = tokio::time::sleep(self.takes) => {}
            () = stop.cancelled(), if self.heeds_stop => {}
        }
        self.log.going_on.fetch_sub(1, Ordering::SeqCst);
        assert!(source != "breaks", "a broken run");
        if self.remembers {
            self.last_runs.lock().unwrap().insert(source, due_at);
        }
    }

    fn skipped(&self, source: &SourceId, due: &Due, why: Skip) {
        assert_eq!(why, Skip::Overlap);
        self.log.skipped.lock().unwrap().push((source.clone(), due.at));
    }

    async fn reload(&self) -> bool {
        self.log.reloaded.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(self.takes).await;
        false
    }

    fn stopping(&self) {
        self.log.stopping.fetch_add(1, Ordering::SeqCst);
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    at("2026-11-23T12:00:00Z")
}

/// Sources as `id@host`, daily at nine.
fn fake(sources: &[&str], takes_ms: u64) -> (Fake, Arc<Log>) {
    let log = Arc::new(Log::default());
    let scheduled = |text: &&str| {
        let (source, host) = text.split_once('@').unwrap();
        let schedule = Schedule::parse("0 9 * * *", chrono_tz::UTC).unwrap();
        Planned { source: source.to_owned(), schedule, host: host.to_owned(), live: true }
    };
    let jobs = Fake {
        sources: sources.iter().map(scheduled).collect(),
        last_runs: Mutex::default(),
        takes: Duration::from_millis(takes_ms),
        remembers: true,
        heeds_stop: true,
        log: log.clone(),
    };
    (jobs, log)
}

fn options() -> DaemonOptions {
    DaemonOptions {
        jitter: Duration::from_millis(2),
        heartbeat: Duration::from_millis(10),
        grace: Duration::from_millis(300),
        clock: noon,
        ..DaemonOptions::default()
    }
}

/// Runs the daemon, and tells it to stop after each of the given waits.
async fn run_for(options: DaemonOptions, jobs: Fake, waits_ms: &[u64]) -> Stopped {
    let (signal, signals) = mpsc::channel(2);
    let waits = waits_ms.to_vec();
    tokio::spawn(async move {
        for wait in waits {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            signal.send(Asked::Stop).await.unwrap();
        }
        std::future::pending::<()>().await;
    });
    run(options, jobs, signals).await.unwrap()
}

fn sources_of(started: &Mutex<Started>) -> Vec<SourceId> {
    let mut sources: Vec<SourceId> = started.lock().unwrap().iter().map(|(source, _)| source.clone()).collect();
    sources.sort_unstable();
    sources
}

#[tokio::test]
async fn each_missed_source_is_caught_up_once() {
    let (jobs, log) = fake(&["a@x", "b@y", "c@z"], 5);
    jobs.last_runs.lock().unwrap().insert("a".to_owned(), at("2026-11-19T09:00:00Z"));
    jobs.last_runs.lock().unwrap().insert("b".to_owned(), at("2026-11-23T09:00:01Z"));
    assert_eq!(run_for(options(), jobs, &[300]).await, Stopped::default());
    let today = at("2026-11-23T09:00:00Z");
    let mut started = log.started.lock().unwrap().clone();
    started.sort_unstable();
    assert_eq!(started, [("a".to_owned(), today), ("c".to_owned(), today)]);
    assert!(log.skipped.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_run_that_cannot_record_itself_is_not_started_at_every_wake_up() {
    let (mut jobs, log) = fake(&["a@x", "breaks@y"], 5);
    jobs.remembers = false;
    run_for(options(), jobs, &[300]).await;
    assert_eq!(sources_of(&log.started), ["a", "breaks"]);
}

#[tokio::test]
async fn one_at_a_time_on_a_host_and_a_few_in_all() {
    let (jobs, log) = fake(&["a@x", "b@x", "c@x"], 20);
    run_for(options(), jobs, &[600]).await;
    assert_eq!((sources_of(&log.started).join(""), log.most_at_once.load(Ordering::SeqCst)), ("abc".to_owned(), 1));
    let (jobs, log) = fake(&["a@1", "b@2", "c@3", "d@4", "e@5"], 50);
    run_for(DaemonOptions { at_once: 2, ..options() }, jobs, &[900]).await;
    assert_eq!((sources_of(&log.started).join(""), log.most_at_once.load(Ordering::SeqCst)), ("abcde".to_owned(), 2));
}

/// Due each second by the real clock and the real scheduler, while a run takes longer than that.
#[tokio::test]
async fn a_source_never_runs_beside_itself_and_each_skip_is_recorded_once() {
    let (mut jobs, log) = fake(&["a@x"], 2500);
    jobs.sources[0].schedule = Schedule::parse("* * * * * *", chrono_tz::UTC).unwrap();
    let only_cron = DaemonOptions { heartbeat: Duration::from_secs(60), clock: Utc::now, ..options() };
    let stopped = run_for(only_cron, jobs, &[4000]).await;
    assert_eq!(stopped, Stopped::default());
    assert_eq!(log.most_at_once.load(Ordering::SeqCst), 1);
    assert!(sources_of(&log.started).len() >= 2, "{:?}", log.started);
    let skipped = log.skipped.lock().unwrap().clone();
    let mut distinct = skipped.clone();
    distinct.dedup();
    assert!(!skipped.is_empty() && skipped == distinct, "{skipped:?}");
}

#[tokio::test]
async fn it_stops_in_time_whatever_runs() {
    let start = WallInstant::now();
    let (jobs, log) = fake(&["a@x"], 60_000);
    assert_eq!(run_for(options(), jobs, &[50]).await, Stopped::default());
    assert_eq!((log.going_on.load(Ordering::SeqCst), log.stopping.load(Ordering::SeqCst)), (0, 1));
    assert!(start.elapsed() < Duration::from_millis(300), "{:?}", start.elapsed());

    let (mut jobs, _) = fake(&["a@x"], 60_000);
    jobs.heeds_stop = false;
    let stopped = run_for(options(), jobs, &[50]).await;
    assert_eq!(stopped.interrupted, ["a"]);
    assert!(start.elapsed() < Duration::from_millis(1000), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_second_signal_ends_the_wait() {
    let start = WallInstant::now();
    let (mut jobs, _) = fake(&["a@x"], 60_000);
    jobs.heeds_stop = false;
    let patient = DaemonOptions { grace: Duration::from_secs(60), ..options() };
    let stopped = run_for(patient, jobs, &[50, 50]).await;
    assert_eq!(stopped.interrupted, ["a"]);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

/// Three that come while one is being heeded are heeded once more, and a stop does not wait for any.
#[tokio::test]
async fn reloads_do_not_pile_up() {
    let (jobs, log) = fake(&["a@x"], 100);
    jobs.last_runs.lock().unwrap().insert("a".to_owned(), noon());
    let (signal, signals) = mpsc::channel(8);
    let daemon = tokio::spawn(run(options(), jobs, signals));
    for _ in 0..4 {
        signal.send(Asked::Reload).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(log.reloaded.load(Ordering::SeqCst), 2);
    signal.send(Asked::Reload).await.unwrap();
    signal.send(Asked::Stop).await.unwrap();
    let start = WallInstant::now();
    assert_eq!(daemon.await.unwrap().unwrap(), Stopped::default());
    assert!(start.elapsed() < Duration::from_millis(90), "{:?}", start.elapsed());
}
