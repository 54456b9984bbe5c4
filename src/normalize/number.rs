//! Numbers as the publishers write them, exactly.

mod cell;

pub use cell::{CellValue, cell, glued};

use super::label::is_dash;
use super::spec::NumberStyle;
use rust_decimal::Decimal;

/// Digits that an exact decimal can hold in every case; no published figure comes near.
const MAX_DIGITS: usize = 28;

/// A text that is not one number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a number, found {text:?}: {why}")]
pub struct NumberError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Reads a text that is one number and nothing else; decimals are kept (`95.90` has two).
///
/// # Errors
/// [`NumberError`] for anything else: words, two numbers, wrong groups, exponents, more than 28 digits.
pub fn read(text: &str, style: NumberStyle) -> Result<Decimal, NumberError> {
    let wrong = |why| NumberError { text: text.to_string(), why };
    let (negative, body) = signed(text.trim());
    let (whole, decimals) = parts(body, style).map_err(wrong)?;
    if whole.len() + decimals.len() > MAX_DIGITS {
        return Err(wrong("more than 28 digits"));
    }
    let sign = if negative { "-" } else { "" };
    let point = if decimals.is_empty() { "" } else { "." };
    Decimal::from_str_exact(&format!("{sign}{whole}{point}{decimals}")).map_err(|_| wrong("no exact decimal"))
}

/// Cuts a sign off: any dash or minus sign, or `+`.
fn signed(text: &str) -> (bool, &str) {
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if is_dash(c) => (true, chars.as_str().trim_start()),
        Some('+') => (false, chars.as_str().trim_start()),
        _ => (false, text),
    }
}

/// The digits before and after the decimal sign.
fn parts(body: &str, style: NumberStyle) -> Result<(String, String), &'static str> {
    let point = match style {
        NumberStyle::Ru => body.find([',', '.']),
        NumberStyle::En => body.find('.'),
    };
    let (whole, decimals) = point.map_or((body, None), |i| (&body[..i], Some(&body[i + 1..])));
    let decimals = decimals.unwrap_or("0");
    if !is_digits(decimals) {
        return Err(if decimals.contains(char::is_alphabetic) { "letters" } else { "no digits alone behind the decimal sign" });
    }
    let groups: Vec<&str> = match style {
        // a line break or a tab parts two texts
        NumberStyle::Ru => whole.split(|c: char| c.is_whitespace() && !c.is_control()).collect(),
        NumberStyle::En => whole.split(',').collect(),
    };
    check_groups(&groups)?;
    Ok((groups.concat(), if point.is_some() { decimals.to_string() } else { String::new() }))
}

/// One group of any length, or one of one to three digits and then groups of three.
fn check_groups(groups: &[&str]) -> Result<(), &'static str> {
    if !groups.iter().all(|g| is_digits(g)) {
        return Err("no digits alone before the decimal sign");
    }
    let fits = |(i, group): (usize, &&str)| if i == 0 { group.len() <= 3 } else { group.len() == 3 };
    if groups.len() == 1 || groups.iter().enumerate().all(fits) { Ok(()) } else { Err("groups of digits that are not of three") }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
