//! The HTML page: well formed, self-contained, and nothing foreign in it is markup.

use super::sample::Sample;
use crate::report::{html, words};
use scraper::{Html, Selector};
use std::collections::BTreeSet;

/// Elements that have no end tag.
const VOID: [&str; 3] = ["meta", "br", "hr"];

fn select(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).unwrap()).count()
}

fn attributes(page: &Html, name: &str) -> Vec<String> {
    let all = Selector::parse(&format!("[{name}]")).unwrap();
    page.select(&all).filter_map(|e| e.value().attr(name)).map(str::to_string).collect()
}

#[test]
fn counts_of_the_page() {
    let sample = Sample::new();
    let page = Html::parse_document(&html(&sample.report()));
    for (selector, wanted) in [
        ("html[lang=en]", 1),
        ("h1", 1),
        ("article.claim", sample.findings.len()),
        ("section.paper", 3),
        ("table.matrix tbody tr", sample.findings.iter().map(|f| f.external.vintages.len()).sum()),
        ("tr.decides", 4),
        (".suggestions", 2),
        ("#deviations ~ ol.worst", 2),
        ("#deviations + ol.worst > li", 3),
        (".offline", 1),
        ("#issues ~ details", 2),
        ("#issues ~ details li", 6),
        ("#reading ~ dl.glossary:not(.small) dt", words::STATUSES.len()),
        ("th:not([scope])", 0),
        ("[style], script, img, link, iframe, form, object", 0),
        ("meta[http-equiv]", 1),
    ] {
        assert_eq!(select(&page, selector), wanted, "{selector}");
    }
}

#[test]
fn ids_are_unique_and_links_lead_somewhere() {
    let sample = Sample::new();
    let page = Html::parse_document(&html(&sample.report()));
    let ids = attributes(&page, "id");
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    for target in attributes(&page, "href") {
        let inside = target.strip_prefix('#').is_some_and(|id| unique.contains(&id.to_string()));
        assert!(inside || target.starts_with("https://") || target.starts_with("http://"), "{target}");
    }
    assert!(attributes(&page, "aria-labelledby").iter().all(|id| unique.contains(id)));
}

#[test]
fn a_verdict_is_colour_icon_and_word() {
    let sample = Sample::new();
    let page = Html::parse_document(&html(&sample.report()));
    for status in words::STATUSES {
        let shown = words::status(status);
        let badges = Selector::parse(&format!(".badge.v-{}", shown.class)).unwrap();
        let texts: Vec<String> = page.select(&badges).map(|b| b.text().collect()).collect();
        assert!(texts.len() >= 2, "{}: one in the list of meanings and one at a claim", shown.word);
        assert!(texts.iter().all(|t| *t == format!("{} {}", shown.icon, shown.word)), "{texts:?}");
    }
}

#[test]
fn nothing_foreign_is_markup() {
    let text = html(&Sample::new().report());
    for foreign in ["<script", "<i>", "<b>", "href=\"javascript", "b=\"2\""] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    for shown in
        ["&lt;script&gt;alert(2)&lt;/script&gt;", "Sheet&lt;script&gt;!A1", "javascript:alert(3)", "&amp;b=&quot;2&quot;"]
    {
        assert!(text.contains(shown), "{shown}");
    }
}

/// A parser repairs what is broken, so the tags are counted before it sees them.
#[test]
fn every_element_is_closed_in_order() {
    let text = html(&Sample::new().report());
    let mut open = Vec::new();
    for tag in text.split('<').skip(2) {
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn an_empty_paper_is_a_page() {
    let mut sample = Sample::new();
    sample.findings.clear();
    let mut report = sample.report();
    (report.offline, report.as_of) = (false, Some("2021-02-01".parse().unwrap()));
    let text = html(&report);
    assert!(text.contains("Nothing deviates.") && text.contains("No verdict yet: ok, tie, old") && text.contains("2021-02-01"));
    assert!(!text.contains("no network"));
}
