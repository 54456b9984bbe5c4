//! Every target over its first inputs and some spoilt ones, so that no target rots.

use super::mutated::{spoilt, thrown};
use super::{TARGETS, Target, seeds};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A target is thrown at for so long at most, and so often.
const MOST_TIME: Duration = Duration::from_millis(400);
const MOST_THROWS: u64 = 2_000;
/// The numbers of the spoilt inputs.
const SEED: u64 = 20_261_124;

fn shown(input: &[u8]) -> String {
    String::from_utf8_lossy(input).chars().take(400).collect::<String>().escape_debug().to_string()
}

/// How many inputs were thrown, and the first that was not answered.
fn thrown_at(target: &Target) -> (u64, Option<String>) {
    let (inputs, since) = (seeds::of(target.name), Instant::now());
    assert!(!inputs.is_empty(), "{} has nothing to begin with", target.name);
    let throw = |input: &[u8]| thrown(target.throw, input).err().map(|said| format!("{}: {said}\n{}", target.name, shown(input)));
    if let Some(fault) = inputs.iter().find_map(|input| throw(input)) {
        return (0, Some(fault));
    }
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut throws = 0;
    while throws < MOST_THROWS && since.elapsed() < MOST_TIME {
        let (input, other) = (&inputs[random.usize(0..inputs.len())], &inputs[random.usize(0..inputs.len())]);
        throws += 1;
        if let Some(fault) = throw(&spoilt(input, other, &mut random, target.longest)) {
            return (throws, Some(fault));
        }
    }
    (inputs.len() as u64 + throws, None)
}

#[test]
fn what_is_thrown_is_answered() {
    let half = TARGETS.len() / 2;
    let all = |targets: &[Target]| targets.iter().map(thrown_at).collect::<Vec<_>>();
    let thrown = std::thread::scope(|scope| {
        let other = scope.spawn(|| all(&TARGETS[half..]));
        [all(&TARGETS[..half]), other.join().expect("a target that panics is caught")].concat()
    });
    let (count, faults): (Vec<u64>, Vec<Option<String>>) = thrown.into_iter().unzip();
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    println!("{} inputs for {} targets, seed {SEED}", count.iter().sum::<u64>(), TARGETS.len());
}

#[test]
fn targets_have_names_of_their_own() {
    let mut names = TARGETS.map(|target| target.name);
    names.sort_unstable();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
}

/// With `SVERKA_FUZZ_CORPUS` the inputs are written there, a folder a target, and the list of targets, for the package in `fuzz/`; with `SVERKA_FUZZ_INPUTS`, a
/// folder of such folders, those are thrown, too.
#[test]
fn corpora_are_written_and_read() {
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    if let Some(folder) = folder("SVERKA_FUZZ_CORPUS") {
        let list: String = TARGETS.iter().map(|target| format!("{} {}\n", target.name, target.longest)).collect();
        std::fs::write(folder.join("targets"), list).unwrap();
    }
    for target in TARGETS {
        if let Some(folder) = folder("SVERKA_FUZZ_CORPUS").map(|folder| folder.join(target.name)) {
            std::fs::create_dir_all(&folder).unwrap();
            for (number, input) in seeds::of(target.name).iter().enumerate() {
                std::fs::write(folder.join(format!("seed-{number}")), input).unwrap();
            }
        }
        let given = folder("SVERKA_FUZZ_INPUTS").and_then(|folder| std::fs::read_dir(folder.join(target.name)).ok());
        for file in given.into_iter().flatten() {
            let path = file.unwrap().path();
            let said = thrown(target.throw, &std::fs::read(&path).unwrap());
            assert_eq!(said, Ok(()), "{}", path.display());
        }
    }
}
