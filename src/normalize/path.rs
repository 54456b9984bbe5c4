//! The head of a table as paths: what stands over each column, from top to bottom.

use super::text::{Line, Text};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The headings of one column from top to bottom.
#[derive(Debug, Clone, Default)]
pub struct Path {
    /// Folded texts, a merged text once, empty ones left out.
    pub texts: Vec<Rc<str>>,
    /// Footnote marks of all of them.
    pub marks: Vec<String>,
    /// Row of the lowest heading.
    pub row: u32,
    /// Whether the lowest heading is a bare number, such as a year typed as one.
    pub bare: bool,
    last: Option<(u32, u32)>,
}

impl Path {
    /// As issues print it.
    pub fn shown(&self) -> String {
        self.texts.join(" / ")
    }

    /// Headings said by a shape rather than by the table.
    pub fn said(text: Rc<str>, row: u32) -> Path {
        Path { texts: vec![text], row, ..Path::default() }
    }

    fn push(&mut self, cell: &Text, row: u32) {
        if self.last == Some(cell.origin) {
            return;
        }
        self.last = Some(cell.origin);
        if !cell.folded.is_empty() {
            self.texts.push(cell.folded.clone());
            self.bare = cell.folded.chars().all(|c| c.is_ascii_digit() || c == '.');
        }
        self.marks.extend(cell.marks.iter().cloned());
        self.row = row;
    }
}

/// What stands over each column in a block of rows. Without any merge in the block, a group heading runs right over
/// empty cells, up to the next heading of its row or of a row above.
pub fn paths(block: &[&Line]) -> BTreeMap<u32, Path> {
    let merged = block.iter().any(|line| line.cells.iter().any(|cell| cell.copy));
    let fill = !merged && block.len() > 1;
    let mut paths: BTreeMap<u32, Path> = BTreeMap::new();
    for column in columns(block) {
        let path = paths.entry(column).or_default();
        for (level, line) in block.iter().enumerate() {
            match line.at(column) {
                Some(cell) => path.push(cell, line.number),
                None if fill && below(block, level, column) => {
                    if let Some(group) = group_over(block, level, column) {
                        path.push(group, line.number);
                    }
                }
                None => {}
            }
        }
    }
    paths.retain(|_, path| !path.texts.is_empty());
    paths
}

fn columns(block: &[&Line]) -> Vec<u32> {
    let mut all: Vec<u32> = block.iter().flat_map(|line| line.cells.iter().map(|cell| cell.column)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether the column has a heading of its own in a row below.
fn below(block: &[&Line], level: usize, column: u32) -> bool {
    block.iter().skip(level + 1).any(|line| line.at(column).is_some())
}

/// The heading of this row that runs right over the column, unless a heading of a row above starts between them.
fn group_over<'l>(block: &[&'l Line], level: usize, column: u32) -> Option<&'l Text> {
    let line: &'l Line = block.get(level)?;
    let group = line.cells.iter().rev().find(|cell| cell.column < column)?;
    let between = |cell: &Text| cell.column > group.column && cell.column <= column;
    let stopped = block.iter().take(level).any(|above| above.cells.iter().any(between));
    (!stopped).then_some(group)
}
