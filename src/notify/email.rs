//! A message by SMTP.

use super::{Message, NotSent, chain, text};
use crate::fetch;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as LettreTls, TlsParameters, TlsParametersBuilder};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::path::PathBuf;

/// Where letters are handed in, and to whom they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// The name of the server.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept secret.
    pub tls: Tls,
    /// Authorities to trust (PEM) besides the system's, for a server of one's own.
    pub ca: Option<PathBuf>,
    /// Who logs in, and the name of the secret that is the password.
    pub login: Option<(String, String)>,
    /// Who writes.
    pub from: String,
    /// Who is written to.
    pub to: Vec<String>,
}

/// How a connection to a mail server is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// It begins in the clear and must go over to TLS (port 587).
    Starttls,
    /// TLS from the beginning (port 465).
    Whole,
    /// Not at all (port 25).
    None,
}

/// Whether a text is an address that letters go to, such as `Ops <ops@example.org>`.
pub fn is_mailbox(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

pub(super) async fn post(email: &Email, message: &Message) -> Result<(), NotSent> {
    fetch::install_crypto();
    let letter = letter(email, message)?;
    let failed = |error: lettre::transport::smtp::Error| NotSent(format!("{}: {}", email.server, chain(&error)));
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&email.server).port(email.port).tls(tls(email)?);
    transport = log_in(transport, email)?;
    transport.build().send(letter).await.map_err(failed)?;
    Ok(())
}

fn log_in(transport: AsyncSmtpTransportBuilder, email: &Email) -> Result<AsyncSmtpTransportBuilder, NotSent> {
    let Some((user, secret)) = &email.login else { return Ok(transport) };
    Ok(transport.credentials(Credentials::new(user.clone(), super::secret(secret)?)))
}

fn tls(email: &Email) -> Result<LettreTls, NotSent> {
    Ok(match email.tls {
        Tls::None => LettreTls::None,
        Tls::Starttls => LettreTls::Required(parameters(email)?),
        Tls::Whole => LettreTls::Wrapper(parameters(email)?),
    })
}

fn parameters(email: &Email) -> Result<TlsParameters, NotSent> {
    let mut builder: TlsParametersBuilder = TlsParameters::builder(email.server.clone());
    if let Some(ca) = &email.ca {
        let pem = fetch::authorities(ca).map_err(|error| NotSent(error.to_string()))?;
        let broken = |error| NotSent(format!("CA file {}: {error}", ca.display()));
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(broken)?);
    }
    builder.build().map_err(|error| NotSent(error.to_string()))
}

/// The letter, whose Message-ID is the same however often it is sent.
fn letter(email: &Email, message: &Message) -> Result<lettre::Message, NotSent> {
    let mailbox = |text: &String| text.parse::<Mailbox>().map_err(|error| NotSent(format!("the address {text:?}: {error}")));
    let from = mailbox(&email.from)?;
    let (subject, text) = text::letter(&message.payload);
    let id = format!("<{}@{}>", message.id, from.email.domain());
    let mut builder = lettre::Message::builder().message_id(Some(id)).from(from).subject(subject);
    for to in &email.to {
        builder = builder.to(mailbox(to)?);
    }
    builder.header(ContentType::TEXT_PLAIN).body(text).map_err(|error| NotSent(format!("writing the letter: {error}")))
}
