//! A publisher on this machine that misbehaves: a script by path, and exactly the bytes and pauses that it asks for.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a pause of a client may be, and how long one that does not read is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is done on a connection, in order; after the last step the connection ends as it should.
#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// The same piece again and again, until the other side has enough of it.
    Flood(Vec<u8>, u64),
    /// The connection is reset; only as the last step.
    Reset,
}

/// Steps for a request, of which it gets the head and the number among those for its path, from 1.
pub type Script = Arc<dyn Fn(&str, usize) -> Vec<Step> + Send + Sync>;

/// The same steps for every request.
pub fn always(steps: Vec<Step>) -> Script {
    Arc::new(move |_, _| steps.clone())
}

/// An answer of these header lines and this body, to the byte.
pub fn raw(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    [format!("HTTP/1.1 {status}\r\nConnection: close\r\n{lines}\r\n").as_bytes(), body].concat()
}

/// An answer as it should be.
pub fn whole(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("Content-Length: {}", body.len());
    raw(status, &[headers, &[length.as_str()]].concat(), body)
}

/// A body in chunks of so many bytes.
pub fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for piece in body.chunks(size) {
        bytes.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

/// What all connections of a server share.
#[derive(Default)]
struct State {
    scripts: Mutex<HashMap<String, Script>>,
    /// What every path gives once the publisher is well.
    good: Mutex<Option<Vec<u8>>>,
    heads: Mutex<Vec<String>>,
    under_way: AtomicUsize,
    most_at_once: AtomicUsize,
}

/// The server; its threads end with the test program.
#[derive(Clone)]
pub struct FaultServer {
    pub port: u16,
    state: Arc<State>,
}

impl FaultServer {
    /// Listens on a free port of 127.0.0.1.
    pub fn start() -> FaultServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = FaultServer { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        server.listen(listener);
        server
    }

    /// Listens on the same port of further addresses of this machine: hosts of their own.
    pub fn also_on(self, addresses: impl IntoIterator<Item = String>) -> FaultServer {
        addresses.into_iter().for_each(|address| self.listen(TcpListener::bind((address.as_str(), self.port)).unwrap()));
        self
    }

    fn listen(&self, listener: TcpListener) {
        let state = self.state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = state.clone();
                std::thread::spawn(move || serve(stream, &state));
            }
        });
    }

    /// What a path does from now on.
    pub fn script(&self, path: &str, script: Script) {
        self.state.scripts.lock().unwrap().insert(path.to_owned(), script);
    }

    /// From now on every path gives this, and the server is well; `None`: as before.
    pub fn well(&self, document: Option<Vec<u8>>) {
        *self.state.good.lock().unwrap() = document;
    }

    /// Heads of all requests so far but those for a `robots.txt` that has no script.
    pub fn heads(&self) -> Vec<String> {
        self.state.heads.lock().unwrap().clone()
    }

    /// How many of them asked for this path.
    pub fn asked(&self, path: &str) -> usize {
        let line = format!(" {path} ");
        self.state
            .heads
            .lock()
            .unwrap()
            .iter()
            .filter(|head| head.lines().next().is_some_and(|first| first.contains(&line)))
            .count()
    }

    /// The most requests that were answered at the same time.
    pub fn most_at_once(&self) -> usize {
        self.state.most_at_once.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, state: &State) {
    let _ = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    let Some(head) = head(&mut stream) else { return };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let (script, good) = (state.scripts.lock().unwrap().get(&path).cloned(), state.good.lock().unwrap().clone());
    if script.is_none() && path == "/robots.txt" {
        let _ = stream.read(&mut [0]).and_then(|_| stream.write_all(&whole("404 Not Found", &[], b"")));
        return;
    }
    let number = {
        let mut heads = state.heads.lock().unwrap();
        heads.push(head.clone());
        heads.iter().filter(|other| other.split(' ').nth(1) == Some(path.as_str())).count()
    };
    let now = state.under_way.fetch_add(1, Ordering::SeqCst) + 1;
    state.most_at_once.fetch_max(now, Ordering::SeqCst);
    let steps = match (good, script) {
        (Some(document), _) => vec![Step::Send(whole("200 OK", &["Content-Type: application/octet-stream"], &document))],
        (None, Some(script)) => script(&head, number),
        (None, None) => vec![Step::Send(whole("404 Not Found", &[], b""))],
    };
    let (last, before) = steps.split_last().map_or((&[][..], &[][..]), |(last, before)| (std::slice::from_ref(last), before));
    // the other side may hang up at any time; once it has all, it may ask for more before we know
    let began = perform(&mut stream, before);
    state.under_way.fetch_sub(1, Ordering::SeqCst);
    let _ = began.and_then(|()| perform(&mut stream, last)).and_then(|()| end(&mut stream, last));
}

/// The head without its last byte: a connection that is closed with a byte unread is reset.
fn head(stream: &mut TcpStream) -> Option<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r") {
        match stream.read(&mut byte) {
            // whoever only looks whether somebody listens says nothing
            Ok(0) | Err(_) => return None,
            Ok(_) => head.push(byte[0]),
        }
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

fn perform(stream: &mut TcpStream, steps: &[Step]) -> std::io::Result<()> {
    steps.iter().try_for_each(|step| match step {
        Step::Send(bytes) => stream.write_all(bytes),
        Step::Wait(time) => {
            std::thread::sleep(*time);
            Ok(())
        }
        Step::Flood(piece, times) => (0..*times).try_for_each(|_| stream.write_all(piece)),
        Step::Reset => Ok(()),
    })
}

/// Ends a connection as the last step says: as it should be, or with a byte unread.
fn end(stream: &mut TcpStream, last: &[Step]) -> std::io::Result<()> {
    if matches!(last, [Step::Reset]) {
        // what was sent shall be read before
        std::thread::sleep(Duration::from_millis(30));
        return Ok(());
    }
    let _ = stream.read(&mut [0])?;
    stream.shutdown(std::net::Shutdown::Write)
}
