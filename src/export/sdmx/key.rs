//! The dimensions of a series: the parts of its code. Two series never have one key.

use super::components::Dimension;
use crate::model::Frequency;
use crate::store::SeriesInfo;

/// What the standard's code lists say of a dimension that does not apply.
pub const NOT_APPLICABLE: &str = "_Z";

/// A series' value of a dimension.
pub fn value(dimension: Dimension, series: &SeriesInfo) -> String {
    let regular = spelled(series) == series.code;
    let part = |part: &Option<String>| part.clone().filter(|_| regular);
    let found = match dimension {
        Dimension::Frequency => Some(letter(series.frequency).to_string()),
        Dimension::Cumulation => Some(if series.frequency == Frequency::Ytd { "Y" } else { "N" }.to_string()),
        Dimension::Publisher => Some(series.publisher.clone()),
        Dimension::Indicator => Some(series.indicator.clone()),
        Dimension::Item => Some(series.item.clone()),
        Dimension::Area => part(&series.entity),
        // without an area there is no detail, so that this place is free for what has another order
        Dimension::Detail if !regular => Some(series.code.clone()),
        Dimension::Detail => part(&series.detail),
        Dimension::Flow => part(&series.flow),
        Dimension::Counterpart => part(&series.counterpart),
        Dimension::Measure => Some(series.measure.clone()),
        Dimension::Variant => series.variant.clone(),
    };
    found.unwrap_or_else(|| NOT_APPLICABLE.to_string())
}

/// The letter of CL_FREQ. What is cumulated from January is told month by month.
fn letter(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::A => "A",
        Frequency::H => "S",
        Frequency::Q => "Q",
        Frequency::M | Frequency::Ytd => "M",
        Frequency::W => "W",
        Frequency::D => "D",
    }
}

/// The code that the parts spell in their usual order.
fn spelled(series: &SeriesInfo) -> String {
    let SeriesInfo { publisher, indicator, item, detail, entity, flow, counterpart, measure, frequency, variant, .. } = series;
    let stated = [publisher, indicator, item].into_iter().chain([detail, entity, flow, counterpart].into_iter().flatten());
    let form = [measure.as_str(), frequency.as_str()].into_iter().chain(variant.as_deref());
    stated.map(String::as_str).chain(form).collect::<Vec<_>>().join(".")
}
