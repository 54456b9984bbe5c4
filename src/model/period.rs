//! A period is a closed interval of days with a canonical ISO text.

use chrono::{Datelike, Months, NaiveDate};
use std::fmt;
use std::str::FromStr;

/// A closed interval of days. `2020-01/2020-12` *is* `2020`, and is written so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    start: NaiveDate,
    end: NaiveDate,
}

/// A text that is no period, or a period that ends before it starts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a period such as 2020, 2020-Q1, 2020-12, 2020-04-25 or 2020-01/2020-06, found {0:?}")]
pub struct PeriodError(pub String);

impl Period {
    /// The days from `start` to `end`, both inclusive; `None` if they are in the wrong order.
    pub fn days(start: NaiveDate, end: NaiveDate) -> Option<Period> {
        (start <= end).then_some(Period { start, end })
    }

    /// One day.
    pub fn day(date: NaiveDate) -> Period {
        Period { start: date, end: date }
    }

    /// A run of whole months of one or more years.
    pub fn months(from: (i32, u32), to: (i32, u32)) -> Option<Period> {
        let start = NaiveDate::from_ymd_opt(from.0, from.1, 1)?;
        let last = NaiveDate::from_ymd_opt(to.0, to.1, 1)?;
        let end = last.checked_add_months(Months::new(1))?.pred_opt()?;
        Period::days(start, end)
    }

    /// A calendar year.
    pub fn year(year: i32) -> Option<Period> {
        Period::months((year, 1), (year, 12))
    }

    /// A quarter, 1 to 4.
    pub fn quarter(year: i32, quarter: u32) -> Option<Period> {
        (1..=4).contains(&quarter).then(|| Period::months((year, quarter * 3 - 2), (year, quarter * 3)))?
    }

    /// A half-year, 1 or 2.
    pub fn half(year: i32, half: u32) -> Option<Period> {
        (1..=2).contains(&half).then(|| Period::months((year, half * 6 - 5), (year, half * 6)))?
    }

    /// A month, 1 to 12.
    pub fn month(year: i32, month: u32) -> Option<Period> {
        Period::months((year, month), (year, month))
    }

    /// First day.
    pub fn start(self) -> NaiveDate {
        self.start
    }

    /// Last day.
    pub fn end(self) -> NaiveDate {
        self.end
    }

    /// How many whole months it spans; `None` if it does not start and end with one.
    pub fn whole_months(self) -> Option<u32> {
        let next = self.end.succ_opt()?;
        if self.start.day() != 1 || next.day() != 1 {
            return None;
        }
        let months = (next.year() - self.start.year()) * 12 + next.month() as i32 - self.start.month() as i32;
        u32::try_from(months).ok().filter(|&m| m > 0)
    }

    /// The period of the same length that many calendar months later (earlier if negative); only for whole months.
    pub fn shift_months(self, by: i32) -> Option<Period> {
        let length = self.whole_months()?;
        let months = Months::new(by.unsigned_abs());
        let start = if by < 0 { self.start.checked_sub_months(months)? } else { self.start.checked_add_months(months)? };
        let end = start.checked_add_months(Months::new(length))?.pred_opt()?;
        Period::days(start, end)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start, self.end);
        match self.whole_months() {
            Some(12) if start.month() == 1 => write!(f, "{:04}", start.year()),
            Some(3) if start.month() % 3 == 1 => write!(f, "{:04}-Q{}", start.year(), start.month() / 3 + 1),
            Some(1) => write!(f, "{:04}-{:02}", start.year(), start.month()),
            Some(_) => write!(f, "{:04}-{:02}/{:04}-{:02}", start.year(), start.month(), end.year(), end.month()),
            None if start == end => write!(f, "{start}"),
            None => write!(f, "{start}/{end}"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Period, PeriodError> {
        let parsed = match text.split_once('/') {
            Some((from, to)) => {
                let (from, to) = (simple(from), simple(to));
                from.zip(to).and_then(|(from, to)| Period::days(from.start, to.end))
            }
            None => simple(text),
        };
        parsed.ok_or_else(|| PeriodError(text.to_string()))
    }
}

/// `2020`, `2020-Q1`, `2020-12` or `2020-04-25`.
fn simple(text: &str) -> Option<Period> {
    // a sign is no digit, though a number may have one
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'Q')) {
        return None;
    }
    let year = |s: &str| if s.len() == 4 { s.parse::<i32>().ok() } else { None };
    let parts: Vec<&str> = text.split('-').collect();
    match parts[..] {
        [y] => Period::year(year(y)?),
        [y, q] if q.starts_with('Q') => Period::quarter(year(y)?, q[1..].parse().ok()?),
        [y, m] if m.len() == 2 => Period::month(year(y)?, m.parse().ok()?),
        [y, m, d] if m.len() == 2 && d.len() == 2 => {
            NaiveDate::from_ymd_opt(year(y)?, m.parse().ok()?, d.parse().ok()?).map(Period::day)
        }
        _ => None,
    }
}

/// How often a series speaks; `Ytd` for runs cumulated from January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Frequency {
    /// Annual.
    A,
    /// Half-yearly.
    H,
    /// Quarterly.
    Q,
    /// Monthly.
    M,
    /// Weekly.
    W,
    /// Daily.
    D,
    /// Cumulated from January; its last period of a year is the year itself.
    Ytd,
}

impl Frequency {
    /// The name that stands in series codes.
    pub fn as_str(self) -> &'static str {
        match self {
            Frequency::A => "a",
            Frequency::H => "h",
            Frequency::Q => "q",
            Frequency::M => "m",
            Frequency::W => "w",
            Frequency::D => "d",
            Frequency::Ytd => "ytd",
        }
    }

    /// The inverse of [`Frequency::as_str`].
    pub fn parse(text: &str) -> Option<Frequency> {
        use Frequency::*;
        [A, H, Q, M, W, D, Ytd].into_iter().find(|f| f.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_texts() {
        let cases = [
            ("2020", "2020"),
            ("2020-01/2020-12", "2020"),
            ("2020-01/2020-03", "2020-Q1"),
            ("2020-04/2020-06", "2020-Q2"),
            ("2020-01/2020-06", "2020-01/2020-06"),
            ("2020-12", "2020-12"),
            ("2020-04-25", "2020-04-25"),
            ("2026-08-25/2026-08-31", "2026-08-25/2026-08-31"),
            ("2020-02-01/2020-02-29", "2020-02"),
        ];
        for (text, canonical) in cases {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), canonical, "{text}");
        }
    }

    #[test]
    fn no_periods() {
        for text in [
            "",
            "20",
            "2020-13",
            "2020-Q5",
            "2020-02-30",
            "2020-12/2020-01",
            "2020/",
            "x",
            "+202",
            "2020-+1",
            "2020-Q+1",
            "2020-04-+5",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn shifting_keeps_whole_months() {
        let february: Period = "2020-02".parse().unwrap();
        assert_eq!(february.shift_months(-12).unwrap().to_string(), "2019-02");
        assert_eq!(february.shift_months(1).unwrap().to_string(), "2020-03");
        assert_eq!("2020-Q1".parse::<Period>().unwrap().shift_months(-3).unwrap().to_string(), "2019-Q4");
    }
}
