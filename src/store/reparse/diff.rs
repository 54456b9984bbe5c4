//! What a new reading of a document says otherwise, row by row; pure.
//!
//! A row says what a document states; what it merely repeats has none. So rows are compared with what stood after the document,
//! lest a figure that an earlier document states now, too, pass for one that is lost.

use crate::model::Status;
use crate::store::chain::{Cell, Key, Known, State};
use crate::store::telling::Rows;
use std::collections::{HashMap, HashSet};

/// What became of a figure; what weighs most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It is not read any more.
    Lost,
    /// Another value or status.
    Changed,
    /// It was not read before.
    Added,
    /// The same cell is another series or period.
    Reassigned,
    /// The same figure with another unit, note, text or place.
    Noted,
}

impl Kind {
    /// Every kind, in the order they are told.
    pub const ALL: [Kind; 5] = [Kind::Lost, Kind::Changed, Kind::Added, Kind::Reassigned, Kind::Noted];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Added => "added",
            Kind::Changed => "changed",
            Kind::Lost => "lost",
            Kind::Reassigned => "reassigned",
            Kind::Noted => "noted",
        }
    }
}

/// A figure as a row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The value, or the status of a cell without one.
    pub text: String,
    /// Unit id.
    pub unit: String,
    /// As displayed.
    pub printed: String,
    /// A JSON list.
    pub notes: String,
    /// Where.
    pub locator: String,
}

/// One change, with the series by its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raw {
    pub kind: Kind,
    pub key: Key,
    /// Of a cell that is another series or period now: what it was.
    pub was: Option<Key>,
    /// What differs in a figure that is only noted.
    pub what: &'static str,
    pub old: Option<Figure>,
    pub new: Option<Figure>,
}

/// What is compared for one document.
pub(super) struct Sides<'a, S> {
    /// The rows it makes now.
    pub told: &'a [(Key, Cell)],
    /// The rows it made.
    pub stored: Option<&'a Rows>,
    /// What stood before it, as stored.
    pub stood: S,
    /// What it states now.
    pub delivered: &'a HashSet<Key>,
    /// What stands after it now.
    pub state: &'a State,
}

/// The changes, by kind and in the order of series and periods; a lost and an added figure of one cell are one change.
pub(super) fn diff<'a, S: Fn(&Key) -> Option<&'a Cell>>(sides: &Sides<'a, S>) -> Vec<Raw> {
    let told: HashSet<Key> = sides.told.iter().map(|(key, _)| *key).collect();
    let stored = |key: &Key| sides.stored.and_then(|rows| rows.get(key)).map(|row| &row.cell);
    let mut changes: Vec<Raw> = Vec::new();
    for (key, cell) in sides.told {
        changes.extend(match stored(key) {
            Some(old) => compare(*key, Some(old), Some(cell)),
            None => {
                compare(*key, (sides.stood)(key), Some(cell)).filter(|change| change.kind != Kind::Noted || change.what == "unit")
            }
        });
    }
    for (key, row) in sides.stored.into_iter().flatten().filter(|(key, _)| !told.contains(key)) {
        changes.extend(untold(*key, &row.cell, sides.delivered.contains(key), sides.state.get(key)));
    }
    let mut changes = reassign(changes);
    changes.sort_by_key(|change| (change.kind, change.key));
    changes
}

/// A row that the document makes no more: it repeats now what an earlier one states, or is silent.
fn untold(key: Key, old: &Cell, delivered: bool, stands: Option<&Known>) -> Option<Raw> {
    let tombstone = old.status == Status::Withdrawn;
    let now = stands.filter(|known| delivered || tombstone && known.status != Status::Withdrawn);
    let Some(known) = now else {
        // a withdrawal of something that is not read any more, either
        return (!tombstone).then(|| Raw { kind: Kind::Lost, key, was: None, what: "", old: Some(figure(old)), new: None });
    };
    let same = (known.status, &known.value) == (old.status, &old.value);
    let new = Figure { text: text(known.status, known.value.as_ref()), unit: known.unit.clone(), ..nowhere() };
    let kind = if tombstone { Kind::Added } else { Kind::Changed };
    (!same).then(|| Raw { kind, key, was: None, what: "", old: Some(figure(old)), new: Some(new) })
}

/// How two figures of one series and period differ, if they do.
fn compare(key: Key, old: Option<&Cell>, new: Option<&Cell>) -> Option<Raw> {
    let says = |cell: &Cell| (cell.status, cell.value.clone());
    let gone = |cell: Option<&Cell>| cell.is_none_or(|cell| cell.status == Status::Withdrawn);
    let (kind, what) = match (old, new) {
        (Some(old), Some(new)) if says(old) == says(new) => (Kind::Noted, differing(old, new)?),
        _ if gone(old) => (Kind::Added, ""),
        _ if gone(new) => (Kind::Lost, ""),
        _ => (Kind::Changed, ""),
    };
    Some(Raw { kind, key, was: None, what, old: old.map(figure), new: new.map(figure) })
}

/// The first thing in which two rows of the same value differ.
fn differing(old: &Cell, new: &Cell) -> Option<&'static str> {
    let parts = [
        ("unit", old.unit == new.unit),
        ("notes", old.notes == new.notes),
        ("printed", (&old.printed, &old.raw, old.decimals) == (&new.printed, &new.raw, new.decimals)),
        ("place", old.locator == new.locator),
        ("table", (&old.table, old.inferred) == (&new.table, new.inferred)),
    ];
    parts.into_iter().find(|(_, same)| !same).map(|(name, _)| name)
}

/// A cell whose figure is lost for one series or period and added for another one was read as something else.
fn reassign(changes: Vec<Raw>) -> Vec<Raw> {
    let place = |figure: &Figure| (figure.locator.clone(), figure.text.clone());
    let at = |change: &Raw, side: &Option<Figure>| {
        side.as_ref().filter(|f| !f.locator.is_empty()).map(place).map(|at| (at, change.key))
    };
    let lost: Vec<_> = changes.iter().filter(|c| c.kind == Kind::Lost).filter_map(|c| at(c, &c.old)).collect();
    // a cell that is several figures cannot be followed
    let mut seen: HashMap<_, Option<Key>> = HashMap::new();
    lost.into_iter().for_each(|(at, key)| _ = seen.entry(at).and_modify(|one| *one = None).or_insert(Some(key)));
    let mut moved = HashSet::new();
    let mut kept: Vec<Raw> = changes
        .into_iter()
        .map(|change| {
            let here = at(&change, &change.new).filter(|_| change.kind == Kind::Added && change.old.is_none());
            match here.and_then(|(at, _)| seen.remove(&at).flatten()) {
                Some(was) => {
                    moved.insert(was);
                    Raw { kind: Kind::Reassigned, was: Some(was), old: change.new.clone(), ..change }
                }
                None => change,
            }
        })
        .collect();
    kept.retain(|change| !(change.kind == Kind::Lost && moved.contains(&change.key)));
    kept
}

fn figure(cell: &Cell) -> Figure {
    Figure {
        text: text(cell.status, cell.value.as_ref()),
        unit: cell.unit.clone(),
        printed: cell.printed.clone(),
        notes: cell.notes.clone(),
        locator: cell.locator.clone(),
    }
}

fn text(status: Status, value: Option<&String>) -> String {
    value.cloned().unwrap_or_else(|| status.to_string())
}

/// A figure of which only what it says is known.
fn nowhere() -> Figure {
    Figure { text: String::new(), unit: String::new(), printed: String::new(), notes: "[]".to_string(), locator: String::new() }
}
