//! Documents behind a form: its page gives hidden fields that are good for one use, and cookies; then the form is sent.

use super::failure::{Failure, FetchError};
use super::listing::fits;
use super::magic::Kind;
use super::place::{Fetched, MOST_LISTING, fetched, read_guide};
use super::retry::Retries;
use super::transfer::{Answer, Transfer};
use super::with::{Sent, With};
use reqwest::header::{HeaderMap, SET_COOKIE};
use scraper::{Html, Selector};
use std::sync::{Mutex, PoisonError};
use url::{Origin, Url, form_urlencoded};

/// Hidden fields that are sent on at most; forms have a handful.
const MOST_TOKENS: usize = 100;
/// Cookies that are kept at most; servers set a handful.
const MOST_COOKIES: usize = 50;
/// Bytes of one cookie at most (RFC 6265, section 6.1).
const LONGEST_COOKIE: usize = 4096;

/// A form, and what to fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The page with the hidden fields.
    pub page: Url,
    /// The names of the hidden fields that are sent on, with `*` for what changes.
    pub token: String,
    /// Where the form is sent to.
    pub post: Url,
    /// The other fields in their order; a name may stand several times.
    pub fields: Vec<(String, String)>,
}

/// The cookies of one exchange, for the origin that set them only.
#[derive(Debug, Default)]
pub(super) struct Jar {
    cookies: Mutex<Vec<(Origin, String, String)>>,
}

impl Jar {
    /// Keeps what an answer sets; a later cookie of the same name replaces the earlier one.
    pub fn keep(&self, url: &Url, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for set in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let Some((name, value)) = set.split(';').next().and_then(|pair| pair.split_once('=')) else { continue };
            let (name, value) = (name.trim(), value.trim());
            cookies.retain(|(origin, known, _)| known != name || *origin != url.origin());
            if !name.is_empty() && set.len() <= LONGEST_COOKIE && cookies.len() < MOST_COOKIES {
                cookies.push((url.origin(), name.to_owned(), value.to_owned()));
            }
        }
    }

    /// What a request to this address carries; `None` for nothing.
    pub fn header(&self, url: &Url) -> Option<String> {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let own = cookies.iter().filter(|(origin, ..)| *origin == url.origin());
        let pairs: Vec<String> = own.map(|(_, name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// The answer to the form. A failed try begins with the page again, because its fields are good for one use.
pub(super) async fn fetch(transfer: &Transfer<'_>, form: &Form) -> Result<Fetched, FetchError> {
    let mut retries = Retries::new(transfer);
    loop {
        match exchange(transfer, form).await {
            Ok(answer) => return Ok(fetched(&form.post, None, answer)),
            Err(error) => retries.wait_after(error).await?,
        }
    }
}

async fn exchange(transfer: &Transfer<'_>, form: &Form) -> Result<Answer, FetchError> {
    let jar = Jar::default();
    let with = With { jar: Some(&jar), ..With::default() };
    let page = Transfer { known: None, accept: &[Kind::Html], limit: MOST_LISTING, with, ..*transfer };
    let (url, body) = match page.once(&form.page).await? {
        Answer::Whole { url, body, .. } => (url, body),
        Answer::NotModified(url) => return Err(FetchError::new(url.as_str(), Failure::Protocol("status 304".to_owned()))),
    };
    let tokens = read_guide(&url, body, |page| tokens(page, &form.token))?;
    let sent = Sent { body: encode(&tokens, &form.fields), referer: url };
    let post = Transfer { known: None, with: With { sent: Some(&sent), ..with }, ..*transfer };
    post.once(&form.post).await
}

/// The hidden fields of a page whose names fit: name and value.
fn tokens(page: &str, pattern: &str) -> Result<Vec<(String, String)>, Failure> {
    let (html, wanted) = (Html::parse_document(page), pattern.to_lowercase());
    let Ok(selector) = Selector::parse("input[name]") else { return Ok(Vec::new()) };
    let hidden = html.select(&selector).map(|input| input.value());
    let hidden = hidden.filter(|input| input.attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden")));
    let pair = |input: &scraper::node::Element| {
        (input.attr("name").unwrap_or_default().to_owned(), input.attr("value").unwrap_or_default().to_owned())
    };
    let all: Vec<(String, String)> = hidden.map(pair).take(MOST_TOKENS).collect();
    let found: Vec<_> = all.iter().filter(|(name, _)| fits(&wanted, &name.to_lowercase())).cloned().collect();
    if found.is_empty() {
        let names = all.into_iter().map(|(name, _)| name).take(3).collect();
        return Err(Failure::NoToken { pattern: pattern.to_owned(), names });
    }
    Ok(found)
}

/// The form as it is sent: the page's fields, unless a declared one has their name, then the declared ones.
fn encode(tokens: &[(String, String)], fields: &[(String, String)]) -> String {
    let given = |name: &str| fields.iter().any(|(field, _)| field == name);
    let tokens = tokens.iter().filter(|(name, _)| !given(name));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(tokens.chain(fields)).finish()
}

/// Any page, its fields found and sent.
#[cfg(any(test, feature = "fuzz"))]
pub(super) fn fuzzed(page: &str) {
    if let Ok(found) = tokens(page, "__*") {
        assert!(!found.is_empty() && found.len() <= MOST_TOKENS && encode(&found, &[]).is_ascii());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html><form><input type="hidden" name="struts.token.name" value="token">
        <INPUT TYPE=HIDDEN NAME=token VALUE="A&amp;1"><input type=text name=token2 value=x><input type=hidden value=3>
        <input type="hidden" name="id" value="7"></form></html>"#;

    #[test]
    fn hidden_fields_that_fit_are_sent_before_the_declared_ones() {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let found = tokens(PAGE, "*Token*").unwrap();
        assert_eq!(found, [("struts.token.name", "token"), ("token", "A&1")].map(pair));
        let fields = [("id", "1"), ("ids", "3_2020"), ("ids", "год"), ("struts.token.name", "t")].map(pair);
        assert_eq!(encode(&found, &fields), "token=A%261&id=1&ids=3_2020&ids=%D0%B3%D0%BE%D0%B4&struts.token.name=t");
        let none = tokens(PAGE, "csrf").unwrap_err();
        assert_eq!(none.code(), "no_token");
        assert!(none.to_string().contains("struts.token.name, token, id"), "{none}");
    }

    #[test]
    fn cookies_stay_with_whoever_set_them() {
        let [own, other] = ["https://a.example/x", "http://a.example/x"].map(|url| Url::parse(url).unwrap());
        let (jar, mut headers) = (Jar::default(), HeaderMap::new());
        for cookie in ["s=1; Path=/; HttpOnly", "t=2", "s=3", "odd", "=4"] {
            headers.append(SET_COOKIE, cookie.parse().unwrap());
        }
        jar.keep(&own, &headers);
        assert_eq!((jar.header(&own).as_deref(), jar.header(&other)), (Some("t=2; s=3"), None));
    }
}
