//! Slips of the hand: what becomes of the right figure when a sign, a digit or a unit word goes astray.

use super::{Doubt, Guess, Kind, say};
use crate::reconcile::VintageJudgement;
use crate::reconcile::interval::{Figure, exact};
use crate::reconcile::ladder::{Grade, POWERS};
use crate::reconcile::units::{self, Scale};
use rust_decimal::Decimal;

/// Every slip, tried on the figure that decides; only other vintages without one.
pub(super) fn all(doubt: &Doubt<'_>) -> Vec<Guess> {
    let mut guesses = vintages(doubt);
    let Some(source) = doubt.source else { return guesses };
    let value = doubt.claim.value.unwrap_or_default();
    guesses.extend(power_of_ten(doubt, source));
    guesses.extend(index_form(doubt, source));
    guesses.extend(leading_digit(doubt, source, value));
    guesses.extend(digit_swap(doubt, source, value));
    guesses.push(truncated(doubt, source));
    guesses.extend(times(doubt, source));
    guesses.push(sign(doubt, source));
    guesses
}

/// Another vintage of the very figure.
fn vintages(doubt: &Doubt<'_>) -> Vec<Guess> {
    let one = |vintage| Guess::judged(Kind::Vintage, doubt, vintage, say::vintage);
    doubt.judged.iter().map(one).collect()
}

/// The change computed from published levels, where the published change is another: its base was revised, or is another one.
pub(super) fn from_levels(doubt: &Doubt<'_>, computed: &VintageJudgement) -> Guess {
    Guess::judged(Kind::Base, doubt, computed, say::from_levels)
}

/// A shifted point or, where a word of the unit says so, million for billion.
fn power_of_ten(doubt: &Doubt<'_>, source: &Figure) -> Vec<Guess> {
    let guess = |by: i64| Guess::new(Kind::PowerOfTen, doubt.printed, &source.scaled(by), || say::power_of_ten(doubt, by));
    POWERS.into_iter().map(guess).collect()
}

/// An index printed as a growth, or a growth as an index.
fn index_form(doubt: &Doubt<'_>, source: &Figure) -> Vec<Guess> {
    let guess = |by: i64| Guess::new(Kind::IndexForm, doubt.printed, &source.shifted(by), || say::index_form(doubt, by));
    let percent = units::is_percent(&doubt.claim.unit);
    [100, -100].into_iter().filter(|_| percent).map(guess).collect()
}

/// A ratio printed as an increase, or an increase as a ratio.
fn times(doubt: &Doubt<'_>, source: &Figure) -> Vec<Guess> {
    let guess = |by: i64| Guess::new(Kind::Times, doubt.printed, &source.shifted(by), || say::times(doubt, by));
    let ratio = Scale::parse(&doubt.claim.unit).base == "times";
    [1, -1].into_iter().filter(|_| ratio).map(guess).collect()
}

fn sign(doubt: &Doubt<'_>, source: &Figure) -> Guess {
    let opposite = Figure { value: -&source.value, ulp: source.ulp.clone() };
    Guess::new(Kind::Sign, doubt.printed, &opposite, || say::sign(doubt))
}

/// Cut off in place of rounded.
fn truncated(doubt: &Doubt<'_>, source: &Figure) -> Guess {
    let guess = Guess::new(Kind::Truncated, doubt.printed, source, String::new);
    let fits = guess.grade == Grade::Truncated;
    Guess { fits, sentence: if fits { say::truncated(doubt) } else { String::new() }, ..guess }
}

fn digit_swap(doubt: &Doubt<'_>, source: &Figure, value: Decimal) -> Vec<Guess> {
    let guess = |meant| Guess::new(Kind::DigitSwap, &with_value(doubt, meant), source, || say::digit_swap(doubt, meant));
    swaps(value).into_iter().map(guess).collect()
}

fn leading_digit(doubt: &Doubt<'_>, source: &Figure, value: Decimal) -> Vec<Guess> {
    let guess = |meant| Guess::new(Kind::LeadingDigit, &with_value(doubt, meant), source, || say::leading_digit(doubt, meant));
    with_leading_digit(value, doubt.claim.decimals).into_iter().map(guess).collect()
}

fn with_value(doubt: &Doubt<'_>, value: Decimal) -> Figure {
    Figure { value: exact(value), ulp: doubt.printed.ulp.clone() }
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
