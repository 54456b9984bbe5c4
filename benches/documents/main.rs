//! What it costs to read documents and to bring them from their publishers into the store, beside what a person would take instead, in one
//! run: `cargo bench --bench documents`, or `cargo bench --bench documents -- workbooks pages message whole` for some of it.
//!
//! The bars. Workbooks of 200 sheets, and of one sheet of 2 million cells: 8 times pandas with calamine, 20 times openpyxl, 50 MB of memory on
//! the large sheet. A thousand pages: 6 times `pandas.read_html`, 14 times BeautifulSoup with lxml. SDMX-ML of 100 MB: twice lxml's iterparse,
//! 60 times sdmx1, 32 MB. 200 documents over HTTP into SQLite: 5 times Scrapy with pandas, 15 times dlt, 64 MB.
//! `PYTHON` names an interpreter that has the peers; those it has not are left out. `DOCUMENTS_BENCH` is a folder with room.

mod made;
#[path = "../customs/measured.rs"]
mod measured;
mod whole;

use measured::{Cost, run};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use sverka::guard::{Document, Limits, Program, Reader, Wanted};
use sverka::parse::Event;

/// Times that each is run; the quickest counts.
const TIMES: usize = 3;
/// Pages of a site, and as many of them as the slowest peer gets.
const PAGES: [usize; 2] = [1000, 100];
/// Bytes of the message.
const MESSAGE: u64 = 100_000_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let ["--read", paths @ ..] = words.as_slice() {
        return read(paths);
    }
    if let ["--whole", config, data] = words.as_slice() {
        return whole::bring(Path::new(config), Path::new(data));
    }
    let folder = std::env::var("DOCUMENTS_BENCH").map_or_else(|_| std::env::temp_dir().join("sverka-documents"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    let wanted = |kind: &str| words.is_empty() || words.contains(&kind);
    for (kind, compare) in
        [("workbooks", workbooks as fn(&Path)), ("pages", pages), ("message", message), ("whole", whole::compare)]
    {
        if wanted(kind) {
            compare(&folder);
        }
    }
}

/// Reads documents in a child each, and says how long that took and how many cells were told.
fn read(paths: &[&str]) {
    let reader = Reader::Child(Program::at(env!("CARGO_BIN_EXE_sverka"), Limits::DEFAULT));
    let (since, mut cells) = (Instant::now(), 0);
    for path in paths {
        let mut head = Vec::new();
        let most = sverka::guard::HEAD_BYTES as u64;
        std::fs::File::open(path).unwrap().take(most).read_to_end(&mut head).unwrap();
        let document = Document::in_file(&head, std::fs::File::open(path).unwrap());
        let (format, member) = reader.recognize(&document).unwrap();
        let wanted = Wanted { format, charset: None, member: member.map(|member| member.index) };
        reader.read(&document, wanted, &mut |event| cells += told(&event)).unwrap();
    }
    println!("{} {cells}", since.elapsed().as_secs_f64());
}

fn told(event: &Event) -> usize {
    match event {
        Event::Row(row) => row.cells.len(),
        Event::Table(_) | Event::Paragraph { .. } => 0,
    }
}

fn workbooks(folder: &Path) {
    for (name, sheets, regions) in [("200 sheets of 50 rows", 200, 50), ("one sheet of 50,000 rows", 1, 50_000)] {
        let file = folder.join(format!("book-{sheets}.xlsx"));
        made::workbook(&file, sheets, regions, 0);
        println!("\nworkbook of {name}, {} MB", std::fs::metadata(&file).unwrap().len() / 1_000_000);
        let ours = ourselves(&[file.as_path()]);
        peer("pandas_calamine", &[file.as_os_str()], &ours, 1);
        peer("openpyxl_read_only", &[file.as_os_str()], &ours, 1);
    }
}

fn pages(folder: &Path) {
    let place = folder.join("pages");
    std::fs::create_dir_all(&place).unwrap();
    let files: Vec<PathBuf> = (0..PAGES[0]).map(|number| place.join(format!("p{number:04}.html"))).collect();
    (0..).zip(&files).for_each(|(number, file)| made::page(file, number));
    println!(
        "\n{} pages in windows-1251, {} MB",
        PAGES[0],
        PAGES[0] as u64 * std::fs::metadata(&files[0]).unwrap().len() / 1_000_000
    );
    let ours = ourselves(&files.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    for name in ["pandas_read_html", "beautifulsoup_lxml"] {
        peer(name, &[place.as_os_str(), PAGES[1].to_string().as_ref()], &ours, PAGES[0] / PAGES[1]);
    }
}

fn message(folder: &Path) {
    let file = folder.join("message.xml");
    let observations = made::message(&file, MESSAGE);
    println!("\nSDMX-ML 2.1 of {} MB, {observations} observations", std::fs::metadata(&file).unwrap().len() / 1_000_000);
    let ours = ourselves(&[file.as_path()]);
    peer("lxml_iterparse", &[file.as_os_str()], &ours, 1);
    peer("sdmx1", &[file.as_os_str()], &ours, 1);
}

/// The quickest of some readings by a process of its own.
fn ourselves(files: &[&Path]) -> Cost {
    let myself = std::env::current_exe().unwrap();
    let costs = (0..TIMES).map(|_| {
        let mut cost = run(Command::new(&myself).arg("--read").args(files), Path::new(""));
        cost.seconds = cost.said.split_whitespace().next().unwrap().parse().unwrap();
        cost
    });
    let best = quickest(costs);
    let seen = best.said.split_whitespace().nth(1).unwrap_or_default().to_string();
    println!(
        "  sverka, a child each: {:.2} s, {seen} cells, parent {:.0} MB, child {:.0} MB",
        best.seconds, best.parent, best.child
    );
    best
}

fn quickest(costs: impl Iterator<Item = Cost>) -> Cost {
    costs.min_by(|a, b| a.seconds.total_cmp(&b.seconds)).unwrap()
}

/// What a peer takes, whole processes of it, where it is installed; `times` where it gets only a part.
fn peer(name: &str, args: &[&std::ffi::OsStr], ours: &Cost, times: usize) {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/documents/peers.py");
    let has = Command::new(&python).args([script, "has", name]).stderr(std::process::Stdio::null()).status();
    if !has.is_ok_and(|ended| ended.success()) {
        return println!("  {name}: not installed");
    }
    let mut command = Command::new(&python);
    command.arg(script).arg(name).args(args).stderr(std::process::Stdio::null());
    let cost = run(&mut command, Path::new(""));
    let seconds = cost.seconds * times as f64;
    println!(
        "  {name}: {seconds:.2} s, {} seen, {:.0} MB: {:.1} x as long",
        cost.said.trim(),
        cost.parent,
        seconds / ours.seconds
    );
}
