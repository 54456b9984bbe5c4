//! Every operation of a store, one after the other: the process is started again as a child of its own, and dies there (F2) or
//! lives on with a file system that failed (F3).

use super::families::{self, FAMILIES, copy, documents, empty, heals, stored, take};
use super::oracle::assert_whole;
use super::vfs::{self, Fault, KILLED, Op};
use rusqlite::ffi::{SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_IOERR_READ, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE};
use std::collections::BTreeMap;
use std::ffi::c_int;
use std::path::{Path, PathBuf};
use std::process::Command;
use sverka::store::StoreError;

/// What a child is to do: `work|fault|at|family|folder`.
const ORDER: &str = "SVERKA_FAULT_ORDER";
/// Of so many operations one is tried where not all are.
const STRIDE: usize = 10;
/// Which of them comes first.
const SEED: usize = 7;

/// Operations to try, from 1 to `last`.
fn chosen(last: usize, full: bool) -> Vec<usize> {
    (1..=last).filter(|at| full || at % STRIDE == SEED || *at == last).collect()
}

/// How a process dies and at which operation: before a change, alone or with its machine, and in the midst of a write.
pub fn deaths(changes: usize, writes: usize, full: bool) -> Vec<(&'static str, usize)> {
    let at = |how: &'static str, last| chosen(last, full).into_iter().map(move |at| (how, at));
    at("kill", changes).chain(at("lose", changes)).chain(at("tear", writes)).collect()
}

/// Starts this program again for one order; gives how it ended and what it said.
pub fn child(work: &str, fault: &str, at: usize, family: &str, folder: &Path) -> (Option<i32>, String) {
    let order = format!("{work}|{fault}|{at}|{family}|{}", folder.display());
    let args = ["--exact", "faults::sweep::an_order_is_carried_out", "--nocapture", "--test-threads=1"];
    let ran = Command::new(std::env::current_exe().unwrap()).args(args).env(ORDER, order).output().unwrap();
    (ran.status.code(), String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned())
}

/// In a child: carries out its order. Elsewhere: nothing.
#[test]
fn an_order_is_carried_out() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let [work, fault, at, family, folder] = order.splitn(5, '|').collect::<Vec<_>>().try_into().unwrap();
    let (at, folder) = (at.parse().unwrap(), PathBuf::from(folder));
    match work {
        "die" => dies(fault, at, family, &folder),
        "fail" => fails(family, &folder, at == 1),
        other => panic!("{other}: no such work"),
    }
}

/// The next document comes, and the process dies at some operation of it. What was told as stored is written down.
fn dies(fault: &str, at: usize, family: &str, folder: &Path) {
    let fault = match fault {
        "kill" => Fault::Kill,
        "lose" => Fault::Lose,
        "deaf" => Fault::Deaf,
        "tear" => Fault::Tear,
        _ => Fault::None,
    };
    vfs::arm(fault, at);
    match family {
        "nothing" => take(folder, "xlsx", 1).map(drop).unwrap(),
        "old" => drop(sverka::store::Store::open(&folder.join("data/sverka.db")).unwrap()),
        _ => take(folder, family, 1).map(|taken| assert_eq!(taken.outcome, "stored")).unwrap(),
    }
    std::fs::write(folder.join("acknowledged"), "").unwrap();
    if matches!(fault, Fault::Lose | Fault::Deaf) {
        vfs::lose_power();
    }
    let seen = vfs::disarm().1;
    let changes: usize = seen.iter().filter(|(op, _)| **op != Op::Read).map(|(_, count)| count).sum();
    println!("changes={changes} writes={}", seen[&Op::Write]);
}

/// How many changes and how many writes there are.
pub fn counted(family: &str, base: &Path, room: &Path) -> (usize, usize) {
    let folder = room.join("counted");
    copy(base, &folder);
    let (code, said) = child("die", "none", 0, family, &folder);
    assert_eq!(code, Some(0), "{said}");
    let number = |name: &str| {
        let rest = &said[said.find(name).unwrap() + name.len()..];
        rest.split_whitespace().next().unwrap().parse::<usize>().unwrap()
    };
    (number("changes="), number("writes="))
}

/// A case after the other on two threads; each says what it did.
pub fn each<T: Sync>(cases: &[T], one: impl Fn(usize, &T) + Sync) {
    std::thread::scope(|scope| {
        for half in 0..2 {
            let one = &one;
            scope.spawn(move || cases.iter().enumerate().filter(|(n, _)| n % 2 == half).for_each(|(n, case)| one(n, case)));
        }
    });
}

/// What a family begins with, and how many documents are in then; the source that the next one is of, and the dump with it.
struct Stand {
    base: PathBuf,
    before: usize,
    source: &'static str,
    clean: String,
}

impl Stand {
    fn of(room: &Path, family: &'static str) -> Stand {
        if family != "nothing" {
            let (base, clean) = stored(room, family);
            return Stand { base, before: 1, source: family, clean };
        }
        let [base, clean] = ["nothing", "clean"].map(|name| room.join(name));
        empty(&base, "xlsx");
        copy(&base, &clean);
        take(&clean, "xlsx", 1).unwrap();
        Stand { base, before: 0, source: "xlsx", clean: super::oracle::dump(&clean.join("data")) }
    }

    /// Dies in a folder of its own, and says what is wrong there afterwards.
    fn dies(&self, folder: &Path, (how, at): (&str, usize), family: &str) -> Result<(), String> {
        copy(&self.base, folder);
        let (code, said) = child("die", how, at, family, folder);
        let ended = if at == usize::MAX { 0 } else { KILLED };
        assert_eq!(code, Some(ended), "{family} {how} at {at}: {said}");
        let told = std::panic::catch_unwind(|| self.holds(folder));
        std::fs::remove_dir_all(folder).unwrap();
        told.map_err(|why| {
            why.downcast_ref::<String>().cloned().unwrap_or_else(|| why.downcast_ref::<&str>().unwrap_or(&"").to_string())
        })
    }

    /// The store opens, what was acknowledged is there, one more run makes it whole.
    fn holds(&self, folder: &Path) {
        let acknowledged = self.before + usize::from(folder.join("acknowledged").exists());
        // before anybody writes, if there is anything yet
        if acknowledged > 0 {
            assert!(folder.join("data/sverka.db").exists(), "{LOST}");
            assert_whole(&folder.join("data"));
            assert!(documents(folder) >= acknowledged, "{LOST}");
        }
        heals(folder, self.source, &self.clean);
    }
}

/// What is said of a loss.
const LOST: &str = "an acknowledged document is lost";

/// Kills at every operation of one family.
fn killed_at_every_operation(family: &'static str, full: bool) -> usize {
    let room = tempfile::tempdir().unwrap();
    let stand = Stand::of(room.path(), family);
    let (changes, writes) = counted(family, &stand.base, room.path());
    let mut cases = deaths(changes, writes, full);
    // the machine dies after the last operation
    cases.push(("lose", usize::MAX));
    each(&cases, |n, case| {
        let told = stand.dies(&room.path().join(format!("case-{n}")), *case, family);
        assert_eq!(told, Ok(()), "{family} {case:?} of {changes} changes, {writes} writes");
    });
    println!("F2 {family}: {} cases ({changes} changes, {writes} writes; 1 in {STRIDE} from {SEED} unless all)", cases.len());
    cases.len()
}

/// The sweep speaks: on a disk on which nothing is ever synced, as a store has it with `synchronous = OFF`, what was told as stored is
/// gone with the power, and the sweep says so; with the syncs that the store asks for it is there.
#[test]
fn without_syncs_what_was_acknowledged_is_lost_and_the_sweep_says_so() {
    for family in ["nothing"].into_iter().chain(FAMILIES) {
        let room = tempfile::tempdir().unwrap();
        let stand = Stand::of(room.path(), family);
        let died = |how| stand.dies(&room.path().join(how), (how, usize::MAX), family);
        assert_eq!(died("lose"), Ok(()), "{family}: the store syncs");
        let told = died("deaf");
        assert!(told.as_ref().is_err_and(|said| said.contains(LOST)), "{family}: {told:?}");
        println!("F2 {family}: without syncs: {told:?}");
    }
}

#[test]
fn killed_at_some_operations() {
    let all: usize = ["nothing"].iter().chain(&FAMILIES).map(|family| killed_at_every_operation(family, false)).sum();
    println!("F2: {all} cases");
}

#[test]
#[ignore = "the full matrix: minutes"]
fn killed_at_each_operation() {
    let all: usize = ["nothing"].iter().chain(&FAMILIES).map(|family| killed_at_every_operation(family, true)).sum();
    println!("F2 full: {all} cases");
}

/// What fails, with what, once or for good.
const FAILURES: [(&str, Op, c_int, &str); 6] = [
    ("read", Op::Read, SQLITE_IOERR_READ, "io_error"),
    ("write", Op::Write, SQLITE_IOERR_WRITE, "io_error"),
    ("full", Op::Write, SQLITE_FULL, "disk_full"),
    ("sync", Op::Sync, SQLITE_IOERR_FSYNC, "io_error"),
    ("truncate", Op::Truncate, SQLITE_IOERR_TRUNCATE, "io_error"),
    ("forget", Op::Sync, SQLITE_IOERR_FSYNC, "io_error"),
];

/// In a child: every operation of the next document fails, and the program lives.
fn fails(family: &str, folder: &Path, full: bool) {
    let clean = std::fs::read_to_string(folder.join("clean.txt")).unwrap();
    let base = folder.join("base");
    let counts = {
        let at = folder.join("counted");
        copy(&base, &at);
        vfs::arm(Fault::None, 0);
        take(&at, family, 1).unwrap();
        vfs::disarm().1
    };
    let (mut cases, mut harmless, mut codes) = (0, 0, BTreeMap::<String, usize>::new());
    for (name, op, code, wanted) in FAILURES {
        for lasting in [false, true].into_iter().take(if name == "forget" { 1 } else { 2 }) {
            for at in chosen(counts.get(&op).copied().unwrap_or_default(), full) {
                let case = format!("{family}: {name} {at} of {counts:?}, lasting: {lasting}");
                let work = folder.join("case");
                copy(&base, &work);
                vfs::arm(if name == "forget" { Fault::Forget } else { Fault::Fail { op, code, lasting } }, at);
                let done = take(&work, family, 1);
                let (fired, _) = vfs::disarm();
                assert!(fired, "{case}: nothing failed");
                // the machine loses power, too: what was told as stored must be there all the same
                vfs::lose_power();
                match &done {
                    Ok(taken) => {
                        assert_eq!(taken.outcome, "stored", "{case}");
                        harmless += 1;
                    }
                    Err(error) => {
                        let typed = error.downcast_ref::<StoreError>().and_then(StoreError::code);
                        // the look at the whole file cannot tell a page that is not read from one that is damaged, and stops for both
                        let unread =
                            name == "read" && typed == Some("database_damaged") && error.to_string().contains("get the page");
                        assert!(typed == Some(wanted) || unread, "{case}: {error:#}");
                        *codes.entry(wanted.to_string()).or_default() += 1;
                    }
                }
                let told = std::panic::catch_unwind(|| {
                    assert_whole(&work.join("data"));
                    assert!(documents(&work) > usize::from(done.is_ok()), "an acknowledged document is lost");
                    heals(&work, family, &clean);
                });
                assert!(told.is_ok(), "{case}: {done:?}");
                std::fs::remove_dir_all(&work).unwrap();
                cases += 1;
            }
        }
    }
    println!("F3 {family}: cases={cases} typed {codes:?}, {harmless} stored all the same");
}

fn failing(families: &[&str], full: bool) {
    let all = std::sync::atomic::AtomicUsize::new(0);
    each(families, |_, family| {
        let room = tempfile::tempdir().unwrap();
        let (_, clean) = stored(room.path(), family);
        std::fs::write(room.path().join("clean.txt"), clean).unwrap();
        let (code, said) = child("fail", "", usize::from(full), family, room.path());
        assert_eq!(code, Some(0), "{said}");
        let line = said.lines().find(|line| line.contains("F3 ")).unwrap();
        println!("{}", &line[line.find("F3").unwrap()..]);
        let cases = line.split("cases=").nth(1).unwrap().split(' ').next().unwrap().parse::<usize>().unwrap();
        all.fetch_add(cases, std::sync::atomic::Ordering::Relaxed);
    });
    println!("F3: {} cases", all.into_inner());
}

#[test]
fn some_operations_fail() {
    failing(&FAMILIES, false);
}

#[test]
#[ignore = "the full matrix: minutes"]
fn each_operation_fails() {
    failing(&FAMILIES, true);
}

/// Documents of all families are read as they should be, or the sweeps would prove nothing.
#[test]
fn families_give_figures() {
    for family in FAMILIES {
        let room = tempfile::tempdir().unwrap();
        let (_, clean) = stored(room.path(), family);
        let figures = clean.lines().filter(|line| line.starts_with("[\"observation\"")).count();
        assert!(figures >= 6, "{family}: {figures}\n{clean}");
        let _ = families::now();
    }
}
