//! Which addresses may be dialled, and the resolver that lets no other through: what is checked is what is connected.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// A resolver that has not answered by now will not. Less than connecting may take, so that it is told as what it is.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(8);
/// Addresses of one name that are looked at; a publisher has a handful.
const MOST_ADDRESSES: usize = 16;

/// An address that is not dialled, and the kind of network it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{address} is a {network} address, expected a public one")]
pub struct Blocked {
    /// The address.
    pub address: IpAddr,
    /// What it is for.
    pub network: &'static str,
}

/// A name without addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct Unresolved {
    /// The name.
    pub name: String,
    /// What the resolver said.
    pub problem: String,
}

/// IPv4 blocks that are not the public internet: first address, prefix length, name. From the IANA IPv4 Special-Purpose
/// Address Registry, with multicast (RFC 5771) and the former class E (RFC 1112).
const V4: [(Ipv4Addr, u32, &str); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this-network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "carrier NAT"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignment"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "AS112"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relay"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmark"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// Blocks inside the global unicast range of IPv6 that are not hosts on the public internet, or stand for an IPv4 address
/// (IANA IPv6 Special-Purpose Address Registry).
const V6_IN_GLOBAL: [(Ipv6Addr, u32, &str); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocol assignment"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
];

/// Blocks outside it, for their names; whatever is in neither list is refused all the same.
const V6_OUTSIDE: [(Ipv6Addr, u32, &str); 8] = [
    (Ipv6Addr::UNSPECIFIED, 128, "unspecified"),
    (Ipv6Addr::LOCALHOST, 128, "loopback"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, "IPv4-mapped"),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 32, "NAT64"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "private"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast"),
];

/// Whether `address` may be dialled: public unicast only. `allow_loopback` lets 127.0.0.0/8 and ::1 through, for tests and
/// mirrors that an operator runs by hand; their mapped forms stay refused.
///
/// # Errors
/// [`Blocked`] with the kind of network.
pub fn address_allowed(address: IpAddr, allow_loopback: bool) -> Result<(), Blocked> {
    match (network(address), address.is_loopback() && allow_loopback) {
        (None, _) | (_, true) => Ok(()),
        (Some(network), false) => Err(Blocked { address, network }),
    }
}

fn network(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => V4.iter().find(|(block, length, _)| same_prefix_v4(v4, *block, *length)).map(|found| found.2),
        IpAddr::V6(v6) => {
            let find = |blocks: &[(Ipv6Addr, u32, &'static str)]| {
                blocks.iter().find(|(block, length, _)| same_prefix_v6(v6, *block, *length)).map(|found| found.2)
            };
            let global = same_prefix_v6(v6, Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
            if global { find(&V6_IN_GLOBAL) } else { find(&V6_OUTSIDE).or(Some("reserved")) }
        }
    }
}

fn same_prefix_v4(a: Ipv4Addr, b: Ipv4Addr, length: u32) -> bool {
    (a.to_bits() ^ b.to_bits()).leading_zeros() >= length
}

fn same_prefix_v6(a: Ipv6Addr, b: Ipv6Addr, length: u32) -> bool {
    (a.to_bits() ^ b.to_bits()).leading_zeros() >= length
}

/// Resolves names, and refuses a name if any of its addresses is refused: a mix of public and private ones is how a name
/// is rebound.
#[derive(Debug, Clone)]
pub(super) struct Resolver {
    /// Let loopback addresses through.
    pub allow_loopback: bool,
    /// Names answered without asking the system.
    pub fixed: Arc<HashMap<String, Vec<IpAddr>>>,
    /// The operator's own proxy, which may stand in a private network.
    pub proxy_host: Option<String>,
    /// Who is asked for the others.
    pub asker: Asker,
}

/// What a script says of a name.
#[cfg(test)]
pub(super) type Said = std::pin::Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Who knows the addresses of a name.
#[derive(Clone)]
pub(super) enum Asker {
    /// The system.
    System,
    /// A script, for tests.
    #[cfg(test)]
    Script(Arc<dyn Fn(&str) -> Said + Send + Sync>),
}

impl std::fmt::Debug for Asker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asker")
    }
}

impl Asker {
    async fn addresses(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        match self {
            Asker::System => tokio::net::lookup_host((name, 0)).await.map(|found| found.take(MOST_ADDRESSES).collect()),
            #[cfg(test)]
            Asker::Script(script) => {
                let found = script(name).await?;
                Ok(found.into_iter().take(MOST_ADDRESSES).map(|ip| SocketAddr::new(ip, 0)).collect())
            }
        }
    }
}

impl Resolver {
    /// The addresses of `name`, all of which may be dialled; their ports are 0.
    pub async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, ResolveError> {
        let found = match self.fixed.get(name) {
            Some(fixed) => fixed.iter().map(|ip| SocketAddr::new(*ip, 0)).collect(),
            None => asked(&self.asker, name).await?,
        };
        if found.is_empty() {
            return Err(unresolved(name, "the name has no address").into());
        }
        if self.proxy_host.as_deref() != Some(name) {
            found.iter().try_for_each(|address| address_allowed(address.ip(), self.allow_loopback))?;
        }
        Ok(found)
    }
}

/// Why a name is not dialled.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolveError {
    #[error(transparent)]
    Blocked(#[from] Blocked),
    #[error(transparent)]
    Unresolved(#[from] Unresolved),
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

async fn asked(asker: &Asker, name: &str) -> Result<Vec<SocketAddr>, Unresolved> {
    match tokio::time::timeout(RESOLVE_TIMEOUT, asker.addresses(name)).await {
        Err(_) => Err(unresolved(name, "the resolver does not answer")),
        Ok(Err(error)) => Err(unresolved(name, &error.to_string())),
        Ok(Ok(found)) => Ok(found),
    }
}

fn unresolved(name: &str, problem: &str) -> Unresolved {
    Unresolved { name: name.to_owned(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_may_be_dialled() {
        #[rustfmt::skip]
        let refused = [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.9",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
            "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1",
            "255.255.255.255", "::", "::1", "::2", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:10.0.0.1",
            "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "fc00::1", "fdff::1", "fe80::1", "febf::1",
            "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "4000::1", "5f00::1",
        ];
        for text in refused {
            let address: IpAddr = text.parse().unwrap();
            assert!(address_allowed(address, false).is_err(), "{text}");
            assert_eq!(address_allowed(address, true).is_ok(), address.is_loopback(), "{text}, loopback allowed");
        }
        #[rustfmt::skip]
        let allowed = [
            "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
            "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
            "223.255.255.255", "2001:200::1", "2a00:1450::1", "2003::1", "2606:4700::1111",
        ];
        for text in allowed {
            assert_eq!(address_allowed(text.parse().unwrap(), false), Ok(()), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_with_one_refused_address_is_refused_whole() {
        let fixed = HashMap::from([
            ("good".to_owned(), vec!["1.1.1.1".parse().unwrap()]),
            ("mixed".to_owned(), vec!["1.1.1.1".parse().unwrap(), "10.0.0.1".parse().unwrap()]),
            ("empty".to_owned(), vec![]),
        ]);
        let resolver = Resolver { allow_loopback: false, fixed: Arc::new(fixed), proxy_host: None, asker: Asker::System };
        assert_eq!(resolver.addresses("good").await.unwrap().len(), 1);
        assert!(matches!(resolver.addresses("mixed").await, Err(ResolveError::Blocked(_))));
        assert!(matches!(resolver.addresses("empty").await, Err(ResolveError::Unresolved(_))));
    }
}
