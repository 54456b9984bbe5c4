//! A row of a table as the mapping sees it: every cell folded once, its marks cut off and kept.

use super::correct::Corrections;
use super::label::{fold, split_marks};
use crate::parse::{Cell, Row};
use std::rc::Rc;

/// One cell with a text.
#[derive(Debug, Clone)]
pub struct Text {
    /// Column, from 0.
    pub column: u32,
    /// As displayed, marks and all.
    pub shown: Rc<str>,
    /// Folded, marks cut off, corrected: what patterns are compared with.
    pub folded: Rc<str>,
    /// Footnote marks of a label or heading.
    pub marks: Vec<String>,
    /// The stored number, for numeric cells.
    pub raw: Option<String>,
    /// Row and column of the cell that holds the text: its own, or the merge's origin.
    pub origin: (u32, u32),
    /// A copy of a merged neighbour.
    pub copy: bool,
}

/// One row with at least one text.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Its number, from 1.
    pub number: u32,
    /// Its cells in ascending columns; none is empty.
    pub cells: Vec<Text>,
}

impl Line {
    /// Folds every cell of a row once and corrects the publisher's misprints.
    pub fn read(row: Row, sheet: &str, corrections: &mut Corrections<'_>) -> Line {
        let mut line = Line::uncorrected(row);
        for cell in line.cells.iter_mut().filter(|cell| cell.raw.is_none()) {
            if let Some(corrected) = corrections.apply(sheet, line.number, cell) {
                cell.folded = corrected;
            }
        }
        line
    }

    /// Folds every cell of a row once; misprints stay as they are.
    pub fn uncorrected(row: Row) -> Line {
        let number = row.number;
        let filled = row.cells.into_iter().filter(|cell| !is_blank(&cell.text));
        let mut cells: Vec<Text> = filled.map(|cell| Text::read(cell, number)).collect();
        cells.sort_by_key(|cell| cell.column);
        Line { number, cells }
    }

    /// The cell of a column.
    pub fn at(&self, column: u32) -> Option<&Text> {
        self.cells.binary_search_by_key(&column, |cell| cell.column).ok().and_then(|i| self.cells.get(i))
    }

    /// A title row: one text merged over several columns and nothing else.
    pub fn is_title(&self) -> bool {
        match self.cells.first() {
            Some(first) => self.cells.len() > 1 && self.cells.iter().all(|cell| cell.origin == first.origin),
            None => false,
        }
    }
}

impl Text {
    fn read(cell: Cell, row: u32) -> Text {
        let origin = cell.copy_of.unwrap_or((row, cell.column));
        let copy = cell.copy_of.is_some_and(|origin| origin != (row, cell.column));
        let shown: Rc<str> = Rc::from(cell.text);
        let (folded, marks) = match cell.raw {
            Some(_) => (shown.clone(), Vec::new()),
            None => folded(&shown),
        };
        Text { column: cell.column, shown, folded, marks, raw: cell.raw, origin, copy }
    }
}

/// Cuts the marks off a label and folds the rest.
pub fn folded(text: &str) -> (Rc<str>, Vec<String>) {
    let (label, marks) = split_marks(text);
    (Rc::from(fold(&label)), marks)
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{AD}'))
}
