//! Ranks: a record, or the largest move since a year. Decided only where the whole window is held.

use super::interval::Figure;
use super::{Facts, FactsError, SeriesInfo, identity};
use crate::model::Period;
use crate::paper::{Claim, Hedge, RankKind};
use chrono::{Datelike, NaiveDate};
use num_traits::{Signed, ToPrimitive};

/// The longest window that is looked through, in periods: monthly since 1900.
const LONGEST_WINDOW: usize = 1_500;

/// What came of looking through the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rank {
    /// The whole window is held, and the claim's period has its place in it (or has not).
    Decided(bool),
    /// The whole window is held, but published digits are too few to tell two figures apart.
    Unsure,
    /// A period of the window is not held.
    Gap(Period),
    /// The claim does not say what the window is.
    NoWindow,
}

/// Looks through the window of a rank claim as it was known at the cut-off: a place n has n − 1 figures above it.
pub fn rank(
    claim: &Claim,
    (hedge, kind): (&Hedge, RankKind),
    info: &SeriesInfo,
    facts: &dyn Facts,
    cutoff: NaiveDate,
) -> Result<Rank, FactsError> {
    let first = hedge.threshold.and_then(|y| y.to_i32());
    let Some(first) = first.filter(|_| kind != RankKind::FirstSince) else { return Ok(Rank::NoWindow) };
    // "Since 2007" leaves 2007 itself out: that year's move was larger.
    let first = if kind == RankKind::LargestSince { first.saturating_add(1) } else { first };
    let allowed = claim.value.and_then(|place| place.to_usize()).unwrap_or(1).saturating_sub(1);
    let Some(own) = known(info, facts, claim.period, cutoff)? else { return Ok(Rank::Gap(claim.period)) };
    let step = window_step(claim, info);
    let (mut period, mut above, mut unsure) = (claim.period, 0, 0);
    for _ in 0..LONGEST_WINDOW {
        let Some(earlier) = period.shift_months(-step) else { return Ok(Rank::NoWindow) };
        if earlier.start().year() < first {
            return Ok(match (above <= allowed && allowed <= above + unsure, unsure) {
                (false, _) => Rank::Decided(false),
                (true, 0) => Rank::Decided(true),
                (true, _) => Rank::Unsure,
            });
        }
        let Some(rival) = known(info, facts, earlier, cutoff)? else { return Ok(Rank::Gap(earlier)) };
        match leads(kind, &own, &rival) {
            Some(true) => {}
            Some(false) => above += 1,
            None => unsure += 1,
        }
        if above > allowed {
            return Ok(Rank::Decided(false));
        }
        period = earlier;
    }
    Ok(Rank::NoWindow)
}

/// Runs from January are compared with those of other years; other periods with the one before.
fn window_step(claim: &Claim, info: &SeriesInfo) -> i32 {
    let months = claim.period.whole_months().and_then(|m| i32::try_from(m).ok()).unwrap_or(1);
    if info.code.frequency() == Some(crate::model::Frequency::Ytd) { 12 } else { months }
}

/// The figure of a period as known at the cut-off, in the series' unit; an index as the growth it means.
fn known(info: &SeriesInfo, facts: &dyn Facts, period: Period, at: NaiveDate) -> Result<Option<Figure>, FactsError> {
    let mut vintages = facts.vintages(&info.code, period)?;
    vintages.retain(|v| v.known_from <= at && v.value.is_some());
    super::vintage::order(&mut vintages);
    Ok(vintages.last().and_then(|v| identity::as_growth(info, v)))
}

/// Whether the claim's figure ranks above the other one; `None` where both can have been the same before rounding.
fn leads(kind: RankKind, own: &Figure, rival: &Figure) -> Option<bool> {
    let (a, b) = (own.preimage(), rival.preimage());
    let below = match kind {
        RankKind::RecordLow => true,
        RankKind::LargestSince => own.value.is_negative(),
        RankKind::Record | RankKind::FirstSince => false,
    };
    let (higher, lower) = (a.lo > b.hi, a.hi < b.lo);
    match (higher, lower) {
        (false, false) => None,
        _ => Some(if below { lower } else { higher }),
    }
}
