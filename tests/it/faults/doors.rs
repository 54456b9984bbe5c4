//! Whoever asks the daemon how it is: unknown paths, methods, names and tokens, requests that are none. Each is told what is wrong with it, or
//! hung up on; nothing is written, and nobody beyond this machine is listened to.

use super::super::daemon::{Daemon, wait_for};
use super::super::support::{Answer, Room, Server, V1, wait_until};
use super::super::workbook::xlsx;
use super::oracle;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The token of the daemon under test.
const TOKEN: &str = "b1tter-sweet";
/// What people put into parameters.
const PAYLOADS: [&str; 12] = [
    "'",
    "--",
    "1+UNION+SELECT+1",
    "1;DROP+TABLE+attempt",
    "%25%5F",
    "ORDER+BY+1",
    "-1",
    "%7B%22a%22:1%7D",
    "%00",
    "%C0%AF%C0%AE",
    "../../sverka.db",
    "<script>alert(1)</script>",
];
/// A request of a megabyte.
const LONG: usize = 1 << 20;

/// A request and the statuses it may get; 0 is no answer at all.
struct Case {
    name: String,
    bytes: Vec<u8>,
    may: &'static [u16],
}

fn case(name: impl Into<String>, request: impl Into<Vec<u8>>, may: &'static [u16]) -> Case {
    Case { name: name.into(), bytes: request.into(), may }
}

/// A request line with a host and further lines.
fn asked(line: &str, host: &str, more: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n")
}

fn cases() -> Vec<Case> {
    let shown = format!("Authorization: Bearer {TOKEN}\r\n");
    let own = |line: &str| asked(line, "127.0.0.1:9847", &shown);
    let mut all = Vec::new();
    for payload in PAYLOADS {
        all.push(case(format!("path {payload}"), own(&format!("GET /{payload}")), &[404, 400]));
        for path in ["metrics", "readyz", "healthz"] {
            let line = format!("GET /{path}?source={payload}&sort={payload}");
            all.push(case(format!("{path}?{payload}"), own(&line), &[200, 400]));
        }
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "FETCH"] {
        for path in ["/metrics", "/healthz"] {
            all.push(case(format!("{method} {path}"), own(&format!("{method} {path}")), &[405, 400, 404]));
        }
    }
    for host in [
        "evil.example",
        "evil.example:9847",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "[::ffff:7f00:1]",
        "2130706433",
        "localhost@evil.example",
        "a b",
    ] {
        all.push(case(format!("host {host}"), asked("GET /metrics", host, &shown), &[421, 400]));
    }
    for host in ["localhost", "127.0.0.1", "[::1]:9847"] {
        all.push(case(format!("host {host}"), asked("GET /metrics", host, &shown), &[200]));
    }
    for more in [
        "",
        "Authorization: Bearer\r\n",
        "Authorization: Bearer x\r\n",
        "Authorization: Basic YTpi\r\n",
        "Authorization: b1tter-sweet\r\n",
    ] {
        all.push(case(format!("token {more:?}"), asked("GET /metrics", "localhost", more), &[401]));
        all.push(case(format!("ready {more:?}"), asked("GET /readyz", "localhost", more), &[401]));
        all.push(case(format!("health {more:?}"), asked("GET /healthz", "localhost", more), &[200]));
    }
    let long = "x".repeat(LONG);
    all.extend([
        case("a query of 1 MB", own(&format!("GET /metrics?q={long}")), &[414, 431, 400, 0]),
        case("a header of 1 MB", asked("GET /metrics", "localhost", &format!("X: {long}\r\n")), &[431, 400, 0]),
        case("1,000 headers", asked("GET /metrics", "localhost", &"X: y\r\n".repeat(1000)), &[431, 400, 0]),
        case(
            "a body of 1 MB",
            asked("POST /metrics", "localhost", &format!("{shown}Content-Length: {LONG}\r\n")) + &long,
            &[405, 0],
        ),
        case("an address of another", asked("GET http://evil.example/metrics", "evil.example", &shown), &[421, 400]),
        case("two hosts", asked("GET /metrics", "localhost", &format!("Host: evil.example\r\n{shown}")), &[421, 400]),
        case("no host", format!("GET /metrics HTTP/1.0\r\n{shown}\r\n"), &[200]),
        case("the first version", "GET /metrics\r\n", &[400, 0]),
        case("another version", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[400, 505, 0]),
        case("no HTTP", "\u{16}\u{3}\u{1}\0\u{5}hello\r\n\r\n", &[400, 0]),
        case(
            "two lengths",
            own("POST /metrics").replace("Connection", "Content-Length: 1\r\nContent-Length: 2\r\nConnection"),
            &[400, 405],
        ),
        case("a length below nothing", own("POST /metrics").replace("Connection", "Content-Length: -1\r\nConnection"), &[400]),
        case(
            "bytes that are no text",
            b"GET /\xFF\xFE HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".as_slice(),
            &[400, 401, 404],
        ),
        case("half a request", "GET /metr", &[0, 400]),
    ]);
    all
}

/// Status, head and body of the answer; a status of 0 where there is none.
fn answered(address: &str, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // whoever is refused may be hung up on while it still speaks; what has no end gets one, or both would wait
    let whole = request.windows(4).any(|end| end == b"\r\n\r\n");
    let _ = stream.write_all(request);
    if !whole {
        let _ = stream.shutdown(std::net::Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)).and_then(|status| status.parse().ok());
    (status.unwrap_or(0), text)
}

/// Local addresses, as the kernel writes them, that a process listens at.
fn listened_at(process: u32) -> Vec<String> {
    let sockets: Vec<String> = std::fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .flatten()
        .filter_map(|entry| {
            std::fs::read_link(entry.path()).ok()?.to_str()?.strip_prefix("socket:[")?.strip_suffix(']').map(str::to_string)
        })
        .collect();
    let table = |name: &str| std::fs::read_to_string(format!("/proc/{process}/net/{name}")).unwrap_or_default();
    let lines = [table("tcp"), table("tcp6")].concat();
    let fields = lines.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let listens = |fields: &Vec<&str>| {
        fields.get(3) == Some(&"0A") && fields.get(9).is_some_and(|inode| sockets.iter().any(|s| s == inode))
    };
    fields.filter(listens).map(|fields| fields[1].to_string()).collect()
}

#[test]
fn whoever_asks_wrongly_is_told_so_and_nothing_is_written() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\""), Answer::not_modified("\"1\"")]);
    let room = Room::yearly(&server.address);
    let daemon = Daemon::with(&room, &["--listen", "127.0.0.1:0"], &[("SVERKA_TOKEN", TOKEN)]);
    let log = || std::fs::read_to_string(room.path("daemon.log")).unwrap();
    wait_until("the address", 60, || log().contains("health and metrics at http://"));
    let address = log().split("health and metrics at http://").nth(1).unwrap().split_whitespace().next().unwrap().to_string();
    wait_for(&room, "stored");
    let good = asked("GET /metrics", &address, &format!("Authorization: Bearer {TOKEN}\r\n"));
    wait_until("verdicts", 60, || answered(&address, good.as_bytes()).1.contains("sverka_paper_findings{"));

    let listening = listened_at(daemon.id());
    assert!(listening.len() == 1 && listening[0].starts_with("0100007F:"), "only 127.0.0.1 is listened at: {listening:?}");
    let before = oracle::dump(&room.path("data"));
    let attempts = oracle::attempts(&room);
    let cases = cases();
    for Case { name, bytes, may } in &cases {
        let (status, text) = answered(&address, bytes);
        assert!(may.contains(&status), "{name}: {status}, wanted one of {may:?}\n{}", text.chars().take(500).collect::<String>());
        assert!(!text.contains("<script>") && !text.contains(TOKEN), "{name}: nothing of the request is said again");
        let inside = ["401", "404", "405", "421", "200"].iter().any(|status| text.starts_with(&format!("HTTP/1.1 {status}")));
        assert!(!inside || text.contains("x-content-type-options: nosniff"), "{name}: {text}");
    }
    assert_eq!((oracle::dump(&room.path("data")), oracle::attempts(&room)), (before, attempts), "nothing is written");
    assert_eq!(answered(&address, good.as_bytes()).0, 200, "it still answers");
    assert!(!log().contains(TOKEN), "the token is told nowhere");
    assert_eq!(daemon.stop().0, Some(0));
    oracle::assert_whole(&room.path("data"));
    println!("F32, F34: {} requests", cases.len());
}

#[test]
fn beyond_this_machine_a_daemon_says_that_it_needs_a_token() {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    let log = || std::fs::read_to_string(room.path("daemon.log")).unwrap();
    for (token, warned) in [("", true), (TOKEN, false)] {
        // an address of every network; the port is anybody's choice, and nobody is asked to come
        let daemon = Daemon::with(&room, &["--listen", "0.0.0.0:0"], &[("SVERKA_TOKEN", token)]);
        wait_until("the address", 60, || log().contains("the daemon is up"));
        assert_eq!(log().contains("beyond this machine"), warned, "{}", log());
        assert_eq!(daemon.stop().0, Some(0));
    }
}
