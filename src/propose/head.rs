//! Where the head of a table may be, and what each of its columns says of the period.

use super::sheet::{Kind, Sheet};
use super::when::{When, pooled, when, whole};
use crate::normalize::outline::{Line, MAX_DEPTH, Path, SEARCH_ROWS, paths};
use crate::normalize::pattern::Fields;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// So many periods side by side make a head; a single one may be a title.
const PERIODS_OF_A_HEAD: usize = 2;
/// The first figures stand so few rows below their head.
const ROWS_TO_FIGURES: usize = 12;

/// A head and its columns.
#[derive(Debug, Clone)]
pub struct Head {
    /// Index of its first line.
    pub from: usize,
    /// Index of the first line below.
    pub below: usize,
    /// Every column with a heading.
    pub columns: Vec<Column>,
}

/// A column under a head.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its number, from 0.
    pub number: u32,
    /// Its headings from top to bottom.
    pub levels: Vec<Level>,
    /// What its periods say together; nothing where they contradict each other.
    pub fields: Option<Fields>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq)]
pub enum Level {
    /// It names a period.
    When(When),
    /// It says something else.
    Text(Rc<str>),
}

impl Column {
    /// Whether a heading names a period.
    pub fn is_when(&self) -> bool {
        self.levels.iter().any(|level| matches!(level, Level::When(_)))
    }

    /// Whether the headings name a whole period.
    pub fn is_whole(&self) -> bool {
        self.fields.as_ref().is_some_and(whole)
    }

    /// The headings that are no period.
    pub fn texts(&self) -> impl Iterator<Item = &Rc<str>> {
        self.levels.iter().filter_map(|level| match level {
            Level::Text(text) => Some(text),
            Level::When(_) => None,
        })
    }

    /// The headings that are one.
    pub fn whens(&self) -> impl Iterator<Item = &When> {
        self.levels.iter().filter_map(|level| match level {
            Level::When(when) => Some(when),
            Level::Text(_) => None,
        })
    }

    fn new(number: u32, path: &Path, lines: &[Line]) -> Column {
        let typed = |text: &str| lines.iter().filter_map(|l| l.at(number)).any(|c| c.raw.is_some() && &*c.folded == text);
        let level = |text: &Rc<str>| when(text, typed(text)).map_or(Level::Text(text.clone()), Level::When);
        let levels: Vec<Level> = path.texts.iter().map(level).collect();
        let mut column = Column { number, levels, fields: None };
        column.fields = pooled(column.whens());
        column
    }
}

/// The best head whose columns name periods.
pub fn of_periods(sheet: &Sheet<'_>) -> Option<Head> {
    let mut best: Option<((usize, usize), Head)> = None;
    let first = sheet.lines.first()?.number;
    for (from, line) in sheet.lines.iter().enumerate().take_while(|(_, line)| line.number < first.saturating_add(SEARCH_ROWS)) {
        if cuts(line) || line.is_title() {
            continue;
        }
        for depth in 1..=MAX_DEPTH as usize {
            let Some(head) = head(sheet, from, depth) else { break };
            let periods = head.columns.iter().filter(|column| column.is_when() && column.fields.is_some()).count();
            let whole = head.columns.iter().filter(|column| column.is_whole()).count();
            // as a mapping is read: most columns, then fewest rows, then the topmost
            let score = (periods * 2 + whole, MAX_DEPTH as usize - depth);
            if periods >= PERIODS_OF_A_HEAD && sensible(sheet, &head) && best.as_ref().is_none_or(|(top, _)| score > *top) {
                best = Some((score, head));
            }
        }
    }
    best.map(|(_, head)| with_runs(head))
}

/// The head of words over a line of figures, and the columns of figures that it tells apart: the lowest block that tells most of
/// them apart, if every one of them stands under a heading.
pub fn of_words(sheet: &Sheet<'_>, below: usize, wanted: &BTreeSet<u32>) -> Option<(Head, BTreeSet<u32>)> {
    let mut best: Option<(Head, BTreeSet<u32>)> = None;
    for depth in 1..=(MAX_DEPTH as usize).min(below) {
        let from = below - depth;
        let Some(line) = sheet.lines.get(from).filter(|line| !cuts(line) && !line.is_title()) else { continue };
        let Some(head) = head(sheet, from, depth).filter(|_| !line.cells.is_empty()) else { break };
        let over: Vec<&Column> = head.columns.iter().filter(|column| wanted.contains(&column.number)).collect();
        let alone = |column: &&&Column| over.iter().filter(|other| other.levels == column.levels).count() == 1;
        let told: BTreeSet<u32> = over.iter().filter(alone).map(|column| column.number).collect();
        if over.len() == wanted.len() && told.len() > best.as_ref().map_or(0, |(_, told)| told.len()) {
            best = Some((head, told));
        }
    }
    best
}

/// Lines `from` to `from + depth` as a head; `None` if they hold figures, or are not there.
fn head(sheet: &Sheet<'_>, from: usize, depth: usize) -> Option<Head> {
    let block = sheet.lines.get(from..from + depth)?;
    let top = block.first()?.number;
    if block.last()?.number >= top.saturating_add(MAX_DEPTH) || block.iter().any(|line| has_figures(sheet, line)) {
        return None;
    }
    let lines: Vec<&Line> = block.iter().collect();
    let columns = paths(&lines).iter().map(|(number, path)| Column::new(*number, path, block)).collect();
    Some(Head { from, below: from + depth, columns })
}

/// Whether a line holds numbers that are no years.
fn has_figures(sheet: &Sheet<'_>, line: &Line) -> bool {
    let figure = |cell: &&crate::normalize::outline::Text| sheet.kind(cell) == Kind::Figure && !cell.copy;
    line.cells.iter().filter(figure).any(|cell| when(&cell.folded, cell.raw.is_some()).is_none())
}

/// Whether a merged cell from above reaches into the line.
fn cuts(line: &Line) -> bool {
    line.cells.iter().any(|cell| cell.origin.0 < line.number)
}

/// Whether figures stand under the periods, no two columns mean the same, and years typed as numbers run one way.
fn sensible(sheet: &Sheet<'_>, head: &Head) -> bool {
    let columns = || head.columns.iter().filter(|column| column.is_when() && column.fields.is_some());
    let meanings: BTreeSet<String> = columns().map(|c| format!("{:?}{:?}", c.fields, c.texts().collect::<Vec<_>>())).collect();
    let numbers: BTreeSet<u32> = columns().map(|column| column.number).collect();
    let below = sheet.lines.iter().skip(head.below).take(ROWS_TO_FIGURES);
    let figures = below.flat_map(|line| &line.cells).filter(|cell| numbers.contains(&cell.column) && sheet.is_said(cell));
    let figures = figures.filter(|cell| sheet.kind(cell) == Kind::Figure).count();
    meanings.len() == columns().count() && figures > 0 && years_run(columns()) && !goes_on(sheet, head, &numbers)
}

/// Whether the next row names periods in words again: the head is not at its end.
fn goes_on(sheet: &Sheet<'_>, head: &Head, numbers: &BTreeSet<u32>) -> bool {
    let Some(next) = sheet.lines.get(head.below).filter(|line| !line.is_title()) else { return false };
    let words = |text: &str| text.contains(char::is_alphabetic);
    next.cells.iter().any(|cell| {
        numbers.contains(&cell.column) && !cell.copy && words(&cell.folded) && when(&cell.folded, cell.raw.is_some()).is_some()
    })
}

/// Years under one heading grow or fall from left to right: figures that look like years do neither.
fn years_run<'c>(columns: impl Iterator<Item = &'c Column>) -> bool {
    let mut groups: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for column in columns {
        let Some(fields) = &column.fields else { continue };
        let Some(year) = fields.year.filter(|_| column.whens().count() == 1) else { continue };
        if fields.month.or(fields.quarter).or(fields.half).or(fields.ytd).is_none() {
            groups.entry(format!("{:?}", column.texts().collect::<Vec<_>>())).or_default().push(year);
        }
    }
    groups.values().all(|years| {
        let steps = || years.iter().zip(years.iter().skip(1));
        steps().all(|(a, b)| a < b) || steps().all(|(a, b)| a > b)
    })
}

/// Where columns are runs from January and no later month stands alone, January is the first run.
fn with_runs(mut head: Head) -> Head {
    let whens = || head.columns.iter().flat_map(Column::whens);
    let runs = whens().any(|when| when.fields.ytd.is_some());
    let later = whens().any(|when| when.fields.month.is_some_and(|month| month > 1));
    if runs && !later {
        for column in &mut head.columns {
            for level in &mut column.levels {
                if let Level::When(when) = level {
                    when.as_run();
                }
            }
            column.fields = pooled(column.whens());
        }
    }
    head
}
