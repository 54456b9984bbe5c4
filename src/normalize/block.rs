//! A block: a head that a reading understood, and the columns under it.

use super::desk::Desk;
use super::header;
use super::number::{self, CellValue};
use super::pattern::{Fields, Pattern};
use super::spec::{ColumnRule, Read};
use super::text::{Line, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// So many headings in one row make it a head.
const HEADINGS_OF_A_HEAD: usize = 2;

/// A value column.
#[derive(Debug)]
pub struct Column<'a> {
    /// Its number, from 0.
    pub number: u32,
    /// The rule that its headings match.
    pub rule: &'a ColumnRule,
    /// What the headings caught and the rule sets.
    pub fields: Fields,
    /// The period fields alone.
    pub when: Fields,
    /// Footnote marks of its headings.
    pub marks: Vec<String>,
    /// Its headings contradict the comparison the rule states: no figure of it is stored.
    pub refused: bool,
    /// Columns of one group differ in their period only.
    pub group: usize,
    /// Whether any cell under it says something.
    pub filled: bool,
}

/// A head and what is known of its columns.
#[derive(Debug, Default)]
pub struct Block<'a> {
    /// Value columns from left to right.
    pub columns: Vec<Column<'a>>,
    /// Columns by the headings that rows, filters and divisors name.
    pub named: Vec<(&'a Pattern, u32)>,
    /// Columns known and not wanted.
    pub ignored: BTreeSet<u32>,
    /// Every column that has a heading, and the heading.
    pub headed: BTreeMap<u32, Rc<str>>,
    /// Headed columns right of the first value column that this reading does not know, and where their heading stands.
    pub unknown: Vec<(u32, u32, String)>,
    /// First and last row of the head.
    pub rows: (u32, u32),
    /// What the sheet's name and the titles caught.
    pub outer: Fields,
}

impl<'a> Block<'a> {
    /// The leftmost value column.
    pub fn first_value(&self) -> u32 {
        self.columns.first().map_or(u32::MAX, |column| column.number)
    }

    /// The column under a heading that the mapping names.
    pub fn named(&self, heading: &Pattern) -> Option<u32> {
        self.named.iter().find(|(pattern, _)| std::ptr::eq(*pattern, heading)).map(|(_, column)| *column)
    }

    /// Whether the row is made only of merge copies of the head.
    pub fn owns(&self, line: &Line) -> bool {
        line.cells.iter().all(|cell| cell.copy && (self.rows.0..=self.rows.1).contains(&cell.origin.0))
    }

    /// A row that numbers the columns: `1 2 3 4 5`, or `А Б 1 2 3` with letters over the labels.
    pub fn is_numbering(&self, line: &Line) -> bool {
        let columns: Vec<u32> = self.columns.iter().map(|column| column.number).collect();
        let values: Vec<&str> = line.cells.iter().filter(|c| columns.contains(&c.column)).map(|c| &*c.folded).collect();
        let labels: Vec<&str> = line.cells.iter().filter(|c| c.column < self.first_value()).map(|c| &*c.folded).collect();
        let counts = |texts: &[&str], first: usize| (first..).zip(texts).all(|(n, text)| n.to_string() == *text);
        let lettered = ('а'..).zip(&labels).all(|(letter, text)| text.chars().eq([letter]));
        let all = values.len() == columns.len() && !labels.is_empty();
        all && (lettered && counts(&values, 1) || counts(&labels, 1) && counts(&values, labels.len() + 1))
    }

    /// A row that looks like a head again: two cells say, in words, what a heading says; or its labels are those of the
    /// head, or missing, and nothing stands right of them but words and headings typed as numbers; or it begins as a shape does.
    pub fn is_head_again(&self, line: &Line, read: &'a Read, desk: &mut Desk<'a>) -> bool {
        if header::shape(line, read, desk).is_some() {
            return true;
        }
        let label = |column: u32| column < self.first_value() || self.named.iter().any(|(_, named)| *named == column);
        let right: Vec<&Text> = line.cells.iter().filter(|cell| !label(cell.column)).collect();
        let words: Vec<&&Text> = right.iter().filter(|cell| is_words(cell, desk)).collect();
        if words.iter().filter(|cell| says_heading(&cell.folded, read, desk)).count() >= HEADINGS_OF_A_HEAD {
            return true;
        }
        let repeats = self.repeats_labels(line);
        let unlabelled = line.cells.iter().all(|cell| cell.column >= self.first_value());
        if !(repeats || unlabelled) || right.len() < HEADINGS_OF_A_HEAD {
            return false;
        }
        let numbers = || right.iter().filter(|cell| !words.iter().any(|word| word.column == cell.column));
        numbers().all(|cell| is_short(&cell.folded) && says_heading(&cell.folded, read, desk)) && (repeats || words.is_empty())
    }

    /// Whether the labels left of the values are those of the head.
    fn repeats_labels(&self, line: &Line) -> bool {
        let mut labels = line.cells.iter().filter(|cell| cell.column < self.first_value()).peekable();
        labels.peek().is_some() && labels.all(|cell| self.headed.get(&cell.column) == Some(&cell.folded))
    }
}

fn is_words(cell: &Text, desk: &Desk<'_>) -> bool {
    let read = || number::cell(&cell.shown, desk.mapping.number, &desk.mapping.markers);
    cell.raw.is_none() && matches!(read(), CellValue::Text)
}

/// A number that may be a year, a month or a quarter.
fn is_short(folded: &str) -> bool {
    folded.len() <= 4 && folded.bytes().all(|b| b.is_ascii_digit())
}

fn says_heading<'a>(folded: &Rc<str>, read: &'a Read, desk: &mut Desk<'a>) -> bool {
    let levels = read.columns.iter().flat_map(|rule| &rule.head).filter(|pattern| !pattern.is_anything());
    desk.any(levels, folded)
}
