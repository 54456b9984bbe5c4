use super::*;
use std::time::Instant;

#[tokio::test]
async fn a_refusal_is_kept_and_not_repeated() {
    for (status, code) in
        [(401, "http_401"), (403, "http_403"), (404, "http_404"), (410, "http_410"), (418, "http_4xx"), (451, "http_451")]
    {
        let server = Server::start(move |_, _| server::answer(status, &[("Content-Type", "text/html")], b"<html>403</html>"));
        let mut error = failure(&server, "/").await;
        assert_eq!((error.code(), error.http_status(), server.requests().len()), (code, Some(status), 1));
        let refused = error.refused.as_mut().unwrap();
        assert_eq!(refused.body.read_all().unwrap(), b"<html>403</html>");
        assert_eq!(refused.content_type.as_deref(), Some("text/html"));
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_then_comes() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let server = Server::start(move |_, number| match number {
            1 | 2 => server::answer(status, &[], b"later"),
            _ => server::answer(200, &[], WORKBOOK),
        });
        assert_eq!(document(&server, "/").await.body.len(), WORKBOOK.len() as u64, "{status}");
        assert_eq!(server.requests().len(), 3, "{status}");
    }
}

#[tokio::test]
async fn tries_are_bounded() {
    let server = Server::start(|_, _| server::answer(503, &[], b"down"));
    let error = failure(&server, "/").await;
    assert_eq!((error.code(), error.tries, server.requests().len()), ("http_503", 4, 4));
}

#[tokio::test]
async fn retry_after_is_heard() {
    let server = Server::start(|_, number| match number {
        1 => server::answer(429, &[("Retry-After", "1")], b""),
        _ => server::answer(200, &[], WORKBOOK),
    });
    let start = Instant::now();
    document(&server, "/").await;
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_long_retry_after_ends_the_fetch_and_is_handed_on() {
    let dated = [("Date", "Wed, 21 Oct 2026 07:28:00 GMT"), ("Retry-After", "Wed, 21 Oct 2026 08:28:00 GMT")];
    let cases = [
        (429, vec![("Retry-After", "600")], "rate_limited", 600),
        (503, dated.to_vec(), "http_503", 3600),
        (429, vec![("Retry-After", "315360000")], "rate_limited", 86_400),
    ];
    for (status, headers, code, seconds) in cases {
        let server = Server::start(move |_, _| server::answer(status, &headers, b""));
        let error = failure(&server, "/").await;
        assert_eq!((error.code(), error.retry_after), (code, Some(Duration::from_secs(seconds))));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let server = Server::start(|_, _| vec![server::Step::Wait(Duration::from_secs(30))]);
    let quick = ClientOptions { connect_timeout: Duration::from_millis(100), ..client().options };
    let start = Instant::now();
    let error = Client::new(quick).fetch(&direct(&server, "/"), &asking(None, &[])).await.unwrap_err();
    assert_eq!((error.code(), error.tries), ("timeout", 4));
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_tried_again() {
    let server = Server::start(|_, number| match number {
        1 => vec![],
        _ => server::answer(200, &[], WORKBOOK),
    });
    document(&server, "/").await;
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn answers_that_http_does_not_allow() {
    let heads = [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\nx",
    ];
    for head in heads {
        let server = Server::start(move |_, _| vec![server::Step::Send(head.as_bytes().to_vec())]);
        let error = failure(&server, "/").await;
        assert_eq!((error.code(), server.requests().len()), ("protocol", 1), "{head}: {error}");
    }
}
