//! How the client behaves, and what it learnt of hosts: read from the store before a run, and kept in it after each source.

use super::House;
use crate::config::{Config, Source};
use crate::fetch::{Client, ClientOptions, Memory, user_agent};
use crate::store::Store;
use anyhow::Result;
use std::time::Duration;
use url::Url;

/// A client that behaves as the configuration says, and knows what earlier runs learnt of hosts.
///
/// # Errors
/// The store failing.
pub fn client(house: &House) -> Result<Client> {
    let client = Client::new(options(&house.config));
    client.recall(memory(&house.store)?);
    Ok(client)
}

/// What the configuration says of the client.
pub(super) fn options(config: &Config) -> ClientOptions {
    let (fetch, usual) = (&config.fetch, ClientOptions::default());
    ClientOptions {
        allow_loopback: fetch.allow_loopback,
        user_agent: user_agent(fetch.contact.as_deref()),
        host_gap: fetch.gap.map_or(usual.host_gap, Duration::from_secs),
        host_gaps: fetch.gaps.iter().map(|(host, gap)| (host.clone(), Duration::from_secs(*gap))).collect(),
        ..usual
    }
}

/// What the store remembers of hosts.
fn memory(store: &Store) -> Result<Memory> {
    Ok(Memory { hosts: store.hosts()?, robots: store.robots()? })
}

/// Keeps what the client learnt since the last time.
///
/// # Errors
/// The store failing.
pub(super) fn keep(store: &mut Store, client: &Client) -> Result<()> {
    let Memory { hosts, robots } = client.learnt();
    Ok(store.remember_hosts(&hosts, &robots)?)
}

/// Forgets what the client seemed to learn while there was no network.
///
/// # Errors
/// The store failing.
pub(super) fn forget(store: &Store, client: &Client) -> Result<()> {
    client.recall(memory(store)?);
    Ok(())
}

/// Where sources go out: hosts that are asked directly, with the port where it is not the usual one, and proxies.
pub(super) fn ways_out<'s>(sources: impl Iterator<Item = &'s Source>) -> (Vec<String>, Vec<Url>) {
    let (mut hosts, mut proxies) = (Vec::new(), Vec::new());
    for source in sources {
        match &source.fetch.proxy {
            Some(proxy) => proxies.push(proxy.url.clone()),
            None => hosts.extend(source.fetch.places.iter().filter_map(|place| host(place.url()))),
        }
    }
    (hosts, proxies)
}

/// The host of an address, with the port where it is not the usual one.
fn host(url: &Url) -> Option<String> {
    let name = url.host_str()?;
    Some(url.port().map_or_else(|| name.to_string(), |port| format!("{name}:{port}")))
}
