//! F1: kills at named points of other commands than a run, in a run whose document is kept out, and over and over at one document.

use super::super::support::{Room, column, count};
use super::families::copy;
use super::house::{self, State, was_killed, with_fault};
use super::oracle::{assert_heals, assert_left_alone, assert_whole, dump, outcomes};
use super::site::{Look, Site};
use rusqlite::Connection;

/// Points of a backup, and whether it is the new one that can be restored after a kill there.
const BACKUP: &[(&str, bool)] = &[
    ("backup.copied", false),
    ("archive.sync", false),
    ("archive.named", false),
    ("backup.documents", false),
    ("backup.tried", false),
    ("backup.database", false),
    ("backup.manifest", false),
    ("backup.done", true),
];

/// Points of what a person brings.
const BROUGHT: &[&str] = &["archive.chunk", "archive.stored", "guard.heard", "store.snapshot", "store.commit"];

/// Points at which a document that is kept out is not yet, and is, in quarantine.
const HELD: &[(&str, bool)] =
    &[("store.trial", false), ("store.held", false), ("store.commit", false), ("store.committed", true)];

/// Every point that has a name is one at which somebody is killed.
#[test]
fn no_point_is_left_out() {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut named = std::collections::BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => named.extend(points(&std::fs::read_to_string(path).unwrap())),
            }
        }
    }
    let mut killed: std::collections::BTreeSet<String> = super::kills::points().map(str::to_string).collect();
    killed.extend(BACKUP.iter().chain(HELD).map(|(point, _)| (*point).to_string()));
    assert_eq!(named, killed, "points in the sources, and points at which a test kills");
    println!("F1: {} points", named.len());
}

/// The names that stand in calls.
fn points(text: &str) -> Vec<String> {
    let calls = ["faultpoint::point(\"", "faultpoint::io(\""];
    let after = calls.iter().flat_map(|call| text.split(call).skip(1));
    after.filter_map(|rest| rest.split('"').next()).map(str::to_string).collect()
}

fn restored(room: &Room, to: &str) -> String {
    let ran = room.sverka(&["restore", "backup", "--data-dir", to]);
    assert_eq!(ran.code, 0, "{ran:?}");
    dump(&room.path(to))
}

#[test]
fn a_backup_that_is_killed_leaves_the_one_before() {
    let site = Site::start(&[Look::Html, Look::Csv]);
    let held = house::room(&site);
    house::ran(&held);
    assert_eq!(held.sverka(&["backup", "backup"]).code, 0);
    let before = dump(&held.path("data"));
    site.publish(2);
    house::ran(&held);
    let after = dump(&held.path("data"));
    for (point, is_new) in BACKUP {
        let room = house::like(&held, &site);
        copy(&held.path("backup"), &room.path("backup"));
        assert!(was_killed(with_fault(&room, &["backup", "backup"], &format!("{point}:kill"))), "{point}");
        assert!(restored(&room, "one") == if *is_new { &*after } else { &*before }, "{point}");
        assert_eq!(room.sverka(&["backup", "backup"]).code, 0, "{point}");
        assert!(restored(&room, "two") == after, "{point}");
        let left = std::fs::read_dir(room.path("backup")).unwrap().flatten();
        let databases = left.filter(|entry| entry.path().extension().is_some_and(|end| end == "db")).count();
        assert_eq!(databases, 1, "{point}: what was left is gone");
    }
    println!("F1 backup: {} kills", BACKUP.len());
}

#[test]
fn what_a_person_brings_may_be_brought_again() {
    let site = Site::start(&[Look::Docx]);
    let args = ["ingest", "d.docx", "--source", "o00", "--as-of", "2026-01-01", "--obtained-from", "here"];
    let brought = || {
        let room = house::room(&site);
        std::fs::write(room.path("d.docx"), site.publications[0].bytes(2)).unwrap();
        room
    };
    let clean = brought();
    assert_eq!(clean.sverka(&args).code, 0);
    for point in BROUGHT {
        let room = brought();
        assert!(was_killed(with_fault(&room, &args, &format!("{point}:kill"))), "{point}");
        assert_whole(&room.path("data"));
        assert_eq!(dump(&room.path("data")).trim(), "", "{point}: nothing of it is in");
        assert_eq!(room.sverka(&args).code, 0, "{point}");
        assert_eq!(outcomes(&room, 0), ["interrupted", "stored"], "{point}");
        assert_eq!(State::of(&room), State::of(&clean), "{point}");
        assert_left_alone(&room);
    }
    println!("F1 ingest: {} kills", BROUGHT.len());
}

/// A document that lost a row waits for a person, and is not half in because somebody was killed over it.
#[test]
fn a_document_that_is_kept_out_is_out_or_waits() {
    let site = Site::start(&[Look::Json]);
    let held = house::room(&site);
    house::ran(&held);
    let before = State::of(&held);
    site.publish(super::site::SHORTER);
    for (point, waits) in HELD {
        let room = house::like(&held, &site);
        assert!(was_killed(with_fault(&room, &["run"], &format!("{point}:kill"))), "{point}");
        assert_whole(&room.path("data"));
        assert_eq!(dump(&room.path("data")), before.dump, "{point}");
        let waiting = "SELECT count(*) FROM quarantine WHERE rule = 'drift' AND released_at IS NULL";
        assert_eq!(count(&room.db(), waiting), i64::from(*waits), "{point}");
        assert_eq!(room.sverka(&["run"]).code, 2, "{point}: it needs a person");
        assert_eq!((count(&room.db(), waiting), dump(&room.path("data"))), (1, before.dump.clone()), "{point}");
        let alerts = "SELECT count(*) FROM alert WHERE key LIKE 'drift/%' AND cleared_at IS NULL";
        assert_eq!(count(&room.db(), alerts), 1, "{point}");
        assert_left_alone(&room);
    }
    println!("F1 drift: {} kills", HELD.len());
}

/// A document at which the program ends each time is given up after some tries, so that it does not stand in the way of all others.
#[test]
fn a_document_at_which_everybody_dies_is_given_up() {
    let site = Site::start(&[Look::Csv]);
    let (room, other) = (house::room(&site), house::room(&site));
    house::ran(&other);
    site.gave();
    for _ in 0..4 {
        assert!(was_killed(with_fault(&room, &["run"], "store.commit:kill")));
    }
    assert_eq!(site.gave(), 1, "it came once");
    let triggers = "SELECT trigger FROM attempt ORDER BY id";
    assert_eq!(column::<String>(&room.db(), triggers, []), ["run", "resume", "resume", "resume"]);
    assert_heals(&room, &dump(&other.path("data")));
    assert_eq!(outcomes(&room, 4), ["stored"], "it came again, and was read");
    assert_eq!(count(&room.db(), "SELECT count(*) FROM unread"), 0);
    println!("F1 again and again: 4 kills at one document");
}

/// What came and was lost since comes again by itself.
#[test]
fn what_the_archive_has_lost_is_asked_for_again() {
    let site = Site::start(&[Look::Xlsx]);
    let (room, other) = (house::room(&site), house::room(&site));
    house::ran(&other);
    assert!(was_killed(with_fault(&room, &["run"], "guard.start:kill")));
    let name: Vec<String> = column(&room.db(), "SELECT substr(sha256, 1, 2) || '/' || sha256 FROM unread", []);
    std::fs::remove_file(room.path("data/archive").join(&name[0])).unwrap();
    assert_heals(&room, &dump(&other.path("data")));
    assert_eq!(outcomes(&room, 0), ["interrupted", "stored"]);
    println!("F1 lost: 1 kill");
}

/// What another edition says that came since is a vintage of its own: what came first is not lost, though nobody has read it then.
#[test]
fn what_came_before_the_kill_is_a_vintage_though_the_publisher_has_another_by_now() {
    let site = Site::start(&[Look::Html]);
    let (room, clean) = (house::room(&site), house::room(&site));
    house::ran(&clean);
    site.publish(2);
    house::ran(&clean);
    site.publish(1);
    assert!(was_killed(with_fault(&room, &["run"], "read.event:kill")));
    site.publish(2);
    assert_heals(&room, &dump(&clean.path("data")));
    assert_eq!(outcomes(&room, 0), ["interrupted", "stored", "stored"]);
    let again = Connection::open(room.path("data/sverka.db")).unwrap();
    let etags: Vec<String> = column(&again, "SELECT etag FROM attempt WHERE outcome = 'stored' ORDER BY id", []);
    assert_eq!(etags, ["\"1\"", "\"2\""]);
    println!("F1 vintage: 1 kill");
}

/// The daemon goes on with what came before it was killed, too.
#[test]
fn a_daemon_goes_on_with_what_came() {
    let site = Site::start(&[Look::Json]);
    let (room, other) = (house::room(&site), house::room(&site));
    house::ran(&other);
    site.gave();
    assert!(was_killed(with_fault(&room, &["daemon", "--listen", "none"], "guard.heard:kill")));
    let daemon = super::super::daemon::Daemon::start(&room);
    super::super::support::wait_until("the publisher's answer", 60, || {
        outcomes(&room, 0).iter().any(|one| one == "not_modified")
    });
    assert_eq!(daemon.stop().0, Some(0));
    assert_eq!(outcomes(&room, 0), ["interrupted", "stored", "not_modified"]);
    assert_eq!((site.gave(), dump(&room.path("data"))), (1, dump(&other.path("data"))), "it came once");
    println!("F1 daemon: 1 kill");
}
