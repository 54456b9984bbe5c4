//! The logical dump: what the store says, free of how it came to say it.

use super::{Store, StoreError};
use crate::model::Sha256;
use rusqlite::Connection;
use sha2::{Digest, Sha256 as Hasher};

/// The parts of a dump: what this database believes, by codes and hashes instead of ids; no attempts, no recorded_*.
/// In the order of the first word of their lines.
const PARTS: [&str; 7] = [
    "SELECT json_array('coverage', n.source_id, n.class, n.as_of, n.sha256, c.table_key, c.frequency, c.start, c.end, c.figures)
     FROM coverage AS c JOIN snapshot AS n ON n.id = c.snapshot_id",
    "SELECT json_array('customs_name', n.source_id, n.as_of, n.sha256, m.dictionary, m.code, m.name)
     FROM customs_name AS m JOIN snapshot AS n ON n.id = m.snapshot_id",
    "SELECT json_array('customs_row', n.source_id, n.as_of, n.sha256, r.line, r.flow, r.period, t.code, p.code, c.code, u.code, g.code, d.code,
       r.value_milli, r.weight_milli, r.quantity_milli)
     FROM customs_row AS r JOIN snapshot AS n ON n.id = r.snapshot_id JOIN customs_code AS c ON c.id = r.code_id
       LEFT JOIN customs_partner AS t ON t.id = r.reporter_id LEFT JOIN customs_partner AS p ON p.id = r.partner_id LEFT JOIN customs_unit AS u ON u.id = r.unit_id
       LEFT JOIN customs_region AS g ON g.id = r.region_id LEFT JOIN customs_region AS d ON d.id = r.district_id",
    "SELECT json_array('customs_span', n.source_id, n.as_of, n.sha256, l.scope, p.period, p.lines, p.known_from, p.known_to)
     FROM customs_span AS p JOIN customs_load AS l ON l.id = p.load_id JOIN snapshot AS n ON n.id = l.snapshot_id",
    "SELECT json_array('issue', i.source_id, n.as_of, n.sha256, s.code, i.period, i.code, i.severity, i.locator, i.seen, i.wanted)
     FROM issue AS i LEFT JOIN snapshot AS n ON n.id = i.snapshot_id LEFT JOIN series AS s ON s.id = i.series_id
     WHERE i.recorded_to IS NULL",
    "SELECT json_array('observation', s.code, o.period, o.source_id, o.class, o.known_from, o.known_to, o.known_from_basis, o.status,
       o.value, o.decimals, o.printed, o.raw, o.unit, o.period_start, o.period_end, n.as_of, coalesce(n.sha256, n.url), o.locator,
       o.table_key, json(o.notes), o.inferred, o.evidence)
     FROM observation AS o JOIN series AS s ON s.id = o.series_id JOIN snapshot AS n ON n.id = o.snapshot_id
     WHERE o.recorded_to IS NULL",
    "SELECT json_array('snapshot', source_id, class, as_of, sha256, as_of_basis, known_from, known_from_basis, url, held)
     FROM snapshot",
];

impl Store {
    /// One JSON list a line, sorted. Two stores that were given the same documents in any order have the same dump.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn logical_dump(&self) -> Result<String, StoreError> {
        let mut lines = Vec::new();
        for sql in PARTS {
            let mut query = self.db.prepare_cached(sql)?;
            for line in query.query_map([], |row| row.get::<_, String>(0))? {
                lines.push(line?);
            }
        }
        lines.sort();
        Ok(lines.join("\n") + "\n")
    }

    /// The SHA-256 of [`Store::logical_dump`], computed without holding it.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn logical_digest(&self) -> Result<Sha256, StoreError> {
        digest(&self.db)
    }
}

/// [`Store::logical_digest`] inside a transaction that is already open.
pub(super) fn digest(db: &Connection) -> Result<Sha256, StoreError> {
    let mut hasher = Hasher::new();
    for sql in PARTS {
        let mut query = db.prepare(&format!("SELECT * FROM ({sql}) ORDER BY 1"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            hasher.update(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
            hasher.update("\n");
        }
    }
    Ok(hex::encode(hasher.finalize()))
}
