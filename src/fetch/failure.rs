//! What can go wrong in a fetch: a closed list, each with a code that scripts and the store may rely on.

use super::body::Body;
use super::hosts::Tells;
use super::magic::Kind;
use chrono::{DateTime, Utc};
use std::fmt;
use std::time::Duration;

/// A fetch that brought nothing. The text names the address, what was seen and what was wanted.
#[derive(Debug)]
pub struct FetchError {
    /// The address that failed, as of the last redirect.
    pub url: Box<str>,
    /// What went wrong.
    pub failure: Failure,
    /// How many requests were sent to it, redirects not counted.
    pub tries: u32,
    /// How long the publisher asked us to stay away; at most [`super::LONGEST_WAIT`].
    pub retry_after: Option<Duration>,
    /// The answer that was refused, where one came: to be archived and shown, never to be parsed as data.
    pub refused: Option<Box<Refused>>,
    /// What the other addresses of the source said: code and text.
    pub others: Box<[(&'static str, String)]>,
}

/// A refused answer.
#[derive(Debug)]
pub struct Refused {
    /// HTTP status.
    pub status: u16,
    /// The server's `Content-Type`.
    pub content_type: Option<String>,
    /// The decoded bytes, cut at [`super::MOST_REFUSED`] where the status alone is the failure.
    pub body: Body,
}

/// The closed list of failures. Display is a fragment; [`FetchError`] adds the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// `dns`: the name has no address.
    #[error("the name does not resolve: {0}")]
    Dns(String),
    /// `connect`: nobody answers there, or the connection broke before an answer.
    #[error("no connection: {0}")]
    Connect(String),
    /// `tls`: the server's certificate or its protocol is not accepted.
    #[error("no trusted connection: {0}")]
    Tls(String),
    /// `ca_file`: the operator's CA bundle is missing or unreadable.
    #[error("CA bundle {path}: {problem}; see deploy/ca/README.md")]
    CaFile {
        /// The file the configuration names.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// `timeout`: too slow; the text says in what.
    #[error("{0}")]
    Timeout(String),
    /// `truncated`: the body ended early.
    #[error("the document breaks off: {0}")]
    Truncated(String),
    /// `too_large`: more decoded bytes than allowed.
    #[error("expected at most {limit} decoded bytes, found more")]
    TooLarge {
        /// Of the source.
        limit: u64,
    },
    /// `http_403` and so on (see [`Failure::code`]): the server's refusal.
    #[error("expected status 200, found {0}")]
    Status(u16),
    /// `rate_limited`: status 429.
    #[error("the publisher asks for fewer requests (status 429)")]
    RateLimited,
    /// `soft_404`: an HTML page with status 200 where a file was wanted.
    #[error("expected {wanted}, found an HTML page with status 200{}", titled(.title))]
    Soft404 {
        /// The kinds that were wanted.
        wanted: String,
        /// The page's title, or its first words.
        title: String,
    },
    /// `forbidden_page`: the same, and the page says that access is denied.
    #[error("expected {wanted}, found a page with status 200 that denies access{}", titled(.title))]
    ForbiddenPage {
        /// The kinds that were wanted.
        wanted: String,
        /// The page's title, or its first words.
        title: String,
    },
    /// `soft_404` too: a file of the right kind, without the words that every document of the source has.
    #[error("expected a document that says {0:?}, found one that does not")]
    NoMarker(String),
    /// `wrong_language`: a document, but by its letters not in the language that the source's are in.
    #[error("expected a document in {wanted} letters, found {seen}")]
    WrongLanguage {
        /// The script.
        wanted: &'static str,
        /// Letters by script.
        seen: String,
    },
    /// `not_expected_type`: the first bytes are those of another kind of file, or there are none.
    #[error("expected {wanted}, found {seen}")]
    NotExpectedType {
        /// The kinds that were wanted.
        wanted: String,
        /// What the bytes are.
        seen: Kind,
    },
    /// `blocked_address`: a private, loopback or otherwise not public address.
    #[error("not dialled: {0}")]
    BlockedAddress(String),
    /// `blocked_host`: an address that the source's `hosts` do not allow, or that is no plain http(s) address.
    #[error("not asked: {0}")]
    BlockedHost(String),
    /// `too_many_redirects`.
    #[error("expected at most {0} redirects, found more")]
    TooManyRedirects(u32),
    /// `no_link`: the listing page has no link of that name.
    #[error("expected a link to a file named {pattern:?}, found none; nearest: {}", nearest_or_none(.nearest))]
    NoLink {
        /// The wanted name.
        pattern: String,
        /// File names on the page that look most like it.
        nearest: Vec<String>,
    },
    /// `no_capture`: the web archive kept nothing of the address in that time.
    #[error("expected a capture of {0}, found none in the time asked for")]
    NoCapture(String),
    /// `bad_index`: a list that leads to the document cannot be read.
    #[error("expected a list of captures as JSON, found {0}")]
    BadIndex(String),
    /// `no_token`: the page of a form has no hidden field of that name.
    #[error("expected a hidden field named {pattern:?}, found {}", if .names.is_empty() { "none".to_owned() } else { .names.join(", ") })]
    NoToken {
        /// The wanted name.
        pattern: String,
        /// Hidden fields that are there.
        names: Vec<String>,
    },
    /// `no_data`: a form was answered with a redirect, by which publishers say that nothing fits it.
    #[error("expected data for the form, found a redirect (status {0})")]
    NoData(u16),
    /// `no_key`: neither the environment nor a credential has the key, and there is no address that needs none.
    #[error("expected a key in the environment variable or credential {0}, found none, and no preview address is declared")]
    NoKey(String),
    /// `no_rows`: an answer of an interface is no JSON object with its list of rows.
    #[error("expected a JSON object with a list {wanted:?}, found {seen}")]
    NoRows {
        /// The member that was wanted.
        wanted: String,
        /// What there is.
        seen: String,
    },
    /// `too_many_rows`: an answer of an interface is as long as it may be, so it is cut.
    #[error("expected fewer than {0} rows, found as many: the answer is cut")]
    TooManyRows(u64),
    /// `protocol`: an answer that HTTP does not allow.
    #[error("not a valid HTTP answer: {0}")]
    Protocol(String),
    /// `robots_disallowed`: the publisher's `robots.txt` does not let us ask, or cannot be had.
    #[error("not asked: {0}")]
    RobotsDisallowed(String),
    /// `left_alone`: the host is not asked for a while, because it asked for that or because nobody answered there of late.
    #[error("not asked: {host} is left alone until {}, because {why}", crate::model::instant(*.until))]
    LeftAlone {
        /// The host.
        host: Box<str>,
        /// Until when.
        until: DateTime<Utc>,
        /// Why.
        why: Box<str>,
    },
    /// `no_login`: neither the environment nor a credential has what the proxy asks for.
    #[error("expected `user:password` for the proxy in the environment variable or credential {0}, found none")]
    NoLogin(String),
    /// `offline`: there is no network at all, found once for all sources.
    #[error("there is no network")]
    Offline,
    /// `io`: a received document could not be kept on this machine.
    #[error("keeping the received bytes: {0}")]
    Io(String),
}

impl Failure {
    /// The stable code. Of the statuses, those that publishers send have their own; the rest is `http_4xx`, `http_5xx`,
    /// `http_other`.
    pub fn code(&self) -> &'static str {
        match self {
            Failure::Dns(_) => "dns",
            Failure::Connect(_) => "connect",
            Failure::Tls(_) => "tls",
            Failure::CaFile { .. } => "ca_file",
            Failure::Timeout(_) => "timeout",
            Failure::Truncated(_) => "truncated",
            Failure::TooLarge { .. } => "too_large",
            Failure::Status(status) => status_code(*status),
            Failure::RateLimited => "rate_limited",
            Failure::Soft404 { .. } | Failure::NoMarker(_) => "soft_404",
            Failure::WrongLanguage { .. } => "wrong_language",
            Failure::ForbiddenPage { .. } => "forbidden_page",
            Failure::NotExpectedType { .. } => "not_expected_type",
            Failure::BlockedAddress(_) => "blocked_address",
            Failure::BlockedHost(_) => "blocked_host",
            Failure::TooManyRedirects(_) => "too_many_redirects",
            Failure::NoLink { .. } => "no_link",
            Failure::NoCapture(_) => "no_capture",
            Failure::BadIndex(_) => "bad_index",
            Failure::NoToken { .. } => "no_token",
            Failure::NoData(_) => "no_data",
            Failure::NoKey(_) => "no_key",
            Failure::NoRows { .. } => "no_rows",
            Failure::TooManyRows(_) => "too_many_rows",
            Failure::Protocol(_) => "protocol",
            Failure::RobotsDisallowed(_) => "robots_disallowed",
            Failure::LeftAlone { .. } => "left_alone",
            Failure::NoLogin(_) => "no_login",
            Failure::Offline => "offline",
            Failure::Io(_) => "io",
        }
    }

    /// What it says of the host.
    pub(super) fn tells(&self) -> Tells {
        match self {
            Failure::Dns(_) | Failure::Connect(_) | Failure::Timeout(_) | Failure::Truncated(_) | Failure::RateLimited => {
                Tells::Down
            }
            Failure::Status(500..=599) => Tells::Down,
            Failure::Status(_) | Failure::TooLarge { .. } | Failure::Soft404 { .. } | Failure::ForbiddenPage { .. } => {
                Tells::Answers
            }
            Failure::NotExpectedType { .. } | Failure::NoData(_) | Failure::NoMarker(_) => Tells::Answers,
            Failure::WrongLanguage { .. } => Tells::Answers,
            Failure::Tls(_) | Failure::CaFile { .. } | Failure::BlockedAddress(_) | Failure::BlockedHost(_) => Tells::Nothing,
            Failure::TooManyRedirects(_) | Failure::NoLink { .. } | Failure::NoCapture(_) | Failure::BadIndex(_) => {
                Tells::Nothing
            }
            Failure::NoToken { .. } | Failure::NoKey(_) | Failure::NoRows { .. } | Failure::TooManyRows(_) => Tells::Nothing,
            Failure::Protocol(_) | Failure::RobotsDisallowed(_) | Failure::LeftAlone { .. } => Tells::Nothing,
            Failure::NoLogin(_) | Failure::Offline | Failure::Io(_) => Tells::Nothing,
        }
    }

    /// Whether another try may help: the way there, a broken body, 5xx, and the three statuses that ask to come again.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Failure::Connect(_) | Failure::Timeout(_) | Failure::Truncated(_) | Failure::RateLimited => true,
            Failure::Status(status) => matches!(status, 408 | 425 | 500..=599),
            _ => false,
        }
    }
}

impl FetchError {
    /// A failure at an address, without anything else known.
    pub fn new(url: impl Into<Box<str>>, failure: Failure) -> FetchError {
        FetchError { url: url.into(), failure, tries: 1, retry_after: None, refused: None, others: Box::default() }
    }

    /// The stable code of what went wrong; see [`Failure::code`].
    pub fn code(&self) -> &'static str {
        self.failure.code()
    }

    /// Adds what another address of the source said.
    pub(super) fn also(&mut self, other: &FetchError) {
        let mut others = std::mem::take(&mut self.others).into_vec();
        others.push((other.code(), other.to_string()));
        self.others = others.into_boxed_slice();
    }

    /// The HTTP status of the refused answer, where one came.
    pub fn http_status(&self) -> Option<u16> {
        match (&self.failure, &self.refused) {
            (Failure::Status(status) | Failure::NoData(status), _) => Some(*status),
            (Failure::RateLimited, _) => Some(429),
            (_, refused) => refused.as_ref().map(|refused| refused.status),
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.url, self.failure)?;
        self.others.iter().try_for_each(|(_, text)| write!(f, "; {text}"))
    }
}

impl std::error::Error for FetchError {}

fn status_code(status: u16) -> &'static str {
    match status {
        400 => "http_400",
        401 => "http_401",
        403 => "http_403",
        404 => "http_404",
        408 => "http_408",
        410 => "http_410",
        412 => "http_412",
        425 => "http_425",
        429 => "rate_limited",
        451 => "http_451",
        500 => "http_500",
        502 => "http_502",
        503 => "http_503",
        504 => "http_504",
        _ => match status / 100 {
            4 => "http_4xx",
            5 => "http_5xx",
            _ => "http_other",
        },
    }
}

fn titled(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!(": {title:?}") }
}

fn nearest_or_none(nearest: &[String]) -> String {
    if nearest.is_empty() { "the page links to no files".to_owned() } else { nearest.join(", ") }
}
