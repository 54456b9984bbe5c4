//! The target of what is asked over HTTP: any bytes are answered with what the asker did wrong, or not at all.

use super::{Door, Pulse, serve};
use axum::Router;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

/// Bytes that lie between both sides.
const ROOM: usize = 64 << 10;
/// How long it is waited for the end of an answer to what has no end itself.
const PATIENCE: Duration = Duration::from_millis(3);
/// How those begin who speak the second version at once; it is answered in frames.
const HTTP_2: &[u8] = b"PRI * HTTP/2.0";
/// An answer takes no longer.
const MOST_TIME: Duration = Duration::from_secs(5);

struct Well;

impl Pulse for Well {
    fn metrics(&self) -> anyhow::Result<String> {
        Ok("one 1\n".to_string())
    }

    fn ready(&self) -> anyhow::Result<()> {
        Ok(())
    }
}

/// Somebody who comes once.
struct Once(Option<DuplexStream>);

impl axum::serve::Listener for Once {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        match self.0.take() {
            Some(stream) => (stream, ()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes that come in.
pub fn request(bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap_or_else(|error| panic!("{error}"));
    let said = runtime.block_on(async {
        let (mut ours, theirs) = duplex(ROOM);
        let serving = tokio::spawn(serve(Once(Some(theirs)), Well, Router::new(), Door::new(true, None)));
        let mut said = Vec::new();
        let asking = async {
            // the other side may hang up before it has read everything, and waits for more where this was not all
            let _ = ours.write_all(bytes).await;
            let _ = tokio::time::timeout(PATIENCE, ours.read_to_end(&mut said)).await;
            let _ = ours.shutdown().await;
            let _ = ours.read_to_end(&mut said).await;
        };
        assert!(tokio::time::timeout(MOST_TIME, asking).await.is_ok(), "an answer takes no longer");
        serving.abort();
        said
    });
    let text = String::from_utf8_lossy(&said);
    assert!(text.is_empty() || text.starts_with("HTTP/1.") || bytes.starts_with(HTTP_2), "{text}");
    assert!(!text.lines().any(|line| line.starts_with("HTTP/1.1 5")), "{text}");
}
