use super::*;

/// Months from `TODAY` (January 2026) on; lag of one.
fn monthly(server: &Server) -> FetchSpec {
    let text = format!("{}osn-{{MM}}-{{YYYY}}.xlsx", server.url("/"));
    spec(vec![Place::Dated(Dated::parse(&text, "1 month".parse().unwrap(), 3).unwrap())])
}

/// A site with one month's file; what it says of the others is `missing`.
fn site(file: &'static str, missing: (u16, &'static [u8])) -> Server {
    Server::start(move |request, _| {
        let asked = request.split(' ').nth(1).unwrap_or_default();
        match (asked == format!("/{file}"), request.to_lowercase().contains("if-none-match: \"a\"")) {
            (true, true) => server::answer(304, &[], b""),
            (true, false) => server::answer(200, &[("ETag", "\"a\"")], WORKBOOK),
            (false, _) => server::answer(missing.0, &[("Content-Type", "text/html")], missing.1),
        }
    })
}

const PAGE: &[u8] = b"<html><title>Not found</title></html>";

#[tokio::test]
async fn the_newest_period_that_is_there_is_fetched_and_asked_for_changes() {
    for missing in [(404, PAGE), (410, PAGE), (200, PAGE)] {
        let server = site("osn-11-2025.xlsx", missing);
        let Fetched::Document(document) = fetch(&monthly(&server), None, &[Kind::Zip]).await.unwrap() else { panic!() };
        assert_eq!((document.requested.path(), document.url.path()), ("/osn-11-2025.xlsx", "/osn-11-2025.xlsx"));
        assert!(server.requests()[0].starts_with("GET /osn-12-2025.xlsx "));
        let again = fetch(&monthly(&server), document.validators().as_ref(), &[Kind::Zip]).await.unwrap();
        assert!(matches!(&again, Fetched::NotModified { url, status: 304 } if url.path() == "/osn-11-2025.xlsx"), "{again:?}");
    }
}

#[tokio::test]
async fn what_is_not_absence_ends_the_search() {
    let denied: &[u8] = b"<html><title>403 Forbidden</title></html>";
    let cases: [(u16, &[u8], &str); 4] = [
        (403, PAGE, "http_403"),
        (200, denied, "forbidden_page"),
        (200, b"%PDF-1.4", "not_expected_type"),
        (503, b"", "http_503"),
    ];
    for (status, body, code) in cases {
        let server = site("osn-11-2025.xlsx", (status, body));
        let error = fetch(&monthly(&server), None, &[Kind::Zip]).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(server.requests().iter().all(|request| request.starts_with("GET /osn-12-2025.xlsx ")), "{code}");
    }
}

#[tokio::test]
async fn nothing_there_is_the_failure_of_the_newest() {
    let server = site("none", (404, PAGE));
    let error = fetch(&monthly(&server), None, &[Kind::Zip]).await.unwrap_err();
    assert_eq!((error.code(), error.others.len()), ("http_404", 2));
    assert!(error.url.ends_with("/osn-12-2025.xlsx"), "{error}");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn no_period_before_the_one_that_is_held_is_asked() {
    let server = site("osn-10-2025.xlsx", (404, PAGE));
    let held = [earlier(&server.url("/osn-11-2025.xlsx"), Ended::Held)];
    let asking = Asking { earlier: &held, ..asking(None, &[Kind::Zip]) };
    let error = client().fetch(&monthly(&server), &asking).await.unwrap_err();
    assert_eq!((error.code(), server.requests().len()), ("http_404", 2));
}

#[tokio::test]
async fn a_period_may_not_lead_elsewhere() {
    let server = Server::start(|_, _| server::answer(302, &[("Location", "http://elsewhere.example/a.xlsx")], b""));
    assert_eq!(fetch(&monthly(&server), None, &[Kind::Zip]).await.unwrap_err().code(), "blocked_host");
}
