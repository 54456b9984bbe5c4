//! Tables and columns of the dataset, each with its meaning. `docs/parquet.md` has the same, and a test holds them together.

mod tables;

pub use tables::TABLES;

use crate::store::Stream;
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// The zone of instants.
pub(super) const ZONE: &str = "UTC";
/// Digits of a decimal: as many as every engine has.
pub(super) const PRECISION: u8 = 38;
/// Decimals of a figure.
pub(super) const FIGURE_SCALE: i8 = 10;
/// Decimals of an amount: customs lines are in thousandths.
pub(super) const AMOUNT_SCALE: i8 = 3;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number of 64 bits.
    Whole,
    /// A whole number of 32 bits.
    Small,
    /// Yes or no.
    Flag,
    /// A day.
    Day,
    /// An instant, UTC.
    Instant,
    /// An exact decimal, made of a text; empty where the text has more digits than fit: it is never rounded.
    Figure,
    /// An exact decimal, made of thousandths.
    Amount,
}

impl Kind {
    /// The type in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Kind::Text => "STRING",
            Kind::Whole => "BIGINT",
            Kind::Small => "INT",
            Kind::Flag => "BOOLEAN",
            Kind::Day => "DATE",
            Kind::Instant => "TIMESTAMP",
            Kind::Figure => "DECIMAL(38,10)",
            Kind::Amount => "DECIMAL(38,3)",
        }
    }

    pub(super) fn arrow(self) -> DataType {
        match self {
            Kind::Text => DataType::Utf8,
            Kind::Whole => DataType::Int64,
            Kind::Small => DataType::Int32,
            Kind::Flag => DataType::Boolean,
            Kind::Day => DataType::Date32,
            Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some(ZONE.into())),
            Kind::Figure => DataType::Decimal128(PRECISION, FIGURE_SCALE),
            Kind::Amount => DataType::Decimal128(PRECISION, AMOUNT_SCALE),
        }
    }
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it can be empty.
    pub nullable: bool,
    /// What it means.
    pub says: &'static str,
}

impl Column {
    const fn must(name: &'static str, kind: Kind, says: &'static str) -> Column {
        Column { name, kind, nullable: false, says }
    }

    const fn may(name: &'static str, kind: Kind, says: &'static str) -> Column {
        Column { name, kind, nullable: true, says }
    }
}

/// Where the rows of a table come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// The store.
    Store(Stream),
    /// The commodity groups, which travel with the program.
    Groups,
}

/// A table: a folder of files.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// What a row is.
    pub says: &'static str,
    /// Where its rows come from, columns of the folders first.
    pub rows: Rows,
    /// The columns that are names of folders, each with the value under which an empty file stands where there is no row.
    pub folders: &'static [(Column, &'static str)],
    /// The columns inside its files.
    pub columns: &'static [Column],
}

impl Table {
    /// The columns of its rows, in order.
    pub fn all(&self) -> impl Iterator<Item = &Column> {
        self.folders.iter().map(|(column, _)| column).chain(self.columns)
    }

    pub(super) fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|column| Field::new(column.name, column.kind.arrow(), column.nullable));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}
