//! How documents are fetched: what holds for all sources (`[fetch]`), and what a source says of its own.

use super::FetchDefaults;
use super::address::{is_web, place, variable};
use super::tree::{Node, Section};
use crate::check::{Content, Language};
use crate::fetch::{FetchSpec, Place, Proxy};
use url::Url;

/// Decoded bytes a document may have unless the file says otherwise: the largest workbook known has 25 million.
const MAX_BYTES: u64 = 64 << 20;
/// Seconds between two requests to a host at most: with more, nothing would come in the time of a run.
const LONGEST_GAP: u64 = 3600;
/// Characters of a contact; it goes with every request.
const LONGEST_CONTACT: usize = 200;
/// The word for no proxy, where `[fetch]` names one.
const DIRECT: &str = "direct";

/// The table `[fetch]`.
pub(super) fn defaults(root: &Section<'_>) -> FetchDefaults {
    let mut defaults =
        FetchDefaults { allow_loopback: false, max_bytes: MAX_BYTES, contact: None, gap: None, gaps: Vec::new(), proxy: None };
    if let Some(section) = root.get("fetch").and_then(|node| node.table()) {
        defaults.allow_loopback = section.flag("allow_loopback");
        defaults.max_bytes = section.get("max_bytes").and_then(|node| node.whole()).unwrap_or(MAX_BYTES);
        defaults.contact = section.get("contact").and_then(|node| contact(&node));
        defaults.gap = section.get("gap").and_then(|node| gap(&node));
        let own = |(host, node): (super::tree::Key<'_>, Node<'_>)| Some((host.text.to_ascii_lowercase(), gap(&node)?));
        defaults.gaps = section.map("gaps").into_iter().filter_map(own).collect();
        defaults.proxy = proxy(&section, None);
        section.finish();
    }
    defaults
}

/// Of a source, how it is fetched.
pub(super) fn fetch(section: &Section<'_>, defaults: &FetchDefaults) -> FetchSpec {
    let places: Vec<Place> = section.tables("address").iter().filter_map(|table| place(table, defaults)).collect();
    if section.need("address").is_some_and(|node| node.list().is_empty()) {
        section.wrong("a source needs at least one address");
    }
    let urls = places.iter().flat_map(Place::urls);
    let mut hosts: Vec<String> = urls.filter_map(Url::host_str).map(str::to_string).collect();
    hosts.extend(section.list("hosts").iter().filter_map(host_name));
    hosts.sort();
    hosts.dedup();
    FetchSpec {
        ca: section.text("ca").map(Into::into),
        ca_hosts: ca_hosts(section, &hosts),
        proxy: proxy(section, defaults.proxy.as_ref()),
        robots: section.get("robots").and_then(|node| node.word(&[("obey", true), ("ignore", false)])).unwrap_or(true),
        max_bytes: section.get("max_bytes").and_then(|node| node.whole()).unwrap_or(defaults.max_bytes),
        places,
        hosts,
    }
}

/// Of a source, what every document says.
pub(super) fn content(section: &Section<'_>) -> Content {
    let words = Language::ALL.map(|(language, word)| (word, language));
    let marker = |node: &Node<'_>| {
        let text = node.text()?;
        if text.trim().is_empty() {
            node.wrong("expected a text that every document has, found a blank one");
        }
        Some(text.to_string())
    };
    Content {
        must_contain: section.list("must_contain").iter().filter_map(marker).collect(),
        language: section.get("language").and_then(|node| node.word(&words)),
    }
}

/// The hosts for which a bundle is trusted, among those that are spoken to.
fn ca_hosts(section: &Section<'_>, hosts: &[String]) -> Vec<String> {
    let nodes = section.list("ca_hosts");
    if !nodes.is_empty() && section.get("ca").is_none() {
        section.wrong("\"ca_hosts\" without \"ca\": nothing is trusted for them");
    }
    let one = |node: &Node<'_>| {
        let host = host_name(node)?;
        if !hosts.contains(&host) {
            node.wrong(format!("expected one of the source's hosts ({}), found {host:?}", hosts.join(", ")));
        }
        Some(host)
    };
    nodes.iter().filter_map(one).collect()
}

/// The keys `proxy` and `proxy_login`; without them, what holds for all.
fn proxy(section: &Section<'_>, usual: Option<&Proxy>) -> Option<Proxy> {
    let login = section.get("proxy_login").and_then(|node| variable(&node));
    let Some(node) = section.get("proxy") else {
        if login.is_some() {
            section.wrong("\"proxy_login\" without \"proxy\"");
        }
        return usual.cloned();
    };
    match node.text()? {
        DIRECT => None,
        text => proxy_url(&node, text).map(|url| Proxy { url, login }),
    }
}

/// A proxy's address: where it is, and no secret.
fn proxy_url(node: &Node<'_>, text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "socks5") && url.has_host());
    let Some(url) = url else {
        node.wrong("expected a proxy such as \"http://proxy.lan:3128\" or \"socks5://127.0.0.1:1080\", or \"direct\"");
        return None;
    };
    if !url.username().is_empty() || url.password().is_some() {
        node.wrong("user and password do not belong in this file; name the variable that has them with \"proxy_login\"");
        return None;
    }
    Some(url)
}

fn host_name(node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    let plain = text.contains('.') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    if !plain {
        node.wrong(format!("expected a host name such as \"rosstat.gov.ru\", found {text:?}"));
    }
    plain.then(|| text.to_ascii_lowercase())
}

/// Where a publisher can complain: an address of mail or of a page.
fn contact(node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    let plain = text.len() <= LONGEST_CONTACT && text.chars().all(|c| c.is_ascii_graphic() && c != '(' && c != ')');
    let url = Url::parse(text).ok().filter(|url| plain && (is_web(url) || url.scheme() == "mailto" && url.path().contains('@')));
    if url.is_none() {
        node.wrong("expected an address such as \"mailto:somebody@example.org\" or \"https://example.org/robot\"");
    }
    url.map(|_| text.to_string())
}

fn gap(node: &Node<'_>) -> Option<u64> {
    let seconds = node.whole()?;
    if seconds > LONGEST_GAP {
        node.wrong(format!("expected a number of seconds, at most {LONGEST_GAP}"));
    }
    Some(seconds)
}

#[cfg(test)]
mod tests;
