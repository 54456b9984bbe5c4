//! One row under a header → a record, or why it does not fit.

use super::head::Head;
use super::{Misfit, shown};
use crate::model::{CustomsLine, Dictionary, Entry, Flow, Lines, Named, Roll, TypedLine};
use crate::normalize::desk::Desk;
use crate::normalize::label::fold;
use crate::normalize::number;
use crate::normalize::pattern::Fields;
use crate::normalize::spec::{LineColumn, LineField, LineKind, NumberStyle};
use crate::parse::Row;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

/// Longest text of a cell: names of commodities have some hundred characters.
const MAX_TEXT: usize = 4_000;

/// Codes of countries have two or three letters; what is longer is a name.
const LONGEST_CODE: usize = 3;

/// Texts that many lines share, each held once.
#[derive(Debug, Default)]
pub struct Pool {
    texts: HashSet<Arc<str>>,
    named: HashSet<Arc<Named>>,
    /// The decimal sign of the first amount that has one.
    mark: Option<char>,
}

impl Pool {
    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let new: Arc<str> = Arc::from(text);
        self.texts.insert(new.clone());
        new
    }

    /// Whether a decimal sign is that of the amounts before; a document whose amounts have two was put together of several.
    pub fn same_mark(&mut self, mark: Option<char>) -> bool {
        mark.is_none_or(|mark| *self.mark.get_or_insert(mark) == mark)
    }

    fn named(&mut self, named: Named) -> Arc<Named> {
        if let Some(known) = self.named.get(&named) {
            return known.clone();
        }
        let new = Arc::new(named);
        self.named.insert(new.clone());
        new
    }
}

/// What one cell says.
#[derive(Debug)]
pub struct Told<'t> {
    text: &'t str,
    fields: Fields,
    amount: Option<Decimal>,
}

impl Told<'_> {
    /// The direction, if the cell has one.
    pub fn flow(&self) -> Option<Flow> {
        flow(&self.fields)
    }

    /// Year and month, if the cell has a year.
    pub fn period(&self) -> Option<(i32, Option<u32>)> {
        Some((self.fields.year?, self.fields.month))
    }

    /// The commodity, if the cell has one.
    pub fn code(&self) -> Option<Arc<Named>> {
        commodity(self.text).ok()?;
        Some(Arc::new(Named { code: self.text.to_string(), text: self.text.to_string() }))
    }

    /// A code and the text it stands in, of a field that is named.
    pub fn named(&self, field: LineField, pool: &mut Pool) -> Arc<Named> {
        pool.named(named(field, self.text, &self.fields))
    }

    /// An amount in thousandths.
    pub fn milli(&self) -> Option<i64> {
        CustomsLine::milli(self.amount?)
    }
}

/// The slot `{flow}` of a cell's pattern.
fn flow(fields: &Fields) -> Option<Flow> {
    fields.own.get("flow").and_then(|word| Flow::parse(word))
}

/// The slot `{field_code}` of a cell's pattern, else the whole text.
fn named(field: LineField, text: &str, fields: &Fields) -> Named {
    let code = fields.own.get(&format!("{}_code", field.as_str()));
    Named { code: code.map_or(text, String::as_str).to_string(), text: text.to_string() }
}

/// What the cells of a row say.
#[derive(Default)]
struct Said<'r> {
    texts: Vec<(LineField, u32, &'r str)>,
    fields: Fields,
    amounts: Vec<(LineField, Decimal)>,
}

impl<'r> Said<'r> {
    fn text(&self, field: LineField) -> Option<&'r str> {
        self.texts.iter().find(|(known, ..)| *known == field).map(|(_, _, text)| *text)
    }

    fn column(&self, field: LineField) -> u32 {
        self.texts.iter().find(|(known, ..)| *known == field).map_or(0, |(_, column, _)| *column)
    }

    fn amount(&self, field: LineField) -> Option<Decimal> {
        self.amounts.iter().find(|(known, _)| *known == field).map(|(_, amount)| *amount)
    }

    fn need(&self, field: LineField) -> Result<&'r str, Misfit> {
        self.text(field).ok_or_else(|| (0, format!("no {}", field.as_str())))
    }

    /// A code and the text it stands in: the slot `{field_code}` of the cell's pattern, else the whole text.
    fn named(&self, field: LineField, pool: &mut Pool) -> Option<Arc<Named>> {
        Some(pool.named(named(field, self.text(field)?, &self.fields)))
    }
}

/// Reads a row and adds its record.
///
/// # Errors
/// Where and why it does not fit.
pub fn read<'a>(
    head: &Head<'a>,
    row: &Row,
    line: u32,
    pool: &mut Pool,
    lines: &mut Lines,
    desk: &mut Desk<'a>,
) -> Result<(), Misfit> {
    let said = said(head, row, pool, desk)?;
    match head.read.kind {
        LineKind::Customs => lines.customs.push(customs(&said, line, pool)?),
        LineKind::Dictionary(dictionary) => lines.entries.push(entry(&said, line, dictionary)?),
    }
    Ok(())
}

fn said<'a, 'r>(head: &Head<'a>, row: &'r Row, pool: &mut Pool, desk: &mut Desk<'a>) -> Result<Said<'r>, Misfit> {
    let mut said = Said::default();
    let beyond = row.cells.iter().find(|cell| cell.column > head.last && shown(&cell.text).is_some());
    if let Some(cell) = beyond {
        return Err((cell.column, format!("{:?} right of the last heading", brief(&cell.text))));
    }
    for &(number, column) in &head.columns {
        let Some(found) = row.cells.iter().find(|cell| cell.column == number) else { continue };
        let Some(told) = cell(column, number, &found.text, pool, desk)? else { continue };
        if let Some((field, here, there)) = said.fields.conflicts(&told.fields) {
            return Err((number, format!("{field} is {here:?} and {there:?}")));
        }
        said.fields.merge_under(&told.fields);
        said.texts.push((column.field, number, told.text));
        said.amounts.extend(told.amount.map(|amount| (column.field, amount)));
    }
    Ok(said)
}

/// A name that is kept for good must be one: not bytes that no charset explains, and no code that looks like another one.
fn legible(field: LineField, text: &str) -> Result<(), String> {
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(format!("{:?} has bytes that are no characters of the document's charset", brief(text)));
    }
    let latin = text.chars().any(|c| c.is_ascii_alphabetic());
    let cyrillic = text.chars().any(|c| matches!(c, '\u{400}'..='\u{52f}'));
    let coded =
        matches!(field, LineField::Partner | LineField::Reporter | LineField::Code) && text.chars().count() <= LONGEST_CODE;
    if coded && latin && cyrillic {
        return Err(format!("{text:?} has Latin and Cyrillic letters in one code"));
    }
    Ok(())
}

/// Reads one cell; `None` if it is empty.
///
/// # Errors
/// Where and why it does not fit.
pub fn cell<'a, 't>(
    column: &'a LineColumn,
    number: u32,
    text: &'t str,
    pool: &mut Pool,
    desk: &mut Desk<'a>,
) -> Result<Option<Told<'t>>, Misfit> {
    let Some(text) = shown(text) else { return Ok(None) };
    if text.len() > MAX_TEXT {
        return Err((number, format!("{}: {} bytes in a cell, {MAX_TEXT} at most", column.field.as_str(), text.len())));
    }
    legible(column.field, text).map_err(|why| (number, format!("{}: {why}", column.field.as_str())))?;
    let amount = if column.field.is_number() { Some(amount(column, number, text, pool, desk)?) } else { None };
    let fields = take(column, number, text, desk)?;
    Ok(Some(Told { text, fields, amount }))
}

/// What the patterns of a column catch in a cell; one of them must match.
fn take<'a>(column: &'a LineColumn, number: u32, text: &str, desk: &mut Desk<'a>) -> Result<Fields, Misfit> {
    if column.cells.is_empty() {
        return Ok(Fields::default());
    }
    let folded: Rc<str> = Rc::from(fold(text));
    let Some(caught) = column.cells.iter().find_map(|pattern| desk.matches(pattern, &folded)) else {
        let wanted: Vec<String> = column.cells.iter().map(|pattern| format!("{:?}", pattern.as_str())).collect();
        return Err((number, format!("{}: {:?}, expected {}", column.field.as_str(), brief(text), wanted.join(" or "))));
    };
    Ok(Fields::clone(&caught))
}

/// An exact amount, as displayed.
fn amount(column: &LineColumn, number: u32, text: &str, pool: &mut Pool, desk: &Desk<'_>) -> Result<Decimal, Misfit> {
    let wrong = |why: String| (number, format!("{}: {why}", column.field.as_str()));
    let read = number::read(text, desk.mapping.number).map_err(|error| wrong(error.to_string()))?;
    if CustomsLine::milli(read).is_none() {
        let wanted = format!("a number of 15 digits with {} decimals at most", CustomsLine::DECIMALS);
        return Err(wrong(format!("expected {wanted}, found {text:?}")));
    }
    if read.is_sign_negative() && !read.is_zero() {
        return Err(wrong(format!("expected an amount of goods that moved, found {text:?}")));
    }
    let groups = desk.mapping.number == NumberStyle::En;
    if !pool.same_mark(text.chars().find(|c| *c == '.' || (*c == ',' && !groups))) {
        return Err(wrong(format!("expected the decimal sign of the amounts before, found {text:?}")));
    }
    Ok(read)
}

fn customs(said: &Said<'_>, line: u32, pool: &mut Pool) -> Result<CustomsLine, Misfit> {
    let direction = said.need(LineField::Direction)?;
    let flow = flow(&said.fields)
        .ok_or_else(|| (said.column(LineField::Direction), format!("{direction:?} is neither export nor import")))?;
    let period = said.need(LineField::Period)?;
    let Fields { year, month, .. } = said.fields;
    let year = year.ok_or_else(|| (said.column(LineField::Period), format!("{period:?} names no year")))?;
    let code = said.need(LineField::Code)?;
    commodity(code).map_err(|why| (said.column(LineField::Code), why))?;
    Ok(CustomsLine {
        line,
        flow,
        direction: pool.text(direction),
        year,
        month,
        reporter: said.named(LineField::Reporter, pool),
        partner: said.named(LineField::Partner, pool),
        code: pool.text(code),
        unit: said.named(LineField::Unit, pool),
        value: said.amount(LineField::Value),
        weight: said.amount(LineField::Weight),
        quantity: said.amount(LineField::Quantity),
        region: said.named(LineField::Region, pool),
        district: said.named(LineField::District, pool),
    })
}

/// The year in which the Harmonized System came into force; no commodity has such a code before.
const FIRST_YEAR: i32 = 1988;

/// Whether trade of a period can be known to a document of this date.
///
/// # Errors
/// Why not.
pub fn in_time(year: i32, month: Option<u32>, as_of: NaiveDate) -> Result<(), String> {
    let known = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), 1).is_some_and(|first| first <= as_of);
    match (year < FIRST_YEAR, known) {
        (true, _) => Err(format!("period: {year}, before {FIRST_YEAR}, in which commodities got such codes")),
        (_, false) => Err(format!("period: {year}-{:02}, after the document's date {as_of}", month.unwrap_or(1))),
        (false, true) => Ok(()),
    }
}

/// A line whose trade can be known to a document of this date, with its names in the roll.
///
/// # Errors
/// Where and why it is none.
pub fn typed(line: &CustomsLine, as_of: NaiveDate, roll: &mut Roll) -> Result<TypedLine, Misfit> {
    in_time(line.year, line.month, as_of).map_err(|why| (0, why))?;
    TypedLine::of(line, roll).ok_or_else(|| (0, "an amount has no whole thousandths".to_string()))
}

/// A commodity code has letters and digits, two for every level; an odd number of digits has lost its leading zero. A word
/// (`TOTAL`) has none to lose.
fn commodity(code: &str) -> Result<(), String> {
    let plain = !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric());
    let word = plain && code.bytes().all(|b| b.is_ascii_alphabetic());
    match plain {
        true if word && code.len() <= 10 => Ok(()),
        true if code.len().is_multiple_of(2) && code.len() <= 10 => Ok(()),
        true if code.len() < 10 => Err(format!("code {code:?} has {} characters: a leading zero is lost", code.len())),
        _ => Err(format!("code {:?}, expected 2, 4, 6, 8 or 10 digits or letters", brief(code))),
    }
}

fn entry(said: &Said<'_>, line: u32, dictionary: Dictionary) -> Result<Entry, Misfit> {
    let code = said.need(LineField::Code)?;
    if dictionary == Dictionary::Code {
        commodity(code).map_err(|why| (said.column(LineField::Code), why))?;
    }
    Ok(Entry { dictionary, line, code: code.to_string(), name: said.need(LineField::Name)?.to_string() })
}

/// The beginning of a long text.
fn brief(text: &str) -> &str {
    text.char_indices().nth(120).map_or(text, |(end, _)| &text[..end])
}
