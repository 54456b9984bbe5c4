//! One table of the document with what stands around it, and what its cells are.

use crate::model::Status;
use crate::normalize::label::fold;
use crate::normalize::number::{self, CellValue};
use crate::normalize::outline::{Line, Text, folded};
use crate::normalize::spec::NumberStyle;
use crate::parse::{Event, Table};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Texts above a head that may be its titles, the nearest first; further ones speak of something else.
const NEAREST: usize = 8;

/// A table that is looked at.
#[derive(Debug)]
pub struct Sheet<'e> {
    /// Its head as the parser told it.
    pub table: &'e Table,
    /// Its rows.
    pub lines: Vec<Line>,
    /// Folded caption and paragraphs before it, the nearest last.
    pub outside: Vec<Rc<str>>,
    /// Which signs its numbers are written with.
    pub style: NumberStyle,
    /// Words of the document that stand for figures.
    pub markers: BTreeMap<String, Status>,
    /// Its events, and the paragraphs before and after it.
    pub events: Vec<&'e Event>,
}

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Figure,
    /// Digits that are not one number.
    Digits,
    /// `-`, `…`
    Marker,
    /// Words.
    Words,
}

impl<'e> Sheet<'e> {
    /// A table out of its events: paragraphs before it, the table, its rows, paragraphs after it.
    pub fn new(events: Vec<&'e Event>, style: NumberStyle, markers: &BTreeMap<String, Status>) -> Option<Sheet<'e>> {
        let at = events.iter().position(|event| matches!(event, Event::Table(_)))?;
        let Some(Event::Table(table)) = events.get(at) else { return None };
        let before = events.iter().take(at).filter_map(|event| match event {
            Event::Paragraph { text, .. } => Some(folded(text).0),
            Event::Table(_) | Event::Row(_) => None,
        });
        let mut outside: Vec<Rc<str>> = before.filter(|text| !text.is_empty()).collect();
        outside.extend(table.caption.as_deref().map(|caption| folded(caption).0));
        let rows = events.iter().filter_map(|event| match event {
            Event::Row(row) => Some(Line::uncorrected(row.clone())),
            Event::Table(_) | Event::Paragraph { .. } => None,
        });
        let lines = rows.filter(|line| !line.cells.is_empty()).collect();
        Some(Sheet { table, lines, outside, style, markers: markers.clone(), events })
    }

    /// What a cell is.
    pub fn kind(&self, cell: &Text) -> Kind {
        if cell.raw.is_some() {
            return Kind::Figure;
        }
        match number::cell(&cell.shown, self.style, &self.markers) {
            CellValue::Number { .. } => Kind::Figure,
            CellValue::Unreadable(_) => Kind::Digits,
            CellValue::Status { .. } => Kind::Marker,
            CellValue::Empty { .. } | CellValue::Text => Kind::Words,
        }
    }

    /// Whether a cell of its own holds a figure or a marker.
    pub fn is_said(&self, cell: &Text) -> bool {
        !cell.copy && self.kind(cell) != Kind::Words
    }

    /// Folded texts above a line, the nearest first, the sheet's name last.
    pub fn above(&self, from: usize) -> Vec<Rc<str>> {
        let rows = self.lines.iter().take(from).rev();
        let cells = rows.flat_map(|line| line.cells.iter().filter(|cell| !cell.copy).map(|cell| cell.folded.clone()));
        let sheet = folded(&self.table.sheet).0;
        cells.chain(self.outside.iter().rev().cloned()).take(NEAREST).chain([sheet]).filter(|text| !text.is_empty()).collect()
    }

    /// How a comment names it.
    pub fn name(&self) -> String {
        match self.table.sheet.as_str() {
            "" => format!("table {}", self.table.number),
            sheet => format!("table {}, sheet {}", self.table.number, super::words::quoted(sheet)),
        }
    }
}

/// Words that publishers write where a figure lacks, beside those that every source knows.
const MARKERS: [&str; 5] = ["n/a", "n.a.", "н/д", "н.д.", "нет данных"];

/// Which of the known words for lacking figures a document has.
pub fn markers<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeMap<String, Status> {
    let short = texts.filter(|text| text.len() < 40).map(fold);
    short.filter(|text| MARKERS.contains(&text.as_str())).map(|text| (text, Status::NoData)).collect()
}

/// The signs that the numbers of a document are written with; `None` if the document does not tell them apart.
pub fn style<'t>(texts: impl Iterator<Item = &'t str>) -> Option<NumberStyle> {
    let (mut english, mut russian, mut open) = (false, false, false);
    for text in texts {
        match signs(text.trim()) {
            Signs::English => english = true,
            Signs::Russian => russian = true,
            Signs::Either => open = true,
            Signs::None => {}
        }
    }
    match (english, russian, open) {
        (true, true, _) | (false, false, true) => None,
        (true, false, _) => Some(NumberStyle::En),
        (false, _, false) => Some(NumberStyle::Ru),
        // three digits behind every comma but some: decimals of a currency's rate, not groups
        (false, true, true) => Some(NumberStyle::Ru),
    }
}

enum Signs {
    English,
    Russian,
    Either,
    None,
}

/// What the commas of a number say.
fn signs(text: &str) -> Signs {
    let digits = text.trim_start_matches(['-', '−', '+']);
    let plain = digits.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.' || c.is_whitespace());
    if !plain || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Signs::None;
    }
    let groups: Vec<&str> = digits.split(',').collect();
    let grouped = |tail: &[&str]| tail.iter().all(|g| g.split('.').next().is_some_and(|g| g.len() == 3));
    match &groups[..] {
        [] | [_] => Signs::None,
        [_, tail @ ..] if digits.contains('.') || tail.len() > 1 => {
            if grouped(tail) {
                Signs::English
            } else {
                Signs::None
            }
        }
        [whole, tail @ ..] if grouped(tail) && whole.len() <= 3 && !whole.starts_with('0') => Signs::Either,
        _ => Signs::Russian,
    }
}
