//! Mistakes in a configuration, collected so that all are told at once.

use crate::model::hint;
use std::cell::RefCell;
use std::fmt;

/// What `{name:kind}` may be read as when it is no list.
const KINDS: [&str; 12] = ["year", "month", "quarter", "half", "ytd", "date", "days", "unit", "value", "code", "word", "text"];

/// One mistake, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file, as it was named by the caller.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The key, such as `source "cbr-trade".read "trade".columns[1].head[0]`; empty for the file as a whole.
    pub path: String,
    /// What is wrong, and the nearest known word where one is near.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// Writes down mistakes while a file is read.
pub(super) struct Pen<'a> {
    file: &'a str,
    text: &'a str,
    found: RefCell<Vec<Mistake>>,
    /// Dictionaries of the source that is being read, which `{field:list}` may name.
    lists: RefCell<Vec<String>>,
}

impl<'a> Pen<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Pen<'a> {
        Pen { file, text, found: RefCell::default(), lists: RefCell::default() }
    }

    /// Notes a mistake at a byte of the text.
    pub(super) fn mark(&self, at: usize, path: &str, message: impl Into<String>) {
        let (line, column) = position(self.text, at);
        let mistake = Mistake { file: self.file.to_string(), line, column, path: path.to_string(), message: message.into() };
        self.found.borrow_mut().push(mistake);
    }

    /// The text as it stands in the file.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// From here on, patterns may name these dictionaries.
    pub(super) fn know_lists(&self, lists: impl IntoIterator<Item = String>) {
        *self.lists.borrow_mut() = lists.into_iter().collect();
    }

    /// What is wrong with a kind or list that a slot names; nothing if it exists.
    pub(super) fn unknown_list(&self, wanted: &str) -> Option<String> {
        let lists = self.lists.borrow();
        let known = KINDS.into_iter().chain(lists.iter().map(String::as_str));
        if known.clone().any(|name| name == wanted) {
            return None;
        }
        Some(format!("{wanted:?} is neither a kind of slot nor a list of [source.names] or [names]{}", hint(wanted, known)))
    }

    /// All mistakes in the order of the file. A value that `like` takes over twice is told once.
    pub(super) fn finish(self) -> Vec<Mistake> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|mistake| (mistake.line, mistake.column));
        found.dedup_by(|a, b| (a.line, a.column, &a.message) == (b.line, b.column, &b.message));
        found
    }
}

/// Line and column of a byte, both from 1; columns count characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let mut end = at.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// Whether `{name:word}` reads a kind of slot rather than a list.
pub(super) fn is_kind(word: &str) -> bool {
    KINDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "а = 1\nбв = \"я\"\n";
        for (at, wanted) in [(0, (1, 1)), (2, (1, 2)), (7, (2, 1)), (9, (2, 2)), (999, (3, 1)), (8, (2, 1))] {
            assert_eq!(position(text, at), wanted, "{at}");
        }
    }
}
