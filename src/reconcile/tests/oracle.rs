//! The table of section 6 a second time, read from its text alone, against every small case.
//!
//! Where no row of the table holds, the text is silent, and [`AMBIGUOUS`] says what was chosen. There are three such cases:
//! - the vintage known at the cut-off matches and the current one is coarse: "the current one differs" does not hold, since a coarse
//!   figure does not contradict, and so nothing has been superseded: MATCH_CURRENT, resting on the one at the cut-off. Where an
//!   earlier one matches as well, "another vintage known before the cut-off" is read as one other than that at the cut-off;
//! - only coarse figures are held from before and the current one matches: MATCH_CURRENT, with `vintage_unknown`;
//! - only coarse figures are held from before and a later one that was replaced matches: VINTAGE_UNKNOWN.
//!
//! "Held" is read as held with a value, since a vintage without one neither matches nor differs. The codes `withheld` and `withdrawn`
//! speak of the figure as it stands today.

use super::world::{Line, World, findings};
use crate::reconcile::VintageResult::{self, *};
use crate::reconcile::{VerdictStatus, VintageResult as Row};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Match,
    Differ,
    Coarse,
    NoValue,
}

/// The growth of −2.9 % against these indices.
fn index(is: Is) -> &'static str {
    match is {
        Is::Match => "97.1",
        Is::Differ => "97.9",
        Is::Coarse => "97",
        Is::NoValue => "…",
    }
}

const CUTOFF: &str = "2021-06-30";
const BEFORE: [&str; 3] = ["2021-01-20", "2021-02-20", "2021-06-30"];
const AFTER: [&str; 3] = ["2021-07-01", "2021-08-20", "2026-02-06"];

/// What the text says.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Holds(Row),
    /// UNVERIFIABLE: none matches and the deciding vintage is coarse.
    Coarse,
    /// UNVERIFIABLE: no vintage has a value.
    Nothing,
    /// No row holds.
    Silent,
}

/// The rows in their order, each as it is written.
fn read(before: &[Is], after: &[Is]) -> Said {
    // "a vintage without a value neither matches nor differs: the last one with a value stands in"
    let valued = |vintages: &[Is]| vintages.iter().copied().filter(|is| *is != Is::NoValue).collect::<Vec<_>>();
    let (before, after) = (valued(before), valued(after));
    let all = [before.clone(), after.clone()].concat();
    let Some(current) = all.last() else { return Said::Nothing };
    let at_cutoff = before.last();
    let matches = |is: &Is| *is == Is::Match;
    let held = !before.is_empty();
    // "if none matches and the deciding vintage is COARSE"
    if !all.iter().any(matches) && *at_cutoff.unwrap_or(current) == Is::Coarse {
        return Said::Coarse;
    }
    // "the current vintage matches, and so does one known by the cut-off, or none is held from before it"
    if matches(current) && (before.iter().any(matches) || !held) {
        return Said::Holds(MatchCurrent);
    }
    // "the vintage known at the cut-off matches, the current one differs"
    if at_cutoff.is_some_and(matches) {
        return if *current == Is::Differ { Said::Holds(MatchAtCutoff) } else { Said::Silent };
    }
    // "another vintage known before the cut-off matches"
    if before.iter().any(matches) {
        return Said::Holds(MatchOtherVintage);
    }
    // "only a later vintage matches although an earlier one is held and differs"
    if after.iter().any(matches) && before.contains(&Is::Differ) {
        return Said::Holds(MatchOnlyAfterCutoff);
    }
    // "nothing is held from before the cut-off and no current match"
    if !held && !matches(current) {
        return Said::Holds(VintageUnknown);
    }
    // "a vintage from before the cut-off is held and none matches"
    if held && !all.iter().any(matches) { Said::Holds(NoVintageMatches) } else { Said::Silent }
}

/// What is chosen where the text is silent: see the head of this file.
fn chosen(before: &[Is], after: &[Is]) -> VintageResult {
    let last = |vintages: &[Is]| vintages.iter().rfind(|is| **is != Is::NoValue).copied();
    match (last(before), last(after)) {
        (Some(Is::Match), Some(Is::Coarse)) => MatchCurrent,
        (Some(Is::Coarse), Some(Is::Match)) => MatchCurrent,
        (Some(Is::Coarse), _) => VintageUnknown,
        odd => panic!("the text is silent about {odd:?}: {before:?} {after:?}"),
    }
}

/// "If nothing is held from before the cut-off but today's value matches": the code; status and row follow from the table.
fn status(row: VintageResult) -> VerdictStatus {
    match row {
        MatchCurrent => VerdictStatus::Confirmed,
        MatchAtCutoff | MatchOtherVintage => VerdictStatus::Superseded,
        MatchOnlyAfterCutoff | NoVintageMatches => VerdictStatus::Deviates,
        VintageUnknown => VerdictStatus::Unverifiable,
    }
}

/// Every sequence of that many vintages.
fn sequences(count: u32) -> Vec<Vec<Is>> {
    const ALL: [Is; 4] = [Is::Match, Is::Differ, Is::Coarse, Is::NoValue];
    let digits = |code: usize| (0..count).map(move |at| ALL[code / 4usize.pow(at) % 4]).collect();
    (0..4usize.pow(count)).map(digits).collect()
}

#[test]
fn every_small_case() {
    let (mut tried, mut silent) = (0, 0);
    for (vintages, split) in (1..=3).flat_map(sequences).flat_map(|v| (0..=v.len()).map(move |split| (v.clone(), split))) {
        let (before, after) = vintages.split_at(split);
        let dated = before.iter().zip(BEFORE).chain(after.iter().zip(AFTER));
        let line = |(is, day): (&Is, &str)| Line::of(&format!("rosstat.ipi.bcde.ru.yoy.a 2020 {day} {} percent", index(*is)));
        let world = World { lines: dated.map(line).collect(), ..World::default() };
        let claim = format!("c|2.9%|-2.9|percent|2020|||rosstat.ipi.bcde.ru.yoy.a|growth||{CUTOFF}");
        let got = findings(&[&claim], "", &world).remove(0).external;
        let said = read(before, after);
        let (row, wanted) = match said {
            Said::Holds(row) => (Some(row), status(row)),
            Said::Silent => (Some(chosen(before, after)), status(chosen(before, after))),
            Said::Coarse | Said::Nothing => (None, VerdictStatus::Unverifiable),
        };
        assert_eq!((got.vintage_result, got.status), (row, wanted), "{before:?} | {after:?}: {said:?}, {}", got.sentence);
        let nothing_before = before.iter().all(|is| *is == Is::NoValue);
        let unknown = nothing_before && row == Some(MatchCurrent);
        assert!(!unknown || got.reasons.contains(&"vintage_unknown"), "{before:?} | {after:?}: {:?}", got.reasons);
        let coarse = said == Said::Coarse;
        assert_eq!(got.reasons.contains(&"coarse"), coarse, "{before:?} | {after:?}: {:?}", got.reasons);
        let gone = vintages.last() == Some(&Is::NoValue);
        assert_eq!(got.reasons.contains(&"withdrawn"), gone, "{before:?} | {after:?}: {:?}", got.reasons);
        tried += 1;
        silent += usize::from(said == Said::Silent);
    }
    assert_eq!((tried, silent), (312, SILENT));
}

/// In how many of the cases no row holds.
const SILENT: usize = 22;
