//! How long what a load says of a period stood: until the next load of the same source, scope and period.

use crate::model::{Drift, Weight};
use crate::store::StoreError;
use rusqlite::{Connection, params};

/// A document that has less than one in so many lines of what it replaces of a period is held: it is a part of the period, or cut.
const SHRUNK: i64 = 3;

/// What a document that is new says of its periods, and what that changes of those before it.
pub(super) fn begin(db: &Connection, snapshot: i64) -> Result<Vec<Drift>, StoreError> {
    db.prepare_cached(
        "INSERT INTO customs_span (load_id, period, lines, known_from)
         SELECT l.id, s.period, sum(s.lines), n.known_from
         FROM customs_load AS l JOIN snapshot AS n ON n.id = l.snapshot_id JOIN customs_segment AS s ON s.load_id = l.id
         WHERE l.snapshot_id = ?1 GROUP BY s.period",
    )?
    .execute([snapshot])?;
    settle(db, snapshot)?;
    shrunk(db, snapshot)
}

/// A document became known on another day, or has other lines.
pub(in crate::store) fn settle_document(db: &Connection, snapshot: i64) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE customs_span SET known_from = n.known_from FROM customs_load AS l JOIN snapshot AS n ON n.id = l.snapshot_id
         WHERE l.snapshot_id = ?1 AND customs_span.load_id = l.id AND customs_span.known_from <> n.known_from",
    )?
    .execute([snapshot])?;
    settle(db, snapshot)
}

/// The loads of a document's source and scope, a period's in the order of their documents.
const CHAIN: &str = "SELECT p.load_id, p.period, p.lines, l.snapshot_id,
      lead(n.known_from) OVER chain AS next, lag(p.lines) OVER chain AS before
    FROM customs_load AS o JOIN customs_load AS l ON l.source_id = o.source_id AND l.scope = o.scope
      JOIN snapshot AS n ON n.id = l.snapshot_id JOIN customs_span AS p ON p.load_id = l.id
    WHERE o.snapshot_id = ?1
    WINDOW chain AS (PARTITION BY p.period ORDER BY n.known_from, n.as_of, n.fetched_at, n.sha256)";

fn settle(db: &Connection, snapshot: i64) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE customs_span SET known_to = c.next FROM ({CHAIN}) AS c
         WHERE c.load_id = customs_span.load_id AND c.period = customs_span.period AND customs_span.known_to IS NOT c.next"
    );
    db.prepare_cached(&sql)?.execute([snapshot])?;
    Ok(())
}

/// Periods of which a document has far fewer lines than what it replaces.
fn shrunk(db: &Connection, snapshot: i64) -> Result<Vec<Drift>, StoreError> {
    let sql =
        format!("SELECT period, before, lines FROM ({CHAIN}) WHERE snapshot_id = ?1 AND lines * ?2 < before ORDER BY period");
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map(params![snapshot, SHRUNK], |row| {
        let (period, before, now): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let place = match period % 100 {
            0 => format!("period {}", period / 100),
            month => format!("period {}-{month:02}", period / 100),
        };
        Ok(Drift::new(Weight::Holds, "lines_fell", place, format!("{before} lines"), format!("{now} lines")))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
