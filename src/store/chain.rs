//! The chain, without a database: what one document adds to what was known before it.
//!
//! The state after a document depends on the documents before it in the order (known_from, as_of, fetched_at, sha256) and on nothing
//! else; so it does not matter in which order they arrive.

use crate::model::{Coverage, Frequency, Period, Status};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// A series (its row) and a period.
pub(super) type Key = (i64, Period);

/// What was known of every key just before a document.
pub(super) type State = HashMap<Key, Known>;

/// What a row says, apart from when and from which document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub status: Status,
    pub value: Option<String>,
    pub decimals: Option<u32>,
    pub printed: String,
    pub raw: Option<String>,
    pub unit: String,
    pub table: String,
    pub locator: String,
    /// A JSON list.
    pub notes: String,
    /// The document covers the period without it.
    pub inferred: bool,
}

/// What the last row of a key says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub status: Status,
    pub value: Option<String>,
    pub unit: String,
    pub table: String,
    pub frequency: Frequency,
}

impl Known {
    /// Whether there is something that could be withdrawn.
    pub fn stands(&self) -> bool {
        !matches!(self.status, Status::Blank | Status::Withdrawn)
    }

    /// The same figure: value with its decimals, status and unit. Statuses without a value do not differ by unit.
    fn repeats(&self, cell: &Cell) -> bool {
        self.status == cell.status && self.value == cell.value && (cell.value.is_none() || self.unit == cell.unit)
    }
}

/// A reading whose series have rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Keyed {
    /// One a key.
    pub cells: Vec<(Key, Cell)>,
    pub coverage: Vec<Coverage>,
    /// The frequency of every series in `cells`.
    pub frequencies: HashMap<i64, Frequency>,
}

/// Applies one document: the rows it states, in a stable order. `held` says that it can be read again; the repeats of one
/// that cannot are rows too, lest they be lost.
pub(super) fn apply(state: &mut State, held: bool, reading: Keyed) -> Vec<(Key, Cell)> {
    let mut rows = Vec::new();
    let mut delivered = HashSet::with_capacity(reading.cells.len());
    for (key, mut cell) in reading.cells {
        delivered.insert(key);
        let before = state.get(&key);
        cell.status = settle(before, cell.status);
        if !held || !before.is_some_and(|known| known.repeats(&cell)) {
            state.insert(key, known(&cell, reading.frequencies.get(&key.0).copied()));
            rows.push((key, cell));
        }
    }
    rows.extend(withdraw(state, &delivered, &reading.coverage));
    rows
}

fn known(cell: &Cell, frequency: Option<Frequency>) -> Known {
    Known {
        status: cell.status,
        value: cell.value.clone(),
        unit: cell.unit.clone(),
        table: cell.table.clone(),
        frequency: frequency.unwrap_or(Frequency::A),
    }
}

/// An empty cell over something known withdraws it; over nothing it is blank.
fn settle(before: Option<&Known>, status: Status) -> Status {
    let nothing = before.is_none_or(|known| known.status == Status::Blank);
    match status {
        Status::Blank | Status::Withdrawn if nothing => Status::Blank,
        Status::Blank | Status::Withdrawn => Status::Withdrawn,
        other => other,
    }
}

/// Tombstones for what the document covers and does not deliver.
fn withdraw(state: &mut State, delivered: &HashSet<Key>, coverage: &[Coverage]) -> Vec<(Key, Cell)> {
    let spans = spans(coverage);
    let mut gone = Vec::new();
    for (key, known) in state.iter_mut().filter(|(key, known)| known.stands() && !delivered.contains(key)) {
        let span = spans.get(&(known.table.as_str(), known.frequency));
        if span.is_some_and(|(start, end)| *start <= key.1.start() && key.1.end() <= *end) {
            known.status = Status::Withdrawn;
            known.value = None;
            gone.push((*key, tombstone(known)));
        }
    }
    gone.sort_by_key(|(key, _)| *key);
    gone
}

fn spans(coverage: &[Coverage]) -> HashMap<(&str, Frequency), (NaiveDate, NaiveDate)> {
    coverage.iter().map(|c| ((c.table.as_str(), c.frequency), (c.start, c.end))).collect()
}

fn tombstone(known: &Known) -> Cell {
    Cell {
        status: Status::Withdrawn,
        value: None,
        decimals: None,
        printed: String::new(),
        raw: None,
        unit: known.unit.clone(),
        table: known.table.clone(),
        locator: String::new(),
        notes: "[]".to_string(),
        inferred: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(status: Status, value: Option<&str>) -> Cell {
        let base = tombstone(&Known { status, value: None, unit: "percent".into(), table: "t".into(), frequency: Frequency::A });
        Cell { status, value: value.map(String::from), locator: "A1".into(), inferred: false, ..base }
    }

    fn reading(cells: &[(i32, Status, Option<&str>)], span: Option<(i32, i32)>) -> Keyed {
        let year = |y| Period::year(y).unwrap();
        let coverage = |(from, to)| Coverage {
            table: "t".into(),
            frequency: Frequency::A,
            start: year(from).start(),
            end: year(to).end(),
            figures: 1,
        };
        Keyed {
            cells: cells.iter().map(|(y, s, v)| ((1, year(*y)), cell(*s, *v))).collect(),
            coverage: span.map(coverage).into_iter().collect(),
            frequencies: [(1, Frequency::A)].into(),
        }
    }

    /// Each case: a first reading of 2019 = 5.0, then a second one, held or not, and the statuses it adds.
    #[test]
    fn what_a_second_document_adds() {
        use Status::*;
        let five = (2019, Published, Some("5.0"));
        type Added = Vec<(i32, Status, bool)>;
        let cases: Vec<(&str, Keyed, bool, Added)> = vec![
            ("repeat", reading(&[five], Some((2019, 2019))), true, vec![]),
            ("repeat, not held", reading(&[five], Some((2019, 2019))), false, vec![(2019, Published, false)]),
            ("revised", reading(&[(2019, Published, Some("5.1"))], None), true, vec![(2019, Published, false)]),
            ("more decimals", reading(&[(2019, Published, Some("5.00"))], None), true, vec![(2019, Published, false)]),
            ("now provisional", reading(&[(2019, Provisional, Some("5.0"))], None), true, vec![(2019, Provisional, false)]),
            ("missing inside", reading(&[], Some((2018, 2020))), true, vec![(2019, Withdrawn, true)]),
            ("missing outside", reading(&[], Some((2020, 2021))), true, vec![]),
            ("blank over known", reading(&[(2019, Blank, None)], Some((2019, 2019))), true, vec![(2019, Withdrawn, false)]),
            ("blank over nothing", reading(&[(2021, Blank, None)], None), true, vec![(2021, Blank, false)]),
            ("withheld", reading(&[(2019, Withheld, None)], None), true, vec![(2019, Withheld, false)]),
        ];
        for (name, second, held, wanted) in cases {
            let mut state = State::new();
            apply(&mut state, true, reading(&[five], Some((2019, 2019))));
            let rows = apply(&mut state, held, second.clone());
            let got: Vec<_> = rows.iter().map(|(k, c)| (k.1.to_string().parse().unwrap(), c.status, c.inferred)).collect();
            assert_eq!(got, wanted, "{name}");
            let again = apply(&mut state, true, second);
            assert!(again.is_empty(), "{name}: a repeat adds {again:?}");
        }
    }
}
