//! For a person who writes a mapping: what each reading made of each table.

use super::pattern::Pattern;
use super::spec::{Mapping, Read};
use super::table::Closed;
use crate::parse::Table;

/// So many are written down of a document; one of thousands of tables is understood from its first ones.
const MOST: usize = 10_000;

/// What one reading made of one table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Sighting {
    /// The table's number.
    pub table: u32,
    /// The reading's name.
    pub reading: String,
    /// Why the reading does not read the table; nothing if it does.
    pub why_not: Option<String>,
}

/// All sightings of a document.
#[derive(Debug, Default)]
pub(super) struct Watch {
    pub sightings: Vec<Sighting>,
}

impl Watch {
    /// A table that ended.
    pub fn table(&mut self, table: &Table, closed: &[Closed], mapping: &Mapping) {
        for (index, read) in mapping.reads.iter().enumerate() {
            if self.sightings.len() >= MOST {
                return;
            }
            let why_not = match closed.iter().find(|closed| closed.read == index) {
                Some(closed) if closed.found => None,
                Some(closed) => Some(closed.nearest.1.clone()),
                None => Some(not_looked_at(table, read)),
            };
            self.sightings.push(Sighting { table: table.number, reading: read.name.clone(), why_not });
        }
    }
}

/// What keeps a reading from looking at a table at all.
fn not_looked_at(table: &Table, read: &Read) -> String {
    match read.index {
        Some(index) if index != table.number => format!("it wants table {index}"),
        _ if table.hidden && read.sheet.is_empty() => "the sheet is hidden; only a reading that names it looks at it".to_string(),
        _ => {
            let wanted: Vec<String> = read.sheet.iter().map(Pattern::as_str).map(|sheet| format!("{sheet:?}")).collect();
            format!("the sheet is named {:?}, wanted {}", table.sheet, wanted.join(" or "))
        }
    }
}
