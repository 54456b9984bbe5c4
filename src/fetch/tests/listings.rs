use super::*;

fn listing(server: &Server, path: &str, link: &str) -> FetchSpec {
    spec(vec![Place::Listing { page: server.url(path), via: None, link: link.to_owned(), row: None }])
}

fn site(request: &str) -> Vec<server::Step> {
    let page = br#"<html><a href="m/ind_11-2025.xlsx">XLSX</a><a href="m/Ind_12-2025.xlsx">XLSX</a></html>"#;
    match request.split(' ').nth(1) {
        Some("/page") => server::answer(302, &[("Location", "/folder/page")], b""),
        Some("/folder/page" | "/folder/industry_2.html") => server::answer(200, &[("ETag", "\"page\"")], page),
        Some("/reviews") => {
            server::answer(200, &[], b"<html><a href='/folder/prices.html'>x</a><a href='/folder/industry_2.html'>x</a><a href='/folder/industry_1.html'>x</a></html>")
        }
        Some("/folder/m/Ind_12-2025.xlsx") if request.to_lowercase().contains("if-none-match") => server::answer(304, &[], b""),
        Some("/folder/m/Ind_12-2025.xlsx") => server::answer(200, &[("ETag", "\"file\"")], WORKBOOK),
        _ => server::answer(404, &[], b""),
    }
}

#[tokio::test]
async fn the_newest_file_of_a_page_is_fetched_and_asked_for_changes() {
    let server = Server::start(|request, _| site(request));
    let spec = listing(&server, "/page", "ind_*.xlsx");
    let Fetched::Document(document) = fetch(&spec, None, &[Kind::Zip]).await.unwrap() else { panic!("no document") };
    assert_eq!(document.url.path(), "/folder/m/Ind_12-2025.xlsx");
    assert_eq!(document.listing.as_ref().unwrap().path(), "/folder/page");
    let known = document.validators().unwrap();
    let again = fetch(&spec, Some(&known), &[Kind::Zip]).await.unwrap();
    assert!(matches!(again, Fetched::NotModified { .. }), "{again:?}");
    let pages: Vec<String> = server.requests().into_iter().filter(|head| head.starts_with("GET /folder/page")).collect();
    assert!(pages.len() == 2 && pages.iter().all(|head| !head.to_lowercase().contains("if-none-match")));
}

#[tokio::test]
async fn a_page_may_lead_to_the_page_with_the_link() {
    let server = Server::start(|request, _| site(request));
    let place = Place::Listing {
        page: server.url("/reviews"),
        via: Some("industry*.html".to_owned()),
        link: "ind_*.xlsx".to_owned(),
        row: None,
    };
    assert!(place.to_string().ends_with("/reviews, the page behind \"industry*.html\", the link \"ind_*.xlsx\""), "{place}");
    let Fetched::Document(document) = fetch(&spec(vec![place]), None, &[Kind::Zip]).await.unwrap() else { panic!("no document") };
    assert_eq!(document.url.path(), "/folder/m/Ind_12-2025.xlsx");
    assert_eq!(document.listing.as_ref().unwrap().path(), "/folder/industry_2.html");
}

#[tokio::test]
async fn a_page_without_the_link_is_kept_and_names_what_it_has() {
    let server = Server::start(|request, _| site(request));
    let mut error = fetch(&listing(&server, "/page", "sub_*.xlsx"), None, &[Kind::Zip]).await.unwrap_err();
    assert_eq!(error.code(), "no_link");
    assert!(error.to_string().contains("Ind_12-2025.xlsx"), "{error}");
    assert!(error.refused.as_mut().unwrap().body.read_all().unwrap().starts_with(b"<html>"));
}

#[tokio::test]
async fn a_link_to_a_foreign_host_is_not_followed() {
    let server =
        Server::start(|_, _| server::answer(200, &[], b"<html><a href='http://elsewhere.example/ind_1.xlsx'>XLSX</a></html>"));
    let error = fetch(&listing(&server, "/page", "ind_*.xlsx"), None, &[Kind::Zip]).await.unwrap_err();
    assert_eq!((error.code(), error.url.as_ref()), ("blocked_host", "http://elsewhere.example/ind_1.xlsx"));
}
