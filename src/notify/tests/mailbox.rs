//! A mail server of this machine with a certificate of an authority that is made here.

use crate::fetch::install_crypto;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Who signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// What a server of that name shows.
    pub fn certifies(&self, name: &str) -> Arc<ServerConfig> {
        install_crypto();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let chain = vec![leaf.der().clone()];
        Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap())
    }
}

/// How a server is about TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// It offers STARTTLS.
    Offers,
    /// It speaks TLS from the beginning.
    Whole,
    /// It has no TLS.
    OffersNone,
    /// It offers STARTTLS and then cannot.
    Refuses,
    /// It offers STARTTLS and then ends the connection.
    HangsUp,
}

#[derive(Default)]
struct Said {
    clear: Vec<String>,
    secret: Vec<String>,
}

/// The server; it remembers what was said to it, in the clear and within TLS.
pub struct Mailbox {
    pub port: u16,
    said: Arc<Mutex<Said>>,
}

impl Mailbox {
    pub fn start(config: Arc<ServerConfig>, manners: Manners) -> Mailbox {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, said) = (listener.local_addr().unwrap().port(), Arc::<Mutex<Said>>::default());
        let shared = said.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                serve(stream, &config, manners, &shared);
            }
        });
        Mailbox { port, said }
    }

    /// The lines that came in the clear, and those that came within TLS.
    pub fn said(&self) -> (Vec<String>, Vec<String>) {
        let said = self.said.lock().unwrap();
        (said.clear.clone(), said.secret.clone())
    }
}

/// One connection, until it ends or goes over to TLS and ends there.
fn serve(stream: TcpStream, config: &Arc<ServerConfig>, manners: Manners, said: &Mutex<Said>) {
    let mut secret = |line: &str| said.lock().unwrap().secret.push(line.to_owned());
    let secured = |stream| BufReader::new(StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream));
    if manners == Manners::Whole {
        return converse(&mut secured(stream), "220 mail.example ESMTP\r\n", "", &mut secret);
    }
    let mut clear = |line: &str| said.lock().unwrap().clear.push(line.to_owned());
    let offer = if manners == Manners::OffersNone { "" } else { "250-STARTTLS\r\n" };
    let mut reader = BufReader::new(stream);
    converse(&mut reader, "220 mail.example ESMTP\r\n", offer, &mut clear);
    let wants = said.lock().unwrap().clear.last().is_some_and(|line| line == "STARTTLS");
    let mut stream = reader.into_inner();
    match manners {
        Manners::Offers if wants && stream.write_all(b"220 go ahead\r\n").is_ok() => {
            converse(&mut secured(stream), "", "", &mut secret);
        }
        // whoever is refused may go on in the clear, and must not
        Manners::Refuses if wants => converse(&mut BufReader::new(stream), "454 not now\r\n", offer, &mut clear),
        _ => {}
    }
}

/// Greets and answers until the other side ends, or wants TLS.
fn converse<S: Read + Write>(stream: &mut BufReader<S>, greeting: &str, offer: &str, said: &mut impl FnMut(&str)) {
    let (mut answer, mut inside) = (greeting.to_owned(), false);
    loop {
        let sent = stream.get_mut().write_all(answer.as_bytes()).and_then(|()| stream.get_mut().flush());
        let mut line = String::new();
        if sent.is_err() || stream.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end();
        said(line);
        answer = match line {
            "STARTTLS" => return,
            "." if inside => "250 taken\r\n".to_owned(),
            _ if inside => String::new(),
            "DATA" => "354 go on\r\n".to_owned(),
            _ if line.starts_with("EHLO") => format!("250-mail.example\r\n{offer}250 AUTH PLAIN\r\n"),
            _ if line.starts_with("AUTH") => "235 known\r\n".to_owned(),
            _ => "250 fine\r\n".to_owned(),
        };
        inside = (inside || line == "DATA") && line != ".";
    }
}
