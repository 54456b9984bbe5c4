//! Lines → paragraphs: a paragraph ends where the next line is indented or set in another size, where the lines stand further
//! apart, and where the first word of the next line would have fitted.

use super::line::Line;
use super::table::fits_behind;

/// Lines of a paragraph are at most this many tenths of the font's height apart.
const LEADING: i32 = 20;

/// Paragraphs in order, each the lines it is set in. The lines may be as long as the longest of them, or reach to `edge`.
pub fn paragraphs(lines: Vec<Line>, edge: i32) -> Vec<Vec<Line>> {
    let right = lines.iter().map(Line::right).max().unwrap_or(0).max(edge);
    let mut found: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        match found.last_mut().filter(|paragraph| paragraph.last().is_some_and(|before| goes_on(before, &line, right))) {
            Some(paragraph) => paragraph.push(line),
            None => found.push(vec![line]),
        }
    }
    found
}

fn goes_on(before: &Line, next: &Line, right: i32) -> bool {
    let (Some(last), Some(first)) = (before.words.last(), next.words.first()) else { return false };
    let size = before.size().max(1);
    let close = (next.base() - before.base()) * 10 <= LEADING * size;
    let alike = (next.size() - size).abs() * 10 <= size;
    let indented = next.left() - before.left() > size && before.chunks().len() == 1;
    close && alike && !indented && !fits_behind(last, first, right)
}

/// The lines of a paragraph as one text in parts.
pub fn text(lines: &[Line]) -> Vec<(String, bool)> {
    let words: Vec<_> = lines.iter().map(|line| line.words.clone()).collect();
    super::table::cell_text(&words, None)
}
