use super::*;
use crate::model::{Class, DateBasis, Status, Way};
use crate::reconcile::{Finding, Severity, VintageResult, reconcile};

const HEADER: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                      series,period,measure,base,footnote,cutoff";

/// A store of some series: code, period, day, value. Everything is in the unit named.
struct Held {
    rows: Vec<(&'static str, &'static str, &'static str, &'static str)>,
    unit: &'static str,
    forms: Vec<(&'static str, Way)>,
}

impl Facts for Held {
    fn series_info(&self, code: &SeriesCode) -> Result<Option<SeriesInfo>, FactsError> {
        let known = self.rows.iter().any(|row| row.0 == code.as_str());
        let unit = if code.identity().measure == "level" { self.unit } else { "percent" };
        let (publisher, title) = ("Rosstat".to_string(), "index".to_string());
        Ok(known.then(|| SeriesInfo { code: code.clone(), unit: unit.into(), publisher, title, failing: None }))
    }
    fn vintages(&self, code: &SeriesCode, period: Period) -> Result<Vec<Vintage>, FactsError> {
        let of = |row: &&(&str, &str, &str, &str)| row.0 == code.as_str() && row.1 == period.to_string();
        Ok(self.rows.iter().filter(of).map(|row| self.vintage(row)).collect())
    }
    fn count_like(&self, _: Decimal, _: u32, _: &str) -> Result<u64, FactsError> {
        Ok(0)
    }
    fn forms(&self, _: &SeriesCode) -> Result<Vec<LinkedForm>, FactsError> {
        let link = |(from, way): &(&str, Way)| LinkedForm { from: from.parse().unwrap(), way: *way, note: "why".into() };
        Ok(self.forms.iter().map(link).collect())
    }
    fn periods(&self, code: &SeriesCode) -> Result<Vec<Period>, FactsError> {
        let mut all: Vec<Period> =
            self.rows.iter().filter(|row| row.0 == code.as_str()).map(|row| row.1.parse().unwrap()).collect();
        all.sort();
        all.dedup();
        Ok(all)
    }
}

impl Held {
    fn vintage(&self, (code, period, day, value): &(&str, &str, &str, &str)) -> Vintage {
        let number: Option<Decimal> = value.parse().ok();
        Vintage {
            observation: None,
            obtained_from: String::new(),
            known_from: day.parse().unwrap(),
            known_to: None,
            basis: DateBasis::Stated,
            value: number,
            decimals: number.map_or(0, |n| n.scale()),
            printed: (*value).into(),
            status: if number.is_some() { Status::Published } else { Status::Withheld },
            class: Class::Parsed,
            source: "s".into(),
            unit: if code.contains(".level.") { self.unit } else { "percent" }.into(),
            sha256: "ab".into(),
            held: true,
            locator: format!("{period} of {day}"),
            url: String::new(),
            notes: Vec::new(),
        }
    }
}

/// The claim is of the series and period, printed as `value` in per cent (or in the unit), with the cut-off 2021-02-01.
fn judge(held: &Held, series: &str, period: &str, value: &str) -> Finding {
    let decimals = value.split_once('.').map_or(0, |(_, d)| d.len());
    let level = series.contains(".level.");
    let (unit, measure) = if level { (held.unit, "level") } else { ("percent", "growth") };
    let row = format!("c1,1.1,1,1,{value},{value},{decimals},{unit},,,,,,,{series},{period},{measure},,,2021-02-01");
    let paper = Paper::parse("id = 'p'\ntitle = 't'\n", &format!("{HEADER}\n{row}\n"), "p", "c").unwrap();
    reconcile(&paper, held, None).unwrap().findings.remove(0)
}

fn summary(finding: &Finding) -> String {
    let verdict = &finding.external;
    format!("{} {}", serde_json::to_value(verdict.status).unwrap().as_str().unwrap(), verdict.reasons.join(" "))
}

const YTD: &str = "rosstat.ipi.bcde.ru.yoy.ytd.base2018";
const YEAR: &str = "rosstat.ipi.bcde.ru.yoy.a.base2018";
const OLD: &str = "rosstat.ipi.bcde.ru.yoy.ytd.base2010";

/// The year is what is cumulated to December: the same vintages, the same table of results, and a deviation is one.
#[test]
fn forms_that_meet() {
    let rows =
        vec![(YTD, "2020", "2021-01-25", "97.1"), (YTD, "2020", "2021-02-20", "97.4"), (YTD, "2019", "2021-01-25", "103.3")];
    let held = Held { rows, unit: "percent", forms: vec![(YTD, Way::Same)] };
    let found = judge(&held, YEAR, "2020", "-2.9");
    assert_eq!(summary(&found), "SUPERSEDED at_cutoff index_form same_form");
    assert_eq!(found.external.vintage_result, Some(VintageResult::MatchAtCutoff));
    assert!(found.external.sentence.contains(&format!("The figure is that of {YTD}")), "{}", found.external.sentence);
    assert_eq!(summary(&judge(&held, YEAR, "2020", "-4.1")), "DEVIATES value index_form same_form");
    assert_eq!(summary(&judge(&held, YEAR, "2018", "-4.1")), "UNVERIFIABLE no_series");
    assert_eq!(summary(&judge(&held, YTD, "2020", "-2.9")), "SUPERSEDED at_cutoff index_form", "the declared series comes first");
}

/// A declared figure that came too late gives way to a form that was known in time.
#[test]
fn a_form_known_in_time_decides() {
    let rows = vec![(YTD, "2020", "2021-01-25", "97.1"), (YEAR, "2020", "2026-01-01", "97.9")];
    let held = Held { rows, unit: "percent", forms: vec![(YTD, Way::Same)] };
    assert_eq!(summary(&judge(&held, YEAR, "2020", "-2.9")), "CONFIRMED exact index_form same_form");
    let rows = vec![(YTD, "2020", "2026-01-01", "97.1"), (YEAR, "2020", "2026-01-01", "97.9")];
    let late = Held { rows, unit: "percent", forms: vec![(YTD, Way::Same)] };
    assert_eq!(summary(&judge(&late, YEAR, "2020", "-2.9")), "UNVERIFIABLE vintage_unknown index_form", "both came too late");
    let alone = Held { forms: Vec::new(), ..held };
    assert_eq!(summary(&judge(&alone, YEAR, "2020", "-2.9")), "UNVERIFIABLE vintage_unknown index_form");
}

const MONTH: &str = "rosstat.cpi.total.ru.mom.m";
const DECEMBER: &str = "rosstat.cpi.total.ru.dec.m";

/// 1.0099 × 1.0117 × 1.0759 = 1.09926…: prices of March against December.
#[test]
fn chains_of_changes() {
    let rows = vec![
        (MONTH, "2020-01", "2020-04-08", "100.99"),
        (MONTH, "2020-02", "2020-04-08", "101.17"),
        (MONTH, "2020-03", "2020-04-08", "107.81"),
        (MONTH, "2020-03", "2020-06-08", "107.59"),
        (DECEMBER, "2020-01", "2020-02-08", "100.99"),
        (DECEMBER, "2020-02", "2020-03-08", "102.18"),
    ];
    let held = Held { rows, unit: "percent", forms: vec![(MONTH, Way::Chain)] };
    let found = judge(&held, DECEMBER, "2020-03", "9.93");
    assert_eq!(summary(&found), "CONFIRMED_WITH_NOTE rounds index_form chained weak_test", "{}", found.external.sentence);
    let bridge = found.external.bridge.as_ref().unwrap();
    assert_eq!((bridge.overlap.periods, bridge.overlap.agree), (2, 2));
    assert_eq!((bridge.overlap.first.as_deref(), bridge.overlap.largest_gap.as_str()), (Some("2020-01"), "0.00842"));
    let cells: Vec<&str> = bridge.parts.iter().map(|part| part.printed.as_str()).collect();
    assert_eq!(cells, ["100.99", "101.17", "107.81", "107.59"]);
    let [first, second] = &found.external.vintages[..] else { panic!("two vintages") };
    assert_eq!((first.printed.as_str(), first.matches), ("100.99 × 101.17 × 107.81 / 100^2", false));
    assert_eq!((second.known_from.to_string().as_str(), second.matches), ("2020-06-08", true));
    // exactly: 100.99 × 101.17 × 107.59 / 10000 − 100, at the ends of what rounds to the three
    let product = |a: f64, b: f64, c: f64| a * b * c / 10_000.0 - 100.0;
    let near = |text: &Option<String>, wanted: f64| (text.as_ref().unwrap().parse::<f64>().unwrap() - wanted).abs() < 1e-9;
    assert!(near(&second.lo, product(100.985, 101.165, 107.585)) && near(&second.hi, product(100.995, 101.175, 107.595)));
    // a chain that differs is no deviation, and a month that is missing gives none
    assert_eq!(summary(&judge(&held, DECEMBER, "2020-03", "5.10")), "UNVERIFIABLE no_source chained weak_test");
    assert_eq!(summary(&judge(&held, DECEMBER, "2020-04", "9.93")), "UNVERIFIABLE no_source");
    assert_eq!(found.external.severity, Severity::Info);
}

#[test]
fn sums_and_levels() {
    let month = "gacc.trade.total.cn.total.ru.level.m.usd";
    let rows = vec![
        (month, "2020-01", "2020-03-07", "8.51"),
        (month, "2020-02", "2020-03-07", "7.34"),
        (month, "2020-03", "2020-04-14", "9.48"),
        (month, "2019-01", "2019-02-14", "8.6"),
    ];
    let ytd = "gacc.trade.total.cn.total.ru.level.ytd.usd";
    let sum = Held { rows: rows.clone(), unit: "USD billion", forms: vec![(month, Way::Sum)] };
    assert_eq!(summary(&judge(&sum, ytd, "2020-Q1", "25.33")), "CONFIRMED_WITH_NOTE exact summed weak_test");
    assert_eq!(summary(&judge(&sum, ytd, "2020-Q1", "25.34")), "CONFIRMED_WITH_NOTE compatible summed weak_test");
    assert_eq!(summary(&judge(&sum, ytd, "2020-Q1", "27.34")), "UNVERIFIABLE no_source summed weak_test");
    let yoy = "gacc.trade.total.cn.total.ru.yoy.m.usd";
    let growth = Held { rows, unit: "USD billion", forms: vec![(month, Way::Growth)] };
    let found = judge(&growth, yoy, "2020-01", "-1.0");
    assert_eq!(summary(&found), "CONFIRMED_WITH_NOTE rounds index_form from_levels weak_test");
    assert_eq!(found.external.vintages[0].printed, "8.51 / 8.6");
}

/// Before the first year of an index on a new base stands the one on the old base, and what the two have in common is shown.
#[test]
fn splices_show_the_overlap() {
    let rows = vec![
        (OLD, "2014", "2015-01-25", "101.7"),
        (OLD, "2018", "2019-01-25", "102.9"),
        (OLD, "2019", "2020-01-25", "102.4"),
        (YTD, "2018", "2020-02-25", "103.5"),
        (YTD, "2019", "2020-02-25", "103.4"),
    ];
    let held = Held { rows, unit: "percent", forms: vec![(OLD, Way::Splice)] };
    let found = judge(&held, YTD, "2014", "1.7");
    assert_eq!(summary(&found), "CONFIRMED_WITH_NOTE exact index_form spliced");
    let overlap = &found.external.bridge.as_ref().unwrap().overlap;
    assert_eq!((overlap.periods, overlap.agree, overlap.mean_gap.as_str(), overlap.largest_gap.as_str()), (2, 0, "0.8", "1"));
    assert!(found.external.sentence.contains("In the 2 periods from 2018 to 2019 held in both forms the two agree in 0"));
    assert_eq!(summary(&judge(&held, YTD, "2014", "3.4")), "NOT_COMPARABLE definition spliced");
}

/// A withheld month breaks the chain of what is known, and comes back with its figure.
#[test]
fn what_is_withheld_computes_nothing() {
    let rows = vec![
        (MONTH, "2020-01", "2020-02-08", "100.40"),
        (MONTH, "2020-02", "2020-03-08", "100.33"),
        (MONTH, "2020-02", "2020-04-08", "…"),
    ];
    let held = Held { rows, unit: "percent", forms: vec![(MONTH, Way::Chain)] };
    let days: Vec<String> =
        judge(&held, DECEMBER, "2020-02", "0.73").external.vintages.iter().map(|v| v.known_from.to_string()).collect();
    assert_eq!(days, ["2020-03-08"]);
}

/// A published change outranks one from levels; that the paper has the latter is a suggestion.
#[test]
fn levels_explain_a_change() {
    let (year, level) = ("minenergo.trade.coal.ru.export.yoy.a", "minenergo.trade.coal.ru.export.level.a");
    let rows = vec![
        (year, "2020", "2021-01-04", "100.9"),
        (level, "2020", "2021-01-07", "192.8"),
        (level, "2019", "2020-01-07", "189.8"),
    ];
    let held = Held { rows, unit: "million tonnes", forms: vec![(level, Way::Growth)] };
    let found = judge(&held, year, "2020", "1.6");
    assert_eq!(summary(&found), "DEVIATES value index_form");
    let [one] = &found.external.suggestions[..] else { panic!("{:?}", found.external.suggestions) };
    assert_eq!(one.code, "revised_base");
    assert!(one.sentence.starts_with("Computed from the published levels, 192.8 / 189.8, it is 1.5806 %"), "{}", one.sentence);
    assert!(judge(&held, year, "2020", "2.6").external.suggestions.is_empty());
}
