//! A room over a site, for faults: what it says when nothing went wrong, and the program with a fault in it.

use super::super::support::{Ran, Room, column, wait_until};
use super::families::copy;
use super::oracle::dump;
use super::site::{Look, Site};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Seconds for a debug build on a busy machine.
pub const PATIENCE: u64 = 60;
/// The number of SIGKILL.
pub const KILLED: i32 = 9;
/// A channel that writes down the ids of its messages.
const ALERTS: &str = "[[command]]\nname = \"script\"\nrun = [\"sh\", \"-c\", \"echo $SVERKA_MESSAGE_ID >> told.ids\"]\n";

/// A room whose sources are the publications of a site, with a paper that prints their figures and a channel that is told.
pub fn room(site: &Site) -> Room {
    let room = Room::with(&site.sources());
    std::fs::write(room.path("papers/small/claims.csv"), site.claims()).unwrap();
    std::fs::write(room.path("alerts.toml"), ALERTS).unwrap();
    room
}

/// The program with a fault at a point, from its start to its end: how it ended.
pub fn with_fault(room: &Room, args: &[&str], fault: &str) -> ExitStatus {
    faulty(room, args, fault).status().unwrap()
}

/// The same, not yet started. `told` in the room is made when the point is reached.
pub fn faulty(room: &Room, args: &[&str], fault: &str) -> Command {
    let mut command = room.command(args);
    command.env("FAULT", fault).env("FAULT_TOLD", room.path("told"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Whether it was killed at its point; one that was never reached is no case.
pub fn was_killed(ended: ExitStatus) -> bool {
    ended.signal() == Some(KILLED)
}

/// Runs a room to its end.
pub fn ran(room: &Room) -> Ran {
    let ran = room.sverka(&["run"]);
    assert!(ran.code <= 1, "{} {}", ran.code, ran.err);
    ran
}

/// Whether there is a database with tables in it.
pub fn has_database(data: &Path) -> bool {
    let file = data.join("sverka.db");
    let opened = rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
    opened.and_then(|db| db.query_row("PRAGMA user_version", [], |row| row.get::<_, i32>(0))).is_ok_and(|version| version > 0)
}

/// What a room says without what the fault should not change: figures, verdicts, alerts but those of the machine's own disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub dump: String,
    pub verdicts: Vec<String>,
    pub alerts: Vec<String>,
}

impl State {
    pub fn of(room: &Room) -> State {
        let db = room.db();
        let verdicts = "SELECT concat_ws(' ', c.claim, f.side, f.status) FROM finding AS f JOIN claim AS c ON c.id = f.claim_id
            WHERE f.until_id IS NULL ORDER BY 1";
        let alerts = "SELECT concat_ws(' ', key, severity, cleared_at IS NULL) FROM alert WHERE key NOT LIKE 'disk/%' ORDER BY 1";
        State { dump: dump(&room.path("data")), verdicts: column(&db, verdicts, []), alerts: column(&db, alerts, []) }
    }
}

/// A site with one publication, a room that has its first edition, and what a room says after it and after the second one, which is
/// what the site has then.
pub struct Stage {
    pub site: Site,
    held: Room,
    pub first: State,
    pub next: State,
}

impl Stage {
    pub fn of(look: Look) -> Stage {
        let site = Site::start(&[look]);
        let held = room(&site);
        ran(&held);
        assert_eq!(held.outcomes(), ["stored"], "{look:?}");
        let first = State::of(&held);
        site.publish(2);
        let after = like(&held, &site);
        ran(&after);
        let next = State::of(&after);
        assert!(first.dump != next.dump && first.verdicts != next.verdicts && first.alerts != next.alerts, "{look:?}");
        Stage { site, held, first, next }
    }

    /// A room of its own that has the first edition.
    pub fn room(&self) -> Room {
        like(&self.held, &self.site)
    }
}

/// A room over the same site with the data of another.
pub fn like(held: &Room, site: &Site) -> Room {
    let room = room(site);
    copy(&held.path("data"), &room.path("data"));
    room
}

/// A program that is not left behind when a case fails.
pub struct Held(pub Child);

impl Held {
    /// Starts a command with a pause at a point, and waits until it is there.
    pub fn at(room: &Room, args: &[&str], point: &str, pause: &str) -> Held {
        let held = Held(faulty(room, args, &format!("{point}:pause={pause}")).spawn().unwrap());
        wait_until(point, PATIENCE, || room.path("told").is_file());
        held
    }

    /// Starts a command that stays at a point, the `at`-th time that it comes there, until it is let go; waits until it is there. What it
    /// says of itself is written down.
    pub fn until_free(room: &Room, args: &[&str], point: &str, at: u32) -> Held {
        let mut command = faulty(room, args, &format!("{point}:hold@{at}"));
        command.env("FAULT_FREE", room.path("free")).env("SVERKA_LOG", "sverka=info");
        command.stderr(std::fs::File::create(room.path("said")).unwrap());
        let held = Held(command.spawn().unwrap());
        wait_until(point, PATIENCE, || room.path("told").is_file());
        held
    }

    /// Lets it go.
    pub fn free(room: &Room) {
        std::fs::write(room.path("free"), "").unwrap();
    }

    /// Waits until it has said so, so many times.
    pub fn has_said(room: &Room, words: &str, times: usize) {
        let said = || std::fs::read_to_string(room.path("said")).unwrap_or_default().matches(words).count();
        wait_until(words, PATIENCE, || said() >= times);
    }

    /// Sends it a signal, such as `-STOP`.
    pub fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Lines of a dump by source.
pub fn by_source(dump: &str) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in dump.lines().filter(|line| !line.is_empty()) {
        let words: Vec<serde_json::Value> = serde_json::from_str(line).unwrap();
        let at = if words[0] == "observation" { 3 } else { 1 };
        groups.entry(words[at].as_str().unwrap().to_string()).or_default().push(line.to_string());
    }
    groups
}

/// Pages of the report that are not whole.
pub fn torn_pages(room: &Room) -> Vec<PathBuf> {
    let (mut torn, mut folders) = (Vec::new(), vec![room.path("data/report")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // one that was begun has no page's name, and who writes holds a file of none
            let hidden = path.file_name().unwrap().to_string_lossy().into_owned();
            let unfinished = hidden.starts_with(".unfinished-") || hidden == ".lock";
            let end = match path.extension().and_then(|end| end.to_str()) {
                Some("html") => "</html>",
                Some("json" | "css") => "}",
                _ => "\n",
            };
            let text = std::fs::read_to_string(&path).unwrap();
            if !unfinished && !text.trim_end_matches(|c| c == '\n' && end != "\n").ends_with(end) {
                torn.push(path);
            }
        }
    }
    torn
}

/// Waits for the end of a child, at most so long.
pub fn ended_within(child: &mut Child, most: Duration) -> Option<ExitStatus> {
    let since = Instant::now();
    while since.elapsed() < most {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    None
}
