//! `coverage_lost`: a document whose table reaches less far than the documents fetched before it, or lacks the table.
//! Derived from the coverage rows in the order of fetching, so the order of arrival does not matter.

use super::issues::{self, Derived};
use super::{StoreError, day};
use crate::model::Class;
use chrono::NaiveDate;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The code of these issues.
const CODE: &str = "coverage_lost";

/// A table and a frequency.
type Table = (String, String);
/// First and last day.
type Span = (NaiveDate, NaiveDate);
/// A document's row and what its tables cover.
type Covered = (i64, BTreeMap<Table, Span>);

/// Computes the issues of the document that arrived and of those fetched after it; of all, if several did.
pub(super) fn settle(db: &Connection, source: &str, class: Class, arrived: Option<i64>, at: &str) -> Result<(), StoreError> {
    let mut union: BTreeMap<Table, Span> = BTreeMap::new();
    let (mut open, mut wanted, mut affected) = (HashMap::new(), Vec::new(), arrived.is_none());
    for (snapshot, tables) in documents(db, source, class)? {
        affected |= Some(snapshot) == arrived;
        if affected {
            wanted.extend(union.iter().filter_map(|(table, before)| lost(source, snapshot, table, *before, tables.get(table))));
            open.extend(issues::open(db, CODE, "snapshot_id = ?1", [snapshot])?);
        }
        for (table, span) in tables {
            let entry = union.entry(table).or_insert(span);
            *entry = (entry.0.min(span.0), entry.1.max(span.1));
        }
    }
    issues::settle(db, open, wanted, at)
}

/// Every document of the source with what its tables cover, in the order of fetching.
fn documents(db: &Connection, source: &str, class: Class) -> Result<Vec<Covered>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT n.id, c.table_key, c.frequency, c.start, c.end FROM snapshot AS n LEFT JOIN coverage AS c ON c.snapshot_id = n.id
         WHERE n.source_id = ?1 AND n.class = ?2 ORDER BY n.as_of, n.fetched_at, n.known_from, n.sha256",
    )?;
    let mut rows = query.query(params![source, class.as_str()])?;
    let mut documents: Vec<Covered> = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        if documents.last().is_none_or(|(last, _)| *last != id) {
            documents.push((id, BTreeMap::new()));
        }
        if let (Some(table), Some((_, tables))) = (row.get::<_, Option<String>>(1)?, documents.last_mut()) {
            let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
            tables.insert((table, row.get(2)?), (day("coverage.start", text(3)?)?, day("coverage.end", text(4)?)?));
        }
    }
    Ok(documents)
}

/// The tables that documents of the source cover.
pub(super) fn tables(db: &Connection, source: &str, class: Class) -> Result<BTreeSet<String>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT c.table_key FROM coverage AS c JOIN snapshot AS n ON n.id = c.snapshot_id
         WHERE n.source_id = ?1 AND n.class = ?2",
    )?;
    let rows = query.query_map(params![source, class.as_str()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn lost(source: &str, snapshot: i64, table: &Table, before: Span, now: Option<&Span>) -> Option<Derived> {
    let text = |span: Span| format!("{}/{}", span.0, span.1);
    let missing = match now {
        None => vec![before],
        Some(now) => {
            let head = (now.0 > before.0).then(|| now.0.pred_opt().map(|day| (before.0, day.min(before.1)))).flatten();
            let tail = (now.1 < before.1).then(|| now.1.succ_opt().map(|day| (day.max(before.0), before.1))).flatten();
            head.into_iter().chain(tail).collect()
        }
    };
    let spans = missing.into_iter().map(text).collect::<Vec<_>>().join(" and ");
    (!spans.is_empty()).then(|| Derived {
        source: source.to_string(),
        snapshot: Some(snapshot),
        series: None,
        period: None,
        code: CODE,
        locator: format!("{}, frequency {}", table.0, table.1),
        seen: now.map_or_else(|| "no such table".to_string(), |span| text(*span)),
        wanted: format!("{} as in documents fetched before; lost {spans}", text(before)),
    })
}
