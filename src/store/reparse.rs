//! Documents that are here, read again: by a better parser, or as a mended block says. What the new reading says otherwise is
//! told first, and written only when a person asks for it: rows that changed are closed as no longer believed, new ones have
//! the day of the document. A parser's revision is never a vintage.
//!
//! What a document repeats has no row of its own, so the documents after it must be told again, too. Hence the chain of a source
//! from the first document that is asked for is read and written as one: all of it or nothing.

mod diff;
mod keep;
mod pass;

pub use diff::{Figure, Kind};

use self::pass::Pass;
use super::snapshot::{SnapshotRef, chain};
use super::waiting::is_named;
use super::{Store, StoreError, instant};
use crate::model::{DateBasis, Drift, Period, Reading, Sha256, SourceId};
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::TransactionBehavior;
use std::collections::{HashMap, HashSet};

/// Changes of a document that are told one by one; the others are only counted.
const MOST_CHANGES: usize = 1000;

/// Which documents are read again, by whom, and whether the result is written.
#[derive(Debug, Clone, Copy)]
pub struct Again<'a> {
    /// The source.
    pub source: &'a str,
    /// Only documents whose bytes' name begins so, and those after them.
    pub document: Option<&'a str>,
    /// What stands in the rows that come of it.
    pub parser: &'a str,
    /// Whether and when it is written.
    pub writing: Option<Writing<'a>>,
}

/// A person lets it be written.
#[derive(Debug, Clone, Copy)]
pub struct Writing<'a> {
    /// Why that is right; without a word, nothing is written over a guard that fails.
    pub note: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

impl Again<'_> {
    fn writes(&self) -> bool {
        self.writing.is_some()
    }

    fn at(&self) -> String {
        self.writing.map(|writing| instant(writing.at)).unwrap_or_default()
    }
}

/// A document as it is read now.
#[derive(Debug, Clone)]
pub struct ReadAgain {
    /// What it says.
    pub reading: Reading,
    /// The day its figures became known.
    pub known_from: NaiveDate,
    /// Where that day comes from.
    pub known_from_basis: DateBasis,
}

/// Why a document that was read before cannot be read now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRead {
    /// A typed code, as an outcome of an attempt.
    pub code: String,
    /// The same in a sentence.
    pub message: String,
    /// Nobody can read anything: the command cannot go on.
    pub fatal: bool,
}

/// Reads a document that is held.
pub type Rereader<'a> = &'a mut dyn FnMut(&SnapshotRef) -> Result<ReadAgain, NotRead>;

/// What became of the lines of a document that are kept as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lines {
    /// Read now and not before.
    pub added: usize,
    /// Read otherwise.
    pub changed: usize,
    /// Not read any more.
    pub lost: usize,
    /// They did not fit, and do.
    pub fit_now: usize,
    /// They do not fit any more.
    pub refused_now: usize,
}

/// One figure that is read otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureChange {
    /// What became of it.
    pub kind: Kind,
    /// The series' code.
    pub series: String,
    /// The period.
    pub period: Period,
    /// Of a cell that is another series or period now: what it was.
    pub was: Option<(String, Period)>,
    /// What differs in a figure that is only noted: unit, notes, printed, place, table.
    pub what: &'static str,
    /// As stored.
    pub old: Option<Figure>,
    /// As read now.
    pub new: Option<Figure>,
}

/// Since when the figures of a document are known.
type Known = (NaiveDate, DateBasis);

/// What a new reading of one document says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its source.
    pub source: SourceId,
    /// Its bytes.
    pub sha256: Sha256,
    /// Its day.
    pub as_of: NaiveDate,
    /// How a person named it, or its address.
    pub document: String,
    /// What read it before.
    pub parser: String,
    /// It cannot be read now; it says what it said.
    pub failed: Option<NotRead>,
    /// How many figures of each kind changed.
    pub counts: HashMap<Kind, usize>,
    /// The first of them.
    pub changes: Vec<FigureChange>,
    /// Another day since when it is known.
    pub dated: Option<(Known, Known)>,
    /// Tables that cover something else: what they covered, and what they cover now.
    pub covers: Vec<String>,
    /// Issues it does not bring any more.
    pub issues_gone: Vec<String>,
    /// Issues it did not bring before.
    pub issues_new: Vec<String>,
    /// Lines that are kept as they are.
    pub lines: Lines,
    /// Guards of the document that fail, which nobody accepted.
    pub guards: Vec<Drift>,
}

impl Revision {
    /// Whether it says what it said.
    pub fn is_same(&self) -> bool {
        let nothing = [&self.covers, &self.issues_gone, &self.issues_new].iter().all(|list| list.is_empty());
        nothing && self.counts.values().all(|count| *count == 0) && self.dated.is_none() && self.lines == Lines::default()
    }

    /// How many figures changed so.
    pub fn count(&self, kind: Kind) -> usize {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// In a few words: `2 lost, 1 changed`.
    pub fn told(&self) -> String {
        let mut parts: Vec<(usize, &str)> = Kind::ALL.iter().map(|kind| (self.count(*kind), kind.as_str())).collect();
        let l = &self.lines;
        parts.extend([(l.added, "lines added"), (l.changed, "lines changed"), (l.lost, "lines lost")]);
        parts.extend([(l.fit_now, "lines fit now"), (l.refused_now, "lines refused now")]);
        parts.extend([(self.issues_gone.len(), "issues gone"), (self.issues_new.len(), "issues new")]);
        parts.extend([(usize::from(self.dated.is_some()), "dated otherwise")]);
        parts.extend([(usize::from(!self.covers.is_empty()), "covers otherwise")]);
        let said: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| if word.ends_with("otherwise") { word.to_string() } else { format!("{count} {word}") })
            .collect();
        said.join(", ")
    }
}

/// What reading the documents of a source again came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reparsed {
    /// Every document that was tried, in the order of the chain.
    pub documents: Vec<Revision>,
    /// Codes that dictionaries call otherwise.
    pub names: usize,
    /// Rows as stored are not those that the documents make, though every figure may be the same.
    pub differs: bool,
    /// Figures that cease to stand on another day than the documents make them: series, period, as stored, as told.
    pub misended: Vec<(String, Period, Option<NaiveDate>, Option<NaiveDate>)>,
    /// It was written.
    pub written: bool,
    /// It was not written, because guards fail and nobody said why that is right.
    pub held: bool,
}

impl Reparsed {
    /// Whether nothing is read otherwise.
    pub fn is_same(&self) -> bool {
        self.names == 0 && self.documents.iter().all(Revision::is_same)
    }
}

impl Store {
    /// Reads the documents of a source again and tells what changed; written is all of it or nothing, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Reread`] if nobody can read anything; [`StoreError::Sqlite`]. Nothing is changed then.
    pub fn reparse(&mut self, asked: &Again<'_>, read: Rereader<'_>) -> Result<Reparsed, StoreError> {
        let behavior = if asked.writes() { TransactionBehavior::Immediate } else { TransactionBehavior::Deferred };
        let mut tx = self.db.transaction_with_behavior(behavior)?;
        let stored = chain(&tx, asked.source)?;
        let mut begun: HashSet<i64> =
            stored.iter().filter(|link| is_named(&link.held.at.sha256, asked.document)).map(|link| link.held.at.id).collect();
        // A document may state its day only now, and so has another place in the chain; then the chain is told once more.
        let mut dates: HashMap<i64, Known> = HashMap::new();
        for _ in 0..=stored.len() {
            let mut links = stored.clone();
            for link in &mut links {
                if let Some(known) = dates.get(&link.held.at.id) {
                    (link.held.known_from, link.held.known_from_basis) = *known;
                }
            }
            links.sort_by(|a, b| a.place().cmp(&b.place()));
            let Some(start) = links.iter().position(|link| begun.contains(&link.held.at.id)) else { break };
            let links = links.split_off(start);
            begun.extend(links.iter().map(|link| link.held.at.id));
            let trial = tx.savepoint()?;
            let pass = Pass::over(&trial, asked, links, &stored)?.read(read)?;
            if pass.dates.iter().any(|(id, known)| dates.get(id) != Some(known)) {
                dates.extend(pass.dates);
                continue;
            }
            let reparsed = pass.end()?;
            trial.commit()?;
            if reparsed.written {
                tx.commit()?;
            }
            return Ok(reparsed);
        }
        Ok(Reparsed::default())
    }

    /// The sources of which documents are here that this program read.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn sources_read(&self) -> Result<Vec<SourceId>, StoreError> {
        let sql = "SELECT DISTINCT source_id FROM snapshot WHERE class = 'parsed' ORDER BY source_id";
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// How many documents of a source this program read.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn documents_read(&self, source: &str) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM snapshot WHERE source_id = ?1 AND class = 'parsed'";
        let count: i64 = self.db.prepare_cached(sql)?.query_row([source], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Whether the bytes of some document begin so, among those that this program read and those that gave no figures.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn has_named(&self, prefix: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (
             SELECT 1 FROM snapshot WHERE class = 'parsed' AND substr(sha256, 1, length(?1)) = ?1
             UNION ALL SELECT 1 FROM unread WHERE read_at IS NULL AND substr(sha256, 1, length(?1)) = ?1)";
        Ok(self.db.prepare_cached(sql)?.query_row([prefix.to_lowercase()], |row| row.get(0))?)
    }
}
