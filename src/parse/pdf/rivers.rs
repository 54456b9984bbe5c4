//! Tables without rules: columns are where figures of several lines stand below each other, with nothing between.

use super::line::{Line, Word};
use super::page::Rule;
use super::prose::{paragraphs, text};
use super::table::{Cell, Table, is_figure, one_row, plain, rows};

/// Lines further apart than this many tenths of the font's height do not belong to one table.
const APART: i32 = 30;
/// Lines without figures that may stand between lines with figures: headings and labels of several lines.
const BETWEEN: usize = 3;
/// Lines above the first figures that may be the head.
const HEAD: usize = 8;

/// What lines are: a table, or prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A table and where it begins.
    Table(Table, i32),
    /// Lines that are no table.
    Prose(Vec<Line>),
}

/// Parts of the page that no upright rules part. Between two level rules, a head is one row.
pub fn parts(lines: Vec<Line>, levels: &[Rule]) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let mut rest = lines.as_slice();
    let mut prose: Vec<Line> = Vec::new();
    while let Some(line) = rest.first() {
        let block = if has_figures(line) { block(rest) } else { &[] };
        let Some(edges) = columns(block) else {
            prose.push(line.clone());
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let head = framed(&prose, &edges, levels).map_or_else(|| head(&prose, &edges), |(start, _, _)| prose.len() - start);
        let head: Vec<Line> = prose.split_off(prose.len() - head);
        rest = rest.get(block.len()..).unwrap_or_default();
        if !prose.is_empty() {
            found.push(Part::Prose(std::mem::take(&mut prose)));
        }
        let top = head.iter().chain(block).next().map_or(0, |line| line.base() - line.size());
        found.push(Part::Table(Table { rows: headed(&head, block, &edges, levels), edges }, top));
    }
    if !prose.is_empty() {
        found.push(Part::Prose(prose));
    }
    found
}

/// Rows of the head, then those with figures. A head between two rules is one row, and what stands between it and the figures
/// are headings and notes, a row a paragraph.
fn headed(head: &[Line], block: &[Line], edges: &[i32], levels: &[Rule]) -> Vec<Vec<Cell>> {
    let Some((start, end, row)) = framed(head, edges, levels) else { return rows(&[head, block].concat(), edges) };
    let (before, rest) = (head.get(..start).unwrap_or_default(), head.get(end..).unwrap_or_default());
    let mut found = rows(before, edges);
    found.push(row);
    for paragraph in paragraphs(rest.to_vec(), edges.last().copied().unwrap_or(0)) {
        match paragraph.as_slice() {
            [_] => found.extend(rows(&paragraph, edges)),
            _ => found.push(vec![Cell { columns: (0, edges.len() - 1), parts: text(&paragraph), ..Cell::default() }]),
        }
    }
    found.extend(rows(block, edges));
    found
}

/// The last lines that stand between two rules as long as the table and are its head: the first and the end of them, and the
/// row they make.
fn framed(lines: &[Line], edges: &[i32], levels: &[Rule]) -> Option<(usize, usize, Vec<Cell>)> {
    let (left, right) = (edges.first()?, edges.last()?);
    let long = |rule: &&Rule| (rule.to.min(*right) - rule.from.max(*left)) * 10 > (right - left) * 9;
    let rules: Vec<i32> = levels.iter().filter(long).map(|rule| rule.at).collect();
    let above = |line: &Line| rules.iter().filter(|at| **at < line.base()).count();
    let mut end = 0;
    let bands = lines.chunk_by(|a, b| above(a) == above(b)).map(|band| {
        end += band.len();
        (end - band.len(), band)
    });
    let closed = bands.filter(|(_, band)| band.first().is_some_and(|line| (1..rules.len()).contains(&above(line))));
    closed
        .filter_map(|(start, band)| Some((start, start + band.len(), one_row(band, edges)?)))
        .filter(|(_, _, row)| row.iter().filter(|cell| !cell.parts.is_empty()).count() * 2 > row.len())
        .last()
}

/// Whether a line ends in a figure that stands apart from what is left of it.
fn has_figures(line: &Line) -> bool {
    let chunks = line.chunks();
    chunks.len() > 1 && chunks.last().is_some_and(|chunk| is_figure(&plain(chunk)))
}

fn follow(before: &Line, next: &Line) -> bool {
    (next.base() - before.base()) * 10 <= APART * before.size().max(next.size())
}

/// The longest run of close lines from the first to the last with figures.
fn block(lines: &[Line]) -> &[Line] {
    let (mut end, mut without) = (0, 0);
    for (index, line) in lines.iter().enumerate() {
        if index > 0 && !lines.get(index - 1).is_some_and(|before| follow(before, line)) {
            break;
        }
        if has_figures(line) {
            (end, without) = (index + 1, 0);
        } else {
            without += 1;
        }
        if without > BETWEEN {
            break;
        }
    }
    lines.get(..end).unwrap_or_default()
}

/// Where a column's figures stand.
struct Core {
    left: i32,
    right: i32,
    figures: usize,
}

/// Edges of columns half-way between them; `None` if the lines are prose in which numbers happen to stand.
fn columns(block: &[Line]) -> Option<Vec<i32>> {
    let lines: Vec<&Line> = block.iter().filter(|line| has_figures(line)).collect();
    let mut figures: Vec<(i32, i32)> = lines.iter().flat_map(|line| figures_of(line)).collect();
    figures.sort_unstable();
    let mut cores: Vec<Core> = Vec::new();
    for (left, right) in &figures {
        match cores.last_mut().filter(|core| core.right >= *left) {
            Some(core) => (core.right, core.figures) = (core.right.max(*right), core.figures + 1),
            None => cores.push(Core { left: *left, right: *right, figures: 1 }),
        }
    }
    let regular: usize = cores.iter().filter(|core| core.figures > 1).map(|core| core.figures).sum();
    if lines.len() < 2 || lines.len() * 2 < block.len() || regular * 10 < figures.len() * 7 {
        return None;
    }
    let first = cores.first()?.left;
    let labels = block.iter().flat_map(Line::chunks).filter_map(ends).filter(|(_, right)| *right < first);
    let start = block.iter().map(Line::left).min()?;
    let mut edges = vec![start];
    edges.extend(labels.map(|(_, right)| right).max().map(|label| label.midpoint(first)));
    edges.extend(cores.windows(2).filter_map(|pair| Some(pair.first()?.right.midpoint(pair.get(1)?.left))));
    edges.push(block.iter().map(Line::right).max()? + 1);
    (edges.len() > 2).then_some(edges)
}

/// The figures of a line: its last chunks that are figures, without the label even if that is a number.
fn figures_of(line: &Line) -> Vec<(i32, i32)> {
    let chunks = line.chunks();
    chunks.iter().skip(1).filter(|chunk| is_figure(&plain(chunk))).filter_map(|chunk| ends(chunk)).collect()
}

fn ends(words: &[Word]) -> Option<(i32, i32)> {
    Some((words.first()?.left, words.last()?.right))
}

/// How many of the lines above the figures are the head, with the headings between it and them: the uppermost line that has a
/// text over each of most columns, or those right above the figures that stand apart from the labels.
fn head(above: &[Line], edges: &[i32]) -> usize {
    let label_end = edges.get(1).copied().unwrap_or(0);
    let mut count = 0;
    let mut adjoins = true;
    for (index, line) in above.iter().rev().take(HEAD).enumerate() {
        let before = index.checked_sub(1).and_then(|at| above.iter().rev().nth(at));
        if before.is_some_and(|below| !follow(line, below)) {
            break;
        }
        let chunks = line.chunks();
        let apart = chunks.iter().filter_map(|chunk| ends(chunk)).filter(|(left, _)| *left >= label_end).count();
        adjoins &= apart > 0 && apart + 1 >= chunks.len();
        if adjoins || apart * 2 > edges.len() {
            count = index + 1;
        }
    }
    count
}
