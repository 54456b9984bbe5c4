//! Plain XML of records: elements, their attributes and those of what stands around them are columns.
//!
//! A record is an element that repeats under one parent, has attributes or child elements, and has nothing of that kind inside
//! (`Valute` in `ValCurs`); every kind of record is a table, named by its path (`/ValCurs/Valute`). Where nothing repeats, the
//! deepest element with child elements is the one record. Columns: `Value`, the text of a child; `Value@unit`, an attribute of
//! it; `Place/Name`, a child's child; `Name[2]`, the second of the same name; `Valute@ID` and `Valute`, the record's own attribute
//! and text; `ValCurs@Date` and `ValCurs/Title`, an attribute and a plain child (the only one of its name, before the record) of an element
//! around it. Names go without prefixes. Texts that belong to no table are paragraphs (`Header/Prepared: …`), before the tables.
//!
//! The document is read once for its shape and once a table, and nothing of it is held.

pub mod nodes;
mod shape;

use super::long::{Columns, Tables, Value};
use super::{Event, Input, Options, ParseError};
use nodes::{Document, Element};
use shape::{Shapes, Step, Walk};
use std::collections::HashMap;

/// What a column shows: the shape of an element, its text (0) or one of its attributes (from 1), and which of its kind it is.
type Source = (usize, usize, usize);

/// Reads a document: paragraphs, then a table for each kind of record.
///
/// # Errors
/// Text that is no XML, a DOCTYPE, a reference to anything but the predefined entities and characters, a limit.
pub fn parse(input: &mut dyn Input, options: &Options, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    let mut document = Document::open(input, options)?;
    let shapes = Shapes::of(&mut document)?;
    let layouts = shapes.records()?.into_iter().map(|record| Layout::of(&shapes, record)).collect::<Result<Vec<_>, _>>()?;
    let mut tables = Tables::new(sink);
    paragraphs(&mut document, &shapes, &layouts, &mut tables)?;
    layouts.iter().try_for_each(|layout| records(&mut document, &shapes, layout, &mut tables))
}

/// The columns of one kind of record.
struct Layout {
    record: usize,
    around: Vec<usize>,
    columns: Columns,
    places: HashMap<Source, usize>,
}

impl Layout {
    fn of(shapes: &Shapes, record: usize) -> Result<Layout, ParseError> {
        let mut around = shapes.chain(record);
        around.pop();
        let mut layout = Layout { record, around: around.clone(), columns: Columns::default(), places: HashMap::new() };
        for shape in around {
            let name = &shapes.get(shape).name;
            layout.attributes(shapes, shape, name)?;
            let plain = |child: &&usize| !shapes.is_complex(**child) && shapes.get(**child).most == 1;
            for &child in shapes.get(shape).children.iter().filter(plain) {
                layout.texts(shapes, child, &format!("{name}/{}", shapes.get(child).name))?;
            }
        }
        let name = &shapes.get(record).name;
        layout.attributes(shapes, record, name)?;
        layout.texts(shapes, record, name)?;
        layout.inside(shapes, record, "")?;
        Ok(layout)
    }

    fn inside(&mut self, shapes: &Shapes, shape: usize, prefix: &str) -> Result<(), ParseError> {
        for &child in &shapes.get(shape).children {
            let name = format!("{prefix}{}", shapes.get(child).name);
            self.texts(shapes, child, &name)?;
            self.attributes(shapes, child, &name)?;
            self.inside(shapes, child, &format!("{name}/"))?;
        }
        Ok(())
    }

    fn texts(&mut self, shapes: &Shapes, shape: usize, name: &str) -> Result<(), ParseError> {
        if !shapes.get(shape).text {
            return Ok(());
        }
        let most = if shape == self.record { 1 } else { shapes.get(shape).most };
        for which in 1..=most {
            let name = if which == 1 { name.to_string() } else { format!("{name}[{which}]") };
            let path = format!("{}[{which}]", shapes.path(shape));
            self.add((shape, 0, which), name, path)?;
        }
        Ok(())
    }

    fn attributes(&mut self, shapes: &Shapes, shape: usize, name: &str) -> Result<(), ParseError> {
        for (number, attribute) in (1..).zip(shapes.get(shape).attributes.names()) {
            let path = format!("{}@{attribute}", shapes.path(shape));
            self.add((shape, number, 1), format!("{name}@{attribute}"), path)?;
        }
        Ok(())
    }

    /// A column by its short name, or by the whole path where that name is taken.
    fn add(&mut self, source: Source, name: String, path: String) -> Result<(), ParseError> {
        let name = if self.columns.get(&name).is_some() { path } else { name };
        let place = self.columns.place(&name)?;
        self.places.insert(source, place);
        Ok(())
    }

    fn knows(&self, shape: usize) -> bool {
        self.places.contains_key(&(shape, 0, 1)) || self.places.contains_key(&(shape, 1, 1))
    }

    /// The attributes of an element that are columns.
    fn of_attributes(&self, shapes: &Shapes, shape: usize, element: &Element, values: &mut Vec<(usize, Value)>) {
        for (name, value) in element.attributes().iter().filter(|(_, value)| !value.is_empty()) {
            let number = shapes.get(shape).attributes.get(name).map_or(0, |place| place + 1);
            let place = self.places.get(&(shape, number, 1)).filter(|_| number > 0);
            values.extend(place.map(|place| (*place, Value::Text(value.clone()))));
        }
    }
}

/// Hands out the table of one kind of record.
fn records(document: &mut Document<'_>, shapes: &Shapes, layout: &Layout, tables: &mut Tables<'_>) -> Result<(), ParseError> {
    tables.begin(&shapes.path(layout.record), layout.columns.names())?;
    // what stands around a record, with the depth of the element it belongs to
    let mut around: Vec<(usize, (usize, Value))> = Vec::new();
    let mut record: Option<Vec<(usize, Value)>> = None;
    let mut seen: HashMap<usize, usize> = HashMap::new();
    let mut depth = 0;
    let mut walk = Walk::new(document, shapes)?;
    while let Some(step) = walk.next()? {
        match step {
            Step::Start(shape, element) => {
                depth += 1;
                if shape == layout.record {
                    record = Some(Vec::new());
                    seen.clear();
                }
                let mut values = Vec::new();
                layout.of_attributes(shapes, shape, &element, &mut values);
                match &mut record {
                    Some(record) => record.append(&mut values),
                    None => around.extend(values.into_iter().map(|value| (depth, value))),
                }
            }
            Step::End(shape, text) => {
                let which = seen.entry(shape).or_default();
                *which = if record.is_some() { *which + 1 } else { 1 };
                let place = layout.places.get(&(shape, 0, *which)).filter(|_| !text.is_empty());
                let value = place.map(|place| (*place, Value::Text(text)));
                match &mut record {
                    Some(record) => record.extend(value),
                    // a plain child belongs to its parent: it is forgotten when that ends
                    None => around.extend(value.map(|value| (depth - 1, value))),
                }
                if shape == layout.record {
                    let own = record.take().unwrap_or_default();
                    tables.row(around.iter().map(|(_, value)| value.clone()).chain(own).collect())?;
                }
                depth -= 1;
                if layout.around.contains(&shape) {
                    around.retain(|(of, _)| *of <= depth);
                }
            }
        }
    }
    Ok(())
}

/// Hands out the texts and attributes that no table shows.
fn paragraphs(
    document: &mut Document<'_>,
    shapes: &Shapes,
    layouts: &[Layout],
    tables: &mut Tables<'_>,
) -> Result<(), ParseError> {
    let shown = |shape: usize| layouts.iter().any(|layout| layout.knows(shape));
    let loose: Vec<bool> = shapes.numbers().map(|shape| !shown(shape)).collect();
    let mut walk = Walk::new(document, shapes)?;
    let says = |shape: usize| shapes.get(shape).text || !shapes.get(shape).attributes.names().is_empty();
    if !shapes.numbers().any(|shape| loose[shape] && says(shape)) {
        return Ok(());
    }
    while let Some(step) = walk.next()? {
        let (shape, texts) = match step {
            Step::Start(shape, element) => {
                let attributes = element.attributes().iter();
                (shape, attributes.map(|(name, value)| (format!("@{name}"), value.trim().to_string())).collect())
            }
            Step::End(shape, text) => (shape, vec![(String::new(), text)]),
        };
        if loose[shape] {
            let path = shapes.path(shape);
            let name = path.splitn(3, '/').nth(2).unwrap_or(&shapes.get(shape).name);
            for (attribute, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
                tables.paragraph(format!("{name}{attribute}: {text}"), format!("{path}{attribute}"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests;
