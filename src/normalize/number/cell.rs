//! A cell of a value column: figure, marker, nothing, or words.

use super::{NumberError, read};
use crate::model::Status;
use crate::normalize::label::{self, marks};
use crate::normalize::spec::NumberStyle;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How far a figure may be from the middle figure of its row for a glued mark to be told from its last digits.
const SAME_SIZE: i64 = 3;

/// What a cell in a value column says.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// A figure.
    Number {
        /// Exact, at its displayed decimals.
        value: Decimal,
        /// Footnote marks of the cell.
        marks: Vec<String>,
        /// Whether a `%` stood behind it.
        percent: bool,
    },
    /// A marker such as `-` or `…`.
    Status {
        /// What the marker says.
        status: Status,
        /// Footnote marks of the cell.
        marks: Vec<String>,
    },
    /// Nothing but, perhaps, footnote marks.
    Empty {
        /// Footnote marks of the cell.
        marks: Vec<String>,
    },
    /// Digits that are not one number: never a heading, always an issue.
    Unreadable(NumberError),
    /// Words.
    Text,
}

/// Reads a cell of a value column. `markers`: folded text of a cell → status, beside the preset.
pub fn cell(text: &str, style: NumberStyle, markers: &BTreeMap<String, Status>) -> CellValue {
    let (body, marks) = marks::split_cell_marks(text);
    if let Some(status) = marker(&label::fold(text), markers) {
        return CellValue::Status { status, marks: Vec::new() };
    }
    let folded = label::fold(&body);
    if folded.is_empty() {
        return CellValue::Empty { marks };
    }
    if let Some(status) = marker(&folded, markers) {
        return CellValue::Status { status, marks };
    }
    let (figure, percent) = body.trim().strip_suffix('%').map_or((body.as_str(), false), |figure| (figure, true));
    match read(figure, style) {
        Ok(value) => CellValue::Number { value, marks, percent },
        Err(error) if looks_like_figures(&folded) => CellValue::Unreadable(NumberError { text: text.to_string(), ..error }),
        Err(_) => CellValue::Text,
    }
}

/// The preset of markers, and those of the source.
fn marker(folded: &str, markers: &BTreeMap<String, Status>) -> Option<Status> {
    if let Some(status) = markers.get(folded) {
        return Some(*status);
    }
    match folded {
        "-" | "х" | "x" => Some(Status::Absent),
        "…" | "..." | ".." => Some(Status::NoData),
        _ => None,
    }
}

/// Digits and signs without a word: what was meant as a figure.
fn looks_like_figures(folded: &str) -> bool {
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    folded.contains(|c: char| c.is_ascii_digit()) && letters <= 1
}

/// Reads a figure with a footnote mark glued to it (`106,21)`), given the plain figures of its row. One and two digits are
/// tried as the mark; the reading with the decimals of the row and within a factor of 3 of the row's median counts.
///
/// # Errors
/// [`NumberError`] unless exactly one reading fits the row.
pub fn glued(text: &str, style: NumberStyle, row: &[Decimal]) -> Result<(Decimal, Vec<String>), NumberError> {
    let wrong = |why| NumberError { text: text.to_string(), why };
    let body = text.trim().strip_suffix(')').ok_or_else(|| wrong("no mark at its end"))?;
    let decimals = common_decimals(row).ok_or_else(|| wrong("a glued mark, and no plain figure in its row"))?;
    let middle = median(row);
    let fits = |value: &Decimal| value.scale() == decimals && same_size(*value, middle);
    let readings = [1, 2].into_iter().filter_map(|digits| {
        let (figure, mark) = body.split_at_checked(body.len().checked_sub(digits)?)?;
        let whole = mark.bytes().all(|b| b.is_ascii_digit()) && !mark.starts_with('0');
        let value = read(figure, style).ok().filter(|_| whole).filter(fits)?;
        Some((value, vec![mark.to_string()]))
    });
    let mut found: Vec<_> = readings.collect();
    match (found.pop(), found.pop()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(wrong("a glued mark of one digit and one of two fit its row")),
        (None, _) => Err(wrong("a glued mark, and no reading fits its row")),
    }
}

/// The number of decimals most figures of a row have.
fn common_decimals(row: &[Decimal]) -> Option<u32> {
    let count = |scale: u32| row.iter().filter(|v| v.scale() == scale).count();
    row.iter().map(Decimal::scale).max_by_key(|&scale| (count(scale), scale))
}

/// The middle figure by size; of an even number the lower one.
fn median(row: &[Decimal]) -> Decimal {
    let mut sizes: Vec<Decimal> = row.iter().map(Decimal::abs).collect();
    sizes.sort_unstable();
    sizes.get(sizes.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

fn same_size(value: Decimal, middle: Decimal) -> bool {
    let (value, factor) = (value.abs(), Decimal::from(SAME_SIZE));
    let within = |small: Decimal, large: Decimal| small.checked_mul(factor).is_none_or(|s| s >= large);
    within(value, middle) && within(middle, value)
}
