//! Why a figure deviates: a fixed list of explanations. Each that fits is a suggestion, with how many were tried.

use super::claim::Case;
use super::interval::{Figure, exact};
use super::ladder::{Grade, POWERS, grade};
use super::{Facts, FactsError, OtherFigure, Suggestion, units};
use num_traits::Zero;
use rust_decimal::Decimal;

/// Every explanation that fits, with the number of hypotheses tried.
pub fn diagnose(case: &Case<'_>, facts: &dyn Facts) -> Result<Vec<Suggestion>, FactsError> {
    let mut tried = 0;
    let mut found: Vec<(&'static str, String)> = Vec::new();
    let Some((_, source)) = case.deciding() else { return Ok(Vec::new()) };
    let mut test = |code, fits: bool, sentence: String| {
        tried += 1;
        found.extend(fits.then_some((code, sentence)));
    };
    let printed = &case.printed;
    for vintage in &case.judged {
        let when = format!("The vintage of {} agrees.", vintage.known_from);
        test("other_vintage", vintage.matches, when);
    }
    for by in [100, -100] {
        let fits = agrees(printed, &source.shifted(by));
        test("index_form", fits, "An index and a growth were taken for each other (100 apart).".into());
    }
    let opposite = Figure { value: -&source.value, ulp: source.ulp.clone() };
    test("sign", agrees(printed, &opposite), "The sign was turned.".into());
    POWERS
        .iter()
        .for_each(|p| test("power_of_ten", agrees(printed, &source.scaled(*p)), format!("The figure is off by 10^{p}.")));
    let cut = grade(printed, source) == Grade::Truncated;
    test("truncated", cut, "The figure was cut off instead of rounded.".into());
    for swapped in case.claim.value.map(swaps).unwrap_or_default() {
        let fits = agrees(&with_value(printed, swapped), source);
        test("digit_swap", fits, format!("Two digits changed places: {swapped} was meant."));
    }
    for longer in case.claim.value.map(|v| with_leading_digit(v, case.claim.decimals)).unwrap_or_default() {
        let fits = agrees(&with_value(printed, longer), source);
        test("leading_digit_lost", fits, format!("The leading digit was lost: {longer} was meant."));
    }
    let (code, period) = (&case.info.code, case.claim.period);
    for (reason, others) in [
        ("wrong_source_named", facts.same_figure_elsewhere(code, period)?),
        ("wrong_row", facts.siblings(code, period)?),
        ("wrong_period", facts.neighbours(code, period)?),
    ] {
        others.iter().for_each(|other| test(reason, fits(case, other), elsewhere(other)));
    }
    let value = case.claim.value.unwrap_or_default();
    let chance = if found.is_empty() { 0 } else { facts.count_like(value, case.claim.decimals, &case.claim.unit)? };
    let suggestion = |(code, sentence)| Suggestion { code, suggested: true, sentence, tried, chance };
    Ok(found.into_iter().map(suggestion).collect())
}

/// The power of ten that makes the source agree with the claim.
pub fn power(printed: &Figure, source: &Figure) -> Option<i64> {
    let nonzero = !printed.value.is_zero();
    POWERS.into_iter().find(|p| nonzero && agrees(printed, &source.scaled(*p)))
}

fn agrees(printed: &Figure, source: &Figure) -> bool {
    grade(printed, source).matches()
}

fn with_value(printed: &Figure, value: Decimal) -> Figure {
    Figure { value: exact(value), ulp: printed.ulp.clone() }
}

/// The value with each pair of neighbouring digits swapped.
fn swaps(value: Decimal) -> Vec<Decimal> {
    let chars: Vec<char> = value.to_string().chars().collect();
    let places: Vec<usize> = (0..chars.len()).filter(|i| chars.get(*i).is_some_and(char::is_ascii_digit)).collect();
    let swap = |(a, b): (&usize, &usize)| {
        let mut turned = chars.clone();
        turned.swap(*a, *b);
        turned.into_iter().collect::<String>().parse().ok().filter(|t| *t != value)
    };
    places.iter().zip(places.iter().skip(1)).filter_map(swap).collect()
}

/// The value with a digit from 1 to 9 put in front.
fn with_leading_digit(value: Decimal, decimals: u32) -> Vec<Decimal> {
    let digits = value.abs().trunc().to_string();
    let rest = format!("{:.*}", usize::try_from(decimals).unwrap_or(0), value.abs());
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let plain = if digits == "0" { rest.trim_start_matches('0') } else { rest.as_str() };
    (1..=9).filter_map(|d| format!("{sign}{d}{plain}").parse().ok()).collect()
}

/// Whether another stored figure agrees with the claim, as an index or as it stands.
fn fits(case: &Case<'_>, other: &OtherFigure) -> bool {
    let Some(exponent) = units::exponent(&other.unit, &case.claim.unit) else { return false };
    let figure = Figure::printed(other.value, other.decimals).scaled(exponent);
    // Another publisher may print a growth where this one prints an index.
    let index = case.form.index_form && !matches!(other.code.identity().measure, "growth" | "increase");
    agrees(&case.printed, &if index { figure.shifted(-100) } else { figure })
}

fn elsewhere(other: &OtherFigure) -> String {
    format!("{}'s figure {} for {} ({}) agrees.", other.publisher, other.value, other.period, other.code)
}
