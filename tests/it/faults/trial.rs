//! A table of faults and its runner: a source a case, all in one room, fetched by the whole pipeline with times that tests can wait
//! for; then the oracle, then the publisher is well and the program runs once more.

use super::super::support::{Room, V1, count};
use super::super::workbook::xlsx;
use super::families::places;
use super::oracle;
use super::server::{FaultServer, Script};
use chrono::{TimeDelta, Utc};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use sverka::fetch::{Client, ClientOptions};
use sverka::guard::Reader;
use sverka::pipeline::{House, fetch_and_take};
use sverka::schedule::Due;

/// Chooses the full set of cases where a test has a sample of it.
pub const FULL: &str = "SVERKA_FAULTS";

/// Looks so far: no instant is answered twice.
static LOOKS: AtomicI64 = AtomicI64::new(0);

/// A case of a table.
pub struct Case {
    pub name: String,
    /// What the publisher does.
    pub script: Script,
    /// Codes by which the attempt may end; all but `stored` leave nothing.
    pub codes: &'static [&'static str],
}

impl Case {
    pub fn new(name: impl Into<String>, script: Script, codes: &'static [&'static str]) -> Case {
        Case { name: name.into(), script, codes }
    }
}

/// Whether the full set is wanted.
pub fn full() -> bool {
    std::env::var(FULL).is_ok_and(|value| value == "full")
}

/// What random choices begin with: what is asked for, or the usual one.
pub fn seed(usual: u64) -> u64 {
    std::env::var("SVERKA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(usual)
}

/// All of them, or a sample of one in so many: seeded, and it says its seed.
pub fn sampled(mut cases: Vec<Case>, one_in: usize, all: bool) -> Vec<Case> {
    if all || full() {
        return cases;
    }
    let seed = seed(7);
    println!("one case in {one_in}; SVERKA_SEED={seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    rng.shuffle(&mut cases);
    cases.truncate(cases.len().div_ceil(one_in));
    cases
}

/// A client in a hurry, which may dial this machine.
pub fn quick() -> ClientOptions {
    ClientOptions {
        connect_timeout: Duration::from_secs(2),
        first_byte_timeout: Duration::from_secs(3),
        total_timeout: Duration::from_secs(10),
        rate_window: Duration::from_secs(2),
        host_gap: Duration::ZERO,
        robots: false,
        rests: false,
        backoff: Duration::from_millis(1),
        longest_wait: Duration::from_secs(1),
        allow_loopback: true,
        ..ClientOptions::default()
    }
}

/// The document that every source has when its publisher is well.
pub fn document() -> Vec<u8> {
    xlsx(V1)
}

/// A room with a source an address, which are looked at once a year; `keys` are lines of the table `[fetch]`.
pub fn room(addresses: &[String], keys: &str) -> Room {
    let text = include_str!("../../fixtures/sources.toml").replace("*/2 * * * * *", "0 0 1 1 *");
    let text = text.replace("allow_loopback = true", &format!("allow_loopback = true\ngap = 0\n{keys}"));
    let (head, source) = text.split_once("[[source]]").unwrap();
    let block = |(number, address): (usize, &String)| {
        format!("[[source]]{}", source.replace("id = \"s\"", &format!("id = \"s{number}\"")).replace("{ADDRESS}", address))
    };
    Room::with(&(head.to_owned() + &addresses.iter().enumerate().map(block).collect::<Vec<_>>().join("\n")))
}

/// Fetches every source of a room once, one after the other, and gives the outcomes in their order.
pub fn fetch_all(room: &Room, client: &Client) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let house = open(room);
    runtime.block_on(async {
        let ids: Vec<String> = house.lock().await.config.sources.iter().map(|source| source.id.clone()).collect();
        let mut outcomes = Vec::new();
        for id in ids {
            let due = Due {
                at: Utc::now() - TimeDelta::days(1) + TimeDelta::seconds(LOOKS.fetch_add(1, Ordering::SeqCst)),
                missed: None,
            };
            outcomes.push(fetch_and_take(&house, client, &id, &due, Utc::now).await.unwrap().outcome);
        }
        outcomes
    })
}

/// The room's data, opened for writing by this process.
pub fn open(room: &Room) -> tokio::sync::Mutex<House> {
    tokio::sync::Mutex::new(House::open(&places(&room.path("")), Reader::InProcess, Utc::now()).unwrap())
}

/// Runs a table and says how many cases it had. Each leaves one attempt with its code, and nothing that is stored or half stored;
/// then the publisher is well, and one more run says what a run without any fault says.
pub fn assert_all(row: &str, cases: Vec<Case>) {
    let server = FaultServer::start();
    let address = |number: usize| format!("http://127.0.0.1:{}/{number}.xlsx", server.port);
    let addresses: Vec<String> = (0..cases.len()).map(address).collect();
    let clean = clean(&server, &addresses);
    cases.iter().enumerate().for_each(|(number, case)| server.script(&format!("/{number}.xlsx"), case.script.clone()));
    let room = room(&addresses, "");
    let client = Client::new(ClientOptions { temp_dir: Some(room.path(".")), ..quick() });
    let outcomes = fetch_all(&room, &client);
    let wrong: Vec<String> = std::iter::zip(&cases, &outcomes)
        .filter(|(case, outcome)| !case.codes.contains(&outcome.as_str()))
        .map(|(case, outcome)| format!("{}: expected {:?}, came {outcome}", case.name, case.codes))
        .collect();
    assert!(wrong.is_empty(), "{row}: {} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    oracle::assert_invariants(&room, 0, &outcomes.iter().map(String::as_str).collect::<Vec<_>>());
    let stored = outcomes.iter().filter(|outcome| *outcome == "stored").count();
    assert_eq!(count(&room.db(), "SELECT count(DISTINCT source_id) FROM observation"), stored as i64, "{row}: figures");
    server.well(Some(document()));
    oracle::assert_heals(&room, &clean);
    println!("{row}: {} cases", cases.len());
}

/// What the database says after a run in which the publisher was well.
fn clean(server: &FaultServer, addresses: &[String]) -> String {
    server.well(Some(document()));
    let room = room(addresses, "");
    let ran = room.sverka(&["run"]);
    assert!(ran.code <= 1, "{ran:?}");
    server.well(None);
    oracle::dump(&room.path("data"))
}
