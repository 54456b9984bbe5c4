//! One `[[source.read]]`.

use super::tree::{Node, Section};
use super::{cross, template};
use crate::normalize::pattern::Pattern;
use crate::normalize::spec::{Base, Checkpoint, ColumnRule, Expect, Ignored, Read, RowRule, SectionRule, Shape, Template};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a row says when `rows` is left out.
const ANY_STUB: &str = "{item}";
/// Levels of headings between rows; real tables have three.
const LEVELS: u64 = 9;
/// Rows a header may take: the search for it goes no deeper.
const DEPTH: usize = 6;

/// Reads a reading and checks it against itself.
pub(super) fn read(section: &Section<'_>) -> Read {
    let read = keys(section);
    cross::read(section, &read);
    section.finish();
    read
}

fn keys(section: &Section<'_>) -> Read {
    Read {
        name: section.own("name").map_or_else(|| missing_name(section), |node| node.text().unwrap_or_default().to_string()),
        sheet: section.patterns("sheet"),
        title: section.patterns("title"),
        index: section.get("index").and_then(|node| index(&node)),
        columns: columns(section),
        ignore_columns: section.tables("ignore_columns").iter().map(ignored_column).collect(),
        rows: rows(section),
        sections: section.tables("sections").iter().filter_map(heading).collect(),
        carry_sections: section.flag("carry_sections"),
        filter: filter(section),
        set: texts(section, "set"),
        series: series(section),
        unit: unit(section),
        divide_by: section.get("divide_by").and_then(|node| node.pattern()),
        as_of: choice(section, "period", [("span", false), ("as-of", true)]),
        skip_blank: choice(section, "blank", [("blank", false), ("skip", true)]),
        withheld: notes(section, "withheld", "footnote"),
        provisional: notes(section, "provisional", "footnote"),
        footnotes: notes(section, "footnotes", "text"),
        ignore_rows: section.tables("ignore_rows").iter().filter_map(ignored_row).collect(),
        count_unmapped: choice(section, "unmapped", [("each", false), ("count", true)]),
        shapes: section.tables("shapes").iter().map(shape).collect(),
        any_tables: choice(section, "tables", [("some", false), ("any", true)]),
        parts: choice(section, "coverage", [("table", false), ("none", true)]),
        expect: expect(section),
        checkpoints: checkpoints(section),
    }
}

fn missing_name(section: &Section<'_>) -> String {
    section.wrong("key \"name\" is missing");
    String::new()
}

/// A table's number.
fn index(node: &Node<'_>) -> Option<u32> {
    let number = u32::try_from(node.whole()?).ok().filter(|&number| number > 0);
    if number.is_none() {
        node.wrong("tables are counted from 1");
    }
    number
}

/// A word for yes or no; the first is the default.
fn choice(section: &Section<'_>, key: &'static str, words: [(&'static str, bool); 2]) -> bool {
    section.get(key).and_then(|node| node.word(&words)).unwrap_or_default()
}

/// A table of texts: field → value. A `unit` among them must be known.
pub(super) fn texts(section: &Section<'_>, key: &'static str) -> BTreeMap<String, String> {
    let entry = |(key, node): (super::tree::Key<'_>, Node<'_>)| {
        let value = node.text()?.to_string();
        if key.text == "unit" {
            cross::unit(&node, &value);
        }
        Some((key.text.to_string(), value))
    };
    section.map(key).into_iter().filter_map(entry).collect()
}

/// The unit of all figures of a reading.
pub(super) fn unit(section: &Section<'_>) -> Option<String> {
    let node = section.get("unit")?;
    let unit = node.text()?.to_string();
    cross::unit(&node, &unit);
    Some(unit)
}

fn columns(section: &Section<'_>) -> Vec<ColumnRule> {
    if section.need("columns").is_some_and(|node| node.list().is_empty()) {
        section.wrong("\"columns\" is empty: a reading needs at least one value column");
    }
    section.tables("columns").iter().map(column).collect()
}

fn column(section: &Section<'_>) -> ColumnRule {
    let (head, grammar) = head(section);
    let rule = ColumnRule {
        head,
        set: texts(section, "set"),
        unit: unit(section),
        base: base(section).or(grammar),
        optional: section.flag("optional"),
    };
    section.finish();
    rule
}

/// What the comparison base must be.
pub(super) fn base(section: &Section<'_>) -> Option<Base> {
    let bases =
        [("previous", Base::Previous), ("same-last-year", Base::SameLastYear), ("december-last-year", Base::DecemberLastYear)];
    section.get("base").and_then(|node| node.word(&bases))
}

/// The path of a heading; a level may be a named grammar, which brings its base.
fn head(section: &Section<'_>) -> (Vec<Pattern>, Option<Base>) {
    let Some(node) = section.need("head") else { return (Vec::new(), None) };
    let levels = node.list();
    if levels.is_empty() || levels.len() > DEPTH {
        node.wrong(format!("a head has 1 to {DEPTH} levels, found {}", levels.len()));
    }
    let (mut head, mut base) = (Vec::new(), None);
    for level in &levels {
        let Some(text) = level.text() else { continue };
        if let Some((pattern, wanted)) = Pattern::grammar(text) {
            head.push(pattern);
            base = wanted.or(base);
        } else if !cross::misspelt_grammar(level, text) {
            head.extend(level.pattern());
        }
    }
    (head, base)
}

pub(super) fn ignored_column(section: &Section<'_>) -> Ignored<Vec<Pattern>> {
    let (what, _) = head(section);
    let ignored = Ignored { what, reason: section.need_text("reason") };
    section.finish();
    ignored
}

fn ignored_row(section: &Section<'_>) -> Option<Ignored<Pattern>> {
    let what = section.need("text").and_then(|node| node.pattern());
    let reason = section.need_text("reason");
    section.finish();
    Some(Ignored { what: what?, reason })
}

fn rows(section: &Section<'_>) -> Vec<RowRule> {
    if section.get("rows").is_none() {
        return vec![RowRule { stub: Pattern::parse(ANY_STUB).ok(), ..RowRule::default() }];
    }
    section.tables("rows").iter().map(row).collect()
}

fn row(section: &Section<'_>) -> RowRule {
    let rule = RowRule {
        stub: section.get("stub").and_then(|node| node.pattern()),
        cells: section.map("cells").iter().filter_map(|(key, node)| key.pattern().zip(node.pattern())).collect(),
        set: texts(section, "set"),
        under: section.get("under").and_then(|node| node.pattern()),
    };
    if section.get("stub").is_none() && section.get("cells").is_none() {
        section.wrong("a row needs \"stub\" or \"cells\"");
    }
    section.finish();
    rule
}

fn heading(section: &Section<'_>) -> Option<SectionRule> {
    let text = section.need("text").and_then(|node| node.pattern());
    let set = texts(section, "set");
    let level = section.get("level");
    let number = level.as_ref().and_then(|node| node.whole()).unwrap_or(1);
    if let Some(node) = level.filter(|_| !(1..=LEVELS).contains(&number)) {
        node.wrong(format!("a level is 1 to {LEVELS}, found {number}"));
    }
    section.finish();
    Some(SectionRule { text: text?, set, level: u32::try_from(number).unwrap_or(1) })
}

fn filter(section: &Section<'_>) -> Vec<(Pattern, Vec<Pattern>)> {
    let wanted = |node: &Node<'_>| node.list().iter().filter_map(Node::pattern).collect();
    section.map("where").iter().filter_map(|(key, node)| Some((key.pattern()?, wanted(node)))).collect()
}

/// Lists of notes: `[{ footnote = "…" }]`.
fn notes(section: &Section<'_>, key: &'static str, inner: &'static str) -> Vec<Pattern> {
    let note = |table: &Section<'_>| {
        let pattern = table.need(inner).and_then(|node| node.pattern());
        table.finish();
        pattern
    };
    section.tables(key).iter().filter_map(note).collect()
}

/// The template of the series' code.
pub(super) fn series(section: &Section<'_>) -> Template {
    let Some(node) = section.need("series") else { return Template::default() };
    let Some(text) = node.text() else { return Template::default() };
    template::parse(text).inspect_err(|error| node.wrong_at(error.at, error.message.clone())).unwrap_or_default()
}

fn shape(section: &Section<'_>) -> Shape {
    let count = |key| section.need(key).and_then(|node| node.whole()).unwrap_or_default() as usize;
    let shape = Shape {
        starts: section.patterns("starts"),
        width: count("width"),
        header_rows: count("header_rows"),
        columns: section.list("columns").iter().filter_map(|node| node.text().map(str::to_string)).collect(),
    };
    if shape.columns.len() != shape.width {
        section.wrong(format!("width is {}, but {} columns are named", shape.width, shape.columns.len()));
    }
    section.finish();
    shape
}

fn expect(section: &Section<'_>) -> Expect {
    let Some(table) = section.get("expect").and_then(|node| node.table()) else { return Expect::default() };
    let expect = Expect {
        from: table.get("from").and_then(|node| node.parsed()),
        to: table.get("to").and_then(|node| node.parsed()),
        min_series: table.get("min_series").and_then(|node| node.whole()).map(|number| number as usize),
        range: table.get("range").and_then(|node| range(&node)),
        contiguous: table.flag("contiguous"),
    };
    if let (Some(from), Some(to)) = (expect.from, expect.to)
        && from.start() > to.end()
    {
        table.wrong(format!("from {from} is after to {to}"));
    }
    table.finish();
    expect
}

fn range(node: &Node<'_>) -> Option<(Decimal, Decimal)> {
    let ends: Vec<Decimal> = node.list().iter().filter_map(Node::decimal).collect();
    match ends[..] {
        [low, high] if low <= high => Some((low, high)),
        [low, high] => {
            node.wrong(format!("the range ends at {high}, before it starts at {low}"));
            None
        }
        _ => {
            node.wrong(format!("a range has two numbers, found {}", ends.len()));
            None
        }
    }
}

/// Checkpoints are the reading's own: `like` does not take them over, since they name its series.
fn checkpoints(section: &Section<'_>) -> Vec<Checkpoint> {
    let tables = section.own("checkpoint").map(|node| node.list()).unwrap_or_default();
    let one = |table: Section<'_>| {
        let series = table.need("series").and_then(|node| node.parsed());
        let period = table.need("period").and_then(|node| node.parsed());
        let value = table.need("value").and_then(|node| node.decimal());
        table.finish();
        Some(Checkpoint { series: series?, period: period?, value: value? })
    };
    tables.iter().filter_map(Node::table).filter_map(one).collect()
}
