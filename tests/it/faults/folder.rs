//! Many documents of many sources, fed through the real program at once, and watched: what became of each, and what the program
//! and its readers took of the machine.

use super::super::support::{Room, column, open};
use super::table;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// How often memory is looked at: it is a high-water mark, so that little is missed between the last look and the end.
const LOOK: Duration = Duration::from_millis(10);

/// A room in the making.
#[derive(Default)]
pub struct Folder {
    config: String,
    documents: Vec<(String, String, Vec<u8>)>,
}

/// A room through which documents went.
pub struct Fed {
    pub room: Room,
    /// Most MiB of memory that the program had, and that any of its readers had.
    pub peaks: [u64; 2],
}

impl Folder {
    /// A source.
    pub fn source(&mut self, block: &str) {
        self.config += block;
    }

    /// A document of a source, and its day.
    pub fn document(&mut self, source: &str, day: &str, bytes: Vec<u8>) {
        self.documents.push((source.to_string(), day.to_string(), bytes));
    }

    /// Feeds all of it, in the order of days, and of the same day in that of this list.
    pub fn feed(&self) -> Fed {
        self.feed_in(|_| 0)
    }

    /// The same in the order of this list, whatever the days: each document goes in a run with others of its place among
    /// those of its source.
    pub fn feed_in_order(&self) -> Fed {
        self.feed_in(|at| self.documents[..at].iter().filter(|other| other.0 == self.documents[at].0).count())
    }

    /// Feeds the documents in as many runs as there are turns.
    fn feed_in(&self, turn: impl Fn(usize) -> usize) -> Fed {
        let room = Room::with(&format!("{}{}", table::HEAD, self.config));
        let mut manifests: BTreeMap<usize, String> = BTreeMap::new();
        for (at, (source, day, bytes)) in self.documents.iter().enumerate() {
            std::fs::write(room.path(&format!("{at:04}")), bytes).unwrap();
            let head = || "source\tpath\tas_of\tas_of_basis\tsha256\n".to_string();
            *manifests.entry(turn(at)).or_insert_with(head) += &format!("{source}\t{at:04}\t{day}\trecorded\t\n");
        }
        let mut most = [0; 2];
        for manifest in manifests.values() {
            std::fs::write(room.path("MANIFEST.tsv"), manifest).unwrap();
            let peaks = watched(&room, &["replay", "MANIFEST.tsv"]);
            most = [most[0].max(peaks[0]), most[1].max(peaks[1])];
        }
        Fed { room, peaks: most }
    }
}

/// Runs the program to its end; most MiB of it and of any child.
pub fn watched(room: &Room, args: &[&str]) -> [u64; 2] {
    let (said, mut peaks) = (room.path("said"), [0; 2]);
    let mut command = room.command(args);
    command.stdout(Stdio::null()).stderr(std::fs::File::create(&said).unwrap());
    let mut program = command.spawn().unwrap();
    let ended = loop {
        if let Some(ended) = program.try_wait().unwrap() {
            break ended;
        }
        let id = program.id();
        peaks[0] = peaks[0].max(peak(id));
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        let most = children.split_whitespace().filter_map(|child| child.parse().ok()).map(peak).max();
        peaks[1] = peaks[1].max(most.unwrap_or_default());
        std::thread::sleep(LOOK);
    };
    let said = std::fs::read_to_string(said).unwrap();
    assert!(ended.code().is_some_and(|code| code <= 1), "{ended}: {said}");
    peaks
}

/// Most MiB that a process had; 0 where it is gone.
fn peak(id: u32) -> u64 {
    most_memory(id).unwrap_or_default() >> 10
}

/// The most memory that a process had, in KiB, if it is still there.
pub fn most_memory(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

impl Fed {
    /// Outcome and message of every attempt of a source, in order.
    pub fn outcomes(&self, source: &str) -> Vec<(String, String)> {
        let db = self.room.db();
        let sql =
            "SELECT coalesce(outcome, '') || char(9) || coalesce(message, '') FROM attempt WHERE source_id = ?1 ORDER BY id";
        let split = |line: String| line.split_once('\t').map(|(code, said)| (code.to_string(), said.to_string())).unwrap();
        column::<String>(&db, sql, [source]).into_iter().map(split).collect()
    }

    /// What stands of a source today, as [`table::FIGURES`] tells it; without a value its status.
    pub fn figures(&self, source: &str) -> String {
        figures(&self.room.path("data"), source)
    }

    /// Codes of the issues of a source, with what was seen.
    pub fn issues(&self, source: &str) -> Vec<String> {
        let sql = "SELECT i.code || ': ' || i.seen FROM issue AS i WHERE i.source_id = ?1 ORDER BY i.id";
        column(&self.room.db(), sql, [source])
    }

    /// How often each outcome came, for a table.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        let all = column::<String>(&self.room.db(), "SELECT coalesce(outcome, 'under way') FROM attempt", []);
        all.into_iter().for_each(|outcome| *counts.entry(outcome).or_default() += 1);
        counts
    }
}

/// What stands of a source in a data folder.
pub fn figures(data: &Path, source: &str) -> String {
    let sql = "SELECT s.code || ' ' || o.period || ' ' || coalesce(o.value, o.status) FROM observation AS o
               JOIN series AS s ON s.id = o.series_id
               WHERE o.source_id = ?1 AND o.known_to IS NULL AND o.recorded_to IS NULL ORDER BY 1";
    column::<String>(&open(data), sql, [source]).join(", ")
}
