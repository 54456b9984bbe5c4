//! Cells known by their edges → rows of numbered columns.
//!
//! A word processor says of each cell where it begins and ends, row by row, and drags edges by a hair between rows. Rows whose
//! edges are those of the rows around them, or some of them, share their columns. Where others begin, columns are counted anew:
//! so a second head with other columns under it stands by itself.

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
            let mut edges: Vec<i32> = Vec::new();
            let mut alike = Vec::new();
            while let Some(line) = rows.next_if(|line| share(&mut edges, &line.edges())) {
                alike.push(line);
            }
            for line in alike {
                number += 1;
                let row = line.row(number, &edges, &mut above, budget)?;
                if !row.cells.is_empty() {
                    sink(Event::Row(row));
                }
            }
        }
        Ok(())
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
        let last = edges.len().saturating_sub(1).max(1) as u32;
        let sole = self.cells.len() == 1;
        let mut row = Row { number, cells: Vec::new() };
        let mut next = 0;
        let count = self.cells.len() as u32;
        for (index, (cell, text)) in (0..).zip(self.cells) {
            // Columns that the cells to the right need at least.
            let room = last.saturating_sub(count - 1 - index).max(next + 1);
            let from = if sole { 0 } else { nearest(edges, cell.edges.0).clamp(next, room - 1) };
            let to = if sole { last } else { nearest(edges, cell.edges.1).clamp(from + 1, room) };
            next = to;
            let shown = shown(number, (from, to), cell.vertical, text, above);
            budget.spend(shown.text.len() * (to - from) as usize, u64::from(to - from))?;
            place(&mut row, (from, to), &shown);
        }
        Ok(row)
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

/// Whether a row fits into columns that are known so far: its edges are some of theirs, or theirs are some of its own, which
/// then refine them. A row of one cell, such as a title, fits everywhere.
fn share(known: &mut Vec<i32>, row: &[i32]) -> bool {
    if row.len() <= 2 {
        return true;
    }
    if known.is_empty() || known.len() < row.len() && are_among(known, row) {
        *known = row.to_vec();
        return true;
    }
    are_among(row, known)
}

/// Whether each of the fewer edges lies within a hair of another of the many.
fn are_among(few: &[i32], many: &[i32]) -> bool {
    let mut rest = many.iter().map(|edge| i64::from(*edge));
    few.iter().map(|edge| i64::from(*edge)).all(|edge| rest.any(|other| (other - edge).abs() <= i64::from(HAIR)))
}
