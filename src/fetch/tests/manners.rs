use super::*;
use chrono::TimeDelta;

/// A client that asks for `robots.txt`.
fn polite() -> Client {
    Client::new(ClientOptions { robots: true, ..client().options })
}

/// A publisher with a `robots.txt` of this status and text.
fn publisher(status: u16, text: &'static str) -> Server {
    Server::start(move |request, _| match request.starts_with("GET /robots.txt ") {
        true => server::answer(status, &[], text.as_bytes()),
        false => server::answer(200, &[], WORKBOOK),
    })
}

async fn at(client: &Client, spec: &FetchSpec, hours: i64) -> Result<Fetched, FetchError> {
    let asking = Asking { now: now() + TimeDelta::hours(hours), ..asking(None, &[Kind::Zip]) };
    client.fetch(spec, &asking).await
}

fn paths(server: &Server) -> Vec<String> {
    server.requests().iter().map(|request| request.split(' ').nth(1).unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_publisher_is_asked_what_may_be_asked_for_once_a_day() {
    let server = publisher(200, "User-agent: *\nDisallow: /private/\n\nUser-agent: Sverka\nDisallow: /secret/\n");
    let client = polite();
    at(&client, &direct(&server, "/private/a.xlsx"), 0).await.unwrap();
    let error = at(&client, &direct(&server, "/secret/a.xlsx"), 23).await.unwrap_err();
    assert_eq!((error.code(), error.tries), ("robots_disallowed", 1));
    assert!(error.to_string().contains("/robots.txt says \"Disallow: /secret/\""), "{error}");
    assert_eq!(paths(&server), ["/robots.txt", "/private/a.xlsx"]);
    at(&client, &direct(&server, "/b.xlsx"), 25).await.unwrap();
    assert_eq!(paths(&server)[2..], ["/robots.txt", "/b.xlsx"]);
    // the next run knows it from the store
    let next = polite();
    next.recall(client.learnt());
    assert_eq!(at(&next, &direct(&server, "/secret/b.xlsx"), 26).await.unwrap_err().code(), "robots_disallowed");
    assert_eq!(server.requests().len(), 4);
    // the operator has settled it with the publisher
    let settled = FetchSpec { robots: false, ..direct(&server, "/secret/b.xlsx") };
    at(&next, &settled, 26).await.unwrap();
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn a_file_that_is_not_there_forbids_nothing_and_one_that_cannot_be_had_everything_for_now() {
    for status in [400, 401, 403, 404, 410, 451] {
        at(&polite(), &direct(&publisher(status, "User-agent: *\nDisallow: /"), "/a.xlsx"), 0).await.unwrap();
    }
    for status in [429, 500, 503] {
        let (server, client) = (publisher(status, ""), polite());
        for (hours, asked) in [(0, 1), (0, 1), (2, 2)] {
            let error = at(&client, &direct(&server, "/a.xlsx"), hours).await.unwrap_err();
            assert_eq!((error.code(), server.requests().len()), ("robots_disallowed", asked), "{status} {error}");
            assert!(error.to_string().contains(&format!("cannot be had: status {status}")), "{error}");
        }
        assert!(client.learnt().hosts.is_empty(), "nothing is held against the host");
    }
}

#[tokio::test]
async fn rules_that_came_before_are_believed_while_the_file_cannot_be_had() {
    let server = Server::start(|request, number| match (request.starts_with("GET /robots.txt "), number) {
        (true, 1) => server::answer(200, &[], b"User-agent: *\nDisallow: /x"),
        (true, _) => server::answer(502, &[], b""),
        (false, _) => server::answer(200, &[], WORKBOOK),
    });
    let client = polite();
    let both = [("/a.xlsx", None), ("/x.xlsx", Some("robots_disallowed"))];
    for hours in [0, 30, 40, 24 * 29] {
        for (path, code) in both {
            let came = at(&client, &direct(&server, path), hours).await;
            assert_eq!(came.err().map(|error| error.code()), code, "{path} after {hours} h");
        }
    }
    assert_eq!(at(&client, &direct(&server, "/a.xlsx"), 24 * 31).await.unwrap_err().code(), "robots_disallowed");
}

#[tokio::test]
async fn a_file_behind_redirects_and_in_no_shape() {
    let moved = Server::start(|request, _| match request.split(' ').nth(1).unwrap_or_default() {
        "/robots.txt" => server::answer(301, &[("Location", "/new.txt")], b""),
        "/new.txt" => server::answer(200, &[], b"User-agent: *\nDisallow: /a"),
        _ => server::answer(200, &[], WORKBOOK),
    });
    assert_eq!(at(&polite(), &direct(&moved, "/a.xlsx"), 0).await.unwrap_err().code(), "robots_disallowed");
    let canary = Server::start(|_, _| server::answer(200, &[], b"User-agent: *\nDisallow: /"));
    let elsewhere = canary.url_as(OTHER_HOST, "/robots.txt").to_string();
    for location in [elsewhere, "/robots.txt".to_owned(), "http://10.255.255.1/".to_owned(), "file:///etc/passwd".to_owned()] {
        let circle = Server::start(move |request, _| match request.starts_with("GET /robots.txt ") {
            true => server::answer(302, &[("Location", &location)], b""),
            false => server::answer(200, &[], WORKBOOK),
        });
        at(&polite(), &direct(&circle, "/a.xlsx"), 0).await.unwrap();
        assert!(circle.requests().len() <= 7);
    }
    assert_eq!(canary.requests().len(), 0);
    let page = publisher(200, "<!DOCTYPE html><html><body>Disallow: /</body></html>");
    at(&polite(), &direct(&page, "/a.xlsx"), 0).await.unwrap();
    let endless = Server::start(|request, _| match request.starts_with("GET /robots.txt ") {
        true => server::raw(200, &[], &[b"User-agent: *\nDisallow: /a\n", "x".repeat(3 << 20).as_bytes()].concat()),
        false => server::answer(200, &[], WORKBOOK),
    });
    assert_eq!(at(&polite(), &direct(&endless, "/a.xlsx"), 0).await.unwrap_err().code(), "robots_disallowed");
}

#[tokio::test]
async fn a_redirect_leads_to_no_address_that_is_not_to_be_asked_for() {
    let server = Server::start(|request, _| match request.split(' ').nth(1).unwrap_or_default() {
        "/robots.txt" => server::answer(200, &[], b"User-agent: *\nDisallow: /private\nCrawl-delay: 1"),
        "/a.xlsx" => server::answer(302, &[("Location", "/private/a.xlsx")], b""),
        _ => server::answer(200, &[], WORKBOOK),
    });
    let began = std::time::Instant::now();
    assert_eq!(at(&polite(), &direct(&server, "/a.xlsx"), 0).await.unwrap_err().code(), "robots_disallowed");
    assert_eq!(paths(&server), ["/robots.txt", "/a.xlsx"]);
    assert!(began.elapsed() >= Duration::from_secs(1), "the pause that the file asks for");
}

#[tokio::test]
async fn who_asks_says_so_with_an_address() {
    let server = publisher(404, "");
    let user_agent = user_agent(Some("mailto:stat@example.org"));
    let named = Client::new(ClientOptions { user_agent, ..polite().options });
    at(&named, &direct(&server, "/a.xlsx"), 0).await.unwrap();
    let wanted = format!("user-agent: sverka/{} (+mailto:stat@example.org)\r\n", env!("CARGO_PKG_VERSION"));
    assert!(server.requests().iter().all(|request| request.to_lowercase().contains(&wanted)), "{:?}", server.requests());
}

/// A host that fails is not asked by the other sources on it, nor by the next run, until its rest is over; then once.
#[tokio::test]
async fn a_host_that_fails_is_left_alone_and_then_asked_once() {
    let server = Server::start(|_, _| server::answer(503, &[], b"down"));
    let client = client();
    let mut codes = Vec::new();
    for source in 0..10 {
        codes.push(at(&client, &direct(&server, &format!("/{source}.xlsx")), 0).await.unwrap_err().code());
    }
    assert_eq!(codes, [["http_503"; 3].as_slice(), &["left_alone"; 7]].concat());
    assert_eq!(server.requests().len(), 12, "three addresses, each with its four tries");
    let next = Client::new(client.options.clone());
    next.recall(client.learnt());
    let error = at(&next, &direct(&server, "/a.xlsx"), 0).await.unwrap_err();
    assert!(error.to_string().contains("is left alone until 2026-01-31T00:"), "{error}");
    assert!(error.to_string().contains("because it failed 3 times in a row, the last time with http_503"), "{error}");
    // elsewhere nothing is held against anybody
    let other = Server::start(|_, _| server::answer(200, &[], WORKBOOK));
    let spec = FetchSpec { hosts: vec![OTHER_HOST.to_owned()], ..spec(vec![Place::Direct(other.url_as(OTHER_HOST, "/"))]) };
    at(&next, &spec, 0).await.unwrap();
    let again = at(&next, &direct(&server, "/a.xlsx"), 1).await.unwrap_err();
    assert_eq!((again.code(), again.tries, server.requests().len()), ("http_503", 1, 13), "one probe");
    assert_eq!(at(&next, &direct(&server, "/b.xlsx"), 1).await.unwrap_err().code(), "left_alone");
}

#[tokio::test]
async fn a_host_that_answers_again_is_forgiven() {
    let server = Server::start(|_, number| match number {
        1..=12 => server::answer(500, &[], b""),
        _ => server::answer(200, &[], WORKBOOK),
    });
    let client = client();
    for _ in 0..3 {
        at(&client, &direct(&server, "/"), 0).await.unwrap_err();
    }
    assert_eq!(client.learnt().hosts[0].failures, 3);
    for hours in [1, 1] {
        at(&client, &direct(&server, "/"), hours).await.unwrap();
    }
    let learnt = client.learnt().hosts;
    assert_eq!((learnt[0].failures, learnt[0].until), (0, None));
}

#[tokio::test]
async fn a_publisher_who_asked_for_an_hour_has_it_across_runs_unless_a_person_insists() {
    let server = Server::start(|_, number| match number {
        1 => server::answer(429, &[("Retry-After", "3600")], b""),
        _ => server::answer(200, &[], WORKBOOK),
    });
    let first = client();
    assert_eq!(at(&first, &direct(&server, "/a"), 0).await.unwrap_err().code(), "rate_limited");
    let next = client();
    next.recall(first.learnt());
    let error = at(&next, &direct(&server, "/b"), 0).await.unwrap_err();
    assert_eq!((error.code(), server.requests().len()), ("left_alone", 1));
    assert!(error.to_string().contains("until 2026-01-31T01:00:0"), "{error}");
    assert!(error.to_string().contains("it asked for that (Retry-After)"), "{error}");
    let insisting = Asking { insists: true, ..asking(None, &[Kind::Zip]) };
    next.fetch(&direct(&server, "/b"), &insisting).await.unwrap();
    at(&next, &direct(&server, "/b"), 0).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn refusals_of_one_address_are_no_failures_of_the_host() {
    let server = Server::start(|_, number| match number % 2 {
        0 => server::answer(404, &[], b""),
        _ => server::answer(200, &[], b"<html><title>x</title></html>"),
    });
    let client = client();
    for _ in 0..12 {
        let code = at(&client, &direct(&server, "/"), 0).await.unwrap_err().code();
        assert!(code == "http_404" || code == "soft_404", "{code}");
    }
    assert!(client.learnt().hosts.is_empty());
}
