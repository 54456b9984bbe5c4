use super::*;

const LIST: &[u8] = br#"[["urlkey","timestamp","statuscode"],["k","20190102030405","200"],["k","20200304050607","200"]]"#;
const PAGE: &[u8] = b"<html><title>Welcome</title></html>";

fn archive(server: &Server) -> FetchSpec {
    let original = Url::parse("http://www.dead.example/a.xlsx").unwrap();
    let (from, until) = ("2019-01-01".parse().ok(), "2020-12-31".parse().ok());
    spec(vec![Place::Captures(Captures { original, server: server.url("/"), from, until })])
}

fn capture(server: &Server, stamp: &str) -> Url {
    server.url(&format!("/web/{stamp}id_/http://www.dead.example/a.xlsx"))
}

/// An archive with two captures, the newer of which is `newer`.
fn site(newer: (u16, &'static [u8])) -> Server {
    Server::start(move |request, _| match request.split(' ').nth(1).unwrap_or_default() {
        path if path.starts_with("/cdx/search/cdx?url=http%3A%2F%2Fwww.dead.example%2Fa.xlsx&") => server::answer(200, &[], LIST),
        path if path.starts_with("/web/20200304050607id_/") => server::answer(newer.0, &[], newer.1),
        "/web/20190102030405id_/http://www.dead.example/a.xlsx" => server::answer(200, &[], WORKBOOK),
        _ => server::answer(404, &[], b""),
    })
}

async fn asked(server: &Server, earlier: &[Earlier]) -> Result<Fetched, FetchError> {
    client().fetch(&archive(server), &Asking { earlier, ..asking(None, &[Kind::Zip]) }).await
}

fn document(fetched: Fetched) -> Document {
    match fetched {
        Fetched::Document(document) => *document,
        other => panic!("expected a document, found {other:?}"),
    }
}

#[tokio::test]
async fn captures_come_one_at_a_time_the_newest_first() {
    let server = site((200, WORKBOOK));
    let (newer, older) = (capture(&server, "20200304050607"), capture(&server, "20190102030405"));
    let first = document(asked(&server, &[]).await.unwrap());
    let archived = first.archived.unwrap();
    assert_eq!((&first.requested, archived.original.as_str()), (&newer, "http://www.dead.example/a.xlsx"));
    assert_eq!(archived.at.to_rfc3339(), "2020-03-04T05:06:07+00:00");
    let held = earlier(&newer, Ended::Held);
    let second = document(asked(&server, std::slice::from_ref(&held)).await.unwrap());
    assert_eq!((&second.requested, second.archived.unwrap().at.timestamp()), (&older, 1_546_398_245));
    let none = asked(&server, &[held, earlier(&older, Ended::OtherKind)]).await.unwrap();
    assert!(matches!(none, Fetched::NotModified { status: 200, .. }), "{none:?}");
}

#[tokio::test]
async fn a_capture_that_failed_waits_behind_the_others() {
    let server = site((503, b""));
    let (newer, older) = (capture(&server, "20200304050607"), capture(&server, "20190102030405"));
    let error = asked(&server, &[]).await.unwrap_err();
    assert_eq!((error.code(), error.url.as_ref()), ("http_503", newer.as_str()));
    let failed = earlier(&newer, Ended::Failed);
    assert_eq!(document(asked(&server, std::slice::from_ref(&failed)).await.unwrap()).requested, older);
    let again = asked(&server, &[failed, earlier(&older, Ended::Held)]).await.unwrap_err();
    assert_eq!(again.url.as_ref(), newer.as_str());
}

#[tokio::test]
async fn a_captured_error_page_is_no_document() {
    let error = asked(&site((200, PAGE)), &[]).await.unwrap_err();
    assert_eq!(error.code(), "soft_404");
}

#[tokio::test]
async fn an_archive_without_a_list() {
    for (body, code) in [(&b"[]"[..], "no_capture"), (b"[[\"a\"]]", "bad_index"), (PAGE, "soft_404"), (b"", "not_expected_type")]
    {
        let server = Server::start(move |_, _| server::answer(200, &[], body));
        assert_eq!(asked(&server, &[]).await.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn a_redirect_to_another_capture_gives_its_date() {
    let server = Server::start(|request, _| match request.split(' ').nth(1).unwrap_or_default() {
        path if path.starts_with("/cdx/") => server::answer(200, &[], LIST),
        path if path.starts_with("/web/20200304050607id_/") => {
            server::answer(302, &[("Location", "/web/20200105000000id_/http://www.dead.example/a.xlsx")], b"")
        }
        _ => server::answer(200, &[], WORKBOOK),
    });
    let document = document(asked(&server, &[]).await.unwrap());
    assert_eq!(document.archived.unwrap().at.date_naive().to_string(), "2020-01-05");
    assert!(document.requested.path().contains("20200304050607"));
}
