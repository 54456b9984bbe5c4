//! Is there a network at all? Asked once, so that a cut cable is one sentence and not one failure a source.

use super::address::{ResolveError, Resolver, address_allowed};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use url::Url;

/// Time for the whole question.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);
/// Hosts that are tried at once; if this many do not answer, it is not the hosts.
const MOST_PROBED: usize = 8;
/// Ports of a host that names none.
const PORTS: [u16; 2] = [443, 80];

/// Whether one of the hosts, or the proxy, accepts a connection.
pub(super) async fn any_answers(resolver: &Resolver, proxy: Option<&Url>, hosts: &[String]) -> bool {
    let mut targets: Vec<String> = match proxy {
        Some(proxy) => vec![format!("{}:{}", proxy.host_str().unwrap_or_default(), proxy.port_or_known_default().unwrap_or(80))],
        None => hosts.to_vec(),
    };
    targets.sort_unstable();
    targets.dedup();
    let mut probes = JoinSet::new();
    for target in targets.into_iter().take(MOST_PROBED) {
        let (resolver, trusted) = (resolver.clone(), proxy.is_some());
        probes.spawn(async move { answers(&resolver, &target, trusted).await });
    }
    let first = async {
        while let Some(outcome) = probes.join_next().await {
            if outcome.unwrap_or(false) {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(PROBE_TIMEOUT, first).await.unwrap_or(false)
}

async fn answers(resolver: &Resolver, target: &str, trusted: bool) -> bool {
    let (name, port) = match target.rsplit_once(':') {
        Some((name, port)) if !name.ends_with(':') => (name, port.parse().ok()),
        _ => (target, None),
    };
    let addresses = match name.parse::<IpAddr>() {
        Ok(literal) if trusted => Ok(vec![SocketAddr::new(literal, 0)]),
        Ok(literal) => address_allowed(literal, resolver.allow_loopback)
            .map(|()| vec![SocketAddr::new(literal, 0)])
            .map_err(ResolveError::Blocked),
        Err(_) => resolver.addresses(name).await,
    };
    let ports = port.map_or(PORTS.to_vec(), |port| vec![port]);
    for address in addresses.unwrap_or_default() {
        for port in &ports {
            if TcpStream::connect(SocketAddr::new(address.ip(), *port)).await.is_ok() {
                return true;
            }
        }
    }
    false
}
