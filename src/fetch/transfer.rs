//! One request with its redirects, from the address to the checked bytes.

use super::address::ResolveError;
use super::body::Body;
use super::failure::{Failure, FetchError, Refused};
use super::hosts::{Hosts, Tells};
use super::magic::{self, Kind};
use super::polite::{Gates, Pass};
use super::retry::retry_after;
use super::rules::Rules;
use super::trust::Doors;
use super::with::With;
use super::{ClientOptions, Headers, Validators};
use crate::faultpoint;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{RequestBuilder, Response, StatusCode, Version};
use std::error::Error;
use std::io;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

/// Redirects that are followed; publishers use one or two.
pub const MOST_REDIRECTS: u32 = 5;
/// Decoded bytes of an error page that are kept.
pub const MOST_REFUSED: u64 = 256 * 1024;
/// Time an error page may take.
const REFUSED_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes at the end of a document in which its end mark must stand, where nothing else says that it is whole: the
/// longest zip comment and its record.
const TAIL: u64 = 65_535 + 22;
/// Words by which connections and unpackers say that there is no more though there should be; the last is that of deflate.
const EARLY: [&str; 3] = ["end of file", "eof", "unexpected BufError"];

/// What all requests for one place share.
pub(super) struct Transfer<'a> {
    pub doors: &'a Doors,
    pub options: &'a ClientOptions,
    pub gates: &'a Gates,
    pub rules: &'a Rules,
    pub hosts: &'a Hosts,
    /// When the fetch began, by both clocks.
    pub began: (DateTime<Utc>, Instant),
    /// Hosts that are to be left alone are asked all the same.
    pub insists: bool,
    pub known: Option<&'a Validators>,
    pub accept: &'a [Kind],
    pub limit: u64,
    /// Bytes of a body after which no more is read, where the beginning is all that is wanted.
    pub enough: Option<u64>,
    pub with: With<'a>,
}

/// What came of it.
pub(super) enum Answer {
    NotModified(Url),
    Whole { url: Url, status: u16, headers: Headers, body: Body },
}

/// What one hop came to.
enum Hop {
    Redirect(Url),
    Done(Answer),
}

impl Transfer<'_> {
    /// Asks `start` and follows its redirects.
    pub async fn once(&self, start: &Url) -> Result<Answer, FetchError> {
        let mut deadline = Instant::now() + self.options.total_timeout;
        let (mut from, mut url) = (None, start.clone());
        for _ in 0..=MOST_REDIRECTS {
            let at = |failure| FetchError::new(url.as_str(), failure);
            self.rules.check(&url, from.as_ref()).map_err(at)?;
            match self.hop(&url, &mut deadline).await? {
                Hop::Done(answer) => return Ok(answer),
                Hop::Redirect(next) => from = Some(std::mem::replace(&mut url, next)),
            }
        }
        Err(FetchError::new(url.as_str(), Failure::TooManyRedirects(MOST_REDIRECTS)))
    }

    async fn hop(&self, url: &Url, deadline: &mut Instant) -> Result<Hop, FetchError> {
        let (host, since) = (url.host_str().unwrap_or_default(), Instant::now());
        let mut pass = self.gates.enter(host).await;
        // others before us at the host take none of our time
        *deadline += since.elapsed();
        let closed = self.hosts.closed(host, self.now()).filter(|_| !self.insists);
        let hop = match closed {
            Some(failure) => return Err(FetchError::new(url.as_str(), failure)),
            None => self.pass(url, &mut pass, *deadline).await,
        };
        // said before anybody else has a turn
        if hop.as_ref().map_or_else(|error| error.failure.tells(), |_| Tells::Answers) == Tells::Answers {
            self.hosts.answered(host);
        }
        self.heed(host, hop.as_ref().err().and_then(|error| error.retry_after));
        hop
    }

    /// Whoever wishes to be left alone for longer than we wait is asked for nothing else before.
    pub(super) fn heed(&self, host: &str, wish: Option<Duration>) {
        if let Some(rest) = wish.filter(|rest| *rest > self.options.longest_wait) {
            self.hosts.asked_for_rest(host, rest, self.now());
        }
    }

    /// One request by whose turn it is.
    async fn pass(&self, url: &Url, pass: &mut Pass, deadline: Instant) -> Result<Hop, FetchError> {
        let at = |failure| FetchError::new(url.as_str(), failure);
        pass.hold_off(self.permitted(url, deadline).await.map_err(at)?);
        faultpoint::point("fetch.ask");
        let ((response, conditional), form) = (self.send(url, deadline).await.map_err(at)?, self.with.sent.is_some());
        faultpoint::point("fetch.answer");
        match response.status() {
            StatusCode::OK => self.whole(url, response, deadline).await.map(Hop::Done),
            StatusCode::NOT_MODIFIED if conditional => Ok(Hop::Done(Answer::NotModified(url.clone()))),
            StatusCode::NOT_MODIFIED => Err(at(Failure::Protocol("status 304 to an unconditional request".to_owned()))),
            StatusCode::FOUND | StatusCode::SEE_OTHER if form => Err(at(Failure::NoData(response.status().as_u16()))),
            status if !form && matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) => {
                let next = redirected(url, response.headers()).and_then(|next| self.keyless(next));
                next.map(Hop::Redirect).map_err(at)
            }
            _ => Err(self.refusal(url, response, pass).await),
        }
    }

    /// Sends one request; also says whether it asked for changes only. Validators belong to the address that gave them.
    async fn send(&self, url: &Url, deadline: Instant) -> Result<(Response, bool), Failure> {
        let mut request = self.with.request(self.doors.at(url), url);
        let known = self.known.filter(|known| known.url == url.as_str());
        let etag = known.and_then(|known| known.etag.as_deref());
        let last_modified = known.and_then(|known| known.last_modified.as_deref());
        for (name, value) in [(header::IF_NONE_MATCH, etag), (header::IF_MODIFIED_SINCE, last_modified)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let response = self.answer(request, deadline).await?;
        self.with.jar.inspect(|jar| jar.keep(url, response.headers()));
        Ok((response, etag.or(last_modified).is_some()))
    }

    /// Sends a request that nothing goes along with.
    pub(super) async fn send_plain(&self, url: &Url, deadline: Instant) -> Result<Response, Failure> {
        self.answer(self.doors.at(url).get(url.clone()), deadline).await
    }

    async fn answer(&self, request: RequestBuilder, deadline: Instant) -> Result<Response, Failure> {
        let usual = self.options.connect_timeout + self.options.first_byte_timeout;
        let wait = usual.min(deadline.saturating_duration_since(Instant::now()));
        match timeout(wait, request.send()).await {
            Err(_) => Err(Failure::Timeout(format!("no answer within {} s", wait.as_secs_f32()))),
            Ok(Err(error)) => Err(send_failure(&error.without_url())),
            Ok(Ok(response)) => Ok(response),
        }
    }

    /// What time it is: when the fetch began, and what passed since.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.began.0 + TimeDelta::from_std(self.began.1.elapsed()).unwrap_or_default()
    }

    async fn whole(&self, url: &Url, response: Response, deadline: Instant) -> Result<Answer, FetchError> {
        let at = |failure| FetchError::new(url.as_str(), failure);
        let (headers, open_ended) = (kept(response.headers()), is_open_ended(&response));
        let mut body = self.read(response, deadline).await.map_err(at)?;
        let head = body.head(magic::HEAD).map_err(|error| at(Failure::Io(error.to_string())))?;
        let cut = self.is_enough(&body);
        if open_ended && !cut && !ends_well(magic::sniff(&head), &mut body) {
            return Err(at(Failure::Truncated("neither a length nor the format's own end mark".to_owned())));
        }
        if self.repeats_key(&mut body) {
            return Err(at(echo("an answer")));
        }
        match magic::check_kind(&head, self.accept) {
            Ok(()) => Ok(Answer::Whole { url: url.clone(), status: 200, headers, body }),
            Err(failure) => {
                let refused = Refused { status: 200, content_type: headers.content_type, body };
                Err(FetchError { refused: Some(Box::new(refused)), ..at(failure) })
            }
        }
    }

    /// Reads the decoded body: no longer than the limit, no slower than the least rate, no later than the deadline.
    pub(super) async fn read(&self, mut response: Response, deadline: Instant) -> Result<Body, Failure> {
        let too_large = || Failure::TooLarge { limit: self.limit };
        if response.content_length().is_some_and(|length| length > self.limit) {
            return Err(too_large());
        }
        let mut body = Body::new(self.options.temp_dir.as_deref());
        let mut pace = Pace::new(self.options);
        loop {
            if self.is_enough(&body) {
                return Ok(body);
            }
            match timeout_at(pace.until.min(deadline), response.chunk()).await {
                Ok(Ok(None)) => {
                    faultpoint::point("fetch.body");
                    return Ok(body);
                }
                Ok(Ok(Some(bytes))) if body.len() + bytes.len() as u64 > self.limit => return Err(too_large()),
                Ok(Ok(Some(bytes))) => {
                    body.push(&bytes).map_err(|error| Failure::Io(error.to_string()))?;
                    pace.received += bytes.len() as u64;
                    faultpoint::point("fetch.chunk");
                }
                Ok(Err(error)) => return Err(body_failure(&error.without_url())),
                Err(_) => {}
            }
            if Instant::now() >= deadline {
                return Err(Failure::Timeout(format!("not done within {} s", self.options.total_timeout.as_secs_f32())));
            }
            pace.check(self.options)?;
        }
    }

    /// A redirect's address, unless it would tell the key.
    fn keyless(&self, next: Url) -> Result<Url, Failure> {
        let tells = self.with.key.is_some_and(|key| key.is_in(next.as_str().as_bytes()));
        if tells { Err(echo("a redirect")) } else { Ok(next) }
    }

    /// Whether a body may not be kept. One that cannot be read is not either.
    fn repeats_key(&self, body: &mut Body) -> bool {
        self.with.key.is_some_and(|key| body.read_all().map_or(true, |bytes| key.is_in(&bytes)))
    }

    fn is_enough(&self, body: &Body) -> bool {
        self.enough.is_some_and(|enough| body.len() >= enough)
    }

    /// The error for an answer that is no document; what the server said of it is kept as far as it comes quickly.
    async fn refusal(&self, url: &Url, mut response: Response, pass: &mut Pass) -> FetchError {
        let status = response.status().as_u16();
        let failure = if status == 429 { Failure::RateLimited } else { Failure::Status(status) };
        let headers = kept(response.headers());
        let wait = wish(response.headers());
        if let Some(wait) = wait.filter(|wait| *wait <= self.options.longest_wait) {
            pass.hold_off(wait);
        }
        let mut body = Body::new(self.options.temp_dir.as_deref());
        let read = async {
            while let Ok(Some(bytes)) = response.chunk().await {
                let room = usize::try_from(MOST_REFUSED - body.len()).unwrap_or_default();
                let part = bytes.get(..room.min(bytes.len())).unwrap_or_default();
                if part.is_empty() || body.push(part).is_err() {
                    break;
                }
            }
        };
        // A page that stops coming is kept as far as it came.
        let _ = timeout(REFUSED_TIMEOUT.min(self.options.total_timeout), read).await;
        if self.repeats_key(&mut body) {
            body = Body::new(None);
        }
        let refused = Refused { status, content_type: headers.content_type, body };
        FetchError { retry_after: wait, refused: Some(Box::new(refused)), ..FetchError::new(url.as_str(), failure) }
    }
}

/// Counts bytes over a stretch of time.
struct Pace {
    until: Instant,
    received: u64,
}

impl Pace {
    fn new(options: &ClientOptions) -> Pace {
        Pace { until: Instant::now() + options.rate_window, received: 0 }
    }

    /// At the end of a stretch: enough came, or too slow.
    fn check(&mut self, options: &ClientOptions) -> Result<(), Failure> {
        if Instant::now() < self.until {
            return Ok(());
        }
        let (seen, seconds) = (self.received, options.rate_window.as_secs_f32());
        let wanted = options.least_rate.saturating_mul(options.rate_window.as_millis().try_into().unwrap_or(u64::MAX)) / 1000;
        *self = Pace::new(options);
        if seen >= wanted {
            return Ok(());
        }
        Err(Failure::Timeout(format!("expected at least {wanted} bytes in {seconds} s, received {seen}")))
    }
}

fn echo(what: &str) -> Failure {
    Failure::Protocol(format!("{what} that repeats the key"))
}

/// Where a redirect leads.
pub(super) fn redirected(url: &Url, headers: &HeaderMap) -> Result<Url, Failure> {
    let location = text(headers, &header::LOCATION).ok_or_else(|| Failure::Protocol("a redirect to nowhere".to_owned()))?;
    url.join(&location).map_err(|error| Failure::Protocol(format!("a redirect to {location:?}: {error}")))
}

/// For how long an answer asks not to be asked again.
pub(super) fn wish(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, &header::RETRY_AFTER)?;
    retry_after(&value, text(headers, &header::DATE).as_deref())
}

fn kept(headers: &HeaderMap) -> Headers {
    let text = |name| text(headers, &name);
    Headers {
        etag: text(header::ETAG),
        last_modified: text(header::LAST_MODIFIED),
        content_type: text(header::CONTENT_TYPE),
        content_length: text(header::CONTENT_LENGTH),
        content_disposition: text(header::CONTENT_DISPOSITION),
        date: text(header::DATE),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Whether only the end of the connection ends the body, so that a broken one looks whole.
fn is_open_ended(response: &Response) -> bool {
    let headers = response.headers();
    let closes = text(headers, &header::CONNECTION).is_some_and(|value| value.to_ascii_lowercase().contains("close"));
    let framed = headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
    !framed && (response.version() <= Version::HTTP_10 || (response.version() == Version::HTTP_11 && closes))
}

/// Whether the document has the end that its format prescribes, where it prescribes one.
fn ends_well(kind: Kind, body: &mut Body) -> bool {
    let tail = body.tail(TAIL).unwrap_or_default();
    let last = |count: usize| tail.get(tail.len().saturating_sub(count)..).unwrap_or_default();
    let holds = |bytes: &[u8], mark: &[u8]| memchr::memmem::rfind(bytes, mark).is_some();
    match kind {
        Kind::Zip => memchr::memmem::rfind_iter(&tail, b"PK\x05\x06").any(|at| ends_zip(tail.get(at..).unwrap_or_default())),
        Kind::Pdf => holds(last(1024), b"%%EOF"),
        Kind::Html => holds(&last(1024).to_ascii_lowercase(), b"</html"),
        Kind::Xml => tail.trim_ascii_end().ends_with(b">"),
        Kind::Text => tail.ends_with(b"\n") || tail.trim_ascii_end().ends_with(b"}") || tail.trim_ascii_end().ends_with(b"]"),
        Kind::Ole | Kind::Gzip | Kind::Rar | Kind::Binary | Kind::Empty => true,
    }
}

/// Whether these bytes are a zip's closing record of 22 bytes and the comment whose length its last two state.
fn ends_zip(record: &[u8]) -> bool {
    let length = record.get(20..22).and_then(|length| length.try_into().ok()).map(u16::from_le_bytes);
    length.is_some_and(|comment| record.len() == 22 + usize::from(comment))
}

/// Why no answer came.
fn send_failure(error: &reqwest::Error) -> Failure {
    if let Some(failure) = causes(error).find_map(typed_cause) {
        return failure;
    }
    let text = chain(error);
    let broke = causes(error).any(|cause| cause.is::<io::Error>()) || text.contains("connection closed");
    match () {
        () if error.is_timeout() => Failure::Timeout(format!("connecting: {text}")),
        () if error.is_connect() || broke => Failure::Connect(text),
        () => Failure::Protocol(text),
    }
}

fn typed_cause(cause: &(dyn Error + 'static)) -> Option<Failure> {
    // An io::Error hides what it wraps from `source`, and may wrap another one.
    if let Some(inner) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return typed_cause(inner);
    }
    let resolving = cause.downcast_ref::<ResolveError>().map(|error| match error {
        ResolveError::Blocked(blocked) => Failure::BlockedAddress(blocked.to_string()),
        ResolveError::Unresolved(unresolved) => Failure::Dns(unresolved.to_string()),
    });
    resolving.or_else(|| cause.downcast_ref::<rustls::Error>().map(|tls| Failure::Tls(tls.to_string())))
}

/// Why a body did not come whole: an end too early, or an encoding that is none.
fn body_failure(error: &reqwest::Error) -> Failure {
    let wrong = |kind| matches!(kind, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other);
    let bad_encoding = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|io| wrong(io.kind()));
    let text = chain(error);
    let early = EARLY.iter().any(|word| text.contains(word));
    if bad_encoding && !early { Failure::Protocol(text) } else { Failure::Truncated(text) }
}

fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    fn next<'a>(cause: &&'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
        (*cause).source()
    }
    std::iter::successors(error.source(), next)
}

/// The innermost causes tell most; reqwest's own text only repeats the address.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let texts: Vec<String> = causes(error).map(ToString::to_string).collect();
    if texts.is_empty() { error.to_string() } else { texts.join(": ") }
}
