//! One claim: from its declared series to its two verdicts.

use super::bridge;
use super::diagnosis::{self, Doubt, Then};
use super::excuse::{Excuse, Leave};
use super::identity::{self, Form};
use super::interval::{Figure, exact};
use super::ladder::Grade;
use super::rank::{self, Rank};
use super::rebased;
use super::verdict::{Verdict, VerdictStatus, severity};
use super::vintage::{self, Selection, Vintage, VintageJudgement, VintageResult};
use super::{Algebra, Conventions, Facts, FactsError, Failing, Finding, SeriesInfo, algebra, hedge, sentence, units};
use crate::model::{DateBasis, SeriesCode, Status};
use crate::paper::{Claim, Hedge, HedgeKind, Paper};
use chrono::NaiveDate;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;

/// Reasons for which another form of the series is looked at.
const WITHOUT_FIGURE: [&str; 3] = ["no_series", "no_source", "vintage_unknown"];

/// What the sentence and the reasons are made from.
pub(super) struct Case<'a> {
    pub claim: &'a Claim,
    pub info: &'a SeriesInfo,
    pub cutoff: NaiveDate,
    pub form: Form,
    pub printed: Figure,
    pub judged: Vec<VintageJudgement>,
    pub chosen: Selection,
    pub leave: Leave<'a>,
    /// Whether the last try of a source of the series failed: what it said before stands.
    pub stale: bool,
}

impl Case<'_> {
    /// Why the vintage that decides agrees although its grade says no.
    pub fn excuse(&self) -> Option<Excuse> {
        self.judged.get(self.chosen.deciding).and_then(|vintage| vintage.excuse)
    }

    /// The vintage the verdict rests on, and its figure.
    pub fn deciding(&self) -> Option<(&VintageJudgement, &Figure)> {
        self.judged.get(self.chosen.deciding).and_then(|v| v.figure.as_ref().map(|f| (v, f)))
    }
}

/// Both verdicts on one claim, the external one being there.
pub(super) fn finding(paper: &Paper, claim: &Claim, (external, evidence): Judged, algebra: &Algebra) -> Finding {
    Finding {
        claim: claim.id.clone(),
        section: claim.section.clone(),
        printed: claim.printed.clone(),
        series: claim.series.as_ref().map(ToString::to_string),
        period: claim.period.to_string(),
        external,
        internal: algebra::verdict(paper, claim, algebra),
        evidence,
    }
}

/// A verdict, and the place of the vintage that decides.
pub(super) type Judged = (Verdict, Option<usize>);

/// The claim against what was published: the declared series, or what a form that is linked to it says in its place.
pub(super) fn external(
    paper: &Paper,
    claim: &Claim,
    facts: &dyn Facts,
    as_of: Option<NaiveDate>,
    conventions: &Conventions,
) -> Result<Judged, FactsError> {
    let leave = Leave { truncates: conventions.truncates(), tolerance: paper.tolerance(claim) };
    let (own, evidence) = declared(paper, claim, facts, as_of, leave)?;
    let nothing = own.vintages.is_empty();
    if !own.reasons.iter().any(|code| WITHOUT_FIGURE.contains(code)) {
        return Ok((own, evidence));
    }
    match bridge::across(paper, claim, facts, as_of, leave)? {
        // a figure that came too late gives way to one that was known in time, not to another that came too late
        Some((mut verdict, at)) if nothing || (bridge::is_decided(&verdict) && known_in_time(&verdict)) => {
            // what was looked through for the declared series was looked through again, and more
            if !bridge::is_decided(&verdict) && verdict.suggestions.is_empty() {
                verdict.suggestions = own.suggestions;
            }
            Ok((verdict, at))
        }
        _ => Ok((own, evidence)),
    }
}

fn known_in_time(verdict: &Verdict) -> bool {
    !verdict.reasons.contains(&"vintage_unknown")
}

/// The claim against the declared series alone.
fn declared(
    paper: &Paper,
    claim: &Claim,
    facts: &dyn Facts,
    as_of: Option<NaiveDate>,
    leave: Leave<'_>,
) -> Result<Judged, FactsError> {
    let alone = |status, code, text| Ok((Verdict::without(status, code, text), None));
    let unverifiable =
        |code| alone(VerdictStatus::Unverifiable, code, sentence::unverifiable(code, claim, paper.search(&claim.id)));
    let Some(code) = &claim.series else { return alone(VerdictStatus::NotChecked, "unmapped", sentence::unmapped()) };
    let then = Then { cutoff: paper.cutoff(claim).unwrap_or(NaiveDate::MAX), as_of };
    let Some(info) = facts.series_info(code)? else { return hinted(unverifiable("no_series"), claim, (code, ""), then, facts) };
    let (Some(value), Some(cutoff)) = (claim.value, paper.cutoff(claim)) else { return unverifiable("ambiguous") };
    if let Some((hedge, HedgeKind::Rank(kind))) = claim.hedge.as_ref().map(|h| (h, h.kind)) {
        let found = rank::rank(claim, (hedge, kind), &info, facts, as_of.map_or(cutoff, |day| day.min(cutoff)))?;
        let (status, code) = match found {
            Rank::Decided(true) => (VerdictStatus::Confirmed, "hedge_ok"),
            Rank::Decided(false) => (VerdictStatus::Deviates, "value"),
            Rank::Unsure => (VerdictStatus::Unverifiable, "coarse"),
            Rank::Gap(_) => (VerdictStatus::Unverifiable, "no_source"),
            Rank::NoWindow => (VerdictStatus::Unverifiable, "ambiguous"),
        };
        return alone(status, code, sentence::rank(claim, &info, &found));
    }
    if let Some(base) = rebased::base_of(claim, &info) {
        let found = rebased::judge(claim, (&info, &printed(claim, value)), base, facts, (cutoff, as_of))?;
        return found.map_or_else(|| unverifiable("no_source"), Ok);
    }
    let form = match identity::form(claim, &info) {
        Ok(form) => form,
        Err(m) => return alone(VerdictStatus::NotComparable, m.code, sentence::not_comparable(&m)),
    };
    let mut vintages = facts.vintages(code, claim.period)?;
    if vintages.is_empty() {
        let why = match info.failing {
            Some(Failing::Reading) => return alone(VerdictStatus::NotChecked, "run_failed", sentence::run_failed(claim)),
            Some(Failing::Fetch) => "unreachable",
            None => "no_source",
        };
        return hinted(unverifiable(why), claim, (code, &info.publisher), then, facts);
    }
    vintage::as_of(&mut vintages, as_of);
    vintage::order(&mut vintages);
    let Some(last) = vintages.last() else { return unverifiable("vintage_unknown") };
    if let Some(odd) = vintages.iter().find(|v| v.value.is_some() && units::exponent(&v.unit, &claim.unit).is_none()) {
        let mismatch = identity::Mismatch::new("definition", "unit", &claim.unit, &odd.unit);
        return alone(VerdictStatus::NotComparable, "definition", sentence::not_comparable(&mismatch));
    }
    let printed = printed(claim, value);
    let judged = judged(claim, form, &printed, leave, &vintages);
    let last = last.status;
    let weighing = Weighing { claim, code, info: &info, then, form, leave };
    match weighed(&weighing, judged, facts)? {
        Some((verdict, deciding)) => Ok((verdict, Some(deciding))),
        None => unverifiable(without_value(last).unwrap_or("no_source")),
    }
}

/// How each of some vintages of published figures agrees.
pub(super) fn judged<'v>(
    claim: &Claim,
    form: Form,
    printed: &Figure,
    leave: Leave<'_>,
    vintages: impl IntoIterator<Item = &'v Vintage>,
) -> Vec<VintageJudgement> {
    let bare = |v| VintageJudgement::new(printed, claim.hedge.as_ref(), v, identity::converted(claim, form, v));
    vintages.into_iter().map(|v| bare(v).excused(|figure| leave.excuse(claim, printed, figure))).collect()
}

/// All that vintages of one figure are weighed with.
pub(super) struct Weighing<'a> {
    pub claim: &'a Claim,
    pub code: &'a SeriesCode,
    pub info: &'a SeriesInfo,
    pub then: Then,
    pub form: Form,
    pub leave: Leave<'a>,
}

/// The verdict on judged vintages, diagnosed where it deviates, and the place of the one that decides; `None` if none carries a value.
pub(super) fn weighed(
    weighing: &Weighing<'_>,
    judged: Vec<VintageJudgement>,
    facts: &dyn Facts,
) -> Result<Option<(Verdict, usize)>, FactsError> {
    let Weighing { claim, code, info, then, form, leave } = *weighing;
    let (Some(value), Some(chosen)) = (claim.value, vintage::select(&judged, then.cutoff, hedged(claim))) else {
        return Ok(None);
    };
    let stale = info.failing.is_some() && then.as_of.is_none();
    let case = Case { claim, info, cutoff: then.cutoff, form, printed: printed(claim, value), judged, chosen, leave, stale };
    let mut verdict = verdict(&case);
    if matches!(verdict.status, VerdictStatus::Deviates) || verdict.vintage_result == Some(VintageResult::VintageUnknown) {
        let doubt = Doubt {
            claim,
            code,
            publisher: &info.publisher,
            printed: &case.printed,
            source: case.deciding().map(|(_, figure)| figure),
            judged: &case.judged,
            then,
        };
        verdict.suggestions = diagnosis::diagnose(&doubt, facts)?;
    }
    Ok(Some((verdict, case.chosen.deciding)))
}

/// The claim's figure with the step it is printed to.
pub(super) fn printed(claim: &Claim, value: Decimal) -> Figure {
    let figure = Figure::printed(value, claim.decimals);
    Figure { ulp: claim.ulp.map_or(figure.ulp, exact), ..figure }
}

/// A verdict without a figure to decide by, with what the figures around it suggest. Nothing is held of the series itself.
fn hinted(
    judged: Result<Judged, FactsError>,
    claim: &Claim,
    (code, publisher): (&SeriesCode, &str),
    then: Then,
    facts: &dyn Facts,
) -> Result<Judged, FactsError> {
    let (mut verdict, evidence) = judged?;
    let rank = claim.hedge.as_ref().is_some_and(Hedge::is_rank);
    if let Some(value) = claim.value.filter(|_| !rank) {
        let printed = printed(claim, value);
        let doubt = Doubt { claim, code, publisher, printed: &printed, source: None, judged: &[], then };
        verdict.suggestions = diagnosis::diagnose(&doubt, facts)?;
    }
    Ok((verdict, evidence))
}

/// The verdict by the tables of sections 2, 6, 7 and 8.
fn verdict(case: &Case<'_>) -> Verdict {
    let (status, mut reasons) = status(case);
    let current = case.judged.last().map(|v| v.status);
    reasons.extend(current.and_then(without_value));
    if case.form.index_form {
        reasons.push("index_form");
    }
    if case.stale {
        reasons.push("stale");
    }
    let deciding = case.judged.get(case.chosen.deciding);
    let severity = severity(status, &reasons);
    let result = case.chosen.result.filter(|_| !case.chosen.ambiguous);
    Verdict {
        status,
        grade: deciding.and_then(|v| v.grade),
        vintage_result: result,
        sentence: sentence::external(case, status, &reasons),
        reasons,
        severity,
        lo: deciding.and_then(|v| v.lo.clone()),
        hi: deciding.and_then(|v| v.hi.clone()),
        distance_ulp: deciding.and_then(|v| v.distance_ulp.clone()),
        vintages: case.judged.clone(),
        bridge: None,
        suggestions: Vec::new(),
        relations: Vec::new(),
    }
}

fn status(case: &Case<'_>) -> (VerdictStatus, Vec<&'static str>) {
    let flipped = || {
        let (a, b) = (case.judged.get(case.chosen.deciding), case.judged.get(case.chosen.current));
        a.zip(b).is_some_and(|(a, b)| vintage::sign_flip(a, b))
    };
    let superseded = |code| {
        let flip = flipped().then_some("sign_flip");
        let excuse = case.excuse().map(Excuse::code);
        (VerdictStatus::Superseded, [Some(code), flip, excuse].into_iter().flatten().collect())
    };
    if case.chosen.ambiguous {
        return (VerdictStatus::Unverifiable, vec!["ambiguous"]);
    }
    match case.chosen.result {
        None => (VerdictStatus::Unverifiable, vec!["coarse"]),
        Some(VintageResult::MatchCurrent) => confirmed(case),
        Some(VintageResult::MatchAtCutoff) => superseded("at_cutoff"),
        Some(VintageResult::MatchOtherVintage) => superseded("other_vintage"),
        Some(VintageResult::VintageUnknown) => (VerdictStatus::Unverifiable, vec!["vintage_unknown"]),
        Some(_) if case.form.mirror => (VerdictStatus::NotComparable, vec!["mirror_difference"]),
        Some(VintageResult::MatchOnlyAfterCutoff) => (VerdictStatus::Deviates, vec!["anachronism"]),
        Some(VintageResult::NoVintageMatches) => (VerdictStatus::Deviates, deviation(case)),
    }
}

/// The codes of an agreement; a note changes the status, a neutral code does not.
fn confirmed(case: &Case<'_>) -> (VerdictStatus, Vec<&'static str>) {
    let Some((deciding, figure)) = case.deciding() else { return (VerdictStatus::Unverifiable, vec!["no_source"]) };
    let (mut note, mut reasons) = (false, Vec::new());
    if let Some(hedge) = case.claim.hedge.as_ref().filter(|_| hedged(case.claim)) {
        note = hedge::far_over(hedge, &case.printed, &figure.value);
        reasons.push("hedge_ok");
    } else if let Some(excuse) = deciding.excuse {
        note = true;
        reasons.push(excuse.code());
    } else {
        let by_grade = match deciding.grade {
            Some(Grade::Exact) => "exact",
            Some(Grade::Tie) => "tie",
            Some(Grade::Compatible) => "compatible",
            _ => "rounds",
        };
        note |= matches!(by_grade, "tie" | "compatible");
        reasons.push(by_grade);
        if precision_assumed(case) {
            note = true;
            reasons.push("precision_assumed");
        }
    }
    if case.chosen.unknown_before {
        reasons.push("vintage_unknown");
    }
    (if note { VerdictStatus::ConfirmedWithNote } else { VerdictStatus::Confirmed }, reasons)
}

/// Why the deciding vintage differs, as far as the two figures alone prove it.
fn deviation(case: &Case<'_>) -> Vec<&'static str> {
    let Some((deciding, figure)) = case.deciding() else { return vec!["value"] };
    let (ours, theirs) = (&case.printed.value, &figure.value);
    if hedged(case.claim) {
        return vec!["value"];
    }
    if deciding.grade == Some(Grade::Truncated) {
        return vec!["last_digit", "truncated"];
    }
    // a first print of the same direction that was revised since is no reproach
    let opposite = |figure: &Figure| (ours * &figure.value).is_negative();
    let known = case.judged.iter().filter(|vintage| vintage.known_from <= case.cutoff);
    if (ours * theirs).is_negative() && known.filter_map(|vintage| vintage.figure.as_ref()).all(opposite) {
        return vec!["value", "sign"];
    }
    if diagnosis::power(&case.printed, figure).is_some() {
        return vec!["value", "power_of_ten"];
    }
    let near = case.printed.distance_ulp(figure).abs() <= super::interval::power_of_ten(0);
    let touching = deciding.touching.then_some("touching");
    let code = if near || deciding.touching { "last_digit" } else { "value" };
    [Some(code), touching].into_iter().flatten().collect()
}

/// Whether a hedge widens the figure.
fn hedged(claim: &Claim) -> bool {
    claim.hedge.is_some()
}

/// An integer whose last digits may be round: "30000", "151 billion".
fn precision_assumed(case: &Case<'_>) -> bool {
    let ten = super::interval::power_of_ten(1);
    let round = (&case.printed.value / ten).is_integer() || units::Scale::parse(&case.claim.unit).exponent > 0;
    case.claim.decimals == 0 && case.claim.ulp.is_none() && round && !case.printed.value.is_zero()
}

/// The code of a vintage that was taken back.
fn without_value(status: Status) -> Option<&'static str> {
    match status {
        Status::Withheld => Some("withheld"),
        Status::Withdrawn => Some("withdrawn"),
        Status::Published | Status::Provisional | Status::Absent | Status::NoData | Status::Blank => None,
    }
}

/// Whether the date of a vintage is an estimate.
pub(super) fn estimated(vintage: &VintageJudgement) -> bool {
    vintage.basis == DateBasis::Estimated
}
