//! Rows that are kept as they are: customs dumps and their dictionaries, columns by heading.

mod clerk;
mod groups;
mod head;
mod mixer;
mod record;
mod repeats;
mod sums;
mod tally;

pub use clerk::{BATCH, Clerk, Taker};
pub use groups::{GROUPS, Group};

use super::NormalizeError;
use super::desk::Desk;
use super::label::fold;
use super::spec::Mapping;
use crate::model::{Issue, Lines, Reading, RefusedLine, Roll, Severity};
use crate::parse::{Row, Table, locator};
use chrono::NaiveDate;
use head::{Head, Search};
use record::Pool;
use std::sync::Arc;
use tally::{Tally, Verdict};

/// The header stands within the first rows of a table: above it there are a title or junk at most.
const HEADER_ROWS: u32 = 20;
/// Characters that are kept of a row that does not fit: more than a whole row has.
const RAW_KEPT: usize = 2_000;
/// Rows that do not fit, after which the document is laid out otherwise and is refused as a whole.
const MOST_REFUSED: usize = 100_000;

/// The column a row fails in, and what was seen and wanted.
type Misfit = (u32, String);

/// The line readings of a source while a document comes in.
#[derive(Debug)]
pub struct Keeper<'a> {
    search: Search<'a>,
    state: State<'a>,
    pool: Pool,
    line: u32,
    refused_rows: usize,
    lines: Lines,
    as_of: NaiveDate,
    roll: Roll,
    tally: Tally<'a>,
}

/// Where the table stands that comes in.
#[derive(Debug)]
enum State<'a> {
    /// No header yet.
    Seeking,
    /// Rows under a header.
    Reading(Head<'a>),
    /// A table of somebody else.
    Done,
}

impl<'a> Keeper<'a> {
    /// The line readings of a mapping.
    pub fn new(mapping: &'a Mapping, as_of: NaiveDate) -> Keeper<'a> {
        Keeper {
            search: Search::new(&mapping.lines),
            state: State::Done,
            pool: Pool::default(),
            line: 0,
            refused_rows: 0,
            lines: Lines::default(),
            as_of,
            roll: Roll::default(),
            tally: Tally::default(),
        }
    }

    /// A table begins; a hidden one is nobody's.
    pub fn begin(&mut self, table: &Table) {
        self.search.begin();
        self.state = if self.search.is_over() || table.hidden { State::Done } else { State::Seeking };
    }

    /// Whether a table was one of line-level data.
    pub fn any_found(&self) -> bool {
        self.search.any_found()
    }

    /// Whether any row under a header fits.
    pub fn any_kept(&self) -> bool {
        !(self.lines.customs.is_empty() && self.lines.entries.is_empty())
    }

    /// The first row that does not fit, and why.
    pub fn first_refused(&self) -> Option<String> {
        self.lines.refused.first().map(|line| format!("{}: {}", line.locator, line.reason))
    }

    /// The heading that the nearest table lacks.
    pub fn nearest(&self) -> Option<&str> {
        self.search.nearest()
    }

    /// Takes a row; `false` if it is none of line-level data, and others may look at it.
    pub fn row(&mut self, row: &Row, table: &Table, desk: &mut Desk<'a>) -> bool {
        match &self.state {
            State::Done => false,
            State::Seeking => self.seek(row, table, desk),
            State::Reading(head) if head.stands_in(row) => true,
            State::Reading(_) => {
                self.keep(row, table, desk);
                true
            }
        }
    }

    /// Whether the row is a header.
    fn seek(&mut self, row: &Row, table: &Table, desk: &mut Desk<'a>) -> bool {
        let Some(head) = self.search.row(row, table, desk) else {
            if self.search.is_over() {
                self.state = State::Done;
            }
            return false;
        };
        self.tally.begin(head.read.sums.as_ref());
        self.state = State::Reading(head);
        true
    }

    /// A row under the header: a record, or a row that does not fit.
    fn keep(&mut self, row: &Row, table: &Table, desk: &mut Desk<'a>) {
        let State::Reading(head) = &self.state else { return };
        if is_blank(row) {
            return;
        }
        self.line = self.line.saturating_add(1);
        if !head.wants(row, desk) {
            return;
        }
        let read = record::read(head, row, self.line, &mut self.pool, &mut self.lines, desk);
        let Err((column, reason)) = read.and_then(|()| self.tallied()) else { return };
        self.refused_rows += 1;
        if self.refused_rows <= MOST_REFUSED {
            let locator = locator(table, row.number, column);
            self.lines.refused.push(RefusedLine { line: self.line, locator, reason, raw: raw(row) });
        }
    }

    /// The line that was read last against those before it; one that is none leaves.
    fn tallied(&mut self) -> Result<(), Misfit> {
        let Some(line) = self.lines.customs.last().filter(|line| line.line == self.line) else { return Ok(()) };
        let verdict = record::typed(line, self.as_of, &mut self.roll).map(|typed| self.tally.line(&typed, &self.roll));
        let out = match verdict {
            Ok(Verdict::New) => return Ok(()),
            Ok(Verdict::Repeat) => Ok(()),
            Ok(Verdict::Conflict(reason)) => Err((0, reason)),
            Err(misfit) => Err(misfit),
        };
        self.lines.customs.pop();
        out
    }

    /// All rows, and one issue for all that do not fit: each of them is kept on its own.
    ///
    /// # Errors
    /// So many rows that do not fit that the layout is another one.
    pub fn close(self) -> Result<Reading, NormalizeError> {
        let mut reading = Reading { lines: self.lines, ..Reading::default() };
        if let Some(first) = reading.lines.refused.first() {
            let issue = refused_issue(first, self.refused_rows, self.line);
            if self.refused_rows > MOST_REFUSED {
                return Err(NormalizeError::NothingRead(format!("more than {MOST_REFUSED} rows do not fit: {}", issue.seen)));
            }
            reading.issues.push(issue);
        }
        if !self.tally.is_empty() {
            self.tally.close(&self.roll, &mut reading);
        }
        Ok(reading)
    }
}

/// One issue for all rows that do not fit.
fn refused_issue(first: &RefusedLine, refused: usize, of: u32) -> Issue {
    let seen = format!("{refused} of {of} rows; the first: {}: {:?}", first.reason, first.raw);
    let wanted = "rows that fit; these are in quarantine";
    Issue { severity: Severity::Error, ..Issue::warning("bad_line", first.locator.clone(), seen, wanted) }
}

fn is_blank(row: &Row) -> bool {
    row.cells.iter().all(|cell| cell.text.trim().is_empty())
}

/// A row as it stands, its cells between tabs; an empty cell between others keeps its place.
fn raw(row: &Row) -> String {
    let mut raw = String::new();
    let mut column = 0;
    for cell in &row.cells {
        let gap = cell.column.saturating_sub(column).min(64);
        (0..gap).for_each(|_| raw.push('\t'));
        column = cell.column;
        raw.extend(cell.text.chars().take(RAW_KEPT.saturating_sub(raw.len())));
    }
    raw
}

/// A cell's text without blanks at its ends; `None` if nothing is left.
fn shown(text: &str) -> Option<&str> {
    let blank = |c: char| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}');
    Some(text.trim_matches(blank)).filter(|text| !text.is_empty())
}

/// Texts of the same spelling are one.
fn folded(text: &str) -> Arc<str> {
    Arc::from(fold(text))
}
