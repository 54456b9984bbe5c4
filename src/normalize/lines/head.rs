//! The header of line-level data: which column holds which field.

use super::{HEADER_ROWS, folded, shown};
use crate::model::{Issue, Severity};
use crate::normalize::desk::Desk;
use crate::normalize::label::fold;
use crate::normalize::pattern::Pattern;
use crate::normalize::spec::{LineColumn, LineRead};
use crate::parse::{Row, Table, locator};
use std::rc::Rc;
use std::sync::Arc;

/// A header that was found.
#[derive(Debug)]
pub struct Head<'a> {
    /// Whose it is.
    pub read: &'a LineRead,
    /// Its columns, ascending, with their numbers.
    pub columns: Vec<(u32, &'a LineColumn)>,
    /// Columns whose cells say whether a row is ours, and what they say then.
    pub filter: Vec<(u32, &'a [Pattern])>,
    /// The last headed column.
    pub last: u32,
    /// Its folded texts, by which it is known again.
    texts: Vec<(u32, Arc<str>)>,
}

/// Looks for the headers of tables.
#[derive(Debug)]
pub struct Search<'a> {
    readings: &'a [LineRead],
    /// Rows of the table that were tried.
    tried: u32,
    /// The heading that the nearest table lacks.
    nearest: Option<String>,
    found: bool,
}

impl<'a> Search<'a> {
    /// For the headers of these readings.
    pub fn new(readings: &'a [LineRead]) -> Search<'a> {
        Search { readings, tried: 0, nearest: None, found: false }
    }

    /// A table begins.
    pub fn begin(&mut self) {
        self.tried = 0;
    }

    /// The header that a row is, if it is one; what it has besides is told.
    pub fn row(&mut self, row: &Row, table: &Table, desk: &mut Desk<'a>) -> Option<Head<'a>> {
        self.tried += 1;
        for read in self.readings {
            match Head::find(read, row) {
                Ok(head) => {
                    let strangers = head.strangers(row, table, desk);
                    desk.issues.extend(strangers);
                    self.found = true;
                    return Some(head);
                }
                Err((known, lacking)) if known > 0 => {
                    self.nearest.get_or_insert_with(|| format!("reading {:?}: row {}: {lacking}", read.name, row.number));
                }
                Err(_) => {}
            }
        }
        None
    }

    /// Whether no further row of the table can be its header.
    pub fn is_over(&self) -> bool {
        self.readings.is_empty() || self.tried >= HEADER_ROWS
    }

    /// Whether any table had one.
    pub fn any_found(&self) -> bool {
        self.found
    }

    /// The heading that the nearest table lacks.
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }
}

impl<'a> Head<'a> {
    /// The header, if a row has every required column of a reading. Otherwise how many headings are known, and what is wrong.
    fn find(read: &'a LineRead, row: &Row) -> Result<Head<'a>, (usize, String)> {
        let texts = texts(row);
        let mut columns: Vec<(u32, &LineColumn)> = Vec::new();
        let mut wrong = None;
        for column in &read.columns {
            let spelled = |text: &str| column.headings.iter().any(|heading| heading == text);
            let mut places = texts.iter().filter(|(_, text)| spelled(text)).map(|(number, _)| *number);
            let field = column.field.as_str();
            match (places.next(), places.next()) {
                (Some(_), Some(_)) => wrong = wrong.or(Some(format!("two columns are headed as {field:?}"))),
                (Some(number), None) => columns.push((number, column)),
                (None, _) if column.optional => {}
                (None, _) => wrong = wrong.or(Some(format!("no column is headed as {field:?}"))),
            }
        }
        let mut filter: Vec<(u32, &[Pattern])> = Vec::new();
        for (heading, wanted) in &read.filter {
            match texts.iter().find(|(_, text)| **text == **heading) {
                Some((number, _)) => filter.push((*number, wanted)),
                None => wrong = wrong.or(Some(format!("no column is headed {heading:?}"))),
            }
        }
        if let Some(wrong) = wrong {
            return Err((columns.len(), wrong));
        }
        columns.sort_by_key(|(number, _)| *number);
        let last = texts.last().map_or(0, |(number, _)| *number);
        Ok(Head { read, columns, filter, last, texts })
    }

    /// Whether a row is ours by what its cells say.
    pub fn wants(&self, row: &Row, desk: &mut Desk<'a>) -> bool {
        self.filter.iter().all(|(number, wanted)| {
            let cell = row.cells.iter().find(|cell| cell.column == *number);
            cell.is_some_and(|cell| wants(wanted, &cell.text, desk))
        })
    }

    /// Whether the row is the header once more, as in files that were put together.
    pub fn stands_in(&self, row: &Row) -> bool {
        let first = self.texts.first().zip(row.cells.iter().find(|cell| shown(&cell.text).is_some()));
        let begins = first.is_some_and(|((number, text), cell)| *number == cell.column && **text == *folded(&cell.text));
        begins && self.texts == texts(row)
    }

    /// Columns that no field knows and nobody ignores: what they hold is not kept.
    fn strangers(&self, row: &Row, table: &Table, desk: &mut Desk<'a>) -> Vec<Issue> {
        let filter = |column: u32| self.filter.iter().any(|(number, _)| *number == column);
        let known = |column: u32| self.columns.iter().any(|(number, _)| *number == column) || filter(column);
        let mut ignored = |text: &str| {
            let folded: Rc<str> = Rc::from(fold(text));
            let patterns = self.read.ignore_columns.iter().flat_map(|ignored| &ignored.what);
            patterns.into_iter().any(|pattern| desk.matches(pattern, &folded).is_some())
        };
        let unknown =
            row.cells.iter().filter(|cell| !known(cell.column)).filter_map(|cell| Some((cell.column, shown(&cell.text)?)));
        let unknown: Vec<(u32, &str)> = unknown.filter(|(_, text)| !ignored(text)).collect();
        let issue = |(column, text): (u32, &str)| Issue {
            severity: Severity::Info,
            ..Issue::warning("unknown_column", locator(table, row.number, column), format!("{text:?}"), "a heading in columns")
        };
        unknown.into_iter().map(issue).collect()
    }
}

/// Whether a cell is one of those that are wanted.
pub fn wants<'a>(wanted: &'a [Pattern], text: &str, desk: &mut Desk<'a>) -> bool {
    let folded: Rc<str> = Rc::from(fold(text));
    desk.any(wanted, &folded)
}

fn texts(row: &Row) -> Vec<(u32, Arc<str>)> {
    let filled = row.cells.iter().filter(|cell| shown(&cell.text).is_some());
    filled.map(|cell| (cell.column, folded(&cell.text))).collect()
}
