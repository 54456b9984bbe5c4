//! The records of one worksheet.

use super::globals::{self, Globals};
use super::grid::{Grid, Merge, Slot, Value};
use super::record::{Fields, Record, Records, kind};
use super::text::{self, Text};
use crate::parse::ParseError;

/// Kind of the part of a stream that is a worksheet.
const WORKSHEET: u16 = 0x0010;

/// Where a cell stands and the number of its style.
#[derive(Clone, Copy)]
struct Head {
    row: u16,
    column: u16,
    style: u16,
}

/// What a FORMULA record keeps of its last calculation.
enum Cached {
    Value(Value),
    /// The STRING record that follows.
    Text,
    Empty,
}

/// Reads a worksheet from its BOF to its EOF record. Charts inside it are passed over.
///
/// # Errors
/// [`ParseError::Malformed`] for a record that ends early or names what is not there.
pub fn read(records: &mut Records, globals: &Globals) -> Result<Grid, ParseError> {
    let first = records.next()?;
    let part = globals::version(&first)?;
    if part != WORKSHEET {
        return Err(first.malformed(format!("a part of kind 0x{part:04X}"), "a worksheet (0x0010)"));
    }
    let mut sheet = Reader { grid: Grid::default(), globals, waiting: None };
    let mut depth = 0u32;
    loop {
        let record = records.next()?;
        match (record.kind, depth) {
            (kind::EOF, 0) => {
                sheet.nothing_waits(&record)?;
                return Ok(sheet.grid);
            }
            (kind::EOF, _) => depth -= 1,
            (kind::BOF, _) => depth = depth.saturating_add(1),
            (_, 0) => sheet.take(&record)?,
            _ => {}
        }
    }
}

struct Reader<'g> {
    grid: Grid,
    globals: &'g Globals,
    /// A formula whose text comes in the next STRING record.
    waiting: Option<Head>,
}

impl Reader<'_> {
    fn take(&mut self, record: &Record) -> Result<(), ParseError> {
        match record.kind {
            // These may stand between a formula and its text.
            kind::SHRFMLA | kind::ARRAY | kind::TABLE => return Ok(()),
            kind::STRING => return self.string(record),
            _ => self.nothing_waits(record)?,
        }
        let mut fields = record.fields();
        match record.kind {
            kind::LABELSST => self.shared(&mut fields),
            kind::LABEL => {
                let head = head(&mut fields)?;
                let text = Text::plain(text::long(&mut fields)?);
                self.text(record, head, text)
            }
            kind::RSTRING => {
                let head = head(&mut fields)?;
                let text = text::rstring(&mut fields, &|font| self.globals.raised(font))?;
                self.text(record, head, text)
            }
            kind::NUMBER => {
                let head = head(&mut fields)?;
                self.number(record, head, f64::from_le_bytes(fields.array()?))
            }
            kind::RK => {
                let head = head(&mut fields)?;
                self.number(record, head, rk(fields.u32()?))
            }
            kind::MULRK => self.several(&mut fields),
            kind::BOOLERR => {
                let head = head(&mut fields)?;
                let (code, is_error) = (fields.u8()?, fields.u8()? != 0);
                self.put(record, head, word(record, code, is_error)?)
            }
            kind::FORMULA => self.formula(&mut fields),
            kind::MERGEDCELLS => self.merges(&mut fields),
            _ => Ok(()),
        }
    }

    fn shared(&mut self, fields: &mut Fields) -> Result<(), ParseError> {
        let (head, index) = (head(fields)?, fields.u32()?);
        match self.globals.string(index) {
            None => Err(fields.record().malformed(format!("string {index}"), "a string of the shared table")),
            Some(text) if text.is_empty() => Ok(()),
            Some(_) => self.put(fields.record(), head, Value::Shared(index)),
        }
    }

    fn several(&mut self, fields: &mut Fields) -> Result<(), ParseError> {
        let (row, first) = (fields.u16()?, fields.u16()?);
        // Six bytes a cell, then the last column.
        let count = fields.left().saturating_sub(2) / 6;
        for index in 0..count {
            let (style, value) = (fields.u16()?, rk(fields.u32()?));
            let column = u16::try_from(usize::from(first) + index).unwrap_or(u16::MAX);
            self.number(fields.record(), Head { row, column, style }, value)?;
        }
        let last = fields.u16()?;
        if usize::from(first) + count == usize::from(last) + 1 {
            return Ok(());
        }
        Err(fields.record().malformed(format!("{count} cells"), format!("one for each of the columns {first} to {last}")))
    }

    fn formula(&mut self, fields: &mut Fields) -> Result<(), ParseError> {
        let head = head(fields)?;
        let record = fields.record();
        match cached(record, fields.array()?)? {
            Cached::Value(Value::Number(value)) => self.number(record, head, value),
            Cached::Value(value) => self.put(record, head, value),
            Cached::Empty => Ok(()),
            Cached::Text => {
                self.waiting = Some(head);
                Ok(())
            }
        }
    }

    fn string(&mut self, record: &Record) -> Result<(), ParseError> {
        match self.waiting.take() {
            Some(head) => self.text(record, head, Text::plain(text::long(&mut record.fields())?)),
            None => Err(record.malformed("that record", "a formula before it")),
        }
    }

    fn nothing_waits(&self, record: &Record) -> Result<(), ParseError> {
        match self.waiting {
            None => Ok(()),
            Some(_) => Err(record.malformed("that record", "the text of the formula before it (STRING)")),
        }
    }

    fn merges(&mut self, fields: &mut Fields) -> Result<(), ParseError> {
        for _ in 0..fields.u16()? {
            let (top, bottom, left, right) = (fields.u16()?, fields.u16()?, fields.u16()?, fields.u16()?);
            if top > bottom || left > right {
                let seen = format!("rows {top} to {bottom}, columns {left} to {right}");
                return Err(fields.record().malformed(seen, "a merge from top left to bottom right"));
            }
            self.grid.merges.push(Merge { first: (top, left), last: (bottom, right) });
        }
        Ok(())
    }

    fn number(&mut self, record: &Record, head: Head, value: f64) -> Result<(), ParseError> {
        if !value.is_finite() {
            return Err(record.malformed(value.to_string(), "a finite number"));
        }
        self.put(record, head, Value::Number(value))
    }

    fn text(&mut self, record: &Record, head: Head, text: Text) -> Result<(), ParseError> {
        if text.is_empty() { Ok(()) } else { self.put(record, head, Value::Text(text)) }
    }

    fn put(&mut self, record: &Record, head: Head, value: Value) -> Result<(), ParseError> {
        if self.globals.style(head.style).is_none() {
            return Err(record.malformed(format!("style {}", head.style), "the number of an XF record"));
        }
        self.grid.put(head.row, head.column, Slot { value, style: head.style });
        Ok(())
    }
}

fn head(fields: &mut Fields) -> Result<Head, ParseError> {
    Ok(Head { row: fields.u16()?, column: fields.u16()?, style: fields.u16()? })
}

/// A number in 30 bits: an integer or the upper half of a double; divided by 100 if so flagged. The division is the last
/// step and rounds once, so that 8260 / 100 is the double 82.6 ([MS-XLS] 2.5.217).
fn rk(bits: u32) -> f64 {
    let value = if bits & 2 != 0 { f64::from(bits.cast_signed() >> 2) } else { f64::from_bits(u64::from(bits & !3) << 32) };
    if bits & 1 != 0 { value / 100.0 } else { value }
}

fn cached(record: &Record, bytes: [u8; 8]) -> Result<Cached, ParseError> {
    let [what, _, code, _, _, _, 0xFF, 0xFF] = bytes else {
        return Ok(Cached::Value(Value::Number(f64::from_le_bytes(bytes))));
    };
    match what {
        0 => Ok(Cached::Text),
        1 | 2 => word(record, code, what == 2).map(Cached::Value),
        3 => Ok(Cached::Empty),
        other => Err(record.malformed(format!("a result of kind {other}"), "a number, text, truth value, error or nothing")),
    }
}

/// Truth values and errors ([MS-XLS] 2.5.10) as displayed.
fn word(record: &Record, code: u8, is_error: bool) -> Result<Value, ParseError> {
    let word = match (is_error, code) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, 0x2A) => "#N/A",
        (true, 0x2B) => "#GETTING_DATA",
        (true, other) => return Err(record.malformed(format!("error 0x{other:02X}"), "a known error value")),
    };
    Ok(Value::Word(word))
}
