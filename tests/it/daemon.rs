//! The daemon as a process: what a publisher answers over time, signals, a second instance, a restart.

use super::support::{Answer, ERROR_PAGE, Room, Server, V1, V2, column, count, vintages, wait_until};
use super::workbook::xlsx;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Time for a scheduled run of a debug build on a busy machine.
pub const PATIENCE: u64 = 60;

/// A daemon that is killed with the test.
pub struct Daemon(Child);

impl Daemon {
    pub fn start(room: &Room) -> Daemon {
        // the usual address belongs to one daemon of a machine
        Daemon::with(room, &["--listen", "none"], &[])
    }

    /// With these arguments and variables.
    pub fn with(room: &Room, args: &[&str], variables: &[(&str, &str)]) -> Daemon {
        let log = std::fs::File::create(room.path("daemon.log")).unwrap();
        let mut command = room.command(&[&["daemon", "-v"], args].concat());
        command.envs(variables.iter().copied());
        Daemon(command.stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }

    /// With these variables, and files that may not grow beyond so many bytes: a write beyond ends it.
    pub fn walled(room: &Room, most_file: u64, variables: &[(&str, &str)]) -> Daemon {
        let log = std::fs::File::create(room.path("daemon.log")).unwrap();
        let daemon = room.command(&["daemon", "-v", "--listen", "none"]);
        let mut command = Command::new("sh");
        // blocks of 512 bytes
        command.arg("-c").arg(format!("ulimit -f {} && exec \"$0\" \"$@\"", most_file / 512));
        command.arg(daemon.get_program()).args(daemon.get_args()).current_dir(room.path("."));
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        Daemon(command.stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Sends it a signal, such as `-HUP`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Asks it to stop; gives its exit code and how long that took.
    pub fn stop(mut self) -> (Option<i32>, Duration) {
        let start = Instant::now();
        self.signal("-TERM");
        let mut code = None;
        wait_until("the daemon's end", 20, || {
            code = self.0.try_wait().unwrap().map(|status| status.code());
            code.is_some()
        });
        (code.flatten(), start.elapsed())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // it has ended already, or the test has failed
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Outcomes so far; none while there is no database yet.
pub fn outcomes(room: &Room) -> Vec<String> {
    if room.path("data/sverka.db").is_file()
        && count(&room.db(), "SELECT count(*) FROM sqlite_schema WHERE name = 'attempt'") == 1
    {
        return room.outcomes();
    }
    Vec::new()
}

pub fn wait_for(room: &Room, outcome: &str) {
    wait_until(outcome, PATIENCE, || outcomes(room).iter().any(|seen| seen == outcome));
}

/// A document, a 304, a page in its place, the next document: own fixtures.
#[test]
fn a_publisher_over_time() {
    let room_and = |address: &str| Room::new(address);
    let (v1, v2, page) = (xlsx(V1), xlsx(V2), ERROR_PAGE.as_bytes().to_vec());
    over_time(&room_and, [v1, page, v2], "p.ipi.bcde.ru.mom.m.base2018", "2020-01", ["83.2", "83.7"], "stored");
}

/// The same with real documents, and the built-in reading of them.
#[test]
fn a_real_publisher_over_time() {
    let Some(samples) = super::support::samples() else { return };
    let read =
        |day: &str| std::fs::read(samples.join(format!("rosstat/ipi-by-activity-base2018/{day}/ind_baza_2018.xlsx"))).unwrap();
    let documents = ["2020-06-29", "2020-08-31", "2020-11-05"].map(read);
    over_time(
        &|address| Room::with(&real(address)),
        documents,
        "rosstat.ipi.bcde.ru.mom.m.base2018",
        "2019-01",
        ["83.2", "83.7"],
        // two activities are gone from the tables
        "incomplete",
    );
}

/// The built-in source of these documents, at another address. Misprints are corrected by date, so the headings that
/// were misprinted then are contradicted now: those are issues, and not of this test.
fn real(address: &str) -> String {
    let built_in = include_str!("../../sources.toml");
    let start = built_in.find("[[source]]\nid = \"rosstat-ipi-activity-2018\"").unwrap();
    let source = &built_in[start..start + built_in[start..].find("# ----").unwrap()];
    let (before, rest) = source.split_at(source.find("address = [").unwrap());
    let rest = &rest[rest.find("\n]\n").unwrap() + 3..];
    let rest = &rest[rest.find("hosts = ").unwrap()..];
    let rest = &rest[rest.find('\n').unwrap()..];
    let at = rest.find("schedule = ").unwrap();
    let (middle, end) = rest.split_at(at);
    let end = &end[end.find('\n').unwrap()..];
    let publisher = "[[publisher]]\nid = \"rosstat\"\nname = \"R\"\ncountry = \"ru\"\nurl = \"https://rosstat.gov.ru/\"\n";
    format!(
        "[fetch]\nallow_loopback = true\n{publisher}{before}address = [{{ url = \"{address}\" }}]\n{middle}schedule = \"*/2 * * * * *\"{end}"
    )
}

/// `last` is the outcome of the last document.
fn over_time(room: &dyn Fn(&str) -> Room, documents: [Vec<u8>; 3], series: &str, period: &str, values: [&str; 2], last: &str) {
    let [v1, page, v2] = documents;
    let server = Server::start(vec![Answer::workbook(v1, "\"1\""), Answer::not_modified("\"1\"")]);
    let room = room(&server.address);
    let daemon = Daemon::start(&room);
    wait_for(&room, "not_modified");
    let second = room.sverka(&["daemon"]);
    assert_eq!(second.code, 75, "{second:?}");
    assert_eq!(room.sverka(&["run"]).code, 75);
    server.script(vec![Answer::page(&page)]);
    wait_for(&room, "forbidden_page");
    let [today]: [String; 1] = column(&room.db(), "SELECT known_from FROM snapshot", []).try_into().unwrap();
    assert_eq!(vintages(&room.db(), series, period), [format!("{} {today}..", values[0])], "the page changed nothing");
    server.script(vec![Answer::workbook(v2, "\"2\""), Answer::not_modified("\"2\"")]);
    wait_until("the next document", PATIENCE, || {
        outcomes(&room)
            .iter()
            .rfind(|seen| *seen == last)
            .is_some_and(|_| count(&room.db(), "SELECT count(*) FROM snapshot") == 2)
    });
    let (code, took) = daemon.stop();
    assert!(code == Some(0) && took < Duration::from_secs(5), "{code:?} after {took:?}");
    let (old, new) = (format!("{} {today}..{today}", values[0]), format!("{} {today}..", values[1]));
    assert_eq!(vintages(&room.db(), series, period), [old, new], "the newest stands, and the older one is kept");
    let mut seen = room.outcomes();
    seen.retain(|outcome| !["skipped_overlap", "missed", "interrupted"].contains(&outcome.as_str()));
    seen.dedup();
    let wanted = ["stored", "not_modified", "forbidden_page", last, "not_modified"];
    assert_eq!(seen, wanted[..seen.len().max(4)], "{:?}", room.outcomes());
    assert!(server.asked().iter().any(|condition| condition == "\"1\""), "the ETag was not sent back");
    no_leftovers(&room);
}

/// Nothing is under way, and no half-written file is left.
fn no_leftovers(room: &Room) {
    assert_eq!(count(&room.db(), "SELECT count(*) FROM attempt WHERE finished_at IS NULL"), 0);
    let mut folders = vec![room.path("data/archive")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().to_string_lossy().into_owned();
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => assert_eq!(name.trim_start_matches(|c: char| c.is_ascii_hexdigit()), "", "{name} is left over"),
            }
        }
    }
}

#[test]
fn a_stop_does_not_wait_for_a_slow_publisher_and_a_restart_catches_up() {
    let slow = Answer::workbook(xlsx(V1), "\"1\"").held(Duration::from_secs(40));
    let server = Server::start(vec![slow]);
    let room = Room::yearly(&server.address);
    let daemon = Daemon::start(&room);
    wait_until("a request", PATIENCE, || !server.asked().is_empty());
    std::thread::sleep(Duration::from_millis(300));
    let (code, took) = daemon.stop();
    assert!(code == Some(0) && took < Duration::from_secs(5), "{code:?} after {took:?}");
    assert!(room.outcomes().contains(&"interrupted".to_string()), "{:?}", room.outcomes());
    no_leftovers(&room);
    server.script(vec![Answer::workbook(xlsx(V1), "\"1\""), Answer::not_modified("\"1\"")]);
    let again = Daemon::start(&room);
    wait_for(&room, "stored");
    assert!(room.january()[0].starts_with("83.2 "));
    assert_eq!(again.stop().0, Some(0));
    no_leftovers(&room);
}

#[test]
fn a_killed_daemon_leaves_nothing_that_stands_in_the_way() {
    let slow = Answer::workbook(xlsx(V1), "\"1\"").held(Duration::from_secs(40));
    let server = Server::start(vec![slow, Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = Room::yearly(&server.address);
    let mut daemon = Daemon::start(&room);
    wait_until("a request", PATIENCE, || !server.asked().is_empty());
    daemon.0.kill().unwrap();
    daemon.0.wait().unwrap();
    let again = Daemon::start(&room);
    wait_for(&room, "stored");
    assert_eq!(again.stop().0, Some(0));
    let seen = room.outcomes();
    assert_eq!(seen, ["interrupted", "stored"]);
    no_leftovers(&room);
}
