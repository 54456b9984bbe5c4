//! A workbook for people: what the series are, a sheet a frequency with periods down and series across, and every figure with its
//! provenance. Sheets are written row by row into files of their own, so that a large workbook needs no more memory than a small one.

mod cell;
mod survey;

use self::cell::{Cells, Looks, put, text};
use self::survey::{Survey, Surveyed, frequencies, survey};
use super::csv::row as tidy;
use super::{COLUMNS, ExportError, Written};
use crate::model::Frequency;
use crate::store::{Selection, Store, Wanted};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};
use std::collections::HashMap;
use std::io::{Seek, Write};

/// Rows that a sheet has in Excel, the header included.
const MOST_ROWS: u32 = 1_048_576;
/// Columns that a sheet has in Excel.
const MOST_COLUMNS: u32 = 16_384;
/// Rows above the figures of a wide sheet: code, title, unit.
const HEAD: u32 = 3;

/// Writes the figures of a selection as a workbook. With all vintages there are no wide sheets: a place has one figure.
///
/// # Errors
/// The store or the writer failing, and more than a sheet has room for.
pub fn xlsx(store: &Store, selection: &Selection, out: &mut (impl Write + Seek + Send)) -> Result<Written, ExportError> {
    let mut book = Workbook::new();
    let written = store.at_one_moment(|| fill(&mut book, store, selection))?;
    book.save_to_writer(out)?;
    Ok(written)
}

fn fill(book: &mut Workbook, store: &Store, selection: &Selection) -> Result<Written, ExportError> {
    let found = survey(store, selection)?;
    let looks = Looks::new();
    // the same figures make the same workbook on any day
    let made = found.newest.map_or_else(|| "2000-01-01".to_string(), |day| day.to_string());
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::parse_from_str(&made)?));
    series(sheet(book, "series")?, &found, &looks)?;
    if selection.wanted != Wanted::All {
        for (frequency, name) in frequencies() {
            let across: Vec<&Surveyed> = found.series.iter().filter(|one| one.info.frequency == frequency).collect();
            if !across.is_empty() {
                wide(sheet(book, name)?, store, (selection, frequency), &across, &looks)?;
            }
        }
    }
    figures(sheet(book, "figures")?, store, selection, &looks)?;
    Ok(found.written)
}

fn sheet<'b>(book: &'b mut Workbook, name: &str) -> Result<&'b mut Worksheet, ExportError> {
    Ok(book.add_worksheet_with_constant_memory()?.set_name(name)?)
}

/// What the series are, a row each.
fn series(sheet: &mut Worksheet, found: &Survey, looks: &Looks) -> Result<(), ExportError> {
    const HEADS: [&str; 13] = [
        "series",
        "title",
        "unit",
        "frequency",
        "publisher",
        "item",
        "entity",
        "flow",
        "counterpart",
        "measure",
        "figures",
        "first",
        "last",
    ];
    head(sheet, &HEADS, &[44.0, 50.0, 18.0], looks)?;
    for (row, one) in (1..).zip(&found.series) {
        let info = &one.info;
        let optional = |part: &Option<String>| part.clone().unwrap_or_default();
        let words = [
            info.code.clone(),
            info.title.clone(),
            one.unit.clone(),
            info.frequency.as_str().to_string(),
            info.publisher.clone(),
            info.item.clone(),
            optional(&info.entity),
            optional(&info.flow),
            optional(&info.counterpart),
            info.measure.clone(),
        ];
        for (column, word) in (0..).zip(&words) {
            text(sheet, (row, column), word, None)?;
        }
        sheet.write_number(row, 10, one.figures)?;
        let spans = [&one.first, &one.last].map(|period| period.map(|period| period.to_string()).unwrap_or_default());
        text(sheet, (row, 11), &spans[0], None)?;
        text(sheet, (row, 12), &spans[1], None)?;
    }
    Ok(())
}

/// Periods down, series across.
fn wide(
    sheet: &mut Worksheet,
    store: &Store,
    (selection, frequency): (&Selection, Frequency),
    across: &[&Surveyed],
    looks: &Looks,
) -> Result<(), ExportError> {
    /// Width of a column of figures, in characters.
    const WIDTH: f64 = 16.0;
    let columns: HashMap<&str, u16> = (1..).zip(across).map(|(column, one)| (one.info.code.as_str(), column)).collect();
    sheet.set_freeze_panes(HEAD, 1)?;
    sheet.set_column_width(0, WIDTH)?;
    for (row, name) in (0..).zip(["period", "", "unit"]) {
        text(sheet, (row, 0), name, Some(&looks.head))?;
        for (column, one) in (1..).zip(across) {
            let word = [&one.info.code, &one.info.title, &one.unit][row as usize];
            text(sheet, (row, column), word, Some(&looks.head))?;
            sheet.set_column_width(column, WIDTH)?;
        }
    }
    let (mut row, mut period) = (HEAD - 1, None);
    let mut cells = Cells::default();
    store.export_by_period(selection, frequency, |figure| {
        if period.replace(figure.period) != Some(figure.period) {
            row += 1;
            text(sheet, (row, 0), &figure.period.to_string(), None)?;
        }
        let column = columns.get(figure.series.as_str()).copied().unwrap_or_default();
        put(sheet, (row, column), &figure, &mut cells)
    })
}

/// Every figure with where it comes from.
fn figures(sheet: &mut Worksheet, store: &Store, selection: &Selection, looks: &Looks) -> Result<(), ExportError> {
    head(sheet, &COLUMNS, &[44.0, 40.0, 16.0, 10.0, 16.0, 12.0, 12.0, 16.0], looks)?;
    let (mut row, mut cells) = (0, Cells::default());
    store.export(selection, |series, figure| {
        row += 1;
        // a cell of a workbook says itself that it is text
        for ((column, name), word) in (0..).zip(COLUMNS).zip(tidy(series, &figure, str::to_string)) {
            if name != "value" {
                text(sheet, (row, column), &word, None)?;
            } else if figure.value.is_some() {
                put(sheet, (row, column), &figure, &mut cells)?;
            }
        }
        Ok(())
    })
}

/// A header that stays in sight, and the widths of the first columns.
fn head(sheet: &mut Worksheet, names: &[&str], widths: &[f64], looks: &Looks) -> Result<(), ExportError> {
    /// Width of a column of which nothing else is said, in characters.
    const WIDTH: f64 = 14.0;
    sheet.set_freeze_panes(1, 1)?;
    for (column, name) in (0..).zip(names) {
        text(sheet, (0, column), name, Some(&looks.head))?;
        sheet.set_column_width(column, widths.get(usize::from(column)).copied().unwrap_or(WIDTH))?;
    }
    Ok(())
}
