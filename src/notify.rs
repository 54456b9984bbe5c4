//! Ways to tell people: a webhook, e-mail, a command. One message, one try, a time limit; what becomes of it is the caller's to
//! remember. Besides `fetch` the only stage that opens connections: to what the operator named, on this machine too.

mod command;
mod email;
#[cfg(test)]
mod tests;
mod text;
mod webhook;

pub use email::{Email, Tls, is_mailbox};
pub use webhook::{SECRET_HERE, Webhook};

use crate::fetch;
use crate::model::Gravity;
use std::time::Duration;

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// Alerts less severe than this are not sent.
    pub least: Gravity,
    /// A try that takes longer has failed.
    pub timeout: Duration,
    /// How.
    pub way: Way,
}

/// How somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The message as JSON, by POST.
    Webhook(Webhook),
    /// The message in words, by SMTP.
    Email(Email),
    /// The message as JSON, on the standard input of a program: its path and its arguments. No shell reads them.
    Command(Vec<String>),
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The same however often it is sent.
    pub id: String,
    /// What is told, as JSON: an object with `alerts`.
    pub payload: String,
}

/// Why a message did not go, without any secret in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotSent(pub String);

/// Sends a message, once. It went if whoever got it said so: by a status of the 200s, by SMTP's 250, by exit code 0.
///
/// # Errors
/// [`NotSent`], also when the time is over.
pub async fn send(channel: &Channel, message: &Message) -> Result<(), NotSent> {
    let sending = async {
        match &channel.way {
            Way::Webhook(webhook) => webhook::post(webhook, message).await,
            Way::Email(email) => email::post(email, message).await,
            Way::Command(run) => command::run(run, message).await,
        }
    };
    let late = || Err(NotSent(format!("no answer within {} s", channel.timeout.as_secs())));
    tokio::time::timeout(channel.timeout, sending).await.unwrap_or_else(|_| late())
}

/// A secret of a channel. Asked for at each try, so that it may be replaced while the daemon runs.
fn secret(name: &str) -> Result<String, NotSent> {
    fetch::secret(name).ok_or_else(|| {
        NotSent(format!("the secret {name} is neither a file in ${} nor an environment variable", fetch::CREDENTIALS))
    })
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        text += &format!(": {one}");
        cause = one.source();
    }
    text
}
