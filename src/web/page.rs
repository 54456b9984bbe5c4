//! What every page has: head, skip link, navigation, language, foot; and the small parts they share.

use super::route::Route;
use crate::reconcile::{Severity, VerdictStatus};
use crate::report::parts;
use crate::report::words::{self, Lang, StatusWords};
use chrono::{DateTime, Utc};
use maud::{DOCTYPE, Markup, html as markup};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeSet;

/// What a page made for a folder may load: the style sheet beside it, and the picture of no icon.
const FILE_POLICY: &str = "default-src 'none'; style-src 'self' file:; img-src data:; base-uri 'none'; form-action 'none'";

/// Characters of an answer that do not stand as they are in a question.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Where every page leads to.
pub const PLACES: [(Route, &str); 3] = [(Route::Home, "Papers"), (Route::SeriesList, "Series"), (Route::Sources, "Sources")];

/// What a folder of pages has beside those of the papers and sources.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Series that have a page.
    pub series: BTreeSet<String>,
    /// Figures whose table has a page.
    pub evidence: BTreeSet<i64>,
    /// The way from the folder to the archive, if that stands beside it.
    pub archive: Option<&'static str>,
    /// Whether no network was there when the pages were made.
    pub offline: bool,
}

impl Kept {
    /// Whether it has what a link leads to.
    fn has(&self, route: &Route) -> bool {
        match route {
            Route::Series(code) | Route::SeriesCsv(code) => self.series.contains(code),
            Route::Evidence(id) => self.evidence.contains(id),
            _ => true,
        }
    }

    /// The way from the folder to what a route names, in a language.
    fn way(&self, route: &Route, lang: Lang) -> Option<String> {
        match (route, self.archive) {
            (Route::Document(sha256), Some(archive)) => Some(format!("{archive}/{}/{sha256}", sha256.get(..2)?)),
            _ => route.file(lang),
        }
    }
}

/// What a page is made for.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The language of its labels.
    pub lang: Lang,
    /// Whether somebody chose that language, so that links keep it.
    pub chosen: bool,
    /// Which page it is; `None`: of an address that names none.
    pub at: Option<&'a Route>,
    /// What the folder has, if the pages stand in one: links lead to files, and nothing can be asked. `None` on a server.
    pub kept: Option<&'a Kept>,
    /// The moment it speaks of.
    pub now: DateTime<Utc>,
}

impl View<'_> {
    /// Whether a server answers.
    pub fn is_live(&self) -> bool {
        self.kept.is_none()
    }

    /// A label in the language of the page.
    pub fn t(&self, english: &'static str) -> &'static str {
        self.lang.label(english)
    }

    /// The words of a verdict, its label in the language of the page.
    pub fn status(&self, status: VerdictStatus) -> StatusWords {
        let shown = words::status(status);
        StatusWords { word: self.t(shown.word), ..shown }
    }

    /// The address of a page from here; `None` where pages stand in a folder that does not have it.
    pub fn to(&self, route: &Route) -> Option<String> {
        self.leading(route, self.lang)
    }

    /// The same in a language.
    fn leading(&self, route: &Route, lang: Lang) -> Option<String> {
        let Some(kept) = self.kept else { return Some(self.asking(route, &[])) };
        let way = kept.way(route, lang).filter(|_| kept.has(route))?;
        let depth = self.at.and_then(|at| at.file(self.lang)).map_or(0, |file| file.matches('/').count());
        Some(format!("{}{}", "../".repeat(depth), way.replace('~', "%7E")))
    }

    /// The address of those claims of a paper that one answer chooses.
    pub fn choosing(&self, paper: &str, name: &'static str, value: &str) -> Option<String> {
        match self.kept {
            None => Some(self.asking(&Route::Paper(paper.to_string()), &[(name, value)])),
            Some(_) => self.to(&Route::Choice(paper.to_string(), name, value.to_string())),
        }
    }

    /// The address of a page on a server with a question; a language that was chosen is kept.
    pub fn asking(&self, route: &Route, asked: &[(&str, &str)]) -> String {
        let lang = (self.chosen && *route != Route::Style).then_some(("lang", self.lang.code()));
        let asked = lang.iter().chain(asked).map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, VALUE)));
        match asked.collect::<Vec<_>>().join("&").as_str() {
            "" => route.path(),
            asked => format!("{}?{asked}", route.path()),
        }
    }

    /// A link, or the same without one.
    pub fn link(&self, route: &Route, shown: Markup) -> Markup {
        // a table is shown at the place that is marked
        let place = if matches!(route, Route::Evidence(_)) { "#here" } else { "" };
        match self.to(route) {
            Some(address) => markup! { a href={ (address) (place) } { (shown) } },
            None => shown,
        }
    }
}

/// A whole page.
pub fn page(view: &View<'_>, title: &str, main: Markup) -> Markup {
    markup! {
        (DOCTYPE)
        html lang=(view.lang.code()) {
            head {
                meta charset="utf-8";
                @if !view.is_live() { meta http-equiv="Content-Security-Policy" content=(FILE_POLICY); }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) " – sverka" }
                @if let Some(style) = view.to(&Route::Style) { link rel="stylesheet" href=(style); }
                link rel="icon" href="data:,";
            }
            body {
                a.skip href="#main" { (view.t("Skip to the content")) }
                (masthead(view))
                main id="main" {
                    @if view.kept.is_some_and(|kept| kept.offline) && view.at.is_some_and(Route::is_of_the_run) {
                        p.health.look role="note" { strong { (view.t("There was no network.")) } " " (view.t("No source was asked when this page was made; everything here rests on documents already held.")) }
                    }
                    (main)
                }
                footer {
                    p.quiet { (view.t("Made")) " " time datetime=(view.now.to_rfc3339()) { (view.now.format("%Y-%m-%d %H:%M")) } " UTC " (view.t("by")) " sverka " (env!("CARGO_PKG_VERSION")) "." }
                }
            }
        }
    }
}

fn masthead(view: &View<'_>) -> Markup {
    let here = |route: &Route| {
        let current = match view.at {
            Some(Route::Series(_)) => Some(&Route::SeriesList),
            Some(Route::Source(_)) => Some(&Route::Sources),
            at => at,
        };
        (current == Some(route)).then_some("page")
    };
    markup! {
        header.masthead {
            @if let Some(home) = view.to(&Route::Home) { a.brand href=(home) { "sverka" } }
            nav aria-label=(view.t("Main")) {
                ul { @for (route, name) in &PLACES { @if let Some(to) = view.to(route) {
                    li { a href=(to) aria-current=[here(route)] { (view.t(name)) } }
                } } (super::search::entry(view)) }
            }
            (languages(view))
        }
    }
}

fn languages(view: &View<'_>) -> Markup {
    let at = view.at.unwrap_or(&Route::Home);
    let to = |lang: Lang| match view.is_live() {
        true => Some(format!("{}?lang={}", at.path(), lang.code())),
        false => view.leading(at, lang),
    };
    markup! {
        nav.languages aria-label="Language, язык" {
            ul { @for lang in Lang::ALL { @if let Some(to) = to(lang) {
                li { a href=(to) lang=(lang.code()) hreflang=(lang.code()) aria-current=[(lang == view.lang).then_some("true")] { (lang.name()) } }
            } } }
        }
    }
}

/// The language that was chosen, for a form to keep.
pub fn language(view: &View<'_>) -> Markup {
    markup! { @if view.chosen { input type="hidden" name="lang" value=(view.lang.code()); } }
}

/// A verdict by colour, icon and word.
pub fn badge(view: &View<'_>, status: VerdictStatus) -> Markup {
    parts::badge(view.status(status))
}

/// How much it matters, in a word.
pub fn severity(view: &View<'_>, severity: Severity) -> Markup {
    let word = words::severity(severity);
    markup! { span class={ "severity s-" (word) } { (view.t(word)) } }
}

/// A table that scrolls sideways on its own where the screen is narrow, reachable by keyboard.
pub fn scrolling(label: &str, table: Markup) -> Markup {
    markup! { div.scroll role="group" tabindex="0" aria-label=(label) { (table) } }
}

/// Heads over numbers, which stand to the right.
const NUMBERS: [&str; 5] = ["Value", "Cell shows", "Before rounding", "Figures", "Open issues"];

/// A heading row.
pub fn heads(view: &View<'_>, names: &[&'static str]) -> Markup {
    markup! { thead { tr { @for name in names { th.number[NUMBERS.contains(name)] scope="col" { (view.t(name)) } } } } }
}

/// A sentence that the program says in English, whatever the language of the page.
pub fn english(view: &View<'_>, text: &str) -> Markup {
    match view.lang {
        Lang::En => markup! { (text) },
        Lang::Ru => markup! { span lang="en" { (text) } },
    }
}

/// A link only if the address opens a page; anything else is text.
pub fn outside(address: &str, shown: &str) -> Markup {
    markup! { @if crate::report::view::is_link(address) { a href=(address.trim()) rel="noreferrer noopener external" { (shown) } } @else { (address) } }
}

/// Where a document came from and what is noted of it, for a list of facts.
pub fn origin(view: &View<'_>, url: &str, obtained_from: &str, notes: &[String]) -> Markup {
    markup! {
        @if !url.is_empty() { dt { (view.t("Address")) } dd { (outside(url, url)) } }
        @if !obtained_from.is_empty() { dt { (view.t("Obtained from")) } dd { (outside(obtained_from, obtained_from)) } }
        @for note in notes { dt { (view.t("Note")) } dd { (note) } }
    }
}

/// The way from the first page to here.
pub fn crumbs(view: &View<'_>, way: &[(Route, &str)]) -> Markup {
    markup! {
        nav.crumbs aria-label=(view.t("You are here")) {
            ol { @for (route, name) in way { li { (view.link(route, markup! { (name) })) } } }
        }
    }
}
