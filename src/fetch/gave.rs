//! Whether a document with a known address is one that a source would have fetched: for documents that others fetched.

use super::listing::fits;
use super::{Api, FetchSpec, Place};
use percent_encoding::percent_decode_str;
use url::Url;

/// Which addresses give documents of a source, told so that another process can hold addresses against it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Given {
    /// Any address.
    Any,
    /// This one.
    At(Address),
    /// That of a file which is called so, on one of these hosts.
    Named {
        /// Hosts, without `www.`.
        hosts: Vec<String>,
        /// The name, in lower case, with `*` for what changes.
        link: String,
    },
    /// One of this template, which begins behind its scheme, with digits in its slots.
    Edition(String),
    /// A question to one of these interfaces that has all of these parameters.
    Answer {
        /// Addresses of which the query does not count.
        bases: Vec<Address>,
        /// Names and values.
        query: Vec<(String, String)>,
    },
}

/// An address that is told as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(Url);

impl TryFrom<String> for Address {
    type Error = url::ParseError;

    fn try_from(text: String) -> Result<Address, url::ParseError> {
        Url::parse(&text).map(Address)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.0.into()
    }
}

impl FetchSpec {
    /// The addresses that give documents of this source. Scheme, `www.` and fragment do not count. Of a listing it is the name of the
    /// file on a host that may be spoken to, and where only the row of the page tells which file is wanted (`named`: somebody said
    /// it is this source's) any file of that name.
    pub fn given(&self, named: bool) -> Vec<Given> {
        let given = |place: &Place| {
            Some(match place {
                Place::Direct(url) => at(url),
                Place::Listing { row: Some(_), .. } if !named => return None,
                Place::Listing { page, link, .. } => Given::Named { hosts: self.spoken_to(page), link: link.to_lowercase() },
                Place::Dated(dated) => Given::Edition(behind_scheme(&dated.to_string())?.to_owned()),
                Place::Captures(captures) => at(&captures.original),
                Place::Form(form) => at(&form.post),
                Place::Api(api) => answer(api),
            })
        };
        self.places.iter().filter_map(given).collect()
    }

    /// Whether one of the addresses gives what stands at `target`; see [`FetchSpec::given`].
    pub fn gave(&self, target: &Url, named: bool) -> bool {
        self.given(named).iter().any(|given| given.is(target))
    }

    fn spoken_to(&self, page: &Url) -> Vec<String> {
        let known = self.hosts.iter().map(|name| without_www(name));
        known.chain([host(page)]).map(str::to_owned).collect()
    }
}

impl Given {
    /// Whether it is this address.
    pub fn is(&self, target: &Url) -> bool {
        match self {
            Given::Any => true,
            Given::At(Address(url)) => same(url, target),
            Given::Named { hosts, link } => hosts.iter().any(|known| known == host(target)) && fits(link, &name(target)),
            Given::Edition(template) => behind_scheme(target.as_str()).is_some_and(|text| fills(template, text)),
            Given::Answer { bases, query } => is_answer(bases, query, target),
        }
    }
}

fn at(url: &Url) -> Given {
    Given::At(Address(url.clone()))
}

fn answer(api: &Api) -> Given {
    let bases = std::iter::once(&api.url).chain(&api.preview).cloned().map(Address).collect();
    Given::Answer { bases, query: api.query.iter().cloned().chain(pairs(&api.url)).collect() }
}

/// An address without its scheme and `www.`.
fn behind_scheme(url: &str) -> Option<&str> {
    url.split_once("://").map(|(_, rest)| without_www(rest))
}

/// The name of the file, in lower case.
fn name(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    percent_decode_str(last).decode_utf8_lossy().to_lowercase()
}

fn same(a: &Url, b: &Url) -> bool {
    let path = |url: &Url| percent_decode_str(url.path()).decode_utf8_lossy().into_owned();
    at_one_host(a, b) && path(a) == path(b) && pairs(a) == pairs(b)
}

fn at_one_host(a: &Url, b: &Url) -> bool {
    host(a) == host(b) && a.port() == b.port()
}

fn host(url: &Url) -> &str {
    without_www(url.host_str().unwrap_or_default())
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

fn pairs(url: &Url) -> Vec<(String, String)> {
    url.query_pairs().into_owned().collect()
}

/// Whether `text` is the template with one to four digits for every `{…}`.
fn fills(template: &str, text: &str) -> bool {
    let Some((before, slot)) = template.split_once('{') else { return template == text };
    let (Some(text), Some((name, template))) = (text.strip_prefix(before), slot.split_once('}')) else { return false };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let widths = if name.len() > 1 { name.len()..=name.len() } else { 1..=2 };
    widths.filter(|width| *width <= digits).any(|width| text.get(width..).is_some_and(|rest| fills(template, rest)))
}

/// Whether it asks the interface for what the source asks; a key or a page more does not matter.
fn is_answer(bases: &[Address], query: &[(String, String)], target: &Url) -> bool {
    let here = |Address(base): &Address| at_one_host(base, target) && base.path() == target.path();
    let asked = pairs(target);
    bases.iter().any(here) && query.iter().all(|pair| asked.contains(pair))
}

#[cfg(test)]
mod tests;
