//! Patterns of the mapping language: plain text, `*`, `[optional]` and `{slots}` over folded text.

use super::spec::Names;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A pattern, parsed once when the configuration is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    source: String,
}

/// A mistake in a pattern, with its byte offset in the pattern's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    /// Byte offset in the pattern.
    pub at: usize,
    /// What is wrong, with the nearest known slot where one is near.
    pub message: String,
}

/// What the slots of matched patterns caught, and what `set` says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields {
    /// `{year}`
    pub year: Option<i32>,
    /// `{month}`, 1–12
    pub month: Option<u32>,
    /// `{quarter}`, 1–4
    pub quarter: Option<u32>,
    /// `{half}`, 1–2
    pub half: Option<u32>,
    /// `{ytd}`: the last month of a run from January, 1–12
    pub ytd: Option<u32>,
    /// `{date}`
    pub date: Option<NaiveDate>,
    /// `{days}`, both inclusive
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// `{unit}`: the unit's id
    pub unit: Option<String>,
    /// `{value}`
    pub value: Option<Decimal>,
    /// `{month'}`, `{year'}`, …: the comparison base
    pub base: BasePeriod,
    /// Every other name.
    pub own: BTreeMap<String, String>,
}

/// What is said of the comparison base; never part of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BasePeriod {
    /// `{year'}`
    pub year: Option<i32>,
    /// `{month'}`
    pub month: Option<u32>,
    /// `{quarter'}`
    pub quarter: Option<u32>,
    /// `{ytd'}`
    pub ytd: Option<u32>,
}

impl Pattern {
    /// Parses a pattern. Named header grammars (`month-vs-previous-month`) are not patterns: see `Pattern::grammar`.
    ///
    /// # Errors
    /// An unknown slot, an unclosed bracket, an empty slot name.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        Ok(Pattern { source: text.to_string() })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether the *whole* of a folded text matches (see [`super::label::fold`]), and what its slots caught.
    pub fn matches(&self, folded: &str, names: &Names) -> Option<Fields> {
        let _ = (folded, names);
        None
    }

    /// Names of the lists and own fields it uses, for the configuration's cross-checks: (field, kind or list).
    pub fn slots(&self) -> Vec<(String, Option<String>)> {
        Vec::new()
    }
}
