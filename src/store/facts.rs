//! What reconciliation asks, answered from the store.

pub(super) mod asked;

use super::query::VintageRow;
use super::rows::period as read_period;
use super::{Store, StoreError};
use crate::model::{Period, SeriesCode, Way};
use crate::reconcile::{Facts, FactsError, Failing, LinkedForm, OtherFigure, SeriesInfo, SeriesLink, Vintage};
use chrono::{Datelike, Days, Months, NaiveDate};
use rusqlite::{OptionalExtension, Row, ToSql, params};
use rust_decimal::Decimal;
use std::str::FromStr;

/// How far around a period its neighbours are looked for: a year and a month.
const AROUND: Days = Days::new(396);
/// How long a period can be that is another basis of one that ends on the same day: a year in whole months, else a month.
const LONGEST: (u32, u64) = (12, 31);

impl Facts for Store {
    fn series_info(&self, code: &SeriesCode) -> Result<Option<SeriesInfo>, FactsError> {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let found: Option<(String, String, String)> = self
            .db
            .prepare_cached(asked::SERIES)
            .and_then(|mut q| q.query_row([code.as_str()], read).optional())
            .map_err(failed(code))?;
        let Some((unit, publisher, title)) = found else { return Ok(None) };
        let failing = self.failing(code).map_err(failed(code))?;
        Ok(Some(SeriesInfo { code: code.clone(), unit, publisher, title, failing }))
    }

    fn vintages(&self, code: &SeriesCode, period: Period) -> Result<Vec<Vintage>, FactsError> {
        let rows = Store::vintages(self, code.as_str(), period, None).map_err(failed(code))?;
        // a vintage that stood no day was never to be seen
        Ok(rows.into_iter().filter(|row| row.known_to.is_none_or(|to| to > row.known_from)).map(vintage).collect())
    }

    fn siblings(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let id = code.identity();
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
        self.others(code, &asked::siblings(), place)
    }

    fn neighbours(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let from = period.start().checked_sub_days(AROUND).unwrap_or(NaiveDate::MIN);
        let to = period.end().checked_add_days(AROUND).unwrap_or(NaiveDate::MAX);
        self.others(
            code,
            &asked::neighbours(),
            params![code.as_str(), from.to_string(), to.to_string(), period.to_string(), first_text(from), text_after(to)],
        )
    }

    fn other_bases(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let id = code.identity();
        let periods = ending_on(period.end());
        let place =
            params![code.as_str(), id.publisher, id.indicator, id.item, id.entity, id.detail, id.flow, id.counterpart, periods];
        self.others(code, &asked::other_bases(), place)
    }

    fn other_flows(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let id = code.identity();
        if id.flow.is_none() && id.counterpart.is_none() {
            return Ok(Vec::new());
        }
        let period = period.to_string();
        self.others(
            code,
            &asked::other_flows(),
            params![id.indicator, id.item, id.publisher, id.entity, id.counterpart, id.flow, period],
        )
    }

    fn same_label(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        self.others(code, &asked::same_label(), params![code.as_str(), period.to_string()])
    }

    fn same_figure_elsewhere(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let id = code.identity();
        self.others(
            code,
            &asked::same_figure_elsewhere(),
            params![id.publisher, id.indicator, id.item, id.entity, period.to_string()],
        )
    }

    fn forms(&self, code: &SeriesCode) -> Result<Vec<LinkedForm>, FactsError> {
        let asked = || -> rusqlite::Result<Vec<(String, String, String, String)>> {
            let mut query = self.db.prepare_cached(asked::FORMS)?;
            query.query_map([code.family()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect()
        };
        let rules = asked().map_err(failed(code))?;
        Ok(rules.into_iter().filter_map(|(kind, from, to, note)| linked_form(code, &kind, (&from, &to), note)).collect())
    }

    fn periods(&self, code: &SeriesCode) -> Result<Vec<Period>, FactsError> {
        let asked = || -> Result<Vec<Period>, StoreError> {
            let mut query = self.db.prepare_cached(asked::PERIODS)?;
            let rows = query.query_map([code.as_str()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| row.map_err(StoreError::from).and_then(|(start, end)| read_period(&start, &end))).collect()
        };
        asked().map_err(failed(code))
    }

    fn count_like(&self, value: Decimal, decimals: u32, unit: &str) -> Result<u64, FactsError> {
        let half = Decimal::new(5, decimals + 1);
        let ends = [value - half, value + half].map(|end| end.to_string());
        let count = self
            .db
            .prepare_cached(asked::COUNT_LIKE)
            .and_then(|mut q| q.query_row(params![unit, ends[0], ends[1]], |row| row.get(0)));
        let failed = |error: rusqlite::Error| FactsError { series: format!("unit {unit}"), reason: error.to_string() };
        count.map(|count: i64| count.unsigned_abs()).map_err(failed)
    }
}

impl Store {
    /// How a source that holds the series failed at its last try.
    fn failing(&self, code: &SeriesCode) -> Result<Option<Failing>, StoreError> {
        let read: Option<bool> = self.db.prepare_cached(&asked::failing())?.query_row([code.as_str()], |row| row.get(0))?;
        Ok(read.map(|in_reading| if in_reading { Failing::Reading } else { Failing::Fetch }))
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

/// No text of a period that begins on this day or later comes before this one: a text begins with the year and, save for a whole
/// year and a quarter, which comes after all months, with the month it begins in.
fn first_text(from: NaiveDate) -> String {
    if from.ordinal() == 1 { from.format("%Y").to_string() } else { from.format("%Y-%m").to_string() }
}

/// All texts of periods that begin on this day or earlier come before this one.
fn text_after(to: NaiveDate) -> String {
    format!("{:04}", to.year() + 1)
}

/// The periods that end on this day, as a JSON list of texts; see [`LONGEST`].
fn ending_on(end: NaiveDate) -> String {
    let days = (0..LONGEST.1).filter_map(|before| end.checked_sub_days(Days::new(before)));
    let next = end.succ_opt().filter(|next| next.day() == 1);
    let months = next.into_iter().flat_map(|next| (1..=LONGEST.0).filter_map(move |n| next.checked_sub_months(Months::new(n))));
    let texts = days.chain(months).filter_map(|start| Period::days(start, end)).map(|period| period.to_string());
    serde_json::json!(texts.collect::<Vec<_>>()).to_string()
}

/// Reads the columns that every question about other figures has.
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
