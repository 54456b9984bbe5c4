//! How series hang together: pairs that differ in their variant alone.

use super::{Store, StoreError};
use rusqlite::params;

/// Two families of series that differ in the variant alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// Publisher of both.
    pub publisher: String,
    /// Indicator of both.
    pub indicator: String,
    /// Variant of the one.
    pub from: String,
    /// Variant of the other.
    pub to: String,
    /// How they hang together.
    pub kind: String,
    /// Why.
    pub note: String,
}

impl Store {
    /// Links every pair of series that both exist and differ in these variants alone; a second call changes nothing. Gives
    /// how many links are new or say something new.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn link_series(&mut self, links: &[LinkRow]) -> Result<usize, StoreError> {
        let tx = self.db.transaction()?;
        let mut linked = 0;
        for link in links {
            linked += tx
                .prepare_cached(
                    "INSERT INTO series_link (\"from\", \"to\", kind, note)
                     SELECT a.id, b.id, ?5, ?6 FROM series AS a JOIN series AS b
                       ON b.publisher = a.publisher AND b.indicator = a.indicator AND b.item = a.item AND b.entity IS a.entity
                       AND b.detail IS a.detail AND b.flow IS a.flow AND b.counterpart IS a.counterpart
                       AND b.measure = a.measure AND b.frequency = a.frequency
                     WHERE a.publisher = ?1 AND a.indicator = ?2 AND a.variant = ?3 AND b.variant = ?4
                     ON CONFLICT DO UPDATE SET note = excluded.note WHERE note <> excluded.note",
                )?
                .execute(params![link.publisher, link.indicator, link.from, link.to, link.kind, link.note])?;
        }
        tx.commit()?;
        Ok(linked)
    }
}
