//! One long table: a row of column names, then a row a record. What trees of records (XML, JSON, SDMX) are handed out as.

use super::{Cell, Event, ParseError, Row, Table};
use std::collections::HashMap;

/// Columns of one table. Comtrade has some fifty, SDMX messages of forty concepts with their names eighty.
pub const MAX_COLUMNS: usize = 2048;
/// Bytes of text in one row.
const MAX_ROW_TEXT: usize = 16 << 20;
/// Bytes of text in one document's tables: what stands once above many records is repeated in each.
const MAX_TEXT: usize = 1 << 30;
/// What a cell counts beside its text.
const CELL: usize = 8;
/// Rows of one table; a whole indicator of the largest system has some hundred thousand observations.
const MAX_ROWS: u32 = 8_000_000;

/// Names of columns, in the order in which they were first seen.
#[derive(Debug, Default)]
pub struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Columns {
    /// The place of a column, which is made where it is new.
    ///
    /// # Errors
    /// More columns than a table may have.
    pub fn place(&mut self, name: &str) -> Result<usize, ParseError> {
        if let Some(place) = self.get(name) {
            return Ok(place);
        }
        if self.names.len() >= MAX_COLUMNS {
            return Err(too_large(&format!("column {name:?}"), "the number of columns", MAX_COLUMNS));
        }
        self.places.insert(name.to_string(), self.names.len());
        self.names.push(name.to_string());
        Ok(self.names.len() - 1)
    }

    /// The place of a known column.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The names from left to right.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The same columns with those that `last` picks moved to the right end.
    pub fn with_last(self, last: impl Fn(&str) -> bool) -> Columns {
        let (right, left): (Vec<String>, Vec<String>) = self.names.into_iter().partition(|name| last(name));
        let names: Vec<String> = left.into_iter().chain(right).collect();
        let places = names.iter().cloned().zip(0..).collect();
        Columns { names, places }
    }
}

/// A value of a record, on its way into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text as it stands.
    Text(String),
    /// A number, as exact decimal text.
    Number(String),
}

/// Hands out the tables of one document.
pub struct Tables<'s> {
    sink: &'s mut dyn FnMut(Event),
    number: u32,
    name: String,
    row: u32,
    text: usize,
}

impl<'s> Tables<'s> {
    /// No table yet.
    pub fn new(sink: &'s mut dyn FnMut(Event)) -> Tables<'s> {
        Tables { sink, number: 0, name: String::new(), row: 0, text: 0 }
    }

    /// A text outside the tables.
    pub fn paragraph(&mut self, text: String, locator: String) {
        (self.sink)(Event::Paragraph { text, locator });
    }

    /// Begins a table; `name` says where in the document its records stand. Its first row holds the names of the columns, if it has
    /// any.
    ///
    /// # Errors
    /// A limit.
    pub fn begin(&mut self, name: &str, columns: &[String]) -> Result<(), ParseError> {
        self.number += 1;
        (self.name, self.row) = (name.to_string(), 0);
        (self.sink)(Event::Table(Table { sheet: name.to_string(), number: self.number, ..Table::default() }));
        if columns.is_empty() {
            return Ok(());
        }
        self.row((0..).zip(columns).map(|(place, name)| (place, Value::Text(name.clone()))).collect())
    }

    /// A record: what stands in which column, in any order; the first value of a column counts.
    ///
    /// # Errors
    /// A limit.
    pub fn row(&mut self, mut values: Vec<(usize, Value)>) -> Result<(), ParseError> {
        self.row += 1;
        values.sort_by_key(|(place, _)| *place);
        values.dedup_by_key(|(place, _)| *place);
        let cells: Vec<Cell> = values.into_iter().filter_map(cell).collect();
        let text: usize = cells.iter().map(|cell| cell.text.len() + CELL).sum();
        self.text += text;
        let place = || format!("{}, row {}", self.name, self.row);
        match () {
            () if self.row > MAX_ROWS => Err(too_large(&place(), "the number of rows", MAX_ROWS as usize)),
            () if text > MAX_ROW_TEXT => Err(too_large(&place(), "the text of a row", MAX_ROW_TEXT)),
            () if self.text > MAX_TEXT => Err(too_large(&place(), "the text of all rows", MAX_TEXT)),
            () if cells.is_empty() => Ok(()),
            () => {
                (self.sink)(Event::Row(Row { number: self.row, cells }));
                Ok(())
            }
        }
    }
}

/// The cell of a value; none for a text of blanks.
fn cell((place, value): (usize, Value)) -> Option<Cell> {
    let column = u32::try_from(place).ok()?;
    match value {
        Value::Text(text) if text.trim().is_empty() => None,
        Value::Text(text) => Some(Cell { column, text, ..Cell::default() }),
        Value::Number(text) => Some(Cell { column, raw: Some(text.clone()), text, ..Cell::default() }),
    }
}

/// A limit of ours that a document exceeds.
pub fn too_large(place: &str, what: &str, limit: usize) -> ParseError {
    ParseError::TooLarge { place: place.to_string(), what: what.to_string(), limit: limit as u64 }
}
