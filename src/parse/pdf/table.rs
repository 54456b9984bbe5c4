//! Lines × columns → rows of a table. Where no rules part the rows, a label may go on over several lines: it does where the
//! first word of the next line would not have fitted.

use super::line::{Line, Word, join};

/// Space between a text and the edge of its cell that programs leave unless told otherwise: 5.4 points in Word, less elsewhere.
const PADDING: i32 = 108;

/// One cell of a row on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Columns it lies in, the end excluded.
    pub columns: (usize, usize),
    /// It shows what the cell above shows.
    pub below: bool,
    /// It is the top of cells that show the same.
    pub top: bool,
    /// Its text in parts, and whether each is raised.
    pub parts: Vec<(String, bool)>,
}

impl Cell {
    /// Its text without regard to what is raised.
    pub fn plain(&self) -> String {
        self.parts.iter().map(|(text, _)| text.as_str()).collect()
    }
}

/// A table: the edges of its columns, and its rows of cells from left to right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Ascending, one more than there are columns.
    pub edges: Vec<i32>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A text that may stand in a column of figures: a number, or what stands in place of one.
pub fn is_figure(text: &str) -> bool {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_digit() || " \u{A0}|,.+-–−—()/%*".contains(c);
    let empty = ["-", "–", "—", "−", "...", "…", "x", "х", "X", "Х", "*"];
    let times = text.starts_with("в ") && text.ends_with('р') | text.ends_with('.') | text.ends_with('а');
    empty.contains(&text) || text.chars().any(|c| c.is_ascii_digit()) && (text.chars().all(plain) || times)
}

/// What stands in the cell of a column, by the lines it is set in. `edge` is the cell's right edge, where it is known: then a
/// line that has room for the first word of the next one ends a paragraph.
pub fn cell_text(lines: &[Vec<Word>], edge: Option<i32>) -> Vec<(String, bool)> {
    let mut parts: Vec<(String, bool)> = Vec::new();
    let mut before: Option<&Vec<Word>> = None;
    for line in lines.iter().filter(|line| !line.is_empty()) {
        let hyphen = parts.last().is_some_and(|(text, raised)| !raised && text.len() > 1 && text.ends_with('-'));
        if let Some(before) = before.filter(|_| !hyphen) {
            parts.extend(seam(before, line, edge).map(|seam| (seam.to_owned(), false)));
        }
        parts.extend(join(line));
        before = Some(line);
    }
    parts
}

/// What stands between two lines of a cell: a blank, the end of a paragraph, or nothing within a word.
fn seam(before: &[Word], next: &[Word], edge: Option<i32>) -> Option<&'static str> {
    let (Some(last), Some(first)) = (before.last(), next.first()) else { return None };
    match edge {
        Some(edge) if first.is_mark() || fits_behind(last, first, edge - PADDING) => Some("\n"),
        Some(edge) if before.len() == 1 && next.len() == 1 && last.is_cut_before(first, edge) => None,
        Some(_) | None => Some(" "),
    }
}

/// Text of words without regard to what is raised.
pub fn plain(words: &[Word]) -> String {
    join(words).into_iter().map(|(text, _)| text).collect()
}

/// A line's words by column.
struct Set {
    /// By column.
    columns: Vec<Vec<Word>>,
    /// First and last column of each text that stands in several.
    spans: Vec<(usize, usize)>,
    /// It is a single text that heads all columns.
    across: bool,
}

impl Set {
    fn new(line: &Line, edges: &[i32]) -> Set {
        let mut columns = vec![Vec::new(); edges.len().saturating_sub(1)];
        for word in &line.words {
            if let Some(words) = columns.get_mut(column_of(edges, word.middle())) {
                words.push(word.clone());
            }
        }
        let spans = spans(line, edges);
        Set { across: !spans.is_empty() && heads_all(line, edges), spans, columns }
    }

    fn label(&self) -> &[Word] {
        self.columns.first().map_or(&[], Vec::as_slice)
    }

    fn has_figures(&self) -> bool {
        self.columns.iter().skip(1).any(|words| !words.is_empty() && is_figure(&plain(words)))
    }

    fn is_label_only(&self) -> bool {
        !self.label().is_empty() && self.columns.iter().skip(1).all(Vec::is_empty)
    }
}

/// Whether a line is one text that begins where the table does or stands in its middle.
fn heads_all(line: &Line, edges: &[i32]) -> bool {
    let (Some(left), Some(right)) = (edges.first(), edges.last()) else { return false };
    let off = (line.left().midpoint(line.right()) - left.midpoint(*right)).abs();
    line.chunks().len() == 1 && (line.left() - left < 2 * line.size() || off < 2 * line.size())
}

/// The column a place lies in; beyond the outer edges, the outer ones.
pub fn column_of(edges: &[i32], x: i32) -> usize {
    edges.partition_point(|edge| *edge <= x).saturating_sub(1).min(edges.len().saturating_sub(2))
}

/// First and last column of each text of a line that stands in several; figures never do.
pub fn spans(line: &Line, edges: &[i32]) -> Vec<(usize, usize)> {
    let span = |chunk: &&[Word]| {
        let column = |word: Option<&Word>| word.map_or(0, |word| column_of(edges, word.middle()));
        (column(chunk.first()), column(chunk.last()))
    };
    let chunks = line.chunks();
    chunks.iter().filter(|chunk| !is_figure(&plain(chunk))).map(span).filter(|(first, last)| first < last).collect()
}

/// Rows of a part of a table in which no rules part them.
pub fn rows(lines: &[Line], edges: &[i32]) -> Vec<Vec<Cell>> {
    let sets: Vec<(Set, i32)> = lines.iter().map(|line| (Set::new(line, edges), line.base())).collect();
    let longest = sets.iter().filter(|(set, _)| !set.across).flat_map(|(set, _)| set.label().iter().map(|word| word.right)).max();
    let limit = longest.unwrap_or(0).max(edges.get(1).map_or(0, |edge| edge - PADDING));
    let top = stands_at_top(&sets, limit);
    let mut rows: Vec<Vec<&Set>> = Vec::new();
    let mut before: Option<&(Set, i32)> = None;
    for set in &sets {
        let wrapped = before.is_some_and(|before| wraps(before, set, limit));
        let goes_on = |row: &&mut Vec<&Set>| {
            let figures = row.iter().any(|set| set.has_figures());
            wrapped && if figures { top && set.0.is_label_only() } else { !top || set.0.is_label_only() }
        };
        match rows.last_mut().filter(goes_on) {
            Some(row) => row.push(&set.0),
            None => rows.push(vec![&set.0]),
        }
        before = Some(set);
    }
    rows.into_iter().map(|row| cells(&row, edges.len().saturating_sub(1), |_| None)).collect()
}

/// Lines as one row. `edge` tells the right edge of a cell if its lines may be paragraphs.
fn cells(sets: &[&Set], columns: usize, edge: impl Fn(usize) -> Option<i32>) -> Vec<Cell> {
    let lone = if let [set] = sets { Some(*set) } else { None };
    let spans = match lone {
        Some(Set { across: true, .. }) => vec![(0, columns.saturating_sub(1))],
        Some(set) => set.spans.clone(),
        None => Vec::new(),
    };
    let words = |set: &Set, (first, last): (usize, usize)| {
        set.columns.get(first..=last).unwrap_or_default().iter().flatten().cloned().collect::<Vec<Word>>()
    };
    let mut cells = Vec::new();
    let mut column = 0;
    while column < columns {
        let last = spans.iter().find(|(first, _)| *first == column).map_or(column, |(_, last)| *last);
        let lines: Vec<Vec<Word>> = sets.iter().map(|set| words(set, (column, last))).collect();
        cells.push(Cell { columns: (column, last + 1), parts: cell_text(&lines, edge(last + 1)), ..Cell::default() });
        column = last + 1;
    }
    cells
}

/// Lines as one row, if none of them runs over several columns and the first has a text wherever another one has. Lines less
/// than half a font's height below the first are the first too.
pub fn one_row(lines: &[Line], edges: &[i32]) -> Option<Vec<Cell>> {
    let sets: Vec<Set> = lines.iter().map(|line| Set::new(line, edges)).collect();
    let top = lines.first()?;
    let level = |line: &&Line| (line.base() - top.base()) * 2 < top.size();
    let (first, rest) = sets.split_at(lines.iter().take_while(level).count());
    let filled = |set: &Set, column: usize| set.columns.get(column).is_some_and(|words| !words.is_empty());
    let columns = edges.len().saturating_sub(1);
    let covered = |set: &Set| (0..columns).all(|column| !filled(set, column) || first.iter().any(|set| filled(set, column)));
    let single = sets.iter().all(|set| set.spans.is_empty()) && rest.iter().all(covered);
    single.then(|| cells(&sets.iter().collect::<Vec<_>>(), columns, |at| edges.get(at).copied()))
}

/// Whether figures stand beside the first line of their label rather than beside its last: what most labels show.
fn stands_at_top(sets: &[(Set, i32)], limit: i32) -> bool {
    let (mut top, mut foot) = (0, 0);
    for pair in sets.windows(2) {
        let [before, next] = pair else { continue };
        if wraps(before, next, limit) {
            match (before.0.has_figures(), next.0.has_figures()) {
                (true, false) => top += 1,
                (false, true) => foot += 1,
                _ => {}
            }
        }
    }
    top > foot
}

/// Whether a label goes on: the next line follows closely, and its first word would not have fitted.
fn wraps((before, base): &(Set, i32), (next, next_base): &(Set, i32), limit: i32) -> bool {
    let (Some(last), Some(first)) = (before.label().last(), next.label().first()) else { return false };
    let close = (next_base - base) * 10 <= 16 * last.size.max(first.size);
    // a year below a heading is a label of its own
    let apart = is_figure(&plain(next.label())) && !is_figure(&plain(before.label()));
    close && !apart && before.spans.is_empty() && next.spans.is_empty() && !fits_behind(last, first, limit)
}

/// Whether a word would have fitted behind another one, with a blank between them.
pub fn fits_behind(last: &Word, first: &Word, limit: i32) -> bool {
    let blank = last.size / 4;
    last.right + blank + (first.right - first.left) <= limit
}
