//! Rows in bulk: what a table of millions of rows is told in, instead of an event a row. A text that comes again is told once and
//! then named by its number; a plain number is told as its digits. Nothing is lost: every cell can be shown as it stands.
//!
//! Whoever reads the sheaves trusts none of them: numbers of texts, lengths and counts are looked at before they are used.

use super::{Event, Row, Table};
use std::collections::HashMap;

/// Bytes of rows in a sheaf, after which it is handed on: some thousand rows.
const SHEAF: usize = 64 << 10;
/// Texts that are told once: the codes, units and regions of a customs dump are some twenty thousand. Further ones are told each time.
pub const MOST_TEXTS: usize = 1 << 16;
/// Bytes of a text that is told once. Longer ones are told each time.
const LONGEST_TEXT: usize = 512;
/// Bytes of all texts that are told once.
pub const MOST_TEXT_BYTES: usize = 8 << 20;
/// Cells of a row, as of the widest spreadsheet.
const MOST_CELLS: u64 = 16_384;
/// Digits of a number that is told as such.
const MOST_DIGITS: usize = 18;

/// A number of rows of one table.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Sheaf {
    /// The table that begins with these rows.
    pub table: Option<Table>,
    /// Texts that are told here for the first time; they are numbered from the first sheaf on.
    pub texts: Vec<String>,
    /// The rows.
    pub rows: Packed,
    /// The document ends with these rows, and inside one: its last line has no end and fewer fields than others.
    pub cut: bool,
}

/// Rows as bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

/// What is wrong with a sheaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("rows in bulk: {0}")]
pub struct BadSheaf(pub &'static str);

/// What a cell of a row in bulk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held<'s> {
    /// A text by its number.
    Text(u32),
    /// A plain number.
    Number(Plain),
    /// A text that is told here only.
    Once(&'s str),
}

/// A number as it stands: digits, perhaps a sign before them, perhaps one decimal sign inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Plain {
    /// All digits.
    pub digits: u64,
    /// Digits behind the decimal sign.
    pub decimals: u8,
    /// The decimal sign.
    pub sign: Mark,
    /// A minus stands before it.
    pub negative: bool,
}

/// A decimal sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// There is none.
    None,
    /// `.`
    Point,
    /// `,`
    Comma,
}

impl Mark {
    /// As it stands; none where there is none.
    pub fn char(self) -> Option<char> {
        match self {
            Mark::None => None,
            Mark::Point => Some('.'),
            Mark::Comma => Some(','),
        }
    }
}

impl Plain {
    /// A text as a number, if it can be shown again exactly as it stands.
    pub fn of(text: &[u8]) -> Option<Plain> {
        let (negative, body) = match text {
            [b'-', body @ ..] => (true, body),
            body => (false, body),
        };
        if body.is_empty() || body.len() > MOST_DIGITS + 1 {
            return None;
        }
        let (mut digits, mut sign, mut whole, mut decimals) = (0u64, Mark::None, 0usize, 0u8);
        for &byte in body {
            match byte {
                b'0'..=b'9' => {
                    digits = digits * 10 + u64::from(byte - b'0');
                    if sign == Mark::None { whole += 1 } else { decimals += 1 }
                }
                b'.' | b',' if sign == Mark::None => sign = if byte == b'.' { Mark::Point } else { Mark::Comma },
                _ => return None,
            }
        }
        let shown = whole > 0 && (sign == Mark::None) == (decimals == 0) && whole + usize::from(decimals) <= MOST_DIGITS;
        let padded = whole > 1 && body.first() == Some(&b'0');
        (shown && !padded).then_some(Plain { digits, decimals, sign, negative })
    }

    /// As it stands.
    pub fn show(self) -> String {
        let mut digits = format!("{:0width$}", self.digits, width = usize::from(self.decimals) + 1);
        if let Some(mark) = self.sign.char() {
            digits.insert(digits.len().saturating_sub(usize::from(self.decimals)), mark);
        }
        if self.negative { format!("-{digits}") } else { digits }
    }

    /// Its sign and decimals in one small number.
    fn form(self) -> u64 {
        let mark = match self.sign {
            Mark::None => 0,
            Mark::Point => 1,
            Mark::Comma => 2,
        };
        (u64::from(self.decimals) << 3) | (mark << 1) | u64::from(self.negative)
    }

    fn unpacked(form: u64, digits: u64) -> Option<Plain> {
        let sign = match (form >> 1) & 3 {
            0 => Mark::None,
            1 => Mark::Point,
            2 => Mark::Comma,
            _ => return None,
        };
        let decimals = u8::try_from(form >> 3).ok().filter(|decimals| usize::from(*decimals) <= MOST_DIGITS)?;
        let plain = (sign == Mark::None) == (decimals == 0) && digits < 10u64.pow(MOST_DIGITS as u32);
        plain.then_some(Plain { digits, decimals, sign, negative: form & 1 == 1 })
    }
}

/// Collects rows into sheaves.
pub struct Binder<'s> {
    sink: &'s mut dyn FnMut(Sheaf),
    sheaf: Sheaf,
    numbers: HashMap<Box<[u8]>, u32>,
    text_bytes: usize,
    last: u32,
}

impl<'s> Binder<'s> {
    /// Hands sheaves to `sink`, in order.
    pub fn new(sink: &'s mut dyn FnMut(Sheaf)) -> Binder<'s> {
        Binder { sink, sheaf: Sheaf::default(), numbers: HashMap::new(), text_bytes: 0, last: 0 }
    }

    /// A table begins.
    pub fn table(&mut self, table: Table) {
        self.flush();
        self.last = 0;
        self.sheaf.table = Some(table);
    }

    /// An event of any format; texts outside tables are nobody's here.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Table(table) => self.table(table.clone()),
            Event::Row(row) => {
                let mut cells = row.cells.iter().map(|cell| (cell.column, cell.text.as_bytes()));
                self.row(row.number, &mut cells, |bytes| String::from_utf8_lossy(bytes).into_owned());
            }
            Event::Paragraph { .. } => {}
        }
    }

    /// A row: cells that hold something, in ascending columns, as bytes that `decode` makes a text of. The same bytes are the same text.
    pub fn row(&mut self, number: u32, cells: &mut dyn Iterator<Item = (u32, &[u8])>, mut decode: impl FnMut(&[u8]) -> String) {
        let step = number.saturating_sub(self.last);
        self.last = number;
        self.put(u64::from(step));
        let mut next = 0;
        for (column, bytes) in cells {
            (next..column).for_each(|_| self.put(0));
            next = column.saturating_add(1);
            self.cell(bytes, &mut decode);
        }
        self.put(END);
        if self.sheaf.rows.0.len() >= SHEAF {
            self.flush();
        }
    }

    fn cell(&mut self, bytes: &[u8], decode: &mut impl FnMut(&[u8]) -> String) {
        if let Some(plain) = Plain::of(bytes) {
            self.put((plain.form() << 3) | NUMBER);
            return self.put(plain.digits);
        }
        if let Some(number) = self.numbers.get(bytes) {
            return self.put((u64::from(*number) << 3) | TEXT);
        }
        let text = decode(bytes);
        let fits = text.len() <= LONGEST_TEXT && self.text_bytes + text.len() <= MOST_TEXT_BYTES;
        match u32::try_from(self.numbers.len()) {
            Ok(number) if fits && self.numbers.len() < MOST_TEXTS => {
                self.text_bytes += text.len();
                self.numbers.insert(Box::from(bytes), number);
                self.sheaf.texts.push(text);
                self.put((u64::from(number) << 3) | TEXT);
            }
            _ => {
                self.put(((text.len() as u64) << 3) | ONCE);
                self.sheaf.rows.0.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// Hands on what is left.
    pub fn end(mut self, cut: bool) {
        self.sheaf.cut = cut;
        self.flush();
    }

    fn flush(&mut self) {
        let sheaf = std::mem::take(&mut self.sheaf);
        if sheaf != Sheaf::default() {
            (self.sink)(sheaf);
        }
    }

    /// Seven bits a byte, the lowest first.
    fn put(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.sheaf.rows.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.sheaf.rows.0.push(number as u8);
    }
}

/// What the lowest three bits of a cell's first number say.
const TEXT: u64 = 1;
const NUMBER: u64 = 2;
const ONCE: u64 = 3;
/// Ends a row; an empty cell is 0.
const END: u64 = 4;

/// The texts that sheaves have told so far.
#[derive(Debug, Default)]
pub struct Book {
    texts: Vec<Box<str>>,
    bytes: usize,
}

impl Book {
    /// Takes in the texts of the next sheaf.
    ///
    /// # Errors
    /// More than there may be.
    pub fn take(&mut self, texts: Vec<String>) -> Result<(), BadSheaf> {
        self.bytes += texts.iter().map(String::len).sum::<usize>();
        self.texts.extend(texts.into_iter().map(String::into_boxed_str));
        if self.texts.len() > MOST_TEXTS || self.bytes > MOST_TEXT_BYTES {
            return Err(BadSheaf("more texts than may be told once"));
        }
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// What a cell says.
    pub fn show(&self, held: Held<'_>) -> String {
        match held {
            Held::Text(number) => self.texts.get(number as usize).map(|text| text.to_string()).unwrap_or_default(),
            Held::Number(plain) => plain.show(),
            Held::Once(text) => text.to_owned(),
        }
    }

    /// A row as an event has it.
    pub fn row(&self, number: u32, cells: &[(u32, Held<'_>)]) -> Row {
        let cell =
            |(column, held): &(u32, Held<'_>)| super::Cell { column: *column, text: self.show(*held), ..Default::default() };
        Row { number, cells: cells.iter().map(cell).collect() }
    }
}

/// Walks over the rows of a sheaf.
#[derive(Debug)]
pub struct Rows<'s> {
    rest: &'s [u8],
    texts: usize,
    last: u32,
}

impl Packed {
    /// The rows; `book` has the texts of this sheaf and of those before. Numbers of rows go on from `last`.
    pub fn rows<'s>(&'s self, book: &Book, last: u32) -> Rows<'s> {
        Rows { rest: &self.0, texts: book.len(), last }
    }
}

impl<'s> Rows<'s> {
    /// The next row: its number, its cells into `cells`.
    ///
    /// # Errors
    /// Bytes that are no row.
    pub fn next_into(&mut self, cells: &mut Vec<(u32, Held<'s>)>) -> Result<Option<u32>, BadSheaf> {
        cells.clear();
        if self.rest.is_empty() {
            return Ok(None);
        }
        let step = self.get()?;
        let step = u32::try_from(step).ok().and_then(|step| self.last.checked_add(step));
        self.last = step.ok_or(BadSheaf("a row number beyond all"))?;
        for column in 0..MOST_CELLS as u32 {
            let head = self.get()?;
            match head & 7 {
                0 if head == 0 => {}
                TEXT => {
                    let number = u32::try_from(head >> 3).ok().filter(|number| (*number as usize) < self.texts);
                    cells.push((column, Held::Text(number.ok_or(BadSheaf("a text that was not told"))?)));
                }
                NUMBER => {
                    let digits = self.get()?;
                    let plain = Plain::unpacked(head >> 3, digits).ok_or(BadSheaf("a number that is none"))?;
                    cells.push((column, Held::Number(plain)));
                }
                ONCE => {
                    let length = usize::try_from(head >> 3).map_err(|_| BadSheaf("a text beyond its end"))?;
                    let (text, rest) = self.rest.split_at_checked(length).ok_or(BadSheaf("a text beyond its end"))?;
                    self.rest = rest;
                    let text = std::str::from_utf8(text).map_err(|_| BadSheaf("a text that is none"))?;
                    cells.push((column, Held::Once(text)));
                }
                END if head == END => return Ok(Some(self.last)),
                _ => return Err(BadSheaf("a cell of no kind")),
            }
        }
        // the row of all cells ends here, or has too many
        if self.get()? == END { Ok(Some(self.last)) } else { Err(BadSheaf("a row of too many cells")) }
    }

    /// The number of the last row.
    pub fn last(&self) -> u32 {
        self.last
    }

    fn get(&mut self) -> Result<u64, BadSheaf> {
        let (mut number, mut shift) = (0u64, 0);
        loop {
            let (&byte, rest) = self.rest.split_first().ok_or(BadSheaf("an end inside a row"))?;
            self.rest = rest;
            number |= u64::from(byte & 0x7F).checked_shl(shift).ok_or(BadSheaf("a number beyond all"))?;
            if byte < 0x80 {
                return Ok(number);
            }
            shift += 7;
        }
    }
}

impl serde::Serialize for Packed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Packed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Packed, D::Error> {
        struct Bytes;
        impl serde::de::Visitor<'_> for Bytes {
            type Value = Packed;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Packed, E> {
                Ok(Packed(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests;
