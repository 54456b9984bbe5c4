//! The document of a word processor as a flow of characters, paragraphs, cells and rows, whatever file it stood in: tables are
//! put together here, tables within tables wait until the outer one is out.

mod ruled;
#[cfg(test)]
pub mod tests;
mod words;

use super::{Event, ParseError, Table};
use ruled::Ruled;
pub use ruled::{Cell, Vertical};
use words::Words;

/// Text of one document, repeats of merged cells counted each time. The largest document seen has 0.2 MB.
const MAX_TEXT: u64 = 256 << 20;
/// Cells and rows of one document, empty ones and repeats of merged cells counted each time. The largest document seen has
/// 20,000.
const MAX_CELLS: u64 = 2 << 20;
/// Tables within tables. Word processors lay pages out with two or three.
const MAX_NESTING: usize = 32;

/// Takes a document piece by piece and hands out its events.
pub struct Flow<'s> {
    sink: &'s mut dyn FnMut(Event),
    current: Words,
    open: Vec<Open>,
    /// Inner tables that are complete, each with the order in which it began.
    waiting: Vec<(u64, Ruled)>,
    begun: u64,
    tables: u32,
    paragraphs: u32,
    page: Option<u32>,
    budget: Budget,
}

/// A table whose rows are still coming.
#[derive(Default)]
struct Open {
    order: u64,
    table: Ruled,
    row: Vec<Words>,
    cell: Words,
}

/// What a document may still cost.
#[derive(Debug)]
struct Budget {
    text: u64,
    cells: u64,
}

impl Budget {
    fn spend(&mut self, text: usize, cells: u64) -> Result<(), ParseError> {
        self.text += text as u64;
        self.cells += cells;
        let excess = match () {
            () if self.text > MAX_TEXT => Some(("the text of the document in bytes", MAX_TEXT)),
            () if self.cells > MAX_CELLS => Some(("the number of cells and rows of all tables", MAX_CELLS)),
            () => None,
        };
        let refused = |(what, limit): (&str, u64)| ParseError::TooLarge { place: "document".into(), what: what.into(), limit };
        excess.map_or(Ok(()), |excess| Err(refused(excess)))
    }
}

impl<'s> Flow<'s> {
    /// A document without anything yet.
    pub fn new(sink: &'s mut dyn FnMut(Event)) -> Flow<'s> {
        Flow {
            sink,
            current: Words::default(),
            open: Vec::new(),
            waiting: Vec::new(),
            begun: 0,
            tables: 0,
            paragraphs: 0,
            page: None,
            budget: Budget { text: 0, cells: 0 },
        }
    }

    /// What follows stands on this page; a table that is open began before.
    pub fn page(&mut self, number: u32) {
        self.page = Some(number);
    }

    /// Adds characters to the paragraph that is being set.
    ///
    /// # Errors
    /// More text than a document may have.
    pub fn text(&mut self, text: &str, raised: bool) -> Result<(), ParseError> {
        self.budget.spend(text.len(), 0)?;
        self.current.push(text, raised);
        Ok(())
    }

    /// The paragraph ends inside so many tables.
    ///
    /// # Errors
    /// Tables too deep within tables, or a limit met by a table that ends here.
    pub fn end_paragraph(&mut self, depth: usize) -> Result<(), ParseError> {
        self.within(depth)?;
        let words = std::mem::take(&mut self.current);
        match self.open.last_mut() {
            Some(open) => open.cell.add_paragraph(words),
            None => self.emit_paragraph(&words.shown()),
        }
        Ok(())
    }

    /// The paragraph ends, and with it a cell of the innermost of so many tables.
    ///
    /// # Errors
    /// As for [`Flow::end_paragraph`].
    pub fn end_cell(&mut self, depth: usize) -> Result<(), ParseError> {
        self.end_paragraph(depth.max(1))?;
        self.budget.spend(0, 1)?;
        if let Some(open) = self.open.last_mut() {
            open.row.push(std::mem::take(&mut open.cell));
        }
        Ok(())
    }

    /// A row of the innermost of so many tables ends. `cells` says where each of its cells lies; empty if the document does
    /// not say.
    ///
    /// # Errors
    /// As for [`Flow::end_paragraph`].
    pub fn end_row(&mut self, depth: usize, cells: &[Cell]) -> Result<(), ParseError> {
        self.within(depth.max(1))?;
        self.budget.spend(0, 1)?;
        self.current = Words::default();
        if let Some(open) = self.open.last_mut() {
            open.end_row(cells);
        }
        Ok(())
    }

    /// What follows stands inside so many tables: deeper ones are complete, missing ones begin.
    ///
    /// # Errors
    /// Tables too deep within tables, or a limit met by a table that ends here.
    pub fn within(&mut self, depth: usize) -> Result<(), ParseError> {
        if depth > MAX_NESTING {
            let what = "the depth of tables within tables".to_owned();
            return Err(ParseError::TooLarge { place: self.place(), what, limit: MAX_NESTING as u64 });
        }
        while self.open.len() > depth {
            self.close()?;
        }
        while self.open.len() < depth {
            self.budget.spend(0, 1)?;
            self.begun += 1;
            self.open.push(Open { order: self.begun, ..Open::default() });
        }
        Ok(())
    }

    /// The document ends.
    ///
    /// # Errors
    /// A limit met by a table that ends here.
    pub fn finish(mut self) -> Result<(), ParseError> {
        let depth = self.open.len();
        self.end_paragraph(depth)?;
        self.within(0)
    }

    /// Where the document is, for errors.
    pub fn place(&self) -> String {
        match self.open.first() {
            Some(open) => format!("table {}, row {}", self.tables + 1, open.table.rows() + 1),
            None => format!("paragraph {}", self.paragraphs + 1),
        }
    }

    fn close(&mut self) -> Result<(), ParseError> {
        let Some(mut open) = self.open.pop() else { return Ok(()) };
        if !open.row.is_empty() || !open.cell.is_empty() {
            open.row.push(std::mem::take(&mut open.cell));
            open.end_row(&[]);
        }
        self.waiting.push((open.order, open.table));
        if !self.open.is_empty() {
            return Ok(());
        }
        self.waiting.sort_by_key(|(order, _)| *order);
        for (_, table) in std::mem::take(&mut self.waiting) {
            self.emit_table(table)?;
        }
        Ok(())
    }

    fn emit_table(&mut self, table: Ruled) -> Result<(), ParseError> {
        self.tables += 1;
        (self.sink)(Event::Table(Table { number: self.tables, page: self.page, ..Table::default() }));
        table.hand_out(&mut self.budget, self.sink)
    }

    fn emit_paragraph(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.paragraphs += 1;
            let page = self.page.map(|page| format!("page {page}, ")).unwrap_or_default();
            let locator = format!("{page}paragraph {}", self.paragraphs);
            (self.sink)(Event::Paragraph { text: text.to_owned(), locator });
        }
    }
}

impl Open {
    fn end_row(&mut self, cells: &[Cell]) {
        let texts = std::mem::take(&mut self.row).into_iter().map(|words| words.cell()).collect();
        self.cell = Words::default();
        self.table.push(texts, cells);
    }
}
