//! How the head of a table is found: never by position, only by what its columns say.

use super::account::{Refusal, account};
use super::block::Block;
use super::desk::Desk;
use super::path::{Path, paths};
use super::pattern::Pattern;
use super::spec::{Read, Shape};
use super::text::{Line, Text, folded};
use super::title::{Above, titles};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A head is looked for in so many rows (docs/mapping.md, section 4).
pub const SEARCH_ROWS: u32 = 60;
/// The most rows a head takes.
pub const MAX_DEPTH: u32 = 6;
/// Texts of a table without a head that are quoted, and their characters at most.
const TEXTS_QUOTED: usize = 8;
const LONGEST_QUOTED: usize = 40;
/// So many numbers make a row one of figures, above which no bare number is a heading.
const FIGURES_OF_A_ROW: usize = 2;

/// A head, and how many of the searched lines it and the texts above it take.
pub struct Found<'a> {
    /// The head and its columns.
    pub block: Block<'a>,
    /// Index of the first line above which nothing is read.
    pub from: usize,
    /// Index of the first line below the head.
    pub below: usize,
    /// A shape of the reading says that it is a head.
    shaped: bool,
}

/// Searches the lines for the best head: the topmost that a shape names; else the most columns accounted for, then the fewest
/// rows, then the topmost.
///
/// # Errors
/// The nearest candidate and what it lacks.
pub fn find<'a>(lines: &[Rc<Line>], read: &'a Read, above: &Above<'_>, desk: &mut Desk<'a>) -> Result<Found<'a>, Refusal> {
    let mut nearest = Refusal::headless(&wanted(read), &seen(lines));
    let mut candidates = candidates(lines, read, desk, &mut nearest);
    candidates.sort_by_key(|(accounted, depth, found)| match found.shaped {
        true => (0, 0, found.from),
        false => (usize::MAX - accounted, *depth, found.from),
    });
    for (_, _, mut found) in candidates {
        match titles(read, above, lines.get(..found.from).unwrap_or_default(), desk) {
            Ok(outer) => {
                found.block.outer = outer;
                return Ok(found);
            }
            Err(missing) => nearest.take_nearer(Refusal::title(found.block.rows, missing)),
        }
    }
    Err(nearest)
}

/// What a head of this reading says.
fn wanted(read: &Read) -> String {
    let heads = read.columns.iter().map(|rule| rule.head.iter().map(Pattern::as_str).collect::<Vec<_>>().join(" / "));
    heads.collect::<Vec<_>>().join(" or ")
}

/// What the first lines say, for the person who must tell what became of the table.
fn seen(lines: &[Rc<Line>]) -> String {
    let texts = lines.iter().flat_map(|line| &line.cells).map(|cell| cell.shown.trim()).filter(|text| !text.is_empty());
    texts.take(TEXTS_QUOTED).map(|text| text.chars().take(LONGEST_QUOTED).collect::<String>()).collect::<Vec<_>>().join(" | ")
}

/// Every block that may be the head, with how many columns it accounts for and how many rows it spans.
fn candidates<'a>(
    lines: &[Rc<Line>],
    read: &'a Read,
    desk: &mut Desk<'a>,
    nearest: &mut Refusal,
) -> Vec<(usize, u32, Found<'a>)> {
    let mut candidates = Vec::new();
    let first = lines.first().map_or(0, |line| line.number);
    let figures = lines.iter().position(|line| numbers(line) >= FIGURES_OF_A_ROW);
    for (start, line) in lines.iter().enumerate().take_while(|(_, line)| line.number < first.saturating_add(SEARCH_ROWS)) {
        if cuts(line) || !may_start(line, read, desk) {
            continue;
        }
        let shaped = shape(line, read, desk).is_some();
        for (below, paths) in blocks(lines, start, read, desk) {
            if !shaped && lines.get(below).is_some_and(|next| goes_on(next, line.number)) {
                continue;
            }
            let rows = (line.number, below.checked_sub(1).and_then(|i| lines.get(i)).map_or(line.number, |last| last.number));
            match account(&paths, rows, read, desk) {
                Ok((_, block)) if figures.is_some_and(|row| row < start) && is_bare(&block, &paths) => {}
                Ok((accounted, block)) => {
                    candidates.push((accounted, rows.1.saturating_sub(rows.0), Found { block, from: start, below, shaped }))
                }
                Err(refusal) => nearest.take_nearer(refusal),
            }
        }
    }
    candidates
}

/// Whether every value column is headed by a bare number, as a row of figures would be.
fn is_bare(block: &Block<'_>, paths: &BTreeMap<u32, Path>) -> bool {
    block.columns.iter().all(|column| paths.get(&column.number).is_some_and(|path| path.bare))
}

/// Whether a merged cell from above reaches into the line: a head that began here would lack its upper levels, and what stands
/// there alone may mean another thing ("October 2016" below "in % of").
fn cuts(line: &Line) -> bool {
    line.cells.iter().any(|cell| cell.origin.0 < line.number)
}

/// Whether the line below a head that begins in row `first` belongs to it: a merged cell of the head reaches into it, and beside
/// that it has words alone, the lower headings of other columns.
fn goes_on(next: &Line, first: u32) -> bool {
    let reaches = next.cells.iter().any(|cell| cell.copy && (first..next.number).contains(&cell.origin.0));
    let mut own = next.cells.iter().filter(|cell| !cell.copy).peekable();
    reaches && own.peek().is_some() && own.all(|cell| cell.raw.is_none() && cell.shown.contains(char::is_alphabetic))
}

/// A line may start a head if one of its texts matches a first level. A title row may do so only for heads of two levels.
fn may_start<'a>(line: &Line, read: &'a Read, desk: &mut Desk<'a>) -> bool {
    let deepest = if line.is_title() { 2 } else { 1 };
    let heads = read.columns.iter().map(|rule| &rule.head).chain(read.ignore_columns.iter().map(|ignored| &ignored.what));
    let firsts: Vec<_> = heads.filter(|head| head.len() >= deepest).filter_map(|head| head.first()).collect();
    let named = read.named().filter(|_| deepest == 1);
    let patterns: Vec<_> = firsts.into_iter().chain(named).filter(|pattern| !pattern.is_anything()).collect();
    let says = |cell: &Text, desk: &mut Desk<'a>| desk.any(patterns.iter().copied(), &cell.folded);
    line.cells.iter().any(|cell| says(cell, desk)) || shape(line, read, desk).is_some()
}

/// The blocks that start at a line: paths, and the index of the first line below.
fn blocks<'a>(lines: &[Rc<Line>], start: usize, read: &'a Read, desk: &mut Desk<'a>) -> Vec<(usize, BTreeMap<u32, Path>)> {
    let Some(top) = lines.get(start) else { return Vec::new() };
    if let Some(shape) = shape(top, read, desk) {
        return shaped(lines, start, shape);
    }
    let mut blocks = Vec::new();
    let mut block: Vec<&Line> = Vec::new();
    for (offset, line) in
        lines.iter().skip(start).enumerate().take_while(|(_, line)| line.number < top.number.saturating_add(MAX_DEPTH))
    {
        block.push(line);
        blocks.push((start + offset + 1, paths(&block)));
    }
    blocks
}

/// The shape whose beginning the line's texts are.
pub fn shape<'a>(line: &Line, read: &'a Read, desk: &mut Desk<'a>) -> Option<&'a Shape> {
    read.shapes.iter().find(|shape| {
        let pairs = shape.starts.iter().zip(&line.cells);
        line.cells.len() >= shape.starts.len()
            && pairs.into_iter().all(|(start, cell)| desk.matches(start, &cell.folded).is_some())
    })
}

/// The headings of a shape, if the first row of figures below has its width.
fn shaped(lines: &[Rc<Line>], start: usize, shape: &Shape) -> Vec<(usize, BTreeMap<u32, Path>)> {
    let Some(top) = lines.get(start) else { return Vec::new() };
    let below = start
        + lines.iter().skip(start).take_while(|line| (line.number as usize) < top.number as usize + shape.header_rows).count();
    let width = lines.iter().skip(below).find(|line| numbers(line) >= FIGURES_OF_A_ROW);
    let width = width.and_then(|line| line.cells.last()).map(|cell| cell.column as usize + 1);
    if width != Some(shape.width) {
        return Vec::new();
    }
    let headings = (0..).zip(&shape.columns).filter(|(_, text)| !text.is_empty());
    vec![(below, headings.map(|(column, text)| (column, Path::said(folded(text).0, top.number))).collect())]
}

/// How many cells of a line are numbers.
pub fn numbers(line: &Line) -> usize {
    let digits = |cell: &&Text| cell.raw.is_some() || cell.shown.trim_start().starts_with(|c: char| c.is_ascii_digit());
    line.cells.iter().filter(digits).filter(|cell| !cell.shown.contains(char::is_alphabetic)).count()
}
