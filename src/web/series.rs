//! Series by name, and one series: its picture, its figures, its revisions.

use super::chart::Plot;
use super::page::{View, crumbs, english, heads, language, page, scrolling};
use super::picture;
use super::route::Route;
use crate::report::{number, parts, revisions, safe, view, words};
use crate::revision::SeriesRevisions;
use crate::store::{SeriesHit, SeriesInfo, SeriesOrder, SeriesSought, VintageRow};
use maud::{Markup, html as markup};

/// Series a page lists.
pub const PAGE: u32 = 100;
/// No page begins behind so many.
pub const MOST: u32 = 1_000_000;
/// Orders that can be asked for.
pub const ORDERS: [(&str, SeriesOrder); 3] =
    [("code", SeriesOrder::Code), ("title", SeriesOrder::Title), ("newest", SeriesOrder::Newest)];
/// Newest figures that the page of a series lists; CSV has all.
const LISTED: usize = 240;
/// Periods that a triangle shows, the newest.
const ROWS: usize = 60;

/// The list; one more than [`PAGE`] means that it goes on.
pub fn list(view: &View<'_>, sought: &SeriesSought, hits: &[SeriesHit]) -> Markup {
    // a folder has them all on one page
    let shown = if view.is_live() { hits.get(..PAGE as usize).unwrap_or(hits) } else { hits };
    let main = markup! {
        header.banner { p.kicker { (view.t("Every series of official figures that is held")) } h1 { (view.t("Series")) } }
        @if view.is_live() { (form(view, sought)) }
        @if shown.is_empty() { p role="status" { (view.t("No series has these words in its code or title.")) } } @else {
            (scrolling(view.t("Series"), markup! {
                table {
                    (heads(view, &["Series", "Unit", "First period", "Last period"]))
                    tbody { @for hit in shown {
                        tr {
                            th scope="row" { (view.link(&Route::Series(hit.code.clone()), markup! { code { (hit.code) } })) @if !hit.title.is_empty() { span.sub { (hit.title) } } }
                            td { (hit.unit) } td { (hit.oldest) } td { (hit.newest) }
                        }
                    } }
                }
            }))
        }
        @if view.is_live() { (pages(view, sought, hits.len() > PAGE as usize)) }
    };
    page(view, view.t("Series"), main)
}

fn form(view: &View<'_>, sought: &SeriesSought) -> Markup {
    markup! {
        form.filters method="get" action=(Route::SeriesList.path()) role="search" {
            (language(view))
            div.field.wide { label for="f-q" { (view.t("Words in code or title")) } input id="f-q" type="search" name="q" maxlength="100" value=(sought.text); }
            div.field {
                label for="f-sort" { (view.t("Order")) }
                select id="f-sort" name="sort" { @for (value, order) in ORDERS { option value=(value) selected[order == sought.order] { (view.t(label(order))) } } }
            }
            button type="submit" { (view.t("Search")) }
        }
    }
}

fn label(order: SeriesOrder) -> &'static str {
    match order {
        SeriesOrder::Code => "by code",
        SeriesOrder::Title => "by title",
        SeriesOrder::Newest => "by newest period",
    }
}

fn pages(view: &View<'_>, sought: &SeriesSought, more: bool) -> Markup {
    let word = ORDERS.iter().find(|(_, order)| *order == sought.order).map_or("code", |(word, _)| word);
    let to = |from: u32| {
        let asked = [("q", sought.text.as_str()), ("sort", word), ("from", &from.to_string())];
        view.asking(&Route::SeriesList, &asked)
    };
    markup! {
        nav.pages aria-label=(view.t("Pages")) {
            @if sought.skip > 0 { a href=(to(sought.skip.saturating_sub(PAGE))) rel="prev" { "← " (view.t("before")) } " " }
            @if more { a href=(to(sought.skip + PAGE)) rel="next" { (view.t("after")) " →" } }
        }
    }
}

/// What the page of a series is made from.
#[derive(Debug)]
pub struct Series<'a> {
    /// What the store says of it.
    pub info: &'a SeriesInfo,
    /// What stands today, by period.
    pub latest: &'a [VintageRow],
    /// Its revisions.
    pub revisions: &'a SeriesRevisions,
    /// Claims that mean it: paper and claim.
    pub claims: &'a [(String, String)],
}

/// The page of a series.
pub fn show(view: &View<'_>, series: &Series<'_>) -> Markup {
    let (info, latest) = (series.info, series.latest);
    let title = if info.title.is_empty() { &info.code } else { &info.title };
    let line = picture::line(latest);
    let plot = Plot {
        title: title.clone(),
        desc: format!("{} {}: {}", latest.len(), view.t("periods"), ends(latest)),
        lines: vec![line],
        ..Plot::default()
    };
    let keys = [("series", view.t("official figures as they stand today"))];
    let main = markup! {
        (crumbs(view, &[(Route::SeriesList, view.t("Series"))]))
        header.banner {
            p.kicker { @if info.title.is_empty() { (view.t("Series")) } @else { code { (info.code) } } }
            h1.code[info.title.is_empty()] { (title) }
            p.bibliography { (info.publisher) " · " (info.unit) " · " (info.measure) " · " (view.t(words::frequency(info.frequency))) }
        }
        @if latest.is_empty() { p { (view.t("No figure stands today.")) } } @else {
            (picture::framed(view, &plot, "series-chart", &keys, None))
        }
        p.more { (view.link(&Route::SeriesCsv(info.code.clone()), markup! { (view.t("Download every version as CSV")) })) }
        @if !series.claims.is_empty() {
            p { (view.t("Figures of papers that mean it")) ": "
                @for (at, (paper, claim)) in series.claims.iter().enumerate() { @if at > 0 { ", " } (view.link(&Route::Claim(paper.clone(), claim.clone()), markup! { (claim) })) } }
        }
        (figures(view, latest))
        (revised(view, series.revisions))
    };
    page(view, title, main)
}

fn ends(rows: &[VintageRow]) -> String {
    let one = |row: Option<&VintageRow>| row.map(|row| format!("{} {}", row.period, row.printed)).unwrap_or_default();
    format!("{} … {}", one(rows.first()), one(rows.last()))
}

fn figures(view: &View<'_>, latest: &[VintageRow]) -> Markup {
    let shown = latest.get(latest.len().saturating_sub(LISTED)..).unwrap_or_default();
    markup! {
        section aria-labelledby="figures" {
            h2 id="figures" { (view.t("Figures as they stand today")) " " span.quiet { (latest.len()) } }
            (scrolling(view.t("Figures as they stand today"), markup! {
                table {
                    (heads(view, &["Period", "Value", "Cell shows", "Known from", "Source", "Place"]))
                    tbody { @for row in shown.iter().rev() {
                        tr {
                            th scope="row" { (row.period) }
                            td.number { @match row.value { Some(value) => (view::minus(&value.to_string())), None => (view.t(words::cell(row.status).unwrap_or("–"))) } }
                            td.number { (row.printed) }
                            td { (row.known_from) }
                            td { (view.link(&Route::Source(row.source.clone()), markup! { (row.source) })) }
                            td { @if row.held && !row.locator.is_empty() { (view.link(&Route::Evidence(row.id), markup! { (row.locator) })) } @else { (row.locator) } }
                        }
                    } }
                }
            }))
            @if shown.len() < latest.len() { p.quiet { (view.t("Older figures are in the CSV.")) } }
        }
    }
}

/// What the revisions amount to, and the triangle.
fn revised(view: &View<'_>, one: &SeriesRevisions) -> Markup {
    let drawn = revisions::drawn(one, false, ROWS);
    markup! {
        section aria-labelledby="revisions" {
            h2 id="revisions" { (view.t("Revisions")) }
            @match revisions::series(&one.summary) {
                Some(said) => p { (english(view, &said)) },
                None => p { (view.t("No second version of any of its figures is held.")) },
            }
            @if !drawn.rows.is_empty() {
                (scrolling(view.t("Revisions"), parts::triangle(&drawn, view.t("Period"), Some("triangle"))))
                p.quiet { (view.t("Periods down, days on which something became known across. Bold: what that day brought.")) }
            }
        }
    }
}

/// Every version of every figure, safe to open in a spreadsheet.
///
/// # Errors
/// What the writer says; in memory there is nothing that can go wrong.
pub fn csv(rows: &[VintageRow]) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let head = [
        "series",
        "period",
        "value",
        "decimals",
        "printed",
        "status",
        "unit",
        "known_from",
        "known_to",
        "class",
        "source",
        "locator",
        "sha256",
        "url",
    ];
    writer.write_record(head)?;
    for row in rows {
        writer.write_record([
            safe(&row.series),
            row.period.to_string(),
            row.value.map(|value| value.to_string()).unwrap_or_default(),
            row.decimals.map(|digits| digits.to_string()).unwrap_or_default(),
            number(&row.printed),
            row.status.to_string(),
            safe(&row.unit),
            row.known_from.to_string(),
            row.known_to.map(|day| day.to_string()).unwrap_or_default(),
            row.class.as_str().to_string(),
            safe(&row.source),
            safe(&row.locator),
            row.sha256.clone().unwrap_or_default(),
            safe(&row.url),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
