//! F1: the program is killed at every named point of a run, over documents of five formats. Whatever it had begun, the data are whole,
//! a document is in or is not, the next run does only what is left, and then everything is as if nobody had been killed.

use super::super::support::{Room, count};
use super::house::{self, Stage, State, by_source, torn_pages, was_killed, with_fault};
use super::oracle::{assert_heals, assert_whole, attempts, outcomes};
use super::site::Look;
use super::trial::full;
use Flow::{First, Next, Same};
use Left::{Done, Nothing, Open, Whole};
use std::path::Path;
use std::time::{Duration, Instant};

/// What the killed run was to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// Nothing is there yet, not even a database.
    First,
    /// The second edition came, and revises a figure that a paper prints.
    Next,
    /// The publisher has nothing new.
    Same,
}

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// No try had begun.
    Nothing,
    /// The try stands open, and the bytes are not in the archive.
    Open,
    /// The try stands open, and the bytes are: they need not come again.
    Whole,
    /// The try has ended; what follows from it may be left to do.
    Done,
}

/// A point, the time that it is reached, what the run was to do, and how far it came.
type Case = (&'static str, u32, &'static [Flow], Left);

const BOTH: &[Flow] = &[First, Next];

const CASES: &[Case] = &[
    ("house.locked", 1, BOTH, Nothing),
    ("house.archive", 1, BOTH, Nothing),
    ("open.schema", 1, &[First], Nothing),
    ("open.made", 1, &[First], Nothing),
    ("house.store", 1, BOTH, Nothing),
    ("house.interrupted", 1, BOTH, Nothing),
    ("house.catalogue", 1, BOTH, Nothing),
    ("house.evidence", 1, BOTH, Nothing),
    ("house.papers", 1, BOTH, Nothing),
    ("store.together", 1, &[First, Next, Same], Nothing),
    ("run.begun", 1, BOTH, Open),
    ("fetch.ask", 1, &[Next, Same], Open),
    ("fetch.answer", 1, BOTH, Open),
    ("fetch.answer", 1, &[Same], Open),
    ("fetch.chunk", 1, BOTH, Open),
    ("fetch.body", 1, BOTH, Open),
    ("run.came", 1, BOTH, Open),
    ("run.hosts", 1, &[First, Same], Open),
    ("store.together", 2, &[Same], Open),
    ("archive.begin", 1, BOTH, Open),
    ("archive.temp", 1, BOTH, Open),
    ("archive.chunk", 1, BOTH, Open),
    ("archive.folder", 1, &[First], Open),
    ("archive.sync", 1, BOTH, Open),
    ("archive.name", 1, BOTH, Open),
    ("archive.named", 1, BOTH, Open),
    ("archive.stored", 1, BOTH, Open),
    ("store.arrived", 1, BOTH, Whole),
    ("guard.start", 1, BOTH, Whole),
    ("guard.started", 1, BOTH, Whole),
    ("guard.heard", 1, BOTH, Whole),
    ("read.opened", 1, BOTH, Whole),
    ("read.event", 2, BOTH, Whole),
    ("read.whole", 1, BOTH, Whole),
    ("read.normalized", 1, BOTH, Whole),
    ("read.checked", 1, BOTH, Whole),
    ("store.begin", 1, BOTH, Whole),
    ("store.snapshot", 1, BOTH, Whole),
    ("store.rows", 1, BOTH, Whole),
    ("store.trial", 1, BOTH, Whole),
    ("store.finish", 1, BOTH, Whole),
    ("store.commit", 1, BOTH, Whole),
    ("store.committed", 1, BOTH, Done),
    ("run.settled", 1, &[First, Next, Same], Done),
    ("run.watched", 1, BOTH, Done),
    ("reconcile.linked", 1, BOTH, Done),
    ("reconcile.judged", 1, BOTH, Done),
    ("findings.begun", 1, BOTH, Done),
    ("findings.rows", 1, BOTH, Done),
    ("findings.commit", 1, BOTH, Done),
    ("findings.committed", 1, BOTH, Done),
    ("report.file", 1, BOTH, Done),
    ("report.file", 3, &[Next], Done),
    ("report.written", 1, BOTH, Done),
    ("outbox.bundled", 1, &[Next], Done),
    ("outbox.marked", 1, &[Next], Done),
    ("outbox.went", 1, &[Next], Done),
    ("outbox.sent", 1, &[Next], Done),
    ("house.close", 1, &[First, Next, Same], Done),
];

/// The points at which a run is killed.
pub fn points() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.0)
}

/// A room before the run, and what it has to say at its end.
fn stand(stage: &Stage, flow: Flow) -> (Room, &State) {
    let room = if flow == First { house::room(&stage.site) } else { stage.room() };
    stage.site.publish(if flow == Next { 2 } else { 1 });
    stage.site.gave();
    (room, if flow == Next { &stage.next } else { &stage.first })
}

/// Kills, looks, and heals. Gives how long the next run took.
fn kill(stage: &Stage, (point, at, _, left): Case, flow: Flow) -> Duration {
    let (room, clean) = stand(stage, flow);
    let (data, before) = (room.path("data"), attempts(&room));
    let ended = with_fault(&room, &["run"], &format!("{point}:kill@{at}"));
    assert!(was_killed(ended), "it never came there: {ended}");
    let there = house::has_database(&data);
    if there {
        assert_whole(&data);
        assert_in_or_not(&data, &[&stage.first.dump, &clean.dump]);
        assert_eq!(outcomes(&room, before), under_way(left, flow), "the try as the kill left it");
    }
    assert!(torn_pages(&room).is_empty(), "half a page");
    stage.site.gave();
    let since = Instant::now();
    assert_heals(&room, &clean.dump);
    let took = since.elapsed();
    assert_eq!(outcomes(&room, before), healed(left, flow), "one row a try, with its code");
    assert_eq!(&State::of(&room), clean, "verdicts and alerts are those of a clean run, each once");
    assert_eq!(
        stage.site.gave(),
        usize::from(flow != Same && matches!(left, Nothing | Open)),
        "what is whole need not come again"
    );
    assert_told_once(&room, flow);
    took
}

/// A document is in with all of its figures, or not at all.
fn assert_in_or_not(data: &Path, either: &[&str]) {
    let seen = super::oracle::dump(data);
    assert!(seen.trim().is_empty() || either.contains(&seen.as_str()), "half a document: {:?}", by_source(&seen));
}

fn good(flow: Flow) -> &'static str {
    if flow == Same { "not_modified" } else { "stored" }
}

fn under_way(left: Left, flow: Flow) -> Vec<&'static str> {
    match left {
        Nothing => vec![],
        Open | Whole => vec!["under way"],
        Done => vec![good(flow)],
    }
}

fn healed(left: Left, flow: Flow) -> Vec<&'static str> {
    match left {
        Nothing => vec![good(flow)],
        Open => vec!["interrupted", good(flow)],
        // what was left is read, and then the publisher is asked whether there is more
        Whole => vec!["interrupted", good(flow), "not_modified"],
        Done => vec![good(flow), "not_modified"],
    }
}

/// Every message that was sent bears an id of the outbox, and none is left there.
fn assert_told_once(room: &Room, flow: Flow) {
    // what was marked as tried goes again after a pause
    let waits = "SELECT count(*) FROM outbox WHERE sent_at IS NULL";
    if count(&room.db(), waits) > 0 {
        rusqlite::Connection::open(room.path("data/sverka.db"))
            .unwrap()
            .execute("UPDATE outbox SET next_at = created_at", [])
            .unwrap();
        assert_eq!(room.sverka(&["reconcile"]).code, 0);
    }
    let text = std::fs::read_to_string(room.path("told.ids")).unwrap_or_default();
    let ids: std::collections::BTreeSet<&str> = text.lines().collect();
    let written = count(&room.db(), "SELECT count(*) FROM outbox");
    assert_eq!((ids.len(), written), if flow == Next { (1, 1) } else { (0, 0) }, "{text:?}");
    assert_eq!(count(&room.db(), waits), 0);
}

/// Every case of a format: each point once over all formats, or every point with every flow.
fn campaign(look: Look) {
    let stage = Stage::of(look);
    let place = Look::ALL.iter().position(|one| *one == look).unwrap();
    let (mut kills, mut slowest, mut wrong) = (0, Duration::ZERO, Vec::new());
    for (number, case) in CASES.iter().enumerate() {
        let flows = match full() {
            true => case.2,
            false if number % Look::ALL.len() == place => &case.2[..1],
            false => &[],
        };
        for flow in flows {
            kills += 1;
            let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| kill(&stage, *case, *flow)));
            match tried {
                Ok(took) => slowest = slowest.max(took),
                Err(_) => wrong.push(format!("{}@{} {flow:?}", case.0, case.1)),
            }
        }
    }
    println!("F1 {}: {kills} kills at named points, the slowest recovery {slowest:.1?}", look.name());
    assert!(wrong.is_empty(), "{look:?}: {wrong:?}");
}

#[test]
fn killed_over_a_workbook() {
    campaign(Look::Xlsx);
}

#[test]
fn killed_over_a_page() {
    campaign(Look::Html);
}

#[test]
fn killed_over_a_table_of_text() {
    campaign(Look::Csv);
}

#[test]
fn killed_over_an_answer_of_an_interface() {
    campaign(Look::Json);
}

#[test]
fn killed_over_a_text_document() {
    campaign(Look::Docx);
}
