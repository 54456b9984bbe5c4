//! The page from top to bottom: paragraphs and tables in the order in which they are read.

use super::super::{Event, ParseError, Table};
use super::element::{At, Role, children, role};
use super::grid::Grid;
use super::layout;
use super::text::{self, Running, Style};
use super::{MAX_CELLS, MAX_TEXT};
use scraper::Node;

/// Tables within each other; pages of the nineties reach eight.
const MAX_TABLES_DEEP: usize = 32;
/// So many line breaks in a row end a paragraph.
const BREAKS_OF_A_PARAGRAPH: usize = 2;
/// Pictures that are kept for the question whether one stands for the table.
const MAX_IMAGES: usize = 200;

/// Where the walk stands, and what it has seen.
pub struct Walk<'s, 'p> {
    sink: &'s mut dyn FnMut(Event),
    running: Running,
    paragraphs: u32,
    tables: u32,
    deep: usize,
    cells: u64,
    text: u64,
    /// Whether a cell of a table shows a digit.
    pub figures: bool,
    /// Characters of the longest paragraph.
    pub longest: usize,
    /// Pictures, in order.
    pub images: Vec<At<'p>>,
}

impl<'s, 'p> Walk<'s, 'p> {
    /// A walk that tells `sink` what it sees.
    pub fn new(sink: &'s mut dyn FnMut(Event)) -> Walk<'s, 'p> {
        let running = Running::default();
        let (figures, longest, images) = (false, 0, Vec::new());
        Walk { sink, running, paragraphs: 0, tables: 0, deep: 0, cells: 0, text: 0, figures, longest, images }
    }

    /// Walks through the whole page.
    ///
    /// # Errors
    /// A limit.
    pub fn document(&mut self, root: At<'p>) -> Result<(), ParseError> {
        self.inside(root, Style::default())?;
        self.paragraph()
    }

    fn inside(&mut self, node: At<'p>, style: Style) -> Result<(), ParseError> {
        let style = style.inside(node);
        for child in node.children() {
            match child.value() {
                Node::Text(text) => {
                    if self.running.open_breaks() >= BREAKS_OF_A_PARAGRAPH && !text.trim().is_empty() {
                        self.paragraph()?;
                    }
                    self.running.push(text, style);
                }
                Node::Element(element) => self.element(child, role(element), style)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn element(&mut self, node: At<'p>, role: Role, style: Style) -> Result<(), ParseError> {
        match role {
            Role::Nothing => Ok(()),
            Role::Break => {
                self.running.line_break();
                Ok(())
            }
            Role::Image => {
                self.image(node);
                Ok(())
            }
            Role::Inline | Role::Superscript => self.inside(node, style),
            Role::Table => self.table(node, style),
            Role::Block => self.block(node, style),
        }
    }

    fn block(&mut self, node: At<'p>, style: Style) -> Result<(), ParseError> {
        self.paragraph()?;
        self.inside(node, style)?;
        self.paragraph()
    }

    /// A table of figures, or the text that another one lays out.
    fn table(&mut self, node: At<'p>, style: Style) -> Result<(), ParseError> {
        self.deep += 1;
        if self.deep > MAX_TABLES_DEEP {
            let (place, what) = (format!("paragraph {}", self.paragraphs), "the depth of tables".to_owned());
            return Err(ParseError::TooLarge { place, what, limit: MAX_TABLES_DEEP as u64 });
        }
        self.paragraph()?;
        if layout::holds_table(node) {
            self.block(node, style)?;
        } else {
            let grid = Grid::read(node, style.inside(node))?;
            if layout::is_prose(&grid) {
                self.block(node, style)?;
            } else {
                self.images_of(node);
                self.figures(node, grid, style)?;
            }
        }
        self.deep -= 1;
        Ok(())
    }

    fn figures(&mut self, node: At<'p>, grid: Grid, style: Style) -> Result<(), ParseError> {
        let captions = children(node, &["caption"]).map(|(caption, _)| text::of(caption, style));
        let caption = captions.into_iter().find(|text| !text.is_empty());
        self.tables += 1;
        self.figures |= grid.texts().any(|text| text.contains(|c: char| c.is_ascii_digit()));
        (self.sink)(Event::Table(Table { caption, number: self.tables, ..Table::default() }));
        for row in grid.rows() {
            self.cells += row.cells.len() as u64;
            self.text += row.cells.iter().map(|cell| cell.text.len() as u64).sum::<u64>();
            self.limits(format!("table {}, row {}", self.tables, row.number))?;
            (self.sink)(Event::Row(row));
        }
        Ok(())
    }

    fn limits(&self, place: String) -> Result<(), ParseError> {
        let (what, limit) = match (self.cells > MAX_CELLS, self.text > MAX_TEXT) {
            (true, _) => ("the number of cells", MAX_CELLS),
            (false, true) => ("the length of all texts", MAX_TEXT),
            (false, false) => return Ok(()),
        };
        Err(ParseError::TooLarge { place, what: what.to_owned(), limit })
    }

    /// Ends the paragraph that is being put together, if it has a text.
    fn paragraph(&mut self) -> Result<(), ParseError> {
        let text = self.running.take();
        if text.is_empty() {
            return Ok(());
        }
        self.paragraphs += 1;
        self.text += text.len() as u64;
        self.longest = self.longest.max(text.chars().count());
        let locator = format!("paragraph {}", self.paragraphs);
        self.limits(locator.clone())?;
        (self.sink)(Event::Paragraph { text, locator });
        Ok(())
    }

    fn images_of(&mut self, table: At<'p>) {
        for child in table.children() {
            match child.value() {
                Node::Element(element) if role(element) == Role::Image => self.image(child),
                Node::Element(element) if role(element) != Role::Nothing => self.images_of(child),
                _ => {}
            }
        }
    }

    fn image(&mut self, node: At<'p>) {
        if self.images.len() < MAX_IMAGES {
            self.images.push(node);
        }
    }
}
