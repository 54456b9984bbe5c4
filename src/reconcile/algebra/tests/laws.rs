//! What must hold whatever a paper prints: true figures, rounded, never contradict; wider figures never contradict more.

use super::*;
use crate::paper::{Function, Operand};
use crate::reconcile::algebra::sheet::{Value, apply, share_of_parts};
use crate::reconcile::interval::{Figure, Interval, power_of_ten};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// An exact number of a given precision out of a rational: half away from zero, as statistical offices round.
fn rounded(value: &BigRational, decimals: u32) -> Decimal {
    let scaled = value * power_of_ten(i64::from(decimals));
    Decimal::new(scaled.round().to_integer().to_i64().unwrap(), decimals)
}

fn printed(value: &BigRational, decimals: u32) -> Value {
    Value::printed(&Figure::printed(rounded(value, decimals), decimals))
}

fn thousandths(value: i64) -> BigRational {
    BigRational::new(BigInt::from(value), BigInt::from(1000))
}

fn token(value: Decimal) -> String {
    value.to_string()
}

const FUNCTIONS: [Function; 8] = [
    Function::Growth,
    Function::Difference,
    Function::Multiple,
    Function::Share,
    Function::Sum,
    Function::Chain,
    Function::ImpliedBase,
    Function::ImpliedTotal,
];

proptest! {
    /// The computed interval contains the true result of the unrounded figures, for every function.
    #[test]
    fn intervals_contain_the_truth(a in 1000i64..900_000, b in 1000i64..900_000, p in 0u32..4, q in 0u32..4, which in 0usize..8) {
        let truth: Vec<Value> = [a, b].map(|v| Value::exactly(thousandths(v))).to_vec();
        let given = [printed(&thousandths(a), p), printed(&thousandths(b), q)];
        let exact = apply(FUNCTIONS[which], &truth).unwrap();
        if let Some(computed) = apply(FUNCTIONS[which], &given) {
            prop_assert!(computed.range.contains(&exact.point), "{:?}", FUNCTIONS[which]);
            prop_assert!(computed.range.contains(&computed.point));
        }
        let exact = share_of_parts(&truth).unwrap();
        if let Some(computed) = share_of_parts(&given) {
            prop_assert!(computed.range.contains(&exact.point));
        }
    }

    /// A wider input never shrinks an output.
    #[test]
    fn wider_inputs_give_wider_outputs(a in 1000i64..900_000, b in 1000i64..900_000, p in 1u32..4, more in 1i64..400, which in 0usize..8) {
        let given = [printed(&thousandths(a), p), printed(&thousandths(b), p)];
        let more = Interval { lo: -thousandths(more), hi: thousandths(more) };
        let wide = |value: &Value| Value { range: value.range.plus(&more), ..value.clone() };
        for at in 0..2 {
            let mut widened = given.clone();
            widened[at] = wide(&given[at]);
            if let (Some(narrow), Some(wide)) = (apply(FUNCTIONS[which], &given), apply(FUNCTIONS[which], &widened)) {
                prop_assert!(narrow.range.within(&wide.range), "{:?}", FUNCTIONS[which]);
            }
        }
    }

    /// Two true levels and their true growth, each rounded on its own, never contradict; and a growth two digits off always does,
    /// if the levels are printed finely enough.
    #[test]
    fn rounding_alone_is_no_contradiction(a in 10_000i64..900_000, b in 10_000i64..900_000, p in 0u32..4) {
        let (x, y) = (thousandths(a), thousandths(b));
        let growth = (&y / &x - power_of_ten(0)) * power_of_ten(2);
        let levels = [rounded(&x, p), rounded(&y, p)];
        let rate = rounded(&growth, 1);
        let rows = [
            format!("a|{0}|{0}|USD million|2019", token(levels[0])),
            format!("b|{0}|{0}|USD million|2020", token(levels[1])),
            format!("c|{}|{}|percent|2020", token(rate.abs()), token(rate)),
        ];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let paper = paper(&rows, &relation("growth", "c", &["a", "b"], ""));
        let outcome = solve(&paper).outcomes.remove(0);
        prop_assert!(!outcome.fails(), "{}", outcome.sentence);
    }

    /// True parts of a true whole: sum, shares, part_of_mean and same_as agree after rounding.
    #[test]
    fn true_parts_never_contradict(parts in prop::collection::vec(1000i64..400_000, 2..6), p in 1u32..4) {
        let whole: i64 = parts.iter().sum();
        let mut rows = vec![format!("t|{0}|{0}|USD million|2019", token(rounded(&thousandths(whole), p)))];
        let (mut of, mut pairs) = (Vec::new(), Vec::new());
        for (at, part) in parts.iter().enumerate() {
            let share = thousandths(*part) / thousandths(whole) * power_of_ten(2);
            rows.push(format!("p{at}|{0}|{0}|USD million|2019", token(rounded(&thousandths(*part), p))));
            rows.push(format!("s{at}|{0}|{0}|percent|2019", token(rounded(&share, 1))));
            of.push(format!("p{at}"));
            pairs.extend([format!("p{at}"), format!("s{at}")]);
        }
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let [of, pairs] = [&of, &pairs].map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
        let relations = [
            relation("sum", "t", &of, ""),
            relation("parts", "t", &of[1..], ""),
            relation("implied_total", "t", &pairs, ""),
            relation("implied_total", "", &pairs, "id = 'again'"),
        ];
        for outcome in solve(&paper(&rows, &relations.concat())).outcomes {
            prop_assert!(!outcome.fails(), "{}", outcome.sentence);
        }
    }

    /// Weights and parts that keep the assumption never give an implausible run.
    #[test]
    fn a_run_that_keeps_the_assumption_is_plausible(growths in prop::collection::vec(-300i64..300, 6), tilt in prop::collection::vec(50i64..=150, 6)) {
        // weights between 0.5/6 and 1.5/6 that sum to 1: the even ones moved toward the tilted ones as far as the bounds allow
        let total: i64 = tilt.iter().sum();
        let weight = |at: usize| (BigRational::new(tilt[at].into(), total.into()) + BigRational::new(1.into(), 6.into())) / power_of_ten(0) / BigRational::from_integer(2.into());
        let (low, high) = (BigRational::new(1.into(), 12.into()), BigRational::new(1.into(), 4.into()));
        prop_assume!((0..6).all(|at| low <= weight(at) && weight(at) <= high));
        let mean: BigRational = (0..6).map(|at| weight(at) * BigRational::new(growths[at].into(), 10.into())).sum();
        let rate = rounded(&mean, 1);
        let mut rows = vec![format!("h|{}|{}|percent|2021-01/2021-06", token(rate.abs()), token(rate))];
        let mut of = Vec::new();
        for (at, growth) in growths.iter().enumerate() {
            let value = Decimal::new(*growth, 1);
            rows.push(format!("m{at}|{}|{}|percent|2021-0{}", token(value.abs()), token(value), at + 1));
            of.push(format!("m{at}"));
        }
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let of: Vec<&str> = of.iter().map(String::as_str).collect();
        let outcome = solve(&paper(&rows, &relation("cumulative", "h", &of, ""))).outcomes.remove(0);
        prop_assert!(!outcome.fails(), "{}", outcome.sentence);
    }

    /// Whatever is printed, zeros and falls too, every kind gives an outcome.
    #[test]
    fn nothing_printed_is_too_odd(a in -30i64..30, b in -30i64..30, c in -30i64..30, p in 0u32..2, which in 0usize..16) {
        let kinds = [
            "growth", "difference", "multiple", "share", "share_of_parts", "sum", "chain", "index", "implied_base", "implied_total",
            "part_of_mean", "parts", "cumulative", "same_as", "order", "mirror",
        ];
        let row = |id: &str, value: i64, unit: &str, year: u32| {
            let value = Decimal::new(value, p);
            format!("{id}|{}|{}|{unit}|{year}|||", token(value.abs()), token(value))
        };
        let unit = match kinds[which] {
            "chain" | "index" | "cumulative" | "part_of_mean" => "percent",
            _ => "tonnes",
        };
        let claim_unit = match kinds[which] {
            "growth" | "share" | "share_of_parts" => "percent",
            "multiple" => "times",
            _ => unit,
        };
        let second = if matches!(kinds[which], "implied_base" | "implied_total") { "percent" } else { unit };
        let rows = [row("c", c, claim_unit, 2020), row("a", a, unit, 2019), row("b", b, second, 2020)];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let alone = matches!(kinds[which], "same_as" | "order" | "mirror");
        let of: &[&str] = if kinds[which] == "index" { &["a"] } else { &["a", "b"] };
        let paper = paper(&rows, &relation(kinds[which], if alone { "" } else { "c" }, of, ""));
        let algebra = solve(&paper);
        prop_assert_eq!(algebra.outcomes.len(), 1);
        for claim in &paper.claims {
            prop_assert!(!verdict(&paper, claim, &algebra).sentence.is_empty());
        }
    }

    /// The order of the parts says nothing.
    #[test]
    fn permuted_parts_give_the_same_verdict(parts in prop::collection::vec(100i64..900, 3..5), off in -30i64..30) {
        let whole: i64 = parts.iter().sum::<i64>() + off;
        let mut rows = vec![format!("t|{whole}|{whole}|USD million|2019")];
        rows.extend(parts.iter().enumerate().map(|(at, part)| format!("p{at}|{part}|{part}|USD million|2019")));
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let names: Vec<String> = (0..parts.len()).map(|at| format!("p{at}")).collect();
        let mut of: Vec<&str> = names.iter().map(String::as_str).collect();
        let at = |of: &[&str]| {
            let outcome = solve(&paper(&rows, &relation("sum", "t", of, ""))).outcomes.remove(0);
            (outcome.status, outcome.reasons, outcome.lo, outcome.hi)
        };
        let before = at(&of);
        of.reverse();
        prop_assert_eq!(before, at(&of));
    }
}

/// Terms read back as they are written, nested as deep as they come.
#[test]
fn terms_of_terms() {
    let rows =
        ["a|20|20|USD million|2020", "g|10%|10|percent|2020", "b|30|30|USD million|2020", "c|45.45|45.45|USD million|2019"];
    let text = "sum(implied_base(a, g), implied_base(b, g), 2*implied_base(growth(a, b), g))";
    assert_eq!(text.parse::<Operand>().unwrap().to_string(), text);
    let term = "sum(implied_base(a, g), implied_base(b, g))";
    let paper = paper(&rows, &relation("same_as", "", &["c", term], ""));
    assert!(!solve(&paper).outcomes[0].fails());
}
