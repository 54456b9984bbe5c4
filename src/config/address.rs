//! Where a source's documents are: the ways to say it, each with keys of its own.

use super::FetchDefaults;
use super::tree::{Node, Section};
use crate::fetch::{Api, Captures, Dated, Form, KeyName, Lag, MOST_TRIES, Paging, Place, USUAL_TRIES};
use url::{Host, Url};

/// Whose captures are taken unless the address says otherwise.
const ARCHIVE: &str = "https://web.archive.org";
/// The parameter that a key is sent in unless the address says otherwise.
const KEY_PARAMETER: &str = "subscription-key";
/// The member that has the rows unless the address says otherwise.
const ROWS: &str = "data";
/// What every address needs.
const WAYS: &str = "an address has either \"url\", or \"page\" and \"link\", or \"archive\", or \"form\", or \"api\"";

/// One member of `address`.
pub(super) fn place(section: &Section<'_>, defaults: &FetchDefaults) -> Option<Place> {
    let place = match ["url", "page", "archive", "form", "api"].map(|key| section.get(key)) {
        [Some(url), None, None, None, None] => at_url(section, &url, defaults),
        [None, Some(page), None, None, None] => listing(section, &page, defaults),
        [None, None, Some(original), None, None] => captures(section, &original, defaults),
        [None, None, None, Some(page), None] => form(section, &page, defaults),
        [None, _, None, None, Some(url)] => api(section, &url, defaults),
        _ => {
            section.wrong(WAYS);
            None
        }
    };
    section.finish();
    place
}

/// `{ url = "…" }`, or with slots `{ url = "…{MM}-{YYYY}…", lag = "1 month", tries = 4 }`.
fn at_url(section: &Section<'_>, url: &Node<'_>, defaults: &FetchDefaults) -> Option<Place> {
    if !url.text()?.contains('{') {
        return fetchable(url, defaults).map(Place::Direct);
    }
    let lag = section.get("lag").map_or(Some(Lag::NONE), |node| node.parsed());
    let tries = section.get("tries").map_or(Some(USUAL_TRIES), |node| tries(&node));
    let dated = Dated::parse(url.text()?, lag.unwrap_or(Lag::NONE), tries.unwrap_or(USUAL_TRIES));
    let dated = dated.inspect_err(|error| url.wrong_at(error.at, error.message.clone())).ok()?;
    on_the_web(url, dated.origin(), defaults)?;
    lag.and(tries).map(|_| Place::Dated(dated))
}

fn tries(node: &Node<'_>) -> Option<u32> {
    let number = u32::try_from(node.whole()?).ok().filter(|number| (1..=MOST_TRIES).contains(number));
    if number.is_none() {
        node.wrong(format!("expected a number of periods, 1 to {MOST_TRIES}"));
    }
    number
}

/// `{ page = "…", via = "…", link = "…", row = "…" }`.
fn listing(section: &Section<'_>, page: &Node<'_>, defaults: &FetchDefaults) -> Option<Place> {
    let Some(link) = section.get("link") else {
        section.wrong(WAYS);
        return None;
    };
    let [via, row] = ["via", "row"].map(|key| section.text(key));
    let (link, page) = link.text().zip(fetchable(page, defaults))?;
    Some(Place::Listing { page, via, link: link.to_string(), row })
}

/// `{ archive = "…", from = 2019-01-01, until = 2020-12-31, server = "…" }`.
fn captures(section: &Section<'_>, original: &Node<'_>, defaults: &FetchDefaults) -> Option<Place> {
    let original = address(original);
    let [from, until] = ["from", "until"].map(|key| section.get(key).and_then(|node| node.date()));
    if let (Some(from), Some(until)) = (from, until)
        && from > until
    {
        section.wrong(format!("from {from} is after until {until}"));
    }
    let server = match section.get("server") {
        Some(node) => fetchable(&node, defaults),
        None => Url::parse(ARCHIVE).ok(),
    };
    let (original, server) = original.zip(server)?;
    Some(Place::Captures(Captures { original, server, from, until }))
}

/// `{ form = "…", token = "…", post = "…", fields = { name = "…", names = ["…", "…"] } }`.
fn form(section: &Section<'_>, page: &Node<'_>, defaults: &FetchDefaults) -> Option<Place> {
    let page = fetchable(page, defaults);
    let post = section.need("post").and_then(|node| fetchable(&node, defaults));
    let (token, fields) = (section.need_text("token"), pairs(section, "fields"));
    let (page, post) = page.zip(post)?;
    Some(Place::Form(Form { page, token, post, fields }))
}

/// `{ api = "…", query = { … }, key = "VARIABLE", key_in = "…", preview = "…", page = "offset", max = 500, rows = "data" }`.
fn api(section: &Section<'_>, url: &Node<'_>, defaults: &FetchDefaults) -> Option<Place> {
    let url = fetchable(url, defaults);
    let preview = section.get("preview").map(|node| fetchable(&node, defaults));
    let key = section.get("key").and_then(|node| variable(&node));
    let parameter = section.text("key_in").unwrap_or_else(|| KEY_PARAMETER.to_string());
    let pagings = [("none", Paging::None), ("offset", Paging::Offset)];
    let paging = section.get("page").and_then(|node| node.word(&pagings)).unwrap_or(Paging::None);
    let max = section.need("max").and_then(|node| most_rows(&node));
    let (query, rows) = (keyless(section, &parameter), section.text("rows").unwrap_or_else(|| ROWS.to_string()));
    let (url, max) = url.zip(max)?;
    let key = key.map(|variable| KeyName { variable, parameter });
    Some(Place::Api(Api { url, query, key, preview: preview.flatten(), paging, max, rows }))
}

/// The name of an environment variable: a key itself must not stand in the file.
pub(super) fn variable(node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let named = text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(plain);
    if !named {
        node.wrong("expected the name of an environment variable such as \"SVERKA_KEY\"; a key does not belong in this file");
    }
    named.then(|| text.to_string())
}

/// The parameters of a query; the one that a key is sent in must not stand among them.
fn keyless(section: &Section<'_>, parameter: &str) -> Vec<(String, String)> {
    if let Some((name, _)) = section.map("query").iter().find(|(name, _)| name.text.eq_ignore_ascii_case(parameter)) {
        name.wrong("a key does not belong in this file; name the variable that has it with \"key\"");
    }
    pairs(section, "query")
}

fn most_rows(node: &Node<'_>) -> Option<u64> {
    let rows = node.whole()?;
    if rows == 0 {
        node.wrong("expected a number of rows, 1 or more");
    }
    (rows > 0).then_some(rows)
}

/// A table of texts and lists of texts: a pair for each text, in the order of the file.
fn pairs(section: &Section<'_>, key: &'static str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, node) in section.map(key) {
        match node.quiet_text() {
            Some(text) => pairs.push((name.text.to_string(), text.to_string())),
            None => pairs.extend(node.list().iter().filter_map(|one| Some((name.text.to_string(), one.text()?.to_string())))),
        }
    }
    pairs
}

/// An address on the web.
pub(super) fn address(node: &Node<'_>) -> Option<Url> {
    let text = node.text()?;
    let url = Url::parse(text).ok().filter(is_web);
    if url.is_none() {
        node.wrong(format!("expected an address that starts with http:// or https://, found {text:?}"));
    }
    url
}

/// An address that may be fetched: not this machine, unless the file allows it.
fn fetchable(node: &Node<'_>, defaults: &FetchDefaults) -> Option<Url> {
    let url = address(node)?;
    on_the_web(node, &url, defaults)?;
    Some(url)
}

pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Marks an address that may not be fetched; `None` if it is none at all.
fn on_the_web(node: &Node<'_>, url: &Url, defaults: &FetchDefaults) -> Option<()> {
    if !is_web(url) {
        node.wrong(format!("expected an address that starts with http:// or https://, found one of {}:", url.scheme()));
        return None;
    }
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unspecified(),
        None => false,
    };
    if loopback && !defaults.allow_loopback {
        node.wrong("an address of this machine; set allow_loopback = true under [fetch] to use it");
    }
    Some(())
}
