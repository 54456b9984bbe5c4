//! What a printed figure can have been before rounding: closed intervals with exact rational ends.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use rust_decimal::Decimal;

/// Digits after the point in the text of a rational that no finite decimal equals.
const SHOWN_DIGITS: usize = 12;

/// A figure with the unit of its last digit: −4.1 has the step 1/10, "30 thousand" in thousands the step 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The value.
    pub value: BigRational,
    /// One unit of the last digit, always positive.
    pub ulp: BigRational,
}

/// A closed interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The lower end, included.
    pub lo: BigRational,
    /// The upper end, included.
    pub hi: BigRational,
}

impl Figure {
    /// A figure printed with that many decimals.
    pub fn printed(value: Decimal, decimals: u32) -> Figure {
        Figure { value: exact(value), ulp: power_of_ten(-i64::from(decimals)) }
    }

    /// All that rounds to the figure under some rule. Both ends are closed, since the rule is unknown.
    pub fn preimage(&self) -> Interval {
        let half = &self.ulp / BigRational::from_integer(2.into());
        Interval { lo: &self.value - &half, hi: &self.value + &half }
    }

    /// The figure times a power of ten, step included: a change of unit.
    pub fn scaled(&self, exponent: i64) -> Figure {
        let factor = power_of_ten(exponent);
        Figure { value: &self.value * &factor, ulp: &self.ulp * &factor }
    }

    /// The figure moved by an exact amount: an index of 95.9 is a growth of −4.1.
    pub fn shifted(&self, by: i64) -> Figure {
        Figure { value: &self.value + BigRational::from_integer(by.into()), ulp: self.ulp.clone() }
    }

    /// How far `other` lies above this figure, in units of this figure's last digit.
    pub fn distance_ulp(&self, other: &Figure) -> BigRational {
        (&other.value - &self.value) / &self.ulp
    }
}

impl Interval {
    /// Whether the two share at least one point.
    pub fn overlaps(&self, other: &Interval) -> bool {
        self.lo <= other.hi && other.lo <= self.hi
    }

    /// Whether the two share exactly one end point.
    pub fn touches(&self, other: &Interval) -> bool {
        let ends = (self.hi == other.lo) != (self.lo == other.hi);
        ends && self.lo != self.hi && other.lo != other.hi
    }

    /// Whether the point lies inside or on an end.
    pub fn contains(&self, point: &BigRational) -> bool {
        &self.lo <= point && point <= &self.hi
    }
}

/// The decimal as an exact rational.
pub fn exact(value: Decimal) -> BigRational {
    BigRational::from_integer(BigInt::from(value.mantissa())) * power_of_ten(-i64::from(value.scale()))
}

/// 10 to that power, exactly.
pub fn power_of_ten(exponent: i64) -> BigRational {
    let size = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
    let power = BigRational::from_integer(BigInt::from(10).pow(size));
    if exponent < 0 { power.recip() } else { power }
}

/// The shortest exact decimal text, cut at 12 digits where none is exact.
pub fn text(value: &BigRational) -> String {
    let (whole, mut rest) = (value.abs().trunc(), value.abs().fract());
    let mut digits = String::new();
    while !rest.is_zero() && digits.len() < SHOWN_DIGITS {
        rest *= BigRational::from_integer(10.into());
        digits.push_str(&rest.trunc().to_integer().to_string());
        rest = rest.fract();
    }
    let sign = if value.is_negative() { "-" } else { "" };
    let point = if digits.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{digits}", whole.to_integer())
}

/// The text of a figure with the decimals its step implies, so that 7.0 stays `7.0`.
pub fn figure_text(figure: &Figure) -> String {
    let mut shown = text(&figure.value);
    let decimals = decimals_of(&figure.ulp);
    let have = shown.split_once('.').map_or(0, |(_, d)| d.len());
    if have == 0 && decimals > 0 {
        shown.push('.');
    }
    shown.extend(std::iter::repeat_n('0', decimals.saturating_sub(have)));
    shown
}

/// How many digits after the point a step of that size has.
fn decimals_of(ulp: &BigRational) -> usize {
    let mut step = ulp.clone();
    let mut decimals = 0;
    while step < BigRational::one() && decimals < SHOWN_DIGITS {
        step *= BigRational::from_integer(10.into());
        decimals += 1;
    }
    decimals
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn figure(value: &str) -> Figure {
        let decimal: Decimal = value.parse().unwrap();
        Figure::printed(decimal, decimal.scale())
    }

    #[test]
    fn preimages_and_texts() {
        for (value, lo, hi) in [("-4.1", "-4.15", "-4.05"), ("7.0", "6.95", "7.05"), ("513", "512.5", "513.5")] {
            let figure = figure(value);
            let preimage = figure.preimage();
            assert_eq!((text(&preimage.lo).as_str(), text(&preimage.hi).as_str()), (lo, hi), "{value}");
            assert_eq!(figure_text(&figure), value);
        }
        assert_eq!(figure_text(&figure("97.1").shifted(-100)), "-2.9");
        assert_eq!(figure_text(&figure("107765.4").scaled(-3)), "107.7654");
    }

    #[test]
    fn touching_is_one_shared_end() {
        for (a, b, touching) in [("107.76", "107.77", true), ("-4.1", "-4.2", true), ("1.0", "1.2", false), ("1.0", "1.0", false)]
        {
            assert_eq!(figure(a).preimage().touches(&figure(b).preimage()), touching, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn preimage_contains_its_value(mantissa in -1_000_000i64..1_000_000, scale in 0u32..6) {
            let figure = Figure::printed(Decimal::new(mantissa, scale), scale);
            prop_assert!(figure.preimage().contains(&figure.value));
        }

        #[test]
        fn overlap_and_touch_are_symmetric(a in -500i64..500, b in -500i64..500, p in 0u32..3, q in 0u32..3) {
            let (a, b) = (Figure::printed(Decimal::new(a, p), p).preimage(), Figure::printed(Decimal::new(b, q), q).preimage());
            prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
            prop_assert_eq!(a.touches(&b), b.touches(&a));
            prop_assert!(!a.touches(&b) || a.overlaps(&b));
        }
    }
}
