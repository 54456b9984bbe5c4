//! Whether the file still says what it was made to say: its structure, what its rows count and name, and which documents and
//! evidence they rest on. What the documents themselves say is `reparse`'s business.

use super::{Store, StoreError, day, shape};
use crate::model::{Period, Sha256};
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;

/// SQLite tells so many kinds of damage at most.
const MOST_DAMAGES: u32 = 100;

/// Something that is not as it was made, named so that a person finds it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// A typed code.
    pub code: &'static str,
    /// Where.
    pub place: String,
    /// What is there.
    pub seen: String,
    /// What should be.
    pub wanted: String,
}

impl Fault {
    /// A fault.
    pub fn new(code: &'static str, place: impl Into<String>, seen: impl Into<String>, wanted: impl Into<String>) -> Fault {
        Fault { code, place: place.into(), seen: seen.into(), wanted: wanted.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}: expected {}, found {}", self.code, self.place, self.wanted, self.seen)
    }
}

/// A document that rows rest on and that must be in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its bytes.
    pub sha256: Sha256,
    /// Their number, where it is known.
    pub bytes: Option<u64>,
    /// Which row names it.
    pub place: String,
}

/// Counters of sources that are not what they count.
const SOURCES: &str = "SELECT s.id, s.observations || ' observations and ' || s.vintages || ' vintages',
      ifnull(c.rows, 0) || ' observations and ' || ifnull(c.rows - c.chains, 0) || ' vintages'
    FROM source AS s LEFT JOIN (
      SELECT source_id, sum(n) AS rows, count(*) AS chains FROM (
        SELECT source_id, count(*) AS n FROM observation WHERE recorded_to IS NULL GROUP BY source_id, class, series_id, period)
      GROUP BY source_id) AS c ON c.source_id = s.id
    WHERE s.observations <> ifnull(c.rows, 0) OR s.vintages <> ifnull(c.rows - c.chains, 0)";
/// The same for values of current figures.
const VALUES: &str = "WITH counted AS (
      SELECT unit, value_num, count(*) AS figures FROM observation
      WHERE value IS NOT NULL AND known_to IS NULL AND recorded_to IS NULL GROUP BY unit, value_num)
    SELECT coalesce(k.unit, c.unit) || ' ' || coalesce(k.value_num, c.value_num), ifnull(k.figures, 0) || ' figures',
      ifnull(c.figures, 0) || ' figures'
    FROM value_count AS k FULL JOIN counted AS c ON c.unit = k.unit AND c.value_num = k.value_num
    WHERE k.figures IS NOT c.figures";
/// Chains that nobody would find.
const CHAINS: &str = "SELECT s.code || ' of ' || o.source_id || ', ' || o.class, 'no row', 'a row'
    FROM (SELECT DISTINCT series_id, source_id, class FROM observation) AS o JOIN series AS s ON s.id = o.series_id
    WHERE NOT EXISTS (SELECT 1 FROM series_source AS k
      WHERE k.series_id = o.series_id AND k.source_id = o.source_id AND k.class = o.class)";
/// Figures that say otherwise than their document whose they are and since when they are known.
const DOCUMENTS: &str = "SELECT s.code || ' ' || o.period || ', row ' || o.id,
      o.source_id || ', ' || o.class || ', known from ' || o.known_from || ' (' || o.known_from_basis || ')',
      n.source_id || ', ' || n.class || ', known from ' || n.known_from || ' (' || n.known_from_basis || ')'
    FROM observation AS o JOIN snapshot AS n ON n.id = o.snapshot_id JOIN series AS s ON s.id = o.series_id
    WHERE o.recorded_to IS NULL AND (o.source_id <> n.source_id OR o.class <> n.class
      OR o.class = 'parsed' AND (o.known_from <> n.known_from OR o.known_from_basis <> n.known_from_basis))";
/// Rows of figures that verdicts were judged by and that are not there.
const VERDICTS: &str = "SELECT c.paper_id || ' ' || c.claim || ', ' || f.side || ' verdict ' || f.id,
      'observation ' || json_extract(v.value, '$.observation') || ', which is not there', 'an observation that is there'
    FROM finding AS f JOIN claim AS c ON c.id = f.claim_id, json_each(f.vintages) AS v
    WHERE json_extract(v.value, '$.observation') IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM observation AS o WHERE o.id = json_extract(v.value, '$.observation'))";

/// Loads that do not have the lines they count.
const LINES: &str = "SELECT 'customs lines of ' || n.source_id || ' of ' || n.as_of || ', document ' || n.sha256,
      ifnull(c.lines, 0) || ' lines', l.lines || ' lines'
    FROM customs_load AS l JOIN snapshot AS n ON n.id = l.snapshot_id LEFT JOIN (
      SELECT s.load_id, count(*) AS lines FROM customs_segment AS s JOIN customs_line AS r ON r.segment_id = s.id GROUP BY s.load_id
    ) AS c ON c.load_id = l.id
    WHERE l.lines <> ifnull(c.lines, 0) OR l.lines <> (SELECT ifnull(sum(p.lines), 0) FROM customs_span AS p WHERE p.load_id = l.id)";

impl Store {
    /// Damage of the file as SQLite finds it, rows that name rows which are not there, tables that are made otherwise. What a column
    /// may hold (`CHECK`) SQLite looks at only where it could write.
    pub fn damages(&self) -> Vec<Fault> {
        Self::found(self.looks())
    }

    /// The same, unless the file cannot be looked at.
    pub(super) fn looked_for_damages(&self) -> Result<Vec<Fault>, StoreError> {
        Ok(self.looks().collect::<Result<Vec<_>, _>>()?.concat())
    }

    fn looks(&self) -> impl Iterator<Item = Result<Vec<Fault>, StoreError>> {
        type Look = fn(&Connection) -> Result<Vec<Fault>, StoreError>;
        let looks: [Look; 4] = [|db| integrity(db, "integrity_check"), partial_indexes, foreign_keys, shape::strange];
        looks.into_iter().map(|look| look(&self.db))
    }

    /// Rows that hold what their columns may not, in a file that can be written; and all else that is quickly seen.
    pub fn bad_rows(&self) -> Vec<Fault> {
        Self::found(std::iter::once(integrity(&self.db, "quick_check")))
    }

    fn found(found: impl Iterator<Item = Result<Vec<Fault>, StoreError>>) -> Vec<Fault> {
        let failed = |error: &StoreError| vec![Fault::new("database", "sverka.db", error.to_string(), "a sound file")];
        found.flat_map(|found| found.unwrap_or_else(|error| failed(&error))).collect()
    }

    /// Counters, days and names that do not agree with the rows they stand for.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; [`StoreError::Corrupt`].
    pub fn disagreements(&self) -> Result<Vec<Fault>, StoreError> {
        let checks = [
            ("counter", SOURCES),
            ("counter", VALUES),
            ("chain", CHAINS),
            ("document_of_figure", DOCUMENTS),
            ("verdict", VERDICTS),
            ("lines", LINES),
        ];
        let mut faults = Vec::new();
        for (code, sql) in checks {
            let mut query = self.db.prepare(sql)?;
            let read = |row: &Row<'_>| Ok(Fault::new(code, text(row, 0)?, text(row, 1)?, text(row, 2)?));
            faults.extend(query.query_map([], read)?.collect::<Result<Vec<_>, _>>()?);
        }
        faults.extend(periods(&self.db)?);
        faults.extend(super::customs::damaged(&self.db)?);
        Ok(faults)
    }

    /// Every document that must be in the archive, each with the row that says so.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn documents_named(&self) -> Result<Vec<Named>, StoreError> {
        let sql = "SELECT sha256, bytes, 'document of ' || source_id || ' of ' || as_of FROM snapshot WHERE held = 1
            UNION ALL
            SELECT sha256, bytes, 'document of ' || source_id || ' in quarantine (' || rule || ')' FROM quarantine
              WHERE sha256 IS NOT NULL AND locator = ''
            UNION ALL
            SELECT sha256, bytes, 'document of ' || source_id || ' without figures (' || outcome || ')' FROM unread
            ORDER BY 1, 3";
        let mut query = self.db.prepare(sql)?;
        let rows = query.query_map([], |row| {
            let bytes: Option<i64> = row.get(1)?;
            Ok(Named { sha256: row.get(0)?, bytes: bytes.map(i64::unsigned_abs), place: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Evidence files that figures come from, each with how many.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn evidence_named(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let sql =
            "SELECT evidence, count(*) FROM observation WHERE evidence IS NOT NULL AND recorded_to IS NULL GROUP BY evidence";
        let mut query = self.db.prepare(sql)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The digest of the evidence that the newest reconciliation was made from.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn evidence_judged(&self) -> Result<Option<Sha256>, StoreError> {
        let sql = "SELECT (SELECT evidence_sha256 FROM reconciliation WHERE evidence_sha256 <> '' ORDER BY id DESC LIMIT 1)";
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    /// How many rows every table has.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn row_counts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut query = self.db.prepare(sql)?;
        let tables = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        let count = |table: String| {
            let count: i64 = self.db.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0))?;
            Ok((table, count.unsigned_abs()))
        };
        tables.into_iter().map(count).collect()
    }
}

fn text(row: &Row<'_>, at: usize) -> rusqlite::Result<String> {
    row.get(at)
}

fn integrity(db: &Connection, pragma: &str) -> Result<Vec<Fault>, StoreError> {
    let mut query = db.prepare(&format!("PRAGMA {pragma}({MOST_DAMAGES})"))?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().filter(|told| told != "ok").map(|told| Fault::new("database", "sverka.db", told, "ok")).collect())
}

/// Indexes of some rows that have an entry too many. SQLite (3.54) counts the entries of whole indexes only.
fn partial_indexes(db: &Connection) -> Result<Vec<Fault>, StoreError> {
    let partial = "SELECT s.tbl_name, s.name, s.sql FROM sqlite_schema AS t JOIN pragma_index_list(t.name) AS i ON i.partial = 1
        JOIN sqlite_schema AS s ON s.type = 'index' AND s.name = i.name WHERE t.type = 'table' ORDER BY s.name";
    let mut query = db.prepare(partial)?;
    let named = query.query_map([], |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?)))?;
    let mut faults = Vec::new();
    for (table, index, sql) in named.collect::<Result<Vec<_>, _>>()? {
        let Some((_, those)) = sql.split_once(" WHERE ") else { continue };
        let count =
            |how: &str| db.query_row(&format!("SELECT count(*) FROM \"{table}\" {how} WHERE {those}"), [], |row| row.get(0));
        let (entries, rows): (i64, i64) = (count(&format!("INDEXED BY \"{index}\""))?, count("NOT INDEXED")?);
        if entries != rows {
            faults.push(Fault::new(
                "database",
                format!("index {index}"),
                format!("{entries} entries"),
                format!("{rows} entries"),
            ));
        }
    }
    Ok(faults)
}

fn foreign_keys(db: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut query = db.prepare("PRAGMA foreign_key_check")?;
    let rows = query.query_map([], |row| {
        let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let place = id.map_or(table.clone(), |id| format!("{table}, row {id}"));
        Ok(Fault::new("foreign_key", place, "none", format!("the row of {parent} that it names")))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Periods whose name is not that of their days.
fn periods(db: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut query = db.prepare("SELECT DISTINCT period, period_start, period_end FROM observation")?;
    let mut rows = query.query([])?;
    let mut faults = Vec::new();
    while let Some(row) = rows.next()? {
        let (name, start, end) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
        let days = Period::days(day("observation.period_start", &start)?, day("observation.period_end", &end)?);
        if days.is_none_or(|days| days.to_string() != name) {
            let wanted = days.map_or("days in their order".to_string(), |days| days.to_string());
            faults.push(Fault::new("period", format!("figures of {start} to {end}"), name, wanted));
        }
    }
    Ok(faults)
}
