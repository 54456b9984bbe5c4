//! What the analysis of revisions is made from.

use super::rows::period;
use super::{Store, StoreError, day, word};
use crate::model::{Class, DateBasis, Period, Status};
use crate::revision::Print;
use rusqlite::Row;

/// Every row of a series that is believed, in the order of the index.
const PRINTS: &str =
    "SELECT o.period_start, o.period_end, o.known_from, o.known_to, o.known_from_basis, o.value, o.unit, o.status, o.class,
      o.source_id
    FROM series AS s CROSS JOIN observation AS o ON o.series_id = s.id WHERE s.code = ?1 AND o.recorded_to IS NULL";

impl Store {
    /// Every figure of a series across sources and classes, with the days it stood in its chain.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], [`StoreError::Corrupt`].
    pub fn prints(&self, code: &str) -> Result<Vec<(Period, Print)>, StoreError> {
        let mut query = self.db.prepare_cached(PRINTS)?;
        let rows = query.query_map([code], |row| Ok(read(row)))?;
        rows.map(|row| row?).collect()
    }

    /// The code of every series, in order.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn series_codes(&self) -> Result<Vec<String>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT code FROM series ORDER BY code")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>) -> Result<(Period, Print), StoreError> {
    let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
    let known_to: Option<String> = row.get(3)?;
    let value: Option<String> = row.get(5)?;
    let corrupt = |found: String| StoreError::Corrupt { column: "observation.value", wanted: "a decimal number", found };
    let print = Print {
        known_from: day("observation.known_from", text(2)?)?,
        known_to: known_to.map(|to| day("observation.known_to", &to)).transpose()?,
        basis: word("observation.known_from_basis", text(4)?, DateBasis::parse)?,
        value: value.map(|value| value.parse().map_err(|_| corrupt(value))).transpose()?,
        unit: row.get(6)?,
        status: word("observation.status", text(7)?, Status::parse)?,
        class: word("observation.class", text(8)?, Class::parse)?,
        source: row.get(9)?,
    };
    Ok((period(text(0)?, text(1)?)?, print))
}
