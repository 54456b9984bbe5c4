//! Writing issues: those a reading brings, and those derived from the store, which are closed when they no longer hold.

use super::StoreError;
use crate::model::{Issue, Severity};
use rusqlite::{Connection, Params, Row, params};
use std::collections::HashMap;

/// An issue computed from the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Derived {
    pub source: String,
    pub snapshot: Option<i64>,
    pub series: Option<i64>,
    pub period: Option<String>,
    pub code: &'static str,
    pub locator: String,
    pub seen: String,
    pub wanted: String,
}

/// Stores what a reading said of itself.
pub(super) fn insert_all(db: &Connection, source: &str, snapshot: i64, issues: &[Issue], at: &str) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO issue (source_id, snapshot_id, code, severity, locator, seen, wanted, recorded_from)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for issue in issues {
        let severity = issue.severity.as_str();
        insert.execute(params![source, snapshot, issue.code, severity, issue.locator, issue.seen, issue.wanted, at])?;
    }
    Ok(())
}

/// Makes the open derived issues be `wanted`: closes what no longer holds, adds what is new, leaves the rest.
pub(super) fn settle(db: &Connection, mut open: HashMap<Derived, i64>, wanted: Vec<Derived>, at: &str) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO issue (source_id, snapshot_id, series_id, period, code, severity, locator, seen, wanted, derived, recorded_from)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10)",
    )?;
    for issue in wanted {
        if open.remove(&issue).is_none() {
            let (severity, d) = (Severity::Warning.as_str(), &issue);
            let place = params![d.source, d.snapshot, d.series, d.period, d.code, severity, d.locator, d.seen, d.wanted, at];
            insert.execute(place)?;
        }
    }
    let mut close = db.prepare_cached("UPDATE issue SET recorded_to = ?2 WHERE id = ?1")?;
    for id in open.into_values() {
        close.execute(params![id, at])?;
    }
    Ok(())
}

/// The open derived issues of a code that `filter` keeps, an SQL condition on their columns.
pub(super) fn open(
    db: &Connection,
    code: &'static str,
    filter: &str,
    params: impl Params,
) -> Result<Vec<(Derived, i64)>, StoreError> {
    let sql = format!("SELECT {DERIVED} FROM issue WHERE code = '{code}' AND derived = 1 AND recorded_to IS NULL AND {filter}");
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map(params, |row| read_derived(row, code))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Columns of [`read_derived`], in its order.
const DERIVED: &str = "id, source_id, snapshot_id, series_id, period, locator, seen, wanted";

/// An open derived issue of a known code.
fn read_derived(row: &Row<'_>, code: &'static str) -> rusqlite::Result<(Derived, i64)> {
    let derived = Derived {
        source: row.get(1)?,
        snapshot: row.get(2)?,
        series: row.get(3)?,
        period: row.get(4)?,
        code,
        locator: row.get(5)?,
        seen: row.get(6)?,
        wanted: row.get(7)?,
    };
    Ok((derived, row.get(0)?))
}
