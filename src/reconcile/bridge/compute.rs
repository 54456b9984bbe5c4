//! The arithmetic of the ways: which periods are needed, and what follows from their figures. Exact over rationals.

use crate::model::{Frequency, Period, SeriesCode, Way};
use crate::reconcile::interval::{Figure, Interval, power_of_ten};
use crate::reconcile::{Vintage, identity, units};
use chrono::{Datelike, Months};
use num_rational::BigRational;

/// Months of a year.
const YEAR: u32 = 12;

/// What follows from published figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// The value from the printed inputs.
    pub point: BigRational,
    /// All it can be before any rounding.
    pub range: Interval,
    /// The coarsest last digit of the inputs, where they only add up.
    pub step: Option<BigRational>,
}

/// The periods whose figures are needed, in the order of the formula; `None` if the form cannot tell of that period.
pub(super) fn parts(way: Way, to: &SeriesCode, from: &SeriesCode, period: Period) -> Option<Vec<Period>> {
    let change = |code: &SeriesCode| identity::is_growth(code.identity().measure);
    match way {
        Way::Same => Some(vec![period]),
        Way::Splice => change(to).then(|| vec![period]),
        Way::Sum => split(period, step(from)?).filter(|all| all.len() > 1),
        Way::Growth => Some(vec![period, before(to, period)?]),
        Way::Chain => split(window(to, step(from)?, period)?, step(from)?),
    }
}

/// How many months one figure of the series spans.
fn step(code: &SeriesCode) -> Option<u32> {
    match code.frequency()? {
        Frequency::M => Some(1),
        Frequency::Q => Some(3),
        Frequency::H => Some(6),
        Frequency::A => Some(YEAR),
        Frequency::Ytd | Frequency::W | Frequency::D => None,
    }
}

/// The months over which changes multiply to the declared one: a year up to the period, or from January on.
fn window(to: &SeriesCode, step: u32, period: Period) -> Option<Period> {
    if period.whole_months()? != step {
        return None;
    }
    let start = match to.identity().measure {
        "yoy" => period.shift_months(-i32::try_from(YEAR - step).ok()?)?.start(),
        "dec" => Period::year(period.end().year())?.start(),
        _ => return None,
    };
    Period::days(start, period.end())
}

/// A period as consecutive ones of that many months.
fn split(period: Period, step: u32) -> Option<Vec<Period>> {
    let months = period.whole_months().filter(|months| months % step == 0)?;
    let first = Period::days(period.start(), period.start().checked_add_months(Months::new(step))?.pred_opt()?)?;
    (0..months / step).map(|n| first.shift_months(i32::try_from(n * step).ok()?)).collect()
}

/// What a change is against.
fn before(to: &SeriesCode, period: Period) -> Option<Period> {
    let back = match to.identity().measure {
        "yoy" | "growth" | "ytd-yoy" | "increase" => YEAR,
        "mom" => 1,
        "qoq" => 3,
        "pop" => period.whole_months()?,
        _ => return None,
    };
    period.shift_months(-i32::try_from(back).ok()?)
}

/// What follows from the figures of [`parts`], in the unit and form of the declared series; `None` if they do not go together.
pub(super) fn compute(way: Way, to: &SeriesCode, from: &SeriesCode, unit: &str, rows: &[&Vintage]) -> Option<Computed> {
    match way {
        // what is taken as it is adds up to itself
        Way::Same | Way::Splice | Way::Sum => sum(&in_unit(rows, unit)?),
        Way::Growth => match &in_unit(rows, &rows.first()?.unit)?[..] {
            [later, earlier] => growth(later, earlier).map(|index| as_measure(to, index)),
            _ => None,
        },
        Way::Chain => {
            let added = if is_index(from) { 0 } else { 100 };
            let changes: Vec<Figure> = in_unit(rows, "percent")?.iter().map(|figure| figure.shifted(added)).collect();
            Some(as_measure(to, chain(&changes)))
        }
    }
}

fn in_unit(rows: &[&Vintage], unit: &str) -> Option<Vec<Figure>> {
    let one = |row: &&Vintage| Some(Figure::printed(row.value?, row.decimals).scaled(units::exponent(&row.unit, unit)?));
    rows.iter().map(one).collect()
}

fn sum(figures: &[Figure]) -> Option<Computed> {
    let step = figures.iter().map(|figure| &figure.ulp).max()?.clone();
    let point = figures.iter().map(|figure| &figure.value).sum();
    let range = figures.iter().map(Figure::preimage).reduce(|a, b| a.plus(&b))?;
    Some(Computed { point, range, step: Some(step) })
}

/// 100 × later / earlier; `None` if the earlier level can be zero.
pub(in crate::reconcile) fn growth(later: &Figure, earlier: &Figure) -> Option<Computed> {
    let ratio = later.preimage().over(&earlier.preimage())?;
    let computed = Computed { point: &later.value / &earlier.value, range: ratio, step: None };
    Some(computed.times(&power_of_ten(2)))
}

/// The product of indices of 100.
fn chain(figures: &[Figure]) -> Computed {
    let start = Computed { point: power_of_ten(2), range: Interval::point(power_of_ten(2)), step: None };
    let grown = |so_far: Computed, figure: &Figure| {
        let computed =
            Computed { point: so_far.point * &figure.value, range: so_far.range.times(&figure.preimage()), step: None };
        computed.times(&power_of_ten(-2))
    };
    figures.iter().fold(start, grown)
}

/// An index of 100 as the series prints it.
fn as_measure(to: &SeriesCode, index: Computed) -> Computed {
    if is_index(to) { index } else { index.shifted(-100) }
}

/// Whether the series prints a change as an index of 100.
fn is_index(code: &SeriesCode) -> bool {
    identity::is_index(code.identity().measure)
}

impl Computed {
    /// In a unit that many powers of ten away.
    pub fn scaled(&self, exponent: i64) -> Computed {
        let scaled = self.times(&power_of_ten(exponent));
        Computed { step: self.step.as_ref().map(|step| step * power_of_ten(exponent)), ..scaled }
    }

    /// Moved by an exact amount.
    pub fn shifted(&self, by: i64) -> Computed {
        let by = BigRational::from_integer(by.into());
        let range = self.range.plus(&Interval::point(by.clone()));
        Computed { point: &self.point + by, range, step: self.step.clone() }
    }

    /// Times a positive number.
    fn times(&self, by: &BigRational) -> Computed {
        Computed { point: &self.point * by, range: self.range.times(&Interval::point(by.clone())), step: None }
    }

    /// How it was computed, from the cells.
    pub(super) fn formula(&self, way: Way, rows: &[&Vintage]) -> String {
        let cells: Vec<&str> = rows.iter().map(|row| row.printed.as_str()).collect();
        match way {
            Way::Same | Way::Splice | Way::Sum => cells.join(" + "),
            Way::Growth => cells.join(" / "),
            Way::Chain => format!("{} / 100^{}", cells.join(" × "), cells.len().saturating_sub(1)),
        }
    }
}
