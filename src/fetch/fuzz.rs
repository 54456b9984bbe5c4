//! Targets of what servers say beside documents: when to come again, where to go, where not to, and pages that lead to documents.

use super::address::address_allowed;
use super::retry::{LONGEST_WAIT, retry_after as wait};
use super::rules::Rules;
use super::{Captures, FetchSpec, Place, api, form, listing, robots as robot, transfer};
use reqwest::header::{HeaderMap, HeaderValue, LOCATION};
use std::net::IpAddr;
use url::{Host, Url};

/// Where the asking begins.
const START: &str = "https://stat.example/a/b?c=d";

/// `Retry-After` on the first line, `Date` on the second.
pub fn retry_after(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (value, date) = text.split_once('\n').map_or((&*text, None), |(value, date)| (value, Some(date)));
    assert!(wait(value, date).is_none_or(|wait| wait <= LONGEST_WAIT), "nobody is waited for longer than we would");
}

/// Where a redirect leads: what the rules let through is one of the source's hosts, over HTTP, at a port of HTTP, in public.
pub fn address(bytes: &[u8]) {
    let start = Url::parse(START).unwrap_or_else(|error| panic!("{error}"));
    let hosts =
        ["stat.example", "127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "[::ffff:7f00:1]", "8.8.8.8"].map(str::to_owned);
    let spec = FetchSpec {
        places: vec![Place::Direct(start.clone())],
        hosts: hosts.to_vec(),
        ca: None,
        ca_hosts: Vec::new(),
        proxy: None,
        robots: true,
        max_bytes: 1,
    };
    let Ok(location) = HeaderValue::from_bytes(bytes) else { return };
    let headers: HeaderMap = [(LOCATION, location)].into_iter().collect();
    let Ok(url) = transfer::redirected(&start, &headers) else { return };
    if Rules::new(&spec, false).check(&url, Some(&start)).is_err() {
        return;
    }
    assert_eq!(url.scheme(), "https", "encryption is not given up: {url}");
    assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    assert!(hosts.contains(&url.host_str().unwrap_or_default().to_owned()), "{url}");
    assert!(url.port_or_known_default().is_some_and(|port| port >= 1024 || [80, 443].contains(&port)), "{url}");
    let literal = match url.host() {
        Some(Host::Ipv4(v4)) => Some(IpAddr::V4(v4)),
        Some(Host::Ipv6(v6)) => Some(IpAddr::V6(v6)),
        _ => None,
    };
    assert!(literal.is_none_or(|address| address_allowed(address, false).is_ok() && !address.is_loopback()), "{url}");
}

/// A `robots.txt`, and on the line behind a form feed the path that is asked for.
pub fn robots(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (file, path) = text.split_once('\u{c}').unwrap_or((&text, "a"));
    let rules = robot::Rules::parse(file);
    let kept = robot::Rules::parse(&rules.text());
    assert_eq!(kept, rules, "what is kept says the same");
    if let Ok(url) = Url::parse(START).and_then(|start| start.join(path)) {
        assert_eq!(kept.forbids(&url), rules.forbids(&url));
    }
}

/// What leads to a document: a page with links, one with a form, a list of captures, the rows of an interface.
pub fn guide(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes.get(1..).unwrap_or_default());
    let base = Url::parse(START).unwrap_or_else(|error| panic!("{error}"));
    match bytes.first().map(|choice| choice % 4) {
        Some(0) => {
            let row = bytes.get(1).filter(|byte| *byte % 2 == 0).map(|_| "*x*");
            if let Ok(link) = listing::newest_link(&text, &base, listing::Wanted { name: "*.xls*", row }) {
                assert!(link.path().to_lowercase().contains(".xls") || link.path().contains('%'), "{link}");
            }
        }
        Some(1) => form::fuzzed(&text),
        Some(2) => {
            let server = Url::parse("https://archive.example/").unwrap_or_else(|error| panic!("{error}"));
            Captures { original: base, server, from: None, until: None }.fuzzed(&text);
        }
        _ => api::fuzzed(text.as_bytes()),
    }
}
