//! Real documents spoilt in the ways publishers spoil them: the figures stay what they were, or the document is refused or kept
//! out, or something is said. A figure that is stored and differs without a word is the one thing that must not come out.

use super::support;
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;
use sverka::check;
use sverka::config::{Config, Source};
use sverka::model::{Issue, Reading, Severity};
use sverka::normalize::Normalizer;
use sverka::parse::{self, Cell, Event, Options, Row, Table};
use sverka::store::{Admitted, Store};

/// Documents with more cells than this are left out: their sources have smaller ones, or others of the same layout do.
const LARGE: usize = 12_000;

/// A figure's series and period, and what is printed there (nothing: withheld or blank).
type Figures = BTreeMap<(String, String), Option<String>>;

/// One document of a source, as its parser tells it, and what its mapping makes of it.
struct Document<'a> {
    source: &'a Source,
    name: String,
    as_of: NaiveDate,
    events: Vec<Event>,
    reading: Reading,
    figures: Figures,
    issues: BTreeSet<String>,
    /// Event and place in its row of every cell that became a figure.
    cells: Vec<(usize, usize)>,
}

fn figures(reading: &Reading) -> Figures {
    let of = |o: &sverka::model::Observation| {
        let key = (o.series.to_string(), o.period.to_string());
        (key, o.value.map(|value| format!("{} {}", value.normalize(), o.unit)))
    };
    reading.observations.iter().map(of).collect()
}

/// Issues of a severity of at least this.
fn said(issues: &[Issue], least: Severity) -> BTreeSet<String> {
    issues
        .iter()
        .filter(|issue| issue.severity >= least)
        .map(|issue| format!("{} {} {}", issue.code, issue.seen, issue.wanted))
        .collect()
}

fn read(source: &Source, events: &[Event], as_of: NaiveDate) -> Result<Reading, String> {
    let mut normalizer = Normalizer::new(&source.mapping, as_of);
    events.iter().cloned().for_each(|event| normalizer.event(event));
    let mut reading = normalizer.finish().map_err(|error| error.to_string())?;
    check::check(&source.mapping, &mut reading);
    Ok(reading)
}

impl Document<'_> {
    fn open<'a>(source: &'a Source, name: &str, as_of: NaiveDate, bytes: &[u8]) -> Option<Document<'a>> {
        let options = Options { charset: source.charset.clone() };
        let parsed = |format| {
            let mut events = Vec::new();
            let read = parse::parse(format, &mut Cursor::new(bytes), &options, &mut |event| events.push(event));
            read.is_ok().then_some(events)
        };
        let events = source.formats.iter().find_map(|format| parsed(*format))?;
        if places_of(&events).nth(LARGE).is_some() {
            return None;
        }
        let reading = read(source, &events, as_of).ok()?;
        let places: BTreeSet<&str> = reading.observations.iter().map(|o| o.locator.as_str()).collect();
        let cells = places_of(&events).filter(|(place, _)| places.contains(place.as_str())).map(|(_, at)| at).collect();
        let (figures, issues) = (figures(&reading), said(&reading.issues, Severity::Info));
        Some(Document { source, name: name.to_string(), as_of, events, reading, figures, issues, cells })
    }

    /// What is wrong with what comes out of the spoilt events, if anything.
    fn judge(&self, spoilt: &[Event]) -> Result<&'static str, String> {
        let Ok(reading) = read(self.source, spoilt, self.as_of) else { return Ok("refused") };
        let now = figures(&reading);
        let told = |least| said(&reading.issues, least).difference(&self.issues).next().is_some();
        let differs = now.iter().find(|(key, value)| value.is_some() && self.figures.get(*key) != Some(*value));
        let whole = now.len() == self.figures.len();
        // what the store keeps out cannot be wrong in it
        let door = (differs.is_some() || !whole).then(|| at_the_door(&self.reading, &reading, self.as_of)).flatten();
        match differs {
            _ if door == Some("kept out") => Ok("kept out"),
            _ if told(Severity::Warning) => Ok("said"),
            None if whole => Ok("same"),
            // a document that is one among several may have less than another
            None if self.source.mapping.reads.iter().all(|read| read.parts) => Ok("a part"),
            None if told(Severity::Info) => Ok("said of what is missing"),
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
fn places_of(events: &[Event]) -> impl Iterator<Item = (String, (usize, usize))> {
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

fn rows(events: &mut [Event]) -> impl Iterator<Item = &mut Row> {
    events.iter_mut().filter_map(|event| if let Event::Row(row) = event { Some(row) } else { None })
}

fn row(event: &mut Event) -> &mut Row {
    if let Event::Row(row) = event { row } else { panic!("a figure stands in a row") }
}

/// What happened to the document, and how; `None` where it cannot happen to this one.
type Mutation = (&'static str, fn(&Document) -> Option<Vec<Event>>);

/// Columns from this one on move by so many.
fn moved(document: &Document, from: u32, by: u32) -> Vec<Event> {
    let mut events = document.events.clone();
    for row in rows(&mut events) {
        for cell in row.cells.iter_mut().filter(|cell| cell.column >= from) {
            cell.column += by;
        }
    }
    events
}

/// The column in the middle of the figures.
fn middle(document: &Document) -> u32 {
    let (event, at) = document.cells[document.cells.len() / 2];
    if let Event::Row(row) = &document.events[event] { row.cells[at].column } else { 0 }
}

/// Every cell that became a figure, changed.
fn figures_spoilt(document: &Document, spoil: impl Fn(&mut Cell)) -> Vec<Event> {
    let mut events = document.events.clone();
    for (event, at) in &document.cells {
        spoil(&mut row(&mut events[*event]).cells[*at]);
    }
    events
}

/// Every cell that is no figure, changed.
fn words_spoilt(document: &Document, spoil: impl Fn(usize, &str) -> String) -> Vec<Event> {
    let figures: BTreeSet<&(usize, usize)> = document.cells.iter().collect();
    let mut events = document.events.clone();
    for (number, event) in events.iter_mut().enumerate() {
        let Event::Row(row) = event else { continue };
        for (at, cell) in row.cells.iter_mut().enumerate().filter(|(at, _)| !figures.contains(&(number, *at))) {
            let (was, at) = (std::mem::take(&mut cell.text), at);
            cell.text = spoil(at, &was);
            cell.raw = cell.raw.take().filter(|_| cell.text == was);
        }
    }
    events
}

/// Two columns of figures, with all that stands above them, change places.
fn swapped(document: &Document) -> Option<Vec<Event>> {
    let b = middle(document);
    let a = b.checked_sub(1)?;
    let mut events = document.events.clone();
    for row in rows(&mut events) {
        for cell in &mut row.cells {
            cell.column = if cell.column == a {
                b
            } else if cell.column == b {
                a
            } else {
                cell.column
            };
        }
        row.cells.sort_by_key(|cell| cell.column);
    }
    Some(events)
}

/// The heads of columns stand one column further right than their figures.
fn head_shifted(document: &Document) -> Option<Vec<Event>> {
    let first = document.cells.first()?.0;
    let left = document.cells.iter().filter_map(|(event, at)| match &document.events[*event] {
        Event::Row(row) => Some(row.cells[*at].column),
        _ => None,
    });
    let left = left.min()?;
    let mut events = document.events.clone();
    for row in rows(&mut events[..first]) {
        row.cells.iter_mut().filter(|cell| cell.column >= left).for_each(|cell| cell.column += 1);
    }
    Some(events)
}

/// The table lies on its side.
fn transposed(document: &Document) -> Vec<Event> {
    let mut events = Vec::new();
    let mut turned: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let flush = |turned: &mut BTreeMap<u32, Vec<Cell>>, events: &mut Vec<Event>| {
        events.extend(std::mem::take(turned).into_iter().map(|(column, cells)| Event::Row(Row { number: column + 1, cells })));
    };
    for event in &document.events {
        match event {
            Event::Row(row) => row.cells.iter().for_each(|cell| {
                let at = Cell { column: row.number - 1, copy_of: None, ..cell.clone() };
                turned.entry(cell.column).or_default().push(at);
            }),
            other => {
                flush(&mut turned, &mut events);
                events.push(other.clone());
            }
        }
    }
    flush(&mut turned, &mut events);
    events
}

/// Below each table its rows again, with other figures.
fn doubled(document: &Document) -> Vec<Event> {
    let other = figures_spoilt(document, |cell| {
        cell.text = "7.7".to_string();
        cell.raw = Some("7.7".to_string());
    });
    let mut events = Vec::new();
    let mut below: Vec<Row> = Vec::new();
    let mut last = 0;
    for (was, spoilt) in document.events.iter().zip(other) {
        if !matches!(was, Event::Row(_)) {
            append(&mut events, &mut below, last);
        }
        if let (Event::Row(row), Event::Row(spoilt)) = (was, spoilt) {
            last = row.number;
            below.push(spoilt);
        }
        events.push(was.clone());
    }
    append(&mut events, &mut below, last);
    events
}

fn append(events: &mut Vec<Event>, below: &mut Vec<Row>, last: u32) {
    events.extend(below.drain(..).map(|row| Event::Row(Row { number: last + row.number, ..row })));
}

/// Words for a whole another unit, in which the figures would be others.
const UNITS: [(&str, &str); 6] = [
    ("млн", "тыс."),
    ("Million", "Thousand"),
    ("million", "thousand"),
    ("100 Million", "10 Million"),
    ("Тыс", "Млн"),
    ("тыс", "млн"),
];

fn other_unit(text: &str) -> String {
    let found = UNITS.iter().find(|(from, _)| text.contains(from));
    found.map_or(text.to_string(), |(from, to)| text.replace(from, to))
}

const MUTATIONS: &[Mutation] = &[
    ("a column before the first", |document| Some(moved(document, 0, 1))),
    ("an empty column between the figures", |document| Some(moved(document, middle(document), 1))),
    ("two columns change places", swapped),
    ("the head stands a column further right", head_shifted),
    ("rows begin lower", |document| {
        let mut events = document.events.clone();
        rows(&mut events).for_each(|row| row.number += 3);
        Some(events)
    }),
    ("a row of figures twice, once with others", |document| {
        let mut events = document.events.clone();
        let (event, _) = document.cells[document.cells.len() / 2];
        let mut again = row(&mut events[event]).clone();
        for (_, at) in document.cells.iter().filter(|(number, _)| *number == event) {
            again.cells[*at].text = "7.7".to_string();
            again.cells[*at].raw = None;
        }
        events.insert(event + 1, Event::Row(again));
        Some(events)
    }),
    ("words are renamed", |document| {
        Some(words_spoilt(document, |at, text| if at == 0 { format!("{text} прочее xyz") } else { text.to_string() }))
    }),
    ("heads are renamed", |document| {
        Some(words_spoilt(document, |at, text| if at == 1 { format!("{text} прочее xyz") } else { text.to_string() }))
    }),
    ("a head is gone", |document| {
        let (first, column) = (document.cells.first()?.0, middle(document));
        let mut events = document.events.clone();
        rows(&mut events[..first]).for_each(|row| row.cells.retain(|cell| cell.column != column));
        Some(events)
    }),
    ("a head is its neighbour's", |document| {
        let (first, column) = (document.cells.first()?.0, middle(document));
        let mut events = document.events.clone();
        for row in rows(&mut events[..first]) {
            let left = row.cells.iter().find(|cell| cell.column + 1 == column).map(|cell| cell.text.clone());
            let cell = row.cells.iter_mut().find(|cell| cell.column == column);
            if let (Some(left), Some(cell)) = (left, cell) {
                (cell.text, cell.raw) = (left, None);
            }
        }
        Some(events)
    }),
    ("another unit", |document| {
        let mut events = words_spoilt(document, |_, text| other_unit(text));
        for event in &mut events {
            match event {
                Event::Paragraph { text, .. } => *text = other_unit(text),
                Event::Table(table) => table.caption = table.caption.as_deref().map(other_unit),
                Event::Row(_) => (),
            }
        }
        Some(events)
    }),
    ("sheets are renamed", |document| {
        let mut events = document.events.clone();
        for event in &mut events {
            if let Event::Table(table) = event {
                table.sheet = format!("Лист {}", table.number);
            }
        }
        Some(events)
    }),
    ("months are dates", |document| {
        let months = ["январь", "февраль", "март", "апрель", "май", "июнь"];
        let date = move |text: &str| {
            let lower = text.to_lowercase();
            let month = (1..).zip(months).find(|(_, month)| lower.starts_with(month));
            month.map_or(text.to_string(), |(number, _)| format!("01.{number:02}.2019"))
        };
        Some(words_spoilt(document, move |_, text| date(text)))
    }),
    ("commas are points and points commas", |document| {
        Some(figures_spoilt(document, |cell| {
            let other = |c| {
                if c == ',' {
                    '.'
                } else if c == '.' {
                    ','
                } else {
                    c
                }
            };
            (cell.text, cell.raw) = (cell.text.chars().map(other).collect(), None);
        }))
    }),
    ("raised marks on figures", |document| Some(figures_spoilt(document, |cell| cell.text.push_str("¹⁾")))),
    ("marks glued to figures", |document| {
        Some(figures_spoilt(document, |cell| {
            cell.text.push_str("1)");
            cell.raw = None;
        }))
    }),
    ("letters in figures", |document| {
        Some(figures_spoilt(document, |cell| {
            cell.text = cell.text.replacen('0', "O", 1).replacen('3', "З", 1);
            cell.raw = None;
        }))
    }),
    ("a table on its side", |document| Some(transposed(document))),
    ("two tables in one", |document| Some(doubled(document))),
    ("half of the rows", |document| {
        let (middle, _) = document.cells[document.cells.len() / 2];
        Some(document.events[..middle].to_vec())
    }),
];

/// The smallest document of every source that gives figures.
fn documents<'a>(config: &'a Config, samples: &Path) -> Vec<Document<'a>> {
    let mut lines = csv::ReaderBuilder::new().delimiter(b'\t').from_path(samples.join("MANIFEST.tsv")).unwrap();
    let mut listed: Vec<(String, usize, String, NaiveDate)> = Vec::new();
    for line in lines.records().map(Result::unwrap) {
        if let Ok(as_of) = line[3].parse() {
            listed.push((line[1].to_string(), line[7].parse().unwrap(), line[0].to_string(), as_of));
        }
    }
    listed.sort();
    let opened = |(id, _, name, as_of): &(String, usize, String, NaiveDate)| {
        let bytes = std::fs::read(samples.join(name)).unwrap();
        Document::open(config.source(id)?, name, *as_of, &bytes).filter(|document| !document.cells.is_empty())
    };
    listed.chunk_by(|a, b| a.0 == b.0).filter_map(|same| same.iter().find_map(opened)).collect()
}

/// Every mutation of every document, and those that changed figures without a word.
fn spoil_all<'a>(documents: impl Iterator<Item = &'a Document<'a>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for document in documents {
        for (what, mutation) in MUTATIONS {
            match mutation(document).map(|events| document.judge(&events)) {
                Some(Err(why)) => wrong.push(format!("{what}: {why}")),
                Some(Ok(how)) => println!("{}: {what}: {how}", document.name),
                None => (),
            }
        }
    }
    wrong
}

#[test]
fn no_figure_changes_without_a_word() {
    let Some(samples) = support::samples() else { return };
    let config = Config::builtin().unwrap();
    let documents = &documents(&config, &samples);
    assert!(documents.len() >= 12, "{:?}", documents.iter().map(|document| &document.name).collect::<Vec<_>>());
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| scope.spawn(move || spoil_all(documents.iter().skip(half).step_by(2))));
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} silent:\n{}", wrong.len(), wrong.join("\n"));
}
