//! What a workbook will hold, looked at before anything of it is written.

use super::{HEAD, MOST_COLUMNS, MOST_ROWS};
use crate::export::{ExportError, Written};
use crate::model::{Frequency, Period};
use crate::store::{Selection, SeriesInfo, Store, Wanted};
use chrono::NaiveDate;

/// What stands for the unit of a series whose figures have several.
const SEVERAL: &str = "several: see each figure";

/// A series with figures.
pub struct Surveyed {
    /// What it is.
    pub info: SeriesInfo,
    /// The unit of its last figure.
    pub unit: String,
    /// How many figures.
    pub figures: u32,
    /// The first period.
    pub first: Option<Period>,
    /// The last one.
    pub last: Option<Period>,
}

/// All of it.
#[derive(Default)]
pub struct Survey {
    /// The series that have figures, by code; no more than a sheet has rows.
    pub series: Vec<Surveyed>,
    /// How much that is.
    pub written: Written,
    /// The last day on which any of it became known.
    pub newest: Option<NaiveDate>,
}

/// The sheets of figures.
pub fn frequencies() -> [(Frequency, &'static str); 7] {
    [
        (Frequency::A, "annual"),
        (Frequency::H, "half-yearly"),
        (Frequency::Q, "quarterly"),
        (Frequency::M, "monthly"),
        (Frequency::Ytd, "from January"),
        (Frequency::W, "weekly"),
        (Frequency::D, "daily"),
    ]
}

/// Looks through the selection.
///
/// # Errors
/// The store failing, and more than a sheet has room for.
pub fn survey(store: &Store, selection: &Selection) -> Result<Survey, ExportError> {
    let mut found = Survey::default();
    store.export(selection, |info, figure| {
        if found.series.last().is_none_or(|last| last.info.code != info.code) {
            fits("series", found.series.len() + 1, MOST_ROWS - 1)?;
            found.series.push(Surveyed {
                info: info.clone(),
                unit: String::new(),
                figures: 0,
                first: Some(figure.period),
                last: None,
            });
            found.written.series += 1;
        }
        found.written.rows += 1;
        found.newest = found.newest.max(Some(figure.known_from));
        fits("figures", found.written.rows, MOST_ROWS - 1 - HEAD)?;
        if let Some(one) = found.series.last_mut() {
            one.figures += 1;
            one.last = Some(figure.period);
            if one.figures <= 1 {
                one.unit = figure.unit;
            } else if one.unit != figure.unit {
                one.unit = SEVERAL.to_string();
            }
        }
        Ok::<_, ExportError>(())
    })?;
    if selection.wanted != Wanted::All {
        for (frequency, name) in frequencies() {
            let across = found.series.iter().filter(|one| one.info.frequency == frequency).count();
            fits(&format!("{name} series"), across, MOST_COLUMNS - 1)?;
        }
    }
    Ok(found)
}

/// Whether so many have room. A wide sheet has no more rows than there are figures, so that its head alone is left to count.
fn fits(what: &str, number: impl TryInto<u64>, most: u32) -> Result<(), ExportError> {
    let number = number.try_into().unwrap_or(u64::MAX);
    if number > u64::from(most) { Err(ExportError::TooMany { what: format!("more than {most} {what}"), most }) } else { Ok(()) }
}
