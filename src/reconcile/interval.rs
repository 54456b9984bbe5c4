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

    /// The interval of one point.
    pub fn point(at: BigRational) -> Interval {
        Interval { lo: at.clone(), hi: at }
    }

    /// All sums of a point of each.
    pub fn plus(&self, other: &Interval) -> Interval {
        Interval { lo: &self.lo + &other.lo, hi: &self.hi + &other.hi }
    }

    /// All differences of a point of each.
    pub fn minus(&self, other: &Interval) -> Interval {
        Interval { lo: &self.lo - &other.hi, hi: &self.hi - &other.lo }
    }

    /// All products of a point of each.
    pub fn times(&self, other: &Interval) -> Interval {
        let corners = [&self.lo * &other.lo, &self.lo * &other.hi, &self.hi * &other.lo, &self.hi * &other.hi];
        corners.into_iter().map(Interval::point).reduce(|a, b| a.hull(&b)).unwrap_or_else(|| self.clone())
    }

    /// All quotients of a point of each; `None` if the divisor can be zero.
    pub fn over(&self, divisor: &Interval) -> Option<Interval> {
        if divisor.contains(&BigRational::zero()) {
            return None;
        }
        Some(self.times(&Interval { lo: divisor.hi.recip(), hi: divisor.lo.recip() }))
    }

    /// The points of both; `None` if there are none.
    pub fn meet(&self, other: &Interval) -> Option<Interval> {
        let (lo, hi) = ((&self.lo).max(&other.lo), (&self.hi).min(&other.hi));
        (lo <= hi).then(|| Interval { lo: lo.clone(), hi: hi.clone() })
    }

    /// The least interval that holds both.
    pub fn hull(&self, other: &Interval) -> Interval {
        Interval { lo: (&self.lo).min(&other.lo).clone(), hi: (&self.hi).max(&other.hi).clone() }
    }

    /// Whether it lies inside the other, ends included.
    pub fn within(&self, other: &Interval) -> bool {
        other.lo <= self.lo && self.hi <= other.hi
    }

    /// From end to end.
    pub fn width(&self) -> BigRational {
        &self.hi - &self.lo
    }

    /// The point between the ends.
    pub fn middle(&self) -> BigRational {
        (&self.lo + &self.hi) / BigRational::from_integer(2.into())
    }
}

/// The decimal as an exact rational.
pub fn exact(value: Decimal) -> BigRational {
    BigRational::new(BigInt::from(value.mantissa()), BigInt::from(10).pow(value.scale()))
}

/// 10 to that power, exactly.
pub fn power_of_ten(exponent: i64) -> BigRational {
    let size = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
    let power = BigInt::from(10).pow(size);
    // one over a power is in lowest terms as it stands
    if exponent < 0 { BigRational::new_raw(BigInt::one(), power) } else { BigRational::from_integer(power) }
}

/// The shortest exact decimal text, cut at 12 digits where none is exact.
pub fn text(value: &BigRational) -> String {
    let (size, parts) = (value.numer().abs(), value.denom());
    let (whole, mut rest) = (&size / parts, &size % parts);
    let mut digits = String::new();
    while !rest.is_zero() && digits.len() < SHOWN_DIGITS {
        rest *= 10;
        digits.push_str(&(&rest / parts).to_string());
        rest %= parts;
    }
    let sign = if value.is_negative() { "-" } else { "" };
    let point = if digits.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{digits}")
}

/// The nearest text of at most `digits` significant digits, whole numbers in full: 55.96074… is `55.961` to five.
pub fn brief(value: &BigRational, digits: u32) -> String {
    let ten = power_of_ten(1);
    let mut step = BigRational::one();
    while !value.is_zero() && value.abs() / &step >= power_of_ten(i64::from(digits)) {
        step *= &ten;
    }
    while !value.is_zero() && value.abs() / &step < power_of_ten(i64::from(digits) - 1) {
        step /= &ten;
    }
    let step = step.min(BigRational::one());
    text(&((value / &step).round() * step))
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
    let mut step = ulp.numer().clone();
    let mut decimals = 0;
    while step < *ulp.denom() && decimals < SHOWN_DIGITS {
        step *= 10;
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

    #[test]
    fn brief_texts() {
        let third = BigRational::new(1.into(), 3.into());
        let cases = [(third.clone(), "0.33333"), (-third * power_of_ten(4), "-3333.3"), (figure("1234567.8").value, "1234568")];
        for (value, wanted) in cases {
            assert_eq!(brief(&value, 5), wanted);
        }
        assert_eq!((brief(&figure("57.30").value, 5), brief(&figure("0").value, 5)), ("57.3".to_string(), "0".to_string()));
    }

    /// An interval around a point, and the point.
    fn around() -> impl Strategy<Value = (Interval, BigRational)> {
        (-1000i64..1000, 0i64..50, 0i64..=100).prop_map(|(lo, width, part)| {
            let interval =
                Interval { lo: BigRational::new(lo.into(), 7.into()), hi: BigRational::new((lo + width).into(), 7.into()) };
            let point = &interval.lo + interval.width() * BigRational::new(part.into(), 100.into());
            (interval, point)
        })
    }

    proptest! {
        #[test]
        fn operations_contain_the_true_value((a, x) in around(), (b, y) in around()) {
            prop_assert!(a.plus(&b).contains(&(&x + &y)));
            prop_assert!(a.minus(&b).contains(&(&x - &y)));
            prop_assert!(a.times(&b).contains(&(&x * &y)));
            if let Some(quotient) = a.over(&b) {
                prop_assert!(quotient.contains(&(&x / &y)));
            }
            prop_assert!(a.hull(&b).contains(&x) && a.hull(&b).contains(&y));
        }

        #[test]
        fn a_wider_input_never_narrows_an_output((a, _) in around(), (b, _) in around(), more in 0i64..20) {
            let more = Interval { lo: BigRational::from_integer((-more).into()), hi: BigRational::from_integer(more.into()) };
            let wide = a.plus(&more);
            prop_assert!(a.plus(&b).within(&wide.plus(&b)) && a.minus(&b).within(&wide.minus(&b)));
            prop_assert!(b.minus(&a).within(&b.minus(&wide)) && a.times(&b).within(&wide.times(&b)));
            if let (Some(narrow), Some(wide)) = (b.over(&a), b.over(&wide)) {
                prop_assert!(narrow.within(&wide));
            }
        }

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
