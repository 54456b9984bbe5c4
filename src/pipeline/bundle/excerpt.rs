//! One place of a document, sought among what its parser tells: the rows or paragraphs around it, and never the whole.

use crate::parse::{Cell, Event, Row, Table, column_name, locator};
use crate::report::{Passage, PassageRow, PassageText};
use std::collections::{BTreeSet, VecDeque};

/// Rows from the top that are kept: the head of nearly every table seen.
const HEAD_ROWS: u32 = 20;
/// Rows above and below the place.
const ROWS_AROUND: u32 = 40;
/// Columns from the left that are kept: labels and codes.
const HEAD_COLUMNS: u32 = 6;
/// Columns on both sides of the place.
const COLUMNS_AROUND: u32 = 30;
/// Paragraphs before and after the place.
const PARAGRAPHS_AROUND: usize = 5;
/// Characters of a text beside the place; the place itself is shown whole.
const MOST_TEXT: usize = 2_000;

/// A place that is sought.
pub(in crate::pipeline) struct Search {
    locator: String,
    /// Row and column, where the place is a cell.
    cell: Option<(u32, u32)>,
    state: State,
}

/// How far it is.
enum State {
    /// Not seen yet; the last paragraphs that went by.
    Seeking(VecDeque<PassageText>),
    /// In the table: its rows so far.
    Table(Kept),
    /// Behind the paragraph: how many more are kept.
    After(Vec<PassageText>, usize),
    /// All there is.
    Done(Passage),
}

/// A table as far as it is kept.
struct Kept {
    table: Table,
    rows: Vec<Row>,
}

impl Search {
    /// Seeks the place of a locator as the parsers give them.
    pub fn new(locator: String) -> Search {
        Search { cell: cell_of(&locator), locator, state: State::Seeking(VecDeque::new()) }
    }

    /// Looks at the next part of the document.
    pub fn event(&mut self, event: &Event) {
        self.state = match (std::mem::replace(&mut self.state, State::Seeking(VecDeque::new())), event) {
            (State::Done(passage), _) => State::Done(passage),
            (State::Table(kept), Event::Row(row)) => State::Table(self.row(kept, row)),
            (State::Table(kept), Event::Paragraph { .. }) => State::Table(kept),
            (State::Table(kept), Event::Table(next)) => match self.passage(&kept) {
                Some(passage) => State::Done(passage),
                None => self.table(VecDeque::new(), next),
            },
            (State::After(texts, left), Event::Paragraph { text, locator }) => after(texts, left, said(text, locator, false)),
            (State::After(texts, _), _) => State::Done(Passage::Paragraphs(texts)),
            (State::Seeking(before), Event::Table(table)) => self.table(before, table),
            (State::Seeking(before), Event::Row(_)) => State::Seeking(before),
            (State::Seeking(before), Event::Paragraph { text, locator }) => self.paragraph(before, text, locator),
        };
    }

    /// What was found; or why nothing was.
    pub fn found(self) -> Result<Passage, String> {
        let passage = match &self.state {
            State::Table(kept) => self.passage(kept),
            State::Seeking(_) | State::After(..) | State::Done(_) => None,
        };
        match (self.state, passage) {
            (State::Done(passage), _) | (_, Some(passage)) => Ok(passage),
            (State::After(texts, _), _) => Ok(Passage::Paragraphs(texts)),
            _ => Err("the document as it is read now has nothing at this place".to_string()),
        }
    }

    fn table(&self, before: VecDeque<PassageText>, table: &Table) -> State {
        match self.cell {
            Some((row, column)) if locator(table, row, column) == self.locator => {
                State::Table(Kept { table: table.clone(), rows: Vec::new() })
            }
            _ => State::Seeking(before),
        }
    }

    fn row(&self, mut kept: Kept, row: &Row) -> Kept {
        let Some((at, column)) = self.cell else { return kept };
        if row.number <= HEAD_ROWS || row.number.abs_diff(at) <= ROWS_AROUND {
            let near = |cell: &&Cell| cell.column < HEAD_COLUMNS || cell.column.abs_diff(column) <= COLUMNS_AROUND;
            let place = |cell: &Cell| row.number == at && cell.column == column;
            let text = |cell: &Cell| if place(cell) { cell.text.clone() } else { short(&cell.text) };
            let cells =
                row.cells.iter().filter(near).map(|cell| Cell { text: text(cell), column: cell.column, ..Cell::default() });
            kept.rows.push(Row { number: row.number, cells: cells.collect() });
        }
        kept
    }

    /// The rows as a grid of the columns that have something; `None` if nothing stands at the place.
    fn passage(&self, kept: &Kept) -> Option<Passage> {
        let (at, place) = self.cell?;
        let used: BTreeSet<u32> = kept.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.column).collect();
        let last = used.last().copied()?;
        let near = |column: &u32| *column < HEAD_COLUMNS || column.abs_diff(place) <= COLUMNS_AROUND;
        let columns: Vec<u32> = (0..HEAD_COLUMNS.min(last + 1)).chain(HEAD_COLUMNS..=last).filter(near).collect();
        let grid = |row: &Row| {
            let text = |column: &u32| row.cells.iter().find(|cell| cell.column == *column).map(|cell| cell.text.clone());
            let here = row.number == at && row.cells.iter().any(|cell| cell.column == place);
            let marked = columns.iter().position(|column| *column == place).filter(|_| here);
            PassageRow {
                number: row.number,
                cells: columns.iter().map(|column| text(column).unwrap_or_default()).collect(),
                marked,
            }
        };
        let rows: Vec<PassageRow> = kept.rows.iter().map(grid).collect();
        let there = rows.iter().any(|row| row.marked.is_some());
        let columns = columns.iter().map(|column| column_name(*column)).collect();
        there.then(|| Passage::Table { title: title(&kept.table), columns, rows })
    }

    fn paragraph(&self, mut before: VecDeque<PassageText>, text: &str, locator: &str) -> State {
        if locator == self.locator {
            let texts = before.into_iter().chain([said(text, locator, true)]).collect();
            return State::After(texts, PARAGRAPHS_AROUND);
        }
        before.push_back(said(text, locator, false));
        if before.len() > PARAGRAPHS_AROUND {
            before.pop_front();
        }
        State::Seeking(before)
    }
}

fn after(mut texts: Vec<PassageText>, left: usize, next: PassageText) -> State {
    texts.push(next);
    if left > 1 { State::After(texts, left - 1) } else { State::Done(Passage::Paragraphs(texts)) }
}

fn said(text: &str, locator: &str, marked: bool) -> PassageText {
    PassageText { locator: locator.to_string(), text: if marked { text.to_string() } else { short(text) }, marked }
}

/// A text beside the place.
fn short(text: &str) -> String {
    match text.char_indices().nth(MOST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_string(),
    }
}

/// Number, page, sheet and caption, as far as the document has them.
fn title(table: &Table) -> String {
    let page = table.page.map(|page| format!("page {page}"));
    let sheet = Some(&table.sheet).filter(|sheet| !sheet.is_empty()).map(|sheet| format!("sheet {sheet:?}"));
    let parts = [Some(format!("table {}", table.number)), page, sheet, table.caption.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Row and column of a cell's locator, in either of its two forms; the table in front of them is compared by its parser's name.
fn cell_of(text: &str) -> Option<(u32, u32)> {
    // only the name of a sheet has such a mark, and it may have anything else, too
    let Some((_, cell)) = text.rsplit_once('!') else {
        let (row, column) = text.rsplit_once(", column ")?;
        let row = row.rsplit_once("row ")?.1.parse().ok()?;
        return Some((row, column.parse::<u32>().ok()?.checked_sub(1)?));
    };
    let digits = cell.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = cell.split_at_checked(digits)?;
    Some((row.parse().ok()?, column_of(letters)?))
}

/// `A` → 0, `AB` → 27: what [`column_name`] undoes.
fn column_of(letters: &str) -> Option<u32> {
    let digit = |c: char| c.is_ascii_uppercase().then(|| u32::from(c) - u32::from('A') + 1);
    let number = letters.chars().try_fold(0u32, |number, c| number.checked_mul(26)?.checked_add(digit(c)?))?;
    number.checked_sub(1)
}

#[cfg(test)]
mod tests;
