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

/// Whether one of the hosts, or of the proxies, accepts a connection.
pub(super) async fn any_answers(resolver: &Resolver, proxies: &[Url], hosts: &[String]) -> bool {
    let proxies = proxies.iter().filter_map(|proxy| Some((format!("{}:{}", proxy.host_str()?, proxy_port(proxy)), true)));
    let mut targets: Vec<(String, bool)> = proxies.chain(hosts.iter().map(|host| (host.clone(), false))).collect();
    // the proxies first: what stands behind one need not be in reach
    targets.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    targets.dedup();
    let mut probes = JoinSet::new();
    for (target, trusted) in targets.into_iter().take(MOST_PROBED) {
        let name = target.rsplit_once(':').map_or(target.as_str(), |(name, _)| name);
        let proxy_host = trusted.then(|| name.to_owned());
        let resolver = Resolver { proxy_host, ..resolver.clone() };
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

fn proxy_port(proxy: &Url) -> u16 {
    proxy.port_or_known_default().unwrap_or(if proxy.scheme().starts_with("socks") { 1080 } else { 80 })
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
