//! A reader over TOML's spanned tree: typed getters that note a mistake instead of stopping at the first.

use super::mistake::Pen;
use crate::model::hint;
use crate::normalize::pattern::Pattern;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A value with its place.
pub(super) struct Node<'a> {
    pen: &'a Pen<'a>,
    pub(super) path: String,
    value: &'a DeValue<'a>,
    span: Range<usize>,
}

impl<'a> Node<'a> {
    /// Notes a mistake at this value.
    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.pen.mark(self.span.start, &self.path, message);
    }

    /// Notes a mistake inside this text, `at` bytes from its start.
    pub(super) fn wrong_at(&self, at: usize, message: impl Into<String>) {
        self.pen.mark(self.start_of_text() + at.min(self.verbatim_length()), &self.path, message);
    }

    /// Where the text begins: after the quote, if it stands in the file as it reads.
    fn start_of_text(&self) -> usize {
        self.span.start + usize::from(self.verbatim_length() > 0)
    }

    /// Bytes of a one-line string without escapes, otherwise 0: offsets mean nothing then.
    fn verbatim_length(&self) -> usize {
        let inside = self.pen.slice(self.span.start + 1, self.span.end.saturating_sub(1));
        self.value.as_str().filter(|text| *text == inside).map_or(0, str::len)
    }

    fn expected(&self, wanted: &str) {
        self.wrong(format!("expected {wanted}, found {}", kind(self.value)));
    }

    fn take<T>(&self, got: Option<T>, wanted: &str) -> Option<T> {
        if got.is_none() {
            self.expected(wanted);
        }
        got
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.take(self.value.as_str(), "a text")
    }

    /// The value as text, whatever its layout in the file.
    pub(super) fn canonical(&self) -> String {
        let mut text = String::new();
        write_canonical(self.value, &mut text);
        text
    }

    /// A key of this value if it is a table; no word of complaint if it is none.
    pub(super) fn quiet(&self, key: &str) -> Option<Node<'a>> {
        let (_, value) = self.value.as_table()?.iter().find(|(name, _)| name.get_ref() == key)?;
        Some(Node { pen: self.pen, path: format!("{}.{key}", self.path), value: value.get_ref(), span: value.span() })
    }

    /// The text, if it is one.
    pub(super) fn quiet_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    pub(super) fn flag(&self) -> Option<bool> {
        self.take(self.value.as_bool(), "true or false")
    }

    /// A whole number that is not negative.
    pub(super) fn whole(&self) -> Option<u64> {
        let number = |i: &toml::de::DeInteger<'_>| u64::from_str_radix(i.as_str(), i.radix()).ok();
        self.take(self.value.as_integer().and_then(number), "a whole number, 0 or more")
    }

    /// An exact number, written as a number or as a text.
    pub(super) fn decimal(&self) -> Option<Decimal> {
        let written = match self.value {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
            DeValue::Float(number) => Some(number.as_str()),
            DeValue::String(text) => Some(text.as_ref()),
            _ => None,
        };
        self.take(written.and_then(|text| text.parse().ok()), "a number")
    }

    pub(super) fn date(&self) -> Option<NaiveDate> {
        let day = self.value.as_datetime().filter(|stamp| stamp.time.is_none()).and_then(|stamp| stamp.date);
        let date = day.and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()));
        self.take(date, "a date such as 2020-09-01, without quotes")
    }

    pub(super) fn list(&self) -> Vec<Node<'a>> {
        let items = self.take(self.value.as_array(), "a list in [brackets]");
        let node = |(i, item): (usize, &'a toml::Spanned<DeValue<'a>>)| Node {
            pen: self.pen,
            path: format!("{}[{i}]", self.path),
            value: item.get_ref(),
            span: item.span(),
        };
        items.map(|items| items.iter().enumerate().map(node).collect()).unwrap_or_default()
    }

    pub(super) fn table(&self) -> Option<Section<'a>> {
        let table = self.take(self.value.as_table(), "a table")?;
        Some(Section::new(self.pen, self.path.clone(), self.span.clone(), table))
    }

    pub(super) fn pattern(&self) -> Option<Pattern> {
        let text = self.text()?;
        let pattern = Pattern::parse(text).inspect_err(|error| self.wrong_at(error.at, error.message.clone())).ok()?;
        for (slot, kind) in pattern.slots() {
            if let Some(kind) = kind
                && let Some(wrong) = self.pen.unknown_list(&kind)
            {
                self.wrong_at(text.find(&format!("{{{slot}:{kind}")).unwrap_or_default(), wrong);
            }
        }
        Some(pattern)
    }

    /// One of a closed list of words.
    pub(super) fn word<T: Copy>(&self, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
            self.wrong(format!("unknown word {text:?}; known are {}", known.join(", ")));
        }
        found
    }

    /// A text that another type parses.
    pub(super) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(&self) -> Option<T> {
        self.text()?.parse().inspect_err(|error: &T::Err| self.wrong(error.to_string())).ok()
    }
}

/// How a message calls a value.
fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text {:?}", text.as_ref()),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(stamp) => format!("the date {stamp}"),
        DeValue::Array(_) => "a list".to_string(),
        DeValue::Table(_) => "a table".to_string(),
    }
}

/// Writes a value as text, free of comments, spaces and ways of quoting.
fn write_canonical(value: &DeValue<'_>, out: &mut String) {
    match value {
        DeValue::String(text) => quote(text, out),
        DeValue::Integer(number) => out.push_str(number.as_str()),
        DeValue::Float(number) => out.push_str(number.as_str()),
        DeValue::Boolean(flag) => out.push_str(if *flag { "true" } else { "false" }),
        DeValue::Datetime(stamp) => out.push_str(&stamp.to_string()),
        DeValue::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                write_canonical(item.get_ref(), out);
            }
            out.push(']');
        }
        DeValue::Table(own) => write_table(own, |_| true, out),
    }
}

/// Writes a table as text: in the order of the file, which decides between entries of a list.
fn write_table(own: &DeTable<'_>, wanted: impl Fn(&str) -> bool, out: &mut String) {
    let mut entries: Vec<_> = own.iter().filter(|(name, _)| wanted(name.get_ref().as_ref())).collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    out.push('{');
    for (at, (name, value)) in entries.into_iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        quote(name.get_ref(), out);
        out.push('=');
        write_canonical(value.get_ref(), out);
    }
    out.push('}');
}

/// Writes a text as Rust would quote it.
fn quote(text: &str, out: &mut String) {
    // writing to a string cannot fail
    let _ = write!(out, "{text:?}");
}

/// A table whose keys are asked for one by one; what nobody asked for is unknown.
pub(super) struct Section<'a> {
    pen: &'a Pen<'a>,
    pub(super) path: String,
    span: Range<usize>,
    own: &'a DeTable<'a>,
    /// Tables it is `like`, nearest first.
    behind: Vec<&'a DeTable<'a>>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Section<'a> {
    pub(super) fn new(pen: &'a Pen<'a>, path: String, span: Range<usize>, own: &'a DeTable<'a>) -> Section<'a> {
        Section { pen, path, span, own, behind: Vec::new(), asked: RefCell::default() }
    }

    /// Keys that this table lacks are taken from another one.
    pub(super) fn stand_before(&mut self, other: &Section<'a>) {
        self.behind.push(other.own);
        self.behind.extend(&other.behind);
    }

    /// From here on, patterns may name these dictionaries.
    pub(super) fn know_lists<'l>(&self, lists: impl IntoIterator<Item = &'l String>) {
        self.pen.know_lists(lists.into_iter().cloned());
    }

    /// Notes a mistake at the head of this table.
    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.pen.mark(self.span.start, &self.path, message);
    }

    /// The value of a key, its own or of a table it is like.
    pub(super) fn get(&self, key: &'static str) -> Option<Node<'a>> {
        self.asked.borrow_mut().insert(key);
        std::iter::once(&self.own).chain(&self.behind).find_map(|table| self.find(table, key))
    }

    /// The value of a key of its own.
    pub(super) fn own(&self, key: &'static str) -> Option<Node<'a>> {
        self.asked.borrow_mut().insert(key);
        self.find(self.own, key)
    }

    fn find(&self, table: &'a DeTable<'a>, key: &str) -> Option<Node<'a>> {
        let (_, value) = table.iter().find(|(name, _)| name.get_ref() == key)?;
        Some(self.node(key, value))
    }

    fn node(&self, key: &str, value: &'a toml::Spanned<DeValue<'a>>) -> Node<'a> {
        let path = if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) };
        Node { pen: self.pen, path, value: value.get_ref(), span: value.span() }
    }

    /// A key that must be there.
    pub(super) fn need(&self, key: &'static str) -> Option<Node<'a>> {
        let node = self.get(key);
        if node.is_none() {
            self.wrong(format!("key {key:?} is missing"));
        }
        node
    }

    pub(super) fn need_text(&self, key: &'static str) -> String {
        self.need(key).and_then(|node| node.text()).unwrap_or_default().to_string()
    }

    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        self.get(key)?.text().map(str::to_string)
    }

    pub(super) fn flag(&self, key: &'static str) -> bool {
        self.get(key).and_then(|node| node.flag()).unwrap_or_default()
    }

    pub(super) fn list(&self, key: &'static str) -> Vec<Node<'a>> {
        self.get(key).map(|node| node.list()).unwrap_or_default()
    }

    pub(super) fn tables(&self, key: &'static str) -> Vec<Section<'a>> {
        self.list(key).iter().filter_map(Node::table).collect()
    }

    pub(super) fn patterns(&self, key: &'static str) -> Vec<Pattern> {
        self.list(key).iter().filter_map(Node::pattern).collect()
    }

    /// A table of the user's own keys, in the order of the file: key, and its value.
    pub(super) fn map(&self, key: &'static str) -> Vec<(Key<'a>, Node<'a>)> {
        let table = self.get(key).and_then(|node| node.table());
        table.map(|table| table.entries()).unwrap_or_default()
    }

    /// All keys of its own, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(Key<'a>, Node<'a>)> {
        let mut entries: Vec<_> = self.own.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let entry = |(name, value): (&'a toml::Spanned<toml::de::DeString<'a>>, _)| {
            let node = self.node(&format!("{:?}", name.get_ref()), value);
            (Key { text: name.get_ref(), span: name.span(), path: node.path.clone(), pen: self.pen }, node)
        };
        entries.into_iter().map(entry).collect()
    }

    /// Those of its own keys that are `wanted`, with their values, as text.
    pub(super) fn canonical(&self, wanted: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        write_table(self.own, wanted, &mut text);
        text
    }

    /// Reports every key of its own that nobody asked for.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for (name, _) in self.own.iter().filter(|(name, _)| !asked.contains(name.get_ref().as_ref())) {
            let near = hint(name.get_ref(), asked.iter().copied());
            self.pen.mark(name.span().start, &self.path, format!("unknown key {:?}{near}", name.get_ref()));
        }
    }
}

/// A key of the user's own, with its place.
pub(super) struct Key<'a> {
    pen: &'a Pen<'a>,
    path: String,
    span: Range<usize>,
    pub(super) text: &'a str,
}

impl Key<'_> {
    /// The key as a pattern.
    pub(super) fn pattern(&self) -> Option<Pattern> {
        let quoted = self.pen.slice(self.span.start + 1, self.span.end.saturating_sub(1)) == self.text;
        let noted = |e: &crate::normalize::pattern::PatternError| {
            let at = if quoted { self.span.start + 1 + e.at } else { self.span.start };
            self.pen.mark(at, &self.path, e.message.clone());
        };
        Pattern::parse(self.text).inspect_err(noted).ok()
    }

    /// Notes a mistake at the key.
    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.pen.mark(self.span.start, &self.path, message);
    }
}
