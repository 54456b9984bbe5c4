//! What a document's name says of its periods, held against those of its lines: a file called 2020 that has lines of 2019 was put
//! together, renamed or mistaken for another one.

use crate::model::{Drift, Lines, Weight};
use std::ops::RangeInclusive;

/// Years that a number in a name is taken for.
const YEARS: RangeInclusive<i32> = 1990..=2049;

/// Periods of lines that lie outside those of the name; a person says whether that is fine.
pub(super) fn periods_outside(label: &str, lines: &Lines) -> Option<Drift> {
    let named = periods(label, &lines.scope)?;
    // an annual figure lies in a year of which the name says a month only as far as that is the year
    let inside = |period: i32| {
        named.contains(&period) || (period % 100 == 0 && named.contains(&(period + 1)) && named.contains(&(period + 12)))
    };
    let (mut outside, mut count) = (None, 0);
    for (period, (first, lines)) in lines.periods.iter().filter(|(period, _)| !inside(**period)) {
        outside.get_or_insert((*first, *period));
        count += lines;
    }
    let (first, period) = outside?;
    let shown = |period: i32| match period % 100 {
        0 => format!("{}", period / 100),
        month => format!("{}-{month:02}", period / 100),
    };
    let (from, to) = (shown(*named.start()), shown(*named.end()));
    let after = format!("{count} lines of other periods; the first is line {first}, of {}", shown(period));
    Some(Drift::new(Weight::Holds, "period_outside_name", label, format!("{from} to {to}"), after))
}

/// First and last month of the name, as year × 100 + month.
fn periods(label: &str, scope: &str) -> Option<RangeInclusive<i32>> {
    let name = label.split(['?', '#']).next()?.rsplit(['/', '\\']).next()?;
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let numbers: Vec<Option<i32>> = words.iter().map(|word| word.parse().ok().filter(|_| word.len() <= 6)).collect();
    let year = |number: &Option<i32>| number.filter(|year| YEARS.contains(year));
    let month = |number: i32| (1..=12).contains(&number);
    let whole: Vec<i32> = numbers.iter().flatten().copied().filter(|n| YEARS.contains(&(n / 100)) && month(n % 100)).collect();
    if let [one] = whole.as_slice() {
        return Some(*one..=*one);
    }
    let years: Vec<i32> = numbers.iter().filter_map(year).collect();
    // 2009 is fruit juice, too
    if years.iter().any(|year| scope.contains(&format!("code {year}"))) {
        return None;
    }
    let (first, last) = (*years.iter().min()?, *years.iter().max()?);
    if let [year] = years.as_slice() {
        let at = numbers.iter().position(|number| *number == Some(*year))?;
        let beside = [at.checked_sub(1), at.checked_add(1)].into_iter().flatten();
        let two = beside.filter(|at| words.get(*at).is_some_and(|word| word.len() == 2));
        let months: Vec<i32> = two.filter_map(|at| numbers.get(at).copied().flatten()).filter(|n| month(*n)).collect();
        if let [month] = months.as_slice() {
            return Some(year * 100 + month..=year * 100 + month);
        }
    }
    Some(first * 100 + 1..=last * 100 + 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_the_periods_they_mean() {
        let cases = [
            ("dumps/DATTSVT_2020.csv", "digits 10", Some((202001, 202012))),
            ("2020-03.csv.zip", "", Some((202003, 202003))),
            ("https://host/03_2020.zip?year=1999", "", Some((202003, 202003))),
            ("trade-202107.csv", "", Some((202107, 202107))),
            ("bermudi 2013-2016.csv", "", Some((201301, 201612))),
            ("tnved/2009.csv", "digits 4 code 2009", None),
            ("fcs/tnved-2207.csv", "digits 4 code 2207", None),
            ("DATTSVT.csv", "", None),
            ("4a2013b.csv", "", None),
        ];
        for (label, scope, wanted) in cases {
            assert_eq!(periods(label, scope).map(|range| (*range.start(), *range.end())), wanted, "{label}");
        }
    }

    #[test]
    fn lines_outside_are_told_with_the_first_of_them() {
        let lines = |periods: &[(i32, (u32, u64))]| Lines { periods: periods.iter().copied().collect(), ..Lines::default() };
        let drift = periods_outside("d_2020.csv", &lines(&[(201912, (17, 3)), (202001, (1, 16)), (202100, (40, 2))])).unwrap();
        assert_eq!((drift.code.as_str(), drift.weight), ("period_outside_name", Weight::Holds));
        assert!(drift.after.contains("5 lines") && drift.after.contains("line 17, of 2019-12"), "{}", drift.after);
        assert!(periods_outside("d_2020.csv", &lines(&[(202000, (1, 1)), (202012, (2, 1))])).is_none());
        assert!(periods_outside("d_2020-05.csv", &lines(&[(202000, (1, 1))])).is_some());
    }
}
