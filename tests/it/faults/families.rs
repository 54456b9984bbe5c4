//! A house with a source for each family of formats, one document stored and the next at hand.

use super::super::support::{V1, V2};
use super::super::workbook::xlsx;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};
use sverka::guard::Reader;
use sverka::pipeline::{ByHand, House, Places, Taken, ingest};
use sverka::store::Store;

/// Four sources, `xlsx` among them.
const CONFIG: &str = include_str!("../../fixtures/families.toml");
/// The days of the first document and of the next one.
pub const DAYS: [&str; 2] = ["2020-03-20", "2020-04-20"];
/// Families by the ids of their sources.
pub const FAMILIES: [&str; 4] = ["xlsx", "html", "csv", "json"];

/// The first (0) or next (1) document of a family: one figure is revised, one is new.
pub fn document(family: &str, n: usize) -> Vec<u8> {
    let (oil, gas) = ([["2018", "555.8"], ["2019", "560.2"]], [["2018", "725"], ["2019", "738"]]);
    let mut rows: Vec<(&str, &str, &str)> = Vec::new();
    rows.extend(oil.iter().map(|[year, value]| ("oil", *year, *value)));
    rows.extend(gas.iter().map(|[year, value]| ("gas", *year, *value)));
    if n == 1 {
        rows[1].2 = "561.1";
        rows.push(("oil", "2020", "512.8"));
    }
    let made = |head: &str, row: &dyn Fn(&(&str, &str, &str)) -> String, between: &str, end: &str| {
        format!("{head}{}{end}", rows.iter().map(row).collect::<Vec<_>>().join(between)).into_bytes()
    };
    match family {
        "xlsx" => xlsx([V1, V2][n]),
        "csv" => made("good;year;output\n", &|(good, year, value)| format!("{good};{year};{value}"), "\n", "\n"),
        "json" => {
            let row =
                |(good, year, value): &(&str, &str, &str)| format!(r#"{{"good":"{good}","year":"{year}","output":{value}}}"#);
            made(r#"{"data":["#, &row, ",", "]}")
        }
        "html" => {
            let head = "<!DOCTYPE html><html><head><title>Output</title></head><body><table><tr><td>good</td><td>year</td><td>output</td></tr>";
            let row =
                |(good, year, value): &(&str, &str, &str)| format!("<tr><td>{good}</td><td>{year}</td><td>{value}</td></tr>");
            made(head, &row, "", "</table></body></html>")
        }
        other => panic!("{other}: no such family"),
    }
}

/// What a folder with configuration, papers, evidence and `data` is to the program.
pub fn places(folder: &Path) -> Places {
    let at = |name: &str| Some(folder.join(name));
    Places { data: folder.join("data"), config: at("sources.toml"), papers: at("papers"), evidence: at("evidence"), alerts: None }
}

/// The same instant for everybody, so that what comes of it can be compared.
pub fn now() -> DateTime<Utc> {
    "2026-11-24T06:00:00Z".parse().unwrap()
}

/// A folder with the configuration and the next document of the family; nothing is stored yet.
pub fn empty(folder: &Path, family: &str) {
    std::fs::create_dir_all(folder.join("papers")).unwrap();
    std::fs::create_dir_all(folder.join("evidence")).unwrap();
    std::fs::write(folder.join("sources.toml"), CONFIG).unwrap();
    std::fs::write(folder.join("first"), document(family, 0)).unwrap();
    std::fs::write(folder.join("next"), document(family, 1)).unwrap();
}

/// Opens the house and takes in a document, as a command does.
pub fn take(folder: &Path, family: &str, n: usize) -> anyhow::Result<Taken> {
    let mut house = House::open(&places(folder), Reader::InProcess, now())?;
    ingest(&mut house, by_hand(folder, family, n), now())
}

/// A document of the folder as somebody brings it.
pub fn by_hand(folder: &Path, family: &str, n: usize) -> ByHand {
    let name = ["first", "next"][n];
    let as_of = DAYS[n].parse().unwrap();
    ByHand { file: folder.join(name), source: family.into(), as_of, obtained_from: "here".into(), url: None }
}

/// A folder in which the first document of the family is stored, and the dump of one in which the next one is, too.
pub fn stored(room: &Path, family: &str) -> (PathBuf, String) {
    let [base, clean] = ["base", "clean"].map(|name| room.join(name));
    empty(&base, family);
    assert_eq!(take(&base, family, 0).unwrap().outcome, "stored", "{family}");
    copy(&base, &clean);
    let taken = take(&clean, family, 1).unwrap();
    assert_eq!(taken.outcome, "stored", "{family}: {}", taken.message);
    (base, super::oracle::dump(&clean.join("data")))
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => _ = std::fs::copy(entry.path(), target).unwrap(),
        }
    }
}

/// How many documents a data folder believes.
pub fn documents(folder: &Path) -> usize {
    Store::open_read_only(&folder.join("data/sverka.db")).unwrap().documents_kept().unwrap().len()
}

/// The fault is gone: the next document is brought once more, and the dump is that of a clean run.
pub fn heals(folder: &Path, family: &str, clean: &str) {
    let taken = take(folder, family, 1).unwrap();
    assert!(taken.is_success(), "{} {}", taken.outcome, taken.message);
    super::oracle::assert_whole(&folder.join("data"));
    let healed = super::oracle::dump(&folder.join("data"));
    assert!(healed == clean, "another dump than that of a clean run:\n{healed}\n{clean}");
    let db = super::super::support::open(&folder.join("data"));
    assert_eq!(super::super::support::count(&db, "SELECT count(*) FROM attempt WHERE finished_at IS NULL"), 0);
}
