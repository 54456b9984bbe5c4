//! Tables × series specs → observations and issues. Format-blind: it sees events of `parse` and the mapping only.

mod account;
mod block;
mod book;
mod cells;
mod correct;
mod desk;
mod emit;
mod figure;
mod header;
pub mod label;
mod lines;
mod neighbours;
mod note;
pub mod number;
pub mod outline;
mod path;
pub mod pattern;
pub mod period;
mod prose;
mod reader;
mod row;
mod section;
pub mod spec;
mod table;
mod text;
mod title;
pub mod unit;
mod watch;

pub use lines::{BATCH, Clerk, GROUPS, Group, Taker};
pub use watch::Sighting;

use crate::model::{Drift, Issue, Reading};
use crate::parse::{Event, Row, Table, locator};
use book::Book;
use chrono::NaiveDate;
use correct::Corrections;
use desk::Desk;
use lines::Keeper;
use prose::Sentences;
use section::Sections;
use spec::Mapping;
use std::collections::BTreeMap;
use std::rc::Rc;
use table::Open;
use text::{Line, folded};
use watch::Watch;

/// So many paragraphs before a table may be its titles.
const PARAGRAPHS_ABOVE: usize = 60;
/// An error names so many sheets of the document.
const SHEETS_SHOWN: usize = 20;

/// A document that the mapping cannot read at all: ends the source's run, nothing is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NormalizeError {
    /// No table for a reading that must have one.
    #[error("reading {reading:?}: no table matches: {nearest}")]
    NoTable {
        /// The reading's name.
        reading: String,
        /// The nearest candidate and what it lacks, or what the document has.
        nearest: String,
    },
    /// No reading of the source found a table or a sentence.
    #[error("no reading of the source found a table: {0}")]
    NothingRead(String),
}

/// Reads one document's events as its mapping says. Feed [`Normalizer::event`], then call [`Normalizer::finish`].
#[derive(Debug)]
pub struct Normalizer<'a> {
    desk: Desk<'a>,
    corrections: Corrections<'a>,
    book: Book,
    open: Option<Open<'a>>,
    sentences: Sentences<'a>,
    keeper: Keeper<'a>,
    outside: Vec<Rc<str>>,
    published: Option<NaiveDate>,
    sheets: Vec<String>,
    named_sheets: bool,
    any_text: bool,
    carried: BTreeMap<usize, Sections>,
    progress: Vec<Progress>,
    watch: Option<Watch>,
}

/// What a reading has found in the document so far.
#[derive(Debug, Default, Clone)]
struct Progress {
    found: bool,
    nearest: (usize, String),
}

impl<'a> Normalizer<'a> {
    /// `as_of` is the document's date, by which corrections are alive or dead.
    pub fn new(mapping: &'a Mapping, as_of: NaiveDate) -> Normalizer<'a> {
        Normalizer {
            desk: Desk::new(mapping),
            corrections: Corrections::new(&mapping.corrections, &mapping.names, as_of),
            book: Book::default(),
            open: None,
            sentences: Sentences::new(mapping),
            keeper: Keeper::new(mapping, as_of),
            outside: Vec::new(),
            published: None,
            sheets: Vec::new(),
            named_sheets: false,
            any_text: false,
            carried: BTreeMap::new(),
            progress: vec![Progress::default(); mapping.reads.len()],
            watch: None,
        }
    }

    /// Writes down what each reading makes of each table, for a person: see [`Normalizer::finish_watched`].
    pub fn watched(mut self) -> Normalizer<'a> {
        self.watch = Some(Watch::default());
        self
    }

    /// Takes the next event.
    pub fn event(&mut self, event: Event) {
        match event {
            Event::Table(table) => self.begin(table),
            Event::Row(row) => self.row(row),
            Event::Paragraph { text, locator } => self.paragraph(&text, &locator),
        }
    }

    /// All the document said.
    ///
    /// # Errors
    /// [`NormalizeError`]; stored data stay as they were.
    pub fn finish(mut self) -> Result<Reading, NormalizeError> {
        self.close_table();
        self.refuse()?;
        let mut issues = self.desk.issues;
        issues.extend(self.corrections.issues());
        issues.extend(self.sentences.issues());
        let kept = self.keeper.close()?;
        issues.extend(kept.issues);
        let layout = self.book.take_layout();
        let (mut observations, mut coverage, odd) = self.book.close();
        observations.extend(kept.observations);
        coverage.extend(kept.coverage);
        issues.extend(odd);
        issues.sort();
        issues.dedup();
        let drift = issues.iter().filter_map(Drift::of).collect();
        Ok(Reading { published: self.published, observations, coverage, lines: kept.lines, issues, layout, drift })
    }

    /// The same as [`Normalizer::finish`], with what each reading made of each table, and with the issues so far if the
    /// document is refused.
    pub fn finish_watched(mut self) -> (Vec<Sighting>, Vec<Issue>, Result<Reading, NormalizeError>) {
        self.close_table();
        let sightings = self.watch.take().unwrap_or_default().sightings;
        let issues = self.desk.issues.clone();
        (sightings, issues, self.finish())
    }

    fn begin(&mut self, table: Table) {
        self.close_table();
        let named = !table.sheet.is_empty();
        self.sheets.push(if named { format!("{:?}", table.sheet) } else { table.number.to_string() });
        self.named_sheets |= named;
        let mut outside = std::mem::take(&mut self.outside);
        outside.extend(table.caption.as_deref().map(|caption| folded(caption).0));
        self.keeper.begin(&table);
        self.open = Some(Open::new(table, outside, &mut self.carried, &mut self.desk));
    }

    fn row(&mut self, row: Row) {
        let Some(open) = &mut self.open else { return };
        if self.keeper.row(&row, &open.table, &mut self.desk) {
            self.any_text = true;
            return;
        }
        for cell in row.cells.iter().filter(|_| !open.table.hidden) {
            let at = || locator(&open.table, row.number, cell.column);
            self.sentences.cell(cell, at, &mut self.book, &mut self.desk);
        }
        let line = Line::read(row, &open.table.sheet, &mut self.corrections);
        self.any_text |= !line.cells.is_empty();
        if self.published.is_none() {
            let texts = line.cells.iter().filter(|cell| cell.raw.is_none() && !cell.copy);
            self.published = texts.map(|cell| stated_date(&cell.folded, self.desk.mapping)).find_map(|date| date);
        }
        open.line(line, &mut self.desk);
    }

    fn paragraph(&mut self, text: &str, locator: &str) {
        let folded = folded(text).0;
        if folded.is_empty() {
            return;
        }
        self.any_text = true;
        if self.published.is_none() {
            self.published = stated_date(&folded, self.desk.mapping);
        }
        if let Some(open) = &mut self.open {
            open.paragraph(text);
        }
        self.sentences.text(text, locator, &mut self.book, &mut self.desk);
        self.outside.push(folded);
        let spare = self.outside.len().saturating_sub(PARAGRAPHS_ABOVE);
        self.outside.drain(..spare);
    }

    fn close_table(&mut self) {
        let Some(open) = self.open.take() else { return };
        let table = self.watch.is_some().then(|| open.table.clone());
        let closed = open.close(&mut self.book, &mut self.desk);
        if let Some((watch, table)) = self.watch.as_mut().zip(table) {
            watch.table(&table, &closed, self.desk.mapping);
        }
        for closed in closed {
            if let Some(progress) = self.progress.get_mut(closed.read) {
                progress.found |= closed.found;
                if closed.nearest.0 > progress.nearest.0 || progress.nearest.1.is_empty() {
                    progress.nearest = closed.nearest;
                }
            }
            self.carried.insert(closed.read, closed.carried);
        }
    }

    /// Why nothing of the document may be stored, if so.
    fn refuse(&self) -> Result<(), NormalizeError> {
        if !self.any_text {
            return Err(NormalizeError::NothingRead("the document is empty: it holds no text".to_string()));
        }
        let reads = || self.desk.mapping.reads.iter().zip(&self.progress);
        if let Some((read, progress)) = reads().find(|(read, progress)| !read.any_tables && !progress.found) {
            return Err(NormalizeError::NoTable { reading: read.name.clone(), nearest: self.nearest(progress) });
        }
        if !(reads().any(|(_, progress)| progress.found) || self.sentences.any_found() || self.keeper.any_found()) {
            let best = self.progress.iter().max_by_key(|progress| progress.nearest.0).cloned().unwrap_or_default();
            return Err(NormalizeError::NothingRead(self.nothing(&best)));
        }
        if self.keeper.any_kept() {
            return Ok(());
        }
        if self.book.is_empty() {
            let issue = self.desk.issues.iter().max_by_key(|issue| issue.severity);
            let told = self.keeper.first_refused().or_else(|| issue.map(Issue::to_string));
            let first = told.map_or(String::new(), |told| format!(": {told}"));
            return Err(NormalizeError::NothingRead(format!("a head was found, but no figure under it could be read{first}")));
        }
        Ok(())
    }

    /// What the document has instead of what the readings want.
    fn nothing(&self, best: &Progress) -> String {
        let sentences = self.sentences.issues().into_iter().map(|issue| issue.to_string());
        let lines = self.keeper.nearest().map(str::to_string);
        let tables = (!self.desk.mapping.reads.is_empty() || sentences.len() == 0).then(|| self.nearest(best));
        lines.into_iter().chain(tables).chain(sentences).collect::<Vec<_>>().join("; ")
    }

    /// The nearest candidate's lack, or what the document has.
    fn nearest(&self, progress: &Progress) -> String {
        match (progress.nearest.1.as_str(), &self.sheets[..]) {
            ("", []) => "the document has no table".to_string(),
            ("", sheets) => {
                let what = if self.named_sheets { "sheets" } else { "tables" };
                let first: Vec<&str> = sheets.iter().take(SHEETS_SHOWN).map(String::as_str).collect();
                let more = if sheets.len() > SHEETS_SHOWN { ", …" } else { "" };
                format!("the document has {what} {}{more}", first.join(", "))
            }
            (nearest, _) => nearest.to_string(),
        }
    }
}

/// The date the document states for itself, if this text does.
fn stated_date(folded: &str, mapping: &Mapping) -> Option<NaiveDate> {
    mapping.published.iter().find_map(|pattern| pattern.matches(folded, &mapping.names)?.date)
}

#[cfg(test)]
mod tests;
