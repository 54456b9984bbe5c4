//! Publishers who are slow on purpose: every one is given up in its time, and nobody else waits for it.

use super::ask::{ask, code, knowing, source, timed, wait};
use super::server::{FaultServer, Script, Step, always, raw, whole};
use super::trial::document;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};
use sverka::fetch::{Client, ClientOptions};

const NAMES: [(&str, &[&str]); 2] = [("slow.example", &["127.0.0.1"]), ("fast.example", &["127.0.0.1"])];
/// For one request with all that belongs to it.
const TOTAL: Duration = Duration::from_millis(900);
/// Between two pieces of what comes slowly.
const PAUSE: Duration = Duration::from_millis(40);
/// A machine that does other things too takes so much longer.
const SLACK: Duration = Duration::from_millis(1500);

/// A client that has little time.
fn options() -> ClientOptions {
    ClientOptions {
        connect_timeout: Duration::from_millis(200),
        first_byte_timeout: Duration::from_millis(200),
        total_timeout: TOTAL,
        rate_window: Duration::from_millis(300),
        ..knowing(&NAMES)
    }
}

/// Every piece after a pause, so many times.
fn dripping(piece: &[u8], times: usize) -> Vec<Step> {
    (0..times).flat_map(|_| [Step::Wait(PAUSE), Step::Send(piece.to_vec())]).collect()
}

/// These bytes, then those steps.
fn after(first: Vec<u8>, then: Vec<Step>) -> Script {
    always([vec![Step::Send(first)], then].concat())
}

fn silence() -> Vec<Step> {
    vec![Step::Wait(Duration::from_secs(8))]
}

/// Name, what is done, and the codes that tell it.
type Slow = (&'static str, Script, &'static [&'static str]);

const TIMEOUT: &[&str] = &["timeout"];
const CHUNKS: &[&str] = &["Transfer-Encoding: chunked"];
const LENGTH: &[&str] = &["Content-Length: 100000"];

/// Bodies that come too slowly, or not at all.
fn bodies() -> Vec<Slow> {
    let mut nothing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::flush(&mut nothing).unwrap();
    let (started, empty) = (raw("200 OK", &["Content-Encoding: gzip"], nothing.get_ref()), [0, 0, 0, 0xff, 0xff].repeat(1000));
    let plain = |body: &[u8], then| after(raw("200 OK", LENGTH, body), then);
    let chunked = |body: &[u8], then| after(raw("200 OK", CHUNKS, body), then);
    vec![
        ("silence after the head", plain(b"", silence()), TIMEOUT),
        ("silence in the body", plain(&document(), silence()), TIMEOUT),
        ("a body a byte at a time", plain(b"PK\x03\x04", dripping(b"x", 200)), TIMEOUT),
        ("chunks of a byte", chunked(b"4\r\nPK\x03\x04\r\n", dripping(b"1\r\nx\r\n", 200)), TIMEOUT),
        ("a chunk's length a digit at a time", chunked(b"", dripping(b"0", 200)), TIMEOUT),
        ("an extension of a chunk", chunked(b"5;a=", dripping(b"b", 200)), TIMEOUT),
        ("packed nothing at full speed", after(started, vec![Step::Flood(empty, 1 << 20)]), TIMEOUT),
    ]
}

/// Everything else that may be slow, or without an end.
fn others() -> Vec<Slow> {
    let start = || b"HTTP/1.1 200 OK\r\n".to_vec();
    let many = || vec![Step::Flood(b"X-More: yes\r\n".repeat(100), 1 << 16)];
    let refused: &[&str] = &["protocol", "truncated"];
    let (extension, trailers) = (raw("200 OK", CHUNKS, b"5;a="), raw("200 OK", CHUNKS, b"4\r\nPK\x03\x04\r\n0\r\n"));
    vec![
        ("a head a byte at a time", after([start(), b"X: ".to_vec()].concat(), dripping(b"x", 200)), TIMEOUT),
        ("header lines one after the other", after(start(), dripping(b"X-More: yes\r\n", 200)), TIMEOUT),
        ("silence before the head", always(silence()), TIMEOUT),
        ("silence in the head", after([start(), b"Content-".to_vec()].concat(), silence()), TIMEOUT),
        ("an answer that is always about to come", always(dripping(b"HTTP/1.1 103 Early Hints\r\n\r\n", 200)), TIMEOUT),
        ("a head without end at full speed", after(start(), many()), &["protocol"]),
        ("extensions at full speed", after(extension, vec![Step::Flood(vec![b'b'; 1 << 12], 1 << 16)]), refused),
        ("trailers at full speed", after(trailers, many()), refused),
        ("an error page that does not come", after(raw("404 Not Found", LENGTH, b"<html>"), silence()), &["http_404"]),
    ]
}

/// Asks all of them at once; gives what was said of each.
fn told(cases: &[Slow], options: &ClientOptions, most: Duration) -> Vec<String> {
    let server = FaultServer::start();
    let told = |(number, (name, script, codes)): (usize, &Slow)| {
        server.script(&format!("/{number}"), script.clone());
        let spec = source(&format!("http://slow.example:{}/{number}", server.port), &[]);
        let (code, text, took) = timed(options.clone(), &spec);
        assert!(codes.contains(&code), "{name}: expected {codes:?}, came {code}: {text}");
        assert!(took < most, "{name}: {took:?}");
        text
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = cases.iter().enumerate().map(|case| scope.spawn(move || told(case))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn slowness_is_given_up_in_its_time() {
    let cases = [bodies(), others()].concat();
    // the last try may begin when the time is nearly over
    told(&cases, &options(), TOTAL * 2 + SLACK);
    println!("F14 answers: {} cases", cases.len());
}

/// However much time there is in all: a body has its rate.
#[test]
fn a_body_below_the_least_rate_is_given_up_before_the_time_is_over() {
    let cases = bodies();
    let patient = ClientOptions { total_timeout: Duration::from_secs(60), ..options() };
    let told = told(&cases, &patient, Duration::from_secs(5));
    assert!(told.iter().all(|text| text.contains("expected at least 300 bytes in 0.3 s")), "{told:?}");
    println!("F14 rates: {} cases", cases.len());
}

/// Every hop answers in the time of a single one; together they do not.
#[test]
fn redirects_share_the_time_of_one_request() {
    let server = FaultServer::start();
    let hop: Script = Arc::new(|head, _| {
        let path = head.split(' ').nth(1).unwrap_or_default().len();
        let next = format!("Location: /{}", "x".repeat(path));
        vec![Step::Wait(Duration::from_millis(300)), Step::Send(whole("302 Found", &[&next], b""))]
    });
    (1..9).for_each(|length| server.script(&format!("/{}", "x".repeat(length)), hop.clone()));
    let spec = source(&format!("http://slow.example:{}/x", server.port), &[]);
    let one =
        ClientOptions { total_timeout: Duration::from_millis(700), first_byte_timeout: Duration::from_secs(2), ..options() };
    let (code, text, took) = timed(one, &spec);
    assert_eq!(code, "timeout", "{text}");
    assert!(took < Duration::from_millis(1400), "{took:?}");
    assert!(server.heads().len() <= 4, "{} hops", server.heads().len());
    println!("F14 redirects: 1 case");
}

/// The same where `robots.txt` takes the time.
#[test]
fn robots_txt_shares_it_too() {
    for (name, script) in [
        ("silence", always(silence())),
        ("a byte at a time", after(raw("200 OK", &["Content-Length: 100000"], b"#"), dripping(&[b'#'; 100], 200))),
    ] {
        let server = FaultServer::start();
        server.script("/robots.txt", script);
        server.script("/a", always(vec![Step::Send(whole("200 OK", &[], &document()))]));
        let spec = source(&format!("http://slow.example:{}/a", server.port), &[]);
        let (code, text, took) = timed(ClientOptions { robots: true, ..options() }, &spec);
        assert_eq!(code, "timeout", "{name}: {text}");
        assert!(took < TOTAL * 2 + SLACK && server.asked("/a") == 0, "{name}: {took:?}");
    }
    println!("F14 robots.txt: 2 cases");
}

#[test]
fn a_greeting_that_nobody_answers() {
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = deaf.local_addr().unwrap().port();
    let (code, text, took) = timed(options(), &source(&format!("https://slow.example:{port}/"), &[]));
    assert!(code == "timeout" && took < TOTAL * 2 + SLACK, "{code} after {took:?}: {text}");
    println!("F14 greetings: 1 case");
}

/// A queue of connections that is full: nobody accepts, and nobody refuses.
#[test]
fn a_connection_that_nobody_accepts() {
    wait(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let full = socket.listen(0).unwrap();
        let at = full.local_addr().unwrap();
        let _first = tokio::net::TcpStream::connect(at).await.unwrap();
        let mut waiting = Vec::new();
        while let Ok(Ok(more)) = tokio::time::timeout(Duration::from_millis(100), tokio::net::TcpStream::connect(at)).await {
            waiting.push(more);
            assert!(waiting.len() < 1000, "the queue has no end");
        }
        let since = Instant::now();
        let outcome = ask(&Client::new(options()), &source(&format!("http://slow.example:{}/", at.port()), &[])).await;
        let (code, text) = code(&outcome);
        assert!(code == "timeout" && since.elapsed() < TOTAL * 2 + SLACK, "{code} after {:?}: {text}", since.elapsed());
    });
    println!("F14 connections: 1 case");
}

/// Whoever waits for its turn at a host loses none of its own time.
#[test]
fn a_source_behind_slow_ones_at_its_host_has_its_own_time() {
    let server = FaultServer::start();
    let good = whole("200 OK", &[], &document());
    let script = always(vec![Step::Wait(Duration::from_millis(300)), Step::Send(good)]);
    (0..6).for_each(|number| server.script(&format!("/{number}"), script.clone()));
    let client = Arc::new(Client::new(ClientOptions { first_byte_timeout: Duration::from_secs(3), ..options() }));
    wait(async {
        let mut all = tokio::task::JoinSet::new();
        for number in 0..6 {
            let (client, spec) = (client.clone(), source(&format!("http://slow.example:{}/{number}", server.port), &[]));
            all.spawn(async move { code(&ask(&client, &spec).await).0 });
        }
        assert_eq!(all.join_all().await, ["document"; 6]);
    });
    assert_eq!((server.most_at_once(), server.heads().len()), (1, 6));
    println!("F14 a queue: 1 case");
}

#[test]
fn a_source_at_another_host_waits_for_nobody() {
    let server = FaultServer::start();
    (0..8).for_each(|number| server.script(&format!("/{number}"), always(silence())));
    server.script("/fast", always(vec![Step::Send(whole("200 OK", &[], &document()))]));
    let fast = source(&format!("http://fast.example:{}/fast", server.port), &[]);
    let client = Arc::new(Client::new(options()));
    wait(async {
        let mut slow = tokio::task::JoinSet::new();
        for number in 0..8 {
            let (client, spec) = (client.clone(), source(&format!("http://slow.example:{}/{number}", server.port), &[]));
            slow.spawn(async move { code(&ask(&client, &spec).await).0 });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let since = Instant::now();
        assert_eq!(code(&ask(&client, &fast).await).0, "document");
        assert!(since.elapsed() < Duration::from_millis(400), "{:?}", since.elapsed());
        slow.abort_all();
    });
    println!("F14 others: 1 case");
}
