//! What a run costs in which nothing is new, beside a plain loop of the same conditional requests: `cargo bench --bench refresh`.
//! 200 publishers on this machine answer 304, at once and after 50 ms; the program writes two rows' worth of durable log a source.
//! Then the same with a long history. Nothing is asserted; the bars are 80 ms above the plain loop, and 1.3 times the time of a
//! loop that has eight requests under way when an answer takes 50 ms.

mod server;

use chrono::Utc;
use server::Server;
use std::path::Path;
use std::time::{Duration, Instant};
use sverka::guard::Reader;
use sverka::pipeline::{self, Chosen, House, Places};
use tokio::task::JoinSet;

/// Publishers, each a host of its own.
const SOURCES: usize = 200;
/// So often everything is done; the quickest counts.
const TIMES: usize = 7;
/// Requests that a loop has under way which is polite in its own way.
const FEW: usize = 8;
/// Tries and documents a source of the long history: three years of days, and of months.
const HISTORY: [usize; 2] = [1000, 36];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = Server::start(SOURCES);
    let dir = tempfile::tempdir().unwrap();
    let places = places(dir.path(), &server);
    let mut house = House::open(&places, Reader::InProcess, Utc::now()).unwrap();
    println!("first run: {}", told(&runtime.block_on(refresh(&mut house))));
    for delay in [0, 50] {
        server.answer_after(Duration::from_millis(delay));
        compare(&runtime, &mut house, &server, delay);
    }
    server.answer_after(Duration::ZERO);
    drop(house);
    lengthen(&places.data.join("sverka.db"));
    let mut house = House::open(&places, Reader::InProcess, Utc::now()).unwrap();
    println!("with {} tries and {} documents a source before:", HISTORY[0], HISTORY[1]);
    compare(&runtime, &mut house, &server, 0);
}

/// The program and both loops in turn, so that a slow moment of the machine hits all of them.
fn compare(runtime: &tokio::runtime::Runtime, house: &mut House, server: &Server, delay: u64) {
    let mut best = [Duration::MAX; 3];
    let mut last = String::new();
    for _ in 0..TIMES {
        let since = Instant::now();
        let summary = runtime.block_on(refresh(house));
        best[0] = best[0].min(since.elapsed());
        last = told(&summary);
        for (best, at_once) in best[1..].iter_mut().zip([SOURCES, FEW]) {
            let since = Instant::now();
            runtime.block_on(plainly(server, at_once));
            *best = (*best).min(since.elapsed());
        }
    }
    let [own, all, few] = best.map(|time| time.as_secs_f64() * 1000.0);
    println!("answers after {delay} ms: {own:.1} ms, {last}");
    println!("  {all:>7.1} ms plain requests, all at once: {:.1} ms more, ratio {:.2}", own - all, own / all);
    println!("  {few:>7.1} ms plain requests, {FEW} at once: ratio {:.2}", own / few);
}

async fn refresh(house: &mut House) -> pipeline::Summary {
    pipeline::run(house, &Chosen::default(), Utc::now, &|_| ()).await.unwrap()
}

fn told(summary: &pipeline::Summary) -> String {
    let count = |outcome| summary.count(outcome);
    format!("{} stored, {} not modified, of {}", count("stored"), count("not_modified"), summary.taken.len())
}

/// The same requests by the same HTTP library, and nothing else.
async fn plainly(server: &Server, at_once: usize) {
    let client = reqwest::Client::new();
    let mut waiting = (0..SOURCES).map(|number| server.address(number));
    let mut under_way = JoinSet::new();
    let ask = |under_way: &mut JoinSet<_>, address: String| {
        let request = client.get(address).header("If-None-Match", server::TAG).send();
        under_way.spawn(async move { request.await.unwrap().status() });
    };
    waiting.by_ref().take(at_once).for_each(|address| ask(&mut under_way, address));
    while let Some(status) = under_way.join_next().await {
        assert_eq!(status.unwrap(), 304);
        if let Some(address) = waiting.next() {
            ask(&mut under_way, address);
        }
    }
}

/// A configuration of as many sources, without papers and evidence.
fn places(dir: &Path, server: &Server) -> Places {
    let mut text = "[fetch]\nallow_loopback = true\n[[publisher]]\nid = \"p\"\nname = \"P\"\ncountry = \"ru\"\nurl = \"https://publisher.example/\"\n"
        .to_string();
    for number in 0..SOURCES {
        let address = server.address(number);
        text += &format!(
            "[[source]]\nid = \"s{number}\"\npublisher = \"p\"\ntitle = \"Output\"\npage = \"https://publisher.example/\"\n\
             address = [{{ url = \"{address}\" }}]\nschedule = \"0 6 * * *\"\nformat = [\"csv\"]\nlicence = \"none\"\n\
             [[source.read]]\nname = \"output\"\ncolumns = [{{ head = [\"{{month}} {{year}}\"] }}]\nrows = [{{ stub = \"{{item:word}}\" }}]\n\
             series = \"p.o{number}.{{item}}.ru.level.m\"\nunit = \"percent\"\n"
        );
    }
    let folder = |name: &str| {
        std::fs::create_dir_all(dir.join(name)).unwrap();
        Some(dir.join(name))
    };
    let (papers, evidence, config) = (folder("papers"), folder("evidence"), dir.join("sources.toml"));
    std::fs::write(&config, text).unwrap();
    Places { data: dir.join("data"), config: Some(config), papers, evidence, alerts: None }
}

/// Years of runs in which nothing was new, and documents that were.
fn lengthen(file: &Path) {
    let db = rusqlite::Connection::open(file).unwrap();
    let [tries, documents] = HISTORY;
    db.execute_batch(&format!(
        "BEGIN;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {tries})
           INSERT INTO attempt (source_id, trigger, started_at, finished_at, outcome, document)
           SELECT s.id, 'run', datetime('2023-01-01', i || ' days') || 'Z', datetime('2023-01-01', i || ' days') || 'Z', 'not_modified',
             (SELECT a.document FROM attempt AS a WHERE a.source_id = s.id AND a.document IS NOT NULL LIMIT 1)
           FROM n, source AS s ORDER BY i;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {documents})
           INSERT INTO snapshot (source_id, sha256, bytes, as_of, as_of_basis, known_from, known_from_basis, class, held, recorded_from)
           SELECT s.id, printf('%064x', i * 1000 + s.rowid), 1, date('2023-01-01', i || ' months'), 'recorded',
             date('2023-01-01', i || ' months'), 'recorded', 'parsed', 1, '' FROM n, source AS s;
         COMMIT;"
    ))
    .unwrap();
}
