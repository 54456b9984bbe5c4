//! A server on loopback that sends exactly the bytes it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use url::Url;

/// What to do on a connection, in order.
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
}

/// Counts and answers; ends with the test process, as its threads only wait for loopback connections.
pub struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `respond` gets the head of a request with its body and its number, from 1.
    pub fn start(respond: impl Fn(&str, usize) -> Vec<Step> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, respond) = (requests.clone(), Arc::new(respond));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, respond) = (seen.clone(), respond.clone());
                thread::spawn(move || serve(stream, &seen, respond.as_ref()));
            }
        });
        Server { port, requests }
    }

    pub fn url(&self, path: &str) -> Url {
        self.url_as(super::HOST, path)
    }

    pub fn url_as(&self, host: &str, path: &str) -> Url {
        Url::parse(&format!("http://{host}:{}{path}", self.port)).unwrap()
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// A well-formed answer on a connection that closes after it.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<Step> {
    let length = body.len().to_string();
    let own: &[(&str, &str)] = if status == 304 { &[] } else { &[("Content-Length", &length)] };
    raw(status, &[headers, own].concat(), body)
}

/// An answer with exactly these headers.
pub fn raw(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<Step> {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut bytes = format!("HTTP/1.1 {status} Status\r\nConnection: close\r\n{lines}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    vec![Step::Send(bytes)]
}

/// The port of a server that answers one TLS greeting in plain text.
pub fn without_tls() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        // Closing with bytes unread would reset the connection instead.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    port
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<String>>, respond: &dyn Fn(&str, usize) -> Vec<Step>) {
    let mut head = String::new();
    let mut reader = BufReader::new(&stream);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    head.push_str(&String::from_utf8_lossy(&body));
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(head.clone());
        seen.len()
    };
    for step in respond(&head, number) {
        match step {
            Step::Wait(time) => thread::sleep(time),
            Step::Send(bytes) if (&stream).write_all(&bytes).is_err() => return,
            Step::Send(_) => {}
        }
    }
}
