//! One walk along the chain of a source, from the first document that is read again to the last.

use super::diff::{Raw, Sides, diff};
use super::keep::{self, Names};
use super::{Again, FigureChange, Known, MOST_CHANGES, NotRead, ReadAgain, Reparsed, Rereader, Revision};
use crate::model::{Class, Drift, SeriesCode, Weight};
use crate::store::admit::{insert, not_accepted};
use crate::store::attempt::{REPARSE, REPARSED};
use crate::store::chain::{Key, apply};
use crate::store::drift::{compare, in_words};
use crate::store::rows::{all_rows, find_series, keyed_by, series_code, series_id, stored_reading};
use crate::store::snapshot::{Held, Link};
use crate::store::telling::Telling;
use crate::store::waiting::drift_of;
use crate::store::{StoreError, coverage};
use rusqlite::{Connection, params};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Numbers from here on stand for series that have no row yet; as rows that are made, they come after all others.
const FIRST_NEW: i64 = 1 << 62;

/// The walk.
pub(super) struct Pass<'a> {
    db: &'a Connection,
    asked: &'a Again<'a>,
    links: Vec<Link>,
    telling: Telling,
    /// Tables that documents of the source cover.
    covered: BTreeSet<String>,
    /// As stored: the document whose row stood last, of every key that has one from here on.
    stood: HashMap<Key, i64>,
    series: Series<'a>,
    names: Names,
    revisions: Vec<Revision>,
    /// Days that documents state, other than is known of them.
    pub dates: HashMap<i64, Known>,
    /// Days as stored.
    known: HashMap<i64, Known>,
}

impl<'a> Pass<'a> {
    /// Before the first document.
    pub fn over(db: &'a Connection, asked: &'a Again<'a>, links: Vec<Link>, stored: &[Link]) -> Result<Pass<'a>, StoreError> {
        let rows = all_rows(db, asked.source, Class::Parsed)?;
        let known: HashMap<i64, Known> = stored.iter().map(|link| (link.held.at.id, day(&link.held))).collect();
        let mut documents: Vec<Held> = links.iter().map(|link| link.held.clone()).collect();
        for document in documents.iter_mut().filter(|document| document.held) {
            document.parser = asked.parser.to_string();
        }
        let mut telling = Telling::new(documents, rows);
        let redated = links.iter().filter(|link| known.get(&link.held.at.id) != Some(&day(&link.held)));
        telling.redated = redated.map(|link| link.held.at.id).collect();
        Ok(Pass {
            db,
            asked,
            links,
            telling,
            covered: coverage::tables(db, asked.source, Class::Parsed)?,
            stood: HashMap::new(),
            series: Series { db, makes: asked.writes(), new: HashMap::new() },
            names: Names::new(),
            revisions: Vec::new(),
            dates: HashMap::new(),
            known,
        })
    }

    /// Reads and tells every document.
    pub fn read(mut self, read: Rereader<'_>) -> Result<Pass<'a>, StoreError> {
        for index in 0..self.links.len() {
            let Some(held) = self.telling.documents.get(index).cloned() else { continue };
            let revision = match held.held {
                true => match read(&held.at) {
                    Ok(again) => Some(self.tell(index, &held, again)?),
                    Err(not) if not.fatal => return Err(fatal(&held, not)),
                    Err(not) => {
                        self.telling.tell_as_stored(index);
                        self.revision(index).map(|revision| Revision { failed: Some(not), ..revision })
                    }
                },
                false => {
                    let rows = apply(&mut self.telling.state, false, stored_reading(self.db, held.at.id)?);
                    self.telling.told.extend(rows.into_iter().map(|(key, cell)| (index, key, cell)));
                    None
                }
            };
            self.revisions.extend(revision);
            let rows = self.telling.stored.get(&held.at.id).into_iter().flat_map(HashMap::keys);
            self.stood.extend(rows.map(|key| (*key, held.at.id)));
        }
        Ok(self)
    }

    /// One document that was read.
    fn tell(&mut self, index: usize, held: &Held, mut again: ReadAgain) -> Result<Revision, StoreError> {
        let known = (again.known_from, again.known_from_basis);
        if known != day(held) {
            self.dates.insert(held.at.id, known);
        }
        let series = &mut self.series;
        let (keyed, conflicts) = keyed_by(&again.reading, |code, unit| series.id(code, unit))?;
        let changes = compare(&self.telling.state, &keyed, &self.covered);
        let (covers, delivered) = (keyed.coverage.clone(), keyed.cells.iter().map(|(key, _)| *key).collect::<HashSet<_>>());
        let rows = apply(&mut self.telling.state, true, keyed);
        let stood = |key: &Key| match self.stood.get(key) {
            Some(id) => self.telling.stored.get(id).and_then(|rows| rows.get(key)).map(|row| &row.cell),
            None => self.telling.base.get(key).map(|row| &row.cell),
        };
        let stored = self.telling.stored.get(&held.at.id);
        let raw = diff(&Sides { told: &rows, stored, stood, delivered: &delivered, state: &self.telling.state });
        let Some(mut revision) = self.revision(index) else { return Err(lost(held)) };
        self.named(raw, &mut revision)?;
        self.telling.told.extend(rows.into_iter().map(|(key, cell)| (index, key, cell)));
        let before = self.known.get(&held.at.id).copied();
        revision.dated = before.filter(|before| *before != known).map(|before| (before, known));
        again.reading.issues.extend(conflicts);
        keep::issues(self.db, self.asked, held, &again.reading.issues, &mut revision)?;
        keep::coverage(self.db, self.asked, held, &covers, &mut revision)?;
        keep::lines(self.db, self.asked, held, &again.reading.lines, &mut revision)?;
        let entries = again.reading.lines.entries;
        self.names.extend(entries.into_iter().map(|entry| ((entry.dictionary, entry.code), entry.name)));
        if !revision.is_same() {
            let mut drift: BTreeSet<Drift> = again.reading.drift.into_iter().collect();
            drift.extend(in_words(&changes, |id| self.series.code(id))?);
            drift.retain(|one| one.weight != Weight::Told);
            let open = not_accepted(self.db, self.asked.source, drift)?;
            revision.guards = open.iter().filter(|one| one.weight == Weight::Holds).cloned().collect();
            if self.asked.writes() {
                keep::layout(self.db, held, &again.reading.layout)?;
                keep::snapshot(self.db, self.asked, held, (known.0, known.1.as_str()))?;
                self.drift(index, held, &open)?;
                self.attempt(held, &revision)?;
            }
        }
        Ok(revision)
    }

    /// What a document lacks, and what a person accepts of it.
    fn drift(&self, index: usize, held: &Held, open: &[Drift]) -> Result<(), StoreError> {
        let (at, last) = (self.asked.at(), index + 1 == self.links.len());
        let mut lacked: HashMap<Drift, i64> = drift_of(self.db, held.at.id, false)?.into_iter().collect();
        let note = self.asked.writing.map(|writing| writing.note).filter(|note| !note.is_empty());
        for one in open {
            let known = lacked.remove(one).is_some();
            let told = match one.weight {
                Weight::Holds => note.is_some(),
                Weight::Lacks => last && !known,
                Weight::Told => false,
            };
            if told {
                insert(self.db, self.asked.source, (Some(held.at.id), None), one, &at, note)?;
            }
        }
        for id in lacked.into_values() {
            self.db.prepare_cached("UPDATE drift SET settled_at = ?2 WHERE id = ?1")?.execute(params![id, at])?;
        }
        Ok(())
    }

    /// What was done to a document, and why.
    fn attempt(&self, held: &Held, revision: &Revision) -> Result<(), StoreError> {
        let note = self.asked.writing.map(|writing| writing.note).unwrap_or_default();
        let message = if note.is_empty() { revision.told() } else { format!("{}: {note}", revision.told()) };
        self.db
            .prepare_cached(
                "INSERT INTO attempt (source_id, trigger, started_at, finished_at, outcome, message, document, snapshot_id)
                 VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![self.asked.source, REPARSE, self.asked.at(), REPARSED, message, revision.document, held.at.id])?;
        Ok(())
    }

    /// Makes the figures be what was told, unless nothing is asked for, nothing changed, or guards forbid it.
    pub fn end(self) -> Result<Reparsed, StoreError> {
        let names = keep::names(self.db, self.asked, &self.names)?;
        let misended = self.telling.misended();
        let differs = self.telling.differs(&misended);
        let misended = misended.into_iter().take(MOST_CHANGES);
        let misended = misended.map(|((id, period), to, end)| Ok((self.series.code(id)?, period, to, end)));
        let misended = misended.collect::<Result<Vec<_>, StoreError>>()?;
        let mut reparsed = Reparsed { documents: self.revisions, names, differs, misended, written: false, held: false };
        // a document that could not be read the last time may have left rows that only repeat
        let wanted = || !reparsed.is_same() || differs;
        let Some(writing) = self.asked.writing.filter(|_| wanted()) else { return Ok(reparsed) };
        reparsed.held = writing.note.is_empty() && reparsed.documents.iter().any(|one| !one.guards.is_empty());
        if !reparsed.held {
            self.telling.write(self.db, self.asked.source, Class::Parsed, &self.asked.at())?;
            coverage::settle(self.db, self.asked.source, Class::Parsed, None, &self.asked.at())?;
            reparsed.written = true;
        }
        Ok(reparsed)
    }

    /// Nothing changed, so far.
    fn revision(&self, index: usize) -> Option<Revision> {
        let link = self.links.get(index)?;
        Some(Revision {
            source: self.asked.source.to_string(),
            sha256: link.held.at.sha256.clone(),
            as_of: link.held.at.as_of,
            document: link.label.clone(),
            parser: link.held.parser.clone(),
            failed: None,
            counts: HashMap::new(),
            changes: Vec::new(),
            dated: None,
            covers: Vec::new(),
            issues_gone: Vec::new(),
            issues_new: Vec::new(),
            lines: super::Lines::default(),
            guards: Vec::new(),
        })
    }

    /// Changes with the codes of their series; the first of them, and the number of all.
    fn named(&mut self, raw: Vec<Raw>, revision: &mut Revision) -> Result<(), StoreError> {
        for one in raw {
            *revision.counts.entry(one.kind).or_default() += 1;
            if revision.changes.len() == MOST_CHANGES {
                continue;
            }
            let was = one.was.map(|(id, period)| Ok::<_, StoreError>((self.series.code(id)?, period))).transpose()?;
            let (series, period) = (self.series.code(one.key.0)?, one.key.1);
            revision.changes.push(FigureChange {
                kind: one.kind,
                series,
                period,
                was,
                what: one.what,
                old: one.old,
                new: one.new,
            });
        }
        Ok(())
    }
}

/// Rows of series; where nothing is written, new ones have numbers that no row has.
struct Series<'a> {
    db: &'a Connection,
    makes: bool,
    new: HashMap<SeriesCode, i64>,
}

impl Series<'_> {
    fn id(&mut self, code: &SeriesCode, unit: &str) -> Result<i64, StoreError> {
        if self.makes {
            return series_id(self.db, code, unit);
        }
        let next = FIRST_NEW + i64::try_from(self.new.len()).unwrap_or_default();
        Ok(match find_series(self.db, code)? {
            Some(id) => id,
            None => *self.new.entry(code.clone()).or_insert(next),
        })
    }

    fn code(&self, id: i64) -> Result<String, StoreError> {
        match self.new.iter().find(|(_, new)| **new == id) {
            Some((code, _)) => Ok(code.to_string()),
            None => series_code(self.db, id),
        }
    }
}

fn day(held: &Held) -> Known {
    (held.known_from, held.known_from_basis)
}

fn fatal(held: &Held, not: NotRead) -> StoreError {
    StoreError::Reread {
        source_id: held.at.source.clone(),
        sha256: held.at.sha256.clone(),
        as_of: held.at.as_of,
        cause: not.message,
    }
}

fn lost(held: &Held) -> StoreError {
    fatal(held, NotRead { code: String::new(), message: "it is in no chain".to_string(), fatal: true })
}
