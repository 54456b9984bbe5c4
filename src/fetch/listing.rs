//! Pages that link to the newest file: names change with every release, so the page is read first.

use super::failure::Failure;
use percent_encoding::percent_decode_str;
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// File names offered when none fits.
const NEAREST: usize = 3;
/// Elements between a link and the row it stands in, at most.
const ROW_ABOVE: usize = 8;
/// Words of a row that are compared.
const WORDS_OF_A_ROW: usize = 200;
/// Years a file name may speak of.
const YEARS: std::ops::RangeInclusive<u32> = 1990..=2099;

/// Which link of the page is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The name of the file; `*` stands for any text, case does not count.
    pub name: &'a str,
    /// The text of the table row or list item that the link stands in, likewise.
    pub row: Option<&'a str>,
}

/// A link of the page: where it goes, the name of the file there, and what its row says.
struct Link {
    url: Url,
    name: String,
    row: String,
}

/// The newest link of `page` whose file name fits. Newest is the latest date that a name carries ([`date_in`]); names
/// without one are older than any with; among equals the first on the page wins. In a row the releases stand in their
/// order, and names may say nothing: its last link wins. Links are relative to `base`, the page's own address after
/// redirects.
pub(super) fn newest_link(page: &str, base: &Url, wanted: Wanted<'_>) -> Result<Url, Failure> {
    let links = links_of(page, base);
    let pattern = wanted.name;
    if let Some(row) = wanted.row.map(str::to_lowercase) {
        let fits = |link: &&Link| fits(&pattern.to_lowercase(), &link.name.to_lowercase()) && fits(&row, &link.row);
        return links.iter().rfind(fits).map(|link| link.url.clone()).ok_or_else(|| no_link(pattern, &links));
    }
    let wanted = pattern.to_lowercase();
    let mut newest: Option<(Option<Date>, &Link)> = None;
    for link in links.iter().filter(|link| fits(&wanted, &link.name.to_lowercase())) {
        let date = date_in(&link.name);
        if newest.as_ref().is_none_or(|(best, _)| date > *best) {
            newest = Some((date, link));
        }
    }
    newest.map(|(_, link)| link.url.clone()).ok_or_else(|| no_link(pattern, &links))
}

fn links_of(page: &str, base: &Url) -> Vec<Link> {
    let Ok(selector) = Selector::parse("a[href]") else { return Vec::new() };
    let html = Html::parse_document(page);
    let link = |a: ElementRef<'_>| {
        let url = base.join(a.value().attr("href")?.trim()).ok()?;
        let last = url.path_segments()?.next_back().filter(|name| !name.is_empty())?;
        let name = percent_decode_str(last).decode_utf8_lossy().into_owned();
        Some(Link { url, name, row: row_of(a) })
    };
    html.select(&selector).filter_map(link).collect()
}

/// The text of the table row or list item around a link, in lower case, white space as single blanks.
fn row_of(a: ElementRef<'_>) -> String {
    let around = a.ancestors().filter_map(ElementRef::wrap);
    let row = around.take(ROW_ABOVE).find(|element| matches!(element.value().name(), "tr" | "li"));
    let words = row.iter().flat_map(|row| row.text()).flat_map(str::split_whitespace).take(WORDS_OF_A_ROW);
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether `text` fits `pattern`, both in lower case. Goes back to the last `*` only, so it ends in
/// (length × length) steps at most.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match (pattern.get(p), star) {
            (Some('*'), _) => {
                star = Some((p, t));
                p += 1;
            }
            (Some(c), _) if text.get(t) == Some(c) => (p, t) = (p + 1, t + 1),
            (_, Some((at, from))) => {
                star = Some((at, from + 1));
                (p, t) = (at + 1, from + 1);
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// Year, month, day (0 where none is named).
type Date = (u32, u32, u32);

/// The last date that a file name carries: `MM-YYYY`, `YYYY-MM`, `DD-MM-YYYY`, `YYYY-MM-DD` with `-`, `_` or `.`
/// between, or `YYYYMMDD`. The last, because a base year may stand before it: `ind_baza_2018_12-2025.xlsx` is of
/// December 2025.
fn date_in(name: &str) -> Option<Date> {
    let runs = digit_runs(name);
    (0..runs.len()).rev().find_map(|last| date_ending_at(runs.get(..=last)?))
}

/// A run of digits and the one separator before it, if it is exactly one.
#[derive(Clone, Copy)]
struct Run<'a> {
    digits: &'a str,
    joint: Option<char>,
}

fn digit_runs(name: &str) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut before = "";
    let mut rest = name;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        before = if runs.is_empty() { before } else { rest.get(..start).unwrap_or_default() };
        let tail = rest.get(start..).unwrap_or_default();
        let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        let joint = before.chars().next().filter(|c| before.len() == 1 && "-_.".contains(*c));
        runs.push(Run { digits: tail.get(..end).unwrap_or_default(), joint });
        rest = tail.get(end..).unwrap_or_default();
    }
    runs
}

fn date_ending_at(runs: &[Run<'_>]) -> Option<Date> {
    let number = |run: &Run<'_>, width: usize| (run.digits.len() == width).then(|| run.digits.parse::<u32>().ok()).flatten();
    let year = |run: &Run<'_>| number(run, 4).filter(|year| YEARS.contains(year));
    let month = |run: &Run<'_>| number(run, 2).filter(|month| (1..=12).contains(month));
    let day = |run: &Run<'_>| number(run, 2).filter(|day| (1..=31).contains(day));
    let found = match runs {
        [.., a, b, c] if b.joint.is_some() && b.joint == c.joint => {
            let forward = || Some((year(a)?, month(b)?, day(c)?));
            let backward = || Some((year(c)?, month(b)?, day(a)?));
            forward().or_else(backward)
        }
        _ => None,
    };
    let pair = || match runs {
        [.., a, b] if b.joint.is_some() => {
            let backward = || Some((year(b)?, month(a)?, 0));
            let forward = || Some((year(a)?, month(b)?, 0));
            backward().or_else(forward)
        }
        _ => None,
    };
    found.or_else(pair).or_else(|| compact_date(runs.last()?.digits))
}

fn compact_date(digits: &str) -> Option<Date> {
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let valid = digits.len() == 8 && YEARS.contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    valid.then_some((year, month, day))
}

fn no_link(pattern: &str, links: &[Link]) -> Failure {
    let wanted = pattern.to_lowercase();
    let mut names: Vec<&str> = links.iter().map(|link| link.name.as_str()).filter(|name| name.contains('.')).collect();
    names.sort_unstable();
    names.dedup();
    let likeness = |name: &str| strsim::jaro_winkler(&wanted, &name.to_lowercase());
    names.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    Failure::NoLink { pattern: pattern.to_owned(), nearest: names.into_iter().take(NEAREST).map(str::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_names() {
        let cases = [
            ("ind_*.xlsx", "ind_12-2025.xlsx", true),
            ("ind_*.xlsx", "ind_.xlsx", true),
            ("ind_*.xlsx", "ind_12-2025.xls", false),
            ("ind_*.xlsx", "xind_12.xlsx", false),
            ("*", "anything", true),
            ("", "", true),
            ("", "a", false),
            ("*a*b*c", "xxabbxc", true),
            ("*a*b*c", "xxabbxcd", false),
            ("отчёт*.pdf", "отчёт за май.pdf", true),
            ("a*a*a*a*a*a*a*a*b", &"a".repeat(400), false),
        ];
        for (pattern, text, wanted) in cases {
            assert_eq!(fits(pattern, text), wanted, "{pattern} {text}");
        }
    }

    #[test]
    fn the_last_date_of_a_name_counts() {
        let cases = [
            ("ind_baza_2018_12-2025.xlsx", Some((2025, 12, 0))),
            ("ind_sub_2023_07-2026.xlsx", Some((2026, 7, 0))),
            ("prom_03_2026.xlsx", Some((2026, 3, 0))),
            ("osn-11-2023.pdf", Some((2023, 11, 0))),
            ("2026_02.xlsx", Some((2026, 2, 0))),
            ("2023_02_22.pdf", Some((2023, 2, 22))),
            ("134_02-09-2026.html", Some((2026, 9, 2))),
            ("20220202.pdf", Some((2022, 2, 2))),
            ("ipc_mes-1.xlsx", None),
            ("ind_baza_2018.xlsx", None),
            ("ind_13-2025.xlsx", None),
            ("ind_12-1066.xlsx", None),
        ];
        for (name, wanted) in cases {
            assert_eq!(date_in(name), wanted, "{name}");
        }
    }

    fn named(name: &str) -> Wanted<'_> {
        Wanted { name, row: None }
    }

    #[test]
    fn the_last_link_of_a_row_counts() {
        let base = Url::parse("http://stat.example/list").unwrap();
        let page = "<table><tr><td>(4) By  Country (in CNY)<td><a href=a/d11e-2099-01.html> Feb.</a><a href=a/78.html>Mar.</a>\
            <span>Apr.</span><tr><td>(4) By Country (in USD)<td><a href=a/01.html>Feb.</a></table><a href=a/other.html>x</a>";
        let row = Wanted { name: "*.html", row: Some("* by country (in CNY) *") };
        assert_eq!(newest_link(page, &base, row).unwrap().path(), "/a/78.html");
        let none = Wanted { name: "*.html", row: Some("* by product *") };
        assert!(matches!(newest_link(page, &base, none), Err(Failure::NoLink { .. })));
    }

    /// The tables by country of March 2026, in both currencies, on the page that lists them.
    #[test]
    fn the_last_release_on_a_real_page() {
        let Some(folder) = crate::parse::samples::samples() else { return };
        let page = std::fs::read_to_string(folder.join("gacc/2026-04-08/seed_2026.html")).unwrap();
        let base = Url::parse("http://english.customs.gov.cn/statics/report/preliminary.html").unwrap();
        for (currency, file) in [("cny", "2e61c8a1-17b2-4074-b909-c039ccf8c8fb"), ("usd", "66580503-6688-49b2-bd23-de154e5677d5")]
        {
            let row = format!("(4) *by country/region (in {currency}) *");
            let found = newest_link(&page, &base, Wanted { name: "*.html", row: Some(&row) }).unwrap();
            assert_eq!(found.as_str(), format!("http://english.customs.gov.cn/Statics/{file}.html"));
        }
    }

    #[test]
    fn the_newest_fitting_link_is_followed_from_the_pages_own_address() {
        let base = Url::parse("https://stat.example/folder/page?x=1").unwrap();
        let page = r#"<a href="/m/Ind_BAZA_2018_11-2025.xlsx">XLSX</a> <a href="ind_baza_2018_12%2D2025.xlsx">XLSX</a>
            <a href='//other.example/ind_baza_2018_01-2025.xlsx'></a><a href="/m/ind_baza_2018_kv.xlsx"></a><a>x</a>
            <a href="mailto:a@b.example"></a><a href="/m/"></a>"#;
        let found = newest_link(page, &base, named("ind_baza_2018_*.xlsx")).unwrap();
        assert_eq!(found.as_str(), "https://stat.example/folder/ind_baza_2018_12%2D2025.xlsx");
        let undated = newest_link(page, &base, named("*_kv.xlsx")).unwrap();
        assert_eq!(undated.path(), "/m/ind_baza_2018_kv.xlsx");
        let two = r#"<a href="b/i_1.xls"></a><a href="a/i_2.xls"></a>"#;
        assert_eq!(newest_link(two, &base, named("i_*.xls")).unwrap().path(), "/folder/b/i_1.xls");
        let failure = newest_link(page, &base, named("ind_sub_2018_*.xlsx")).unwrap_err();
        assert!(matches!(&failure, Failure::NoLink { nearest, .. } if nearest.len() == 3), "{failure}");
    }
}
