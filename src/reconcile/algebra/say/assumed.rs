//! The words of what is implausible, and of the two sides of one trade.

use super::{Terms, cited, listed, number, printed, quotient, range, terms, value, with_unit};
use crate::paper::{Claim, Operand, Relation};
use crate::reconcile::algebra::sheet::{self, Sheet, Value};
use crate::reconcile::interval::brief;
use crate::reconcile::units::Scale;
use num_traits::Signed;
use rust_decimal::Decimal;

pub fn run(sheet: &Sheet<'_>, relation: &Relation, mean: &Value) -> String {
    format!("weighted mean of {} = {}", listed(sheet, &relation.of), range(&mean.range, 0))
}

pub fn cumulative(sheet: &Sheet<'_>, relation: &Relation, mean: &Value, outside: bool) -> String {
    let claim = relation.claim.as_deref().and_then(|id| sheet.claim(id));
    let parts: Vec<String> = relation.of.iter().map(|term| part(sheet, term)).collect();
    let (period, whole) = claim.map(|claim| (claim.period.to_string(), printed(claim))).unwrap_or_default();
    let verdict = if outside { "which is outside" } else { "which is inside" };
    format!(
        "With {}, the change over {period} can be {} %; the paper prints {whole}, {verdict}.",
        parts.join(", "),
        range(&mean.range, 0)
    )
}

/// A ratio to three significant digits.
fn times(ratio: &Value) -> String {
    brief(&ratio.point, 3)
}

fn part(sheet: &Sheet<'_>, term: &Operand) -> String {
    match sheet.claim_of(term) {
        Some(claim) => format!("{} in {}", printed(claim), claim.period),
        None => Terms { sheet, units: true }.text(term),
    }
}

pub fn weights(slack: Decimal, points: i64, months: u32, printed: u32) -> String {
    let missing = months.saturating_sub(printed);
    let months = if missing == 1 { "month not printed lies" } else { "months not printed lie" };
    let unprinted = format!("; the {missing} {months} between the least and the greatest part, {points} points wider");
    let (low, high) = (Decimal::ONE - slack, Decimal::ONE + slack);
    format!("each month weighs {low} to {high} times the even share{}", if missing > 0 { unprinted } else { String::new() })
}

pub fn month_bounds([low, high]: [Decimal; 2]) -> String {
    format!("a month is {low} to {high} times the mean month")
}

pub fn rate_bounds([low, high]: [Decimal; 2]) -> String {
    format!("the rate lies between {low} and {high}")
}

pub fn month(claim: &Claim, mean: &Value, ratio: &Value, outside: bool) -> String {
    let exponent = sheet::exponent(claim);
    let verdict = if outside { "too far from it to be plausible" } else { "which is plausible" };
    let mean = with_unit(&number(&mean.point, exponent), &claim.unit);
    format!("The mean for a period of that length is {mean}; {} is {} times that, {verdict}.", printed(claim), times(ratio))
}

pub fn increment(sheet: &Sheet<'_>, relation: &Relation, between: &Value, ratio: &Value, outside: bool) -> String {
    let verdict = if outside { "too far from it to be plausible" } else { "which is plausible" };
    let first = sheet.first_of(&relation.of);
    let (unit, exponent) = first.map(|claim| (claim.unit.as_str(), sheet::exponent(claim))).unwrap_or_default();
    let [a, b] = [0, 1].map(|at| relation.of.get(at).map(|term| part(sheet, term)).unwrap_or_default());
    format!(
        "Between {a} and {b} lie {}: a month of that is {} times a mean month before, {verdict}.",
        with_unit(&number(&between.point, exponent), unit),
        times(ratio)
    )
}

pub fn increment_arithmetic(sheet: &Sheet<'_>, relation: &Relation, ratio: &Value) -> String {
    let terms = terms(sheet, &relation.of);
    let months: Vec<u32> = relation.of.iter().filter_map(|term| sheet.period(term)?.whole_months()).collect();
    let [a, b] = [0, 1].map(|at| relation.of.get(at).map(|term| terms.inner(term)).unwrap_or_default());
    let [short, long] = [0, 1].map(|at| months.get(at).copied().unwrap_or_default());
    format!("({b} − {a}) / {} : {a} / {short} = {}", long.saturating_sub(short), value(ratio, 0))
}

pub fn rate(sheet: &Sheet<'_>, relation: &Relation, rate: &Value, outside: bool) -> String {
    let verdict = if outside { "which is outside what was assumed" } else { "which is plausible" };
    let units: Vec<String> = relation
        .of
        .iter()
        .flat_map(Operand::claims)
        .filter_map(|id| Some(Scale::parse(&sheet.claim(id)?.unit).base.to_uppercase()))
        .collect();
    format!("{} implies {} {}, {verdict}.", quotient(sheet, relation), value(rate, 0), units.join(" for one "))
}

pub fn mirror(sheet: &Sheet<'_>, relation: &Relation, gap: &Value, share: Option<&Value>) -> String {
    let [a, b] = [0, 1].map(|at| relation.of.get(at).map(|term| cited(sheet, term)).unwrap_or_default());
    let first = sheet.first_of(&relation.of);
    let (unit, exponent) = first.map(|claim| (claim.unit.as_str(), sheet::exponent(claim))).unwrap_or_default();
    let size = with_unit(&number(&gap.point.abs(), exponent), unit);
    let percent = share.map(|share| format!(" ({} %)", number(&share.point.abs(), 0))).unwrap_or_default();
    let side = if gap.point.is_negative() { "less" } else { "more" };
    format!(
        "One side of the trade shows {a}, the other {b}: {size}{percent} {side}. Two countries' statistics of one trade differ, so this is no contradiction."
    )
}
