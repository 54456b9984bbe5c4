//! Whether the addresses of sources answer, and with what. Nothing is stored.

mod authority;

pub use authority::{Authority, Certificate, authorities};

use super::manners::{options, ways_out};
use super::read::accepted;
use crate::config::{Config, Source};
use crate::fetch::{Asking, Client, ClientOptions, Document, Failure, FetchError, Fetched, Place, sniff};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Bytes of a document that are read: enough to tell what it is.
const ENOUGH: u64 = 64 * 1024;
/// Time to connect, as a fetch has it, unless an address has less time for all.
const CONNECT: Duration = Duration::from_secs(10);
/// Failures after which the other addresses of a host are not asked: nobody is there.
const NOBODY: [&str; 4] = ["dns", "connect", "timeout", "offline"];

/// What became of one address.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Visit {
    /// The source.
    pub source: String,
    /// Its declared state.
    pub state: String,
    /// The address that was asked.
    pub address: String,
    /// The link that a listing page leads to, which would be fetched.
    pub link: Option<String>,
    /// The address that answered, if redirects led to another one.
    pub answered: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// As the server says.
    pub content_type: Option<String>,
    /// Bytes, as the server says or as they came.
    pub bytes: Option<u64>,
    /// There are more bytes than that; how many is not said.
    pub more: bool,
    /// What the first bytes are.
    pub kind: Option<String>,
    /// What is wrong with the certificate.
    pub certificate: Option<String>,
    /// `ok`, or the code of the failure.
    pub outcome: String,
    /// The failure in words.
    pub message: Option<String>,
}

impl Visit {
    /// Whether the address gives a document as the source wants it.
    pub fn is_ok(&self) -> bool {
        self.outcome == "ok"
    }
}

/// Tries every address of the configuration; each has `limit` for its request (a listing for each of its two). Hosts are
/// asked at once, the addresses of one host one after the other. `tell` hears of each; the answer has them in the order of
/// the file.
pub async fn visit(config: &Config, limit: Duration, now: DateTime<Utc>, tell: &dyn Fn(&Visit)) -> Vec<Visit> {
    let client = Arc::new(Client::new(ClientOptions {
        connect_timeout: CONNECT.min(limit),
        first_byte_timeout: limit,
        total_timeout: limit,
        ..options(config)
    }));
    let (hosts, proxies) = ways_out(config.sources.iter());
    let online = client.online(&hosts, &proxies).await;
    let mut by_host: BTreeMap<String, Vec<(usize, Source, Place)>> = BTreeMap::new();
    let all = config.sources.iter().flat_map(|source| source.fetch.places.iter().map(move |place| (source, place)));
    for (number, (source, place)) in all.enumerate() {
        by_host.entry(host(place)).or_default().push((number, source.clone(), place.clone()));
    }
    let (sender, mut came) = mpsc::unbounded_channel();
    for (host, addresses) in by_host {
        tokio::spawn(one_host(client.clone(), host, addresses, limit, now, online, sender.clone()));
    }
    drop(sender);
    let mut visits = BTreeMap::new();
    while let Some((number, visit)) = came.recv().await {
        tell(&visit);
        visits.insert(number, visit);
    }
    visits.into_values().collect()
}

/// The addresses of one host; where nobody answers, the further ones are not asked.
async fn one_host(
    client: Arc<Client>,
    host: String,
    addresses: Vec<(usize, Source, Place)>,
    limit: Duration,
    now: DateTime<Utc>,
    online: bool,
    sender: mpsc::UnboundedSender<(usize, Visit)>,
) {
    let mut nobody: Option<&'static str> = None;
    for (number, source, place) in addresses {
        let mut visit = match nobody {
            Some(code) => failed(code, format!("not asked: {host} did not answer at the address before")),
            None if !online => of_error(place.url().as_str(), FetchError::new(place.url().as_str(), Failure::Offline)),
            None => one_address(&client, &source, &place, limit, now).await,
        };
        nobody = nobody.or(NOBODY.into_iter().find(|code| *code == visit.outcome && online));
        visit.source = source.id;
        visit.state = source.state.kind.as_str().to_string();
        visit.address = shown(&place);
        // nobody listens any more if the command was stopped
        let _ = sender.send((number, visit));
    }
}

async fn one_address(client: &Client, source: &Source, place: &Place, limit: Duration, now: DateTime<Utc>) -> Visit {
    let (accept, today) = (accepted(source), now.with_timezone(&source.schedule.zone).date_naive());
    let asking = Asking { known: None, accept: &accept, earlier: &[], today, now, insists: true };
    let asked = client.probe(&source.fetch, place, &asking, ENOUGH);
    // a fetch that keeps to its own times ends before
    match tokio::time::timeout(limit * 2, asked).await {
        Err(_) => failed("timeout", format!("no answer within {} s, tries again included", (limit * 2).as_secs())),
        Ok(Err(error)) => of_error(place.url().as_str(), error),
        Ok(Ok(Fetched::NotModified { status, .. })) => Visit { status: Some(status), ..failed("protocol", String::new()) },
        Ok(Ok(Fetched::Document(document))) => of_document(*document, place),
    }
}

fn of_document(mut document: Document, place: &Place) -> Visit {
    let stated = document.headers.content_length.as_deref().and_then(|length| length.trim().parse().ok());
    let read = document.body.len();
    let kind = document.body.read_all().map(|head| sniff(&head).to_string()).ok();
    let link = (!matches!(place, Place::Direct(_))).then(|| document.requested.to_string());
    let answered = (document.url != document.requested).then(|| document.url.to_string());
    Visit {
        link,
        answered,
        status: Some(document.status),
        content_type: document.headers.content_type,
        bytes: stated.or(Some(read)),
        more: stated.is_none() && read >= ENOUGH,
        kind,
        outcome: "ok".to_string(),
        ..Visit::default()
    }
}

/// The address is named again only if another one failed: a redirect's, or that of a link.
fn of_error(asked: &str, error: FetchError) -> Visit {
    let certificate = match &error.failure {
        Failure::Tls(problem) => Some(problem.clone()),
        Failure::CaFile { .. } => Some(error.failure.to_string()),
        _ => None,
    };
    let status = error.http_status();
    let tries = if error.tries > 1 { format!(" ({} tries)", error.tries) } else { String::new() };
    let message = if *error.url == *asked { format!("{}{tries}", error.failure) } else { format!("{error}{tries}") };
    let content_type = error.refused.as_ref().and_then(|refused| refused.content_type.clone());
    let bytes = error.refused.as_ref().map(|refused| refused.body.len());
    Visit { status, content_type, bytes, certificate, ..failed(error.code(), message) }
}

fn failed(code: &str, message: String) -> Visit {
    Visit { outcome: code.to_string(), message: Some(message), ..Visit::default() }
}

/// What a person would open first; of a listing the page, because the link found there is told apart.
fn shown(place: &Place) -> String {
    match place {
        Place::Listing { page, .. } => page.to_string(),
        other => other.to_string(),
    }
}

fn host(place: &Place) -> String {
    let url = place.url();
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_string(), |port| format!("{name}:{port}"))
}
