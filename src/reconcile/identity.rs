//! Identity before value: may the claim and the declared series be compared at all, and in which form?

mod stated;

use super::interval::Figure;
use super::{OtherFigure, SeriesInfo, Vintage, units};
use crate::model::{Frequency, GROWTH_MEASURES, INDEX_MEASURES, Identity, Period};
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

/// Why the two cannot be compared: a reason code, the part of identity that differs, and the two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// `definition`, `coverage`, `prices`, `classifier` or `adjustment`.
    pub code: &'static str,
    /// The part, in words.
    pub part: &'static str,
    /// What the claim speaks of.
    pub claim: String,
    /// What the series speaks of.
    pub series: String,
}

impl Mismatch {
    /// Two names of one part that differ.
    pub fn new(code: &'static str, part: &'static str, claim: &str, series: &str) -> Mismatch {
        Mismatch { code, part, claim: claim.to_string(), series: series.to_string() }
    }
}

/// The form in which the claim and the series are comparable.
pub fn form(claim: &Claim, info: &SeriesInfo) -> Result<Form, Mismatch> {
    let identity = info.code.identity();
    let mirror = is_mirror(claim, &identity);
    let found = subject(claim, info, &identity)
        .or_else(|| measured(claim, info, &identity))
        .or_else(|| sides(claim, &identity, mirror))
        .or_else(|| stated::mismatch(claim, &identity));
    if let Some(mismatch) = found {
        return Err(mismatch);
    }
    let growth = INDEX_MEASURES.contains(&claim.measure.as_str()) || GROWTH_MEASURES.contains(&claim.measure.as_str());
    let index_form = growth && units::is_percent(&claim.unit) && INDEX_MEASURES.contains(&identity.measure);
    Ok(Form { index_form, mirror })
}

/// Whether the series is what the other side of the claim's trade reports.
fn is_mirror(claim: &Claim, identity: &Identity<'_>) -> bool {
    let (entity, counterpart) = (identity.entity.unwrap_or_default(), identity.counterpart.unwrap_or_default());
    differs(&claim.entity, entity) && claim.entity == counterpart && claim.counterpart == entity
}

/// Who publishes it, and what it is about. Prose is left to the declared series; an indicator written as in a code is not.
fn subject(claim: &Claim, info: &SeriesInfo, identity: &Identity<'_>) -> Option<Mismatch> {
    let names = [identity.publisher, info.publisher.as_str()];
    if !claim.publisher.is_empty() && !names.iter().any(|name| claim.publisher.eq_ignore_ascii_case(name)) {
        return Some(Mismatch::new("definition", "publisher", &claim.publisher, names[0]));
    }
    let subject = format!("{}.{}", identity.indicator, identity.item);
    let coded = claim.indicator.contains('.') && !claim.indicator.contains(char::is_whitespace);
    (coded && differs(&claim.indicator, &subject)).then(|| Mismatch::new("definition", "indicator", &claim.indicator, &subject))
}

/// What is measured, in which unit, over how long a period, and against which other one.
fn measured(claim: &Claim, info: &SeriesInfo, identity: &Identity<'_>) -> Option<Mismatch> {
    if !measures_agree(&claim.measure, identity.measure) {
        return Some(Mismatch::new("definition", "measure", &claim.measure, identity.measure));
    }
    if units::exponent(&info.unit, &claim.unit).is_none() {
        return Some(Mismatch::new("definition", "unit", &claim.unit, &info.unit));
    }
    let step = identity.frequency.and_then(months_of);
    let shorter = claim.period.whole_months().zip(step).is_some_and(|(ours, theirs)| ours < theirs);
    if shorter {
        let frequency = identity.frequency.map(Frequency::as_str).unwrap_or_default();
        return Some(Mismatch::new("definition", "period", &claim.period.to_string(), frequency));
    }
    let basis = basis_of(claim).filter(|ours| !bases_agree(ours, identity.measure));
    basis.map(|ours| Mismatch::new("definition", "basis", ours, identity.measure))
}

/// How many months the periods of a series have; `None` where they are of no one length.
fn months_of(frequency: Frequency) -> Option<u32> {
    match frequency {
        Frequency::A => Some(12),
        Frequency::H => Some(6),
        Frequency::Q => Some(3),
        Frequency::M | Frequency::Ytd => Some(1),
        Frequency::W | Frequency::D => None,
    }
}

/// The basis that the claim's own base period makes of a growth: the year before, the month or quarter before. Any other base is left
/// to the declared series.
fn basis_of(claim: &Claim) -> Option<&'static str> {
    let base: Period = claim.base.parse().ok().filter(|_| is_growth(&claim.measure))?;
    let back = |months: i32| claim.period.shift_months(-months) == Some(base);
    let months = claim.period.whole_months().and_then(|months| i32::try_from(months).ok())?;
    match (back(12), back(months)) {
        (true, true) => None,
        (true, false) => Some("yoy"),
        (false, true) => Some("pop"),
        (false, false) => None,
    }
}

/// Whether a series of that measure has the basis; a measure that names none may.
fn bases_agree(basis: &str, measure: &str) -> bool {
    match measure {
        "yoy" | "ytd-yoy" => basis == "yoy",
        "mom" | "qoq" | "wow" | "pop" => basis == "pop",
        _ => true,
    }
}

/// Whose figure, with whom, in which direction.
fn sides(claim: &Claim, identity: &Identity<'_>, mirror: bool) -> Option<Mismatch> {
    let flow = identity.flow.unwrap_or_default();
    let wanted = if mirror { swapped(&claim.flow) } else { &claim.flow };
    let sides = [
        ("coverage", "entity", claim.entity.as_str(), identity.entity.unwrap_or_default()),
        ("definition", "counterpart", &claim.counterpart, identity.counterpart.unwrap_or_default()),
    ];
    let side = sides.into_iter().filter(|_| !mirror).find(|(_, _, ours, theirs)| differs(ours, theirs));
    let flows = ("definition", "flow", claim.flow.as_str(), flow);
    let (code, part, ours, theirs) = side.or_else(|| differs(wanted, flow).then_some(flows))?;
    Some(Mismatch::new(code, part, ours, theirs))
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

/// Whether a measure is a change that is printed as an index of 100.
pub fn is_index(measure: &str) -> bool {
    INDEX_MEASURES.contains(&measure)
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
