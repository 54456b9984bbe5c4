//! What editors do to sentences that hold figures.

use super::document::{Document, Means, places_of};
use super::tables::Mutation;
use std::collections::BTreeMap;
use sverka::parse::Event;

/// Where a sentence with figures stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Paragraph(usize),
    Cell(usize, usize),
}

/// The texts that became figures of prose readings, with the figures as printed.
fn sentences(document: &Document<'_>) -> BTreeMap<Place, Vec<String>> {
    let mut places: BTreeMap<String, Place> =
        places_of(&document.events).map(|(place, (event, at))| (place, Place::Cell(event, at))).collect();
    for (number, event) in document.events.iter().enumerate() {
        if let Event::Paragraph { locator, .. } = event {
            places.insert(locator.clone(), Place::Paragraph(number));
        }
    }
    let mut found: BTreeMap<Place, Vec<String>> = BTreeMap::new();
    for figure in document.reading.observations.iter().filter(|figure| figure.table.ends_with("|prose|")) {
        if let Some(place) = places.get(&figure.locator) {
            found.entry(*place).or_default().push(figure.printed.clone());
        }
    }
    found
}

/// Every sentence with figures, changed: the texts that stand in its place. `None` if that changes none.
fn changed(document: &Document<'_>, change: impl Fn(&str, &[String]) -> Vec<String>) -> Option<Vec<Event>> {
    let sentences = sentences(document);
    let (mut events, mut any) = (Vec::new(), false);
    for (number, event) in document.events.iter().enumerate() {
        match event {
            Event::Paragraph { text, locator } if sentences.contains_key(&Place::Paragraph(number)) => {
                let texts = change(text, &sentences[&Place::Paragraph(number)]);
                any |= texts != [text.as_str()];
                events.extend(texts.into_iter().map(|text| Event::Paragraph { text, locator: locator.clone() }));
            }
            Event::Row(row) => {
                let mut row = row.clone();
                for (at, cell) in row.cells.iter_mut().enumerate() {
                    let Some(figures) = sentences.get(&Place::Cell(number, at)) else { continue };
                    let text = change(&cell.text, figures).join("\n");
                    any |= text != cell.text;
                    cell.text = text;
                }
                events.push(Event::Row(row));
            }
            other => events.push(other.clone()),
        }
    }
    any.then_some(events)
}

/// One text for another.
fn one(text: String) -> Vec<String> {
    vec![text]
}

/// Every figure, written otherwise.
fn figures(document: &Document<'_>, write: impl Fn(&str) -> String) -> Option<Vec<Event>> {
    changed(document, |text, figures| {
        one(figures.iter().fold(text.to_string(), |text, figure| text.replacen(figure, &write(figure), 1)))
    })
}

/// The first of some words that stands there, for its counterpart.
fn words(document: &Document<'_>, pairs: &[(&str, &str)]) -> Option<Vec<Event>> {
    changed(document, |text, _| {
        let found = pairs.iter().find(|(from, _)| text.contains(from));
        one(found.map_or(text.to_string(), |(from, to)| text.replace(from, to)))
    })
}

/// Figures of four digits and more before the decimal sign, grouped by this sign.
fn grouped(document: &Document<'_>, sign: &str) -> Option<Vec<Event>> {
    figures(document, |figure| {
        let plain: String = figure.chars().filter(|c| !c.is_whitespace()).collect();
        let (whole, decimals) = plain.split_at(plain.find([',', '.']).unwrap_or(plain.len()));
        match whole.len().checked_sub(3) {
            Some(at) if at > 0 && whole.bytes().all(|b| b.is_ascii_digit()) => {
                format!("{}{sign}{}{decimals}", &whole[..at], &whole[at..])
            }
            _ => figure.to_string(),
        }
    })
}

pub const MUTATIONS: &[Mutation] = &[
    ("a figure moves to another sentence", Means::Doubtful, |document| {
        changed(document, |text, figures| {
            let gone = figures.iter().fold(text.to_string(), |text, figure| text.replacen(figure, "столько же", 1));
            one(format!("{gone} Прочее составило {}%.", figures.join("%, ")))
        })
    }),
    ("another scale", Means::Another, |document| {
        document.reading.observations.iter().find(|figure| figure.unit != "percent")?;
        words(document, &[("млрд", "млн"), ("млн", "тыс."), ("тыс.", "млн"), ("штук", "тыс. штук"), ("亿", "万")])
    }),
    ("points for percent", Means::Another, |document| {
        words(document, &[("процент", "процентных пункт"), ("%", " п.п."), ("percent", "percentage points")])
    }),
    ("the other way", Means::Another, |document| {
        words(
            document,
            &[
                ("вырос", "снизился"),
                ("увеличил", "сократил"),
                ("снизил", "увеличил"),
                ("сократил", "увеличил"),
                ("рост", "снижение"),
                ("меньше", "больше"),
                ("падение", "повышение"),
                ("增长", "下降"),
            ],
        )
    }),
    ("another month in words", Means::Another, |document| {
        words(document, &[("марте", "мае"), ("июне", "июле"), ("декабр", "ноябр"), ("август", "октябр"), ("1—4月", "1—5月")])
    }),
    ("other years", Means::Another, |document| {
        let later = |text: &str| {
            (2015..2025).rev().fold(text.to_string(), |text, year| text.replace(&year.to_string(), &(year + 1).to_string()))
        };
        changed(document, |text, _| one(later(text)))
    }),
    ("points for commas", Means::TheSame, |document| figures(document, |figure| figure.replace(',', "."))),
    ("a hard blank between groups", Means::TheSame, |document| grouped(document, "\u{a0}")),
    ("a narrow blank between groups", Means::TheSame, |document| grouped(document, "\u{202f}")),
    ("no blank between groups", Means::TheSame, |document| grouped(document, "")),
    ("a comma between groups", Means::TheSame, |document| grouped(document, ",")),
    ("a point between groups", Means::TheSame, |document| grouped(document, ".")),
    ("an apostrophe between groups", Means::TheSame, |document| grouped(document, "'")),
    ("a raised mark on a figure", Means::TheSame, |document| figures(document, |figure| format!("{figure}¹⁾"))),
    ("a mark glued to a figure", Means::Doubtful, |document| figures(document, |figure| format!("{figure}1)"))),
    ("letters in figures", Means::Doubtful, |document| {
        figures(document, |figure| figure.replacen('0', "О", 1).replacen('3', "З", 1))
    }),
    ("a range", Means::Doubtful, |document| figures(document, |figure| format!("{figure}-{figure}"))),
    ("about", Means::TheSame, |document| figures(document, |figure| format!("около {figure}"))),
    ("each sentence is a paragraph", Means::TheSame, |document| {
        changed(document, |text, _| text.split_inclusive(". ").map(str::to_string).collect())
    }),
    ("a paragraph ends before a figure", Means::Doubtful, |document| {
        changed(document, |text, figures| {
            let at = figures.iter().filter_map(|figure| text.find(figure)).min().unwrap_or(0);
            vec![text[..at].to_string(), text[at..].to_string()]
        })
    }),
    ("the sentence again with another figure", Means::Doubtful, |document| {
        changed(document, |text, figures| {
            let other = figures.iter().fold(text.to_string(), |text, figure| text.replacen(figure, "7,7", 1));
            vec![text.to_string(), other]
        })
    }),
    ("the sentence in brackets of another", Means::TheSame, |document| {
        changed(document, |text, _| one(format!("Ранее сообщалось (со ссылкой на ведомство): {text}")))
    }),
    ("lines break within the sentence", Means::TheSame, |document| changed(document, |text, _| one(text.replace(' ', "\r\n ")))),
    ("hard blanks throughout", Means::TheSame, |document| changed(document, |text, _| one(text.replace(' ', "\u{a0}")))),
    ("two blanks for one", Means::TheSame, |document| changed(document, |text, _| one(text.replace(' ', "  ")))),
    ("capitals throughout", Means::TheSame, |document| changed(document, |text, _| one(text.to_uppercase()))),
    ("digits as wide as characters", Means::TheSame, |document| {
        let wide = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(0xFF10 + digit)).unwrap_or(c);
        figures(document, |figure| figure.chars().map(wide).collect())
    }),
    ("dots for a figure", Means::Doubtful, |document| figures(document, |_| "…".to_string())),
];
