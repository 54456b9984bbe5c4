//! A document → a block of `sources.toml` that a person goes on with: the layouts that are recognised are proposed as readings, and
//! a proposal is tried on the document before it is made. What is in doubt is left as a comment, with the reason.
//!
//! Pure: it sees the events of a document and what is known about it, and gives text.

mod across;
mod body;
mod down;
mod draft;
mod head;
mod items;
mod layout;
mod notes;
mod prove;
mod sections;
mod sheet;
mod when;
mod words;
mod write;

use crate::config::Publisher;
use crate::model::Status;
use crate::normalize::spec::NumberStyle;
use crate::parse::{Event, Format};
use draft::{Distinct, Draft};
use head::Head;
use sheet::Sheet;
use std::collections::BTreeMap;
use when::When;

/// So many cells of a document are looked at; the tables behind them are only counted.
const MOST_CELLS: usize = 1_000_000;
/// So many tables of a document are looked at; a person confirms no more.
const MOST_TABLES: usize = 500;
/// So often all readings are tried together, each time without those that something spoke against.
const ROUNDS: usize = 8;
/// So many paragraphs are kept before and after a table.
const MOST_PARAGRAPHS: usize = 60;

/// What is known of a document beside what it says.
#[derive(Debug, Clone)]
pub struct About {
    /// How comments name it.
    pub document: String,
    /// The id of the source that is proposed.
    pub id: String,
    /// The id of its publisher.
    pub publisher: String,
    /// The publisher is in the configuration already.
    pub publisher_known: bool,
    /// What is known of the publisher otherwise.
    pub publisher_is: Option<Publisher>,
    /// Its format.
    pub format: Format,
    /// The member of the container that is the document.
    pub member: Option<String>,
    /// Its charset, where it states none and is not UTF-8.
    pub charset: Option<String>,
    /// Where the parser stopped, if it could not read on.
    pub broken: Option<String>,
}

/// What is proposed.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The block, as it can stand in `sources.toml`.
    pub text: String,
    /// What its readings give of this document: name, series, figures.
    pub readings: Vec<Given>,
    /// Tables that no reading is proposed for.
    pub left: Vec<Left>,
}

/// What a proposed reading gives of the document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// How many series.
    pub series: usize,
    /// How many figures.
    pub figures: usize,
}

/// A table without a reading.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Left {
    /// The table, in words.
    pub table: String,
    /// Why nothing is proposed.
    pub why: String,
}

/// A text as an id for a configuration, or another one where nothing of it can stand in one.
pub fn id(text: &str, other: &str) -> String {
    words::slug_or(text, other)
}

/// A document while its events come in.
#[derive(Debug, Default)]
pub struct Study {
    events: Vec<Event>,
    cells: usize,
    paragraphs: usize,
    tables: usize,
    /// Tables that came when it was full, and the one that was cut.
    beyond: usize,
}

impl Study {
    /// Takes the next event.
    pub fn event(&mut self, event: Event) {
        match &event {
            Event::Table(_) if self.is_full() => {
                self.beyond += 1;
                return;
            }
            Event::Table(_) => {
                self.paragraphs = 0;
                self.tables += 1;
            }
            Event::Row(row) => {
                self.cells += row.cells.len();
                if self.cells > MOST_CELLS || self.beyond > 0 {
                    self.drop_table();
                    return;
                }
            }
            // those nearest to the next table are its titles: the first are dropped
            Event::Paragraph { .. } => self.paragraphs += 1,
        }
        self.events.push(event);
        if self.paragraphs > 2 * MOST_PARAGRAPHS {
            self.events.remove(self.events.len() - 1 - MOST_PARAGRAPHS);
            self.paragraphs -= 1;
        }
    }

    fn is_full(&self) -> bool {
        self.cells > MOST_CELLS || self.tables >= MOST_TABLES
    }

    /// A table that is cut cannot be proposed: its rows go.
    fn drop_table(&mut self) {
        if self.beyond == 0 {
            let at = self.events.iter().rposition(|event| matches!(event, Event::Table(_))).unwrap_or(self.events.len());
            self.events.truncate(at);
            self.beyond = 1;
        }
    }

    /// The block.
    pub fn propose(&self, about: &About) -> Proposal {
        let (style, markers) = (sheet::style(self.texts()), sheet::markers(self.texts()));
        let sheets = self.sheets(style.unwrap_or_default(), &markers);
        let (mut drafts, mut left) = (Vec::new(), Vec::new());
        for sheet in &sheets {
            match layout::draft(sheet) {
                Ok(draft) => drafts.push(draft),
                Err(why) => left.push(Left { table: sheet.name(), why }),
            }
        }
        if self.beyond > 0 {
            let table = format!("{} more tables", self.beyond);
            left.push(Left { table, why: format!("more than {MOST_TABLES} tables or {MOST_CELLS} cells are not looked at") });
        }
        if style.is_none() {
            let why = "its commas may stand for thousands or for decimals: `number` says which";
            drafts.iter_mut().for_each(|draft| draft.doubts.push(why.to_string()));
        }
        name(&mut drafts, sheets.len());
        let page = write::Page { about, number: style.unwrap_or_default(), markers, words: write::dictionary(&drafts) };
        self.prove(&page, &sheets, &mut drafts);
        let text = page.text(&drafts, &left);
        let proposed = drafts.iter().filter(|draft| draft.doubts.is_empty());
        let given =
            |draft: &Draft| Given { name: draft.name.clone(), series: draft.guards.series, figures: draft.guards.figures };
        let readings = proposed.map(given).collect();
        let doubtful = drafts.iter().filter(|draft| !draft.doubts.is_empty());
        left.extend(doubtful.map(|draft| Left { table: draft.table.clone(), why: draft.doubts.join("; ") }));
        Proposal { text, readings, left }
    }

    /// The texts of all cells that are no numbers of the format.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let cells = self.events.iter().filter_map(|event| match event {
            Event::Row(row) => Some(&row.cells),
            Event::Table(_) | Event::Paragraph { .. } => None,
        });
        cells.flatten().filter(|cell| cell.raw.is_none()).map(|cell| cell.text.as_str())
    }

    /// Each draft is tried on its table, then all of them on the whole document, until nothing is left to say against them.
    fn prove(&self, page: &write::Page<'_>, sheets: &[Sheet<'_>], drafts: &mut [Draft]) {
        for draft in drafts.iter_mut().filter(|draft| draft.doubts.is_empty()) {
            let Some(sheet) = sheets.iter().find(|sheet| sheet.table.number == draft.number) else { continue };
            match prove::alone(page, draft, &sheet.events) {
                Ok(guards) => draft.guards = guards,
                Err(why) => draft.doubts.push(why),
            }
        }
        for _ in 0..ROUNDS {
            if prove::together(page, drafts, &self.events) {
                return;
            }
        }
        drafts
            .iter_mut()
            .filter(|draft| draft.doubts.is_empty())
            .for_each(|draft| draft.doubts.push("read together with the others it gives issues".into()));
    }

    /// The tables, each with the paragraphs around it.
    fn sheets(&self, style: NumberStyle, markers: &BTreeMap<String, Status>) -> Vec<Sheet<'_>> {
        let starts = self.events.iter().enumerate().filter(|(_, event)| matches!(event, Event::Table(_))).map(|(at, _)| at);
        let starts: Vec<usize> = starts.collect();
        let is_row = |event: &&Event| matches!(event, Event::Row(_));
        let around = |(index, start): (usize, &usize)| {
            let next = starts.get(index + 1).copied().unwrap_or(self.events.len());
            let before = self.events.get(..*start)?.iter().rev().take(MOST_PARAGRAPHS);
            let before = before.take_while(|event| matches!(event, Event::Paragraph { .. })).count();
            let rows = self.events.get(start + 1..next)?.iter().take_while(is_row).count();
            let end = next.min(start + 1 + rows + MOST_PARAGRAPHS);
            Sheet::new(self.events.get(start - before..end)?.iter().collect(), style, markers)
        };
        starts.iter().enumerate().filter_map(around).collect()
    }
}

/// Gives each draft a name of its own, and what tells its table from the others.
fn name(drafts: &mut [Draft], tables: usize) {
    let mut names = Distinct::default();
    for draft in drafts {
        draft.name = names.of(&draft.name);
        if draft.sheet.is_none() && tables > 1 {
            draft.index = Some(draft.number);
        }
    }
}

/// First and last row of a head.
fn rows_of(sheet: &Sheet<'_>, head: &Head) -> (u32, u32) {
    let number = |index: usize| sheet.lines.get(index).map_or(0, |line| line.number);
    (number(head.from), number(head.below.saturating_sub(1)))
}

/// The patterns that read some periods, each once; runs after months, because a single January is both.
fn ways(periods: &[When]) -> Vec<&'static str> {
    let mut ways: Vec<&'static str> = Vec::new();
    for when in periods {
        if !ways.contains(&when.written) {
            ways.push(when.written);
        }
    }
    ways.sort_by_key(|way| way.contains("{ytd}"));
    ways
}

#[cfg(test)]
mod tests;
