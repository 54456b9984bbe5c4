//! Whether a document with a known address is one that a source would have fetched: for documents that others fetched.

use super::dated::Dated;
use super::listing::fits;
use super::{Api, FetchSpec, Place};
use percent_encoding::percent_decode_str;
use url::Url;

impl FetchSpec {
    /// Whether one of the addresses gives what stands at `target`. Scheme, `www.` and fragment do not count. Of a listing
    /// it is the name of the file on a host that may be spoken to, and where only the row of the page tells which file is
    /// wanted (`named`: somebody said it is this source's) any file of that name.
    pub fn gave(&self, target: &Url, named: bool) -> bool {
        self.places.iter().any(|place| match place {
            Place::Direct(url) => same(url, target),
            Place::Listing { page, link, row, via: _ } => {
                (row.is_none() || named) && self.is_spoken_to(page, target) && fits(&link.to_lowercase(), &name(target))
            }
            Place::Dated(dated) => is_edition(dated, target),
            Place::Captures(captures) => same(&captures.original, target),
            Place::Form(form) => same(&form.post, target),
            Place::Api(api) => is_answer(api, target),
        })
    }

    fn is_spoken_to(&self, page: &Url, target: &Url) -> bool {
        let host = host(target);
        let known = self.hosts.iter().map(|name| without_www(name));
        known.chain([self::host(page)]).any(|known| known == host)
    }
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

/// Whether the address is one of the template with digits in its slots.
fn is_edition(dated: &Dated, target: &Url) -> bool {
    let text = target.as_str();
    let rest = |url: &str| url.split_once("://").map(|(_, rest)| rest.strip_prefix("www.").unwrap_or(rest).to_owned());
    rest(text).is_some_and(|text| rest(&dated.to_string()).is_some_and(|template| fills(&template, &text)))
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
fn is_answer(api: &Api, target: &Url) -> bool {
    let asked = pairs(target);
    let bases = std::iter::once(&api.url).chain(&api.preview);
    let here = |base: &Url| at_one_host(base, target) && base.path() == target.path();
    let within = |pair: &(String, String)| asked.contains(pair);
    bases.into_iter().any(here) && api.query.iter().all(within) && pairs(&api.url).iter().all(within)
}

#[cfg(test)]
mod tests;
