//! The cells of one sheet until its last record is read.

use super::globals::Globals;
use super::text::Text;
use crate::parse::{Cell, Row};
use std::collections::BTreeMap;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string of the shared table.
    Shared(u32),
    /// A string of its own.
    Text(Text),
    /// A number.
    Number(f64),
    /// A truth value or an error, by its displayed name.
    Word(&'static str),
    /// A copy of a merge's origin: its row and column, from 0.
    Copy(u16, u16),
}

/// A cell and the number of its style.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// What it holds.
    pub value: Value,
    /// Its XF record.
    pub style: u16,
}

/// A merge: first and last row, first and last column, from 0, all inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// First row and column: where the text is.
    pub first: (u16, u16),
    /// Last row and column.
    pub last: (u16, u16),
}

/// The cells of a sheet that hold something.
#[derive(Debug, Default)]
pub struct Grid {
    rows: BTreeMap<u16, BTreeMap<u16, Slot>>,
    /// Its merges, in the order of the records.
    pub merges: Vec<Merge>,
}

impl Grid {
    /// Puts a cell in its place; a later record for the same place wins.
    pub fn put(&mut self, row: u16, column: u16, slot: Slot) {
        self.rows.entry(row).or_default().insert(column, slot);
    }

    /// Puts a copy where nothing stands.
    pub fn copy(&mut self, row: u16, column: u16, from: (u16, u16)) {
        let copy = Slot { value: Value::Copy(from.0, from.1), style: 0 };
        self.rows.entry(row).or_default().entry(column).or_insert(copy);
    }

    /// The cell at a place.
    pub fn at(&self, row: u16, column: u16) -> Option<&Slot> {
        self.rows.get(&row)?.get(&column)
    }

    /// Last row and last column that hold something.
    pub fn extent(&self) -> Option<(u16, u16)> {
        let row = *self.rows.last_key_value()?.0;
        let column = self.rows.values().filter_map(|cells| cells.last_key_value()).map(|(column, _)| *column).max()?;
        Some((row, column))
    }

    /// The rows in ascending order, as displayed.
    pub fn rows<'g>(&'g self, globals: &'g Globals) -> impl Iterator<Item = Row> + 'g {
        self.rows.iter().map(move |(&row, slots)| {
            let cells = slots.iter().map(|(&column, slot)| self.cell(column, slot, globals)).collect();
            Row { number: u32::from(row) + 1, cells }
        })
    }

    fn cell(&self, column: u16, slot: &Slot, globals: &Globals) -> Cell {
        let (origin, copy_of) = match slot.value {
            Value::Copy(row, column) => (self.at(row, column), Some((u32::from(row) + 1, u32::from(column)))),
            _ => (Some(slot), None),
        };
        let (text, raw) = origin.map(|slot| shown(slot, globals)).unwrap_or_default();
        Cell { column: u32::from(column), text, raw, copy_of }
    }
}

/// The displayed text, and the stored number. The font raises texts only: a number in small print is still that number.
fn shown(slot: &Slot, globals: &Globals) -> (String, Option<String>) {
    let style = globals.style(slot.style);
    let superscript = style.is_some_and(|style| style.superscript);
    match &slot.value {
        Value::Shared(index) => (globals.string(*index).map(|text| text.show(superscript)).unwrap_or_default(), None),
        Value::Text(text) => (text.show(superscript), None),
        Value::Word(word) => ((*word).to_owned(), None),
        Value::Copy(..) => Default::default(),
        Value::Number(value) => match style {
            Some(style) => {
                let shown = style.format.show(*value, globals.date1904);
                (shown.text, Some(shown.raw))
            }
            None => Default::default(),
        },
    }
}
