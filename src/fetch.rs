//! One HTTP client: timeouts, retry, Retry-After, size limits, conditional GET, a CA per host, magic bytes.
//!
//! Nothing outside a source's `hosts` and outside public addresses is ever dialled, redirects included; every failure is
//! one of a closed list ([`Failure`]). The module neither reads a clock of its own nor stores anything.

mod address;
mod body;
mod failure;
mod listing;
mod magic;
mod online;
mod polite;
mod retry;
mod rules;
mod transfer;
mod trust;

pub use address::{Blocked, address_allowed};
pub use body::Body;
pub use failure::{Failure, FetchError, Refused};
pub use magic::{Kind, check_kind, error_page, expected_kinds, sniff};
pub use retry::LONGEST_WAIT;
pub use transfer::{MOST_REDIRECTS, MOST_REFUSED};
pub use trust::install_crypto;

use address::Resolver;
use polite::Gates;
use rules::Rules;
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use transfer::{Answer, Transfer};
use trust::Clients;
use url::Url;

/// Further tries after a failure that may pass.
const MOST_RETRIES: u32 = 3;
/// Decoded bytes of a listing page at most; publishers' pages have some hundred kilobytes.
const MOST_LISTING: u64 = 8 * 1024 * 1024;

/// Where a source's documents are.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// An address that stays.
    Direct(Url),
    /// A page that links to the newest file, because names change with every release.
    Listing {
        /// The page.
        page: Url,
        /// The file name of the link, with `*` for what changes; compared without regard to case.
        link: String,
        /// What the row of the page that the link stands in says, with `*` for what changes; the last link of it counts.
        row: Option<String>,
    },
}

/// How one source is fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchSpec {
    /// Addresses in the order they are tried; the first that answers well wins.
    pub places: Vec<Place>,
    /// Host names that may be spoken to, redirects included.
    pub hosts: Vec<String>,
    /// A CA bundle (PEM) that the operator supplies for these hosts only.
    pub ca: Option<PathBuf>,
    /// Decoded bytes at most.
    pub max_bytes: u64,
}

/// What the publisher said of a document that is held: the next request for the same address asks for changes only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// The address that gave it ([`Document::url`]).
    pub url: String,
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
}

/// The headers of an answer that are kept, as sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Content-Length`: bytes as they stand there, unless they come packed.
    pub content_length: Option<String>,
    /// `Content-Disposition`.
    pub content_disposition: Option<String>,
    /// `Date`.
    pub date: Option<String>,
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
    /// The document is the one we hold.
    NotModified {
        /// The address that said so.
        url: Url,
        /// HTTP status, 304.
        status: u16,
    },
    /// A document came; whether its bytes are new, the archive tells.
    Document(Box<Document>),
}

/// How a [`Client`] behaves. The defaults are meant for publishers' sites; tests shorten the times.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// `User-Agent`: `sverka/<version>`. EMISS bans the names of common libraries.
    pub user_agent: String,
    /// To connect, TLS included: 10 s.
    pub connect_timeout: Duration,
    /// From then on to the end of the answer's headers: 30 s.
    pub first_byte_timeout: Duration,
    /// For one request with its redirects and body, and the time after which no further try begins: 10 min.
    pub total_timeout: Duration,
    /// Decoded bytes a second, averaged over `rate_window`, below which a body is given up: 1000.
    pub least_rate: u64,
    /// The stretch over which the rate is taken: 30 s.
    pub rate_window: Duration,
    /// Between two requests to one host: 1 s.
    pub host_gap: Duration,
    /// The first wait before another try; the further ones grow threefold: 2 s.
    pub backoff: Duration,
    /// The longest wait for a `Retry-After` before the fetch ends with that wish in its error: 60 s.
    pub longest_wait: Duration,
    /// Let 127.0.0.0/8 and ::1 be dialled, for tests and hand-run mirrors: no.
    pub allow_loopback: bool,
    /// Names that are answered without asking the resolver (lower case), as in a hosts file; their addresses are checked
    /// like any other: none.
    pub fixed_names: HashMap<String, Vec<IpAddr>>,
    /// An HTTP proxy of the operator's: none, and the environment's are ignored. Names are then resolved by the proxy, so
    /// the check of addresses is the proxy's duty; that of hosts stays ours.
    pub proxy: Option<Url>,
    /// Where large bodies are kept while they come: the system's folder for temporary files.
    pub temp_dir: Option<PathBuf>,
}

impl Default for ClientOptions {
    fn default() -> ClientOptions {
        ClientOptions {
            user_agent: concat!("sverka/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(600),
            least_rate: 1000,
            rate_window: Duration::from_secs(30),
            host_gap: Duration::from_secs(1),
            backoff: Duration::from_secs(2),
            longest_wait: Duration::from_secs(60),
            allow_loopback: false,
            fixed_names: HashMap::new(),
            proxy: None,
            temp_dir: None,
        }
    }
}

/// The one way out to the network. Shared by all sources, so that a host is asked by one at a time.
#[derive(Debug)]
pub struct Client {
    options: ClientOptions,
    resolver: Resolver,
    clients: Clients,
    gates: Gates,
}

impl Client {
    /// A client; nothing is sent yet.
    pub fn new(options: ClientOptions) -> Client {
        install_crypto();
        let resolver = Resolver {
            allow_loopback: options.allow_loopback,
            fixed: Arc::new(options.fixed_names.clone()),
            proxy_host: options.proxy.as_ref().and_then(|proxy| proxy.host_str()).map(str::to_owned),
        };
        Client { resolver, clients: Clients::default(), gates: Gates::new(options.host_gap), options }
    }

    /// Fetches a source's document. `known` is what the publisher said of the one we hold; `accept` are the kinds of file
    /// that it may be (see [`expected_kinds`]; none: any but an empty one).
    ///
    /// # Errors
    /// The failure of the first place, with those of the others beside it.
    pub async fn fetch(&self, spec: &FetchSpec, known: Option<&Validators>, accept: &[Kind]) -> Result<Fetched, FetchError> {
        let start = spec.places.first().map(|place| place.url().to_string()).unwrap_or_default();
        let http = self.clients.trusting(spec.ca.as_deref(), &self.options, &self.resolver);
        let http = http.map_err(|failure| FetchError::new(start.as_str(), failure))?;
        let rules = Rules::new(spec, self.options.allow_loopback);
        let (options, gates, limit) = (&self.options, &self.gates, spec.max_bytes);
        let transfer = Transfer { http: &http, options, gates, rules: &rules, known, accept, limit, enough: None };
        let mut failed: Option<FetchError> = None;
        for place in &spec.places {
            match fetch_place(&transfer, place).await {
                Ok(fetched) => return Ok(fetched),
                Err(error) => match &mut failed {
                    None => failed = Some(error),
                    Some(first) => first.also(&error),
                },
            }
        }
        Err(failed.unwrap_or_else(|| FetchError::new(start, Failure::BlockedHost("the source has no address".to_owned()))))
    }

    /// Asks one place of a source as [`Client::fetch`] does, but reads no more than some `enough` bytes of a document: tells
    /// whether it answers, and with what. A listing page is read as far as its link needs.
    ///
    /// # Errors
    /// The failure of the place.
    pub async fn probe(&self, spec: &FetchSpec, place: &Place, accept: &[Kind], enough: u64) -> Result<Fetched, FetchError> {
        let http = self.clients.trusting(spec.ca.as_deref(), &self.options, &self.resolver);
        let http = http.map_err(|failure| FetchError::new(place.url().as_str(), failure))?;
        let rules = Rules::new(spec, self.options.allow_loopback);
        let (options, gates, limit) = (&self.options, &self.gates, spec.max_bytes);
        let transfer = Transfer { http: &http, options, gates, rules: &rules, known: None, accept, limit, enough: Some(enough) };
        fetch_place(&transfer, place).await
    }

    /// Whether there is a network at all: one of the first few distinct `hosts` (`name` or `name:port`) resolves and
    /// accepts a connection within 5 s. To be asked once before a run, rather than once a source.
    pub async fn online(&self, hosts: &[String]) -> bool {
        online::any_answers(&self.resolver, self.options.proxy.as_ref(), hosts).await
    }
}

impl Place {
    /// The address that is asked first.
    pub fn url(&self) -> &Url {
        match self {
            Place::Direct(url) => url,
            Place::Listing { page, .. } => page,
        }
    }
}

impl Document {
    /// What the next request may ask with; `None` if the publisher gave nothing to ask with.
    pub fn validators(&self) -> Option<Validators> {
        let Headers { etag, last_modified, .. } = self.headers.clone();
        (etag.is_some() || last_modified.is_some()).then(|| Validators { url: self.url.to_string(), etag, last_modified })
    }
}

async fn fetch_place(transfer: &Transfer<'_>, place: &Place) -> Result<Fetched, FetchError> {
    let (requested, listing) = match place {
        Place::Direct(url) => (url.clone(), None),
        Place::Listing { page, link, row } => {
            let wanted = listing::Wanted { name: link, row: row.as_deref() };
            let (link, page) = follow_listing(transfer, page, wanted).await?;
            (link, Some(page))
        }
    };
    Ok(match with_retries(transfer, &requested).await? {
        Answer::NotModified(url) => Fetched::NotModified { url, status: 304 },
        Answer::Whole { url, status, headers, body } => {
            Fetched::Document(Box::new(Document { requested, url, listing, status, headers, body }))
        }
    })
}

/// Reads a listing page; returns the address of the newest file and the page's own.
async fn follow_listing(transfer: &Transfer<'_>, page: &Url, wanted: listing::Wanted<'_>) -> Result<(Url, Url), FetchError> {
    let limit = MOST_LISTING;
    let unconditional = Transfer { known: None, accept: &[Kind::Html], limit, enough: None, ..*transfer };
    match with_retries(&unconditional, page).await? {
        Answer::NotModified(url) => Err(FetchError::new(url.as_str(), Failure::Protocol("status 304".to_owned()))),
        Answer::Whole { url, body, .. } => find_link(&url, body, wanted).map(|link| (link, url)),
    }
}

/// Not async: the parsed page cannot cross threads.
fn find_link(url: &Url, mut body: Body, wanted: listing::Wanted<'_>) -> Result<Url, FetchError> {
    let bytes = body.read_all().map_err(|error| FetchError::new(url.as_str(), Failure::Io(error.to_string())))?;
    listing::newest_link(&magic::decode(&bytes), url, wanted).map_err(|failure| {
        let refused = Refused { status: 200, content_type: None, body };
        FetchError { refused: Some(Box::new(refused)), ..FetchError::new(url.as_str(), failure) }
    })
}

async fn with_retries(transfer: &Transfer<'_>, url: &Url) -> Result<Answer, FetchError> {
    let (mut tries, begun) = (1, Instant::now());
    loop {
        let mut error = match transfer.once(url).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        error.tries = tries;
        let wait = error.retry_after.unwrap_or_else(|| retry::backoff(transfer.options.backoff, tries));
        let spent = begun.elapsed() + wait > transfer.options.total_timeout;
        if !error.failure.is_passing() || tries > MOST_RETRIES || wait > transfer.options.longest_wait || spent {
            return Err(error);
        }
        tokio::time::sleep(wait).await;
        tries += 1;
    }
}

#[cfg(test)]
mod tests;
