//! The cells of a table on their grid: what spans rows and columns takes its places, and columns that nobody sees go.

use super::super::{Cell, ParseError, Row};
use super::element::{At, children};
use super::text::{self, Style};
use scraper::node::Element;
use std::collections::BTreeSet;

/// Columns a cell may span, and rows; HTML itself says so.
const MAX_COLSPAN: u32 = 1000;
const MAX_ROWSPAN: u32 = 65534;
/// Columns of a table, as many as a workbook has.
const MAX_COLUMNS: u32 = 16384;

/// A cell in its place.
#[derive(Debug)]
struct Placed {
    row: u32,
    column: u32,
    rows: u32,
    columns: u32,
    text: String,
}

/// The cells of one table that show a text.
#[derive(Debug, Default)]
pub struct Grid {
    cells: Vec<Placed>,
    rows: u32,
}

impl Grid {
    /// Places the cells of a table, in the order in which its parts are shown: head, bodies, foot.
    ///
    /// # Errors
    /// A table with too many columns.
    pub fn read(table: At<'_>, style: Style) -> Result<Grid, ParseError> {
        let mut grid = Grid::default();
        for part in ["thead", "tbody", "tfoot"] {
            for (group, _) in children(table, &["thead", "tbody", "tfoot"]).filter(|(_, element)| element.name() == part) {
                grid.group(group, style.inside(group))?;
            }
        }
        Ok(grid)
    }

    /// A cell spans no rows of another group.
    fn group(&mut self, group: At<'_>, style: Style) -> Result<(), ParseError> {
        let length = children(group, &["tr"]).count() as u32;
        // By column: the first row that is free again.
        let mut free: Vec<u32> = Vec::new();
        for (row, (line, _)) in (0..).zip(children(group, &["tr"])) {
            let mut column = 0;
            for (cell, element) in children(line, &["td", "th"]) {
                while free.get(column as usize).is_some_and(|until| *until > row) {
                    column += 1;
                }
                let (rows, columns) = spans(element, length - row);
                self.place(column, (row, rows), columns, &mut free)?;
                let text = text::of(cell, style.inside(line));
                if !text.is_empty() {
                    self.cells.push(Placed { row: self.rows + row, column, rows, columns, text });
                }
                column += columns;
            }
        }
        self.rows += length;
        Ok(())
    }

    fn place(&self, column: u32, (row, rows): (u32, u32), columns: u32, free: &mut Vec<u32>) -> Result<(), ParseError> {
        let end = (column + columns) as usize;
        if end > MAX_COLUMNS as usize {
            let (place, what) = (format!("table row {}", self.rows + row + 1), "the number of columns".to_owned());
            return Err(ParseError::TooLarge { place, what, limit: u64::from(MAX_COLUMNS) });
        }
        free.resize(free.len().max(end), 0);
        for until in free.iter_mut().take(end).skip(column as usize) {
            *until = (*until).max(row + rows);
        }
        Ok(())
    }

    /// The texts of its cells, each once.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| cell.text.as_str())
    }

    /// Whether two cells with a text begin in one row.
    pub fn has_pairs(&self) -> bool {
        self.cells.windows(2).any(|pair| pair[0].row == pair[1].row)
    }

    /// Its rows in order; copies of merged cells stand in every place that the merge takes. Columns in which no text
    /// begins exist for the page's layout only, and do not count.
    pub fn rows(self) -> impl Iterator<Item = Row> {
        let begun: BTreeSet<u32> = self.cells.iter().map(|cell| cell.column).collect();
        let begun: Vec<u32> = begun.into_iter().collect();
        let mut waiting = self.cells.into_iter().peekable();
        let mut open: Vec<Placed> = Vec::new();
        (0..self.rows).filter_map(move |row| {
            open.retain(|cell| cell.row + cell.rows > row);
            while let Some(cell) = waiting.next_if(|cell| cell.row == row) {
                open.push(cell);
            }
            let mut cells: Vec<Cell> = open.iter().flat_map(|cell| cell.shown(row, &begun)).collect();
            cells.sort_by_key(|cell| (cell.column, cell.copy_of.is_some()));
            cells.dedup_by_key(|cell| cell.column);
            (!cells.is_empty()).then_some(Row { number: row + 1, cells })
        })
    }
}

impl Placed {
    /// The cell in one of its rows; the columns are counted among those in which a text begins.
    fn shown<'c>(&'c self, row: u32, begun: &[u32]) -> impl Iterator<Item = Cell> + use<'c> {
        let index = |column: u32| begun.partition_point(|known| *known < column) as u32;
        let (first, end) = (index(self.column), index(self.column + self.columns));
        let own = (self.row + 1, first);
        (first..end).map(move |column| {
            let copy = (row + 1, column) != own;
            Cell { column, text: self.text.clone(), raw: None, copy_of: copy.then_some(own) }
        })
    }
}

/// Rows and columns a cell spans; no rows means all that its group still has.
fn spans(cell: &Element, left: u32) -> (u32, u32) {
    let number = |name: &str| cell.attr(name).and_then(leading_number);
    let rows = match number("rowspan") {
        Some(0) => left,
        rows => rows.unwrap_or(1).min(MAX_ROWSPAN).min(left),
    };
    (rows, number("colspan").unwrap_or(1).clamp(1, MAX_COLSPAN))
}

/// The number a text begins with, as browsers read attributes.
fn leading_number(text: &str) -> Option<u32> {
    let text = text.trim_start().trim_start_matches('+');
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let digits = text.get(..end.min(9)).unwrap_or_default();
    digits.parse().ok()
}
