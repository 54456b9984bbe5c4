//! One `[[source.lines]]`.

use super::tree::{Key, Node, Section};
use crate::model::{Dictionary, Flow, hint};
use crate::normalize::label::fold;
use crate::normalize::pattern::Pattern;
use crate::normalize::spec::{LineColumn, LineField, LineKind, LineRead, LineSums, Names, TemplatePart};

/// Partners with sums of their own: each has some dozen series, and all of a document's are held at once.
const MOST_PARTNERS: usize = 40;

/// Reads a line reading and checks it against itself.
pub(super) fn lines(section: &Section<'_>, names: &Names) -> LineRead {
    let name = section.need_text("name");
    let words = Dictionary::ALL;
    let kind = section.get("dictionary").and_then(|node| node.word(&words)).map_or(LineKind::Customs, LineKind::Dictionary);
    let ignore_columns = section.tables("ignore_columns").iter().map(super::read::ignored_column).collect();
    let sums = sums(section);
    let wanted = |node: &Node<'_>| node.list().iter().filter_map(Node::pattern).collect();
    let filter = section.map("where").iter().map(|(key, node)| (fold(key.text), wanted(node))).collect();
    let read = LineRead { name, kind, columns: columns(section), ignore_columns, filter, sums };
    numbers(section, &read);
    match kind {
        LineKind::Customs => customs(section, &read, names),
        LineKind::Dictionary(_) => dictionary(section, &read),
    }
    section.finish();
    read
}

/// The series that lines add up to.
fn sums(section: &Section<'_>) -> Option<LineSums> {
    let table = section.get("sums")?.table()?;
    let (series, unit) = (super::read::series(&table), super::read::unit(&table));
    if unit.is_none() {
        table.wrong("\"unit\" is needed: no line states in which currency its value is");
    }
    for part in &series.parts {
        if let TemplatePart::Field(name) = part
            && !["item", "flow", "partner", "freq"].contains(&name.as_str())
        {
            table.wrong(format!("slots of a sum's series are {{item}}, {{flow}}, {{partner}} and {{freq}}, not {{{name}}}"));
        }
    }
    let partners: Vec<(String, String)> =
        table.map("partners").iter().filter_map(|(key, node)| Some((key.text.to_string(), node.text()?.to_string()))).collect();
    if partners.len() > MOST_PARTNERS {
        table.wrong(format!("{MOST_PARTNERS} partners have sums of their own at most"));
    }
    let notes = table.list("notes").iter().filter_map(|node| node.text().map(str::to_string)).collect();
    table.finish();
    Some(LineSums { series, unit: unit?, partners, notes })
}

fn columns(section: &Section<'_>) -> Vec<LineColumn> {
    section.need("columns");
    let mut columns: Vec<LineColumn> = Vec::new();
    for (key, node) in section.map("columns") {
        let Some(field) = field(&key) else { continue };
        let headings = headings(&node);
        let both = columns.iter().find(|known| known.headings.iter().any(|heading| headings.contains(heading)));
        if let Some(other) = both {
            node.wrong(format!("a heading that {:?} has too", other.field.as_str()));
        }
        columns.push(LineColumn { field, headings, optional: false, cells: Vec::new() });
    }
    for node in section.list("optional") {
        if let Some(column) = node.text().and_then(|text| named(&node, &mut columns, text)) {
            column.optional = true;
        }
    }
    for (key, node) in section.map("cells") {
        let patterns: Vec<Pattern> = node.list().iter().filter_map(Node::pattern).collect();
        match field(&key).map(|field| columns.iter_mut().find(|column| column.field == field)) {
            Some(Some(column)) => column.cells = patterns,
            Some(None) => key.wrong(format!("no key of \"columns\" is {:?}", key.text)),
            None => {}
        }
    }
    columns
}

fn field(key: &Key<'_>) -> Option<LineField> {
    let found = LineField::ALL.iter().find(|(name, _)| *name == key.text).map(|(_, field)| *field);
    if found.is_none() {
        key.wrong(format!("unknown field {:?}{}", key.text, hint(key.text, LineField::ALL.iter().map(|(name, _)| *name))));
    }
    found
}

/// The spellings of a heading, folded.
fn headings(node: &Node<'_>) -> Vec<String> {
    let spellings: Vec<String> = node.list().iter().filter_map(|node| node.text().map(fold)).collect();
    if spellings.iter().all(String::is_empty) {
        node.wrong("a column needs at least one heading");
    }
    spellings
}

/// The column that a list of field names means.
fn named<'c>(node: &Node<'_>, columns: &'c mut [LineColumn], text: &str) -> Option<&'c mut LineColumn> {
    let near = hint(text, columns.iter().map(|column| column.field.as_str()));
    let found = columns.iter_mut().find(|column| column.field.as_str() == text);
    if found.is_none() {
        node.wrong(format!("no key of \"columns\" is {text:?}{near}"));
    }
    found
}

/// Amounts, and nothing but amounts, are numbers.
fn numbers(section: &Section<'_>, read: &LineRead) {
    let mut listed = Vec::new();
    for node in section.list("numbers") {
        let Some(text) = node.text() else { continue };
        match read.columns.iter().find(|column| column.field.as_str() == text) {
            Some(column) if column.field.is_number() => listed.push(column.field),
            Some(_) => node.wrong(format!("{text:?} is kept as text; numbers are \"value\", \"weight\" and \"quantity\"")),
            None => node.wrong(format!("no key of \"columns\" is {text:?}")),
        }
    }
    for column in read.columns.iter().filter(|column| column.field.is_number() && !listed.contains(&column.field)) {
        section.wrong(format!("{:?} is an amount and must stand in \"numbers\"", column.field.as_str()));
    }
}

/// What a line of a customs dump needs.
fn customs(section: &Section<'_>, read: &LineRead, names: &Names) {
    if read.columns.iter().any(|column| column.field == LineField::Name) {
        return section.wrong("\"name\" is one of the fields of dictionaries; say which one with \"dictionary\"");
    }
    need(section, read, &[LineField::Direction, LineField::Period, LineField::Code]);
    let cells = |field: LineField| read.columns.iter().filter(move |column| column.field == field).flat_map(|c| &c.cells);
    let with = |field, slot: &str| cells(field).all(|cell| cell.slots().iter().any(|(name, _)| name == slot));
    if !with(LineField::Period, "year") || cells(LineField::Period).next().is_none() {
        section.wrong("cells.period needs patterns with {year}, as \"{year}\" and \"{month}/{year}\"");
    }
    let flows: Vec<_> = cells(LineField::Direction).flat_map(Pattern::slots).filter(|(slot, _)| slot == "flow").collect();
    if flows.is_empty() {
        section.wrong("cells.direction needs a pattern with {flow:list}");
    }
    for list in flows.iter().filter_map(|(_, kind)| kind.as_ref()).filter_map(|list| names.get(list)) {
        for (_, value) in list.iter().filter(|(_, value)| Flow::parse(value).is_none()) {
            section.wrong(format!("a flow is \"export\" or \"import\", found {value:?}"));
        }
    }
}

fn dictionary(section: &Section<'_>, read: &LineRead) {
    let wanted = [LineField::Code, LineField::Name];
    need(section, read, &wanted);
    for column in read.columns.iter().filter(|column| !wanted.contains(&column.field)) {
        section.wrong(format!("a dictionary has \"code\" and \"name\", not {:?}", column.field.as_str()));
    }
}

/// Columns that must be there and may not be optional.
fn need(section: &Section<'_>, read: &LineRead, fields: &[LineField]) {
    for field in fields {
        match read.columns.iter().find(|column| column.field == *field) {
            Some(column) if column.optional => section.wrong(format!("{:?} may not be optional", field.as_str())),
            Some(_) => {}
            None => section.wrong(format!("\"columns\" has no {:?}", field.as_str())),
        }
    }
}
