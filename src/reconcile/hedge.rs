//! Hedges: "over", "nearly", "about" and their kind. Tests look at magnitudes, since a paper says "fell by over 4 %".

use super::interval::{Figure, Interval, power_of_ten};
use crate::paper::{Hedge, HedgeKind};
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;

/// "Nearly x" wants at least this share of x (section 7), in hundredths.
const NEARLY_PERCENT: i64 = 90;

/// The values that a printed figure allows with its words. An end that is `None` lies at infinity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    lo: Option<End>,
    hi: Option<End>,
}

/// An end of what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    at: BigRational,
    included: bool,
}

/// Without words: all that rounds to the figure. A rank allows that too: its window is another question.
pub fn allowed(hedge: Option<&Hedge>, figure: &Figure) -> Allowed {
    let Some(hedge) = hedge.filter(|h| !h.is_rank()) else { return Allowed::interval(&figure.preimage()) };
    let x = figure.value.abs();
    let number = |usual: BigRational| hedge.threshold.map_or(usual, super::interval::exact);
    let included = |at: BigRational| Some(End { at, included: true });
    let excluded = |at: BigRational| Some(End { at, included: false });
    let (lo, hi) = match hedge.kind {
        HedgeKind::Over => (excluded(x), None),
        HedgeKind::AtLeast => (included(x), None),
        HedgeKind::UpTo => (included(BigRational::zero()), included(x)),
        HedgeKind::Nearly => (included(number(BigRational::new(NEARLY_PERCENT.into(), 100.into())) * &x), excluded(x)),
        HedgeKind::About | HedgeKind::Rank(_) => {
            let steps = number(power_of_ten(0)) * significant_step(&Figure { value: x.clone(), ulp: figure.ulp.clone() });
            (included(&x - &steps), included(&x + &steps))
        }
    };
    let magnitude = Allowed { lo, hi };
    if figure.value.is_negative() { magnitude.turned() } else { magnitude }
}

impl Allowed {
    /// All of an interval, ends included.
    pub fn interval(range: &Interval) -> Allowed {
        let end = |at: &BigRational| Some(End { at: at.clone(), included: true });
        Allowed { lo: end(&range.lo), hi: end(&range.hi) }
    }

    /// With the sign of every value turned: "fell by over 4 %" allows what lies below −4.
    fn turned(self) -> Allowed {
        let turn = |end: Option<End>| end.map(|end| End { at: -end.at, ..end });
        Allowed { lo: turn(self.hi), hi: turn(self.lo) }
    }

    /// The same in another unit.
    pub fn scaled(self, exponent: i64) -> Allowed {
        let scale = |end: Option<End>| end.map(|end| End { at: end.at * power_of_ten(exponent), ..end });
        Allowed { lo: scale(self.lo), hi: scale(self.hi) }
    }

    /// Whether some value is allowed by both.
    pub fn meets(&self, other: &Allowed) -> bool {
        below(self.lo.as_ref(), other.hi.as_ref()) && below(other.lo.as_ref(), self.hi.as_ref())
    }

    /// Whether some value of an interval is allowed.
    pub fn meets_interval(&self, range: &Interval) -> bool {
        self.meets(&Allowed::interval(range))
    }

    /// Whether some value at or above `least` is allowed.
    pub fn reaches(&self, least: &BigRational) -> bool {
        below(Some(&End { at: least.clone(), included: true }), self.hi.as_ref())
    }

    /// Whether some value at or below `most` is allowed.
    pub fn reaches_down(&self, most: &BigRational) -> bool {
        below(self.lo.as_ref(), Some(&End { at: most.clone(), included: true }))
    }
}

/// Whether a lower end leaves room below an upper one.
fn below(lo: Option<&End>, hi: Option<&End>) -> bool {
    match (lo, hi) {
        (Some(lo), Some(hi)) => lo.at < hi.at || (lo.at == hi.at && lo.included && hi.included),
        _ => true,
    }
}

/// Whether the source satisfies the hedged figure; `None` for ranks, which a single figure cannot decide.
pub fn holds(hedge: &Hedge, claim: &Figure, source: &Figure) -> Option<bool> {
    (!hedge.is_rank()).then(|| allowed(Some(hedge), claim).meets_interval(&source.preimage()))
}

/// Whether "over x" is far more: by one unit of the leading digit, or as many as the claim's own threshold says.
pub fn far_over(hedge: &Hedge, claim: &Figure, found: &BigRational) -> bool {
    let turn = |value: &BigRational| if claim.value.is_negative() { -value } else { value.clone() };
    let (x, v) = (turn(&claim.value), turn(found));
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
            ("nearly", "100", "90", true),
            ("nearly", "100.0", "100.1", false),
            ("nearly", "-100", "-95", true),
            ("nearly", "-100", "95", false),
            ("nearly", "100", "101", false),
            ("nearly:0.8", "100", "85", true),
            ("about", "40", "49", true),
            ("about", "40", "51", false),
            ("about", "4.1", "4.2", true),
            ("about", "4.1", "4.3", false),
            ("about", "300", "400", true),
            ("about", "300", "401", false),
            ("about", "-40", "-49", true),
            ("about:2", "4.1", "4.3", true),
            ("at-least", "12", "12", true),
            ("at-least", "12.0", "11.8", false),
            ("up-to", "12.0", "11.8", true),
            ("up-to", "12.0", "12.3", false),
            ("up-to", "12.0", "-12.0", false),
            ("at-least", "-5", "-6", true),
        ];
        for (words, claim, source, wanted) in cases {
            let hedge: Hedge = words.parse().unwrap();
            assert_eq!(holds(&hedge, &figure(claim), &figure(source)), Some(wanted), "{words} {claim}: {source}");
        }
    }

    #[test]
    fn far_over_the_leading_digit() {
        let over: Hedge = "over".parse().unwrap();
        assert!(!far_over(&over, &figure("40"), &figure("40.21").value));
        assert!(far_over(&over, &figure("40"), &figure("50").value) && !far_over(&over, &figure("40"), &figure("49.9").value));
        assert!(
            far_over(&over, &figure("-4.1"), &figure("-5.1").value) && !far_over(&over, &figure("-4.1"), &figure("5.1").value)
        );
        assert_eq!(holds(&"record:1992".parse().unwrap(), &figure("1"), &figure("1")), None);
    }
}
