//! From a publisher's server into SQLite: fetched, archived, read, mapped to series, stored with provenance and a durable commit a document.

use super::{made, peer, quickest};
use crate::measured::run;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use sverka::guard::{Limits, Program, Reader};
use sverka::pipeline::{self, Chosen, House, Places};

/// Documents of each kind, a publisher's server each.
const EACH: usize = 100;
/// Sheets and rows of a workbook.
const BOOK: (usize, usize) = (2, 50);
const TIMES: usize = 2;

/// Fetches all, into a store that is new.
pub fn bring(config: &Path, data: &Path) {
    let beside = config.parent().unwrap();
    let none = |name: &str| {
        std::fs::create_dir_all(beside.join(name)).unwrap();
        Some(beside.join(name))
    };
    let (papers, evidence) = (none("papers"), none("evidence"));
    let places = Places { data: data.to_path_buf(), config: Some(config.to_path_buf()), papers, evidence, alerts: None };
    let program = Program::at(env!("CARGO_BIN_EXE_sverka"), Limits::DEFAULT);
    let mut house = House::open(&places, Reader::Child(program), chrono::Utc::now()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let since = Instant::now();
    let summary = runtime.block_on(pipeline::run(&mut house, &Chosen::default(), chrono::Utc::now, &|_| ())).unwrap();
    let stored: usize = summary.taken.iter().filter_map(|taken| taken.saved.as_ref()).map(|saved| saved.first).sum();
    for taken in summary.taken.iter().filter(|taken| taken.outcome != "stored").take(3) {
        eprintln!("{}: {} {}", taken.source, taken.outcome, taken.message);
    }
    println!("{} {} {stored}", since.elapsed().as_secs_f64(), summary.count("stored"));
}

/// Us beside the peers, from one server.
pub fn compare(folder: &Path) {
    let place = folder.join("whole");
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(place.join("documents")).unwrap();
    let addresses = serve(documents(&place.join("documents")));
    let config = place.join("sources.toml");
    std::fs::write(&config, sources(&addresses)).unwrap();
    let listed = place.join("addresses.txt");
    std::fs::write(&listed, addresses.join("\n")).unwrap();
    println!("\n{} documents over HTTP into SQLite", addresses.len());
    let myself = std::env::current_exe().unwrap();
    let costs = (0..TIMES).map(|time| {
        let data = place.join(format!("data-{time}"));
        let arguments = ["--whole".as_ref(), config.as_os_str(), data.as_os_str()];
        let mut cost = run(Command::new(&myself).args(arguments), &data.join("sverka.db"));
        cost.seconds = cost.said.split_whitespace().next().unwrap().parse().unwrap();
        cost
    });
    let best = quickest(costs);
    let said: Vec<&str> = best.said.split_whitespace().skip(1).collect();
    println!("  sverka: {:.2} s, {:.2} CPU s, {} documents, {} observations", best.seconds, best.cpu, said[0], said[1]);
    println!("  parent {:.0} MB, child {:.0} MB, file {} MB", best.parent, best.child, best.file / 1_000_000);
    for name in ["scrapy_pandas", "dlt_sqlite"] {
        peer(name, &[listed.as_os_str(), place.join(format!("{name}.db")).as_os_str()], &best, 1);
    }
}

/// Makes the documents: what each is called, and its bytes.
fn documents(place: &Path) -> Vec<(String, Vec<u8>)> {
    let file = place.join("document");
    let mut documents = Vec::new();
    for number in 0..EACH {
        made::workbook(&file, BOOK.0, BOOK.1, number * BOOK.0);
        documents.push((format!("/b{number:03}.xlsx"), std::fs::read(&file).unwrap()));
        made::page(&file, number);
        documents.push((format!("/p{number:03}.html"), std::fs::read(&file).unwrap()));
    }
    documents
}

/// A server for each, on a thread of its own; where they are.
fn serve(documents: Vec<(String, Vec<u8>)>) -> Vec<String> {
    let (sender, addresses) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let names: Vec<String> = documents.iter().map(|(name, _)| name.clone()).collect();
            let answers = axum::Router::new().fallback(answer).with_state(Arc::new(documents.into_iter().collect()));
            for (number, name) in (1..).zip(names) {
                let listener = tokio::net::TcpListener::bind((Ipv4Addr::new(127, 0, 3, number), 0)).await.unwrap();
                sender.send(format!("http://{}{name}", listener.local_addr().unwrap())).unwrap();
                tokio::spawn(axum::serve(listener, answers.clone()).into_future());
            }
            drop(sender);
            std::future::pending::<()>().await;
        });
    });
    addresses.iter().collect()
}

async fn answer(State(documents): State<Arc<HashMap<String, Vec<u8>>>>, uri: Uri) -> Result<Vec<u8>, StatusCode> {
    documents.get(uri.path()).cloned().ok_or(StatusCode::NOT_FOUND)
}

/// A source for each document, all of the same series.
fn sources(addresses: &[String]) -> String {
    let head = "[fetch]\nallow_loopback = true\n[[publisher]]\nid = \"p\"\nname = \"P\"\ncountry = \"ru\"\nurl = \"https://publisher.example/\"\n";
    (0..).zip(addresses).fold(head.to_string(), |text, (number, address)| text + &source(number, address))
}

fn source(number: usize, address: &str) -> String {
    let (format, reading) = match PathBuf::from(address).extension().and_then(|end| end.to_str()) {
        Some("xlsx") => (
            "xlsx",
            "sheet = [\"{month}.{year}\"]\ncolumns = [{ head = [\"показатель {item:code}, млн руб.\"] }]\n\
             series = \"p.o.{item}.{region}.level.m\"\nunit = \"million roubles\"\n",
        ),
        _ => (
            "html",
            "columns = [{ head = [\"{year}\", \"{month}\"] }]\nseries = \"p.q.all.{region}.level.m\"\nunit = \"thousand roubles\"\n",
        ),
    };
    format!(
        "[[source]]\nid = \"s{number}\"\npublisher = \"p\"\ntitle = \"Output\"\npage = \"https://publisher.example/\"\n\
         address = [{{ url = \"{address}\" }}]\nschedule = \"0 6 * * *\"\nformat = [\"{format}\"]\nlicence = \"none\"\n\
         [[source.read]]\nname = \"output\"\nrows = [{{ stub = \"область {{region:code}} *\" }}]\n{reading}"
    )
}
