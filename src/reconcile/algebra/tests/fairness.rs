//! Figures that nothing disproves stay clean: hedges, round figures, misprinted tokens, touching ends, falls, zeros.

use super::*;

/// Rows, kind, claim, operands, and the verdict on the claim (or the first row).
struct Fair(&'static [&'static str], &'static str, &'static str, &'static [&'static str], &'static str);

#[test]
fn what_the_printed_numbers_do_not_prove() {
    let cases = [
        // words open the whole to one side
        Fair(
            &["t|over 5%|5|percent|2020|over", "a|7%|7|percent|2020", "b|9%|9|percent|2020"],
            "part_of_mean",
            "t",
            &["a", "b"],
            "CONFIRMED_WITH_NOTE info compatible",
        ),
        Fair(
            &["t|over 57|57|USD billion|2020|over", "a|30|30|USD billion|2020", "s|50%|50|percent|2020"],
            "implied_total",
            "t",
            &["a", "s"],
            "CONFIRMED info rounds",
        ),
        Fair(
            &["t|about 150|150|pieces|2020|about", "a|156|156|pieces|2020"],
            "parts",
            "t",
            &["a"],
            "CONFIRMED_WITH_NOTE info compatible",
        ),
        Fair(
            &["y|over 5%|5|percent|2020|over", "a|10%|10|percent|2020-01/2020-06", "b|10%|10|percent|2020-07/2020-12"],
            "cumulative",
            "y",
            &["a", "b"],
            "CONFIRMED_WITH_NOTE info compatible",
        ),
        Fair(
            &["a|1|1|USD million|2019", "b|50|50|USD million|2020", "c|about 70 times|70|times|2020|about"],
            "multiple",
            "c",
            &["a", "b"],
            "CONFIRMED info hedge_ok",
        ),
        Fair(
            &["a|over 160|160|pieces|2020|over", "b|over 150|150|pieces|2020|over"],
            "same_as",
            "",
            &["a", "b"],
            "CONFIRMED info hedge_ok",
        ),
        Fair(
            &["a|over 40|40|USD billion|2020|over", "b|410|410|USD billion|2020"],
            "sum",
            "a",
            &["b"],
            "CONFIRMED_WITH_NOTE info hedge_ok",
        ),
        // a second place has one figure above it
        Fair(
            &["c|record|1|rank|2020|record", "a|5|5|pieces|2020", "b|7|7|pieces|2019"],
            "rank",
            "c",
            &["a", "b"],
            "INCONSISTENT minor wording",
        ),
        // a malformed token is wrong only if every reading is
        Fair(
            &["a|5000.0|5000.0|USD billion|2019", "b|30.875.3|?|USD billion|2020"],
            "order",
            "",
            &["a", "b"],
            "CONFIRMED_WITH_NOTE info compatible hedge_ok",
        ),
        Fair(
            &["a|30875.3|30875.3|USD billion|2020", "b|30.875.3|?|USD billion|2020"],
            "same_as",
            "",
            &["a", "b"],
            "CONFIRMED info exact",
        ),
        Fair(
            &[
                "t|60000.0|60000.0|tonnes|2020",
                "a|30.000.0|?|tonnes|2020",
                "s|50%|50|percent|2020",
                "b|15.000.0|?|tonnes|2020",
                "u|25%|25|percent|2020",
            ],
            "implied_total",
            "t",
            &["a", "s", "b", "u"],
            "CONFIRMED info rounds",
        ),
        // how many zeros of a round figure count is not printed
        Fair(
            &["t|42400|42400|tonnes|2020", "a|30000|30000|tonnes|2020", "b|12345|12345|tonnes|2020"],
            "sum",
            "t",
            &["a", "b"],
            "UNVERIFIABLE info coarse precision_assumed",
        ),
        Fair(
            &["a|30000|30000|tonnes|2020", "b|30412|30412|tonnes|2020"],
            "same_as",
            "",
            &["a", "b"],
            "UNVERIFIABLE info coarse precision_assumed",
        ),
        Fair(
            &["a|30000|30000|tonnes|2020", "b|45412|45412|tonnes|2020"],
            "same_as",
            "",
            &["a", "b"],
            "INCONSISTENT major duplicate_conflict",
        ),
        // falls
        Fair(
            &["t|-10.0%|-10.0|percent|2020", "a|-3.0%|-3.0|percent|2020", "b|-4.0%|-4.0|percent|2020"],
            "parts",
            "t",
            &["a", "b"],
            "CONFIRMED_WITH_NOTE info compatible",
        ),
        Fair(
            &["a|-10|-10|USD million|2019", "b|5|5|USD million|2020", "c|150%|150|percent|2020"],
            "growth",
            "c",
            &["a", "b"],
            "UNVERIFIABLE info ambiguous",
        ),
        Fair(
            &["a|5.00|5.00|USD million|2019", "b|2.00|2.00|USD million|2020", "c|2.5 times|2.5|times|2020||fell N times"],
            "multiple",
            "c",
            &["a", "b"],
            "CONFIRMED info rounds",
        ),
        // closed ends that touch are no proof
        Fair(&["t|3.8|3.8|USD million|2020", "a|1.2|1.2|USD million|2020"], "sum", "t", &["3*a"], "CONFIRMED_WITH_NOTE info tie"),
        // zeros
        Fair(
            &["y|120.0|120.0|tonnes|2020", "m|1.0|1.0|tonnes|2020-12", "z|0|0|tonnes|2020"],
            "plausible_month",
            "m",
            &["y"],
            "IMPLAUSIBLE major plausible_month",
        ),
        Fair(
            &["t|0|0|tonnes|2020", "a|0.0|0.0|tonnes|2020", "s|50.0%|50.0|percent|2020"],
            "implied_total",
            "t",
            &["a", "s"],
            "CONFIRMED_WITH_NOTE info compatible",
        ),
        Fair(
            &["t|0|0|tonnes|2020", "a|30.0|30.0|tonnes|2020", "s|50.0%|50.0|percent|2020"],
            "implied_total",
            "t",
            &["a", "s"],
            "INCONSISTENT major implied_total",
        ),
        // a truncated second print says so
        Fair(
            &["a|107.7|107.7|USD billion|2020", "b|107.76|107.76|USD billion|2020"],
            "same_as",
            "",
            &["a", "b"],
            "INCONSISTENT minor duplicate_conflict last_digit truncated",
        ),
        // two thirds of a step off is no last digit of a single-digit figure
        Fair(
            &["a|1.0|1.0|USD million|2019", "b|0.6|0.6|USD million|2020", "c|doubled|2|times|2020||doubled"],
            "multiple",
            "c",
            &["a", "b"],
            "INCONSISTENT major multiple",
        ),
        // an order fails between figures that do not stand side by side, too
        Fair(
            &["a|5.3|5.3|percent|2020", "b|5|5|percent|2020", "c|5.0|5.0|percent|2020"],
            "order",
            "",
            &["a", "b", "c"],
            "INCONSISTENT minor wording",
        ),
    ];
    for Fair(rows, kind, claim, of, wanted) in cases {
        let paper = paper(rows, &relation(kind, claim, of, ""));
        let (got, verdict) = judged(&paper, if claim.is_empty() { "a" } else { claim });
        assert_eq!(got, wanted, "{kind} of {rows:?}: {}", verdict.sentence);
    }
}

#[test]
fn the_smallest_parts_that_are_too_much() {
    let rows = ["t|100.0|100.0|tonnes|2020", "a|60.0|60.0|tonnes|2020", "b|50.0|50.0|tonnes|2020", "c|1.0|1.0|tonnes|2020"];
    let outcome = solve(&paper(&rows, &relation("parts", "t", &["a", "b", "c"], ""))).outcomes.remove(0);
    assert_eq!(outcome.smallest, [["t", "a", "b"]]);
}

#[test]
fn a_multiple_against_the_habit_is_told() {
    let mut rows: Vec<String> = vec!["base|100.000|100.000|USD million|2004".to_string()];
    let mut relations = String::new();
    let figures =
        [("350.000", "2.5"), ("720.000", "6.2"), ("510.000", "4.1"), ("930.000", "8.3"), ("640.000", "5.4"), ("770.000", "7.7")];
    for (id, (later, times)) in figures.iter().enumerate() {
        rows.push(format!("l{id}|{later}|{later}|USD million|2019"));
        rows.push(format!("t{id}|{times} times|{times}|times|2019||rose N times"));
        relations.push_str(&relation("multiple", &format!("t{id}"), &["base", &format!("l{id}")], ""));
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let paper = paper(&rows, &relations);
    assert_eq!(judged(&paper, "t0").0, "CONFIRMED_WITH_NOTE info times_as_increase rounds");
    let (got, verdict) = judged(&paper, "t5");
    assert_eq!(got, "CONFIRMED_WITH_NOTE info rounds wording");
    assert!(verdict.sentence.contains("mean the other sense"), "{}", verdict.sentence);
}
