//! A story (the text, the footnotes) character by character.

use super::Document;
use super::formatting::{Look, Place};
use super::pieces::{Change, Piece};
use crate::parse::ParseError;
use crate::parse::flow::Flow;

/// Characters that are something else than a letter ([MS-DOC] 2.4.1, 2.8.25).
mod special {
    #![allow(missing_docs)]
    pub const NOTE: char = '\u{2}';
    pub const CELL_END: char = '\u{7}';
    pub const TAB: char = '\u{9}';
    pub const LINE_BREAK: char = '\u{B}';
    pub const PAGE_BREAK: char = '\u{C}';
    pub const PARAGRAPH_END: char = '\u{D}';
    pub const COLUMN_BREAK: char = '\u{E}';
    pub const FIELD_BEGIN: char = '\u{13}';
    pub const FIELD_RESULT: char = '\u{14}';
    pub const FIELD_END: char = '\u{15}';
    pub const HYPHEN: char = '\u{1E}';
    pub const OPTIONAL_HYPHEN: char = '\u{1F}';
    pub const SYMBOL: char = '(';
}

/// How far a story is read.
struct Story<'d, 'f, 's> {
    document: &'d Document,
    flow: &'f mut Flow<'s>,
    /// Text of one look that is not handed on yet.
    text: String,
    look: Look,
    /// The fields that are open: whether their instruction, which is not shown, is still going on.
    fields: Vec<bool>,
    /// How many instructions are going on.
    instructions: usize,
    /// Footnotes and endnotes so far.
    notes: (u32, u32),
    /// The first half of a character of four bytes.
    half: Option<u16>,
}

/// Reads the characters from the first to the one behind the last.
///
/// # Errors
/// Text outside the stream, or a limit.
pub fn read(document: &Document, (start, end): (u32, u32), flow: &mut Flow<'_>) -> Result<(), ParseError> {
    let mut story = Story {
        document,
        flow,
        text: String::new(),
        look: Look::default(),
        fields: Vec::new(),
        instructions: 0,
        notes: (0, 0),
        half: None,
    };
    let mut read = start;
    for piece in document.pieces.within(start, end) {
        let (from, to) = (piece.characters.0.max(start), piece.characters.1.min(end));
        story.piece(piece, from, to)?;
        read = to;
    }
    if read < end {
        let seen = format!("pieces that end at {read}");
        return Err(ParseError::malformed("piece table", seen, format!("pieces up to character {end}")));
    }
    story.hand_on()?;
    story.flow.end_paragraph(0)
}

impl Story<'_, '_, '_> {
    fn piece(&mut self, piece: &Piece, from: u32, to: u32) -> Result<(), ParseError> {
        let place = |character: u32| {
            let behind = u64::from(character - piece.characters.0) * u64::from(piece.step());
            u32::try_from(u64::from(piece.place) + behind).unwrap_or(u32::MAX)
        };
        let change = self.document.pieces.formatting(piece);
        let (mut at, end) = (place(from), place(to));
        let mut character = from;
        while at < end {
            let run = self.document.characters.at(&self.document.main, at);
            let stop = run.end.max(at.saturating_add(piece.step())).min(end);
            let bytes = self.document.main.get(at as usize..stop as usize).ok_or_else(|| self.outside(at, stop))?;
            self.change_look(Look::read(run.changes, change, &self.document.data))?;
            for (index, c) in (0..).zip(self.characters(bytes, piece.wide)) {
                let step = index * piece.step();
                self.character(c, character + index, (at + step, change))?;
            }
            character += (stop - at) / piece.step();
            at = stop;
        }
        Ok(())
    }

    /// Bytes → one character for each position of the text; the second half of a character of four bytes is U+0000.
    fn characters(&mut self, bytes: &[u8], wide: bool) -> Vec<char> {
        if !wide {
            return self.document.charset.decode(bytes).chars().collect();
        }
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        units.map(|unit| self.unit(unit)).collect()
    }

    fn unit(&mut self, unit: u16) -> char {
        let first = self.half.take();
        match char::decode_utf16(first.into_iter().chain([unit])).next() {
            Some(Ok(c)) => c,
            _ if (0xD800..0xDC00).contains(&unit) => {
                self.half = Some(unit);
                '\0'
            }
            _ => char::REPLACEMENT_CHARACTER,
        }
    }

    fn character(&mut self, c: char, number: u32, at: (u32, Change<'_>)) -> Result<(), ParseError> {
        match c {
            special::CELL_END | special::PARAGRAPH_END | special::PAGE_BREAK => self.end(c, at)?,
            special::FIELD_BEGIN => self.begin_field(),
            special::FIELD_RESULT | special::FIELD_END => self.end_instruction(c == special::FIELD_RESULT),
            _ if self.look.hidden || self.instructions > 0 => {}
            special::NOTE => self.note(number)?,
            special::TAB => self.text.push('\t'),
            special::LINE_BREAK | special::COLUMN_BREAK => self.text.push('\n'),
            special::HYPHEN => self.text.push('-'),
            special::OPTIONAL_HYPHEN => {}
            special::SYMBOL => self.text.push(self.look.symbol.unwrap_or(c)),
            c if c.is_control() => {}
            c => self.text.push(c),
        }
        Ok(())
    }

    fn begin_field(&mut self) {
        self.fields.push(true);
        self.instructions += 1;
    }

    /// The instruction of the innermost field ends, if it is still going on; its result follows, or the field ends.
    fn end_instruction(&mut self, result: bool) {
        let Some(instruction) = self.fields.pop() else { return };
        self.instructions -= usize::from(instruction);
        if result {
            self.fields.push(false);
        }
    }

    /// A paragraph, a cell or a row ends. An instruction of a field that goes on over it is none: its field was never closed.
    fn end(&mut self, mark: char, (at, change): (u32, Change<'_>)) -> Result<(), ParseError> {
        self.hand_on()?;
        self.fields.retain(|instruction| !instruction);
        self.instructions = 0;
        let run = self.document.paragraphs.at(&self.document.main, at);
        let place = Place::read(run.changes, change, &self.document.data);
        match mark {
            special::CELL_END if place.row_end => self.flow.end_row(place.depth, &place.cells),
            special::CELL_END => self.flow.end_cell(place.depth),
            _ if place.row_end => self.flow.end_row(place.depth, &place.cells),
            _ if place.inner_cell_end => self.flow.end_cell(place.depth),
            _ => self.flow.end_paragraph(place.depth),
        }
    }

    /// The mark of a note is not in the text: it is the number of the note.
    fn note(&mut self, number: u32) -> Result<(), ParseError> {
        let endnote = self.document.endnotes.binary_search(&number).is_ok();
        let count = if endnote { &mut self.notes.1 } else { &mut self.notes.0 };
        *count += 1;
        let mark = count.to_string();
        self.hand_on()?;
        self.flow.text(&mark, true)
    }

    fn change_look(&mut self, look: Look) -> Result<(), ParseError> {
        if look.raised != self.look.raised {
            self.hand_on()?;
        }
        self.look = look;
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), ParseError> {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() { Ok(()) } else { self.flow.text(&text, self.look.raised) }
    }

    fn outside(&self, from: u32, to: u32) -> ParseError {
        let seen = format!("text at {from} to {to} of a stream of {} bytes", self.document.main.len());
        ParseError::malformed(self.flow.place(), seen, "text inside the stream")
    }
}
