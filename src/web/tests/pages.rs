//! Every page with nothing, with figures, and with failures.

use crate::paper::Paper;
use crate::pipeline::Judged;
use crate::report::tests::sample::Sample;
use crate::report::words::{self, Lang};
use crate::report::{Excerpt, Passage, PassageRow};
use crate::web::ask::Ask;
use crate::web::page::{Kept, View};
use crate::web::problem::Problem;
use crate::web::route::Route;
use crate::web::{brief, claim, home, paper, problem, relation, source};
use maud::Markup;
use scraper::{Html, Selector};
use std::collections::BTreeSet;
use std::sync::Arc;

pub static KEPT: Kept = Kept { series: BTreeSet::new(), evidence: BTreeSet::new(), archive: None, offline: false };

pub fn view(lang: Lang, kept: Option<&'static Kept>) -> View<'static> {
    View { lang, chosen: false, at: None, kept, now: "2026-04-01T10:20:30Z".parse().unwrap() }
}

fn live() -> View<'static> {
    view(Lang::En, None)
}

fn select(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).unwrap()).count()
}

fn judged(sample: &Sample) -> Arc<Judged> {
    let (findings, algebra) = (sample.findings.clone(), sample.algebra.clone());
    Arc::new(Judged { paper: sample.paper.id.clone(), findings, algebra, changes: Vec::new() })
}

pub fn claims(view: &View<'_>, sample: &Sample) -> Vec<String> {
    let one = |at: usize| {
        let (paper, claim, finding) = (&sample.paper, &sample.paper.claims[at], &sample.findings[at]);
        claim::show(view, &claim::Shown { paper, claim, finding, series: &[], arithmetic: "1 < 2", revised: Some("<b>once</b>") })
            .into_string()
    };
    (0..sample.findings.len()).map(one).collect()
}

/// What every page must be: landmarks, one first heading, no heading left out, tables with heads, nothing foreign as markup.
fn sound(text: &str) {
    let page = Html::parse_document(text);
    for (selector, wanted) in [
        ("html[lang]", 1),
        ("main#main", 1),
        ("a.skip[href='#main']", 1),
        ("header.masthead", 1),
        ("nav:not([aria-label])", 0),
        ("h1", 1),
        ("th:not([scope])", 0),
        ("svg:not([role]):not([aria-hidden])", 0),
        ("[style], script, img, iframe, object, style, a[href^='javascript']", 0),
        ("label:not([for]), select:not([id]), input:not([id]):not([type=hidden])", 0),
    ] {
        assert_eq!(select(&page, selector), wanted, "{selector}\n{text}");
    }
    let mut last = 1;
    for heading in page.select(&Selector::parse("h1,h2,h3,h4").unwrap()) {
        let level = u32::from(heading.value().name().as_bytes()[1] - b'0');
        assert!(level <= last + 1, "h{level} after h{last}: {text}");
        last = level;
    }
    let ids: Vec<&str> = page.select(&Selector::parse("[id]").unwrap()).filter_map(|e| e.value().attr("id")).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{ids:?}");
    for labelled in page.select(&Selector::parse("[aria-labelledby]").unwrap()) {
        let names = labelled.value().attr("aria-labelledby").unwrap();
        assert!(names.split(' ').all(|name| ids.contains(&name)), "{names}");
    }
    for foreign in ["<script", "<i>", "<b>", "href=\"javascript", "b=\"2\""] {
        assert!(!text.contains(foreign), "{foreign}");
    }
}

pub fn paper_page(view: &View<'_>, sample: &Sample, query: &str) -> Result<Markup, Problem> {
    let chosen = paper::Chosen::of(&Ask::parse(query).unwrap(), &sample.findings)?;
    Ok(paper::show(view, &sample.paper, &sample.findings, &chosen, 1))
}

#[test]
fn every_page_is_sound_in_both_languages_and_places() {
    let sample = Sample::new();
    let papers: Vec<(&Paper, _)> = vec![(&sample.paper, judged(&sample))];
    for lang in Lang::ALL {
        for kept in [None, Some(&KEPT)] {
            let view = view(lang, kept);
            let totals = sample.report().totals;
            sound(&home::show(&view, &home::Home { papers: papers.clone(), sources: &sample.sources, totals }).into_string());
            sound(&paper_page(&view, &sample, "").unwrap().into_string());
            claims(&view, &sample).iter().for_each(|text| sound(text));
            sound(&relation::show(&view, &sample.paper, &sample.algebra).into_string());
            sound(&brief::show(&view, &sample.report()).into_string());
            sound(&source::list(&view, &sample.sources).into_string());
            for line in &sample.sources {
                let shown = source::Source { line, page: "javascript:alert(5)", tries: &[], waiting: &[], issues: &[] };
                sound(&source::show(&view, &shown).into_string());
            }
        }
    }
}

#[test]
fn with_nothing_there_is_a_page() {
    let mut sample = Sample::new();
    let home = home::Home { papers: Vec::new(), sources: &[], totals: Default::default() };
    let text = home::show(&live(), &home).into_string();
    sound(&text);
    assert!(text.contains("There is no paper yet") && text.contains("all as they should be"));
    let text = source::list(&live(), &[]).into_string();
    sound(&text);
    assert!(text.contains("No source is known here yet.") && !text.contains("<table"));
    sample.findings.clear();
    let text = paper_page(&live(), &sample, "").unwrap().into_string();
    sound(&text);
    assert!(text.contains("No figure has a verdict yet."));
}

#[test]
fn claims_can_be_chosen() {
    let sample = Sample::new();
    let shown = |query: &str| {
        let text = paper_page(&live(), &sample, query).unwrap().into_string();
        select(&Html::parse_document(&text), "li.entry")
    };
    let of = |wanted| sample.findings.iter().filter(|f| f.external.status == wanted || f.internal.status == wanted).count();
    assert_eq!(shown(""), sample.findings.len());
    for status in words::STATUSES {
        assert_eq!(shown(&format!("verdict={}", words::status(status).code)), of(status));
    }
    assert_eq!(shown("section=1.1"), 3);
    assert_eq!(shown("section=1.1&verdict=SUPERSEDED&source=%40index"), 1);
    for query in ["verdict=confirmed", "severity=x", "section=9", "source=%27%20OR%201=1--"] {
        assert!(matches!(paper_page(&live(), &sample, query), Err(Problem::Wrong { .. })), "{query}");
    }
}

#[test]
fn a_claim_has_its_picture_with_words() {
    let sample = Sample::new();
    let at = sample.findings.iter().position(|finding| finding.claim == "old").unwrap();
    let text = claims(&live(), &sample).remove(at);
    let page = Html::parse_document(&text);
    assert_eq!(select(&page, "svg.chart rect.band.claim"), 1);
    assert_eq!(select(&page, "svg.chart rect.band.agrees"), 1);
    assert_eq!(select(&page, "svg.chart rect.band.differs"), 1);
    assert_eq!(select(&page, "svg.chart text.mark"), 1);
    assert_eq!(select(&page, "svg.chart > desc"), 1);
    assert_eq!(select(&page, "table.matrix tbody tr"), 3);
    assert!(text.contains("Sheet&lt;script&gt;!A1") && text.contains("1 &lt; 2"));
}

#[test]
fn problems_help() {
    let failed = Problem::Failed(anyhow::anyhow!("disk /secret/path"));
    let missing = Problem::missing("paper", "an-2024<script>", ["an-2023"]);
    for (problem, code, said) in [
        (Problem::Unknown, 404, "No page has this address."),
        (missing, 404, "an-2023"),
        (Problem::wrong("verdict", "one of", "<b>"), 400, "&lt;b&gt;"),
        (failed, 500, "log says why"),
    ] {
        let text = problem::show(&live(), &problem).into_string();
        sound(&text);
        assert!(problem.code() == code && text.contains(said) && !text.contains("/secret"), "{text}");
    }
}

#[test]
fn the_marked_cell_keeps_its_neighbours() {
    let row = PassageRow { number: 7, cells: vec!["<b>".into(), "97.1".into()], marked: Some(1) };
    let found = Passage::Table { title: "t".into(), columns: vec!["A".into(), "B".into()], rows: vec![row] };
    let excerpt = Excerpt { name: "1".into(), locator: "t!B7".into(), printed: "97.1".into(), found: Ok(found.clone()) };
    let text = crate::report::passage(&excerpt, &found).into_string();
    assert!(text.contains("<td class=\"here\" id=\"here\"><mark>97.1</mark></td>") && text.contains("&lt;b&gt;"), "{text}");
}

#[test]
fn links_in_a_folder_lead_to_files() {
    let at = Route::Claim("p".into(), "c".into());
    let view = View { at: Some(&at), ..view(Lang::En, Some(&KEPT)) };
    assert_eq!(view.to(&Route::Home).unwrap(), "../../index.html");
    assert_eq!(view.to(&Route::Series("a/b".into())), None);
    assert_eq!((view.to(&Route::Evidence(1)), view.to(&Route::Document("ab12".into()))), (None, None));
    let kept = Kept { series: ["a/b".to_string()].into(), evidence: [1].into(), archive: Some("../archive"), offline: true };
    let view = View { lang: Lang::Ru, kept: Some(&kept), ..view };
    assert_eq!(view.to(&Route::Series("a/b".into())).unwrap(), "../../../ru/series/a%7E2fb.html");
    assert_eq!(view.to(&Route::SeriesCsv("a/b".into())).unwrap(), "../../../series/a%7E2fb.csv");
    assert_eq!(view.to(&Route::Evidence(1)).unwrap(), "../../../ru/evidence/1.html");
    assert_eq!(view.to(&Route::Document("ab12".into())).unwrap(), "../../../../archive/ab/ab12");
    assert_eq!(view.choosing("p", "section", "2.1").unwrap(), "../../../ru/p/section/2.1.html");
    let text = home::show(&view, &home::Home { papers: Vec::new(), sources: &[], totals: Default::default() }).into_string();
    sound(&text);
    assert!(text.contains("href=\"../../../p/claim/c.html\" lang=\"en\"") && !text.contains("role=\"note\""), "{text}");
    let view = View { at: Some(&Route::Home), ..view };
    let text = home::show(&view, &home::Home { papers: Vec::new(), sources: &[], totals: Default::default() }).into_string();
    sound(&text);
    assert!(text.contains("href=\"../index.html\" lang=\"en\"") && text.contains("role=\"note\""), "{text}");
}

#[test]
fn a_relation_has_an_id_of_its_own() {
    let mut sample = Sample::new();
    let one = sample.algebra.contradictions().next().unwrap().clone();
    let named = |name: &str| crate::reconcile::Outcome { relation: name.into(), ..one.clone() };
    sample.algebra.outcomes = ["a.b", "a-b", "a b", "a.b", "a.b"].map(named).to_vec();
    let text = relation::show(&live(), &sample.paper, &sample.algebra).into_string();
    for id in ["a.b", "a-b", "a~20b", "a.b~-2", "a.b~-3"] {
        assert_eq!(text.matches(&format!("id=\"relation-{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn a_sheet_names_the_worst_once() {
    let sample = Sample::new();
    let report = sample.report();
    let (worst, more) = crate::report::brief::worst(&report);
    let page = Html::parse_document(&brief::show(&live(), &report).into_string());
    assert_eq!((select(&page, "li.entry"), more), (worst.len(), 0));
    let text = crate::report::brief_markdown(&report);
    assert_eq!(text.lines().filter(|line| line.contains(", printed ")).count(), worst.len(), "{text}");
    assert!(!text.contains("<script"), "{text}");
}
