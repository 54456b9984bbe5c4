//! Publishers on this machine: a host each, one small document, 304 to whoever has it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The document's validator.
pub const TAG: &str = "\"1\"";
const DOCUMENT: &str = "Item;January 2026;February 2026\nIndustry;101.2;102.3\nMining;99.1;98.7\n";

/// All of them, on a thread of their own.
pub struct Server {
    addresses: Vec<SocketAddr>,
    delay: Arc<AtomicU64>,
}

impl Server {
    /// Starts as many; they end with the program.
    pub fn start(count: usize) -> Server {
        let delay = Arc::new(AtomicU64::new(0));
        let (shared, (sender, addresses)) = (delay.clone(), std::sync::mpsc::channel());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                for number in 0..count {
                    let host = Ipv4Addr::new(127, 0, 2, u8::try_from(number + 1).unwrap());
                    let listener = TcpListener::bind((host, 0)).await.unwrap();
                    sender.send(listener.local_addr().unwrap()).unwrap();
                    tokio::spawn(listen(listener, shared.clone()));
                }
                drop(sender);
                std::future::pending::<()>().await;
            });
        });
        Server { addresses: addresses.iter().collect(), delay }
    }

    /// Where a publisher's document is.
    pub fn address(&self, number: usize) -> String {
        format!("http://{}/t.csv", self.addresses[number])
    }

    /// How long further answers take.
    pub fn answer_after(&self, delay: Duration) {
        self.delay.store(u64::try_from(delay.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

async fn listen(listener: TcpListener, delay: Arc<AtomicU64>) {
    while let Ok((stream, _)) = listener.accept().await {
        let delay = delay.clone();
        // the other side may hang up at any time
        tokio::spawn(async move { answer(stream, &delay).await.unwrap_or_default() });
    }
}

async fn answer(mut stream: TcpStream, delay: &AtomicU64) -> std::io::Result<()> {
    let mut head = Vec::new();
    while stream.read_buf(&mut head).await? > 0 {
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        tokio::time::sleep(Duration::from_millis(delay.load(Ordering::Relaxed))).await;
        let asked = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let answer = match asked.contains(&format!("if-none-match: {TAG}")) {
            true => format!("HTTP/1.1 304 Not Modified\r\nETag: {TAG}\r\n\r\n"),
            false => format!(
                "HTTP/1.1 200 OK\r\nETag: {TAG}\r\nContent-Type: text/csv\r\nContent-Length: {}\r\n\r\n{DOCUMENT}",
                DOCUMENT.len()
            ),
        };
        stream.write_all(answer.as_bytes()).await?;
        head.clear();
    }
    Ok(())
}
