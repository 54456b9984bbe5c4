//! The table of test vectors of the specification of reconciliation (section 10), row by row: the claim, what it is held against,
//! what must come of it.

use super::world::{World, finding, findings, told};
use crate::reconcile::VintageResult;

/// A row against a source: its claim's cells, the observations, grade and verdict.
struct Against(&'static str, &'static str, &'static str);

const GROWTH: &str = "c|4.1%|-4.1|percent|2020|||x.y.z.ru.growth.a|growth";
const SEVEN: &str = "c|7.0%|7.0|percent|2020|||x.y.z.ru.growth.a|growth";
const INDEX: &str = "c|4.1%|-4.1|percent|2020|||rosstat.ipi.bcde.ru.yoy.a|growth";

const AGAINST: [Against; 15] = [
    Against(INDEX, "rosstat.ipi.bcde.ru.yoy.a 2020 2021-01-20 95.9 percent", "CONFIRMED EXACT info: exact index_form"),
    Against(GROWTH, "x.y.z.ru.growth.a 2020 2021-01-20 -4.149 percent", "CONFIRMED ROUNDS info: rounds"),
    Against(GROWTH, "x.y.z.ru.growth.a 2020 2021-01-20 -4.151 percent", "DEVIATES TRUNCATED minor: last_digit truncated"),
    Against(GROWTH, "x.y.z.ru.growth.a 2020 2021-01-20 -4.16 percent", "DEVIATES TRUNCATED minor: last_digit truncated"),
    Against(GROWTH, "x.y.z.ru.growth.a 2020 2021-01-20 -4.2 percent", "DEVIATES NONE minor: last_digit touching"),
    Against(GROWTH, "x.y.z.ru.growth.a 2020 2021-01-20 -4.15 percent", "CONFIRMED_WITH_NOTE TIE info: tie"),
    Against(GROWTH, "x.y.z.ru.growth.a 2020 2021-01-20 -4.05 percent", "CONFIRMED_WITH_NOTE TIE info: tie"),
    Against(SEVEN, "x.y.z.ru.growth.a 2020 2021-01-20 7.04 percent", "CONFIRMED ROUNDS info: rounds"),
    Against(SEVEN, "x.y.z.ru.growth.a 2020 2021-01-20 7.06 percent", "DEVIATES TRUNCATED minor: last_digit truncated"),
    Against(SEVEN, "x.y.z.ru.growth.a 2020 2021-01-20 7 percent", "UNVERIFIABLE COARSE info: coarse"),
    Against(
        "c|512.7|512.7|Mt|2020|||x.output.oil.ru.level.a",
        "x.output.oil.ru.level.a 2020 2021-01-20 513 million tonnes",
        "UNVERIFIABLE COARSE info: coarse",
    ),
    Against(
        "c|2.9%|-2.9|percent|2020|||rosstat.ipi.bcde.ru.yoy.a|growth||2021-02-01",
        "rosstat.ipi.bcde.ru.yoy.a 2020 2021-01-20 97.1 percent; rosstat.ipi.bcde.ru.yoy.a 2020 2021-02-20 97.4 percent; \
         rosstat.ipi.bcde.ru.yoy.a 2020 2026-02-06 97.9 percent",
        "SUPERSEDED EXACT minor: at_cutoff index_form",
    ),
    Against(
        "c|29.3%|29.3|percent|2022|||gacc.trade.total.cn.total.ru.level.a.usd|growth|2021",
        "gacc.trade.total.cn.total.ru.level.a.usd 2022 2023-01-13 190.271 USD billion; \
         gacc.trade.total.cn.total.ru.level.a.usd 2021 2022-01-14 146.9 USD billion; \
         gacc.trade.total.cn.total.ru.level.a.usd 2021 2023-01-13 147.2 USD billion",
        "CONFIRMED_WITH_NOTE ROUNDS info: revised_base",
    ),
    Against(
        "c|29.3%|29.3|percent|2022|||gacc.trade.total.cn.total.ru.level.a.usd|growth|2021",
        "gacc.trade.total.cn.total.ru.level.a.usd 2022 2023-01-13 190.271 USD billion; \
         gacc.trade.total.cn.total.ru.level.a.usd 2021 2022-01-14 146.9 USD billion",
        "DEVIATES NONE major: value",
    ),
    Against(
        "c|over 40|40|USD billion|2020|over||x.trade.total.ru.level.a",
        "x.trade.total.ru.level.a 2020 2021-01-20 40.21 USD billion",
        "CONFIRMED ROUNDS info: hedge_ok",
    ),
];

#[test]
fn claims_against_sources() {
    for Against(claim, held, wanted) in AGAINST {
        let found = findings(&[claim], "", &World::of(held));
        assert_eq!(told(&found[0].external), wanted, "{claim} against {held}: {}", found[0].external.sentence);
    }
}

/// The row of the vintages: which row of section 6 holds, and what the sentence says of today.
#[test]
fn the_index_of_2020() {
    let Against(claim, held, _) = AGAINST[11];
    let found = findings(&[claim], "", &World::of(held)).remove(0).external;
    assert_eq!(found.vintage_result, Some(VintageResult::MatchAtCutoff));
    assert!(found.sentence.contains("stands at 97.9 (−2.1 %) today"), "{}", found.sentence);
    assert_eq!(
        (found.lo.as_deref(), found.hi.as_deref(), found.distance_ulp.as_deref()),
        (Some("-2.95"), Some("-2.85"), Some("0"))
    );
}

/// −4.1 % is no vintage of Rosstat's; an institute's index says it, and a ministry's forecast said it too.
#[test]
fn another_source_than_the_one_named() {
    let mut world = World::of(
        "rosstat.ipi.bcde.ru.yoy.a 2020 2021-01-20 97.1 percent; rosstat.ipi.bcde.ru.yoy.a 2020 2026-02-06 97.9 percent; \
         ipem.production.total.ru.yoy.a 2020 2021-01-25 95.9 percent; economy.ipi-forecast.bcde.ru.yoy.a 2020 2020-09-26 95.9 percent",
    );
    for other in ["ipem.production.total.ru.yoy.a", "economy.ipi-forecast.bcde.ru.yoy.a"] {
        world.labels.push(("rosstat.ipi.bcde.ru.yoy.a".into(), other.into()));
    }
    let found = findings(&[INDEX], "", &world).remove(0).external;
    assert_eq!(told(&found), "DEVIATES NONE major: value index_form");
    let said: Vec<(&str, &str)> = found.suggestions.iter().map(|s| (s.code, s.sentence.as_str())).collect();
    assert!(said[0].0 == "wrong_source_named" && said[0].1.contains("IPEM's figure for 2020"), "{said:?}");
    assert!(said[1].0 == "wrong_source_named" && said[1].1.contains("ECONOMY's forecast"), "{said:?}");
    assert!(found.suggestions.iter().all(|s| s.suggested && s.chance == 2 && s.tried > 20), "{:?}", found.suggestions);
}

#[test]
fn a_growth_that_follows_from_a_revised_base() {
    let Against(claim, both, _) = AGAINST[12];
    let found = findings(&[claim], "", &World::of(both)).remove(0).external;
    assert!(found.sentence.contains("the earlier figure was revised") && found.sentence.contains("147.2 USD billion for 2021"));
    let Against(claim, alone, _) = AGAINST[13];
    let found = findings(&[claim], "", &World::of(alone)).remove(0).external;
    let wanted = "29.3 % would follow from a base of 147.1 to 147.21 for 2021, revised from 146.9 USD billion.";
    assert_eq!((found.suggestions[0].code, found.suggestions[0].sentence.as_str()), ("revised_base", wanted));
    // the same from what a paper prints
    let rows = ["a|146.9|146.9|USD billion|2021", "b|190.271|190.271|USD billion|2022", "c|29.3%|29.3|percent|2022|||||2021"];
    let found = findings(&rows, &relation("growth", "c", "a, b", ""), &World::default());
    let internal = &finding(&found, "c").internal;
    assert_eq!(told(internal), "INCONSISTENT NONE major: growth");
    assert_eq!((internal.suggestions[0].code, internal.suggestions[0].sentence.as_str()), ("revised_base", wanted));
}

/// A row within a paper: its claims, the relation, whose verdict, the verdict, what its sentence says.
struct Within(&'static [&'static str], &'static str, &'static str, &'static str, &'static str);

fn relation(kind: &str, claim: &str, of: &str, more: &str) -> String {
    let of: Vec<String> = of.split(", ").map(|id| format!("'{id}'")).collect();
    let claim = if claim.is_empty() { String::new() } else { format!("claim = '{claim}'\n") };
    format!("[[relation]]\nkind = '{kind}'\n{claim}of = [{}]\n{more}\n", of.join(", "))
}

const WITHIN: [Within; 8] = [
    Within(
        &["a|1.030|1.030|USD billion|2004", "b|2.697|2.697|USD billion|2019", "c|61.8%|61.8|percent|2019"],
        "growth c a, b",
        "c",
        "INCONSISTENT NONE critical: growth leading_digit_lost",
        "161.8",
    ),
    Within(
        &["a|745|745|USD million|2004", "b|5854.5|5854.5|USD million|2019", "c|6.8 times|6.8|times|2019||increased N times"],
        "multiple c a, b",
        "c",
        "INCONSISTENT TRUNCATED minor: multiple last_digit truncated",
        "the increase cut off",
    ),
    Within(
        &["a|5.6|5.6|USD billion|2001", "b|57.3|57.3|USD billion|2019", "c|9-fold|9|times|2019||increased N-fold"],
        "multiple c a, b",
        "c",
        "CONFIRMED_WITH_NOTE ROUNDS info: times_as_increase rounds",
        "agrees with the increase",
    ),
    Within(
        &["a|2.0162|2.0162|USD billion|2004", "b|30.8753|30.8753|USD billion|2019", "c|fourfold|4|times|2019||N-fold increase"],
        "multiple c a, b",
        "c",
        "INCONSISTENT NONE critical: multiple leading_digit_lost",
        "the first digit of 14",
    ),
    Within(
        &[
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
        ],
        "implied_total t p1, s1, p2, s2, p3, s3, p4, s4, p5, s5",
        "t",
        "INCONSISTENT NONE major: implied_total",
        "All 5 shares agree on one whole, between 55.961 and 56.037 USD billion",
    ),
    Within(
        &["a|107.76|107.76|USD billion|2020", "b|107.77|107.77|USD billion|2020"],
        "same_as - a, b",
        "a",
        "INCONSISTENT NONE minor: duplicate_conflict last_digit touching",
        "printed twice",
    ),
    Within(
        &["y|401.2|401.2|million tonnes|2020", "c|16.7|16.7|million tonnes|2020-12", "x|192.8|192.8|million tonnes|2020"],
        "plausible_month c y",
        "c",
        "IMPLAUSIBLE NONE major: plausible_month",
        "33.433 million tonnes",
    ),
    Within(
        &["a|over 40|40|USD billion|2021|over", "b|40.21|40.21|USD billion|2021"],
        "same_as - a, b",
        "a",
        "CONFIRMED - info: hedge_ok",
        "holds",
    ),
];

#[test]
fn claims_against_their_own_paper() {
    for Within(rows, stated, id, wanted, said) in WITHIN {
        let mut words = stated.splitn(3, ' ');
        let [kind, claim, of] = [(); 3].map(|()| words.next().unwrap());
        let toml = relation(kind, if claim == "-" { "" } else { claim }, of, "");
        let found = findings(rows, &toml, &World::default());
        let internal = &finding(&found, id).internal;
        assert_eq!(told(internal), wanted, "{rows:?}: {}", internal.sentence);
        assert!(internal.sentence.contains(said), "{said}: {}", internal.sentence);
    }
}

/// The month of coal that fits the exports of the year and not the output.
#[test]
fn a_month_in_the_wrong_row() {
    let Within(rows, ..) = WITHIN[6];
    let found = findings(rows, &relation("plausible_month", "c", "y", ""), &World::default());
    let suggestion = &finding(&found, "c").internal.suggestions[0];
    assert_eq!(suggestion.code, "wrong_series");
    assert!(suggestion.sentence.contains("a mean month of that is 16.1"), "{}", suggestion.sentence);
}

/// "6.8 times": the ratio is NONE, the increase TRUNCATED.
#[test]
fn both_readings_of_a_multiple_are_tried() {
    let rows = ["a|745|745|USD million|2004", "b|5854.5|5854.5|USD million|2019"];
    for (wording, grade) in
        [("reached N times", "INCONSISTENT NONE major: multiple"), ("increased N times", "INCONSISTENT TRUNCATED")]
    {
        let claim = format!("c|6.8 times|6.8|times|2019||{wording}");
        let found = findings(&[rows[0], rows[1], &claim], &relation("multiple", "c", "a, b", ""), &World::default());
        let got = told(&finding(&found, "c").internal);
        assert!(got.starts_with(grade), "{wording}: {got}");
    }
}

/// The table of section 4: what 300 against 100 is in each wording, printed as the ratio (3) and as the increase (2).
const WORDINGS: [(&str, &str, &str); 8] = [
    ("tripled", "CONFIRMED", "INCONSISTENT multiple wording"),
    ("N times as much", "CONFIRMED", "INCONSISTENT multiple wording"),
    ("reached N times", "CONFIRMED", "INCONSISTENT multiple wording"),
    ("в N раза", "CONFIRMED", "INCONSISTENT multiple wording"),
    ("increased N times", "CONFIRMED", "CONFIRMED_WITH_NOTE times_as_increase rounds"),
    ("N-fold", "CONFIRMED", "CONFIRMED_WITH_NOTE times_as_increase rounds"),
    ("increased by N times", "CONFIRMED_WITH_NOTE times_as_increase rounds", "CONFIRMED"),
    ("N times higher", "CONFIRMED_WITH_NOTE times_as_increase rounds", "CONFIRMED"),
];

#[test]
fn wordings_of_multiples() {
    for (wording, ratio, increase) in WORDINGS {
        for (printed, wanted) in [("3", ratio), ("2", increase)] {
            let claim = format!("c|{printed}|{printed}|times|2020||{wording}");
            let rows = ["a|100.00|100.00|USD million|2019", "b|300.00|300.00|USD million|2020", &claim];
            let found = findings(&rows, &relation("multiple", "c", "a, b", ""), &World::default());
            let internal = &finding(&found, "c").internal;
            let got = format!("{} {}", told(internal).split(' ').next().unwrap(), internal.reasons.join(" "));
            let wanted = if wanted == "CONFIRMED" { "CONFIRMED rounds" } else { wanted };
            assert_eq!(got, wanted, "{wording} {printed}: {}", internal.sentence);
        }
    }
}
