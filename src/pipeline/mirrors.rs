//! The two sides of trades, held against each other.

use super::{House, series_of_claims};
use crate::model::{Period, SeriesCode};
use crate::reconcile::{MirrorDifference, mirror};
use anyhow::Result;
use std::collections::BTreeSet;

/// Every pair that is held, or those of the series that a paper's claims need.
///
/// # Errors
/// An unknown paper, or the store failing.
pub fn mirrors(house: &House, paper: Option<&str>) -> Result<Vec<MirrorDifference>> {
    let needed: Option<BTreeSet<SeriesCode>> =
        paper.map(|id| house.papers(Some(id)).map(|papers| series_of_claims(&papers).into_iter().collect())).transpose()?;
    let sides = house.store.sides(None, None)?.into_iter();
    let wanted = sides.filter(|pair| {
        needed.as_ref().is_none_or(|needed| needed.contains(&pair.ours.code) || needed.contains(&pair.theirs.code))
    });
    Ok(wanted.filter_map(|pair| mirror(pair.ours, pair.theirs, pair.note)).collect())
}

/// What the other sides report of a series in a period.
///
/// # Errors
/// The store failing.
pub fn mirrors_of(house: &House, series: &SeriesCode, period: Period) -> Result<Vec<MirrorDifference>> {
    let sides = house.store.sides(Some(series.as_str()), Some(period))?.into_iter();
    Ok(sides.filter_map(|pair| mirror(pair.ours, pair.theirs, pair.note)).collect())
}
