//! Triangles and their sums, on a few figures and on any.

use super::*;
use chrono::Days;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `day[~] value`, with `-` for withdrawn, until the next of the list: a chain.
fn chain(class: Class, source: &str, prints: &[&str]) -> Vec<Print> {
    let mut chain: Vec<Print> = prints.iter().map(|text| print(class, source, text)).collect();
    let ends: Vec<NaiveDate> = chain.iter().skip(1).map(|print| print.known_from).collect();
    chain.iter_mut().zip(ends).for_each(|(print, end)| print.known_to = Some(end));
    chain
}

fn print(class: Class, source: &str, text: &str) -> Print {
    let (when, value) = text.split_once(' ').unwrap();
    let value: Option<Decimal> = value.parse().ok();
    Print {
        known_from: day(when.trim_end_matches('~')),
        known_to: None,
        basis: if when.ends_with('~') { DateBasis::Estimated } else { DateBasis::Stated },
        value,
        unit: "percent".into(),
        status: if value.is_some() { Status::Published } else { Status::Withdrawn },
        class,
        source: source.into(),
    }
}

/// Periods with their chains → rows.
fn rows(held: &[(&str, &[&str])]) -> Vec<(Period, Print)> {
    let period = |text: &str| text.parse::<Period>().unwrap();
    held.iter().flat_map(|(at, prints)| chain(Class::Parsed, "s", prints).into_iter().map(move |p| (period(at), p))).collect()
}

fn summary(code: &str, held: &[(&str, &[&str])]) -> Summary {
    SeriesRevisions::of(code.parse().unwrap(), String::new(), rows(held)).summary
}

fn decimal(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

const INDEX: &str = "p.ipi.z.ru.yoy.m";

#[test]
fn the_newest_day_decides_and_then_the_class() {
    let mut held = chain(Class::Parsed, "a", &["2021-01-20 97.1", "2021-03-01 97.4"]);
    held.extend(chain(Class::Quoted, "a", &["2021-01-20 97.2", "2021-02-01 97.3"]));
    held.extend(chain(Class::Parsed, "b", &["2021-03-01 99.9", "2021-04-01 -"]));
    let track = Track::of(Period::year(2020).unwrap(), held);
    let told: Vec<String> =
        track.prints.iter().map(|p| format!("{} {:?}", p.known_from, p.value.map(|v| v.to_string()))).collect();
    let wanted = ["2021-01-20 Some(\"97.1\")", "2021-02-01 Some(\"97.3\")", "2021-03-01 Some(\"97.4\")", "2021-04-01 None"];
    assert_eq!(told, wanted);
    assert_eq!(track.on(day("2021-02-28")).and_then(|p| p.value), decimal("97.3"));
    assert_eq!((track.on(day("2021-01-19")), track.latest()), (None, None));
    assert_eq!(track.revisions().iter().map(|r| r.change.to_string()).collect::<Vec<_>>(), ["0.2", "0.1"]);
}

#[test]
fn a_first_print_beside_an_empty_cell_is_one() {
    let mut held = chain(Class::Parsed, "a", &["2021-01-20 -", "2021-03-01 97.4"]);
    held.extend(chain(Class::Quoted, "b", &["2021-01-20 97.1"]));
    let track = Track::of(Period::year(2020).unwrap(), held);
    assert_eq!(track.on(day("2021-01-20")).map(|print| print.value), Some(None), "the better class says that there is none");
    assert_eq!(track.first().map(|(print, value)| (print.class, value)), Some((Class::Quoted, decimal("97.1").unwrap())));
    assert_eq!(track.revisions(), [Revision { day: day("2021-03-01"), change: decimal("0.3").unwrap() }]);
}

#[test]
fn a_row_that_stood_no_day_is_no_vintage() {
    let mut held = rows(&[("2020", &["2021-01-20 97.1", "2021-01-20 97.2", "2021-02-01~ 97.3"])]);
    held.reverse();
    let triangle = Triangle::of(held);
    let days: Vec<(String, bool)> = triangle.vintages.iter().map(|v| (v.day.to_string(), v.estimated)).collect();
    assert_eq!(days, [("2021-01-20".to_string(), false), ("2021-02-01".to_string(), true)]);
    assert_eq!(triangle.tracks[0].first().map(|(_, value)| value), decimal("97.2"));
    assert_eq!(triangle.track(Period::year(2020).unwrap()), triangle.tracks.first());
    assert_eq!(triangle.track(Period::year(2021).unwrap()), None);
}

/// Changes: −0.2, +1.3 (a flip), 0 (a repeat with more digits), 0.1 (in other digits); 2020-05 came last, nothing could change it.
#[test]
fn a_summary_by_hand() {
    let told = summary(
        INDEX,
        &[
            ("2020-01", &["2020-02-20 97.3", "2020-04-20 97.1"]),
            ("2020-02", &["2020-03-20~ 99.4", "2020-04-20 99.9", "2020-05-20 100.7"]),
            ("2020-03", &["2020-04-20 101.0", "2020-05-20 101.00"]),
            ("2018-03", &["2020-04-20 101", "2020-05-20 101.1"]),
            ("2020-04", &["2020-04-20 100.0", "2020-05-20 -"]),
            ("2020-05", &["2020-06-20 90.0"]),
        ],
    );
    let wanted = Summary {
        series: INDEX.into(),
        unit: "percent".into(),
        first_vintage: Some(day("2020-02-20")),
        last_vintage: Some(day("2020-06-20")),
        vintages: 5,
        periods: 4,
        revised: 3,
        sum_of_revisions: decimal("1.2"),
        mean_revision: decimal("0.3"),
        sum_of_absolute_revisions: decimal("1.6"),
        mean_absolute_revision: decimal("0.4"),
        // the mean of 0.25, 1, 0.09 and 0.04 is 0.345
        standard_deviation: decimal("0.5874"),
        largest_revision: decimal("1.3"),
        largest_period: Some("2020-02".into()),
        sign_flips: Some(1),
        sign_flip_share: decimal("0.25"),
        decimals_differ: 2,
        within_rounding: 1,
        estimated: 1,
        late_first: 1,
        mean_absolute_of_timely: decimal("0.5"),
        withdrawn: 1,
        other_unit: 0,
    };
    assert_eq!(told, wanted);
}

#[test]
fn signs_are_those_of_the_measure() {
    let flips = |code, held: &[&str]| summary(code, &[("2020", held), ("2019", &["2021-01-01 1"])]).sign_flips;
    assert_eq!(flips(INDEX, &["2021-01-01 99.4", "2021-02-01 100.7"]), Some(1));
    assert_eq!(flips(INDEX, &["2021-01-01 -0.6", "2021-02-01 0.7"]), Some(0), "both are far below 100");
    assert_eq!(flips("p.x.z.ru.growth.a", &["2021-01-01 -0.6", "2021-02-01 0.7"]), Some(1));
    assert_eq!(flips("p.x.z.ru.growth.a", &["2021-01-01 -0.6", "2021-02-01 0.0"]), Some(0), "to nothing is no turn");
    assert_eq!(flips("p.x.z.ru.level.a", &["2021-01-01 -0.6", "2021-02-01 0.7"]), None);
}

#[test]
fn other_units_and_huge_figures_are_left_out() {
    let mut held = rows(&[("2020", &["2021-01-01 1.5", "2021-02-01 1500"]), ("2019", &["2021-01-01 2.0", "2021-02-01 2.1"])]);
    held[1].1.unit = "RUB".into();
    let code: SeriesCode = "p.x.z.ru.level.a".parse().unwrap();
    let told = SeriesRevisions::of(code, String::new(), held);
    assert_eq!((told.summary.periods, told.summary.other_unit), (1, 1));
    assert!(told.triangle.tracks[1].revisions().is_empty());
    let most = Decimal::MAX.to_string();
    let (down, up) = (format!("2021-01-01 -{most}"), format!("2021-02-01 {most}"));
    let told = summary(
        "p.x.z.ru.level.a",
        &[("2020", &[&down, &up]), ("2019", &["2021-01-01 0", &up]), ("2018", &["2021-01-01 0", &up])],
    );
    assert_eq!((told.periods, told.sum_of_revisions, told.standard_deviation), (2, None, None));
}

#[test]
fn what_never_moved_deviates_by_nothing() {
    let still = ["2020-02-20 97.3", "2020-04-20 97.3"];
    let told = summary(INDEX, &[("2020-01", &still), ("2019-01", &still)]);
    assert_eq!((told.periods, told.revised, told.standard_deviation), (2, 0, decimal("0")));
    assert_eq!(summary(INDEX, &[("2020-01", &still)]).standard_deviation, None, "one is no distribution");
    let tiny = ["2020-02-20 1", "2020-04-20 1.0000000001"];
    let told = summary(INDEX, &[("2020-01", &tiny), ("2019-01", &["2020-02-20 1", "2020-04-20 1"])]);
    assert_eq!(told.standard_deviation, decimal("0.00000000005"));
}

#[test]
fn a_first_print_comes_soon() {
    let end = day("2020-12-31");
    for (after, wanted) in [(FIRST_PRINT_DAYS, 0), (FIRST_PRINT_DAYS + 1, 1)] {
        let first = format!("{} 97.1", end.checked_add_days(Days::new(after)).unwrap());
        assert_eq!(summary(INDEX, &[("2020-12", &[&first, "2026-01-01 97.2"])]).late_first, wanted);
    }
}

/// Rows of a few periods in a few chains, each chain without gaps, as the store keeps them.
fn any_rows() -> impl Strategy<Value = Vec<(Period, Print)>> {
    let chain_of = (0..3i32, 0..3usize, prop::collection::btree_map(0..40u64, prop::option::of(-2000..2000i64), 1..5), 0..3u32);
    prop::collection::btree_map((0..3i32, 0..3usize), chain_of, 0..7).prop_map(|chains| {
        let classes = [Class::Quoted, Class::Transcribed, Class::Parsed];
        let built = chains.into_iter().map(|((year, place), (_, _, prints, scale))| {
            let texts: Vec<String> = prints
                .into_iter()
                .map(|(days, value)| {
                    let when = day("2021-01-01").checked_add_days(Days::new(days)).unwrap();
                    value.map_or(format!("{when} -"), |value| format!("{when} {}", Decimal::new(value, scale)))
                })
                .collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let period = Period::year(2018 + year).unwrap();
            chain(classes[place], &format!("s{place}"), &texts).into_iter().map(move |print| (period, print)).collect::<Vec<_>>()
        });
        built.flatten().collect()
    })
}

proptest! {
    #[test]
    fn order_changes_nothing(held in any_rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))) {
        let code: SeriesCode = INDEX.parse().unwrap();
        let [a, b] = [held.0, held.1].map(|rows| SeriesRevisions::of(code.clone(), String::new(), rows));
        prop_assert_eq!(a, b);
    }

    #[test]
    fn one_vintage_revises_nothing(held in any_rows()) {
        let first = held.iter().map(|(_, print)| print.known_from).min();
        let one = held.into_iter().filter(|(_, print)| Some(print.known_from) == first);
        let one: Vec<_> = one.map(|(period, print)| (period, Print { known_to: None, ..print })).collect();
        let told = SeriesRevisions::of(INDEX.parse().unwrap(), String::new(), one);
        prop_assert!(told.triangle.vintages.len() <= 1 && told.summary.periods == 0 && told.summary.revised == 0);
        prop_assert!(told.triangle.tracks.iter().all(|track| track.revisions().is_empty()));
    }

    #[test]
    fn first_and_all_revisions_make_the_latest(held in any_rows()) {
        for track in Triangle::of(held).tracks {
            let Some((_, first)) = track.first() else { continue };
            let sum: Decimal = track.revisions().iter().map(|revision| revision.change).sum();
            prop_assert_eq!(first + sum, track.figures().next_back().unwrap().1);
            prop_assert!(track.prints.windows(2).all(|two| two[0].known_to == Some(two[1].known_from)));
        }
    }

    #[test]
    fn a_day_shows_what_its_print_says(held in any_rows()) {
        let triangle = Triangle::of(held);
        for track in &triangle.tracks {
            for print in &track.prints {
                prop_assert_eq!(track.on(print.known_from), Some(print));
                prop_assert!(triangle.vintages.iter().any(|vintage| vintage.day == print.known_from));
            }
        }
    }

    #[test]
    fn a_mean_lies_within_the_largest(held in any_rows()) {
        let told = SeriesRevisions::of(INDEX.parse().unwrap(), String::new(), held).summary;
        let half = Decimal::new(5, 5);
        if let (Some(mean), Some(absolute), Some(most)) = (told.mean_revision, told.mean_absolute_revision, told.largest_revision) {
            prop_assert!(mean.abs() <= absolute + half && absolute <= most + half);
        }
        prop_assert!(told.revised <= told.periods && told.sign_flips.unwrap_or_default() <= told.revised);
    }
}
