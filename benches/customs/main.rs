//! What it costs to take in a customs dump, beside a limit program, pandas and the shell of SQLite in the same run:
//! `cargo bench --bench customs`, or `cargo bench --bench customs -- 1000000 5000000 20000000` for other numbers of lines.
//!
//! The bars: at 5 million lines at least 70 % of the limit program with the same options (its time over ours, archiving not counted),
//! three times pandas in chunks; 64 MB of memory at most in either process, 5 MB more from 5 to 20 million lines; 80 bytes a line with
//! its index; pages that are read meanwhile within 50 ms for 99 of 100, and a log of 256 MB at most. `PEERS=0` leaves the peers out; `PYTHON` names an interpreter that has pandas; `CUSTOMS_BENCH` a folder with room.

mod dump;
mod limit;
mod measured;
mod readers;

use chrono::NaiveDate;
use measured::{Cost, run};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use sverka::archive::Archive;
use sverka::guard::{self, Program, Reader};
use sverka::pipeline::{ByHand, House, Places, ingest};

/// Times that each is run; the quickest counts.
const TIMES: usize = 2;
/// Lines of a dump, unless others are asked for.
const LINES: [u64; 2] = [1_000_000, 5_000_000];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--load", file, data] => load(Path::new(file), Path::new(data)),
        ["--limit", file, db] => limit::load(Path::new(file), Path::new(db)),
        numbers => {
            let asked: Vec<u64> = numbers.iter().map(|word| word.parse().expect("a number of lines")).collect();
            let lines = if asked.is_empty() { LINES.to_vec() } else { asked };
            lines.into_iter().for_each(compare);
        }
    }
}

/// Takes a dump in, as `sverka ingest` does, and says how long that took without opening the store.
fn load(file: &Path, data: &Path) {
    let places = Places { data: data.to_path_buf(), config: None, papers: None, evidence: None, alerts: None };
    let program = Program::at(env!("CARGO_BIN_EXE_sverka"), guard::Limits::DEFAULT);
    let now = chrono::Utc::now();
    let mut house = House::open(&places, Reader::Child(program), now).unwrap();
    let since = Instant::now();
    let by_hand = ByHand {
        file: file.to_path_buf(),
        source: "fcs-dump".into(),
        as_of: NaiveDate::from_ymd_opt(2022, 1, 31).unwrap(),
        obtained_from: "made here".into(),
        url: None,
    };
    let taken = ingest(&mut house, by_hand, now).unwrap();
    let saved = taken.saved.unwrap_or_else(|| panic!("{}: {}", taken.outcome, taken.message));
    println!("{} {} {}", since.elapsed().as_secs_f64(), saved.lines, saved.refused);
}

fn compare(lines: u64) {
    let folder = std::env::var("CUSTOMS_BENCH").map_or_else(|_| std::env::temp_dir().join("sverka-customs"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("dump-{lines}.csv"));
    if !file.exists() {
        dump::write(&file, lines);
    }
    println!("\n{lines} lines, {} MB", std::fs::metadata(&file).unwrap().len() / 1_000_000);
    let (mut limits, mut ours, mut archives) = (Vec::new(), Vec::new(), Vec::new());
    // by turns, for the machine is not always as quick
    for _ in 0..TIMES {
        limits.push(limited(&file, &folder));
        ours.push(loaded(&file, &folder));
        archives.push(archived(&file, &folder));
    }
    let limit = best(limits);
    let ours = best(ours);
    let archive = archives.into_iter().fold(f64::MAX, f64::min);
    let net = ours.seconds - archive;
    say("limit program", &limit, limit.seconds, lines);
    say("sverka", &ours, limit.seconds, lines);
    println!("  of which archiving {archive:.2} s; {:.0} % of the limit program without", 100.0 * limit.seconds / net);
    println!("  parent {:.1} MB, child {:.1} MB", ours.parent, ours.child);
    readers::while_loading(loading(&file, &folder.join("data")), &folder.join("data"));
    std::fs::remove_dir_all(folder.join("data")).unwrap();
    if std::env::var("PEERS").as_deref() != Ok("0") {
        peers(&file, &folder, net, lines);
    }
}

fn best(costs: Vec<Cost>) -> Cost {
    costs.into_iter().min_by(|a, b| a.seconds.total_cmp(&b.seconds)).unwrap()
}

fn say(name: &str, cost: &Cost, limit: f64, lines: u64) {
    let (rate, bytes) = (lines as f64 / cost.seconds / 1000.0, cost.file as f64 / lines as f64);
    let (seconds, cpu, ratio) = (cost.seconds, cost.cpu, cost.seconds / limit);
    println!(
        "{name}: {seconds:.2} s ({ratio:.2} x limit), {cpu:.2} CPU s, {rate:.0} k lines/s, {bytes:.1} bytes a line, {:.0} MB",
        cost.parent
    );
}

fn limited(file: &Path, folder: &Path) -> Cost {
    let db = folder.join("limit.db");
    let myself = std::env::current_exe().unwrap();
    let cost = run(Command::new(myself).args(["--limit".as_ref(), file.as_os_str(), db.as_os_str()]), &db);
    std::fs::remove_file(&db).unwrap();
    cost
}

fn loaded(file: &Path, folder: &Path) -> Cost {
    let data = folder.join("data");
    let _ = std::fs::remove_dir_all(&data);
    let empty = empty_store(folder);
    let db = data.join("sverka.db");
    let mut cost = run(&mut loading(file, &data), &db);
    let words: Vec<f64> = cost.said.split_whitespace().map(|word| word.parse().unwrap()).collect();
    println!("  {} lines kept, {} refused, {:.2} s", words[1], words[2], words[0]);
    cost.seconds = words[0];
    cost.file = cost.file.saturating_sub(empty);
    std::fs::remove_dir_all(&data).unwrap();
    cost
}

/// This program, taking a dump in.
fn loading(file: &Path, data: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--load".as_ref(), file.as_os_str(), data.as_os_str()]);
    command
}

/// Bytes of a store without documents.
fn empty_store(folder: &Path) -> u64 {
    let data = folder.join("empty");
    let places = Places { data: data.clone(), config: None, papers: None, evidence: None, alerts: None };
    drop(House::open(&places, Reader::InProcess, chrono::Utc::now()).unwrap());
    let size = std::fs::metadata(data.join("sverka.db")).unwrap().len();
    std::fs::remove_dir_all(&data).unwrap();
    size
}

/// Seconds that hashing and keeping the file takes, which the limit program does not do.
fn archived(file: &Path, folder: &Path) -> f64 {
    let place = folder.join("archive");
    let archive = Archive::open(&place).unwrap();
    let since = Instant::now();
    archive.store(std::fs::File::open(file).unwrap()).unwrap();
    let seconds = since.elapsed().as_secs_f64();
    std::fs::remove_dir_all(&place).unwrap();
    seconds
}

/// What a person would take instead, where it is installed.
fn peers(file: &Path, folder: &Path, ours: f64, lines: u64) {
    let db = folder.join("peer.db");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let pandas = "import sys, sqlite3, pandas as pd\n\
        db = sqlite3.connect(sys.argv[2])\n\
        for part in pd.read_csv(sys.argv[1], sep=';', encoding='cp1251', decimal=',', chunksize=100_000, dtype={'TNVED': str}, keep_default_na=False):\n\
        \x20   part.to_sql('customs', db, if_exists='append', index=False)\n\
        db.commit()";
    if Command::new(&python).args(["-c", "import pandas"]).output().is_ok_and(|out| out.status.success()) {
        let cost = run(Command::new(&python).args(["-c".as_ref(), pandas.as_ref(), file.as_os_str(), db.as_os_str()]), &db);
        say("pandas in chunks, no index", &cost, cost.seconds, lines);
        println!("  {:.1} x as long as sverka without archiving", cost.seconds / ours);
        std::fs::remove_file(&db).unwrap();
    } else {
        println!("pandas: not installed");
    }
    let script = format!(".mode csv\n.separator ; \\r\\n\n.import '|iconv -f cp1251 -t utf-8 {}' customs\n", file.display());
    let input = folder.join("import.sql");
    std::fs::write(&input, script).unwrap();
    let mut shell = Command::new("sqlite3");
    shell.arg(&db).stdin(std::fs::File::open(&input).unwrap());
    if Command::new("sqlite3").arg("--version").output().is_ok() {
        let cost = run(&mut shell, &db);
        say("sqlite3 .import, all text", &cost, cost.seconds, lines);
        println!("  {:.1} x as long as sverka without archiving", cost.seconds / ours);
        std::fs::remove_file(&db).unwrap();
    } else {
        println!("sqlite3: not installed");
    }
}
