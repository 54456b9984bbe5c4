//! Blocks proposed from real documents: each can be used as it is, and none reads a figure otherwise than a worked block does.

use super::support;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use sverka::config::{Config, Source};
use sverka::guard::{Document, Reader};
use sverka::model::{Period, Reading};
use sverka::pipeline::{self, Look, Naming};
use sverka::propose::Proposal;

/// The worked blocks' documents; the file says how they are written.
const FIGURES: &str = include_str!("../fixtures/worked-figures.txt");
/// Real documents from which a proposal reads figures, and figures that worked blocks read in the same places.
const READ: usize = 25;
const COMPARED: usize = 400_000;

/// Every document, with its path below the folder.
fn documents(folder: &Path) -> Vec<(String, PathBuf)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(inner) = folders.pop() {
        for entry in std::fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().path()) {
            let name = entry.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            match (entry.is_dir(), name.as_str()) {
                (true, "tls") | (false, "MANIFEST.tsv") => {}
                (true, _) => folders.push(entry),
                (false, _) => found.push((name, entry)),
            }
        }
    }
    found.sort();
    found
}

/// A proposal; nothing for what is no document of a format that is read here.
fn propose(bytes: &[u8]) -> Option<Proposal> {
    let [document, id, publisher] = ["document", "new", "somebody"].map(str::to_string);
    let naming = Naming { document, id, publisher, publisher_known: false, publisher_is: None };
    pipeline::propose(&Reader::InProcess, &Document::of(bytes), &Look::default(), naming).ok()
}

/// What the proposed block reads, without any issue; nothing if it proposes no reading.
fn read_by(proposal: &Proposal, name: &str, bytes: &[u8]) -> Option<Reading> {
    let config = Config::parse(&proposal.text, name).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"));
    if proposal.readings.is_empty() {
        return None;
    }
    let reading = read(config.source("new").unwrap(), bytes, "2026-01-01");
    let told: Vec<_> = reading.issues.iter().filter(|issue| issue.code != "footnote_moved_period").collect();
    assert!(told.is_empty(), "{name}: {told:?}");
    Some(reading)
}

fn read(source: &Source, bytes: &[u8], as_of: &str) -> Reading {
    pipeline::read_document(source, bytes, as_of.parse().unwrap()).unwrap_or_else(|error| panic!("{}: {error}", source.id))
}

/// Period, value and unit of every figure by its place.
fn by_place(reading: &Reading) -> BTreeMap<&str, (Period, String, &str)> {
    let values = reading.observations.iter().filter_map(|one| Some((one, one.value?)));
    values.map(|(one, value)| (&*one.locator, (one.period, value.to_string(), &*one.unit))).collect()
}

/// The source and the day of each worked document.
fn worked() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let lines = FIGURES.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(" | ").collect::<Vec<_>>());
    lines.filter(|words| words.len() == 4).map(|words| (words[0], (words[1], words[2]))).collect()
}

#[test]
fn every_proposal_can_be_used_and_contradicts_no_worked_block() {
    let Some(folder) = support::samples() else { return };
    let (builtin, worked) = (Config::builtin().unwrap(), worked());
    let (mut refused, mut kept, mut reads, mut figures, mut compared, mut wrong) = (0, 0, 0, 0, 0, Vec::new());
    for (name, path) in documents(&folder) {
        let bytes = std::fs::read(&path).unwrap();
        let Some(proposal) = propose(&bytes) else {
            refused += 1;
            continue;
        };
        let Some(reading) = read_by(&proposal, &name, &bytes) else {
            kept += 1;
            continue;
        };
        let own = by_place(&reading);
        (reads, figures) = (reads + 1, figures + own.len());
        let Some((source, as_of)) = worked.get(&*name) else { continue };
        let block = read(builtin.source(source).unwrap(), &bytes, as_of);
        let block = by_place(&block);
        for (at, figure, other) in own.iter().filter_map(|(at, figure)| Some((at, figure, block.get(at)?))) {
            compared += 1;
            if figure != other {
                wrong.push(format!("{name} {at}: {figure:?}, the worked block says {other:?}"));
            }
        }
    }
    println!("{refused} refused, {kept} kept, {reads} read with {figures} figures; {compared} compared with worked blocks");
    assert!(wrong.is_empty(), "{} of {compared}: {:#?}", wrong.len(), &wrong[..wrong.len().min(40)]);
    assert!(reads >= READ && compared >= COMPARED, "{reads} documents read, {compared} figures compared");
}
