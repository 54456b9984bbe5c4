//! The paper's figures as intervals, and terms of them. All values are in base units: dollars, not billions of them.

use crate::model::Period;
use crate::paper::{Claim, Function, Operand, Paper, meant};
use crate::reconcile::interval::{Figure, Interval, exact, power_of_ten};
use crate::reconcile::units::Scale;
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::BTreeMap;

/// The measure of things that were counted.
const COUNT: &str = "count";

/// The claims of a paper by id.
pub struct Sheet<'a> {
    claims: BTreeMap<&'a str, &'a Claim>,
}

/// A printed or computed quantity in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Computed from the printed figures as they stand.
    pub point: BigRational,
    /// All it can be before rounding.
    pub range: Interval,
    /// The coarsest last digit of the inputs, where they only add up.
    pub step: Option<BigRational>,
    /// The token that was read as a number although it is none, with that number.
    pub assumed: Option<(String, String)>,
}

/// Why a term has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoValue {
    /// The figure's token is no number.
    Unreadable(String),
    /// Something would be divided by what can be zero.
    MayBeZero(String),
}

impl<'a> Sheet<'a> {
    /// The claims of a paper.
    pub fn of(paper: &'a Paper) -> Sheet<'a> {
        Sheet { claims: paper.claims.iter().map(|claim| (claim.id.as_str(), claim)).collect() }
    }

    /// A claim that the paper is known to have.
    pub fn claim(&self, id: &str) -> Option<&'a Claim> {
        self.claims.get(id).copied()
    }

    /// Every claim, by id.
    pub fn claims(&self) -> impl Iterator<Item = &'a Claim> {
        self.claims.values().copied()
    }

    /// The period of a term that is a claim.
    pub fn period(&self, term: &Operand) -> Option<Period> {
        match term {
            Operand::Claim(id) => Some(self.claim(id)?.period),
            // an earlier level belongs to the period that its growth is measured against
            Operand::Call(Function::ImpliedBase, terms) => match terms.last()? {
                Operand::Claim(id) => self.claim(id)?.base.parse().ok(),
                _ => None,
            },
            Operand::Call(Function::Sum, terms) => {
                let periods: Vec<Period> = terms.iter().map(|term| self.period(term)).collect::<Option<_>>()?;
                periods.first().copied().filter(|first| periods.iter().all(|p| p == first))
            }
            _ => None,
        }
    }

    /// Every value a term can have: one, unless a token is no number and can have been meant in several ways.
    pub fn values(&self, term: &Operand) -> Result<Vec<Value>, NoValue> {
        match term {
            Operand::Claim(id) => {
                let read: Vec<Value> = self.claim(id).map(readings).unwrap_or_default();
                if read.is_empty() { Err(NoValue::Unreadable(id.clone())) } else { Ok(read) }
            }
            Operand::Times(times, term) => Ok(self.values(term)?.into_iter().map(|value| value.scaled(&exact(*times))).collect()),
            Operand::Call(function, terms) => {
                let inputs = self.choices(terms)?;
                inputs.iter().map(|given| apply(*function, given).ok_or_else(|| NoValue::MayBeZero(term.to_string()))).collect()
            }
        }
    }

    /// Every combination of the values of several terms.
    pub fn choices(&self, terms: &[Operand]) -> Result<Vec<Vec<Value>>, NoValue> {
        let mut rows = vec![Vec::new()];
        for term in terms {
            let values = self.values(term)?;
            rows = rows
                .into_iter()
                .flat_map(|row: Vec<Value>| values.iter().map(move |value| [row.clone(), vec![value.clone()]].concat()))
                .collect();
        }
        Ok(rows)
    }
}

/// The printed figure in base units; `None` where the token is no number.
pub fn figure(claim: &Claim) -> Option<Figure> {
    claim.value.map(|value| {
        in_base_units(claim, &{
            let mut figure = Figure::printed(value, claim.decimals);
            figure.ulp = claim.ulp.map_or(figure.ulp, exact);
            figure
        })
    })
}

/// The power of ten of a claim's unit.
pub fn exponent(claim: &Claim) -> i64 {
    Scale::parse(&claim.unit).exponent
}

fn in_base_units(claim: &Claim, figure: &Figure) -> Figure {
    figure.scaled(exponent(claim))
}

/// The printed figure, or all that a token that is no number can have been meant to be.
fn readings(claim: &Claim) -> Vec<Value> {
    if let Some(figure) = figure(claim) {
        // 70 projects are 70: a count is not rounded, unless its words say so
        let counted = claim.measure == COUNT && claim.decimals == 0 && claim.hedge.is_none() && claim.ulp.is_none();
        return vec![if counted { Value::exactly(figure.value) } else { Value::printed(&figure) }];
    }
    let assumed = |(value, decimals): (rust_decimal::Decimal, u32)| {
        let figure = in_base_units(claim, &Figure::printed(value, decimals));
        Value { assumed: Some((claim.printed.clone(), value.to_string())), ..Value::printed(&figure) }
    };
    meant(&claim.printed).into_iter().map(assumed).collect()
}

impl Value {
    /// A printed figure.
    pub fn printed(figure: &Figure) -> Value {
        Value { point: figure.value.clone(), range: figure.preimage(), step: Some(figure.ulp.clone()), assumed: None }
    }

    /// An exact number.
    pub fn exactly(number: BigRational) -> Value {
        Value { range: Interval::point(number.clone()), point: number, step: Some(BigRational::zero()), assumed: None }
    }

    fn scaled(self, times: &BigRational) -> Value {
        let by = Interval::point(times.clone());
        Value { point: &self.point * times, range: self.range.times(&by), ..self }
    }

    /// The sum; digits that only add up keep their step.
    pub fn plus(&self, other: &Value) -> Value {
        self.linear(other, &self.point + &other.point, self.range.plus(&other.range))
    }

    /// The difference.
    pub fn minus(&self, other: &Value) -> Value {
        self.linear(other, &self.point - &other.point, self.range.minus(&other.range))
    }

    fn linear(&self, other: &Value, point: BigRational, range: Interval) -> Value {
        let step = self.step.clone().zip(other.step.clone()).map(|(a, b)| a.max(b));
        Value { point, range, step, assumed: self.assumption(other) }
    }

    /// The product; its digits have no step.
    pub fn times(&self, other: &Value) -> Value {
        let (point, range) = (&self.point * &other.point, self.range.times(&other.range));
        Value { point, range, step: None, assumed: self.assumption(other) }
    }

    /// The quotient; `None` if the divisor can be zero.
    pub fn over(&self, divisor: &Value) -> Option<Value> {
        let range = self.range.over(&divisor.range)?;
        Some(Value { point: &self.point / &divisor.point, range, step: None, assumed: self.assumption(divisor) })
    }

    fn assumption(&self, other: &Value) -> Option<(String, String)> {
        self.assumed.clone().or_else(|| other.assumed.clone())
    }

    /// The value of a ratio less one, in percent.
    fn as_growth(&self) -> Value {
        let hundred = Value::exactly(power_of_ten(2));
        Value { step: None, ..self.times(&hundred).minus(&hundred) }
    }

    /// A change in percent as a factor.
    fn as_factor(&self) -> Value {
        self.scaled_by_hundredth().plus(&Value::exactly(power_of_ten(0)))
    }

    fn scaled_by_hundredth(&self) -> Value {
        self.clone().scaled(&power_of_ten(-2))
    }
}

/// The value of a function; every input is used once, so that no interval is wider than it must be. `None` if something is
/// divided by what can be zero.
pub fn apply(function: Function, given: &[Value]) -> Option<Value> {
    let (first, rest) = given.split_first()?;
    let second = || rest.first();
    Some(match function {
        Function::Growth => second()?.over(first)?.as_growth(),
        Function::Difference => second()?.minus(first),
        Function::Multiple => second()?.over(first)?,
        Function::Share => first.over(second()?)?.times(&Value::exactly(power_of_ten(2))),
        Function::Sum => rest.iter().fold(first.clone(), |sum, part| sum.plus(part)),
        Function::Chain => rest.iter().fold(first.as_factor(), |all, growth| all.times(&growth.as_factor())).as_growth(),
        Function::ImpliedBase => first.over(&second()?.as_factor())?,
        Function::ImpliedTotal => first.over(&second()?.scaled_by_hundredth())?,
    })
}

/// A part's share of itself and the others: 1 / (1 + others / part), so that the part is used once.
pub fn share_of_parts(given: &[Value]) -> Option<Value> {
    let (part, others) = given.split_first()?;
    let (first, rest) = others.split_first()?;
    let others = rest.iter().fold(first.clone(), |sum, other| sum.plus(other));
    let whole = others.over(part)?.plus(&Value::exactly(power_of_ten(0)));
    Value::exactly(power_of_ten(2)).over(&whole).map(|value| Value { step: None, ..value })
}
