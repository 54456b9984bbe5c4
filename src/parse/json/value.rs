//! JSON one level at a time, over a text in memory: a member is opened only when somebody asks, and numbers keep their digits.

use crate::parse::long::{Value, too_large};
use crate::parse::{Input, Options, ParseError, charset};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Values within values; each level is read once more. The deepest message known has eight.
pub const MAX_DEPTH: usize = 32;
/// Digits that an exponent may add to a number; no figure has as many.
const MAX_EXPONENT: i64 = 100;
/// Characters of a wrong value that are quoted.
const QUOTED: usize = 40;

/// A value, not yet opened: its text, known to be well-formed.
pub type Raw<'a> = &'a RawValue;

/// A value, opened by one level.
#[derive(Debug)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// A text.
    Text(String),
    /// A number, as exact decimal text without exponent.
    Number(String),
    /// `true` or `false`.
    Truth(&'a str),
    /// A list.
    List(Vec<Raw<'a>>),
    /// Members in the order of the document.
    Object(Members<'a>),
}

/// The members of an object, in the order of the document.
#[derive(Debug, Default)]
pub struct Members<'a>(pub Vec<(String, Raw<'a>)>);

impl<'a> Members<'a> {
    /// The first member of a name.
    pub fn get(&self, name: &str) -> Option<Raw<'a>> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Raw<'de>>()? {
                    members.push((key, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// The text of a JSON document.
///
/// # Errors
/// A document that cannot be read, or is too long.
pub fn text(input: &mut dyn Input, options: &Options) -> Result<String, ParseError> {
    charset::read(input, |_| None, options.charset.as_deref())
}

/// The whole document, checked for its grammar.
///
/// # Errors
/// Text that is no JSON, with line and column.
pub fn document(text: &str) -> Result<Raw<'_>, ParseError> {
    serde_json::from_str(text).map_err(|error| {
        let seen: String = text.trim_start().chars().take(QUOTED).collect();
        ParseError::malformed(
            format!("line {}, column {}", error.line(), error.column()),
            format!("{error}; it begins {seen:?}"),
            "JSON",
        )
    })
}

/// Opens a value; `place` is its path, for errors.
///
/// # Errors
/// A text that is no Unicode, or a number with a wild exponent.
pub fn open<'a>(raw: Raw<'a>, place: &str) -> Result<Json<'a>, ParseError> {
    let text = raw.get();
    let wrong = |error: serde_json::Error| ParseError::malformed(named(place), error.to_string(), "JSON");
    Ok(match text.as_bytes().first() {
        Some(b'{') => Json::Object(serde_json::from_str(text).map_err(wrong)?),
        Some(b'[') => Json::List(serde_json::from_str(text).map_err(wrong)?),
        Some(b'"') => Json::Text(serde_json::from_str(text).map_err(wrong)?),
        Some(b'n') => Json::Null,
        Some(b't' | b'f') => Json::Truth(text),
        _ => Json::Number(plain(text).ok_or_else(|| {
            let seen: String = text.chars().take(QUOTED).collect();
            ParseError::malformed(named(place), seen, "a number of a size that figures have")
        })?),
    })
}

/// The value of a cell; nothing for `null` and for what has members.
pub fn scalar(json: Json<'_>) -> Option<Value> {
    match json {
        Json::Text(text) => Some(Value::Text(text)),
        Json::Truth(text) => Some(Value::Text(text.to_string())),
        Json::Number(text) => Some(Value::Number(text)),
        Json::Null | Json::List(_) | Json::Object(_) => None,
    }
}

/// A path for errors; the document's own is empty.
pub fn named(place: &str) -> &str {
    if place.is_empty() { "the document" } else { place }
}

/// Refuses what is nested too deep.
///
/// # Errors
/// The limit.
pub fn check_depth(depth: usize, place: &str) -> Result<(), ParseError> {
    if depth > MAX_DEPTH { Err(too_large(place, "the depth of values", MAX_DEPTH)) } else { Ok(()) }
}

/// A number without exponent, all digits kept: `5.60E+3` is `5600`, `1e-2` is `0.01`.
fn plain(text: &str) -> Option<String> {
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else { return Some(text.to_string()) };
    let exponent: i64 = exponent.parse().ok().filter(|e: &i64| e.abs() <= MAX_EXPONENT)?;
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let point = i64::try_from(whole.len()).ok()? + exponent;
    let mut all = format!("{whole}{decimals}");
    if point <= 0 {
        all.insert_str(0, &"0".repeat(usize::try_from(1 - point).ok()?));
    }
    let point = usize::try_from(point.max(1)).ok()?;
    all.extend(std::iter::repeat_n('0', point.saturating_sub(all.len())));
    let (whole, decimals) = all.split_at(point);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        for (text, wanted) in [
            ("56019903783.57", "56019903783.57"),
            ("1.10", "1.10"),
            ("-0.0", "-0.0"),
            ("12345678901234567890.123456789", "12345678901234567890.123456789"),
            ("5.601990378357E10", "56019903783.57"),
            ("5.60e+3", "5600"),
            ("1e-2", "0.01"),
            ("-12.5e-3", "-0.0125"),
            ("0e5", "0"),
        ] {
            let json = open(document(text).unwrap(), "").unwrap();
            assert!(matches!(&json, Json::Number(number) if number == wanted), "{text}: {json:?}");
        }
        for wild in ["1e101", "1e-99999999999999999999"] {
            assert!(open(document(wild).unwrap(), "/a").unwrap_err().to_string().starts_with("/a: expected a number"), "{wild}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_by_line_and_column() {
        for text in ["", "{\"a\": NaN}", "{\"a\": 1", "[1,]", "[1] x", "<html>", "{\"a\": \"\u{1}\"}", "01"] {
            let error = document(text).unwrap_err().to_string();
            assert!(error.starts_with("line ") && error.contains("expected JSON"), "{text}: {error}");
        }
    }
}
