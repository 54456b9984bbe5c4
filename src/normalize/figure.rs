//! A cell under a heading, waiting for the notes below its table.

use super::number::CellValue;
use super::pattern::Fields;
use super::spec::{Template, TemplatePart};
use super::text::Text;
use crate::model::{Frequency, Period, SeriesCode, Status};
use rust_decimal::Decimal;
use std::rc::Rc;

/// What the rows of a block share with their figures.
#[derive(Debug)]
pub struct Row {
    /// Its number, from 1.
    pub number: u32,
    /// Its first label, folded.
    pub label: Rc<str>,
    /// Footnote marks of its labels.
    pub marks: Vec<String>,
    /// What the reading's constants and its labels say.
    pub fields: Fields,
    /// What sections and titles say.
    pub outer: Fields,
}

/// A cell of a known row and column.
#[derive(Debug)]
pub struct Figure {
    /// Index of its block in the table.
    pub block: usize,
    /// Index of its column in the block.
    pub column: usize,
    /// Index of its row in the table.
    pub row: usize,
    /// Its series and unit.
    pub series: Rc<Series>,
    /// Its period.
    pub period: Period,
    /// As displayed.
    pub printed: Rc<str>,
    /// The stored number where it differs from the displayed one.
    pub raw: Option<String>,
    /// The cell holds a text, and the figure is read from it.
    pub text: bool,
    /// What the cell says.
    pub value: Value,
    /// Footnote marks of the cell.
    pub marks: Vec<String>,
}

/// The series of some columns of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its code.
    pub code: SeriesCode,
    /// The unit of its figures.
    pub unit: String,
    /// How often it speaks.
    pub frequency: Frequency,
}

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A figure.
    Number(Decimal),
    /// A marker.
    Status(Status),
    /// Nothing.
    Blank,
}

impl Fields {
    /// The fields that make a period, alone.
    pub(super) fn when(&self) -> Fields {
        let Fields { year, month, quarter, half, ytd, date, days, .. } = *self;
        Fields { year, month, quarter, half, ytd, date, days, ..Fields::default() }
    }
}

/// The stored number, if it is not what is displayed.
pub fn raw_beside(cell: &Text, shown: Decimal) -> Option<String> {
    let raw = cell.raw.as_ref()?;
    let same = raw.parse::<Decimal>().is_ok_and(|stored| stored == shown);
    (!same).then(|| raw.clone())
}

/// The value and marks of a cell; `Err` says why it cannot be read. Words are `None`.
pub fn value(read: CellValue) -> Result<Option<(Value, Vec<String>)>, String> {
    match read {
        CellValue::Number { value, marks, .. } => Ok(Some((Value::Number(value), marks))),
        CellValue::Status { status, marks } => Ok(Some((Value::Status(status), marks))),
        CellValue::Empty { marks } => Ok(Some((Value::Blank, marks))),
        CellValue::Unreadable(error) => Err(error.to_string()),
        CellValue::Text => Ok(None),
    }
}

/// The series that the pooled fields name; a field `unit` goes before the reading's.
///
/// # Errors
/// The field that nobody set, or the code that is none.
pub fn series(
    template: &Template,
    unit: Option<&String>,
    fields: &Fields,
    frequency: Frequency,
) -> Result<Series, (String, String)> {
    let code = render(template, fields, frequency)?;
    let code: SeriesCode = code.parse().map_err(|error| (format!("{code:?}"), format!("{error}")))?;
    let unit = fields.unit.as_ref().or(unit).cloned();
    let unit =
        unit.ok_or_else(|| ("no unit".to_string(), "a unit from the row, the column, a title or the reading".to_string()))?;
    Ok(Series { code, unit, frequency })
}

fn render(template: &Template, fields: &Fields, frequency: Frequency) -> Result<String, (String, String)> {
    let mut code = String::new();
    for part in &template.parts {
        match part {
            TemplatePart::Literal(text) => code.push_str(text),
            TemplatePart::Field(name) if name == "freq" => code.push_str(frequency.as_str()),
            TemplatePart::Field(name) => {
                let value = fields.get(name).filter(|value| !value.is_empty());
                let lacking = || (format!("nothing says {name:?}"), format!("a value for {{{name}}} of the series' code"));
                code.push_str(&value.ok_or_else(lacking)?);
            }
        }
    }
    Ok(code)
}
