//! What the program does while nobody looks: signals, two of them at once, runs that were missed, and what is told when.

use super::daemon::{Daemon, wait_for};
use super::support::{Answer, ERROR_PAGE, Room, Server, V1, V2, column, count, wait_until};
use super::workbook::xlsx;
use rusqlite::Connection;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Time for a debug build on a busy machine.
const PATIENCE: u64 = 60;

fn config(address: &str) -> String {
    include_str!("../fixtures/sources.toml").replace("{ADDRESS}", address).replace("*/2 * * * * *", "0 0 1 1 *")
}

fn log(room: &Room) -> String {
    std::fs::read_to_string(room.path("daemon.log")).unwrap_or_default()
}

fn first() -> Answer {
    Answer::workbook(xlsx(V1), "\"1\"")
}

/// Writes what only time could have written.
fn doctor(room: &Room, sql: &str) {
    Connection::open(room.path("data/sverka.db")).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_hangup_reads_the_configuration_anew_or_says_why_not() {
    let server = Server::start(vec![first(), Answer::not_modified("\"1\"")]);
    let good = config(&server.address);
    let room = Room::with(&good);
    let daemon = Daemon::start(&room);
    wait_for(&room, "stored");

    std::fs::write(room.path("sources.toml"), good.replace("schedule = ", "scedule = ")).unwrap();
    daemon.signal("-HUP");
    wait_until("the mistakes", PATIENCE, || log(&room).contains("the old one stays"));
    let said = log(&room);
    assert!(said.contains("sources.toml:16:1") && said.contains("scedule"), "{said}");

    let more = good.replace("id = \"s\"", "id = \"another\"").split_once("[[source]]").unwrap().1.to_string();
    std::fs::write(room.path("sources.toml"), format!("{good}\n[[source]]{more}")).unwrap();
    std::fs::write(room.path("papers/small/claims.csv"), "id").unwrap();
    daemon.signal("-HUP");
    wait_until("the mistakes of the paper", PATIENCE, || log(&room).matches("the old one stays").count() == 2);
    assert_eq!(count(&room.db(), "SELECT count(*) FROM attempt WHERE source_id = 'another'"), 0);

    std::fs::write(room.path("papers/small/claims.csv"), include_str!("../fixtures/claims.csv")).unwrap();
    server.script(vec![first()]);
    daemon.signal("-HUP");
    wait_until("the other source", PATIENCE, || {
        count(&room.db(), "SELECT count(*) FROM attempt WHERE source_id = 'another' AND outcome = 'stored'") == 1
    });
    wait_until("verdicts that tell what they were made from", PATIENCE, || {
        count(&room.db(), "SELECT count(DISTINCT sources_sha256) FROM reconciliation") == 2
    });
    let (code, took) = daemon.stop();
    assert!(code == Some(0) && took < Duration::from_secs(5), "{code:?} after {took:?}");
    assert_eq!(count(&room.db(), "SELECT count(*) FROM attempt WHERE source_id = 's'"), 1, "what was served is not served anew");
}

#[test]
fn a_cut_cable_is_no_failure_of_a_publisher_and_a_daemon_waits_before_it_tries_again() {
    let room = Room::with(&config("http://127.0.0.1:1/s.xlsx"));
    let daemon = Daemon::start(&room);
    wait_for(&room, "offline");
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(daemon.stop().0, Some(0));
    assert_eq!(room.outcomes(), ["offline"]);
    let again = Daemon::start(&room);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(again.stop().0, Some(0));
    assert_eq!(room.outcomes(), ["offline"], "not before a quarter of an hour is over");
    let earlier = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-16 minutes')";
    doctor(&room, &format!("UPDATE attempt SET started_at = {earlier}, finished_at = {earlier}"));
    let again = Daemon::start(&room);
    wait_until("another try", PATIENCE, || room.outcomes().len() == 2);
    assert_eq!(again.stop().0, Some(0));
    // whoever calls has chosen how often
    assert_eq!(room.sverka(&["run", "--due"]).code, 2);
    assert_eq!(room.outcomes(), ["offline", "offline", "offline"]);
    assert_eq!(count(&room.db(), "SELECT count(*) FROM alert"), 0);
}

/// A packed table that takes a reader long.
fn long() -> Vec<u8> {
    let mut packed = flate2::GzBuilder::new().filename("t.csv").write(Vec::new(), flate2::Compression::fast());
    let mut seed = 1u32;
    for row in 0..4_000_000u32 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        writeln!(packed, "{row};{};{}", seed >> 20, seed >> 28).unwrap();
    }
    packed.finish().unwrap()
}

/// Processes that this one started and that live.
fn children(of: u32) -> Vec<String> {
    let parent = |entry: &Path| {
        let stat = std::fs::read_to_string(entry.join("stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse::<u32>().ok()
    };
    let entries = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|entry| parent(entry) == Some(of)).map(|entry| entry.display().to_string()).collect()
}

#[test]
fn a_stop_reaches_whoever_reads() {
    let server = Server::start(vec![Answer::page(&long())]);
    let room = Room::with(&config(&server.address).replace("[\"xlsx\"]", "[\"csv\"]\nmember = \"t.*\""));
    let daemon = Daemon::start(&room);
    // the question what is in the container comes first, and has a child of its own
    let mut since: Option<Instant> = None;
    wait_until("a reader", PATIENCE, || {
        let reads = !children(daemon.id()).is_empty();
        since = since.filter(|_| reads).or(reads.then(Instant::now));
        since.is_some_and(|since| since.elapsed() > Duration::from_millis(700))
    });
    let readers = children(daemon.id());
    let (code, took) = daemon.stop();
    assert!(code == Some(0) && took < Duration::from_secs(3), "{code:?} after {took:?}");
    assert!(readers.iter().all(|path| !Path::new(path).exists()), "{readers:?} are left");
    let told: Vec<String> = column(&room.db(), "SELECT outcome || ': ' || message FROM attempt", []);
    assert_eq!(told, ["interrupted: the program was told to stop while it read the document"]);
    for table in ["snapshot", "quarantine", "observation", "coverage"] {
        assert_eq!(count(&room.db(), &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

/// Every file of a folder, with its bytes.
fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files.into_iter().map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
}

#[test]
fn a_run_beside_a_run_touches_nothing_and_a_dead_one_holds_nothing() {
    let server = Server::start(vec![first().held(Duration::from_secs(60)), first()]);
    let room = Room::with(&config(&server.address));
    let mut slow = room.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("a request", PATIENCE, || !server.asked().is_empty());
    std::thread::sleep(Duration::from_millis(300));
    let before = bytes(&room.path("data"));
    for args in [&["run"][..], &["run", "--due", "--quiet"], &["run", "--source", "s"], &["daemon"]] {
        let since = Instant::now();
        let second = room.sverka(args);
        assert_eq!(second.code, 75, "{args:?}: {second:?}");
        assert!(since.elapsed() < Duration::from_secs(2) && second.out.is_empty(), "{args:?}: {second:?}");
        assert!(second.err.contains("another instance holds the data"), "{args:?}: {second:?}");
    }
    assert!(bytes(&room.path("data")) == before, "a file changed");
    assert_eq!(server.asked().len(), 1);
    // to a reader it is open all the while
    assert_eq!(room.sverka(&["status"]).code, 0);
    assert!(Command::new("kill").args(["-KILL", &slow.id().to_string()]).status().unwrap().success());
    slow.wait().unwrap();
    assert_eq!(room.sverka(&["run"]).code, 0);
    assert_eq!(room.outcomes(), ["interrupted", "stored"]);
}

#[test]
fn missed_runs_are_one_row_and_one_catch_up() {
    let server = Server::start(vec![first(), Answer::not_modified("\"1\"")]);
    let room = Room::with(&config(&server.address).replace("0 0 1 1 *", "0 */6 * * *"));
    assert_eq!(room.sverka(&["run", "--due"]).code, 0);
    assert_eq!(room.sverka(&["run", "--due"]).code, 0);
    assert_eq!(room.outcomes(), ["stored"], "nothing is due");
    let back = "strftime('%Y-%m-%dT%H:%M:%SZ', julianday(x) - 10)";
    let of = |column: &str| back.replace('x', column);
    doctor(
        &room,
        &format!(
            "UPDATE attempt SET due_at = {}, started_at = {}, finished_at = {}; UPDATE watch SET since = {}",
            of("due_at"),
            of("started_at"),
            of("finished_at"),
            of("since")
        ),
    );
    assert_eq!(room.sverka(&["run", "--due"]).code, 0);
    assert_eq!(room.outcomes(), ["stored", "missed", "not_modified"]);
    let [told]: [String; 1] = column(&room.db(), "SELECT last_missed FROM source_health", []).try_into().unwrap();
    // ten days of four runs, less the one that catches up; one more or less if the hour just came
    assert!(["missed 38 ", "missed 39 ", "missed 40 "].iter().any(|wanted| told.starts_with(wanted)), "{told}");
    assert!(told.contains(" runs between 20") && told.contains("Z, caught up by the one of 20"), "{told}");
    let shown = room.sverka(&["status"]).out;
    assert!(shown.contains(&format!("not run: s: {told}")), "{shown}");
    assert_eq!(room.json(&["status"]).1["sources"][0]["missed"], told.as_str());
    assert!(shown.contains("not_modified"), "the last try is the one that took place: {shown}");
    assert_eq!(room.sverka(&["run", "--due"]).code, 0);
    assert_eq!(room.outcomes().len(), 3);
    // another schedule begins anew: what it would have planned before was not missed
    std::fs::write(room.path("sources.toml"), config(&server.address).replace("0 0 1 1 *", "*/5 * * * * *")).unwrap();
    room.sverka(&["run", "--due"]);
    assert_eq!(room.outcomes().iter().filter(|outcome| *outcome == "missed").count(), 1);
}

#[test]
fn quiet_is_quiet_unless_there_is_news() {
    let page = || Answer::page(ERROR_PAGE.as_bytes());
    let server = Server::start(vec![first(), Answer::not_modified("\"1\"")]);
    let room = Room::with(&config(&server.address));
    let quiet = |code: i32| {
        let ran = room.sverka(&["run", "--quiet"]);
        assert_eq!((ran.code, ran.err.as_str()), (code, ""), "{ran:?}");
        ran.out.lines().map(|line| line.replace(&server.address, "ADDRESS")).collect::<Vec<_>>()
    };
    assert_eq!(quiet(0), ["ADDRESS (s): stored 6 new"]);
    assert_eq!(quiet(0), [""; 0]);
    server.script(vec![page()]);
    let failed = quiet(2);
    assert!(failed.len() == 1 && failed[0].starts_with("ADDRESS (s): forbidden_page: "), "{failed:?}");
    assert_eq!(quiet(2), [""; 0], "it fails as before");
    let third = quiet(2);
    assert!(third.len() == 1 && third[0].starts_with("alert: failing/s: failed 3 times in a row since 20"), "{third:?}");
    assert_eq!(quiet(2), [""; 0], "that was said");
    let alerts = "SELECT concat_ws(' ', key, severity, cleared_at IS NULL) FROM alert";
    assert_eq!(column::<String>(&room.db(), alerts, []), ["failing/s major 1"]);
    assert!(room.sverka(&["status"]).out.contains("failing: s: failed 3 times in a row"));
    server.script(vec![Answer::workbook(xlsx(V2), "\"2\"")]);
    let over = quiet(1);
    assert!(over[0].starts_with("ADDRESS (s): stored ") && over[0].contains(" 1 revised"), "{over:?}");
    assert_eq!(over[1], "over: failing/s");
    assert!(over.len() == 3 && over[2].starts_with("small: changed: c1 (external): CONFIRMED → DEVIATES"), "{over:?}");
    assert_eq!(quiet(0), [""; 0]);
    let wanted = ["failing/s major 0", "verdict small/c1/external/DEVIATES major 1"];
    assert_eq!(column::<String>(&room.db(), alerts, []), wanted);
    let (code, told) = room.json(&["run"]);
    assert!(code == 0 && told["alerts"].as_array().unwrap().is_empty(), "{told}");
}

#[test]
fn what_is_withheld_is_a_state_and_no_failure() {
    let server = Server::start(vec![Answer::page(ERROR_PAGE.as_bytes())]);
    let withheld = "schedule = \"* * * * *\"\nexpected = \"0 0 1 * *\"\nfreshness = 1\nstate = \"withheld\"\nnote = \"a decree\"";
    let room = Room::with(&config(&server.address).replace("schedule = \"0 0 1 1 *\"", withheld));
    for _ in 0..4 {
        let ran = room.sverka(&["run", "--quiet"]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
    }
    let ran = room.sverka(&["run", "--due"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(room.outcomes().iter().all(|outcome| outcome == "forbidden_page"));
    assert_eq!(count(&room.db(), "SELECT count(*) FROM alert"), 0);
    let (_, status) = room.json(&["status"]);
    let source = &status["sources"][0];
    assert!(source["silent"].is_null() && source["failing"].is_null() && source["expected"].is_null(), "{source}");
}

#[test]
fn silence_is_told_once_and_ends_with_a_document() {
    let server = Server::start(vec![first(), Answer::not_modified("\"1\"")]);
    // the days of the source are those of its zone, which has tomorrow before UTC does
    let now = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Moscow);
    let day = |days: i64| (now - chrono::TimeDelta::days(days)).date_naive();
    let expected = format!("expected = [{}, {}]\nschedule = \"0 0 1 1 *\"", day(10), day(-20));
    let room = Room::with(&config(&server.address).replace("schedule = \"0 0 1 1 *\"", &expected));
    let quiet = || {
        let ran = room.sverka(&["run", "--quiet"]);
        (ran.code, ran.out.lines().map(str::to_string).collect::<Vec<_>>())
    };
    assert_eq!(quiet().0, 0);
    let shown = room.sverka(&["status"]).out;
    assert!(shown.contains(&format!("expected: s: on {}", day(-20))) && !shown.contains("silent"), "{shown}");
    doctor(&room, &format!("UPDATE snapshot SET as_of = '{}'", day(34)));
    let wanted = format!("nothing new for 34 days, expected on {}", day(10));
    assert_eq!(quiet(), (0, vec![format!("alert: silence/s: {wanted}")]));
    assert_eq!(quiet(), (0, vec![]));
    assert_eq!(column::<String>(&room.db(), "SELECT silence FROM source_health", []), [wanted.as_str()]);
    assert_eq!(room.json(&["status"]).1["sources"][0]["silent"], wanted.as_str());
    assert!(room.sverka(&["status"]).out.contains(&format!("silent: s: {wanted}")));
    server.script(vec![Answer::workbook(xlsx(V2), "\"2\"")]);
    let (_, told) = quiet();
    assert!(told.contains(&"over: silence/s".to_string()), "{told:?}");
    assert_eq!(column::<Option<String>>(&room.db(), "SELECT silence FROM source_health", []), [None]);
}
