//! Rules that have a name: which part of identity differs (section 5), tolerances (section 9), the habit of cutting off (section 13),
//! a source that failed (section 8), and how severe a verdict is.

use super::world::{World, findings, told};
use super::{HEADER, Severity, VerdictStatus};
use crate::paper::Paper;
use crate::reconcile::{Failing, Verdict, reconcile};

/// A claim by its fields, `name=value` parted by `;`; what is not named is empty.
fn claim(fields: &str) -> Paper {
    let header = format!("{HEADER},publisher,variant,restated");
    let given: Vec<(&str, &str)> = fields.split(';').filter_map(|field| field.trim().split_once('=')).collect();
    let usual = |column: &str| match column {
        "id" => "c",
        "printed" | "value" => "95.9",
        "decimals" => "1",
        "unit" => "percent",
        "period" => "2020",
        "measure" => "index",
        "cutoff" => "2023-05-01",
        _ => "",
    };
    let columns: Vec<&str> = header.split(',').map(str::trim).collect();
    assert!(given.iter().all(|(name, _)| columns.contains(name)), "{fields}");
    let cell = |column: &&str| {
        given.iter().find(|(name, _)| name == column).map_or_else(|| usual(column), |(_, value)| value).to_string()
    };
    let row: Vec<String> = columns.iter().map(cell).collect();
    Paper::parse("id = 'p'\ntitle = 't'\n", &format!("{header}\n{}\n", row.join(",")), "p", "c")
        .unwrap_or_else(|m| panic!("{m:?}"))
}

fn against(fields: &str, code: &str, unit: &str) -> Verdict {
    let paper = claim(&format!("series={code};{fields}"));
    let period = paper.claims[0].period;
    let world = World::of(&format!("{code} {period} 2021-01-20 95.9 {unit}"));
    reconcile(&paper, &world, None).unwrap().findings.remove(0).external
}

/// One part of identity that differs, and nothing else: the claim's fields, the declared series and its unit, the code, the part.
const MISMATCHES: [(&str, &str, &str, &str, &str); 24] = [
    ("publisher=ipem", "rosstat.ipi.bcde.ru.index.a", "percent", "definition", "publisher"),
    ("indicator=output.bcde", "rosstat.ipi.bcde.ru.index.a", "percent", "definition", "indicator"),
    ("indicator=ipi.c", "rosstat.ipi.bcde.ru.index.a", "percent", "definition", "indicator"),
    ("entity=moscow", "rosstat.ipi.bcde.ru.index.a", "percent", "coverage", "entity"),
    ("variant=without-new-regions", "rosstat.ipi.bcde.ru.index.a.with-new-regions", "percent", "coverage", "coverage"),
    ("period=2020-12", "rosstat.ipi.bcde.ru.index.a", "percent", "definition", "period"),
    ("period=2020-12", "rosstat.ipi.bcde.ru.index.q", "percent", "definition", "period"),
    ("measure=growth;period=2020-12;base=2020-11", "rosstat.ipi.bcde.ru.yoy.m", "percent", "definition", "basis"),
    ("measure=growth;period=2020-12;base=2019-12", "rosstat.ipi.bcde.ru.mom.m", "percent", "definition", "basis"),
    ("measure=growth;period=2020-Q4;base=2019-Q4", "rosstat.ipi.bcde.ru.qoq.q", "percent", "definition", "basis"),
    ("measure=mom;period=2020-12", "rosstat.ipi.bcde.ru.yoy.m", "percent", "definition", "measure"),
    ("measure=level", "rosstat.ipi.bcde.ru.share.a", "percent", "definition", "measure"),
    ("", "rosstat.ipi.bcde.ru.index.a.sa", "percent", "adjustment", "seasonal adjustment"),
    ("variant=sa", "rosstat.ipi.bcde.ru.index.a", "percent", "adjustment", "seasonal adjustment"),
    ("variant=nsa", "rosstat.ipi.bcde.ru.index.a.sa", "percent", "adjustment", "seasonal adjustment"),
    ("variant=nominal", "rosstat.retail.total.ru.index.a.real", "percent", "prices", "prices"),
    ("variant=constant-prices", "rosstat.gva.total.ru.index.a.current-prices", "percent", "prices", "prices"),
    ("variant=base2018", "rosstat.ipi.bcde.ru.index.a.base2010", "percent", "definition", "base year"),
    ("base=base2018", "rosstat.ipi.bcde.ru.index.a.base2010", "percent", "definition", "base year"),
    ("variant=okved2", "rosstat.ipi.bcde.ru.index.a.okved1", "percent", "classifier", "classifier"),
    ("variant=bop", "cbr.trade.total.ru.export.index.a.customs", "percent", "definition", "methodology"),
    ("unit=percentage points", "rosstat.ipi.bcde.ru.index.a", "percent", "definition", "unit"),
    ("measure=level;unit=USD billion", "x.trade.total.ru.export.cn.level.a.cny", "CNY billion", "definition", "unit"),
    (
        "measure=level;unit=USD billion;counterpart=by",
        "x.trade.total.ru.export.cn.level.a",
        "USD billion",
        "definition",
        "counterpart",
    ),
];

#[test]
fn each_mismatch_is_named() {
    for (fields, code, unit, reason, part) in MISMATCHES {
        let got = against(fields, code, unit);
        assert_eq!(told(&got), format!("NOT_COMPARABLE - minor: {reason}"), "{fields} against {code}: {}", got.sentence);
        assert!(got.sentence.contains(&format!("they differ in {part}:")), "{fields} against {code}: {}", got.sentence);
    }
    let flows = against("measure=level;unit=USD billion;flow=import", "x.trade.total.ru.export.cn.level.a", "USD billion");
    assert!(flows.sentence.contains("they differ in flow:"), "{}", flows.sentence);
}

/// What is the same, or is left to the declared series, stands in no way.
#[test]
fn what_does_not_differ_is_compared() {
    let cases = [
        ("publisher=Rosstat", "rosstat.ipi.bcde.ru.index.a", "percent"),
        ("indicator=ipi.bcde", "rosstat.ipi.bcde.ru.index.a", "percent"),
        ("indicator=industrial production", "rosstat.ipi.bcde.ru.index.a", "percent"),
        ("entity=RU", "rosstat.ipi.bcde.ru.index.a", "percent"),
        ("measure=growth;period=2020-12;base=2019-12;value=-4.1;printed=4.1", "rosstat.ipi.bcde.ru.yoy.m", "percent"),
        ("measure=growth;base=2019;value=-4.1;printed=4.1", "rosstat.ipi.bcde.ru.yoy.ytd", "percent"),
        ("measure=growth;period=2020-12;base=2019-06;value=-4.1;printed=4.1", "rosstat.ipi.bcde.ru.yoy.m", "percent"),
        ("variant=sa", "rosstat.ipi.bcde.ru.index.a.sa", "percent"),
        ("restated=without seasonal factors", "rosstat.ipi.bcde.ru.index.a.sa", "percent"),
        ("variant=nsa", "rosstat.ipi.bcde.ru.index.a", "percent"),
        ("variant=base2018 okved2", "rosstat.ipi.bcde.ru.index.a.base2018", "percent"),
        ("period=2020-01/2020-06", "rosstat.ipi.bcde.ru.index.ytd", "percent"),
    ];
    for (fields, code, unit) in cases {
        let got = against(fields, code, unit);
        assert_eq!(got.status, VerdictStatus::Confirmed, "{fields} against {code}: {}", got.sentence);
    }
}

/// The other side of a trade: an agreement is one, a difference is no deviation but a mirror difference with its size.
#[test]
fn mirror_sides() {
    let fields = "measure=level;unit=USD billion;entity=ru;counterpart=cn;flow=export";
    let code = "gacc.trade.total.cn.import.ru.level.a";
    assert_eq!(told(&against(fields, code, "USD billion")), "CONFIRMED EXACT info: exact");
    let got = against(&format!("{fields};value=93.1;printed=93.1"), code, "USD billion");
    assert_eq!(told(&got), "NOT_COMPARABLE NONE minor: mirror_difference");
    assert!(got.sentence.contains("differs from it by 2.8 USD billion"), "{}", got.sentence);
    let one_way = "measure=level;unit=USD billion;entity=ru;counterpart=cn;flow=import";
    assert!(against(one_way, code, "USD billion").sentence.contains("they differ in flow:"));
}

const LEVEL: &str = "c|100|100.0|CNY billion|2020|||x.trade.total.ru.level.a|level";

/// A tolerance is a note with its reason, for its claim or class only, and never for what has words around it.
#[test]
fn tolerances_confirm_with_their_reason() {
    let world = |value: &str| World::of(&format!("x.trade.total.ru.level.a 2020 2021-01-20 {value} CNY billion"));
    let claim = LEVEL.replacen("c|100|", "c|100.0|", 1);
    let judge = |toml: &str, value: &str| findings(&[&claim], toml, &world(value)).remove(0).external;
    let one = "[[tolerance]]\nclaims = ['c']\nrel_tol = '0.01'\nreason = 'converted at the mean rate of the year.'\n";
    let got = judge(one, "101.0");
    assert_eq!(told(&got), "CONFIRMED_WITH_NOTE NONE info: tolerance");
    assert!(got.sentence.ends_with("within the tolerance stated for it. Stated for it: converted at the mean rate of the year."));
    assert_eq!(told(&judge(one, "101.1")), "DEVIATES NONE major: value");
    assert_eq!(told(&judge(one, "100.0")), "CONFIRMED EXACT info: exact");
    assert_eq!(told(&judge("", "101.0")), "DEVIATES NONE major: value");
    let class = |unit: &str| format!("[[tolerance]]\nunit = '{unit}'\nabs_tol = '1'\nreason = 'r'\n");
    assert_eq!(told(&judge(&class("CNY billion"), "101.0")), "CONFIRMED_WITH_NOTE NONE info: tolerance");
    assert_eq!(told(&judge(&class("USD billion"), "101.0")), "DEVIATES NONE major: value");
    let hedged = claim.replace("2020|||", "2020|over||");
    let got = findings(&[&hedged], one, &world("99.5")).remove(0).external;
    assert_eq!(told(&got), "DEVIATES NONE major: value");
}

/// A tolerated figure that was revised since is superseded, as any other.
#[test]
fn a_tolerated_figure_can_be_superseded() {
    let world = World::of(
        "x.trade.total.ru.level.a 2020 2021-01-20 101.0 CNY billion; x.trade.total.ru.level.a 2020 2025-01-20 120.0 CNY billion",
    );
    let one = "[[tolerance]]\nclaims = ['c']\nrel_tol = '0.01'\nreason = 'r'\n";
    let claim = LEVEL.replacen("c|100|", "c|100.0|", 1);
    assert_eq!(told(&findings(&[&claim], one, &world)[0].external), "SUPERSEDED NONE minor: at_cutoff tolerance");
}

/// Five figures that a paper cuts off, and one more against a source.
#[test]
fn a_habit_of_cutting_off_counts_against_sources_too() {
    let claim = "c|4.1%|-4.1|percent|2020|||x.y.z.ru.growth.a|growth";
    let world = World::of("x.y.z.ru.growth.a 2020 2021-01-20 -4.16 percent");
    let judge = |cases: usize| {
        let shares = [("17.6", "17"), ("28.7", "28"), ("39.8", "39"), ("46.9", "46"), ("57.7", "57")];
        let mut rows = vec!["w|100.00|100.00|USD million|2019".to_string(), claim.to_string()];
        let mut toml = String::new();
        for (at, (part, share)) in shares.iter().take(cases).enumerate() {
            rows.push(format!("p{at}|{part}|{part}0|USD million|2019").replace(&format!("|{part}|"), &format!("|{part}0|")));
            rows.push(format!("s{at}|{share}%|{share}|percent|2019"));
            toml.push_str(&format!("[[relation]]\nkind = 'share'\nclaim = 's{at}'\nof = ['p{at}', 'w']\n"));
        }
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let found = findings(&rows, &toml, &world);
        told(&found.iter().find(|f| f.claim == "c").unwrap().external)
    };
    assert_eq!(judge(4), "DEVIATES TRUNCATED minor: last_digit truncated");
    assert_eq!(judge(5), "CONFIRMED_WITH_NOTE TRUNCATED info: truncation_habit");
}

/// A source whose last try failed keeps its verdicts, whatever they are, and never gives one of its own.
#[test]
fn a_failed_source_keeps_the_verdict() {
    let claim = "c|4.1%|-4.1|percent|2020|||x.y.z.ru.growth.a|growth";
    for (held, fine) in [("-4.1", "CONFIRMED EXACT info: exact"), ("-5.3", "DEVIATES NONE major: value")] {
        let mut world = World::of(&format!("x.y.z.ru.growth.a 2020 2021-01-20 {held} percent"));
        assert_eq!(told(&findings(&[claim], "", &world)[0].external), fine);
        world.failing = Some(Failing::Fetch);
        assert_eq!(told(&findings(&[claim], "", &world)[0].external), format!("{fine} stale"));
        let earlier = reconcile(&super::world::paper(&[claim], ""), &world, Some("2022-01-01".parse().unwrap())).unwrap();
        assert_eq!(told(&earlier.findings[0].external), fine, "what is so today says nothing of another day");
    }
    let mut world = World::of("x.y.z.ru.growth.a 2019 2021-01-20 1.0 percent");
    for (failing, wanted) in
        [(Failing::Fetch, "UNVERIFIABLE - info: unreachable"), (Failing::Reading, "NOT_CHECKED - info: run_failed")]
    {
        world.failing = Some(failing);
        assert_eq!(told(&findings(&[claim], "", &world)[0].external), wanted);
    }
}

/// Section 8: last digit and wording are minor, value, row and source major, sign and order of magnitude critical.
#[test]
fn severities() {
    let cases = [
        (VerdictStatus::Deviates, vec!["last_digit"], Severity::Minor),
        (VerdictStatus::Deviates, vec!["last_digit", "truncated"], Severity::Minor),
        (VerdictStatus::Inconsistent, vec!["multiple", "wording"], Severity::Minor),
        (VerdictStatus::Deviates, vec!["value"], Severity::Major),
        (VerdictStatus::Deviates, vec!["anachronism"], Severity::Major),
        (VerdictStatus::Inconsistent, vec!["sum"], Severity::Major),
        (VerdictStatus::Deviates, vec!["value", "sign"], Severity::Critical),
        (VerdictStatus::Deviates, vec!["value", "power_of_ten"], Severity::Critical),
        (VerdictStatus::Inconsistent, vec!["growth", "leading_digit_lost"], Severity::Critical),
        (VerdictStatus::Superseded, vec!["at_cutoff", "sign_flip"], Severity::Major),
        (VerdictStatus::Superseded, vec!["at_cutoff"], Severity::Minor),
        (VerdictStatus::ConfirmedWithNote, vec!["tie"], Severity::Info),
        (VerdictStatus::Unverifiable, vec!["coarse"], Severity::Info),
        (VerdictStatus::NotChecked, vec!["unmapped"], Severity::Info),
    ];
    for (status, reasons, wanted) in cases {
        assert_eq!(crate::reconcile::verdict::severity(status, &reasons), wanted, "{status:?} {reasons:?}");
    }
}
