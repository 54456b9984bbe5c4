//! One HTTP client: timeouts, retry, Retry-After, size limits, conditional GET, a CA per host, magic bytes.
//!
//! Nothing outside a source's `hosts` and outside public addresses is ever dialled, redirects included; every failure is
//! one of a closed list ([`Failure`]). The module neither reads a clock of its own nor stores anything.

mod address;
mod api;
mod body;
mod captures;
mod dated;
mod failure;
mod form;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
mod gave;
mod hosts;
mod listing;
mod magic;
mod online;
mod permit;
mod place;
mod polite;
mod retry;
mod robots;
mod rules;
mod secret;
mod transfer;
mod trust;
mod with;

pub use address::{Blocked, address_allowed};
pub use api::{Api, KeyName, Paging};
pub use body::Body;
pub use captures::{Archived, Captures};
pub use dated::{Dated, DatedError, Lag, MOST_TRIES, USUAL_TRIES};
pub use failure::{Failure, FetchError, Refused};
pub use form::Form;
pub use gave::{Address, Given};
pub use hosts::Memory;
pub use magic::{Kind, check_kind, error_page, expected_kinds, sniff};
pub use place::{Asking, Document, Earlier, Ended, Fetched, Place};
pub use retry::LONGEST_WAIT;
pub use secret::CREDENTIALS;
pub use transfer::{MOST_REDIRECTS, MOST_REFUSED};
pub use trust::{authorities, fingerprints, install_crypto};

use address::{Asker, Resolver};
use hosts::Hosts;
use polite::Gates;
use rules::Rules;
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use transfer::Transfer;
use trust::{Clients, Doors};
use url::Url;
use with::With;

/// How one source is fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchSpec {
    /// Addresses in the order they are tried; the first that answers well wins.
    pub places: Vec<Place>,
    /// Host names that may be spoken to, redirects included.
    pub hosts: Vec<String>,
    /// A CA bundle (PEM) that the operator supplies for hosts of this source only.
    pub ca: Option<PathBuf>,
    /// Those hosts; none: all of them but the servers of web archives.
    pub ca_hosts: Vec<String>,
    /// The way out; none: directly, and the environment's proxies are ignored.
    pub proxy: Option<Proxy>,
    /// Whether the publishers' `robots.txt` are asked.
    pub robots: bool,
    /// Decoded bytes at most.
    pub max_bytes: u64,
}

/// A proxy of the operator's. One that speaks HTTP resolves names itself, so the check of addresses is its duty; that of hosts stays
/// ours. One that speaks SOCKS is told the address that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Its address, `http:` or `socks5:`.
    pub url: Url,
    /// The environment variable or credential with `user:password`, where it wants one.
    pub login: Option<String>,
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

/// How a [`Client`] behaves. The defaults are meant for publishers' sites; tests shorten the times.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// `User-Agent`: `sverka/<version>` and where to complain. EMISS bans the names of common libraries.
    pub user_agent: String,
    /// To connect, TLS included: 10 s.
    pub connect_timeout: Duration,
    /// From then on to the end of the answer's headers: 30 s.
    pub first_byte_timeout: Duration,
    /// For one request with its redirects, their `robots.txt` and the body, waiting for its turn at a host not counted; and the time
    /// after which no further try begins: 10 min.
    pub total_timeout: Duration,
    /// Decoded bytes a second, averaged over `rate_window`, below which a body is given up: 1000.
    pub least_rate: u64,
    /// The stretch over which the rate is taken: 30 s.
    pub rate_window: Duration,
    /// Between two requests to one host: 1 s.
    pub host_gap: Duration,
    /// The same for hosts that want another pause: none.
    pub host_gaps: HashMap<String, Duration>,
    /// Ask every origin for its `robots.txt`, and do as it says: yes.
    pub robots: bool,
    /// Leave a host alone for a while that failed again and again: yes. A model of what a daemon does may do without.
    pub rests: bool,
    /// The first wait before another try; the further ones grow threefold: 2 s.
    pub backoff: Duration,
    /// The longest wait for a `Retry-After` before the fetch ends with that wish in its error: 60 s.
    pub longest_wait: Duration,
    /// Let 127.0.0.0/8 and ::1 be dialled, for tests and hand-run mirrors: no.
    pub allow_loopback: bool,
    /// Names that are answered without asking the resolver (lower case), as in a hosts file; their addresses are checked
    /// like any other: none.
    pub fixed_names: HashMap<String, Vec<IpAddr>>,
    /// Values that stand before the environment's, for tests: none.
    pub fixed_variables: HashMap<String, String>,
    /// Where large bodies are kept while they come: the system's folder for temporary files.
    pub temp_dir: Option<PathBuf>,
}

impl Default for ClientOptions {
    fn default() -> ClientOptions {
        ClientOptions {
            user_agent: user_agent(None),
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(600),
            least_rate: 1000,
            rate_window: Duration::from_secs(30),
            host_gap: Duration::from_secs(1),
            host_gaps: HashMap::new(),
            robots: true,
            rests: true,
            backoff: Duration::from_secs(2),
            longest_wait: Duration::from_secs(60),
            allow_loopback: false,
            fixed_names: HashMap::new(),
            fixed_variables: HashMap::new(),
            temp_dir: None,
        }
    }
}

impl ClientOptions {
    /// A secret: a credential of the service's, else an environment variable, that is not blank. A file that was laid down for this
    /// service alone is meant more than a variable that may have been inherited.
    fn variable(&self, name: &str) -> Option<String> {
        let set = |name: &str| self.fixed_variables.get(name).cloned().or_else(|| std::env::var(name).ok());
        let filled = |value: String| Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        let credential = || secret::credential(&PathBuf::from(set(CREDENTIALS)?), name);
        credential().and_then(filled).or_else(|| set(name).and_then(filled))
    }
}

/// A secret of the operator's: a credential of the service's, else an environment variable, that is not blank.
pub fn secret(name: &str) -> Option<String> {
    ClientOptions::default().variable(name)
}

/// What this program says of itself: its name, its version, and an address at which a publisher can complain, the operator's or else the
/// product's own.
pub fn user_agent(contact: Option<&str>) -> String {
    let product = concat!("sverka/", env!("CARGO_PKG_VERSION"));
    let own = Some(env!("CARGO_PKG_REPOSITORY")).filter(|address| !address.is_empty());
    contact.or(own).map_or_else(|| product.to_owned(), |contact| format!("{product} (+{contact})"))
}

/// The one way out to the network. Shared by all sources, so that a host is asked by one at a time.
#[derive(Debug)]
pub struct Client {
    options: ClientOptions,
    resolver: Resolver,
    clients: Clients,
    gates: Gates,
    hosts: Hosts,
}

impl Client {
    /// A client; nothing is sent yet.
    pub fn new(options: ClientOptions) -> Client {
        install_crypto();
        let (fixed, proxy_host) = (Arc::new(options.fixed_names.clone()), None);
        let resolver = Resolver { allow_loopback: options.allow_loopback, fixed, proxy_host, asker: Asker::System };
        let gates = Gates::new(options.host_gap, options.host_gaps.clone());
        Client { resolver, clients: Clients::default(), gates, hosts: Hosts::default(), options }
    }

    /// Takes what was known of hosts before in place of what is known.
    pub fn recall(&self, memory: Memory) {
        self.hosts.recall(memory);
    }

    /// What was learnt of hosts since the last question, for whoever keeps it.
    pub fn learnt(&self) -> Memory {
        self.hosts.changed()
    }

    /// Fetches a source's document.
    ///
    /// # Errors
    /// The failure of the first place, with those of the others beside it.
    pub async fn fetch(&self, spec: &FetchSpec, asking: &Asking<'_>) -> Result<Fetched, FetchError> {
        let start = spec.places.first().map(|place| place.url().to_string()).unwrap_or_default();
        let doors = self.clients.of(spec, &self.options, &self.resolver);
        let doors = doors.map_err(|failure| FetchError::new(start.as_str(), failure))?;
        let rules = Rules::new(spec, self.options.allow_loopback);
        let transfer = self.transfer(spec, asking, &doors, &rules);
        let mut failed: Option<FetchError> = None;
        for place in &spec.places {
            match place::fetch_place(&transfer, place, asking).await {
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
    /// whether it answers, and with what. A page that leads to the
    /// document is read whole.
    ///
    /// # Errors
    /// The failure of the place.
    pub async fn probe(&self, spec: &FetchSpec, place: &Place, asking: &Asking<'_>, enough: u64) -> Result<Fetched, FetchError> {
        let doors = self.clients.of(spec, &self.options, &self.resolver);
        let doors = doors.map_err(|failure| FetchError::new(place.url().as_str(), failure))?;
        let rules = Rules::new(spec, self.options.allow_loopback);
        // the rows of an interface are counted, so it is read to the end
        let enough = (!matches!(place, Place::Api(_))).then_some(enough);
        let transfer = Transfer { known: None, enough, ..self.transfer(spec, asking, &doors, &rules) };
        place::fetch_place(&transfer, place, asking).await
    }

    fn transfer<'a>(&'a self, spec: &FetchSpec, asking: &Asking<'a>, doors: &'a Doors, rules: &'a Rules) -> Transfer<'a> {
        Transfer {
            doors,
            options: &self.options,
            gates: &self.gates,
            rules,
            hosts: &self.hosts,
            began: (asking.now, tokio::time::Instant::now()),
            insists: asking.insists,
            known: asking.known,
            accept: asking.accept,
            limit: spec.max_bytes,
            enough: None,
            with: With::default(),
        }
    }

    /// Whether there is a network at all: one of the first few distinct `hosts` (`name` or `name:port`) resolves and
    /// accepts a connection within 5 s, or one of the operator's proxies, which stand before hosts. To be asked once before a run, rather
    /// than once a source.
    pub async fn online(&self, hosts: &[String], proxies: &[Url]) -> bool {
        online::any_answers(&self.resolver, proxies, hosts).await
    }
}

#[cfg(test)]
mod tests;
