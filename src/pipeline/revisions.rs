//! Revisions of the series that papers use, or of any.

use super::{House, series_of_claims};
use crate::model::SeriesCode;
use crate::paper::Paper;
use crate::revision::{SeriesRevisions, Summary};
use anyhow::{Context, Result};

/// Everything on the revisions of one series; empty where the store does not have it.
///
/// # Errors
/// The store failing.
pub fn revisions_of(house: &House, series: &SeriesCode) -> Result<SeriesRevisions> {
    let title = house.store.series_info(series.as_str())?.map(|info| info.title).unwrap_or_default();
    let prints = house.store.prints(series.as_str())?;
    Ok(SeriesRevisions::of(series.clone(), title, prints))
}

/// The series that a paper's claims declare, those of which more than one vintage is held.
///
/// # Errors
/// The store failing.
pub fn revisions_of_paper(house: &House, paper: &Paper) -> Result<Vec<SeriesRevisions>> {
    let all = series_of_claims(&[paper]).into_iter().map(|code| revisions_of(house, &code));
    all.filter(|one| one.as_ref().map_or(true, |one| one.triangle.vintages.len() > 1)).collect()
}

/// The numbers of every series, or of those that claims of one paper or of all declare; those that could have been revised.
///
/// # Errors
/// An unknown paper, or the store failing.
pub fn revision_summaries(house: &House, paper: Option<&str>, all: bool) -> Result<Vec<Summary>> {
    let codes = if all { every_series(house)? } else { series_of_claims(&house.papers(paper)?) };
    let mut summaries = Vec::new();
    for code in codes {
        // one triangle at a time: all of them together are the whole store
        summaries.extend(Some(revisions_of(house, &code)?.summary).filter(|summary| summary.periods > 0));
    }
    Ok(summaries)
}

fn every_series(house: &House) -> Result<Vec<SeriesCode>> {
    let codes = house.store.series_codes()?;
    codes.iter().map(|code| code.parse().with_context(|| format!("reading the series code {code:?} from the store"))).collect()
}
