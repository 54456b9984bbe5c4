//! Accounting for every headed column of a candidate head: this is what refuses instead of guessing.

use super::block::{Block, Column};
use super::desk::Desk;
use super::path::Path;
use super::pattern::{BasePeriod, Fields, Pattern};
use super::period::base_holds;
use super::spec::{ColumnRule, Read};
use crate::parse::column_name;
use std::collections::BTreeMap;
use std::rc::Rc;

impl Read {
    /// The headings of named columns: of rows, filters and the divisor.
    pub(super) fn named(&self) -> impl Iterator<Item = &Pattern> {
        let cells = self.rows.iter().flat_map(|rule| rule.cells.iter().map(|(heading, _)| heading));
        cells.chain(self.filter.iter().map(|(heading, _)| heading)).chain(&self.divide_by)
    }
}

/// Why a candidate is no head, and how near it came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// Columns accounted for; one more than all if only a title lacks.
    pub score: usize,
    /// First and last row.
    pub rows: (u32, u32),
    /// What it lacks.
    pub reason: String,
}

impl Refusal {
    /// No candidate at all.
    pub fn nothing() -> Refusal {
        Refusal { score: 0, rows: (0, 0), reason: "no row holds a heading that the reading knows".to_string() }
    }

    /// The same, with what a head says and what stands there.
    pub fn headless(wanted: &str, seen: &str) -> Refusal {
        let nothing = Refusal::nothing();
        Refusal { reason: format!("{}: expected {wanted:?}, found {seen:?}", nothing.reason), ..nothing }
    }

    /// A head without its title.
    pub fn title(rows: (u32, u32), reason: String) -> Refusal {
        Refusal { score: usize::MAX, rows, reason }
    }

    /// Gives way to a nearer one; of equals the first stays.
    pub fn take_nearer(&mut self, other: Refusal) {
        if other.score > self.score {
            *self = other;
        }
    }
}

/// What a column is to a reading.
enum Role<'a> {
    Named(Vec<&'a Pattern>),
    Value(&'a ColumnRule, Fields),
    Ignored,
    Unknown,
}

/// Accounts for the columns of a candidate head.
///
/// # Errors
/// A missing or ambiguous named column, a missing required entry, too many strangers, two columns that mean the same.
pub fn account<'a>(
    paths: &BTreeMap<u32, Path>,
    rows: (u32, u32),
    read: &'a Read,
    desk: &mut Desk<'a>,
) -> Result<(usize, Block<'a>), Refusal> {
    let (mut block, strangers) = sort_out(paths, rows, read, desk);
    let accounted = paths.len() - strangers.len();
    let first = block.first_value();
    let right = |column: u32| column > first;
    let lack = missing_named(&block, read).or_else(|| missing_entry(&block, read)).or_else(|| {
        let few = accounted * 2 < paths.len();
        few.then(|| format!("only {accounted} of {} headed columns are accounted for", paths.len()))
    });
    if let Some(lack) = lack {
        let stranger = strangers.iter().find(|(column, _)| right(*column)).or(strangers.first());
        let stranger = stranger.map_or(String::new(), |(column, path)| {
            format!("; column {} {:?} is not accounted for", column_name(*column), path.shown())
        });
        return Err(Refusal { score: accounted, rows, reason: lack + &stranger });
    }
    if let Some(reason) = same_meaning(&block) {
        return Err(Refusal { score: accounted, rows, reason });
    }
    let unknown = strangers.iter().filter(|(column, _)| right(*column));
    block.unknown = unknown.map(|(column, path)| (*column, path.row, path.shown())).collect();
    group(&mut block.columns);
    Ok((accounted, block))
}

/// What every column is, and those that are nothing to the reading.
fn sort_out<'a, 'p>(
    paths: &'p BTreeMap<u32, Path>,
    rows: (u32, u32),
    read: &'a Read,
    desk: &mut Desk<'a>,
) -> (Block<'a>, Vec<(u32, &'p Path)>) {
    let mut block = Block { rows, ..Block::default() };
    let mut strangers = Vec::new();
    for (&column, path) in paths {
        block.headed.insert(column, Rc::from(path.shown()));
        match role(path, read, desk) {
            Role::Named(patterns) => block.named.extend(patterns.into_iter().map(|pattern| (pattern, column))),
            Role::Value(rule, fields) => block.columns.push(value_column(column, path, rule, fields)),
            Role::Ignored => drop(block.ignored.insert(column)),
            Role::Unknown => strangers.push((column, path)),
        }
    }
    (block, strangers)
}

fn role<'a>(path: &Path, read: &'a Read, desk: &mut Desk<'a>) -> Role<'a> {
    let named: Vec<_> =
        read.named().filter(|pattern| path.texts.iter().any(|text| desk.matches(pattern, text).is_some())).collect();
    if !named.is_empty() {
        return Role::Named(named);
    }
    for rule in &read.columns {
        if let Some(fields) = match_path(&rule.head, path, desk) {
            return Role::Value(rule, fields);
        }
    }
    match read.ignore_columns.iter().any(|ignored| match_path(&ignored.what, path, desk).is_some()) {
        true => Role::Ignored,
        false => Role::Unknown,
    }
}

/// What the levels of a head catch together: their number counts, and a slot that occurs twice must say the same.
fn match_path<'a>(head: &'a [Pattern], path: &Path, desk: &mut Desk<'a>) -> Option<Fields> {
    if head.len() != path.texts.len() {
        return None;
    }
    let mut fields = Fields::default();
    for (pattern, text) in head.iter().zip(&path.texts) {
        let caught = desk.matches(pattern, text)?;
        if fields.conflicts(&caught).is_some() {
            return None;
        }
        fields.merge_under(&caught);
    }
    Some(fields)
}

fn value_column<'a>(number: u32, path: &Path, rule: &'a ColumnRule, caught: Fields) -> Column<'a> {
    let refused = rule.base.is_some_and(|base| !base_holds(&caught, base));
    let mut fields = caught;
    for (name, text) in &rule.set {
        // The configuration refused texts that are no value of the field.
        let _ = fields.set(name, text);
    }
    if let Some(unit) = &rule.unit {
        fields.unit = Some(unit.clone());
    }
    fields.base = BasePeriod::default();
    let when = fields.when();
    Column { number, rule, fields, when, marks: path.marks.clone(), refused, group: 0, filled: false }
}

fn missing_named(block: &Block<'_>, read: &Read) -> Option<String> {
    read.named().find_map(|pattern| {
        let columns: Vec<_> = block.named.iter().filter(|(named, _)| std::ptr::eq(*named, pattern)).map(|(_, c)| *c).collect();
        match columns[..] {
            [] => Some(format!("no column is headed {:?}", pattern.as_str())),
            [_] => None,
            [first, second, ..] => {
                let (first, second) = (column_name(first), column_name(second));
                Some(format!("columns {first} and {second} are both headed {:?}", pattern.as_str()))
            }
        }
    })
}

fn missing_entry(block: &Block<'_>, read: &Read) -> Option<String> {
    let has = |rule: &ColumnRule| block.columns.iter().any(|column| std::ptr::eq(column.rule, rule));
    let missing = read.columns.iter().find(|rule| !rule.optional && !has(rule));
    if missing.is_none() && block.columns.is_empty() {
        return Some("no column is headed as any of the reading's columns".to_string());
    }
    missing.map(|rule| {
        let head: Vec<&str> = rule.head.iter().map(Pattern::as_str).collect();
        format!("no column is headed {:?}", head.join(" / "))
    })
}

/// Two different columns that mean the same: the strongest single guard.
fn same_meaning(block: &Block<'_>) -> Option<String> {
    let mut seen: BTreeMap<(usize, String), u32> = BTreeMap::new();
    for column in block.columns.iter().filter(|column| !column.refused) {
        let meaning = (std::ptr::from_ref(column.rule) as usize, format!("{:?}", column.fields));
        if let Some(first) = seen.insert(meaning, column.number) {
            let heading = block.headed.get(&column.number).map_or("", |heading| heading);
            let (first, second) = (column_name(first), column_name(column.number));
            return Some(format!("columns {first} and {second} mean the same: {heading:?}"));
        }
    }
    None
}

/// Columns that differ in their period only share the series of a row.
fn group(columns: &mut [Column<'_>]) {
    let mut groups: Vec<(Option<String>, BTreeMap<String, String>)> = Vec::new();
    for column in columns {
        let group = groups.iter().position(|(unit, own)| *unit == column.fields.unit && *own == column.fields.own);
        column.group = group.unwrap_or_else(|| {
            groups.push((column.fields.unit.clone(), column.fields.own.clone()));
            groups.len() - 1
        });
    }
}
