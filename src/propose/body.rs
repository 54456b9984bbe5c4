//! The rows under a head: which hold figures, which are headings between them, and what stands below them.

use super::sheet::{Kind, Sheet};
use super::when::{When, when, whole};
use crate::normalize::label::split_marks;
use crate::normalize::outline::{Line, Text};
use std::collections::{BTreeMap, BTreeSet};

/// So many columns left of the figures may hold labels.
const LABELS: usize = 12;

/// The rows under a head.
#[derive(Debug)]
pub struct Body<'s> {
    /// Rows with figures.
    pub data: Vec<&'s Line>,
    /// Rows before and between them that hold none.
    pub headings: Vec<&'s Line>,
    /// Whether a heading stands before the first figures.
    pub headed: bool,
    /// Rows behind the last figures.
    pub below: Vec<&'s Line>,
    /// The leftmost value column.
    pub first: u32,
    /// How many figures the value columns hold.
    pub figures: usize,
    /// How many of them are shown with `%`.
    pub percents: usize,
    /// A row further down that looks like a head again.
    pub again: Option<u32>,
}

impl<'s> Body<'s> {
    /// The rows from a line on; `values` are the columns of figures, `head` the rows of the head.
    pub fn new(sheet: &'s Sheet<'_>, below: usize, head: (u32, u32), values: &BTreeSet<u32>) -> Body<'s> {
        let first = values.first().copied().unwrap_or(u32::MAX);
        let said = |line: &&Line| line.cells.iter().any(|cell| values.contains(&cell.column) && sheet.is_said(cell));
        let own = |line: &&Line| !line.cells.iter().all(|c| c.copy && (head.0..=head.1).contains(&c.origin.0));
        let mut lines: Vec<&Line> = sheet.lines.iter().skip(below).filter(own).collect();
        if lines.first().is_some_and(|line| is_numbering(line, values)) {
            lines.remove(0);
        }
        let start = lines.iter().position(&said).unwrap_or(lines.len());
        let end = lines.iter().rposition(&said).map_or(start, |at| at + 1);
        let (within, rest) = lines.split_at(end);
        let (data, headings): (Vec<&Line>, Vec<&Line>) = within.iter().copied().partition(said);
        let cells = data.iter().flat_map(|line| &line.cells).filter(|cell| values.contains(&cell.column) && !cell.copy);
        let figures: Vec<&Text> = cells.filter(|cell| sheet.kind(cell) == Kind::Figure).collect();
        let percents = figures.iter().filter(|cell| cell.shown.trim_end().ends_with('%')).count();
        let figures = figures.len();
        let again = lines.iter().find(|line| is_head_again(line, values)).map(|line| line.number);
        Body { data, headings, headed: start > 0, below: rest.to_vec(), first, figures, percents, again }
    }

    /// The first label columns and their cells, one a row of figures.
    pub fn labels(&self) -> BTreeMap<u32, Vec<Option<&'s Text>>> {
        let cells = self.data.iter().flat_map(|line| &line.cells).map(|cell| cell.column);
        let columns: BTreeSet<u32> = cells.filter(|column| *column < self.first).collect();
        columns.into_iter().take(LABELS).map(|column| (column, self.column(column))).collect()
    }

    /// The cells of a column, one a row of figures.
    pub fn column(&self, column: u32) -> Vec<Option<&'s Text>> {
        self.data.iter().map(|line| line.at(column)).collect()
    }
}

/// `А 1 2 3`: a row that numbers the columns.
fn is_numbering(line: &Line, values: &BTreeSet<u32>) -> bool {
    let numbers: Vec<u32> =
        line.cells.iter().filter(|c| values.contains(&c.column)).filter_map(|c| c.folded.parse().ok()).collect();
    let count = line.cells.iter().filter(|cell| values.contains(&cell.column)).count();
    let counts = numbers.iter().zip(numbers.iter().skip(1)).all(|(a, b)| a + 1 == *b);
    numbers.len() == count && count > 1 && counts && numbers.first().is_some_and(|first| *first < 10)
}

/// Periods alone stand in the value columns, and several of them.
fn is_head_again(line: &Line, values: &BTreeSet<u32>) -> bool {
    let own: Vec<&Text> = line.cells.iter().filter(|cell| values.contains(&cell.column) && !cell.copy).collect();
    own.len() > 1 && own.iter().all(|cell| when(&cell.folded, cell.raw.is_some()).is_some())
}

/// What every cell of a label column says of the period; `None` if one says nothing.
pub fn periods(cells: &[Option<&Text>]) -> Option<Vec<When>> {
    let all: Vec<When> =
        cells.iter().map(|cell| when(&(*cell)?.folded, cell.is_some_and(|c| c.raw.is_some()))).collect::<Option<_>>()?;
    (!all.is_empty()).then_some(all)
}

/// Whether every one of them is a period by itself.
pub fn all_whole(periods: &[When]) -> bool {
    periods.iter().all(|when| whole(&when.fields))
}

/// Whether a column of labels names each row once.
pub fn is_key(cells: &[Option<&Text>]) -> bool {
    let texts: BTreeSet<&str> = cells.iter().filter_map(|cell| cell.map(|cell| &*cell.folded)).collect();
    texts.len() == cells.len()
}

/// Whether a column holds words in every row.
pub fn is_words(sheet: &Sheet<'_>, cells: &[Option<&Text>]) -> bool {
    cells.iter().all(|cell| cell.is_some_and(|cell| sheet.kind(cell) == Kind::Words))
}

/// Whether a column holds a code in every row: letters, digits and points, at least one digit or all capitals.
pub fn is_codes(cells: &[Option<&Text>]) -> bool {
    cells.iter().all(|cell| cell.is_some_and(is_code))
}

/// `05.1`, `BCDE`, `2709`.
pub fn is_code(cell: &Text) -> bool {
    let text = split_marks(&cell.shown).0;
    let text = text.trim();
    let plain = text.chars().all(|c| c.is_alphanumeric() || c == '.') && !text.starts_with('.') && !text.ends_with('.');
    let marked = text.chars().any(|c| c.is_ascii_digit()) || text.chars().all(char::is_uppercase);
    !text.is_empty() && text.chars().count() <= 12 && plain && marked
}
