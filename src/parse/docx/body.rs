//! The text of a part, element by element.

use super::fields::{on, value};
use super::table::Grid;
use crate::parse::ParseError;
use crate::parse::flow::Flow;
use crate::parse::xlsx::xml::{Xml, attribute, push_text};
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::io::Read;

/// Notes of one document; the longest books have some thousands.
const MAX_NOTES: usize = 65_536;
/// Elements whose content is not shown: deleted text, what another element says better, formatting of paragraph marks.
const SKIPPED: [&str; 7] = ["del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rt"];
/// The prefix of drawings, whose paragraphs and texts have the names of ours.
const DRAWING: &str = "a";

/// Numbers of notes by kind and id, in the order in which the text refers to them.
#[derive(Debug, Default)]
pub struct Notes {
    footnotes: BTreeMap<String, usize>,
    endnotes: BTreeMap<String, usize>,
}

/// How far a part is read.
pub struct Body<'f, 's> {
    flow: &'f mut Flow<'s>,
    notes: &'f mut Notes,
    part: &'f str,
    tables: Vec<Grid>,
    raised: bool,
    hidden: bool,
    /// Whether the characters that come are text.
    text: Option<String>,
    /// Text boxes around, and what they say: paragraphs that wait for the end of the one outside.
    boxes: usize,
    boxed: Vec<String>,
    /// The note that is being read.
    note: Option<String>,
}

impl Notes {
    fn of(&mut self, endnote: bool) -> &mut BTreeMap<String, usize> {
        if endnote { &mut self.endnotes } else { &mut self.footnotes }
    }
}

impl<'f, 's> Body<'f, 's> {
    /// A part before its first element.
    pub fn new(flow: &'f mut Flow<'s>, notes: &'f mut Notes, part: &'f str) -> Body<'f, 's> {
        Body {
            flow,
            notes,
            part,
            tables: Vec::new(),
            raised: false,
            hidden: false,
            text: None,
            boxes: 0,
            boxed: vec![String::new()],
            note: None,
        }
    }

    /// Reads the part to its end.
    ///
    /// # Errors
    /// No XML, or a limit.
    pub fn read<R: Read>(mut self, xml: &mut Xml<R>) -> Result<(), ParseError> {
        let mut skipped = 0usize;
        loop {
            match xml.next()? {
                Event::Eof => return self.flow.end_paragraph(0),
                Event::Start(_) if skipped > 0 => skipped += 1,
                Event::End(_) if skipped > 0 => skipped -= 1,
                Event::Start(e) if self.is_skipped(&e) => skipped = 1,
                Event::Start(e) => self.start(e.local_name().as_ref(), &e)?,
                Event::End(e) if e.name().prefix().is_none_or(|prefix| prefix.as_ref() != DRAWING) => {
                    self.end(e.local_name().as_ref())?;
                }
                event if skipped == 0 => {
                    if let Some(text) = &mut self.text {
                        push_text(&event, text, self.part)?;
                    }
                }
                _ => {}
            }
        }
    }

    fn is_skipped(&self, element: &BytesStart<'_>) -> bool {
        let drawing = element.name().prefix().is_some_and(|prefix| prefix.as_ref() == DRAWING);
        let name = element.local_name();
        // A drawing holds no text of ours, but text boxes inside may.
        let separator =
            matches!(name.as_ref(), "footnote" | "endnote") && attribute(element, "type").is_some_and(|t| t != "normal");
        !drawing && SKIPPED.contains(&name.as_ref()) || drawing && name.as_ref() == "t" || separator
    }

    fn start(&mut self, name: &str, element: &BytesStart<'_>) -> Result<(), ParseError> {
        if element.name().prefix().is_some_and(|prefix| prefix.as_ref() == DRAWING) {
            return Ok(());
        }
        match name {
            "t" => self.text = Some(String::new()),
            "r" => (self.raised, self.hidden) = (false, false),
            "vertAlign" => self.raised = value(element).is_some_and(|value| value == "superscript"),
            "vanish" => self.hidden = on(element),
            "tab" | "ptab" => self.say("\t")?,
            "br" | "cr" => self.say("\n")?,
            "noBreakHyphen" => self.say("-")?,
            "sym" => self.say(&symbol(element))?,
            "footnoteReference" | "endnoteReference" => self.refer(name == "endnoteReference", element)?,
            "footnote" | "endnote" => self.note = attribute(element, "id"),
            "footnoteRef" | "endnoteRef" => self.mark(name == "endnoteRef")?,
            "txbxContent" => self.boxes += 1,
            _ if self.boxes == 0 => self.table(name, element)?,
            _ => {}
        }
        Ok(())
    }

    fn table(&mut self, name: &str, element: &BytesStart<'_>) -> Result<(), ParseError> {
        if name == "tbl" {
            self.tables.push(Grid::default());
            self.flow.within(self.tables.len())?;
        } else if let Some(grid) = self.tables.last_mut() {
            grid.element(name, element);
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), ParseError> {
        match name {
            "t" => {
                let text = self.text.take().unwrap_or_default();
                self.say(&text)?;
            }
            "txbxContent" => self.boxes = self.boxes.saturating_sub(1),
            "p" if self.boxes > 0 => self.end_boxed(),
            "p" => self.flow.end_paragraph(self.tables.len())?,
            _ if self.boxes > 0 => {}
            "tc" => self.end_cell()?,
            "tr" => self.end_row()?,
            "tbl" => self.end_table()?,
            _ => {}
        }
        if self.boxes == 0 && self.tables.is_empty() && matches!(name, "p" | "tbl") {
            self.unbox()?;
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), ParseError> {
        let depth = self.tables.len();
        let Some(grid) = self.tables.last_mut() else { return Ok(()) };
        grid.end_cell(self.part)?;
        self.flow.end_cell(depth)
    }

    fn end_row(&mut self) -> Result<(), ParseError> {
        let depth = self.tables.len();
        self.tables.last().map_or(Ok(()), |grid| self.flow.end_row(depth, &grid.cells))
    }

    fn end_table(&mut self) -> Result<(), ParseError> {
        self.tables.pop();
        self.flow.within(self.tables.len())
    }

    fn end_boxed(&mut self) {
        if self.boxed.last().is_some_and(|text| !text.is_empty()) {
            self.boxed.push(String::new());
        }
    }

    /// Hands on what text boxes said.
    fn unbox(&mut self) -> Result<(), ParseError> {
        for text in std::mem::replace(&mut self.boxed, vec![String::new()]) {
            self.flow.text(&text, false)?;
            self.flow.end_paragraph(0)?;
        }
        Ok(())
    }

    fn say(&mut self, text: &str) -> Result<(), ParseError> {
        match self.boxed.last_mut() {
            _ if self.hidden => Ok(()),
            Some(boxed) if self.boxes > 0 => {
                let raised = if self.raised { crate::parse::superscript::raise(text) } else { text.to_owned() };
                boxed.push_str(&raised);
                Ok(())
            }
            _ => self.flow.text(text, self.raised),
        }
    }

    /// The text refers to a note, whose number is not written down.
    fn refer(&mut self, endnote: bool, element: &BytesStart<'_>) -> Result<(), ParseError> {
        let custom = attribute(element, "customMarkFollows").is_some_and(|value| value != "0" && value != "false");
        let Some(id) = attribute(element, "id").filter(|_| !custom) else { return Ok(()) };
        let notes = self.notes.of(endnote);
        let next = notes.len() + 1;
        if next > MAX_NOTES {
            let what = "the number of notes".to_owned();
            return Err(ParseError::TooLarge { place: self.part.to_owned(), what, limit: MAX_NOTES as u64 });
        }
        let number = *notes.entry(id).or_insert(next);
        self.raise(number)
    }

    /// A note says its own number.
    fn mark(&mut self, endnote: bool) -> Result<(), ParseError> {
        let number = self.note.as_ref().and_then(|id| self.notes.of(endnote).get(id)).copied();
        number.map_or(Ok(()), |number| self.raise(number))
    }

    fn raise(&mut self, number: usize) -> Result<(), ParseError> {
        self.raised = true;
        self.say(&number.to_string())
    }
}

/// A character of a symbol font by its code; those of the private area stand for ASCII.
fn symbol(element: &BytesStart<'_>) -> String {
    let code = attribute(element, "char").and_then(|code| u32::from_str_radix(code.trim(), 16).ok());
    let known = code.map(|code| match code {
        0xF0B0 => 0xB0,
        0xF020..=0xF07E => code - 0xF000,
        code => code,
    });
    known.and_then(char::from_u32).filter(|c| !c.is_control()).map(String::from).unwrap_or_default()
}
