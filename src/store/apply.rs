//! Saving one document in one transaction: its place in the order is found, and what comes after it is told again.

use super::catalogue::{Delta, count, ensure_source};
use super::chain::{Cell, Key, Keyed, State, apply};
use super::drift::{Change, compare};
use super::rows::{Stand, Stored, all_rows, disbelieve, insert_row, keyed, move_ends, open_rows, stored_reading};
use super::snapshot::{self, Document, Held, SnapshotRef};
use super::{StoreError, coverage, customs, disagree, issues, layout};
use crate::model::{Coverage, Drift, Reading, Status};
use chrono::NaiveDate;
use rusqlite::{Connection, params};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Reads a held document again; `None` if its bytes are not there.
pub type Reread<'a> = &'a mut dyn FnMut(&SnapshotRef) -> Result<Option<Reading>, String>;

/// What saving a document did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// The document's row.
    pub snapshot_id: i64,
    /// The same bytes of the same day were here already; nothing was changed.
    pub already_known: bool,
    /// Figures for a series and period that had none in this chain.
    pub first: usize,
    /// Figures that differ from what was known.
    pub revised: usize,
    /// Figures that vanished inside the document's coverage.
    pub withdrawn: usize,
    /// Figures that repeat what was known.
    pub repeated: usize,
    /// Lines of customs dumps and entries of dictionaries.
    pub lines: usize,
    /// Lines that went to quarantine.
    pub refused: usize,
    /// Issues the reading brought.
    pub issues: usize,
    /// Later documents that were told again, because this one is older.
    pub retold: usize,
    /// Rows this database no longer believes because of that.
    pub superseded: usize,
}

/// Saves a document that is not here, and gives what it changed: by its own guards, against the documents before it, and
/// what those after it change only because it is there.
pub(super) fn save_new(
    db: &Connection,
    doc: &Document,
    reading: &Reading,
    reread: Reread<'_>,
    at: &str,
) -> Result<(Saved, BTreeSet<Drift>), StoreError> {
    ensure_source(db, &doc.source)?;
    let new = snapshot::insert(db, doc, at)?;
    let (first, conflicts) = keyed(db, reading)?;
    issues::insert_all(db, &doc.source, new.at.id, &reading.issues, at)?;
    issues::insert_all(db, &doc.source, new.at.id, &conflicts, at)?;
    insert_coverage(db, new.at.id, &first.coverage)?;
    let snapshot = new.at.id;
    let mut telling = Telling::begin(db, doc, new)?;
    customs::insert(db, doc, snapshot, &reading.lines, telling.documents.len() == 1, at)?;
    let mut saved = telling.tell_first(first);
    telling.tell_later(db, reread)?;
    let mut drift: BTreeSet<Drift> = reading.drift.iter().cloned().collect();
    drift.extend(in_words(db, &telling.changes)?);
    drift.extend(in_words(db, &telling.because)?.into_iter().filter_map(Drift::of_later));
    drift.extend(layout::changes(db, doc, &reading.layout)?);
    layout::insert(db, snapshot, &reading.layout)?;
    saved.superseded = telling.write(db, doc, at)?;
    saved.issues = reading.issues.len() + conflicts.len();
    saved.lines = reading.lines.customs.len() + reading.lines.entries.len();
    saved.refused = reading.lines.refused.len();
    coverage::settle(db, &doc.source, doc.class, saved.snapshot_id, at)?;
    Ok((saved, drift))
}

/// Changes with the codes of their series.
fn in_words(db: &Connection, changes: &BTreeSet<Change>) -> Result<Vec<Drift>, StoreError> {
    let mut query = db.prepare_cached("SELECT code FROM series WHERE id = ?1")?;
    let mut codes: HashMap<i64, String> = HashMap::new();
    for id in changes.iter().flat_map(Change::series) {
        if !codes.contains_key(id) {
            codes.insert(*id, query.query_row([id], |row| row.get(0))?);
        }
    }
    Ok(changes.iter().map(|change| change.drift(|id| codes.get(&id).cloned().unwrap_or_default())).collect())
}

fn insert_coverage(db: &Connection, snapshot: i64, coverage: &[Coverage]) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached("INSERT INTO coverage VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for c in coverage {
        let (start, end, figures) = (c.start.to_string(), c.end.to_string(), i64::try_from(c.figures).unwrap_or(i64::MAX));
        insert.execute(params![snapshot, c.table, c.frequency.as_str(), start, end, figures])?;
    }
    Ok(())
}

/// The chain of a source from one document on: what stood before it, and what it and the later ones state.
struct Telling {
    /// The new document, then those after it.
    documents: Vec<Held>,
    /// The last row of every key from the documents before.
    base: HashMap<Key, Stored>,
    /// Rows of the later documents as stored; what is told again is taken out.
    later: HashMap<(i64, Key), Stored>,
    state: State,
    /// What the documents state, in their order: index of the document, key, row.
    told: Vec<(usize, Key, Cell)>,
    /// Tables that documents of the source cover.
    covered: BTreeSet<String>,
    /// What the new document changes.
    changes: BTreeSet<Change>,
    /// What later ones change because of it.
    because: BTreeSet<Change>,
}

impl Telling {
    /// The state just before the new document.
    fn begin(db: &Connection, doc: &Document, new: Held) -> Result<Telling, StoreError> {
        let after = snapshot::later(db, doc)?;
        let rows = match after.is_empty() {
            true => open_rows(db, &doc.source, doc.class)?,
            false => all_rows(db, &doc.source, doc.class)?,
        };
        let ids: HashSet<i64> = after.iter().map(|d| d.at.id).collect();
        let (later, before): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| ids.contains(&row.snapshot));
        let base: HashMap<Key, Stored> = before.into_iter().map(|row| (row.key, row)).collect();
        Ok(Telling {
            documents: std::iter::once(new).chain(after).collect(),
            state: base.iter().map(|(key, row)| (*key, row.known())).collect(),
            base,
            later: later.into_iter().map(|row| ((row.snapshot, row.key), row)).collect(),
            told: Vec::new(),
            covered: coverage::tables(db, &doc.source, doc.class)?,
            changes: BTreeSet::new(),
            because: BTreeSet::new(),
        })
    }

    /// Applies the new document and counts what it did.
    fn tell_first(&mut self, reading: Keyed) -> Saved {
        let Some(new) = self.documents.first() else { return Saved::default() };
        let mut saved = Saved { snapshot_id: new.at.id, retold: self.documents.len() - 1, ..Saved::default() };
        let delivered = reading.cells.len();
        self.changes = compare(&self.state, &reading, &self.covered);
        let rows = apply(&mut self.state, new.held, reading);
        saved.repeated = delivered - rows.iter().filter(|(_, cell)| !cell.inferred).count();
        for (key, cell) in rows {
            match self.base.get(&key) {
                _ if cell.status == Status::Withdrawn => saved.withdrawn += 1,
                None => saved.first += 1,
                Some(row) if row.cell.value == cell.value && row.cell.status == cell.status => saved.repeated += 1,
                Some(_) => saved.revised += 1,
            }
            self.told.push((0, key, cell));
        }
        saved
    }

    /// Applies the documents after the new one, as if they came only now.
    fn tell_later(&mut self, db: &Connection, reread: Reread<'_>) -> Result<(), StoreError> {
        // What stood without the new document: what a later one changes against that, it did not change because of it.
        let mut without: State = self.base.iter().map(|(key, row)| (*key, row.known())).collect();
        for (index, document) in self.documents.iter().enumerate().skip(1) {
            let reading = match document.held {
                true => again(db, document, reread)?,
                false => stored_reading(db, document.at.id)?,
            };
            let because = compare(&self.state, &reading, &self.covered);
            self.because.extend(because.difference(&compare(&without, &reading, &self.covered)).cloned());
            apply(&mut without, document.held, reading.clone());
            let rows = apply(&mut self.state, document.held, reading);
            self.told.extend(rows.into_iter().map(|(key, cell)| (index, key, cell)));
        }
        Ok(())
    }

    /// Makes the stored rows be what was told; rows that stay the same keep their id. Gives how many are no longer believed.
    fn write(mut self, db: &Connection, doc: &Document, at: &str) -> Result<usize, StoreError> {
        let ends = self.ends();
        let delta_keys = self.new_keys();
        let mut moves = self.moved_base();
        let mut inserts = Vec::new();
        for ((index, key, cell), end) in self.told.drain(..).zip(ends) {
            let Some(document) = self.documents.get(index) else { continue };
            match self.later.remove(&(document.at.id, key)) {
                Some(old) if old.cell == cell => moves.extend((old.known_to != end).then_some((old.id, end))),
                old => {
                    inserts.push((document, key, cell, end));
                    self.later.extend(old.map(|old| ((old.snapshot, key), old)));
                }
            }
        }
        let gone = self.later.len();
        let observations = inserts.len() as i64 - gone as i64;
        let touched: Vec<Key> = inserts.iter().map(|i| i.1).chain(self.later.keys().map(|(_, key)| *key)).collect();
        // Neighbours in the indexes go in together.
        inserts.sort_by_key(|i| i.1);
        for row in self.later.values() {
            disbelieve(db, row.id, at)?;
        }
        move_ends(db, moves)?;
        for (document, key, cell, known_to) in inserts {
            let stand = Stand { source: &doc.source, class: doc.class, document, known_to, evidence: None, at };
            insert_row(db, key, &cell, stand)?;
        }
        count(db, &doc.source, Delta { observations, vintages: observations - delta_keys })?;
        disagree::settle(db, touched, at)?;
        Ok(gone)
    }

    /// When each told row ceased to stand: when the next one of its key began.
    fn ends(&self) -> Vec<Option<NaiveDate>> {
        let mut next: HashMap<Key, NaiveDate> = HashMap::with_capacity(self.told.len());
        let from = |index: usize| self.documents.get(index).map(|d| d.known_from);
        let told = self.told.iter().rev();
        let mut ends: Vec<_> = told.map(|(index, key, _)| from(*index).and_then(|from| next.insert(*key, from))).collect();
        ends.reverse();
        ends
    }

    /// Rows from before whose end changes.
    fn moved_base(&self) -> Vec<(i64, Option<NaiveDate>)> {
        let mut next: HashMap<Key, NaiveDate> = HashMap::new();
        for (index, key, _) in &self.told {
            if let Some(document) = self.documents.get(*index) {
                next.entry(*key).or_insert(document.known_from);
            }
        }
        let ends = self.base.iter().map(|(key, row)| (row, next.get(key).copied()));
        ends.filter(|(row, end)| row.known_to != *end).map(|(row, end)| (row.id, end)).collect()
    }

    /// How many chains begin, less those that lose their only rows.
    fn new_keys(&self) -> i64 {
        let told: HashSet<Key> = self.told.iter().map(|(_, key, _)| *key).collect();
        let before: HashSet<Key> = self.later.keys().map(|(_, key)| *key).collect();
        let fresh = |key: &&Key| !self.base.contains_key(*key);
        told.difference(&before).filter(fresh).count() as i64 - before.difference(&told).filter(fresh).count() as i64
    }
}

fn again(db: &Connection, document: &Held, reread: Reread<'_>) -> Result<Keyed, StoreError> {
    let fail = |cause: String| StoreError::Reread {
        source_id: document.at.source.clone(),
        sha256: document.at.sha256.clone(),
        as_of: document.at.as_of,
        cause,
    };
    let reading = reread(&document.at).map_err(fail)?;
    let reading = reading.ok_or_else(|| fail("its bytes are not in the archive".to_string()))?;
    Ok(keyed(db, &reading)?.0)
}
