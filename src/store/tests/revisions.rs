//! The views on revisions say what the exact arithmetic says, and find one series by index.

use super::Fixture;
use crate::model::{Class, GROWTH_MEASURES, INDEX_MEASURES, SeriesCode};
use crate::revision::{SeriesRevisions, Summary};
use proptest::prelude::*;
use rusqlite::params;
use rust_decimal::Decimal;

/// Measures of the two series that are filled: one around 100, one around 0.
const CODES: [&str; 3] = ["p.i.a.ru.yoy.a", "p.i.b.ru.growth.a", "p.i.c.ru.level.a"];

/// A chain: series, year, source, class, and per day of January 2021 a figure, nothing for withdrawn, with its unit.
type Chain = ((i64, i32, usize, usize), Vec<(u32, Option<&'static str>, bool)>);

fn chains() -> impl Strategy<Value = Vec<Chain>> {
    let figure = prop::option::weighted(0.9, prop::sample::select(vec!["99.5", "100", "100.0", "101.2", "-0.6", "0.7", "0"]));
    let prints = prop::collection::btree_map(1..20u32, (figure, prop::bool::weighted(0.9)), 1..5);
    let prints = prints.prop_map(|days| days.into_iter().map(|(day, (figure, percent))| (day, figure, percent)).collect());
    prop::collection::btree_map((0..3i64, 2018..2022, 0..2usize, 0..3usize), prints, 1..12)
        .prop_map(|all| all.into_iter().collect())
}

/// Writes rows as the store would, without the documents that bring them.
fn filled(chains: &[Chain]) -> Fixture {
    let fixture = Fixture::new();
    let db = &fixture.store.db;
    db.execute_batch(
        "INSERT INTO source (id) VALUES ('s0'), ('s1');
         INSERT INTO snapshot (id, source_id, as_of, as_of_basis, known_from, known_from_basis, class, held, recorded_from)
           VALUES (1, 's0', '2021-01-01', 'stated', '2021-01-01', 'stated', 'parsed', 0, '');",
    )
    .unwrap();
    for (id, code) in (0i64..).zip(CODES) {
        let parsed: SeriesCode = code.parse().unwrap();
        let (item, measure) = (parsed.identity().item, parsed.identity().measure);
        let sql = "INSERT INTO series (id, code, publisher, indicator, item, measure, frequency) VALUES (?1, ?2, 'p', 'i', ?3, ?4, 'a')";
        db.execute(sql, params![id, code, item, measure]).unwrap();
    }
    let classes = [Class::Quoted, Class::Exported, Class::Parsed];
    let sql =
        "INSERT INTO observation (series_id, source_id, period, period_start, period_end, value, decimals, unit, status, class,
           known_from, known_to, known_from_basis, recorded_from, snapshot_id)
         VALUES (?1, ?2, ?3, ?3 || '-01-01', ?3 || '-12-31', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, '', 1)";
    for ((series, year, source, class), prints) in chains {
        for (at, (day, figure, percent)) in prints.iter().enumerate() {
            let date = |day: u32| format!("2021-01-{day:02}");
            let (status, unit) =
                (if figure.is_some() { "published" } else { "withdrawn" }, if *percent { "percent" } else { "times" });
            let decimals = figure.map(|text| text.parse::<Decimal>().unwrap().scale());
            let (to, basis) = (prints.get(at + 1).map(|next| date(next.0)), if day % 3 == 0 { "estimated" } else { "stated" });
            let (source, class) = (format!("s{source}"), classes[*class].as_str());
            let row = params![series, source, year.to_string(), figure, decimals, unit, status, class, date(*day), to, basis];
            db.execute(sql, row).unwrap();
        }
    }
    fixture
}

fn told(fixture: &Fixture, code: &str) -> SeriesRevisions {
    SeriesRevisions::of(code.parse().unwrap(), String::new(), fixture.store.prints(code).unwrap())
}

/// period, vintage, value, source, whether it is new, as lines.
fn triangle_of_view(fixture: &Fixture, code: &str) -> Vec<String> {
    let sql =
        "SELECT concat_ws(' ', period, vintage, ifnull(value, '-'), source_id, class, new) FROM revision_triangle WHERE code = ?1
        ORDER BY period, vintage";
    let mut query = fixture.store.db.prepare(sql).unwrap();
    query.query_map([code], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn triangle_told(told: &SeriesRevisions) -> Vec<String> {
    let mut lines = Vec::new();
    for track in &told.triangle.tracks {
        for vintage in &told.triangle.vintages {
            let Some(print) = track.on(vintage.day) else { continue };
            let value = print.value.map_or("-".to_string(), |value| value.to_string());
            let new = i32::from(print.known_from == vintage.day);
            let words =
                [track.period.to_string(), vintage.day.to_string(), value, print.source.clone(), print.class.as_str().into()];
            lines.push(format!("{} {new}", words.join(" ")));
        }
    }
    lines
}

const SUMMARY: &str = "SELECT concat_ws(' ', first_vintage, last_vintage, vintages, periods, revised, printf('%.4f', mean_revision),
      printf('%.4f', mean_absolute_revision), printf('%.4f', largest_revision), ifnull(sign_flips, '-'), decimals_differ, estimated,
      late_first, withdrawn, other_unit, iif(mean_absolute_of_timely IS NULL, '-', printf('%.4f', mean_absolute_of_timely)))
    FROM revision_summary WHERE code = ?1";

fn summary_told(told: &Summary) -> Vec<String> {
    if told.periods == 0 {
        return Vec::new();
    }
    let four = |number: Option<Decimal>| number.map_or("-".to_string(), |number| format!("{:.4}", number.round_dp(4)));
    let day = |day: Option<chrono::NaiveDate>| day.unwrap().to_string();
    let words = [
        day(told.first_vintage),
        day(told.last_vintage),
        told.vintages.to_string(),
        told.periods.to_string(),
        told.revised.to_string(),
        four(told.mean_revision),
        four(told.mean_absolute_revision),
        four(told.largest_revision),
        told.sign_flips.map_or("-".to_string(), |flips| flips.to_string()),
        told.decimals_differ.to_string(),
        told.estimated.to_string(),
        told.late_first.to_string(),
        told.withdrawn.to_string(),
        told.other_unit.to_string(),
        four(told.mean_absolute_of_timely),
    ];
    vec![words.join(" ")]
}

/// `-0.0000`, and what rounding takes from a mean, are not what is compared here: the exact mean of whole numbers has two decimals.
fn near(a: &[String], b: &[String]) -> bool {
    let words = |lines: &[String]| {
        lines.iter().flat_map(|line| line.split(' ').map(str::to_string).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let same = |(a, b): (&String, &String)| match (a.parse::<Decimal>(), b.parse::<Decimal>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= Decimal::new(5, 3),
        _ => a == b,
    };
    let (a, b) = (words(a), words(b));
    a.len() == b.len() && a.iter().zip(&b).all(same)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn views_and_exact_arithmetic_agree(chains in chains()) {
        let fixture = filled(&chains);
        for code in CODES {
            let told = told(&fixture, code);
            prop_assert_eq!(triangle_of_view(&fixture, code), triangle_told(&told));
            let mut query = fixture.store.db.prepare(SUMMARY).unwrap();
            let view: Vec<String> = query.query_map([code], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            let exact = summary_told(&told.summary);
            prop_assert!(near(&view, &exact), "{}: {:?} against {:?}", code, view, exact);
        }
    }
}

#[test]
fn the_last_column_of_a_triangle_is_latest() {
    let chains: Vec<Chain> = vec![
        ((0, 2019, 0, 2), vec![(1, Some("99.5"), true), (4, Some("100.7"), true)]),
        ((0, 2020, 0, 2), vec![(1, Some("97.1"), true), (3, None, true)]),
        ((0, 2020, 1, 0), vec![(2, Some("97.4"), true)]),
    ];
    let fixture = filled(&chains);
    let one = |sql: &str| fixture.store.db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let last = "FROM revision_triangle WHERE code = 'p.i.a.ru.yoy.a' AND vintage = '2021-01-04'";
    assert_eq!(one(&format!("SELECT count(*) {last}")), 2);
    assert_eq!(one(&format!("SELECT count(*) FROM latest WHERE observation_id IN (SELECT observation_id {last})")), 2);
    assert_eq!(told(&fixture, CODES[0]).summary.withdrawn, 1);
}

/// One series asked by its code: every table is searched; what is scanned are only its own days.
#[test]
fn one_series_is_found_by_index() {
    let fixture = filled(&[]);
    for sql in [
        "SELECT * FROM revision_triangle WHERE code = ?1",
        "SELECT * FROM revision_triangle WHERE code = ?1 AND period = ?2",
        "SELECT * FROM revision_summary WHERE code = ?1",
    ] {
        let mut query = fixture.store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let blanks = vec![""; query.parameter_count()];
        let rows = query.query_map(rusqlite::params_from_iter(blanks), |row| row.get::<_, String>(3)).unwrap();
        let plan: Vec<String> = rows.map(Result::unwrap).collect();
        let own = |line: &str| line.starts_with("SCAN v VIRTUAL TABLE") || line == "SCAN revision_summary";
        let scanned: Vec<&String> = plan.iter().filter(|line| line.starts_with("SCAN") && !own(line)).collect();
        assert!(scanned.is_empty() && plan.iter().any(|line| line.contains("observation_lookup")), "{sql}\n{plan:#?}");
    }
}

/// The view has to spell out the measures that have a sign.
#[test]
fn the_view_knows_the_measures() {
    let schema = include_str!("../../../schema.sql");
    for list in [&INDEX_MEASURES[..], &GROWTH_MEASURES[..]] {
        let quoted: Vec<String> = list.iter().map(|measure| format!("'{measure}'")).collect();
        assert!(schema.contains(&format!("s.measure IN ({})", quoted.join(", "))), "{list:?}");
    }
    assert!(schema.contains(&format!("+ {} AS late", crate::model::FIRST_PRINT_DAYS)));
}
