//! Drift between documents, without a database: what a reading changes against all that was known before it.

use super::chain::{Key, Keyed, Known, State};
use crate::model::{Drift, Frequency, Period, Weight};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Rows vanish one or two at a time when a publisher ends a series; a layout that is no longer understood loses many. When
/// more than one in so many series of a table vanish, the document is held.
const GONE_OF: usize = 10;
/// A line that only tells names so many series.
const NAMED: usize = 5;

/// A change, with series by their rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Change {
    /// A series is stated in another unit.
    Unit { series: i64, before: String, after: String },
    /// A series of a table is missing though the table covers its periods; whether many are.
    SeriesGone { series: i64, table: String, many: bool },
    /// No series of a table states a period that it covers and had.
    PeriodGone { table: String, frequency: Frequency, period: Period },
    /// A series is missing, and nothing covers it.
    SeriesLacks { series: i64, table: String },
    /// A table ends before figures that are known.
    EndsEarlier { table: String, frequency: Frequency, before: NaiveDate, after: NaiveDate },
    /// Series that were not known before.
    Came { table: String, series: Vec<i64> },
    /// The one table of a reading is called otherwise.
    Renamed { before: String, after: String },
}

impl Change {
    /// In words; `code` names a series.
    fn drift<E>(&self, code: impl Fn(i64) -> Result<String, E>) -> Result<Drift, E> {
        let at = |table: &str, frequency: &Frequency| format!("{table}, frequency {}", frequency.as_str());
        Ok(match self {
            Change::Unit { series, before, after } => Drift::new(Weight::Holds, "unit_changed", code(*series)?, before, after),
            Change::SeriesGone { series, table, many } => {
                let weight = if *many { Weight::Holds } else { Weight::Lacks };
                let after = "nothing, though its periods are covered";
                Drift::new(weight, "series_gone", code(*series)?, format!("in {table}"), after)
            }
            Change::PeriodGone { table, frequency, period } => {
                Drift::new(Weight::Holds, "period_gone", at(table, frequency), period.to_string(), "nothing")
            }
            Change::SeriesLacks { series, table } => {
                Drift::new(Weight::Lacks, "series_lacks", code(*series)?, format!("in {table}"), "nothing")
            }
            Change::EndsEarlier { table, frequency, before, after } => {
                let until = |day: &NaiveDate| format!("until {day}");
                Drift::new(Weight::Lacks, "ends_earlier", at(table, frequency), until(before), until(after))
            }
            Change::Came { table, series } => {
                let named = series.iter().take(NAMED).map(|id| code(*id)).collect::<Result<Vec<_>, E>>()?;
                let more = if series.len() > NAMED { ", …" } else { "" };
                let after = format!("{} more series: {}{more}", series.len(), named.join(", "));
                Drift::new(Weight::Told, "series_came", table, "", after)
            }
            Change::Renamed { before, after } => {
                Drift::new(Weight::Told, "table_renamed", before.split('|').next().unwrap_or_default(), before, after)
            }
        })
    }
}

/// Changes in words; `code` names a series.
pub(super) fn in_words<E>(changes: &BTreeSet<Change>, code: impl Fn(i64) -> Result<String, E>) -> Result<Vec<Drift>, E> {
    changes.iter().map(|change| change.drift(&code)).collect()
}

/// What a document's reading changes against the state before it. `covered` are the tables that documents of the source were
/// ever found to cover: what stands elsewhere, in sentences and in parts of something, need not be repeated.
pub(super) fn compare(state: &State, reading: &Keyed, covered: &BTreeSet<String>) -> BTreeSet<Change> {
    let before = Before::new(state, reading, covered);
    let mut changes: BTreeSet<Change> = units(state, reading);
    changes.extend(before.gone(reading));
    changes.extend(before.shorter());
    changes.extend(before.came(state, reading));
    changes.extend(before.renamed.iter().map(|(from, to)| Change::Renamed { before: from.to_string(), after: to.to_string() }));
    changes
}

/// Series whose figures come in another unit than the same figure did, or the newest one.
fn units(state: &State, reading: &Keyed) -> BTreeSet<Change> {
    let valued = state.iter().filter(|(_, known)| known.value.is_some());
    let mut newest: HashMap<i64, (NaiveDate, &str)> = HashMap::new();
    for (key, known) in valued {
        let entry = newest.entry(key.0).or_insert((key.1.end(), &known.unit));
        if (key.1.end(), known.unit.as_str()) > *entry {
            *entry = (key.1.end(), &known.unit);
        }
    }
    let changed = reading.cells.iter().filter(|(_, cell)| cell.value.is_some()).filter_map(|(key, cell)| {
        let same = state.get(key).filter(|known| known.value.is_some()).map(|known| known.unit.as_str());
        let before = same.or_else(|| newest.get(&key.0).map(|(_, unit)| *unit))?;
        let change = || Change::Unit { series: key.0, before: before.to_string(), after: cell.unit.clone() };
        (before != cell.unit).then(change)
    });
    changed.collect()
}

/// Figures that stood before a document and that it does not repeat, and the tables as they are called in it.
struct Before<'a> {
    /// Figures with a value in tables that are covered as a rule.
    missing: Vec<(&'a Key, &'a Known)>,
    /// Table and frequency → series that stood in what the document covers.
    standing: HashMap<(&'a str, Frequency), HashSet<i64>>,
    /// Tables that had figures.
    tables: BTreeSet<&'a str>,
    /// What each table that was renamed is called now.
    renamed: BTreeMap<&'a str, &'a str>,
    spans: HashMap<(&'a str, Frequency), (NaiveDate, NaiveDate)>,
    delivered: HashSet<i64>,
}

impl<'a> Before<'a> {
    fn new(state: &'a State, reading: &'a Keyed, covered: &BTreeSet<String>) -> Before<'a> {
        let known = || state.iter().filter(|(_, known)| known.value.is_some() && covered.contains(&known.table));
        let tables: BTreeSet<&str> = known().map(|(_, known)| known.table.as_str()).collect();
        let keys: HashSet<Key> = reading.cells.iter().map(|(key, _)| *key).collect();
        let spans = reading.coverage.iter().map(|c| ((c.table.as_str(), c.frequency), (c.start, c.end))).collect();
        let mut before = Before {
            missing: known().filter(|(key, _)| !keys.contains(key)).collect(),
            standing: HashMap::new(),
            renamed: renamed(&tables, reading),
            tables,
            spans,
            delivered: keys.iter().map(|key| key.0).collect(),
        };
        for (key, known) in known().filter(|(key, known)| before.covers(key, known)).collect::<Vec<_>>() {
            before.standing.entry((&known.table, known.frequency)).or_default().insert(key.0);
        }
        before
    }

    /// What the document calls a table.
    fn now<'t>(&'t self, table: &'t str) -> &'t str {
        self.renamed.get(table).copied().unwrap_or(table)
    }

    fn span(&self, known: &Known) -> Option<(NaiveDate, NaiveDate)> {
        self.spans.get(&(self.now(&known.table), known.frequency)).copied()
    }

    fn covers(&self, key: &Key, known: &Known) -> bool {
        self.span(known).is_some_and(|(start, end)| start <= key.1.start() && key.1.end() <= end)
    }

    /// Series without any figure, and periods that no series of their table has.
    fn gone(&self, reading: &Keyed) -> Vec<Change> {
        let (mut gone, mut lacking) = (BTreeSet::new(), BTreeMap::new());
        let frequency = |series: &i64| reading.frequencies.get(series).copied().unwrap_or(Frequency::A);
        let stated: HashSet<(&str, Frequency, Period)> =
            reading.cells.iter().map(|(key, cell)| (cell.table.as_str(), frequency(&key.0), key.1)).collect();
        let readings: HashSet<&str> = reading.cells.iter().map(|(_, cell)| reading_of(&cell.table)).collect();
        let mut periods = BTreeSet::new();
        for (key, known) in &self.missing {
            let (table, covered) = (known.table.as_str(), self.covers(key, known));
            match self.delivered.contains(&key.0) {
                false if covered => _ = gone.insert((table, known.frequency, key.0)),
                false if readings.contains(reading_of(table)) => _ = lacking.insert(key.0, table),
                true if covered && !stated.contains(&(self.now(table), known.frequency, key.1)) => {
                    periods.insert(Change::PeriodGone { table: table.to_string(), frequency: known.frequency, period: key.1 });
                }
                _ => (),
            }
        }
        let series: HashSet<i64> = gone.iter().map(|(_, _, series)| *series).collect();
        let lacks = lacking.into_iter().filter(|(id, _)| !series.contains(id));
        let lacks = lacks.map(|(series, table)| Change::SeriesLacks { series, table: table.to_string() });
        let mut count: HashMap<(&str, Frequency), usize> = HashMap::new();
        gone.iter().for_each(|(table, frequency, _)| *count.entry((table, *frequency)).or_default() += 1);
        let many = |at: &(&str, Frequency)| count.get(at).unwrap_or(&0) * GONE_OF > self.standing.get(at).map_or(0, HashSet::len);
        let gone = gone.iter().map(|(table, frequency, series)| Change::SeriesGone {
            series: *series,
            table: table.to_string(),
            many: many(&(*table, *frequency)),
        });
        gone.chain(lacks).chain(periods).collect()
    }

    /// Tables that end before figures of series they still have.
    fn shorter(&self) -> Vec<Change> {
        let mut ends: BTreeMap<(&str, Frequency), (NaiveDate, NaiveDate)> = BTreeMap::new();
        for (key, known) in self.missing.iter().filter(|(key, _)| self.delivered.contains(&key.0)) {
            if let Some((_, end)) = self.span(known).filter(|(_, end)| key.1.end() > *end) {
                let entry = ends.entry((&known.table, known.frequency)).or_insert((key.1.end(), end));
                entry.0 = entry.0.max(key.1.end());
            }
        }
        let change = |((table, frequency), (before, after)): ((&str, Frequency), _)| {
            let table = table.to_string();
            Change::EndsEarlier { table, frequency, before, after }
        };
        ends.into_iter().map(change).collect()
    }

    /// Series that tables known before have more.
    fn came(&self, state: &State, reading: &Keyed) -> Vec<Change> {
        let known: HashSet<i64> = state.keys().map(|key| key.0).collect();
        let mut came: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
        for (key, cell) in reading.cells.iter().filter(|(key, _)| !known.contains(&key.0)) {
            if self.tables.contains(cell.table.as_str()) {
                came.entry(&cell.table).or_default().insert(key.0);
            }
        }
        let change = |(table, series): (&str, BTreeSet<i64>)| Change::Came {
            table: table.to_string(),
            series: series.into_iter().collect(),
        };
        came.into_iter().map(change).collect()
    }
}

/// The reading that a table's key begins with.
fn reading_of(table: &str) -> &str {
    table.split('|').next().unwrap_or_default()
}

/// A table's key without its place: the reading, and what sheet and title caught.
fn without_place(table: &str) -> (&str, &str) {
    let caught = table.rsplit_once('|').map_or("", |(_, caught)| caught);
    (reading_of(table), caught)
}

/// What tables were called, and are called.
type Names<'a> = (Vec<&'a str>, Vec<&'a str>);

/// Where a reading had one table that is not here, and has one that was not there, it is the same at another place.
fn renamed<'a>(before: &BTreeSet<&'a str>, reading: &'a Keyed) -> BTreeMap<&'a str, &'a str> {
    let now: BTreeSet<&str> = reading.coverage.iter().map(|coverage| coverage.table.as_str()).collect();
    let mut readings: BTreeMap<(&str, &str), Names<'a>> = BTreeMap::new();
    before.difference(&now).for_each(|table| readings.entry(without_place(table)).or_default().0.push(table));
    now.difference(before).for_each(|table| readings.entry(without_place(table)).or_default().1.push(table));
    let one = |(from, to): Names<'a>| match (&from[..], &to[..]) {
        ([from], [to]) => Some((*from, *to)),
        _ => None,
    };
    readings.into_values().filter_map(one).collect()
}
