use super::*;

const SECRET: &str = "s3cret+1";

fn api(server: &Server, paging: Paging) -> Api {
    Api {
        url: server.url("/v1/get"),
        query: [("flow", "X,M"), ("cmd", "TOTAL")].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        key: Some(KeyName { variable: "SVERKA_TESTS_ONLY".to_owned(), parameter: "key".to_owned() }),
        preview: Some(server.url("/preview")),
        paging,
        max: 2,
        rows: "data".to_owned(),
    }
}

/// A fetch by somebody who has the key.
async fn asked(api: Api) -> Result<Fetched, FetchError> {
    let fixed_variables = HashMap::from([("SVERKA_TESTS_ONLY".to_owned(), SECRET.to_owned())]);
    let client = Client::new(ClientOptions { fixed_variables, ..client().options });
    client.fetch(&spec(vec![Place::Api(api)]), &asking(None, &[Kind::Text])).await
}

fn document(fetched: Fetched) -> (Url, String) {
    let Fetched::Document(mut document) = fetched else { panic!("expected a document, found {fetched:?}") };
    assert!(!format!("{document:?}").contains("s3cret"), "{document:?}");
    (document.requested.clone(), String::from_utf8(document.body.read_all().unwrap()).unwrap())
}

fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or_default()
}

#[tokio::test]
async fn a_key_is_sent_and_never_told() {
    let server = Server::start(|_, _| server::answer(200, &[], br#"{"count":1,"data":[{"v":1.10}]}"#));
    let (url, text) = document(asked(api(&server, Paging::None)).await.unwrap());
    assert_eq!((url, text.as_str()), (server.url("/v1/get?flow=X%2CM&cmd=TOTAL"), r#"{"count":1,"data":[{"v":1.10}]}"#));
    assert_eq!(path(&server.requests()[0]), "/v1/get?flow=X%2CM&cmd=TOTAL&key=s3cret%2B1");
}

#[tokio::test]
async fn without_a_key_the_preview_is_asked() {
    let server = Server::start(|_, _| server::answer(200, &[], br#"{"data":[]}"#));
    let place = |api| spec(vec![Place::Api(api)]);
    let (url, _) = document(fetch(&place(api(&server, Paging::None)), None, &[Kind::Text]).await.unwrap());
    assert_eq!(url, server.url("/preview?flow=X%2CM&cmd=TOTAL"));
    let strict = Api { preview: None, ..api(&server, Paging::None) };
    let error = fetch(&place(strict), None, &[Kind::Text]).await.unwrap_err();
    assert_eq!((error.code(), server.requests().len()), ("no_key", 1));
    assert!(error.to_string().contains("SVERKA_TESTS_ONLY"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_cut_is_a_failure_or_pages_on() {
    let server = Server::start(|request, _| {
        let page: &[u8] = match path(request) {
            asked if asked.contains("offset=4") => br#"{"error":"","count":1,"data":[{"v":5}]}"#,
            asked if asked.contains("offset=2") => br#"{"error":"","count":2,"data":[{"v":3.00},{"v":[4]}]}"#,
            _ => br#"{"error":"","count":2,"data":[{"v":1.10},{"v":2}]}"#,
        };
        server::answer(200, &[("ETag", "\"p\"")], page)
    });
    let mut error = asked(api(&server, Paging::None)).await.unwrap_err();
    assert_eq!(error.code(), "too_many_rows");
    assert!(!error.refused.as_mut().unwrap().body.is_empty());
    let (url, text) = document(asked(api(&server, Paging::Offset)).await.unwrap());
    assert_eq!(url, server.url("/v1/get?flow=X%2CM&cmd=TOTAL"));
    let rows = "[{\"v\":1.10},{\"v\":2},\n{\"v\":3.00},{\"v\":[4]},\n{\"v\":5}]";
    assert_eq!(text, format!("{{\"count\":5,\"data\":{rows},\"error\":\"\"}}"));
}

#[tokio::test]
async fn pages_without_end_are_given_up() {
    let long = format!("{{\"data\":[{0},{0}]}}", "1".repeat(30_000));
    let server = Server::start(move |_, _| server::answer(200, &[], long.as_bytes()));
    assert_eq!(asked(api(&server, Paging::Offset)).await.unwrap_err().code(), "too_large");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn answers_that_are_no_rows_or_repeat_the_key() {
    let cases: [(u16, &str, &str); 7] = [
        (200, "{\"message\":\"quota\"}", "no_rows"),
        (200, "not JSON", "no_rows"),
        (200, "<html><title>Sign in</title></html>", "soft_404"),
        (200, "{\"data\":[],\"asked\":\"key=s3cret%2B1\"}", "protocol"),
        (401, "{\"message\":\"s3cret+1 is wrong\"}", "http_401"),
        (302, "/v1/get?key=s3cret%2B1", "protocol"),
        (302, "http://other.example/", "blocked_host"),
    ];
    for (status, body, code) in cases {
        let server = Server::start(move |_, _| server::answer(status, &[("Location", body)], body.as_bytes()));
        let mut error = asked(api(&server, Paging::None)).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        let kept = error.refused.as_mut().map(|refused| refused.body.read_all().unwrap()).unwrap_or_default();
        let told = format!("{error} {error:?} {}", String::from_utf8_lossy(&kept));
        assert!(!told.contains("s3cret"), "{told}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_origin_does_not_get_the_key() {
    let second = Server::start(|_, _| server::answer(200, &[], br#"{"data":[]}"#));
    let target = second.url("/moved").to_string();
    let first = Server::start(move |_, _| server::answer(302, &[("Location", &target)], b""));
    document(asked(api(&first, Paging::None)).await.unwrap());
    assert_eq!(path(&second.requests()[0]), "/moved");
}

#[tokio::test]
async fn an_answer_that_is_held_is_asked_for_changes_without_telling_the_key() {
    let server = Server::start(|request, _| match request.to_lowercase().contains("if-none-match: \"a\"") {
        true => server::answer(304, &[], b""),
        false => server::answer(200, &[("ETag", "\"a\"")], br#"{"data":[1]}"#),
    });
    let Fetched::Document(first) = asked(api(&server, Paging::None)).await.unwrap() else { panic!("no document") };
    let known = first.validators().unwrap();
    let fixed_variables = HashMap::from([("SVERKA_TESTS_ONLY".to_owned(), SECRET.to_owned())]);
    let client = Client::new(ClientOptions { fixed_variables, ..client().options });
    let spec = spec(vec![Place::Api(api(&server, Paging::None))]);
    let again = client.fetch(&spec, &asking(Some(&known), &[Kind::Text])).await.unwrap();
    assert!(matches!(&again, Fetched::NotModified { url, status: 304 } if !url.as_str().contains("s3cret")), "{again:?}");
}

#[tokio::test]
async fn a_connection_that_fails_does_not_tell_the_key() {
    let dead = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    let silent = Server::start(|_, _| vec![]);
    let mut nowhere = api(&silent, Paging::None);
    nowhere.url.set_port(Some(dead)).unwrap();
    for api in [nowhere, api(&silent, Paging::None)] {
        let error = asked(api).await.unwrap_err();
        assert_eq!(error.code(), "connect", "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}
