//! Where the declared form and the other one are both held: how well the one follows from the other.

use super::{compute, gap_text};
use crate::model::{Period, SeriesCode};
use crate::reconcile::interval::Figure;
use crate::reconcile::{Facts, FactsError, LinkedForm, SeriesInfo, Vintage, units, vintage};
use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// Periods that are compared, the newest: five years of months tell as much as thirty, and a verdict must be quick.
const MOST: usize = 60;

/// How two forms agree where both are held.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Overlap {
    /// In how many periods both are held; the newest 60 are compared.
    pub periods: usize,
    /// In how many of them the two can be the same before rounding.
    pub agree: usize,
    /// The first of them.
    pub first: Option<String>,
    /// The last.
    pub last: Option<String>,
    /// By how much they differ on average, whatever the direction, in the series' own unit.
    pub mean_gap: String,
    /// And at most.
    pub largest_gap: String,
}

/// One period in both forms.
struct Pair {
    agree: bool,
    gap: BigRational,
    ulp: BigRational,
}

pub(super) fn overlap(
    code: &SeriesCode,
    link: &LinkedForm,
    info: &SeriesInfo,
    facts: &dyn Facts,
    as_of: Option<NaiveDate>,
) -> Result<Overlap, FactsError> {
    let mut pairs: Vec<(Period, Pair)> = Vec::new();
    for period in facts.periods(code)?.into_iter().rev() {
        if pairs.len() == MOST {
            break;
        }
        if let Some(pair) = pair(code, link, info, facts, as_of, period)? {
            pairs.push((period, pair));
        }
    }
    let Some(((last, one), (first, _))) = pairs.first().zip(pairs.last()) else { return Ok(Overlap::default()) };
    let total: BigRational = pairs.iter().map(|(_, pair)| &pair.gap).sum();
    let largest = pairs.iter().map(|(_, pair)| &pair.gap).max().cloned().unwrap_or_else(BigRational::zero);
    Ok(Overlap {
        periods: pairs.len(),
        agree: pairs.iter().filter(|(_, pair)| pair.agree).count(),
        first: Some(first.to_string()),
        last: Some(last.to_string()),
        mean_gap: gap_text(&(total / BigRational::from_integer(pairs.len().into())), &one.ulp),
        largest_gap: gap_text(&largest, &one.ulp),
    })
}

fn pair(
    code: &SeriesCode,
    link: &LinkedForm,
    info: &SeriesInfo,
    facts: &dyn Facts,
    as_of: Option<NaiveDate>,
    period: Period,
) -> Result<Option<Pair>, FactsError> {
    let Some(parts) = compute::parts(link.way, code, &link.from, period) else { return Ok(None) };
    let Some(own) = newest(facts, code, period, as_of)? else { return Ok(None) };
    let mut rows = Vec::new();
    for part in parts {
        match newest(facts, &link.from, part, as_of)? {
            Some(row) => rows.push(row),
            None => return Ok(None),
        }
    }
    Ok(compared(code, link, info, &own, &rows))
}

fn compared(code: &SeriesCode, link: &LinkedForm, info: &SeriesInfo, own: &Vintage, rows: &[Vintage]) -> Option<Pair> {
    let own = Figure::printed(own.value?, own.decimals).scaled(units::exponent(&own.unit, &info.unit)?);
    let had = compute::compute(link.way, code, &link.from, &info.unit, &rows.iter().collect::<Vec<_>>())?;
    Some(Pair { agree: had.range.overlaps(&own.preimage()), gap: (had.point - &own.value).abs(), ulp: own.ulp })
}

/// The newest vintage of a figure, if it has a value.
fn newest(facts: &dyn Facts, code: &SeriesCode, period: Period, as_of: Option<NaiveDate>) -> Result<Option<Vintage>, FactsError> {
    Ok(vintage::known(facts, code, period, as_of)?.pop().filter(|vintage| vintage.value.is_some()))
}
