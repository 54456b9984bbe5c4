//! Rows on their way into columns.

use super::ExportError;
use super::schema::{AMOUNT_SCALE, Column, FIGURE_SCALE, Kind, PRECISION, Table, ZONE};
use crate::store::Field;
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Int32Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, SchemaRef};
use chrono::{DateTime, NaiveDate};
use std::sync::Arc;

/// The first number that a decimal cannot hold: one and as many zeros as it has digits.
const TOO_MUCH: u128 = 10u128.pow(PRECISION as u32);

/// A column that is being filled.
enum Filling {
    Text(StringBuilder),
    Whole(Int64Builder),
    Small(Int32Builder),
    Flag(BooleanBuilder),
    Day(Date32Builder),
    Instant(TimestampMicrosecondBuilder),
    Figure(Decimal128Builder),
    Amount(Decimal128Builder),
}

/// Some rows of a table.
pub(super) struct Batch {
    table: &'static Table,
    schema: SchemaRef,
    filling: Vec<Filling>,
    /// How many rows there are.
    pub rows: usize,
    /// Figures whose digits did not fit, since the beginning.
    pub unfit: u64,
}

impl Batch {
    pub(super) fn new(table: &'static Table) -> Result<Batch, ArrowError> {
        let filling = table.columns.iter().map(|column| filling(column.kind)).collect::<Result<_, _>>()?;
        Ok(Batch { table, schema: table.schema(), filling, rows: 0, unfit: 0 })
    }

    /// Takes a row: a value a column, those of the folders left out.
    pub(super) fn put(&mut self, row: &[Field<'_>]) -> Result<(), ExportError> {
        for ((column, filling), field) in self.table.columns.iter().zip(&mut self.filling).zip(row) {
            match put(filling, field) {
                Ok(Put::Empty) if !column.nullable => return Err(wrong(self.table, column, field)),
                Ok(Put::Full | Put::Empty) => {}
                Ok(Put::Unfit) => self.unfit += 1,
                Err(NotOfItsKind) => return Err(wrong(self.table, column, field)),
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// The rows, after which there are none.
    pub(super) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        RecordBatch::try_new(self.schema.clone(), self.filling.iter_mut().map(finish).collect())
    }

    pub(super) fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

/// What became of a value.
enum Put {
    Full,
    Empty,
    /// A figure with more digits than fit: empty here, and whole in the text beside it.
    Unfit,
}

/// A value that is none of its column.
struct NotOfItsKind;

fn wrong(table: &Table, column: &Column, field: &Field<'_>) -> ExportError {
    ExportError::Value { table: table.name, column: column.name, wanted: column.kind.sql(), found: format!("{field:?}") }
}

fn filling(kind: Kind) -> Result<Filling, ArrowError> {
    let decimal = |scale| Decimal128Builder::new().with_precision_and_scale(PRECISION, scale);
    Ok(match kind {
        Kind::Text => Filling::Text(StringBuilder::new()),
        Kind::Whole => Filling::Whole(Int64Builder::new()),
        Kind::Small => Filling::Small(Int32Builder::new()),
        Kind::Flag => Filling::Flag(BooleanBuilder::new()),
        Kind::Day => Filling::Day(Date32Builder::new()),
        Kind::Instant => Filling::Instant(TimestampMicrosecondBuilder::new().with_timezone(ZONE)),
        Kind::Figure => Filling::Figure(decimal(FIGURE_SCALE)?),
        Kind::Amount => Filling::Amount(decimal(AMOUNT_SCALE)?),
    })
}

fn put(filling: &mut Filling, field: &Field<'_>) -> Result<Put, NotOfItsKind> {
    match (filling, *field) {
        (filling, Field::Nothing) => {
            put_nothing(filling);
            return Ok(Put::Empty);
        }
        (Filling::Text(filling), Field::Text(text)) => filling.append_value(text),
        (Filling::Whole(filling), Field::Whole(number)) => filling.append_value(number),
        (Filling::Small(filling), Field::Whole(number)) => filling.append_value(number.try_into().map_err(|_| NotOfItsKind)?),
        (Filling::Flag(filling), Field::Whole(flag @ (0 | 1))) => filling.append_value(flag == 1),
        (Filling::Day(filling), Field::Text(text)) => filling.append_value(day(text)?),
        (Filling::Instant(filling), Field::Text(text)) => filling.append_value(instant(text)?),
        (Filling::Figure(filling), Field::Text(text)) => {
            let value = scaled(text, FIGURE_SCALE)?;
            filling.append_option(value);
            return Ok(if value.is_some() { Put::Full } else { Put::Unfit });
        }
        (Filling::Amount(filling), Field::Whole(thousandths)) => filling.append_value(thousandths.into()),
        _ => return Err(NotOfItsKind),
    }
    Ok(Put::Full)
}

fn put_nothing(filling: &mut Filling) {
    match filling {
        Filling::Text(filling) => filling.append_null(),
        Filling::Whole(filling) => filling.append_null(),
        Filling::Small(filling) => filling.append_null(),
        Filling::Flag(filling) => filling.append_null(),
        Filling::Day(filling) => filling.append_null(),
        Filling::Instant(filling) => filling.append_null(),
        Filling::Figure(filling) | Filling::Amount(filling) => filling.append_null(),
    }
}

fn finish(filling: &mut Filling) -> ArrayRef {
    match filling {
        Filling::Text(filling) => Arc::new(filling.finish()),
        Filling::Whole(filling) => Arc::new(filling.finish()),
        Filling::Small(filling) => Arc::new(filling.finish()),
        Filling::Flag(filling) => Arc::new(filling.finish()),
        Filling::Day(filling) => Arc::new(filling.finish()),
        Filling::Instant(filling) => Arc::new(filling.finish()),
        Filling::Figure(filling) | Filling::Amount(filling) => Arc::new(filling.finish()),
    }
}

/// Days since 1970.
fn day(text: &str) -> Result<i32, NotOfItsKind> {
    let day: NaiveDate = text.parse().map_err(|_| NotOfItsKind)?;
    i32::try_from((day - NaiveDate::default()).num_days()).map_err(|_| NotOfItsKind)
}

/// Microseconds since 1970.
fn instant(text: &str) -> Result<i64, NotOfItsKind> {
    DateTime::parse_from_rfc3339(text).map(|at| at.timestamp_micros()).map_err(|_| NotOfItsKind)
}

/// A decimal in units of its last place; `None` if it has more digits than fit. Nothing is ever rounded.
fn scaled(text: &str, scale: i8) -> Result<Option<i128>, NotOfItsKind> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = !whole.is_empty() && [whole, part].iter().all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_number || (part.is_empty() && digits.contains('.')) {
        return Err(NotOfItsKind);
    }
    let part = part.trim_end_matches('0');
    let places = usize::try_from(scale).unwrap_or_default();
    let Some(zeros) = places.checked_sub(part.len()) else { return Ok(None) };
    let written = format!("{whole}{part}{}", "0".repeat(zeros));
    let number = written.parse::<u128>().ok().filter(|number| *number < TOO_MUCH);
    Ok(number.and_then(|number| i128::try_from(number).ok()).map(|number| sign * number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn figures_are_exact_or_left_out() {
        let cases = [
            ("95.9", Some(959_000_000_000)),
            ("-0.5", Some(-5_000_000_000)),
            ("0", Some(0)),
            ("1.0000000001", Some(10_000_000_001)),
            ("1.00000000010000", Some(10_000_000_001)),
            ("1.00000000001", None),
            ("9999999999999999999999999999.9999999999", Some(10i128.pow(38) - 1)),
            ("-9999999999999999999999999999.9999999999", Some(1 - 10i128.pow(38))),
            ("10000000000000000000000000000", None),
            ("99999999999999999999999999999999999999999999999999", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(scaled(text, FIGURE_SCALE).ok().flatten(), wanted, "{text}");
        }
        for text in ["", "-", ".", "1.", ".5", "1e5", "+1", "1,5", "--1", "1.2.3", "١"] {
            assert!(scaled(text, FIGURE_SCALE).is_err(), "{text}");
        }
    }

    #[test]
    fn days_and_instants_are_counted_from_1970() {
        assert_eq!(day("1970-01-02").ok(), Some(1));
        assert_eq!(day("2020-02-29").ok(), Some(18_321));
        assert_eq!(instant("1970-01-01T00:00:01Z").ok(), Some(1_000_000));
        for text in ["2021-02-29", "2020-2", "", "yesterday"] {
            assert!(day(text).is_err() && instant(text).is_err(), "{text}");
        }
    }

    proptest! {
        /// Whatever stands there is told back digit by digit, or is left out.
        #[test]
        fn what_fits_comes_back(minus: bool, whole in "[0-9]{1,40}", part in "[0-9]{0,14}") {
            let text = format!("{}{whole}{}{part}", if minus { "-" } else { "" }, if part.is_empty() { "" } else { "." });
            let part = part.trim_end_matches('0');
            let fits = part.len() <= 10 && whole.trim_start_matches('0').len() <= 28;
            let told = scaled(&text, FIGURE_SCALE).ok().flatten();
            prop_assert_eq!(told.is_some(), fits);
            if let Some(told) = told {
                let digits = format!("{:0>11}", told.unsigned_abs());
                let (before, after) = digits.split_at(digits.len() - 10);
                prop_assert_eq!(before.trim_start_matches('0'), whole.trim_start_matches('0'));
                prop_assert_eq!(after.trim_end_matches('0'), part);
                prop_assert!(told == 0 || (told < 0) == minus);
            }
        }

        #[test]
        fn no_text_is_a_panic(text: String) {
            let _ = (scaled(&text, FIGURE_SCALE).ok(), day(&text).ok(), instant(&text).ok());
        }
    }
}
