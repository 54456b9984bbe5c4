//! What must hold of every verdict on a claim against a source, whatever the figures are.

use super::world::{Line, World, findings};
use crate::reconcile::{Finding, Grade, Verdict, VerdictStatus, VintageResult};
use proptest::prelude::*;
use rust_decimal::Decimal;

const SERIES: &str = "x.y.z.ru.growth.a";
const CUTOFF: &str = "2021-06-30";

/// What is done with a half: up, to the even one, away from zero; all of them are somebody's.
#[derive(Debug, Clone, Copy)]
enum Rule {
    Up,
    Even,
    Away,
}

/// An integer of `unit`ths as whole units, by integer arithmetic alone.
fn rounded(mantissa: i64, unit: i64, rule: Rule) -> i64 {
    let (floor, rest) = (mantissa.div_euclid(unit), mantissa.rem_euclid(unit) * 2);
    let up = match (rest.cmp(&unit), rule) {
        (std::cmp::Ordering::Less, _) => false,
        (std::cmp::Ordering::Greater, _) | (_, Rule::Up) => true,
        (_, Rule::Even) => floor % 2 != 0,
        (_, Rule::Away) => mantissa > 0,
    };
    floor + i64::from(up)
}

fn text(mantissa: i64, decimals: u32) -> String {
    let zero = mantissa == 0;
    let value = Decimal::new(if zero { 0 } else { mantissa }, decimals);
    value.to_string()
}

/// A claim's row: the value, its unit and series.
fn claim(id: &str, mantissa: i64, decimals: u32) -> String {
    let value = text(mantissa, decimals);
    format!("{id}|{}%|{value}|percent|2020|||{SERIES}|growth||{CUTOFF}", value.trim_start_matches('-'))
}

fn line(day: &str, mantissa: i64, decimals: u32, source: &str) -> Line {
    let text = format!("{SERIES} 2020 {day} {} percent", text(mantissa, decimals));
    Line { source: source.to_string(), ..Line::of(&text) }
}

fn judged(row: &str, world: &World) -> Verdict {
    findings(&[row], "", world).remove(0).external
}

/// Days before and after the cut-off.
const DAYS: [&str; 6] = ["2021-01-20", "2021-03-01", "2021-06-30", "2021-07-01", "2021-11-05", "2026-02-06"];

/// A few vintages, each of its own day and source; one in six has no value. The figures lie close to each other, so that they
/// match often.
fn vintages() -> impl Strategy<Value = Vec<Line>> {
    let one = (0usize..6, 0usize..2, -30i64..30, 0u32..3, 0u8..6);
    prop::collection::vec(one, 0..5).prop_map(|drawn| {
        let mut lines: Vec<Line> = Vec::new();
        for (day, source, mantissa, decimals, gone) in drawn {
            let source = ["s", "t"][source];
            let mut line = line(DAYS[day], mantissa, decimals, source);
            if gone == 0 {
                line.value = "…".into();
            }
            if !lines.iter().any(|other| other.day == line.day && other.source == line.source) {
                lines.push(line);
            }
        }
        lines
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    prop_oneof![Just(Rule::Up), Just(Rule::Even), Just(Rule::Away)]
}

/// All of a verdict but its suggestions.
fn bare(verdict: Verdict) -> Verdict {
    Verdict { suggestions: Vec::new(), ..verdict }
}

fn all_bare(findings: Vec<Finding>) -> Vec<(String, Verdict)> {
    let mut all: Vec<(String, Verdict)> = findings.into_iter().map(|f| (f.claim, bare(f.external))).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// A figure that was rounded by any of the rules is at least a tie; one unit further is never.
    #[test]
    fn rounding_is_recognised_and_one_unit_more_is_not(mantissa in -99_999i64..99_999, q in 0u32..5, fewer in 0u32..5, rule in rule()) {
        let p = q.saturating_sub(fewer);
        let unit = 10i64.pow(q - p);
        let whole = rounded(mantissa, unit, rule);
        let world = World { lines: vec![line("2021-01-20", mantissa, q, "s")], ..World::default() };
        let got = judged(&claim("c", whole, p), &world);
        prop_assert!(matches!(got.grade, Some(Grade::Exact | Grade::Rounds | Grade::Tie)), "{:?}", got.grade);
        prop_assert!(matches!(got.status, VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote));
        prop_assert_eq!(got.grade == Some(Grade::Exact), p == q);
        let away = if whole * unit < mantissa { -1 } else { 1 };
        let got = judged(&claim("c", whole + away, p), &world);
        prop_assert!(matches!(got.grade, Some(Grade::None | Grade::Truncated)), "{:?}", got.grade);
        prop_assert_eq!(got.status, VerdictStatus::Deviates);
    }

    /// What is held of other series and other periods decides nothing.
    #[test]
    fn irrelevant_observations_change_nothing(held in vintages(), mantissa in -30i64..30, p in 0u32..3, others in prop::collection::vec((0usize..5, -300i64..300, 0u32..3), 1..6)) {
        const OTHERS: [(&str, &str); 5] = [(SERIES, "2019"), (SERIES, "2020-12"), ("x.y.w.ru.growth.a", "2020"), ("o.y.z.ru.growth.a", "2020"), ("x.y.z.ru.growth.q", "2020")];
        let before = World { lines: held, ..World::default() };
        prop_assume!(!before.lines.is_empty());
        let mut after = before.clone();
        for (which, mantissa, decimals) in others {
            let (code, period) = OTHERS[which];
            after.lines.push(Line::of(&format!("{code} {period} 2021-02-01 {} percent", text(mantissa, decimals))));
        }
        let row = claim("c", mantissa, p);
        prop_assert_eq!(bare(judged(&row, &before)), bare(judged(&row, &after)));
    }

    /// In which order vintages are told, and in which claims are catalogued, says nothing.
    #[test]
    fn order_changes_nothing(held in vintages().prop_shuffle(), shuffled in Just(()).prop_perturb(|(), mut rng| rng.random::<u32>()), claims in prop::collection::vec((-30i64..30, 0u32..3), 1..4)) {
        let rows: Vec<String> = claims.iter().enumerate().map(|(at, (mantissa, p))| claim(&format!("c{at}"), *mantissa, *p)).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let backward: Vec<&str> = rows.iter().rev().copied().collect();
        let one = World { lines: held, ..World::default() };
        let mut other = one.clone();
        let by = shuffled as usize % other.lines.len().max(1);
        other.lines.rotate_left(by);
        other.lines.reverse();
        prop_assert_eq!(all_bare(findings(&rows, "", &one)), all_bare(findings(&backward, "", &other)));
    }

    /// One more vintage never makes a deviation of a figure that was right at the cut-off, and never a confirmation of nothing.
    #[test]
    fn a_figure_that_was_right_stays_so(held in vintages(), more in vintages(), mantissa in -30i64..30, p in 0u32..3) {
        let mut world = World { lines: held, ..World::default() };
        let before = judged(&claim("c", mantissa, p), &world);
        let new = |line: &Line| !world.lines.iter().any(|held| held.day == line.day && held.source == line.source);
        let Some(next) = more.into_iter().find(new) else { return Ok(()) };
        world.lines.push(next);
        let after = judged(&claim("c", mantissa, p), &world);
        if before.vintage_result == Some(VintageResult::MatchAtCutoff) {
            prop_assert_ne!(after.status, VerdictStatus::Deviates);
        }
        let confirmed = matches!(after.status, VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote | VerdictStatus::Superseded);
        prop_assert!(!confirmed || after.vintages.iter().any(|vintage| vintage.matches));
    }

    /// Every figure lies within its own interval, whose width is one unit of its last digit; the claim's grade is told from them.
    #[test]
    fn the_ends_hold_the_value(held in vintages(), mantissa in -30i64..30, p in 0u32..3) {
        let world = World { lines: held, ..World::default() };
        let got = judged(&claim("c", mantissa, p), &world);
        for vintage in &got.vintages {
            let (Some(value), Some(lo), Some(hi)) = (&vintage.value, &vintage.lo, &vintage.hi) else { continue };
            let [value, lo, hi]: [Decimal; 3] = [value, lo, hi].map(|text| text.parse().unwrap());
            prop_assert!(lo < value && value < hi);
            prop_assert_eq!(hi - lo, Decimal::new(1, value.scale()));
            let distance: Decimal = vintage.distance_ulp.as_ref().unwrap().parse().unwrap();
            prop_assert_eq!(distance, (value - Decimal::new(mantissa, p)) * Decimal::from(10i64.pow(p)));
        }
    }

    /// The same amount in another power of ten of its unit is the same amount.
    #[test]
    fn powers_of_ten_change_nothing(mantissa in 1i64..99_999, source in 1i64..99_999, p in 0u32..3, q in 0u32..3, shift in 0u32..3) {
        const UNITS: [(&str, u32); 3] = [("USD billion", 0), ("USD million", 3), ("USD thousand", 6)];
        const LEVEL: &str = "x.trade.total.ru.level.a";
        let row = |unit: &str| format!("c|{0}|{0}|{unit}|2020|||{LEVEL}|level||{CUTOFF}", text(mantissa, p));
        // a figure with q + by decimals in billions has q in the smaller unit
        let held = |(unit, by): (&str, u32)| {
            let value = text(source, (q + 6) - by);
            World::of(&format!("{LEVEL} 2020 2021-01-20 {value} {unit}"))
        };
        // with six decimals more in billions the smaller units keep their digits
        let (one, other) = (judged(&row("USD billion"), &held(UNITS[0])), judged(&row("USD billion"), &World::of(&{
            let (unit, by) = UNITS[shift as usize];
            format!("{LEVEL} 2020 2021-01-20 {} {unit}", text(source, (q + 6) - by))
        })));
        prop_assert_eq!((one.status, one.grade, &one.reasons), (other.status, other.grade, &other.reasons));
        prop_assert_eq!((one.lo, one.hi, one.distance_ulp), (other.lo, other.hi, other.distance_ulp));
    }

    /// The verdict of a day is the verdict of a store that holds nothing younger.
    #[test]
    fn as_of_is_what_was_known_then(held in vintages(), day in 0usize..6, mantissa in -30i64..30, p in 0u32..3) {
        let day = DAYS[day];
        let world = World { lines: held, ..World::default() };
        let mut then = world.clone();
        then.lines.retain(|line| line.day.as_str() <= day);
        prop_assume!(!then.lines.is_empty());
        let paper = super::world::paper(&[&claim("c", mantissa, p)], "");
        let at = |world: &World| crate::reconcile::reconcile(&paper, world, Some(day.parse().unwrap())).unwrap().findings.remove(0);
        prop_assert_eq!(bare(at(&world).external), bare(judged(&claim("c", mantissa, p), &then)));
    }

    /// A fall is judged as the rise of the same size; save at an exact half, where half up goes toward +∞ whatever the sign.
    #[test]
    fn the_sign_turns_with_both(held in vintages(), mantissa in 1i64..30, p in 0u32..3) {
        let half = |line: &Line| line.value.ends_with('5');
        prop_assume!(!held.iter().any(half));
        let turn = |line: &Line| match line.value.strip_prefix('-') {
            Some(rest) => Line { value: rest.to_string(), ..line.clone() },
            None if line.value == "…" || line.value.parse::<Decimal>().unwrap().is_zero() => line.clone(),
            None => Line { value: format!("-{}", line.value), ..line.clone() },
        };
        let turned = World { lines: held.iter().map(turn).collect(), ..World::default() };
        let world = World { lines: held, ..World::default() };
        let (one, other) = (judged(&claim("c", mantissa, p), &world), judged(&claim("c", -mantissa, p), &turned));
        prop_assert_eq!((one.status, one.grade, one.vintage_result, one.reasons), (other.status, other.grade, other.vintage_result, other.reasons));
        prop_assert_eq!(one.severity, other.severity);
    }
}
