//! A room over a site, for faults: what it says when nothing went wrong, and the program with a fault in it.

use super::super::support::{Ran, Room, column};
use super::oracle::dump;
use super::site::Site;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

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

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => self::copy(&path, &copy),
            false => drop(std::fs::copy(&path, &copy).unwrap()),
        }
    }
}

/// Whether there is a database with tables in it.
pub fn has_database(data: &Path) -> bool {
    let file = data.join("sverka.db");
    let opened = rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
    opened.and_then(|db| db.query_row("PRAGMA user_version", [], |row| row.get::<_, i32>(0))).is_ok_and(|version| version > 0)
}

/// What a room says without what the fault should not change: figures, verdicts, alerts.
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
        let alerts = "SELECT concat_ws(' ', key, severity, cleared_at IS NULL) FROM alert ORDER BY 1";
        State { dump: dump(&room.path("data")), verdicts: column(&db, verdicts, []), alerts: column(&db, alerts, []) }
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
    let folder = room.path("data/report/small");
    let ends = [("index.html", "</html>"), ("findings.json", "}")];
    let torn = ends
        .iter()
        .filter(|(name, end)| std::fs::read_to_string(folder.join(name)).is_ok_and(|text| !text.trim_end().ends_with(end)));
    torn.map(|(name, _)| folder.join(name)).collect()
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

/// Whether everything is to be tried that a machine has minutes for.
pub fn full() -> bool {
    std::env::var("SVERKA_FAULTS").is_ok_and(|asked| asked == "full")
}
