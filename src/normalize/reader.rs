//! One reading over one table: seek a head, read the rows under it, seek again where another head begins.

use super::block::Block;
use super::desk::Desk;
use super::figure::{Figure, Row};
use super::header::{self, MAX_DEPTH, SEARCH_ROWS};
use super::note::Notes;
use super::number::{self, CellValue};
use super::pattern::Fields;
use super::row::{Kind, kind, row};
use super::section::Sections;
use super::spec::{Base, Read};
use super::text::{Line, Text, folded};
use super::title::Above;
use super::{account::Refusal, cells};
use crate::model::Issue;
use crate::parse::{Table, locator};
use std::rc::Rc;

/// Labels of so many unknown rows are kept, more than are told: there may be millions of them.
const MOST_KEPT: usize = 2_000;

/// What a row was to one reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Understood: data, a section, a note, or known and not wanted.
    Understood,
    /// Figures under labels nobody knows.
    UnknownRow(String),
    /// A heading nobody knows.
    UnknownHeading(String),
}

/// Where a reading stands in a table.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Seeking,
    Reading,
    Done,
}

/// A reading's progress through one table.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The reading.
    pub read: &'a Read,
    /// The heads found.
    pub blocks: Vec<Block<'a>>,
    /// Rows with figures.
    pub rows: Vec<Row>,
    /// Cells under the heads.
    pub figures: Vec<Figure>,
    /// Notes below the data.
    pub notes: Notes,
    /// What rows were to this reading, by row number.
    pub fates: Vec<(u32, Fate)>,
    /// Further rows with figures under labels nobody knows, of which no label is kept.
    pub further: Vec<u32>,
    /// The nearest candidate, if no head was found.
    pub refusal: Option<Refusal>,
    /// Figures under no heading, by block and column: how many.
    pub stray: std::collections::BTreeMap<(usize, u32), usize>,
    /// Issues of single rows and columns.
    pub issues: Vec<Issue>,
    state: State,
    sections: Sections,
    /// The last heading, known or not.
    under: Option<&'a str>,
    pending: Vec<Rc<Line>>,
    idle: Vec<Rc<Line>>,
    inside: Vec<Rc<str>>,
    heading: Rc<str>,
    /// How many of them were not understood.
    strangers: usize,
}

/// What a reader sees of the table around the rows.
pub struct Place<'t> {
    /// The table.
    pub table: &'t Table,
    /// Its folded sheet name.
    pub sheet: &'t Rc<str>,
    /// Folded caption and paragraphs before it.
    pub outside: &'t [Rc<str>],
}

impl<'a> Reader<'a> {
    /// A reading at the top of a table; `sections` are those carried over from the table before.
    pub fn new(read: &'a Read, sections: Sections) -> Reader<'a> {
        Reader {
            read,
            blocks: Vec::new(),
            rows: Vec::new(),
            figures: Vec::new(),
            notes: Notes::default(),
            fates: Vec::new(),
            further: Vec::new(),
            refusal: None,
            stray: Default::default(),
            issues: Vec::new(),
            state: State::Seeking,
            sections,
            under: None,
            pending: Vec::new(),
            idle: Vec::new(),
            inside: Vec::new(),
            heading: Rc::from(""),
            strangers: 0,
        }
    }

    /// Takes the next row.
    pub fn line(&mut self, line: &Rc<Line>, place: &Place<'_>, desk: &mut Desk<'a>) {
        match self.state {
            State::Seeking => {
                let first = self.pending.first().map_or(line.number, |first| first.number);
                self.pending.push(line.clone());
                if line.number >= first.saturating_add(SEARCH_ROWS + MAX_DEPTH) {
                    self.decide(place, desk);
                }
            }
            State::Reading => self.under_head(line, place, desk),
            State::Done => self.left_over(line),
        }
    }

    /// The table ends: what is still sought must be among the rows kept.
    pub fn end(&mut self, place: &Place<'_>, desk: &mut Desk<'a>) {
        while self.state == State::Seeking && !self.pending.is_empty() {
            self.decide(place, desk);
        }
        if self.blocks.is_empty() && self.refusal.is_none() {
            self.refusal = Some(Refusal::nothing());
        }
    }

    /// A paragraph after the table may be a note of it: it stands below every block.
    pub fn paragraph(&mut self, text: &str) {
        self.notes.take(text, usize::MAX);
    }

    /// The sections that go on into the next table.
    pub fn carried(self) -> Sections {
        if self.read.carry_sections { self.sections } else { Sections::default() }
    }

    fn decide(&mut self, place: &Place<'_>, desk: &mut Desk<'a>) {
        let pending = std::mem::take(&mut self.pending);
        let above = Above { sheet: place.sheet, outside: place.outside, inside: &self.inside };
        match header::find(&pending, self.read, &above, desk) {
            Ok(found) => {
                let texts = pending.iter().take(found.from).flat_map(|line| &line.cells).filter(|cell| !cell.copy);
                let texts: Vec<Rc<str>> = texts.map(|cell| cell.folded.clone()).collect();
                if !texts.is_empty() {
                    self.inside = texts;
                }
                pending.iter().take(found.from).for_each(|line| self.left_over(line));
                self.open(found.block, place);
                for line in pending.iter().skip(found.below) {
                    self.line(line, place, desk);
                }
            }
            // A table cut by pages goes on below what is not its own.
            Err(_) if !self.blocks.is_empty() && self.read.carry_sections && pending.len() > SEARCH_ROWS as usize => {
                let (passed, rest) = pending.split_at(SEARCH_ROWS as usize);
                passed.iter().for_each(|line| self.left_over(line));
                self.pending = rest.to_vec();
            }
            Err(refusal) => {
                self.state = State::Done;
                self.refusal = Some(refusal);
                pending.iter().for_each(|line| self.left_over(line));
            }
        }
    }

    fn open(&mut self, block: Block<'a>, place: &Place<'_>) {
        for column in block.columns.iter().filter(|column| column.refused) {
            let heading = block.headed.get(&column.number).map_or("", |heading| heading);
            let wanted = column.rule.base.map_or("", Base::wanted);
            let at = locator(place.table, block.rows.0, column.number);
            self.issues.push(Issue::warning("header_contradicts_measure", at, format!("{heading:?}"), wanted));
        }
        if !self.read.carry_sections {
            self.sections.clear();
        }
        self.blocks.push(block);
        self.under = None;
        self.idle.clear();
        self.state = State::Reading;
    }

    fn under_head(&mut self, line: &Rc<Line>, place: &Place<'_>, desk: &mut Desk<'a>) {
        let Some(index) = self.blocks.len().checked_sub(1) else { return };
        let Some(block) = self.blocks.get_mut(index) else { return };
        let first = self.rows.last().is_none_or(|row| row.number < block.rows.0);
        if line.cells.is_empty() || block.owns(line) || first && block.is_numbering(line) {
            return;
        }
        if block.is_head_again(line, self.read, desk) {
            self.seek_again(line);
            return;
        }
        match kind(line, block, self.under, self.read, desk) {
            Kind::Excluded => {}
            Kind::Ignored => self.fates.push((line.number, Fate::Understood)),
            Kind::Heading(text) => self.heading(line, &text, index, desk),
            Kind::Unknown(label) => self.fate(line, Fate::UnknownRow(label)),
            Kind::Data(labels) => self.data(line, &labels, index, place, desk),
        }
        self.parent(line, desk);
    }

    /// A row that a rule matches: its figures wait for the notes.
    fn data(&mut self, line: &Rc<Line>, labels: &Fields, index: usize, place: &Place<'_>, desk: &mut Desk<'a>) {
        let Some(block) = self.blocks.get_mut(index) else { return };
        let row = row(line, block, labels, self.sections.fields(), self.read);
        let into = cells::Into { block: index, row: self.rows.len(), figures: &mut self.figures, issues: &mut self.issues };
        if !cells::read(line, block, &row, self.read, place.table, into, desk) {
            self.fate(line, Fate::UnknownRow(self.heading.to_string()));
            return;
        }
        strays(line, block, desk).for_each(|column| *self.stray.entry((index, column)).or_default() += 1);
        self.rows.push(row);
        self.fate(line, Fate::Understood);
    }

    /// A row without figures: a section, a note, or a heading that clears everything.
    fn heading(&mut self, line: &Rc<Line>, text: &str, block: usize, desk: &mut Desk<'a>) {
        let label = line.cells.first().map_or_else(|| folded(text).0, |cell| cell.folded.clone());
        self.idle.push(line.clone());
        self.heading = Rc::from(text);
        if self.sections.heading(&label, self.read, desk) {
            self.fates.push((line.number, Fate::Understood));
        } else if self.notes.take(text, block) {
            self.idle.pop();
            self.fates.push((line.number, Fate::Understood));
        } else {
            self.sections.clear();
            self.fates.push((line.number, Fate::UnknownHeading(text.to_string())));
        }
    }

    fn fate(&mut self, line: &Line, fate: Fate) {
        self.idle.clear();
        // nobody is told more labels than that
        if matches!(fate, Fate::UnknownRow(_)) && self.strangers >= MOST_KEPT {
            self.further.push(line.number);
            return;
        }
        self.strangers += usize::from(fate != Fate::Understood);
        self.fates.push((line.number, fate));
    }

    /// Remembers the row if an `under` of the reading names it.
    fn parent(&mut self, line: &Line, desk: &mut Desk<'a>) {
        for parent in self.read.rows.iter().filter_map(|rule| rule.under.as_ref()) {
            if line.cells.iter().filter(|cell| cell.raw.is_none()).any(|cell| desk.matches(parent, &cell.folded).is_some()) {
                self.under = Some(parent.as_str());
                return;
            }
        }
    }

    /// Another head may begin here, under the texts since the last figures.
    fn seek_again(&mut self, line: &Rc<Line>) {
        self.pending = std::mem::take(&mut self.idle);
        let since = self.pending.first().map_or(line.number, |first| first.number);
        self.fates.retain(|(number, _)| *number < since);
        self.further.retain(|number| *number < since);
        self.pending.push(line.clone());
        self.state = State::Seeking;
    }

    /// A row that the reading cannot place although the table is its own.
    fn left_over(&mut self, line: &Line) {
        let figures = header::numbers(line);
        if !self.blocks.is_empty() && figures > 1 {
            let label = line.cells.first().map_or(String::new(), |cell| cell.shown.to_string());
            self.fates.push((line.number, Fate::UnknownRow(label)));
        }
    }
}

/// Numbers and markers right of the label and up to one column behind the values that stand under no heading; where the format
/// has no numbers, texts that are one.
fn strays<'l>(line: &'l Line, block: &'l Block<'_>, desk: &'l Desk<'_>) -> impl Iterator<Item = u32> + 'l {
    let label = line.cells.first().map_or(0, |cell| cell.column);
    let last = block.columns.last().map_or(0, |column| column.number.saturating_add(1));
    let stray = move |cell: &&Text| {
        let within = cell.column > label && cell.column <= last;
        within && !cell.copy && !block.headed.contains_key(&cell.column) && says_figure(cell, desk)
    };
    line.cells.iter().filter(stray).map(|cell| cell.column)
}

fn says_figure(cell: &Text, desk: &Desk<'_>) -> bool {
    let read = || number::cell(&cell.shown, desk.mapping.number, &desk.mapping.markers);
    cell.raw.is_some() || matches!(read(), CellValue::Number { .. } | CellValue::Status { .. })
}
