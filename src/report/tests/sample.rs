//! A small paper with a finding of each status. Everything foreign in it is hostile.

use crate::model::{Class, DateBasis, Period, SeriesCode, Status};
use crate::paper::Paper;
use crate::reconcile::{
    Algebra, Facts, FactsError, Finding, OtherFigure, Reconciled, SAME_LABEL, SeriesInfo, SeriesLink, Vintage, reconcile,
};
use crate::report::{IssueLine, Report, SourceLine, Totals};
use crate::revision::{Print, SeriesRevisions};
use rust_decimal::Decimal;

const TOML: &str = r#"
id = "p-2023"
title = "Industry & <script>alert(1)</script>"
authors = ["A. Author", "B. Writer"]
journal = "Journal 1(2), 3-4"
doi = "10.1/2"
accepted = 2021-02-01
[[footnote]]
number = 1
title = "a page"
accessed = 2021-02-02
[[relation]]
kind = "growth"
claim = "sum"
of = ["l1", "l2"]
note = "both levels | stand <b>here</b>"
[[relation]]
kind = "plausible_month"
claim = "odd"
of = ["year"]
[[relation]]
kind = "parts"
claim = "year"
of = ["sold"]
"#;

const CLAIMS: &str = "\
id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,series,period,measure,base,footnote,cutoff,restated
ok,1.1,1,1,2.9%,-2.9,1,percent,,,,,,,x.ok.z.ru.yoy.a,2020,growth,,,,Output of 2020 against 2019
tie,1.1,1,2,4.1%,-4.1,1,percent,,,,,,,x.tie.z.ru.growth.a,2020,growth,,1,,Demand | in 2020
old,1.1,1,3,2.9%,-2.9,1,percent,,,,,,,x.old.z.ru.yoy.a,2020,growth,,,2021-02-01,\"Output, as first published\"
bad,1.2,1,1,=4.1%,-4.1,1,percent,,,,,,,x.bad.z.ru.yoy.a,2020,growth,,,,<script>alert(2)</script>
sum,1.2,1,2,7.0%,7.0,1,percent,,,,,,,,2020,growth,,,,A share that does not add up
odd,1.2,2,1,16.7,16.7,1,Mt,,,,,,coal,,2020-12,level,,,,
def,2,1,1,7.0%,7.0,1,percent,,,,,,,x.ok.z.ru.level.a,2020,growth,,,,A growth against a level
why,2,1,2,7.0%,7.0,1,percent,,,,,,,nobody.y.z.ru.growth.a,2020,growth,,,,A series that nobody holds
l1,2,1,3,1.000,1.000,3,USD million,,,,,,,,2019,level,,,,A level
l2,2,1,3,1.170,1.170,3,USD million,,,,,,,,2020,level,,,,A later level
year,2,1,4,401.2,401.2,1,Mt,,,,,,coal,,2020,level,,,,Coal of the year
sold,2,1,4,192.8,192.8,1,Mt,,,,,,coal exports,,2020,level,,,,Coal sold abroad
";

struct Store;

fn vintage(day: &str, value: &str) -> Vintage {
    let value: Option<Decimal> = value.parse().ok();
    Vintage {
        observation: None,
        known_from: day.parse().unwrap(),
        known_to: None,
        basis: DateBasis::Stated,
        value,
        decimals: value.map_or(0, |v| v.scale()),
        printed: value.map_or("…".into(), |v| v.to_string()),
        status: if value.is_some() { Status::Published } else { Status::Withdrawn },
        class: Class::Parsed,
        source: "@index".into(),
        unit: "percent".into(),
        sha256: "0123456789abcdef".repeat(4),
        held: true,
        locator: "Sheet<script>!A1".into(),
        url: "javascript:alert(3)".into(),
        obtained_from: "https://example.org/?a=1&b=\"2\"".into(),
        notes: vec!["without | new regions".into()],
    }
}

/// Each is known until the next one.
fn chained(mut held: Vec<Vintage>) -> Vec<Vintage> {
    let next: Vec<_> = held.iter().skip(1).map(|v| v.known_from).collect();
    held.iter_mut().zip(next).for_each(|(vintage, to)| vintage.known_to = Some(to));
    held
}

impl Facts for Store {
    fn series_info(&self, code: &SeriesCode) -> Result<Option<SeriesInfo>, FactsError> {
        let (publisher, title) = ("Rosstat".to_string(), "index".to_string());
        let info = SeriesInfo { code: code.clone(), unit: "percent".into(), publisher, title, failing: None };
        Ok((!code.as_str().starts_with("nobody")).then_some(info))
    }
    fn vintages(&self, code: &SeriesCode, _: Period) -> Result<Vec<Vintage>, FactsError> {
        let held = match code.as_str() {
            "x.ok.z.ru.yoy.a" => vec![vintage("2021-01-20", "97.1")],
            "x.tie.z.ru.growth.a" => vec![vintage("2021-01-20", "-4.15")],
            "x.old.z.ru.yoy.a" => vec![vintage("2021-01-20", "97.1"), vintage("2026-01-20", "100.7"), vintage("2026-03-01", "")],
            "x.bad.z.ru.yoy.a" => vec![vintage("2021-01-20", "97.1"), vintage("2026-01-20", "97.9")],
            _ => Vec::new(),
        };
        Ok(chained(held))
    }
    fn same_figure_elsewhere(&self, _: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let (code, publisher) = ("ipem.production.total.ru.yoy.a".parse().unwrap(), "IPEM".to_string());
        let (value, known_from) = (Decimal::new(959, 1), "2021-01-25".parse().unwrap());
        let link = Some(SeriesLink { kind: SAME_LABEL.into(), note: "quoted as one".into() });
        Ok(vec![OtherFigure {
            code,
            publisher,
            period,
            value,
            decimals: 1,
            unit: "percent".into(),
            known_from,
            current: true,
            link,
        }])
    }
    fn count_like(&self, _: Decimal, _: u32, _: &str) -> Result<u64, FactsError> {
        Ok(25)
    }
}

/// What a report is made from, owned.
pub struct Sample {
    pub paper: Paper,
    pub findings: Vec<Finding>,
    pub algebra: Algebra,
    pub revisions: Vec<SeriesRevisions>,
    pub sources: Vec<SourceLine>,
    pub issues: Vec<IssueLine>,
}

impl Sample {
    pub fn new() -> Sample {
        let paper = Paper::parse(TOML, CLAIMS, "paper.toml", "claims.csv").unwrap();
        let Reconciled { findings, algebra } = reconcile(&paper, &Store, None).unwrap();
        Sample { paper, findings, algebra, revisions: vec![revisions()], sources: sources(), issues: issues() }
    }

    pub fn report(&self) -> Report<'_> {
        let totals = Totals { sources: 2, documents: 3, series: 4, observations: 1_234_567, vintages: 6, issues: 7 };
        Report {
            paper: &self.paper,
            findings: &self.findings,
            algebra: &self.algebra,
            revisions: &self.revisions,
            sources: &self.sources,
            totals,
            issues: &self.issues,
            generated_at: "2026-04-01T10:20:30Z".parse().unwrap(),
            as_of: None,
            offline: true,
            version: "0.1.0",
        }
    }
}

/// The series that turned: its figure and its neighbours, with a hostile title.
fn revisions() -> SeriesRevisions {
    let held = [
        ("2020", "97.1", "2021-01-20", Some("2026-01-20")),
        ("2020", "100.7", "2026-01-20", None),
        ("2019", "102.0", "2020-01-20", Some("2021-01-20")),
        ("2019", "101.8", "2021-01-20", None),
        ("2018", "103.5", "2020-01-20", None),
    ];
    let rows = held.map(|(period, value, from, to)| {
        let print = Print {
            known_from: from.parse().unwrap(),
            known_to: to.map(|to| to.parse().unwrap()),
            basis: DateBasis::Stated,
            value: value.parse().ok(),
            unit: "percent".into(),
            status: Status::Published,
            class: Class::Parsed,
            source: "@index".into(),
        };
        (period.parse::<Period>().unwrap(), print)
    });
    SeriesRevisions::of("x.old.z.ru.yoy.a".parse().unwrap(), "Output <script>alert(4)</script>".into(), rows)
}

fn sources() -> Vec<SourceLine> {
    let at = |text: &str| Some(text.parse().unwrap());
    let fine = SourceLine {
        id: "index".into(),
        title: "An <b>index</b>".into(),
        state: "active".into(),
        schedule: "0 9 * * *".into(),
        last_attempt: at("2026-04-01T09:00:00Z"),
        last_outcome: Some("ok".into()),
        last_success: at("2026-04-01T09:00:00Z"),
        newest_document: Some("2026-03-01".parse().unwrap()),
        documents: 3,
        max_age_days: Some(40),
        ..SourceLine::default()
    };
    let broken = SourceLine { id: "broken".into(), last_success: None, last_message: Some("404 | gone".into()), ..fine.clone() };
    let stale = SourceLine { id: "stale".into(), max_age_days: Some(10), ..fine.clone() };
    vec![fine, broken, stale]
}

fn issues() -> Vec<IssueLine> {
    let issue = |code: &str, n: usize| IssueLine {
        code: code.into(),
        severity: "warning".into(),
        source: "index".into(),
        document: "a.xlsx".into(),
        locator: format!("Sheet!A{n}"),
        seen: "<i>row</i>".into(),
        wanted: "a known label".into(),
    };
    (0..6).map(|n| issue("unknown_row", n)).chain([issue("coverage_lost", 9)]).collect()
}
