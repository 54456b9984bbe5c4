//! Certificates: those in `tls/` are of a root made for these tests alone, good for a hundred years; `expired.pem` is not.

use super::*;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::Read;
use std::net::TcpListener;

/// The port of a server that shows `certificate` and answers any number of requests.
fn secure_server(certificate: &'static [u8]) -> u16 {
    install_crypto();
    let chain = vec![CertificateDer::from_pem_slice(certificate).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/leaf.key")).unwrap();
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let session = rustls::ServerConnection::new(config.clone()).unwrap();
            answer(rustls::StreamOwned::new(session, stream));
        }
    });
    port
}

fn answer(mut stream: rustls::StreamOwned<rustls::ServerConnection, std::net::TcpStream>) {
    use std::io::Write;
    let mut request = [0; 4096];
    if stream.read(&mut request).is_ok() {
        let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", WORKBOOK.len());
        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(WORKBOOK));
        sent.and_then(|()| stream.flush()).unwrap();
        stream.conn.send_close_notify();
        let _ = stream.flush();
    }
}

fn trusting(port: u16, ca: Option<PathBuf>) -> FetchSpec {
    let url = Url::parse(&format!("https://{HOST}:{port}/file.xlsx")).unwrap();
    FetchSpec { ca, ..spec(vec![Place::Direct(url)]) }
}

#[tokio::test]
async fn a_ca_bundle_serves_the_source_that_names_it_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, include_bytes!("tls/ca.pem")).unwrap();
    let client = client();
    let port = secure_server(include_bytes!("tls/good.pem"));
    let fetched = client.fetch(&trusting(port, Some(ca.clone())), &asking(None, &[Kind::Zip])).await.unwrap();
    assert!(matches!(fetched, Fetched::Document(_)), "{fetched:?}");
    let without = client.fetch(&trusting(port, None), &asking(None, &[Kind::Zip])).await.unwrap_err();
    assert_eq!((without.code(), without.tries), ("tls", 1), "{without}");
    std::fs::remove_file(&ca).unwrap();
    assert_eq!(client.fetch(&trusting(port, Some(ca)), &asking(None, &[])).await.unwrap_err().code(), "ca_file");
}

#[tokio::test]
async fn a_trusted_root_does_not_excuse_a_wrong_name_or_date() {
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, include_bytes!("tls/ca.pem")).unwrap();
    let cases: [(&'static [u8], &str); 2] =
        [(include_bytes!("tls/other.pem"), "other.example"), (include_bytes!("tls/expired.pem"), "Expired")];
    for (certificate, wanted) in cases {
        let spec = trusting(secure_server(certificate), Some(ca.clone()));
        let error = fetch(&spec, None, &[]).await.unwrap_err();
        assert_eq!((error.code(), error.tries), ("tls", 1), "{error}");
        assert!(error.to_string().contains(wanted), "{error}");
    }
}

#[tokio::test]
async fn a_bundle_is_trusted_for_the_hosts_it_is_named_for() {
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, include_bytes!("tls/ca.pem")).unwrap();
    let port = secure_server(include_bytes!("tls/good.pem"));
    let named = |hosts: &[&str]| FetchSpec {
        ca_hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        ..trusting(port, Some(ca.clone()))
    };
    fetch(&named(&[HOST]), None, &[Kind::Zip]).await.unwrap();
    assert_eq!(fetch(&named(&["nowhere.example"]), None, &[]).await.unwrap_err().code(), "tls");
    // a web archive's server shows a certificate of the system's authorities
    let captures = Captures {
        original: Url::parse("https://dead.example/").unwrap(),
        server: Url::parse(&format!("https://{HOST}:{port}")).unwrap(),
        from: None,
        until: None,
    };
    let archived = FetchSpec { ca: Some(ca.clone()), ..spec(vec![Place::Captures(captures)]) };
    assert_eq!(fetch(&archived, None, &[]).await.unwrap_err().code(), "tls");
}

/// The file of a root may end without a line end, and `cat` glues the next one to it.
#[test]
fn certificates_that_are_glued_together_are_both_read() {
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    let one = include_bytes!("tls/ca.pem").trim_ascii_end();
    for (bytes, count) in [(one.to_vec(), 1), ([one, one].concat(), 2), ([one, b"\r\n", one, one, b"\n"].concat(), 3)] {
        std::fs::write(&ca, bytes).unwrap();
        assert_eq!(fingerprints(&ca).unwrap().len(), count);
    }
}

#[test]
fn the_bundle_that_operators_install_is_readable() {
    let Ok(samples) = std::env::var("SVERKA_SAMPLES") else {
        assert!(std::env::var("CI").is_err(), "SVERKA_SAMPLES is unset");
        println!("skipped: no samples");
        return;
    };
    install_crypto();
    let folder = std::path::Path::new(&samples).join("tls");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let bundle = [read("russian_trusted_root_ca_pem.crt"), read("russian_trusted_sub_ca_2024_pem.crt")].concat();
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, bundle).unwrap();
    let known = include_str!("../../../deploy/ca/fingerprints.tsv");
    let found = fingerprints(&ca).unwrap();
    assert!(found.len() == 2 && found.iter().all(|one| known.contains(one)), "{found:?}");
    let client = client();
    let spec = trusting(443, Some(ca));
    assert!(client.clients.of(&spec, &client.options, &client.resolver).is_ok());
}
