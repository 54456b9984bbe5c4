//! Why there is no page, as a page that helps.

use super::page::{PLACES, View, page};
use maud::{Markup, html as markup};

/// Characters of a text that was not understood which are said back.
const SHOWN: usize = 60;

/// Why there is no page.
#[derive(Debug)]
pub enum Problem {
    /// No such address.
    Unknown,
    /// There is no such paper, claim, series, source or document here.
    Missing {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
        /// A name that is nearly the same.
        near: Option<String>,
    },
    /// Part of the question is none.
    Wrong {
        /// Which part.
        part: String,
        /// What should stand there.
        wanted: String,
        /// What does.
        seen: String,
    },
    /// The store, the archive or a reader failed.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Problem {
    fn from(error: E) -> Problem {
        Problem::Failed(error.into())
    }
}

impl Problem {
    /// Part of the question is none.
    pub fn wrong(part: &str, wanted: &str, seen: &str) -> Problem {
        Problem::Wrong { part: part.to_string(), wanted: wanted.to_string(), seen: short(seen) }
    }

    /// There is no such thing; `known` are the names there are.
    pub fn missing<'k>(what: &'static str, name: &str, known: impl IntoIterator<Item = &'k str>) -> Problem {
        let near = known.into_iter().map(|one| (strsim::jaro_winkler(name, one), one)).max_by(|a, b| a.0.total_cmp(&b.0));
        let near = near.filter(|(likeness, _)| *likeness > 0.7).map(|(_, one)| one.to_string());
        Problem::Missing { what, name: short(name), near }
    }

    /// The status of the answer.
    pub fn code(&self) -> u16 {
        match self {
            Problem::Unknown | Problem::Missing { .. } => 404,
            Problem::Wrong { .. } => 400,
            Problem::Failed(_) => 500,
        }
    }

    fn heading(&self) -> &'static str {
        match self {
            Problem::Unknown | Problem::Missing { .. } => "Not found",
            Problem::Wrong { .. } => "Not understood",
            Problem::Failed(_) => "Something failed here",
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Problem::Unknown => write!(f, "no page has this address"),
            Problem::Missing { what, name, .. } => write!(f, "no {what} {name:?}"),
            Problem::Wrong { part, wanted, seen } => write!(f, "{part}: expected {wanted}, found {seen}"),
            Problem::Failed(error) => write!(f, "{error:#}"),
        }
    }
}

/// The page.
pub fn show(view: &View<'_>, problem: &Problem) -> Markup {
    let heading = view.t(problem.heading());
    let said = markup! {
        header.banner { p.kicker { (problem.code()) } h1 { (heading) } }
        @match problem {
            Problem::Unknown => p { (view.t("No page has this address.")) },
            Problem::Missing { what, name, near } => {
                p { (view.t("There is none of this name here:")) " " (view.t(what)) " " code { (name) } }
                @if let Some(near) = near { p { (view.t("Is this one meant?")) " " code { (near) } } }
            }
            Problem::Wrong { part, wanted, seen } => {
                p { code { (part) } ": " (view.t("expected")) " " span lang="en" { (wanted) } ", " (view.t("found")) " " code { (seen) } }
            }
            Problem::Failed(_) => p { (view.t("The server's log says why. Try again in a while.")) },
        }
        p { (view.t("From here it goes on to:")) }
        ul {
            @for (route, name) in PLACES {
                li { (view.link(&route, markup! { (view.t(name)) })) }
            }
        }
    };
    page(view, heading, said)
}

fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
