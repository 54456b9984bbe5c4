//! F27: signals in each phase of a run. A stop takes less than 5 s, a document is in or is not, the try says what became of it; a
//! hangup or a closed pipe stops nobody. The program is held at named points until it says that it has heard, so that no phase is a matter of
//! time.

use super::super::support::{Room, wait_until};
use super::house::{Held, PATIENCE, Stage, State, ended_within};
use super::oracle::{assert_heals, assert_left_alone, assert_whole, attempts, outcomes};
use super::site::Look;
use super::trial::full;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

/// What a daemon says when a signal has come to it, and when it has told its runs to stop.
const HEARD: &str = "a signal";
const STOPPING: &str = "stopping running=";
/// A point before the daemon listens to what it was sent.
const EARLY: &str = "house.papers";
/// A stop takes no longer, whatever goes on.
const STOP: Duration = Duration::from_secs(5);
/// A second signal does not wait for what is running; this is for a busy machine.
const AT_ONCE: Duration = Duration::from_secs(3);

/// Where the daemon is when the signal comes, at which time that it comes there, and how the try ends that was under way.
const PHASES: &[(&str, u32, &[&str])] = &[
    ("house.papers", 1, &[]),
    ("fetch.ask", 1, &["interrupted"]),
    ("fetch.answer", 1, &["interrupted"]),
    ("fetch.chunk", 1, &["interrupted"]),
    ("fetch.body", 1, &["interrupted"]),
    ("archive.chunk", 1, &["interrupted"]),
    ("archive.name", 1, &["interrupted"]),
    ("store.arrived", 1, &["interrupted"]),
    ("guard.started", 1, &["interrupted"]),
    // of a small document all is heard by then
    ("read.event", 2, &["stored"]),
    ("read.whole", 1, &["stored"]),
    ("store.rows", 1, &["stored"]),
    ("store.commit", 1, &["stored"]),
    ("findings.rows", 1, &["stored"]),
];

/// What is sent, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    Term,
    Int,
    Twice,
    Hangup,
    Pipe,
}

impl Sent {
    const ALL: [Sent; 5] = [Sent::Term, Sent::Int, Sent::Twice, Sent::Hangup, Sent::Pipe];

    fn signals(self) -> &'static [&'static str] {
        match self {
            Sent::Term => &["-TERM"],
            Sent::Int => &["-INT"],
            Sent::Twice => &["-TERM", "-TERM"],
            Sent::Hangup => &["-HUP"],
            Sent::Pipe => &["-PIPE"],
        }
    }

    /// Whether a daemon goes on.
    fn is_harmless(self) -> bool {
        matches!(self, Sent::Hangup | Sent::Pipe)
    }
}

/// Sends what is to be sent to a daemon at this point, and waits until it has heard.
fn tell(held: &Held, room: &Room, point: &str, sent: Sent) {
    for (before, signal) in sent.signals().iter().enumerate() {
        held.signal(signal);
        match sent {
            // the system drops it before anybody hears
            Sent::Pipe => {}
            Sent::Term | Sent::Int | Sent::Twice if before == 0 && point != EARLY => Held::has_said(room, STOPPING, 1),
            Sent::Term | Sent::Int | Sent::Twice | Sent::Hangup => Held::has_said(room, HEARD, before + 1),
        }
    }
}

/// A room in which the second edition is due.
fn due(stage: &Stage) -> Room {
    let room = stage.room();
    let db = rusqlite::Connection::open(room.path("data/sverka.db")).unwrap();
    // a look that was planned long ago and never took place
    db.execute_batch(
        "UPDATE attempt SET started_at = '2020-06-01T00:00:00Z', finished_at = '2020-06-01T00:00:00Z';
         UPDATE watch SET since = '2020-06-01T00:00:00Z'",
    )
    .unwrap();
    room
}

fn daemon_is_told(stage: &Stage, (point, at, ends): (&str, u32, &[&str]), sent: Sent) {
    let room = due(stage);
    let before = attempts(&room);
    let mut daemon = Held::until_free(&room, &["daemon", "--listen", "none"], point, at);
    tell(&daemon, &room, point, sent);
    Held::free(&room);
    if sent.is_harmless() {
        wait_until("the document", PATIENCE, || outcomes(&room, before).iter().any(|one| one == "stored"));
        assert!(daemon.0.try_wait().unwrap().is_none(), "it went on");
        daemon.signal("-TERM");
    }
    let since = Instant::now();
    let ended = ended_within(&mut daemon.0, if sent == Sent::Twice { AT_ONCE } else { STOP });
    assert_eq!(ended.and_then(|ended| ended.code()), Some(0), "{ended:?} after {:.1?}", since.elapsed());
    assert_whole(&room.path("data"));
    // whoever does not wait may leave what the next start removes
    if sent != Sent::Twice {
        assert_left_alone(&room);
    }
    let mut seen = outcomes(&room, before);
    seen.retain(|outcome| outcome != "missed");
    match sent {
        Sent::Term | Sent::Int => assert_eq!(seen, ends),
        // what was not waited for is marked by the next start
        Sent::Twice => assert!(seen == ends || seen == ["under way"] || seen == ["interrupted"], "{seen:?}"),
        Sent::Hangup | Sent::Pipe => assert_eq!(seen, ["stored"]),
    }
    assert_heals(&room, &stage.next.dump);
    assert_eq!(State::of(&room), stage.next);
}

#[test]
fn a_daemon_is_told_in_every_phase() {
    let stage = Stage::of(Look::Csv);
    let (mut cases, mut wrong) = (0, Vec::new());
    for (number, phase) in PHASES.iter().enumerate() {
        for (turn, sent) in Sent::ALL.into_iter().enumerate() {
            if full() || number % Sent::ALL.len() == turn {
                cases += 1;
                let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| daemon_is_told(&stage, *phase, sent)));
                wrong.extend(told.err().map(|_| format!("{sent:?} at {}", phase.0)));
            }
        }
    }
    println!("F27: {cases} signals to a daemon in {} phases", PHASES.len());
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Whether a process was started so that it ignores a signal.
fn ignores(process: u32, signal: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u64::from_str_radix(mask.trim(), 16).unwrap() >> (signal - 1) & 1 == 1
}

/// Whoever calls `run` and ends it gets what a kill leaves: the next one mends it. A closed pipe alone ends nobody.
#[test]
fn a_run_that_is_told_to_end_is_mended_by_the_next() {
    let stage = Stage::of(Look::Json);
    let cases = [(Sent::Term, Some(15)), (Sent::Int, Some(2)), (Sent::Hangup, Some(1)), (Sent::Pipe, None)];
    for (sent, signal) in cases {
        let room = due(&stage);
        let before = attempts(&room);
        let mut run = Held::until_free(&room, &["run"], "store.rows", 1);
        // a shell that starts tests in the background has children that ignore SIGINT, and so have ours
        let signal = signal.filter(|number| !ignores(run.0.id(), *number));
        run.signal(sent.signals()[0]);
        // what ends it ends it where it is
        if signal.is_none() {
            Held::free(&room);
        }
        let ended = ended_within(&mut run.0, STOP).expect("it ends");
        assert_eq!(ended.signal(), signal, "{sent:?}");
        assert_whole(&room.path("data"));
        assert_heals(&room, &stage.next.dump);
        let wanted: &[&str] =
            if signal.is_some() { &["interrupted", "stored", "not_modified"] } else { &["stored", "not_modified"] };
        assert_eq!(outcomes(&room, before), wanted, "{sent:?}");
    }
    println!("F27: {} signals to a run", cases.len());
}
