//! Patterns of the mapping language: plain text, `*`, `[optional]` and `{slots}` over folded text.

mod compile;
mod fields;
mod matcher;
mod slots;

use super::spec::{Base, Names, NumberStyle};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::ops::Range;

/// A pattern, parsed once when the configuration is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    source: String,
    program: compile::Program,
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

/// A part of a text that a pattern matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What the slots caught.
    pub fields: Fields,
    /// Bytes of the folded text that `{value}` caught.
    pub value: Option<Range<usize>>,
}

/// Named header grammars: the pattern and what the base must be.
const GRAMMARS: [(&str, &str, Base); 5] = [
    ("month-vs-previous-month", "{month} {year} [в] [%] к[о] {month'} {year'}", Base::Previous),
    ("month-vs-same-month", "{month} {year} [в] [%] к[о] {month'} {year'}", Base::SameLastYear),
    ("ytd-vs-same-ytd", "{ytd} {year} [в] [%] к[о] {ytd'} {year'}", Base::SameLastYear),
    ("quarter-vs-previous-quarter", "{quarter} {year} [в] [%] к[о] {quarter'} {year'}", Base::Previous),
    ("quarter-vs-same-quarter", "{quarter} {year} [в] [%] к[о] {quarter'} {year'}", Base::SameLastYear),
];

impl Pattern {
    /// Parses a pattern. Its plain text is folded. Named header grammars (`month-vs-previous-month`) are not patterns: see
    /// [`Pattern::grammar`].
    ///
    /// # Errors
    /// An unknown slot, an unclosed bracket, an empty slot name.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        Ok(Pattern { source: text.to_string(), program: compile::compile(text)? })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether the *whole* of a text matches, and what its slots caught. The text is folded and without footnote marks
    /// (see [`super::label::fold`], [`super::label::split_marks`]).
    pub fn matches(&self, folded: &str, names: &Names) -> Option<Fields> {
        matcher::whole(&self.program, folded, names)
    }

    /// Whether some part of a folded text matches, from the edge of a word to the edge of a word; for prose. The leftmost
    /// match counts.
    pub fn search(&self, folded: &str, names: &Names) -> Option<Fields> {
        matcher::search(&self.program, folded, names)
    }

    /// Every part of a folded text that matches as [`Pattern::search`] says, from left to right. `{value}` is written in
    /// `style`; `steps` is how much work may be done, and afterwards how much is left of it: at 0 the search was given up.
    pub fn search_all(&self, folded: &str, names: &Names, style: NumberStyle, steps: &mut usize) -> Vec<Found> {
        matcher::search_all(&self.program, folded, names, style, steps)
    }

    /// Its slots, for the configuration's cross-checks: the field (`month`, `month'`, `item`) and, where one is written,
    /// the kind or list behind the colon.
    pub fn slots(&self) -> Vec<(String, Option<String>)> {
        self.program.slots.iter().map(|slot| (slot.field.clone(), slot.kind.written(&slot.field))).collect()
    }

    /// Whether it is `*`: matches everything and says nothing.
    pub fn is_anything(&self) -> bool {
        self.program.is_anything()
    }

    /// A named header grammar and what its base must be.
    pub fn grammar(name: &str) -> Option<(Pattern, Option<Base>)> {
        let (_, text, base) = GRAMMARS.iter().find(|(known, _, _)| *known == name)?;
        Some((Pattern::parse(text).ok()?, Some(*base)))
    }

    /// The names of all header grammars.
    pub fn grammars() -> impl Iterator<Item = &'static str> {
        GRAMMARS.iter().map(|(name, _, _)| *name)
    }
}

#[cfg(test)]
mod tests;
