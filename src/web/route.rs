//! What an address names, and the address of what is named. The same list serves requests and links.

use super::problem::Problem;
use crate::report::view::coded;
use crate::report::words::Lang;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// Characters of an id that do not stand as they are in a segment of a path.
const SEGMENT: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'/').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}');
/// No id is longer; what is longer was not meant to be found.
const MOST_SEGMENT: usize = 300;

/// A page or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Papers, totals, health.
    Home,
    /// The claims of a paper in their order.
    Paper(String),
    /// One claim.
    Claim(String, String),
    /// What a paper's figures say of each other.
    Contradictions(String),
    /// The claims of a paper that one answer of its form chooses: name and value of the answer. Only a folder has a page for each.
    Choice(String, &'static str, String),
    /// A paper on one sheet, for printing.
    Brief(String),
    /// The same as Markdown.
    BriefMd(String),
    /// The whole report on a paper as Markdown.
    ReportMd(String),
    /// The findings of a paper as CSV.
    FindingsCsv(String),
    /// The findings of a paper as JSON.
    FindingsJson(String),
    /// The table around a stored figure.
    Evidence(i64),
    /// An archived document.
    Document(String),
    /// Series by name.
    SeriesList,
    /// One series.
    Series(String),
    /// Its figures as CSV.
    SeriesCsv(String),
    /// Every source.
    Sources,
    /// One source.
    Source(String),
    /// What is called so.
    Search,
    /// The style sheet.
    Style,
}

impl Route {
    /// What a path names.
    ///
    /// # Errors
    /// [`Problem::Unknown`] for an address of nothing, [`Problem::Wrong`] for what no address can be.
    pub fn parse(path: &str) -> Result<Route, Problem> {
        let parts: Vec<String> = path.split('/').skip(1).map(decoded).collect::<Result<_, _>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let named = |name: &str| name.to_string();
        Ok(match parts[..] {
            [""] => Route::Home,
            ["paper", paper] => Route::Paper(named(paper)),
            ["paper", paper, "claim", claim] => Route::Claim(named(paper), named(claim)),
            ["paper", paper, "contradictions"] => Route::Contradictions(named(paper)),
            ["paper", paper, "summary"] => Route::Brief(named(paper)),
            ["paper", paper, "summary.md"] => Route::BriefMd(named(paper)),
            ["paper", paper, "report.md"] => Route::ReportMd(named(paper)),
            ["paper", paper, "findings.csv"] => Route::FindingsCsv(named(paper)),
            ["paper", paper, "findings.json"] => Route::FindingsJson(named(paper)),
            ["evidence", id] => Route::Evidence(id.parse().map_err(|_| Problem::wrong("evidence", "a number", id))?),
            ["document", sha256] => Route::Document(named(sha256)),
            ["series"] => Route::SeriesList,
            ["series", code] => Route::Series(named(code)),
            ["series", code, "figures.csv"] => Route::SeriesCsv(named(code)),
            ["sources"] => Route::Sources,
            ["source", id] => Route::Source(named(id)),
            ["search"] => Route::Search,
            ["style.css"] => Route::Style,
            _ => return Err(Problem::Unknown),
        })
    }

    /// Its address on a server.
    pub fn path(&self) -> String {
        let seg = |text: &str| utf8_percent_encode(text, SEGMENT).to_string();
        match self {
            Route::Home => "/".to_string(),
            Route::Paper(paper) => format!("/paper/{}", seg(paper)),
            Route::Claim(paper, claim) => format!("/paper/{}/claim/{}", seg(paper), seg(claim)),
            Route::Contradictions(paper) => format!("/paper/{}/contradictions", seg(paper)),
            Route::Choice(paper, name, value) => format!("/paper/{}?{name}={}", seg(paper), seg(value)),
            Route::Brief(paper) => format!("/paper/{}/summary", seg(paper)),
            Route::BriefMd(paper) => format!("/paper/{}/summary.md", seg(paper)),
            Route::ReportMd(paper) => format!("/paper/{}/report.md", seg(paper)),
            Route::FindingsCsv(paper) => format!("/paper/{}/findings.csv", seg(paper)),
            Route::FindingsJson(paper) => format!("/paper/{}/findings.json", seg(paper)),
            Route::Evidence(id) => format!("/evidence/{id}"),
            Route::Document(sha256) => format!("/document/{}", seg(sha256)),
            Route::SeriesList => "/series".to_string(),
            Route::Series(code) => format!("/series/{}", seg(code)),
            Route::SeriesCsv(code) => format!("/series/{}/figures.csv", seg(code)),
            Route::Sources => "/sources".to_string(),
            Route::Source(id) => format!("/source/{}", seg(id)),
            Route::Search => "/search".to_string(),
            Route::Style => "/style.css".to_string(),
        }
    }

    /// Whether it has labels, and so a page in each language.
    pub fn is_page(&self) -> bool {
        match self {
            Route::Home | Route::SeriesList | Route::Sources => true,
            Route::Paper(_) | Route::Claim(..) | Route::Contradictions(_) | Route::Choice(..) | Route::Brief(_) => true,
            Route::Evidence(_) | Route::Series(_) | Route::Source(_) | Route::Search => true,
            Route::BriefMd(_) | Route::ReportMd(_) | Route::FindingsCsv(_) | Route::FindingsJson(_) => false,
            Route::Document(_) | Route::SeriesCsv(_) | Route::Style => false,
        }
    }

    /// Whether it tells of the last run, and not only of verdicts and figures.
    pub fn is_of_the_run(&self) -> bool {
        let of_figures = matches!(self, Route::Series(_) | Route::SeriesCsv(_) | Route::SeriesList | Route::Evidence(_));
        !of_figures && !matches!(self, Route::Claim(..) | Route::Choice(..))
    }

    /// Its file in a folder of pages, English beside the rest, Russian in a folder of its own; `None` for what such a folder does not
    /// have: documents stand in the archive.
    pub fn file(&self, lang: Lang) -> Option<String> {
        let own = match self {
            Route::Home => "index.html".to_string(),
            Route::Paper(paper) => format!("{}/index.html", file_name(paper)),
            Route::Claim(paper, claim) => format!("{}/claim/{}.html", file_name(paper), file_name(claim)),
            Route::Contradictions(paper) => format!("{}/contradictions.html", file_name(paper)),
            Route::Choice(paper, name, value) => format!("{}/{name}/{}.html", file_name(paper), file_name(value)),
            Route::Brief(paper) => format!("{}/summary.html", file_name(paper)),
            Route::BriefMd(paper) => format!("{}/summary.md", file_name(paper)),
            Route::ReportMd(paper) => format!("{}/report.md", file_name(paper)),
            Route::FindingsCsv(paper) => format!("{}/findings.csv", file_name(paper)),
            Route::FindingsJson(paper) => format!("{}/findings.json", file_name(paper)),
            Route::Evidence(id) => format!("evidence/{id}.html"),
            Route::Series(code) => format!("series/{}.html", file_name(code)),
            Route::SeriesCsv(code) => format!("series/{}.csv", file_name(code)),
            Route::SeriesList => "series.html".to_string(),
            Route::Sources => "sources.html".to_string(),
            Route::Source(id) => format!("source/{}.html", file_name(id)),
            Route::Style => "style.css".to_string(),
            Route::Document(_) | Route::Search => return None,
        };
        Some(if self.is_page() && lang == Lang::Ru { format!("{}/{own}", lang.code()) } else { own })
    }
}

/// Folders of the site that no paper's may be called.
const TAKEN: [&str; 4] = ["ru", "series", "source", "evidence"];

/// Bytes of a name; file systems take 255, of which an ending and a file on its way need some.
const MOST_NAME: usize = 160;

/// An id as the name of a file on any system; none begins with a dot, so that none is hidden or leads elsewhere, and none is a folder
/// of the site.
fn file_name(id: &str) -> String {
    let name = match id.strip_prefix('.') {
        Some(rest) => format!("~2e{}", coded(rest)),
        None if TAKEN.contains(&id) => format!("{id}~"),
        None => coded(id),
    };
    // what is coded is ASCII, and has no dash behind a tilde
    match name.get(..MOST_NAME) {
        Some(start) => format!("{start}~-{}", hex::encode(&Sha256::digest(id)[..8])),
        None => name,
    }
}

fn decoded(part: &str) -> Result<String, Problem> {
    let text = percent_decode_str(part).decode_utf8().map_err(|_| Problem::wrong("address", "text in UTF-8", part))?;
    match text.contains('\0') || text.len() > MOST_SEGMENT {
        true => Err(Problem::wrong("address", "an id", part)),
        false => Ok(text.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_what_it_is_the_address_of() {
        let (paper, odd) = ("an-2023".to_string(), "s1/<2>?#%.ж".to_string());
        for route in [
            Route::Home,
            Route::Paper(odd.clone()),
            Route::Claim(paper.clone(), odd.clone()),
            Route::Contradictions(paper.clone()),
            Route::FindingsCsv(paper.clone()),
            Route::FindingsJson(paper.clone()),
            Route::Brief(paper.clone()),
            Route::BriefMd(paper.clone()),
            Route::ReportMd(paper),
            Route::Evidence(7),
            Route::SeriesList,
            Route::Series(odd.clone()),
            Route::SeriesCsv(odd.clone()),
            Route::Sources,
            Route::Source(odd),
            Route::Search,
            Route::Style,
        ] {
            assert_eq!(Route::parse(&route.path()).unwrap(), route);
        }
        let file = |route: Route, lang| route.file(lang).unwrap();
        assert_eq!(file(Route::Series("../x".into()), Lang::En), "series/~2e.~2fx.html");
        assert_eq!(file(Route::Series("x".into()), Lang::Ru), "ru/series/x.html");
        assert_eq!(file(Route::SeriesCsv("x".into()), Lang::Ru), "series/x.csv");
        assert_eq!(file(Route::Paper("ru".into()), Lang::En), "ru~/index.html");
        let [one, other] = ["ж", "щ"].map(|last| file(Route::Series("ж".repeat(99) + last), Lang::En));
        assert!(one.len() < 200 && one != other, "{one}");
        assert_eq!(file(Route::Choice("p".into(), "section", "2.1".into()), Lang::En), "p/section/2.1.html");
    }

    #[test]
    fn nonsense_is_no_address() {
        for path in ["/paper", "/paper/a/b", "/nothing", "//", "/series/a/b"] {
            assert!(matches!(Route::parse(path), Err(Problem::Unknown)), "{path}");
        }
        for path in [
            "/evidence/x",
            "/evidence/99999999999999999999",
            "/series/%00",
            "/series/%C0%AF",
            &format!("/series/{}", "a".repeat(301)),
        ] {
            assert!(matches!(Route::parse(path), Err(Problem::Wrong { .. })), "{path}");
        }
    }
}
