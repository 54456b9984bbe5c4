//! The chain of a source from one document on: what stood before it, what it and the later ones state, and the rows that makes.

use super::StoreError;
use super::catalogue::{Delta, count};
use super::chain::{Cell, Key, Known, State};
use super::disagree;
use super::rows::{Stand, Stored, disbelieve, insert_row, move_ends};
use super::snapshot::Held;
use crate::model::Class;
use chrono::NaiveDate;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// Rows as stored, one a key.
pub(super) type Rows = HashMap<Key, Stored>;

/// What a document states: its index, the key, the row.
type Told = (usize, Key, Cell);
/// A row that ends on another day than the documents make it: of which figure, when it ends, when it should.
type Misended = (Key, Option<NaiveDate>, Option<NaiveDate>);

/// Documents that are told one after the other, over what stood before them.
pub(super) struct Telling {
    /// The documents, in their order.
    pub documents: Vec<Held>,
    /// The last row of every key from the documents before.
    pub base: Rows,
    /// Rows of these documents as stored; in writing, what is told again is taken out.
    pub stored: HashMap<i64, Rows>,
    /// What stands after the documents told so far.
    pub state: State,
    /// What the documents state, in their order.
    pub told: Vec<Told>,
    /// Documents whose figures became known on another day than the stored rows say.
    pub redated: HashSet<i64>,
}

impl Telling {
    /// Before the first of `documents`, given the rows of the source in the order of their documents.
    pub fn new(documents: Vec<Held>, rows: Vec<Stored>) -> Telling {
        let ids: HashSet<i64> = documents.iter().map(|document| document.at.id).collect();
        let (mut base, mut stored) = (HashMap::new(), HashMap::<i64, Rows>::new());
        for row in rows {
            match ids.contains(&row.snapshot) {
                true => _ = stored.entry(row.snapshot).or_default().insert(row.key, row),
                false => _ = base.insert(row.key, row),
            }
        }
        let state = known(&base);
        Telling { documents, base, stored, state, told: Vec::new(), redated: HashSet::new() }
    }

    /// A document that cannot be read states what it did; a withdrawal where nothing stands any more is none.
    pub fn tell_as_stored(&mut self, index: usize) {
        let Some(rows) = self.documents.get(index).and_then(|document| self.stored.get(&document.at.id)) else { return };
        let mut rows: Vec<(Key, Known, Cell)> = rows.iter().map(|(key, row)| (*key, row.known(), row.cell.clone())).collect();
        rows.sort_by_key(|(key, ..)| *key);
        for (key, known, cell) in rows {
            if cell.inferred && !self.state.get(&key).is_some_and(Known::stands) {
                continue;
            }
            self.state.insert(key, known);
            self.told.push((index, key, cell));
        }
    }

    /// Makes the stored rows be what was told; rows that stay the same keep their id. Gives how many are no longer believed.
    pub fn write(mut self, db: &Connection, source: &str, class: Class, at: &str) -> Result<usize, StoreError> {
        let ends = self.ends();
        let delta_keys = self.new_keys();
        let mut moves: Vec<_> = self.moved_base().map(|(row, end)| (row.id, end)).collect();
        let mut inserts = Vec::new();
        for ((index, key, cell), end) in self.told.drain(..).zip(ends) {
            let Some(document) = self.documents.get(index) else { continue };
            let rows = self.stored.entry(document.at.id).or_default();
            let same = |old: &Stored| old.cell == cell && !self.redated.contains(&document.at.id);
            match rows.get(&key).filter(|old| same(old)).map(|old| (old.id, old.known_to)) {
                Some((id, known_to)) => {
                    rows.remove(&key);
                    moves.extend((known_to != end).then_some((id, end)));
                }
                None => inserts.push((document, key, cell, end)),
            }
        }
        let gone = self.stored.values().map(HashMap::len).sum::<usize>();
        let observations = inserts.len() as i64 - gone as i64;
        let touched: Vec<Key> =
            inserts.iter().map(|i| i.1).chain(self.stored.values().flat_map(HashMap::keys).copied()).collect();
        // Neighbours in the indexes go in together.
        inserts.sort_by_key(|i| i.1);
        for row in self.stored.values().flat_map(HashMap::values) {
            disbelieve(db, row.id, at)?;
        }
        move_ends(db, moves)?;
        for (document, key, cell, known_to) in inserts {
            let stand = Stand { source, class, document, known_to, evidence: None, at };
            insert_row(db, key, &cell, stand)?;
        }
        count(db, source, Delta { observations, vintages: observations - delta_keys })?;
        disagree::settle(db, touched, at)?;
        Ok(gone)
    }

    /// Whether writing would change anything, given what is [`Telling::misended`].
    pub fn differs(&self, misended: &[Misended]) -> bool {
        let redated = |row: &Stored| self.redated.contains(&row.snapshot);
        let as_told = |told: &Told| self.stored_of(told).is_some_and(|row| !redated(row));
        let all = self.stored.values().map(HashMap::len).sum::<usize>();
        all != self.told.len() || !misended.is_empty() || !self.told.iter().all(as_told)
    }

    /// Rows that end on another day than the documents make them.
    pub fn misended(&self) -> Vec<Misended> {
        let told = self.told.iter().zip(self.ends()).filter_map(|(told, end)| Some((self.stored_of(told)?, end)));
        let told = told.filter(|(row, end)| row.known_to != *end);
        told.chain(self.moved_base()).map(|(row, end)| (row.key, row.known_to, end)).collect()
    }

    /// The stored row that says what is told.
    fn stored_of(&self, (index, key, cell): &Told) -> Option<&Stored> {
        let row = self.stored.get(&self.documents.get(*index)?.at.id)?.get(key)?;
        (row.cell == *cell).then_some(row)
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
    fn moved_base(&self) -> impl Iterator<Item = (&Stored, Option<NaiveDate>)> {
        let mut next: HashMap<Key, NaiveDate> = HashMap::new();
        for (index, key, _) in &self.told {
            if let Some(document) = self.documents.get(*index) {
                next.entry(*key).or_insert(document.known_from);
            }
        }
        let ends = self.base.iter().map(move |(key, row)| (row, next.get(key).copied()));
        ends.filter(|(row, end)| row.known_to != *end)
    }

    /// How many chains begin, less those that lose their only rows.
    fn new_keys(&self) -> i64 {
        let told: HashSet<Key> = self.told.iter().map(|(_, key, _)| *key).collect();
        let before: HashSet<Key> = self.stored.values().flat_map(HashMap::keys).copied().collect();
        let fresh = |key: &&Key| !self.base.contains_key(*key);
        told.difference(&before).filter(fresh).count() as i64 - before.difference(&told).filter(fresh).count() as i64
    }
}

/// The state that rows make.
pub(super) fn known(rows: &Rows) -> State {
    rows.iter().map(|(key, row)| (*key, row.known())).collect()
}
