//! Tables as text, mappings in a few words, and readings as lines.

use super::super::pattern::Pattern;
use super::super::spec::*;
use super::super::{NormalizeError, Normalizer};
use crate::model::{Reading, Status};
use crate::parse::{Cell, Event, Row, Table};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The day the test documents are of.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A pattern, or the pattern of a named header grammar.
pub fn pattern(text: &str) -> Pattern {
    Pattern::grammar(text).map_or_else(|| Pattern::parse(text).unwrap(), |(pattern, _)| pattern)
}

pub fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().map(|text| pattern(text)).collect()
}

pub fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// A column; the base is that of the named grammar.
pub fn column(head: &[&str], set: &[(&str, &str)]) -> ColumnRule {
    let base = head.first().and_then(|name| Pattern::grammar(name)).and_then(|(_, base)| base);
    ColumnRule { head: patterns(head), set: fields(set), unit: None, base, optional: false }
}

pub fn optional(head: &[&str], set: &[(&str, &str)]) -> ColumnRule {
    ColumnRule { optional: true, ..column(head, set) }
}

pub fn stub(text: &str, set: &[(&str, &str)]) -> RowRule {
    RowRule { stub: Some(pattern(text)), set: fields(set), ..RowRule::default() }
}

pub fn cells(pairs: &[(&str, &str)]) -> RowRule {
    RowRule { cells: pairs.iter().map(|(heading, text)| (pattern(heading), pattern(text))).collect(), ..RowRule::default() }
}

pub fn section(level: u32, text: &str, set: &[(&str, &str)]) -> SectionRule {
    SectionRule { text: pattern(text), set: fields(set), level }
}

pub fn ignored(text: &str) -> Ignored<Pattern> {
    Ignored { what: pattern(text), reason: "known".to_string() }
}

pub fn ignored_column(head: &[&str]) -> Ignored<Vec<Pattern>> {
    Ignored { what: patterns(head), reason: "known".to_string() }
}

pub fn template(text: &str) -> Template {
    let mut parts = Vec::new();
    for piece in text.split_inclusive(['{', '}']) {
        match piece.strip_suffix('}') {
            Some(name) => parts.push(TemplatePart::Field(name.to_string())),
            None => parts.push(TemplatePart::Literal(piece.trim_end_matches('{').to_string())),
        }
    }
    parts.retain(|part| *part != TemplatePart::Literal(String::new()));
    Template { parts }
}

/// A reading of any sheet with these columns and rows, in percent.
pub fn read(series: &str, columns: Vec<ColumnRule>, rows: Vec<RowRule>) -> Read {
    Read {
        name: "r".to_string(),
        sheet: Vec::new(),
        title: Vec::new(),
        index: None,
        columns,
        ignore_columns: Vec::new(),
        rows,
        sections: Vec::new(),
        carry_sections: false,
        filter: Vec::new(),
        set: BTreeMap::new(),
        series: template(series),
        unit: Some("percent".to_string()),
        divide_by: None,
        as_of: false,
        skip_blank: false,
        withheld: Vec::new(),
        provisional: Vec::new(),
        footnotes: Vec::new(),
        ignore_rows: Vec::new(),
        count_unmapped: false,
        shapes: Vec::new(),
        any_tables: false,
        parts: false,
        expect: Expect::default(),
        checkpoints: Vec::new(),
    }
}

pub fn mapping(reads: Vec<Read>) -> Mapping {
    Mapping { reads, ..Mapping::default() }
}

pub fn names(list: &str, entries: &[(&str, &str)]) -> Names {
    let entries = entries.iter().map(|(text, value)| (pattern(text), value.to_string())).collect();
    Names::from([(list.to_string(), entries)])
}

/// Rows a line, cells between `|`: empty is no cell, `<` and `^` copy the merged left and upper neighbour, a plain number is
/// a numeric cell, `94.344~94.3` one displayed otherwise, `'2017` a text.
pub fn table(number: u32, sheet: &str, text: &str) -> Vec<Event> {
    let mut events = vec![Event::Table(Table { sheet: sheet.to_string(), number, ..Table::default() })];
    let mut above: BTreeMap<u32, Cell> = BTreeMap::new();
    for (row, line) in (1..).zip(text.trim_matches('\n').lines()) {
        let mut cells: BTreeMap<u32, Cell> = BTreeMap::new();
        for (column, text) in (0..).zip(line.split('|').map(str::trim)) {
            let cell = match text {
                "" => continue,
                "<" => copy(cells.get(&(column - 1)).unwrap(), row, column, column - 1),
                "^" => copy(above.get(&column).unwrap(), row - 1, column, column),
                _ => own(text, column),
            };
            cells.insert(column, cell);
        }
        events.push(Event::Row(Row { number: row, cells: cells.values().cloned().collect() }));
        above = cells;
    }
    events
}

fn copy(of: &Cell, row: u32, column: u32, from: u32) -> Cell {
    Cell { column, copy_of: Some(of.copy_of.unwrap_or((row, from))), ..of.clone() }
}

fn own(text: &str, column: u32) -> Cell {
    let (raw, shown) = text.split_once('~').unwrap_or((text, text));
    let number = raw.parse::<rust_decimal::Decimal>().is_ok();
    let shown = shown.strip_prefix('\'').unwrap_or(shown).to_string();
    Cell { column, text: shown, raw: number.then(|| raw.to_string()), copy_of: None }
}

pub fn normalize(mapping: &Mapping, as_of: &str, events: Vec<Event>) -> Result<Reading, NormalizeError> {
    let mut normalizer = Normalizer::new(mapping, day(as_of));
    events.into_iter().for_each(|event| normalizer.event(event));
    normalizer.finish()
}

/// One table under one reading, as lines: `series · period = value` or `=status`, then issues `! code @ place`.
pub fn lines(reading: &Reading) -> Vec<String> {
    let figures = reading.observations.iter().map(|o| {
        let said = o.value.map_or(format!("={}", o.status), |value| format!("= {value}"));
        let provisional = if o.status == Status::Provisional { " p" } else { "" };
        format!("{} · {} {said}{provisional}", o.series, o.period)
    });
    let issues = reading.issues.iter().map(|issue| format!("! {} @ {}", issue.code, issue.locator));
    figures.chain(issues).collect()
}

/// Asserts what a reading says of one table named `s`.
#[track_caller]
pub fn says(mapping: &Mapping, text: &str, expected: &[&str]) {
    match normalize(mapping, "2020-06-30", table(1, "s", text)) {
        Ok(reading) => assert_eq!(lines(&reading), expected, "{:#?}", reading.issues),
        Err(error) => panic!("refused: {error}"),
    }
}

/// Asserts that nothing is read, and what the refusal says.
#[track_caller]
pub fn refuses(mapping: &Mapping, text: &str, words: &str) {
    match normalize(mapping, "2020-06-30", table(1, "s", text)) {
        Ok(reading) => panic!("read: {:#?}", lines(&reading)),
        Err(error) => assert!(error.to_string().contains(words), "{error}"),
    }
}
