use super::*;

fn redirect(location: &str) -> Vec<server::Step> {
    server::answer(302, &[("Location", location)], b"")
}

#[tokio::test]
async fn a_redirect_within_the_hosts_is_followed_and_recorded() {
    let server = Server::start(|request, _| match request.starts_with("GET /new/file.xlsx ") {
        true => server::answer(200, &[("ETag", "\"a\"")], WORKBOOK),
        false => redirect("/new/file.xlsx"),
    });
    let document = document(&server, "/old.xlsx").await;
    assert_eq!((document.requested.path(), document.url.path()), ("/old.xlsx", "/new/file.xlsx"));
    assert!(document.validators().unwrap().url.ends_with("/new/file.xlsx"));
}

/// The canary listens on loopback, which may be dialled here: only the rules keep the client away from it.
#[tokio::test]
async fn a_redirect_elsewhere_is_refused_before_anything_is_dialled() {
    let canary = Server::start(|_, _| server::answer(200, &[], WORKBOOK));
    let port = canary.url("/").port().unwrap();
    let cases = [
        (format!("http://{OTHER_HOST}:{port}/"), "blocked_host"),
        (format!("http://localhost:{port}/"), "blocked_host"),
        (format!("http://user:secret@{HOST}:{port}/"), "blocked_host"),
        (format!("http://[::1]:{port}/"), "blocked_host"),
        (format!("//{OTHER_HOST}:{port}/"), "blocked_host"),
        (format!("ftp://{HOST}:{port}/"), "blocked_host"),
        ("file:///etc/passwd".to_owned(), "blocked_host"),
        ("data:text/plain,x".to_owned(), "blocked_host"),
        ("gopher://stat.example/".to_owned(), "blocked_host"),
        (format!("http://{HOST}:22/"), "blocked_host"),
        ("http://169.254.169.254/latest/meta-data/".to_owned(), "blocked_host"),
        ("http://10.255.255.1/".to_owned(), "blocked_address"),
        ("http://private.example/".to_owned(), "blocked_address"),
        ("http://[".to_owned(), "protocol"),
    ];
    for (location, code) in cases {
        let to = location.clone();
        let server = Server::start(move |_, _| redirect(&to));
        let error = failure(&server, "/").await;
        assert_eq!((error.code(), error.tries), (code, 1), "{location}: {error}");
        assert_eq!(server.requests().len(), 1, "{location}");
    }
    assert_eq!(canary.requests().len(), 0);
}

#[tokio::test]
async fn loopback_is_refused_unless_allowed() {
    let canary = Server::start(|_, _| server::answer(200, &[], WORKBOOK));
    let port = canary.url("/").port().unwrap();
    let strict = Client::new(ClientOptions { allow_loopback: false, ..client().options });
    for address in [format!("http://{HOST}:{port}/"), format!("http://127.0.0.1:{port}/")] {
        let spec = spec(vec![Place::Direct(Url::parse(&address).unwrap())]);
        assert_eq!(strict.fetch(&spec, &asking(None, &[])).await.unwrap_err().code(), "blocked_address");
    }
    assert!(!strict.online(&[format!("{HOST}:{port}"), format!("127.0.0.1:{port}")], &[]).await);
    assert_eq!(canary.requests().len(), 0);
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let server = Server::start(|_, number| redirect(&format!("/{number}")));
    let error = failure(&server, "/").await;
    assert_eq!(error.code(), "too_many_redirects");
    assert_eq!(server.requests().len(), 6);
    let nowhere = Server::start(|_, _| server::answer(301, &[], b""));
    assert_eq!(failure(&nowhere, "/").await.code(), "protocol");
}
