//! Hedges: "over", "nearly", "about" and their kind. Tests look at magnitudes, since a paper says "fell by over 4 %".

use super::interval::{Figure, Interval, power_of_ten};
use crate::paper::{Hedge, HedgeKind};
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;

/// "Nearly x" wants at least this share of x (section 7), in hundredths.
const NEARLY_PERCENT: i64 = 90;

/// Whether the source satisfies the hedged figure; `None` for ranks, which a single figure cannot decide.
pub fn holds(hedge: &Hedge, claim: &Figure, source: &Figure) -> Option<bool> {
    within(hedge, claim, &source.value, &source.preimage())
}

/// The same for a computed quantity: its value, and all it can be before rounding.
pub fn within(hedge: &Hedge, claim: &Figure, point: &BigRational, range: &Interval) -> Option<bool> {
    let turned = claim.value.is_negative();
    let x = if turned { Figure { value: -&claim.value, ulp: claim.ulp.clone() } } else { claim.clone() };
    let point = if turned { -point } else { point.clone() };
    let range = if turned { Interval { lo: -&range.hi, hi: -&range.lo } } else { range.clone() };
    let nearly = hedge.threshold.map_or_else(|| BigRational::new(NEARLY_PERCENT.into(), 100.into()), super::interval::exact);
    let steps = hedge.threshold.map_or_else(|| BigRational::from_integer(1.into()), super::interval::exact);
    Some(match hedge.kind {
        HedgeKind::Over => range.hi > x.value,
        HedgeKind::Nearly => range.lo < x.value && range.hi >= nearly * &x.value,
        HedgeKind::About => (&point - &x.value).abs() <= steps * significant_step(&x),
        HedgeKind::AtLeast => range.hi >= x.value,
        HedgeKind::UpTo => range.lo <= x.value,
        HedgeKind::Rank(_) => return None,
    })
}

/// Whether "over x" is far more: by one unit of the leading digit, or as many as the claim's own threshold says.
pub fn far_over(hedge: &Hedge, claim: &Figure, source: &Figure) -> bool {
    let turn = |value: &BigRational| if claim.value.is_negative() { -value } else { value.clone() };
    let (x, v) = (turn(&claim.value), turn(&source.value));
    let units = super::interval::exact(hedge.threshold.unwrap_or(Decimal::ONE));
    hedge.kind == HedgeKind::Over && !x.is_zero() && v >= &x + units * leading_step(&x)
}

/// One unit of the leading digit: 10 for 40.
fn leading_step(value: &BigRational) -> BigRational {
    let ten = power_of_ten(1);
    let mut step = power_of_ten(0);
    while &step * &ten <= value.abs() {
        step *= &ten;
    }
    while step > value.abs() && !value.is_zero() {
        step /= &ten;
    }
    step
}

/// One unit of the last significant digit: the printed step, or the last digit of an integer that is not a trailing zero.
fn significant_step(claim: &Figure) -> BigRational {
    let ten = power_of_ten(1);
    let mut step = claim.ulp.clone();
    while step >= power_of_ten(0) && !claim.value.is_zero() && (&claim.value / (&step * &ten)).is_integer() {
        step *= &ten;
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(text: &str) -> Figure {
        let value: Decimal = text.parse().unwrap();
        Figure::printed(value, value.scale())
    }

    #[test]
    fn each_word() {
        let cases = [
            ("over", "40", "40.21", true),
            ("over", "40", "39.99", false),
            ("over", "-27", "-29.3", true),
            ("over", "-27", "-26.1", false),
            ("over", "40", "40", true),
            ("nearly", "100", "99.2", true),
            ("nearly", "100", "89.9", false),
            ("nearly", "100", "101", false),
            ("nearly:0.8", "100", "85", true),
            ("about", "40", "49", true),
            ("about", "40", "51", false),
            ("about", "4.1", "4.2", true),
            ("about", "4.1", "4.3", false),
            ("about:2", "4.1", "4.3", true),
            ("at-least", "12", "12", true),
            ("at-least", "12.0", "11.8", false),
            ("up-to", "12.0", "11.8", true),
            ("up-to", "12.0", "12.3", false),
        ];
        for (words, claim, source, wanted) in cases {
            let hedge: Hedge = words.parse().unwrap();
            assert_eq!(holds(&hedge, &figure(claim), &figure(source)), Some(wanted), "{words} {claim}: {source}");
        }
    }

    #[test]
    fn far_over_the_leading_digit() {
        let over: Hedge = "over".parse().unwrap();
        assert!(!far_over(&over, &figure("40"), &figure("40.21")));
        assert!(far_over(&over, &figure("40"), &figure("50")));
        assert_eq!(holds(&"record:1992".parse().unwrap(), &figure("1"), &figure("1")), None);
    }
}
