//! Merged cells. They stand behind the rows in a sheet's XML, so a first pass over the bytes looks for them.

use super::cells::{MAX_COLUMNS, MAX_ROW_TEXT, address};
use crate::parse::{Cell, ParseError};
use crate::unpack::read_error;
use memchr::{memchr, memmem};
use std::io::Read;

/// Merges of a sheet; real ones have some hundreds.
const MAX_MERGES: usize = 100_000;
/// Copies of merged cells considered per sheet; real ones have some thousands.
const MAX_COPIES: u64 = 2_000_000;
/// A merge no wider than this is filled whole; a wider one (a title over all 16 384 columns) up to the row's last cell.
const WIDE: u32 = 512;
/// Bytes of XML looked at together.
const CHUNK: usize = 64 << 10;
/// A `mergeCell` tag longer than this is no such tag.
const LONGEST_TAG: usize = 1024;
const NEEDLE: &[u8] = b"mergeCell";

/// A merged range, rows from 1, columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    top: u32,
    left: u32,
    bottom: u32,
    right: u32,
}

/// The merges of a sheet while its rows pass by.
#[derive(Debug, Default)]
pub struct Merges {
    /// Not yet reached, the next one last.
    waiting: Vec<Range>,
    /// Reached, with their origin's cell.
    open: Vec<(Range, Cell)>,
    copies: u64,
}

impl Merges {
    /// Finds the merges in a sheet's part, whatever prefix its elements have.
    ///
    /// # Errors
    /// The part cannot be unpacked, or has too many merges.
    pub fn find<R: Read>(mut part: R, place: &str) -> Result<Merges, ParseError> {
        let (mut buffer, mut filled) = (vec![0; CHUNK], 0);
        let mut waiting = Vec::new();
        let finder = memmem::Finder::new(NEEDLE);
        loop {
            let space = buffer.get_mut(filled..).unwrap_or_default();
            let count = part.read(space).map_err(|error| super::xml::unpacked(read_error(place, &error)))?;
            if count == 0 {
                break;
            }
            filled += count;
            let seen = scan(buffer.get(..filled).unwrap_or_default(), &finder, &mut waiting);
            if waiting.len() > MAX_MERGES {
                return Err(too_many(place, "the number of merges", MAX_MERGES as u64));
            }
            buffer.copy_within(seen..filled, 0);
            filled -= seen;
        }
        waiting.sort_unstable_by(|a: &Range, b| b.cmp(a));
        Ok(Merges { waiting, open: Vec::new(), copies: 0 })
    }

    /// How many merges are not yet reached.
    #[cfg(test)]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Fills the copies into a row. `width` is one past the last column that the row mentions.
    ///
    /// # Errors
    /// Too many copies in the sheet.
    pub fn fill(&mut self, row: u32, width: u32, cells: &mut Vec<Cell>, place: &str) -> Result<(), ParseError> {
        self.reach(row, cells);
        if self.open.is_empty() {
            return Ok(());
        }
        let own = cells.len();
        let mut text = 0;
        for (range, origin) in &self.open {
            let right = if range.right - range.left < WIDE { range.right } else { range.right.min(width.saturating_sub(1)) };
            self.copies += u64::from((right + 1).saturating_sub(range.left));
            if self.copies > MAX_COPIES {
                return Err(too_many(place, "the number of cells in merges", MAX_COPIES));
            }
            for column in range.left..=right {
                if cells.get(..own).unwrap_or_default().binary_search_by_key(&column, |cell| cell.column).is_err() {
                    text += origin.text.len();
                    cells.push(Cell { column, ..origin.clone() });
                }
                if text > MAX_ROW_TEXT {
                    return Err(too_many(place, "the text of a row in bytes", MAX_ROW_TEXT as u64));
                }
            }
        }
        cells.sort_by_key(|cell| cell.column);
        cells.dedup_by_key(|cell| cell.column);
        Ok(())
    }

    /// Closes the merges that end above a row and opens those that begin in it, if their origin holds something.
    fn reach(&mut self, row: u32, cells: &[Cell]) {
        self.open.retain(|(range, _)| range.bottom >= row);
        while let Some(range) = self.waiting.pop_if(|range| range.top <= row) {
            let origin = cells.iter().find(|cell| cell.column == range.left && range.top == row);
            if let Some(origin) = origin {
                self.open.push((range, Cell { copy_of: Some((row, range.left)), ..origin.clone() }));
            }
        }
    }
}

/// Takes the whole tags in `bytes`; returns how many bytes are done with.
fn scan(bytes: &[u8], finder: &memmem::Finder<'_>, found: &mut Vec<Range>) -> usize {
    let mut at = 0;
    while let Some(start) = bytes.get(at..).and_then(|rest| finder.find(rest)).map(|offset| at + offset) {
        let rest = bytes.get(start..).unwrap_or_default();
        match memchr(b'>', rest) {
            Some(end) => {
                found.extend(rest.get(..end).and_then(range_of));
                at = start + NEEDLE.len();
            }
            None if rest.len() > LONGEST_TAG => at = start + NEEDLE.len(),
            None => return start,
        }
    }
    at.max((bytes.len() + 1).saturating_sub(NEEDLE.len()))
}

/// The range of a tag `mergeCell ref="A1:B2"/`. `mergeCells` and broken ranges are passed over.
fn range_of(tag: &[u8]) -> Option<Range> {
    let attributes = std::str::from_utf8(tag.get(NEEDLE.len()..)?).ok()?;
    let value = attributes.starts_with(|c: char| c.is_ascii_whitespace()).then(|| attributes.split_once("ref="))??.1;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (from, to) = value.get(1..)?.split(quote).next()?.split_once(':')?;
    let ((left, top), (right, bottom)) = (address(from)?, address(to)?);
    let fits = top <= bottom && left <= right && right < MAX_COLUMNS && (top, left) != (bottom, right);
    fits.then_some(Range { top, left, bottom, right })
}

fn too_many(place: &str, what: &str, limit: u64) -> ParseError {
    ParseError::TooLarge { place: place.to_owned(), what: what.to_owned(), limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time.
    struct Dripping<'a>(&'a [u8], usize);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(buffer.len());
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn merges_are_found_across_borders() {
        let xml = format!(
            "{}<mergeCells count=\"4294967295\"><mergeCell ref=\"B2:D3\"/><x:mergeCell ref='A1:A1048576' /><mergeCell ref=\"A1\"/><mergeCell ref=\"C3:B2\"/></mergeCells>",
            "<c><v>1</v></c>".repeat(10_000)
        );
        for step in [1, 7, 1000, 1 << 20] {
            let merges = Merges::find(Dripping(xml.as_bytes(), step), "sheet").unwrap();
            let wanted = [Range { top: 2, left: 1, bottom: 3, right: 3 }, Range { top: 1, left: 0, bottom: 1_048_576, right: 0 }];
            assert_eq!(merges.waiting, wanted, "step {step}");
        }
    }

    #[test]
    fn copies_are_limited() {
        let xml = "<mergeCell ref=\"A1:SR1048576\"/>";
        let mut merges = Merges::find(xml.as_bytes(), "sheet").unwrap();
        let cell = Cell { text: "x".to_owned(), ..Cell::default() };
        let outcome = (1..=1_048_576).try_for_each(|row| merges.fill(row, 1, &mut vec![cell.clone()], "sheet"));
        assert_eq!(outcome.unwrap_err().to_string(), "sheet: the number of cells in merges exceeds the limit of 2000000");
    }
}
