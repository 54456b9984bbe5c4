//! Documents of the archive, read again as the program and its configuration read today: what changed is told, and written only
//! if a person says so.

use super::House;
use super::accept::bring;
use super::intake::{Taken, known_since, parser_of};
use super::read::{Refusal, read};
use crate::archive::{Archive, ArchiveError};
use crate::config::{Config, Reads, Source};
use crate::guard::{self, Reader};
use crate::model::{DateBasis, Drift, Reading, SourceId};
use crate::store::{Again, Gate, NotRead, REPARSE, ReadAgain, Reparsed, Unread, Writing};
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

/// Which documents are read again.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Only of these sources; of all, if there are none.
    pub sources: Vec<SourceId>,
    /// Only those whose bytes' name begins so, and those after them in their chain.
    pub document: Option<String>,
}

/// What reading documents again came to.
#[derive(Debug, Default)]
pub struct Reread {
    /// Every source that has documents and readings.
    pub sources: Vec<(SourceId, Reparsed)>,
    /// Sources whose documents nobody reads any more, each with how many there are and why.
    pub passed: Vec<(SourceId, usize, &'static str)>,
    /// Documents that gave no figures before.
    pub refused: Vec<(Unread, Second)>,
}

/// The second try of a document that gave no figures.
#[derive(Debug)]
pub enum Second {
    /// It still gives none.
    Refused(NotRead),
    /// It would be read.
    Readable(Gist),
    /// It was read, and the store took it or keeps it out.
    Taken(Box<Taken>),
}

/// What a document would give.
#[derive(Debug)]
pub struct Gist {
    /// How many figures.
    pub figures: usize,
    /// Of how many series.
    pub series: usize,
    /// Lines that are kept as they are, and entries of dictionaries.
    pub lines: usize,
    /// How many issues.
    pub issues: usize,
    /// What its guards say against it.
    pub drift: Vec<Drift>,
}

impl Reread {
    /// Documents that were read before and cannot be read now, with their sources.
    pub fn failed(&self) -> usize {
        self.sources.iter().flat_map(|(_, reparsed)| &reparsed.documents).filter(|document| document.failed.is_some()).count()
    }

    /// Whether something was to be written and was not, because guards fail.
    pub fn is_held(&self) -> bool {
        self.sources.iter().any(|(_, reparsed)| reparsed.held)
    }
}

/// Whether there is a document that is named so, among those that were read and those that were refused.
///
/// # Errors
/// The store failing.
pub fn is_there(house: &House, prefix: &str) -> Result<bool> {
    Ok(house.store.has_named(prefix)?)
}

/// Reads documents again, source by source, and then those that gave no figures. With a note (which may be empty) the result is
/// written; every source in one transaction, so that whatever ends the program in between leaves each as it was or as it is now.
///
/// # Errors
/// A source that is not configured, no reader that could be started, or the store failing.
pub fn reparse(house: &mut House, which: &Which, note: Option<&str>, clock: fn() -> DateTime<Utc>) -> Result<Reread> {
    for source in &which.sources {
        house.source(source)?;
    }
    let wanted = |source: &String| which.sources.is_empty() || which.sources.contains(source);
    let mut reread = Reread::default();
    for id in house.store.sources_read()?.into_iter().filter(wanted) {
        let House { config, archive, reader, store, .. } = &mut *house;
        let source = match readable(config, &id) {
            Ok(source) => source,
            Err(why) => {
                reread.passed.push((id.clone(), store.documents_read(&id)?, why));
                continue;
            }
        };
        let writing = note.map(|note| Writing { note, at: clock() });
        let parser = parser_of(source);
        let again = Again { source: &id, document: which.document.as_deref(), parser: &parser, writing };
        let mut read = |at: &crate::store::SnapshotRef| once_more(archive, reader, source, &at.sha256, at.as_of, at.as_of_basis);
        let reparsed = store.reparse(&again, &mut read).with_context(|| format!("reading the documents of {id} again"))?;
        tracing::info!(source = id, documents = reparsed.documents.len(), written = reparsed.written, "read again");
        reread.sources.push((id, reparsed));
    }
    for one in house.store.unread(None)?.into_iter().filter(|one| wanted(&one.document.source)) {
        if one.document.is_named(which.document.as_deref()) {
            reread.refused.extend(second(house, &one, note.is_some(), clock)?.map(|second| (one, second)));
        }
    }
    Ok(reread)
}

/// A document that gave no figures, tried again; `None` if its source still has no reading.
fn second(house: &mut House, one: &Unread, write: bool, clock: fn() -> DateTime<Utc>) -> Result<Option<Second>> {
    let document = &one.document;
    let Ok(source) = readable(&house.config, &document.source) else { return Ok(None) };
    let (as_of, basis) = (document.as_of, document.as_of_basis);
    let read = match once_more(&house.archive, &house.reader, source, &document.sha256, as_of, basis) {
        Ok(read) => read,
        Err(not) if not.fatal => anyhow::bail!("reading {} again: {}", document.document, not.message),
        Err(not) => return Ok(Some(Second::Refused(not))),
    };
    Ok(Some(match write {
        true => Second::Taken(Box::new(bring(house, document, Gate::Closed, REPARSE, clock())?)),
        false => Second::Readable(gist(read.reading)),
    }))
}

/// A source whose documents are read.
pub(super) fn readable<'c>(config: &'c Config, id: &str) -> Result<&'c Source, &'static str> {
    match config.source(id) {
        None => Err("the configuration has no such source"),
        Some(source) if source.reads == Reads::None => Err("its documents are kept and not read"),
        Some(source) => Ok(source),
    }
}

/// A document of the archive, if its bytes are those that were stored and can be read today.
pub(super) fn once_more(
    archive: &Archive,
    reader: &Reader,
    source: &Source,
    sha256: &str,
    as_of: NaiveDate,
    basis: DateBasis,
) -> Result<ReadAgain, NotRead> {
    let not = |code: &str, message: String| NotRead { code: code.to_string(), message, fatal: false };
    let (bytes, file) = archive.read(sha256).map_err(|error| match error {
        ArchiveError::Missing(_) => not("missing_file", error.to_string()),
        ArchiveError::Damaged { .. } => not("hash_mismatch", error.to_string()),
        error => not("unreadable_file", error.to_string()),
    })?;
    let mut reading = read(reader, source, &guard::Document::held(&bytes, file), as_of).map_err(|refusal| {
        let fatal = matches!(&refusal, Refusal::Fallen(fallen) if !fallen.is_of_document());
        NotRead { fatal, ..not(refusal.code(), refusal.to_string()) }
    })?;
    let (known_from, known_from_basis) = known_since(&mut reading, as_of, basis);
    Ok(ReadAgain { reading, known_from, known_from_basis })
}

fn gist(reading: Reading) -> Gist {
    Gist {
        figures: reading.observations.len(),
        series: reading.observations.iter().map(|one| &one.series).collect::<BTreeSet<_>>().len(),
        lines: reading.lines.customs.len() + reading.lines.entries.len(),
        issues: reading.issues.len(),
        drift: reading.drift,
    }
}
