//! What reconciliation asks about other series, and the links it is answered from.

use super::{Fixture, date, now, sha};
use crate::model::{Class, DateBasis, Period, SeriesCode, Status};
use crate::reconcile::{Facts, Failing, OtherFigure};
use crate::store::facts::asked;
use crate::store::{AttemptEnd, ExportedRow, LinkRow};

/// Series, period and value of all that is held.
const HELD: [(&str, &str, &str); 17] = [
    ("p.ipi.b.ru.yoy.m.base2018", "2020-12", "102.1"),
    ("p.ipi.b.ru.yoy.m.base2018", "2020-11", "99.1"),
    ("p.ipi.b.ru.yoy.m.base2018", "2018-11", "99.2"),
    ("p.ipi.b.ru.yoy.m.base2010", "2020-12", "101.0"),
    ("p.ipi.b.ru.mom.m.base2018", "2020-12", "110.0"),
    ("p.ipi.b.ru.yoy.ytd.base2018", "2020", "97.4"),
    ("p.ipi.b.moscow.yoy.m.base2018", "2020-12", "90.0"),
    ("p.ipi.c.ru.yoy.m.base2018", "2020-12", "104.0"),
    ("p.ipi.c.ru.mom.m.base2018", "2020-12", "104.1"),
    ("q.production.total.ru.growth.m", "2020-12", "-0.5"),
    ("q.production.total.ru.growth.ytd", "2020", "-4.1"),
    ("q.forecast.b.ru.yoy.m", "2020-12", "95.0"),
    ("g.trade.coal.cn.export.ru.level.a", "2020", "50.5"),
    ("g.trade.coal.cn.import.ru.level.a", "2020", "57.1"),
    ("g.trade.coal.cn.export.by.level.a", "2020", "3.1"),
    ("f.trade.coal.ru.import.cn.level.a", "2020", "54.9"),
    ("f.output.coal.cn.level.a", "2020", "54.8"),
];

fn row((series, period, value): (&str, &str, &str)) -> ExportedRow {
    ExportedRow {
        source: "src".into(),
        series: series.parse().unwrap(),
        period: period.parse().unwrap(),
        value: Some(value.parse().unwrap()),
        status: Status::Published,
        class: Class::Exported,
        printed: value.into(),
        raw: None,
        unit: "percent".into(),
        sha256: Some(sha('x')),
        held: false,
        as_of: date(20),
        as_of_basis: DateBasis::Recorded,
        known_from: date(20),
        known_from_basis: DateBasis::Recorded,
        url: "https://example.org/x".into(),
        obtained_from: "an archive".into(),
        locator: format!("{series} {period}"),
        notes: Vec::new(),
        transcription: None,
    }
}

fn link(family: Option<&str>, from: &str, to: &str, kind: &str) -> LinkRow {
    LinkRow { family: family.map(str::to_string), from: from.into(), to: to.into(), kind: kind.into(), note: "why not".into() }
}

fn linked() -> Fixture {
    let mut fixture = Fixture::new();
    let before = ExportedRow { as_of: date(10), known_from: date(10), ..row(("p.ipi.b.ru.yoy.m.base2018", "2020-11", "98.0")) };
    let rows: Vec<ExportedRow> = HELD.map(row).into_iter().chain([before]).collect();
    fixture.store.sync_exported("e.csv", &rows, now()).unwrap();
    let links = [
        link(None, "p.ipi.b.ru", "q.production.total.ru", "same_label"),
        link(Some("p.ipi"), "base2010", "base2018", "successor"),
    ];
    // both ways between one monthly pair of p by month, base year and change (3), and from January on (1); one pair by base
    assert_eq!(fixture.store.link_series(&links).unwrap(), 2 * 4 + 1);
    assert_eq!(fixture.store.link_series(&links).unwrap(), 0, "a second call changes nothing");
    fixture
}

#[test]
fn figures_that_can_be_taken_for_each_other() {
    let fixture = linked();
    let (index, export) = ("p.ipi.b.ru.yoy.m.base2018", "g.trade.coal.cn.export.ru.level.a");
    type Ask = fn(&crate::store::Store, &SeriesCode, Period) -> Vec<OtherFigure>;
    let cases: [(Ask, &str, &str, &[&str]); 9] = [
        (|s, c, p| s.same_label(c, p).unwrap(), index, "2020-12", &["q.production.total.ru.growth.m -0.5 same_label"]),
        (
            |s, c, p| s.same_label(c, p).unwrap(),
            "q.production.total.ru.growth.ytd",
            "2020",
            &["p.ipi.b.ru.yoy.ytd.base2018 97.4 same_label"],
        ),
        (|s, c, p| s.same_label(c, p).unwrap(), "p.ipi.c.ru.yoy.m.base2018", "2020-12", &[]),
        (
            |s, c, p| s.other_bases(c, p).unwrap(),
            index,
            "2020-12",
            &["p.ipi.b.ru.mom.m.base2018 110.0", "p.ipi.b.ru.yoy.m.base2010 101.0 successor", "p.ipi.b.ru.yoy.ytd.base2018 97.4"],
        ),
        (|s, c, p| s.siblings(c, p).unwrap(), index, "2020-12", &["p.ipi.c.ru.yoy.m.base2018 104.0"]),
        (|s, c, p| s.siblings(c, p).unwrap(), export, "2020", &["g.trade.coal.cn.export.by.level.a 3.1"]),
        (
            |s, c, p| s.neighbours(c, p).unwrap(),
            index,
            "2020-12",
            &["p.ipi.b.ru.yoy.m.base2018 99.1", "p.ipi.b.ru.yoy.m.base2018 98.0"],
        ),
        (|s, c, p| s.same_figure_elsewhere(c, p).unwrap(), index, "2020-12", &["q.forecast.b.ru.yoy.m 95.0"]),
        (
            |s, c, p| s.other_flows(c, p).unwrap(),
            export,
            "2020",
            &["f.trade.coal.ru.import.cn.level.a 54.9", "g.trade.coal.cn.import.ru.level.a 57.1"],
        ),
    ];
    for (ask, code, period, wanted) in cases {
        let got = ask(&fixture.store, &code.parse().unwrap(), period.parse().unwrap());
        let kind = |figure: &OtherFigure| figure.link.as_ref().map(|link| format!(" {}", link.kind)).unwrap_or_default();
        let shown: Vec<String> = got.iter().map(|f| format!("{} {}{}", f.code, f.value, kind(f))).collect();
        assert_eq!(shown, wanted, "{code} {period}");
        assert!(
            got.iter()
                .all(|f| f.current == (f.known_from == date(20)) && f.link.as_ref().is_none_or(|link| link.note == "why not"))
        );
    }
}

/// Rules speak of codes, so they hold for series of which nothing is held; the list in the store follows the configuration.
#[test]
fn forms_that_figures_can_be_had_from() {
    let mut fixture = linked();
    let family = Some("p.ipi");
    let mut links = vec![
        link(family, "yoy.ytd", "yoy.a", "same"),
        link(family, "base2010", "base2018", "successor"),
        link(family, "mom.m", "yoy.m", "chain"),
        link(None, "p.ipi.b.ru", "q.production.total.ru", "same_label"),
        link(Some("p.other"), "mom.m", "yoy.m", "chain"),
    ];
    fixture.store.sync_forms(&links).unwrap();
    let ask = |fixture: &Fixture, code: &str| -> Vec<String> {
        let forms = fixture.store.forms(&code.parse().unwrap()).unwrap();
        forms.iter().map(|form| format!("{:?} {}", form.way, form.from)).collect()
    };
    assert_eq!(
        ask(&fixture, "p.ipi.z.ru.yoy.a.base2018"),
        ["Same p.ipi.z.ru.yoy.ytd.base2018", "Splice p.ipi.z.ru.yoy.a.base2010"]
    );
    assert_eq!(
        ask(&fixture, "p.ipi.05.1.ru.yoy.m.base2010"),
        ["Splice p.ipi.05.1.ru.yoy.m.base2018", "Chain p.ipi.05.1.ru.mom.m.base2010"]
    );
    assert_eq!(ask(&fixture, "p.ipi.b.ru.mom.m"), [""; 0]);
    links.remove(1);
    fixture.store.sync_forms(&links).unwrap();
    assert_eq!(ask(&fixture, "p.ipi.05.1.ru.yoy.m.base2010"), ["Chain p.ipi.05.1.ru.mom.m.base2010"]);
    let periods = fixture.store.periods(&"p.ipi.b.ru.yoy.m.base2018".parse().unwrap()).unwrap();
    assert_eq!(periods.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2018-11", "2020-11", "2020-12"]);
}

/// Steps that are called scans and read nothing that grows.
const HARMLESS: [&str; 2] = ["SCAN CONSTANT ROW", "SCAN json_each"];

/// S10: the questions are asked for every claim of a paper, so each is answered by indexes, and of a series' history only the
/// periods asked for are read.
#[test]
fn no_question_looks_through_a_table() {
    let fixture = linked();
    for sql in asked::all() {
        let plan = fixture.plan(&sql);
        assert!(
            plan.lines().all(|step| !step.contains("SCAN") || HARMLESS.iter().any(|scan| step.starts_with(scan))),
            "{sql}\n{plan}"
        );
        let figures = plan.lines().filter(|step| step.starts_with("SEARCH l"));
        assert!(figures.clone().all(|step| step.contains("observation_lookup (series_id=? AND period")), "{sql}\n{plan}");
    }
    let wanted = [("siblings", "series_by_table"), ("elsewhere", "series_by_item"), ("count", "value_count USING PRIMARY KEY")];
    let questions = [asked::siblings(), asked::same_figure_elsewhere(), asked::COUNT_LIKE.to_string()];
    for ((name, index), sql) in wanted.into_iter().zip(questions) {
        assert!(fixture.plan(&sql).contains(index), "{name}\n{}", fixture.plan(&sql));
    }
}

#[test]
fn figures_that_fit_by_chance() {
    let fixture = linked();
    // the first 98.0 of November was replaced
    for (value, decimals, unit, wanted) in [
        ("97.4", 1, "percent", 1),
        ("95", 0, "percent", 1),
        ("98.0", 1, "percent", 0),
        ("104", 0, "percent", 2),
        ("97.4", 1, "x", 0),
    ] {
        let got = fixture.store.count_like(value.parse().unwrap(), decimals, unit).unwrap();
        assert_eq!(got, wanted, "{value} {unit}");
    }
    // both ends belong to what rounds to a figure
    for (value, wanted) in [("100.5", 1), ("101.5", 1), ("102.5", 1)] {
        assert_eq!(fixture.store.count_like(value.parse().unwrap(), 0, "percent").unwrap(), wanted, "{value}");
    }
}

/// Figures are counted whoever changes rows, and however.
#[test]
fn counted_whatever_happens_to_a_row() {
    let fixture = linked();
    let count = || fixture.store.count_like("104".parse().unwrap(), 0, "percent").unwrap();
    let steps = [
        ("UPDATE observation SET known_to = known_from WHERE value = '104.0'", 1),
        ("UPDATE observation SET known_to = NULL WHERE value = '104.0'", 2),
        ("UPDATE observation SET known_to = NULL, recorded_to = NULL", 2),
        ("UPDATE observation SET recorded_to = '2027' WHERE value LIKE '104%'", 0),
        ("UPDATE observation SET recorded_to = NULL", 2),
        ("UPDATE observation SET value = '104.0' WHERE value = '90.0'", 3),
        ("UPDATE observation SET unit = 'x' WHERE value = '104.1'", 2),
        ("UPDATE observation SET value = NULL, decimals = NULL, status = 'withdrawn' WHERE value = '104.0'", 0),
        ("DELETE FROM observation WHERE value > '5'", 0),
    ];
    for (sql, wanted) in steps {
        fixture.store.db.execute(sql, []).unwrap();
        assert_eq!(count(), wanted, "{sql}");
        if !sql.starts_with("DELETE") {
            fixture.assert_counted();
        }
    }
    let counted = "SELECT sum(figures) FROM value_count";
    let left = "SELECT count(*) FROM observation WHERE value IS NOT NULL";
    let one = |sql: &str| fixture.store.db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(one(counted), one(left));
}

/// A source fails, is asked again, and answers; a document that could not be read is another failure, and one that `sources.toml`
/// expects is none.
#[test]
fn a_series_is_failing_while_its_source_is() {
    let mut fixture = linked();
    let code: SeriesCode = "p.ipi.b.ru.yoy.m.base2018".parse().unwrap();
    let failing = |fixture: &Fixture| Facts::series_info(&fixture.store, &code).unwrap().unwrap().failing;
    assert_eq!(failing(&fixture), None);
    let fetch = Some(Failing::Fetch);
    for (outcome, wanted) in [("http_500", fetch), ("not_modified", None), ("drift", None), ("offline", fetch)] {
        let id = fixture.store.begin_attempt("src", "run", None, now()).unwrap();
        assert_eq!(failing(&fixture), None, "one that is being tried did not fail yet");
        fixture.store.finish_attempt(id, &AttemptEnd::new(outcome, String::new(), now())).unwrap();
        assert_eq!(failing(&fixture), wanted, "{outcome}");
    }
    let sql = "INSERT INTO unread (source_id, attempt_id, sha256, outcome, noted_at, as_of, as_of_basis)
        SELECT source_id, id, ?1, 'parse', 'x', '2026-01-01', 'recorded' FROM attempt ORDER BY id DESC LIMIT 1";
    fixture.store.db.execute(sql, [sha('y')]).unwrap();
    assert_eq!(failing(&fixture), Some(Failing::Reading));
    fixture.store.db.execute("UPDATE source SET state = 'withheld'", []).unwrap();
    assert_eq!(failing(&fixture), None);
}
