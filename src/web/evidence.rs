//! The table as published around one figure, and the way to the bytes.

use super::page::{View, crumbs, english, origin, page};
use super::route::Route;
use crate::report::{Excerpt, passage, words};
use crate::store::VintageRow;
use maud::{Markup, html as markup};

/// The page.
pub fn show(view: &View<'_>, row: &VintageRow, excerpt: &Excerpt) -> Markup {
    let title = format!("{} {}", row.series, row.period);
    let main = markup! {
        (crumbs(view, &[(Route::SeriesList, view.t("Series")), (Route::Series(row.series.clone()), &row.series)]))
        header.banner { p.kicker { (view.t("Evidence")) } h1 { (view.t("The table as published")) } p.bibliography { (title) } }
        (facts(view, row))
        section aria-labelledby="table" {
            h2 id="table" { (view.t("Around the figure")) }
            @match &excerpt.found {
                Ok(found) => {
                    p { (view.t("The marked cell holds the figure:")) " " strong.printed { (row.printed) } ". " a href="#here" { (view.t("To the marked place")) } }
                    p.quiet { (view.t("Rows and columns far from it are left out; the document has them.")) }
                    div.scroll.excerpt role="group" tabindex="0" aria-label=(view.t("The table as published")) { (passage(excerpt, found)) }
                }
                Err(why) => p { (view.t("The table cannot be shown:")) " " (english(view, why)) },
            }
        }
    };
    page(view, &title, main)
}

fn facts(view: &View<'_>, row: &VintageRow) -> Markup {
    let document = row.sha256.as_deref().unwrap_or_default();
    markup! {
        dl.facts {
            dt { (view.t("Figure")) } dd { strong { (row.printed) } " (" (view.t(words::class(row.class).0)) ")" }
            dt { (view.t("Known from")) } dd { (row.known_from) @if let Some(to) = row.known_to { " – " (to) } }
            dt { (view.t("Source")) } dd { (view.link(&Route::Source(row.source.clone()), markup! { (row.source) })) }
            dt { (view.t("Place")) } dd { (row.locator) }
            @if !document.is_empty() {
                dt { (view.t("Document")) }
                dd {
                    @if row.held { (view.link(&Route::Document(document.to_string()), markup! { code.digest { (document) } })) " – " (view.t("download the archived bytes")) }
                    @else { code.digest { (document) } " " (view.t("not held here")) }
                }
            }
            (origin(view, &row.url, &row.obtained_from, &row.notes))
        }
    }
}
