//! The questions other stages ask. Every one is answered by an index; none counts rows.

mod rows;

pub use rows::{Counts, DocumentRow, IssueRow, SeriesInfo, StatusRow, VintageRow};

pub(super) use self::rows::{Asked, read_vintage};
use super::{Store, StoreError};
use crate::model::Period;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, ToSql};

/// Columns of [`read_vintage`], in its order.
pub(super) const VINTAGE: &str = "o.id, s.code, o.period_start, o.period_end, o.source_id, o.class, o.known_from, o.known_to, o.known_from_basis,
    o.value, o.decimals, o.printed, o.raw, o.status, o.unit, o.locator, o.notes, n.sha256, n.held, n.as_of, n.url, n.obtained_from,
    o.inferred, o.evidence, o.parser, n.as_of_basis";
/// What [`VINTAGE`] is read from; the series comes first, so that `observation_lookup` serves it.
const FROM: &str = "FROM series AS s CROSS JOIN observation AS o ON o.series_id = s.id JOIN snapshot AS n ON n.id = o.snapshot_id
    WHERE s.code = ?1 AND o.recorded_to IS NULL";
/// Oldest first; between equal days the better class last, as the later one decides.
const ORDER: &str =
    "ORDER BY o.period_start, o.period_end, o.known_from, o.class_rank, o.source_id DESC, n.as_of, n.fetched_at, n.sha256";

impl Store {
    /// Every row of a series and period across sources and classes, oldest first, those that stood no day included. With
    /// `as_of` only what a reader would have seen on that day.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn vintages(&self, code: &str, period: Period, as_of: Option<NaiveDate>) -> Result<Vec<VintageRow>, StoreError> {
        let sql = format!("SELECT {VINTAGE} {FROM} AND o.period = ?2 {}", ordered(as_of, "?3"));
        self.rows(&sql, &[&code, &period.to_string()], as_of)
    }

    /// Every row of a series, by period and then as in [`Store::vintages`].
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn observations(&self, code: &str, as_of: Option<NaiveDate>) -> Result<Vec<VintageRow>, StoreError> {
        let sql = format!("SELECT {VINTAGE} {FROM} {}", ordered(as_of, "?2"));
        self.rows(&sql, &[&code], as_of)
    }

    fn rows(&self, sql: &str, keys: &[&dyn ToSql], as_of: Option<NaiveDate>) -> Result<Vec<VintageRow>, StoreError> {
        let day = as_of.map(|d| d.to_string());
        let mut params = keys.to_vec();
        params.extend(day.iter().map(|d| d as &dyn ToSql));
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(params.as_slice(), |row| Ok(read_vintage(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Whether the store knows this series.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn series_exists(&self, code: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM series WHERE code = ?1)";
        Ok(self.db.prepare_cached(sql)?.query_row([code], |row| row.get(0))?)
    }

    /// What the store says of a series.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn series_info(&self, code: &str) -> Result<Option<SeriesInfo>, StoreError> {
        let sql = format!("SELECT {} FROM series WHERE code = ?1", SeriesInfo::COLUMNS);
        self.db.prepare_cached(&sql)?.query_row([code], |row| Ok(SeriesInfo::read(row))).optional()?.transpose()
    }

    /// Every source: its last attempt and success, what it holds, what is open.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn status_rows(&self) -> Result<Vec<StatusRow>, StoreError> {
        self.listed(&format!("SELECT {} FROM source_health ORDER BY source_id", StatusRow::COLUMNS), &[])
    }

    /// Every attempt with the document it brought, newest first; of one source or of all, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn documents(&self, source: Option<&str>, limit: u32) -> Result<Vec<DocumentRow>, StoreError> {
        self.listed(&tries(source), &[&source, &limit])
    }

    /// Open issues of one source or of all, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn issues(&self, source: Option<&str>) -> Result<Vec<IssueRow>, StoreError> {
        let (by_source, all) = (" AND i.source_id = ?1", " AND ?1 IS NULL");
        self.listed(&format!("{}{} ORDER BY i.id", IssueRow::SQL, if source.is_some() { by_source } else { all }), &[&source])
    }

    /// How many open issues there are of one source or of all, by severity and code.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn issue_counts(&self, source: Option<&str>) -> Result<Vec<(String, String, i64)>, StoreError> {
        let sql = "SELECT severity, code, count(*) FROM issue WHERE recorded_to IS NULL AND (?1 IS NULL OR source_id = ?1)
             GROUP BY severity, code ORDER BY severity, code";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([source], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether these bytes of that day were read here already.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn has_document(&self, source: &str, sha256: &str, as_of: NaiveDate) -> Result<bool, StoreError> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM snapshot WHERE source_id = ?1 AND class = 'parsed' AND as_of = ?3 AND sha256 = ?2)";
        Ok(self.db.prepare_cached(sql)?.query_row([source, sha256, &as_of.to_string()], |row| row.get(0))?)
    }

    /// Whether figures of this source came from people who read it, or from another store.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn is_read_by_people(&self, source: &str) -> Result<bool, StoreError> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM snapshot WHERE source_id = ?1 AND class IN ('exported', 'transcribed', 'quoted'))";
        Ok(self.db.prepare_cached(sql)?.query_row([source], |row| row.get(0))?)
    }

    /// The bytes of the document that was fetched last and gave figures.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn newest_document(&self, source: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT sha256 FROM snapshot WHERE source_id = ?1 AND class = 'parsed' ORDER BY as_of DESC, id DESC LIMIT 1";
        Ok(self.db.prepare_cached(sql)?.query_row([source], |row| row.get(0)).optional()?)
    }

    /// How much there is. Observations and vintages come from counters, not from counting.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let mut query = self.db.prepare_cached(Counts::SQL)?;
        Ok(query.query_row([], Counts::read)?)
    }

    pub(super) fn listed<T: Asked>(&self, sql: &str, params: &[&dyn ToSql]) -> Result<Vec<T>, StoreError> {
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(params, |row| Ok(T::read(row)))?;
        rows.map(|row| row?).collect()
    }
}

/// Attempts and their documents; ?1 source or NULL, ?2 limit.
fn tries(source: Option<&str>) -> String {
    let condition = if source.is_some() { "a.source_id = ?1" } else { "?1 IS NULL" };
    format!("{} WHERE {condition} ORDER BY a.id DESC LIMIT ?2", DocumentRow::SQL)
}

/// The day's condition, if a day is asked for, and the order.
fn ordered(as_of: Option<NaiveDate>, parameter: &str) -> String {
    match as_of {
        Some(_) => format!("AND o.known_from <= {parameter} AND (o.known_to IS NULL OR o.known_to > {parameter}) {ORDER}"),
        None => ORDER.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::attempt::{addresses_tried, validators};

    fn plan(store: &Store, sql: &str) -> String {
        let mut query = store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let blanks = vec![""; query.parameter_count()];
        let rows = query.query_map(rusqlite::params_from_iter(blanks), |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    }

    /// S10: no look-up of a figure scans a table.
    #[test]
    fn figures_are_found_by_index() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("p.db")).unwrap();
        let period = format!("SELECT {VINTAGE} {FROM} AND o.period = ?2 {}", ordered(None, ""));
        let series = format!("SELECT {VINTAGE} {FROM} {}", ordered(None, ""));
        let latest = "SELECT * FROM latest WHERE code = ?1 AND period = ?2".to_string();
        let first = "SELECT * FROM first_print WHERE code = ?1 AND period = ?2".to_string();
        for sql in [period, series, latest, first] {
            let plan = plan(&store, &sql);
            assert!(!plan.contains("SCAN") && plan.contains("observation_lookup"), "{sql}\n{plan}");
        }
    }

    /// S9, S13: what every command and every run asks reads the sources and nothing that grows with history.
    #[test]
    fn the_state_of_the_sources_is_found_by_index() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("p.db")).unwrap();
        let status = format!("SELECT {} FROM source_health ORDER BY source_id", StatusRow::COLUMNS);
        let cases: [(String, &[&str]); 3] = [
            (
                status,
                &[
                    "attempt_success",
                    "snapshot_by_source",
                    "attempt_by_source",
                    "attempt_missed",
                    "issue_by_source",
                    "quarantine_open",
                ],
            ),
            (tries(Some("s")), &["attempt_by_source"]),
            (validators(), &["attempt_validated"]),
        ];
        let addresses = plan(&store, &addresses_tried());
        let tables = addresses.lines().filter(|step| step.starts_with("SEARCH") || step.starts_with("SCAN"));
        assert!(
            tables.clone().all(|step| step.contains("attempt_by_address") || step == "SCAN t" || step == "SCAN CONSTANT ROW")
        );
        assert_eq!(tables.filter(|step| step.contains("attempt_by_address")).count(), 5, "{addresses}");
        for (sql, indexes) in cases {
            let plan = plan(&store, &sql);
            let scans = plan.lines().filter(|step| step.starts_with("SCAN"));
            assert!(scans.clone().all(|step| step.starts_with("SCAN s ")), "{sql}\n{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
            indexes.iter().for_each(|index| assert!(plan.contains(index), "{index}\n{plan}"));
        }
    }
}
