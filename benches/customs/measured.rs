//! A program with what it took: time, processor time, the memory of it and of its largest child.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often it is looked how much memory is used; the system keeps the highest, so that only the end of a process can be missed.
const LOOK: Duration = Duration::from_millis(5);

/// What a run took.
pub struct Cost {
    pub seconds: f64,
    pub cpu: f64,
    /// MB at most, of the program and of its children.
    pub parent: f64,
    pub child: f64,
    /// Bytes of the database it left.
    pub file: u64,
    pub said: String,
}

/// Runs a program to its end.
pub fn run(command: &mut Command, db: &Path) -> Cost {
    let since = Instant::now();
    let before = cpu();
    let mut started = command.stdout(Stdio::piped()).spawn().unwrap();
    let (pid, over) = (started.id(), AtomicBool::new(false));
    let (mut said, mut output) = (String::new(), started.stdout.take().unwrap());
    let (parent, child) = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(pid, &over));
        output.read_to_string(&mut said).unwrap();
        assert!(started.wait().unwrap().success(), "{command:?}");
        over.store(true, Ordering::Relaxed);
        watcher.join().unwrap()
    });
    let file = std::fs::metadata(db).map_or(0, |file| file.len());
    Cost { seconds: since.elapsed().as_secs_f64(), cpu: cpu() - before, parent, child, file, said }
}

/// The most memory that a process and its children had, in MB.
fn watch(pid: u32, over: &AtomicBool) -> (f64, f64) {
    let (mut parent, mut child) = (0.0f64, 0.0f64);
    while !over.load(Ordering::Relaxed) {
        parent = parent.max(highest(pid));
        child = children(pid).into_iter().map(highest).fold(child, f64::max);
        std::thread::sleep(LOOK);
    }
    (parent, child)
}

/// The children of all threads of a process.
fn children(pid: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let listed = threads.map(|thread| std::fs::read_to_string(thread.path().join("children")).unwrap_or_default());
    listed.flat_map(|pids| pids.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>()).collect()
}

fn highest(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or_default() * 1024.0 / 1e6
}

/// Processor time of all children that ended, in seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let numbers = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // cutime and cstime, fields 16 and 17 of the line; a second has a hundred ticks on Linux
    numbers.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
