//! JSON of records: every list of objects is a table, wherever it stands.
//!
//! A table is named by the path of its list (`/data`, `/series/points`; places in outer lists go without number, so that the
//! lists of all outer records are one table). Columns: `Value`, a member; `place.name`, a member's member; `^count` and
//! `^series.name`, a member of an object around the list, by its path from the root. A list of plain values in a record is one
//! text, its members joined with `; `. A list of objects inside a record is a table of its own, and the record's members stand
//! beside it with `^`. Two more shapes: a list of lists is a table as it stands, and an object of lists of plain values of one
//! length is a table with a column a list. Plain members that belong to no table are paragraphs (`count: 2`), before the tables.
//!
//! Numbers are handed out digit by digit as they stand, `null` as an empty cell, `true` and `false` as texts.

mod record;
pub mod value;

use super::long::{Columns, Tables, Value};
use super::{Event, Input, Options, ParseError};
use record::{Kind, Record, Visit, walk};
use std::collections::BTreeMap;

/// Different lists of records in one document; each is a walk over it.
const MAX_TABLES: usize = 64;

/// Reads a document: paragraphs, then a table for each path of lists.
///
/// # Errors
/// Text that is no JSON, a limit.
pub fn parse(input: &mut dyn Input, options: &Options, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    let text = value::text(input, options)?;
    let root = value::document(&text)?;
    let mut tables = Tables::new(sink);
    let mut found = Found::default();
    walk(root, &mut |visit| found.take(visit))?;
    for (name, text) in std::mem::take(&mut found.texts) {
        let said = if name.is_empty() { text } else { format!("{name}: {text}") };
        tables.paragraph(said, format!("/{}", name.replace('.', "/")));
    }
    for list in &found.lists {
        let path = if list.path.is_empty() { "/" } else { &list.path };
        let head = if list.kind == Kind::Rows { &[] } else { list.columns.names() };
        tables.begin(path, head)?;
        walk(root, &mut |visit| match visit {
            Visit::Record(record) if record.path == list.path && record.kind == list.kind => tables.row(list.cells(record)),
            Visit::Record(_) | Visit::Loose { .. } => Ok(()),
        })?;
    }
    Ok(())
}

/// What the first look at a document finds.
#[derive(Default)]
struct Found {
    lists: Vec<List>,
    places: BTreeMap<(String, Kind), usize>,
    texts: Vec<(String, String)>,
}

/// All records of one path and kind.
struct List {
    path: String,
    kind: Kind,
    columns: Columns,
}

impl Found {
    fn take(&mut self, visit: Visit<'_>) -> Result<(), ParseError> {
        let record = match visit {
            Visit::Loose { name, text } => {
                self.texts.push((name, text));
                return Ok(());
            }
            Visit::Record(record) => record,
        };
        let key = (record.path.to_string(), record.kind);
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None if self.lists.len() >= MAX_TABLES => {
                return Err(super::long::too_large(record.path, "the number of lists of records", MAX_TABLES));
            }
            None => {
                self.lists.push(List { path: key.0.clone(), kind: record.kind, columns: Columns::default() });
                self.places.insert(key, self.lists.len() - 1);
                self.lists.len() - 1
            }
        };
        let columns = &mut self.lists[place].columns;
        let names = record.around.iter().map(|(name, _)| name).chain(record.own.iter().map(|(name, _)| name));
        for name in names {
            columns.place(name)?;
        }
        Ok(())
    }
}

impl List {
    fn cells(&self, record: Record<'_>) -> Vec<(usize, Value)> {
        if self.kind == Kind::Rows {
            return (0..).zip(record.own).filter_map(|(place, (_, value))| Some((place, value?))).collect();
        }
        let around = record.around.iter().cloned();
        around.chain(record.own).filter_map(|(name, value)| Some((self.columns.get(&name)?, value?))).collect()
    }
}

#[cfg(test)]
mod tests;
