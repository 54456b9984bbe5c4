//! The client against a server on loopback that answers with raw bytes. Nothing here dials another address.

mod apis;
mod bodies;
mod captures;
mod dated;
mod forms;
mod listings;
mod manners;
mod names;
mod proxies;
mod redirects;
mod server;
mod statuses;
mod trust;

use super::*;
use chrono::{DateTime, NaiveDate, Utc};
use server::Server;
use std::net::Ipv4Addr;

/// The name under which the loopback server is a publisher.
const HOST: &str = "stat.example";
/// The day of every fetch.
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
/// A second name at the same address.
const OTHER_HOST: &str = "other.example";
/// The start of a workbook, and an end that a zip file must have.
const WORKBOOK: &[u8] = b"PK\x03\x04 a workbook PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// Short times; loopback only, under two names, with a third that points into a private network.
fn client() -> Client {
    let loopback = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let private = vec![IpAddr::V4(Ipv4Addr::new(10, 255, 255, 1))];
    Client::new(ClientOptions {
        connect_timeout: Duration::from_secs(2),
        first_byte_timeout: Duration::from_millis(300),
        total_timeout: Duration::from_secs(4),
        least_rate: 1000,
        rate_window: Duration::from_millis(400),
        host_gap: Duration::ZERO,
        robots: false,
        backoff: Duration::from_millis(2),
        longest_wait: Duration::from_secs(2),
        allow_loopback: true,
        fixed_names: HashMap::from([
            (HOST.to_owned(), loopback.clone()),
            (OTHER_HOST.to_owned(), loopback),
            ("private.example".to_owned(), private),
            ("nowhere.example".to_owned(), vec![]),
        ]),
        ..ClientOptions::default()
    })
}

async fn fetch(spec: &FetchSpec, known: Option<&Validators>, accept: &[Kind]) -> Result<Fetched, FetchError> {
    client().fetch(spec, &asking(known, accept)).await
}

/// A source of which no address is known from before.
fn asking<'a>(known: Option<&'a Validators>, accept: &'a [Kind]) -> Asking<'a> {
    Asking { known, accept, earlier: &[], today: TODAY, now: now(), insists: false }
}

/// The instant at which every fetch begins.
fn now() -> DateTime<Utc> {
    TODAY.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn earlier(address: &Url, ended: Ended) -> Earlier {
    Earlier { address: address.to_string(), ended }
}

fn spec(places: Vec<Place>) -> FetchSpec {
    let hosts = [HOST, "private.example", "nowhere.example", "127.0.0.1", "10.255.255.1"];
    FetchSpec {
        places,
        hosts: hosts.map(str::to_owned).to_vec(),
        ca: None,
        ca_hosts: Vec::new(),
        proxy: None,
        robots: true,
        max_bytes: 100_000,
    }
}

fn direct(server: &Server, path: &str) -> FetchSpec {
    spec(vec![Place::Direct(server.url(path))])
}

async fn document(server: &Server, path: &str) -> Document {
    match fetch(&direct(server, path), None, &[Kind::Zip]).await.unwrap() {
        Fetched::Document(document) => *document,
        other => panic!("expected a document, found {other:?}"),
    }
}

async fn failure(server: &Server, path: &str) -> FetchError {
    fetch(&direct(server, path), None, &[Kind::Zip]).await.unwrap_err()
}

#[tokio::test]
async fn a_document_comes_with_what_the_publisher_said_of_it() {
    let server = Server::start(|_, _| {
        server::answer(200, &[("ETag", "\"a1\""), ("Content-Type", "application/x"), ("Date", "today")], WORKBOOK)
    });
    let mut document = document(&server, "/file.xlsx").await;
    assert_eq!(document.body.read_all().unwrap(), WORKBOOK);
    assert_eq!((document.url.as_str(), document.status), (server.url("/file.xlsx").as_str(), 200));
    let validators = document.validators().unwrap();
    assert_eq!((validators.etag.as_deref(), validators.last_modified), (Some("\"a1\""), None));
    assert_eq!(document.headers.content_type.as_deref(), Some("application/x"));
    let request = server.requests().remove(0).to_lowercase();
    assert!(request.contains("user-agent: sverka/") && !request.contains("if-none-match"), "{request}");
}

#[tokio::test]
async fn a_held_document_is_asked_for_changes_at_its_own_address_only() {
    let server = Server::start(|request, _| match request.to_lowercase().contains("if-none-match: \"a1\"") {
        true => server::answer(304, &[], b""),
        false => server::answer(200, &[("ETag", "\"a1\""), ("Last-Modified", "then")], WORKBOOK),
    });
    let known = document(&server, "/file.xlsx").await.validators().unwrap();
    let fetched = fetch(&direct(&server, "/file.xlsx"), Some(&known), &[Kind::Zip]).await.unwrap();
    assert!(matches!(fetched, Fetched::NotModified { status: 304, .. }), "{fetched:?}");
    let request = server.requests().pop().unwrap().to_lowercase();
    assert!(request.contains("if-modified-since: then"), "{request}");
    let moved = fetch(&direct(&server, "/moved.xlsx"), Some(&known), &[Kind::Zip]).await.unwrap();
    assert!(matches!(moved, Fetched::Document(_)), "{moved:?}");
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_no_success() {
    let server = Server::start(|_, _| server::answer(304, &[], b""));
    assert_eq!(failure(&server, "/").await.code(), "protocol");
}

#[tokio::test]
async fn the_first_address_that_answers_well_wins() {
    let server = Server::start(|request, _| match request.starts_with("GET /second ") {
        true => server::answer(200, &[], WORKBOOK),
        false => server::answer(404, &[], b"gone"),
    });
    let places = |paths: [&str; 2]| spec(paths.map(|path| Place::Direct(server.url(path))).to_vec());
    let fetched = fetch(&places(["/first", "/second"]), None, &[]).await.unwrap();
    assert!(matches!(fetched, Fetched::Document(document) if document.url.path() == "/second"));
    let error = fetch(&places(["/first", "/third"]), None, &[]).await.unwrap_err();
    assert_eq!((error.code(), error.others.len(), error.others[0].0), ("http_404", 1, "http_404"));
    assert!(error.to_string().contains("/third"), "{error}");
}

#[tokio::test]
async fn names_that_do_not_resolve_and_ports_that_nobody_opens() {
    let dead = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    let at = |address: String| spec(vec![Place::Direct(Url::parse(&address).unwrap())]);
    let unresolved = fetch(&at("http://nowhere.example/".to_owned()), None, &[]).await.unwrap_err();
    assert_eq!((unresolved.code(), unresolved.tries), ("dns", 1));
    let refused = fetch(&at(format!("http://{HOST}:{dead}/")), None, &[]).await.unwrap_err();
    assert_eq!((refused.code(), refused.tries), ("connect", 4));
    let plain = server::without_tls();
    let tls = fetch(&at(format!("https://{HOST}:{plain}/")), None, &[]).await.unwrap_err();
    assert_eq!(tls.code(), "tls", "{tls}");
    assert_eq!(tls.tries, 1);
}

#[tokio::test]
async fn no_network_is_found_out_at_once() {
    let server = Server::start(|_, _| server::answer(200, &[], b""));
    let port = server.url("/").port().unwrap();
    let dead = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    let hosts = |list: &[String]| list.to_vec();
    let up = hosts(&[format!("127.0.0.1:{dead}"), "nowhere.example".to_owned(), format!("{HOST}:{port}")]);
    assert!(client().online(&up, &[]).await);
    let down = hosts(&[format!("{HOST}:{dead}"), "nowhere.example".to_owned(), "private.example".to_owned()]);
    assert!(!client().online(&down, &[]).await);
    assert!(!client().online(&[], &[]).await);
}

#[tokio::test]
async fn a_missing_ca_bundle_is_named_before_anything_is_sent() {
    let server = Server::start(|_, _| server::answer(200, &[], WORKBOOK));
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("text.pem");
    std::fs::write(&text, "not a certificate").unwrap();
    for path in [dir.path().join("missing.pem"), text] {
        let spec = FetchSpec { ca: Some(path.clone()), ..direct(&server, "/") };
        let error = fetch(&spec, None, &[]).await.unwrap_err();
        assert_eq!(error.code(), "ca_file");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
    assert_eq!(server.requests().len(), 0);
}
