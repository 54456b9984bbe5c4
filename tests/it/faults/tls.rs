//! Certificates that are not to be trusted, and greetings that go wrong. Certificates are made here, each by a root of its own.

use super::ask::{ask, code, knowing, source, timed, wait};
use super::server::{FaultServer, Step, always, whole};
use super::trial::document;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sverka::fetch::{Client, ClientOptions, FetchSpec, install_crypto};

const HOST: &str = "stat.example";

/// A root that an operator may trust.
struct Root(CertifiedIssuer<'static, KeyPair>);

impl Root {
    fn new(name: &str) -> Root {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Root(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A chain of one certificate for a name, good in these years.
    fn leaf(&self, name: &str, years: (i32, i32)) -> Chain {
        let key = KeyPair::generate().unwrap();
        let certificate = leaf(name, years).signed_by(&key, &self.0).unwrap();
        Chain { chain: vec![certificate.der().clone()], key: key.serialize_der() }
    }

    /// As operators have it.
    fn pem(&self) -> String {
        self.0.pem()
    }
}

fn leaf(name: &str, (from, until): (i32, i32)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
    params
}

/// What a server shows, and its key.
struct Chain {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

impl Chain {
    fn config(self) -> rustls::ServerConfig {
        install_crypto();
        let key = PrivateKeyDer::try_from(self.key).unwrap();
        rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(self.chain, key).unwrap()
    }
}

/// What was done on a port: how many connections, and the names that they asked for.
type Seen = Arc<Mutex<Vec<String>>>;

/// A server that speaks TLS and answers well, but for how the connection ends.
fn secure(config: rustls::ServerConfig, answer: Vec<u8>, says_goodbye: bool) -> (u16, Seen) {
    let config = Arc::new(config);
    raw_server(move |stream, seen| {
        let session = rustls::ServerConnection::new(config.clone()).unwrap();
        let mut tls = rustls::StreamOwned::new(session, stream);
        let read = tls.read(&mut [0; 4096]);
        seen.lock().unwrap().push(tls.conn.server_name().unwrap_or_default().to_owned());
        if read.is_ok() && tls.write_all(&answer).and_then(|()| tls.flush()).is_ok() && says_goodbye {
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
    })
}

/// A server that does this with each connection.
fn raw_server(serve: impl Fn(TcpStream, &Seen) + Send + 'static) -> (u16, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, seen) = (listener.local_addr().unwrap().port(), Seen::default());
    let shared = seen.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            serve(stream, &shared);
        }
    });
    (port, seen)
}

fn good() -> Vec<u8> {
    whole("200 OK", &[], &document())
}

fn options() -> ClientOptions {
    knowing(&[(HOST, &["127.0.0.1"])])
}

/// A source at a port, trusting a bundle or the system.
fn trusting(port: u16, ca: Option<PathBuf>) -> FetchSpec {
    FetchSpec { ca, ..source(&format!("https://{HOST}:{port}/a.xlsx"), &[]) }
}

/// Name, what the server shows, and a word of what is said of it.
fn certificates(root: &Root) -> Vec<(&'static str, Chain, &'static str)> {
    let (good, other) = ((2020, 2100), Root::new("another"));
    let self_signed = KeyPair::generate().unwrap();
    let own = leaf(HOST, good).self_signed(&self_signed).unwrap();
    let alike = Root::new("operator's");
    let (plain, ca) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    // a leaf that signs another one though it may not
    let issuer = rcgen::Issuer::from_params(&leaf(HOST, good), &ca).signed(&plain, leaf(HOST, good));
    vec![
        ("expired", root.leaf(HOST, (2010, 2020)), "xpired"),
        ("not yet valid", root.leaf(HOST, (2080, 2090)), "not valid yet"),
        ("another name", root.leaf("other.example", good), "other.example"),
        ("a name below", root.leaf("a.stat.example", good), "a.stat.example"),
        ("a name above, of all below", root.leaf("*.stat.example", good), "stat.example"),
        ("an authority that nobody knows", other.leaf(HOST, good), "nknown"),
        ("signed by itself", Chain { chain: vec![own.der().clone()], key: self_signed.serialize_der() }, ""),
        ("an authority of the same name", alike.leaf(HOST, good), "ignature"),
        ("signed by one who is no authority", Chain { chain: vec![issuer], key: plain.serialize_der() }, ""),
    ]
}

/// What `Issuer` lacks: signing in one step.
trait Signed {
    fn signed(self, key: &KeyPair, params: CertificateParams) -> CertificateDer<'static>;
}

impl<S: rcgen::SigningKey> Signed for rcgen::Issuer<'_, S> {
    fn signed(self, key: &KeyPair, params: CertificateParams) -> CertificateDer<'static> {
        params.signed_by(key, &self).unwrap().der().clone()
    }
}

#[test]
fn a_certificate_that_is_not_to_be_trusted_ends_it_before_anything_is_asked() {
    let (root, folder) = (Root::new("operator's"), tempfile::tempdir().unwrap());
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, root.pem()).unwrap();
    // the bundle itself is good
    let (port, seen) = secure(root.leaf(HOST, (2020, 2100)).config(), good(), true);
    assert_eq!(timed(options(), &trusting(port, Some(ca.clone()))).0, "document");
    assert_eq!(*seen.lock().unwrap(), [HOST], "the name is said in the greeting");
    let (code, text, _) = timed(options(), &trusting(port, None));
    assert_eq!(code, "tls", "whoever does not name the bundle does not trust it: {text}");
    let cases = certificates(&root);
    let count = cases.len();
    for (name, chain, word) in cases {
        let (port, _) = secure(chain.config(), good(), true);
        let (code, text, _) = timed(options(), &trusting(port, Some(ca.clone())));
        assert_eq!(code, "tls", "{name}: {text}");
        assert!(text.contains(word), "{name}: {text}");
    }
    println!("F15 certificates: {} cases", count + 2);
}

/// A record of TLS: its kind, the version in it, and what it carries.
fn record(kind: u8, version: [u8; 2], body: &[u8]) -> Vec<u8> {
    [&[kind, version[0], version[1]][..], &(body.len() as u16).to_be_bytes(), body].concat()
}

/// The greeting of a server that knows TLS 1.0 (or 1.1) only.
fn old_hello(minor: u8) -> Vec<u8> {
    let body = [&[3, minor][..], &[7; 32], &[0], &[0x00, 0x2f], &[0]].concat();
    let hello = [&[2, 0, 0, body.len() as u8][..], &body].concat();
    record(22, [3, minor], &hello)
}

#[test]
fn a_greeting_that_goes_wrong_is_told_as_what_it_is() {
    let fatal = |what: u8| record(21, [3, 3], &[2, what]);
    let cases: Vec<(&str, Vec<u8>, bool, &[&str])> = vec![
        ("TLS 1.0 only", old_hello(1), false, &["tls"]),
        ("TLS 1.1 only", old_hello(2), false, &["tls"]),
        ("SSL 3 only", old_hello(0), false, &["tls"]),
        ("no version in common", fatal(70), false, &["tls"]),
        ("no cipher in common", fatal(40), false, &["tls"]),
        ("a name that nobody knows", fatal(112), false, &["tls"]),
        ("a wish for a certificate of ours", fatal(116), false, &["tls"]),
        ("an end in the greeting", Vec::new(), false, &["connect", "tls"]),
        ("an end after half a greeting", old_hello(3)[..9].to_vec(), false, &["connect", "tls"]),
        ("a reset in the greeting", Vec::new(), true, &["connect", "tls"]),
        ("plain HTTP", good(), false, &["tls"]),
        ("a record without end", record(22, [3, 3], &[0xff; 60_000]), false, &["tls"]),
        ("noise", vec![0xa5; 4000], false, &["tls"]),
    ];
    let plain = FaultServer::start();
    for (name, bytes, resets, codes) in &cases {
        let (bytes, resets) = (bytes.clone(), *resets);
        let (port, _) = raw_server(move |mut stream, seen| {
            seen.lock().unwrap().push(String::new());
            let wanted = if resets { 10 } else { 4096 };
            let _ = stream.read(&mut vec![0; wanted]).and_then(|_| stream.write_all(&bytes));
            let _ = stream.shutdown(std::net::Shutdown::Write);
            if !resets {
                let _ = stream.read(&mut [0; 4096]);
            }
        });
        let (code, text, _) = timed(options(), &trusting(port, None));
        assert!(codes.contains(&code), "{name}: expected {codes:?}, came {code}: {text}");
    }
    assert!(plain.heads().is_empty());
    println!("F15 greetings: {} cases", cases.len());
}

/// Name, what the server shows, its answer, whether it says goodbye, and the codes that tell it.
type Inside = (&'static str, rustls::ServerConfig, Vec<u8>, bool, &'static [&'static str]);

/// The protocol inside, and how it ends.
#[test]
fn what_is_said_inside_and_how_it_ends() {
    let (root, folder) = (Root::new("operator's"), tempfile::tempdir().unwrap());
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, root.pem()).unwrap();
    let config = |protocols: &[&str]| {
        let mut config = root.leaf(HOST, (2020, 2100)).config();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        config
    };
    let open_ended = super::server::raw("200 OK", &[], &document());
    let cut = super::server::raw("200 OK", &[], &document()[..1000]);
    let cases: Vec<Inside> = vec![
        ("no protocol is chosen", config(&[]), good(), true, &["document"]),
        ("HTTP/1.1 is chosen", config(&["http/1.1"]), good(), true, &["document"]),
        ("a protocol that was not offered", config(&["spdy/3"]), good(), true, &["tls"]),
        ("HTTP/2 is chosen and HTTP/1.1 is spoken", config(&["h2"]), good(), true, &["protocol", "connect"]),
        ("no goodbye after a length", config(&[]), good(), false, &["document"]),
        ("no goodbye where it is the end", config(&[]), open_ended.clone(), false, &["document", "truncated"]),
        ("no goodbye after a part", config(&[]), cut.clone(), false, &["truncated"]),
        ("a goodbye after a part", config(&[]), cut, true, &["truncated"]),
        ("a goodbye where it is the end", config(&[]), open_ended, true, &["document"]),
    ];
    let count = cases.len();
    for (name, config, answer, says_goodbye, codes) in cases {
        let (port, _) = secure(config, answer, says_goodbye);
        let (code, text, _) = timed(options(), &trusting(port, Some(ca.clone())));
        assert!(codes.contains(&code), "{name}: expected {codes:?}, came {code}: {text}");
    }
    println!("F15 inside: {count} cases");
}

/// A certificate that is refused sends nobody to the address without encryption.
#[test]
fn encryption_is_never_given_up() {
    let canary = FaultServer::start();
    canary.script("/a.xlsx", always(vec![Step::Send(good())]));
    let (root, folder) = (Root::new("operator's"), tempfile::tempdir().unwrap());
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, root.pem()).unwrap();
    let down = whole("302 Found", &[&format!("Location: http://{HOST}:{}/a.xlsx", canary.port)], b"");
    let (port, _) = secure(root.leaf(HOST, (2020, 2100)).config(), down, true);
    let outcome = wait(ask(&Client::new(options()), &trusting(port, Some(ca))));
    assert_eq!(code(&outcome).0, "blocked_host");
    let (port, _) = secure(Root::new("another").leaf(HOST, (2020, 2100)).config(), good(), true);
    assert_eq!(timed(options(), &trusting(port, None)).0, "tls");
    assert!(canary.heads().is_empty());
    println!("F15 never plain: 2 cases");
}
