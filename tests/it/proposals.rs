//! Blocks proposed from real documents: each can be used as it is, and none reads a figure that a worked block reads otherwise.

use super::support;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use sverka::config::{Config, Source};
use sverka::model::{Period, Reading};
use sverka::pipeline::{self, Look, Naming};
use sverka::propose::Proposal;

/// The worked blocks' documents; the file says how they are written.
const FIGURES: &str = include_str!("../fixtures/worked-figures.txt");

/// Every document, with its path below the folder.
fn documents(folder: &Path) -> Vec<(String, PathBuf)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(inner) = folders.pop() {
        for entry in std::fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().path()) {
            let name = entry.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            match entry.is_dir() {
                true if name != "tls" => folders.push(entry),
                true => {}
                false if name != "MANIFEST.tsv" => found.push((name, entry)),
                false => {}
            }
        }
    }
    found.sort();
    found
}

fn propose(bytes: &[u8]) -> Option<Proposal> {
    let naming = Naming {
        document: "document".into(),
        id: "new".into(),
        publisher: "somebody".into(),
        publisher_known: false,
        publisher_is: None,
    };
    pipeline::propose(bytes, &Look::default(), naming).ok()
}

fn read(source: &Source, bytes: &[u8], as_of: &str) -> Result<Reading, String> {
    pipeline::read_document(source, bytes, as_of.parse().unwrap()).map_err(|error| error.to_string())
}

/// Period, value and unit by place.
fn by_place(reading: &Reading) -> BTreeMap<&str, (Period, String, &str)> {
    let values = reading.observations.iter().filter_map(|one| Some((one, one.value?)));
    values.map(|(one, value)| (&*one.locator, (one.period, value.to_string(), &*one.unit))).collect()
}

#[test]
fn every_proposal_can_be_used_and_contradicts_no_worked_block() {
    let Some(folder) = support::samples() else { return };
    let builtin = Config::builtin().unwrap();
    let worked: BTreeMap<&str, Vec<&str>> = FIGURES
        .lines()
        .map(|line| line.split(" | ").collect::<Vec<_>>())
        .filter(|words| words.len() == 4 && !words[0].starts_with('#'))
        .map(|words| (words[0], words))
        .collect();
    let (mut refused, mut kept, mut reads, mut figures, mut compared, mut wrong) = (0, 0, 0, 0, 0, Vec::new());
    for (name, path) in documents(&folder) {
        let bytes = std::fs::read(&path).unwrap();
        let start = std::time::Instant::now();
        let Some(proposal) = propose(&bytes) else {
            println!("{name}: refused");
            refused += 1;
            continue;
        };
        let took = start.elapsed();
        let config =
            Config::parse(&proposal.text, &name).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}\n{}", proposal.text));
        let source = config.source("new").unwrap();
        if let Ok(dir) = std::env::var("PROPOSALS") {
            std::fs::write(Path::new(&dir).join(name.replace('/', "_") + ".toml"), &proposal.text).unwrap();
        }
        if proposal.readings.is_empty() {
            println!(
                "{name}: kept {took:?}; {}",
                proposal.left.iter().map(|l| format!("{}: {}", l.table, l.why)).take(3).collect::<Vec<_>>().join(" | ")
            );
            kept += 1;
            continue;
        }
        let reading = read(source, &bytes, "2026-01-01").unwrap_or_else(|error| panic!("{name}: {error}"));
        let told: Vec<_> = reading.issues.iter().filter(|issue| issue.code != "footnote_moved_period").collect();
        assert!(told.is_empty(), "{name}: {told:?}");
        let own = by_place(&reading);
        println!("{name}: {} readings, {} figures, {} left {took:?}", proposal.readings.len(), own.len(), proposal.left.len());
        reads += 1;
        figures += own.len();
        let Some([_, id, as_of, _]) = worked.get(&*name).map(|words| <[&str; 4]>::try_from(&words[..]).unwrap()) else {
            continue;
        };
        let block = read(builtin.source(id).unwrap(), &bytes, as_of).unwrap();
        let block = by_place(&block);
        let same = own.iter().filter_map(|(at, figure)| Some((at, figure, block.get(at)?)));
        for (at, figure, other) in same {
            compared += 1;
            if figure != other {
                wrong.push(format!("{name} {at}: {figure:?}, the worked block says {other:?}"));
            }
        }
        println!(
            "   the worked block reads {} figures, {} of them are among these",
            block.len(),
            block.keys().filter(|at| own.contains_key(*at)).count()
        );
    }
    println!("{refused} refused, {kept} kept, {reads} read with {figures} figures; {compared} compared with worked blocks");
    assert!(wrong.is_empty(), "{} of {compared}: {:#?}", wrong.len(), &wrong[..wrong.len().min(40)]);
}
