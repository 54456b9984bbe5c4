//! The smallest readers: numbers, periods, labels, units, patterns, cron expressions, addresses with slots.

use super::choice;
use crate::fetch::{Dated, Lag, MOST_TRIES};
use crate::model::Period;
use crate::normalize::label::{fold, note_start, notes, split_marks};
use crate::normalize::number::{self, CellValue};
use crate::normalize::pattern::Pattern;
use crate::normalize::period::period_of;
use crate::normalize::spec::{Names, NumberStyle};
use crate::normalize::unit;
use crate::schedule::Schedule;
use chrono::{DateTime, NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Raised digits by their value.
const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
/// Steps that a search over a text of some hundred bytes may take.
const STEPS: usize = 10_000;
/// Headings of publishers.
const HEADS: [&str; 6] = ["{month} {year}", "{year}", "{quarter} {year}", "{ytd} {year}", "{year} {month}", "на {date}"];

/// The digits of a text in their order, raised ones too.
fn digits(text: &str) -> String {
    let digit = |c: char| match RAISED.iter().position(|raised| *raised == c) {
        Some(value) => u32::try_from(value).ok().and_then(|value| char::from_digit(value, 10)),
        None => Some(c).filter(char::is_ascii_digit),
    };
    text.chars().filter_map(digit).collect()
}

/// The same, free of the zeros in front of a number and of the order in which figure and marks are told.
fn weighed(text: &str) -> Vec<char> {
    let mut found: Vec<char> = digits(text).chars().filter(|c| *c != '0').collect();
    found.sort_unstable();
    found
}

fn style(choice: u8) -> NumberStyle {
    if choice.is_multiple_of(2) { NumberStyle::Ru } else { NumberStyle::En }
}

/// A text that may be a number, and a number that is written and read again.
pub fn number(bytes: &[u8]) {
    let (choice, text) = choice(bytes);
    let style = style(choice);
    if let Ok(value) = number::read(&text, style) {
        let (said, wanted) = (digits(&value.to_string()), digits(&text));
        assert_eq!(said.trim_start_matches('0'), wanted.trim_start_matches('0'), "no digit is lost: {text:?}");
        again(value, style);
    }
    let row = [Decimal::new(1062, 1), Decimal::new(954, 1)];
    match number::cell(&text, style, &BTreeMap::new()) {
        CellValue::Number { value, marks, .. } => {
            let said = format!("{value} {}", marks.concat());
            assert_eq!(weighed(&said), weighed(&text), "no digit is lost: {text:?} is {said}");
        }
        CellValue::Unreadable(_) | CellValue::Empty { .. } | CellValue::Status { .. } | CellValue::Text => {}
    }
    if let Ok((value, marks)) = number::glued(&text, style, &row) {
        assert_eq!(weighed(&format!("{value} {}", marks.concat())), weighed(&text), "{text:?}");
    }
    if let Some((mantissa, rest)) = bytes.split_first_chunk::<8>() {
        let scale = u32::from(rest.first().copied().unwrap_or_default() % 19);
        again(Decimal::new(i64::from_le_bytes(*mantissa), scale), style);
    }
}

fn again(value: Decimal, style: NumberStyle) {
    let written = match style {
        NumberStyle::Ru => value.to_string().replace('.', ","),
        NumberStyle::En => value.to_string(),
    };
    let read = number::read(&written, style).unwrap_or_else(|error| panic!("{written}: {error}"));
    assert_eq!((read, read.scale()), (value, value.scale()), "{written}");
}

/// A text that may be a period, two days that are one, and a heading.
pub fn period(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(period) = text.parse::<Period>() {
        written(period);
        assert!(digits(&text).len() >= 4 && !text.contains('+'), "a period has a year: {text:?}");
    }
    let day = |bytes: &[u8; 4]| NaiveDate::from_num_days_from_ce_opt((u32::from_le_bytes(*bytes) % 3_652_000) as i32 + 1);
    if let Some((first, rest)) = bytes.split_first_chunk::<4>()
        && let Some((second, _)) = rest.split_first_chunk::<4>()
        && let (Some(start), Some(end)) = (day(first), day(second))
        && let Some(period) = Period::days(start, end)
    {
        written(period);
        let (by, moved) = (i32::from(first[0]) - 128, period.shift_months(i32::from(first[0]) - 128));
        assert!(moved.is_none_or(|moved| moved.whole_months() == period.whole_months()), "{period} by {by}");
    }
    for head in HEADS {
        let found = Pattern::parse(head).ok().and_then(|head| head.matches(&fold(&text), &Names::default()));
        if let Some(Ok((period, _))) = found.map(|fields| period_of(&fields, head.contains("date"))) {
            written(period);
        }
    }
}

fn written(period: Period) {
    if period.end().succ_opt().is_some_and(|next| next < NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap_or_default()) {
        assert_eq!(period.to_string().parse(), Ok(period), "{period}");
    }
}

/// A label: folded, and its marks cut off.
pub fn label(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let folded = fold(&text);
    assert_eq!(fold(&folded), folded, "folding twice changes nothing");
    assert_eq!(digits(&folded), digits(&text), "no digit is lost");
    let (label, marks) = split_marks(&text);
    assert_eq!(weighed(&format!("{label}{}", marks.concat())), weighed(&text), "{text:?} is {label:?} {marks:?}");
    let _ = (note_start(&text), notes(&text));
}

/// A text that may be a unit.
pub fn unit(bytes: &[u8]) {
    let folded = fold(&String::from_utf8_lossy(bytes));
    if let Some(id) = unit::parse(&folded) {
        assert!(unit::known(id), "{id}");
        assert_eq!(unit::parse(&fold(&folded)), Some(id));
    }
}

/// A pattern, and on the next lines a text. What is found lies in the text; the work is bounded.
pub fn pattern(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, text) = text.split_once('\n').unwrap_or((&text, ""));
    let Ok(pattern) = Pattern::parse(pattern) else { return };
    let (folded, names) = (fold(text), Names::default());
    let whole = pattern.matches(&folded, &names);
    assert_eq!(whole, pattern.matches(&folded, &names));
    let _ = (pattern.search(&folded, &names), pattern.slots());
    let mut steps = STEPS;
    for found in pattern.search_all(&folded, &names, NumberStyle::Ru, &mut steps) {
        assert!(found.value.is_none_or(|value| folded.get(value).is_some()), "the value is a part of the text");
    }
    assert!(steps <= STEPS);
}

/// A cron expression, a zone, an instant: what is next comes, and was the last one then.
pub fn schedule(bytes: &[u8]) {
    let Some((head, rest)) = bytes.split_first_chunk::<5>() else { return };
    let zones = [
        chrono_tz::Europe::Moscow,
        chrono_tz::UTC,
        chrono_tz::Europe::Berlin,
        chrono_tz::Pacific::Apia,
        chrono_tz::America::Havana,
    ];
    let Some(zone) = zones.get(usize::from(head[0]) % zones.len()) else { return };
    let seconds = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
    let Some(now) = DateTime::from_timestamp(i64::from(seconds), 0) else { return };
    let Ok(schedule) = Schedule::parse(&String::from_utf8_lossy(rest), *zone) else { return };
    let (next, last) = (schedule.next_due(now), schedule.last_due(now));
    assert!(last.is_none_or(|last| last <= now));
    if let Some(next) = next {
        assert!(next > now, "{next} is not after {now}");
        assert_eq!(schedule.last_due(next), Some(next), "what is due is due then");
        assert_eq!(schedule.last_due(next - TimeDelta::seconds(1)), last, "nothing is between");
    }
    assert!(!schedule.with_seconds().is_empty());
    let _ = schedule.in_words();
}

/// An address with slots, a lag, a day.
pub fn dated(bytes: &[u8]) {
    let Some((head, rest)) = bytes.split_first_chunk::<5>() else { return };
    let text = String::from_utf8_lossy(rest);
    let (lag, address) = text.split_once('\n').unwrap_or(("", &text));
    let lag = lag.parse().unwrap_or(Lag::NONE);
    let tries = u32::from(head[4]) % (MOST_TRIES + 1);
    let days = (u32::from_le_bytes([head[0], head[1], head[2], 0]) % 3_652_000) as i32;
    let (Ok(dated), Some(today)) = (Dated::parse(address, lag, tries), NaiveDate::from_num_days_from_ce_opt(days)) else {
        return;
    };
    let addresses = dated.addresses(today);
    assert!(addresses.len() <= tries as usize);
    assert_eq!(Dated::parse(&dated.to_string(), lag, tries).as_ref(), Ok(&dated), "as the configuration says it");
    assert!(addresses.iter().all(|one| one.host() == dated.origin().host()), "a period does not change the host");
}
