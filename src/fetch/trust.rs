//! Clients by what they trust and by the way they go out: the system's authorities, or, for the hosts for which a source names a CA
//! bundle, that bundle alone; directly, or through a proxy of the operator's.

use super::address::Resolver;
use super::failure::Failure;
use super::{ClientOptions, FetchSpec, Proxy};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// The end of one PEM block and the beginning of the next without a line end between.
const GLUED: &[u8] = b"----------";

/// The clients made so far. The bundle is read at each fetch, so an operator may replace it while the daemon runs.
#[derive(Debug, Default)]
pub(super) struct Clients {
    made: Mutex<HashMap<Way, reqwest::Client>>,
}

/// What tells one client from another.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Way {
    /// The bundle that it trusts; empty for the system's authorities.
    bundle: Vec<u8>,
    proxy: Option<Url>,
    /// User and password of the proxy.
    login: Option<(String, String)>,
}

/// Secrets are not shown, and bundles are long.
impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Way").field("bundle", &self.bundle.len()).field("proxy", &self.proxy.as_ref().map(Url::as_str)).finish()
    }
}

/// The clients of one source.
#[derive(Debug)]
pub(super) struct Doors {
    usual: reqwest::Client,
    /// For the hosts that show certificates of the operator's bundle.
    special: Option<(reqwest::Client, Vec<String>)>,
}

impl Doors {
    /// The client for an address.
    pub fn at(&self, url: &Url) -> &reqwest::Client {
        let special = |(_, hosts): &&(_, Vec<String>)| url.host_str().is_some_and(|host| hosts.iter().any(|one| one == host));
        self.special.as_ref().filter(special).map_or(&self.usual, |(client, _)| client)
    }
}

/// Makes ring the process's cryptography. Idempotent; must come before the first client, and [`super::Client::new`] does
/// it too.
pub fn install_crypto() {
    // An error only says that a provider stands already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

impl Clients {
    /// The clients for a source.
    pub fn of(&self, spec: &FetchSpec, options: &ClientOptions, resolver: &Resolver) -> Result<Doors, Failure> {
        let login = spec.proxy.as_ref().map(|proxy| login(proxy, options)).transpose()?.flatten();
        let usual = Way { bundle: Vec::new(), proxy: spec.proxy.as_ref().map(|proxy| proxy.url.clone()), login };
        let special = match &spec.ca {
            None => None,
            Some(ca) => {
                let way = Way { bundle: read_bundle(ca)?, ..usual.clone() };
                Some((self.made(way, ca, options, resolver)?, spec.special_hosts()))
            }
        };
        Ok(Doors { usual: self.made(usual, Path::new(""), options, resolver)?, special })
    }

    fn made(&self, way: Way, ca: &Path, options: &ClientOptions, resolver: &Resolver) -> Result<reqwest::Client, Failure> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = made.get(&way) {
            return Ok(client.clone());
        }
        let client = build(&way, ca, options, resolver)?;
        made.insert(way, client.clone());
        Ok(client)
    }
}

impl FetchSpec {
    /// Hosts for which the operator's bundle is trusted: those that the source names, else all but the servers of web archives.
    fn special_hosts(&self) -> Vec<String> {
        if !self.ca_hosts.is_empty() {
            return self.ca_hosts.clone();
        }
        let archives = self.places.iter().filter(|place| place.is_archived()).filter_map(|place| place.url().host_str());
        let archives: Vec<&str> = archives.collect();
        self.hosts.iter().filter(|host| !archives.contains(&host.as_str())).cloned().collect()
    }
}

/// What the proxy wants to know, from where secrets are.
fn login(proxy: &Proxy, options: &ClientOptions) -> Result<Option<(String, String)>, Failure> {
    let Some(name) = &proxy.login else { return Ok(None) };
    let secret = options.variable(name).ok_or_else(|| Failure::NoLogin(name.clone()))?;
    let (user, password) = secret.split_once(':').ok_or_else(|| Failure::NoLogin(name.clone()))?;
    Ok(Some((user.to_owned(), password.to_owned())))
}

/// The SHA-256 of every certificate of a bundle, as operators compare them: upper-case hex with colons.
///
/// # Errors
/// `ca_file`: it cannot be read, or has no certificate.
pub fn fingerprints(path: &Path) -> Result<Vec<String>, Failure> {
    let certificates = certificates(path, &read_bundle(path)?)?;
    let shown = |der: &CertificateDer<'_>| {
        let bytes = Sha256::digest(der.as_ref());
        bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    };
    Ok(certificates.iter().map(shown).collect())
}

/// A bundle of authorities that an operator named, as PEM, with one certificate at least.
///
/// # Errors
/// As [`fingerprints`].
pub fn authorities(path: &Path) -> Result<Vec<u8>, Failure> {
    let bundle = read_bundle(path)?;
    certificates(path, &bundle).map(|_| bundle)
}

fn certificates(path: &Path, bundle: &[u8]) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let broken = |error: rustls::pki_types::pem::Error| ca_file(path, format!("expected PEM certificates: {error}"));
    let certificates = CertificateDer::pem_slice_iter(bundle).collect::<Result<Vec<_>, _>>().map_err(broken)?;
    if certificates.is_empty() {
        return Err(ca_file(path, "expected PEM certificates, found none".to_owned()));
    }
    Ok(certificates)
}

fn read_bundle(path: &Path) -> Result<Vec<u8>, Failure> {
    match std::fs::read(path) {
        Err(error) => Err(ca_file(path, error.to_string())),
        Ok(bundle) if bundle.is_empty() => Err(ca_file(path, "the file is empty".to_owned())),
        Ok(bundle) => Ok(unglued(&bundle)),
    }
}

/// A bundle in which every certificate begins a line: a file without a line end before the next one, put together with `cat`, would hide
/// the next one.
fn unglued(bundle: &[u8]) -> Vec<u8> {
    let (mut lines, mut from) = (Vec::with_capacity(bundle.len() + 1), 0);
    for at in memchr::memmem::find_iter(bundle, GLUED) {
        let cut = at + GLUED.len() / 2;
        lines.extend_from_slice(bundle.get(from..cut).unwrap_or_default());
        lines.push(b'\n');
        from = cut;
    }
    lines.extend_from_slice(bundle.get(from..).unwrap_or_default());
    lines
}

fn build(way: &Way, ca: &Path, options: &ClientOptions, resolver: &Resolver) -> Result<reqwest::Client, Failure> {
    let proxy_host = way.proxy.as_ref().and_then(|proxy| proxy.host_str()).map(str::to_owned);
    let mut builder = reqwest::Client::builder()
        .user_agent(&options.user_agent)
        .connect_timeout(options.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .dns_resolver(Resolver { proxy_host, ..resolver.clone() });
    if !way.bundle.is_empty() {
        let broken = |error: reqwest::Error| ca_file(ca, format!("expected PEM certificates: {error}"));
        let certificates = reqwest::Certificate::from_pem_bundle(&way.bundle).map_err(broken)?;
        if certificates.is_empty() {
            return Err(ca_file(ca, "expected PEM certificates, found none".to_owned()));
        }
        builder = builder.tls_certs_only(certificates);
    }
    if let Some(url) = &way.proxy {
        let mut proxy = reqwest::Proxy::all(url.as_str()).map_err(|error| Failure::Connect(format!("proxy: {error}")))?;
        if let Some((user, password)) = &way.login {
            proxy = proxy.basic_auth(user, password);
        }
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| Failure::Tls(format!("making the client: {}", super::transfer::chain(&error))))
}

fn ca_file(path: &Path, problem: String) -> Failure {
    Failure::CaFile { path: path.display().to_string(), problem }
}
