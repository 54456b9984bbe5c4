//! Addresses that are not asked, however they are written, wherever they stand, and whoever leads there. A canary listens on this
//! machine: it must not hear of any.

use super::super::support::Room;
use super::ask::{ask, code, knowing, source, wait};
use super::server::{FaultServer, Step, always, whole};
use super::trial::{document, quick, room};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use sverka::fetch::{Api, Client, ClientOptions, FetchSpec, KeyName, Paging, Place};
use url::Url;

/// Somebody who counts the connections that come, on both loopback addresses.
struct Canary {
    port: u16,
    heard: Arc<AtomicUsize>,
}

impl Canary {
    fn start() -> Canary {
        let first = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, heard) = (first.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let sixth = std::net::TcpListener::bind(("::1", port)).ok();
        for listener in [Some(first), sixth].into_iter().flatten() {
            let heard = heard.clone();
            std::thread::spawn(move || listener.incoming().for_each(|_| _ = heard.fetch_add(1, Ordering::SeqCst)));
        }
        Canary { port, heard }
    }

    fn assert_silent(&self) {
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert_eq!(self.heard.load(Ordering::SeqCst), 0, "the canary was dialled");
    }
}

/// Hosts as they are written, of which each is the canary or another place that is nobody's business.
const WRITTEN: [&str; 32] = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0x7F.0.0x0.1",
    "127.0.0.1.",
    "127.255.255.254",
    "0.0.0.0",
    "0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "255.255.255.255",
    "224.0.0.1",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fc00::1]",
    "[fe80::1]",
    "１２７.０.０.１",
];

/// The host itself is among those that the source may speak to: the policy of addresses alone stands before it.
#[test]
fn an_address_is_what_it_is_however_it_is_written() {
    let canary = Canary::start();
    let strict = Client::new(ClientOptions { allow_loopback: false, ..quick() });
    for host in WRITTEN {
        let spec = source(&format!("http://{host}:{}/a.xlsx", canary.port), &[]);
        let (code, text) = code(&wait(ask(&strict, &spec)));
        assert_eq!(code, "blocked_address", "{host}: {text}");
    }
    canary.assert_silent();
    println!("F12 written: {} cases", WRITTEN.len());
}

/// Names, by what a resolver says of them.
#[test]
fn a_name_is_what_it_leads_to() {
    let canary = Canary::start();
    let public = "93.184.216.34";
    let blocked: [(&str, &[&str]); 22] = [
        ("loopback.example", &["127.0.0.1"]),
        ("loopback6.example", &["::1"]),
        ("private10.example", &["10.1.2.3"]),
        ("private172.example", &["172.20.0.1"]),
        ("private192.example", &["192.168.1.1"]),
        ("metadata.example", &["169.254.169.254"]),
        ("carrier.example", &["100.100.100.200"]),
        ("nowhere.example", &["0.0.0.0"]),
        ("broadcast.example", &["255.255.255.255"]),
        ("multicast.example", &["239.255.255.250"]),
        ("benchmark.example", &["198.18.0.1"]),
        ("reserved.example", &["240.0.0.1"]),
        ("unique.example", &["fd00::1"]),
        ("link.example", &["fe80::1"]),
        ("mapped.example", &["::ffff:127.0.0.1"]),
        ("nat64.example", &["64:ff9b::a00:1"]),
        ("6to4.example", &["2002:a00:1::1"]),
        ("teredo.example", &["2001:0:0:1::1"]),
        ("mixed.example", &[public, "127.0.0.1"]),
        ("mixed-first.example", &["127.0.0.1", public]),
        ("mixed6.example", &[public, "::1"]),
        ("many.example", &[public, public, public, public, "192.168.0.9"]),
    ];
    let strict = Client::new(ClientOptions { allow_loopback: false, ..knowing(&blocked) });
    for (name, addresses) in blocked {
        let outcome = wait(ask(&strict, &source(&format!("http://{name}:{}/", canary.port), &[])));
        let (code, text) = code(&outcome);
        assert_eq!(code, "blocked_address", "{name} {addresses:?}: {text}");
    }
    canary.assert_silent();
    println!("F12 names: {} cases", blocked.len());
}

/// Where a redirect leads, and why nobody goes there.
#[test]
fn a_redirect_leads_to_the_source_s_own_hosts_only() {
    let (canary, server) = (Canary::start(), FaultServer::start());
    let port = canary.port;
    let locations = [
        (format!("http://other.example:{port}/"), "blocked_host"),
        (format!("//other.example:{port}/"), "blocked_host"),
        (format!("http://stat.example.other.example:{port}/"), "blocked_host"),
        (format!("http://stat.example.:{port}/"), "blocked_host"),
        (format!("http://user@stat.example:{port}/"), "blocked_host"),
        (format!("http://stat.example:{port}@other.example:{port}/"), "blocked_host"),
        (format!("http://other.example:{port}\\@stat.example/"), "blocked_host"),
        (format!("http://xn--stt-7cd.example:{port}/"), "blocked_host"),
        (format!("http://st\u{0430}t.example:{port}/"), "blocked_host"),
        (format!("http://localhost:{port}/"), "blocked_host"),
        (format!("http://[::1]:{port}/"), "blocked_host"),
        ("http://stat.example:22/".to_owned(), "blocked_host"),
        ("http://stat.example:25/".to_owned(), "blocked_host"),
        ("http://169.254.169.254/latest/meta-data/".to_owned(), "blocked_host"),
        ("http://0x7f000001/".to_owned(), "blocked_host"),
        ("http://10.255.255.1/".to_owned(), "blocked_address"),
        ("http://private.example/".to_owned(), "blocked_address"),
        ("file:///etc/passwd".to_owned(), "blocked_host"),
        (format!("ftp://stat.example:{port}/"), "blocked_host"),
        ("data:text/html,x".to_owned(), "blocked_host"),
        (format!("gopher://stat.example:{port}/"), "blocked_host"),
        ("javascript:alert(1)".to_owned(), "blocked_host"),
        (format!("ws://stat.example:{port}/"), "blocked_host"),
        ("http://".to_owned(), "protocol"),
        (String::new(), "too_many_redirects"),
        ("/".to_owned(), "too_many_redirects"),
    ];
    let names: [(&str, &[&str]); 3] =
        [("stat.example", &["127.0.0.1"]), ("other.example", &["127.0.0.1"]), ("private.example", &["10.9.9.9"])];
    for (location, wanted) in &locations {
        server.script("/", always(vec![Step::Send(whole("302 Found", &[&format!("Location: {location}")], b""))]));
        let spec = source(&format!("http://stat.example:{}/", server.port), &["10.255.255.1", "private.example"]);
        let before = server.heads().len();
        let (code, text) = code(&wait(ask(&Client::new(knowing(&names)), &spec)));
        assert_eq!(code, *wanted, "{location}: {text}");
        assert!(server.heads().len() - before <= 6, "{location}");
    }
    canary.assert_silent();
    println!("F12 redirects: {} cases", locations.len());
}

/// Links of pages that lead to a document.
#[test]
fn a_link_leads_to_the_source_s_own_hosts_only() {
    let (canary, server) = (Canary::start(), FaultServer::start());
    let there = format!("http://other.example:{}", canary.port);
    let pages = [
        (format!("<a href=\"{there}/a.xlsx\">x</a>"), "blocked_host"),
        (format!("<a href=\"//other.example:{}/a.xlsx\">x</a>", canary.port), "blocked_host"),
        // a base is not heeded: the page's own address counts
        (format!("<base href=\"{there}/\"><a href=\"a.xlsx\">x</a>"), "http_404"),
        ("<a href=\"http://private.example/a.xlsx\">x</a>".to_owned(), "blocked_address"),
        ("<a href=\"file:///etc/a.xlsx\">x</a>".to_owned(), "blocked_host"),
        (
            format!(
                "<iframe src=\"{there}/\"></iframe><img src=\"{there}/a.xlsx\"><meta http-equiv=refresh content=\"0;{there}\">"
            ),
            "no_link",
        ),
    ];
    let names: [(&str, &[&str]); 3] =
        [("stat.example", &["127.0.0.1"]), ("other.example", &["127.0.0.1"]), ("private.example", &["10.9.9.9"])];
    for (page, wanted) in &pages {
        server
            .script("/", always(vec![Step::Send(whole("200 OK", &[], format!("<html><body>{page}</body></html>").as_bytes()))]));
        let page_url = Url::parse(&format!("http://stat.example:{}/", server.port)).unwrap();
        let place = Place::Listing { page: page_url.clone(), via: None, link: "*.xlsx".to_owned(), row: None };
        let spec = FetchSpec { places: vec![place], ..source(page_url.as_str(), &["private.example"]) };
        let (code, text) = code(&wait(ask(&Client::new(knowing(&names)), &spec)));
        assert_eq!(code, *wanted, "{page}: {text}");
    }
    canary.assert_silent();
    println!("F12 links: {} cases", pages.len());
}

/// Secrets of one host are not told to another, nor to whoever a redirect leads to.
#[test]
fn what_belongs_to_a_host_stays_there() {
    let server = FaultServer::start();
    let names: [(&str, &[&str]); 2] = [("api.example", &["127.0.0.1"]), ("other.example", &["127.0.0.1"])];
    let elsewhere = format!("http://other.example:{}/b", server.port);
    let statuses = ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"];
    for (number, status) in (1..).zip(statuses) {
        let cookie = "Set-Cookie: sid=s3cret; Path=/";
        server
            .script("/a?key=s3cret", always(vec![Step::Send(whole(status, &[&format!("Location: {elsewhere}"), cookie], b""))]));
        server.script("/b", always(vec![Step::Send(whole("200 OK", &[], b"{\"data\":[]}"))]));
        let key = Some(KeyName { variable: "SVERKA_TESTS_KEY".to_owned(), parameter: "key".to_owned() });
        let url = Url::parse(&format!("http://api.example:{}/a", server.port)).unwrap();
        let (query, preview, rows) = (Vec::new(), None, "data".to_owned());
        let place = Place::Api(Api { url: url.clone(), query, key, preview, paging: Paging::None, max: 2, rows });
        let spec = FetchSpec { places: vec![place], ..source(url.as_str(), &["other.example"]) };
        let fixed_variables = [("SVERKA_TESTS_KEY".to_owned(), "s3cret".to_owned())].into();
        let client = Client::new(ClientOptions { fixed_variables, ..knowing(&names) });
        let _ = wait(ask(&client, &spec));
        assert_eq!((server.asked("/a?key=s3cret"), server.asked("/b")), (number, number), "{status} is followed");
    }
    let told: Vec<String> = server.heads().into_iter().filter(|head| head.contains("other.example")).collect();
    assert!(
        !told.is_empty() && told.iter().all(|head| !head.contains("s3cret") && !head.to_lowercase().contains("cookie")),
        "{told:?}"
    );
    println!("F12 secrets: 5 cases");
}

/// Proxies of the environment, and addresses that stand in documents: the program as a process.
#[test]
fn neither_the_environment_nor_a_document_leads_anywhere() {
    let (canary, server) = (Canary::start(), FaultServer::start());
    let there = format!("http://127.0.0.1:{}", canary.port);
    let book = linked(&document(), &there);
    server.script("/0.xlsx", always(vec![Step::Send(whole("200 OK", &[&format!("Link: <{there}/style>; rel=preload")], &book))]));
    let room: Room = room(&[format!("http://127.0.0.1:{}/0.xlsx", server.port)], "");
    let variables = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "ftp_proxy"];
    let mut command = room.command(&["run"]);
    variables.iter().for_each(|name| _ = command.env(name, &there));
    let ran = command.output().unwrap();
    assert_eq!(room.outcomes(), ["stored"], "{}", String::from_utf8_lossy(&ran.stderr));
    canary.assert_silent();
    println!("F12 environment and links: {} cases", variables.len() + 3);
}

/// A workbook with what leads outside: a link of a cell, a linked workbook, a part that names an entity of a server.
fn linked(book: &[u8], there: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new_append(std::io::Cursor::new(book.to_vec())).unwrap();
    let relation = |kind: &str| {
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE x SYSTEM \"{there}/dtd\"><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"r9\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{there}/{kind}\" TargetMode=\"External\"/></Relationships>"
        )
    };
    for (name, text) in [
        ("xl/worksheets/_rels/sheet1.xml.rels", relation("hyperlink")),
        ("xl/externalLinks/_rels/externalLink1.xml.rels", relation("externalLinkPath")),
        ("docProps/custom.xml", format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"{there}/entity\">]><x>&e;</x>")),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
