//! Figures typed as texts, judged by the other figures of their series: a footnote digit that is glued to a figure without
//! being raised, or a sign between thousands that is the decimal sign elsewhere, shows in nothing else.

use crate::model::{Issue, Observation};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Fewer figures beside it say nothing of one.
const LEAST: usize = 3;
/// Neighbours are within this factor of each other.
const SAME_SIZE: i64 = 3;
/// A mark has so many digits at most.
const MARK_DIGITS: u32 = 2;
/// A whole figure below this is too short to tell a mark from its own digits.
const LEAST_WHOLE: i64 = 100;
/// What is wanted of a figure.
pub const ONE_WAY: &str = "a figure that can be read in one way only";
/// A group of thousands.
const THOUSAND: i64 = 1000;

/// What is said of the figures of a series, in the order of their periods: the indices of those that may be others, each with its
/// issue. `true` beside one: its figure is a text that shows no mark.
pub fn odd(series: &[(Observation, bool)]) -> Vec<(Option<usize>, Issue)> {
    let valued: Vec<(usize, Decimal)> =
        series.iter().enumerate().filter_map(|(index, (one, _))| Some((index, one.value?))).collect();
    let values: Vec<Decimal> = valued.iter().map(|(_, value)| *value).collect();
    let scales = scales(&values);
    let judge = |(place, (index, value)): (usize, &(usize, Decimal))| {
        let (one, text) = series.get(*index)?;
        let others = Others::of(&values, &scales, place).filter(|_| *text && values.len() > LEAST)?;
        let seen = format!("{:?}: {}", one.printed, others.doubts(*value)?);
        Some((Some(*index), Issue::warning("unreadable_value", one.locator.clone(), seen, ONE_WAY)))
    };
    let mut odd: Vec<(Option<usize>, Issue)> = valued.iter().enumerate().filter_map(judge).collect();
    let told: Vec<usize> = odd.iter().filter_map(|(index, _)| *index).collect();
    odd.extend(always_three_decimals(series, &told).map(|issue| (None, issue)));
    odd
}

/// `928`, `5,928`, `6,104`, …: where no figure of a series has other decimals, nothing tells whether the sign parts thousands.
fn always_three_decimals(series: &[(Observation, bool)], odd: &[usize]) -> Option<Issue> {
    let rest = || series.iter().enumerate().filter(|(index, _)| !odd.contains(index));
    let valued = || rest().filter_map(|(_, (one, text))| Some((one, *text, one.value?.scale())));
    let doubtful = |one: &Observation, text, scale| scale == 3 && text && two_ways(&one.printed);
    let (first, ..) = valued().find(|(one, text, scale)| doubtful(one, *text, *scale))?;
    let told = valued().any(|(one, text, scale)| scale > 0 && !doubtful(one, text, scale));
    let seen = format!("{:?} in {}, of which no figure tells whether its sign parts thousands", first.printed, first.series);
    (!told).then(|| Issue::warning("unreadable_value", first.locator.clone(), seen, ONE_WAY))
}

/// Whether nothing in a figure of three decimals tells whether it has any: `114,130` may be a hundred or a hundred thousand.
pub fn two_ways(printed: &str) -> bool {
    let Some((whole, decimals)) = printed.trim().rsplit_once([',', '.']) else { return false };
    let whole = whole.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    (1..=3).contains(&whole.len()) && !whole.starts_with('0') && digits(whole) && decimals.len() == 3 && digits(decimals)
}

/// The figures beside one of them.
struct Others {
    /// Decimals that most of the series have and none but this one exceeds.
    decimals: u32,
    /// The sizes of those of the periods before and behind, ascending.
    sizes: Vec<Decimal>,
}

/// How many figures have so many decimals.
fn scales(values: &[Decimal]) -> BTreeMap<u32, usize> {
    let mut scales = BTreeMap::new();
    values.iter().for_each(|value| *scales.entry(value.scale()).or_default() += 1);
    scales
}

impl Others {
    fn of(values: &[Decimal], scales: &BTreeMap<u32, usize>, place: usize) -> Option<Others> {
        let own = values.get(place)?.scale();
        let others = scales.iter().map(|(scale, count)| (*scale, count - usize::from(*scale == own)));
        let (decimals, having) = others.filter(|(_, having)| *having > 0).max_by_key(|(scale, _)| *scale)?;
        // one on each side, or two on the one side of a figure at an end
        let side = if place == 0 || place + 1 == values.len() { 2 } else { 1 };
        let window = place.saturating_sub(side)..(place + side + 1).min(values.len());
        let near = window.filter(|other| *other != place).filter_map(|other| values.get(other));
        let mut sizes: Vec<Decimal> = near.map(Decimal::abs).collect();
        sizes.sort_unstable();
        (having * 4 >= (values.len() - 1) * 3).then_some(Others { decimals, sizes })
    }
}

impl Others {
    /// Why a figure beside these may be another one.
    fn doubts(&self, value: Decimal) -> Option<&'static str> {
        let (decimals, least, most) = (self.decimals, *self.sizes.first()?, *self.sizes.last()?);
        let more = value.scale().checked_sub(decimals)?;
        let (size, factor) = (value.abs(), Decimal::from(SAME_SIZE));
        if value.scale() == 3
            && size >= Decimal::ONE
            && more > 0
            && size.checked_mul(factor).is_some_and(|size| size < least)
            && size.checked_mul(Decimal::from(THOUSAND)).is_some_and(|size| self.near(size))
        {
            return Some("a thousandth of its neighbours in the series: its sign may part thousands");
        }
        if decimals > 0 && (1..=MARK_DIGITS).contains(&more) {
            return Some("more decimals than other figures of its series: a mark may be glued to it");
        }
        let alone = most.checked_mul(factor).is_some_and(|most| size > most);
        let cut = |digits: u32| (size / Decimal::from(10i64.pow(digits))).trunc();
        let marked = |digits: u32| cut(digits) >= Decimal::from(LEAST_WHOLE) && self.near(cut(digits));
        let whole = decimals == 0 && more == 0 && alone && (1..=MARK_DIGITS).any(marked);
        whole.then_some("many times its neighbours in the series: a mark may be glued to it")
    }

    /// Whether a figure is of the size of the middle one.
    fn near(&self, size: Decimal) -> bool {
        let factor = Decimal::from(SAME_SIZE);
        let Some(middle) = self.sizes.get(self.sizes.len().saturating_sub(1) / 2).copied() else { return false };
        let within = |small: Decimal, large: Decimal| small.checked_mul(factor).is_none_or(|small| small >= large);
        within(size, middle) && within(middle, size)
    }
}
