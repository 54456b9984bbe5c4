//! Merged cells: every cell of a merge shows the text of its origin.

use super::grid::{Grid, Merge};
use crate::parse::ParseError;

/// Copies in one sheet. Merges of a real sheet do not overlap, so that even a sheet merged all over stays below.
const MAX_COPIES: u64 = 4_000_000;

/// Fills the merges of a sheet, up to its last used row and column. A merge whose origin is empty gives nothing, and a
/// cell inside one that holds something of its own keeps it.
///
/// # Errors
/// [`ParseError::TooLarge`] for more copies than any sheet needs.
pub fn merges(grid: &mut Grid, sheet: &str) -> Result<(), ParseError> {
    let Some(extent) = grid.extent() else { return Ok(()) };
    let merges = std::mem::take(&mut grid.merges);
    let filled: Vec<Merge> = merges.iter().filter(|m| has_origin(grid, m)).map(|m| clipped(*m, extent)).collect();
    if filled.iter().map(area).sum::<u64>() > MAX_COPIES {
        let what = "the area of its merges".to_owned();
        return Err(ParseError::TooLarge { place: format!("sheet {sheet:?}"), what, limit: MAX_COPIES });
    }
    for merge in filled {
        for row in merge.first.0..=merge.last.0 {
            for column in merge.first.1..=merge.last.1 {
                grid.copy(row, column, merge.first);
            }
        }
    }
    Ok(())
}

/// Origins are looked up before any copy is made: a copy is never copied.
fn has_origin(grid: &Grid, merge: &Merge) -> bool {
    grid.at(merge.first.0, merge.first.1).is_some()
}

fn clipped(merge: Merge, (row, column): (u16, u16)) -> Merge {
    Merge { first: merge.first, last: (merge.last.0.min(row), merge.last.1.min(column)) }
}

fn area(merge: &Merge) -> u64 {
    let side = |first: u16, last: u16| u64::from(last.saturating_sub(first)) + 1;
    side(merge.first.0, merge.last.0) * side(merge.first.1, merge.last.1)
}
