//! What publishers do to tables.

use super::document::{Document, Means, places_of, row, rows};
use std::collections::{BTreeMap, BTreeSet};
use sverka::model::Observation;
use sverka::normalize::spec::NumberStyle;
use sverka::parse::{Cell, Event, Row};

/// So many figures of a series tell one that is not as they are.
const MANY: usize = 6;

/// What happened to the document, and how; `None` where it cannot happen to this one.
pub type Mutation = (&'static str, Means, fn(&Document) -> Option<Vec<Event>>);

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

/// Two columns of figures, with all that stands above them, change places. In a text whose heads do not stand over their columns
/// figures alone would move, and no head could tell.
fn swapped(document: &Document) -> Option<Vec<Event>> {
    if document.source.mapping.reads.iter().any(|read| !read.shapes.is_empty()) {
        return None;
    }
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

/// Whatever stands above the figures of a table or beside them, said otherwise; `None` if that changes nothing.
fn said_otherwise(document: &Document, say: impl Fn(&str) -> String) -> Option<Vec<Event>> {
    let figures: BTreeSet<&(usize, usize)> = document.cells.iter().collect();
    let last = |from: usize| {
        let end = document.events.iter().skip(from + 1).position(|event| matches!(event, Event::Table(_)));
        let end = end.map_or(usize::MAX, |rows| from + 1 + rows);
        document.cells.iter().map(|(event, _)| *event).filter(|event| (from..end).contains(event)).max()
    };
    let mut events = document.events.clone();
    let mut until = 0;
    for (number, event) in events.iter_mut().enumerate() {
        match event {
            Event::Table(table) => {
                until = last(number).unwrap_or(0);
                table.caption = table.caption.as_deref().map(&say);
            }
            Event::Row(row) if number <= until => {
                let read = document.cells.iter().any(|(event, _)| *event == number);
                let words = row.cells.iter().filter(|cell| cell.raw.is_none()).count() + 1 >= row.cells.len();
                let cells =
                    row.cells.iter_mut().enumerate().filter(|(at, _)| (read || words) && !figures.contains(&(number, *at)));
                cells.filter(|(_, cell)| cell.raw.is_none()).for_each(|(_, cell)| cell.text = say(&cell.text));
            }
            Event::Paragraph { text, .. } => *text = say(text),
            Event::Row(_) => (),
        }
    }
    (events != document.events).then_some(events)
}

/// Where a series of the document has many figures with the same decimals, the cell of one of the first, which follow each other.
fn one_of_many(document: &Document, fits: impl Fn(&Observation) -> bool) -> Option<(usize, usize)> {
    let mut series: BTreeMap<(&str, &str), Vec<&Observation>> = BTreeMap::new();
    for figure in document.reading.observations.iter().filter(|figure| figure.value.is_some()) {
        series.entry((figure.series.as_str(), &figure.table)).or_default().push(figure);
    }
    let scale = |figure: &Observation| figure.value.map_or(0, |value| value.scale());
    let mut many = series.values().filter(|same| same.len() >= MANY && same.iter().all(|one| scale(one) == scale(same[0])));
    let one = many.find_map(|same| same.iter().take(3).copied().filter(|one| fits(one)).max_by_key(|one| one.value))?;
    places_of(&document.events).find(|(place, _)| *place == one.locator).map(|(_, at)| at)
}

/// One figure among many of its series, typed otherwise.
fn one_spoilt(document: &Document, fits: impl Fn(&Observation) -> bool, spoil: impl Fn(&str) -> String) -> Option<Vec<Event>> {
    let (event, at) = one_of_many(document, fits)?;
    let mut events = document.events.clone();
    let cell = &mut row(&mut events[event]).cells[at];
    (cell.text, cell.raw) = (spoil(&cell.text), None);
    Some(events)
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect()
}

/// Every whole part of more than three digits, its thousands parted by this sign.
fn parted(document: &Document, sign: &str) -> Vec<Event> {
    figures_spoilt(document, |cell| {
        let english = document.source.mapping.number == NumberStyle::En;
        let text = if english { plain(&cell.text) } else { cell.text.split_whitespace().collect() };
        let whole = text.bytes().take_while(u8::is_ascii_digit).count();
        if whole > 3 {
            let first = (whole - 1) % 3 + 1;
            let groups: Vec<&str> =
                [&text[..first]].into_iter().chain((first..whole).step_by(3).map(|at| &text[at..at + 3])).collect();
            cell.text = groups.join(sign) + &text[whole..];
            cell.raw = None;
        }
    })
}

pub const MUTATIONS: &[Mutation] = &[
    ("a column before the first", Means::TheSame, |document| Some(moved(document, 0, 1))),
    ("an empty column between the figures", Means::TheSame, |document| Some(moved(document, middle(document), 1))),
    ("two columns change places", Means::TheSame, swapped),
    ("the head stands a column further right", Means::Doubtful, head_shifted),
    ("rows begin lower", Means::TheSame, |document| {
        let mut events = document.events.clone();
        rows(&mut events).for_each(|row| row.number += 3);
        Some(events)
    }),
    ("a row of figures twice, once with others", Means::Doubtful, |document| {
        if !document.reading.lines.is_empty() {
            return None; // two lines of a dump may be alike
        }
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
    ("words are renamed", Means::Doubtful, |document| {
        Some(words_spoilt(document, |at, text| if at == 0 { format!("{text} прочее xyz") } else { text.to_string() }))
    }),
    ("heads are renamed", Means::Doubtful, |document| {
        Some(words_spoilt(document, |at, text| if at == 1 { format!("{text} прочее xyz") } else { text.to_string() }))
    }),
    ("a head is gone", Means::Doubtful, |document| {
        let (first, column) = (document.cells.first()?.0, middle(document));
        let mut events = document.events.clone();
        rows(&mut events[..first]).for_each(|row| row.cells.retain(|cell| cell.column != column));
        Some(events)
    }),
    ("a head is its neighbour's", Means::Doubtful, |document| {
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
    ("another unit", Means::Another, |document| said_otherwise(document, other_unit)),
    ("percent of something else", Means::Another, |document| {
        let percent = document.reading.observations.iter().any(|figure| figure.unit == "percent");
        let tonnes = |text: &str| text.replace('%', "тоннах").replace("роцентах", "асах").replace("процент", "тонна");
        percent.then(|| said_otherwise(document, tonnes)).flatten()
    }),
    ("sheets are renamed", Means::TheSame, |document| {
        let mut events = document.events.clone();
        for event in &mut events {
            if let Event::Table(table) = event {
                table.sheet = format!("Лист {}", table.number);
            }
        }
        Some(events)
    }),
    ("months are dates", Means::TheSame, |document| {
        let months = ["январь", "февраль", "март", "апрель", "май", "июнь"];
        let date = move |text: &str| {
            let lower = text.to_lowercase();
            let month = (1..).zip(months).find(|(_, month)| lower.starts_with(month));
            month.map_or(text.to_string(), |(number, _)| format!("01.{number:02}.2019"))
        };
        Some(words_spoilt(document, move |_, text| date(text)))
    }),
    ("commas are points and points commas", Means::TheSame, |document| {
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
    ("raised marks on figures", Means::TheSame, |document| Some(figures_spoilt(document, |cell| cell.text.push_str("¹⁾")))),
    ("marks glued to figures", Means::Doubtful, |document| {
        Some(figures_spoilt(document, |cell| {
            cell.text.push_str("1)");
            cell.raw = None;
        }))
    }),
    ("a digit glued to one figure", Means::Doubtful, |document| {
        let fits = |one: &Observation| one.value.is_some_and(|value| value.scale() > 0 || value >= 1000.into());
        one_spoilt(document, fits, |text| format!("{text}3"))
    }),
    ("a mark of two digits glued to one figure", Means::Doubtful, |document| {
        let fits = |one: &Observation| one.value.is_some_and(|value| value.scale() > 0 || value >= 1000.into());
        one_spoilt(document, fits, |text| format!("{text}12"))
    }),
    ("a comma between the thousands of one figure", Means::Doubtful, |document| {
        let fits = |one: &Observation| {
            one.value.is_some_and(|value| value.scale() == 0 && (1000.into()..1_000_000.into()).contains(&value))
        };
        one_spoilt(document, fits, |text| {
            let text = plain(text);
            format!("{},{}", &text[..text.len() - 3], &text[text.len() - 3..])
        })
    }),
    ("a blank between thousands", Means::TheSame, |document| Some(parted(document, "\u{202f}"))),
    ("a comma between thousands", Means::TheSame, |document| Some(parted(document, ","))),
    ("a point between thousands", Means::TheSame, |document| Some(parted(document, "."))),
    ("an apostrophe between thousands", Means::TheSame, |document| Some(parted(document, "’"))),
    ("letters in figures", Means::Doubtful, |document| {
        Some(figures_spoilt(document, |cell| {
            cell.text = cell.text.replacen('0', "O", 1).replacen('3', "З", 1);
            cell.raw = None;
        }))
    }),
    ("a table on its side", Means::TheSame, |document| Some(transposed(document))),
    ("two tables in one", Means::Doubtful, |document| document.reading.lines.is_empty().then(|| doubled(document))),
    ("half of the rows", Means::Doubtful, |document| {
        let (middle, _) = document.cells[document.cells.len() / 2];
        Some(document.events[..middle].to_vec())
    }),
];
