//! Letters to a mail server of this machine that offers TLS, or does not, or shows a certificate that is not to be trusted.

mod mailbox;

use super::{Channel, Email, Gravity, Message, NotSent, Tls, Way, send};
use mailbox::{Authority, Mailbox, Manners};
use std::path::PathBuf;
use std::time::Duration;

/// Whom the letters are for: `127.0.0.1`, which is in the certificate as an address.
const HOST: &str = "127.0.0.1";
/// The name of a secret that is there on every machine; what it is does not matter here.
const SECRET: &str = "PATH";

fn channel(mailbox: &Mailbox, tls: Tls, ca: Option<PathBuf>) -> Channel {
    let email = Email {
        server: HOST.to_owned(),
        port: mailbox.port,
        tls,
        ca,
        login: Some(("sverka".to_owned(), SECRET.to_owned())),
        from: "sverka <s@example.org>".to_owned(),
        to: vec!["ops@example.org".to_owned()],
    };
    Channel { name: "mail".to_owned(), least: Gravity::Minor, timeout: Duration::from_secs(20), way: Way::Email(email) }
}

fn message() -> Message {
    let payload = r#"{"schema": 1, "more": 0, "alerts": [{"state": "raised", "severity": "major", "key": "k", "message": "prices fell silent"}]}"#;
    Message { id: "m-1".to_owned(), payload: payload.to_owned() }
}

fn post(channel: &Channel) -> Result<(), NotSent> {
    tokio::runtime::Runtime::new().unwrap().block_on(send(channel, &message()))
}

/// An authority, and the file with it that an operator would name.
fn authority(folder: &tempfile::TempDir) -> (Authority, Option<PathBuf>) {
    let (authority, path) = (Authority::new(), folder.path().join("ca.pem"));
    std::fs::write(&path, authority.pem()).unwrap();
    (authority, Some(path))
}

#[test]
fn a_letter_goes_over_to_tls_before_anything_of_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, ca) = authority(&folder);
    for (tls, manners) in [(Tls::Starttls, Manners::Offers), (Tls::Whole, Manners::Whole)] {
        let mailbox = Mailbox::start(authority.certifies(HOST), manners);
        post(&channel(&mailbox, tls, ca.clone())).unwrap();
        let (clear, secret) = mailbox.said();
        let clear: Vec<&str> = clear.iter().map(|line| line.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(clear, if manners == Manners::Offers { vec!["EHLO", "STARTTLS"] } else { vec![] });
        let at =
            |word: &str| secret.iter().position(|line| line.starts_with(word)).unwrap_or_else(|| panic!("{word}: {secret:?}"));
        assert!(at("EHLO") < at("AUTH") && at("AUTH") < at("MAIL FROM:<s@example.org>"), "{secret:?}");
        assert!(at("RCPT TO:<ops@example.org>") < at("Message-ID: <m-1@example.org>"), "{secret:?}");
        assert!(secret.iter().any(|line| line.contains("prices fell silent")), "{secret:?}");
    }
}

#[test]
fn a_server_without_tls_hears_nothing_where_tls_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, ca) = authority(&folder);
    for manners in [Manners::OffersNone, Manners::Refuses, Manners::HangsUp] {
        let mailbox = Mailbox::start(authority.certifies(HOST), manners);
        let told = post(&channel(&mailbox, Tls::Starttls, ca.clone())).unwrap_err();
        let (clear, secret) = mailbox.said();
        assert!(told.0.starts_with("127.0.0.1: "), "{manners:?}: {told}");
        assert!(clear.iter().all(|line| ["EHLO", "STARTTLS", "QUIT"].iter().any(|word| line.starts_with(word))), "{clear:?}");
        assert!(secret.is_empty(), "{secret:?}");
    }
}

#[test]
fn a_server_that_is_not_to_be_trusted_is_told_neither_password_nor_letter() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, ca) = authority(&folder);
    let cases = [
        ("an authority that nobody named", authority.certifies(HOST), None),
        ("another authority", Authority::new().certifies(HOST), ca.clone()),
        ("another name", authority.certifies("mail.example.org"), ca.clone()),
    ];
    for (case, config, ca) in cases {
        let mailbox = Mailbox::start(config, Manners::Offers);
        let told = post(&channel(&mailbox, Tls::Starttls, ca)).unwrap_err();
        let (clear, secret) = mailbox.said();
        assert!(told.0.contains("ertificate"), "{case}: {told}");
        assert!(clear.len() <= 2 && secret.is_empty(), "{case}: {clear:?} {secret:?}");
    }
}

#[test]
fn a_file_of_authorities_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = Mailbox::start(authority(&folder).0.certifies(HOST), Manners::Offers);
    let files = [("none.pem", None), ("text.pem", Some("no certificate\n")), ("empty.pem", Some(""))];
    for (name, text) in files {
        let path = folder.path().join(name);
        text.map_or(Ok(()), |text| std::fs::write(&path, text)).unwrap();
        let told = post(&channel(&mailbox, Tls::Starttls, Some(path))).unwrap_err();
        assert!(told.0.contains(name), "{told}");
    }
    assert_eq!(mailbox.said(), (vec![], vec![]));
}
