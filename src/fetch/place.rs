//! Where a source's documents are, and the way from there to one document.

use super::api::{self, Api};
use super::body::Body;
use super::captures::{self, Archived, Captures};
use super::dated::{self, Dated};
use super::failure::{Failure, FetchError, Refused};
use super::form::{self, Form};
use super::magic::{self, Kind};
use super::retry::Retries;
use super::transfer::{Answer, Transfer};
use super::{Headers, Validators, listing};
use chrono::{DateTime, NaiveDate, Utc};
use std::fmt;
use url::Url;

/// Decoded bytes of a listing page at most; publishers' pages have some hundred kilobytes.
pub(super) const MOST_LISTING: u64 = 8 * 1024 * 1024;

/// Where a source's documents are.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// An address that stays.
    Direct(Url),
    /// A page that links to the newest file, because names change with every release.
    Listing {
        /// The page.
        page: Url,
        /// The file name of a link to another page, with `*` for what changes, where only that has the link.
        via: Option<String>,
        /// The file name of the link, with `*` for what changes; compared without regard to case.
        link: String,
        /// What the row of the page that the link stands in says, with `*` for what changes; the last link of it counts.
        row: Option<String>,
    },
    /// An address that carries its period.
    Dated(Dated),
    /// What a web archive kept of an address that is dead.
    Captures(Captures),
    /// A form with fields that are good for one use.
    Form(Form),
    /// A JSON interface.
    Api(Api),
}

/// What is known when a source is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// What the publisher said of the document that is held.
    pub known: Option<&'a Validators>,
    /// The kinds of file that a document may be (see [`super::expected_kinds`]; none: any but an empty one).
    pub accept: &'a [Kind],
    /// The addresses that were asked before, the least recent first.
    pub earlier: &'a [Earlier],
    /// The day it is where the publisher is.
    pub today: NaiveDate,
    /// The instant it is.
    pub now: DateTime<Utc>,
    /// A person asks for this source: also hosts that are to be left alone are asked.
    pub insists: bool,
}

/// An address that was asked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The address.
    pub address: String,
    /// What came of it.
    pub ended: Ended,
}

/// What came of an address, over all tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its document is held.
    Held,
    /// Something of another kind came.
    OtherKind,
    /// Nothing came, or nothing that could be read.
    Failed,
}

/// A document as received.
#[derive(Debug)]
pub struct Document {
    /// The address that was asked first; of a listing, the link's.
    pub requested: Url,
    /// The address that answered, after redirects.
    pub url: Url,
    /// The page the link was found on.
    pub listing: Option<Url>,
    /// Whose copy it is, where it did not come from the publisher.
    pub archived: Option<Archived>,
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Headers,
    /// The decoded bytes.
    pub body: Body,
}

/// A fetch that did not fail.
#[derive(Debug)]
pub enum Fetched {
    /// There is nothing that we do not hold.
    NotModified {
        /// The address that said so.
        url: Url,
        /// HTTP status: 304, or 200 of a list that has nothing new.
        status: u16,
    },
    /// A document came; whether its bytes are new, the archive tells.
    Document(Box<Document>),
}

impl Place {
    /// An address at the host that is asked first.
    pub fn url(&self) -> &Url {
        match self {
            Place::Direct(url) => url,
            Place::Listing { page, .. } => page,
            Place::Dated(dated) => dated.origin(),
            Place::Captures(captures) => &captures.server,
            Place::Form(form) => &form.page,
            Place::Api(api) => &api.url,
        }
    }

    /// Whether it is what a web archive kept, rather than the publisher's.
    pub fn is_archived(&self) -> bool {
        matches!(self, Place::Captures(_))
    }

    /// An address at every host that the place itself names.
    pub fn urls(&self) -> Vec<&Url> {
        match self {
            Place::Form(form) => vec![&form.page, &form.post],
            Place::Api(api) => std::iter::once(&api.url).chain(&api.preview).collect(),
            Place::Direct(_) | Place::Listing { .. } | Place::Dated(_) | Place::Captures(_) => vec![self.url()],
        }
    }
}

/// The address, and what is looked for there, as a person would say it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Direct(url) => write!(f, "{url}"),
            Place::Listing { page, via, link, row } => {
                write!(f, "{page}, ")?;
                via.as_ref().map_or(Ok(()), |via| write!(f, "the page behind {via:?}, "))?;
                write!(f, "the link {link:?}")?;
                row.as_ref().map_or(Ok(()), |row| write!(f, " in the row {row:?}"))
            }
            Place::Dated(dated) => write!(f, "{dated}"),
            Place::Captures(captures) => write!(f, "{}, as kept by {}", captures.original, captures.server),
            Place::Form(form) => write!(f, "{}, behind the form {}", form.post, form.page),
            Place::Api(api) => write!(f, "{}", api.url),
        }
    }
}

impl Asking<'_> {
    /// What came of this address before.
    pub(super) fn ended(&self, url: &Url) -> Option<Ended> {
        self.earlier.iter().find(|earlier| earlier.address == url.as_str()).map(|earlier| earlier.ended)
    }
}

impl Document {
    /// What the next request may ask with; `None` if the publisher gave nothing to ask with.
    pub fn validators(&self) -> Option<Validators> {
        let Headers { etag, last_modified, .. } = self.headers.clone();
        (etag.is_some() || last_modified.is_some()).then(|| Validators { url: self.url.to_string(), etag, last_modified })
    }
}

/// One place, whatever it takes.
pub(super) async fn fetch_place(transfer: &Transfer<'_>, place: &Place, asking: &Asking<'_>) -> Result<Fetched, FetchError> {
    match place {
        Place::Direct(url) => fetch_url(transfer, url, None).await,
        Place::Listing { page, via, link, row } => {
            let between = match via {
                Some(via) => Some(follow_listing(transfer, page, listing::Wanted { name: via, row: None }).await?.0),
                None => None,
            };
            let wanted = listing::Wanted { name: link, row: row.as_deref() };
            let (link, page) = follow_listing(transfer, between.as_ref().unwrap_or(page), wanted).await?;
            fetch_url(transfer, &link, Some(page)).await
        }
        Place::Dated(dated) => dated::fetch(transfer, dated, asking).await,
        Place::Captures(captures) => captures::fetch(transfer, captures, asking).await,
        Place::Form(form) => form::fetch(transfer, form).await,
        Place::Api(api) => api::fetch(transfer, api).await,
    }
}

/// The document at an address.
pub(super) async fn fetch_url(transfer: &Transfer<'_>, url: &Url, listing: Option<Url>) -> Result<Fetched, FetchError> {
    Ok(fetched(url, listing, with_retries(transfer, url).await?))
}

/// An answer to the question for `requested`.
pub(super) fn fetched(requested: &Url, listing: Option<Url>, answer: Answer) -> Fetched {
    match answer {
        Answer::NotModified(url) => Fetched::NotModified { url, status: 304 },
        Answer::Whole { url, status, headers, body } => {
            let requested = requested.clone();
            Fetched::Document(Box::new(Document { requested, url, listing, archived: None, status, headers, body }))
        }
    }
}

/// A page or list that leads to the document: its address after redirects, and its bytes.
pub(super) async fn fetch_guide(transfer: &Transfer<'_>, url: &Url, kind: &[Kind]) -> Result<(Url, Body), FetchError> {
    let unconditional = Transfer { known: None, accept: kind, limit: MOST_LISTING, enough: None, ..*transfer };
    match with_retries(&unconditional, url).await? {
        Answer::NotModified(url) => Err(FetchError::new(url.as_str(), Failure::Protocol("status 304".to_owned()))),
        Answer::Whole { url, body, .. } => Ok((url, body)),
    }
}

/// Reads a guide; if it does not say what it should, it is kept with the failure. Not async: the parsed page cannot cross
/// threads.
pub(super) fn read_guide<T>(url: &Url, mut body: Body, read: impl FnOnce(&str) -> Result<T, Failure>) -> Result<T, FetchError> {
    let bytes = body.read_all().map_err(|error| FetchError::new(url.as_str(), Failure::Io(error.to_string())))?;
    read(&magic::decode(&bytes)).map_err(|failure| {
        let refused = Refused { status: 200, content_type: None, body };
        FetchError { refused: Some(Box::new(refused)), ..FetchError::new(url.as_str(), failure) }
    })
}

/// Reads a listing page; returns the address of the newest file and the page's own.
async fn follow_listing(transfer: &Transfer<'_>, page: &Url, wanted: listing::Wanted<'_>) -> Result<(Url, Url), FetchError> {
    let (url, body) = fetch_guide(transfer, page, &[Kind::Html]).await?;
    read_guide(&url, body, |page| listing::newest_link(page, &url, wanted)).map(|link| (link, url.clone()))
}

async fn with_retries(transfer: &Transfer<'_>, url: &Url) -> Result<Answer, FetchError> {
    let mut retries = Retries::new(transfer);
    loop {
        match transfer.once(url).await {
            Ok(answer) => return Ok(answer),
            Err(error) => retries.wait_after(error).await?,
        }
    }
}
