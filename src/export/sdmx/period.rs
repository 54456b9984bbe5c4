//! Periods as SDMX writes them.

use crate::model::{Frequency, Period};
use chrono::{Datelike, Weekday};

/// The observational time period of a figure: a calendar period of its frequency where it is one, else the first day and a duration.
pub fn sdmx(frequency: Frequency, period: Period) -> String {
    calendar(frequency, period).unwrap_or_else(|| range(period))
}

/// `2021`, `2021-S1`, `2021-Q1`, `2021-03`, `2021-W05`, `2021-03-01`. What is cumulated is no such period, though it may end with one.
fn calendar(frequency: Frequency, period: Period) -> Option<String> {
    let (start, end) = (period.start(), period.end());
    let (year, month) = (start.year(), start.month());
    match (frequency, period.whole_months()) {
        (Frequency::A, Some(12)) if month == 1 => Some(format!("{year:04}")),
        (Frequency::H, Some(6)) if month % 6 == 1 => Some(format!("{year:04}-S{}", month / 6 + 1)),
        (Frequency::Q, Some(3)) if month % 3 == 1 => Some(format!("{year:04}-Q{}", month / 3 + 1)),
        (Frequency::M, Some(1)) => Some(format!("{year:04}-{month:02}")),
        (Frequency::W, _) if start.weekday() == Weekday::Mon && (end - start).num_days() == 6 => {
            let week = start.iso_week();
            Some(format!("{:04}-W{:02}", week.year(), week.week()))
        }
        (Frequency::D, _) if start == end => Some(start.to_string()),
        _ => None,
    }
}

/// `2021-01-01/P6M`, `2026-08-25/P7D`.
fn range(period: Period) -> String {
    let days = (period.end() - period.start()).num_days() + 1;
    match period.whole_months() {
        Some(months) => format!("{}/P{months}M", period.start()),
        None => format!("{}/P{days}D", period.start()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_notation_of_the_standard() {
        let cases = [
            ("a", "2021", "2021"),
            ("a", "2018-01/2020-12", "2018-01-01/P36M"),
            ("h", "2021-01/2021-06", "2021-S1"),
            ("h", "2021-07/2021-12", "2021-S2"),
            ("q", "2021-Q3", "2021-Q3"),
            ("m", "2021-03", "2021-03"),
            ("m", "2021-01/2021-02", "2021-01-01/P2M"),
            ("w", "2021-02-01/2021-02-07", "2021-W05"),
            ("w", "2020-12-28/2021-01-03", "2020-W53"),
            ("w", "2026-08-25/2026-08-31", "2026-08-25/P7D"),
            ("d", "2020-04-25", "2020-04-25"),
            ("ytd", "2021-01", "2021-01-01/P1M"),
            ("ytd", "2021-Q1", "2021-01-01/P3M"),
            ("ytd", "2021", "2021-01-01/P12M"),
        ];
        for (frequency, period, wanted) in cases {
            assert_eq!(sdmx(Frequency::parse(frequency).unwrap(), period.parse().unwrap()), wanted, "{frequency} {period}");
        }
    }
}
