//! How series hang together: pairs that differ in their variant alone, and subjects that bear the same label.

use super::{Store, StoreError};
use rusqlite::{Transaction, params};

/// Two groups of series that hang together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// `publisher.indicator` of both, which then differ in the variant alone; `None` if `from` and `to` are subjects.
    pub family: Option<String>,
    /// Variant or subject of the one.
    pub from: String,
    /// Variant or subject of the other.
    pub to: String,
    /// How they hang together.
    pub kind: String,
    /// Why.
    pub note: String,
}

/// Pairs that differ in the variant alone.
const BY_VARIANT: &str = "INSERT INTO series_link (\"from\", \"to\", kind, note)
    SELECT a.id, b.id, ?4, ?5 FROM series AS a JOIN series AS b
      ON b.publisher = a.publisher AND b.indicator = a.indicator AND b.item = a.item AND b.entity IS a.entity
      AND b.detail IS a.detail AND b.flow IS a.flow AND b.counterpart IS a.counterpart
      AND b.measure = a.measure AND b.frequency = a.frequency
    WHERE a.indicator = substr(?1, instr(?1, '.') + 1) AND a.publisher = substr(?1, 1, instr(?1, '.') - 1)
      AND a.variant = ?2 AND b.variant = ?3
    ON CONFLICT DO UPDATE SET note = excluded.note WHERE note <> excluded.note";

/// Pairs of two subjects that can speak of one period. A subject's codes lie between it with a point and with what follows a
/// point, so that the codes' own index finds them.
const BY_SUBJECT: &str = "INSERT INTO series_link (\"from\", \"to\", kind, note)
    SELECT a.id, b.id, ?3, ?4 FROM series AS a JOIN series AS b
      ON a.frequency = b.frequency OR (a.frequency IN ('a', 'ytd') AND b.frequency IN ('a', 'ytd'))
    WHERE a.code > ?1 || '.' AND a.code < ?1 || '/' AND b.code > ?2 || '.' AND b.code < ?2 || '/' AND a.id <> b.id
    ON CONFLICT DO UPDATE SET note = excluded.note WHERE note <> excluded.note";

impl Store {
    /// Links every pair of series that both exist and are meant by one of `links`; a second call changes nothing. Gives how
    /// many links are new or say something new. Subjects are linked both ways, since neither comes first.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn link_series(&mut self, links: &[LinkRow]) -> Result<usize, StoreError> {
        let tx = self.db.transaction()?;
        let mut linked = 0;
        for link in links {
            linked += match &link.family {
                Some(family) => {
                    tx.prepare_cached(BY_VARIANT)?.execute(params![family, link.from, link.to, link.kind, link.note])?
                }
                None => subjects(&tx, link, &link.from, &link.to)? + subjects(&tx, link, &link.to, &link.from)?,
            };
        }
        tx.commit()?;
        Ok(linked)
    }
}

fn subjects(tx: &Transaction<'_>, link: &LinkRow, from: &str, to: &str) -> Result<usize, StoreError> {
    Ok(tx.prepare_cached(BY_SUBJECT)?.execute(params![from, to, link.kind, link.note])?)
}
