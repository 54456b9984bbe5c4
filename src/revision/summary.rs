//! A triangle in numbers: the first figure held of each period against what stands today.

use super::{Print, Track, Triangle, turned};
use crate::model::{DateBasis, Period, SeriesCode};
use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

/// Digits of a mean and a deviation beyond those of the figures.
const MORE_DIGITS: u32 = 2;
/// Digits of a share.
const SHARE_DIGITS: u32 = 4;
/// Steps of Newton's method for a square root; from afar a step halves the root, near it doubles the right digits.
const ROOT_STEPS: usize = 120;

/// What the revisions of a series amount to. A change is what stands today less the first figure held, both as printed; a period is
/// compared if both carry a value of one unit and the series has a vintage after the first figure, which could have changed it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Summary {
    /// The series' code.
    pub series: String,
    /// The unit of all compared figures; empty where periods differ in it.
    pub unit: String,
    /// The first day of which something is held.
    pub first_vintage: Option<NaiveDate>,
    /// The last day on which something became known.
    pub last_vintage: Option<NaiveDate>,
    /// How many such days there are.
    pub vintages: usize,
    /// How many periods are compared.
    pub periods: usize,
    /// How many of them show another value than at first.
    pub revised: usize,
    /// The exact sum of the changes; `None` where it is too large for a decimal.
    pub sum_of_revisions: Option<Decimal>,
    /// The mean change, rounded to two digits more than the figures have.
    pub mean_revision: Option<Decimal>,
    /// The exact sum of the changes without their signs.
    pub sum_of_absolute_revisions: Option<Decimal>,
    /// The mean change without its sign, rounded likewise.
    pub mean_absolute_revision: Option<Decimal>,
    /// The standard deviation of the changes around their mean, rounded likewise; `None` for fewer than two.
    pub standard_deviation: Option<Decimal>,
    /// The largest change without its sign, exact.
    pub largest_revision: Option<Decimal>,
    /// The first period that has it.
    pub largest_period: Option<String>,
    /// How many periods grew at first and fall today, or the other way round; `None` for levels.
    pub sign_flips: Option<usize>,
    /// Their share in the compared periods.
    pub sign_flip_share: Option<Decimal>,
    /// How many first figures have another number of digits than today's.
    pub decimals_differ: usize,
    /// How many of those changes are no larger than half a unit of the coarser figure's last digit: rounding alone may be the change.
    pub within_rounding: usize,
    /// How many compared figures have an estimated day, at first or today.
    pub estimated: usize,
    /// How many first figures are from more than four months after their period, and so hardly first prints.
    pub late_first: usize,
    /// The mean change without its sign over the others, whose first figure held is their first print.
    pub mean_absolute_of_timely: Option<Decimal>,
    /// Periods that are not compared because nothing stands today: withdrawn or withheld.
    pub withdrawn: usize,
    /// Periods that are not compared because the unit changed.
    pub other_unit: usize,
}

/// One compared period.
struct Pair<'a> {
    period: Period,
    first: (&'a Print, Decimal),
    latest: (&'a Print, Decimal),
    change: Decimal,
    late: bool,
}

impl Summary {
    /// Adds a triangle up.
    pub fn of(series: &SeriesCode, triangle: &Triangle) -> Summary {
        let days = (triangle.vintages.first(), triangle.vintages.last());
        let last = days.1.map(|vintage| vintage.day);
        let later = |track: &&Track| track.first().zip(last).is_some_and(|((first, _), last)| first.known_from < last);
        let tracks: Vec<&Track> = triangle.tracks.iter().filter(later).collect();
        let pairs: Vec<Pair<'_>> = tracks.iter().filter_map(|track| pair(track)).collect();
        let count = |keep: &dyn Fn(&Pair<'_>) -> bool| pairs.iter().filter(|pair| keep(pair)).count();
        let changes: Vec<Decimal> = pairs.iter().map(|pair| pair.change).collect();
        let absolute: Vec<Decimal> = changes.iter().map(Decimal::abs).collect();
        let timely: Vec<Decimal> = pairs.iter().filter(|pair| !pair.late).map(|pair| pair.change.abs()).collect();
        let digits = pairs.iter().map(|pair| pair.change.scale()).max().unwrap_or_default() + MORE_DIGITS;
        let flips = series.neutral().map(|neutral| count(&|pair| turned(pair.first.1, pair.latest.1, neutral)));
        let largest = pairs.iter().rev().max_by_key(|pair| pair.change.abs());
        Summary {
            series: series.to_string(),
            unit: unit(&pairs),
            first_vintage: days.0.map(|vintage| vintage.day),
            last_vintage: last,
            vintages: triangle.vintages.len(),
            periods: pairs.len(),
            revised: count(&|pair| !pair.change.is_zero()),
            sum_of_revisions: sum(&changes).filter(|_| !pairs.is_empty()),
            mean_revision: mean(&changes, digits),
            sum_of_absolute_revisions: sum(&absolute).filter(|_| !pairs.is_empty()),
            mean_absolute_revision: mean(&absolute, digits),
            standard_deviation: deviation(&changes, digits),
            largest_revision: largest.map(|pair| pair.change.abs()),
            largest_period: largest.map(|pair| pair.period.to_string()),
            sign_flips: flips.filter(|_| !pairs.is_empty()),
            sign_flip_share: flips.and_then(|flips| share(flips, pairs.len())),
            decimals_differ: count(&|pair| pair.first.1.scale() != pair.latest.1.scale()),
            within_rounding: count(&within_rounding),
            estimated: count(&|pair| [pair.first.0, pair.latest.0].iter().any(|print| print.basis == DateBasis::Estimated)),
            late_first: count(&|pair| pair.late),
            mean_absolute_of_timely: mean(&timely, digits),
            withdrawn: tracks.iter().filter(|track| track.latest().is_none()).count(),
            other_unit: tracks.iter().filter(|track| units_differ(track)).count(),
        }
    }
}

/// First against latest; `None` where nothing stands today, or in another unit.
fn pair<'a>(track: &'a Track) -> Option<Pair<'a>> {
    let (first, latest) = (track.first()?, track.latest()?);
    let change = latest.1.checked_sub(first.1)?;
    let late = track.is_late();
    (first.0.unit == latest.0.unit).then_some(Pair { period: track.period, first, latest, change, late })
}

fn unit(pairs: &[Pair<'_>]) -> String {
    let units = || pairs.iter().map(|pair| pair.latest.0.unit.as_str());
    units().next().filter(|first| units().all(|unit| unit == *first)).unwrap_or_default().to_string()
}

fn units_differ(track: &Track) -> bool {
    track.first().zip(track.latest()).is_some_and(|((first, _), (latest, _))| first.unit != latest.unit)
}

/// Whether a change between figures of different digits can come from rounding.
fn within_rounding(pair: &Pair<'_>) -> bool {
    let (first, latest) = (pair.first.1.scale(), pair.latest.1.scale());
    let half = || Decimal::new(5, first.min(latest) + 1);
    first != latest && !pair.change.is_zero() && pair.change.abs() <= half()
}

fn sum(numbers: &[Decimal]) -> Option<Decimal> {
    numbers.iter().try_fold(Decimal::ZERO, |sum, number| sum.checked_add(*number))
}

fn rounded(number: Decimal, digits: u32) -> Decimal {
    number.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

/// The mean before rounding.
fn exact_mean(numbers: &[Decimal]) -> Option<Decimal> {
    sum(numbers)?.checked_div(Decimal::from(numbers.len()))
}

fn mean(numbers: &[Decimal], digits: u32) -> Option<Decimal> {
    exact_mean(numbers).map(|mean| rounded(mean, digits))
}

fn share(some: usize, all: usize) -> Option<Decimal> {
    Decimal::from(some).checked_div(Decimal::from(all)).map(|share| rounded(share, SHARE_DIGITS))
}

/// The standard deviation of a whole population: these are all the revisions held, not a sample of them.
fn deviation(numbers: &[Decimal], digits: u32) -> Option<Decimal> {
    let mean = exact_mean(numbers).filter(|_| numbers.len() > 1)?;
    let square = |number: &Decimal| number.checked_sub(mean).and_then(|off| off.checked_mul(off));
    let squares: Option<Vec<Decimal>> = numbers.iter().map(square).collect();
    root(exact_mean(&squares?)?).map(|root| rounded(root, digits))
}

/// The square root by Newton's method, from above: each step comes down until it cannot.
fn root(square: Decimal) -> Option<Decimal> {
    if square.is_zero() {
        return Some(square);
    }
    let mut root = square.max(Decimal::ONE);
    for _ in 0..ROOT_STEPS {
        let next = square.checked_div(root)?.checked_add(root)?.checked_div(Decimal::TWO)?;
        if next >= root {
            break;
        }
        root = next;
    }
    Some(root)
}
