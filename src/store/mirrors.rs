//! What the two sides of a trade report, as `[[link]]` of kind `mirror` ties their series together.

use super::query::Asked;
use super::rows::period as read_period;
use super::{Store, StoreError, day};
use crate::model::Period;
use crate::reconcile::{MIRROR, OtherFigure};
use rusqlite::{Row, params};

/// What stands today on the two sides of a trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// Of the one.
    pub ours: OtherFigure,
    /// Of the other.
    pub theirs: OtherFigure,
    /// What was said of the two.
    pub note: String,
}

/// Columns of a figure of `latest` and its series.
fn figure(of: &str) -> String {
    format!(
        "{of}.code, coalesce(nullif(p{of}.short, ''), s{of}.publisher), {of}.period_start, {of}.period_end, {of}.value, {of}.decimals, {of}.unit,
         {of}.known_from"
    )
}

/// Pairs of ?1, or each pair once; of the period ?2, or of all that both have. The few links come first, then figures by index.
fn pairs() -> String {
    format!(
        "SELECT {}, {}, k.note
         FROM series_link AS k CROSS JOIN series AS sa ON sa.id = k.\"from\" CROSS JOIN series AS sb ON sb.id = k.\"to\"
           CROSS JOIN latest AS a ON a.series_id = sa.id CROSS JOIN latest AS b ON b.series_id = sb.id AND b.period = a.period
           LEFT JOIN publisher AS pa ON pa.id = sa.publisher LEFT JOIN publisher AS pb ON pb.id = sb.publisher
         WHERE k.kind = '{MIRROR}' AND sa.measure = 'level' AND sb.measure = 'level' AND a.value IS NOT NULL AND b.value IS NOT NULL
           AND CASE WHEN ?1 IS NULL THEN sa.code < sb.code ELSE sa.code = ?1 END AND (?2 IS NULL OR a.period = ?2)
         ORDER BY a.code, a.period_start, a.period_end, b.code",
        figure("a"),
        figure("b")
    )
}

impl Asked for Sides {
    fn read(row: &Row<'_>) -> Result<Sides, StoreError> {
        Ok(Sides { ours: side(row, 0)?, theirs: side(row, 8)?, note: row.get(16)? })
    }
}

fn side(row: &Row<'_>, at: usize) -> Result<OtherFigure, StoreError> {
    let text = |place: usize| row.get::<_, String>(at + place);
    let corrupt = |column, wanted, found: String| StoreError::Corrupt { column, wanted, found };
    let (code, value) = (text(0)?, text(4)?);
    Ok(OtherFigure {
        code: code.parse().map_err(|_| corrupt("series.code", "a series code", code))?,
        publisher: text(1)?,
        period: read_period(&text(2)?, &text(3)?)?,
        value: value.parse().map_err(|_| corrupt("observation.value", "a decimal number", value))?,
        decimals: row.get(at + 5)?,
        unit: text(6)?,
        known_from: day("observation.known_from", &text(7)?)?,
        current: true,
        link: None,
    })
}

impl Store {
    /// The two sides of trades as they stand today: of one series or each pair once, of one period or of every one that both have.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], [`StoreError::Corrupt`].
    pub fn sides(&self, series: Option<&str>, period: Option<Period>) -> Result<Vec<Sides>, StoreError> {
        self.listed(&pairs(), params![series, period.map(|period| period.to_string())])
    }
}
