//! What servers give with status 200 in place of a document: pages of errors, captchas, logins, nothing, one byte, an old copy,
//! another year's file. None is stored as good, none is a success without figures, and what was known stays.

use super::super::support::{Answer, Room, Server};
use super::bytes::pack;
use super::folder::figures;
use super::oracle::{assert_left_alone, assert_whole, outcomes};
use super::table::{self, FIGURES, FORMATS, Shape};
use super::trial::full;

/// Formats of every run of the tests; the others are left to the full matrix.
const FIRST: usize = 6;

/// What comes instead, and what it is said to be; none: what the document is said to be.
type Instead = (&'static str, Option<&'static str>, fn(fn(&str) -> Vec<u8>) -> Vec<u8>);

const PAGE: Option<&str> = Some("text/html; charset=utf-8");

fn page(title: &str, body: &str) -> Vec<u8> {
    format!("<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>").into_bytes()
}

const INSTEAD: [Instead; 12] = [
    ("an error", PAGE, |_| page("404 Not Found", "<h1>Not Found</h1>")),
    ("an error in Russian", PAGE, |_| {
        encoding_rs::WINDOWS_1251.encode("<html><title>Страница не найдена</title><body>Ошибка 404</body></html>").0.into_owned()
    }),
    ("access denied", PAGE, |_| page("403 Forbidden", "<h1>403 Forbidden</h1>")),
    ("a captcha", PAGE, |_| {
        page("Just a moment...", "<script>window._cf_chl_opt={}</script><noscript>Enable JavaScript</noscript>")
    }),
    ("a program alone", None, |_| b"<script>location='/captcha?'+document.cookie</script>".to_vec()),
    ("a login", PAGE, |_| page("Sign in", "<form action=/login><input name=user><input name=password type=password></form>")),
    ("temporarily unavailable", PAGE, |_| page("Service", "<p>The service is temporarily unavailable, try again later</p>")),
    ("temporarily unavailable, in words alone", None, |_| b"Service temporarily unavailable\n".to_vec()),
    ("a list of files", PAGE, |_| {
        page("Index of /files", "<h1>Index of /files</h1><pre><a href=s.xlsx>s.xlsx</a> 2020-01-01 10:00 12K</pre>")
    }),
    ("nothing", None, |_| Vec::new()),
    ("one byte", None, |_| b"0".to_vec()),
    ("an error as the interface tells it", Some("application/json"), |_| {
        b"{\"error\": {\"code\": 503, \"message\": \"try later\"}}".to_vec()
    }),
];

/// Documents that are real, and not the one that was wanted.
const ANOTHER: [Instead; 2] = [
    ("an old copy", None, |_| {
        table::csv("")
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| {
                let line = std::str::from_utf8(line).unwrap().trim_end();
                format!("{}\n", line.rsplit_once(';').unwrap().0)
            })
            .collect::<String>()
            .into_bytes()
    }),
    ("another year's", None, |_| {
        String::from_utf8(table::csv("")).unwrap().replace("Y2019", "Y2009").replace("Y2020", "Y2010").into_bytes()
    }),
];

/// Codes of a document that was not the one.
const REFUSED: [&str; 7] =
    ["soft_404", "forbidden_page", "not_expected_type", "unreadable", "layout_unknown", "no_member", "image_only"];

/// A source, its server, what its documents are said to be, and what comes instead.
struct Site {
    id: String,
    server: Server,
    good: Answer,
    instead: Answer,
    /// A real document, which may be stored with a word.
    real: bool,
}

fn site(at: usize, (format, kind, make): Shape, instead: &Instead, real: bool) -> (Site, String) {
    let good = Answer::document(kind, make(""));
    let (_, said, wrong) = instead;
    let server = Server::at(&format!("127.3.{}.{}", at / 200, at % 200 + 1), vec![good.clone()]);
    let id = format!("s{at}");
    let block = table::source(&id, format, &server.address, "robots = \"ignore\"\nany_size = true");
    let wrong = match (real, format) {
        (true, "zip") => pack::zip(&[pack::Entry::deflated("t.csv", &wrong(make))]),
        _ => wrong(make),
    };
    (Site { id, server, good, instead: Answer::document(said.unwrap_or(kind), wrong), real }, block)
}

#[test]
fn what_comes_in_place_of_a_document_is_never_believed() {
    let formats = if full() { &FORMATS[..] } else { &FORMATS[..FIRST] };
    let pages = formats.iter().flat_map(|format| INSTEAD.iter().map(move |instead| (*format, instead, false)));
    let real = formats.iter().filter(|(name, ..)| ["csv", "zip"].contains(name));
    let all = pages.chain(real.flat_map(|format| ANOTHER.iter().map(move |instead| (*format, instead, true))));
    let (mut sites, mut config, mut names) = (Vec::new(), table::HEAD.to_string(), Vec::new());
    for (at, (format, instead, real)) in all.enumerate() {
        let (site, block) = site(at, format, instead, real);
        sites.push(site);
        config += &block;
        names.push(format!("{} as {}", instead.0, format.0));
    }
    let room = Room::with(&config);
    let run = |wanted: i32| {
        let ran = room.sverka(&["run"]);
        assert_eq!(ran.code, wanted, "{}", ran.err);
    };
    run(0);
    let stands = |site: &Site| figures(&room.path("data"), &site.id);
    sites.iter().zip(&names).for_each(|(site, name)| assert_eq!(stands(site), FIGURES, "{name}"));
    let before = outcomes(&room, 0).len();
    sites.iter().for_each(|site| site.server.script(vec![site.instead.clone()]));
    run(2);
    let came: Vec<(String, String)> = of_attempts(&room, before);
    let mut wrong = Vec::new();
    for (site, name) in sites.iter().zip(&names) {
        let codes: Vec<&str> = came.iter().filter(|(id, _)| *id == site.id).map(|(_, code)| code.as_str()).collect();
        let refused = codes.len() == 1 && REFUSED.contains(&codes[0]) && stands(site) == FIGURES;
        // a real document of other periods says nothing of those it has not
        let kept = FIGURES.split(", ").all(|figure| stands(site).contains(figure)) && told(&room, &site.id);
        if !(refused || site.real && kept) {
            wrong.push(format!("{name}: {codes:?}: {}", stands(site)));
        }
    }
    println!("F20: {} documents that are none, {:?}", sites.len(), counted(&came));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), sites.len(), wrong.join("\n"));
    sites.iter().for_each(|site| site.server.script(vec![site.good.clone()]));
    run(0);
    assert!(sites.iter().filter(|site| !site.real).all(|site| stands(site) == FIGURES));
    assert_whole(&room.path("data"));
    assert_left_alone(&room);
}

/// Source and outcome of the attempts after the first so many.
fn of_attempts(room: &Room, after: usize) -> Vec<(String, String)> {
    let db = room.db();
    let all: Vec<String> =
        super::super::support::column(&db, "SELECT source_id || ' ' || coalesce(outcome, '') FROM attempt ORDER BY id", []);
    all.into_iter()
        .skip(after)
        .map(|line| line.split_once(' ').map(|(id, code)| (id.to_string(), code.to_string())).unwrap())
        .collect()
}

/// Whether a reader of the data is told that a document lacks what was known.
fn told(room: &Room, source: &str) -> bool {
    let sql = "SELECT count(*) FROM (SELECT source_id FROM issue WHERE code = 'coverage_lost' UNION ALL SELECT source_id FROM drift WHERE weight <> 'told') WHERE source_id = ?1";
    super::super::support::column::<i64>(&room.db(), sql, [source])[0] > 0
}

fn counted(came: &[(String, String)]) -> std::collections::BTreeMap<&str, usize> {
    came.iter().fold(Default::default(), |mut counts, (_, code)| {
        *counts.entry(code.as_str()).or_default() += 1;
        counts
    })
}
