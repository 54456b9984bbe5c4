//! Every explanation on its own, as tables: what is printed, what is held, what is said.

use super::*;
use crate::paper::Paper;
use crate::reconcile::SeriesLink;

const HEADER: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                      series,period,measure,base,footnote,cutoff";
const INDEX: &str = "rosstat.ipi.bcde.ru.yoy.m.base2018";

/// By which everything held here was known, but for what is said to be late.
const THEN: Then = Then { cutoff: NaiveDate::from_ymd_opt(2023, 5, 1).unwrap(), as_of: None };

/// A claim: value, unit, measure, series, period.
fn claim((value, unit, measure): (&str, &str, &str), series: &str, period: &str) -> Claim {
    let decimals = value.split_once('.').map_or(0, |(_, d)| d.len());
    let row = format!("c1,1,1,1,{value},{value},{decimals},{unit},,,,,,,{series},{period},{measure},,,");
    Paper::parse("id = 'p'\ntitle = 't'\naccepted = 2023-05-01\n", &format!("{HEADER}\n{row}\n"), "p", "c")
        .unwrap()
        .claims
        .remove(0)
}

fn figure(text: &str) -> Figure {
    let value: Decimal = text.parse().unwrap();
    Figure::printed(value, value.scale())
}

/// `code period value unit…`, known a month after its period.
fn held(text: &str, link: Option<&str>) -> OtherFigure {
    let parts: Vec<&str> = text.splitn(4, ' ').collect();
    let (period, value): (Period, Decimal) = (parts[1].parse().unwrap(), parts[2].parse().unwrap());
    let code: SeriesCode = parts[0].parse().unwrap();
    let publisher = code.identity().publisher.to_uppercase();
    let known_from = period.end().checked_add_days(chrono::Days::new(30)).unwrap();
    let link = link.map(|kind| SeriesLink { kind: kind.into(), note: "quoted as one".into() });
    let (decimals, unit) = (value.scale(), parts[3].to_string());
    OtherFigure { code, publisher, period, value, decimals, unit, known_from, current: true, link }
}

/// Asks with what a claim and its figure are.
fn doubted<T>(claim: &Claim, source: Option<&str>, ask: impl FnOnce(&Doubt<'_>) -> T) -> T {
    let (printed, source) = (Figure::printed(claim.value.unwrap(), claim.decimals), source.map(figure));
    let code = claim.series.as_ref().unwrap();
    ask(&Doubt { claim, code, publisher: "Rosstat", printed: &printed, source: source.as_ref(), judged: &[], then: THEN })
}

/// Codes and sentences of what fits, in order.
fn fitting(guesses: Vec<Guess>) -> Vec<String> {
    ranked(guesses).into_iter().map(|g| format!("{}: {}", g.code, g.sentence)).collect()
}

#[test]
fn slips() {
    let (percent, growth) = ("percent", "growth");
    let cases = [
        (
            ("61.8", percent, growth),
            "161.8",
            "index_form: The figure of an index is printed as a growth (100 apart): 161.8 % was meant.",
        ),
        (("61.8", "times", growth), "161.8", "leading_digit_lost: The first digit is missing: 161.8 times was meant."),
        (("4.51", percent, growth), "5.41", "digit_swap: Two digits changed places: 5.41 % was meant."),
        (("-7.0", percent, growth), "7.0", "sign: The direction is turned: 7.0 % was meant."),
        (("70.0", percent, growth), "7.00", "power_of_ten: The decimal point is shifted by 1 place: 7.00 % was meant."),
        (
            ("95.9", percent, growth),
            "-4.1",
            "index_form: The figure of a growth is printed as an index (100 apart): −4.1 % was meant.",
        ),
        (("-4.1", percent, growth), "-4.16", "truncated: The figure −4.16 % is cut off instead of rounded."),
        (
            ("151.2", "USD billion", "level"),
            "0.1512",
            "power_of_ten: The number agrees in USD million: the unit word is wrong, 151.2 USD million was meant.",
        ),
        (
            ("2.5", "times", "multiple"),
            "3.5",
            "times_as_increase: “N times” prints a ratio as an increase (1 apart): 3.5 times was meant.",
        ),
        (
            ("3.5", "times", "multiple"),
            "2.5",
            "times_as_increase: “N times” prints an increase as a ratio (1 apart): 2.5 times was meant.",
        ),
    ];
    for (printed, source, wanted) in cases {
        let claim = claim(printed, "x.y.z.ru.growth.a", "2020");
        let got = doubted(&claim, Some(source), |doubt| fitting(slip::all(doubt)));
        assert_eq!(got.first().map(String::as_str), Some(wanted), "{printed:?} {source}: {got:?}");
    }
    let claim = claim(("5.0", percent, growth), "x.y.z.ru.growth.a", "2020");
    assert_eq!(doubted(&claim, Some("7.3"), |doubt| fitting(slip::all(doubt))), [""; 0]);
}

/// What another figure is to the declared one; the claim says −4.1 % for December 2020, the figure held says so too.
#[test]
fn other_figures() {
    let cases = [
        ("rosstat.ipi.bcde.ru.yoy.m.base2018 2020-11 95.9 percent", None, "wrong_period"),
        ("rosstat.ipi.bcde.ru.yoy.m.base2018 2019-12 95.9 percent", None, "wrong_period"),
        ("rosstat.ipi.bcde.ru.mom.m.base2018 2020-12 95.9 percent", None, "wrong_base_period"),
        ("rosstat.ipi.bcde.ru.yoy.ytd.base2018 2020 95.9 percent", None, "wrong_base_period"),
        ("rosstat.ipi.bcde.ru.dec.m.base2018 2020-12 95.9 percent", None, "wrong_base_period"),
        ("rosstat.ipi.bcde.ru.vs2019.m.base2018 2020-12 95.9 percent", None, "wrong_base_period"),
        ("rosstat.ipi.bcde.ru.pre-epidemic.m 2020-12 -4.1 percent", None, "wrong_base_period"),
        ("rosstat.ipi.bcde.ru.yoy.m.sa 2020-12 95.9 percent", None, "adjustment"),
        ("rosstat.ipi.bcde.ru.yoy.m.base2010 2020-12 95.9 percent", None, "revised_base"),
        ("rosstat.ipi.bcde.ru.yoy.m.okved1 2020-12 95.9 percent", Some("successor"), "revised_base"),
        ("rosstat.ipi.bcde.ru.yoy.m 2020-12 -4.1 percentage points", None, "percent_vs_pp"),
        ("rosstat.ipi.c.ru.yoy.m.base2018 2020-12 95.9 percent", None, "wrong_row"),
        ("rosstat.output.bcde.ru.yoy.m 2020-12 95.9 percent", Some("same_label"), "wrong_series"),
        ("rosstat.gva.bcde.ru.yoy.m 2020-12 95.9 percent", None, "wrong_series"),
        ("emiss.ipi.bcde.ru.growth.m 2020-12 -4.1 percent", None, "wrong_source_named"),
        ("ipem.production.total.ru.growth.m 2020-12 -4.1 percent", Some("same_label"), "wrong_source_named"),
        ("ipem.production.total.ru.growth.m 2020-12 -4.1 percent", None, ""),
        ("rosstat.ipi.bcde.moscow.yoy.m.base2018 2020-12 95.9 percent", None, ""),
        ("rosstat.ipi.bcde.ru.level.m 2020-12 -4.1 percent", None, ""),
        ("rosstat.ipi.c.ru.yoy.m.base2018 2020-12 95.8 percent", None, ""),
    ];
    let claim = claim(("-4.1", "percent", "growth"), INDEX, "2020-12");
    for (other, link, wanted) in cases {
        let got = doubted(&claim, Some("2.1"), |doubt| ranked(other::guesses(doubt, &held(other, link))));
        assert_eq!(got.first().map_or("", |guess| guess.code), wanted, "{other}: {got:?}");
    }
}

/// Trade has directions, partners and currencies.
#[test]
fn flows_and_currencies() {
    let cases = [
        ("gacc.trade.total.cn.import.ru.level.a.usd 2020 50.50 USD billion", "wrong_series"),
        ("gacc.trade.total.ru.export.cn.level.a.usd 2020 50.50 USD billion", "wrong_series"),
        ("fcs.trade.total.ru.import.cn.level.a 2020 50499.5 USD million", "mirror_difference"),
        ("fcs.trade.total.cn.export.ru.level.a 2020 50.50 USD billion", "wrong_source_named"),
        ("gacc.trade.total.cn.export.ru.level.a.cny 2020 50.50 CNY billion", "wrong_currency"),
        ("gacc.trade.total.cn.export.ru.level.a.cny 2020 505.0 CNY 100 million", "wrong_currency"),
        ("gacc.trade.coal.cn.export.ru.level.a.usd 2020 50.50 USD billion", "wrong_row"),
        ("gacc.trade.total.cn.export.by.level.a.usd 2020 50.50 USD billion", "wrong_row"),
        ("gacc.trade.total.cn.export.ru.level.a.usd 2019 50.50 USD billion", "wrong_period"),
        ("gacc.tariff.total.cn.export.ru.level.a.usd 2020 50.50 USD billion", ""),
    ];
    let claim = claim(("50.50", "USD billion", "level"), "gacc.trade.total.cn.export.ru.level.a.usd", "2020");
    for (other, wanted) in cases {
        let got = doubted(&claim, Some("50.58"), |doubt| ranked(other::guesses(doubt, &held(other, None))));
        assert_eq!(got.first().map_or("", |guess| guess.code), wanted, "{other}: {got:?}");
    }
}

#[test]
fn a_change_in_points_is_no_change_in_per_cent() {
    let claim = claim(("1.3", "percent", "growth"), "rosstat.labour.rate.ru.yoy.a", "2020");
    let level = |text: &str| held(text, None);
    let (now, other) =
        (level("rosstat.labour.rate.ru.level.a 2020 5.8 percent"), level("rosstat.labour.rate.by.level.a 2020 5.8 percent"));
    let of = |before: &str| doubted(&claim, Some("28.9"), |doubt| other::point_change(doubt, &now, &level(before)));
    let year = of("rosstat.labour.rate.ru.level.a 2019 4.5 percent").unwrap();
    let wanted = "1.3 is the change in percentage points, from 4.5 % in 2019 to 5.8 % in 2020, not one in per cent.";
    assert_eq!((year.code, year.sentence.as_str()), ("percent_vs_pp", wanted));
    assert_eq!(of("rosstat.labour.rate.ru.level.a 2021 4.5 percent"), None, "it comes later");
    assert!(!of("rosstat.labour.rate.ru.level.a 2019 4.6 percent").unwrap().fits);
    assert!(doubted(&claim, None, |doubt| other::is_level_of(doubt, &now) && !other::is_level_of(doubt, &other)));
}

/// The most plausible first, what was measured before what was expected, the exact before the rounded, the near before the far.
#[test]
fn the_best_comes_first() {
    let claim = claim(("-4.1", "percent", "growth"), INDEX, "2020-12");
    let held = [
        ("economy.ipi-forecast.bcde.ru.yoy.m 2020-12 95.9 percent", Some("same_label")),
        ("rosstat.ipi.bcde.ru.yoy.m.base2018 2020-07 95.9 percent", None),
        ("rosstat.ipi.c.ru.yoy.m.base2018 2020-12 95.90 percent", None),
        ("rosstat.ipi.d.ru.yoy.m.base2018 2020-12 95.9 percent", None),
        ("rosstat.ipi.bcde.ru.mom.m.base2018 2020-12 95.9 percent", None),
        ("rosstat.ipi.bcde.ru.yoy.m.base2018 2021-12 95.9 percent", None),
        ("rosstat.ipi.bcde.ru.yoy.m.base2018 2020-11 95.9 percent", None),
        ("ipem.production.total.ru.growth.m 2020-12 -4.1 percent", Some("same_label")),
    ]
    .map(|(text, link)| held(text, link));
    let guesses =
        |doubt: &Doubt<'_>| held.iter().flat_map(|figure| other::guesses(doubt, figure)).chain(slip::all(doubt)).collect();
    let got = doubted(&claim, Some("4.1"), |doubt| fitting(guesses(doubt)));
    let wanted = [
        "wrong_source_named: −4.1 % agrees with IPEM's figure for 2020-12, not with that of Rosstat \
         (ipem.production.total.ru.growth.m, −4.1 %); quoted as one: name IPEM as the source, or print 4.1 %.",
        "wrong_period: −4.1 % agrees with ROSSTAT's figure for 2020-11",
        "wrong_period: −4.1 % agrees with ROSSTAT's figure for 2021-12",
        "wrong_base_period: −4.1 % agrees with ROSSTAT's figure for 2020-12, which is against the month before, for the month alone",
        "wrong_row: −4.1 % agrees with ROSSTAT's figure for 2020-12 in the row of “d”",
        "wrong_row: −4.1 % agrees with ROSSTAT's figure for 2020-12 in the row of “c”",
        "sign: The direction is turned: 4.1 % was meant.",
        "wrong_period: −4.1 % agrees with ROSSTAT's figure for 2020-07",
        "wrong_source_named: −4.1 % agrees with ECONOMY's forecast or plan figure for 2020-12",
    ];
    assert_eq!(got.len(), wanted.len(), "{got:#?}");
    got.iter().zip(wanted).for_each(|(got, wanted)| assert!(got.starts_with(wanted), "{got}\n{wanted}"));
}

#[test]
fn what_was_told_too_early_was_expected() {
    let known = |text: &str, day: &str| OtherFigure { known_from: day.parse().unwrap(), ..held(text, None) };
    let cases = [
        ("x.y.z.ru.growth.a 2020 95.9 percent", "2020-12-20", true),
        ("x.y.z.ru.growth.a 2020 95.9 percent", "2021-01-25", false),
        ("x.projects.z.ru.level.m 2020-12 70 pieces", "2020-12-10", false),
        ("x.projects.z.ru.level.m 2020-12 70 pieces", "2020-11-10", true),
        ("cbr.rate.usd.rub.level.d 2020-12-10 73.4 RUB", "2020-12-09", false),
        ("x.ipi-forecast.z.ru.growth.a 2020 95.9 percent", "2021-01-25", true),
    ];
    for (text, day, wanted) in cases {
        assert_eq!(other::is_forecast(&known(text, day)), wanted, "{text} {day}");
    }
}

#[test]
fn a_figure_that_was_replaced_is_told_so() {
    let claim = claim(("-4.1", "percent", "growth"), INDEX, "2020-12");
    let stands = held("rosstat.ipi.bcde.ru.yoy.m.base2018 2020-11 95.9 percent", None);
    let replaced = OtherFigure { current: false, ..stands.clone() };
    let got = doubted(&claim, None, |doubt| fitting([&replaced, &stands].map(|f| other::guesses(doubt, f)).concat()));
    assert!(!got[0].contains("replaced") && got[1].contains("95.9 % from 2020-12-30, since replaced)"), "{got:?}");
}

/// Without a figure of its own the claim gets no slip, and the advice says that it is a guess.
#[test]
fn without_a_figure_that_decides() {
    let claim = claim(("-4.4", "percent", "growth"), "ipem.demand.medium-tech-domestic.ru.yoy.a", "2020");
    let row = held("ipem.demand.nonferrous-domestic.ru.yoy.a 2020 95.6 percent", None);
    let got = doubted(&claim, None, |doubt| fitting([other::guesses(doubt, &row), slip::all(doubt)].concat()));
    let wanted = "wrong_row: −4.4 % agrees with IPEM's figure for 2020 in the row of “nonferrous-domestic” \
                  (ipem.demand.nonferrous-domestic.ru.yoy.a, 95.6 %): name “nonferrous-domestic”, if that is meant.";
    assert_eq!(got, [wanted]);
}

/// What may have been known too late stands after what was known in time, and says so; as of an earlier day it was not there.
#[test]
fn what_came_too_late_is_told() {
    let claim = claim(("-4.1", "percent", "growth"), INDEX, "2020-12");
    let (mut early, mut late) = (
        held("rosstat.ipi.b.ru.yoy.m.base2018 2020-12 95.9 percent", None),
        held("rosstat.ipi.c.ru.yoy.m.base2018 2020-12 95.9 percent", None),
    );
    late.known_from = NaiveDate::from_ymd_opt(2026, 9, 2).unwrap();
    early.current = false;
    let said = doubted(&claim, Some("-2.9"), |doubt| {
        fitting([&late, &early].into_iter().flat_map(|figure| other::guesses(doubt, figure)).collect())
    });
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("ipi.b.ru") && !said[0].contains("held only"), "{said:?}");
    assert!(said[1].ends_with("It is held only as of 2026-09-02; whether it stood so by 2023-05-01 is not known."), "{said:?}");
}
