//! Reading a row under a head: whose it is, and what its labels say.

use super::block::Block;
use super::desk::Desk;
use super::figure::Row;
use super::number::{self, CellValue};
use super::pattern::{Fields, Pattern};
use super::spec::{Read, RowRule};
use super::text::{Line, Text};
use std::rc::Rc;

/// What a row is to a reading, before its figures are read.
pub enum Kind {
    /// Outside the reading's filter: not ours and not reported.
    Excluded,
    /// Known and not wanted.
    Ignored,
    /// A text without figures: a section, a note or a heading.
    Heading(Rc<str>),
    /// A row that a rule matches, and what its labels say.
    Data(Fields),
    /// Figures under labels that no rule knows, or that say two things.
    Unknown(String),
}

/// Decides, in the order of the language: filter, ignored rows, figures or none, the first rule that matches.
pub fn kind<'a>(line: &Line, block: &Block<'a>, under: Option<&str>, read: &'a Read, desk: &mut Desk<'a>) -> Kind {
    if excluded(line, block, read, desk) {
        return Kind::Excluded;
    }
    let labels = labels(line, block);
    if ignored(line, &labels, read, desk) {
        return Kind::Ignored;
    }
    // A label that reaches down from the head says of no row what it is.
    let of_head = |cell: &&&Text| cell.copy && (block.rows.0..=block.rows.1).contains(&cell.origin.0);
    if let Some(label) = labels.iter().find(of_head).filter(|_| has_figures(line, block, desk)) {
        return Kind::Unknown(label.shown.to_string());
    }
    let rule = rule(line, block, under, read, desk);
    let figures = has_figures(line, block, desk);
    match rule {
        Some((rule, fields)) if figures || known_without_figures(rule, &labels, line, block, read) => Kind::Data(fields),
        _ if figures => Kind::Unknown(labels.first().map_or(String::new(), |cell| cell.shown.to_string())),
        _ => Kind::Heading(line.cells.first().map_or(Rc::from(""), |cell| cell.shown.clone())),
    }
}

/// The label cells: those left of the values.
pub fn labels<'l>(line: &'l Line, block: &Block<'_>) -> Vec<&'l Text> {
    let first = block.first_value();
    line.cells.iter().take_while(|cell| cell.column < first).filter(|cell| !block.ignored.contains(&cell.column)).collect()
}

/// What the row shares with its figures: constants of the reading win over its labels.
pub fn row(line: &Line, block: &Block<'_>, labels: &Fields, section: Fields, read: &Read) -> Row {
    let named = |cell: &Text| block.named.iter().any(|(_, column)| *column == cell.column);
    let label = |cell: &&Text| cell.column < block.first_value() || named(cell);
    let mut marks: Vec<String> = line.cells.iter().filter(label).flat_map(|cell| cell.marks.iter().cloned()).collect();
    marks.dedup();
    let mut fields = Fields::default();
    for (name, text) in &read.set {
        // The configuration refused texts that are no value of the field.
        let _ = fields.set(name, text);
    }
    fields.merge_under(labels);
    let mut outer = section;
    outer.merge_under(&block.outer);
    let first = line.cells.iter().find(label).map_or(Rc::from(""), |cell| cell.folded.clone());
    Row { number: line.number, label: first, marks, fields, outer }
}

fn excluded<'a>(line: &Line, block: &Block<'a>, read: &'a Read, desk: &mut Desk<'a>) -> bool {
    read.filter.iter().any(|(heading, allowed)| {
        let cell = block.named(heading).and_then(|column| line.at(column));
        cell.is_none_or(|cell| !desk.any(allowed, &cell.folded))
    })
}

fn ignored<'a>(line: &Line, labels: &[&Text], read: &'a Read, desk: &mut Desk<'a>) -> bool {
    let texts = labels.iter().copied().chain(line.cells.first());
    let patterns = || read.ignore_rows.iter().map(|ignored| &ignored.what);
    texts.into_iter().any(|cell| desk.any(patterns(), &cell.folded))
}

/// The first rule that matches, and what it catches and sets.
fn rule<'a>(
    line: &Line,
    block: &Block<'a>,
    under: Option<&str>,
    read: &'a Read,
    desk: &mut Desk<'a>,
) -> Option<(&'a RowRule, Fields)> {
    let named = |cell: &&&Text| !block.named.iter().any(|(_, column)| *column == cell.column);
    let labels = labels(line, block);
    let stub = labels.iter().find(named).copied();
    read.rows.iter().find_map(|rule| {
        let parent = rule.under.as_ref().is_none_or(|parent| under == Some(parent.as_str()));
        let fields = if parent { matched(rule, line, stub, block, desk) } else { None };
        fields.map(|fields| (rule, fields))
    })
}

fn matched<'a>(rule: &'a RowRule, line: &Line, stub: Option<&Text>, block: &Block<'a>, desk: &mut Desk<'a>) -> Option<Fields> {
    let stub = rule.stub.as_ref().map(|pattern| (pattern, stub));
    let cells = rule.cells.iter().map(|(heading, pattern)| (pattern, block.named(heading).and_then(|column| line.at(column))));
    let mut fields = Fields::default();
    for (pattern, cell) in stub.into_iter().chain(cells) {
        let caught = desk.matches(pattern, &cell?.folded)?;
        if fields.conflicts(&caught).is_some() {
            return None;
        }
        fields.merge_under(&caught);
    }
    for (name, text) in &rule.set {
        // The configuration refused texts that are no value of the field.
        let _ = fields.set(name, text);
    }
    Some(fields)
}

/// Whether any value column holds a figure or a marker of its own, or digits that cannot be read.
fn has_figures(line: &Line, block: &Block<'_>, desk: &Desk<'_>) -> bool {
    block.columns.iter().filter_map(|column| line.at(column.number)).any(|cell| {
        let value = || number::cell(&cell.shown, desk.mapping.number, &desk.mapping.markers);
        let label = cell.copy && cell.origin.1 < block.first_value();
        !label && (cell.raw.is_some() || !matches!(value(), CellValue::Text | CellValue::Empty { .. }))
    })
}

/// A row without figures is a heading, unless its named cells say what it is, or a mark on its known label may point to a
/// note that says why it is empty, or words stand where its figures should.
fn known_without_figures(rule: &RowRule, labels: &[&Text], line: &Line, block: &Block<'_>, read: &Read) -> bool {
    let wild = rule.stub.as_ref().is_some_and(is_wild);
    let words = block.columns.iter().any(|column| line.at(column.number).is_some_and(|cell| !cell.copy));
    let marked = !read.withheld.is_empty() && labels.iter().any(|cell| !cell.marks.is_empty());
    !rule.cells.is_empty() || !wild && (marked || words)
}

/// A stub that says nothing of its own, such as `{item}`.
fn is_wild(stub: &Pattern) -> bool {
    let text = stub.as_str();
    stub.is_anything() || text.starts_with('{') && text.ends_with('}') && !text.contains(':') && text.matches('{').count() == 1
}
