//! How the daemon says how it is: health, metrics that equal `status`, the service manager, the journal.

use super::daemon::{Daemon, wait_for};
use super::support::{Answer, Room, Server, V1, wait_until};
use super::workbook::xlsx;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

/// The answer to a request: status and body.
fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_string())
}

/// Samples of Prometheus' text format by name and labels; anything that is not of the format fails the test.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let (mut samples, mut typed) = (BTreeMap::new(), Vec::new());
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(kind == "gauge" && !typed.contains(&name.to_string()), "{line}");
            typed.push(name.to_string());
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap();
        let name = sample.split('{').next().unwrap();
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{line}");
        assert_eq!(Some(name), typed.last().map(String::as_str), "families stand together: {line}");
        if let Some(labels) = sample.strip_prefix(name).and_then(|rest| rest.strip_prefix('{')) {
            let labels = labels.strip_suffix('}').unwrap();
            let one = |label: &str| label.split_once("=\"").is_some_and(|(n, v)| !n.is_empty() && v.ends_with('"'));
            assert!(labels.split("\",").all(|label| one(&format!("{}\"", label.trim_end_matches('"')))), "{line}");
        }
        assert!(samples.insert(sample.to_string(), value.parse().unwrap()).is_none(), "twice: {line}");
    }
    samples
}

fn seconds(at: &Value) -> f64 {
    at.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp() as f64
}

#[test]
fn health_and_metrics_tell_what_status_tells() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\""), Answer::not_modified("\"1\"")]);
    let room = Room::yearly(&server.address);
    std::fs::write(room.path("alerts.toml"), "[[command]]\nname = \"none\"\nrun = [\"false\"]\n").unwrap();
    let socket = UnixDatagram::bind(room.path("notify")).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    std::fs::write(room.path("daemon.log"), "").unwrap();
    let log = std::fs::metadata(room.path("daemon.log")).unwrap();
    let journal = format!("{}:{}", log.dev(), log.ino());
    let notify = room.path("notify").display().to_string();
    let daemon = Daemon::with(&room, &["--listen", "127.0.0.1:0"], &[("NOTIFY_SOCKET", &notify), ("JOURNAL_STREAM", &journal)]);
    let log = || std::fs::read_to_string(room.path("daemon.log")).unwrap();
    wait_until("the address", 60, || log().contains("health and metrics at http://"));
    let address = log().split("health and metrics at http://").nth(1).unwrap().split_whitespace().next().unwrap().to_string();
    assert!(
        log().lines().all(|line| ["<3>", "<4>", "<6>", "<7>"].iter().any(|priority| line.starts_with(priority))),
        "{}",
        log()
    );
    wait_for(&room, "stored");

    assert_eq!(get(&address, "/healthz"), (200, "ok\n".to_string()));
    assert_eq!(get(&address, "/readyz"), (200, "ready\n".to_string()));
    assert_eq!(get(&address, "/nothing").0, 404);
    assert!(get(&address, "/").1.contains("<main id=\"main\">"), "the pages are there, too");
    let judged = || get(&address, "/metrics").1.contains("sverka_paper_findings{");
    wait_until("verdicts", 60, judged);
    let (code, text) = get(&address, "/metrics");
    assert_eq!(code, 200, "{text}");
    let (metrics, (_, status)) = (samples(&text), room.json(&["status"]));
    let source = &status["sources"][0];
    let of = |name: &str| metrics[&format!("sverka_source_{name}{{source=\"s\"}}")];
    for (name, key) in [
        ("documents", "documents"),
        ("observations", "observations"),
        ("open_issues", "open_issues"),
        ("quarantined", "quarantined"),
        ("consecutive_failures", "failures"),
        ("vintages", "vintages"),
    ] {
        assert_eq!(Some(of(name)), source[key].as_f64(), "{name}");
    }
    assert_eq!(of("last_success_timestamp_seconds"), seconds(&source["last_success"]));
    assert!((0.0..300.0).contains(&of("success_age_seconds")), "{}", of("success_age_seconds"));
    assert_eq!(metrics["sverka_source_state{source=\"s\",state=\"live\"}"], 1.0);
    let paper = &status["papers"][0];
    for side in ["external", "internal"] {
        for (word, n) in paper[side].as_object().unwrap() {
            let sample = format!("sverka_paper_findings{{paper=\"small\",side=\"{side}\",status=\"{word}\"}}");
            assert_eq!(Some(metrics[&sample]), n.as_f64());
        }
    }
    // one that nobody had yet is told as none, so that the first is one more
    assert_eq!(metrics["sverka_paper_findings{paper=\"small\",side=\"internal\",status=\"INCONSISTENT\"}"], 0.0);
    assert_eq!(metrics["sverka_paper_contradictions{paper=\"small\"}"], 0.0);
    assert_eq!(
        (metrics["sverka_alerts_open{severity=\"major\"}"], metrics["sverka_outbox_pending{channel=\"none\"}"]),
        (0.0, 0.0)
    );
    assert_eq!(metrics["sverka_database_sound"], 1.0);
    assert!(metrics["sverka_disk_free_bytes"] > 0.0);
    assert_eq!(metrics[&format!("sverka_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))], 1.0);

    let mut said = String::new();
    while !["READY=1", "WATCHDOG=1", "STATUS=running s; next s at 20", "STATUS=idle; next s at 20"]
        .iter()
        .all(|one| said.contains(one))
    {
        let mut piece = [0; 1024];
        let n = socket.recv(&mut piece).unwrap_or_else(|error| panic!("{error}: {said}"));
        said += &format!("{}\n", String::from_utf8_lossy(&piece[..n]).trim_end());
    }
    assert_eq!(daemon.stop().0, Some(0));
}

#[test]
fn an_address_that_was_named_must_be_had() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    let ran = room.sverka(&["daemon", "--listen", &taken.local_addr().unwrap().to_string()]);
    assert!(ran.code == 2 && ran.err.contains("listening at 127.0.0.1:"), "{ran:?}");
    assert_eq!(room.sverka(&["daemon", "--listen", "everywhere"]).code, 64);
}
