//! Clients by what they trust: the system's authorities, or, for a source that names a CA bundle, that bundle alone.

use super::ClientOptions;
use super::address::Resolver;
use super::failure::Failure;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The clients made so far, by the bundle they trust (empty for the system's authorities). The bundle is read at each
/// fetch, so an operator may replace it while the daemon runs.
#[derive(Debug, Default)]
pub(super) struct Clients {
    made: Mutex<HashMap<Vec<u8>, reqwest::Client>>,
}

/// Makes ring the process's cryptography. Idempotent; must come before the first client, and [`super::Client::new`] does
/// it too.
pub fn install_crypto() {
    // An error only says that a provider stands already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

impl Clients {
    /// The client for a source.
    pub fn trusting(&self, ca: Option<&Path>, options: &ClientOptions, resolver: &Resolver) -> Result<reqwest::Client, Failure> {
        let bundle = ca.map(read_bundle).transpose()?.unwrap_or_default();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = made.get(&bundle) {
            return Ok(client.clone());
        }
        let client = build(ca, &bundle, options, resolver)?;
        made.insert(bundle, client.clone());
        Ok(client)
    }
}

fn read_bundle(path: &Path) -> Result<Vec<u8>, Failure> {
    match std::fs::read(path) {
        Err(error) => Err(ca_file(path, error.to_string())),
        Ok(bundle) if bundle.is_empty() => Err(ca_file(path, "the file is empty".to_owned())),
        Ok(bundle) => Ok(bundle),
    }
}

fn build(ca: Option<&Path>, bundle: &[u8], options: &ClientOptions, resolver: &Resolver) -> Result<reqwest::Client, Failure> {
    let mut builder = reqwest::Client::builder()
        .user_agent(&options.user_agent)
        .connect_timeout(options.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .dns_resolver(resolver.clone());
    if let Some(path) = ca {
        let broken = |error: reqwest::Error| ca_file(path, format!("expected PEM certificates: {error}"));
        let certificates = reqwest::Certificate::from_pem_bundle(bundle).map_err(broken)?;
        if certificates.is_empty() {
            return Err(ca_file(path, "expected PEM certificates, found none".to_owned()));
        }
        builder = builder.tls_certs_only(certificates);
    }
    if let Some(proxy) = &options.proxy {
        let proxy = reqwest::Proxy::all(proxy.as_str()).map_err(|error| Failure::Connect(format!("proxy: {error}")))?;
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| Failure::Tls(format!("making the client: {}", super::transfer::chain(&error))))
}

fn ca_file(path: &Path, problem: String) -> Failure {
    Failure::CaFile { path: path.display().to_string(), problem }
}
