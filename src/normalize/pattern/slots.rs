//! Slots: their names, their kinds, and what each can read at a place in a text.

use super::Fields;
use crate::normalize::label::{is_cyrillic, latin_twin};
use crate::normalize::period::{dates, words};
use crate::normalize::spec::NumberStyle;
use crate::normalize::{number, unit};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::fmt;

/// What a slot reads.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Year,
    Month,
    Quarter,
    Half,
    Ytd,
    Date,
    Days,
    Unit,
    Value,
    Code,
    Word,
    Text,
    List(String),
}

/// `{field}`, `{field:kind}`, `{field'}`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    /// The field's name, with its prime.
    pub field: String,
    pub kind: Kind,
}

/// What a slot caught.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Caught {
    Number(i32),
    Date(NaiveDate),
    Days(NaiveDate, NaiveDate),
    Value(Decimal),
    Text(String),
}

/// Names that are fields and kinds at once.
pub(super) const KNOWN: [(&str, Kind); 9] = [
    ("year", Kind::Year),
    ("month", Kind::Month),
    ("quarter", Kind::Quarter),
    ("half", Kind::Half),
    ("ytd", Kind::Ytd),
    ("date", Kind::Date),
    ("days", Kind::Days),
    ("unit", Kind::Unit),
    ("value", Kind::Value),
];
/// Names that are kinds; a bare `{code}` is a field of that name and kind.
const TEXT_KINDS: [(&str, Kind); 3] = [("code", Kind::Code), ("word", Kind::Word), ("text", Kind::Text)];
/// Fields that may be said of the comparison base.
const PRIMED: [&str; 4] = ["year", "month", "quarter", "ytd"];

impl Slot {
    /// Reads what stands between the braces.
    pub(super) fn parse(inner: &str) -> Result<Slot, String> {
        let (field, kind) = inner.split_once(':').map_or((inner, None), |(f, k)| (f.trim(), Some(k.trim())));
        let name = field.trim().trim_end_matches('\'');
        let primed = field.trim().len() - name.len();
        check_name(name)?;
        let known = KNOWN.iter().find(|(n, _)| *n == name).map(|(_, kind)| kind.clone());
        if primed > 1 || (primed == 1 && !PRIMED.contains(&name)) {
            return Err(format!("{{{field}}}: only {} have a comparison base", PRIMED.join(", ")));
        }
        let kind = match (known, kind) {
            (Some(_), Some(_)) => return Err(format!("{{{name}}} is a known slot and takes no kind")),
            (Some(known), None) => known,
            (None, Some(kind)) => {
                check_name(kind)?;
                named_kind(kind)
            }
            (None, None) => bare_kind(name)?,
        };
        Ok(Slot { field: format!("{name}{}", "'".repeat(primed)), kind })
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
    match name {
        "" => Err("a slot without a name".to_string()),
        _ if !plain => Err(format!("slot name {name:?} may hold a-z, 0-9, _ and - only{}", nearest(name))),
        _ => Ok(()),
    }
}

fn named_kind(kind: &str) -> Kind {
    let all = KNOWN.iter().chain(&TEXT_KINDS);
    all.clone().find(|(n, _)| *n == kind).map_or_else(|| Kind::List(kind.to_string()), |(_, kind)| kind.clone())
}

/// A field of one's own without a kind is text; a name one slip away from a known slot is taken for a slip.
fn bare_kind(name: &str) -> Result<Kind, String> {
    if let Some((_, kind)) = TEXT_KINDS.iter().find(|(n, _)| *n == name) {
        return Ok(kind.clone());
    }
    match nearest(name) {
        near if near.is_empty() => Ok(Kind::Text),
        near => Err(format!("unknown slot {{{name}}}{near} For a field of your own write {{{name}:text}}")),
    }
}

/// `: did you mean {month}?` for a name one slip (Damerau-Levenshtein distance 1) away from a known slot.
fn nearest(name: &str) -> String {
    let near = KNOWN.iter().find(|(known, _)| strsim::damerau_levenshtein(&name.to_lowercase(), known) <= 1);
    near.map_or_else(String::new, |(known, _)| format!(": did you mean {{{known}}}?"))
}

impl Kind {
    /// What stands behind the colon, if anything does.
    pub(super) fn written(&self, field: &str) -> Option<String> {
        let name = match self {
            Kind::List(list) => return Some(list.clone()),
            kind => KNOWN.iter().chain(&TEXT_KINDS).find(|(_, k)| k == kind).map_or("text", |(n, _)| *n),
        };
        let bare = name == field.trim_end_matches('\'') || *self == Kind::Text;
        (!bare).then(|| name.to_string())
    }
}

/// What a kind can read at a place, and where each reading ends; the longest first. Lists and free text are the matcher's.
pub(super) fn readings(kind: &Kind, text: &str, at: usize, style: NumberStyle) -> Vec<(Caught, usize)> {
    let numbers = |found: Vec<words::Reading>| found.into_iter().map(|(n, end)| (Caught::Number(n), end)).collect();
    match kind {
        Kind::Year => numbers(words::years(text, at)),
        Kind::Month => numbers(words::months(text, at)),
        Kind::Quarter => numbers(words::quarters(text, at)),
        Kind::Half => numbers(words::halves(text, at)),
        Kind::Ytd => numbers(words::runs(text, at)),
        Kind::Date => dates::dates(text, at).into_iter().map(|(d, end)| (Caught::Date(d), end)).collect(),
        Kind::Days => dates::spans(text, at).into_iter().map(|((a, b), end)| (Caught::Days(a, b), end)).collect(),
        Kind::Unit => unit::prefixes(text, words::skip_space(text, at))
            .into_iter()
            .map(|(id, end)| (Caught::Text(id.to_string()), end))
            .collect(),
        Kind::Value => values(text, words::skip_space(text, at), style),
        Kind::Code => codes(text, at),
        Kind::Word => prefixes(text, at, |c| c != ' '),
        Kind::Text | Kind::List(_) => Vec::new(),
    }
}

/// A number in a sentence: a sign, digits, groups of three and decimals. A dash before a blank is punctuation and no minus;
/// what is glued to other digits (`2-3`, `06.02.2026`) is a part of something else.
fn values(text: &str, at: usize, style: NumberStyle) -> Vec<(Caught, usize)> {
    let rest = &text[at..];
    let sign = usize::from(rest.starts_with(['-', '+']));
    if !starts_with_digit(&rest[sign..]) || ends_in_digit(text[..at].trim_end_matches(['-', '.', ','])) {
        return Vec::new();
    }
    let body = &rest[sign..];
    let run = body.bytes().take(MAX_NUMBER).take_while(|b| b.is_ascii_digit() || b" ,.".contains(b)).count();
    let ends = (1..=run).rev().map(|end| sign + end);
    let whole = ends.filter(|&end| ends_in_digit(&rest[..end]) && !goes_on(&rest[end..]));
    // A sentence holds few numbers in a row; a long run of them is no figure.
    whole.take(8).filter_map(|end| Some((Caught::Value(number::read(&rest[..end], style).ok()?), at + end))).collect()
}

/// Whether a number does not end before this text: digits follow, alone or behind a sign that is glued to them, or behind a
/// letter that looks like a digit.
fn goes_on(rest: &str) -> bool {
    starts_with_digit(rest.strip_prefix(['-', '.', ',', 'о', 'o', 'з', 'l', 'i']).unwrap_or(rest))
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

/// Letters, digits and dots, not ending in a dot. A code typed in Cyrillic letters that all look Latin is the Latin one.
fn codes(text: &str, at: usize) -> Vec<(Caught, usize)> {
    let mut found = prefixes(text, at, |c| c.is_alphanumeric() || c == '.');
    found.retain(|(caught, _)| matches!(caught, Caught::Text(t) if !t.starts_with('.') && !t.ends_with('.')));
    for (caught, _) in &mut found {
        if let Caught::Text(code) = caught {
            *code = latin_code(code);
        }
    }
    found
}

/// The code in Latin letters if every Cyrillic one has a twin, else as it stands.
fn latin_code(code: &str) -> String {
    let twin = |c: char| if is_cyrillic(c) { latin_twin(c) } else { Some(c) };
    code.chars().map(twin).collect::<Option<String>>().unwrap_or_else(|| code.to_string())
}

/// Longest number that is looked at, blanks and all; an exact decimal has 28 digits at most.
const MAX_NUMBER: usize = 64;

/// Longest code or word that is looked at; both are short in every table seen.
const MAX_WORD: usize = 64;

/// Every prefix of the run of characters that a test accepts, the longest first.
fn prefixes(text: &str, at: usize, accept: impl Fn(char) -> bool) -> Vec<(Caught, usize)> {
    let rest = &text[at..];
    let ends = rest.char_indices().take_while(|&(_, c)| accept(c)).take(MAX_WORD).map(|(i, c)| i + c.len_utf8());
    let mut found: Vec<(Caught, usize)> = ends.map(|end| (Caught::Text(rest[..end].to_string()), at + end)).collect();
    found.reverse();
    found
}

impl fmt::Display for Caught {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Caught::Number(n) => write!(f, "{n}"),
            Caught::Date(date) => write!(f, "{date}"),
            Caught::Days(from, to) => write!(f, "{from}/{to}"),
            Caught::Value(value) => write!(f, "{value}"),
            Caught::Text(text) => f.write_str(text),
        }
    }
}

impl Fields {
    /// Puts what a slot caught into its field.
    pub(super) fn put(&mut self, slot: &Slot, caught: &Caught) {
        match (slot.field.as_str(), caught) {
            ("date", Caught::Date(date)) => self.date = Some(*date),
            ("days", Caught::Days(from, to)) => self.days = Some((*from, *to)),
            ("value", Caught::Value(value)) => self.value = Some(*value),
            ("unit", Caught::Text(id)) => self.unit = Some(id.clone()),
            (name, Caught::Number(n)) if self.put_number(name, *n) => {}
            (name, caught) => {
                self.own.insert(name.to_string(), caught.to_string());
            }
        }
    }

    /// Sets a field of the period or the comparison base; `false` if it is none.
    pub(super) fn put_number(&mut self, name: &str, n: i32) -> bool {
        let part = u32::try_from(n).ok();
        match name {
            "year" => self.year = Some(n),
            "year'" => self.base.year = Some(n),
            "month" => self.month = part,
            "month'" => self.base.month = part,
            "quarter" => self.quarter = part,
            "quarter'" => self.base.quarter = part,
            "half" => self.half = part,
            "ytd" => self.ytd = part,
            "ytd'" => self.base.ytd = part,
            _ => return false,
        }
        true
    }
}
