//! Signals that ask for the end, or for another look at the configuration.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

/// Signals that are remembered: two that ask to stop, for the second means not to wait, and some to reload between them.
const ROOM: usize = 4;

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To end: SIGTERM, SIGINT (Ctrl-C).
    Stop,
    /// To read sources, papers and evidence anew: SIGHUP.
    Reload,
}

/// Listens for SIGTERM, SIGINT and SIGHUP from now on. Each of them is one message.
///
/// # Errors
/// When the system does not let us listen.
pub fn signals() -> io::Result<mpsc::Receiver<Asked>> {
    let (sender, receiver) = mpsc::channel(ROOM);
    let kinds =
        [(SignalKind::terminate(), Asked::Stop), (SignalKind::interrupt(), Asked::Stop), (SignalKind::hangup(), Asked::Reload)];
    for (kind, asked) in kinds {
        tokio::spawn(forward(signal(kind)?, asked, sender.clone()));
    }
    Ok(receiver)
}

async fn forward(mut from: Signal, asked: Asked, to: mpsc::Sender<Asked>) {
    while from.recv().await.is_some() {
        tracing::info!(?asked, "a signal");
        if to.send(asked).await.is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;
    use std::time::Duration;

    #[tokio::test]
    async fn a_signal_is_a_message() {
        let mut received = signals().unwrap();
        let kill = format!("kill -HUP {}", std::process::id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let message = tokio::time::timeout(Duration::from_secs(5), received.recv()).await;
        assert_eq!(message.unwrap(), Some(Asked::Reload));
    }
}
