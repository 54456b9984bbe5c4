//! A page as drawn → its tables and paragraphs, from its head to its foot.

use super::grid::{Boxed, Grid, grids};
use super::line::{self, Line, Word, lines};
use super::page::Page;
use super::prose;
use super::rivers::{Part, parts};
use super::table::{Cell, Table, cell_text, column_of, is_figure, plain, rows, spans};

/// Rows below the last rule of a table follow each other no further apart than this many tenths of the font's height.
const APART: i32 = 40;
/// Lines across all columns that may stand between rows below the last rule: headings amid the table.
const HEADINGS: usize = 3;

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A table.
    Table(Table),
    /// A paragraph: its text in parts, and whether each is raised.
    Paragraph(Vec<(String, bool)>),
}

/// The number that the pages count themselves with: the page of ours that bore one, and what it said.
pub type Count = Option<(u32, u32)>;

/// The pieces of a page in order, without the number that counts on from the page before.
pub fn blocks(page: &Page, number: u32, count: &mut Count) -> Vec<Block> {
    let grids = grids(&page.levels, &page.uprights);
    let turned = line::turned(&page.glyphs);
    let mut inside: Vec<Vec<Line>> = vec![Vec::new(); grids.len()];
    let mut outside: Vec<Line> = Vec::new();
    for line in lines(&page.glyphs, &page.uprights) {
        let mut rest = line.words;
        for (grid, held) in grids.iter().zip(&mut inside) {
            let (within, without) = rest.into_iter().partition(|word: &Word| grid.holds(word.middle(), word.height()));
            rest = without;
            held.extend(Some(Line { words: within }).filter(|line| !line.words.is_empty()));
        }
        outside.extend(Some(Line { words: rest }).filter(|line| !line.words.is_empty()));
    }
    drop_page_number(&mut outside, number, count);
    let mut found: Vec<(i32, Block)> = Vec::new();
    for (index, (grid, lines)) in grids.iter().zip(&inside).enumerate() {
        let (_, top, _, bottom) = grid.bounds();
        let next = grids.get(index + 1).map_or(i32::MAX, |next| next.bounds().1);
        let mut table = Table { edges: grid.xs.clone(), rows: ruled(grid, lines, &turned) };
        let below = take_below(&mut outside, grid, bottom, next);
        table.rows.extend(rows(&below, &grid.xs));
        if table.rows.iter().flatten().any(|cell| !cell.parts.is_empty()) {
            found.push((top, Block::Table(table)));
        }
    }
    let breaks: Vec<i32> = found.iter().map(|(top, _)| *top).collect();
    for part in between(outside, &breaks).into_iter().flat_map(|lines| parts(lines, &page.levels)) {
        match part {
            Part::Table(table, top) => found.push((top, Block::Table(table))),
            Part::Prose(lines) => found.extend(prose::paragraphs(lines, 0).iter().filter_map(|paragraph| {
                let top = paragraph.first().map(|line| line.base() - line.size())?;
                Some((top, Block::Paragraph(prose::text(paragraph))))
            })),
        }
    }
    found.sort_by_key(|(top, _)| *top);
    found.into_iter().map(|(_, block)| block).collect()
}

/// The first or last line of a page counts the pages if it is one more than that of the page before.
fn drop_page_number(lines: &mut Vec<Line>, page: u32, count: &mut Count) {
    let ends = [lines.len().checked_sub(1), lines.first().map(|_| 0)];
    let said = |at: usize| {
        let text = plain(&lines.get(at)?.words);
        text.trim_matches(['-', '–', '—', ' ']).parse::<u32>().ok().map(|said| (at, said))
    };
    let found: Vec<(usize, u32)> = ends.into_iter().flatten().filter_map(said).collect();
    let expected = count.filter(|(before, _)| before + 1 == page).map(|(_, said)| said + 1);
    let counts_on = found.iter().find(|(_, said)| Some(*said) == expected);
    *count = counts_on.or(found.first()).map(|(_, said)| (page, *said));
    if let Some((at, _)) = counts_on {
        lines.remove(*at);
    }
}

/// Lines outside tables, parted where a table stands between them.
fn between(lines: Vec<Line>, breaks: &[i32]) -> Vec<Vec<Line>> {
    let place = |line: &Line| breaks.iter().filter(|top| **top <= line.base()).count();
    let mut found: Vec<(usize, Vec<Line>)> = Vec::new();
    for line in lines {
        let place = place(&line);
        match found.last_mut().filter(|(before, _)| *before == place) {
            Some((_, lines)) => lines.push(line),
            None => found.push((place, vec![line])),
        }
    }
    found.into_iter().map(|(_, lines)| lines).collect()
}

/// Rows of a table with rules. Between two rules there is one row, unless figures stand below each other in one cell.
fn ruled(grid: &Grid, lines: &[Line], turned: &[Word]) -> Vec<Vec<Cell>> {
    let texts = texts(grid, lines, turned);
    let mut bands: Vec<Vec<Line>> = vec![Vec::new(); grid.ys.len()];
    for line in lines {
        let height = line.words.first().map_or(0, Word::height);
        if let Some(band) = bands.get_mut(column_of(&grid.ys, height)) {
            band.push(line.clone());
        }
    }
    let mut found = Vec::new();
    for (row, here) in bands.iter().enumerate().take(grid.ys.len().saturating_sub(1)) {
        let mut boxes: Vec<(&Boxed, &Vec<Vec<Word>>)> =
            grid.cells.iter().zip(&texts).filter(|(cell, _)| (cell.rows.0..cell.rows.1).contains(&row)).collect();
        boxes.sort_by_key(|(cell, _)| cell.columns);
        let alone = boxes.iter().all(|(cell, _)| cell.rows.1 - cell.rows.0 == 1);
        if alone && has_several_rows(here, grid) {
            found.extend(rows(here, &grid.xs));
        } else {
            found.push(boxes.into_iter().map(|(cell, text)| boxed(cell, text, row, &grid.xs)).collect());
        }
    }
    found
}

/// What stands in each cell, by the lines it is set in.
fn texts(grid: &Grid, lines: &[Line], turned: &[Word]) -> Vec<Vec<Vec<Word>>> {
    let columns = grid.xs.len().saturating_sub(1);
    let mut owners = vec![usize::MAX; columns * grid.ys.len()];
    for (index, cell) in grid.cells.iter().enumerate() {
        for at in (cell.rows.0..cell.rows.1).flat_map(|row| (cell.columns.0..cell.columns.1).map(move |c| row * columns + c)) {
            if let Some(owner) = owners.get_mut(at) {
                *owner = index;
            }
        }
    }
    let owner = |word: &Word| {
        let at = column_of(&grid.ys, word.height()) * columns + column_of(&grid.xs, word.middle());
        owners.get(at).copied().unwrap_or(usize::MAX)
    };
    let mut texts: Vec<Vec<Vec<Word>>> = vec![Vec::new(); grid.cells.len()];
    for line in lines {
        for words in line.words.chunk_by(|a, b| owner(a) == owner(b)) {
            if let Some(text) = words.first().and_then(|word| texts.get_mut(owner(word))) {
                text.push(words.to_vec());
            }
        }
    }
    for word in turned.iter().filter(|word| grid.holds(word.middle(), word.height())) {
        if let Some(text) = texts.get_mut(owner(word)) {
            text.push(vec![word.clone()]);
        }
    }
    texts
}

/// Whether figures stand below each other in one column.
fn has_several_rows(lines: &[Line], grid: &Grid) -> bool {
    let mut figures = vec![0; grid.xs.len()];
    for line in lines {
        for words in line.words.chunk_by(|a, b| column_of(&grid.xs, a.middle()) == column_of(&grid.xs, b.middle())) {
            let column = words.first().map_or(0, |word| column_of(&grid.xs, word.middle()));
            if let Some(count) = figures.get_mut(column).filter(|_| is_figure(&plain(words))) {
                *count += 1;
            }
        }
    }
    figures.iter().any(|count| *count > 1)
}

/// What a cell shows in one of its rows.
fn boxed(cell: &Boxed, text: &[Vec<Word>], row: usize, edges: &[i32]) -> Cell {
    let tall = cell.rows.1 - cell.rows.0 > 1;
    let below = row > cell.rows.0;
    let parts = if below { Vec::new() } else { cell_text(text, edges.get(cell.columns.1).copied()) };
    Cell { columns: cell.columns, top: tall && !below, below, parts }
}

/// Takes the rows below the last rule: lines whose texts keep to the columns, as long as figures follow.
fn take_below(outside: &mut Vec<Line>, grid: &Grid, bottom: i32, next: i32) -> Vec<Line> {
    let (left, _, right, _) = grid.bounds();
    let Some(start) = outside.iter().position(|line| line.base() > bottom) else { return Vec::new() };
    let (mut end, mut headings, mut base) = (start, 0, bottom);
    for (index, line) in outside.iter().enumerate().skip(start) {
        let wide = line.left() < left - line.size() || line.right() > right + line.size();
        if line.base() >= next || wide || (line.base() - base) * 10 > APART * line.size() {
            break;
        }
        base = line.base();
        if keeps_to_columns(line, grid) {
            (end, headings) = (index + 1, 0);
        } else {
            headings += 1;
        }
        if headings > HEADINGS {
            break;
        }
    }
    outside.drain(start..end).collect()
}

/// Whether a line has a figure right of the labels, and no text runs over an edge.
fn keeps_to_columns(line: &Line, grid: &Grid) -> bool {
    let figure =
        |chunk: &&[Word]| chunk.first().is_some_and(|word| column_of(&grid.xs, word.middle()) > 0) && is_figure(&plain(chunk));
    spans(line, &grid.xs).is_empty() && line.chunks().iter().any(figure)
}
