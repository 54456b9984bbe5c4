//! Figures typed as texts, judged by the other figures of their series: a footnote digit that is glued to a figure without
//! being raised, or a sign between thousands that is the decimal sign elsewhere, shows in nothing else.

use super::figure::{Figure, Value};
use crate::model::Period;
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
/// So many figures before one and behind it, in the order of their periods, are its neighbours.
const WINDOW: usize = 2;
/// A group of thousands.
const THOUSAND: i64 = 1000;

/// Figures that may be others, by index, and why.
pub fn odd(figures: &[Figure]) -> BTreeMap<usize, &'static str> {
    let mut series: BTreeMap<&str, Vec<(Period, usize, Decimal)>> = BTreeMap::new();
    for (index, figure) in figures.iter().enumerate() {
        if let Value::Number(value) = figure.value {
            series.entry(figure.series.code.as_str()).or_default().push((figure.period, index, value));
        }
    }
    let mut odd = BTreeMap::new();
    for same in series.values_mut().filter(|same| same.len() > LEAST) {
        same.sort_by_key(|(period, index, _)| (period.start(), period.end(), *index));
        let values: Vec<Decimal> = same.iter().map(|(_, _, value)| *value).collect();
        let scales = scales(&values);
        for (place, (_, index, value)) in same.iter().enumerate() {
            if figures.get(*index).is_some_and(|figure| figure.text && figure.marks.is_empty()) {
                let why = Others::of(&values, &scales, place).and_then(|others| others.doubts(*value));
                odd.extend(why.map(|why| (*index, why)));
            }
        }
    }
    odd
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
        let window = place.saturating_sub(WINDOW)..(place + WINDOW + 1).min(values.len());
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
