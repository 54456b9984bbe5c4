//! Signals that ask for the end.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

/// Signals that are remembered: the first asks to stop, the second to stop waiting.
const ROOM: usize = 2;

/// Listens for SIGTERM, SIGINT (Ctrl-C) and SIGHUP (a terminal that closes) from now on. Each of them is one message.
///
/// # Errors
/// When the system does not let us listen.
pub fn signals() -> io::Result<mpsc::Receiver<()>> {
    let (sender, receiver) = mpsc::channel(ROOM);
    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        tokio::spawn(forward(signal(kind)?, sender.clone()));
    }
    Ok(receiver)
}

async fn forward(mut from: Signal, to: mpsc::Sender<()>) {
    while from.recv().await.is_some() && to.send(()).await.is_ok() {}
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
        assert_eq!(message.unwrap(), Some(()));
    }
}
