//! Pages that are asked for while a dump is loaded into the same file, and how far the log of the database grows.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Pages of each kind that a reader goes round.
const PAGES: [&str; 5] = ["/", "/sources", "/paper/an-2023", "/paper/an-2023/claim/s1.1-001", "/series"];
/// Between two pages.
const PAUSE: Duration = Duration::from_millis(20);
/// How long the server may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// Loads `dump` by `load` and asks for pages until it ends; prints what they took.
pub fn while_loading(mut load: Command, data: &Path) {
    let mut loading = load.stdout(Stdio::null()).spawn().unwrap();
    let (mut server, address) = serve(data);
    let (mut times, mut wal, mut failed) = (Vec::new(), 0, 0);
    while loading.try_wait().unwrap().is_none() {
        for page in PAGES {
            let since = Instant::now();
            match get(address, page) {
                Some(200) => times.push(since.elapsed()),
                _ => failed += 1,
            }
            wal = wal.max(std::fs::metadata(data.join("sverka.db-wal")).map_or(0, |file| file.len()));
            std::thread::sleep(PAUSE);
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(loading.wait().unwrap().success());
    times.sort();
    let at = |part: usize| times.get(times.len() * part / 100).or(times.last()).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    println!(
        "readers meanwhile: {} pages, median {:.1} ms, p99 {:.1} ms, {failed} failed; log {} MB at most",
        times.len(),
        at(50),
        at(99),
        wal / 1_000_000
    );
}

/// A server over the store, as soon as there is one and it answers.
fn serve(data: &Path) -> (Child, SocketAddr) {
    let since = Instant::now();
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    while since.elapsed() < PATIENCE {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sverka"));
        command.args(["serve", "--listen", &free.to_string()]).arg("--data-dir").arg(data).current_dir(data.parent().unwrap());
        let mut server = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while server.try_wait().unwrap().is_none() && since.elapsed() < PATIENCE {
            if get(free, PAGES[0]) == Some(200) {
                return (server, free);
            }
            std::thread::sleep(PAUSE);
        }
    }
    panic!("no server within {PATIENCE:?}");
}

/// Asks for a page and reads all of it; its status.
fn get(address: SocketAddr, page: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "GET {page} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    String::from_utf8_lossy(answer.get(..12)?).rsplit(' ').next()?.parse().ok()
}
