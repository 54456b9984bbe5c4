//! BIFF8: the workbook of Excel 97–2004 (`.xls`), a stream of records inside an OLE2 container ([MS-XLS]).
//!
//! We read the records ourselves because the displayed decimals (number formats) and the superscript runs decide what a
//! figure and its footnote marks are. A sheet is buffered, as its records may come in any order, and dropped before the next.

mod fill;
mod globals;
mod grid;
mod record;
mod sheet;
#[cfg(test)]
pub(super) mod tests;
mod text;

use super::ole::Ole;
use super::{Event, Input, ParseError, Table};
use globals::{Globals, Sheet};
use record::Records;
use std::collections::BTreeMap;

/// Text handed out for one document. Cells share strings and merges repeat them, so that a small file can say far more than
/// its size; the largest real workbooks stay below a tenth of this.
const MAX_TEXT: u64 = 256 << 20;

/// Reads a BIFF8 workbook: a table per worksheet, then its rows in ascending order.
///
/// # Errors
/// [`ParseError::Encrypted`] for a workbook under a password, [`ParseError::TooLarge`] beyond our limits,
/// [`ParseError::Malformed`] for anything that is not BIFF8 (BIFF5 and older, HTML or ZIP under the name `.xls`) or breaks off.
pub fn parse(input: &mut dyn Input, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    let stream = Ole::open(input)?.main_stream("Workbook", "BIFF8, Excel 97 or later")?;
    let globals = globals::read(&stream)?;
    let mut emitter = Emitter { sink, text: 0, read: BTreeMap::new(), stream: &stream };
    let worksheets = globals.sheets.iter().filter(|sheet| sheet.worksheet);
    for (number, sheet) in (1..).zip(worksheets) {
        emitter.sheet(&globals, sheet, number)?;
    }
    Ok(())
}

/// Hands out sheets and keeps count of what they cost.
struct Emitter<'a> {
    sink: &'a mut dyn FnMut(Event),
    /// Bytes of text handed out so far.
    text: u64,
    /// Parts of the stream that were read as sheets: where each begins and ends.
    read: BTreeMap<usize, usize>,
    stream: &'a [u8],
}

impl Emitter<'_> {
    fn sheet(&mut self, globals: &Globals, sheet: &Sheet, number: u32) -> Result<(), ParseError> {
        let part = format!("sheet {:?}", sheet.name);
        let mut records = Records::at(self.stream, sheet.offset, &part)?;
        let mut grid = sheet::read(&mut records, globals)?;
        self.claim(sheet, records.offset())?;
        fill::merges(&mut grid, &sheet.name)?;
        let table = Table { sheet: sheet.name.clone(), caption: None, number, hidden: sheet.hidden, page: None };
        (self.sink)(Event::Table(table));
        for row in grid.rows(globals) {
            self.text += row.cells.iter().map(|cell| cell.text.len() as u64).sum::<u64>();
            if self.text > MAX_TEXT {
                let place = format!("sheet {:?}, row {}", sheet.name, row.number);
                return Err(ParseError::TooLarge { place, what: "the text of the document".to_owned(), limit: MAX_TEXT });
            }
            (self.sink)(Event::Row(row));
        }
        Ok(())
    }

    /// Sheets share no records: otherwise a small file could name the same ones without end.
    fn claim(&mut self, sheet: &Sheet, end: usize) -> Result<(), ParseError> {
        let before = self.read.range(..=sheet.offset).next_back().is_some_and(|(_, end)| *end > sheet.offset);
        let behind = self.read.range(sheet.offset..).next().is_some_and(|(start, _)| *start < end);
        if before || behind {
            let place = format!("sheet {:?}, at 0x{:X}", sheet.name, sheet.offset);
            return Err(ParseError::malformed(place, "records of another sheet", "records of its own"));
        }
        self.read.insert(sheet.offset, end);
        Ok(())
    }
}
