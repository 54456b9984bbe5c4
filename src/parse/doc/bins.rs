//! Pages of formatting ([MS-DOC] 2.9.33, 2.9.174): which bytes of the text have which formatting. A page is read when a
//! character asks for it.

use super::u32_at;

/// Bytes of a page; its number times this is its place in the stream.
const PAGE: usize = 512;
/// Bits of a page's number; the others mean nothing.
const NUMBER: u32 = 0x3F_FFFF;

/// Whose formatting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of runs of characters.
    Characters,
    /// Of paragraphs.
    Paragraphs,
}

/// Where the pages lie, by the bytes of text that each is for.
#[derive(Debug)]
pub struct Bins {
    kind: Kind,
    starts: Vec<u32>,
    pages: Vec<u32>,
}

/// A stretch of text with one formatting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// The byte behind it.
    pub end: u32,
    /// Its changes against the style.
    pub changes: &'a [u8],
}

impl Bins {
    /// Reads where the pages lie.
    pub fn read(plc: &[u8], kind: Kind) -> Bins {
        let starts = super::pieces::positions(plc, 4);
        let pages = (0..starts.len().saturating_sub(1)).filter_map(|index| u32_at(plc, 4 * (starts.len() + index))).collect();
        Bins { kind, starts, pages }
    }

    /// The formatting of the byte at `place`; a place that no page knows has none.
    pub fn at<'m>(&self, main: &'m [u8], place: u32) -> Run<'m> {
        let after = self.starts.partition_point(|start| *start <= place);
        let page = after.checked_sub(1).and_then(|index| self.pages.get(index)).map(|page| (page & NUMBER) as usize * PAGE);
        let page = page.and_then(|start| main.get(start..start + PAGE)).unwrap_or_default();
        let end = self.starts.get(after).copied().unwrap_or(u32::MAX);
        self.within(page, place).unwrap_or(Run { end, changes: &[] })
    }

    fn within<'m>(&self, page: &'m [u8], place: u32) -> Option<Run<'m>> {
        let count = usize::from(*page.last()?);
        let run = (0..count).find(|run| u32_at(page, 4 * run + 4).is_some_and(|end| place < end))?;
        let (start, end) = (u32_at(page, 4 * run)?, u32_at(page, 4 * run + 4)?);
        if place < start {
            return Some(Run { end: start, changes: &[] });
        }
        let entry = 4 * (count + 1) + run * if self.kind == Kind::Characters { 1 } else { 13 };
        let changes = self.changes(page, 2 * usize::from(*page.get(entry)?)).unwrap_or_default();
        Some(Run { end, changes })
    }

    /// The changes that stand at a place in the page; 0 is none.
    fn changes<'m>(&self, page: &'m [u8], at: usize) -> Option<&'m [u8]> {
        if at == 0 {
            return None;
        }
        let first = usize::from(*page.get(at)?);
        match self.kind {
            Kind::Characters => page.get(at + 1..at + 1 + first),
            // Words and a byte, or, behind a zero, words; the first two bytes name the style.
            Kind::Paragraphs if first > 0 => page.get(at + 3..at + 2 * first),
            Kind::Paragraphs => page.get(at + 4..at + 2 + 2 * usize::from(*page.get(at + 1)?)),
        }
    }
}
