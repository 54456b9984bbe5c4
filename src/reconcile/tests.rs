mod laws;
mod named;
mod oracle;
mod rungs;
mod vectors;
mod world;

use super::*;
use crate::model::{Class, DateBasis, Status};

const HEADER: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                      series,period,measure,base,footnote,cutoff";
const INDEX: &str = "rosstat.ipi.bcde.ru.yoy.a";

/// A store of one series and one period.
struct Memory {
    unit: &'static str,
    vintages: Vec<Vintage>,
    elsewhere: Vec<OtherFigure>,
    years: Option<[(&'static str, &'static str); 3]>,
}

impl Facts for Memory {
    fn series_info(&self, code: &SeriesCode) -> Result<Option<SeriesInfo>, FactsError> {
        let (publisher, title) = ("Rosstat".to_string(), "index".to_string());
        let info = SeriesInfo { code: code.clone(), unit: self.unit.into(), publisher, title, unreachable: false };
        Ok((!code.as_str().starts_with("nobody")).then_some(info))
    }
    fn vintages(&self, _: &SeriesCode, period: Period) -> Result<Vec<Vintage>, FactsError> {
        if let Some(years) = &self.years {
            let of = years.iter().filter(|(year, _)| period.to_string() == **year);
            return Ok(of.map(|(_, value)| vintage("2021-01-01", value, self.unit)).collect());
        }
        Ok(if period.to_string() == "2020" { self.vintages.clone() } else { Vec::new() })
    }
    fn siblings(&self, _: &SeriesCode, _: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    fn neighbours(&self, _: &SeriesCode, _: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    fn other_bases(&self, _: &SeriesCode, _: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    fn other_flows(&self, _: &SeriesCode, _: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    fn same_label(&self, _: &SeriesCode, _: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    fn same_figure_elsewhere(&self, _: &SeriesCode, _: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(self.elsewhere.clone())
    }
    fn count_like(&self, _: Decimal, _: u32, _: &str) -> Result<u64, FactsError> {
        Ok(25)
    }
}

fn vintage(day: &str, value: &str, unit: &str) -> Vintage {
    let number: Option<Decimal> = value.parse().ok();
    Vintage {
        observation: None,
        obtained_from: String::new(),
        known_from: day.parse().unwrap(),
        known_to: None,
        basis: DateBasis::Recorded,
        value: number,
        decimals: number.map_or(0, |n| n.scale()),
        printed: value.into(),
        status: if number.is_some() { Status::Published } else { Status::Withdrawn },
        class: Class::Parsed,
        source: "s".into(),
        unit: unit.into(),
        sha256: String::new(),
        held: true,
        locator: "Sheet!A1".into(),
        url: String::new(),
        notes: Vec::new(),
    }
}

/// `vintages` is `day value, day value`; the claim's fields are the columns that vary.
fn judge(value: &str, hedge: &str, (series, unit, measure): (&str, &str, &str), cutoff: &str, memory: &Memory) -> Finding {
    let printed = value.trim_start_matches('-');
    let decimals = printed.split_once('.').map_or(0, |(_, d)| d.len());
    let row = format!("c1,1.1,1,1,{printed},{value},{decimals},{unit},{hedge},,,,,,{series},2020,{measure},,,{cutoff}");
    let paper = Paper::parse("id = 'p'\ntitle = 't'\n", &format!("{HEADER}\n{row}\n"), "p", "c").unwrap();
    reconcile(&paper, memory, None).unwrap().findings.remove(0)
}

fn memory(unit: &'static str, vintages: &str) -> Memory {
    let one = |text: &str| text.split_once(' ').map(|(day, value)| vintage(day, value, unit)).unwrap();
    let vintages = vintages.split(", ").filter(|t| !t.is_empty()).map(one).collect();
    Memory { unit, vintages, elsewhere: Vec::new(), years: None }
}

fn summary(finding: &Finding) -> String {
    let verdict = &finding.external;
    let status = serde_json::to_value(verdict.status).unwrap();
    format!("{} {}", status.as_str().unwrap(), verdict.reasons.join(" "))
}

/// Section 10, where no formula is derived. The level series stands for figures that are growths already.
#[test]
fn vectors() {
    let level = ("x.y.z.ru.growth.a", "percent", "growth");
    let cases = [
        ("-4.1", "", (INDEX, "percent", "growth"), "2021-01-01 95.9", "CONFIRMED exact index_form"),
        ("-4.1", "", level, "2021-01-01 -4.149", "CONFIRMED rounds"),
        ("-4.1", "", level, "2021-01-01 -4.151", "DEVIATES last_digit truncated"),
        ("-4.1", "", level, "2021-01-01 -4.16", "DEVIATES last_digit truncated"),
        ("-4.1", "", level, "2021-01-01 -4.2", "DEVIATES last_digit touching"),
        ("-4.1", "", level, "2021-01-01 -4.15", "CONFIRMED_WITH_NOTE tie"),
        ("-4.1", "", level, "2021-01-01 -4.05", "CONFIRMED_WITH_NOTE tie"),
        ("-4.1", "", level, "2021-01-01 4.1", "DEVIATES value sign"),
        ("7.0", "", level, "2021-01-01 7", "UNVERIFIABLE coarse"),
        ("7.0", "", level, "2021-01-01 9.3", "DEVIATES value"),
        ("7.0", "", level, "2021-01-01 70.0", "DEVIATES value power_of_ten"),
        ("7.0", "", ("x.y.z.ru.level.a", "percent", "growth"), "2021-01-01 7.0", "NOT_COMPARABLE definition"),
        ("7.0", "", ("nobody.y.z.ru.growth.a", "percent", "growth"), "2021-01-01 7.0", "UNVERIFIABLE no_series"),
        ("7.0", "", ("", "percent", "growth"), "2021-01-01 7.0", "NOT_CHECKED unmapped"),
        ("7.0", "", ("x.y.z.ru.growth.a", "percentage points", "growth"), "2021-01-01 7.0", "NOT_COMPARABLE definition"),
        ("7.0", "", level, "", "UNVERIFIABLE no_source"),
    ];
    for (value, hedge, claim, vintages, wanted) in cases {
        let got = judge(value, hedge, claim, "2022-01-01", &memory("percent", vintages));
        assert_eq!(summary(&got), wanted, "{value} against {vintages}: {}", got.external.sentence);
    }
}

/// A rank is a place, decided by the series alone; `vintages` gives the value of every year.
#[test]
fn ranks() {
    let row = |hedge: &str, series: &str| format!("c1,1.1,1,1,a record,1,0,rank,{hedge},,,,,,{series},2020,rank,,,2022-01-01");
    let cases = [
        ("record", "x.y.z.ru.level.a", "2021-01-01 7.0", "UNVERIFIABLE ambiguous"),
        ("record:1992", "x.y.z.ru.level.a", "2021-01-01 7.0", "UNVERIFIABLE no_source"),
        ("record:2020", "x.y.z.ru.level.a", "2021-01-01 7.0", "CONFIRMED hedge_ok"),
        ("record:2020", "x.y.z.ru.level.a", "", "UNVERIFIABLE no_source"),
        ("record:2020", "nobody.y.z.ru.level.a", "", "UNVERIFIABLE no_series"),
    ];
    for (hedge, series, vintages, wanted) in cases {
        let csv = format!("{HEADER}\n{}\n", row(hedge, series));
        let paper = Paper::parse("id = 'p'\ntitle = 't'\n", &csv, "p", "c").unwrap();
        let got = reconcile(&paper, &memory("percent", vintages), None).unwrap().findings.remove(0);
        assert_eq!(summary(&got), wanted, "{hedge} {vintages}: {}", got.external.sentence);
    }
    let memory = Memory { years: Some([("2018", "-2.3"), ("2019", "1.0"), ("2020", "-7.0")]), ..memory("percent", "") };
    for (hedge, wanted) in [
        ("largest-since:2017", "CONFIRMED hedge_ok"),
        ("record:2018", "DEVIATES value"),
        ("record-low:2018", "CONFIRMED hedge_ok"),
    ] {
        let csv = format!("{HEADER}\n{}\n", row(hedge, "x.y.z.ru.growth.a"));
        let paper = Paper::parse("id = 'p'\ntitle = 't'\n", &csv, "p", "c").unwrap();
        let got = reconcile(&paper, &memory, None).unwrap().findings.remove(0);
        assert_eq!(summary(&got), wanted, "{hedge}: {}", got.external.sentence);
    }
}

#[test]
fn money_and_tonnes() {
    let usd = ("x.y.z.ru.level.a", "USD billion", "level");
    let mt = ("x.y.z.ru.level.a", "Mt", "level");
    let cases = [
        ("40", "over", usd, memory("USD million", "2021-01-01 40210"), "CONFIRMED hedge_ok"),
        ("40", "over", usd, memory("USD million", "2021-01-01 38210"), "DEVIATES value"),
        ("40", "over", usd, memory("USD million", "2021-01-01 55210"), "CONFIRMED_WITH_NOTE hedge_ok"),
        ("151", "", usd, memory("USD million", "2021-01-01 151210"), "CONFIRMED_WITH_NOTE rounds precision_assumed"),
        ("107.76", "", usd, memory("USD million", "2021-01-01 107765.4"), "DEVIATES last_digit truncated"),
        ("107.76", "", usd, memory("USD billion", "2021-01-01 107.77"), "DEVIATES last_digit touching"),
        ("512.7", "", mt, memory("million tonnes", "2021-01-01 513"), "UNVERIFIABLE coarse"),
    ];
    for (value, hedge, claim, memory, wanted) in cases {
        let got = judge(value, hedge, claim, "2022-01-01", &memory);
        assert_eq!(summary(&got), wanted, "{value}: {}", got.external.sentence);
    }
}

/// Section 6, a case a row; the claim is −2.9, the cut-off 2021-02-01.
#[test]
fn vintage_table() {
    use VintageResult::*;
    let cases = [
        ("2021-01-20 97.1", Some(MatchCurrent), "CONFIRMED exact index_form"),
        ("2026-01-01 97.1", Some(MatchCurrent), "CONFIRMED exact vintage_unknown index_form"),
        ("2021-01-20 97.1, 2021-02-20 97.4, 2026-01-01 97.9", Some(MatchAtCutoff), "SUPERSEDED at_cutoff index_form"),
        ("2021-01-20 97.1, 2026-01-01 100.7", Some(MatchAtCutoff), "SUPERSEDED at_cutoff sign_flip index_form"),
        ("2021-01-20 97.1, 2021-01-30 97.4", Some(MatchOtherVintage), "SUPERSEDED other_vintage index_form"),
        ("2021-01-20 97.4, 2026-01-01 97.1", Some(MatchOnlyAfterCutoff), "DEVIATES anachronism index_form"),
        ("2026-01-01 97.9", Some(VintageUnknown), "UNVERIFIABLE vintage_unknown index_form"),
        ("2021-01-20 97.4, 2026-01-01 97.9", Some(NoVintageMatches), "DEVIATES value index_form"),
        ("2021-01-20 102.1, 2026-01-01 103.7", Some(NoVintageMatches), "DEVIATES value sign index_form"),
        ("2021-01-20 99.8, 2021-01-25 102.1", Some(NoVintageMatches), "DEVIATES value index_form"),
        ("2021-01-20 97, 2026-01-01 97.9", None, "UNVERIFIABLE coarse index_form"),
        ("2021-01-20 97.1, 2026-01-01 …", Some(MatchCurrent), "CONFIRMED exact withdrawn index_form"),
        ("2021-01-20 …", None, "UNVERIFIABLE withdrawn"),
        ("2021-01-20 97.1, 2021-01-20 97.4", None, "UNVERIFIABLE ambiguous index_form"),
    ];
    for (vintages, result, wanted) in cases {
        let got = judge("-2.9", "", (INDEX, "percent", "growth"), "2021-02-01", &memory("percent", vintages));
        assert_eq!(summary(&got), wanted, "{vintages}: {}", got.external.sentence);
        assert_eq!(got.external.vintage_result, result, "{vintages}");
    }
}

#[test]
fn another_publisher_is_a_suggestion_only() {
    let mut memory = memory("percent", "2021-01-20 97.1, 2026-01-01 97.9");
    memory.elsewhere.push(OtherFigure {
        code: "ipem.production.total.ru.yoy.a".parse().unwrap(),
        publisher: "IPEM".into(),
        period: "2020".parse().unwrap(),
        value: Decimal::new(959, 1),
        decimals: 1,
        unit: "percent".into(),
        known_from: "2021-01-25".parse().unwrap(),
        current: true,
        link: Some(SeriesLink { kind: SAME_LABEL.into(), note: "quoted as one".into() }),
    });
    let got = judge("-4.1", "", (INDEX, "percent", "growth"), "2023-05-01", &memory);
    assert_eq!((got.external.status, got.external.severity), (VerdictStatus::Deviates, Severity::Major));
    let codes: Vec<&str> = got.external.suggestions.iter().map(|s| s.code).collect();
    assert_eq!(codes, ["wrong_source_named"]);
    assert!(got.external.suggestions[0].tried > 20 && got.external.suggestions[0].chance == 50);
    let wanted = "Rosstat's index for 2020 stood at 97.1 (−2.9 %) on 2023-05-01 and stands at 97.9 (−2.1 %) today; \
                  the paper prints −4.1 %, which no vintage held shows.";
    assert_eq!(got.external.sentence, wanted);
}

/// A deviation tells what it does not rest on.
#[test]
fn what_is_held_in_part_is_told() {
    let ask = |vintages: &[Vintage]| {
        let memory = Memory { vintages: vintages.to_vec(), ..memory("percent", "") };
        judge("-4.1", "", (INDEX, "percent", "growth"), "2023-05-01", &memory).external.sentence
    };
    let late = vintage("2022-08-24", "105.1", "percent");
    let quoted = Vintage { class: Class::Quoted, ..late.clone() };
    let first = vintage("2021-01-25", "97.1", "percent");
    assert!(
        ask(std::slice::from_ref(&late))
            .ends_with("What was first published is not held: the oldest figure here is of 2022-08-24.")
    );
    assert!(
        ask(std::slice::from_ref(&quoted))
            .ends_with("is of 2022-08-24. What the publisher said is known here only as others quote it.")
    );
    assert!(ask(&[first, quoted]).ends_with("which no vintage held shows."));
}

#[test]
fn explanations_that_fit() {
    let level = ("x.y.z.ru.growth.a", "percent", "growth");
    for (claim, source, wanted) in [
        ("61.8", "161.8", "leading_digit_lost"),
        ("4.51", "5.41", "digit_swap"),
        ("-7.0", "7.0", "sign"),
        ("70.0", "7.00", "power_of_ten"),
        ("-4.1", "95.9", "index_form"),
        ("-4.1", "-4.16", "truncated"),
    ] {
        let got = judge(claim, "", level, "2022-01-01", &memory("percent", &format!("2021-01-01 {source}")));
        assert!(got.external.suggestions.iter().any(|s| s.code == wanted), "{claim} {source}: {:?}", got.external.suggestions);
    }
}

#[test]
fn as_of_hides_and_the_shape_is_stable() {
    let paper = format!("{HEADER}\nc1,1.1,1,1,2.9%,-2.9,1,percent,,,,,,,{INDEX},2020,growth,,,2021-02-01\n");
    let paper = Paper::parse("id = 'p'\ntitle = 't'\n", &paper, "p", "c").unwrap();
    let memory = memory("percent", "2021-01-20 97.1, 2026-01-01 97.9");
    let at = |day: &str| reconcile(&paper, &memory, Some(day.parse().unwrap())).unwrap().findings.remove(0);
    assert_eq!(summary(&at("2021-03-01")), "CONFIRMED exact index_form");
    assert_eq!(summary(&at("2020-03-01")), "UNVERIFIABLE vintage_unknown");
    let json = serde_json::to_value(at("2026-03-01")).unwrap();
    assert_eq!((&json["external"]["status"], &json["external"]["grade"]), (&"SUPERSEDED".into(), &"EXACT".into()));
    assert_eq!((&json["internal"]["reasons"][0], &json["evidence"]), (&"no_relation".into(), &0.into()));
}
