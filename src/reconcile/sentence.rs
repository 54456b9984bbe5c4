//! The one plain sentence of a verdict. All wording lives here.

use super::SeriesInfo;
use super::bridge::{Bridge, Overlap};
use super::claim::{Case, estimated};
use super::identity::Mismatch;
use super::interval::{figure_text, text};
use super::rank::Rank;
use super::verdict::VerdictStatus;
use super::vintage::{VintageJudgement, VintageResult};
use crate::model::{Class, FIRST_PRINT_DAYS, Way};
use crate::paper::{Claim, Search};

/// Nobody has stated a relation for the claim.
pub fn no_relation() -> String {
    "No relation to another figure of the paper has been stated.".to_string()
}

/// The document that would decide was not read.
pub fn run_failed(claim: &Claim) -> String {
    let series = claim.series.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("The newest document of a source of {series} could not be read, and no figure for {} is held.", claim.period)
}

/// Only the paper's own figures were asked.
pub fn internal_only() -> String {
    "Only the paper's own figures were held against each other; no source was asked.".to_string()
}

/// Nobody has mapped the claim.
pub fn unmapped() -> String {
    "No series has been declared for this figure, so it was not checked.".to_string()
}

/// Nothing that decides is held, and what a search for it ended with.
pub fn unverifiable(code: &str, claim: &Claim, search: Option<&Search>) -> String {
    let why = without_figure(code, claim);
    search.map_or(why.clone(), |search| {
        format!("{why} Looked for on {}: {}. {}", search.searched_on, search.looked_for, search.note)
    })
}

fn without_figure(code: &str, claim: &Claim) -> String {
    let series = claim.series.as_ref().map(ToString::to_string).unwrap_or_default();
    let (printed, period) = (&claim.printed, claim.period);
    match code {
        "no_series" => format!("The paper prints {printed}; nobody here holds the series {series} that would decide it."),
        "unreachable" => format!("The source of {series} cannot be reached, and no figure for {period} is held."),
        "withheld" => format!("The publisher withholds the figure for {period}, and no earlier value is held."),
        "withdrawn" => format!("The publisher withdrew the figure for {period}, and no value is held."),
        "vintage_unknown" => format!("Nothing about {period} was known by the day asked about."),
        "ambiguous" => format!("{printed:?} does not read as one number, so nothing can be compared with it."),
        _ => format!("The series {series} is known, but no value for {period} is held."),
    }
}

/// The two are different things.
pub fn not_comparable(mismatch: &Mismatch) -> String {
    format!(
        "The two cannot be compared, for they differ in {}: the paper's figure is {:?}, the declared series is {:?}.",
        mismatch.part, mismatch.claim, mismatch.series
    )
}

/// What the vintages say of the claim.
pub fn external(case: &Case<'_>, status: VerdictStatus, reasons: &[&str]) -> String {
    let has = |code| reasons.contains(&code);
    let mut said = format!("{}; the paper prints {}, {}.", capital(&stood(case)), prints(case), judgement(case, status, reasons));
    if has("sign_flip") {
        said.push_str(" The direction has changed since.");
    }
    if has("withdrawn") || has("withheld") {
        let done = if has("withdrawn") { "withdrew" } else { "withholds" };
        said.push_str(&format!(" The publisher {done} the figure; its last known value stands in."));
    }
    if has("precision_assumed") {
        said.push_str(" How many digits of the round figure count is assumed.");
    }
    if let Some(stated) = case.leave.tolerance.filter(|_| has("tolerance")) {
        said.push_str(&format!(" Stated for it: {}.", stated.reason.trim_end_matches('.')));
    }
    if has("stale") {
        said.push_str(" The last try to read the source failed; this rests on what was held before.");
    }
    if hangs_on_estimate(case) {
        said.push_str(" The date of the vintage that decides is an estimate.");
    }
    if status == VerdictStatus::Deviates {
        said.push_str(&held_in_part(case));
    }
    said
}

/// Where a figure comes from that the declared series does not have, and how far it can be trusted.
pub fn bridged(bridge: &Bridge, doubtful: bool, weak: bool) -> String {
    let from = &bridge.from;
    let mut said = match bridge.way {
        Way::Same => format!(" The figure is that of {from}, which is the same in another form."),
        Way::Chain => format!(" Nobody printed that figure: it is the product of the changes in {from}."),
        Way::Sum => format!(" Nobody printed that figure: it is the sum of figures of {from}."),
        Way::Growth => format!(" Nobody printed that figure: it is the change between two levels in {from}."),
        Way::Splice => format!(" The figure is that of {from}, an index on another base."),
    };
    let Overlap { periods, agree, mean_gap, largest_gap, first, last } = &bridge.overlap;
    if let Some((first, last)) = first.as_ref().zip(last.as_ref()) {
        let span = if periods == &1 {
            format!("For {first}, the one period held in both forms,")
        } else {
            format!("In the {periods} periods from {first} to {last} held in both forms")
        };
        said += &format!(" {span} the two agree in {agree} and differ by {mean_gap} on average, {largest_gap} at most.");
    } else {
        said += " No period is held in both forms.";
    }
    if weak {
        said += " The figures it is computed from are so coarse that the test is weak.";
    }
    if doubtful {
        said += match bridge.way {
            Way::Splice => " On another base it may well be another figure, so that is no deviation.",
            _ => " A computed figure that differs from the printed one is no proof.",
        };
    }
    said
}

/// What a deviation does not rest on: the first print, where the oldest figure held is a late one, and the publisher's own page, where
/// every figure that could have been known is somebody's quotation.
fn held_in_part(case: &Case<'_>) -> String {
    let known: Vec<_> = case.judged.iter().filter(|v| v.figure.is_some() && v.known_from <= case.cutoff).collect();
    let Some(first) = known.first() else { return String::new() };
    let mut said = String::new();
    if (first.known_from - case.claim.period.end()).num_days() > FIRST_PRINT_DAYS as i64 {
        said.push_str(&format!(" What was first published is not held: the oldest figure here is of {}.", first.known_from));
    }
    if known.iter().all(|vintage| vintage.class == Class::Quoted) {
        said.push_str(" What the publisher said is known here only as others quote it.");
    }
    said
}

/// A sentence begins with a capital, also where a publisher's name does not.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// A rank against the whole series.
pub fn rank(claim: &Claim, info: &SeriesInfo, found: &Rank) -> String {
    let name = if info.title.is_empty() { info.code.as_str() } else { &info.title };
    let subject = format!("The paper ranks {} ({:?})", claim.period, claim.printed);
    let series = format!("{}'s {name}", info.publisher);
    match found {
        Rank::Decided(true) => format!("{subject}; over the whole window of {series} no other period ranks above it."),
        Rank::Decided(false) => format!("{subject}, but within the window of {series} another period ranks at least as high."),
        Rank::Unsure => format!("{subject}; within the window of {series} too few digits are published to tell."),
        Rank::Gap(period) => format!("{subject}; {series} cannot decide it, since no figure for {period} is held."),
        Rank::NoWindow => format!("{subject}, but not from when on the window starts, so {series} cannot decide it."),
    }
}

/// "Rosstat's industrial production index for 2020 stood at 97.1 (−2.9 %) at the cut-off and at 97.9 (−2.1 %) today".
fn stood(case: &Case<'_>) -> String {
    let at = |i: usize| case.judged.get(i).map(|v| value(case, v)).unwrap_or_default();
    let subject = format!("{}'s {} for {}", case.info.publisher, name(case), case.claim.period);
    let today = at(case.chosen.current);
    match case.chosen.at_cutoff {
        None => format!("{subject} stands at {today} today, and no vintage from before {} is held", case.cutoff),
        Some(then) if at(then) == today => format!("{subject} stood at {today} on {} and does so today", case.cutoff),
        Some(then) => format!("{subject} stood at {} on {} and stands at {today} today", at(then), case.cutoff),
    }
}

/// What the series is, for readers: its title, else what the claim says it is about.
fn name<'a>(case: &'a Case<'_>) -> &'a str {
    let names = [case.info.title.as_str(), case.claim.indicator.as_str()];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or(case.info.code.as_str())
}

/// The source's own figure, with the growth it means where it is an index.
fn value(case: &Case<'_>, vintage: &VintageJudgement) -> String {
    let converted = vintage.figure.as_ref().map(figure_text).unwrap_or_default();
    if !case.form.index_form {
        return with_unit(&converted, &case.claim.unit);
    }
    let index = vintage.figure.as_ref().map(|f| figure_text(&f.shifted(100))).unwrap_or_default();
    format!("{index} ({})", with_unit(&converted, &case.claim.unit))
}

/// The claim's figure, signed.
fn prints(case: &Case<'_>) -> String {
    let figure = case.claim.value.map(|v| v.to_string()).unwrap_or_default();
    with_unit(&figure, &case.claim.unit)
}

/// A figure with its unit, in a reader's signs.
pub(super) fn with_unit(figure: &str, unit: &str) -> String {
    let unit = if unit == "percent" { "%" } else { unit };
    format!("{} {unit}", figure.replace('-', "−"))
}

fn judgement(case: &Case<'_>, status: VerdictStatus, reasons: &[&str]) -> String {
    let has = |code| reasons.contains(&code);
    let since = case.judged.get(case.chosen.deciding).map(|v| (v.known_from.to_string(), value(case, v))).unwrap_or_default();
    match (status, case.chosen.result) {
        (_, _) if has("ambiguous") => "and two figures of the same day contradict each other about it".into(),
        (_, None) => "and the source is too coarse to confirm or to contradict it".into(),
        (VerdictStatus::NotComparable, _) => format!("and the other side of the trade differs from it by {}", gap(case)),
        (_, Some(VintageResult::MatchCurrent)) if has("hedge_ok") => "and its hedge holds".into(),
        (_, Some(VintageResult::MatchCurrent)) if has("exact") => "which is exactly that".into(),
        (_, Some(VintageResult::MatchCurrent)) if has("tolerance") => {
            "which is not that, but within the tolerance stated for it".into()
        }
        (_, Some(VintageResult::MatchCurrent)) if has("truncation_habit") => {
            "which is that figure cut off, as the paper does by habit".into()
        }
        (_, Some(VintageResult::MatchCurrent)) if has("tie") => "which agrees under some rounding rules only".into(),
        (_, Some(VintageResult::MatchCurrent)) if has("compatible") => "which can be the same before rounding".into(),
        (_, Some(VintageResult::MatchCurrent)) => "which agrees after rounding".into(),
        (_, Some(VintageResult::MatchAtCutoff)) => "which was right then and has been revised since".into(),
        (_, Some(VintageResult::MatchOtherVintage)) => format!("which agrees with the vintage of {} ({})", since.0, since.1),
        (_, Some(VintageResult::MatchOnlyAfterCutoff)) => {
            format!("which agrees only with what was published on {}, too late for it", since.0)
        }
        (_, Some(VintageResult::VintageUnknown)) => {
            "which is not today's figure; what stood there at the time is not held".into()
        }
        (_, _) if has("truncated") => "which is that figure cut off instead of rounded".into(),
        (_, _) if has("sign") => "in the opposite direction of every vintage that could have been known".into(),
        (_, _) if has("last_digit") => "which no vintage held shows; only the last digit differs".into(),
        (_, _) => "which no vintage held shows".into(),
    }
}

/// The difference between the deciding vintage and the claim.
fn gap(case: &Case<'_>) -> String {
    let size = case.deciding().map(|(_, f)| text(&(&f.value - &case.printed.value))).unwrap_or_default();
    with_unit(&size, &case.claim.unit)
}

/// Whether the date of the deciding vintage, or of the one known at the cut-off, is an estimate.
fn hangs_on_estimate(case: &Case<'_>) -> bool {
    let places = [Some(case.chosen.deciding), case.chosen.at_cutoff];
    let one_only = case.judged.len() == 1 && case.chosen.result == Some(VintageResult::MatchCurrent);
    !one_only && places.into_iter().flatten().filter_map(|i| case.judged.get(i)).any(estimated)
}
