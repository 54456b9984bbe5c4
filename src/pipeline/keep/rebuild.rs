//! The whole database made anew: from the archived documents in the order of their days, each as it came, and what only the old
//! database knows of them. Every document that was in is let in, for it was accepted then; verdicts are judged anew.

use super::{ARCHIVE, Hold, LOCK, UNFINISHED, WrongPlace, bring_documents, enter, names_in, sweep, sync_folder, workshop};
use crate::archive::Archive;
use crate::config::Source;
use crate::guard::{self, Reader};
use crate::model::Sha256;
use crate::pipeline::bulk::{self, Listener};
use crate::pipeline::house::database;
use crate::pipeline::intake::{known_since, parser_of, read_again};
use crate::pipeline::read::Refusal;
use crate::pipeline::reparse::{once_more, readable};
use crate::pipeline::{House, Places};
use crate::store::{Document, Fault, Gate, NotRead, ReadAgain, SnapshotRef, Store};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::io::Read;
use std::path::Path;

/// So many lines in which the two dumps differ are told.
const MOST_TOLD: usize = 20;

/// What came of it.
#[derive(Debug, Default)]
pub struct Rebuilt {
    /// Documents that were read and let in.
    pub documents: usize,
    /// Documents that could not be, and files that could not be copied.
    pub faults: Vec<Fault>,
    /// Digests of both logical dumps: of the old database and of the new one.
    pub dumps: (Sha256, Sha256),
    /// The first lines that only one of them has: `-` the old one, `+` the new one.
    pub differing: Vec<String>,
}

impl Rebuilt {
    /// Whether the new database says what the old one does.
    pub fn is_identical(&self) -> bool {
        self.faults.is_empty() && self.dumps.0 == self.dumps.1
    }
}

/// Makes the database of `places` anew in another data folder, which must be empty or not there. The old one is
/// only read. Gives the new house, too, so that verdicts can be judged in it.
///
/// # Errors
/// [`WrongPlace`]; no reader that could be started; the archive or either store failing.
pub fn rebuild(places: &Places, into: &Path, hold: Hold<'_>, clock: fn() -> DateTime<Utc>) -> Result<(House, Rebuilt)> {
    is_empty(into)?;
    let old = House::open_to_read(places)?;
    enter(into, hold)?;
    is_empty(into)?;
    sweep(into)?;
    let work = workshop(into)?;
    // one state of the file, whoever writes meanwhile
    let copy = work.path().join("old.db");
    let before = old.store.copy_to(&copy)?;
    let old_store = Store::open_read_only(&copy)?;
    let archive = Archive::open(into.join(ARCHIVE))?;
    let brought = bring_documents(&old.archive, &archive, &old.archive.list()?.documents)?;
    let mut rebuilt = Rebuilt { faults: brought.faults, dumps: (before, String::new()), ..Rebuilt::default() };
    // it gets its name when it is whole
    let unfinished = Places { data: work.path().to_path_buf(), ..places.clone() };
    let mut house = House::open(&unfinished, Reader::child()?, clock())?;
    house.archive = archive;
    for document in old_store.documents_kept()? {
        take(&mut house, document, &mut rebuilt, clock())?;
    }
    house.store.inherit(&copy)?;
    rebuilt.dumps.1 = house.store.logical_digest()?;
    if rebuilt.dumps.0 != rebuilt.dumps.1 {
        rebuilt.differing = differing(&old_store.logical_dump()?, &house.store.logical_dump()?);
    }
    drop(house);
    let (made, place) = (database(work.path()), database(into));
    std::fs::rename(&made, &place).with_context(|| format!("naming {}", place.display()))?;
    sync_folder(into)?;
    drop(work);
    let house = House::open(&Places { data: into.to_path_buf(), ..places.clone() }, Reader::child()?, clock())?;
    Ok((house, rebuilt))
}

fn is_empty(into: &Path) -> Result<()> {
    match names_in(into)?.iter().find(|name| *name != LOCK && !name.starts_with(UNFINISHED)) {
        Some(other) => Err(WrongPlace(format!("{}: expected an empty folder, found {other:?} in it", into.display())).into()),
        None => Ok(()),
    }
}

/// One document, as it came.
fn take(house: &mut House, document: Document, rebuilt: &mut Rebuilt, now: DateTime<Utc>) -> Result<()> {
    let House { config, archive, reader, store, .. } = house;
    let place = format!("{} of {}, document {}", document.source, document.as_of, document.sha256);
    let mut fault = |code: &'static str, seen: String| {
        rebuilt.faults.push(Fault::new(code, &place, seen, "a document that is read as before"));
        Ok(())
    };
    let source = match readable(config, &document.source) {
        Ok(source) => source,
        Err(why) => return fault("unread", why.to_string()),
    };
    let read = match anew((archive, reader, store), source, &document, now) {
        Ok(read) => read,
        Err(not) if !not.fatal => return fault("unread", format!("{}: {}", not.code, not.message)),
        Err(not) => anyhow::bail!("reading {place}: {}", not.message),
    };
    let document =
        Document { known_from: read.known_from, known_from_basis: read.known_from_basis, parser: parser_of(source), ..document };
    let mut again = |at: &SnapshotRef| read_again(config, archive, reader, &at.source, &at.sha256, at.as_of);
    store.admit(&document, &read.reading, &mut again, Gate::Accepting(""), now).with_context(|| format!("storing {place}"))?;
    rebuilt.documents += 1;
    Ok(())
}

/// What a document says; the lines of a large one are in a load of the new database then.
fn anew(
    (archive, reader, store): (&Archive, &Reader, &mut Store),
    source: &Source,
    document: &Document,
    now: DateTime<Utc>,
) -> Result<ReadAgain, NotRead> {
    if !document.streamed {
        return once_more(archive, reader, source, &document.sha256, document.as_of, document.as_of_basis);
    }
    let not = |code: &str, message: String, fatal: bool| NotRead { code: code.to_string(), message, fatal };
    archive.verify(&document.sha256).map_err(|error| not("hash_mismatch", error.to_string(), false))?;
    let file = archive.open_document(&document.sha256).map_err(|error| not("missing_file", error.to_string(), false))?;
    let mut head = Vec::new();
    (&file)
        .take(guard::HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(|error| not("unreadable_file", error.to_string(), false))?;
    let held = guard::Document::in_file(&head, file);
    let (sha256, bytes, as_of) = (document.sha256.as_str(), document.bytes, document.as_of);
    let large = bulk::Large { document: &held, sha256, bytes, as_of, place: None };
    let mut reading = bulk::read((reader, store), source, &large, &Listener::default(), now).map_err(|failed| match failed {
        bulk::Failed::Store(error) => not("store", error.to_string(), true),
        bulk::Failed::Refused(refusal) => {
            let fatal = matches!(&refusal, Refusal::Fallen(fallen) if !fallen.is_of_document());
            not(refusal.code(), refusal.to_string(), fatal)
        }
    })?;
    let (known_from, known_from_basis) = known_since(&mut reading, as_of, document.as_of_basis);
    Ok(ReadAgain { reading, known_from, known_from_basis })
}

/// The first lines that only one of two sorted texts has.
fn differing(old: &str, new: &str) -> Vec<String> {
    let (mut old, mut new) = (old.lines().peekable(), new.lines().peekable());
    let mut told = Vec::new();
    while told.len() < MOST_TOLD {
        match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(a), Some(b)) if a == b => _ = (old.next(), new.next()),
            (Some(a), b) if b.is_none_or(|b| a < b) => told.extend(old.next().map(|line| format!("- {line}"))),
            _ => told.extend(new.next().map(|line| format!("+ {line}"))),
        }
    }
    told
}
