//! Changes of formatting ([MS-DOC] 2.2.5): a code that says how long its operand is, and the operand.

use super::u16_at;

/// Codes we look at, by the names of [MS-DOC] 2.6.
pub mod code {
    #![allow(missing_docs)]
    pub const C_F_R_MARK_DEL: u16 = 0x0800;
    pub const C_F_VANISH: u16 = 0x083C;
    pub const C_ISS: u16 = 0x2A48;
    pub const C_SYMBOL: u16 = 0x6A09;
    pub const P_F_IN_TABLE: u16 = 0x2416;
    pub const P_F_TTP: u16 = 0x2417;
    pub const P_F_INNER_TABLE_CELL: u16 = 0x244B;
    pub const P_F_INNER_TTP: u16 = 0x244C;
    pub const P_ITAP: u16 = 0x6649;
    pub const P_DTAP: u16 = 0x664A;
    pub const P_HUGE_PAPX: u16 = 0x6646;
    pub const P_HUGE_PAPX_OLD: u16 = 0x6645;
    pub const P_TABLE_PROPS: u16 = 0x646B;
    pub const P_CHG_TABS: u16 = 0xC615;
    pub const T_DEF_TABLE: u16 = 0xD608;
    pub const T_MERGE: u16 = 0x5624;
    pub const T_SPLIT: u16 = 0x5625;
    pub const T_VERT_MERGE: u16 = 0xD62B;
}

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sprm<'a> {
    /// See [`code`].
    pub code: u16,
    /// Its operand; of one of variable length, without the length.
    pub operand: &'a [u8],
}

impl Sprm<'_> {
    /// The first byte of the operand.
    pub fn byte(&self) -> u8 {
        self.operand.first().copied().unwrap_or_default()
    }

    /// The operand as a number.
    pub fn number(&self) -> i32 {
        super::u32_at(self.operand, 0).unwrap_or_default().cast_signed()
    }
}

/// The changes of a list in order; what breaks off at its end is left out.
pub fn changes(list: &[u8]) -> impl Iterator<Item = Sprm<'_>> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let code = u16_at(rest, 0)?;
        let behind = rest.get(2..)?;
        let (head, length) = length(code, behind)?;
        let operand = behind.get(head..head + length)?;
        rest = behind.get(head + length..)?;
        Some(Sprm { code, operand })
    })
}

/// Bytes before the operand that say its length, and the length.
fn length(code: u16, operand: &[u8]) -> Option<(usize, usize)> {
    let first = || operand.first().copied().map(usize::from);
    Some(match (code, code >> 13) {
        // Its length is given with one byte too many.
        (code::T_DEF_TABLE, _) => (2, usize::from(u16_at(operand, 0)?).saturating_sub(1)),
        (code::P_CHG_TABS, _) if first()? == 255 => (1, long_tabs(operand)?),
        (_, 0 | 1) => (0, 1),
        (_, 2 | 4 | 5) => (0, 2),
        (_, 3) => (0, 4),
        (_, 6) => (1, first()?),
        _ => (0, 3),
    })
}

/// The length of a change of more tab stops than a byte can say: those taken away (four bytes each), those set (three each).
fn long_tabs(operand: &[u8]) -> Option<usize> {
    let deleted = usize::from(*operand.get(1)?);
    let added = usize::from(*operand.get(2 + 4 * deleted)?);
    Some(2 + 4 * deleted + 3 * added)
}
