//! Pages in which everything foreign is hostile: they have the elements of a harmless page, and nothing leads anywhere but to the web.

use super::pages::{KEPT, claims, paper_page, view};
use crate::report::tests::sample::Sample;
use crate::report::words::Lang;
use crate::report::{Backing, Bundle, BundleDocument, Excerpt, Passage, PassageRow, PassageText, bundle};
use crate::store::IssueRow;
use crate::web::gather::STYLE;
use crate::web::{brief, relation, source};
use scraper::Html;
use std::process::{Command, Stdio};

/// What is written into every place, and a harmless text of its kind.
const PAYLOADS: [(&str, &str); 12] = [
    ("<script>document.title='run'</script>", "x"),
    ("\"><img src=x onerror=\"document.title='run'\">", "x"),
    ("' onmouseover='document.title=1' x='", "x"),
    ("javascript:document.title='run'", "x"),
    (" \u{1}JaVaScRiPt:document.title='run'", "x"),
    ("data:text/html,<script>document.title='run'</script>", "x"),
    ("</style><svg onload=document.title='run'>", "x"),
    ("</title></textarea><!--<script>document.title='run'//", "x"),
    ("&lt;script&gt;&#60;b&#62;", "x"),
    ("\u{0}<b>]]>\u{202e}", "x"),
    ("https://h.example/?a=\"><script>document.title='run'</script>", "https://h.example/"),
    ("http://h.example/' style='x", "http://h.example/"),
];

/// Places of pages that somebody else has a say in, by what they are of.
const PLACES: [&str; 5] = ["paper", "claim", "vintage", "source", "issue"];

fn fill(sample: &mut Sample, place: &str, text: &str) {
    let own = || text.to_string();
    match place {
        "paper" => {
            let paper = &mut sample.paper;
            (paper.title, paper.authors) = (own(), vec![own(), own()]);
            (paper.journal, paper.doi) = (Some(own()), Some(own()));
        }
        "claim" => {
            let finding = &mut sample.findings[0];
            (finding.claim, finding.printed, finding.section, finding.period) = (own(), own(), own(), own());
            (finding.external.sentence, finding.internal.sentence) = (own(), own());
        }
        "vintage" => {
            for vintage in sample.findings.iter_mut().flat_map(|finding| &mut finding.external.vintages) {
                (vintage.source, vintage.url, vintage.locator, vintage.printed) = (own(), own(), own(), own());
                (vintage.obtained_from, vintage.sha256, vintage.notes) = (own(), own(), vec![own()]);
            }
        }
        "source" => {
            for line in &mut sample.sources {
                (line.id, line.title, line.state, line.schedule) = (own(), own(), own(), own());
                (line.last_message, line.last_outcome, line.failing) = (Some(own()), Some(own()), Some(own()));
            }
            sample.revisions.iter_mut().for_each(|one| one.title = own());
        }
        _ => {
            for issue in &mut sample.issues {
                (issue.document, issue.locator, issue.seen, issue.wanted) = (own(), own(), own(), own());
                (issue.source, issue.severity) = (own(), own());
            }
        }
    }
}

/// Every page that shows anything of it, as files.
fn pages(sample: &Sample) -> Vec<String> {
    let view = view(Lang::En, Some(&KEPT));
    let issue = |line: &crate::report::IssueLine| IssueRow {
        source: line.source.clone(),
        code: line.code.clone(),
        severity: line.severity.clone(),
        locator: line.locator.clone(),
        seen: line.seen.clone(),
        wanted: line.wanted.clone(),
        sha256: None,
        as_of: Some(line.document.clone()),
        recorded_from: String::new(),
    };
    let issues: Vec<IssueRow> = sample.issues.iter().map(issue).collect();
    let of_source = |line| source::Source { line, page: &line.title, tries: &[], waiting: &[], issues: &issues };
    let mut pages = claims(&view, sample);
    pages.extend(sample.sources.iter().map(|line| source::show(&view, &of_source(line)).into_string()));
    pages.extend([
        paper_page(&view, sample, "").unwrap().into_string(),
        brief::show(&view, &sample.report()).into_string(),
        relation::show(&view, &sample.paper, &sample.algebra).into_string(),
        source::list(&view, &sample.sources).into_string(),
    ]);
    pages
}

fn filled(place: &str, text: &str) -> Vec<String> {
    let mut sample = Sample::new();
    fill(&mut sample, place, text);
    pages(&sample)
}

/// The page of an excerpt, with a table or with paragraphs.
fn excerpt(text: &str, table: bool) -> String {
    let sample = Sample::new();
    let own = || text.to_string();
    let row = PassageRow { number: 1, cells: vec![own(), own()], marked: Some(1) };
    let table = table.then(|| Passage::Table { title: own(), columns: vec!["A".into(), "B".into()], rows: vec![row] });
    let texts = || Passage::Paragraphs(vec![PassageText { locator: own(), text: own(), marked: true }]);
    let found = Ok(table.unwrap_or_else(texts));
    let excerpts = vec![Excerpt { name: "e".into(), locator: own(), printed: own(), found }];
    let file = Ok("documents/a.xlsx".to_string());
    let documents = [BundleDocument { sha256: "0".repeat(64), url: own(), obtained_from: own(), file, excerpts }];
    let backings = [Backing { document: Some(0), ..Backing::default() }];
    let (paper, finding) = (&sample.paper, &sample.findings[0]);
    let made =
        Bundle { paper, claim: &paper.claims[0], as_of: None, finding, backings: &backings, documents: &documents, version: "0" };
    let files = bundle(&made).unwrap();
    let (_, bytes) = files.into_iter().find(|(name, _)| name.ends_with(".html")).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Names of the elements in their order, with those of their attributes.
fn shape(page: &str) -> Vec<String> {
    let one = |element: &scraper::node::Element| {
        let mut names: Vec<&str> = element.attrs().map(|(name, _)| name).collect();
        names.sort_unstable();
        format!("{} {}", element.name(), names.join(" "))
    };
    Html::parse_document(page).tree.nodes().filter_map(|node| node.value().as_element().map(one)).collect()
}

fn attributes(page: &str) -> Vec<(String, String)> {
    let of = |element: &scraper::node::Element| element.attrs().map(|(n, v)| (n.to_string(), v.to_string())).collect::<Vec<_>>();
    Html::parse_document(page).tree.nodes().filter_map(|node| node.value().as_element().map(of)).flatten().collect()
}

fn assert_harmless(hostile: &str, harmless: &str, payload: &str) {
    assert_eq!(shape(hostile), shape(harmless), "{payload:?}");
    for (name, value) in attributes(hostile) {
        assert!(!name.starts_with("on") && !["src", "style", "action", "srcdoc"].contains(&name.as_str()), "{payload:?}: {name}");
        // what has no colon is a file beside
        let own = value.starts_with('#') || value == "data:," || !value.contains(':');
        let leads = name != "href" || own || ["http://", "https://"].iter().any(|start| value.starts_with(start));
        assert!(leads, "{payload:?}: {value}");
    }
    let policy = attributes(hostile).into_iter().find(|(_, value)| value.starts_with("default-src 'none';")).unwrap().1;
    assert!(
        !policy.contains("unsafe") && (policy.contains("style-src 'sha256-") || policy.contains("style-src 'self' file:;")),
        "{policy}"
    );
}

fn assert_shown<'p>(pages: impl IntoIterator<Item = &'p String>, payload: &str) {
    let text = |page: &String| Html::parse_document(page).root_element().text().collect::<String>();
    // a page has no such character, and loses it
    let payload = payload.trim().trim_start_matches('\0');
    assert!(pages.into_iter().any(|page| text(page).contains(payload)), "{payload:?} is shown as it is");
}

#[test]
fn foreign_text_is_text() {
    let mut cases = 0;
    for (payload, harmless) in PAYLOADS {
        for place in PLACES {
            let (hostile, tame) = (filled(place, payload), filled(place, harmless));
            hostile.iter().zip(&tame).for_each(|(hostile, tame)| assert_harmless(hostile, tame, payload));
            assert_shown(&hostile, payload);
            cases += hostile.len();
        }
        for table in [true, false] {
            let hostile = excerpt(payload, table);
            assert_harmless(&hostile, &excerpt(harmless, table), payload);
            assert_shown([&hostile], payload);
        }
        cases += 2;
    }
    println!("F34: {cases} pages");
}

/// What the browser says of a page: its elements after everything ran, and what it complained about.
fn shown_by(browser: &str, page: &str) -> (String, String) {
    let room = tempfile::tempdir().unwrap();
    let file = room.path().join("page.html");
    std::fs::write(&file, page).unwrap();
    std::fs::write(room.path().join("style.css"), STYLE).unwrap();
    let shown = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-extensions",
            "--no-first-run",
            "--enable-logging=stderr",
        ])
        .args(["--virtual-time-budget=2000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", room.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .env("HOME", room.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (String::from_utf8_lossy(&shown.stdout).into_owned(), String::from_utf8_lossy(&shown.stderr).into_owned())
}

#[test]
#[ignore = "starts a browser: seconds"]
fn a_browser_runs_nothing_and_takes_the_style() {
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|said| said.status.success()))
    else {
        println!("skipped: no browser");
        return;
    };
    let mut sample = Sample::new();
    let all = PAYLOADS.map(|(payload, _)| payload).concat();
    PLACES.iter().for_each(|place| fill(&mut sample, place, &all));
    for hostile in pages(&sample) {
        // all of them stand beside their style sheet here
        let hostile = hostile.replace("../style.css", "style.css");
        let (dom, said) = shown_by(browser, &hostile);
        assert!(dom.contains("</html>"), "{said}");
        assert!(!dom.contains("<title>run</title>") && !dom.contains("<script"), "{dom}");
        assert!(!said.contains("Content Security Policy"), "the style sheet is the one of the policy: {said}");
        // the oracle itself: it hears of what a policy stops, and sees what runs where there is none
        let spoilt = hostile.replace("</head>", "<style>a{color:red}</style></head>");
        assert!(shown_by(browser, &spoilt).1.contains("Content Security Policy"));
    }
    let open = "<html><head><title>x</title></head><body><script>document.title='run'</script></body></html>";
    assert!(shown_by(browser, open).0.contains("<title>run</title>"));
}
