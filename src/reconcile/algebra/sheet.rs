//! The paper's figures as intervals, and terms of them. All values are in base units: dollars, not billions of them.

use crate::model::Period;
use crate::paper::{Claim, Function, Operand, Paper, Relation, meant};
use crate::reconcile::hedge::{self, Allowed};
use crate::reconcile::interval::{Figure, Interval, exact, power_of_ten};
use crate::reconcile::units::Scale;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The measure of things that were counted.
const COUNT: &str = "count";

/// More ways to read the malformed tokens of one relation than this are not tried.
const MOST_READINGS: usize = 64;

/// The claims of a paper by id, with the way its malformed tokens are read.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    claims: BTreeMap<&'a str, &'a Claim>,
    /// What tokens that are no numbers are read as.
    read: BTreeMap<&'a str, (Decimal, u32)>,
    /// Trailing zeros of round figures are taken for unknown digits.
    loose: bool,
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
}

/// Why a term has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoValue {
    /// The figure's token is no number.
    Unreadable(String),
    /// Something would be divided by what can be zero, or a growth would start from below zero.
    NoRatio(String),
}

impl<'a> Sheet<'a> {
    /// The claims of a paper.
    pub fn of(paper: &'a Paper) -> Sheet<'a> {
        let claims = paper.claims.iter().map(|claim| (claim.id.as_str(), claim)).collect();
        Sheet { claims, read: BTreeMap::new(), loose: false }
    }

    /// A sheet for each way in which the malformed tokens of a relation can be read; one, where there are none.
    pub fn readings(&self, relation: &Relation) -> Vec<Sheet<'a>> {
        let malformed = relation.claims().into_iter().filter_map(|id| self.claim(id)).filter(|claim| claim.value.is_none());
        let mut sheets = vec![self.clone()];
        for claim in malformed {
            let meant = meant(&claim.printed);
            let read = |sheet: &Sheet<'a>, number| {
                let mut sheet = sheet.clone();
                sheet.read.insert(&claim.id, number);
                sheet
            };
            if !meant.is_empty() && sheets.len() * meant.len() <= MOST_READINGS {
                sheets = sheets.iter().flat_map(|sheet| meant.iter().map(move |number| read(sheet, *number))).collect();
            }
        }
        sheets
    }

    /// The same, with the trailing zeros of round figures taken for unknown digits.
    pub fn loosened(&self) -> Sheet<'a> {
        Sheet { loose: true, ..self.clone() }
    }

    /// Tokens that are read as numbers although they are none, each with its number.
    pub fn assumed(&self) -> Vec<(String, String)> {
        self.read.iter().map(|(id, (number, _))| ((*id).to_string(), number.to_string())).collect()
    }

    /// A claim that the paper is known to have.
    pub fn claim(&self, id: &str) -> Option<&'a Claim> {
        self.claims.get(id).copied()
    }

    /// The claim that a term is.
    pub fn claim_of(&self, term: &Operand) -> Option<&'a Claim> {
        match term {
            Operand::Claim(id) => self.claim(id),
            _ => None,
        }
    }

    /// The first claim that terms name: its unit is the one that computed values are shown in.
    pub fn first_of(&self, terms: &[Operand]) -> Option<&'a Claim> {
        terms.iter().flat_map(Operand::claims).find_map(|id| self.claim(id))
    }

    /// Every claim, by id.
    pub fn claims(&self) -> impl Iterator<Item = &'a Claim> {
        self.claims.values().copied()
    }

    /// The period of a term that is a claim, an implied base, or a sum over one period.
    pub fn period(&self, term: &Operand) -> Option<Period> {
        match term {
            Operand::Claim(id) => Some(self.claim(id)?.period),
            // an earlier level belongs to the period that its growth is measured against
            Operand::Call(Function::ImpliedBase, terms) => self.claim_of(terms.last()?)?.base.parse().ok(),
            Operand::Call(Function::Sum, terms) => {
                let periods: Vec<Period> = terms.iter().map(|term| self.period(term)).collect::<Option<_>>()?;
                periods.first().copied().filter(|first| periods.iter().all(|p| p == first))
            }
            _ => None,
        }
    }

    /// The number of a claim, as printed or as read.
    pub fn number(&self, claim: &Claim) -> Option<Decimal> {
        claim.value.or_else(|| self.read.get(claim.id.as_str()).map(|(number, _)| *number))
    }

    /// The printed figure in base units; `None` where the token is no number and is not read as one.
    pub fn figure(&self, claim: &Claim) -> Option<Figure> {
        self.in_own_unit(claim).map(|figure| figure.scaled(exponent(claim)))
    }

    fn in_own_unit(&self, claim: &Claim) -> Option<Figure> {
        let read = self.read.get(claim.id.as_str()).copied();
        let (value, decimals) = claim.value.map(|value| (value, claim.decimals)).or(read)?;
        let mut figure = Figure::printed(value, decimals);
        figure.ulp = claim.ulp.map_or(figure.ulp, exact);
        while self.loose && is_round(claim) && (&figure.value / (&figure.ulp * power_of_ten(1))).is_integer() {
            figure.ulp *= power_of_ten(1);
        }
        Some(figure)
    }

    /// All that a claim allows with its words, in base units.
    pub fn allowed(&self, claim: &Claim) -> Option<Allowed> {
        let figure = self.in_own_unit(claim)?;
        let own = if is_counted(claim) {
            Allowed::interval(&Interval::point(figure.value))
        } else {
            hedge::allowed(claim.hedge.as_ref(), &figure)
        };
        Some(own.scaled(exponent(claim)))
    }

    /// The value of a term.
    pub fn value(&self, term: &Operand) -> Result<Value, NoValue> {
        match term {
            Operand::Claim(id) => {
                let claim = self.claim(id);
                let figure = claim.and_then(|claim| self.figure(claim)).ok_or_else(|| NoValue::Unreadable(id.clone()))?;
                let counted = claim.is_some_and(is_counted);
                Ok(if counted { Value::exactly(figure.value) } else { Value::printed(&figure) })
            }
            Operand::Times(times, term) => Ok(self.value(term)?.scaled(&exact(*times))),
            Operand::Call(function, terms) => {
                apply(*function, &self.values(terms)?).ok_or_else(|| NoValue::NoRatio(term.to_string()))
            }
        }
    }

    /// The values of terms, in order.
    pub fn values(&self, terms: &[Operand]) -> Result<Vec<Value>, NoValue> {
        terms.iter().map(|term| self.value(term)).collect()
    }
}

/// The power of ten of a claim's unit.
pub fn exponent(claim: &Claim) -> i64 {
    Scale::parse(&claim.unit).exponent
}

/// A round figure: how many of its trailing zeros count is assumed.
pub fn is_round(claim: &Claim) -> bool {
    let round = claim.value.is_some_and(|value| !value.is_zero() && (value % Decimal::TEN).is_zero());
    round && claim.decimals == 0 && claim.ulp.is_none() && !is_counted(claim)
}

/// 92 projects are 92: a count is not rounded, unless it is in hundreds, scaled, or hedged.
fn is_counted(claim: &Claim) -> bool {
    let plain = claim.decimals == 0 && claim.hedge.is_none() && claim.ulp.is_none();
    let exact = claim.value.is_some_and(|value| value.abs() < Decimal::ONE_HUNDRED || !(value % Decimal::TEN).is_zero());
    claim.measure == COUNT && plain && exact && exponent(claim) == 0
}

impl Value {
    /// A printed figure.
    pub fn printed(figure: &Figure) -> Value {
        Value { point: figure.value.clone(), range: figure.preimage(), step: Some(figure.ulp.clone()) }
    }

    /// An exact number.
    pub fn exactly(number: BigRational) -> Value {
        Value { range: Interval::point(number.clone()), point: number, step: Some(BigRational::zero()) }
    }

    fn scaled(self, times: &BigRational) -> Value {
        let step = self.step.map(|step| step * times.abs());
        Value { point: &self.point * times, range: self.range.times(&Interval::point(times.clone())), step }
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
        Value { point, range, step }
    }

    /// The product; its digits have no step.
    pub fn times(&self, other: &Value) -> Value {
        let (point, range) = (&self.point * &other.point, self.range.times(&other.range));
        Value { point, range, step: None }
    }

    /// The quotient; `None` if the divisor can be zero.
    pub fn over(&self, divisor: &Value) -> Option<Value> {
        let range = self.range.over(&divisor.range)?;
        Some(Value { point: &self.point / &divisor.point, range, step: None })
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
        // from below zero there is no growth that a percentage tells
        Function::Growth | Function::Multiple if !first.range.lo.is_positive() => return None,
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
