//! Fields that name a period, and those that do not.

use super::dates::spans;
use super::*;
use crate::normalize::label::fold;

/// Field names and texts.
type Set = &'static [(&'static str, &'static str)];

fn fields(set: Set) -> Fields {
    let mut fields = Fields::default();
    for (name, text) in set {
        fields.set(name, text).unwrap();
    }
    fields
}

#[test]
fn one_period() {
    let cases: [(Set, &str); 11] = [
        (&[("year", "2020")], "2020 a"),
        (&[("year", "2020"), ("month", "2")], "2020-02 m"),
        (&[("year", "2020"), ("quarter", "4")], "2020-Q4 q"),
        (&[("year", "2020"), ("half", "2")], "2020-07/2020-12 h"),
        (&[("year", "2020"), ("ytd", "1")], "2020-01 ytd"),
        (&[("year", "2020"), ("ytd", "3")], "2020-Q1 ytd"),
        (&[("year", "2020"), ("ytd", "8")], "2020-01/2020-08 ytd"),
        (&[("year", "2020"), ("ytd", "12")], "2020 ytd"),
        (&[("date", "2020-04-25")], "2020-04-25 d"),
        (&[("days", "2026-08-25/2026-08-31")], "2026-08-25/2026-08-31 w"),
        (&[("year", "2020"), ("year'", "2019"), ("month'", "1")], "2020 a"),
    ];
    for (set, wanted) in cases {
        let (period, frequency) = period_of(&fields(set), false).unwrap();
        assert_eq!(format!("{period} {}", frequency.as_str()), wanted);
    }
}

#[test]
fn no_period() {
    let cases: [(Set, bool, &str); 6] = [
        (&[], false, "none of them"),
        (&[("month", "2")], false, "month 2"),
        (&[("year", "2020"), ("month", "2"), ("quarter", "1")], false, "year 2020 with month 2 with quarter 1"),
        (&[("year", "2020"), ("date", "2020-04-25")], false, "year 2020 with date 2020-04-25"),
        (&[("year", "2020"), ("days", "2020-01-01/2020-01-07")], false, "year 2020 with days 2020-01-01/2020-01-07"),
        (&[("year", "2020"), ("ytd", "3")], true, "year 2020 with ytd 3"),
    ];
    for (set, as_of, said) in cases {
        assert_eq!(period_of(&fields(set), as_of), Err(PeriodIssue(said.to_string())));
    }
}

#[test]
fn bases() {
    use Base::{DecemberLastYear, Previous, SameLastYear};
    let cases: [(Set, Base, bool); 12] = [
        (&[("year", "2020"), ("month", "1"), ("month'", "12"), ("year'", "2019")], Previous, true),
        (&[("year", "2020"), ("month", "1"), ("month'", "12"), ("year'", "2020")], Previous, false),
        (&[("year", "2020"), ("month", "5"), ("month'", "4")], Previous, true),
        (&[("year", "2020"), ("month", "5"), ("month'", "5"), ("year'", "2019")], SameLastYear, true),
        (&[("year", "2020"), ("month", "5")], SameLastYear, false),
        (&[("year", "2020"), ("month", "5"), ("quarter'", "2")], SameLastYear, false),
        (&[("year", "2020"), ("quarter", "1"), ("quarter'", "4"), ("year'", "2019")], Previous, true),
        (&[("year", "2020"), ("ytd", "5"), ("ytd'", "5"), ("year'", "2019")], SameLastYear, true),
        (&[("year", "2020"), ("ytd", "5"), ("ytd'", "4"), ("year'", "2019")], SameLastYear, false),
        (&[("year", "2020"), ("year'", "2019")], Previous, true),
        (&[("year", "2020"), ("month", "5"), ("month'", "12"), ("year'", "2019")], DecemberLastYear, true),
        (&[("year", "2020"), ("month", "5"), ("month'", "12"), ("year'", "2020")], DecemberLastYear, false),
    ];
    for (set, base, holds) in cases {
        assert_eq!(base_holds(&fields(set), base), holds, "{set:?} {base:?}");
    }
}

#[test]
fn spans_of_days() {
    for (text, wanted) in [
        ("с 25 по 31 августа 2026 г.", Some("2026-08-25 2026-08-31")),
        ("со 2 по 8 июня 2026 года", Some("2026-06-02 2026-06-08")),
        ("с 28 июля по 3 августа 2026 г.", Some("2026-07-28 2026-08-03")),
        ("с 29 декабря по 11 января 2026 г.", Some("2025-12-29 2026-01-11")),
        ("с 29 декабря 2025 г. по 11 января 2026 г.", Some("2025-12-29 2026-01-11")),
        ("с 25.08.2026 по 31.08.2026", Some("2026-08-25 2026-08-31")),
        ("25–31 августа 2026", Some("2026-08-25 2026-08-31")),
        ("с 31 по 25 августа 2026 г.", None),
        ("с 25 августа 2026 г.", None),
    ] {
        let folded = fold(text);
        let whole = spans(&folded, 0).into_iter().find(|&(_, end)| end == folded.len());
        assert_eq!(whole.map(|((from, to), _)| format!("{from} {to}")).as_deref(), wanted, "{text}");
    }
}
