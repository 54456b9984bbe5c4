use super::*;

const PAGE: &[u8] =
    br#"<html><form><input type=hidden name="x.token.name" value="token"><input type=hidden name=token value=abc></form></html>"#;

fn form(server: &Server) -> FetchSpec {
    let fields = [("id", "1"), ("ids", "3_2020"), ("ids", "3_2021")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (page, post) = (server.url("/page"), server.url("/data.do?format=x"));
    spec(vec![Place::Form(Form { page, token: "*token*".to_owned(), post, fields: fields.to_vec() })])
}

/// A site that gives `answer` to a well-filled form.
fn site(answer: (u16, &'static [u8])) -> Server {
    Server::start(move |request, _| {
        let lower = request.to_lowercase();
        let filled = request.ends_with("x.token.name=token&token=abc&id=1&ids=3_2020&ids=3_2021")
            && lower.contains("cookie: session=9\r\n")
            && lower.contains("content-type: application/x-www-form-urlencoded")
            && lower.contains("/page\r\n");
        match request.split(' ').nth(1).unwrap_or_default() {
            "/page" => server::answer(200, &[("Set-Cookie", "session=9; Path=/; HttpOnly"), ("ETag", "\"p\"")], PAGE),
            "/data.do?format=x" if request.starts_with("POST ") && filled => {
                server::answer(answer.0, &[("Location", "/page")], answer.1)
            }
            _ => server::answer(400, &[], b"badly filled"),
        }
    })
}

#[tokio::test]
async fn a_form_is_sent_with_its_token_and_cookies() {
    let server = site((200, WORKBOOK));
    let Fetched::Document(mut document) = fetch(&form(&server), None, &[Kind::Zip]).await.unwrap() else { panic!("no document") };
    assert_eq!(document.body.read_all().unwrap(), WORKBOOK);
    assert_eq!((document.url.as_str(), &document.requested), (server.url("/data.do?format=x").as_str(), &document.url));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn what_a_form_is_refused_with_has_its_code() {
    let cases: [(u16, &[u8], &str, usize); 7] = [
        (308, b"", "http_other", 2),
        (302, b"", "no_data", 2),
        (303, b"", "no_data", 2),
        (403, b"banned", "http_403", 2),
        (503, b"", "http_503", 8),
        (200, b"<html><title>Login</title></html>", "soft_404", 2),
        (200, b"", "not_expected_type", 2),
    ];
    for (status, body, code, requests) in cases {
        let server = site((status, body));
        let error = fetch(&form(&server), None, &[Kind::Zip]).await.unwrap_err();
        assert_eq!((error.code(), server.requests().len()), (code, requests), "{error}");
        assert!(error.http_status().is_some(), "{code}");
    }
}

#[tokio::test]
async fn a_page_without_the_token_is_kept() {
    let server = Server::start(|_, _| server::answer(200, &[], b"<html><input type=hidden name=csrf value=1></html>"));
    let mut error = fetch(&form(&server), None, &[Kind::Zip]).await.unwrap_err();
    assert_eq!(error.code(), "no_token");
    assert!(error.refused.as_mut().unwrap().body.read_all().unwrap().starts_with(b"<html>"));
}

#[tokio::test]
async fn a_form_is_not_sent_to_a_foreign_host() {
    let server = site((200, WORKBOOK));
    let mut spec = form(&server);
    if let [Place::Form(form)] = spec.places.as_mut_slice() {
        form.post = Url::parse("http://elsewhere.example/").unwrap();
    }
    assert_eq!(fetch(&spec, None, &[Kind::Zip]).await.unwrap_err().code(), "blocked_host");
}
