//! Figures of other series and periods that can have been taken for the declared one: what each would be, told from the two codes.

use super::{Doubt, Guess, Kind, SAME_LABEL, say};
use crate::model::{Frequency, Identity, Period};
use crate::reconcile::interval::Figure;
use crate::reconcile::units::{self, Scale};
use crate::reconcile::{OtherFigure, identity};

/// The item of a whole: it bears no name of its own by which two indicators could be taken for each other.
const WHOLE: &str = "total";
/// What seasonal adjustment is called in a variant.
const ADJUSTED: &str = "sa";

/// What another figure would explain, in each form that the claim can have taken it in.
pub(super) fn guesses(doubt: &Doubt<'_>, other: &OtherFigure) -> Vec<Guess> {
    let Some(kind) = kind(doubt, other) else { return Vec::new() };
    let figures = identity::as_claimed(doubt.claim, other).into_iter().map(|figure| (kind, figure));
    let as_printed = foreign_unit(doubt, other).into_iter();
    figures.chain(as_printed).map(|(kind, figure)| guess(doubt, other, kind, &figure)).collect()
}

fn guess(doubt: &Doubt<'_>, other: &OtherFigure, kind: Kind, figure: &Figure) -> Guess {
    let mut guess = Guess::new(kind, doubt.printed, figure, || say::other(doubt, other, kind));
    if !guess.fits {
        return guess;
    }
    if kind == Kind::SameLabel && same_publisher(doubt, other) {
        guess.code = Kind::Indicator.code();
    }
    guess.forecast = is_forecast(other);
    guess.replaced = !other.current;
    guess.late = other.known_from > doubt.then.cutoff;
    if guess.late {
        guess.sentence += &say::late(other.known_from, doubt.then.cutoff);
    }
    guess.days = (other.period.end() - doubt.claim.period.end()).num_days().unsigned_abs();
    guess
}

/// Whether a figure was told before its period was over. A rate of the day is set the day before.
pub(super) fn is_forecast(other: &OtherFigure) -> bool {
    let early = other.known_from < other.period.end() && other.code.frequency() != Some(Frequency::D);
    let stock = other.code.identity().measure == "level" && other.known_from >= other.period.start();
    other.code.is_forecast() || (early && !stock)
}

/// What the other figure is to the declared one; `None` if nobody would take it for that.
fn kind(doubt: &Doubt<'_>, other: &OtherFigure) -> Option<Kind> {
    if other.link.as_ref().is_some_and(|link| link.kind == SAME_LABEL) {
        return Some(Kind::SameLabel);
    }
    if *doubt.code == other.code {
        return Some(if next_to(doubt.claim.period, other.period) { Kind::NextPeriod } else { Kind::FarPeriod });
    }
    let (ours, theirs) = (doubt.code.identity(), other.code.identity());
    if ours.publisher == theirs.publisher && ours.indicator == theirs.indicator {
        return within_table(&ours, &theirs, other);
    }
    let one_item = ours.item == theirs.item;
    match (one_item, one_item && ours.indicator == theirs.indicator) {
        (_, true) if mirrored(&ours, &theirs) => Some(Kind::Mirror),
        (_, true) if ours.entity == theirs.entity && sides_agree(&ours, &theirs) => Some(Kind::Publisher),
        (true, false) if ours.item != WHOLE && ours.entity == theirs.entity && one_measure(&ours, &theirs) => {
            Some(Kind::Indicator)
        }
        _ => None,
    }
}

/// The same publisher and indicator: another row, direction or basis.
fn within_table(ours: &Identity<'_>, theirs: &Identity<'_>, other: &OtherFigure) -> Option<Kind> {
    if ours.item == theirs.item && mirrored(ours, theirs) {
        return Some(Kind::Flow);
    }
    if ours.entity != theirs.entity {
        return None;
    }
    match (ours.item == theirs.item && ours.detail == theirs.detail, ours.counterpart == theirs.counterpart) {
        (true, true) if ours.flow != theirs.flow => Some(Kind::Flow),
        (true, true) => Some(basis(ours, theirs, other)),
        _ => Some(Kind::Row),
    }
}

/// The same subject by another measure, frequency or variant.
fn basis(ours: &Identity<'_>, theirs: &Identity<'_>, other: &OtherFigure) -> Kind {
    let variants = [ours.variant.unwrap_or_default(), theirs.variant.unwrap_or_default()];
    let adjusted = variants.map(|variant| variant.split('.').any(|part| part == ADJUSTED));
    let based = variants.iter().all(|variant| variant.starts_with("base"));
    if ours.measure != theirs.measure || ours.frequency != theirs.frequency {
        Kind::Basis
    } else if adjusted[0] != adjusted[1] {
        Kind::Adjustment
    } else if based || other.link.as_ref().is_some_and(|link| link.kind == "successor") {
        Kind::Base
    } else if variants.iter().all(|variant| units::currency(variant).is_some()) {
        Kind::Currency
    } else {
        Kind::Basis
    }
}

/// The number as it stands although the units count different things: money in another currency, points for per cent.
fn foreign_unit(doubt: &Doubt<'_>, other: &OtherFigure) -> Option<(Kind, Figure)> {
    let one_subject = || same_publisher(doubt, other) && doubt.code.identity().item == other.code.identity().item;
    if doubt.claim.unit == other.unit || doubt.claim.period != other.period || !one_subject() {
        return None;
    }
    let (ours, theirs) = (Scale::parse(&doubt.claim.unit), Scale::parse(&other.unit));
    let money = units::currency(&doubt.claim.unit).zip(units::currency(&other.unit)).is_some();
    let points = [&ours.base, &theirs.base].into_iter().all(|base| base == "percent" || base == "percentage points");
    let kind = if money { Kind::Currency } else { Kind::Points };
    let figure = Figure::printed(other.value, other.decimals).scaled(theirs.exponent - ours.exponent);
    (ours.base != theirs.base && (money || points)).then_some((kind, figure))
}

/// Whether the other figure is the share or rate itself whose change the claim may state.
pub(super) fn is_level_of(doubt: &Doubt<'_>, other: &OtherFigure) -> bool {
    if doubt.claim.period != other.period {
        return false;
    }
    let (ours, theirs) = (doubt.code.identity(), other.code.identity());
    let one = same_publisher(doubt, other)
        && (ours.indicator, ours.item, ours.entity) == (theirs.indicator, theirs.item, theirs.entity);
    let change = identity::is_growth(&doubt.claim.measure) && units::is_percent(&doubt.claim.unit);
    one && change && matches!(theirs.measure, "level" | "share") && units::is_percent(&other.unit)
}

/// The change of a rate in points since the period before or a year ago, as if it were one in per cent.
pub(super) fn point_change(doubt: &Doubt<'_>, now: &OtherFigure, before: &OtherFigure) -> Option<Guess> {
    let earlier = before.period < now.period && next_to(now.period, before.period);
    let change = now.value.checked_sub(before.value).filter(|_| earlier)?;
    let figure = Figure::printed(change, now.decimals.max(before.decimals));
    Some(Guess::new(Kind::Points, doubt.printed, &figure, || say::points(doubt, now, before)))
}

/// Whether a period is the one before or after, the same a year away, or the same run from January a month longer or shorter.
fn next_to(ours: Period, theirs: Period) -> bool {
    let touching = ours.end().succ_opt() == Some(theirs.start()) || theirs.end().succ_opt() == Some(ours.start());
    let length = |period: Period| period.whole_months();
    let shifted = |by| ours.shift_months(by) == Some(theirs);
    let run = ours.start() == theirs.start() && length(ours).zip(length(theirs)).is_some_and(|(a, b)| a.abs_diff(b) == 1);
    let alike = length(ours) == length(theirs);
    (touching && alike) || run || shifted(12) || shifted(-12)
}

/// Whether both measure alike: another quantity on another basis too is no slip that anybody would make.
fn one_measure(ours: &Identity<'_>, theirs: &Identity<'_>) -> bool {
    identity::measures_agree(ours.measure, theirs.measure)
}

/// Whether each is the partner of the other.
fn mirrored(ours: &Identity<'_>, theirs: &Identity<'_>) -> bool {
    ours.counterpart.is_some() && ours.entity == theirs.counterpart && ours.counterpart == theirs.entity
}

/// Whether direction and partner are the same, as far as both codes say them.
fn sides_agree(ours: &Identity<'_>, theirs: &Identity<'_>) -> bool {
    let agree = |a: Option<&str>, b: Option<&str>| a.zip(b).is_none_or(|(a, b)| a == b);
    agree(ours.flow, theirs.flow) && agree(ours.counterpart, theirs.counterpart)
}

/// Whether both figures come from one publisher.
pub(super) fn same_publisher(doubt: &Doubt<'_>, other: &OtherFigure) -> bool {
    doubt.code.identity().publisher == other.code.identity().publisher
}
