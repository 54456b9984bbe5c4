//! The vectors of the specification that need no source, each as a small paper; then what must hold for all papers.

mod dimensions;
mod fairness;
mod laws;
mod plausibility;
mod shipped;

use super::*;
use crate::paper::Paper;
use crate::reconcile::{Grade, Severity, Verdict, VerdictStatus};

const HEADER: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                      series,period,measure,base,footnote,cutoff";

/// A row of a catalogue: `id|printed|value|unit|period|hedge|wording`, the last two may be missing; a value of `?` is no number.
pub(super) fn row(text: &str) -> String {
    let cells: Vec<&str> = text.split('|').collect();
    let at = |i: usize| cells.get(i).copied().unwrap_or_default();
    let decimals = at(2).split_once('.').map_or(0, |(_, d)| d.len()).to_string();
    let (value, decimals) = if at(2) == "?" { ("", String::new()) } else { (at(2), decimals) };
    let [id, printed, unit, period] = [0, 1, 3, 4].map(at);
    format!("{id},1,1,1,{printed},{value},{decimals},{unit},{},{},,,,coal,,{period},level,{},,", at(5), at(6), at(7))
}

/// A paper of rows and relations.
pub(super) fn paper(rows: &[&str], relations: &str) -> Paper {
    let csv: Vec<String> = rows.iter().map(|text| row(text)).collect();
    let toml = format!("id = 'p'\ntitle = 't'\naccepted = 2023-05-01\n{relations}");
    Paper::parse(&toml, &format!("{HEADER}\n{}\n", csv.join("\n")), "p", "c").unwrap_or_else(|m| panic!("{}", m.join("\n")))
}

/// One relation of a kind.
pub(super) fn relation(kind: &str, claim: &str, of: &[&str], more: &str) -> String {
    let claim = if claim.is_empty() { String::new() } else { format!("claim = '{claim}'\n") };
    format!("[[relation]]\nkind = '{kind}'\n{claim}of = {of:?}\n{more}\n")
}

fn word<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_string()
}

/// Status, severity and reasons of a claim's internal verdict.
pub(super) fn judged(paper: &Paper, id: &str) -> (String, Verdict) {
    assert_eq!(mistakes(paper), [], "the relations of a test must be sound");
    let claim = paper.claims.iter().find(|claim| claim.id == id).unwrap();
    let verdict = verdict(paper, claim, &solve(paper));
    (format!("{} {} {}", word(verdict.status), word(verdict.severity), verdict.reasons.join(" ")), verdict)
}

/// Rows, kind, claim, operands: and what the claim's verdict must be, with a part of its sentence.
struct Vector(&'static [&'static str], &'static str, &'static str, &'static [&'static str], &'static str, &'static str);

#[test]
fn vectors() {
    let vectors = [
        Vector(
            &["a|1.030|1.030|USD billion|2004", "b|2.697|2.697|USD billion|2019", "c|61.8%|61.8|percent|2019"],
            "growth",
            "c",
            &["a", "b"],
            "INCONSISTENT critical growth leading_digit_lost",
            "lacks the first digit of 161.8",
        ),
        Vector(
            &["a|1.622|1.622|USD billion|2004", "b|1.668|1.668|USD billion|2019", "c|2.9%|2.9|percent|2019"],
            "growth",
            "c",
            &["a", "b"],
            "CONFIRMED_WITH_NOTE info compatible",
            "possible before rounding",
        ),
        Vector(
            &["a|1.268|1.268|USD billion|2004", "b|1.93|1.93|USD billion|2019", "c|52.2%|52.2|percent|2019"],
            "growth",
            "c",
            &["a", "b"],
            "CONFIRMED info rounds",
            "The test is weak: the computed interval spans 9.09 units",
        ),
        Vector(
            &[
                "a|745|745|USD million|2004",
                "b|5.8545|5.8545|USD billion|2019",
                "c|6.8 times|6.8|times|2019||increase of N times",
            ],
            "multiple",
            "c",
            &["a", "b"],
            "INCONSISTENT minor multiple last_digit truncated",
            "the increase cut off instead of rounded",
        ),
        Vector(
            &["a|5.6|5.6|USD billion|2001", "b|57.3|57.3|USD billion|2019", "c|9-fold|9|times|2019||increased N-fold"],
            "multiple",
            "c",
            &["a", "b"],
            "CONFIRMED_WITH_NOTE info times_as_increase rounds",
            "agrees with the increase",
        ),
        Vector(
            &["a|1.6|1.6|USD billion|2001", "b|54.1|54.1|USD billion|2019", "c|32.8 times|32.8|times|2019||increased by N times"],
            "multiple",
            "c",
            &["a", "b"],
            "CONFIRMED info rounds",
            "spans 21.8 units of the last printed digit",
        ),
        Vector(
            &["a|2.0162|2.0162|USD billion|2004", "b|30.875.3|?|USD billion|2019", "c|fourfold|4|times|2019||N-fold increase"],
            "multiple",
            "c",
            &["a", "b"],
            "INCONSISTENT critical multiple leading_digit_lost",
            "the paper prints fourfold, which lacks the first digit of 14, the increase. Here b is read as 30.8753.",
        ),
        Vector(
            &["a|87.2|87.2|USD million|2004", "b|269.3|269.3|USD million|2019", "c|doubling|2|times|2019||doubling of the total"],
            "multiple",
            "c",
            &["a", "b"],
            "INCONSISTENT minor multiple wording",
            "as an increase it would agree",
        ),
        Vector(
            &["a|107.76|107.76|USD billion|2020", "b|107.77|107.77|USD billion|2020"],
            "same_as",
            "",
            &["a", "b"],
            "INCONSISTENT minor duplicate_conflict last_digit touching",
            "printed twice: as 107.76 USD billion (a) and as 107.77 USD billion (b)",
        ),
        Vector(
            &["a|over 40|40|USD billion|2021|over", "b|40.21|40.21|USD billion|2021"],
            "same_as",
            "",
            &["a", "b"],
            "CONFIRMED info hedge_ok",
            "“over 40 USD billion” holds: the figure is 40.21 USD billion (b)",
        ),
        Vector(
            &["c|-4.8%|-4.8|percent|2020-12", "a|-17.6%|-17.6|percent|2020-12", "b|-11.0%|-11.0|percent|2020-12"],
            "part_of_mean",
            "c",
            &["a", "b"],
            "INCONSISTENT major part_of_mean",
            "must lie between them",
        ),
        Vector(
            &["c|102.529|102.529|USD billion|2021", "a|47.401|47.401|USD billion|2021", "b|55.128|55.128|USD billion|2021"],
            "sum",
            "c",
            &["a", "b"],
            "CONFIRMED info exact",
            "47.401 + 55.128 = 102.529 (102.528 to 102.53) USD billion; the paper prints 102.529 USD billion, which is exactly that",
        ),
        Vector(
            &["c|200|200|million tonnes|2020|nearly", "a|15|15|million tonnes|2011", "b|30|30|million tonnes|2018"],
            "sum",
            "c",
            &["7*a", "3*b"],
            "CONFIRMED info hedge_ok",
            "7 × 15 + 3 × 30 = 195",
        ),
        Vector(
            &["c|92|92|pieces|2020", "a|71|71|pieces|2020", "b|20|20|pieces|2020"],
            "sum",
            "c",
            &["a", "b"],
            "CONFIRMED_WITH_NOTE info compatible",
            "possible before rounding",
        ),
        Vector(
            &["c|96|96|pieces|2020", "a|71|71|pieces|2020", "b|22|22|pieces|2020"],
            "sum",
            "c",
            &["a", "b"],
            "INCONSISTENT major sum",
            "no rounding of the printed figures can explain",
        ),
        Vector(
            &["c|-4.1%|-4.1|percent|2020", "a|95.9|95.9|percent|2020"],
            "index",
            "c",
            &["a"],
            "CONFIRMED info exact",
            "95.9 − 100",
        ),
        Vector(
            &["c|10.0%|10.0|percent|2022", "a|5.9%|5.9|percent|2022", "b|3.9%|3.9|percent|2022"],
            "chain",
            "c",
            &["a", "b"],
            "CONFIRMED info rounds",
            "((1 + 5.9 %) × (1 + 3.9 %) − 1) × 100",
        ),
        Vector(
            &["c|25.0%|25.0|percent|2022", "a|10|10|USD billion|2022", "b|30|30|USD billion|2022"],
            "share_of_parts",
            "c",
            &["a", "b"],
            "CONFIRMED info rounds",
            "10 / (10 + 30) × 100",
        ),
        Vector(
            &["c|7.0|7.0|percentage points|2022", "a|3.0%|3.0|percent|2021", "b|10.0%|10.0|percent|2022"],
            "difference",
            "c",
            &["a", "b"],
            "CONFIRMED info exact",
            "10.0 − 3.0 = 7",
        ),
        Vector(
            &["c|111.0|111.0|USD billion|2019", "a|107.76|107.76|USD billion|2020", "b|-2.9%|-2.9|percent|2020"],
            "implied_base",
            "c",
            &["a", "b"],
            "CONFIRMED info rounds",
            "107.76 / (1 − 2.9 %)",
        ),
        Vector(
            &["c|40|40|USD billion|2019", "a|25|25|USD billion|2019", "b|30|30|USD billion|2019"],
            "parts",
            "c",
            &["a", "b"],
            "INCONSISTENT major sum",
            "which is more than the whole",
        ),
        Vector(
            &["a|-7.0%|-7.0|percent|2020", "b|-2.3%|-2.3|percent|2008"],
            "order",
            "",
            &["b", "a"],
            "INCONSISTENT minor wording",
            "−2.3 < −7.0",
        ),
        Vector(
            &["a|-7.0%|-7.0|percent|2020", "b|-2.3%|-2.3|percent|2008"],
            "order",
            "",
            &["a", "b"],
            "CONFIRMED_WITH_NOTE info compatible hedge_ok",
            "so do the figures",
        ),
        Vector(
            &["a|6.8%|6.8|percent|2020", "b|6.8%|6.8|percent|2008"],
            "order",
            "",
            &["a", "b"],
            "UNVERIFIABLE info coarse",
            "do not decide it",
        ),
        Vector(
            &["c|largest since 2007|1|rank|2020|largest-since:2007", "a|-7.0%|-7.0|percent|2020", "b|-7.3%|-7.3|percent|2008"],
            "rank",
            "c",
            &["a", "b"],
            "INCONSISTENT minor wording",
            "but the paper itself prints −7.3 % (b)",
        ),
    ];
    for Vector(rows, kind, claim, of, wanted, said) in vectors {
        let paper = paper(rows, &relation(kind, claim, of, ""));
        let (got, verdict) = judged(&paper, if claim.is_empty() { "a" } else { claim });
        assert_eq!(got, wanted, "{kind} of {rows:?}: {}", verdict.sentence);
        assert!(verdict.sentence.contains(said), "{kind} of {rows:?}: {}", verdict.sentence);
    }
}

/// The five groups of goods of 2019: parts in billions of dollars and their shares.
const EXPORTS: [&str; 11] = [
    "t|57.3|57.3|USD billion|2019",
    "p1|42.055|42.055|USD billion|2019",
    "s1|75.1%|75.1|percent|2019",
    "p2|1.93|1.93|USD billion|2019",
    "s2|3.4%|3.4|percent|2019",
    "p3|4.345|4.345|USD billion|2019",
    "s3|7.8%|7.8|percent|2019",
    "p4|1.668|1.668|USD billion|2019",
    "s4|3.0%|3.0|percent|2019",
    "p5|2.697|2.697|USD billion|2019",
    "s5|4.8%|4.8|percent|2019",
];
const PAIRS: [&str; 10] = ["p1", "s1", "p2", "s2", "p3", "s3", "p4", "s4", "p5", "s5"];

#[test]
fn five_shares_agree_on_one_total_and_it_is_not_the_printed_one() {
    let paper = paper(&EXPORTS, &relation("implied_total", "t", &PAIRS, ""));
    let algebra = solve(&paper);
    let outcome = &algebra.outcomes[0];
    assert_eq!(
        (outcome.status, outcome.severity, &outcome.reasons),
        (VerdictStatus::Inconsistent, Severity::Major, &vec!["implied_total"])
    );
    let wanted = "All 5 shares agree on one whole, between 55.961 and 56.037 USD billion; 4 of them do not fit the printed 57.3 USD billion.";
    assert_eq!(outcome.sentence, wanted);
    assert_eq!((outcome.lo.as_deref(), outcome.hi.as_deref()), (Some("55.960745176314"), Some("56.036642238507")));
    assert_eq!(outcome.carries, ["t", "s1", "s3", "s4", "s5"]);
    assert_eq!(outcome.smallest, [["t", "s1", "p1"], ["t", "s3", "p3"], ["t", "s4", "p4"], ["t", "s5", "p5"]]);
    assert_eq!(judged(&paper, "s1").0, "INCONSISTENT major implied_total");
    // 1.93 of 57.3 is 3.4 %: that share contradicts nothing, and the parts are what the shares are computed from
    assert_eq!(judged(&paper, "s2").0, "UNVERIFIABLE info ambiguous");
    assert_eq!(judged(&paper, "p1").0, "UNVERIFIABLE info ambiguous");
}

#[test]
fn an_unprinted_total_is_inferred() {
    let paper = paper(&EXPORTS, &relation("implied_total", "", &PAIRS, ""));
    let outcome = &solve(&paper).outcomes[0];
    assert_eq!((outcome.status, outcome.grade), (VerdictStatus::Confirmed, Some(Grade::Rounds)));
    assert!(outcome.sentence.contains("between 55.961 and 56.037 USD billion, which is not printed"), "{}", outcome.sentence);
    assert_eq!(judged(&paper, "p1").0, "CONFIRMED info rounds");
}

#[test]
fn shares_that_exclude_each_other() {
    let rows = [
        "a|10.0|10.0|USD billion|2019",
        "b|50.0%|50.0|percent|2019",
        "c|30.0|30.0|USD billion|2019",
        "d|50.0%|50.0|percent|2019",
    ];
    let paper = paper(&rows, &relation("implied_total", "", &["a", "b", "c", "d"], ""));
    let outcome = &solve(&paper).outcomes[0];
    assert_eq!((outcome.status, &outcome.carries), (VerdictStatus::Inconsistent, &vec!["b".to_string(), "d".to_string()]));
    assert_eq!(outcome.smallest, [["b", "a", "d", "c"]]);
}

#[test]
fn a_token_that_is_no_number_is_wrong_and_its_likely_reading_is_suggested() {
    let rows = ["t|54.1|54.1|USD billion|2019", "a|30.875.3|?|USD billion|2019", "s|57%|57|percent|2019"];
    let paper = paper(&rows, &relation("implied_total", "t", &["a", "s"], ""));
    assert_eq!(judged(&paper, "s").0, "CONFIRMED info rounds");
    let (got, verdict) = judged(&paper, "a");
    assert_eq!(got, "INCONSISTENT major malformed_number");
    assert_eq!(verdict.suggestions[0].sentence, "Read as 30.8753, it agrees with other figures of the paper.");
}

#[test]
fn habits_are_learned_from_the_clear_cases() {
    let level = |id: usize, value: &str| format!("l{id}|{value}|{value}|USD million|2019");
    let times = |id: usize, value: &str| format!("t{id}|{value} times|{value}|times|2019||increase of N times");
    let build = |figures: &[(&str, &str)]| {
        let mut rows = vec!["base|100.000|100.000|USD million|2004".to_string()];
        let mut relations = String::new();
        for (id, (later, printed)) in figures.iter().enumerate() {
            rows.extend([level(id, later), times(id, printed)]);
            relations.push_str(&relation("multiple", &format!("t{id}"), &["base", &format!("l{id}")], ""));
        }
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        paper(&rows, &relations)
    };
    let four = [("350.000", "2.5"), ("720.000", "6.2"), ("510.000", "4.1"), ("930.000", "8.3")];
    assert_eq!(solve(&build(&four)).conventions.times, None, "four cases are no habit");
    let five = [four.as_slice(), &[("640.000", "5.4")]].concat();
    let found = solve(&build(&five)).conventions;
    assert_eq!((found.times, found.times_as_increase, found.times_as_ratio), (Some(Reading::Increase), 5, 0));
    let cut = [("358.000", "2.5"), ("727.000", "6.2"), ("519.000", "4.1"), ("938.000", "8.3"), ("646.000", "5.4")];
    let paper = build(&cut);
    let found = solve(&paper).conventions;
    assert!(found.truncates(), "{found:?}");
    assert_eq!(judged(&paper, "t0").0, "CONFIRMED_WITH_NOTE info truncation_habit");
    assert!(!solve(&build(&cut[..4])).conventions.truncates());
}

#[test]
fn an_operand_of_a_contradiction_is_not_accused() {
    let rows =
        ["a|1.030|1.030|USD billion|2004", "b|2.697|2.697|USD billion|2019", "c|61.8%|61.8|percent|2019", "d|5|5|pieces|2019"];
    let paper = paper(&rows, &relation("growth", "c", &["a", "b"], ""));
    assert_eq!(judged(&paper, "a").0, "UNVERIFIABLE info ambiguous");
    assert_eq!(judged(&paper, "d").0, "NOT_CHECKED info no_relation");
}

#[test]
fn counts_are_not_rounded() {
    let count = |id: &str, n: &str| format!("{id},1,1,1,{n},{n},0,pieces,,,,,,projects,,2020,count,,,");
    let csv = format!("{HEADER}\n{}\n{}\n{}\n", count("t", "92"), count("a", "70"), count("b", "23"));
    let toml = format!("id = 'p'\ntitle = 't'\naccepted = 2023-05-01\n{}", relation("sum", "t", &["a", "b"], ""));
    let paper = Paper::parse(&toml, &csv, "p", "c").unwrap();
    assert_eq!(judged(&paper, "t").0, "INCONSISTENT minor sum last_digit");
}

#[test]
fn figures_of_different_publishers_are_a_lead() {
    let at = |id: &str, n: &str, period: &str, publisher: &str| {
        format!("{id},1,1,1,{n},{n},1,USD billion,,,,,,trade,{publisher}.trade.total.ru.level.ytd,{period},level,,,")
    };
    let rows = [at("e", "85.9", "2021-01/2021-08", "one"), at("n", "102.5", "2021-01/2021-09", "other")];
    let csv = format!("{HEADER}\n{}\n", rows.join("\n"));
    let toml = format!("id = 'p'\ntitle = 't'\naccepted = 2023-05-01\n{}", relation("increment", "", &["e", "n"], ""));
    let paper = Paper::parse(&toml, &csv, "p", "c").unwrap();
    let suggestions = judged(&paper, "e").1.suggestions;
    assert_eq!((suggestions.len(), suggestions[0].code), (1, "mirror_difference"), "{suggestions:?}");
    assert!(suggestions[0].sentence.contains("(one, other)"), "{suggestions:?}");
}

#[test]
fn counts_of_figures_above_a_threshold() {
    let rows = [
        "n|three|3|years|2020",
        "a|107.06|107.06|USD billion|2018",
        "b|110.98|110.98|USD billion|2019",
        "c|107.76|107.76|USD billion|2020",
    ];
    let over = |threshold: &str| relation("count", "n", &["a", "b", "c"], &format!("with = {{ over = '{threshold}' }}"));
    assert_eq!(judged(&paper(&rows, &over("100")), "n").0, "CONFIRMED info exact");
    assert_eq!(judged(&paper(&rows, &over("108")), "n").0, "INCONSISTENT minor wording");
    assert_eq!(judged(&paper(&rows, &over("107.06")), "n").0, "UNVERIFIABLE info coarse");
}
