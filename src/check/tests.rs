//! Every guard with a reading that holds it and one that does not.

use super::*;
use crate::config::Config;
use crate::model::Status;

/// A mapping with one reading of this name, and these further keys.
fn mapping(keys: &str) -> Mapping {
    let text = format!(
        r#"
[[publisher]]
id = "p"
name = "P"
country = "ru"
url = "https://p.ru/"
[[source]]
id = "s"
publisher = "p"
title = "S"
page = "https://p.ru/s"
address = [{{ url = "https://p.ru/s.xls" }}]
schedule = "0 1 * * *"
format = ["xls"]
licence = "none"
[[source.read]]
name = "r"
columns = [{{ head = ["{{year}}"] }}]
unit = "percent"
series = "p.ipi.{{item}}.ru.mom.{{freq}}"
{keys}
"#
    );
    let mut config = Config::parse(&text, "test").unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    config.sources.remove(0).mapping
}

fn observation(series: &str, period: &str, value: Option<&str>) -> Observation {
    Observation {
        series: series.parse().unwrap(),
        period: period.parse().unwrap(),
        value: value.map(|value| value.parse().unwrap()),
        status: if value.is_some() { Status::Published } else { Status::Blank },
        printed: value.unwrap_or_default().to_string(),
        raw: None,
        unit: "percent".into(),
        table: "r|1".into(),
        locator: format!("1!{period}"),
        notes: Vec::new(),
    }
}

/// Issues as `code: seen`, of a reading `p.ipi.a.ru.mom.m` with these figures.
fn issues(keys: &str, figures: &[(&str, Option<&str>)]) -> Vec<String> {
    let one = |&(period, value): &(&str, Option<&str>)| observation("p.ipi.a.ru.mom.m", period, value);
    let mut reading = Reading { observations: figures.iter().map(one).collect(), ..Reading::default() };
    check(&mapping(keys), &mut reading);
    reading.issues.iter().map(|issue| format!("{}: {}", issue.code, issue.seen)).collect()
}

#[test]
fn guards() {
    let figures = [("2020-01", Some("100.0")), ("2020-02", None), ("2020-04", Some("78.50"))];
    let gap = "coverage: nothing between 2020-02 and 2020-04 in 1 series, the first is p.ipi.a.ru.mom.m";
    let point = |period: &str, value: &str| {
        format!("checkpoint = [{{ series = \"p.ipi.a.ru.mom.m\", period = \"{period}\", value = \"{value}\" }}]")
    };
    let cases: [(String, &[&str]); 12] = [
        ("expect = { from = \"2020-01\", to = \"2020-04\", min_series = 1, range = [78.5, 100] }".into(), &[]),
        ("expect = { from = \"2020\" }".into(), &[]),
        ("expect = { from = \"2019-12\" }".into(), &["coverage: from 2020-01"]),
        ("expect = { from = \"2020-02\" }".into(), &["coverage: from 2020-01"]),
        ("expect = { to = \"2020-05\" }".into(), &["coverage: until 2020-04"]),
        ("expect = { min_series = 2 }".into(), &["too_few_series: 1 series"]),
        (
            "expect = { range = [79, 99] }".into(),
            &["out_of_range: 100.0 for p.ipi.a.ru.mom.m 2020-01", "out_of_range: 78.50 for p.ipi.a.ru.mom.m 2020-04"],
        ),
        ("expect = { contiguous = true }".into(), &[gap]),
        (point("2020-04", "78.5"), &[]),
        (point("2020-04", "78.6"), &["checkpoint: 78.50"]),
        (point("2020-02", "78.6"), &["checkpoint: blank"]),
        (point("2020-03", "78.6"), &["checkpoint: nothing"]),
    ];
    for (keys, wanted) in cases {
        assert_eq!(issues(&keys, &figures), wanted, "{keys}");
    }
}

/// A checkpoint within the span of a document is asked of it; one outside only if all documents begin before it.
#[test]
fn checkpoints_of_editions_and_of_parts() {
    let figures = [("2020-02", Some("100.0")), ("2020-04", Some("78.50"))];
    let point = |series: &str, period: &str| {
        format!("checkpoint = [{{ series = \"p.ipi.{series}.ru.mom.m\", period = \"{period}\", value = \"1\" }}]")
    };
    let from = "expect = { from = \"2020-02\" }";
    for (keys, told) in [
        (point("a", "2020-01"), false),
        (point("a", "2020-05"), false),
        (point("b", "2020-03"), false),
        (point("a", "2020-03"), true),
        (format!("{from}\n{}", point("a", "2020-05")), true),
        (format!("{from}\n{}", point("b", "2020-03")), true),
        (format!("{from}\ncoverage = \"none\"\n{}", point("b", "2020-03")), false),
        (format!("{from}\ncoverage = \"none\"\n{}", point("a", "2020-05")), true),
    ] {
        assert_eq!(issues(&keys, &figures).iter().any(|issue| issue.starts_with("checkpoint: nothing")), told, "{keys}");
    }
}

#[test]
fn a_reading_without_a_table() {
    let expect = "expect = { from = \"2020\", min_series = 1 }";
    assert_eq!(issues(expect, &[]), ["coverage: from nothing", "too_few_series: 0 series"]);
    assert_eq!(issues(&format!("tables = \"any\"\n{expect}"), &[]), [""; 0]);
}

#[test]
fn another_reading_does_not_help() {
    let mut other = observation("p.ipi.b.ru.mom.m", "2019-12", Some("1"));
    other.table = "r2|1".into();
    let ours = observation("p.ipi.a.ru.mom.m", "2020-01", Some("1"));
    let mut reading = Reading { observations: vec![other, ours], ..Reading::default() };
    check(&mapping("expect = { from = \"2020-01\", min_series = 2 }"), &mut reading);
    assert_eq!(reading.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), ["too_few_series"]);
    assert_eq!(reading.observations.len(), 2);
}

#[test]
fn what_comes_next() {
    let cases = [
        ("2020", "a", Some("2021")),
        ("2020-Q4", "q", Some("2021-Q1")),
        ("2020-12", "m", Some("2021-01")),
        ("2020-01", "ytd", Some("2020-01/2020-02")),
        ("2020-01/2020-11", "ytd", Some("2020")),
        ("2020", "ytd", Some("2021-01")),
        ("2020-04-25", "d", None),
    ];
    for (period, frequency, wanted) in cases {
        let next = following(period.parse().unwrap(), Frequency::parse(frequency).unwrap());
        assert_eq!(next.map(|next| next.to_string()).as_deref(), wanted, "{period} {frequency}");
    }
}

/// What was wanted and seen, and whether the document is kept out for it; a checkpoint is told by its figure, not by its cell.
#[test]
fn a_failed_guard_is_drift() {
    let keys = r#"expect = { from = "2018-01", to = "2018-03", min_series = 2, contiguous = true }
checkpoint = [{ series = "p.ipi.a.ru.mom.m", period = "2018-02", value = "99.9" }]"#;
    let one = |(period, value): (&str, &str)| observation("p.ipi.a.ru.mom.m", period, Some(value));
    let figures = [("2017-12", "1.0"), ("2018-02", "99.8")].map(one).to_vec();
    let mut reading = Reading { observations: figures, ..Reading::default() };
    check(&mapping(keys), &mut reading);
    let told: Vec<String> = reading.drift.iter().map(|drift| format!("{} {drift}", drift.weight.as_str())).collect();
    let wanted = [
        "holds coverage at reading \"r\": from 2018-01 → from 2017-12",
        "lacks coverage at reading \"r\": until 2018-03 at least → until 2018-02",
        "holds too_few_series at reading \"r\": 2 series at least → 1 series",
        "holds checkpoint at p.ipi.a.ru.mom.m 2018-02: 99.9 → 99.8",
        "lacks coverage at reading \"r\": no gap → nothing between 2017-12 and 2018-02 in 1 series, the first is p.ipi.a.ru.mom.m",
    ];
    assert_eq!(told, wanted);
}
