//! Identity before value: may the claim and the declared series be compared at all, and in which form?

use super::interval::Figure;
use super::{OtherFigure, SeriesInfo, Vintage, units};
use crate::model::{GROWTH_MEASURES, INDEX_MEASURES};
use crate::paper::Claim;

/// Other measures a claim may state, each a thing of its own.
const OTHER_MEASURES: [&str; 4] = ["level", "share", "index", "rank"];

/// How a source's figure is brought to the claim's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Whether 100 is taken off an index.
    pub index_form: bool,
    /// Whether the two sides of a trade report it: mirror data.
    pub mirror: bool,
}

/// Why the two cannot be compared: a reason code and the two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// `definition` or `coverage`.
    pub code: &'static str,
    /// What the claim speaks of.
    pub claim: String,
    /// What the series speaks of.
    pub series: String,
}

/// The form in which the claim and the series are comparable.
pub fn form(claim: &Claim, info: &SeriesInfo) -> Result<Form, Mismatch> {
    let identity = info.code.identity();
    let mismatch = |code, ours: &str, theirs: &str| Err(Mismatch { code, claim: ours.to_string(), series: theirs.to_string() });
    if !measures_agree(&claim.measure, identity.measure) {
        return mismatch("definition", &claim.measure, identity.measure);
    }
    if units::exponent(&info.unit, &claim.unit).is_none() {
        return mismatch("definition", &claim.unit, &info.unit);
    }
    let flow = identity.flow.unwrap_or_default();
    let pair = (identity.entity.unwrap_or_default(), identity.counterpart.unwrap_or_default());
    let mirror = differs(&claim.entity, pair.0) && claim.entity == pair.1 && claim.counterpart == pair.0;
    let wanted_flow = if mirror { swapped(&claim.flow) } else { &claim.flow };
    let sides = [("coverage", &claim.entity, pair.0), ("definition", &claim.counterpart, pair.1)];
    for (code, ours, theirs) in sides.into_iter().filter(|_| !mirror) {
        if differs(ours, theirs) {
            return mismatch(code, ours, theirs);
        }
    }
    if differs(wanted_flow, flow) {
        return mismatch("definition", &claim.flow, flow);
    }
    if claim.base.starts_with("base") && identity.variant.is_some_and(|v| v.starts_with("base") && v != claim.base) {
        return mismatch("definition", &claim.base, identity.variant.unwrap_or_default());
    }
    let growth = INDEX_MEASURES.contains(&claim.measure.as_str()) || GROWTH_MEASURES.contains(&claim.measure.as_str());
    let index_form = growth && units::is_percent(&claim.unit) && INDEX_MEASURES.contains(&identity.measure);
    Ok(Form { index_form, mirror })
}

/// The vintage's figure in the claim's unit and form; `None` if it has no value or another unit.
pub fn converted(claim: &Claim, form: Form, vintage: &Vintage) -> Option<Figure> {
    let exponent = units::exponent(&vintage.unit, &claim.unit)?;
    let figure = Figure::printed(vintage.value?, vintage.decimals).scaled(exponent);
    Some(if form.index_form { figure.shifted(-100) } else { figure })
}

/// Another series' figure as the claim would print it; two of them if nobody knows whether the measure is an index; none if the
/// claim cannot speak of it.
pub fn as_claimed(claim: &Claim, other: &OtherFigure) -> Vec<Figure> {
    let Some(exponent) = units::exponent(&other.unit, &claim.unit) else { return Vec::new() };
    let (figure, measure) = (Figure::printed(other.value, other.decimals).scaled(exponent), other.code.identity().measure);
    if !speaks_of(&claim.measure, measure) {
        return Vec::new();
    }
    let index = INDEX_MEASURES.contains(&measure) || measure == "index";
    let grown = GROWTH_MEASURES.contains(&measure);
    match (units::is_percent(&claim.unit), is_growth(&claim.measure)) {
        (true, true) if index => vec![figure.shifted(-100)],
        (true, true) if !grown => vec![figure.shifted(-100), figure],
        (true, false) if claim.measure == "index" && grown => vec![figure.shifted(100)],
        _ => vec![figure],
    }
}

/// Whether a measure is a change against another period.
pub fn is_growth(measure: &str) -> bool {
    INDEX_MEASURES.contains(&measure) || GROWTH_MEASURES.contains(&measure)
}

/// Whether a claim of one measure can have been taken from a series of another: a change from any change, else the same thing.
fn speaks_of(claim: &str, series: &str) -> bool {
    let known = |m: &str| is_growth(m) || OTHER_MEASURES.contains(&m);
    match (is_growth(claim) || claim == "index", known(series)) {
        (true, true) => is_growth(series) || series == "index",
        (true, false) => true,
        (false, _) => measures_agree(claim, series),
    }
}

/// The vintage's figure in the series' unit, an index of change as the growth it means; `None` without a value.
pub fn as_growth(info: &SeriesInfo, vintage: &Vintage) -> Option<Figure> {
    let exponent = units::exponent(&vintage.unit, &info.unit)?;
    let figure = Figure::printed(vintage.value?, vintage.decimals).scaled(exponent);
    let index = units::is_percent(&info.unit) && INDEX_MEASURES.contains(&info.code.identity().measure);
    Some(if index { figure.shifted(-100) } else { figure })
}

/// Whether both are stated and are not the same.
fn differs(ours: &str, theirs: &str) -> bool {
    !ours.is_empty() && !theirs.is_empty() && !ours.eq_ignore_ascii_case(theirs)
}

/// What the other side of a trade calls the flow.
fn swapped(flow: &str) -> &str {
    match flow {
        "export" => "import",
        "import" => "export",
        other => other,
    }
}

/// A growth is any index; otherwise known words must be the same. Words nobody knows are left to the declared series.
pub fn measures_agree(claim: &str, series: &str) -> bool {
    let growth = |m: &str| GROWTH_MEASURES.contains(&m);
    let index = |m: &str| INDEX_MEASURES.contains(&m);
    let year = |m: &str| matches!(m, "yoy" | "ytd-yoy");
    let known = |m: &str| growth(m) || index(m) || OTHER_MEASURES.contains(&m);
    let previous = |m: &str| matches!(m, "mom" | "qoq" | "wow" | "pop");
    match (known(claim), known(series)) {
        (true, true) if growth(claim) || claim == "index" => growth(series) || index(series) || series == "index",
        (true, true) if growth(series) => index(claim),
        (true, true) => claim == series || (year(claim) && year(series)) || (previous(claim) && previous(series)),
        _ => true,
    }
}
