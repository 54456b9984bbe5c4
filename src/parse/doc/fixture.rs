//! Small documents for tests, written from characters, looks and rows.

use super::parse;
use crate::parse::flow::tests::lines;
use crate::parse::{Event, ParseError};
use std::io::{Cursor, Write};

/// A document in the making.
#[derive(Clone)]
pub struct Doc {
    /// Runs of the main text: text and formatting of its characters.
    runs: Vec<(String, Vec<u8>)>,
    /// Formatting of paragraphs, by the number of their last character.
    paragraphs: Vec<(usize, Vec<u8>)>,
    pub notes: String,
    pub flags: u16,
    pub version: u16,
    pub language: u16,
    /// The charset of a text of one byte a character.
    pub compressed: Option<&'static encoding_rs::Encoding>,
}

/// A change with its operand.
pub fn sprm(code: u16, operand: &[u8]) -> Vec<u8> {
    [&code.to_le_bytes()[..], operand].concat()
}

/// The end of a row with cells of these edges; flags of a cell as in its description.
pub fn row_end(edges: &[i16], flags: &[u16]) -> Vec<u8> {
    let mut table = vec![(edges.len() - 1) as u8];
    table.extend(edges.iter().flat_map(|edge| edge.to_le_bytes()));
    table.extend(flags.iter().flat_map(|flag| [&flag.to_le_bytes()[..], &[0; 18]].concat()));
    let operand = [&(table.len() as u16 + 1).to_le_bytes()[..], &table].concat();
    [sprm(0x2416, &[1]), sprm(0x2417, &[1]), sprm(0xD608, &operand)].concat()
}

impl Doc {
    pub fn new() -> Doc {
        let (runs, paragraphs, notes) = (Vec::new(), Vec::new(), String::new());
        Doc { runs, paragraphs, notes, flags: 0x0200, version: 0xC1, language: 0x0419, compressed: None }
    }

    /// Adds characters of one look.
    pub fn text(mut self, text: &str, look: &[u8]) -> Doc {
        self.runs.push((text.to_owned(), look.to_vec()));
        self
    }

    /// The mark that ends a paragraph, a cell or a row, with its formatting.
    pub fn mark(mut self, mark: char, formatting: &[u8]) -> Doc {
        self.runs.push((mark.to_string(), Vec::new()));
        self.paragraphs.push((self.length(), formatting.to_vec()));
        self
    }

    /// A row of plain cells.
    pub fn row(mut self, cells: &[&str], edges: &[i16], flags: &[u16]) -> Doc {
        for cell in cells {
            self = self.text(cell, &[]).mark('\u{7}', &sprm(0x2416, &[1]));
        }
        self.mark('\u{7}', &row_end(edges, flags))
    }

    fn length(&self) -> usize {
        self.runs.iter().map(|(text, _)| text.encode_utf16().count()).sum()
    }

    fn bytes(&self, text: &str) -> Vec<u8> {
        match self.compressed {
            Some(encoding) => encoding.encode(text).0.into_owned(),
            None => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        }
    }

    /// The stream `WordDocument` and the table stream.
    pub fn streams(&self) -> (Vec<u8>, Vec<u8>) {
        let step = if self.compressed.is_some() { 1 } else { 2 };
        let text: String = self.runs.iter().map(|(text, _)| text.as_str()).collect();
        let (count, notes) = (self.length(), self.notes.encode_utf16().count());
        let mut main = vec![0; 2048];
        let start = main.len();
        main.extend(self.bytes(&(text + &self.notes)));
        main.resize(main.len().next_multiple_of(512), 0);
        let mut at = start;
        let ends = self.runs.iter().map(|(text, look)| {
            at += text.encode_utf16().count() * step;
            (at, look.clone())
        });
        let characters = pages(&mut main, start, ends.collect(), false);
        let ends = self.paragraphs.iter().map(|(end, formatting)| (start + end * step, formatting.clone()));
        let paragraphs = pages(&mut main, start, ends.collect(), true);
        let place = if step == 1 { (start as u32 * 2) | 0x4000_0000 } else { start as u32 };
        let piece = [&[0, 0][..], &place.to_le_bytes(), &[0, 0]].concat();
        let plc = [&0u32.to_le_bytes()[..], &((count + notes) as u32).to_le_bytes(), &piece].concat();
        let pieces = [&[2][..], &(plc.len() as u32).to_le_bytes(), &plc].concat();
        let mut table = Vec::new();
        let mut parts = vec![(0u32, 0u32); 93];
        for (part, content) in [(12, characters), (13, paragraphs), (33, pieces)] {
            parts[part] = (table.len() as u32, content.len() as u32);
            table.extend(content);
        }
        self.head(&mut main, count as u32, notes as u32, &parts);
        (main, table)
    }

    fn head(&self, main: &mut [u8], count: u32, notes: u32, parts: &[(u32, u32)]) {
        let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
        for (at, word) in [(0, 0xA5EC), (2, self.version), (6, self.language), (10, self.flags), (32, 14), (62, 22), (152, 93)] {
            put(at, &word.to_le_bytes());
        }
        put(76, &count.to_le_bytes());
        put(80, &notes.to_le_bytes());
        for (index, (place, length)) in parts.iter().enumerate() {
            put(154 + 8 * index, &[place.to_le_bytes(), length.to_le_bytes()].concat());
        }
    }

    /// The whole file.
    pub fn file(&self) -> Vec<u8> {
        let (main, table) = self.streams();
        file(&[("/WordDocument", &main), ("/1Table", &table)])
    }

    pub fn read(&self) -> Result<Vec<String>, ParseError> {
        read(&self.file())
    }
}

/// Writes pages of formatting, a page for some runs, and says where they lie.
fn pages(main: &mut Vec<u8>, start: usize, runs: Vec<(usize, Vec<u8>)>, paragraphs: bool) -> Vec<u8> {
    let (mut starts, mut numbers) = (vec![start as u32], Vec::new());
    for run in runs.chunks(1) {
        let (end, list) = &run[0];
        let mut page = [0u8; 512];
        page[..4].copy_from_slice(&starts.last().unwrap().to_le_bytes());
        page[4..8].copy_from_slice(&(*end as u32).to_le_bytes());
        page[8] = 20;
        let head = if paragraphs { vec![0, list.len().div_ceil(2) as u8 + 1, 0, 0] } else { vec![list.len() as u8] };
        page[40..40 + head.len()].copy_from_slice(&head);
        page[40 + head.len()..40 + head.len() + list.len()].copy_from_slice(list);
        page[511] = 1;
        numbers.push((main.len() / 512) as u32);
        main.extend(page);
        starts.push(*end as u32);
    }
    starts.into_iter().chain(numbers).flat_map(u32::to_le_bytes).collect()
}

/// An OLE2 file.
pub fn file(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    for (path, content) in streams {
        file.create_stream(path).expect("a stream").write_all(content).expect("written");
    }
    file.flush().expect("flushed");
    file.into_inner().into_inner()
}

pub fn read(bytes: &[u8]) -> Result<Vec<String>, ParseError> {
    let mut events: Vec<Event> = Vec::new();
    parse(&mut Cursor::new(bytes), &mut |event| events.push(event))?;
    Ok(lines(&events))
}
