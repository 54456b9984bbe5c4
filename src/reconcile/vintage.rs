//! Vintages: what was known when, and which row of the table of results holds.

use super::bridge::{Computed, shown};
use super::excuse::Excuse;
use super::hedge;
use super::interval::{Figure, Interval, figure_text, power_of_ten, text};
use super::ladder::{self, Grade, grade};
use super::{Facts, FactsError};
use crate::model::{Class, DateBasis, Period, SeriesCode, Status};
use crate::paper::Hedge;
use chrono::NaiveDate;
use num_traits::Signed;
use rust_decimal::Decimal;

/// One vintage of one figure, as the store holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Vintage {
    /// The store's row, where there is one.
    pub observation: Option<i64>,
    /// From when it was known.
    pub known_from: NaiveDate,
    /// Until when (exclusive); `None` for the current one.
    pub known_to: Option<NaiveDate>,
    /// Where `known_from` comes from.
    pub basis: DateBasis,
    /// The exact value; `None` for withheld, withdrawn and the like.
    pub value: Option<Decimal>,
    /// Digits after the separator as displayed.
    pub decimals: u32,
    /// The cell's text.
    pub printed: String,
    /// What the cell says of it.
    pub status: Status,
    /// How it came to us.
    pub class: Class,
    /// The source's id.
    pub source: String,
    /// The unit's id.
    pub unit: String,
    /// The document's digest.
    pub sha256: String,
    /// Whether the document is in the archive.
    pub held: bool,
    /// The place in it.
    pub locator: String,
    /// Where it was published.
    pub url: String,
    /// Where this copy came from.
    pub obtained_from: String,
    /// The notes on it.
    pub notes: Vec<String>,
}

/// Which row of the table of section 6 holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VintageResult {
    /// The current vintage matches, and so does one known by the cut-off, or none is held from before it.
    MatchCurrent,
    /// The vintage known at the cut-off matches, the current one differs.
    MatchAtCutoff,
    /// Another vintage known before the cut-off matches.
    MatchOtherVintage,
    /// Only a later vintage matches although an earlier one is held and differs.
    MatchOnlyAfterCutoff,
    /// Nothing is held from before the cut-off and no current match.
    VintageUnknown,
    /// A vintage from before the cut-off is held and none matches.
    NoVintageMatches,
}

/// How one vintage agrees with the claim.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct VintageJudgement {
    /// From when it was known.
    pub known_from: NaiveDate,
    /// Until when.
    pub known_to: Option<NaiveDate>,
    /// Where the date comes from.
    pub basis: DateBasis,
    /// How the figure came to us.
    pub class: Class,
    /// The source's id.
    pub source: String,
    /// The cell's text.
    pub printed: String,
    /// The value in the claim's unit and form.
    pub value: Option<String>,
    /// The rung of the ladder.
    pub grade: Option<Grade>,
    /// Whether it agrees: by grade, because the hedge holds, or by what the paper allows.
    pub matches: bool,
    /// Whether the preimages share exactly one end point.
    pub touching: bool,
    /// Lower end of its preimage.
    pub lo: Option<String>,
    /// Upper end.
    pub hi: Option<String>,
    /// How far it lies above the claim, in units of the claim's last digit.
    pub distance_ulp: Option<String>,
    /// The store's row, where there is one.
    #[serde(skip)]
    pub observation: Option<i64>,
    /// The document's digest.
    pub sha256: String,
    /// Whether the document is in the archive.
    pub held: bool,
    /// The place in it.
    pub locator: String,
    /// Where it was published.
    pub url: String,
    /// Where this copy came from.
    pub obtained_from: String,
    /// Notes of row, cell or heading.
    pub notes: Vec<String>,
    /// The figure in the claim's form, for the arithmetic that follows.
    #[serde(skip)]
    pub figure: Option<Figure>,
    /// What the cell says of it.
    pub status: Status,
    /// Why it agrees although its grade says no.
    #[serde(skip)]
    pub excuse: Option<Excuse>,
}

impl VintageJudgement {
    /// Judges a computed figure in the claim's unit and form; `row` says of what day and whence it is.
    pub(super) fn computed(claim: &Figure, stated: Option<&Hedge>, row: &Vintage, computed: &Computed) -> VintageJudgement {
        let rung = ladder::derived(claim, &computed.point, &computed.range, computed.step.as_ref());
        let ulp = computed.step.clone().unwrap_or_else(|| power_of_ten(-3) * &claim.ulp);
        let figure = Figure { value: shown(&computed.point, &claim.ulp), ulp };
        let holds = stated.and_then(|hedge| hedge::holds(hedge, claim, &figure));
        VintageJudgement {
            grade: Some(rung),
            matches: holds.unwrap_or(rung.matches()),
            touching: computed.range.touches(&claim.preimage()),
            lo: Some(text(&computed.range.lo)),
            hi: Some(text(&computed.range.hi)),
            ..VintageJudgement::new(claim, stated, row, Some(figure))
        }
    }

    /// Judges a vintage whose figure was converted to the claim's unit and form.
    pub fn new(claim: &Figure, stated: Option<&Hedge>, vintage: &Vintage, figure: Option<Figure>) -> VintageJudgement {
        let rung = figure.as_ref().map(|f| grade(claim, f));
        let preimage: Option<Interval> = figure.as_ref().map(Figure::preimage);
        let held = |f: &Figure| match stated.and_then(|h| hedge::holds(h, claim, f)) {
            Some(holds) => holds,
            None => grade(claim, f).matches(),
        };
        VintageJudgement {
            known_from: vintage.known_from,
            known_to: vintage.known_to,
            basis: vintage.basis,
            class: vintage.class,
            source: vintage.source.clone(),
            printed: vintage.printed.clone(),
            observation: vintage.observation,
            sha256: vintage.sha256.clone(),
            held: vintage.held,
            locator: vintage.locator.clone(),
            url: vintage.url.clone(),
            obtained_from: vintage.obtained_from.clone(),
            notes: vintage.notes.clone(),
            value: figure.as_ref().map(figure_text),
            grade: rung,
            matches: figure.as_ref().is_some_and(held),
            touching: preimage.as_ref().is_some_and(|p| p.touches(&claim.preimage())),
            lo: preimage.as_ref().map(|p| text(&p.lo)),
            hi: preimage.as_ref().map(|p| text(&p.hi)),
            distance_ulp: figure.as_ref().map(|f| text(&claim.distance_ulp(f))),
            figure,
            status: vintage.status,
            excuse: None,
        }
    }

    /// Lets a figure that differs agree all the same.
    pub fn excused(self, excuse: impl FnOnce(&Figure) -> Option<Excuse>) -> VintageJudgement {
        let excuse = self.figure.as_ref().filter(|_| !self.matches).and_then(excuse);
        VintageJudgement { matches: self.matches || excuse.is_some(), excuse, ..self }
    }

    /// Whether it contradicts the claim; a coarse figure does not, unless a hedge decides.
    fn differs(&self, hedged: bool) -> bool {
        !self.matches && self.grade.is_some_and(|g| hedged || g.differs())
    }
}

/// The row of the table, and which vintages it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The row; `None` if the deciding vintage is coarse.
    pub result: Option<VintageResult>,
    /// The vintage the verdict rests on.
    pub deciding: usize,
    /// The current vintage that carries a value.
    pub current: usize,
    /// The vintage known at the cut-off that carries a value.
    pub at_cutoff: Option<usize>,
    /// Whether nothing that decides is held from before the cut-off.
    pub unknown_before: bool,
    /// Whether equal dates and classes contradict each other about the deciding one.
    pub ambiguous: bool,
}

/// The first row that holds. `judged` is in the order of knowledge (see [`order`]); `None` if no vintage carries a value.
pub fn select(judged: &[VintageJudgement], cutoff: NaiveDate, hedged: bool) -> Option<Selection> {
    let last = |keep: &dyn Fn(&VintageJudgement) -> bool| judged.iter().rposition(|v| v.figure.is_some() && keep(v));
    let current = last(&|_| true)?;
    let at_cutoff = last(&|v| v.known_from <= cutoff);
    let before = last(&|v| v.known_from <= cutoff && v.matches);
    let after = last(&|v| v.known_from > cutoff && v.matches);
    let differs = |i: usize| judged.get(i).is_some_and(|v| v.differs(hedged));
    let matches = |i: usize| judged.get(i).is_some_and(|v| v.matches);
    let differs_before = judged.iter().any(|v| v.known_from <= cutoff && v.differs(hedged));
    let coarse = |i: usize| !matches(i) && !differs(i);
    let (result, deciding) = match (matches(current), before, after) {
        (true, before, _) if before.is_some() || !differs_before => (Some(VintageResult::MatchCurrent), current),
        (_, Some(b), _) if Some(b) == at_cutoff && coarse(current) => (Some(VintageResult::MatchCurrent), b),
        (_, Some(b), _) if Some(b) == at_cutoff => (Some(VintageResult::MatchAtCutoff), b),
        (_, Some(b), _) => (Some(VintageResult::MatchOtherVintage), b),
        (_, None, Some(a)) if differs_before => (Some(VintageResult::MatchOnlyAfterCutoff), a),
        (_, None, None) if coarse(at_cutoff.unwrap_or(current)) => (None, at_cutoff.unwrap_or(current)),
        (_, None, _) if !differs_before => (Some(VintageResult::VintageUnknown), current),
        (_, None, _) => (Some(VintageResult::NoVintageMatches), at_cutoff.unwrap_or(current)),
    };
    let unknown_before = before.is_none() && !differs_before;
    Some(Selection { result, deciding, current, at_cutoff, unknown_before, ambiguous: contested(judged, deciding, hedged) })
}

/// Every vintage of a figure that was known on a day (today, if `None`), as it stood then, in the order of knowledge.
pub(super) fn known(
    facts: &dyn Facts,
    code: &SeriesCode,
    period: Period,
    day: Option<NaiveDate>,
) -> Result<Vec<Vintage>, FactsError> {
    let mut vintages = facts.vintages(code, period)?;
    as_of(&mut vintages, day);
    order(&mut vintages);
    Ok(vintages)
}

/// Only what was known on that day, as it stood then; everything, if there is none.
pub(super) fn as_of(vintages: &mut Vec<Vintage>, day: Option<NaiveDate>) {
    let Some(day) = day else { return };
    vintages.retain(|vintage| vintage.known_from <= day);
    vintages.iter_mut().for_each(|vintage| vintage.known_to = vintage.known_to.filter(|to| *to <= day));
}

/// The order of knowledge: by date, and between equal dates the stronger class later.
pub fn order(vintages: &mut [Vintage]) {
    vintages.sort_by(|a, b| (a.known_from, a.class, &a.source).cmp(&(b.known_from, b.class, &b.source)));
}

/// Whether the direction of the figure changed between two vintages.
pub fn sign_flip(a: &VintageJudgement, b: &VintageJudgement) -> bool {
    let sign = |v: &VintageJudgement| v.figure.as_ref().map(|f| (f.value.is_positive(), f.value.is_negative()));
    matches!((sign(a), sign(b)), (Some((true, _)), Some((_, true))) | (Some((_, true)), Some((true, _))))
}

/// Whether another vintage of the same day and class says the opposite of the deciding one.
fn contested(judged: &[VintageJudgement], at: usize, hedged: bool) -> bool {
    let Some(deciding) = judged.get(at) else { return false };
    let rival = |v: &&VintageJudgement| v.known_from == deciding.known_from && v.class == deciding.class;
    judged.iter().filter(rival).any(|v| (v.matches && deciding.differs(hedged)) || (v.differs(hedged) && deciding.matches))
}
