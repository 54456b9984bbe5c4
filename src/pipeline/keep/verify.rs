//! Whether the data are still what they were made of: the file, every document's bytes, every figure read again from its document or
//! its evidence. Nothing is written, and a daemon may run beside it.

use super::ARCHIVE;
use crate::archive::ArchiveError;
use crate::model::SourceId;
use crate::pipeline::evidence::read_all;
use crate::pipeline::intake::parser_of;
use crate::pipeline::reparse::{Reread, Which, reparse};
use crate::pipeline::{House, Places};
use crate::store::{Fault, FigureChange, Kind, Reparsed, Revision, Store};
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What was looked at, and what was found.
#[derive(Debug, Default)]
pub struct Checked {
    /// What is not as it was made.
    pub faults: Vec<Fault>,
    /// What a person may want to know, and is no fault.
    pub remarks: Vec<String>,
    /// Documents whose bytes were held against their names.
    pub documents: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Documents that were read again; `None` if that was not asked for.
    pub read_again: Option<usize>,
    /// Rows of figures that the database believes.
    pub figures: u64,
}

/// Looks at everything; with `quick` no document is read again, and figures are not recomputed.
///
/// # Errors
/// A configuration with mistakes, a database that cannot be opened at all, an archive that cannot be listed.
pub fn verify(places: &Places, quick: bool, clock: fn() -> DateTime<Utc>) -> Result<Checked> {
    let mut house = House::open_to_read(places)?;
    let mut checked = Checked { faults: house.store.damages(), ..Checked::default() };
    // one state of the file, whoever writes meanwhile, and a file in which a comparison may be tried out
    let room = tempfile::tempdir().context("making a folder for a copy of the database")?;
    let copy = room.path().join("sverka.db");
    if checked.faults.is_empty() {
        house.store.copy_for_trial(&copy)?;
        house.store = Store::open(&copy)?;
        checked.faults.extend(house.store.bad_rows());
    }
    if !checked.faults.is_empty() {
        checked.remarks.push("figures were not looked at: the database itself is damaged".to_string());
        documents(&house, &BTreeMap::new(), &mut checked)?;
        return Ok(checked);
    }
    checked.faults.extend(house.store.disagreements()?);
    checked.figures = house.store.status_rows()?.iter().map(|row| row.observations.unsigned_abs()).sum();
    let mut named: BTreeMap<String, Vec<(Option<u64>, String)>> = BTreeMap::new();
    for one in house.store.documents_named()? {
        named.entry(one.sha256).or_default().push((one.bytes, one.place));
    }
    documents(&house, &named, &mut checked)?;
    evidence(&mut house, places, quick, &mut checked)?;
    if !quick {
        let reread = reparse(&mut house, &Which::default(), None, clock)?;
        figures(&house, &reread, &mut checked);
    }
    Ok(checked)
}

/// Every file of the archive against its name, every document that rows name against the archive.
fn documents(house: &House, named: &BTreeMap<String, Vec<(Option<u64>, String)>>, checked: &mut Checked) -> Result<()> {
    let listing = house.archive.list()?;
    let of = |sha256: &str| {
        let places: Vec<&str> = named.get(sha256).into_iter().flatten().map(|(_, place)| place.as_str()).collect();
        if places.is_empty() { format!("document {sha256}") } else { format!("document {sha256}, {}", places.join(", ")) }
    };
    let mut there = BTreeSet::new();
    for sha256 in &listing.documents {
        match house.archive.verify(sha256) {
            Ok(bytes) => {
                (checked.documents, checked.bytes) = (checked.documents + 1, checked.bytes + bytes);
                let sizes = named.get(sha256).into_iter().flatten().filter_map(|(bytes, _)| *bytes);
                let wrong = sizes.filter(|size| *size != bytes).map(|size| {
                    Fault::new("size", of(sha256), format!("{size} bytes in the database"), format!("{bytes} bytes"))
                });
                checked.faults.extend(wrong);
            }
            Err(ArchiveError::Damaged { seen, .. }) => {
                checked.faults.push(Fault::new("hash_mismatch", of(sha256), format!("bytes with the SHA-256 {seen}"), sha256));
            }
            Err(error) => checked.faults.push(Fault::new("unreadable_file", of(sha256), error.to_string(), "a file to read")),
        }
        there.insert(sha256);
    }
    for (sha256, _) in named.iter().filter(|(sha256, _)| !there.contains(sha256)) {
        checked.faults.push(Fault::new("missing_file", of(sha256), "no such file in the archive", "its bytes"));
    }
    if !named.is_empty() {
        let orphans = listing.documents.iter().filter(|sha256| !named.contains_key(*sha256));
        checked.remarks.extend(orphans.map(|sha256| format!("{ARCHIVE}: no row names the document {sha256}")));
    }
    checked.remarks.extend(listing.strays.iter().map(|path| format!("{}: no document of the archive", path.display())));
    Ok(())
}

/// Every row of an evidence file against the file, if the files are those that were last taken in.
fn evidence(house: &mut House, places: &Places, quick: bool, checked: &mut Checked) -> Result<()> {
    let (files, _, _) = read_all(places.evidence.as_deref());
    let judged = house.store.evidence_judged()?;
    let changed = judged.as_ref().is_some_and(|judged| *judged != house.inputs.evidence);
    if changed {
        checked
            .remarks
            .push("the evidence files are not those of the last reconciliation; the next one takes them in".to_string());
    }
    for (name, rows) in house.store.evidence_named()? {
        if !files.iter().any(|file| file.name == name) {
            let seen = format!("no such file, and {rows} rows of it");
            checked.faults.push(Fault::new("evidence", format!("evidence/{name}"), seen, "the file they come from"));
        }
    }
    if !(quick || changed) {
        for file in &files {
            checked.faults.extend(house.store.compare_exported(&file.name, &file.rows)?);
        }
    }
    Ok(())
}

/// What reading again found otherwise.
fn figures(house: &House, reread: &Reread, checked: &mut Checked) {
    let mut count = 0;
    for (source, reparsed) in &reread.sources {
        let today = house.config.source(source).map(parser_of).unwrap_or_default();
        count += reparsed.documents.iter().filter(|one| one.failed.is_none()).count();
        for revision in &reparsed.documents {
            checked.faults.extend(revised(revision, &today));
        }
        checked.faults.extend(ended(source, reparsed));
        if reparsed.names > 0 {
            let seen = format!("{} codes called otherwise", reparsed.names);
            checked.faults.push(Fault::new(
                "name",
                format!("dictionaries of {source}"),
                seen,
                "the names that its documents give",
            ));
        }
    }
    checked.read_again = Some(count);
    for (source, documents, why) in &reread.passed {
        checked.remarks.push(format!("{source}: the figures of {documents} documents were not recomputed: {why}"));
    }
}

/// What one document says otherwise, each figure by name.
fn revised(revision: &Revision, today: &str) -> Vec<Fault> {
    let document = format!("{} of {}, document {}", revision.source, revision.as_of, revision.sha256);
    if let Some(failed) = &revision.failed {
        // what is damaged or missing was told with the archive
        let told = ["missing_file", "hash_mismatch", "unreadable_file"].contains(&failed.code.as_str());
        return (!told)
            .then(|| Fault::new("unread", document, failed.message.clone(), "a document that is read as before"))
            .into_iter()
            .collect();
    }
    let other = match revision.parser == today {
        true => String::new(),
        false => format!(" as {today} reads it (it was read by {})", revision.parser),
    };
    let fault = |code, place: String, seen: String, wanted: String| Fault::new(code, place, seen, wanted + &other);
    let mut faults: Vec<Fault> = revision.changes.iter().map(|change| figure(&document, change, &fault)).collect();
    let counted: usize = Kind::ALL.iter().map(|kind| revision.count(*kind)).sum();
    if counted > faults.len() {
        let more = counted - faults.len();
        faults.push(fault("figure", document.clone(), format!("{more} more figures otherwise"), "what it says".to_string()));
    }
    if let Some(((was, _), (is, _))) = revision.dated {
        faults.push(fault("known_from", document.clone(), was.to_string(), is.to_string()));
    }
    let line = |code, text: &String, seen: &str, wanted: &str| {
        fault(code, format!("{document}: {text}"), seen.to_string(), wanted.to_string())
    };
    faults.extend(revision.covers.iter().map(|text| line("coverage", text, "the first", "the second")));
    faults.extend(revision.issues_gone.iter().map(|text| line("issue", text, "an issue", "none")));
    faults.extend(revision.issues_new.iter().map(|text| line("issue", text, "no issue", "one")));
    let l = &revision.lines;
    let lines = [(l.added, "not stored"), (l.changed, "stored otherwise"), (l.lost, "stored and not there")];
    let lines = lines.into_iter().filter(|(count, _)| *count > 0);
    faults.extend(lines.map(|(count, how)| {
        fault("line", document.clone(), format!("{count} lines {how}"), "the lines that it has".to_string())
    }));
    faults
}

fn figure(document: &str, change: &FigureChange, fault: &dyn Fn(&'static str, String, String, String) -> Fault) -> Fault {
    let [old, new] = [&change.old, &change.new].map(|figure| figure.as_ref());
    let says = |figure: Option<&crate::store::Figure>| figure.map_or("nothing".to_string(), |figure| figure.text.clone());
    let at = new
        .or(old)
        .map(|figure| figure.locator.as_str())
        .filter(|at| !at.is_empty())
        .map(|at| format!(" at {at}"))
        .unwrap_or_default();
    let place = format!("{} {}{at} ({document})", change.series, change.period);
    let (seen, wanted) = match (change.kind, &change.was) {
        (Kind::Noted, _) => {
            let part = |figure: Option<&crate::store::Figure>| {
                figure.map_or("nothing".to_string(), |f| {
                    format!("{} ({}, printed {:?}, notes {}, {})", f.text, f.unit, f.printed, f.notes, f.locator)
                })
            };
            (format!("another {}: {}", change.what, part(old)), part(new))
        }
        (Kind::Reassigned, Some((series, period))) => (format!("{} as {series} {period}", says(old)), says(new)),
        _ => (says(old), says(new)),
    };
    fault("figure", place, seen, wanted)
}

/// Figures that end on another day than the documents make them, and rows that differ in some way that has no name.
fn ended(source: &SourceId, reparsed: &Reparsed) -> Vec<Fault> {
    let day = |end: &Option<NaiveDate>| end.map_or("standing today".to_string(), |end| format!("standing until {end}"));
    let named = reparsed.misended.iter();
    let mut faults: Vec<Fault> = named
        .map(|(series, period, old, new)| Fault::new("known_to", format!("{series} {period} of {source}"), day(old), day(new)))
        .collect();
    if faults.is_empty() && reparsed.differs && reparsed.is_same() && reparsed.documents.iter().all(|one| one.failed.is_none()) {
        faults.push(Fault::new("rows", format!("figures of {source}"), "other rows", "the rows that its documents make"));
    }
    faults
}
