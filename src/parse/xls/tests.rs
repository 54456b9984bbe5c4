//! Workbooks built record by record.

mod broken;
mod cells;
mod samples;
mod strings;

use super::parse;
use super::record::kind;
use crate::parse::{Event, ParseError, Row, Table};
use std::io::{Cursor, Write};

/// A record: kind, length, data.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("data of a record");
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// Little-endian words.
fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A record whose data are words and then bytes.
fn mixed(kind: u16, head: &[u16], tail: &[u8]) -> Vec<u8> {
    record(kind, &[words(head), tail.to_vec()].concat())
}

/// A UTF-16 string with a 16-bit count.
fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    [words(&[units.len() as u16]), vec![1], words(&units)].concat()
}

/// A workbook in the making.
#[derive(Clone)]
struct Book {
    globals: Vec<Vec<u8>>,
    sheets: Vec<(&'static str, u8, Vec<Vec<u8>>)>,
}

impl Book {
    /// Two fonts (the second superscript) and the styles 0 General, 1 `0.0`, 2 General in superscript, 3 `0%`, 4 a date.
    fn new() -> Book {
        let font = |sss| mixed(kind::FONT, &[200, 0, 8, 400, sss], &[0, 0, 204, 0, 5, 0, b'A', b'r', b'i', b'a', b'l']);
        let style = |font, format| mixed(kind::XF, &[font, format], &[0; 16]);
        let mut globals = vec![font(0), font(0), font(0), font(0), font(1)];
        globals.push(mixed(kind::FORMAT, &[164], &wide("#,##0.0")));
        globals.extend([style(0, 0), style(0, 164), style(5, 0), style(0, 9), style(0, 14)]);
        Book { globals, sheets: Vec::new() }
    }

    fn global(mut self, record: Vec<u8>) -> Book {
        self.globals.push(record);
        self
    }

    /// Adds a sheet; `state` is 0 for visible.
    fn sheet(mut self, name: &'static str, state: u8, records: Vec<Vec<u8>>) -> Book {
        self.sheets.push((name, state, records));
        self
    }

    /// The stream `Workbook`.
    fn stream(&self) -> Vec<u8> {
        let bof = |part| mixed(kind::BOF, &[0x0600, part], &[0; 12]);
        let eof = record(kind::EOF, &[]);
        let mut head = [vec![bof(5)], self.globals.clone()].concat().concat();
        let bound = |name: &str, state, offset: usize| {
            let units: Vec<u16> = name.encode_utf16().collect();
            let fixed = [state, 0, units.len() as u8, 1];
            record(kind::BOUNDSHEET, &[&(offset as u32).to_le_bytes()[..], &fixed, &words(&units)].concat())
        };
        let bounds: usize = self.sheets.iter().map(|(name, state, _)| bound(name, *state, 0).len()).sum();
        let mut offset = head.len() + bounds + eof.len();
        let mut tail = Vec::new();
        for (name, state, records) in &self.sheets {
            head.extend(bound(name, *state, offset));
            let sheet = [bof(0x10), records.concat(), eof.clone()].concat();
            offset += sheet.len();
            tail.extend(sheet);
        }
        [head, eof, tail].concat()
    }

    /// The whole file.
    fn file(&self) -> Vec<u8> {
        container("/Workbook", &self.stream())
    }

    fn read(&self) -> Result<Vec<(Table, Vec<Row>)>, ParseError> {
        read(&self.file())
    }

    /// The rows of a workbook of one sheet.
    fn rows(&self) -> Vec<Row> {
        self.read().expect("a readable workbook").remove(0).1
    }

    /// The cells of the first sheet: `A1 text` or `B2 text (raw)`, copies with `< origin`.
    fn cells(&self) -> Vec<String> {
        self.rows().iter().flat_map(cells_of).collect()
    }
}

/// Documents to begin with for whoever throws spoilt ones.
pub fn seeds() -> Vec<Vec<u8>> {
    let number = |row: u16, style, value: f64| mixed(kind::NUMBER, &[row, 1, style], &value.to_le_bytes());
    let label = |row: u16, text: &str| mixed(kind::LABEL, &[row, 0, 0], &wide(text));
    let merged = record(kind::MERGEDCELLS, &words(&[1, 0, 0, 0, 2]));
    let shared = record(kind::SST, &[&[2, 0, 0, 0, 2, 0, 0, 0][..], &wide("январь"), &wide("2020")].concat());
    let pointer = mixed(kind::LABELSST, &[3, 0, 2], &1u32.to_le_bytes());
    let formula = mixed(kind::FORMULA, &[4, 1, 0], &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0]);
    let cells = vec![
        label(0, "Индекс"),
        number(1, 1, 94.3),
        number(2, 3, 0.25),
        pointer,
        formula,
        record(kind::STRING, &wide("=x")),
        merged,
    ];
    let book =
        Book::new().global(shared).sheet("a", 0, cells).sheet("б", 1, vec![mixed(kind::RK, &[0, 0, 1], &374u32.to_le_bytes())]);
    vec![book.file()]
}

fn cells_of(row: &Row) -> Vec<String> {
    let name = |row: u32, column| format!("{}{row}", crate::parse::column_name(column));
    let cell = |cell: &crate::parse::Cell| {
        let raw = cell.raw.as_ref().map(|raw| format!(" ({raw})")).unwrap_or_default();
        let copy = cell.copy_of.map(|(row, column)| format!(" < {}", name(row, column))).unwrap_or_default();
        format!("{} {}{raw}{copy}", name(row.number, cell.column), cell.text)
    };
    row.cells.iter().map(cell).collect()
}

/// An OLE2 file with one stream.
fn container(path: &str, stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    file.create_stream(path).expect("a stream").write_all(stream).expect("written");
    file.flush().expect("flushed");
    file.into_inner().into_inner()
}

/// Tables with their rows.
fn read(bytes: &[u8]) -> Result<Vec<(Table, Vec<Row>)>, ParseError> {
    let mut tables: Vec<(Table, Vec<Row>)> = Vec::new();
    parse(&mut Cursor::new(bytes), &mut |event| match event {
        Event::Table(table) => tables.push((table, Vec::new())),
        Event::Row(row) => tables.last_mut().expect("a table first").1.push(row),
        Event::Paragraph { .. } => panic!("no paragraphs in workbooks"),
    })?;
    Ok(tables)
}
