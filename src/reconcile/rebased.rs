//! A growth against the levels it is computed from, where no published growth is declared: later over earlier, over all vintages of
//! both. A base that was revised in between is the usual reason why a printed growth does not follow from the first print.

use super::bridge::{Computed, growth};
use super::claim::Judged;
use super::hedge;
use super::identity;
use super::interval::{Figure, Interval, brief, figure_text, power_of_ten, text};
use super::ladder::{Grade, derived};
use super::sentence::{self, with_unit};
use super::vintage::{self, Vintage, VintageJudgement};
use super::{Facts, FactsError, SeriesInfo, Suggestion, Verdict, VerdictStatus, units};
use crate::model::Period;
use crate::paper::Claim;
use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::Signed;

/// A base further off than this part of itself, in percent, was not revised: something else is wrong.
const REVISION_PERCENT: i64 = 1;
/// Significant digits of a base that would do.
const BASE_DIGITS: u32 = 5;
/// Significant digits of a computed growth.
const GROWTH_DIGITS: u32 = 4;

/// The period a growth is against, if the claim is one and the declared series holds levels of the very same.
pub(super) fn base_of(claim: &Claim, info: &SeriesInfo) -> Option<Period> {
    let levels = info.code.identity().measure == "level" && !units::is_percent(&info.unit);
    let growth = identity::is_growth(&claim.measure) && units::is_percent(&claim.unit);
    let base = claim.base.parse().ok().filter(|_| levels && growth)?;
    let level = Claim { measure: "level".into(), unit: info.unit.clone(), base: String::new(), ..claim.clone() };
    identity::form(&level, info).ok().filter(|form| !form.mirror).map(|_| base)
}

/// A level and the vintage it stands in.
struct Level {
    vintage: Vintage,
    figure: Figure,
}

/// Two levels, and the growth they make.
struct Pair<'a> {
    now: &'a Level,
    base: &'a Level,
    point: BigRational,
    range: Interval,
    grade: Grade,
}

impl<'a> Pair<'a> {
    /// `None` if the earlier level can be zero.
    fn new(printed: &Figure, now: &'a Level, base: &'a Level) -> Option<Pair<'a>> {
        let Computed { point, range, .. } = growth(&now.figure, &base.figure)?.shifted(-100);
        let grade = derived(printed, &point, &range, None);
        Some(Pair { now, base, point, range, grade })
    }

    fn agrees(&self, claim: &Claim, printed: &Figure) -> bool {
        match claim.hedge.as_ref() {
            Some(hedge) => hedge::allowed(Some(hedge), printed).meets_interval(&self.range),
            None => self.grade.matches(),
        }
    }
}

/// The verdict on such a growth; `None` if one of the two levels is not held.
pub(super) fn judge(
    claim: &Claim,
    (info, printed): (&SeriesInfo, &Figure),
    base: Period,
    facts: &dyn Facts,
    (cutoff, as_of): (NaiveDate, Option<NaiveDate>),
) -> Result<Option<Judged>, FactsError> {
    let held = |period| -> Result<Vec<Level>, FactsError> { Ok(levels(info, vintage::known(facts, &info.code, period, as_of)?)) };
    let (now, earlier) = (held(claim.period)?, held(base)?);
    // the base as it was first printed: that it was revised since is what a reader must know
    let Some(first) = known(&now, cutoff).zip(earlier.first()).and_then(|(a, b)| Pair::new(printed, a, b)) else {
        return Ok(None);
    };
    let all = || now.iter().flat_map(|a| earlier.iter().filter_map(|b| Pair::new(printed, a, b)));
    let (pair, reason) = match (first.agrees(claim, printed), all().find(|pair| pair.agrees(claim, printed))) {
        (true, _) => (first, None),
        (false, Some(revised)) => (revised, Some("revised_base")),
        (false, None) => {
            let code = if near(printed, &first.point) { "last_digit" } else { "value" };
            (first, Some(code))
        }
    };
    let at = now.iter().position(|level| std::ptr::eq(level, pair.now));
    let shown = now.iter().chain(&earlier).map(|level| VintageJudgement::new(printed, None, &level.vintage, None));
    let vintages = shown.collect();
    Ok(Some((Verdict { vintages, ..verdict(claim, (info, printed), base, &pair, reason) }, at)))
}

/// Whether the two differ by one unit of the last digit at most.
fn near(printed: &Figure, point: &BigRational) -> bool {
    ((point - &printed.value) / &printed.ulp).abs() <= power_of_ten(0)
}

/// The vintages with a value in the order of knowledge, in the series' unit.
fn levels(info: &SeriesInfo, vintages: Vec<Vintage>) -> Vec<Level> {
    let level = |vintage: Vintage| {
        let exponent = units::exponent(&vintage.unit, &info.unit)?;
        let figure = Figure::printed(vintage.value?, vintage.decimals).scaled(exponent);
        Some(Level { vintage, figure })
    };
    vintages.into_iter().filter_map(level).collect()
}

/// The level known at the cut-off; the first one known later, if there was none.
fn known(levels: &[Level], cutoff: NaiveDate) -> Option<&Level> {
    levels.iter().rfind(|level| level.vintage.known_from <= cutoff).or_else(|| levels.first())
}

fn verdict(
    claim: &Claim,
    (info, printed): (&SeriesInfo, &Figure),
    base: Period,
    pair: &Pair<'_>,
    reason: Option<&'static str>,
) -> Verdict {
    let (status, code) = match (reason, claim.hedge.is_some(), pair.grade) {
        (Some("revised_base"), ..) => (VerdictStatus::ConfirmedWithNote, "revised_base"),
        (Some(code), ..) => (VerdictStatus::Deviates, code),
        (None, true, _) => (VerdictStatus::Confirmed, "hedge_ok"),
        (None, false, Grade::Tie) => (VerdictStatus::ConfirmedWithNote, "tie"),
        (None, false, Grade::Compatible) => (VerdictStatus::ConfirmedWithNote, "compatible"),
        (None, false, _) => (VerdictStatus::Confirmed, "rounds"),
    };
    let suggestions = if status == VerdictStatus::Deviates { needed(claim, printed, base, pair, info) } else { None };
    Verdict {
        grade: Some(pair.grade),
        lo: Some(text(&pair.range.lo)),
        hi: Some(text(&pair.range.hi)),
        distance_ulp: Some(text(&((&pair.point - &printed.value) / &printed.ulp))),
        suggestions: suggestions.into_iter().collect(),
        ..Verdict::without(status, code, said(claim, info, base, pair, code))
    }
}

fn said(claim: &Claim, info: &SeriesInfo, base: Period, pair: &Pair<'_>, code: &str) -> String {
    let level = |level: &Level, period: Period| {
        format!("{} for {period} ({})", with_unit(&figure_text(&level.figure), &info.unit), level.vintage.known_from)
    };
    let growth = with_unit(&brief(&pair.point, GROWTH_DIGITS), &claim.unit);
    let ends = [&pair.range.lo, &pair.range.hi].map(|end| brief(end, GROWTH_DIGITS).replace('-', "−"));
    let judged = match code {
        "revised_base" => "with which that agrees: the earlier figure was revised",
        "value" | "last_digit" => "which does not follow from them",
        _ => "which follows from them",
    };
    format!(
        "{} shows {} and {}, which makes {growth} ({} to {}); the paper prints {}, {judged}.",
        sentence::capital(&info.publisher),
        level(pair.now, claim.period),
        level(pair.base, base),
        ends[0],
        ends[1],
        with_unit(&claim.value.unwrap_or_default().to_string(), &claim.unit)
    )
}

/// The earlier level that would do, if a revision can have made it.
fn needed(claim: &Claim, printed: &Figure, base: Period, pair: &Pair<'_>, info: &SeriesInfo) -> Option<Suggestion> {
    let held = &pair.base.figure;
    let range = implied(&pair.now.figure.preimage(), printed)?;
    within_revision(held, &range).then(|| Suggestion {
        code: "revised_base",
        suggested: true,
        sentence: needs(&claim.unit, printed, &base.to_string(), (held, &range), &info.unit),
        tried: 1,
        chance: 1,
    })
}

/// What the earlier level must have been for a growth in percent.
pub(super) fn implied(later: &Interval, growth: &Figure) -> Option<Interval> {
    let rate = growth.preimage();
    let factor = |end: &BigRational| end / power_of_ten(2) + power_of_ten(0);
    later.over(&Interval { lo: factor(&rate.lo), hi: factor(&rate.hi) })
}

/// Whether a revision can have made of the held base one that would do.
pub(super) fn within_revision(held: &Figure, needed: &Interval) -> bool {
    let room = held.value.abs() * BigRational::new(REVISION_PERCENT.into(), 100.into());
    let reach = Interval { lo: &held.value - &room, hi: &held.value + &room };
    needed.overlaps(&reach) && !needed.overlaps(&held.preimage())
}

/// The advice: which base would do.
pub(super) fn needs(unit: &str, growth: &Figure, period: &str, (held, range): (&Figure, &Interval), base_unit: &str) -> String {
    let growth = with_unit(&figure_text(growth), unit);
    let ends = [&range.lo, &range.hi].map(|end| brief(end, BASE_DIGITS).replace('-', "−"));
    let held = with_unit(&figure_text(held), base_unit);
    format!("{growth} would follow from a base of {} to {} for {period}, revised from {held}.", ends[0], ends[1])
}
