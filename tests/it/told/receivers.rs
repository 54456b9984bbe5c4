//! Servers that are told: a hook, a mail server. They remember what came.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One request.
#[derive(Debug, Clone)]
pub struct Got {
    /// The request line.
    pub first: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Got {
    /// A header, by its name in lower case; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A hook on this machine.
pub struct Hook {
    pub address: String,
    state: Arc<Mutex<State>>,
}

struct State {
    got: Vec<Got>,
    status: &'static str,
    hold: Duration,
}

impl Hook {
    pub fn start() -> Hook {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/hook", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { got: Vec::new(), status: "200 OK", hold: Duration::ZERO }));
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                std::thread::spawn(move || answer(stream, &shared));
            }
        });
        Hook { address, state }
    }

    /// Answers come so late.
    pub fn hold(&self, hold: Duration) {
        self.state.lock().unwrap().hold = hold;
    }

    pub fn answer(&self, status: &'static str) {
        self.state.lock().unwrap().status = status;
    }

    pub fn got(&self) -> Vec<Got> {
        self.state.lock().unwrap().got.clone()
    }

    pub fn forget(&self) {
        self.state.lock().unwrap().got.clear();
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) if line.trim().is_empty() => break,
            Ok(_) => lines.push(line.trim().to_string()),
        }
    }
    let header = |line: &String| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_string()));
    let headers: Vec<(String, String)> = lines.iter().skip(1).filter_map(header).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, n)| n.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let got = Got { first: lines[0].clone(), headers, body: String::from_utf8(body).unwrap() };
    let (status, hold) = {
        let mut state = state.lock().unwrap();
        state.got.push(got);
        (state.status, state.hold)
    };
    std::thread::sleep(hold);
    // the other side may have been killed
    let _ = write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}

/// A mail server on this machine that offers no TLS.
pub struct Mail {
    pub port: u16,
    got: Arc<Mutex<Vec<String>>>,
}

impl Mail {
    pub fn start() -> Mail {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let got = Arc::new(Mutex::new(Vec::new()));
        let shared = got.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                std::thread::spawn(move || converse(stream, &shared));
            }
        });
        Mail { port, got }
    }

    /// Every letter that was taken, with what was said before it.
    pub fn got(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }
}

fn converse(mut stream: TcpStream, got: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut said, mut inside) = (String::new(), false);
    let mut answer = "220 mail.example ESMTP\r\n".to_string();
    loop {
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
        answer.clear();
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        said += &line;
        answer = match line.trim_end() {
            "." if inside => {
                inside = false;
                got.lock().unwrap().push(std::mem::take(&mut said));
                "250 taken\r\n"
            }
            _ if inside => "",
            "DATA" => {
                inside = true;
                "354 go on\r\n"
            }
            "QUIT" => "221 bye\r\n",
            line if line.starts_with("EHLO") => "250-mail.example\r\n250 AUTH PLAIN\r\n",
            line if line.starts_with("AUTH") => "235 known\r\n",
            _ => "250 fine\r\n",
        }
        .to_string();
    }
}
