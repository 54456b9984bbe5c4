//! What a heading or label says of the period, as a pattern of the mapping language that reads it.

use super::words::is_ratio;
use crate::normalize::pattern::{Fields, Pattern};
use crate::normalize::period::{base_holds, period_of};
use crate::normalize::spec::{Base, Names};
use std::sync::LazyLock;

/// Texts longer than this name more than a period.
const LONGEST: usize = 90;

/// Own patterns with a comparison base, tried after the named grammars.
const COMPARED: [&str; 2] = ["[за] [в] {year} [в] % к[о] {year'}", "[за] [в] {year} в процентах к[о] {year'}"];

/// Patterns of a whole period or a part of one, in the order they are tried: the more particular first.
const PLAIN: [&str; 22] = [
    "{month} {year}",
    "{ytd} {year}",
    "{quarter} {year}",
    "{half} {year}",
    "{year} [,] {month}",
    "{year} [,] {ytd}",
    "{year} [-] {quarter}",
    "{year}m{month}",
    "{date}",
    "{days}",
    "{year}",
    "{month}",
    "{quarter}",
    "{half}",
    "{ytd}",
    "[за] [в] {month} {year}",
    "[за] [в] {ytd} {year}",
    "[за] [в] {quarter} {year}",
    "[за] [в] {half} {year}",
    "[на] [с] {date}",
    "[с] {days}",
    "[за] [в] {year}",
];

/// One way to name a period.
struct Way {
    /// As it stands in the file: a pattern or the name of a grammar.
    written: &'static str,
    pattern: Pattern,
    base: Option<Base>,
    grammar: bool,
}

static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    let grammars = Pattern::grammars().filter_map(|name| {
        let (pattern, base) = Pattern::grammar(name)?;
        Some(Way { written: name, pattern, base, grammar: true })
    });
    let own = |written: &'static str, base| Some(Way { written, pattern: Pattern::parse(written).ok()?, base, grammar: false });
    let compared = COMPARED.into_iter().filter_map(|text| own(text, Some(Base::SameLastYear)));
    let plain = PLAIN.into_iter().filter_map(|text| own(text, None));
    grammars.chain(compared).chain(plain).collect()
});

/// What a text says of the period.
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    /// The pattern or grammar that reads it.
    pub written: &'static str,
    /// The key `base` where the pattern needs one.
    pub base: Option<&'static str>,
    /// The measure that a comparison in the heading names.
    pub measure: Option<&'static str>,
    /// The heading says that its figures are per cent.
    pub percent: bool,
    /// What the pattern catches.
    pub fields: Fields,
}

/// Reads a folded text; `typed` says that it is a number of the format, which can only be a year.
pub fn when(folded: &str, typed: bool) -> Option<When> {
    if folded.is_empty() || folded.len() > LONGEST || !folded.contains(|c: char| c.is_alphanumeric()) || is_figure(folded) {
        return None;
    }
    let bare = folded.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    WAYS.iter().find_map(|way| {
        let fields = way.pattern.matches(folded, &Names::new())?;
        if way.base.is_some_and(|base| !base_holds(&fields, base)) {
            return None;
        }
        // a bare `3` may be a month, and far more often is not
        if bare && (typed || fields.date.is_none()) && !(only_year(&fields) && folded.len() <= 6) {
            return None;
        }
        Some(When {
            written: way.written,
            base: own_base(way),
            measure: measure(way, &fields),
            percent: is_ratio(folded),
            fields,
        })
    })
}

/// A number that is neither a year nor a date; told at a glance, because most cells are one.
fn is_figure(folded: &str) -> bool {
    let numeric = folded.bytes().all(|b| b.is_ascii_digit() || b".,-% ".contains(&b));
    let twice = |sign: char| folded.matches(sign).count() == 2;
    numeric && !folded.starts_with("19") && !folded.starts_with("20") && !twice('.') && !twice('-')
}

fn only_year(fields: &Fields) -> bool {
    fields.year.is_some()
        && (fields.month, fields.quarter, fields.half, fields.ytd, fields.date) == (None, None, None, None, None)
}

fn own_base(way: &Way) -> Option<&'static str> {
    match way.base {
        _ if way.grammar => None,
        Some(Base::Previous) => Some("previous"),
        Some(Base::SameLastYear) => Some("same-last-year"),
        Some(Base::DecemberLastYear) => Some("december-last-year"),
        None => None,
    }
}

fn measure(way: &Way, fields: &Fields) -> Option<&'static str> {
    match way.base? {
        Base::Previous if fields.quarter.is_some() => Some("qoq"),
        Base::Previous => Some("mom"),
        Base::SameLastYear => Some("yoy"),
        Base::DecemberLastYear => Some("dec"),
    }
}

impl When {
    /// Whether it is a period by itself.
    pub fn is_whole(&self) -> bool {
        whole(&self.fields)
    }

    /// A single January of a line of runs is the first of them.
    pub fn as_run(&mut self) {
        if self.fields.month == Some(1) {
            self.fields.ytd = self.fields.month.take();
            self.fields.base.ytd = self.fields.base.month.take();
            self.written = match self.written {
                "{month} {year}" => "{ytd} {year}",
                "[за] [в] {month} {year}" => "[за] [в] {ytd} {year}",
                "{year} [,] {month}" => "{year} [,] {ytd}",
                "{month}" => "{ytd}",
                "month-vs-same-month" => "ytd-vs-same-ytd",
                other => other,
            };
        }
    }
}

/// Whether fields name exactly one period.
pub fn whole(fields: &Fields) -> bool {
    period_of(fields, false).is_ok()
}

/// The fields of several texts together; `None` if they contradict each other.
pub fn pooled<'w>(all: impl IntoIterator<Item = &'w When>) -> Option<Fields> {
    let mut fields = Fields::default();
    for one in all {
        if fields.conflicts(&one.fields).is_some() {
            return None;
        }
        fields.merge_under(&one.fields);
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_told_by_the_pattern_that_reads_them() {
        for (text, typed, written) in [
            ("январь 2020 в % к декабрю 2019", false, "month-vs-previous-month"),
            ("январь 2020 в % к январю 2019", false, "month-vs-same-month"),
            ("январь-март 2020 в % к январю-марту 2019", false, "ytd-vs-same-ytd"),
            ("2019 в % к 2018", false, "[за] [в] {year} [в] % к[о] {year'}"),
            ("март 2020 г.", false, "{month} {year}"),
            ("за январь-март 2020 года", false, "[за] [в] {ytd} {year}"),
            ("2020", true, "{year}"),
            ("2020.0", true, "{year}"),
            ("01.12.2020", false, "{date}"),
            ("iii", false, "{quarter}"),
            ("январь", false, "{month}"),
            ("январь-февраль", false, "{ytd}"),
        ] {
            assert_eq!(when(text, typed).map(|when| when.written), Some(written), "{text}");
        }
        for (text, typed) in
            [("3", false), ("3", true), ("1995.5", true), ("2019 в % к 2017", false), ("уголь", false), ("", false)]
        {
            assert_eq!(when(text, typed), None, "{text}");
        }
    }
}
