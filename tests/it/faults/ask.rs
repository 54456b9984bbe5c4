//! The client alone: one source at one address, asked with options of the test's own.

use super::trial::quick;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};
use sverka::fetch::{Asking, Client, ClientOptions, FetchError, FetchSpec, Fetched, Kind, Place};
use url::Url;

/// A source at this address, which may speak to these hosts beside the one of the address.
pub fn source(address: &str, hosts: &[&str]) -> FetchSpec {
    let url = Url::parse(address).unwrap();
    let mut hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    hosts.extend(url.host_str().map(str::to_owned));
    let (ca, ca_hosts, proxy) = (None, Vec::new(), None);
    FetchSpec { places: vec![Place::Direct(url)], hosts, ca, ca_hosts, proxy, robots: true, max_bytes: 1 << 20 }
}

/// Names that lead to these addresses.
pub fn names(names: &[(&str, &[&str])]) -> HashMap<String, Vec<IpAddr>> {
    let of = |addresses: &[&str]| addresses.iter().map(|address| address.parse().unwrap()).collect();
    names.iter().map(|(name, addresses)| ((*name).to_owned(), of(addresses))).collect()
}

/// A client in a hurry that knows these names.
pub fn knowing(list: &[(&str, &[&str])]) -> ClientOptions {
    ClientOptions { fixed_names: names(list), ..quick() }
}

/// What is known when a source is asked so many seconds after the beginning of a day.
pub fn asking(seconds: i64) -> Asking<'static> {
    let now: DateTime<Utc> = "2026-11-24T00:00:00Z".parse().unwrap();
    let now = now + TimeDelta::seconds(seconds);
    Asking { known: None, accept: &[Kind::Zip], earlier: &[], today: now.date_naive(), now, insists: false }
}

/// Asks once.
pub async fn ask(client: &Client, source: &FetchSpec) -> Result<Fetched, FetchError> {
    client.fetch(source, &asking(0)).await
}

/// The code by which asking ends, and the text; `document` and nothing if well.
pub fn code(outcome: &Result<Fetched, FetchError>) -> (&'static str, String) {
    match outcome {
        Ok(Fetched::Document(_)) => ("document", String::new()),
        Ok(Fetched::NotModified { .. }) => ("not_modified", String::new()),
        Err(error) => (error.code(), error.to_string()),
    }
}

/// Asks once, and says how long that took.
pub fn timed(options: ClientOptions, source: &FetchSpec) -> (&'static str, String, Duration) {
    let since = Instant::now();
    let (code, text) = code(&wait(ask(&Client::new(options), source)));
    (code, text, since.elapsed())
}

/// Waits for it, in a runtime of its own.
pub fn wait<T>(of: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(of)
}
