//! `unit_changed`: a document states a series in another unit than the documents before it. The figures are kept with the
//! unit that was stated; whether the publisher changed it, or it was misread, a person has to see.

use super::StoreError;
use super::issues::{self, Derived};
use crate::model::Class;
use rusqlite::{Connection, params};
use std::collections::{BTreeSet, HashMap};

/// The code of these issues.
const CODE: &str = "unit_changed";

/// Computes the issues of the series whose rows changed.
pub(super) fn settle(db: &Connection, source: &str, class: Class, touched: &BTreeSet<i64>, at: &str) -> Result<(), StoreError> {
    let (mut open, mut wanted) = (HashMap::new(), Vec::new());
    for id in touched {
        open.extend(issues::open(db, CODE, "series_id = ?1 AND source_id = ?2", params![id, source])?);
        if in_several(db, source, class, *id)? {
            wanted.extend(changes(db, source, class, *id)?);
        }
    }
    wanted.sort();
    issues::settle(db, open, wanted, at)
}

fn in_several(db: &Connection, source: &str, class: Class, series: i64) -> Result<bool, StoreError> {
    let sql = "SELECT coalesce(min(unit) <> max(unit), 0) FROM observation
        WHERE series_id = ?1 AND source_id = ?2 AND class = ?3 AND recorded_to IS NULL AND value IS NOT NULL";
    Ok(db.prepare_cached(sql)?.query_row(params![series, source, class.as_str()], |row| row.get(0))?)
}

/// One issue for every document whose unit is not that of the document before it.
fn changes(db: &Connection, source: &str, class: Class, series: i64) -> Result<Vec<Derived>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT o.snapshot_id, o.unit, s.code, o.locator
         FROM observation AS o JOIN series AS s ON s.id = o.series_id JOIN snapshot AS n ON n.id = o.snapshot_id
         WHERE o.series_id = ?1 AND o.source_id = ?2 AND o.class = ?3 AND o.recorded_to IS NULL AND o.value IS NOT NULL
         ORDER BY n.as_of, n.fetched_at, n.known_from, n.sha256, o.period_start, o.period_end",
    )?;
    let mut rows = query.query(params![series, source, class.as_str()])?;
    let (mut unit, mut issues): (Option<String>, Vec<Derived>) = (None, Vec::new());
    while let Some(row) = rows.next()? {
        let (snapshot, seen): (i64, String) = (row.get(0)?, row.get(1)?);
        let before = unit.replace(seen.clone()).filter(|before| *before != seen);
        let told = issues.last().is_some_and(|issue| issue.snapshot == Some(snapshot));
        if let (Some(wanted), false) = (before, told) {
            let locator = format!("{} at {}", row.get::<_, String>(2)?, row.get::<_, String>(3)?);
            let (source, snapshot) = (source.to_string(), Some(snapshot));
            issues.push(Derived { source, snapshot, series: Some(series), period: None, code: CODE, locator, seen, wanted });
        }
    }
    Ok(issues)
}
