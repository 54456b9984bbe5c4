//! Why a figure deviates: a fixed list of explanations. Each that fits is a suggestion, with how many were tried.

mod other;
mod say;
mod slip;
#[cfg(test)]
mod tests;

use super::bridge;
use super::interval::Figure;
use super::ladder::{Grade, POWERS, grade};
use super::vintage::VintageJudgement;
use super::{Facts, FactsError, OtherFigure, Suggestion, identity, units};
use crate::model::{Period, SeriesCode};
use crate::paper::Claim;
use chrono::NaiveDate;
use num_traits::Zero;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The kind of link between series that are quoted under one name.
pub const SAME_LABEL: &str = "same_label";

/// A claim that no known figure of its series confirms.
pub(super) struct Doubt<'a> {
    pub claim: &'a Claim,
    /// The declared series.
    pub code: &'a SeriesCode,
    /// Who publishes it, for readers; empty if nobody holds the series.
    pub publisher: &'a str,
    pub printed: &'a Figure,
    /// The figure of the vintage that decides, in the claim's form.
    pub source: Option<&'a Figure>,
    pub judged: &'a [VintageJudgement],
    /// What could be known.
    pub then: Then,
}

/// The days that bound what is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Then {
    /// By when the author must have known it.
    pub cutoff: NaiveDate,
    /// The day whose state is asked; `None`: today's.
    pub as_of: Option<NaiveDate>,
}

/// The explanations, the most plausible first; the order of the list is the order of suggestions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Another vintage of the very figure.
    Vintage,
    /// A series of which somebody has declared that it bears the same label.
    SameLabel,
    /// The period before or after, or the same one a year away.
    NextPeriod,
    /// Another basis: against the month, the year, December, from January on.
    Basis,
    /// Another row of the same table.
    Row,
    /// The same indicator and item at another publisher.
    Publisher,
    /// The same item under another indicator: the exports in place of the output.
    Indicator,
    /// With the seasons taken out, or left in.
    Adjustment,
    /// A shifted point, or a wrong unit word.
    PowerOfTen,
    /// An index in place of a growth, 100 apart.
    IndexForm,
    LeadingDigit,
    DigitSwap,
    Truncated,
    /// A ratio in place of an increase, 1 apart.
    Times,
    /// Per cent in place of percentage points.
    Points,
    Sign,
    /// Exports in place of imports, or reporter in place of partner.
    Flow,
    /// What the other side of the trade reports.
    Mirror,
    /// The same index on another base year, or from another edition.
    Base,
    Currency,
    /// Some other period nearby. There are many of them, so that one fits easily by chance.
    FarPeriod,
}

/// One explanation, tried.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Guess {
    kind: Kind,
    code: &'static str,
    fits: bool,
    grade: Grade,
    /// Whether it rests on a figure that was expected, not measured.
    forecast: bool,
    /// Whether nothing shows that the figure was known in time. It may have been: what we hold of it is not all there was.
    late: bool,
    /// Whether it rests on a figure that stands no more.
    replaced: bool,
    /// How many days its period ends before or after the claim's.
    days: u64,
    /// What fits, in words; empty if it does not.
    sentence: String,
}

impl Guess {
    /// A figure that could have been meant, against the printed one.
    fn new(kind: Kind, printed: &Figure, meant: &Figure, say: impl FnOnce() -> String) -> Guess {
        let grade = grade(printed, meant);
        let (fits, code) = (grade.matches(), kind.code());
        let sentence = if fits { say() } else { String::new() };
        Guess { kind, code, fits, grade, forecast: false, late: false, replaced: false, days: 0, sentence }
    }

    /// A vintage that was judged already.
    fn judged(
        kind: Kind,
        doubt: &Doubt<'_>,
        vintage: &VintageJudgement,
        say: impl FnOnce(&Doubt<'_>, &VintageJudgement) -> String,
    ) -> Guess {
        let (fits, grade) = (vintage.matches, vintage.grade.unwrap_or(Grade::None));
        let sentence = if fits { say(doubt, vintage) } else { String::new() };
        let late = vintage.known_from > doubt.then.cutoff;
        Guess { kind, code: kind.code(), fits, grade, forecast: false, late, replaced: false, days: 0, sentence }
    }
}

impl Kind {
    /// The reason code that would hold.
    fn code(self) -> &'static str {
        match self {
            Kind::Vintage => "other_vintage",
            Kind::SameLabel | Kind::Publisher => "wrong_source_named",
            Kind::NextPeriod | Kind::FarPeriod => "wrong_period",
            Kind::Basis => "wrong_base_period",
            Kind::Row => "wrong_row",
            Kind::Indicator | Kind::Flow => "wrong_series",
            Kind::Adjustment => "adjustment",
            Kind::PowerOfTen => "power_of_ten",
            Kind::IndexForm => "index_form",
            Kind::LeadingDigit => "leading_digit_lost",
            Kind::DigitSwap => "digit_swap",
            Kind::Truncated => "truncated",
            Kind::Times => "times_as_increase",
            Kind::Points => "percent_vs_pp",
            Kind::Sign => "sign",
            Kind::Mirror => "mirror_difference",
            Kind::Base => "revised_base",
            Kind::Currency => "wrong_currency",
        }
    }
}

/// Every explanation that fits, the most plausible first, with the number tried.
pub(super) fn diagnose(doubt: &Doubt<'_>, facts: &dyn Facts) -> Result<Vec<Suggestion>, FactsError> {
    let mut guesses = slip::all(doubt);
    let others = others(doubt, facts)?;
    others.iter().for_each(|figure| guesses.extend(other::guesses(doubt, figure)));
    for level in others.iter().filter(|figure| other::is_level_of(doubt, figure)) {
        let before = facts.neighbours(&level.code, level.period)?;
        let before = before.iter().filter(|one| doubt.then.as_of.is_none_or(|day| one.known_from <= day));
        guesses.extend(before.filter_map(|before| other::point_change(doubt, level, before)));
    }
    let computed = bridge::from_levels(doubt.claim, doubt.code, facts, doubt.then.as_of)?;
    guesses.extend(computed.iter().map(|vintage| slip::from_levels(doubt, vintage)));
    let tried = guesses.len();
    let found = ranked(guesses);
    let chance = if found.is_empty() { 0 } else { chance(doubt.claim, facts)? };
    let suggestion = |g: Guess| Suggestion { code: g.code, suggested: true, sentence: g.sentence, tried, chance };
    Ok(found.into_iter().map(suggestion).collect())
}

/// Every other figure that can have been taken for the declared one, each once.
fn others(doubt: &Doubt<'_>, facts: &dyn Facts) -> Result<Vec<OtherFigure>, FactsError> {
    let (code, period) = (doubt.code, doubt.claim.period);
    let all = [
        facts.same_label(code, period)?,
        facts.neighbours(code, period)?,
        facts.other_bases(code, period)?,
        facts.siblings(code, period)?,
        facts.same_figure_elsewhere(code, period)?,
        facts.other_flows(code, period)?,
    ];
    let mut seen: BTreeSet<(SeriesCode, Period, Decimal)> = BTreeSet::new();
    let known = |figure: &OtherFigure| doubt.then.as_of.is_none_or(|day| figure.known_from <= day);
    Ok(all
        .into_iter()
        .flatten()
        .filter(known)
        .filter(|figure| seen.insert((figure.code.clone(), figure.period, figure.value)))
        .collect())
}

/// Those that fit: measured figures before expected ones, then by plausibility, the closer agreement, what was
/// known in time, what stands today and the nearer period. How many
/// stored figures fit by chance is one number for all of them; a kind of which many are tried therefore stands late in the list of
/// kinds.
fn ranked(guesses: Vec<Guess>) -> Vec<Guess> {
    let mut fitting: Vec<Guess> = guesses.into_iter().filter(|guess| guess.fits).collect();
    fitting.sort_by_key(|g| (g.forecast, g.kind, closeness(g.grade), g.late, g.replaced, g.days));
    fitting
}

/// The place of a grade among those that agree.
fn closeness(grade: Grade) -> u8 {
    match grade {
        Grade::Exact => 0,
        Grade::Rounds => 1,
        Grade::Tie => 2,
        Grade::Compatible => 3,
        Grade::Coarse | Grade::Truncated | Grade::None => 4,
    }
}

/// How many stored figures the printed one would fit by chance: as it stands, and for a growth as the index too.
fn chance(claim: &Claim, facts: &dyn Facts) -> Result<u64, FactsError> {
    let value = claim.value.unwrap_or_default();
    let plain = facts.count_like(value, claim.decimals, &claim.unit)?;
    if !units::is_percent(&claim.unit) || !identity::is_growth(&claim.measure) {
        return Ok(plain);
    }
    Ok(plain + facts.count_like(value + Decimal::ONE_HUNDRED, claim.decimals, &claim.unit)?)
}

/// The power of ten that makes the source agree with the claim.
pub(super) fn power(printed: &Figure, source: &Figure) -> Option<i64> {
    let nonzero = !printed.value.is_zero();
    POWERS.into_iter().find(|p| nonzero && grade(printed, &source.scaled(*p)).matches())
}
