//! Which elements a document has, where, and how often: from this follows which of them are records.

use super::nodes::{Document, Element, Node, Nodes};
use crate::parse::ParseError;
use crate::parse::long::{Columns, too_large};
use std::collections::HashMap;

/// Different paths of elements; documents of records have some tens.
const MAX_PATHS: usize = 20_000;
/// Kinds of records in one document; each is a table and a pass over the text.
const MAX_RECORDS: usize = 32;

/// All elements of one path.
#[derive(Debug, Default)]
pub struct Shape {
    /// Name without prefix.
    pub name: String,
    /// The path above; none for the root.
    pub parent: Option<usize>,
    /// Attributes that any of them has.
    pub attributes: Columns,
    /// Whether any of them holds text of its own.
    pub text: bool,
    /// The paths below, in order of first appearance.
    pub children: Vec<usize>,
    /// The most that stand under one parent.
    pub most: usize,
    by_name: HashMap<String, usize>,
    now: usize,
    under: usize,
}

/// The shapes of one document; the first is the root's.
#[derive(Debug)]
pub struct Shapes {
    all: Vec<Shape>,
}

/// A step through a document whose shapes are known.
#[derive(Debug)]
pub enum Step {
    /// An element of this shape begins.
    Start(usize, Element),
    /// An element of this shape ends; its own text, trimmed.
    End(usize, String),
}

/// Goes through a document again.
pub struct Walk<'a> {
    nodes: Nodes<'a>,
    shapes: &'a Shapes,
    open: Vec<(usize, String)>,
}

impl Shapes {
    /// Reads a document for its shapes.
    ///
    /// # Errors
    /// Broken XML, two roots or none, a limit.
    pub fn of(document: &mut Document<'_>) -> Result<Shapes, ParseError> {
        let mut shapes = Shapes { all: Vec::new() };
        let mut nodes = document.nodes()?;
        // shape and running number of the open elements: siblings are counted by their parent's number
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut number = 0;
        loop {
            match nodes.next()? {
                Node::Eof if shapes.all.is_empty() => return Err(nodes.malformed("no element", "an XML document")),
                Node::Eof => return Ok(shapes),
                Node::Start(_) if open.is_empty() && !shapes.all.is_empty() => {
                    return Err(nodes.malformed("a second root element", "one root element"));
                }
                Node::Start(element) => {
                    number += 1;
                    let parent = open.last().copied();
                    let shape = shapes.enter(parent.map(|(shape, _)| shape), &element)?;
                    shapes.count(shape, parent.map_or(0, |(_, number)| number), &element)?;
                    open.push((shape, number));
                }
                Node::Text(text) if text.trim().is_empty() => {}
                Node::Text(_) => match open.last() {
                    Some((shape, _)) => shapes.all[*shape].text = true,
                    None => return Err(nodes.malformed("text outside the root element", "one root element")),
                },
                Node::End => drop(open.pop()),
            }
        }
    }

    /// The shape of an element under a parent of a known shape.
    fn enter(&mut self, parent: Option<usize>, element: &Element) -> Result<usize, ParseError> {
        if let Some(known) = parent.and_then(|parent| self.child(parent, element.name())) {
            return Ok(known);
        }
        let next = self.all.len();
        if next >= MAX_PATHS {
            return Err(too_large(&format!("element {}", element.name()), "the number of different paths", MAX_PATHS));
        }
        self.all.push(Shape { name: element.name().to_string(), parent, ..Shape::default() });
        if let Some(parent) = parent {
            self.all[parent].children.push(next);
            self.all[parent].by_name.insert(element.name().to_string(), next);
        }
        Ok(next)
    }

    fn count(&mut self, shape: usize, parent: usize, element: &Element) -> Result<(), ParseError> {
        let shape = &mut self.all[shape];
        shape.now = if shape.under == parent { shape.now + 1 } else { 1 };
        shape.under = parent;
        shape.most = shape.most.max(shape.now);
        element.attributes().iter().try_for_each(|(name, _)| shape.attributes.place(name).map(drop))
    }

    fn child(&self, parent: usize, name: &str) -> Option<usize> {
        self.all[parent].by_name.get(name).copied()
    }

    /// A shape by its number.
    pub fn get(&self, shape: usize) -> &Shape {
        &self.all[shape]
    }

    /// All numbers, parents before children.
    pub fn numbers(&self) -> std::ops::Range<usize> {
        0..self.all.len()
    }

    /// Whether elements of the shape have child elements or attributes.
    pub fn is_complex(&self, shape: usize) -> bool {
        let shape = self.get(shape);
        !shape.children.is_empty() || !shape.attributes.names().is_empty()
    }

    /// The shapes from the root to this one.
    pub fn chain(&self, shape: usize) -> Vec<usize> {
        let mut chain: Vec<usize> = std::iter::successors(Some(shape), |shape| self.get(*shape).parent).collect();
        chain.reverse();
        chain
    }

    /// The path of a shape, such as `/ValCurs/Valute`.
    pub fn path(&self, shape: usize) -> String {
        self.chain(shape).into_iter().map(|shape| format!("/{}", self.get(shape).name)).collect()
    }

    /// The shapes of the records: what repeats under one parent, has attributes or child elements, and has nothing of that kind
    /// inside. Where nothing repeats, the deepest element that has child elements is the one record.
    ///
    /// # Errors
    /// More kinds of records than a document may have.
    pub fn records(&self) -> Result<Vec<usize>, ParseError> {
        let mut inside = vec![false; self.all.len()];
        let mut records = Vec::new();
        for shape in self.numbers().rev() {
            let repeats = self.get(shape).most > 1 && self.is_complex(shape);
            if repeats && !inside[shape] {
                records.push(shape);
            }
            if let Some(parent) = self.get(shape).parent {
                inside[parent] |= repeats || inside[shape];
            }
        }
        if records.is_empty() {
            let parents = self.numbers().rev().filter(|shape| !self.get(*shape).children.is_empty());
            records.push(parents.max_by_key(|shape| self.chain(*shape).len()).unwrap_or(0));
        }
        records.reverse();
        match records.len() > MAX_RECORDS {
            true => Err(too_large("the document", "the number of kinds of records", MAX_RECORDS)),
            false => Ok(records),
        }
    }
}

impl<'a> Walk<'a> {
    /// At the top of a document.
    ///
    /// # Errors
    /// A document that cannot be read.
    pub fn new(document: &'a mut Document<'_>, shapes: &'a Shapes) -> Result<Walk<'a>, ParseError> {
        Ok(Walk { nodes: document.nodes()?, shapes, open: Vec::new() })
    }

    /// The next step; `None` at the end.
    ///
    /// # Errors
    /// As [`Shapes::of`], which has read the same text before.
    pub fn next(&mut self) -> Result<Option<Step>, ParseError> {
        loop {
            match self.nodes.next()? {
                Node::Eof => return Ok(None),
                Node::Start(element) => {
                    let parent = self.open.last().map(|(shape, _)| *shape);
                    let shape = parent.and_then(|parent| self.shapes.child(parent, element.name())).unwrap_or(0);
                    self.open.push((shape, String::new()));
                    return Ok(Some(Step::Start(shape, element)));
                }
                Node::Text(piece) => match self.open.last_mut() {
                    Some((shape, text)) if self.shapes.get(*shape).text => text.push_str(&piece),
                    _ => {}
                },
                Node::End => {
                    let ended = self.open.pop();
                    return Ok(ended.map(|(shape, text)| Step::End(shape, text.trim().to_string())));
                }
            }
        }
    }
}
