//! One row under a header → a record, or why it does not fit.

use super::head::Head;
use super::shown;
use crate::model::{CustomsLine, Dictionary, Entry, Flow, Lines, Named};
use crate::normalize::desk::Desk;
use crate::normalize::label::fold;
use crate::normalize::number;
use crate::normalize::pattern::Fields;
use crate::normalize::spec::{LineColumn, LineField, LineKind};
use crate::parse::Row;
use rust_decimal::Decimal;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

/// Longest text of a cell: names of commodities have some hundred characters.
const MAX_TEXT: usize = 4_000;

/// Codes of countries have two or three letters; what is longer is a name.
const LONGEST_CODE: usize = 3;

/// The column a row fails in, and what was seen and wanted.
pub type Misfit = (u32, String);

/// Texts that many lines share, each held once.
#[derive(Debug, Default)]
pub struct Pool {
    texts: HashSet<Arc<str>>,
    named: HashSet<Arc<Named>>,
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

    fn named(&mut self, named: Named) -> Arc<Named> {
        if let Some(known) = self.named.get(&named) {
            return known.clone();
        }
        let new = Arc::new(named);
        self.named.insert(new.clone());
        new
    }
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
        let text = self.text(field)?;
        let code = self.fields.own.get(&format!("{}_code", field.as_str()));
        Some(pool.named(Named { code: code.map_or(text, String::as_str).to_string(), text: text.to_string() }))
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
    let said = said(head, row, desk)?;
    match head.read.kind {
        LineKind::Customs => lines.customs.push(customs(&said, line, pool)?),
        LineKind::Dictionary(dictionary) => lines.entries.push(entry(&said, line, dictionary)?),
    }
    Ok(())
}

fn said<'a, 'r>(head: &Head<'a>, row: &'r Row, desk: &mut Desk<'a>) -> Result<Said<'r>, Misfit> {
    let mut said = Said::default();
    let beyond = row.cells.iter().find(|cell| cell.column > head.last && shown(cell).is_some());
    if let Some(cell) = beyond {
        return Err((cell.column, format!("{:?} right of the last heading", brief(&cell.text))));
    }
    for &(number, column) in &head.columns {
        let Some(text) = row.cells.iter().find(|cell| cell.column == number).and_then(shown) else { continue };
        if text.len() > MAX_TEXT {
            return Err((number, format!("{}: {} bytes in a cell, {MAX_TEXT} at most", column.field.as_str(), text.len())));
        }
        legible(column.field, text).map_err(|why| (number, format!("{}: {why}", column.field.as_str())))?;
        said.texts.push((column.field, number, text));
        if column.field.is_number() {
            said.amounts.push((column.field, amount(column, number, text, desk)?));
        }
        take(&mut said.fields, column, number, text, desk)?;
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

/// What the patterns of a column catch in a cell; one of them must match.
fn take<'a>(fields: &mut Fields, column: &'a LineColumn, number: u32, text: &str, desk: &mut Desk<'a>) -> Result<(), Misfit> {
    if column.cells.is_empty() {
        return Ok(());
    }
    let folded: Rc<str> = Rc::from(fold(text));
    let Some(caught) = column.cells.iter().find_map(|pattern| desk.matches(pattern, &folded)) else {
        let wanted: Vec<String> = column.cells.iter().map(|pattern| format!("{:?}", pattern.as_str())).collect();
        return Err((number, format!("{}: {:?}, expected {}", column.field.as_str(), brief(text), wanted.join(" or "))));
    };
    if let Some((field, here, there)) = fields.conflicts(&caught) {
        return Err((number, format!("{field} is {here:?} and {there:?}")));
    }
    fields.merge_under(&caught);
    Ok(())
}

/// An exact amount, as displayed.
fn amount(column: &LineColumn, number: u32, text: &str, desk: &Desk<'_>) -> Result<Decimal, Misfit> {
    let wrong = |why: String| (number, format!("{}: {why}", column.field.as_str()));
    let read = number::read(text, desk.mapping.number).map_err(|error| wrong(error.to_string()))?;
    if CustomsLine::milli(read).is_none() {
        let wanted = format!("a number of 15 digits with {} decimals at most", CustomsLine::DECIMALS);
        return Err(wrong(format!("expected {wanted}, found {text:?}")));
    }
    Ok(read)
}

fn customs(said: &Said<'_>, line: u32, pool: &mut Pool) -> Result<CustomsLine, Misfit> {
    let direction = said.need(LineField::Direction)?;
    let flow = said.fields.own.get("flow").and_then(|word| Flow::parse(word));
    let flow = flow.ok_or_else(|| (said.column(LineField::Direction), format!("{direction:?} is neither export nor import")))?;
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
