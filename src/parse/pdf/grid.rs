//! Rules → tables: which rules hang together, and which boxes they close.

use super::page::Rule;
use std::collections::BTreeMap;

/// Rules this close touch, and coordinates this close are one: 3 points, as double rules are drawn.
const NEAR: i32 = 60;
/// Rules of one page that are looked at, after those that touch end to end are put together; a page with more has no tables.
const MAX_RULES: usize = 4_000;
/// Boxes of one table.
const MAX_BOXES: usize = 100_000;

/// A table drawn with rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// Edges of the columns, ascending, at least three.
    pub xs: Vec<i32>,
    /// Edges of the rows, ascending, at least two.
    pub ys: Vec<i32>,
    /// Its cells, from the top and from the left; they do not overlap, and together they are the whole table.
    pub cells: Vec<Boxed>,
}

/// A cell: rows and columns by number, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Boxed {
    /// Rows it lies in.
    pub rows: (usize, usize),
    /// Columns it lies in.
    pub columns: (usize, usize),
}

impl Grid {
    /// Its left, upper, right and lower edge.
    pub fn bounds(&self) -> (i32, i32, i32, i32) {
        let ends = |edges: &[i32]| (edges.first().copied().unwrap_or(0), edges.last().copied().unwrap_or(0));
        let ((left, right), (top, bottom)) = (ends(&self.xs), ends(&self.ys));
        (left, top, right, bottom)
    }

    /// Whether a point lies in it.
    pub fn holds(&self, x: i32, y: i32) -> bool {
        let (left, top, right, bottom) = self.bounds();
        (left..=right).contains(&x) && (top..=bottom).contains(&y)
    }
}

/// Tables of a page, from its head to its foot.
pub fn grids(levels: &[Rule], uprights: &[Rule]) -> Vec<Grid> {
    let (levels, uprights) = (put_together(levels), put_together(uprights));
    if levels.len() + uprights.len() > MAX_RULES {
        return Vec::new();
    }
    let mut grids: Vec<Grid> = hanging_together(&levels, &uprights).iter().filter_map(|(l, u)| grid(l, u)).collect();
    grids.sort_by_key(Grid::bounds);
    drop_inner(&mut grids);
    grids.sort_by_key(|grid| (grid.bounds().1, grid.bounds().0));
    grids
}

/// A frame around other tables, such as that of the page, is none.
fn drop_inner(grids: &mut Vec<Grid>) {
    let bounds: Vec<_> = grids.iter().map(Grid::bounds).collect();
    let holds =
        |a: &(i32, i32, i32, i32), b: &(i32, i32, i32, i32)| a != b && a.0 <= b.0 && a.1 <= b.1 && a.2 >= b.2 && a.3 >= b.3;
    grids.retain(|grid| !bounds.iter().any(|other| holds(&grid.bounds(), other)));
}

/// Rules that continue each other become one.
fn put_together(rules: &[Rule]) -> Vec<Rule> {
    let mut rules = rules.to_vec();
    rules.sort_unstable();
    let mut long: Vec<Rule> = Vec::new();
    for rule in rules {
        let continued = long.iter_mut().rev().take_while(|before| rule.at - before.at <= NEAR / 3);
        match continued.into_iter().find(|before| rule.from <= before.to + NEAR && before.from <= rule.to + NEAR) {
            Some(before) => (before.from, before.to) = (before.from.min(rule.from), before.to.max(rule.to)),
            None => long.push(rule),
        }
    }
    long
}

/// Groups of rules that touch.
fn hanging_together(levels: &[Rule], uprights: &[Rule]) -> Vec<(Vec<Rule>, Vec<Rule>)> {
    let mut groups = Groups::new(levels.len() + uprights.len());
    for (l, level) in levels.iter().enumerate() {
        for (u, upright) in uprights.iter().enumerate() {
            let within = |at: i32, rule: &Rule| (rule.from - NEAR..=rule.to + NEAR).contains(&at);
            if within(upright.at, level) && within(level.at, upright) {
                groups.join(l, levels.len() + u);
            }
        }
    }
    let mut found: BTreeMap<usize, (Vec<Rule>, Vec<Rule>)> = BTreeMap::new();
    for (index, rule) in levels.iter().enumerate() {
        found.entry(groups.root(index)).or_default().0.push(*rule);
    }
    for (index, rule) in uprights.iter().enumerate() {
        found.entry(groups.root(levels.len() + index)).or_default().1.push(*rule);
    }
    found.into_values().collect()
}

/// Disjoint sets of numbers.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Groups {
        Groups((0..count).collect())
    }

    fn root(&mut self, mut index: usize) -> usize {
        while let Some(next) = self.0.get(index).copied().filter(|next| *next != index) {
            let beyond = self.0.get(next).copied().unwrap_or(next);
            if let Some(parent) = self.0.get_mut(index) {
                *parent = beyond;
            }
            index = next;
        }
        index
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(parent) = self.0.get_mut(a.max(b)) {
            *parent = a.min(b);
        }
    }
}

/// The table that touching rules draw; `None` for an underline, a frame around a text, or the axes of a chart.
fn grid(levels: &[Rule], uprights: &[Rule]) -> Option<Grid> {
    let xs = edges(uprights, levels);
    let ys = edges(levels, uprights);
    if levels.is_empty() || uprights.is_empty() || xs.len() < 3 || ys.len() < 2 || (xs.len() - 1) * (ys.len() - 1) > MAX_BOXES {
        return None;
    }
    let cells = cells(&xs, &ys, levels, uprights);
    Some(Grid { xs, ys, cells })
}

/// Where rules lie, and where those across them end if that is further out: a table may be open at its sides.
fn edges(rules: &[Rule], across: &[Rule]) -> Vec<i32> {
    let mut at: Vec<i32> = rules.iter().map(|rule| rule.at).collect();
    at.sort_unstable();
    let mut edges: Vec<i32> = Vec::new();
    for at in at {
        match edges.last().filter(|edge| at - **edge <= NEAR) {
            Some(_) => {}
            None => edges.push(at),
        }
    }
    let (from, to) = (across.iter().map(|rule| rule.from).min(), across.iter().map(|rule| rule.to).max());
    if let Some(from) = from.filter(|from| edges.first().is_some_and(|first| first - from > 3 * NEAR)) {
        edges.insert(0, from);
    }
    if let Some(to) = to.filter(|to| edges.last().is_some_and(|last| to - last > 3 * NEAR)) {
        edges.push(to);
    }
    edges
}

/// Boxes between which no rule lies are one cell.
fn cells(xs: &[i32], ys: &[i32], levels: &[Rule], uprights: &[Rule]) -> Vec<Boxed> {
    let (columns, rows) = (xs.len() - 1, ys.len() - 1);
    let (upright, level) = (Walls::new(uprights, xs), Walls::new(levels, ys));
    let mut groups = Groups::new(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let here = row * columns + column;
            if column + 1 < columns && !upright.stands(column + 1, span(ys, row)) {
                groups.join(here, here + 1);
            }
            if row + 1 < rows && !level.stands(row + 1, span(xs, column)) {
                groups.join(here, here + columns);
            }
        }
    }
    let mut found: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for index in 0..columns * rows {
        found.entry(groups.root(index)).or_default().push((index / columns, index % columns));
    }
    let mut cells: Vec<Boxed> = found.into_values().flat_map(|boxes| rectangles(&boxes)).collect();
    cells.sort_unstable();
    cells
}

fn span(edges: &[i32], index: usize) -> (i32, i32) {
    (edges.get(index).copied().unwrap_or(0), edges.get(index + 1).copied().unwrap_or(0))
}

/// One rectangle if the boxes are one; otherwise each row of boxes for itself.
fn rectangles(boxes: &[(usize, usize)]) -> Vec<Boxed> {
    let ends =
        |of: fn(&(usize, usize)) -> usize| (boxes.iter().map(of).min().unwrap_or(0), boxes.iter().map(of).max().unwrap_or(0) + 1);
    let (rows, columns) = (ends(|at| at.0), ends(|at| at.1));
    if (rows.1 - rows.0) * (columns.1 - columns.0) == boxes.len() {
        return vec![Boxed { rows, columns }];
    }
    let one = |(row, column): &(usize, usize)| Boxed { rows: (*row, row + 1), columns: (*column, column + 1) };
    boxes
        .chunk_by(|a, b| a.0 == b.0 && a.1 + 1 == b.1)
        .filter_map(|run| Some((run.first()?, run.last()?)))
        .map(|(first, last)| {
            let first = one(first);
            Boxed { columns: (first.columns.0, last.1 + 1), ..first }
        })
        .collect()
}

/// Rules by the edge they lie at.
struct Walls(Vec<Vec<(i32, i32)>>);

impl Walls {
    fn new(rules: &[Rule], edges: &[i32]) -> Walls {
        let mut walls = vec![Vec::new(); edges.len()];
        for rule in rules {
            let edge = edges.partition_point(|edge| *edge <= rule.at).saturating_sub(1);
            if let Some(wall) = walls.get_mut(edge) {
                wall.push((rule.from, rule.to));
            }
        }
        Walls(walls)
    }

    /// Whether more than half of a side is drawn.
    fn stands(&self, edge: usize, (from, to): (i32, i32)) -> bool {
        let drawn = |(a, b): &(i32, i32)| (to.min(*b) - from.max(*a)).max(0);
        self.0.get(edge).is_some_and(|wall| wall.iter().map(drawn).max().unwrap_or(0) * 2 > to - from)
    }
}
