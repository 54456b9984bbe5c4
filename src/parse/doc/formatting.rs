//! What changes of formatting make of a character, a paragraph and a row.

use super::pieces::Change;
use super::sprm::{Sprm, changes, code};
use super::{u16_at, u32_at};
use crate::parse::flow::{Cell, Vertical};

/// Formatting kept elsewhere may point elsewhere again; Word itself does so once.
const MOST_HOPS: usize = 3;
/// Cells of a row ([MS-DOC] 2.9.324).
const MOST_CELLS: usize = 63;
/// Bytes of the description of a cell.
const CELL: usize = 20;
/// Short codes of changes that pieces make.
const SHORT: [(u8, u16); 5] = [
    (0x18, code::P_F_IN_TABLE),
    (0x19, code::P_F_TTP),
    (0x41, code::C_F_R_MARK_DEL),
    (0x5C, code::C_F_VANISH),
    (0x68, code::C_ISS),
];

/// How characters are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// Superscript.
    pub raised: bool,
    /// Hidden, or deleted in a revision.
    pub hidden: bool,
    /// The character of a symbol font that is shown instead.
    pub symbol: Option<char>,
}

/// What a paragraph is to the tables around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// So many tables around it.
    pub depth: usize,
    /// Its mark ends a row.
    pub row_end: bool,
    /// Its mark ends a cell, although it is the mark of a paragraph.
    pub inner_cell_end: bool,
    /// The cells of the row that it ends.
    pub cells: Vec<Cell>,
}

/// Applies the changes of a list, and what the piece changes.
fn each(list: &[u8], piece: Change<'_>, data: &[u8], apply: &mut dyn FnMut(Sprm<'_>)) {
    follow(list, data, MOST_HOPS, apply);
    match piece {
        Change::None => {}
        Change::List(list) => follow(list, data, MOST_HOPS, apply),
        Change::Short(short, value) => {
            if let Some((_, code)) = SHORT.iter().find(|(known, _)| *known == short) {
                apply(Sprm { code: *code, operand: &[value] });
            }
        }
    }
}

/// Applies a list; formatting too long for the pages stands in the stream `Data`.
fn follow(list: &[u8], data: &[u8], hops: usize, apply: &mut dyn FnMut(Sprm<'_>)) {
    for sprm in changes(list) {
        match sprm.code {
            code::P_HUGE_PAPX | code::P_HUGE_PAPX_OLD | code::P_TABLE_PROPS if hops > 0 => {
                follow(elsewhere(data, &sprm).unwrap_or_default(), data, hops - 1, apply);
            }
            _ => apply(sprm),
        }
    }
}

fn elsewhere<'d>(data: &'d [u8], sprm: &Sprm<'_>) -> Option<&'d [u8]> {
    let at = u32_at(sprm.operand, 0)? as usize;
    let length = usize::from(u16_at(data, at)?);
    data.get(at + 2..at + 2 + length)
}

impl Look {
    /// The look of a run of characters.
    pub fn read(list: &[u8], piece: Change<'_>, data: &[u8]) -> Look {
        let mut look = Look::default();
        each(list, piece, data, &mut |sprm| match sprm.code {
            code::C_ISS => look.raised = sprm.byte() == 1,
            code::C_F_VANISH | code::C_F_R_MARK_DEL => look.hidden |= matches!(sprm.byte(), 1 | 0x81),
            code::C_SYMBOL => look.symbol = u16_at(sprm.operand, 2).map(symbol),
            _ => {}
        });
        look
    }
}

/// The characters of the font Symbol that statistics use; of others the code.
fn symbol(code: u16) -> char {
    match code {
        0xF02D => '-',
        0xF0A3 => '≤',
        0xF0B0 => '°',
        0xF0B1 => '±',
        0xF0B3 => '≥',
        0xF0B4 => '×',
        0xF0B7 => '•',
        0xF0D7 => '⋅',
        code @ 0xF020..=0xF07E => char::from((code - 0xF000) as u8),
        code => char::from_u32(u32::from(code)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

impl Place {
    /// The place of a paragraph.
    pub fn read(list: &[u8], piece: Change<'_>, data: &[u8]) -> Place {
        let mut place = Place::default();
        let (mut inside, mut depth) = (false, 0i32);
        each(list, piece, data, &mut |sprm| match sprm.code {
            code::P_F_IN_TABLE => inside = sprm.byte() != 0,
            code::P_F_TTP | code::P_F_INNER_TTP => place.row_end |= sprm.byte() != 0,
            code::P_F_INNER_TABLE_CELL => place.inner_cell_end = sprm.byte() != 0,
            code::P_ITAP => depth = sprm.number(),
            code::P_DTAP => depth = depth.saturating_add(sprm.number()),
            code::T_DEF_TABLE => place.cells = cells(sprm.operand),
            code::T_MERGE => merge(&mut place.cells, &sprm, true),
            code::T_SPLIT => merge(&mut place.cells, &sprm, false),
            code::T_VERT_MERGE => merge_down(&mut place.cells, &sprm),
            _ => {}
        });
        place.depth = usize::try_from(depth).unwrap_or_default().max(usize::from(inside));
        place
    }
}

/// The cells of a row: how many, their edges, and a description of each, of which the last ones may lack.
fn cells(operand: &[u8]) -> Vec<Cell> {
    let count = usize::from(operand.first().copied().unwrap_or_default()).min(MOST_CELLS);
    let edge = |index: usize| u16_at(operand, 1 + 2 * index).map(|edge| i32::from(edge.cast_signed()));
    let mut before = 0;
    let read = (0..count).map_while(|index| {
        let flags = u16_at(operand, 1 + 2 * (count + 1) + CELL * index).unwrap_or_default();
        let horizontal = flags & 3;
        // The first cell of a merge is flagged otherwise than those that follow.
        let joined = horizontal != 0 && before != 0 && horizontal != before;
        before = if joined { before } else { horizontal };
        let vertical = vertical(u8::try_from((flags >> 5) & 3).unwrap_or_default());
        Some(Cell { edges: (edge(index)?, edge(index + 1)?), vertical, joined })
    });
    read.collect()
}

fn vertical(flags: u8) -> Vertical {
    match flags {
        0 => Vertical::Alone,
        1 => Vertical::Below,
        _ => Vertical::Top,
    }
}

/// Joins cells to the first of them, or parts them again.
fn merge(cells: &mut [Cell], sprm: &Sprm<'_>, joined: bool) {
    let (from, to) = (usize::from(sprm.byte()), usize::from(sprm.operand.get(1).copied().unwrap_or_default()));
    if let Some(cells) = cells.get_mut(from..to) {
        cells.iter_mut().skip(1).for_each(|cell| cell.joined = joined);
    }
}

fn merge_down(cells: &mut [Cell], sprm: &Sprm<'_>) {
    if let Some(cell) = cells.get_mut(usize::from(sprm.byte())) {
        cell.vertical = vertical(sprm.operand.get(1).copied().unwrap_or_default());
    }
}
