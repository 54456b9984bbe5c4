//! What reconciliation asks, answered from the store.

use super::attempt::{ANSWERED_OUTCOMES, listed};
use super::query::VintageRow;
use super::rows::period as read_period;
use super::{Store, StoreError};
use crate::model::{Period, SeriesCode, Way};
use crate::reconcile::{Facts, FactsError, LinkedForm, OtherFigure, SAME_LABEL, SeriesInfo, SeriesLink, Vintage};
use chrono::{Days, NaiveDate};
use rusqlite::{OptionalExtension, Row, ToSql, params};
use rust_decimal::Decimal;
use std::str::FromStr;

/// Columns of [`read_other`], in its order.
const OTHER: &str = "s.code, p.short, l.period_start, l.period_end, l.value, max(l.decimals), l.unit, min(l.known_from),
      max(l.known_to IS NULL)";
/// How a series `s` hangs together with the one of code ?1, for [`read_other`].
const LINKED: &str = "(SELECT k.kind || ' ' || k.note FROM series AS m JOIN series_link AS k
      ON (k.\"from\" = s.id AND k.\"to\" = m.id) OR (k.\"from\" = m.id AND k.\"to\" = s.id) WHERE m.code = ?1)";
/// Where the figures of [`OTHER`] come from: every value that ever stood. The cross join keeps the order: first the few series,
/// then their figures by index.
const FROM: &str =
    "FROM series AS s CROSS JOIN observation AS l ON l.series_id = s.id LEFT JOIN publisher AS p ON p.id = s.publisher";
/// Which of them, and in which order: a value once, and what stands today first.
const ONCE: &str = "l.recorded_to IS NULL AND l.value IS NOT NULL AND (l.known_to IS NULL OR l.known_to > l.known_from)
      GROUP BY s.code, l.period_start, l.period_end, l.value
      ORDER BY s.code, l.period_start, l.period_end, max(l.known_to IS NULL) DESC, l.value";
/// How far around a period its neighbours are looked for: a year and a month.
const AROUND: Days = Days::new(396);

impl Facts for Store {
    fn series_info(&self, code: &SeriesCode) -> Result<Option<SeriesInfo>, FactsError> {
        let sql = "SELECT s.unit, CASE WHEN p.short <> '' THEN p.short ELSE s.publisher END, s.title
             FROM series AS s LEFT JOIN publisher AS p ON p.id = s.publisher WHERE s.code = ?1";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let found: Option<(String, String, String)> =
            self.db.prepare_cached(sql).and_then(|mut q| q.query_row([code.as_str()], read).optional()).map_err(failed(code))?;
        let Some((unit, publisher, title)) = found else { return Ok(None) };
        let unreachable = self.unreachable(code).map_err(failed(code))?;
        Ok(Some(SeriesInfo { code: code.clone(), unit, publisher, title, unreachable }))
    }

    fn vintages(&self, code: &SeriesCode, period: Period) -> Result<Vec<Vintage>, FactsError> {
        let rows = Store::vintages(self, code.as_str(), period, None).map_err(failed(code))?;
        // a vintage that stood no day was never to be seen
        Ok(rows.into_iter().filter(|row| row.known_to.is_none_or(|to| to > row.known_from)).map(vintage).collect())
    }

    fn siblings(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let id = code.identity();
        let sql = format!(
            "SELECT {OTHER}, NULL {FROM}
             WHERE s.publisher = ?1 AND s.indicator = ?2 AND (s.item <> ?3 OR s.counterpart IS NOT ?4) AND s.entity IS ?5
               AND s.flow IS ?6 AND s.measure = ?7 AND s.frequency = ?8 AND s.variant IS ?9 AND l.period = ?10
               AND {ONCE}"
        );
        let (frequency, period) = (id.frequency.map(crate::model::Frequency::as_str), period.to_string());
        let place = params![
            id.publisher,
            id.indicator,
            id.item,
            id.counterpart,
            id.entity,
            id.flow,
            id.measure,
            frequency,
            id.variant,
            period
        ];
        self.others(code, &sql, place)
    }

    fn neighbours(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let from = period.start().checked_sub_days(AROUND).unwrap_or(NaiveDate::MIN).to_string();
        let to = period.end().checked_add_days(AROUND).unwrap_or(NaiveDate::MAX).to_string();
        let sql = format!(
            "SELECT {OTHER}, NULL {FROM}
             WHERE s.code = ?1 AND l.period_start >= ?2 AND l.period_end <= ?3 AND l.period <> ?4 AND {ONCE}"
        );
        self.others(code, &sql, params![code.as_str(), from, to, period.to_string()])
    }

    fn other_bases(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let id = code.identity();
        let sql = format!(
            "SELECT {OTHER}, {LINKED} {FROM}
             WHERE s.code <> ?1 AND s.publisher = ?2 AND s.indicator = ?3 AND s.item = ?4 AND s.entity IS ?5 AND s.detail IS ?6
               AND s.flow IS ?7 AND s.counterpart IS ?8 AND l.period_end = ?9 AND {ONCE}"
        );
        let end = period.end().to_string();
        let place =
            params![code.as_str(), id.publisher, id.indicator, id.item, id.entity, id.detail, id.flow, id.counterpart, end];
        self.others(code, &sql, place)
    }

    fn other_flows(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let id = code.identity();
        if id.flow.is_none() && id.counterpart.is_none() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {OTHER}, NULL {FROM}
             WHERE s.indicator = ?1 AND s.item = ?2 AND l.period = ?7
               AND ((s.publisher = ?3 AND s.entity IS ?4 AND s.counterpart IS ?5 AND s.flow IS NOT ?6)
                 OR (?5 IS NOT NULL AND s.entity IS ?5 AND s.counterpart IS ?4)) AND {ONCE}"
        );
        let period = period.to_string();
        self.others(code, &sql, params![id.indicator, id.item, id.publisher, id.entity, id.counterpart, id.flow, period])
    }

    fn same_label(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let sql = format!(
            "SELECT {OTHER}, k.kind || ' ' || k.note
             FROM series AS m JOIN series_link AS k ON k.\"from\" = m.id AND k.kind = ?2 JOIN series AS s ON s.id = k.\"to\"
               CROSS JOIN observation AS l ON l.series_id = s.id LEFT JOIN publisher AS p ON p.id = s.publisher
             WHERE m.code = ?1 AND l.period = ?3 AND {ONCE}"
        );
        self.others(code, &sql, params![code.as_str(), SAME_LABEL, period.to_string()])
    }

    fn same_figure_elsewhere(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let id = code.identity();
        let sql = format!(
            "SELECT {OTHER}, NULL {FROM}
             WHERE (s.publisher <> ?1 OR s.indicator <> ?2) AND s.item = ?3 AND s.entity IS ?4 AND l.period = ?5
               AND {ONCE}"
        );
        self.others(code, &sql, params![id.publisher, id.indicator, id.item, id.entity, period.to_string()])
    }

    fn forms(&self, code: &SeriesCode) -> Result<Vec<LinkedForm>, FactsError> {
        let asked = || -> rusqlite::Result<Vec<(String, String, String, String)>> {
            let sql = "SELECT kind, \"from\", \"to\", note FROM series_form WHERE family = ?1 ORDER BY place";
            let mut query = self.db.prepare_cached(sql)?;
            query.query_map([code.family()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect()
        };
        let rules = asked().map_err(failed(code))?;
        Ok(rules.into_iter().filter_map(|(kind, from, to, note)| linked_form(code, &kind, (&from, &to), note)).collect())
    }

    fn periods(&self, code: &SeriesCode) -> Result<Vec<Period>, FactsError> {
        let asked = || -> Result<Vec<Period>, StoreError> {
            let sql =
                "SELECT DISTINCT l.period_start, l.period_end FROM series AS s CROSS JOIN observation AS l ON l.series_id = s.id
                 WHERE s.code = ?1 AND l.recorded_to IS NULL AND l.known_to IS NULL AND l.value IS NOT NULL
                 ORDER BY l.period_start, l.period_end";
            let mut query = self.db.prepare_cached(sql)?;
            let rows = query.query_map([code.as_str()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| row.map_err(StoreError::from).and_then(|(start, end)| read_period(&start, &end))).collect()
        };
        asked().map_err(failed(code))
    }

    fn count_like(&self, value: Decimal, decimals: u32, unit: &str) -> Result<u64, FactsError> {
        let half = Decimal::new(5, decimals + 1);
        let ends = [value - half, value + half].map(|end| end.to_string());
        let sql = "SELECT count(*) FROM observation
             WHERE recorded_to IS NULL AND known_to IS NULL AND unit = ?1 AND value_num BETWEEN CAST(?2 AS REAL) AND CAST(?3 AS REAL)";
        let count = self.db.prepare_cached(sql).and_then(|mut q| q.query_row(params![unit, ends[0], ends[1]], |row| row.get(0)));
        let failed = |error: rusqlite::Error| FactsError { series: format!("unit {unit}"), reason: error.to_string() };
        count.map(|count: i64| count.unsigned_abs()).map_err(failed)
    }
}

impl Store {
    /// Whether a source that holds the series failed at its last try.
    fn unreachable(&self, code: &SeriesCode) -> Result<bool, StoreError> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM source_health AS h
             WHERE h.last_outcome NOT IN ({}) AND h.source_id IN
               (SELECT o.source_id FROM observation AS o JOIN series AS s ON s.id = o.series_id WHERE s.code = ?1))",
            listed(&ANSWERED_OUTCOMES)
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([code.as_str()], |row| row.get(0))?)
    }

    fn others(&self, code: &SeriesCode, sql: &str, params: &[&dyn ToSql]) -> Result<Vec<OtherFigure>, FactsError> {
        let asked = || -> Result<Vec<OtherFigure>, StoreError> {
            let mut query = self.db.prepare_cached(sql)?;
            let rows = query.query_map(params, |row| Ok(read_other(row)))?;
            rows.map(|row| row?).collect()
        };
        asked().map_err(failed(code))
    }
}

fn read_other(row: &Row<'_>) -> Result<OtherFigure, StoreError> {
    let (code, value): (String, String) = (row.get(0)?, row.get(4)?);
    let publisher: Option<String> = row.get(1)?;
    let (start, end): (String, String) = (row.get(2)?, row.get(3)?);
    let (known, link): (String, Option<String>) = (row.get(7)?, row.get(9)?);
    let corrupt = |column, wanted| StoreError::Corrupt { column, wanted, found: format!("{code} {value}") };
    Ok(OtherFigure {
        code: SeriesCode::from_str(&code).map_err(|_| corrupt("series.code", "a series code"))?,
        publisher: publisher.unwrap_or_default(),
        period: read_period(&start, &end)?,
        value: value.parse().map_err(|_| corrupt("observation.value", "a decimal number"))?,
        decimals: row.get(5)?,
        unit: row.get(6)?,
        current: row.get(8)?,
        known_from: known.parse().map_err(|_| corrupt("observation.known_from", "a day"))?,
        link: link.as_deref().and_then(|said| said.split_once(' ')).map(link_of),
    })
}

/// The series that figures of `code` can be had from by a rule of its family; `None` if the rule speaks of other forms. A successor
/// tells of what it succeeds, and the other way round.
fn linked_form(code: &SeriesCode, kind: &str, (from, to): (&str, &str), note: String) -> Option<LinkedForm> {
    let way = Way::of_kind(kind)?;
    let from = match way {
        Way::Splice => match code.identity().variant? {
            own if own == to => code.with_variant(from),
            own if own == from => code.with_variant(to),
            _ => None,
        },
        Way::Same | Way::Chain | Way::Sum | Way::Growth => code.with_form(from).filter(|_| code.form() == to),
    };
    Some(LinkedForm { from: from?, way, note })
}

fn link_of((kind, note): (&str, &str)) -> SeriesLink {
    SeriesLink { kind: kind.to_string(), note: note.to_string() }
}

fn vintage(row: VintageRow) -> Vintage {
    Vintage {
        observation: Some(row.id),
        known_from: row.known_from,
        known_to: row.known_to,
        basis: row.basis,
        value: row.value,
        decimals: row.decimals.unwrap_or_default(),
        printed: row.printed,
        status: row.status,
        class: row.class,
        source: row.source,
        unit: row.unit,
        sha256: row.sha256.unwrap_or_default(),
        held: row.held,
        locator: row.locator,
        url: row.url,
        obtained_from: row.obtained_from,
        notes: row.notes,
    }
}

fn failed<E: std::fmt::Display>(code: &SeriesCode) -> impl Fn(E) -> FactsError + '_ {
    move |error| FactsError { series: code.to_string(), reason: error.to_string() }
}
