//! A table of a document as lines of text: letters over the columns, numbers before the rows, long cells cut.

use crate::parse::{Cell, Row, column_name};
use std::collections::BTreeMap;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A column takes so much of a line at most.
const WIDEST: usize = 28;
/// A copy of a merged cell makes a column no wider than this: its text stands elsewhere.
const COPY_WIDTH: usize = 8;
/// Between two columns.
const GAP: &str = "  ";

/// What stands in the lines, for the legend.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// A copy of a merged cell.
    pub copies: bool,
}

/// The lines of a table's rows, none longer than `width`, and a line on columns that have no room.
pub(super) fn lines(rows: &[Row], width: usize, seen: &mut Seen) -> Vec<String> {
    seen.copies |= rows.iter().flat_map(|row| &row.cells).any(|cell| cell.copy_of.is_some());
    let margin = rows.iter().map(|row| row.number.to_string().len()).max().unwrap_or(1).max(3);
    let widths = widths(rows);
    let (shown, left) = fitting(&widths, width.saturating_sub(margin));
    let mut lines = vec![head(margin, &shown)];
    lines.extend(rows.iter().map(|row| line(row, margin, &shown, width)));
    if let (Some(first), Some(last)) = (left.first(), left.last()) {
        let names = match first == last {
            true => format!("1 more column: {}", column_name(*first)),
            false => format!("{} more columns: {} to {}", left.len(), column_name(*first), column_name(*last)),
        };
        lines.push(format!("{:margin$}{GAP}… {names} (--width shows more)", ""));
    }
    lines
}

/// The width of every column in which something stands.
fn widths(rows: &[Row]) -> BTreeMap<u32, usize> {
    let mut widths = BTreeMap::new();
    for row in rows {
        let alone = lone(row).is_some();
        for cell in &row.cells {
            let most = if alone || cell.copy_of.is_some() { COPY_WIDTH } else { WIDEST };
            let own = text(row.number, cell).width().min(most).max(column_name(cell.column).len());
            let width = widths.entry(cell.column).or_default();
            *width = own.max(*width);
        }
    }
    widths
}

/// The first columns that have room, and those that have none. One column always has, if narrower.
fn fitting(widths: &BTreeMap<u32, usize>, room: usize) -> (BTreeMap<u32, usize>, Vec<u32>) {
    let (mut shown, mut left, mut used) = (BTreeMap::new(), Vec::new(), 0);
    for (&column, &width) in widths {
        let needed = GAP.len() + width;
        if left.is_empty() && (used + needed <= room || shown.is_empty()) {
            shown.insert(column, width.min(room.saturating_sub(GAP.len())).max(1));
            used += needed;
        } else {
            left.push(column);
        }
    }
    (shown, left)
}

fn head(margin: usize, shown: &BTreeMap<u32, usize>) -> String {
    let mut line = format!("{:>margin$}", "row");
    for (column, width) in shown {
        line += &format!("{GAP}{:width$}", column_name(*column));
    }
    line.trim_end().to_string()
}

fn line(row: &Row, margin: usize, shown: &BTreeMap<u32, usize>, width: usize) -> String {
    let mut line = format!("{:>margin$}", row.number);
    if let Some(cell) = lone(row).filter(|cell| shown.contains_key(&cell.column)) {
        // nothing stands beside it: the text may run on over the other columns
        let before: usize = shown.range(..cell.column).map(|(_, width)| GAP.len() + width).sum();
        line += &" ".repeat(before + GAP.len());
        let merged = row
            .cells
            .last()
            .filter(|last| last.copy_of.is_some())
            .map_or(String::new(), |last| format!(" ({}–{} merged)", column_name(cell.column), column_name(last.column)));
        let room = width.saturating_sub(line.width() + merged.width()).max(1);
        line += &(cut(&text(row.number, cell), room) + &merged);
        return line;
    }
    let mut cells = row.cells.iter().peekable();
    for (&column, &width) in shown {
        while cells.next_if(|cell| cell.column < column).is_some() {}
        let cell = cells.next_if(|cell| cell.column == column);
        let text = cell.map_or(String::new(), |cell| cut(&text(row.number, cell), width));
        let space = " ".repeat(width.saturating_sub(text.width()));
        let number = cell.is_some_and(|cell| cell.raw.is_some());
        line += &if number { format!("{GAP}{space}{text}") } else { format!("{GAP}{text}{space}") };
    }
    line.trim_end().to_string()
}

/// The only cell of a row with a text of its own, if what else stands there are its copies.
fn lone(row: &Row) -> Option<&Cell> {
    let mut own = row.cells.iter().filter(|cell| cell.copy_of.is_none() && !cell.text.trim().is_empty());
    let cell = own.next()?;
    let copies = || row.cells.iter().filter(|cell| cell.copy_of.is_some());
    (own.next().is_none() && copies().all(|copy| copy.copy_of == Some((row.number, cell.column)))).then_some(cell)
}

/// A cell's text on one line, with an arrow to the cell that it is a copy of.
fn text(row: u32, cell: &Cell) -> String {
    let arrow = match cell.copy_of {
        None => "",
        Some((origin, _)) if origin == row => "←",
        Some((_, column)) if column == cell.column => "↑",
        Some(_) => "↖",
    };
    format!("{arrow}{}", plain(&cell.text))
}

/// A text without what would move a terminal's cursor; a line break is shown as `↵`.
pub(super) fn plain(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => '↵',
        '\t' | '\r' | '\u{a0}' | '\u{202f}' => ' ',
        c if c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => '�',
        c => c,
    };
    text.trim_end_matches(['\n', '\r']).replace("\r\n", "\n").chars().map(shown).collect()
}

/// The beginning of a text that takes no more than `width` columns of a terminal; what is cut ends in `…`.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let (mut kept, mut used) = (String::new(), 1);
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept.trim_end().to_string() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(column: u32, text: &str) -> Cell {
        Cell { column, text: text.into(), ..Cell::default() }
    }

    fn copy(column: u32, text: &str, of: (u32, u32)) -> Cell {
        Cell { copy_of: Some(of), ..cell(column, text) }
    }

    fn number(column: u32, text: &str) -> Cell {
        Cell { raw: Some(text.into()), ..cell(column, text) }
    }

    fn rows() -> Vec<Row> {
        vec![
            Row { number: 1, cells: vec![cell(0, "A title that is longer than its column"), copy(1, "A title", (1, 0))] },
            Row { number: 2, cells: vec![cell(0, "Activity"), cell(1, "2019"), copy(2, "2019", (2, 1))] },
            Row { number: 3, cells: vec![copy(0, "Activity", (2, 0)), cell(1, "January²"), cell(2, "Feb\nruary")] },
            Row { number: 9, cells: vec![cell(0, "Mining of everything there is in the ground"), number(1, "98.7")] },
        ]
    }

    #[test]
    fn letters_stand_over_columns_and_copies_point_to_their_origin() {
        let mut seen = Seen::default();
        assert_eq!(
            lines(&rows(), 80, &mut seen),
            [
                "row  A                             B         C",
                "  1  A title that is longer than its column (A–B merged)",
                "  2  Activity                      2019      ←2019",
                "  3  ↑Activity                     January²  Feb↵ruary",
                "  9  Mining of everything there…       98.7",
            ]
        );
        assert!(seen.copies);
    }

    #[test]
    fn columns_without_room_are_counted() {
        let shown = lines(&rows(), 36, &mut Seen::default());
        assert_eq!(shown[3], "  3  ↑Activity");
        assert_eq!(shown[5], "     … 2 more columns: B to C (--width shows more)");
        assert!(shown[..5].iter().all(|line| line.width() <= 36), "{shown:?}");
        assert!(lines(&rows(), 0, &mut Seen::default()).len() == 6 && lines(&[], 80, &mut Seen::default()).len() == 1);
    }

    #[test]
    fn a_text_cannot_move_the_cursor() {
        assert_eq!(plain("a\u{1b}[2Jb\r\nc\u{202e}\n"), "a�[2Jb↵c�");
        assert_eq!((cut("январь", 4).as_str(), cut("янв", 3).as_str(), cut("中文字", 4).as_str()), ("янв…", "янв", "中…"));
    }
}
