//! The columns of a table, and the cells of the row that is being read.

use super::fields::{number, value};
use crate::parse::ParseError;
use crate::parse::flow::{Cell, Vertical};
use crate::parse::xlsx::xml::attribute;
use quick_xml::events::BytesStart;

/// Columns of a table. Word itself allows 63 cells in a row; a hair's breadth between rows makes a column more.
const MAX_COLUMNS: usize = 4096;
/// Width of a column that the table does not declare.
const UNKNOWN_WIDTH: i32 = 1000;

/// A table that is open.
#[derive(Debug, Default)]
pub struct Grid {
    /// The right edges of its columns, in twentieths of a point.
    edges: Vec<i32>,
    /// Cells of the row so far.
    pub cells: Vec<Cell>,
    /// The column behind the last cell.
    at: usize,
    /// Columns of the cell that is being read, and its merge.
    span: usize,
    vertical: Vertical,
    joined: bool,
}

impl Grid {
    /// Takes an element of the table's own: a column, a row, a property of a cell.
    pub fn element(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            "gridCol" if self.edges.len() < MAX_COLUMNS => {
                let width = attribute(element, "w").and_then(|width| width.trim().parse().ok()).unwrap_or(0i32);
                // A column without width would be none.
                let edge = self.edge(self.edges.len()).saturating_add(width.max(1));
                self.edges.push(edge);
            }
            "tr" => (self.cells, self.at) = (Vec::new(), 0),
            "gridBefore" => self.at = number(element).and_then(|count| usize::try_from(count).ok()).unwrap_or(0).min(MAX_COLUMNS),
            "tc" => (self.span, self.vertical, self.joined) = (1, Vertical::Alone, false),
            "gridSpan" => {
                self.span = number(element).and_then(|span| usize::try_from(span).ok()).unwrap_or(1).clamp(1, MAX_COLUMNS)
            }
            "vMerge" => self.vertical = if restarts(element) { Vertical::Top } else { Vertical::Below },
            "hMerge" => self.joined = !restarts(element),
            _ => {}
        }
    }

    /// The cell that is being read ends.
    ///
    /// # Errors
    /// More columns than a table may have.
    pub fn end_cell(&mut self, place: &str) -> Result<(), ParseError> {
        let (from, to) = (self.at, self.at + self.span);
        if to > MAX_COLUMNS {
            let what = "the number of columns of a table".to_owned();
            return Err(ParseError::TooLarge { place: place.to_owned(), what, limit: MAX_COLUMNS as u64 });
        }
        self.cells.push(Cell { edges: (self.edge(from), self.edge(to)), vertical: self.vertical, joined: self.joined });
        self.at = to;
        Ok(())
    }

    /// The left edge of a column.
    fn edge(&self, column: usize) -> i32 {
        let known = column.min(self.edges.len());
        let last = known.checked_sub(1).and_then(|index| self.edges.get(index)).copied().unwrap_or(0);
        let beyond = i32::try_from(column - known).unwrap_or(i32::MAX);
        last.saturating_add(beyond.saturating_mul(UNKNOWN_WIDTH))
    }
}

/// A merge begins here; without a word it goes on.
fn restarts(element: &BytesStart<'_>) -> bool {
    value(element).is_some_and(|value| value == "restart")
}
