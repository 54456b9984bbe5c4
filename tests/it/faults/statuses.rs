//! Statuses that are no document, and the ways of saying when to come again: what is asked, how often, and what outlives the program.

use super::super::support::{Room, column, count};
use super::oracle;
use super::server::{FaultServer, Script, Step, always, whole};
use super::trial::{Case, assert_all, document, fetch_all, full, quick, room};
use rusqlite::Connection;
use sverka::fetch::{Client, ClientOptions};

fn status(line: &str, headers: &[&str]) -> Script {
    always(vec![Step::Send(whole(line, headers, b"<html><body>no</body></html>"))])
}

/// Status, code, and requests that are made of one look.
const STATUSES: [(&str, &str, usize); 33] = [
    ("201 Created", "http_other", 1),
    ("202 Accepted", "http_other", 1),
    ("203 Non-Authoritative Information", "http_other", 1),
    ("205 Reset Content", "http_other", 1),
    ("206 Partial Content", "http_other", 1),
    ("226 IM Used", "http_other", 1),
    ("300 Multiple Choices", "http_other", 1),
    ("304 Not Modified", "protocol", 1),
    ("305 Use Proxy", "http_other", 1),
    ("306 Switch Proxy", "http_other", 1),
    ("399 Whatever", "http_other", 1),
    ("400 Bad Request", "http_400", 1),
    ("401 Unauthorized", "http_401", 1),
    ("402 Payment Required", "http_4xx", 1),
    ("403 Forbidden", "http_403", 1),
    ("404 Not Found", "http_404", 1),
    ("406 Not Acceptable", "http_4xx", 1),
    ("407 Proxy Authentication Required", "http_4xx", 1),
    ("408 Request Timeout", "http_408", 4),
    ("410 Gone", "http_410", 1),
    ("412 Precondition Failed", "http_412", 1),
    ("416 Range Not Satisfiable", "http_4xx", 1),
    ("418 I'm a teapot", "http_4xx", 1),
    ("425 Too Early", "http_425", 4),
    ("429 Too Many Requests", "rate_limited", 4),
    ("451 Unavailable For Legal Reasons", "http_451", 1),
    ("500 Internal Server Error", "http_500", 4),
    ("501 Not Implemented", "http_5xx", 4),
    ("502 Bad Gateway", "http_502", 4),
    ("503 Service Unavailable", "http_503", 4),
    ("504 Gateway Timeout", "http_504", 4),
    ("521 Web Server Is Down", "http_5xx", 4),
    ("999 Request Denied", "http_other", 1),
];

#[test]
fn a_status_has_its_code() {
    let cases = STATUSES.iter().map(|(line, code, _)| Case::new(*line, status(line, &[]), std::slice::from_ref(code)));
    assert_all("F16 statuses", cases.collect());
}

/// Every host is asked by its own budget of further tries.
#[test]
fn what_may_pass_is_asked_again_and_what_will_not_is_not() {
    let server = FaultServer::start();
    let names: Vec<String> = (0..STATUSES.len()).map(|number| format!("h{number}.example")).collect();
    for (number, (line, _, _)) in STATUSES.iter().enumerate() {
        server.script(&format!("/{number}.xlsx"), status(line, &[]));
    }
    let address = |(number, name): (usize, &String)| format!("http://{name}:{}/{number}.xlsx", server.port);
    let room = room(&names.iter().enumerate().map(address).collect::<Vec<_>>(), "");
    let loopback = vec!["127.0.0.1".parse().unwrap()];
    let fixed_names = names.iter().map(|name| (name.clone(), loopback.clone())).collect();
    let outcomes = fetch_all(&room, &Client::new(ClientOptions { fixed_names, ..quick() }));
    for (number, (line, code, requests)) in STATUSES.iter().enumerate() {
        let seen = (outcomes[number].as_str(), server.asked(&format!("/{number}.xlsx")));
        assert_eq!(seen, (*code, *requests), "{line}");
    }
    println!("F16 tries: {} cases", STATUSES.len());
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const DATE: &str = "Date: Wed, 21 Oct 2026 07:28:00 GMT";

/// Header lines, and the seconds for which the host is left alone.
fn wishes() -> Vec<(Vec<&'static str>, Option<i64>)> {
    let plain = [
        ("Retry-After: 120", Some(120)),
        ("Retry-After:  120 ", Some(120)),
        ("Retry-After: 3600", Some(HOUR)),
        ("Retry-After: 86400", Some(DAY)),
        ("Retry-After: 86401", Some(DAY)),
        ("Retry-After: 315360000", Some(DAY)),
        ("Retry-After: 99999999999999999999999999", Some(DAY)),
        ("Retry-After: 0", None),
        ("Retry-After: -5", None),
        ("Retry-After: +120", None),
        ("Retry-After: 120.5", None),
        ("Retry-After: 1e3", None),
        ("Retry-After: soon", None),
        ("Retry-After:", None),
        ("Retry-After: 120 seconds", None),
        ("Retry-After: Wed, 21 Oct 2026 08:28:00 GMT", None),
    ];
    let dated = [
        ("Retry-After: Wed, 21 Oct 2026 08:28:00 GMT", Some(HOUR)),
        ("Retry-After: Wednesday, 21-Oct-26 08:28:00 GMT", Some(HOUR)),
        ("Retry-After: Wed Oct 21 08:28:00 2026", Some(HOUR)),
        ("Retry-After: Wed, 21 Oct 2026 07:00:00 GMT", None),
        ("Retry-After: Tue, 21 Oct 2036 07:28:00 GMT", Some(DAY)),
        ("Retry-After: Wed, 41 Oct 2026 07:28:00 GMT", None),
        ("Retry-After: 2026-10-21T08:28:00Z", None),
    ];
    let plain = plain.into_iter().map(|(line, wait)| (vec![line], wait));
    plain.chain(dated.into_iter().map(|(line, wait)| (vec![DATE, line], wait))).collect()
}

/// Statuses that come with a wish: those for which it was made, and those that others send with it.
const REFUSALS: [&str; 5] =
    ["429 Too Many Requests", "503 Service Unavailable", "403 Forbidden", "404 Not Found", "500 Internal Server Error"];

/// One look, then the same program again, then again once the time is over.
fn assert_heeded(cases: &[(&str, Vec<&str>, Option<i64>)]) {
    let host = |number: usize| format!("127.0.1.{}", number + 1);
    let server = FaultServer::start().also_on((0..cases.len()).map(host));
    let addresses: Vec<String> =
        (0..cases.len()).map(|number| format!("http://{}:{}/{number}.xlsx", host(number), server.port)).collect();
    for (number, (line, headers, _)) in cases.iter().enumerate() {
        server.script(&format!("/{number}.xlsx"), status(line, headers));
    }
    let room = room(&addresses, "");
    let first = fetch_all(&room, &Client::new(quick()));
    let rests: Vec<Option<i64>> = (0..cases.len()).map(|number| rest(&room, &host(number))).collect();
    for ((line, headers, wanted), rest) in cases.iter().zip(&rests) {
        let close = |(rest, wanted): (&i64, &i64)| (wanted - 30..=*wanted).contains(rest);
        assert!(
            rest.as_ref().zip(wanted.as_ref()).map_or(rest == wanted, close),
            "{line} {headers:?}: left alone for {rest:?} s"
        );
    }
    let asked: Vec<usize> = (0..cases.len()).map(|number| server.asked(&format!("/{number}.xlsx"))).collect();
    server.well(Some(document()));
    // another process: what it knows is what was kept
    assert!(room.sverka(&["run"]).code <= 2);
    for (number, (line, headers, wanted)) in cases.iter().enumerate() {
        let more = server.asked(&format!("/{number}.xlsx")) - asked[number];
        assert_eq!(more, usize::from(wanted.is_none()), "{line} {headers:?}: asked before the time is over");
    }
    let mut expected = first;
    expected.extend(cases.iter().map(|(_, _, wait)| if wait.is_some() { "left_alone" } else { "stored" }.to_owned()));
    let mut seen = oracle::outcomes(&room, 0);
    seen[cases.len()..].sort();
    expected[cases.len()..].sort();
    assert_eq!(seen, expected);
    Connection::open(room.path("data/sverka.db"))
        .unwrap()
        .execute_batch("UPDATE host SET until = '2020-01-01T00:00:00Z'")
        .unwrap();
    let clean = {
        let room = super::trial::room(&addresses, "");
        room.sverka(&["run"]);
        oracle::dump(&room.path("data"))
    };
    oracle::assert_heals(&room, &clean);
    assert_eq!(count(&room.db(), "SELECT count(*) FROM host"), 0, "nothing is held against anybody");
}

/// For how many seconds from now a host is left alone.
fn rest(room: &Room, host: &str) -> Option<i64> {
    let sql = "SELECT CAST(unixepoch(until) - unixepoch('now') AS INTEGER) FROM host WHERE name = ?1 AND until IS NOT NULL";
    column::<i64>(&room.db(), sql, [host]).pop()
}

/// Every wish with each of these statuses.
fn assert_all_heeded(lines: &[&'static str]) {
    let wishes = wishes();
    let with = |line: &'static str| wishes.iter().map(move |(headers, wait)| (line, headers.clone(), *wait));
    let cases: Vec<_> = lines.iter().flat_map(|line| with(line)).collect();
    assert_heeded(&cases);
    println!("F16 wishes: {} cases", cases.len());
}

#[test]
fn a_wish_to_be_left_alone_is_heard_capped_and_kept() {
    assert_all_heeded(&REFUSALS[..if full() { 5 } else { 2 }]);
}

#[test]
#[ignore = "the full matrix: minutes"]
fn a_wish_is_heard_with_any_status() {
    assert_all_heeded(&REFUSALS);
}

/// A wish with a status that was not made for it is one all the same.
#[test]
fn a_refusal_with_a_wish_is_heard_too() {
    let wish = vec!["Retry-After: 3600"];
    let lines = ["403 Forbidden", "404 Not Found", "410 Gone", "451 Unavailable For Legal Reasons", "500 Internal Server Error"];
    assert_heeded(&lines.map(|line| (line, wish.clone(), Some(HOUR))));
    println!("F16 wishes of others: {} cases", lines.len());
}
