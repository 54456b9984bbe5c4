//! Words for months, quarters, runs and dates, and the period that fields name.

pub(super) mod dates;
pub(super) mod words;

use super::pattern::Fields;
use super::spec::Base;
use crate::model::{Frequency, Period};

/// Fields that do not name one period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected one of days, date, year, or year with one of month, quarter, half, ytd; found {0}")]
pub struct PeriodIssue(pub String);

/// The period that the fields name, and how often such a series speaks.
///
/// # Errors
/// [`PeriodIssue`] unless the fields are exactly one of: days; date; year alone; year with one of month, quarter, half, ytd.
/// With `as_of` the period is a moment, so that a run cumulated from January is refused too.
pub fn period_of(fields: &Fields, as_of: bool) -> Result<(Period, Frequency), PeriodIssue> {
    let issue = || PeriodIssue(said(fields));
    if as_of && fields.ytd.is_some() {
        return Err(issue());
    }
    let parts = (fields.month, fields.quarter, fields.half, fields.ytd);
    let found = match (fields.days, fields.date, fields.year, parts) {
        (Some((from, to)), None, None, (None, None, None, None)) => (Period::days(from, to), Frequency::W),
        (None, Some(date), None, (None, None, None, None)) => (Some(Period::day(date)), Frequency::D),
        (None, None, Some(y), (None, None, None, None)) => (Period::year(y), Frequency::A),
        (None, None, Some(y), (Some(m), None, None, None)) => (Period::month(y, m), Frequency::M),
        (None, None, Some(y), (None, Some(q), None, None)) => (Period::quarter(y, q), Frequency::Q),
        (None, None, Some(y), (None, None, Some(h), None)) => (Period::half(y, h), Frequency::H),
        (None, None, Some(y), (None, None, None, Some(to))) => (Period::months((y, 1), (y, to)), Frequency::Ytd),
        _ => (None, Frequency::A),
    };
    found.0.map(|period| (period, found.1)).ok_or_else(issue)
}

/// The period fields that are set, in words.
fn said(fields: &Fields) -> String {
    let names = ["year", "month", "quarter", "half", "ytd", "date", "days"];
    let said: Vec<String> = names.iter().filter_map(|n| fields.get(n).map(|v| format!("{n} {v}"))).collect();
    if said.is_empty() { "none of them".to_string() } else { said.join(" with ") }
}

/// Whether the comparison base that a heading names is the one it must be. A base that names no year is compared without
/// it; a heading that names no base at all does not hold.
pub fn base_holds(fields: &Fields, base: Base) -> bool {
    let seen = fields.base;
    if base == Base::DecemberLastYear {
        return seen.month == Some(12) && seen.quarter.or(seen.ytd).is_none() && year_agrees(fields, -1);
    }
    let same = base == Base::SameLastYear;
    match (fields.month, fields.quarter, fields.ytd) {
        (Some(m), None, None) if seen.quarter.or(seen.ytd).is_none() => step_holds(fields, m, seen.month, 12, same),
        (None, Some(q), None) if seen.month.or(seen.ytd).is_none() => step_holds(fields, q, seen.quarter, 4, same),
        (None, None, Some(to)) if seen.month.or(seen.quarter).is_none() => {
            same && seen.ytd == Some(to) && year_agrees(fields, -1)
        }
        (None, None, None) if seen.month.or(seen.quarter).or(seen.ytd).is_none() => {
            seen.year.is_some() && year_agrees(fields, -1)
        }
        _ => false,
    }
}

/// Whether `then` is the same part of the year before, or else the part just before `now`; a year has `length` parts.
fn step_holds(fields: &Fields, now: u32, then: Option<u32>, length: u32, same: bool) -> bool {
    let (wanted, years) = match now {
        _ if same => (now, -1),
        1 => (length, -1),
        _ => (now.saturating_sub(1), 0),
    };
    then == Some(wanted) && year_agrees(fields, years)
}

/// Whether the base's year, where one is named, is so many years from the current one.
fn year_agrees(fields: &Fields, years: i32) -> bool {
    match (fields.year, fields.base.year) {
        (Some(now), Some(then)) => then == now + years,
        (_, None) => true,
        (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests;
