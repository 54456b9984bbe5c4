//! Triangles and sums of revisions, from the shipped evidence and from real documents.

use super::samples::replayed_data;
use super::support::{Room, column, open};
use rust_decimal::Decimal;
use serde_json::Value;
use sverka::model::SeriesCode;
use sverka::revision::SeriesRevisions;
use sverka::store::Store;

const YTD: &str = "rosstat.ipi.bcde.ru.yoy.ytd.base2018";
const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sources.toml");
const EVIDENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/evidence");
const PAPERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/papers");

/// The distinct figures of a period, one after the other.
fn figures(told: &Value, period: &str) -> Vec<String> {
    let periods = told["revisions"][0]["periods"].as_array().unwrap();
    let one = periods.iter().find(|one| one["period"] == period).unwrap_or_else(|| panic!("{period}"));
    let shown = one["values"].as_array().unwrap().iter().filter_map(|value| value.as_str().map(str::to_string));
    let mut shown: Vec<String> = shown.collect();
    shown.dedup();
    shown
}

/// Industrial production of 2022 fell by 0.6 % when first printed and grew by 0.7 % as it stands; that of 2020 was told three times.
#[test]
fn shipped_evidence_tells_of_a_sign_that_turned() {
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    let here = ["--config", CONFIG, "--evidence", EVIDENCE, "--papers", PAPERS];
    let call = |args: &[&str]| room.json(&[args, &here[..]].concat());
    call(&["reconcile", "--paper", "an-2023"]);
    let (code, told) = call(&["revisions", YTD]);
    assert_eq!((code, &told["schema"]), (0, &1.into()));
    assert_eq!(figures(&told, "2022"), ["99.4", "100.7"]);
    assert_eq!(figures(&told, "2020"), ["97.1", "97.4", "97.9"]);
    let one = &told["revisions"][0]["summary"];
    assert!(one["sign_flips"].as_u64().unwrap() >= 1, "{one}");
    let ran = room.sverka(&[&["revisions", YTD, "--width", "60"][..], &here[..]].concat());
    assert!(ran.out.contains("2023-02-01") && ran.out.lines().skip(5).all(|line| line.chars().count() <= 60), "{ran:?}");
    let (_, told) = call(&["revisions", "--paper", "an-2023"]);
    let listed: Vec<&str> = told["revisions"].as_array().unwrap().iter().filter_map(|one| one["series"].as_str()).collect();
    assert!(listed.contains(&YTD) && listed.windows(2).all(|two| two[0] < two[1]), "{listed:?}");
    let wrong = room.sverka(&[&["revisions", "rosstat.ipi.bcde.ru.yoy.ytd.base2010"][..], &here[..]].concat());
    assert!(wrong.code == 64 && wrong.err.contains("nearest is"), "{wrong:?}");
}

/// Read by hand from the workbooks: the figures of a period, one after the other.
#[test]
fn revisions_of_real_documents() {
    let Some(data) = replayed_data() else { return };
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    for (series, period, wanted) in [
        ("rosstat.ipi.bcde.ru.yoy.m.base2018", "2019-12", &["101.7", "102.7", "102.6"][..]),
        ("rosstat.ipi.bcde.ru.yoy.m.base2018", "2020-05", &["90.4", "92.1", "92.0", "92.3"]),
        ("cbr.trade.total.ru.export.level.m.bop", "2018-12", &["41357", "40838", "41273"]),
        ("cbr.trade.total.ru.export.level.m.bop", "2019-12", &["38998", "39619"]),
        ("cbr.trade.total.ru.export.level.m.bop", "2020-04", &["23469", "24944"]),
        ("bp.production.oil.ru.level.a", "2018", &["563.3", "567.9"]),
        ("bp.production.gas.ru.level.a", "2018", &["669.5", "669.1"]),
        ("bp.production.gas.ru.level.a", "2017", &["635.6"]),
    ] {
        let (code, told) =
            room.json(&["revisions", series, "--data-dir", data.to_str().unwrap(), "--config", CONFIG, "--papers", PAPERS]);
        assert_eq!(code, 0, "{series}");
        assert_eq!(figures(&told, period), wanted, "{series} {period}");
    }
    let (_, told) =
        room.json(&["revisions", "--all", "--data-dir", data.to_str().unwrap(), "--config", CONFIG, "--papers", PAPERS]);
    let gas = told["revisions"].as_array().unwrap().iter().find(|one| one["series"] == "bp.production.gas.ru.level.a").unwrap();
    let exact = [&gas["sum_of_revisions"], &gas["largest_revision"], &gas["largest_period"]];
    assert_eq!(
        (&gas["periods"], &gas["revised"], exact.map(|text| text.as_str().unwrap())),
        (&34.into(), &1.into(), ["-0.4", "0.4", "2018"])
    );
}

/// The views and the exact arithmetic say the same of every real series.
#[test]
fn views_of_real_documents_agree_with_exact_sums() {
    let Some(data) = replayed_data() else { return };
    let db = open(data);
    let sql = "SELECT concat_ws(' ', code, vintages, periods, revised, ifnull(sign_flips, '-'), estimated, late_first, withdrawn,
          printf('%.3f', mean_absolute_revision)) FROM revision_summary ORDER BY code";
    let view: Vec<String> = column(&db, sql, []);
    let store = Store::open_read_only(&data.join("sverka.db")).unwrap();
    let summaries = store.series_codes().unwrap().into_iter().map(|code| {
        let series: SeriesCode = code.parse().unwrap();
        SeriesRevisions::of(series, String::new(), store.prints(&code).unwrap()).summary
    });
    let exact: Vec<String> = summaries
        .filter(|one| one.periods > 0)
        .map(|one| {
            let flips = one.sign_flips.map_or("-".to_string(), |flips| flips.to_string());
            let counts = [one.vintages, one.periods, one.revised].map(|count| count.to_string()).join(" ");
            let rest = [one.estimated, one.late_first, one.withdrawn].map(|count| count.to_string()).join(" ");
            let mean = one.sum_of_absolute_revisions.unwrap() / Decimal::from(one.periods);
            format!("{} {counts} {flips} {rest} {mean:.3}", one.series)
        })
        .collect();
    assert!(exact.len() > 1000, "{}", exact.len());
    // the mean is floating there: the last digit may be rounded the other way
    let (words, mean) = (
        |line: &String| line.rsplit_once(' ').unwrap().0.to_string(),
        |line: &String| -> f64 { line.rsplit_once(' ').unwrap().1.parse().unwrap() },
    );
    assert_eq!(view.iter().map(words).collect::<Vec<_>>(), exact.iter().map(words).collect::<Vec<_>>());
    assert!(view.iter().zip(&exact).all(|(a, b)| (mean(a) - mean(b)).abs() < 0.002));
}
