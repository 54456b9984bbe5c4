//! Years of a daemon in minutes of a test: a virtual clock, and everything that happens to a machine.

use super::*;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use fastrand::Rng;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// How long a daemon is watched.
const YEARS: i32 = 5;
/// Runs at once.
const AT_ONCE: usize = 2;
/// The source whose instants are also found by a way of their own.
const DAILY: (&str, NaiveTime) = ("30 2 * * *", NaiveTime::from_hms_opt(2, 30, 0).unwrap());
/// Expression and host of each source.
const SOURCES: [(&str, &str); 7] = [
    (DAILY.0, "a"),
    ("0 9 * * *", "a"),
    ("15 */6 * * *", "b"),
    ("30 1-3 * * *", "b"),
    ("0 10 L * *", "c"),
    ("20 19 * * 1-5", "d"),
    ("15 19 26-31,1-6 * *", "e"),
];

thread_local! {
    /// What the clock showed at an instant of the paused runtime.
    static CLOCK: Cell<Option<(DateTime<Utc>, Instant)>> = const { Cell::new(None) };
}

fn virtual_clock() -> DateTime<Utc> {
    let (shown, at) = CLOCK.get().unwrap();
    shown + TimeDelta::from_std(at.elapsed()).unwrap()
}

/// Somebody sets the clock, or the machine slept while the runtime's own time stood still.
fn set_clock(by: TimeDelta) {
    CLOCK.set(Some((virtual_clock() + by, Instant::now())));
}

/// What is written of one source.
#[derive(Default)]
struct Record {
    served: BTreeSet<DateTime<Utc>>,
    answered: BTreeSet<DateTime<Utc>>,
    planned: BTreeSet<DateTime<Utc>>,
    missed: Vec<Missed>,
    /// Tries that failed, by the instant they were to answer.
    tried: BTreeMap<DateTime<Utc>, Tried>,
    skipped: usize,
    failed: usize,
}

/// The store of the simulation, and who runs now.
struct World {
    sources: Arc<[Planned]>,
    since: DateTime<Utc>,
    records: Mutex<BTreeMap<SourceId, Record>>,
    running: Mutex<Vec<(SourceId, String)>>,
    rng: Mutex<Rng>,
}

/// A run that ends in whatever way.
struct Running<'w>(&'w World, SourceId);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.lock().unwrap().retain(|(source, _)| *source != self.1);
    }
}

impl World {
    fn write<T>(&self, source: &str, write: impl FnOnce(&mut Record) -> T) -> T {
        write(self.records.lock().unwrap().entry(source.to_owned()).or_default())
    }

    fn draw(&self, most: u64) -> u64 {
        self.rng.lock().unwrap().u64(0..most)
    }

    /// Nobody beside itself, one on a host, so many at once.
    fn enter(&self, source: &str) -> Running<'_> {
        let host = self.sources.iter().find(|one| one.source == source).unwrap().host.clone();
        let mut running = self.running.lock().unwrap();
        assert!(running.iter().all(|(other, at)| other != source && *at != host), "{source} beside {running:?}");
        running.push((source.to_owned(), host));
        assert!(running.len() <= AT_ONCE, "{running:?}");
        Running(self, source.to_owned())
    }

    fn begin(&self, source: &str, due: &Due) {
        self.write(source, |record| {
            if let Some(missed) = &due.missed {
                let known = record.planned.range(missed.first..=missed.last).next();
                assert_eq!(known, None, "{source}: {missed}, of which there is a record");
                record.missed.push(missed.clone());
                record.planned.insert(missed.last);
            }
            record.planned.insert(due.at);
        });
    }
}

impl Jobs for Arc<World> {
    fn sources(&self) -> Arc<[Planned]> {
        self.sources.clone()
    }

    fn marks(&self, now: DateTime<Utc>) -> anyhow::Result<HashMap<SourceId, Marks>> {
        let records = self.records.lock().unwrap();
        let latest = |of: &BTreeSet<DateTime<Utc>>| of.range(..=now).next_back().copied();
        let marks = |record: &Record| Marks {
            answered: latest(&record.answered),
            planned: latest(&record.planned).or(Some(self.since).filter(|since| *since <= now)),
            tried: record.tried.range(..=now).next_back().map(|(_, tried)| *tried),
        };
        Ok(records.iter().map(|(source, record)| (source.clone(), marks(record))).collect())
    }

    async fn run(&self, source: SourceId, due: Due, stop: CancellationToken) {
        let _running = self.enter(&source);
        self.begin(&source, &due);
        let takes = match self.draw(40) {
            0 => self.draw(10 * 3600),
            _ => 1 + self.draw(120),
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(takes)) => {}
            () = stop.cancelled() => return,
        }
        let fails = self.draw(25) == 0;
        self.write(&source, |record| match fails {
            true => {
                let tried = record.tried.entry(due.at).or_insert(Tried { at: due.at, times: 0, last: due.at });
                (tried.times, tried.last) = (tried.times + 1, virtual_clock());
                record.failed += 1;
            }
            false => {
                record.answered.insert(due.at);
                assert!(record.served.insert(due.at), "{source}: {} is served twice", due.at);
            }
        });
    }

    fn skipped(&self, source: &SourceId, due: &Due, _: Skip) {
        self.begin(source, due);
        self.write(source, |record| {
            assert!(record.answered.insert(due.at), "{source}: {} is skipped though it was answered", due.at);
            record.skipped += 1;
        });
    }

    async fn reload(&self) -> bool {
        true
    }

    fn stopping(&self) {}
}

/// Daemons one after the other, until the day comes. They are stopped or killed; between them nothing runs.
async fn live(world: &Arc<World>, until: DateTime<Utc>) {
    let options =
        DaemonOptions { at_once: AT_ONCE, heartbeat: Duration::from_secs(1500), clock: virtual_clock, ..Default::default() };
    while virtual_clock() < until {
        let (signal, signals) = mpsc::channel(4);
        let (_wake, woken) = mpsc::channel(1);
        let daemon = tokio::spawn(turn(options.clone(), Arc::new(world.clone()), signals, woken, None));
        for _ in 0..world.draw(40) {
            tokio::time::sleep(Duration::from_secs(world.draw(200 * 3600))).await;
            match world.draw(8) {
                0 => set_clock(TimeDelta::seconds(world.draw(3 * 3600).cast_signed() - 5400)),
                1 => set_clock(TimeDelta::seconds(world.draw(72 * 3600).cast_signed())),
                2 => signal.send(Asked::Reload).await.unwrap(),
                _ => {}
            }
        }
        match world.draw(2) {
            0 => assert!(signal.send(Asked::Stop).await.is_ok() && daemon.await.unwrap() == Stopped::default()),
            _ => {
                daemon.abort();
                assert!(daemon.await.unwrap_err().is_cancelled());
            }
        }
        tokio::time::sleep(Duration::from_secs(world.draw(10 * 86_400))).await;
    }
}

/// The instants of a daily time, by the wall clock of each day.
fn days(zone: Tz, time: NaiveTime, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let first: NaiveDate = (from - TimeDelta::days(2)).date_naive();
    let shown = |day: NaiveDate| {
        let minutes = (0..2 * 1440).map(|minute| day.and_time(time) + TimeDelta::minutes(minute));
        minutes.into_iter().find_map(|wall| wall.and_local_timezone(zone).earliest()).unwrap().to_utc()
    };
    let found: BTreeSet<_> = first.iter_days().map(shown).take_while(|at| *at <= until).filter(|at| *at > from).collect();
    found.into_iter().collect()
}

/// Every instant is served once or there is a record of it: tried, skipped or missed.
fn check(world: &World, zone: Tz) {
    for one in world.sources.iter() {
        let records = world.records.lock().unwrap();
        let record = &records[&one.source];
        let end = *record.planned.last().unwrap();
        let next = |at: &DateTime<Utc>| one.schedule.next_due(*at);
        let instants: Vec<_> = std::iter::successors(next(&world.since), next).take_while(|at| *at <= end).collect();
        if one.schedule.cron == DAILY.0 {
            assert_eq!(instants, days(zone, DAILY.1, world.since, end), "{zone}");
        }
        let stretch = |missed: &Missed| {
            let (from, to) =
                (instants.partition_point(|at| *at < missed.first), instants.partition_point(|at| *at <= missed.last));
            &instants[from..to]
        };
        let counted: usize = record.missed.iter().map(|missed| missed.runs.unwrap() as usize).sum();
        let told: Vec<_> = record.missed.iter().flat_map(stretch).collect();
        assert_eq!(counted, told.len(), "{zone} {}", one.source);
        let told: BTreeSet<_> = told.into_iter().collect();
        let lost: Vec<_> = instants.iter().filter(|at| !record.planned.contains(at) && !told.contains(at)).collect();
        assert!(lost.is_empty(), "{zone} {}: no record of {lost:?}", one.source);
        let alien: Vec<_> = record.planned.iter().filter(|at| instants.binary_search(at).is_err()).collect();
        // what was the latest when the daemon was first started comes before all others
        assert!(alien.iter().all(|at| **at <= world.since), "{zone} {}: {alien:?} were never planned", one.source);
        let (served, missed) = (record.served.len(), record.missed.len());
        println!(
            "{zone} {}: {} planned, {served} served, {counted} missed in {missed} rows, {} skipped, {} failed",
            one.source,
            instants.len(),
            record.skipped,
            record.failed
        );
        assert!(served * 2 > instants.len(), "{zone} {}: {served} of {}", one.source, instants.len());
    }
}

fn simulate(zone: Tz, first_year: i32, seed: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let since = NaiveDate::from_ymd_opt(first_year, 1, 1).unwrap().and_time(NaiveTime::MIN).and_utc();
    let scheduled = |(number, (cron, host)): (usize, &(&str, &str))| Planned {
        source: format!("{number} {cron}"),
        schedule: Schedule::parse(cron, zone).unwrap(),
        host: (*host).to_owned(),
        live: true,
    };
    let world = Arc::new(World {
        sources: SOURCES.iter().enumerate().map(scheduled).collect(),
        since,
        records: Mutex::default(),
        running: Mutex::default(),
        rng: Mutex::new(Rng::with_seed(seed)),
    });
    fastrand::seed(seed);
    runtime.block_on(async {
        CLOCK.set(Some((since, Instant::now())));
        live(&world, since + TimeDelta::days(i64::from(YEARS) * 365)).await;
    });
    check(&world, zone);
}

#[test]
fn five_years_in_moscow() {
    // summer time was given up in 2011, and again in 2014
    simulate(chrono_tz::Europe::Moscow, 2010, 1);
}

#[test]
fn five_years_in_berlin() {
    simulate(chrono_tz::Europe::Berlin, 2024, 2);
}

#[test]
fn five_years_in_new_york() {
    simulate(chrono_tz::America::New_York, 2022, 3);
}

#[test]
fn five_years_in_shanghai() {
    simulate(chrono_tz::Asia::Shanghai, 2026, 4);
}

#[test]
fn five_years_on_lord_howe_island() {
    // half an hour of summer time
    simulate(chrono_tz::Australia::Lord_Howe, 2024, 5);
}

#[test]
fn five_years_in_apia() {
    // 30 December 2011 was left out
    simulate(chrono_tz::Pacific::Apia, 2009, 6);
}
