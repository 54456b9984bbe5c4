//! Reading dates and spans of days at a place in a folded text, the longest reading first.

use super::words::{after_dash, letters, month_name, number, skip_space, years};
use chrono::{Datelike, NaiveDate};

/// Dates that can stand at a place: `06.02.2026`, `2026/04/08`, `2020-04-25`, `11 ноября 2020 года`, `april 8, 2026`.
/// An impossible date is none.
pub(in crate::normalize) fn dates(text: &str, at: usize) -> Vec<(NaiveDate, usize)> {
    let found = in_digits(text, at).or_else(|| year_first(text, at));
    if let Some((date, end)) = found {
        let mut ends = with_suffix(text, end);
        ends.push(end);
        return ends.into_iter().map(|end| (date, end)).collect();
    }
    in_words(text, at)
}

/// `06.02.2026`.
fn in_digits(text: &str, at: usize) -> Option<(NaiveDate, usize)> {
    let (day, end) = number(text, at).filter(|&(_, end)| end - at <= 2)?;
    let (month, end) = part(text, end, '.', 2)?;
    let (year, end) = part(text, end, '.', 4)?;
    ymd(year, month, day).map(|date| (date, end))
}

/// `2026/04/08`, `2020-04-25`, `2020.04.25`.
fn year_first(text: &str, at: usize) -> Option<(NaiveDate, usize)> {
    let (year, end) = number(text, at).filter(|&(_, end)| end - at == 4)?;
    let sign = text[end..].chars().next().filter(|c| ['/', '-', '.'].contains(c))?;
    let (month, end) = part(text, end, sign, 2)?;
    let (day, end) = part(text, end, sign, 2)?;
    ymd(year, month, day).map(|date| (date, end))
}

/// A sign and an integer of `width` digits (one or two where `width` is 2), not followed by another digit.
fn part(text: &str, at: usize, sign: char, width: usize) -> Option<(i32, usize)> {
    let rest = text[at..].strip_prefix(sign)?;
    let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let fits = length == width || (width == 2 && length == 1);
    let n = if fits { rest[..length].parse().ok()? } else { return None };
    Some((n, at + sign.len_utf8() + length))
}

/// `11 ноября 2020 года`, `april 8, 2026`.
fn in_words(text: &str, at: usize) -> Vec<(NaiveDate, usize)> {
    let found = day_month(text, at).or_else(|| {
        let (month, end) = month_name(text, at)?;
        let (day, end) = number(text, skip_space(text, end)).filter(|&(d, _)| (1..=31).contains(&d))?;
        text[end..].starts_with(',').then_some((day, month, end + 1))
    });
    let Some((day, month, end)) = found else { return Vec::new() };
    let readings = years(text, skip_space(text, end)).into_iter();
    readings.filter_map(|(year, end)| ymd(year, month, day).map(|date| (date, end))).collect()
}

/// `11 ноября`: day, month and where it ends.
fn day_month(text: &str, at: usize) -> Option<(i32, i32, usize)> {
    let (day, end) = number(text, at).filter(|&(d, end)| (1..=31).contains(&d) && end - at <= 2)?;
    let (month, end) = month_name(text, skip_space(text, end))?;
    Some((day, month, end))
}

/// What may follow a date in digits: `г.`, `года`, a time of day.
fn with_suffix(text: &str, end: usize) -> Vec<usize> {
    let word_at = skip_space(text, end);
    if let Some(word) = letters(text, word_at, false).filter(|w| ["г", "год", "года"].contains(w)) {
        let after = word_at + word.len();
        let dot = text[after..].starts_with('.').then_some(after + 1);
        return dot.into_iter().chain([after]).collect();
    }
    time_of_day(text, end).into_iter().collect()
}

/// `t00:00:00`, ` 0:00`.
fn time_of_day(text: &str, end: usize) -> Option<usize> {
    let rest = text[end..].strip_prefix(['t', ' '])?;
    let length = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
    let parts = rest[..length].split(':').collect::<Vec<_>>();
    let clock = parts.len() >= 2 && parts.iter().all(|p| (1..=2).contains(&p.len()));
    clock.then_some(end + 1 + length)
}

fn ymd(year: i32, month: i32, day: i32) -> Option<NaiveDate> {
    if !(1900..2100).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// Spans of days, both ends inclusive: `с 25 по 31 августа 2026 г.`, `с 28 июля по 3 августа 2026 г.`,
/// `с 29 декабря 2025 г. по 11 января 2026 г.`, `25-31 августа 2026`.
pub(in crate::normalize) fn spans(text: &str, at: usize) -> Vec<((NaiveDate, NaiveDate), usize)> {
    let preposition = letters(text, at, true).filter(|w| ["с", "со"].contains(w));
    let from_at = preposition.map_or(at, |w| skip_space(text, at + w.len()));
    let Some((day, month, year, end)) = span_start(text, from_at) else { return Vec::new() };
    let joined = match preposition {
        Some(_) => letters(text, skip_space(text, end), false).filter(|w| *w == "по").map(|w| skip_space(text, end) + w.len()),
        None => after_dash(text, end),
    };
    let Some(to_at) = joined.map(|to| skip_space(text, to)) else { return Vec::new() };
    let pairs = dates(text, to_at).into_iter();
    pairs.filter_map(|(to, end)| span_from(day, month, year, to).map(|from| ((from, to), end))).collect()
}

/// The first day of a span as far as it is written: day, month, year.
fn span_start(text: &str, at: usize) -> Option<(i32, Option<i32>, Option<i32>, usize)> {
    if let Some((date, end)) = dates(text, at).into_iter().next() {
        return Some((date.day() as i32, Some(date.month() as i32), Some(date.year()), end));
    }
    if let Some((day, month, end)) = day_month(text, at) {
        return Some((day, Some(month), None, end));
    }
    let (day, end) = number(text, at).filter(|&(d, _)| (1..=31).contains(&d))?;
    Some((day, None, None, end))
}

/// Completes the first day from the last one: a month that comes later in the year belongs to the year before.
fn span_from(day: i32, month: Option<i32>, year: Option<i32>, to: NaiveDate) -> Option<NaiveDate> {
    let month = month.unwrap_or(to.month() as i32);
    let year = year.unwrap_or(if month > to.month() as i32 { to.year() - 1 } else { to.year() });
    ymd(year, month, day).filter(|from| *from <= to)
}
