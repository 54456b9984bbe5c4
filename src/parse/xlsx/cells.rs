//! The rows and cells of one sheet, handed out row by row.

use super::Shared;
use super::merges::Merges;
use super::text::{RichText, unescaped};
use super::xml::{Xml, push_text};
use crate::parse::{Cell, Event, ParseError, Row, column_name, superscript};
use quick_xml::events::{BytesStart, Event as Node};
use std::io::Read;

/// Columns of a sheet (Excel specifications and limits).
pub const MAX_COLUMNS: u32 = 16_384;
/// Rows of a sheet (same).
const MAX_ROWS: u32 = 1_048_576;
/// Bytes of text in one row; a shared string of 1 MB may be named by 16 384 cells.
pub const MAX_ROW_TEXT: usize = 16 << 20;
/// Bytes of text in one sheet, for the same reason; the largest real sheets have some ten million.
const MAX_SHEET_TEXT: u64 = 1 << 30;

/// What a `t` attribute says about the value of a cell (ECMA-376 part 1, 18.18.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Formula,
    Inline,
    Boolean,
    Error,
    Date,
}

/// Where in a sheet's XML we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Sheet,
    Row,
    Cell,
    Value,
    Inline,
}

/// Reads the cells of a sheet.
pub struct Cells<'s> {
    shared: &'s Shared,
    sheet: &'s str,
    merges: Merges,
    place: Place,
    row: u32,
    column: u32,
    width: u32,
    style: usize,
    kind: Kind,
    value: String,
    rich: RichText,
    cells: Vec<Cell>,
    row_text: usize,
    sheet_text: u64,
}

impl<'s> Cells<'s> {
    /// A reader for the sheet of this name.
    pub fn new(shared: &'s Shared, sheet: &'s str, merges: Merges) -> Cells<'s> {
        Cells {
            shared,
            sheet,
            merges,
            place: Place::Outside,
            row: 0,
            column: 0,
            width: 0,
            style: 0,
            kind: Kind::Number,
            value: String::new(),
            rich: RichText::default(),
            cells: Vec::new(),
            row_text: 0,
            sheet_text: 0,
        }
    }

    /// Reads to the end of the part and hands out the rows that show anything.
    ///
    /// # Errors
    /// Broken XML, cells out of order or out of the sheet, values that are not what they claim to be, a limit.
    pub fn read<R: Read>(mut self, xml: &mut Xml<R>, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
        loop {
            match xml.next()? {
                Node::Eof => return Ok(()),
                Node::Start(element) => self.start(&element)?,
                Node::End(element) => self.end(element.local_name().as_ref(), sink)?,
                other if self.place == Place::Value => push_text(&other, &mut self.value, self.sheet)?,
                other if self.place == Place::Inline => self.rich.take(&other, self.sheet)?,
                _ => {}
            }
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), ParseError> {
        let name = element.local_name();
        self.place = match (self.place, name.as_ref()) {
            (Place::Outside, "sheetData") => Place::Sheet,
            (Place::Sheet, "row") => {
                self.start_row(element)?;
                Place::Row
            }
            (Place::Row, "c") => {
                self.start_cell(element)?;
                Place::Cell
            }
            (Place::Cell, "v") => Place::Value,
            (Place::Cell, "is") => Place::Inline,
            (Place::Inline, _) => {
                self.rich.take(&Node::Start(element.borrow()), self.sheet)?;
                Place::Inline
            }
            (place, _) => place,
        };
        Ok(())
    }

    fn end(&mut self, name: &str, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
        self.place = match (self.place, name) {
            (Place::Value, "v") | (Place::Inline, "is") => Place::Cell,
            (Place::Inline, _) => {
                self.rich.take(&Node::End(quick_xml::events::BytesEnd::new(name)), self.sheet)?;
                Place::Inline
            }
            (Place::Cell, "c") => {
                self.end_cell()?;
                Place::Row
            }
            (Place::Row, "row") => {
                self.end_row(sink)?;
                Place::Sheet
            }
            (Place::Sheet, "sheetData") => Place::Outside,
            (place, _) => place,
        };
        Ok(())
    }

    fn start_row(&mut self, element: &BytesStart<'_>) -> Result<(), ParseError> {
        let last = self.row;
        self.row = last + 1;
        for attribute in element.attributes().with_checks(false).flatten() {
            if attribute.key.as_ref() == "r" {
                self.row = attribute.value.parse().unwrap_or(0);
                if self.row <= last {
                    let wanted = format!("a row number above {last}");
                    return Err(ParseError::malformed(self.place_name(), format!("row \"{}\"", attribute.value), wanted));
                }
            }
        }
        if self.row > MAX_ROWS {
            return Err(self.excess("the row number", u64::from(MAX_ROWS)));
        }
        (self.width, self.row_text) = (0, 0);
        self.cells.clear();
        Ok(())
    }

    fn start_cell(&mut self, element: &BytesStart<'_>) -> Result<(), ParseError> {
        (self.column, self.style, self.kind) = (self.width, 0, Kind::Number);
        self.value.clear();
        self.rich.begin();
        for attribute in element.attributes().with_checks(false).flatten() {
            match attribute.key.as_ref() {
                "r" => match address(&attribute.value) {
                    Some((column, _)) if column >= self.width => self.column = column,
                    _ => {
                        let (seen, wanted) = (format!("cell \"{}\"", attribute.value), "cells in ascending columns");
                        return Err(ParseError::malformed(self.cell_name(), seen, wanted));
                    }
                },
                "s" => self.style = attribute.value.parse().unwrap_or(0),
                "t" => self.kind = self.kind_of(&attribute.value)?,
                _ => {}
            }
        }
        if self.column >= MAX_COLUMNS {
            return Err(self.excess("the column number", u64::from(MAX_COLUMNS)));
        }
        self.width = self.column + 1;
        Ok(())
    }

    fn kind_of(&self, name: &str) -> Result<Kind, ParseError> {
        Ok(match name {
            "n" => Kind::Number,
            "s" => Kind::Shared,
            "str" => Kind::Formula,
            "inlineStr" => Kind::Inline,
            "b" => Kind::Boolean,
            "e" => Kind::Error,
            "d" => Kind::Date,
            other => return Err(ParseError::malformed(self.cell_name(), format!("type \"{other}\""), "a type of cell")),
        })
    }

    fn end_cell(&mut self) -> Result<(), ParseError> {
        let style = self.shared.styles.get(self.style);
        let (text, raw) = match self.kind {
            Kind::Number => match self.number()? {
                Some(value) => {
                    let shown = style.format.show(value, self.shared.date1904);
                    (shown.text, Some(shown.raw))
                }
                None => return Ok(()),
            },
            Kind::Shared => (self.shared_string(style.raised)?, None),
            Kind::Formula if style.raised => (superscript::raise(&unescaped(&self.value)), None),
            Kind::Formula => (unescaped(&self.value).into_owned(), None),
            Kind::Inline if style.raised => (self.rich.text_raised(), None),
            Kind::Inline => (self.rich.text().to_owned(), None),
            Kind::Boolean => (boolean(&self.value).to_owned(), None),
            Kind::Error => (self.value.trim().to_owned(), None),
            Kind::Date => (self.value.trim().trim_end_matches("T00:00:00").replacen('T', " ", 1), None),
        };
        if text.is_empty() {
            return Ok(());
        }
        self.row_text += text.len();
        if self.row_text > MAX_ROW_TEXT {
            return Err(self.excess("the text of a row in bytes", MAX_ROW_TEXT as u64));
        }
        self.cells.push(Cell { column: self.column, text, raw, copy_of: None });
        Ok(())
    }

    /// The stored number; `None` for an empty cell, such as a formula that was never computed.
    fn number(&self) -> Result<Option<f64>, ParseError> {
        let text = self.value.trim();
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => {
                let seen = format!("\"{}\"", text.chars().take(40).collect::<String>());
                Err(ParseError::malformed(self.cell_name(), seen, "a number"))
            }
        }
    }

    fn shared_string(&self, raised: bool) -> Result<String, ParseError> {
        let text = self.value.trim();
        if text.is_empty() {
            return Ok(String::new());
        }
        let strings = &self.shared.strings;
        let find = |index| if raised { strings.get_raised(index) } else { strings.get(index).map(str::to_owned) };
        text.parse().ok().and_then(find).ok_or_else(|| {
            let seen = format!("\"{}\"", text.chars().take(40).collect::<String>());
            ParseError::malformed(self.cell_name(), seen, "the number of a shared string")
        })
    }

    fn end_row(&mut self, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
        self.merges.fill(self.row, self.width, &mut self.cells, self.sheet)?;
        if self.cells.is_empty() {
            return Ok(());
        }
        self.sheet_text += self.cells.iter().map(|cell| cell.text.len() as u64).sum::<u64>();
        if self.sheet_text > MAX_SHEET_TEXT {
            return Err(self.excess("the text of a sheet in bytes", MAX_SHEET_TEXT));
        }
        let next = Vec::with_capacity(self.cells.len());
        let cells = std::mem::replace(&mut self.cells, next);
        sink(Event::Row(Row { number: self.row, cells }));
        Ok(())
    }

    fn place_name(&self) -> String {
        format!("sheet \"{}\"", self.sheet)
    }

    fn cell_name(&self) -> String {
        format!("sheet \"{}\", cell {}{}", self.sheet, column_name(self.column), self.row)
    }

    fn excess(&self, what: &str, limit: u64) -> ParseError {
        ParseError::TooLarge { place: self.place_name(), what: what.to_owned(), limit }
    }
}

fn boolean(value: &str) -> &'static str {
    match value.trim() {
        "" => "",
        "1" | "true" => "TRUE",
        _ => "FALSE",
    }
}

/// `AB12` → column from 0, row from 1; `None` for anything else. Dollar signs are passed over.
pub fn address(text: &str) -> Option<(u32, u32)> {
    let (mut column, mut row, mut digits) = (0u32, 0u32, false);
    for b in text.bytes().filter(|b| *b != b'$') {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' if !digits => {
                column = column.checked_mul(26)?.checked_add(u32::from(b.to_ascii_uppercase() - b'A') + 1)?;
            }
            b'0'..=b'9' if column > 0 => {
                digits = true;
                row = row.checked_mul(10)?.checked_add(u32::from(b - b'0'))?;
            }
            _ => return None,
        }
    }
    (row > 0).then_some((column.checked_sub(1)?, row))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses() {
        for (text, wanted) in [
            ("A1", Some((0, 1))),
            ("XFD1048576", Some((16_383, 1_048_576))),
            ("$AB$12", Some((27, 12))),
            ("A0", None),
            ("12", None),
            ("A", None),
            ("A1B", None),
            ("AAAAAAAAAAAAA1", None),
            ("A99999999999", None),
        ] {
            assert_eq!(address(text), wanted, "{text}");
        }
    }
}
