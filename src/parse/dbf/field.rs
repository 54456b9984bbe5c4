//! The bytes of a field as text.

use encoding_rs::Encoding;

/// What the bytes of a field mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `C`: text in the table's charset.
    Text,
    /// `N` and `F`: a figure in digits.
    Number,
    /// `D`: year, month and day in eight digits.
    Date,
    /// `L`: yes or no in a letter.
    Logical,
}

impl Kind {
    /// The kind of a type letter, if a field of this length may have it.
    pub fn of(letter: u8, length: usize) -> Option<Kind> {
        match (letter, length) {
            (b'C', 1..) => Some(Kind::Text),
            (b'N' | b'F', 1..) => Some(Kind::Number),
            (b'D', 8) => Some(Kind::Date),
            (b'L', 1) => Some(Kind::Logical),
            _ => None,
        }
    }
}

/// The text of a field, empty where nobody filled it in. A date is written `2020-04-25`.
///
/// # Errors
/// What was seen and wanted, where a date or a letter is none.
pub fn text(kind: Kind, bytes: &[u8], encoding: &'static Encoding) -> Result<String, (String, &'static str)> {
    // Unused bytes are blanks, or zeros where a program was careless.
    let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    let text = encoding.decode_without_bom_handling(bytes.get(..end).unwrap_or_default()).0;
    let trimmed = text.trim_start();
    match kind {
        Kind::Text => Ok(text.into_owned()),
        Kind::Number => Ok(trimmed.to_owned()),
        Kind::Date => date(trimmed).ok_or_else(|| (format!("{trimmed:?}"), "a date in eight digits")),
        Kind::Logical => logical(trimmed).ok_or_else(|| (format!("{trimmed:?}"), "T, F, Y, N or a question mark")),
    }
}

fn date(text: &str) -> Option<String> {
    if text.bytes().all(|byte| byte == b'0') {
        return Some(String::new());
    }
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..)?))
}

fn logical(text: &str) -> Option<String> {
    match text {
        "" | "?" => Some(String::new()),
        "T" | "t" | "F" | "f" | "Y" | "y" | "N" | "n" => Some(text.to_ascii_uppercase()),
        _ => None,
    }
}
