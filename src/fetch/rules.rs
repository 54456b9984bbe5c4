//! Which addresses a source may speak to. Asked before each request, redirects included.

use super::address::address_allowed;
use super::failure::Failure;
use super::{FetchSpec, Place};
use std::net::IpAddr;
use url::{Host, Url};

/// Ports below this belong to other services, save those of HTTP.
const FIRST_FREE_PORT: u16 = 1024;
/// The ports of HTTP and HTTPS.
const HTTP_PORTS: [u16; 2] = [80, 443];

/// What one source may speak to.
#[derive(Debug)]
pub(super) struct Rules {
    /// Host names as URLs write them: lower case, Punycode.
    hosts: Vec<String>,
    /// Those of them that the configuration itself addresses without encryption.
    plain: Vec<String>,
    allow_loopback: bool,
    /// Whether `robots.txt` is asked.
    robots: bool,
}

impl Rules {
    /// The rules of `spec`.
    pub fn new(spec: &FetchSpec, allow_loopback: bool) -> Rules {
        let plain = spec.places.iter().flat_map(Place::urls).filter(|url| url.scheme() == "http").filter_map(Url::host_str);
        let hosts = spec.hosts.iter().filter_map(|host| Host::parse(host.trim()).ok()).map(|host| host.to_string());
        Rules { hosts: hosts.collect(), plain: plain.map(str::to_owned).collect(), allow_loopback, robots: spec.robots }
    }

    /// Whether the operator has settled with the publisher what `robots.txt` would say.
    pub fn ignores_robots(&self) -> bool {
        !self.robots
    }

    /// Whether `url` may be asked, coming from `from` if that redirected to it.
    pub fn check(&self, url: &Url, from: Option<&Url>) -> Result<(), Failure> {
        let refuse = |why: String| Err(Failure::BlockedHost(why));
        let Some(host) = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")) else {
            return refuse(format!("expected an http or https address, found {}:", url.scheme()));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("expected an address without user name and password".to_owned());
        }
        if !self.hosts.iter().any(|allowed| allowed == host) {
            return refuse(format!("expected one of the source's hosts ({}), found {host}", self.hosts.join(", ")));
        }
        if let Some(port) = url.port().filter(|port| *port < FIRST_FREE_PORT && !HTTP_PORTS.contains(port)) {
            return refuse(format!("port {port} is another service's"));
        }
        if from.is_some_and(|from| from.scheme() == "https") && url.scheme() == "http" && !self.plain.iter().any(|p| p == host) {
            return refuse(format!("redirected from https to http, and the source has no http address at {host}"));
        }
        self.check_literal(url)
    }

    /// Addresses written as numbers never meet the resolver.
    fn check_literal(&self, url: &Url) -> Result<(), Failure> {
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        address_allowed(address, self.allow_loopback).map_err(|blocked| Failure::BlockedAddress(blocked.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(places: &[&str], hosts: &[&str]) -> Rules {
        let places = places.iter().map(|url| Place::Direct(Url::parse(url).unwrap())).collect();
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let (ca_hosts, robots) = (Vec::new(), true);
        Rules::new(&FetchSpec { places, hosts, ca: None, ca_hosts, proxy: None, robots, max_bytes: 1 }, false)
    }

    #[test]
    fn a_source_speaks_to_its_hosts_over_http_and_to_no_other() {
        let rules = rules(&["https://stat.example/"], &["Stat.Example", "статистика.рф", "127.0.0.1", "10.0.0.1", "[::1]"]);
        let cases = [
            ("https://stat.example/a", ""),
            ("https://STAT.example:8443/a", ""),
            ("http://stat.example/", ""),
            ("https://статистика.рф/", ""),
            ("https://xn--80asaqabscm5a.xn--p1ai/", "blocked_host"),
            ("https://other.example/", "blocked_host"),
            ("https://stat.example.other.example/", "blocked_host"),
            ("https://stat.example./", "blocked_host"),
            ("https://user@stat.example/", "blocked_host"),
            ("https://:secret@stat.example/", "blocked_host"),
            ("https://stat.example:22/", "blocked_host"),
            ("http://stat.example:25/", "blocked_host"),
            ("ftp://stat.example/", "blocked_host"),
            ("file:///etc/passwd", "blocked_host"),
            ("data:text/html,x", "blocked_host"),
            ("gopher://stat.example/", "blocked_host"),
            ("http://127.0.0.1/", "blocked_address"),
            ("http://2130706433/", "blocked_address"),
            ("http://0177.0.0.1/", "blocked_address"),
            ("http://0x7f.1/", "blocked_address"),
            ("http://10.0.0.1/", "blocked_address"),
            ("http://[::1]/", "blocked_address"),
            ("http://[::ffff:127.0.0.1]/", "blocked_host"),
        ];
        for (url, code) in cases {
            let outcome = rules.check(&Url::parse(url).unwrap(), None);
            assert_eq!(outcome.err().map_or("", |failure| failure.code()), code, "{url}");
        }
    }

    #[test]
    fn encryption_is_not_given_up_on_the_way() {
        let (secure, plain) = (Url::parse("https://a.example/").unwrap(), Url::parse("http://a.example/").unwrap());
        let strict = rules(&["https://a.example/"], &["a.example"]);
        assert_eq!(strict.check(&plain, Some(&secure)).unwrap_err().code(), "blocked_host");
        assert_eq!(strict.check(&secure, Some(&plain)), Ok(()));
        let listed = rules(&["https://a.example/", "http://a.example/old"], &["a.example"]);
        assert_eq!(listed.check(&plain, Some(&secure)), Ok(()));
    }
}
