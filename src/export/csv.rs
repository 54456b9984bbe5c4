//! Tidy CSV: a row a figure. `docs/exports.md` has the columns.

use super::{ExportError, Written, gathered};
use crate::report::safe;
use crate::store::{Selection, SeriesInfo, Store, VintageRow};
use std::io::Write;

/// The columns.
pub const COLUMNS: [&str; 17] = [
    "series",
    "title",
    "unit",
    "frequency",
    "period",
    "period_start",
    "period_end",
    "value",
    "status",
    "class",
    "known_from",
    "known_to",
    "known_from_basis",
    "source",
    "sha256",
    "locator",
    "address",
];

/// Writes the figures of a selection.
///
/// # Errors
/// The store or the writer failing.
pub fn csv(store: &Store, selection: &Selection, out: &mut dyn Write) -> Result<Written, ExportError> {
    let (mut written, mut last) = (Written::default(), String::new());
    let mut writer = gathered(out);
    writer.write_record(COLUMNS)?;
    store.export(selection, |series, figure| {
        written.count(&mut last, &series.code);
        // what a publisher may have written is text that no spreadsheet takes for a formula; figures are figures
        Ok::<_, ExportError>(writer.write_record(row(series, &figure, safe))?)
    })?;
    writer.flush()?;
    Ok(written)
}

/// A row; `text` makes a cell of what a publisher may have written.
pub(super) fn row(series: &SeriesInfo, figure: &VintageRow, text: impl Fn(&str) -> String) -> [String; COLUMNS.len()] {
    [
        series.code.clone(),
        text(&series.title),
        text(&figure.unit),
        series.frequency.as_str().to_string(),
        figure.period.to_string(),
        figure.period.start().to_string(),
        figure.period.end().to_string(),
        figure.value.map(|value| value.to_string()).unwrap_or_default(),
        figure.status.as_str().to_string(),
        figure.class.as_str().to_string(),
        figure.known_from.to_string(),
        figure.known_to.map(|day| day.to_string()).unwrap_or_default(),
        figure.basis.as_str().to_string(),
        text(&figure.source),
        figure.sha256.clone().unwrap_or_default(),
        text(&figure.locator),
        text(&figure.url),
    ]
}
