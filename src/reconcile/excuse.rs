//! What lets a figure count as an agreement that is none by the ladder: the paper's habit, or a tolerance with a written reason.

use super::hedge;
use super::interval::{Figure, exact};
use super::ladder::{Grade, grade};
use crate::paper::{Claim, Tolerance};
use num_traits::Signed;

/// Why a vintage agrees although its grade says no. It is always a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excuse {
    /// The paper cuts figures off, as a habit (sections 2 and 13).
    TruncationHabit,
    /// The two differ by less than a stated tolerance (section 9).
    Tolerance,
}

impl Excuse {
    /// The reason code.
    pub fn code(self) -> &'static str {
        match self {
            Excuse::TruncationHabit => "truncation_habit",
            Excuse::Tolerance => "tolerance",
        }
    }
}

/// What a paper allows one of its claims.
#[derive(Debug, Clone, Copy)]
pub struct Leave<'a> {
    /// Whether the paper cuts figures off as a habit.
    pub truncates: bool,
    /// The tolerance stated for the claim.
    pub tolerance: Option<&'a Tolerance>,
}

impl Leave<'_> {
    /// Why a figure that does not agree may count as if it did. The words around a figure are its tolerance already.
    pub fn excuse(&self, claim: &Claim, printed: &Figure, source: &Figure) -> Option<Excuse> {
        if claim.hedge.as_ref().is_some_and(|hedge| hedge::holds(hedge, printed, source).is_some()) {
            return None;
        }
        if self.truncates && grade(printed, source) == Grade::Truncated {
            return Some(Excuse::TruncationHabit);
        }
        self.tolerance.is_some_and(|stated| within(stated, printed, source)).then_some(Excuse::Tolerance)
    }
}

/// Whether two figures differ by no more than stated; neither of the two is the measure of the other.
fn within(stated: &Tolerance, a: &Figure, b: &Figure) -> bool {
    let gap = (&a.value - &b.value).abs();
    let greater = a.value.abs().max(b.value.abs());
    let relative = stated.relative.is_some_and(|part| gap <= exact(part) * &greater);
    relative || stated.absolute.is_some_and(|amount| gap <= exact(amount))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn figure(text: &str) -> Figure {
        let value: Decimal = text.parse().unwrap();
        Figure::printed(value, value.scale())
    }

    #[test]
    fn symmetric_and_exact() {
        let stated = |relative: Option<&str>, absolute: Option<&str>| Tolerance {
            claims: vec!["c".into()],
            unit: None,
            measure: None,
            indicator: None,
            relative: relative.map(|text| text.parse().unwrap()),
            absolute: absolute.map(|text| text.parse().unwrap()),
            reason: "r".into(),
            line: 1,
        };
        let cases = [
            (stated(Some("0.1"), None), "90", "100", true),
            (stated(Some("0.1"), None), "89.999", "100", false),
            (stated(Some("0.1"), None), "-90", "-100", true),
            (stated(Some("0.1"), None), "-90", "100", false),
            (stated(Some("0.1"), None), "0", "0.1", false),
            (stated(None, Some("0.3")), "0.1", "0.4", true),
            (stated(None, Some("0.3")), "0.1", "0.40001", false),
        ];
        for (stated, a, b, wanted) in cases {
            assert_eq!(within(&stated, &figure(a), &figure(b)), wanted, "{a} {b}");
            assert_eq!(within(&stated, &figure(b), &figure(a)), wanted, "{b} {a}");
        }
    }
}
