//! How long the program takes to start, to tell the state of a large store, and what a daemon needs that has nothing to do:
//! `cargo bench --bench start`, or `cargo bench --bench start -- FOLDER` for the `status` of a data folder of your own. Nothing is
//! asserted; the bars are 10 ms, 20 ms, and 20 MB and no processor time.

#[path = "verdicts/filled.rs"]
#[allow(dead_code, reason = "its paper is for the verdicts")]
mod filled;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// So often the program is started.
const TIMES: usize = 40;
/// Observations of the store that is made.
const OBSERVATIONS: usize = 1_000_000;
/// Sources of the daemon.
const SOURCES: usize = 60;
/// How long a daemon may take to find that nothing is to be done, and how long it is watched then.
const SETTLES: Duration = Duration::from_secs(8);
const WATCHED: Duration = Duration::from_secs(20);

fn main() {
    println!("--version: {}", starts(&["--version"]));
    let own = std::env::args().skip(1).find(|word| !word.starts_with('-')).map(PathBuf::from);
    let data = own.unwrap_or_else(made);
    let size = std::fs::metadata(data.join("sverka.db")).map_or(0, |file| file.len() >> 20);
    let data = data.display().to_string();
    println!("status, {size} MiB: {}", starts(&["--data-dir", &data, "status"]));
    println!("status --json, {size} MiB: {}", starts(&["--data-dir", &data, "status", "--json"]));
    idle();
}

/// The quickest and the median of many starts.
fn starts(args: &[&str]) -> String {
    let mut times: Vec<Duration> = (0..TIMES).map(|_| start(args)).collect();
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    format!("{:.1} ms, median {:.1} ms", ms(times[0]), ms(times[TIMES / 2]))
}

fn start(args: &[&str]) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sverka"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null());
    let since = Instant::now();
    assert!(command.status().unwrap().success(), "{args:?}");
    since.elapsed()
}

/// A data folder over the store that the verdicts are measured with.
fn made() -> PathBuf {
    let (_, store) = filled::store(OBSERVATIONS);
    let folder = store.with_extension("data");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("sverka.db");
    if !file.exists() {
        std::fs::hard_link(&store, &file).unwrap();
    }
    folder
}

/// A daemon whose publishers do not answer, and that waits until it may ask them again.
fn idle() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("sources.toml"), sources()).unwrap();
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_sverka"));
    daemon.current_dir(dir.path()).arg("daemon").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut daemon = Daemon(daemon.spawn().unwrap());
    std::thread::sleep(SETTLES);
    let before = daemon.ticks();
    std::thread::sleep(WATCHED);
    let used = daemon.ticks() - before;
    println!("idle daemon of {SOURCES} sources: {}, {used} ticks of 10 ms in {} s", daemon.memory(), WATCHED.as_secs());
    assert!(daemon.0.try_wait().unwrap().is_none(), "it has ended");
}

/// Ends with the program.
struct Daemon(Child);

impl Daemon {
    /// Processor time it has used.
    fn ticks(&self) -> u64 {
        let stat = self.read("stat");
        let fields = stat.rsplit(')').next().unwrap().split_whitespace();
        fields.skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
    }

    fn memory(&self) -> String {
        let status = self.read("status");
        let of = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_string();
        format!("{} (of its own {}, at most {})", of("VmRSS:"), of("RssAnon:"), of("VmHWM:"))
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(Path::new("/proc").join(self.0.id().to_string()).join(name)).unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // it may have ended
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sources at a port of this machine where nobody listens.
fn sources() -> String {
    let mut text = "[fetch]\nallow_loopback = true\n[[publisher]]\nid = \"p\"\nname = \"P\"\ncountry = \"ru\"\nurl = \"https://publisher.example/\"\n"
        .to_string();
    for number in 0..SOURCES {
        text += &format!(
            "[[source]]\nid = \"s{number}\"\npublisher = \"p\"\ntitle = \"Output\"\npage = \"https://publisher.example/\"\n\
             address = [{{ url = \"http://127.0.3.{}:1/t.csv\" }}]\nschedule = \"0 6 * * *\"\nformat = [\"csv\"]\nlicence = \"none\"\n\
             reads = \"none\"\nnote = \"nothing is read\"\n",
            number + 1
        );
    }
    text
}
