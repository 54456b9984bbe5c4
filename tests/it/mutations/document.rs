//! A document as its parser tells it, what its mapping makes of it, and what may become of the figures when it is spoilt.

use super::cut::cut;
use crate::support;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use sverka::check;
use sverka::config::Source;
use sverka::model::{CustomsLine, Issue, Observation, Reading, Severity};
use sverka::normalize::Normalizer;
use sverka::parse::{self, Cell, Event, Options, Row, Table};
use sverka::store::{Admitted, Store};

/// A figure's series and period, or what names a line; and what is printed there (nothing: withheld or blank).
pub type Figures = BTreeMap<(String, String), Option<String>>;

/// One document of a source, as its parser tells it, and what its mapping makes of it.
pub struct Document<'a> {
    pub source: &'a Source,
    pub name: String,
    pub as_of: NaiveDate,
    pub events: Vec<Event>,
    pub reading: Reading,
    pub figures: Figures,
    pub issues: BTreeSet<String>,
    /// Event and place in its row of every cell that became a figure.
    pub cells: Vec<(usize, usize)>,
}

/// What a mutation does to the meaning of the document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// The same figures as before, and they are known by the same words.
    TheSame,
    /// The same figures as before, but what one is known by, or the figure itself, is gone or in doubt: a reader should not guess.
    Doubtful,
    /// Something else, which must be followed or told: another unit, another period, another sign.
    Another,
}

fn figures(reading: &Reading) -> Figures {
    let of = |o: &Observation| {
        let key = (o.series.to_string(), o.period.to_string());
        (key, o.value.map(|value| format!("{} {}", value.normalize(), o.unit)))
    };
    let mut figures: Figures = reading.observations.iter().map(of).collect();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for line in &reading.lines.customs {
        let name = name_of(line);
        let again = times.entry(name.clone()).or_default();
        *again += 1;
        figures.insert((name, again.to_string()), Some(amounts(line)));
    }
    for entry in &reading.lines.entries {
        figures.insert((format!("{:?}", entry.dictionary), entry.code.clone()), Some(entry.name.clone()));
    }
    figures
}

/// All of a customs line but its amounts.
fn name_of(line: &CustomsLine) -> String {
    let named = [&line.partner, &line.unit, &line.region, &line.district].map(|n| n.as_ref().map_or("-", |n| n.text.as_str()));
    format!("{} {} {} {}", line.direction, line.period(), line.code, named.join(" "))
}

fn amounts(line: &CustomsLine) -> String {
    let shown = |amount: Option<Decimal>| amount.map_or("-".to_string(), |amount| amount.normalize().to_string());
    [line.value, line.weight, line.quantity].map(shown).join(" ")
}

/// Issues of a severity of at least this.
fn said(issues: &[Issue], least: Severity) -> BTreeSet<String> {
    issues
        .iter()
        .filter(|issue| issue.severity >= least)
        .map(|issue| format!("{} {} {}", issue.code, issue.seen, issue.wanted))
        .collect()
}

pub fn read(source: &Source, events: &[Event], as_of: NaiveDate) -> Result<Reading, String> {
    let mut normalizer = Normalizer::new(&source.mapping, as_of);
    events.iter().cloned().for_each(|event| normalizer.event(event));
    let mut reading = normalizer.finish().map_err(|error| error.to_string())?;
    check::check(&source.mapping, &mut reading);
    Ok(reading)
}

impl Document<'_> {
    /// Reads the bytes; a document of more cells than `most` is cut to a part that still has every kind of row.
    pub fn open<'a>(source: &'a Source, name: &str, as_of: NaiveDate, bytes: &[u8], most: usize) -> Option<Document<'a>> {
        let options = Options { charset: source.charset.clone() };
        let parsed = |format| {
            let mut events = Vec::new();
            let read = parse::parse(format, &mut Cursor::new(bytes), &options, &mut |event| events.push(event));
            read.is_ok().then_some(events)
        };
        let of = |events| Document::of(source, name, as_of, events);
        let document = source.formats.iter().find_map(|format| parsed(*format).and_then(of))?;
        if places_of(&document.events).nth(most).is_none() {
            return Some(document);
        }
        // a reading may have its only table behind many of another
        let shorter = (0..6).find_map(|doubled| Document::of(source, name, as_of, cut(&document, most << doubled)))?;
        let differs = shorter.figures.iter().find(|(key, value)| document.figures.get(*key) != Some(*value));
        assert!(differs.is_none(), "{name}: a part of it says {differs:?}");
        Some(shorter)
    }

    fn of<'a>(source: &'a Source, name: &str, as_of: NaiveDate, events: Vec<Event>) -> Option<Document<'a>> {
        let reading = read(source, &events, as_of).ok()?;
        let places: BTreeSet<&str> = reading.observations.iter().map(|o| o.locator.as_str()).collect();
        let mut cells: Vec<_> =
            places_of(&events).filter(|(place, _)| places.contains(place.as_str())).map(|(_, at)| at).collect();
        if !reading.lines.is_empty() {
            cells = amounts_of(&events);
        }
        let (figures, issues) = (figures(&reading), said(&reading.issues, Severity::Info));
        Some(Document { source, name: name.to_string(), as_of, events, reading, figures, issues, cells })
    }

    /// Whether it says any number.
    pub fn has_figures(&self) -> bool {
        !self.reading.observations.is_empty() || !self.reading.lines.customs.is_empty()
    }

    /// What is wrong with what comes out of the spoilt events, if anything; else what came of them.
    pub fn judge(&self, spoilt: &[Event], means: Means) -> Result<&'static str, String> {
        let Ok(reading) = read(self.source, spoilt, self.as_of) else { return Ok("refused") };
        let now = figures(&reading);
        let told = |least| said(&reading.issues, least).difference(&self.issues).next().is_some();
        let differs = now.iter().find(|(key, value)| value.is_some() && self.figures.get(*key) != Some(*value));
        // what the store keeps out cannot be wrong in it
        let door = (now != self.figures).then(|| at_the_door(&self.reading, &reading, self.as_of)).flatten();
        match differs {
            _ if door == Some("kept out") => Ok("kept out"),
            Some((key, value)) if told(Severity::Warning) => match self.left_unsaid(&reading, &now, means) {
                0 => Ok("said"),
                wrong => Err(format!("{}: {wrong} wrong figures of which nothing speaks, such as {key:?} {value:?}", self.name)),
            },
            _ if told(Severity::Warning) => Ok("said"),
            None if now.len() == self.figures.len() && means != Means::Another => Ok("same"),
            None if now == self.figures => Err(format!("{}: nothing became of it", self.name)),
            // a document that is one among several may have less than another
            None if self.source.mapping.reads.iter().all(|read| read.parts) => Ok("a part"),
            None if told(Severity::Info) => Ok("said of what is missing"),
            Some(_) if means == Means::Another && self.follows(&now) => Ok("followed"),
            _ if door.is_some() => Ok(door.unwrap_or_default()),
            Some(((series, period), value)) => {
                let was = self.figures.get(&(series.clone(), period.clone()));
                Err(format!("{}: {series} {period} is {value:?}, was {was:?}, and nothing is said", self.name))
            }
            None => {
                let lost: Vec<_> = self.figures.keys().filter(|key| !now.contains_key(*key)).take(9).collect();
                Err(format!("{}: {} of {} figures, and nothing is said: {lost:?}", self.name, now.len(), self.figures.len()))
            }
        }
    }

    /// How many figures are other ones although no guard of the whole reading failed, and no issue names their cell or series.
    fn left_unsaid(&self, reading: &Reading, now: &Figures, means: Means) -> usize {
        let before: BTreeSet<&Issue> = self.reading.issues.iter().collect();
        let new: Vec<&Issue> = reading.issues.iter().filter(|issue| !before.contains(issue)).collect();
        if new.iter().any(|issue| issue.severity == Severity::Error) || means == Means::Another && self.follows(now) {
            return 0;
        }
        let wrong = |o: &&Observation| {
            let key = (o.series.to_string(), o.period.to_string());
            o.value.is_some() && self.figures.get(&key) != now.get(&key)
        };
        let named =
            |o: &Observation| new.iter().any(|issue| issue.locator == o.locator || issue.seen.contains(o.series.as_str()));
        reading.observations.iter().filter(wrong).filter(|o| !named(o)).count()
    }

    /// Whether every figure that differs is the same number, but of another period, in another unit, or with another sign.
    fn follows(&self, now: &Figures) -> bool {
        let number = |text: &str| text.split(' ').next().unwrap_or_default().trim_start_matches('-').to_string();
        let differing = now.iter().filter(|(key, value)| self.figures.get(*key) != Some(*value));
        differing.clone().all(|(key, value)| {
            let Some(value) = value else { return true };
            let was = self.figures.get(key).cloned().flatten();
            let known = || self.figures.iter().filter(|((series, _), _)| *series == key.0).filter_map(|(_, old)| old.as_deref());
            match was {
                Some(was) => number(&was) == number(value),
                None => known().any(|old| number(old) == number(value)),
            }
        })
    }
}

/// What becomes of the spoilt reading when it comes to the door the day after the good one: kept out, stored as incomplete, or
/// stored with figures that were withdrawn and documents that reach less far.
fn at_the_door(good: &Reading, spoilt: &Reading, day: NaiveDate) -> Option<&'static str> {
    let place = tempfile::tempdir().unwrap();
    let mut store = Store::open(&place.path().join("sverka.db")).unwrap();
    support::save(&mut store, "a-source", "good", day, good);
    let before = store.issues(None).unwrap();
    let saved = match support::admit(&mut store, "a-source", "spoilt", day + Days::new(1), spoilt) {
        Admitted::Held { .. } => return Some("kept out"),
        Admitted::In { incomplete: true, .. } => return Some("incomplete"),
        Admitted::In { saved, .. } => saved,
    };
    let new = store.issues(None).unwrap().into_iter().filter(|issue| !before.contains(issue)).count();
    (saved.withdrawn > 0 || new > spoilt.issues.len()).then_some("said by the store")
}

/// Every cell's place in words, with its event and its position in the row.
pub fn places_of(events: &[Event]) -> impl Iterator<Item = (String, (usize, usize))> {
    let mut table = Table::default();
    events.iter().enumerate().flat_map(move |(number, event)| match event {
        Event::Table(begun) => {
            table = begun.clone();
            Vec::new()
        }
        Event::Row(row) => {
            let place = |(at, cell): (usize, &Cell)| (parse::locator(&table, row.number, cell.column), (number, at));
            row.cells.iter().enumerate().map(place).collect()
        }
        Event::Paragraph { .. } => Vec::new(),
    })
}

/// Cells of line-level data that are amounts: numbers below the first row, three in a row at most.
fn amounts_of(events: &[Event]) -> Vec<(usize, usize)> {
    let of_row = |(number, event): (usize, &Event)| {
        let Event::Row(row) = event else { return Vec::new() };
        let amount = |cell: &Cell| cell.column > 4 && cell.text.parse::<Decimal>().is_ok();
        row.cells.iter().enumerate().filter(|(_, cell)| amount(cell)).map(|(at, _)| (number, at)).collect()
    };
    events.iter().enumerate().flat_map(of_row).collect()
}

pub fn rows(events: &mut [Event]) -> impl Iterator<Item = &mut Row> {
    events.iter_mut().filter_map(|event| if let Event::Row(row) = event { Some(row) } else { None })
}

pub fn row(event: &mut Event) -> &mut Row {
    if let Event::Row(row) = event { row } else { panic!("a figure stands in a row") }
}
