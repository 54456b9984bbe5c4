//! What must hold after every fault: the file is whole, every document is what its name says, the try left one row with the code
//! that was expected, nobody left anything behind; and once the fault is gone, one more run gives what a clean one gives.

use super::super::support::{Room, column, count};
use std::path::Path;
use sverka::archive::Archive;
use sverka::store::Store;

/// How many attempts there are; none where there is no database yet.
pub fn attempts(room: &Room) -> usize {
    if room.path("data/sverka.db").is_file() { outcomes(room, 0).len() } else { 0 }
}

/// Outcomes of the attempts after the first so many; `under way` where a killed one still stands open.
pub fn outcomes(room: &Room, after: usize) -> Vec<String> {
    let all = column::<String>(&room.db(), "SELECT coalesce(outcome, 'under way') FROM attempt ORDER BY id", []);
    all.into_iter().skip(after).collect()
}

/// Holds after a fault that the program lived through: `data` is whole, and the tries after the first `before` are `expected`.
pub fn assert_invariants(room: &Room, before: usize, expected: &[&str]) {
    assert_whole(&room.path("data"));
    assert_eq!(outcomes(room, before), expected, "one attempt a try, with its code");
    assert_left_alone(room);
}

/// What holds of a data folder at any time, even after a kill: everything but leftovers, which the next start removes.
pub fn assert_whole(data: &Path) {
    let db = super::super::support::open(data);
    assert_eq!(column::<String>(&db, "PRAGMA integrity_check", []), ["ok"]);
    assert_eq!(count(&db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    let archive = Archive::at(data.join("archive"));
    let listing = archive.list().unwrap();
    assert_eq!(listing.strays, Vec::<std::path::PathBuf>::new(), "nothing but documents in the archive");
    for sha256 in &listing.documents {
        archive.verify(sha256).unwrap();
    }
    for sha256 in column::<String>(
        &db,
        "SELECT sha256 FROM snapshot WHERE held = 1 UNION SELECT sha256 FROM quarantine WHERE sha256 IS NOT NULL",
        [],
    ) {
        archive.verify(&sha256).unwrap_or_else(|error| panic!("a row names it: {error}"));
    }
    // what SQL sees of a figure, its document and its words agrees with what was kept of them when they came
    let faults = Store::open_read_only(&data.join("sverka.db")).unwrap().disagreements().unwrap();
    assert!(faults.is_empty(), "{faults:?}");
}

/// No unfinished file, no lock that is held, no process that goes on.
pub fn assert_left_alone(room: &Room) {
    let data = room.path("data");
    let unfinished = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".unfinished-")).count()
    };
    assert_eq!(unfinished(&data) + unfinished(&data.join("archive")), 0, "no unfinished file");
    // a child that was just being started when the program ended has its files until it is replaced, and one that was just ended is
    // there until somebody has noticed
    if let Ok(lock) = std::fs::File::open(data.join("sverka.lock")) {
        assert!(soon(|| lock.try_lock().is_ok()), "nobody holds the lock");
    }
    let room = room.path(".");
    assert!(soon(|| working_in(&room).is_empty()), "a process goes on: {:?}", working_in(&room));
}

/// Whether it is so, now or in a second.
fn soon(is_so: impl Fn() -> bool) -> bool {
    (0..100).any(|turn| {
        if turn > 0 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        is_so()
    })
}

/// Processes whose working folder is this one.
fn working_in(folder: &Path) -> Vec<String> {
    let folder = folder.canonicalize().unwrap();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ours = |path: &Path| std::fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd == folder);
    entries.map(|entry| entry.path()).filter(|path| ours(path)).map(|path| path.display().to_string()).collect()
}

/// What the database of a data folder says, free of how it came to say it.
pub fn dump(data: &Path) -> String {
    Store::open_read_only(&data.join("sverka.db")).unwrap().logical_dump().unwrap()
}

/// The fault is gone: one more run, and the database says what that of a clean run says, and every figure is still read from its
/// document as it is stored.
pub fn assert_heals(room: &Room, clean: &str) {
    let ran = room.sverka(&["run"]);
    assert!(ran.code <= 1, "{} {}", ran.code, ran.err);
    assert_whole(&room.path("data"));
    assert_left_alone(room);
    assert_eq!(count(&room.db(), "SELECT count(*) FROM attempt WHERE finished_at IS NULL"), 0, "no attempt stays open");
    let healed = dump(&room.path("data"));
    assert!(healed == clean, "differs from a clean run:\n{}", differing(&healed, clean));
}

fn differing(healed: &str, clean: &str) -> String {
    let lacks = |a: &str, b: &str, sign: char| {
        let lines =
            a.lines().filter(|line| !b.lines().any(|other| other == *line)).take(5).map(|line| format!("{sign} {line}\n"));
        lines.collect::<String>()
    };
    lacks(healed, clean, '+') + &lacks(clean, healed, '-')
}

/// The oracle itself: it is quiet about a good run, and speaks of what is wrong.
mod tests {
    use super::super::super::support::{Answer, Server, V1};
    use super::super::super::workbook::xlsx;
    use super::*;

    fn ran() -> (Room, Server) {
        let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
        let room = Room::yearly(&server.address);
        assert!(room.sverka(&["run"]).code <= 1);
        (room, server)
    }

    fn speaks(of: impl FnOnce() + std::panic::UnwindSafe) -> bool {
        std::panic::catch_unwind(of).is_err()
    }

    #[test]
    fn a_good_run_is_good_and_healing_it_changes_nothing() {
        let (room, _server) = ran();
        assert_invariants(&room, 0, &["stored"]);
        let clean = dump(&room.path("data"));
        let before = attempts(&room);
        assert_heals(&room, &clean);
        assert_eq!(outcomes(&room, before), ["unchanged"]);
        assert!(speaks(|| assert_invariants(&room, 0, &["stored"])), "an attempt too many");
        assert!(speaks(|| assert_heals(&room, "something else")));
    }

    #[test]
    fn damage_is_seen() {
        let (room, _server) = ran();
        let data = room.path("data");
        std::fs::write(data.join("archive/.unfinished-x"), "").unwrap();
        assert!(speaks(|| assert_left_alone(&room)));
        std::fs::remove_file(data.join("archive/.unfinished-x")).unwrap();
        assert_left_alone(&room);
        let change = |sql: &str| {
            let db = rusqlite::Connection::open(data.join("sverka.db")).unwrap();
            db.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
        };
        change("UPDATE observation SET snapshot_id = 99 WHERE id = 1");
        assert!(speaks(|| assert_whole(&data)), "a row points nowhere");
        change("UPDATE observation SET snapshot_id = 1 WHERE id = 1");
        assert_whole(&data);
        let document = data.join("archive").join(
            column::<String>(&room.db(), "SELECT substr(sha256, 1, 2) || '/' || sha256 FROM snapshot WHERE held = 1", [])
                .remove(0),
        );
        std::fs::remove_file(document).unwrap();
        assert!(speaks(|| assert_whole(&data)), "a document is gone");
    }
}
