//! Figures that nobody printed in the declared form, had from forms that a `[[link]]` ties to it: the annual figure from the
//! cumulated one, a year's change from twelve months' changes, an index before its base year from the index it succeeded. What was
//! done, from which cells, and how far the two forms agree where both are held, stands in the verdict; nothing is bridged silently.

mod compute;
mod overlap;
mod parts;
#[cfg(test)]
mod tests;

pub use overlap::Overlap;
pub use parts::Part;

use super::claim::{Judged, Weighing, weighed};
use super::diagnosis::Then;
use super::excuse::Leave;
use super::interval::{Figure, exact, text};
use super::verdict::{Verdict, VerdictStatus, severity};
use super::vintage::{self, Vintage, VintageJudgement};
use super::{Facts, FactsError, LinkedForm, SeriesInfo, identity, sentence, units};
use crate::model::{Period, SeriesCode, Way};
use crate::paper::{Claim, Hedge, Paper};
use chrono::NaiveDate;
pub(super) use compute::{Computed, growth};
use num_rational::BigRational;
use num_traits::Zero;
use parts::{State, cells, stand_in, states};
use rust_decimal::Decimal;

/// Which figures stand in for those of the declared series.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Bridge {
    /// How they were had.
    pub way: Way,
    /// The series they were had from.
    pub from: String,
    /// Why the two hang together, as the link says.
    pub note: String,
    /// Where both forms are held: whether they agree.
    pub overlap: Overlap,
    /// Every cell that was used, each once, by period and day; the vintage itself where one figure stands in as it is.
    pub parts: Vec<Part>,
}

/// An interval wider than so many units of the claim's last digit proves little (section 3 of the specification: about two).
const WEAK_ULPS: i64 = 2;

/// What is asked of one link.
struct Question<'a> {
    claim: &'a Claim,
    code: &'a SeriesCode,
    link: &'a LinkedForm,
    facts: &'a dyn Facts,
    as_of: Option<NaiveDate>,
    leave: Leave<'a>,
}

/// The verdict by the first form that has figures known in time, else by the first that has any; `None` if none has.
pub(super) fn across(
    paper: &Paper,
    claim: &Claim,
    facts: &dyn Facts,
    as_of: Option<NaiveDate>,
    leave: Leave<'_>,
) -> Result<Option<Judged>, FactsError> {
    let (Some(code), Some(cutoff)) = (&claim.series, paper.cutoff(claim)) else { return Ok(None) };
    if claim.hedge.as_ref().is_some_and(Hedge::is_rank) {
        return Ok(None);
    }
    let mut best: Option<Judged> = None;
    for link in &facts.forms(code)? {
        let question = Question { claim, code, link, facts, as_of, leave };
        let Some(judged) = by(&question, cutoff)? else { continue };
        if is_decided(&judged.0) {
            return Ok(Some(judged));
        }
        best = best.or(Some(judged));
    }
    Ok(best)
}

/// The change between levels that a link of the series names, in every vintage: what an author has who computes it anew.
pub(super) fn from_levels(
    claim: &Claim,
    code: &SeriesCode,
    facts: &dyn Facts,
    as_of: Option<NaiveDate>,
) -> Result<Vec<VintageJudgement>, FactsError> {
    let mut all = Vec::new();
    for link in facts.forms(code)?.iter().filter(|link| link.way == Way::Growth) {
        let leave = Leave { truncates: false, tolerance: None };
        let question = Question { claim, code, link, facts, as_of, leave };
        if let Some(material) = material(&question)? {
            all.extend(judgements(&question, &material).into_iter().map(|(judged, _)| judged));
        }
    }
    Ok(all)
}

/// Whether a verdict says something of the figure.
pub(super) fn is_decided(verdict: &Verdict) -> bool {
    !matches!(verdict.status, VerdictStatus::Unverifiable | VerdictStatus::NotComparable | VerdictStatus::NotChecked)
}

/// What the figures of a link are judged with.
struct Material {
    info: SeriesInfo,
    form: identity::Form,
    printed: Figure,
    periods: Vec<Period>,
    /// Of each period every vintage, in the order of knowledge.
    held: Vec<Vec<Vintage>>,
}

/// `None` if the link cannot tell of the claim.
fn material(question: &Question<'_>) -> Result<Option<Material>, FactsError> {
    let Question { claim, code, link, facts, as_of, .. } = *question;
    let (Some(value), Some(info)) = (claim.value, info(question)?) else { return Ok(None) };
    let Ok(form) = identity::form(claim, &info) else { return Ok(None) };
    let Some(periods) = compute::parts(link.way, code, &link.from, claim.period) else { return Ok(None) };
    let known = |period: &Period| vintage::known(facts, &link.from, *period, as_of);
    let held = periods.iter().map(known).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(Material { info, form, printed: super::claim::printed(claim, value), periods, held }))
}

fn by(question: &Question<'_>, cutoff: NaiveDate) -> Result<Option<Judged>, FactsError> {
    let Question { claim, code, link, facts, as_of, leave } = *question;
    let Some(material) = material(question)? else { return Ok(None) };
    let Material { info, form, printed, periods, held } = &material;
    let (judged, widths): (Vec<_>, Vec<_>) = judgements(question, &material).into_iter().unzip();
    let weighing = Weighing { claim, code, info, then: Then { cutoff, as_of }, form: *form, leave };
    let Some((mut verdict, deciding)) = weighed(&weighing, judged, facts)? else { return Ok(None) };
    let bridge = Bridge {
        way: link.way,
        from: link.from.to_string(),
        note: link.note.clone(),
        overlap: overlap::overlap(code, link, info, facts, as_of)?,
        parts: if link.way.stands_as_it_is() { Vec::new() } else { cells(periods, held) },
    };
    let width = widths.get(deciding).cloned().unwrap_or_else(BigRational::zero);
    note(&mut verdict, &bridge, width > &printed.ulp * exact(Decimal::from(WEAK_ULPS)));
    verdict.bridge = Some(bridge);
    Ok(Some((verdict, Some(deciding))))
}

/// What is known of the declared series, or must hold of it since the other form is what it is.
fn info(question: &Question<'_>) -> Result<Option<SeriesInfo>, FactsError> {
    let Question { code, link, facts, .. } = question;
    let Some(other) = facts.series_info(&link.from)? else { return Ok(None) };
    let own = facts.series_info(code)?;
    let unit = if link.way == Way::Growth { "percent".to_string() } else { other.unit.clone() };
    Ok(Some(own.unwrap_or(SeriesInfo { code: (*code).clone(), unit, ..other })))
}

/// How every vintage of the figure agrees, and how wide the interval is that it was computed to.
fn judgements(question: &Question<'_>, material: &Material) -> Vec<(VintageJudgement, BigRational)> {
    let Question { claim, code, link, leave, .. } = *question;
    let Material { info, form, printed, periods, held } = material;
    if link.way.stands_as_it_is() {
        let judged = super::claim::judged(claim, *form, printed, leave, held.iter().flatten());
        return judged.into_iter().map(|judged| (judged, BigRational::zero())).collect();
    }
    let states = states(held);
    let ends: Vec<Option<NaiveDate>> = states.iter().skip(1).map(|(day, _)| Some(*day)).chain([None]).collect();
    let judge = |((day, rows), until): (State<'_>, Option<NaiveDate>)| {
        let computed = compute::compute(link.way, code, &link.from, &info.unit, &rows)?;
        let computed = computed.scaled(units::exponent(&info.unit, &claim.unit)?);
        let computed = if form.index_form { computed.shifted(-100) } else { computed };
        let stand_in = stand_in(link, periods, &rows, (day, until), &computed);
        let judged = VintageJudgement::computed(printed, claim.hedge.as_ref(), &stand_in, &computed);
        Some((judged, computed.range.width()))
    };
    states.into_iter().zip(ends).filter_map(judge).collect()
}

/// The codes and the sentence of the way that was gone. Only where two forms meet can the one contradict the other: a computed figure
/// that differs proves nothing, for publishers revise totals without the months, and weigh anew with every base.
fn note(verdict: &mut Verdict, bridge: &Bridge, weak: bool) {
    let way = bridge.way;
    let doubtful = matches!(verdict.status, VerdictStatus::Deviates) && way != Way::Same;
    if doubtful {
        let other_base = way == Way::Splice;
        verdict.status = if other_base { VerdictStatus::NotComparable } else { VerdictStatus::Unverifiable };
        verdict.reasons = vec![if other_base { "definition" } else { "no_source" }];
        verdict.suggestions.clear();
    } else if verdict.status == VerdictStatus::Confirmed && way != Way::Same {
        verdict.status = VerdictStatus::ConfirmedWithNote;
    }
    verdict.reasons.push(code(way));
    verdict.reasons.extend(weak.then_some("weak_test"));
    verdict.severity = severity(verdict.status, &verdict.reasons);
    verdict.sentence.push_str(&sentence::bridged(bridge, doubtful, weak));
}

/// The reason code that says which way was gone.
fn code(way: Way) -> &'static str {
    match way {
        Way::Same => "same_form",
        Way::Chain => "chained",
        Way::Sum => "summed",
        Way::Growth => "from_levels",
        Way::Splice => "spliced",
    }
}

/// A number with as many digits as somebody can use who reads it beside a figure of that step.
pub(super) fn shown(value: &BigRational, ulp: &BigRational) -> BigRational {
    let step = ulp / exact(Decimal::from(1000));
    (value / &step).round() * step
}

/// The text of a difference, to three more digits than published figures of that step have.
fn gap_text(value: &BigRational, ulp: &BigRational) -> String {
    text(&shown(value, ulp))
}
