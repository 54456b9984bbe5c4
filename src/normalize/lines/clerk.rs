//! Lines of a document that comes in bulk: a cell that was met before is looked up and not read again. What is strange about a row is
//! left to who reads rows one by one, so that both mean the same by a line.

mod cells;

use super::head::{Head, Search};
use super::record::{self, Pool};
use super::tally::{Tally, Verdict};
use super::{MOST_REFUSED, is_blank, raw, refused_issue};
use crate::model::{Batch, Drift, Issue, Lines, Reading, RefusedLine, Roll, TypedLine, Weight};
use crate::normalize::NormalizeError;
use crate::normalize::desk::Desk;
use crate::normalize::spec::Mapping;
use crate::parse::sheaf::{BadSheaf, Book, Held, Sheaf};
use crate::parse::{Table, locator};
use cells::{Columns, Slot, columns};
use chrono::NaiveDate;

/// Lines that go to the store at once.
pub const BATCH: usize = 100_000;

/// Takes batches of lines: the names so far, and the batch. `false`: enough.
pub type Taker<'t> = &'t mut dyn FnMut(&Roll, &Batch) -> bool;

/// Reads a document's rows in bulk.
#[derive(Debug)]
pub struct Clerk<'a> {
    search: Search<'a>,
    as_of: NaiveDate,
    desk: Desk<'a>,
    book: Book,
    pool: Pool,
    roll: Roll,
    tally: Tally<'a>,
    table: Table,
    state: State<'a>,
    last_row: u32,
    batch: Batch,
    /// What rows that are read one by one leave.
    lines: Lines,
    first_refused: Option<RefusedLine>,
    refused: usize,
    cut: bool,
}

#[derive(Debug)]
enum State<'a> {
    Seeking,
    Reading(Head<'a>, Columns),
    Done,
}

impl<'a> Clerk<'a> {
    /// At the beginning of a document of this date.
    pub fn new(mapping: &'a Mapping, as_of: NaiveDate) -> Clerk<'a> {
        Clerk {
            search: Search::new(&mapping.lines),
            as_of,
            desk: Desk::new(mapping),
            book: Book::default(),
            pool: Pool::default(),
            roll: Roll::default(),
            tally: Tally::default(),
            table: Table::default(),
            state: State::Done,
            last_row: 0,
            // never moved while it grows
            batch: Batch { lines: Vec::with_capacity(BATCH), ..Batch::default() },
            lines: Lines::default(),
            first_refused: None,
            refused: 0,
            cut: false,
        }
    }

    /// Data lines so far.
    pub fn line(&self) -> u32 {
        self.batch.upto
    }

    /// Takes the next rows. Whether more are wanted.
    ///
    /// # Errors
    /// Rows that are none.
    pub fn take(&mut self, sheaf: Sheaf, to: Taker<'_>) -> Result<bool, BadSheaf> {
        let Sheaf { table, texts, rows, cut } = sheaf;
        if let Some(table) = table {
            self.state = if table.hidden { State::Done } else { State::Seeking };
            (self.last_row, self.table) = (0, table);
            self.search.begin();
        }
        self.cut |= cut;
        self.book.take(texts)?;
        let mut cells = Vec::new();
        let mut walk = rows.rows(&self.book, self.last_row);
        while let Some(number) = walk.next_into(&mut cells)? {
            self.row(number, &cells);
            if self.refused > MOST_REFUSED || (self.batch.lines.len() + self.batch.refused.len() >= BATCH && !self.hand(to)) {
                return Ok(false);
            }
        }
        self.last_row = walk.last();
        Ok(true)
    }

    fn hand(&mut self, to: Taker<'_>) -> bool {
        let more = to(&self.roll, &self.batch);
        self.batch.lines.clear();
        self.batch.refused.clear();
        more
    }

    fn row(&mut self, number: u32, cells: &[(u32, Held<'_>)]) {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => {}
            State::Seeking => self.seek(number, cells),
            State::Reading(head, mut columns) => {
                self.keep((&head, &mut columns), number, cells);
                self.state = State::Reading(head, columns);
            }
        }
    }

    /// Whether the row is a header.
    fn seek(&mut self, number: u32, cells: &[(u32, Held<'_>)]) {
        let row = self.book.row(number, cells);
        self.state = match self.search.row(&row, &self.table, &mut self.desk) {
            Some(head) => {
                self.tally.begin(head.read.sums.as_ref());
                let columns = columns(&head);
                State::Reading(head, columns)
            }
            None if self.search.is_over() => State::Done,
            None => State::Seeking,
        };
    }

    fn keep(&mut self, (head, columns): (&Head<'a>, &mut Columns), number: u32, cells: &[(u32, Held<'_>)]) {
        let ours = self.is_ours(head, columns, cells);
        if ours && let Some(line) = self.fast((head, &mut columns.fields), cells) {
            self.batch.upto = self.batch.upto.saturating_add(1);
            let line = TypedLine { line: self.batch.upto, ..line };
            return self.add(line, number, cells);
        }
        let row = self.book.row(number, cells);
        if head.stands_in(&row) || is_blank(&row) {
            return;
        }
        self.batch.upto = self.batch.upto.saturating_add(1);
        if !ours {
            return;
        }
        let read = record::read(head, &row, self.batch.upto, &mut self.pool, &mut self.lines, &mut self.desk);
        match (read, self.lines.customs.pop()) {
            (Ok(()), Some(line)) => match record::typed(&line, self.as_of, &mut self.roll) {
                Ok(line) => self.add(line, number, cells),
                Err((column, reason)) => self.refuse(number, column, reason, cells),
            },
            // an entry of a dictionary
            (Ok(()), None) => {}
            (Err((column, reason)), _) => self.refuse(number, column, reason, cells),
        }
    }

    fn is_ours(&mut self, head: &Head<'a>, columns: &mut Columns, cells: &[(u32, Held<'_>)]) -> bool {
        columns.filter.iter_mut().all(|column| {
            let cell = cells.iter().find(|(number, _)| *number == column.number);
            cell.is_some_and(|(_, held)| self.slot(head, column, *held) == Slot::Ours(true))
        })
    }

    fn add(&mut self, line: TypedLine, number: u32, cells: &[(u32, Held<'_>)]) {
        match self.tally.line(&line, &self.roll) {
            Verdict::New => self.batch.lines.push(line),
            Verdict::Repeat => {}
            Verdict::Conflict(reason) => self.refuse(number, 0, reason, cells),
        }
    }

    fn refuse(&mut self, number: u32, column: u32, reason: String, cells: &[(u32, Held<'_>)]) {
        self.refused += 1;
        let row = self.book.row(number, cells);
        let locator = locator(&self.table, number, column);
        let line = RefusedLine { line: self.batch.upto, locator, reason, raw: raw(&row) };
        self.first_refused.get_or_insert_with(|| line.clone());
        self.batch.refused.push(line);
    }

    /// All the document said; the last batch goes to `to`.
    ///
    /// # Errors
    /// [`NormalizeError`]: it has no lines, or is laid out otherwise.
    pub fn finish(mut self, to: Taker<'_>) -> Result<Reading, NormalizeError> {
        let first = self.first_refused.take();
        if self.refused > MOST_REFUSED {
            let first = first.map_or(String::new(), |line| format!("{}: {}: {:?}", line.locator, line.reason, line.raw));
            let seen = format!("more than {MOST_REFUSED} of {} rows do not fit; the first: {first}", self.batch.upto);
            return Err(NormalizeError::NothingRead(seen));
        }
        let upto = self.batch.upto;
        if self.tally.is_empty() && self.lines.entries.is_empty() {
            let head = "a head was found, but no row under it could be read";
            let why = match first {
                Some(line) => format!("{head}: {}: {}", line.locator, line.reason),
                None if self.search.any_found() => head.to_string(),
                None => self.search.nearest().unwrap_or("no table has the headings of lines").to_string(),
            };
            return Err(NormalizeError::NothingRead(why));
        }
        self.hand(to);
        let mut reading = Reading { issues: std::mem::take(&mut self.desk.issues), ..Reading::default() };
        reading.issues.extend(first.map(|line| refused_issue(&line, self.refused, upto)));
        if self.cut {
            let place = format!("line {upto}");
            let wanted = "a line of as many fields as the others, and its end";
            reading.issues.push(Issue::warning("cut_short", &place, "the end of the document inside a line", wanted));
            reading.drift.push(Drift::new(Weight::Holds, "cut_short", place, "whole lines", "the last one is cut"));
        }
        reading.lines = self.lines;
        self.tally.close(&self.roll, &mut reading);
        reading.issues.sort();
        reading.issues.dedup();
        reading.drift.extend(reading.issues.iter().filter_map(Drift::of));
        Ok(reading)
    }
}
