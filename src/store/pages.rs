//! What pages ask beside the rest: one figure by its row, and series by what they are called.

use super::query::{Asked, VINTAGE, VintageRow, read_vintage};
use super::{Store, StoreError};
use rusqlite::{OptionalExtension, Row, params};

/// Columns by which series can be put in order; nothing else reaches the query's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeriesOrder {
    /// By code.
    #[default]
    Code,
    /// By title.
    Title,
    /// By the newest period.
    Newest,
}

impl SeriesOrder {
    fn sql(self) -> &'static str {
        match self {
            SeriesOrder::Code => "code",
            SeriesOrder::Title => "title = '', title, code",
            SeriesOrder::Newest => "newest DESC, code",
        }
    }
}

/// Which series are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeriesSought {
    /// Words that must all stand in code or title; empty: every series.
    pub text: String,
    /// In which order.
    pub order: SeriesOrder,
    /// So many are passed over.
    pub skip: u32,
    /// So many are given at most.
    pub most: u32,
}

/// A series in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesHit {
    /// Its code.
    pub code: String,
    /// A label for people.
    pub title: String,
    /// Unit of the figure that was stored first.
    pub unit: String,
    /// The earliest period, as text.
    pub oldest: String,
    /// The latest one.
    pub newest: String,
}

impl Asked for SeriesHit {
    fn read(row: &Row<'_>) -> Result<SeriesHit, StoreError> {
        let text = |at: usize| Ok::<_, StoreError>(row.get::<_, Option<String>>(at)?.unwrap_or_default());
        Ok(SeriesHit { code: row.get(0)?, title: row.get(1)?, unit: row.get(2)?, oldest: text(3)?, newest: text(4)? })
    }
}

impl Store {
    /// A number that grows with every figure that is stored: one that is read otherwise is a new row.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn newest_figure(&self) -> Result<i64, StoreError> {
        Ok(self.db.query_row("SELECT coalesce(max(id), 0) FROM observation", [], |row| row.get(0))?)
    }

    /// A number that differs once another connection has written into the file.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.db.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// One stored figure by its row.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], [`StoreError::Corrupt`].
    pub fn figure(&self, id: i64) -> Result<Option<VintageRow>, StoreError> {
        let sql = format!(
            "SELECT {VINTAGE} FROM observation AS o JOIN series AS s ON s.id = o.series_id JOIN snapshot AS n ON n.id = o.snapshot_id
             WHERE o.id = ?1"
        );
        self.db.prepare_cached(&sql)?.query_row([id], |row| Ok(read_vintage(row))).optional()?.transpose()
    }

    /// Series whose code or title has every word that is looked for.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn find_series(&self, sought: &SeriesSought) -> Result<Vec<SeriesHit>, StoreError> {
        let words: Vec<[String; 3]> = sought.text.split_whitespace().map(spellings).collect();
        let sql = format!(
            "SELECT code, title, unit,
               (SELECT min(o.period) FROM observation AS o WHERE o.series_id = s.id) AS oldest,
               (SELECT max(o.period) FROM observation AS o WHERE o.series_id = s.id) AS newest
             FROM series AS s
             WHERE NOT EXISTS (SELECT 1 FROM json_each(?1) AS w WHERE NOT (
               s.code LIKE w.value ->> 0 ESCAPE '\\' OR s.title LIKE w.value ->> 0 ESCAPE '\\'
               OR s.title LIKE w.value ->> 1 ESCAPE '\\' OR s.title LIKE w.value ->> 2 ESCAPE '\\'))
             ORDER BY {} LIMIT ?2 OFFSET ?3",
            sought.order.sql()
        );
        self.listed(&sql, params![serde_json::json!(words).to_string(), sought.most, sought.skip])
    }
}

/// A word as patterns, none of its characters being a joker: as it is, small, and with a capital. SQLite's LIKE takes small and
/// capital letters for the same only among the Latin ones.
fn spellings(word: &str) -> [String; 3] {
    let escaped: String =
        word.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect();
    let small = escaped.to_lowercase();
    let mut letters = small.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    [escaped, small, capital].map(|word| format!("%{word}%"))
}
