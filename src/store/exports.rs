//! Figures written out for people: a selection of them, in one order, row after row, however many there are.

use super::query::{Asked, SeriesInfo, VINTAGE, VintageRow, read_vintage};
use super::{Store, StoreError};
use crate::model::Frequency;
use chrono::NaiveDate;
use rusqlite::{ToSql, named_params};

/// Which of the vintages of a figure are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wanted {
    /// What stands today: one row a series and period, as in the view `latest`.
    #[default]
    Latest,
    /// The first value that was known, as in the view `first_print`.
    First,
    /// What a reader would have seen on that day.
    AsOf(NaiveDate),
    /// Every row that stood at least a day, repeats in other chains included.
    All,
}

/// What is selected. An empty list selects everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Series whose code fits any of these; see [`Selection::pattern`].
    pub patterns: Vec<String>,
    /// Of them only those of this list.
    pub codes: Option<Vec<String>>,
    /// Only what these sources say.
    pub sources: Vec<String>,
    /// Which vintages.
    pub wanted: Wanted,
    /// Only periods that begin on this day or later.
    pub from: Option<NaiveDate>,
    /// Only periods that end on this day or earlier.
    pub to: Option<NaiveDate>,
}

impl Selection {
    /// The patterns (SQLite's GLOB) that a text means: itself where it has jokers, else the code and all codes that go on after a point.
    pub fn pattern(text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        if text.contains(['*', '?', '[']) { vec![text] } else { vec![format!("{text}.*"), text] }
    }

    /// The codes as JSON; a list of none selects none.
    fn listed_codes(&self) -> Option<String> {
        self.codes.as_deref().map(|codes| serde_json::json!(codes).to_string())
    }
}

/// The series that fit.
const SERIES: &str = "(:patterns IS NULL OR EXISTS (SELECT 1 FROM json_each(:patterns) AS p WHERE s.code GLOB p.value))
      AND (:codes IS NULL OR s.code IN (SELECT value FROM json_each(:codes)))";
/// Their rows that stood at least a day, and the conditions of the selection.
const ROWS: &str = "o.recorded_to IS NULL AND (o.known_to IS NULL OR o.known_to > o.known_from)
      AND (:sources IS NULL OR o.source_id IN (SELECT value FROM json_each(:sources)))
      AND (:from IS NULL OR o.period_start >= :from) AND (:to IS NULL OR o.period_end <= :to)";
/// Between rows of one series and period: oldest first, the better one last, as in [`Store::vintages`].
const VERSIONS: &str = "o.known_from, o.class_rank, o.source_id DESC, n.as_of, n.fetched_at, n.sha256, o.id";

/// The question for the rows of one series.
fn of_series(wanted: Wanted) -> String {
    format!(
        "SELECT {VINTAGE} FROM series AS s CROSS JOIN observation AS o ON o.series_id = s.id JOIN snapshot AS n ON n.id = o.snapshot_id
         WHERE s.code = :code AND {ROWS} AND {} ORDER BY o.period_start, o.period_end, {VERSIONS}",
        condition(wanted)
    )
}

/// The question for the rows of all series of one frequency, by period. SQLite sorts them, in a file where they are many.
fn by_period(wanted: Wanted) -> String {
    format!(
        "SELECT {VINTAGE} FROM series AS s CROSS JOIN observation AS o ON o.series_id = s.id JOIN snapshot AS n ON n.id = o.snapshot_id
         WHERE s.frequency = :frequency AND {SERIES} AND {ROWS} AND {}
         ORDER BY o.period_start, o.period_end, s.code, {VERSIONS}",
        condition(wanted)
    )
}

/// What a row must be to be chosen at all.
fn condition(wanted: Wanted) -> String {
    match wanted {
        Wanted::Latest => "o.known_to IS NULL".to_string(),
        Wanted::First => "o.value IS NOT NULL".to_string(),
        Wanted::AsOf(day) => format!("o.known_from <= '{day}' AND (o.known_to IS NULL OR o.known_to > '{day}')"),
        Wanted::All => "1".to_string(),
    }
}

/// A list as JSON; an empty one asks for nothing in particular.
fn listed(list: &[String]) -> Option<String> {
    (!list.is_empty()).then(|| serde_json::json!(list).to_string())
}

/// Rows as they come, of which one a series and period goes on, or all.
struct Choice {
    wanted: Wanted,
    kept: Option<VintageRow>,
}

impl Choice {
    /// Takes a row and gives the one that is decided by it.
    fn take(&mut self, row: VintageRow) -> Option<VintageRow> {
        let Some(kept) = self.kept.as_ref().filter(|kept| (&kept.series, kept.period) == (&row.series, row.period)) else {
            return self.kept.replace(row);
        };
        match self.wanted {
            Wanted::All => return self.kept.replace(row),
            Wanted::First if kept.known_from < row.known_from => {}
            Wanted::First | Wanted::Latest | Wanted::AsOf(_) => self.kept = Some(row),
        }
        None
    }
}

impl Store {
    /// Does several questions at one moment of the file, whoever writes meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], and what `ask` says.
    pub fn at_one_moment<T, E: From<StoreError>>(&self, ask: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let moment = self.db.unchecked_transaction().map_err(StoreError::from)?;
        let found = ask();
        drop(moment);
        found
    }

    /// Tells every selected figure with its series, by code, period and day. Nothing is held but a series' rows while they are sorted.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], [`StoreError::Corrupt`], and what `tell` says.
    pub fn export<E: From<StoreError>>(
        &self,
        selection: &Selection,
        mut tell: impl FnMut(&SeriesInfo, VintageRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!("SELECT {} FROM series AS s WHERE {SERIES} ORDER BY s.code", SeriesInfo::COLUMNS);
        let mut query = self.db.prepare(&sql).map_err(StoreError::from)?;
        let (patterns, codes) = (listed(&selection.patterns), selection.listed_codes());
        let asked = query.query(named_params! { ":patterns": patterns, ":codes": codes });
        let mut series = asked.map_err(StoreError::from)?;
        let rows = of_series(selection.wanted);
        while let Some(row) = series.next().map_err(StoreError::from)? {
            let info = SeriesInfo::read(row)?;
            self.chosen(selection, &rows, &[(":code", &info.code)], |row| tell(&info, row))?;
        }
        Ok(())
    }

    /// Tells every selected figure of one frequency by period and then by code.
    ///
    /// # Errors
    /// As [`Store::export`].
    pub fn export_by_period<E: From<StoreError>>(
        &self,
        selection: &Selection,
        frequency: Frequency,
        tell: impl FnMut(VintageRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let (patterns, codes) = (listed(&selection.patterns), selection.listed_codes());
        let keys: [(&str, &dyn ToSql); 3] = [(":frequency", &frequency.as_str()), (":patterns", &patterns), (":codes", &codes)];
        self.chosen(selection, &by_period(selection.wanted), &keys, tell)
    }

    /// The rows that a question gives, as far as they are wanted.
    fn chosen<E: From<StoreError>>(
        &self,
        selection: &Selection,
        sql: &str,
        keys: &[(&str, &dyn ToSql)],
        mut tell: impl FnMut(VintageRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let (from, to) = (selection.from.map(|day| day.to_string()), selection.to.map(|day| day.to_string()));
        let sources = listed(&selection.sources);
        let ours: [(&str, &dyn ToSql); 3] = [(":sources", &sources), (":from", &from), (":to", &to)];
        let mut query = self.db.prepare_cached(sql).map_err(StoreError::from)?;
        let mut rows = query.query([keys, &ours].concat().as_slice()).map_err(StoreError::from)?;
        let mut choice = Choice { wanted: selection.wanted, kept: None };
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            if let Some(decided) = choice.take(read_vintage(row)?) {
                tell(decided)?;
            }
        }
        choice.kept.map_or(Ok(()), tell)
    }

    /// Whether a series is held whose code fits one of these patterns.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn has_series_like(&self, patterns: &[String]) -> Result<bool, StoreError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM series AS s WHERE {SERIES})");
        let asked = named_params! { ":patterns": listed(patterns), ":codes": None::<String> };
        Ok(self.db.prepare_cached(&sql)?.query_row(asked, |row| row.get(0))?)
    }

    /// The id of every source, in order.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn source_ids(&self) -> Result<Vec<String>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT id FROM source ORDER BY id")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}
