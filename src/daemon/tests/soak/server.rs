//! The publishers' servers: a listener of its own each, all on this machine, that answer as the script of the day says.

use super::documents::{PAGE, extension};
use super::world::{Fault, Publisher, Serving, World};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The first of the publishers' addresses; a host each, as each publisher has one.
const HOST: [u8; 3] = [127, 0, 1];
const FIRST: u8 = 100;
/// How long who hangs says nothing: longer than anybody waits.
const HANGS: Duration = Duration::from_secs(20);

/// All servers.
pub struct Servers {
    world: Arc<World>,
    addresses: Vec<SocketAddr>,
    listening: HashMap<usize, JoinHandle<()>>,
    /// What each says now.
    serving: Arc<Mutex<Vec<Option<Serving>>>>,
}

impl Servers {
    /// One a publisher, on free ports.
    pub async fn start(world: &Arc<World>) -> Servers {
        let count = world.publishers.len();
        let serving = Arc::new(Mutex::new(vec![None; count]));
        let mut servers = Servers { world: world.clone(), addresses: Vec::new(), listening: HashMap::new(), serving };
        for number in 0..count {
            let host = FIRST + u8::try_from(number).unwrap();
            let listener = TcpListener::bind((std::net::Ipv4Addr::new(HOST[0], HOST[1], HOST[2], host), 0)).await.unwrap();
            servers.addresses.push(listener.local_addr().unwrap());
            servers.listen(number, listener);
        }
        servers
    }

    /// Where a publisher is found.
    pub fn root(&self, number: usize) -> String {
        format!("http://{}", self.addresses[number])
    }

    /// Makes every server do what the script says of an instant.
    pub async fn turn(&mut self, at: DateTime<Utc>) {
        for number in 0..self.addresses.len() {
            let serving = self.world.serving(number, at);
            self.serving.lock().unwrap()[number] = serving;
            let refuses = matches!(serving, None | Some(Serving::Fault(Fault::Refused)));
            match self.listening.remove(&number) {
                Some(listening) if refuses => {
                    listening.abort();
                    assert!(listening.await.unwrap_err().is_cancelled());
                }
                None if !refuses => {
                    let listener = TcpListener::bind(self.addresses[number]).await.unwrap();
                    self.listen(number, listener);
                }
                other => _ = other.map(|listening| self.listening.insert(number, listening)),
            }
        }
    }

    fn listen(&mut self, number: usize, listener: TcpListener) {
        let (world, serving) = (self.world.clone(), self.serving.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (world, serving) = (world.clone(), serving.lock().unwrap()[number]);
                // the other side may hang up at any time
                tokio::spawn(async move { answer(stream, &world.publishers[number], serving).await.unwrap_or_default() });
            }
        });
        self.listening.insert(number, task);
    }
}

async fn answer(mut stream: TcpStream, publisher: &Publisher, serving: Option<Serving>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        // whoever only looks whether somebody listens says nothing
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let path = head.split(' ').nth(1).unwrap_or_default().to_string();
    let condition = head.lines().find_map(|line| line.strip_prefix("if-none-match: ")).unwrap_or_default().to_string();
    match serving {
        None | Some(Serving::Fault(Fault::Refused)) => Ok(()),
        Some(Serving::Fault(Fault::Hang)) => {
            tokio::time::sleep(HANGS).await;
            Ok(())
        }
        Some(Serving::Fault(Fault::Cut)) => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nOutp").await,
        Some(Serving::Fault(Fault::Status(status))) => {
            say(&mut stream, &format!("{status} Excuse us"), "", PAGE.as_bytes()).await
        }
        Some(Serving::Fault(Fault::Page)) => {
            say(&mut stream, "200 OK", "Content-Type: text/html; charset=utf-8\r\n", PAGE.as_bytes()).await
        }
        Some(Serving::Edition { number, renamed }) => edition(&mut stream, publisher, (number, renamed), &path, &condition).await,
    }
}

/// The document at its name, and the page that lists it; the name before is not found.
async fn edition(
    stream: &mut TcpStream,
    publisher: &Publisher,
    (number, renamed): (usize, bool),
    path: &str,
    condition: &str,
) -> std::io::Result<()> {
    let (id, kind) = (&publisher.id, extension(publisher.kind));
    let name = if renamed { format!("/files/{id}-new.{kind}") } else { format!("/{id}.{kind}") };
    if path == "/list" {
        let list =
            format!("<!DOCTYPE html><html><body><p><a href=\"/about\">About</a> <a href=\"{name}\">Output</a></p></body></html>");
        return say(stream, "200 OK", "Content-Type: text/html; charset=utf-8\r\n", list.as_bytes()).await;
    }
    if path != name {
        return say(stream, "404 Not Found", "", PAGE.as_bytes()).await;
    }
    let tag = format!("\"{number}\"");
    let mut headers = if publisher.tagged { format!("ETag: {tag}\r\n") } else { String::new() };
    if publisher.tagged && condition == tag {
        return stream.write_all(format!("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n{headers}\r\n").as_bytes()).await;
    }
    headers += "Content-Type: application/octet-stream\r\n";
    say(stream, "200 OK", &headers, &publisher.editions[number].bytes).await
}

async fn say(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await
}
