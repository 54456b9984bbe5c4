//! What the parts of a reading must say together: fields that somebody gives, lists and units that exist, a period.

use super::tree::{Node, Section};
use crate::model::{hint, nearest};
use crate::normalize::pattern::Pattern;
use crate::normalize::spec::{Read, Template, TemplatePart};
use crate::normalize::unit as units;
use std::collections::BTreeSet;

/// Slots one of which every period has.
const PERIODS: [&str; 3] = ["year", "date", "days"];

/// Checks a reading as a whole.
pub(super) fn read(section: &Section<'_>, read: &Read) {
    let every_column = !read.columns.is_empty() && read.columns.iter().all(|column| column.unit.is_some());
    fields(section, &read.series, &given(read), read.unit.is_some() || every_column);
}

/// Checks that something gives every field of the template, a period and, unless `has_unit`, a unit.
pub(super) fn fields(section: &Section<'_>, series: &Template, given: &BTreeSet<String>, has_unit: bool) {
    let place = section.get("series");
    let wrong = |message: String| match &place {
        Some(node) => node.wrong(message),
        None => section.wrong(message),
    };
    for part in &series.parts {
        let TemplatePart::Field(field) = part else { continue };
        if field != "freq" && !given.contains(field) {
            let near = hint(field, given.iter().map(String::as_str));
            wrong(format!("no slot and no \"set\" gives the field {{{field}}}{near}"));
        }
    }
    if !given.iter().any(|field| PERIODS.contains(&field.as_str())) {
        section.wrong("nothing gives a period: no slot is {year}, {date} or {days}");
    }
    if !has_unit && !given.contains("unit") {
        section.wrong("nothing gives a unit: no key \"unit\", no {unit}, no \"unit\" in a \"set\"");
    }
}

/// Whether a level of a head is a named grammar that does not exist; a pattern has no such words.
pub(super) fn misspelt_grammar(node: &Node<'_>, text: &str) -> bool {
    let grammar_like = text.contains("-vs-") && text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    if grammar_like {
        let near = nearest(text, Pattern::grammars()).map(|name| format!("; nearest is {name:?}")).unwrap_or_default();
        node.wrong(format!("unknown header grammar {text:?}{near}"));
    }
    grammar_like
}

/// Marks a unit that the unit list does not have.
pub(super) fn unit(node: &Node<'_>, id: &str) {
    if !units::known(id) {
        node.wrong(format!("unknown unit {id:?}{}", hint(id, units::ids())));
    }
}

/// Every field that a slot or a `set` of the reading can give.
fn given(read: &Read) -> BTreeSet<String> {
    let mut sets = vec![&read.set];
    let mut patterns: Vec<&Pattern> = [&read.sheet, &read.title, &read.footnotes].into_iter().flatten().collect();
    for column in &read.columns {
        sets.push(&column.set);
        patterns.extend(&column.head);
    }
    for row in &read.rows {
        sets.push(&row.set);
        patterns.extend(row.stub.iter().chain(row.cells.iter().map(|(_, cell)| cell)));
    }
    for section in &read.sections {
        sets.push(&section.set);
        patterns.push(&section.text);
    }
    let slots = patterns.into_iter().flat_map(Pattern::slots).map(|(field, _)| field);
    sets.into_iter().flat_map(|set| set.keys().cloned()).chain(slots).collect()
}
