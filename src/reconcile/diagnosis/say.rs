//! A suggestion in one plain sentence: what the printed figure is, and what a reader can do about it.

use super::other::{is_forecast, same_publisher};
use super::{Doubt, Kind};
use crate::model::{Frequency, Identity};
use crate::reconcile::interval::figure_text;
use crate::reconcile::sentence::with_unit;
use crate::reconcile::{OtherFigure, VintageJudgement, units};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Another vintage of the very figure.
pub(super) fn vintage(doubt: &Doubt<'_>, vintage: &VintageJudgement) -> String {
    let day = vintage.known_from;
    format!("{} is what was published on {day}: name that day, or print the figure of the time.", printed(doubt))
}

/// Somebody divided two published levels.
pub(super) fn from_levels(doubt: &Doubt<'_>, computed: &VintageJudgement) -> String {
    let value = with_unit(computed.value.as_deref().unwrap_or_default(), &doubt.claim.unit);
    format!(
        "Computed from the published levels, {}, it is {value}: the published change has another base, which was revised or is of other terms.",
        computed.printed
    )
}

/// Nothing shows that the author can have known the figure.
pub(super) fn late(known_from: NaiveDate, cutoff: NaiveDate) -> String {
    format!(" It is held only as of {known_from}; whether it stood so by {cutoff} is not known.")
}

/// A shifted point, or a wrong word in the unit.
pub(super) fn power_of_ten(doubt: &Doubt<'_>, by: i64) -> String {
    match (units::renamed(&doubt.claim.unit, -by), doubt.claim.value) {
        (Some(unit), Some(value)) => {
            format!("The number agrees in {unit}: the unit word is wrong, {} was meant.", with_unit(&value.to_string(), &unit))
        }
        _ => format!("The decimal point is shifted by {}: {} was meant.", places(by), own(doubt)),
    }
}

fn places(by: i64) -> String {
    format!("{} {}", by.abs(), if by.abs() == 1 { "place" } else { "places" })
}

/// 100 apart.
pub(super) fn index_form(doubt: &Doubt<'_>, by: i64) -> String {
    let (was, printed_as) = if by > 0 { ("a growth", "an index") } else { ("an index", "a growth") };
    format!("The figure of {was} is printed as {printed_as} (100 apart): {} was meant.", own(doubt))
}

/// 1 apart.
pub(super) fn times(doubt: &Doubt<'_>, by: i64) -> String {
    let (was, printed_as) = if by > 0 { ("an increase", "a ratio") } else { ("a ratio", "an increase") };
    format!("“N times” prints {was} as {printed_as} (1 apart): {} was meant.", own(doubt))
}

/// The other direction.
pub(super) fn sign(doubt: &Doubt<'_>) -> String {
    format!("The direction is turned: {} was meant.", own(doubt))
}

/// Cut off.
pub(super) fn truncated(doubt: &Doubt<'_>) -> String {
    format!("The figure {} is cut off instead of rounded.", own(doubt))
}

/// Two digits.
pub(super) fn digit_swap(doubt: &Doubt<'_>, meant: Decimal) -> String {
    format!("Two digits changed places: {} was meant.", with_unit(&meant.to_string(), &doubt.claim.unit))
}

/// The first digit.
pub(super) fn leading_digit(doubt: &Doubt<'_>, meant: Decimal) -> String {
    format!("The first digit is missing: {} was meant.", with_unit(&meant.to_string(), &doubt.claim.unit))
}

/// A change of a rate in points.
pub(super) fn points(doubt: &Doubt<'_>, now: &OtherFigure, before: &OtherFigure) -> String {
    let (value, was) = (with_unit(&now.value.to_string(), &now.unit), with_unit(&before.value.to_string(), &before.unit));
    let change = doubt.claim.value.map(|v| v.to_string().replace('-', "−")).unwrap_or_default();
    format!(
        "{change} is the change in percentage points, from {was} in {} to {value} in {}, not one in per cent.",
        before.period, now.period
    )
}

/// A figure of another series or period.
pub(super) fn other(doubt: &Doubt<'_>, other: &OtherFigure, kind: Kind) -> String {
    let expected = if is_forecast(other) { " forecast or plan" } else { "" };
    let figure = format!("{}'s{expected} figure for {}", other.publisher, other.period);
    let shown = with_unit(&other.value.to_string(), &other.unit);
    let note = other.link.as_ref().map(|link| format!("; {}", link.note)).unwrap_or_default();
    let advice = match doubt.source {
        Some(_) => format!("{}, or print {}", advice(doubt, other, kind), own(doubt)),
        None => format!("{}, if that is meant", advice(doubt, other, kind)),
    };
    let since = if other.current { String::new() } else { format!(" from {}, since replaced", other.known_from) };
    let place = format!("({}, {shown}{since})", other.code);
    format!("{} agrees with {figure}{} {place}{note}: {advice}.", printed(doubt), difference(doubt, other, kind))
}

/// In what the other figure differs from the declared one.
fn difference(doubt: &Doubt<'_>, other: &OtherFigure, kind: Kind) -> String {
    let theirs = other.code.identity();
    match kind {
        Kind::SameLabel if same_publisher(doubt, other) => " in another series of the same name".into(),
        Kind::SameLabel | Kind::Publisher if doubt.publisher.is_empty() => ", not with one of the declared publisher".into(),
        Kind::SameLabel | Kind::Publisher => format!(", not with that of {}", doubt.publisher),
        Kind::NextPeriod | Kind::FarPeriod => format!(", not for {}", doubt.claim.period),
        Kind::Basis => format!(", which is {}", basis(&theirs)),
        Kind::Row => format!(" in the row of {}", row(&theirs)),
        Kind::Indicator | Kind::Flow => format!(" of {}", subject(&theirs)),
        Kind::Adjustment => ", differently adjusted for the season".into(),
        Kind::Mirror => " from the other side of the trade".into(),
        Kind::Base => ", on another base".into(),
        Kind::Currency => ", in another currency".into(),
        Kind::Points => ", which has another unit".into(),
        Kind::Vintage
        | Kind::PowerOfTen
        | Kind::IndexForm
        | Kind::LeadingDigit
        | Kind::DigitSwap
        | Kind::Truncated
        | Kind::Times
        | Kind::Sign => String::new(),
    }
}

/// What a reader can do about it.
fn advice(doubt: &Doubt<'_>, other: &OtherFigure, kind: Kind) -> String {
    match kind {
        Kind::SameLabel if same_publisher(doubt, other) => "name that series".into(),
        Kind::SameLabel | Kind::Publisher => format!("name {} as the source", other.publisher),
        Kind::NextPeriod | Kind::FarPeriod => format!("print {} as the period", other.period),
        Kind::Basis => "say what it is compared with".into(),
        Kind::Row => format!("name {}", row(&other.code.identity())),
        Kind::Indicator | Kind::Flow => format!("name {}", subject(&other.code.identity())),
        Kind::Adjustment => "say which adjustment is meant".into(),
        Kind::Mirror => format!("name {} as the reporter", other.publisher),
        Kind::Base => "say which base is meant".into(),
        Kind::Currency => "correct the currency".into(),
        Kind::Points => "say per cent or percentage points".into(),
        Kind::Vintage
        | Kind::PowerOfTen
        | Kind::IndexForm
        | Kind::LeadingDigit
        | Kind::DigitSwap
        | Kind::Truncated
        | Kind::Times
        | Kind::Sign => "correct the figure".into(),
    }
}

/// What a change is against, or what a figure spans.
fn basis(series: &Identity<'_>) -> String {
    let against = match series.measure {
        "yoy" | "ytd-yoy" => "against the same period of the year before",
        "mom" => "against the month before",
        "qoq" => "against the quarter before",
        "wow" => "against the week before",
        "pop" => "against the period before",
        "dec" => "against December of the year before",
        "pre-epidemic" => "against the time before the epidemic",
        "growth" | "increase" => "a growth",
        "level" => "a level",
        other => other.strip_prefix("vs").map_or(other, |_| "against a year before the epidemic"),
    };
    let span = match series.frequency {
        Some(Frequency::Ytd) => ", from January on",
        Some(Frequency::M) => ", for the month alone",
        Some(Frequency::Q) => ", for the quarter alone",
        _ => "",
    };
    format!("{against}{span}")
}

/// The item, and the partner where there is one, as the code calls them.
fn row(series: &Identity<'_>) -> String {
    named([Some(series.item), series.detail, None, series.counterpart])
}

/// Indicator, item and direction, as the code calls them.
fn subject(series: &Identity<'_>) -> String {
    named([Some(series.indicator), Some(series.item), series.flow, series.counterpart])
}

fn named(parts: [Option<&str>; 4]) -> String {
    format!("“{}”", parts.into_iter().flatten().collect::<Vec<_>>().join(" / "))
}

/// The claim's figure.
fn printed(doubt: &Doubt<'_>) -> String {
    with_unit(&doubt.claim.value.map(|v| v.to_string()).unwrap_or_default(), &doubt.claim.unit)
}

/// The figure that decides.
fn own(doubt: &Doubt<'_>) -> String {
    with_unit(&doubt.source.map(figure_text).unwrap_or_default(), &doubt.claim.unit)
}
