//! The piece table ([MS-DOC] 2.8.35): which characters of the document lie where in the stream.

use super::{u16_at, u32_at};
use crate::parse::ParseError;

/// First byte of a part of the piece table: formatting that pieces share, or the pieces.
const SHARED: u8 = 1;
const PIECES: u8 = 2;
/// Bytes of a piece besides its position.
const PIECE: usize = 8;
/// Marks a piece of one byte a character; its place is then given doubled.
const COMPRESSED: u32 = 0x4000_0000;
/// A document may refer to the same stretch of text several times after it was saved quickly, but not without end: so many
/// characters for each byte of the stream.
const CHARACTERS_A_BYTE: u64 = 4;

const PLACE: &str = "piece table";

/// One stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its first character, counted through the document, and the one behind its last.
    pub characters: (u32, u32),
    /// Where it begins in the stream.
    pub place: u32,
    /// Two bytes a character, else one.
    pub wide: bool,
    /// Formatting of all its characters and paragraphs; see [`Pieces::formatting`].
    change: u16,
}

/// All pieces in the order of the text.
#[derive(Debug, Default)]
pub struct Pieces {
    list: Vec<Piece>,
    shared: Vec<Vec<u8>>,
}

impl Piece {
    /// Bytes that a character takes.
    pub fn step(&self) -> u32 {
        if self.wide { 2 } else { 1 }
    }
}

impl Pieces {
    /// Reads the piece table of a document whose stream has `length` bytes.
    ///
    /// # Errors
    /// A table that breaks off, is out of order, or says far more than the stream can hold.
    pub fn read(mut clx: &[u8], length: usize) -> Result<Pieces, ParseError> {
        let mut pieces = Pieces::default();
        while let [SHARED, rest @ ..] = clx {
            let size = u16_at(rest, 0).map(usize::from);
            let whole = size.and_then(|size| Some((rest.get(2..2 + size)?, rest.get(2 + size..)?)));
            let (shared, behind) = whole.ok_or_else(|| broken("formatting that breaks off"))?;
            pieces.shared.push(shared.to_vec());
            clx = behind;
        }
        let [PIECES, rest @ ..] = clx else { return Err(broken("no pieces")) };
        let size = u32_at(rest, 0).map(|size| size as usize);
        let plc = size.and_then(|size| rest.get(4..4usize.checked_add(size)?)).ok_or_else(|| broken("pieces that break off"))?;
        pieces.list = listed(plc)?;
        let characters = |piece: &Piece| u64::from(piece.characters.1 - piece.characters.0);
        if pieces.list.iter().map(characters).sum::<u64>() > CHARACTERS_A_BYTE * length as u64 {
            return Err(broken("more characters than the stream can hold"));
        }
        Ok(pieces)
    }

    /// The pieces that hold characters from `start` to `end`.
    pub fn within(&self, start: u32, end: u32) -> impl Iterator<Item = &Piece> {
        let first = self.list.partition_point(|piece| piece.characters.1 <= start);
        self.list.iter().skip(first).take_while(move |piece| piece.characters.0 < end)
    }

    /// All pieces.
    pub fn iter(&self) -> impl Iterator<Item = &Piece> {
        self.list.iter()
    }

    /// What a piece changes of all its characters and paragraphs: a list of changes, or one of the short codes and its value.
    pub fn formatting(&self, piece: &Piece) -> Change<'_> {
        let upper = piece.change >> 8;
        match piece.change {
            0 => Change::None,
            change if change & 1 == 1 => {
                self.shared.get(usize::from(change >> 1)).map_or(Change::None, |list| Change::List(list))
            }
            change => Change::Short(((change >> 1) & 0x7F) as u8, upper as u8),
        }
    }
}

/// What a piece changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// Nothing.
    None,
    /// Changes as they stand in pages of formatting.
    List(&'a [u8]),
    /// A short code ([MS-DOC] 2.9.214) and its value.
    Short(u8, u8),
}

fn listed(plc: &[u8]) -> Result<Vec<Piece>, ParseError> {
    let positions = positions(plc, PIECE);
    let table = 4 * positions.len();
    let pieces = positions.windows(2).enumerate().map(|(index, pair)| {
        let at = table + PIECE * index;
        let (place, change) = u32_at(plc, at + 2).zip(u16_at(plc, at + 6)).ok_or_else(|| broken("pieces that break off"))?;
        let (from, to) = match pair {
            [from, to] if from <= to => (*from, *to),
            _ => return Err(broken("pieces out of order")),
        };
        let wide = place & COMPRESSED == 0;
        let place = if wide { place } else { (place & !COMPRESSED) / 2 };
        Ok(Piece { characters: (from, to), place, wide, change })
    });
    pieces.collect()
}

/// The positions of a list that keeps so many bytes for each position but the last.
pub fn positions(plc: &[u8], bytes: usize) -> Vec<u32> {
    let count = plc.len().saturating_sub(4) / (4 + bytes);
    let positions = if plc.len() < 4 { 0 } else { count + 1 };
    (0..positions).filter_map(|index| u32_at(plc, 4 * index)).collect()
}

fn broken(seen: &str) -> ParseError {
    ParseError::malformed(PLACE, seen, "pieces of the text in order")
}
