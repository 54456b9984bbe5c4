//! The match ladder: how a printed figure agrees with a source's figure. The first rung that holds is the grade.

use super::interval::{Figure, Interval};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// The powers of ten by which figures are misprinted: a shifted point, or a wrong unit word.
pub const POWERS: [i64; 10] = [-9, -6, -3, -2, -1, 1, 2, 3, 6, 9];

/// How well a source's figure agrees with a printed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Grade {
    /// The same figure with the same precision.
    Exact,
    /// The source is less precise than the claim and does not contradict it.
    Coarse,
    /// The source rounds to the claim under each of the three usual rules.
    Rounds,
    /// The source rounds to the claim under some of the three rules.
    Tie,
    /// A derived interval and the claim's preimage share more than a point, but the point value does not round to it.
    Compatible,
    /// The source cut toward zero is the claim, and does not round to it.
    Truncated,
    /// Everything else.
    None,
}

impl Grade {
    /// Whether figures of this grade agree.
    pub fn matches(self) -> bool {
        matches!(self, Grade::Exact | Grade::Rounds | Grade::Tie | Grade::Compatible)
    }

    /// Whether figures of this grade contradict each other; a coarse source does neither.
    pub fn differs(self) -> bool {
        matches!(self, Grade::Truncated | Grade::None)
    }
}

/// The grade of a claim against a source's printed figure in the claim's own unit and form.
pub fn grade(claim: &Figure, source: &Figure) -> Grade {
    if claim == source {
        return Grade::Exact;
    }
    if source.ulp > claim.ulp && claim.preimage().overlaps(&source.preimage()) {
        return Grade::Coarse;
    }
    by_value(claim, &source.value, claim.ulp > source.ulp)
}

/// The grade of a claim against a computed quantity: its value from the printed inputs, all it can be before rounding, and the
/// coarsest last digit of the inputs where they only add up. How coarse the inputs are is told by the width of the interval, not
/// by a rung.
pub fn derived(claim: &Figure, point: &BigRational, range: &Interval, step: Option<&BigRational>) -> Grade {
    let shared = range.meet(&claim.preimage());
    if step.is_some_and(|s| *s == claim.ulp || s.is_zero()) && *point == claim.value {
        return Grade::Exact;
    }
    match (by_value(claim, point, step.is_none_or(|s| *s < claim.ulp)), shared) {
        (Grade::None | Grade::Truncated, Some(both)) if both.lo < both.hi => Grade::Compatible,
        // closed ends that meet in one point: some rule of rounding gives both, so nothing is disproven
        (Grade::None | Grade::Truncated, Some(_)) => Grade::Tie,
        (rung, _) => rung,
    }
}

/// The rungs that a single value decides; whether cutting it off loses a digit is the caller's knowledge.
fn by_value(claim: &Figure, value: &BigRational, finer: bool) -> Grade {
    // neither rounding nor cutting off moves a value by a whole step; most guesses end here
    if (value - &claim.value).abs() >= claim.ulp {
        return Grade::None;
    }
    match roundings(value, &claim.ulp).iter().filter(|r| **r == claim.value).count() {
        3 => Grade::Rounds,
        1 | 2 => Grade::Tie,
        _ if finer && cut(value, &claim.ulp) == claim.value => Grade::Truncated,
        _ => Grade::None,
    }
}

/// The value cut toward zero at a step.
pub fn cut(value: &BigRational, ulp: &BigRational) -> BigRational {
    (value / ulp).trunc() * ulp
}

/// The value at a step: half up (toward +∞), half to even, half away from zero.
pub fn roundings(value: &BigRational, ulp: &BigRational) -> [BigRational; 3] {
    let steps = value / ulp;
    let floor = steps.floor();
    let one = BigRational::from_integer(1.into());
    let half = BigRational::new(1.into(), 2.into());
    let rest = &steps - &floor;
    let pick = |up: bool| if up { (&floor + &one) * ulp } else { &floor * ulp };
    if rest != half {
        let nearest = pick(rest > half);
        return [nearest.clone(), nearest.clone(), nearest];
    }
    let odd = !(floor.to_integer() % BigInt::from(2)).is_zero();
    [pick(true), pick(odd), pick(steps.is_positive())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn figure(text: &str) -> Figure {
        let value: Decimal = text.parse().unwrap();
        Figure::printed(value, value.scale())
    }

    #[test]
    fn rungs() {
        let cases = [
            ("-4.1", "-4.1", Grade::Exact),
            ("-4.1", "-4.10", Grade::Rounds),
            ("-4.1", "-4.149", Grade::Rounds),
            ("-4.1", "-4.151", Grade::Truncated),
            ("-4.1", "-4.16", Grade::Truncated),
            ("-4.1", "-4.2", Grade::None),
            ("-4.1", "-4.15", Grade::Tie),
            ("4.1", "4.15", Grade::Truncated),
            ("4.1", "4.05", Grade::Tie),
            ("-4.1", "-4.05", Grade::Tie),
            ("7.0", "7.04", Grade::Rounds),
            ("7.0", "7.06", Grade::Truncated),
            ("7.0", "7", Grade::Coarse),
            ("7.0", "8", Grade::None),
            ("512.7", "513", Grade::Coarse),
            ("107.76", "107.77", Grade::None),
            ("0", "-0.4", Grade::Rounds),
        ];
        for (claim, source, wanted) in cases {
            assert_eq!(grade(&figure(claim), &figure(source)), wanted, "{claim} against {source}");
        }
    }

    #[test]
    fn computed_quantities() {
        let range = |lo: &str, hi: &str| Interval { lo: figure(lo).value, hi: figure(hi).value };
        let cases = [
            ("2.9", "2.836", ("2.77", "2.90"), None, Grade::Compatible),
            ("2.9", "2.88", ("2.77", "2.95"), None, Grade::Rounds),
            ("6.8", "6.858", ("6.853", "6.864"), None, Grade::Truncated),
            ("6.8", "6.85", ("6.85", "6.85"), None, Grade::Tie),
            ("6.8", "6.9", ("6.85", "6.95"), None, Grade::Tie),
            ("6.8", "6.9", ("6.86", "6.94"), None, Grade::None),
            ("102.529", "102.529", ("102.528", "102.530"), Some("0.001"), Grade::Exact),
            ("102.53", "102.5", ("102.4", "102.6"), Some("0.1"), Grade::Compatible),
            ("102.53", "102.3", ("102.2", "102.4"), Some("0.1"), Grade::None),
            ("112", "112.0", ("111.9", "112.1"), Some("0.1"), Grade::Rounds),
        ];
        for (claim, point, (lo, hi), step, wanted) in cases {
            let step = step.map(|s| figure(s).value);
            let got = derived(&figure(claim), &figure(point).value, &range(lo, hi), step.as_ref());
            assert_eq!(got, wanted, "{claim} against {point} in [{lo}, {hi}]");
        }
    }

    #[test]
    fn a_step_of_a_thousand() {
        let claim = Figure { ulp: figure("1000").value, ..figure("30000") };
        assert_eq!(grade(&claim, &figure("30412")), Grade::Rounds);
        assert_eq!(grade(&claim, &figure("30500")), Grade::Tie);
        assert_eq!(grade(&claim, &figure("30900")), Grade::Truncated);
    }

    proptest! {
        #[test]
        fn equal_precision_is_symmetric(a in -5000i64..5000, b in -5000i64..5000, p in 0u32..4) {
            let (a, b) = (Figure::printed(Decimal::new(a, p), p), Figure::printed(Decimal::new(b, p), p));
            prop_assert_eq!(grade(&a, &b), grade(&b, &a));
        }

        #[test]
        fn exact_rounds_when_printed_finer(a in -5000i64..5000, p in 0u32..4) {
            let value = Decimal::new(a, p);
            let claim = Figure::printed(value, p);
            prop_assert_eq!(grade(&claim, &claim), Grade::Exact);
            prop_assert_eq!(grade(&claim, &Figure::printed(value, p + 1)), Grade::Rounds);
        }

        /// Save at an exact half, where half up goes toward +∞ whatever the sign.
        #[test]
        fn sign_does_not_matter_to_the_rung(a in -5000i64..5000, b in -50000i64..50000) {
            let at = |a: i64, b: i64| grade(&Figure::printed(Decimal::new(a, 1), 1), &Figure::printed(Decimal::new(b, 2), 2));
            prop_assert!(b % 10 != 0 && b % 5 == 0 || at(a, b) == at(-a, -b));
        }

        #[test]
        fn a_finer_source_matches_exactly_within_half_a_step(a in -500i64..500, b in -50000i64..50000) {
            let (claim, source) = (Figure::printed(Decimal::new(a, 1), 1), Figure::printed(Decimal::new(b, 3), 3));
            let (matches, inside) = (grade(&claim, &source).matches(), claim.preimage().contains(&source.value));
            // at an exact half there may be no rule that rounds to the claim: 4.15 is never 4.1, and −4.15 is, half up
            prop_assert!(matches == inside || (inside && b % 100 != 0 && b % 50 == 0), "{matches} {inside}");
        }
    }
}
