//! Tables with periods before their rows: an item over every column, and long tables of records.

use super::across::unit;
use super::body::{Body, periods};
use super::draft::{ColumnDraft, Distinct, Draft, SectionDraft};
use super::head::{Column, Head, Level, of_words};
use super::items::{self, MOST_LABELS};
use super::layout::{at_edges, finish};
use super::sheet::{Kind, Sheet};
use super::when::{When, when};
use super::words::{literal, quoted, slug_or};
use crate::parse::column_name;
use std::collections::BTreeSet;

/// So many rows of periods make a table of them.
const ROWS_OF_PERIODS: usize = 2;
/// Words of a heading over numbers that are no figures.
const NO_FIGURES: [&str; 10] = ["код", "code", "№", "номер", "num", "id", "iso", "nominal", "номинал", "шифр"];
/// Dimensions that a proposal makes part of a code.
const MOST_DIMENSIONS: usize = 3;

/// The draft of a table whose rows begin with periods.
///
/// # Errors
/// Why it is none, in words.
pub fn down(sheet: &Sheet<'_>) -> Result<Draft, String> {
    let (column, first) = period_column(sheet).ok_or("no column names periods before figures")?;
    let (figures, words) = value_columns(sheet, column, first);
    if figures.is_empty() {
        return Err(format!("no column beside the periods in column {} holds figures alone", column_name(column)));
    }
    let head = (0..=4usize.min(first)).find_map(|up| of_words(sheet, first - up, &figures));
    let head = head.ok_or("no rows of words stand over its figures that tell its columns apart")?;
    let (head, figures) = head;
    let values: BTreeSet<u32> = figures.iter().copied().filter(|number| !is_numbering(&head, *number)).collect();
    let rows = super::rows_of(sheet, &head);
    let body = Body::new(sheet, head.below, rows, &values);
    let labels = periods(&body.column(column)).ok_or_else(|| {
        let strange =
            body.data.iter().find(|line| line.at(column).is_none_or(|cell| when(&cell.folded, cell.raw.is_some()).is_none()));
        format!(
            "row {} has figures, and names no period in column {}",
            strange.map_or(0, |line| line.number),
            column_name(column)
        )
    })?;
    let mut draft = Draft::default();
    if !labels.iter().all(When::is_whole) {
        years_between(&body, &labels, &mut draft)?;
    }
    let dimensions = dimensions(sheet, &head, &body, &words, &mut draft)?;
    row_rules(sheet, &head, (column, &labels), &dimensions, values.first().copied(), &mut draft)?;
    columns(&head, &values, &dimensions, &mut draft)?;
    draft.as_of = labels.iter().any(|when| when.fields.date.is_some()) && at_edges(labels.iter().map(|when| &when.fields));
    draft.confirm.push(format!("periods in column {}", column_name(column)));
    Ok(finish(sheet, &head, &body, draft))
}

/// The first column that names periods in several rows with figures, and the index of its first row.
fn period_column(sheet: &Sheet<'_>) -> Option<(u32, usize)> {
    let says = |line: &crate::normalize::outline::Line, column: u32| {
        let period = line.at(column).is_some_and(|cell| !cell.copy && when(&cell.folded, cell.raw.is_some()).is_some());
        period && line.cells.iter().any(|cell| cell.column != column && sheet.kind(cell) == Kind::Figure)
    };
    let columns: BTreeSet<u32> = sheet.lines.iter().flat_map(|line| &line.cells).map(|cell| cell.column).collect();
    columns.into_iter().find_map(|column| {
        let mut rows = sheet.lines.iter().enumerate().filter(|(_, line)| says(line, column));
        let first = rows.next()?.0;
        (rows.count() + 1 >= ROWS_OF_PERIODS).then_some((column, first))
    })
}

/// Columns of figures and columns of words, from a row on.
fn value_columns(sheet: &Sheet<'_>, period: u32, first: usize) -> (BTreeSet<u32>, BTreeSet<u32>) {
    let period_row = |line: &&crate::normalize::outline::Line| {
        line.at(period).is_some_and(|cell| when(&cell.folded, cell.raw.is_some()).is_some())
    };
    let (mut figures, mut words) = (BTreeSet::new(), BTreeSet::new());
    for cell in
        sheet.lines.iter().skip(first).filter(period_row).flat_map(|line| &line.cells).filter(|cell| cell.column != period)
    {
        match sheet.kind(cell) {
            Kind::Figure | Kind::Digits => figures.insert(cell.column),
            Kind::Words => words.insert(cell.column),
            Kind::Marker => false,
        };
    }
    figures.retain(|column| !words.contains(column));
    (figures, words)
}

/// Whether the heading says that its numbers are codes or multipliers.
fn is_numbering(head: &Head, number: u32) -> bool {
    let texts = head.columns.iter().filter(|column| column.number == number).flat_map(Column::texts);
    let words: Vec<String> =
        texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '№').map(str::to_string)).collect();
    words.iter().any(|word| NO_FIGURES.iter().any(|no| word == no || word.ends_with("code") || word.starts_with("num")))
}

/// Months or quarters under headings that name the year.
fn years_between(body: &Body<'_>, labels: &[When], draft: &mut Draft) -> Result<(), String> {
    let years = body.headings.iter().map(|line| line.cells.first().and_then(|cell| when(&cell.folded, cell.raw.is_some())));
    let years: Option<Vec<When>> = years.collect();
    let years = years.filter(|years| body.headed && !years.is_empty() && years.iter().all(When::is_whole));
    if years.is_none() || labels.iter().any(When::is_whole) {
        return Err("its rows name parts of years, and no headings between them name the year".to_string());
    }
    draft.sections = super::ways(&years.unwrap_or_default())
        .into_iter()
        .map(|way| SectionDraft { text: way.into(), level: 1, ..SectionDraft::default() })
        .collect();
    Ok(())
}

/// Columns of words that vary tell rows of one period apart; others are known and not wanted.
fn dimensions(
    sheet: &Sheet<'_>,
    head: &Head,
    body: &Body<'_>,
    words: &BTreeSet<u32>,
    draft: &mut Draft,
) -> Result<Vec<(u32, String)>, String> {
    let (mut found, mut known) = (Vec::new(), BTreeSet::new());
    for column in words {
        let cells = body.column(*column);
        let texts: BTreeSet<&str> = cells.iter().map(|cell| cell.map_or("", |cell| &*cell.folded)).collect();
        let heading = items::heading(head, *column);
        match heading {
            Some(heading) if texts.len() > 1 && !texts.contains("") => {
                for (cell, line) in cells.iter().zip(&body.data) {
                    let Some(cell) = cell else { continue };
                    let label = (literal(&cell.folded), crate::parse::locator(sheet.table, line.number, *column));
                    if known.insert(label.0.clone()) {
                        draft.labels.push(label);
                    }
                }
                found.push((*column, heading));
            }
            _ if texts.len() > 1 => return Err(format!("column {} holds words that are not understood", column_name(*column))),
            Some(_) | None => {}
        }
    }
    if known.len() > MOST_LABELS {
        return Err(format!("more than {MOST_LABELS} labels tell its rows apart: they are for a classifier"));
    }
    if found.len() > MOST_DIMENSIONS {
        return Err(format!("{} columns of words tell its rows apart", found.len()));
    }
    Ok(found)
}

/// What a row says: its period, and its dimensions.
fn row_rules(
    sheet: &Sheet<'_>,
    head: &Head,
    (column, labels): (u32, &[When]),
    dimensions: &[(u32, String)],
    first: Option<u32>,
    draft: &mut Draft,
) -> Result<(), String> {
    let heading = items::heading(head, column);
    let stub = dimensions.is_empty() && first.is_some_and(|first| column < first) && !has_left(sheet, head, column);
    if !stub && heading.is_none() {
        return Err(format!("the periods in column {} stand under no heading of their own", column_name(column)));
    }
    for way in super::ways(labels) {
        let mut rule = items::row(heading.as_deref().filter(|_| !stub), way);
        for ((_, heading), field) in dimensions.iter().zip(["item", "detail", "further"]) {
            rule.cells.push((heading.clone(), format!("{{{field}:row}}")));
        }
        draft.rows.push(rule);
    }
    Ok(())
}

/// Whether another label stands left of a column.
fn has_left(sheet: &Sheet<'_>, head: &Head, column: u32) -> bool {
    sheet.lines.iter().skip(head.below).any(|line| line.cells.iter().any(|cell| cell.column < column))
}

/// An item for every column of figures; the others are left out.
fn columns(head: &Head, values: &BTreeSet<u32>, dimensions: &[(u32, String)], draft: &mut Draft) -> Result<(), String> {
    let mut ids = Distinct::default();
    let alone = values.len() == 1 && !dimensions.is_empty();
    let field = if dimensions.is_empty() { "item" } else { "column" };
    draft.item.extend(["{item}", "{detail}", "{further}"].into_iter().take(dimensions.len()).map(str::to_string));
    if !alone {
        draft.item.push(format!("{{{field}}}"));
    }
    for column in &head.columns {
        let path: Vec<String> = column.levels.iter().map(written).collect();
        if !values.contains(&column.number) {
            left_out(column, path, values, draft);
            continue;
        }
        let mut rule = ColumnDraft { unit: unit(column)?, head: path, ..ColumnDraft::default() };
        if column.is_when() {
            return Err(format!("column {} is headed by a period, and so are its rows", column_name(column.number)));
        }
        if !alone {
            let last = column.texts().last().map_or("", |text| text);
            rule.set.push((field.to_string(), ids.of(&slug_or(last, "column"))));
        }
        draft.columns.push(rule);
    }
    Ok(())
}

/// A headed column that is no figure and not named by the rows.
fn left_out(column: &Column, path: Vec<String>, values: &BTreeSet<u32>, draft: &mut Draft) {
    let named = draft.rows.iter().flat_map(|row| &row.cells).any(|(heading, _)| path.last() == Some(heading));
    let label = values.first().is_some_and(|first| column.number < *first);
    if !named && !label {
        let said = format!("column {} is left out: {}", column_name(column.number), quoted(&path.join(" / ")));
        draft.confirm.push(said);
        draft.ignored_columns.push((path, "holds no figures of its own".to_string()));
    }
}

fn written(level: &Level) -> String {
    match level {
        Level::When(when) => when.written.to_string(),
        Level::Text(text) => literal(text),
    }
}
