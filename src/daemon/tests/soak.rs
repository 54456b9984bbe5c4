//! Months of the whole program in minutes of a test: the real pipeline over loopback, sources of several formats, and a script
//! of what their publishers do. What was told, looked at and stored is held against what the script says must come of it.

mod documents;
mod model;
mod server;
#[path = "../../../tests/it/workbook.rs"]
mod workbook;
mod world;

use super::super::serve::{Conduct, Work};
use super::*;
use crate::fetch::{Client, ClientOptions};
use crate::guard::Reader;
use crate::pipeline::{self, House, Places};
use chrono::TimeDelta;
use model::Model;
use rusqlite::{Connection, OpenFlags};
use server::Servers;
use std::cell::Cell;
use std::collections::BTreeSet;
use world::World;

/// Publishers whose first figure a paper prints.
const CLAIMS: usize = 8;
/// KiB of the database that the store keeps in memory, at most.
const KEPT_PAGES: u64 = 16 << 10;
/// KiB by which memory beside those may grow once everything has been seen.
const MOST_GROWTH: u64 = 4 << 10;
/// Set for the process that is watched while it soaks alone.
const ALONE: &str = "SVERKA_SOAK_ALONE";
/// Days of the long soak, unless it is told how many.
const DAYS: u64 = 100;
const TOLD_DAYS: &str = "SVERKA_SOAK_DAYS";

thread_local! {
    static CLOCK: Cell<DateTime<Utc>> = const { Cell::new(DateTime::UNIX_EPOCH) };
}

fn clock() -> DateTime<Utc> {
    CLOCK.get()
}

/// In no hurry with what is well, and in a hurry with what is not.
fn client(_: &House) -> anyhow::Result<Client> {
    Ok(Client::new(ClientOptions {
        first_byte_timeout: Duration::from_secs(1),
        total_timeout: Duration::from_secs(3),
        host_gap: Duration::ZERO,
        robots: false,
        rests: false,
        backoff: Duration::from_millis(1),
        allow_loopback: true,
        ..ClientOptions::default()
    }))
}

/// Folders of the test, and the program over them.
struct Room {
    places: Places,
    dir: tempfile::TempDir,
}

impl Room {
    fn new(world: &World, servers: &Servers) -> Room {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        let roots = world.publishers.iter().enumerate().map(|(number, one)| (one, servers.root(number)));
        for folder in ["evidence", "papers/soak"] {
            std::fs::create_dir_all(path(folder)).unwrap();
        }
        std::fs::write(path("sources.toml"), documents::sources(&roots.collect::<Vec<_>>())).unwrap();
        std::fs::write(path("papers/soak/paper.toml"), documents::PAPER).unwrap();
        let month = world.publishers[0].editions[0].table.keys().next().unwrap().1;
        std::fs::write(path("papers/soak/claims.csv"), documents::claims(0..CLAIMS, month)).unwrap();
        let places = Places {
            data: path("data"),
            config: Some(path("sources.toml")),
            papers: Some(path("papers")),
            evidence: Some(path("evidence")),
            alerts: None,
        };
        Room { places, dir }
    }

    fn daemon(&self) -> Dispatcher<Work> {
        let house = House::open(&self.places, Reader::InProcess, clock()).unwrap();
        let work = Work::of(house, self.places.clone(), Conduct { clock, client }).unwrap();
        Dispatcher::new(DaemonOptions { jitter: Duration::ZERO, clock, ..DaemonOptions::default() }, Arc::new(work))
    }

    /// The state before the first look is what verdicts are compared with; from then on each alert leaves a line.
    fn begin(&self) {
        let mut house = House::open(&self.places, Reader::InProcess, clock()).unwrap();
        pipeline::reconcile_papers(&mut house, None, clock()).unwrap();
        drop(house);
        let db = Connection::open(self.places.data.join("sverka.db")).unwrap();
        db.execute_batch(
            "CREATE TABLE told (id INTEGER PRIMARY KEY, line TEXT, at TEXT);
             CREATE TRIGGER told_first AFTER INSERT ON alert BEGIN
               INSERT INTO told (line, at) VALUES ('+ ' || new.key, new.raised_at); END;
             CREATE TRIGGER told_again AFTER UPDATE ON alert WHEN new.cleared_at IS NULL BEGIN
               INSERT INTO told (line, at) VALUES ('+ ' || new.key, new.raised_at); END;
             CREATE TRIGGER told_over AFTER UPDATE ON alert WHEN new.cleared_at IS NOT NULL BEGIN
               INSERT INTO told (line, at) VALUES ('- ' || new.key, new.cleared_at); END;",
        )
        .unwrap();
    }

    /// KiB of the database.
    fn size(&self) -> u64 {
        std::fs::metadata(self.places.data.join("sverka.db")).unwrap().len() >> 10
    }

    fn db(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        Connection::open_with_flags(self.dir.path().join("data/sverka.db"), flags).unwrap()
    }
}

fn lines(db: &Connection, sql: &str) -> Vec<String> {
    let mut query = db.prepare_cached(sql).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Everything that is due now is started, and waited for.
async fn settle(daemon: &mut Dispatcher<Work>) {
    daemon.dispatch();
    while !daemon.is_idle() {
        daemon.finished().await;
        daemon.dispatch();
    }
}

/// What was told since the last time, and no line of it twice.
fn told(db: &Connection, seen: &mut i64, now: DateTime<Utc>) -> BTreeSet<String> {
    let mut query = db.prepare_cached("SELECT line, at, id FROM told WHERE id > ?1 ORDER BY id").unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?));
    let mut told = BTreeSet::new();
    for (line, at, id) in query.query_map([*seen], read).unwrap().map(Result::unwrap) {
        assert_eq!(at.parse::<DateTime<Utc>>().unwrap(), now, "{line}");
        // which day and bytes a document has is the archive's affair
        let line = line
            .split_once("drift/")
            .map_or(line.clone(), |(sign, rest)| format!("{sign}drift/{}", rest.split('/').next().unwrap_or_default()));
        assert!(told.insert(line.clone()), "{now}: {line}, twice");
        *seen = id;
    }
    told
}

/// KiB of this process that are in memory, less the pages of the database that may be among them.
fn resident(room: &Room) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    let all: u64 = line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default();
    all.saturating_sub(room.size().min(KEPT_PAGES))
}

/// Lives through the script; gives the memory at the end of each tenth of it.
async fn live(world: World) -> Vec<u64> {
    let world = Arc::new(world);
    let mut now = world::instant(world.days.start, TimeDelta::minutes(5 * 60 + 45));
    let end = world::instant(world.days.end, TimeDelta::zero());
    CLOCK.set(now);
    let mut servers = Servers::start(&world).await;
    let room = Room::new(&world, &servers);
    room.begin();
    let (mut model, mut seen, mut memory) = (Model::new(&world, 0..CLAIMS), 0, Vec::new());
    let (db, mut daemon, tenth) = (room.db(), room.daemon(), (end - now) / 10);
    let (begun, since, mut seconds) = (now, WallInstant::now(), Vec::new());
    while now < end {
        CLOCK.set(now);
        servers.turn(now).await;
        settle(&mut daemon).await;
        let (wanted, told) = (model.step(now), told(&db, &mut seen, now));
        assert_eq!(told, wanted, "{now}");
        if now >= begun + tenth * (memory.len() as i32 + 1) {
            memory.push(resident(&room));
            seconds.push(since.elapsed().as_secs());
        }
        now = model.next(now);
        let evening = world::day(now);
        if let Some(down) = world.down.iter().find(|down| down.contains(&evening)) {
            drop(daemon);
            now = world::instant(down.end, TimeDelta::minutes(5 * 60 + 45));
            CLOCK.set(now);
            daemon = room.daemon();
        }
    }
    memory.push(resident(&room));
    check(&db, &model);
    println!("{} KiB; seconds at each tenth: {seconds:?}", room.size());
    memory
}

/// What is stored is what was published and seen, and every look left its row.
fn check(db: &Connection, model: &Model) {
    let vintages = lines(
        db,
        "SELECT concat(s.code, ' ', o.period, ' ', iif(o.status = 'withdrawn', 'withdrawn', o.value), ' ', o.known_from, '..', o.known_to)
           AS line FROM observation AS o JOIN series AS s ON s.id = o.series_id WHERE o.recorded_to IS NULL ORDER BY line",
    );
    let wanted = model.vintages();
    let differ = vintages.iter().zip(&wanted).find(|(stored, wanted)| stored != wanted);
    assert_eq!((differ, vintages.len()), (None, wanted.len()));
    let looked = lines(
        db,
        "SELECT concat(source_id, ' ', started_at, ' ', due_at) AS line FROM attempt WHERE outcome <> 'missed' ORDER BY line",
    );
    let look = |(source, at, due): &model::Look| {
        let [at, due] = [at, due].map(|at| crate::model::instant(*at));
        format!("{source} {at} {due}")
    };
    let mut wanted: Vec<String> = model.looks.iter().map(look).collect();
    wanted.sort();
    assert_eq!(looked, wanted);
    assert_eq!(lines(db, "PRAGMA integrity_check"), ["ok"]);
    let outcomes = lines(db, "SELECT concat(count(*), ' ', outcome) FROM attempt GROUP BY outcome ORDER BY count(*) DESC");
    println!("{} looks, {} vintages; {outcomes:?}", wanted.len(), vintages.len());
    println!("raised {:?}", model.raised);
}

fn soak(world: World) -> Vec<u64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(live(world))
}

#[test]
fn two_months_of_twelve_publishers() {
    soak(World::drawn(1, 12, 60));
}

/// In a process of its own, for its memory is watched: `just soak`.
#[test]
#[ignore = "takes minutes"]
fn a_long_time_of_sixty_publishers() {
    if std::env::var_os(ALONE).is_none() {
        let name = "daemon::tests::soak::a_long_time_of_sixty_publishers";
        let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
        let status = alone.args(["--exact", name, "--include-ignored", "--nocapture"]).env(ALONE, "1").status().unwrap();
        assert!(status.success());
        return;
    }
    let days = std::env::var(TOLD_DAYS).ok().map_or(DAYS, |days| days.parse().unwrap());
    let memory = soak(World::drawn(60, 60, days));
    println!("memory in KiB: {memory:?}");
    let (early, last) = (memory[..4].iter().max().unwrap(), memory.last().unwrap());
    assert!(*last <= early + MOST_GROWTH, "memory grows: {memory:?}");
}
