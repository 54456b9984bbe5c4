//! One table: every reading that looks at it, and what remains when it ends.

use super::book::Book;
use super::desk::Desk;
use super::emit::emit;
use super::label::fold;
use super::reader::{Fate, Place, Reader};
use super::section::Sections;
use super::text::Line;
use super::title;
use crate::model::{Issue, Severity};
use crate::parse::{Table, locator};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// One issue for all unknown rows of a table shows so many labels.
const FIRST_LABELS: usize = 5;

/// An issue shows so many characters of a label.
const LABEL_SHOWN: usize = 120;
/// Rows of a table that are told one by one: a document of millions of strange rows must not become as many issues.
const MOST_TOLD: usize = 1_000;

/// A table while its rows come in.
#[derive(Debug)]
pub struct Open<'a> {
    /// Its head as the parser told it.
    pub table: Table,
    sheet: Rc<str>,
    outside: Vec<Rc<str>>,
    readers: Vec<(usize, Reader<'a>)>,
}

/// What a reading did in a table that is closed.
pub struct Closed {
    /// Index of the reading.
    pub read: usize,
    /// Whether it found a head.
    pub found: bool,
    /// How near it came otherwise, and the words for it.
    pub nearest: (usize, String),
    /// Sections that go on into the next table.
    pub carried: Sections,
}

impl<'a> Open<'a> {
    /// A table that begins; `carried` are the sections of each reading from the table before.
    pub fn new(table: Table, outside: Vec<Rc<str>>, carried: &mut BTreeMap<usize, Sections>, desk: &mut Desk<'a>) -> Open<'a> {
        let sheet: Rc<str> = Rc::from(fold(&table.sheet));
        let mut readers = Vec::new();
        for (index, read) in desk.mapping.reads.iter().enumerate() {
            let wanted = read.index.is_none_or(|index| index == table.number);
            // A hidden sheet is read only where a reading names it.
            let shown = !table.hidden || !read.sheet.is_empty();
            if wanted && shown && title::sheet(read, &sheet, desk).is_some() {
                readers.push((index, Reader::new(read, carried.remove(&index).unwrap_or_default())));
            }
        }
        Open { table, sheet, outside, readers }
    }

    /// Takes a row.
    pub fn line(&mut self, line: Line, desk: &mut Desk<'a>) {
        let line = Rc::new(line);
        let place = Place { table: &self.table, sheet: &self.sheet, outside: &self.outside };
        for (_, reader) in &mut self.readers {
            reader.line(&line, &place, desk);
        }
    }

    /// A paragraph after the table, which may be a note of it.
    pub fn paragraph(&mut self, text: &str) {
        self.readers.iter_mut().for_each(|(_, reader)| reader.paragraph(text));
    }

    /// The table ends: figures become observations, and what nobody understood becomes issues.
    pub fn close(mut self, book: &mut Book, desk: &mut Desk<'a>) -> Vec<Closed> {
        let place = Place { table: &self.table, sheet: &self.sheet, outside: &self.outside };
        for (_, reader) in &mut self.readers {
            reader.end(&place, desk);
        }
        self.unknown_columns(desk);
        self.unknown_rows(desk);
        let key = self.key();
        let (table, mut closed) = (self.table, Vec::new());
        for (read, mut reader) in self.readers {
            desk.issues.append(&mut reader.issues);
            emit(&mut reader, &table, &key, book, desk);
            let refusal = reader.refusal.clone().filter(|_| reader.blocks.is_empty());
            let nearest =
                refusal.map_or((0, String::new()), |refusal| (refusal.score, place_of(&table, refusal.rows, &refusal.reason)));
            closed.push(Closed { read, found: !reader.blocks.is_empty(), nearest, carried: reader.carried() });
        }
        closed
    }

    /// The same for the same table of another copy: its sheet, else its caption, else its number.
    fn key(&self) -> String {
        match (&*self.sheet, &self.table.caption) {
            ("", Some(caption)) => fold(caption),
            ("", None) => format!("table {}", self.table.number),
            (sheet, _) => sheet.to_string(),
        }
    }

    /// Headed columns right of the values that no reading of this table accounts for.
    fn unknown_columns(&self, desk: &mut Desk<'a>) {
        let blocks = || self.readers.iter().flat_map(|(_, reader)| &reader.blocks);
        let known = |column: u32, row: u32| {
            blocks().any(|block| {
                let here = (block.rows.0..=block.rows.1).contains(&row);
                let stranger = block.unknown.iter().any(|(unknown, ..)| *unknown == column);
                here && !stranger && block.headed.contains_key(&column)
            })
        };
        let unknown: BTreeSet<_> =
            blocks().flat_map(|block| &block.unknown).filter(|(column, row, _)| !known(*column, *row)).collect();
        for (column, row, heading) in unknown {
            let at = locator(&self.table, *row, *column);
            desk.issues.push(Issue::warning(
                "unknown_column",
                at,
                format!("{heading:?}"),
                "a heading in columns or ignore_columns",
            ));
        }
    }

    /// Rows that no reading which has this table understood.
    fn unknown_rows(&self, desk: &mut Desk<'a>) {
        let having = || self.readers.iter().map(|(_, reader)| reader).filter(|reader| !reader.blocks.is_empty());
        let understood: BTreeSet<u32> =
            having().flat_map(|r| &r.fates).filter(|(_, fate)| *fate == Fate::Understood).map(|(row, _)| *row).collect();
        let mut unknown: BTreeMap<u32, (&'static str, &str, bool)> = BTreeMap::new();
        let mut further: BTreeMap<(&'static str, bool), BTreeSet<u32>> = BTreeMap::new();
        for reader in having() {
            for (row, fate) in reader.fates.iter().filter(|(row, _)| !understood.contains(row)) {
                let (code, label) = match fate {
                    Fate::UnknownRow(label) => ("unknown_row", label),
                    Fate::UnknownHeading(label) => ("unknown_heading", label),
                    Fate::Understood => continue,
                };
                if unknown.len() < MOST_TOLD || unknown.contains_key(row) {
                    unknown.entry(*row).or_insert((code, label, reader.read.count_unmapped));
                } else {
                    further.entry((code, reader.read.count_unmapped)).or_default().insert(*row);
                }
            }
        }
        for reader in having() {
            let rows = reader.further.iter().filter(|row| !understood.contains(row) && !unknown.contains_key(row));
            further.entry(("unknown_row", reader.read.count_unmapped)).or_default().extend(rows);
        }
        further.retain(|_, rows| !rows.is_empty());
        self.tell_unknown(unknown, &mut further, desk);
        for ((code, _), rows) in further {
            let at = locator(&self.table, rows.first().copied().unwrap_or_default(), 0);
            let seen = format!("{} further rows", rows.len());
            desk.issues.push(Issue::warning(code, at, seen, wanted(code)));
        }
    }

    /// An issue for each, or one for all that a reading only counts, those among the further ones too.
    fn tell_unknown(
        &self,
        unknown: BTreeMap<u32, (&'static str, &str, bool)>,
        further: &mut BTreeMap<(&'static str, bool), BTreeSet<u32>>,
        desk: &mut Desk<'a>,
    ) {
        let mut counted: BTreeMap<&'static str, Vec<(u32, &str)>> = BTreeMap::new();
        for (row, (code, label, count)) in unknown {
            if count {
                counted.entry(code).or_default().push((row, label));
            } else {
                let at = locator(&self.table, row, 0);
                desk.issues.push(Issue::warning(code, at, format!("{:?}", brief(label)), wanted(code)));
            }
        }
        for (code, rows) in counted {
            let mut labels: Vec<String> = Vec::new();
            for label in rows.iter().map(|(_, label)| format!("{:?}", brief(label))) {
                if labels.len() <= FIRST_LABELS && !labels.contains(&label) {
                    labels.push(label);
                }
            }
            let more = if labels.len() > FIRST_LABELS { ", …" } else { "" };
            labels.truncate(FIRST_LABELS);
            let all = rows.len() + further.remove(&(code, true)).map_or(0, |rows| rows.len());
            let seen = format!("{all} rows: {}{more}", labels.join(", "));
            let at = locator(&self.table, rows.first().map_or(0, |(row, _)| *row), 0);
            desk.issues.push(Issue { code, severity: Severity::Info, locator: at, seen, wanted: wanted(code).to_string() });
        }
    }
}

fn wanted(code: &str) -> &'static str {
    match code {
        "unknown_row" => "a row that rows or ignore_rows know",
        _ => "a heading that sections or ignore_rows know",
    }
}

/// The beginning of a long label.
fn brief(label: &str) -> String {
    match label.char_indices().nth(LABEL_SHOWN) {
        Some((end, _)) => format!("{}…", label.get(..end).unwrap_or_default()),
        None => label.to_string(),
    }
}

/// A refusal with its place.
fn place_of(table: &Table, rows: (u32, u32), reason: &str) -> String {
    let name = if table.sheet.is_empty() { format!("table {}", table.number) } else { format!("sheet {:?}", table.sheet) };
    match rows {
        (0, 0) => format!("{name}: {reason}"),
        (first, last) if first == last => format!("{name} row {first}: {reason}"),
        (first, last) => format!("{name} rows {first}–{last}: {reason}"),
    }
}
