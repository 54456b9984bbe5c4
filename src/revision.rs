//! Revisions of a series: which figure was in force on which day, and how far the first prints lie from what stands today.
//!
//! One idea, told twice: here with exact decimals for the report and `--json`, and by the views `revision_triangle` and
//! `revision_summary` for whoever opens the file. A figure is in force on a day if it stands on that day in its own chain and no
//! standing one is better: the newest `known_from` first, then the class, then the name of the source, as in `latest`.

mod summary;
#[cfg(test)]
mod tests;

pub use summary::Summary;

use crate::model::{Class, DateBasis, FIRST_PRINT_DAYS, Period, SeriesCode, Status};
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// One figure as it was printed, with the days it stood: in its own chain, or across all chains once it is in a [`Track`].
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Print {
    /// First day.
    pub known_from: NaiveDate,
    /// First day on which it stood no more; `None`: it stands.
    pub known_to: Option<NaiveDate>,
    /// Where the first day comes from.
    pub basis: DateBasis,
    /// The exact value, with as many digits as displayed; `None` for withheld, withdrawn and the like.
    pub value: Option<Decimal>,
    /// Unit id.
    pub unit: String,
    /// What the cell says of it.
    pub status: Status,
    /// How it came to us.
    pub class: Class,
    /// The source's id.
    pub source: String,
}

impl Print {
    fn stands_on(&self, day: NaiveDate) -> bool {
        self.known_from <= day && self.known_to.is_none_or(|to| to > day)
    }

    /// The larger decides; the value comes last, so that even two rows that should not exist have an order.
    fn rank(&self) -> (NaiveDate, Class, Reverse<&str>, Option<Decimal>) {
        (self.known_from, self.class, Reverse(&self.source), self.value)
    }
}

/// A day on which something of a series became known: a column of the triangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct VintageDay {
    /// The day.
    pub day: NaiveDate,
    /// Whether every figure of that day has it by estimate only.
    pub estimated: bool,
}

/// One change of a figure from one print to the next that carries a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The day of the later print.
    pub day: NaiveDate,
    /// How much was added.
    pub change: Decimal,
}

/// One period of a series: everything that was in force, one after the other. A row of the triangle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// The period.
    pub period: Period,
    /// What was in force, oldest first. Two neighbours may show the same value: a repeat from another chain.
    pub prints: Vec<Print>,
    /// A first figure that was never in force, as a better source said on its day that there is none; a first print all the same.
    pub overruled: Option<Print>,
}

impl Track {
    fn of(period: Period, mut rows: Vec<Print>) -> Track {
        rows.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let days: BTreeSet<NaiveDate> = rows.iter().flat_map(|row| [Some(row.known_from), row.known_to]).flatten().collect();
        let mut prints: Vec<Print> = Vec::new();
        let mut deciding: Option<usize> = None;
        for day in days {
            let now = rows.iter().rposition(|row| row.stands_on(day));
            if now == deciding {
                continue;
            }
            if let Some(before) = deciding.and_then(|_| prints.last_mut()) {
                before.known_to = Some(day);
            }
            prints.extend(now.and_then(|at| rows.get(at)).map(|row| Print { known_from: day, known_to: None, ..row.clone() }));
            deciding = now;
        }
        let first = rows
            .iter()
            .filter(|row| row.value.is_some())
            .min_by(|a, b| a.known_from.cmp(&b.known_from).then(b.rank().cmp(&a.rank())));
        let shown = |first: &&Print| prints.iter().any(|print| print.known_from == first.known_from && print.value.is_some());
        let overruled = first.filter(|first| !shown(first)).cloned();
        Track { period, prints, overruled }
    }

    /// What a reader would have seen on a day.
    pub fn on(&self, day: NaiveDate) -> Option<&Print> {
        self.prints.iter().rfind(|print| print.stands_on(day))
    }

    /// The prints that carry a value, the first print before all.
    pub fn figures(&self) -> impl DoubleEndedIterator<Item = (&Print, Decimal)> {
        self.overruled.iter().chain(&self.prints).filter_map(|print| Some((print, print.value?)))
    }

    /// The first print that carries a value.
    pub fn first(&self) -> Option<(&Print, Decimal)> {
        self.figures().next()
    }

    /// What stands today, if it carries a value.
    pub fn latest(&self) -> Option<(&Print, Decimal)> {
        let last = self.prints.last().filter(|print| print.known_to.is_none())?;
        Some((last, last.value?))
    }

    /// Whether the first figure is hardly a first print: it became known more than [`FIRST_PRINT_DAYS`] after its period.
    pub fn is_late(&self) -> bool {
        let last = self.period.end().checked_add_days(Days::new(FIRST_PRINT_DAYS));
        self.first().zip(last).is_some_and(|((first, _), last)| first.known_from > last)
    }

    /// Every change between neighbouring figures of one unit; a repeat of the same value is none.
    pub fn revisions(&self) -> Vec<Revision> {
        let pairs = self.figures().zip(self.figures().skip(1));
        let same_unit = pairs.filter(|((before, _), (after, _))| before.unit == after.unit);
        let change = |((_, before), (after, value)): ((&Print, Decimal), (&Print, Decimal))| {
            let change = value.checked_sub(before)?;
            Some(Revision { day: after.known_from, change })
        };
        same_unit.filter_map(change).filter(|revision| !revision.change.is_zero()).collect()
    }
}

/// Whether two figures lie on different sides of the one at which nothing changes; a figure on it has no side.
pub fn turned(first: Decimal, latest: Decimal, neutral: Decimal) -> bool {
    let (first, latest) = (first.cmp(&neutral), latest.cmp(&neutral));
    first.is_ne() && first == latest.reverse()
}

/// A series as a triangle: periods down, vintages across, in each place what was in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Triangle {
    /// The days on which something became known, oldest first.
    pub vintages: Vec<VintageDay>,
    /// The periods, oldest first.
    pub tracks: Vec<Track>,
}

impl Triangle {
    /// Lays out what is held of a series, in any order, all chains together.
    pub fn of(rows: impl IntoIterator<Item = (Period, Print)>) -> Triangle {
        let mut periods: BTreeMap<Period, Vec<Print>> = BTreeMap::new();
        let mut days: BTreeMap<NaiveDate, bool> = BTreeMap::new();
        // a row that stood no day was never to be seen
        for (period, row) in rows.into_iter().filter(|(_, row)| row.known_to.is_none_or(|to| to > row.known_from)) {
            *days.entry(row.known_from).or_insert(true) &= row.basis == DateBasis::Estimated;
            periods.entry(period).or_default().push(row);
        }
        let vintages = days.into_iter().map(|(day, estimated)| VintageDay { day, estimated }).collect();
        Triangle { vintages, tracks: periods.into_iter().map(|(period, rows)| Track::of(period, rows)).collect() }
    }

    /// The row of a period.
    pub fn track(&self, period: Period) -> Option<&Track> {
        let at = self.tracks.binary_search_by_key(&period, |track| track.period).ok()?;
        self.tracks.get(at)
    }
}

/// A series with everything this page of analysis says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesRevisions {
    /// Its code.
    pub series: SeriesCode,
    /// A label for people; may be empty.
    pub title: String,
    /// Its figures by period and vintage.
    pub triangle: Triangle,
    /// The triangle in numbers.
    pub summary: Summary,
}

impl SeriesRevisions {
    /// Computes both from what is held, in any order.
    pub fn of(series: SeriesCode, title: String, rows: impl IntoIterator<Item = (Period, Print)>) -> SeriesRevisions {
        let triangle = Triangle::of(rows);
        let summary = Summary::of(&series, &triangle);
        SeriesRevisions { series, title, triangle, summary }
    }
}
