//! The script: what sixty publishers do in the course of months, drawn from a seed.

use super::documents;
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use fastrand::Rng;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Rows of every table.
pub const ITEMS: usize = 12;
/// Months that a table has when it first appears.
const MONTHS_BEFORE: u32 = 3;
/// The first figure of every publisher, as a paper prints it.
pub const PRINTED: &str = "55.5";
/// Days without a new document after which a source is silent: a month passed over is told, a publication that is late is not.
pub const FRESHNESS: i64 = 45;
/// Publishers' days are those of Moscow.
const ZONE: TimeDelta = TimeDelta::hours(3);

/// A month, by its year and number.
pub type Month = (i32, u32);
/// A table: row and month → figure.
pub type Table = BTreeMap<(usize, Month), String>;

/// How a document looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Xlsx,
    Html,
    Csv,
}

/// What a publisher does instead of answering well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Such a status, with a page.
    Status(u16),
    /// Takes the request and says nothing.
    Hang,
    /// Hangs up in the middle of the body.
    Cut,
    /// Nobody listens.
    Refused,
    /// A page that excuses itself, with 200.
    Page,
}

/// What stands at a publisher's address on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serving {
    /// The edition with this number, at the first address or under a new name.
    Edition {
        number: usize,
        renamed: bool,
    },
    Fault(Fault),
}

/// A document as published.
#[derive(Debug)]
pub struct Edition {
    /// Since when it stands.
    pub from: NaiveDate,
    /// Its figures; the row that lacks is not among them.
    pub table: Table,
    /// Stated in the unit that it always was.
    pub usual_unit: bool,
    pub bytes: Arc<Vec<u8>>,
}

/// One publisher.
#[derive(Debug)]
pub struct Publisher {
    pub id: String,
    pub kind: Kind,
    /// When its source is looked at, from midnight in Moscow.
    pub look: TimeDelta,
    /// Gives an `ETag`.
    pub tagged: bool,
    /// Has a page that lists its files, so that a renamed one is found.
    pub listed: bool,
    pub editions: Vec<Edition>,
    faults: Vec<(Range<NaiveDate>, Fault)>,
    renamed: Option<NaiveDate>,
}

/// Everything that happens.
#[derive(Debug)]
pub struct World {
    pub publishers: Vec<Publisher>,
    pub days: Range<NaiveDate>,
    /// On this day no network is there.
    pub offline: NaiveDate,
    /// From the evening of the first to the morning of the last no daemon runs.
    pub down: Vec<Range<NaiveDate>>,
}

/// The day it is at the publishers.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    (at + ZONE).date_naive()
}

/// An instant of a publishers' day.
pub fn instant(day: NaiveDate, time: TimeDelta) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() + time - ZONE
}

/// What happens around a publication.
enum Incident {
    Nothing,
    Fault(Fault, u64),
    OtherUnit,
    RowGone,
    PassedOver,
    Renamed,
}

impl World {
    /// As many publishers, for as many days.
    pub fn drawn(seed: u64, publishers: usize, days: u64) -> World {
        let first = NaiveDate::from_ymd_opt(2026, 1, 12).unwrap();
        let days = first..first + Days::new(days);
        let down = [3, 5].map(|part| first + Days::new((days.end - first).num_days().unsigned_abs() * part / 7));
        World {
            publishers: (0..publishers).map(|number| publisher(seed, number, &days)).collect(),
            offline: first + Days::new(20),
            down: down.map(|from| from..from + Days::new(3)).to_vec(),
            days,
        }
    }

    /// What stands at an address then; `None` where there is no network.
    pub fn serving(&self, number: usize, at: DateTime<Utc>) -> Option<Serving> {
        let day = day(at);
        (day != self.offline).then(|| self.publishers[number].serving(day))
    }
}

impl Publisher {
    fn serving(&self, day: NaiveDate) -> Serving {
        let fault = self.faults.iter().find(|(days, _)| days.contains(&day));
        let number = self.editions.partition_point(|edition| edition.from <= day) - 1;
        let renamed = self.renamed.is_some_and(|from| from <= day);
        fault.map_or(Serving::Edition { number, renamed }, |(_, fault)| Serving::Fault(*fault))
    }
}

fn publisher(seed: u64, number: usize, days: &Range<NaiveDate>) -> Publisher {
    let mut rng = Rng::with_seed(seed.wrapping_mul(1000).wrapping_add(number as u64));
    let kind = [Kind::Xlsx, Kind::Html, Kind::Csv][number % 3];
    let mut made = Publisher {
        id: format!("s{number:02}"),
        kind,
        look: TimeDelta::minutes(6 * 60 + 15 * (number as i64 % 20)),
        tagged: number % 4 != 3,
        listed: number.is_multiple_of(5),
        editions: Vec::new(),
        faults: Vec::new(),
        renamed: None,
    };
    let mut table = Table::new();
    let first = (days.start.year(), days.start.month());
    (0..MONTHS_BEFORE).rev().for_each(|back| fill(&mut table, earlier(first, back + 1), &mut rng));
    table.first_entry().unwrap().insert(PRINTED.to_string());
    made.publish(number, days.start, table.clone(), true);
    let publishing = 3 + number as u32 % 20;
    let dates = days.start.iter_days().take_while(|day| *day < days.end);
    for (month, day) in (1..).zip(dates.skip(1).filter(|day| day.day() == publishing)) {
        revise(&mut table, number, month, &mut rng);
        fill(&mut table, earlier((day.year(), day.month()), 1), &mut rng);
        made.happen(incident(number, &mut rng), (number, day), &table, &mut rng);
    }
    made
}

/// What happens to a publisher in a month; to the first one nothing does, and few hang, for that takes real time.
fn incident(number: usize, rng: &mut Rng) -> Incident {
    match rng.u32(0..16) {
        _ if number == 0 => Incident::Nothing,
        0 | 1 => Incident::Fault(Fault::Status(503), rng.u64(1..5)),
        2 => Incident::Fault(Fault::Page, rng.u64(1..4)),
        3 => Incident::Fault(Fault::Refused, rng.u64(1..3)),
        4 => Incident::Fault(Fault::Cut, 1),
        5 => Incident::Fault(Fault::Status(404), rng.u64(1..3)),
        6 if number % 15 == 4 => Incident::Fault(Fault::Hang, 1),
        7 => Incident::OtherUnit,
        8 => Incident::RowGone,
        9 | 10 => Incident::PassedOver,
        11 | 12 => Incident::Renamed,
        _ => Incident::Nothing,
    }
}

impl Publisher {
    fn happen(&mut self, incident: Incident, (number, day): (usize, NaiveDate), table: &Table, rng: &mut Rng) {
        match incident {
            Incident::PassedOver => return,
            Incident::OtherUnit => return self.publish(number, day, table.clone(), false),
            Incident::RowGone => {
                let gone = rng.usize(1..ITEMS);
                let rest = table.iter().filter(|((item, _), _)| *item != gone);
                return self.publish(number, day, rest.map(|(at, figure)| (*at, figure.clone())).collect(), true);
            }
            Incident::Fault(fault, long) => {
                let from = day + Days::new(rng.u64(0..8));
                self.faults.push((from..from + Days::new(long), fault));
            }
            Incident::Renamed if self.listed => self.renamed = self.renamed.or(Some(day)),
            Incident::Renamed | Incident::Nothing => (),
        }
        self.publish(number, day, table.clone(), true);
    }

    fn publish(&mut self, number: usize, from: NaiveDate, table: Table, usual_unit: bool) {
        let bytes = Arc::new(documents::document(self.kind, number, &table, usual_unit));
        self.editions.push(Edition { from, table, usual_unit, bytes });
    }
}

/// A new month. Figures tell their place, so that none is mistaken for another.
fn fill(table: &mut Table, month: Month, rng: &mut Rng) {
    for item in 0..ITEMS {
        table.insert((item, month), format!("{}.{}", 100 + 10 * item as u32 + month.1 % 10, rng.u32(1..10)));
    }
}

/// Some figures of the newest months are corrected. The first figure of all is by every other publisher: to another value, and
/// later back to what it was.
fn revise(table: &mut Table, number: usize, month: usize, rng: &mut Rng) {
    let newest = table.keys().map(|(_, month)| *month).max().unwrap();
    for item in 1..ITEMS {
        if rng.u32(0..4) == 0 {
            table.insert((item, newest), format!("{}.{}", 300 + 10 * item as u32 + month as u32 % 10, rng.u32(1..10)));
        }
    }
    let first = *table.keys().next().unwrap();
    match month {
        1 if number.is_multiple_of(2) => _ = table.insert(first, "77.7".to_string()),
        2 if number.is_multiple_of(4) => _ = table.insert(first, PRINTED.to_string()),
        _ => (),
    }
}

fn earlier((year, month): Month, by: u32) -> Month {
    let months = year * 12 + month as i32 - 1 - by as i32;
    (months.div_euclid(12), months.rem_euclid(12) as u32 + 1)
}
