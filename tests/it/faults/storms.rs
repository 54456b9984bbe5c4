//! Storms: many sources, many hosts or one, and a day of servers that fail now and then. The day is a virtual one, the requests are
//! real: none more than the budget, nobody beside anybody at a host, and whoever is well again is asked as before.

use super::ask::{asking, code, names, source, wait};
use super::server::{FaultServer, Script, Step, always, whole};
use super::trial::{document, full, quick};
use fastrand::Rng;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sverka::fetch::{Client, ClientOptions, FetchSpec};
use tokio::task::JoinSet;

/// Further tries that a host grants in no time.
const RETRIES: usize = 12;
/// Looks at a host that is down all day: those before it is left alone, and one after each rest, of which the first is 5 to 10
/// minutes and each further one twice as long.
const LOOKS_OF_A_DAY: usize = 3 + 9;
/// A look each hour.
const HOURS: i64 = 24;

/// How often a server fails, and from when to when.
#[derive(Clone, Copy)]
enum Weather {
    /// So many percent of all answers.
    Percent(u64),
    /// Every other hour.
    Flapping,
    /// Until this hour of the day.
    Until(i64),
}

/// A storm, and what came of it.
struct Storm {
    weather: Weather,
    sources: usize,
    hosts: usize,
}

/// What a storm cost.
#[derive(Debug)]
struct Cost {
    requests: usize,
    looks: usize,
    /// The most requests at the same time.
    at_once: usize,
    /// Requests in the last hour, and documents.
    last: (usize, usize),
}

impl Storm {
    fn hosts(&self) -> Vec<String> {
        (0..self.hosts).map(|number| format!("h{number}.example")).collect()
    }

    fn sources(&self, port: u16) -> Vec<FetchSpec> {
        let hosts = self.hosts();
        (0..self.sources).map(|number| source(&format!("http://{}:{port}/{number}", hosts[number % hosts.len()]), &[])).collect()
    }

    /// Lives through a day.
    fn live(&self, server: &FaultServer) -> Cost {
        let hosts = self.hosts();
        let list: Vec<(&str, &[&str])> = hosts.iter().map(|host| (host.as_str(), ["127.0.0.1"].as_slice())).collect();
        let client = Arc::new(Client::new(ClientOptions { rests: true, fixed_names: names(&list), ..quick() }));
        let (sources, hour) = (self.sources(server.port), Arc::new(Mutex::new(0)));
        let script = self.script(hour.clone());
        (0..self.sources).for_each(|number| server.script(&format!("/{number}"), script.clone()));
        let mut cost = Cost { requests: 0, looks: 0, at_once: 0, last: (0, 0) };
        wait(async {
            for now in 0..HOURS {
                *hour.lock().unwrap() = now;
                let before = server.heads().len();
                let mut looks = JoinSet::new();
                for spec in sources.clone() {
                    let client = client.clone();
                    looks.spawn(async move { code(&client.fetch(&spec, &asking(now * 3600)).await).0 });
                }
                let codes = looks.join_all().await;
                let good = codes.iter().filter(|code| **code == "document").count();
                assert!(codes.iter().all(|code| ["document", "http_503", "left_alone"].contains(code)), "{codes:?}");
                cost.last = (server.heads().len() - before, good);
                cost.looks += codes.iter().filter(|code| **code != "left_alone").count();
            }
        });
        (cost.requests, cost.at_once) = (server.heads().len(), server.most_at_once());
        cost
    }

    fn script(&self, hour: Arc<Mutex<i64>>) -> Script {
        let (weather, rng) = (self.weather, Mutex::new(Rng::with_seed(17)));
        let (good, bad) = (whole("200 OK", &[], &document()), whole("503 Service Unavailable", &[], b"down"));
        Arc::new(move |_, _| {
            let fails = match weather {
                Weather::Percent(percent) => rng.lock().unwrap().u64(0..100) < percent,
                Weather::Flapping => *hour.lock().unwrap() % 2 == 0,
                Weather::Until(end) => *hour.lock().unwrap() < end,
            };
            vec![Step::Wait(Duration::from_micros(300)), Step::Send(if fails { bad.clone() } else { good.clone() })]
        })
    }
}

/// The first storm of each kind of `percents`, at one host and at many.
fn assert_bounded(sources: usize, percents: &[u64]) {
    for percent in percents {
        for hosts in [1, sources] {
            let storm = Storm { weather: Weather::Percent(*percent), sources, hosts };
            let cost = storm.live(&FaultServer::start());
            let name = format!("{percent} % of {sources} sources at {hosts} hosts: {cost:?}");
            // a look is one request and what the host grants of further ones
            assert!(cost.requests <= cost.looks + RETRIES * hosts, "{name}");
            assert!(cost.looks <= sources * HOURS as usize, "{name}");
            if *percent == 100 {
                assert!(cost.requests <= (LOOKS_OF_A_DAY + RETRIES) * hosts, "{name}");
                assert_eq!(cost.last.1, 0);
            }
            if hosts == 1 {
                assert_eq!(cost.at_once, 1, "{name}");
            }
            println!("{name}");
        }
    }
    println!("F17 storms: {} cases", percents.len() * 2);
}

#[test]
fn a_storm_costs_no_more_than_its_budget() {
    match full() {
        true => assert_bounded(200, &[1, 5, 10, 25, 50, 75, 90, 99, 100]),
        false => assert_bounded(24, &[10, 50, 90, 100]),
    }
}

#[test]
#[ignore = "the full matrix: minutes"]
fn a_storm_of_two_hundred_sources_costs_no_more_than_its_budget() {
    assert_bounded(200, &[1, 5, 10, 25, 50, 75, 90, 99, 100]);
}

/// An hour well, an hour not: in the hours that are well everything comes.
#[test]
fn whoever_comes_and_goes_is_asked_when_there() {
    for hosts in [1, 20] {
        let storm = Storm { weather: Weather::Flapping, sources: 20, hosts };
        let cost = storm.live(&FaultServer::start());
        assert_eq!(cost.last, (20, 20), "{hosts} hosts: {cost:?}");
        // the hours that are not well: at one host three look, at many each
        let bad = if hosts == 1 { 3 * 12 } else { 20 * 12 };
        assert!(cost.requests <= 20 * 12 + bad + RETRIES * hosts, "{hosts} hosts: {cost:?}");
    }
    println!("F17 flapping: 2 cases");
}

/// A day without an answer, then all sources at once: one asks first, and the others wait for what comes of it.
#[test]
fn after_an_outage_nobody_comes_as_a_herd() {
    for (hosts, until) in [(1, 20), (4, 20), (1, 12)] {
        let storm = Storm { weather: Weather::Until(until), sources: 40, hosts };
        let cost = storm.live(&FaultServer::start());
        assert!(cost.at_once <= hosts, "{hosts} hosts: {cost:?}");
        assert!(cost.requests <= (LOOKS_OF_A_DAY + RETRIES) * hosts + 40 * (HOURS - until) as usize, "{hosts} hosts: {cost:?}");
        if until == 12 {
            assert_eq!(cost.last, (40, 40), "whoever is well has all of it again: {cost:?}");
        }
    }
    println!("F17 herds: 3 cases");
}

/// What was stored before a storm stays as it was.
#[test]
fn what_is_stored_stays_through_a_storm() {
    let server = FaultServer::start();
    let address = |number: usize| format!("http://127.0.0.1:{}/{number}", server.port);
    let room = super::trial::room(&(0..6).map(address).collect::<Vec<_>>(), "");
    server.well(Some(document()));
    let client = Client::new(ClientOptions { rests: true, ..quick() });
    assert_eq!(super::trial::fetch_all(&room, &client), ["stored"; 6]);
    let before = super::oracle::dump(&room.path("data"));
    server.well(None);
    (0..6).for_each(|number| {
        server.script(&format!("/{number}"), always(vec![Step::Send(whole("502 Bad Gateway", &[], b"<html>bad</html>"))]));
    });
    let outcomes: Vec<String> = (0..4).flat_map(|_| super::trial::fetch_all(&room, &client)).collect();
    assert_eq!(outcomes[..4], ["http_502", "http_502", "http_502", "left_alone"]);
    assert!(outcomes[3..].iter().all(|outcome| outcome == "left_alone"), "{outcomes:?}");
    assert_eq!(super::oracle::dump(&room.path("data")), before);
    super::oracle::assert_whole(&room.path("data"));
    assert!(server.heads().len() <= 6 + 3 + RETRIES, "{}", server.heads().len());
    println!("F17 stored: 1 case");
}
