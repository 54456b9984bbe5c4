//! What is called so: series, rows as their publishers call them, sources, papers, claims, commodities; one form, no script.

use super::page::{View, language, page, scrolling};
use super::route::Route;
use crate::report::words::Lang;
use crate::store::{LabelHit, LabelKind};
use maud::{Markup, html as markup};

/// Lines of a page.
pub const PAGE: u32 = 50;
/// Lines that can be passed over.
pub const MOST: u32 = 5000;
/// Kinds by their names in addresses, with the words people read.
const KINDS: [(LabelKind, &str); 6] = [
    (LabelKind::Series, "series"),
    (LabelKind::Row, "rows of tables"),
    (LabelKind::Source, "sources"),
    (LabelKind::Paper, "papers"),
    (LabelKind::Claim, "claims"),
    (LabelKind::Commodity, "commodities"),
];

/// Labels that only this page has.
const RUSSIAN: [(&str, &str); 14] = [
    ("Search", "Поиск"),
    ("Nothing is called so.", "Так ничего не называется."),
    ("Words", "Слова"),
    ("Kind", "Что это"),
    ("Name", "Имя"),
    ("Title", "Название"),
    ("Series", "Ряды"),
    ("all", "всё"),
    ("series", "ряды"),
    ("rows of tables", "строки таблиц"),
    ("sources", "источники"),
    ("papers", "статьи"),
    ("claims", "утверждения"),
    ("commodities", "товары"),
];

/// What was asked, and what was found.
#[derive(Debug)]
pub struct Found<'a> {
    /// The words.
    pub words: &'a str,
    /// Only this kind.
    pub kind: Option<LabelKind>,
    /// So many were passed over.
    pub skip: u32,
    /// One more than a page has, if there are more.
    pub hits: &'a [LabelHit],
}

/// The page.
pub fn show(view: &View<'_>, found: &Found<'_>) -> Markup {
    let shown = &found.hits[..found.hits.len().min(PAGE as usize)];
    let main = markup! {
        h1 { (said(view, "Search")) }
        (form(view, found))
        @if !found.words.is_empty() && shown.is_empty() { p { (said(view, "Nothing is called so.")) } }
        @if !shown.is_empty() { (scrolling(said(view, "Search"), table(view, shown))) }
        (further(view, found))
    };
    page(view, said(view, "Search"), main)
}

fn form(view: &View<'_>, found: &Found<'_>) -> Markup {
    markup! {
        form.filters method="get" action=(Route::Search.path()) role="search" {
            (language(view))
            label { (said(view, "Words")) " " input type="search" name="q" value=(found.words) maxlength="100"; }
            label { (said(view, "Kind")) " " select name="kind" {
                option value="" { (said(view, "all")) }
                @for (kind, word) in KINDS {
                    option value=(kind.as_str()) selected[found.kind == Some(kind)] { (said(view, word)) }
                }
            } }
            button type="submit" { (view.t("Search")) }
        }
    }
}

fn table(view: &View<'_>, hits: &[LabelHit]) -> Markup {
    markup! {
        table {
            thead { tr { @for name in ["Kind", "Name", "Title", "Series"] { th scope="col" { (said(view, name)) } } } }
            tbody { @for hit in hits { tr {
                td { (said(view, word(hit.kind))) }
                td { (name(view, hit)) }
                td { (hit.title) }
                td { @for code in &hit.series { (view.link(&Route::Series(code.clone()), markup! { code { (code) } })) br; }
                    @if hit.more > 0 { "+ " (hit.more) } }
            } } }
        }
    }
}

fn word(kind: LabelKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, word)| word)
}

/// What it is, with a link to its page.
fn name(view: &View<'_>, hit: &LabelHit) -> Markup {
    let name = hit.name.clone();
    match hit.kind {
        LabelKind::Series => view.link(&Route::Series(name), markup! { code { (hit.name) } }),
        LabelKind::Row => view.link(&Route::Source(hit.owner.clone()), markup! { (hit.owner) }),
        LabelKind::Source => view.link(&Route::Source(name), markup! { (hit.name) }),
        LabelKind::Paper => view.link(&Route::Paper(name), markup! { (hit.name) }),
        LabelKind::Claim => view.link(&Route::Claim(hit.owner.clone(), name), markup! { (hit.owner) " " (hit.name) }),
        LabelKind::Commodity => markup! { (hit.name) },
    }
}

/// The ways to the pages before and behind.
fn further(view: &View<'_>, found: &Found<'_>) -> Markup {
    let at = |skip: u32| {
        let (kind, skip) = (found.kind.map_or("", LabelKind::as_str), skip.to_string());
        view.asking(&Route::Search, &[("q", found.words), ("kind", kind), ("from", &skip)])
    };
    let more = found.hits.len() > PAGE as usize && found.skip + PAGE <= MOST;
    markup! {
        nav.pages aria-label=(view.t("Pages")) {
            @if found.skip > 0 { a href=(at(found.skip.saturating_sub(PAGE))) rel="prev" { "← " (view.t("before")) } " " }
            @if more { a href=(at(found.skip + PAGE)) rel="next" { (view.t("after")) " →" } }
        }
    }
}

/// The way here, in the head of every page; a folder of files has nobody who could be asked.
pub fn entry(view: &View<'_>) -> Markup {
    let here = matches!(view.at, Some(Route::Search)).then_some("page");
    markup! {
        @if view.is_live() { li { a href=(view.asking(&Route::Search, &[])) aria-current=[here] { (said(view, "Search")) } } }
    }
}

/// A label of this page in the language that is asked for.
fn said(view: &View<'_>, english: &'static str) -> &'static str {
    let russian = RUSSIAN.iter().find(|(known, _)| view.lang == Lang::Ru && *known == english);
    russian.map_or_else(|| view.t(english), |(_, russian)| russian)
}
