//! `sources_disagree`: two chains hold different figures for one series and period, known from the same day.

use super::StoreError;
use super::chain::Key;
use super::issues::{self, Derived};
use rusqlite::{Connection, params};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The code of these issues.
const CODE: &str = "sources_disagree";

/// What one chain says: source, class, value or status.
type Voice = (String, String, String);

/// Computes the issues of the series and periods whose rows changed.
pub(super) fn settle(db: &Connection, touched: impl IntoIterator<Item = Key>, at: &str) -> Result<(), StoreError> {
    let mut several: HashMap<i64, bool> = HashMap::new();
    let mut keys = HashSet::new();
    for key in touched {
        let many = match several.get(&key.0) {
            Some(many) => *many,
            None => *several.entry(key.0).or_insert(has_several_chains(db, key.0)?),
        };
        keys.extend(many.then_some(key));
    }
    let (mut open, mut wanted) = (HashMap::new(), Vec::new());
    for key in keys {
        open.extend(issues::open(db, CODE, "series_id = ?1 AND period = ?2", params![key.0, key.1.to_string()])?);
        wanted.extend(disagreements(db, key)?);
    }
    wanted.sort();
    issues::settle(db, open, wanted, at)
}

/// Closed rows count too: a chain that was emptied may have left an issue.
fn has_several_chains(db: &Connection, series: i64) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) > 1 FROM series_source WHERE series_id = ?1";
    Ok(db.prepare_cached(sql)?.query_row([series], |row| row.get(0))?)
}

fn disagreements(db: &Connection, key: Key) -> Result<Vec<Derived>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT o.known_from, o.source_id, o.class, coalesce(o.value, o.status), s.code
         FROM observation AS o JOIN series AS s ON s.id = o.series_id
         WHERE o.series_id = ?1 AND o.period = ?2 AND o.recorded_to IS NULL AND (o.known_to IS NULL OR o.known_to > o.known_from)
         ORDER BY o.known_from, o.source_id, o.class",
    )?;
    let period = key.1.to_string();
    let mut rows = query.query(params![key.0, period])?;
    let mut days: BTreeMap<String, Vec<Voice>> = BTreeMap::new();
    let mut code = String::new();
    while let Some(row) = rows.next()? {
        code = row.get(4)?;
        days.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?, row.get(3)?));
    }
    let differing = days.iter().filter(|(_, voices)| differ(voices));
    Ok(differing.flat_map(|(day, voices)| derive(key.0, &code, &period, day, voices)).collect())
}

/// 7.0 and 7.00 are one value.
fn differ(voices: &[Voice]) -> bool {
    let value = |v: &Voice| v.2.parse::<Decimal>().map_or_else(|_| v.2.clone(), |d| d.normalize().to_string());
    voices.iter().map(value).collect::<BTreeSet<_>>().len() > 1
}

/// One issue for every source that has a say.
fn derive(series: i64, code: &str, period: &str, day: &str, voices: &[Voice]) -> Vec<Derived> {
    let seen: Vec<String> = voices.iter().map(|(source, class, value)| format!("{value} ({source}, {class})")).collect();
    let sources: BTreeSet<&String> = voices.iter().map(|v| &v.0).collect();
    let issue = |source: &&String| Derived {
        source: source.to_string(),
        snapshot: None,
        series: Some(series),
        period: Some(period.to_string()),
        code: CODE,
        locator: format!("{code} {period}, known from {day}"),
        seen: seen.join(", "),
        wanted: "one value".to_string(),
    };
    sources.iter().map(issue).collect()
}
