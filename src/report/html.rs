//! The report as one page that needs nothing else: no script, no other file, no network.

mod claims;
mod head;
mod held;
mod matrix;
mod revised;
mod within;

use super::{Report, view};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use sha2::{Digest, Sha256};

/// The style sheet, inlined; it is ours, so it needs no escaping.
const STYLE: &str = include_str!("html/style.css");

/// What a page may load and run: nothing but this one style sheet, known by its digest.
pub(super) fn policy(style: &str) -> String {
    let digest = BASE64_STANDARD.encode(Sha256::digest(style));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

/// The page.
pub fn html(report: &Report<'_>) -> String {
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(STYLE));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (report.paper.title) " – figures checked" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the verdicts" }
                (head::banner(report))
                main id="main" {
                    (head::totals(report))
                    (head::deviations(report))
                    (within::section(report))
                    (claims::sections(report))
                    (revised::section(report))
                    (held::sources(report))
                    (held::issues(report))
                    (head::how_to_read())
                }
                (head::foot(report))
            }
        }
    };
    page.into_string()
}

/// The id of a claim's place on the page.
fn anchor(claim: &str) -> String {
    format!("claim-{}", view::coded(claim))
}

/// A table that scrolls sideways on its own where the screen is narrow, reachable by keyboard.
fn scrolling(label: &str, table: Markup) -> Markup {
    markup! { div.scroll role="region" tabindex="0" aria-label=(label) { (table) } }
}

/// A heading row.
fn heads(names: &[&str]) -> Markup {
    markup! { thead { tr { @for name in names { th scope="col" { (name) } } } } }
}
