//! What goes along with a request: cookies, a form, a key.

use super::form::Jar;
use reqwest::{Client, RequestBuilder, header};
use url::{Origin, Url, form_urlencoded};

/// How a form is encoded.
const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

/// What goes along with a request.
#[derive(Clone, Copy, Default)]
pub(super) struct With<'a> {
    /// Cookies that are kept from one request to the next.
    pub jar: Option<&'a Jar>,
    /// A form: it is posted, and no redirect is followed.
    pub sent: Option<&'a Sent>,
    /// A secret that is added to the address as it is sent.
    pub key: Option<&'a Key<'a>>,
}

impl With<'_> {
    /// The request for an address: a GET, or a POST of the form.
    pub fn request(&self, http: &Client, url: &Url) -> RequestBuilder {
        let request = match self.sent {
            None => http.get(self.key.map_or_else(|| url.clone(), |key| key.added(url))),
            Some(sent) => {
                let request = http.post(url.clone()).header(header::REFERER, sent.referer.as_str());
                request.header(header::CONTENT_TYPE, FORM).body(sent.body.clone())
            }
        };
        match self.jar.and_then(|jar| jar.header(url)) {
            None => request,
            Some(cookies) => request.header(header::COOKIE, cookies),
        }
    }
}

/// A secret, for one origin only.
pub(super) struct Key<'a> {
    pub origin: Origin,
    pub parameter: &'a str,
    pub value: String,
}

impl Key<'_> {
    /// The address with the key, if it is for that address.
    fn added(&self, url: &Url) -> Url {
        let mut keyed = url.clone();
        if url.origin() == self.origin {
            keyed.query_pairs_mut().append_pair(self.parameter, &self.value);
        }
        keyed
    }

    /// Whether a text repeats the key, as it is or as addresses write it.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let written: String = form_urlencoded::byte_serialize(self.value.as_bytes()).collect();
        [self.value.as_str(), &written].iter().any(|text| memchr::memmem::find(bytes, text.as_bytes()).is_some())
    }
}

/// A form as it is sent.
pub(super) struct Sent {
    pub body: String,
    pub referer: Url,
}
