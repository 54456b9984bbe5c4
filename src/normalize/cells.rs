//! The figures of one row: value, period and series of every cell under a heading.

use super::block::{Block, Column};
use super::desk::Desk;
use super::figure::{Figure, Row, Series, Value, raw_beside, series, value};
use super::number::{self, CellValue};
use super::pattern::Fields;
use super::period::{PeriodIssue, period_of};
use super::spec::Read;
use super::text::{Line, Text};
use crate::model::{Frequency, Issue, Period};
use crate::parse::{Table, column_name, locator};
use rust_decimal::Decimal;
use std::rc::Rc;

/// The issue of a cell that is neither number nor marker.
const UNREADABLE: &str = "unreadable_value";

/// The issue of a figure whose series nothing says.
const NO_FIELD: &str = "no_field";

/// Where the figures of a row go.
pub struct Into<'t> {
    /// Index of the block.
    pub block: usize,
    /// Index of the row.
    pub row: usize,
    /// Figures of the table so far.
    pub figures: &'t mut Vec<Figure>,
    /// Issues of the table so far.
    pub issues: &'t mut Vec<Issue>,
}

/// What the cells of one row are read with.
struct Reading<'r, 'a> {
    line: &'r Line,
    row: &'r Row,
    read: &'a Read,
    divisor: u32,
    plain: Vec<Decimal>,
    inner: Fields,
    outer: Fields,
    known: Vec<(usize, Frequency, Rc<Series>)>,
}

/// Why a cell is no figure: the issue's code, what was seen, what was wanted.
type Failure = (&'static str, String, String);

/// Reads every cell of a known row under a heading. A failure of the row's own is told once. `false` if nothing over the row says
/// which series it is and the reading only counts what it does not know: the row is not one of its own.
pub fn read<'a>(
    line: &Line,
    block: &mut Block<'a>,
    row: &Row,
    read: &'a Read,
    table: &Table,
    into: Into<'_>,
    desk: &mut Desk<'a>,
) -> bool {
    let (told, read_before) = (into.issues.len(), into.figures.len());
    let mut tell = |column: u32, (code, seen, wanted): Failure| {
        into.issues.push(Issue::warning(code, locator(table, line.number, column), seen, wanted));
    };
    let divisor = match divisor(line, block, read, desk) {
        Ok(divisor) => divisor,
        Err((column, seen)) => {
            tell(column, (UNREADABLE, seen, "a divisor that is a power of ten".to_string()));
            return true;
        }
    };
    let plain = plain_figures(line, block, desk);
    let (inner, outer) = (row.fields.when(), row.outer.when());
    let mut reading = Reading { line, row, read, divisor, plain, inner, outer, known: Vec::new() };
    let mut failed: Option<&'static str> = None;
    let mut nameless = false;
    for (index, column) in block.columns.iter_mut().enumerate().filter(|(_, column)| !column.refused) {
        match reading.figure(column, desk) {
            Ok(figure) => into.figures.push(Figure { block: into.block, column: index, row: into.row, ..figure }),
            Err((code, ..)) if code != UNREADABLE && failed == Some(code) => {}
            Err(failure) => {
                nameless |= failure.0 == NO_FIELD;
                failed = Some(failure.0);
                tell(column.number, failure);
            }
        }
    }
    let foreign = nameless && read.count_unmapped && into.figures.len() == read_before;
    if foreign {
        into.issues.truncate(told);
    }
    !foreign
}

impl Reading<'_, '_> {
    /// The figure of one column.
    fn figure(&mut self, column: &mut Column<'_>, desk: &Desk<'_>) -> Result<Figure, Failure> {
        let cell = self.line.at(column.number);
        let said = cell.map_or(Ok(None), |cell| said(cell, &self.plain, desk));
        column.filled |= !matches!(said, Ok(None | Some((Value::Blank, _))));
        let unreadable = |seen: String| (UNREADABLE, seen, "one number or a known marker".to_string());
        let (series, period) = self.named(column)?;
        let (said, marks) = said.map_err(unreadable)?.unwrap_or((Value::Blank, Vec::new()));
        let (value, raw) = match (said, cell) {
            (Value::Number(shown), Some(cell)) => {
                let divided = shift(shown, self.divisor).ok_or_else(|| unreadable(format!("{shown} with too many decimals")))?;
                (Value::Number(divided), raw_beside(cell, shown))
            }
            (other, _) => (other, None),
        };
        let printed = cell.map_or(Rc::from(""), |cell| cell.shown.clone());
        let text = cell.is_some_and(|cell| cell.raw.is_none());
        Ok(Figure { block: 0, column: 0, row: 0, series, period, printed, raw, text, value, marks })
    }

    /// The series and period of a cell. Column and row may not disagree; sections and titles give way to both.
    fn named(&mut self, column: &Column<'_>) -> Result<(Rc<Series>, Period), Failure> {
        if let Some((field, of_row, of_column)) = self.row.fields.conflicts(&column.fields) {
            let seen = format!("{field} is {of_row:?} by the row and {of_column:?} by the column");
            return Err(("conflict", seen, "row and column that agree".to_string()));
        }
        let mut when = self.inner.clone();
        when.merge_under(&column.when);
        when.merge_under(&self.outer);
        let no_period = |error: PeriodIssue| ("no_period", error.0, "fields that name one period".to_string());
        let (period, frequency) = period_of(&when, self.read.as_of).map_err(no_period)?;
        let known = self.known.iter().find(|(group, freq, _)| *group == column.group && *freq == frequency);
        if let Some((_, _, series)) = known {
            return Ok((series.clone(), period));
        }
        let mut fields = self.row.fields.clone();
        fields.merge_under(&column.fields);
        fields.merge_under(&self.row.outer);
        let named = series(&self.read.series, self.read.unit.as_ref(), &fields, frequency)
            .map_err(|(seen, wanted)| (NO_FIELD, seen, wanted))?;
        let named = Rc::new(named);
        self.known.push((column.group, frequency, named.clone()));
        Ok((named, period))
    }
}

/// What a cell says. A number merged over several cells belongs to none of its copies.
fn said(cell: &Text, plain: &[Decimal], desk: &Desk<'_>) -> Result<Option<(Value, Vec<String>)>, String> {
    let (style, markers) = (desk.mapping.number, &desk.mapping.markers);
    let read = number::cell(&cell.shown, style, markers);
    if cell.copy {
        let from = format!("{:?} merged from {}{}", cell.shown, column_name(cell.origin.1), cell.origin.0);
        return match read {
            CellValue::Number { .. } | CellValue::Unreadable(_) => Err(from),
            other => value(other),
        };
    }
    if desk.mapping.glued_marks && cell.raw.is_none() && cell.shown.trim_end().ends_with(')') {
        let glued = number::glued(&cell.shown, style, plain);
        return glued.map(|(value, marks)| Some((Value::Number(value), marks))).map_err(|error| error.to_string());
    }
    match value(read)? {
        None => Err(format!("{:?}", cell.shown)),
        said => Ok(said),
    }
}

/// The figures of the row that carry no glued mark, by which those that do are judged.
fn plain_figures(line: &Line, block: &Block<'_>, desk: &Desk<'_>) -> Vec<Decimal> {
    if !desk.mapping.glued_marks {
        return Vec::new();
    }
    let cells = block.columns.iter().filter_map(|column| line.at(column.number));
    let plain = cells.filter(|cell| !cell.shown.trim_end().ends_with(')'));
    plain.filter_map(|cell| number::read(&cell.shown, desk.mapping.number).ok()).collect()
}

/// The power of ten by which the row's figures are divided; what stands there instead.
fn divisor(line: &Line, block: &Block<'_>, read: &Read, desk: &Desk<'_>) -> Result<u32, (u32, String)> {
    let Some(heading) = &read.divide_by else { return Ok(0) };
    let column = block.named(heading).unwrap_or_default();
    let shown = line.at(column).map_or("", |cell| &cell.shown);
    let value = number::read(shown, desk.mapping.number).ok().map(|value| value.normalize());
    let power = value.filter(|value| value.scale() == 0).and_then(|value| power_of_ten(value.mantissa()));
    power.ok_or_else(|| (column, format!("{shown:?}")))
}

fn power_of_ten(value: i128) -> Option<u32> {
    (0..Decimal::MAX_SCALE).find(|power| 10i128.checked_pow(*power) == Some(value))
}

/// Exact division by a power of ten; `None` where the decimals do not suffice.
fn shift(value: Decimal, power: u32) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(value.mantissa(), value.scale() + power).ok()
}
