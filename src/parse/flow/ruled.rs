//! Cells known by their edges → rows of numbered columns.
//!
//! A word processor says of each cell where it begins and ends, row by row, and drags edges by a hair between rows. Rows whose
//! edges are those of the rows above, or some of them, share their columns, and so do rows of as many cells. Where a head with
//! other edges begins, columns are counted anew. A row of figures that fits nowhere stands apart, in columns right of all
//! others: better under no heading than under a wrong one.

use super::Budget;
use crate::parse::{Cell as Shown, Event, ParseError, Row};
use std::collections::BTreeMap;

/// Edges closer than this are one edge, in twentieths of a point: 2.6 mm, half of the narrowest column of figures.
const HAIR: i32 = 150;
/// Width of a cell of which only its place in the row is known.
const UNKNOWN_WIDTH: i32 = 1000;

/// Whether a cell is merged with the one above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Vertical {
    /// Neither with the one above nor with the one below.
    #[default]
    Alone,
    /// The top of a merge.
    Top,
    /// Shows the cell above.
    Below,
}

/// Where a cell lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// Its left and its right edge, in twentieths of a point.
    pub edges: (i32, i32),
    /// How it hangs together with its upper neighbour.
    pub vertical: Vertical,
    /// It is a part of the cell before and shows nothing of its own.
    pub joined: bool,
}

/// A table in the making.
#[derive(Debug, Default)]
pub struct Ruled {
    rows: Vec<Line>,
}

#[derive(Debug, Default)]
struct Line {
    cells: Vec<(Cell, String)>,
}

/// What repeats in the rows below.
#[derive(Debug, Clone)]
struct Above {
    row: u32,
    column: u32,
    text: String,
}

impl Ruled {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Adds a row. `cells` are those of the row; where there are fewer than texts, the others follow to the right.
    pub fn push(&mut self, texts: Vec<String>, cells: &[Cell]) {
        let mut line = Line::default();
        let mut end = 0;
        for (index, text) in texts.into_iter().enumerate() {
            let cell = match cells.get(index) {
                Some(cell) if cell.edges.0 < cell.edges.1 => *cell,
                Some(cell) => Cell { edges: (cell.edges.0, cell.edges.0.saturating_add(1)), ..*cell },
                None => Cell { edges: (end, end.saturating_add(UNKNOWN_WIDTH)), ..Cell::default() },
            };
            end = cell.edges.1;
            match line.cells.last_mut().filter(|_| cell.joined) {
                Some((before, _)) => before.edges.1 = cell.edges.1.max(before.edges.1),
                None => line.cells.push((cell, text)),
            }
        }
        self.rows.push(line);
    }

    /// Hands out the rows with their copies; rows that say nothing are left out.
    ///
    /// # Errors
    /// Copies that exceed the budget.
    pub fn hand_out(self, budget: &mut Budget, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
        let mut above: BTreeMap<u32, Above> = BTreeMap::new();
        let mut number = 0;
        let mut rows = self.rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut columns = Columns::default();
            let mut alike = Vec::new();
            while let Some(line) = rows.next_if(|line| columns.take(line)) {
                alike.push(line);
            }
            for line in alike {
                number += 1;
                let row = line.row(number, &columns.edges, &mut above, budget)?;
                if !row.cells.is_empty() {
                    sink(Event::Row(row));
                }
            }
        }
        Ok(())
    }
}

/// Columns that rows share.
#[derive(Debug, Default)]
struct Columns {
    edges: Vec<i32>,
    /// Whether a row of figures has come: its columns are final.
    figures: bool,
}

impl Columns {
    /// Takes a row; `false` if columns are to be counted anew from it on. A row of one cell, such as a title, fits everywhere.
    fn take(&mut self, line: &Line) -> bool {
        let row = line.edges();
        if row.len() <= 2 {
            return true;
        }
        let refines = !self.figures && self.edges.len() < row.len() && are_among(&self.edges, &row);
        let figures = line.has_figures();
        let fits = refines || are_among(&row, &self.edges) || row.len() == self.edges.len() || figures;
        if self.edges.is_empty() || refines {
            self.edges = row;
        }
        self.figures |= figures;
        fits
    }
}

impl Line {
    /// Its edges from left to right, each once.
    fn edges(&self) -> Vec<i32> {
        let mut edges: Vec<i32> = Vec::new();
        for edge in self.cells.iter().flat_map(|(cell, _)| [cell.edges.0, cell.edges.1]) {
            if edges.last().is_none_or(|last| *last < edge) {
                edges.push(edge);
            }
        }
        edges
    }

    fn row(self, number: u32, edges: &[i32], above: &mut BTreeMap<u32, Above>, budget: &mut Budget) -> Result<Row, ParseError> {
        let columns = self.columns(edges);
        let mut row = Row { number, cells: Vec::new() };
        for ((cell, text), (from, to)) in self.cells.into_iter().zip(columns) {
            let shown = shown(number, (from, to), cell.vertical, text, above);
            budget.spend(shown.text.len() * (to - from) as usize, u64::from(to - from))?;
            place(&mut row, (from, to), &shown);
        }
        Ok(row)
    }

    /// The first column of each cell and the one behind its last.
    fn columns(&self, edges: &[i32]) -> Vec<(u32, u32)> {
        let last = edges.len().saturating_sub(1).max(1) as u32;
        let count = self.cells.len() as u32;
        if count == 1 {
            return vec![(0, last)];
        }
        if !are_among(&self.edges(), edges) {
            let apart = if count == last { 0 } else { last };
            return (0..count).map(|index| (apart + index, apart + index + 1)).collect();
        }
        let mut next = 0;
        let columns = (0..).zip(&self.cells).map(|(index, (cell, _))| {
            // Columns that the cells to the right need at least.
            let room = last.saturating_sub(count - 1 - index).max(next + 1);
            let from = nearest(edges, cell.edges.0).clamp(next, room - 1);
            next = nearest(edges, cell.edges.1).clamp(from + 1, room);
            (from, next)
        });
        columns.collect()
    }

    /// Whether it holds figures right of its label: numbers other than years and those that count columns or months.
    fn has_figures(&self) -> bool {
        let figure = |text: &str| {
            let text = text.trim();
            let counts = text.len() <= 2 || text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
            let plain = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '-' | '–' | '−' | ' ' | '\u{A0}');
            text.starts_with(|c: char| c.is_ascii_digit() || c == '-') && text.chars().all(plain) && !counts
        };
        self.cells.iter().skip(1).any(|(_, text)| figure(text))
    }
}

/// What a cell shows: its own text or, in a merge, that of the cell above.
fn shown(row: u32, (from, to): (u32, u32), vertical: Vertical, text: String, above: &mut BTreeMap<u32, Above>) -> Above {
    let upper = above.get(&from).filter(|_| vertical == Vertical::Below).cloned();
    let shown = upper.unwrap_or(Above { row, column: from, text });
    if vertical != Vertical::Below {
        above.retain(|column, _| !(from..to).contains(column));
    }
    if vertical == Vertical::Top {
        above.insert(from, shown.clone());
    }
    shown
}

/// Puts a cell and its copies into columns.
fn place(row: &mut Row, (from, to): (u32, u32), shown: &Above) {
    if shown.text.trim().is_empty() {
        return;
    }
    let origin = (shown.row, shown.column);
    let copies = (from..to).map(|column| Shown {
        column,
        text: shown.text.clone(),
        raw: None,
        copy_of: Some(origin).filter(|origin| *origin != (row.number, column)),
    });
    row.cells.extend(copies);
}

/// The number of the edge that lies nearest.
fn nearest(edges: &[i32], edge: i32) -> u32 {
    let right = edges.partition_point(|known| *known < edge);
    let gap = |at: usize| edges.get(at).map_or(i64::MAX, |known| (i64::from(*known) - i64::from(edge)).abs());
    let before = right.saturating_sub(1);
    (if gap(before) <= gap(right) { before } else { right }) as u32
}

/// Whether each of the fewer edges lies within a hair of another of the many.
fn are_among(few: &[i32], many: &[i32]) -> bool {
    let mut rest = many.iter().map(|edge| i64::from(*edge));
    few.iter().map(|edge| i64::from(*edge)).all(|edge| rest.any(|other| (other - edge).abs() <= i64::from(HAIR)))
}
