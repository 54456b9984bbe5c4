//! What is implausible, under which assumption, and who carries it.

use super::*;

#[test]
fn a_month_against_its_year_and_the_row_it_may_belong_to() {
    let rows = [
        "y|401.2|401.2|million tonnes|2020",
        "m|16.7|16.7|million tonnes|2020-12",
        "x|192.8|192.8|million tonnes|2020",
        "o|512.7|512.7|million tonnes|2020",
    ];
    let paper = paper(&rows, &relation("plausible_month", "m", &["y"], ""));
    let (got, verdict) = judged(&paper, "m");
    assert_eq!(got, "IMPLAUSIBLE major plausible_month");
    assert!(verdict.sentence.contains("33.433 million tonnes; 16.7 million tonnes is 0.5 times that"), "{}", verdict.sentence);
    let suggestion = &verdict.suggestions[0];
    assert_eq!((suggestion.code, suggestion.tried, suggestion.chance), ("wrong_series", 2, 1));
    assert_eq!(suggestion.sentence, "It fits x (coal, 192.8 million tonnes): a mean month of that is 16.1.");
    assert_eq!(judged(&paper, "x").0, "NOT_CHECKED info no_relation");
}

#[test]
fn only_a_whole_interval_outside_is_implausible() {
    let at = |month: &str| {
        let rows = ["y|120|120|million tonnes|2020".to_string(), format!("m|{month}|{month}|million tonnes|2020-12")];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        judged(&paper(&rows, &relation("plausible_month", "m", &["y"], "")), "m").0
    };
    assert_eq!(at("10.0"), "CONFIRMED_WITH_NOTE info compatible");
    assert_eq!(at("5.99"), "CONFIRMED_WITH_NOTE info compatible");
    assert_eq!(at("5.9"), "IMPLAUSIBLE major plausible_month");
    assert_eq!(at("14.1"), "CONFIRMED_WITH_NOTE info compatible");
    assert_eq!(at("14.2"), "IMPLAUSIBLE major plausible_month");
}

/// Five months and June against the half-year, as the paper prints them.
const HALF: [&str; 3] =
    ["h|7.9%|7.9|percent|2021-01/2021-06", "f|3.2%|3.2|percent|2021-01/2021-05", "j|16.2%|16.2|percent|2021-06"];

#[test]
fn months_against_a_half_year() {
    let paper = paper(&HALF, &relation("cumulative", "h", &["f", "j"], ""));
    let (got, verdict) = judged(&paper, "h");
    assert_eq!(got, "IMPLAUSIBLE major cumulative");
    let outcome = &verdict.relations[0];
    assert_eq!((outcome.lo.as_deref(), outcome.hi.as_deref()), (Some("4.233333333333"), Some("6.5")));
    assert_eq!(outcome.assumption.as_deref(), Some("each month weighs 0.5 to 1.5 times the even share"));
    assert_eq!(outcome.smallest, [["h", "f", "j"]]);
}

#[test]
fn months_that_are_not_printed_are_wider() {
    let rows = ["y|5.0%|5.0|percent|2021-Q1", "a|1.0%|1.0|percent|2021-01"];
    // February and March: from −9.05 to 11.05; January weighs 1/6 to 1/2
    let paper = paper(&rows, &relation("cumulative", "y", &["a"], ""));
    let outcome = solve(&paper).outcomes.remove(0);
    assert_eq!(outcome.status, VerdictStatus::ConfirmedWithNote);
    assert_eq!((outcome.lo.as_deref(), outcome.hi.as_deref()), (Some("-7.383333333333"), Some("9.383333333333")));
    assert!(
        outcome
            .assumption
            .unwrap()
            .contains("the 2 months not printed lie between the least and the greatest part, 10 points wider")
    );
}

#[test]
fn a_part_that_is_not_needed_leaves_the_smallest_set() {
    let rows = [
        "h|30.0%|30.0|percent|2021-01/2021-06",
        "q|1.0%|1.0|percent|2021-Q1",
        "p|2.0%|2.0|percent|2021-04/2021-05",
        "j|3.0%|3.0|percent|2021-06",
    ];
    let outcome = solve(&paper(&rows, &relation("cumulative", "h", &["q", "p", "j"], ""))).outcomes.remove(0);
    assert_eq!((outcome.status, outcome.smallest), (VerdictStatus::Implausible, vec![vec!["h".to_string(), "j".to_string()]]));
}

#[test]
fn the_figure_that_stands_in_most_contradictions_carries_them() {
    let rows =
        [HALF.as_slice(), &["n|4.7%|4.7|percent|2021-01/2021-09", "u|6.8%|6.8|percent|2021-07", "s|6.8%|6.8|percent|2021-09"]]
            .concat();
    let relations = relation("cumulative", "h", &["f", "j"], "") + &relation("cumulative", "n", &["h", "u", "s"], "");
    let paper = paper(&rows, &relations);
    assert_eq!(judged(&paper, "h").0, "IMPLAUSIBLE major cumulative");
    assert_eq!(judged(&paper, "n").0, "UNVERIFIABLE info ambiguous");
    let algebra = solve(&paper);
    let suspects: Vec<(&str, usize)> = algebra.suspects.iter().map(|s| (s.claim.as_str(), s.relations.len())).collect();
    assert_eq!(suspects, [("h", 2)]);
    let (_, verdict) = judged(&paper, "h");
    assert!(
        verdict.suggestions[0].sentence.contains("This figure stands in every one of 2 contradictory sets"),
        "{:?}",
        verdict.suggestions
    );
}

#[test]
fn one_part_alone_is_judged_against_its_whole() {
    let paper = paper(&["y|-4.4%|-4.4|percent|2020", "m|-17.6%|-17.6|percent|2020-12"], &relation("cumulative", "y", &["m"], ""));
    assert_eq!(judged(&paper, "m").0, "IMPLAUSIBLE minor cumulative weak_test");
    assert_eq!(judged(&paper, "y").0, "UNVERIFIABLE info ambiguous");
}

#[test]
fn eight_months_against_nine() {
    let rows = ["e|85.854|85.854|USD billion|2021-01/2021-08", "n|102.529|102.529|USD billion|2021-01/2021-09"];
    let paper = paper(&rows, &relation("increment", "", &["e", "n"], ""));
    for id in ["e", "n"] {
        let (got, verdict) = judged(&paper, id);
        assert_eq!(got, "IMPLAUSIBLE major increment");
        assert!(verdict.sentence.contains("1.55 times a mean month before"), "{}", verdict.sentence);
    }
}

#[test]
fn earlier_years_follow_from_growths() {
    let rows = [
        "n|102.529|102.529|USD billion|2021-01/2021-09",
        "g|29.8%|29.8|percent|2021-01/2021-09|||2020-01/2020-09",
        "y|107.76|107.76|USD billion|2020",
    ];
    let paper = paper(&rows, &relation("increment", "", &["implied_base(n, g)", "y"], ""));
    let (got, verdict) = judged(&paper, "y");
    assert_eq!(got, "CONFIRMED_WITH_NOTE info compatible");
    assert!(verdict.sentence.contains("1.09 times"), "{}", verdict.sentence);
}

#[test]
fn two_currencies_and_two_sides() {
    let rows = ["r|10|10|RUB billion|2020", "y|1.034|1.034|CNY billion|2020"];
    let within = |low: &str, high: &str| {
        let more = format!("with = {{ low = '{low}', high = '{high}' }}");
        judged(&paper(&rows, &relation("exchange_rate", "", &["r", "y"], &more)), "y")
    };
    let (got, verdict) = within("9.0", "10.5");
    assert_eq!(got, "CONFIRMED_WITH_NOTE info compatible");
    assert!(verdict.sentence.contains("implies 9.6712 (9.1832 to 10.16) RUB for one CNY"), "{}", verdict.sentence);
    assert_eq!(within("10.5", "11").0, "IMPLAUSIBLE major exchange_rate");
    let rows = ["e|57.3|57.3|USD billion|2019", "i|61.2|61.2|USD billion|2019"];
    let (got, verdict) = judged(&paper(&rows, &relation("mirror", "", &["e", "i"], "")), "e");
    assert_eq!(got, "NOT_COMPARABLE minor mirror_difference");
    assert!(verdict.sentence.contains("3.9 USD billion (6.3725 %) less"), "{}", verdict.sentence);
}
