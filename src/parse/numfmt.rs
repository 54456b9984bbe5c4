//! What a number looks like under a spreadsheet's number format. Shared by XLSX and XLS.
//!
//! The text is the figure alone: literal text of a format (`0.0" тыс."`, currency signs, brackets for negatives) is
//! left out, digits are not grouped, the point is a point, and only the first section (the one for positive numbers)
//! of a format is looked at. A program that reads the figure is told in words elsewhere what it counts.

mod code;
mod digits;

use chrono::{Days, NaiveDate};
use digits::Digits;

/// A number format, reduced to what decides the displayed text of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFormat {
    /// `General`: the shortest text of the number at 15 significant digits. Exponents and fractions are shown so too.
    General,
    /// A fixed number of decimals, after scaling by 10⁻³ for each trailing comma; `percent` multiplies by 100 and appends `%`.
    Fixed {
        /// Decimals shown at least (`0` after the point).
        decimals: u32,
        /// Further decimals shown where they are not zero (`#` and `?` after the point).
        optional: u32,
        /// Shown as a percentage.
        percent: bool,
        /// Trailing commas: thousands cut off.
        thousands: u32,
    },
    /// A date or time: shown as `2020-04-25`, or `2020-04-25 12:30:00` where the number has a fraction, or `12:30:00`
    /// where it has no day.
    Date,
    /// Text (`@`) and everything that shows no number of its own: as General.
    Text,
}

/// A number as a reader of the workbook sees it, and as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// As displayed: a point, no grouping, `%` after a percentage, ISO dates.
    pub text: String,
    /// The stored number as the shortest plain decimal text that reads back to the same double.
    pub raw: String,
}

/// The last day a spreadsheet can show, 9999-12-31, as a serial number of the 1900 system.
const LAST_SERIAL: f64 = 2_958_465.0;
/// Days from the first day of the 1900 system to the first of the 1904 system (ECMA-376 part 1, 18.17.4.1).
const DAYS_1900_TO_1904: f64 = 1462.0;
/// The day that the 1900 system counts although the year 1900 had no 29 February.
const PHANTOM_DAY: u64 = 60;
const SECONDS_PER_DAY: f64 = 86_400.0;

impl NumberFormat {
    /// Reads a format code such as `#,##0.0` or `dd.mm.yyyy`; never fails: what shows no number is [`NumberFormat::Text`].
    pub fn parse(code: &str) -> NumberFormat {
        code::read(code)
    }

    /// The formats that a workbook names by number only (ECMA-376 part 1, 18.8.30); `None` for custom numbers.
    pub fn builtin(id: u16) -> Option<NumberFormat> {
        let fixed = |decimals, percent| NumberFormat::Fixed { decimals, optional: 0, percent, thousands: 0 };
        Some(match id {
            0 | 11..=13 | 48 => NumberFormat::General,
            1 | 3 | 5 | 6 | 37 | 38 | 41 | 42 => fixed(0, false),
            2 | 4 | 7 | 8 | 39 | 40 | 43 | 44 => fixed(2, false),
            9 => fixed(0, true),
            10 => fixed(2, true),
            14..=22 | 27..=36 | 45..=47 | 50..=58 => NumberFormat::Date,
            49 => NumberFormat::Text,
            _ => return None,
        })
    }

    /// Shows a number. Rounding is half away from zero on the 15 significant digits a spreadsheet works with, so
    /// 1.005 at two decimals is 1.01; a negative number that rounds to zero loses its sign (`0.0`, not `-0.0`).
    /// A value that is no number (NaN, infinity) is shown as `#NUM!`.
    pub fn show(&self, value: f64, date1904: bool) -> Shown {
        let Some(stored) = Digits::of(value) else {
            return Shown { text: "#NUM!".to_owned(), raw: value.to_string() };
        };
        let raw = stored.plain(0);
        let text = match *self {
            NumberFormat::General | NumberFormat::Text => general(value, &stored, &raw),
            NumberFormat::Fixed { decimals, optional, percent, thousands } => {
                fixed(stored.of_15(value), decimals, optional, percent, thousands)
            }
            NumberFormat::Date => date(value, date1904).unwrap_or_else(|| general(value, &stored, &raw)),
        };
        Shown { text, raw }
    }
}

fn general(value: f64, stored: &Digits, raw: &str) -> String {
    if stored.fits_15() { raw.to_owned() } else { stored.of_15(value).plain(0) }
}

fn fixed(mut digits: Digits, decimals: u32, optional: u32, percent: bool, thousands: u32) -> String {
    digits.shift(if percent { 2 } else { 0 });
    digits.shift(-3 * i32::try_from(thousands).unwrap_or(0));
    digits.round(decimals + optional);
    let mut text = digits.plain(decimals);
    if percent {
        text.push('%');
    }
    text
}

/// ISO text of a serial number; `None` where no date or time has this number.
fn date(value: f64, date1904: bool) -> Option<String> {
    let value = if date1904 { value + DAYS_1900_TO_1904 } else { value };
    if !(0.0..LAST_SERIAL + 1.0).contains(&value) {
        return None;
    }
    let (mut day, mut seconds) = (value.trunc() as u64, (value.fract() * SECONDS_PER_DAY).round() as u32);
    if f64::from(seconds) >= SECONDS_PER_DAY {
        (day, seconds) = (day + 1, 0);
    }
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (day, seconds) {
        (0, _) => Some(clock),
        (_, 0) => calendar(day),
        _ => Some(format!("{} {clock}", calendar(day)?)),
    }
}

fn calendar(day: u64) -> Option<String> {
    if day == PHANTOM_DAY {
        return Some("1900-02-29".to_owned());
    }
    let eve = if day < PHANTOM_DAY { NaiveDate::from_ymd_opt(1899, 12, 31) } else { NaiveDate::from_ymd_opt(1899, 12, 30) };
    Some(eve?.checked_add_days(Days::new(day))?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_under_codes() {
        for (value, code, text) in [
            (94.344_006_302_845_16, "0.0", "94.3"),
            (109.0, "0.0", "109.0"),
            (95.899_999_999_999_99, "0.0", "95.9"),
            (2_825.831_640_000_000_3, "General", "2825.83164"),
            (24.139_637_999_999_998, "General", "24.139638"),
            (56_019_903_783.57, "General", "56019903783.57"),
            (2017.0, "General", "2017"),
            (0.000_000_001, "General", "0.000000001"),
            (1e14, "General", "100000000000000"),
            (0.1 + 0.2, "@", "0.3"),
            (0.075, "0.0%", "7.5%"),
            (1.0, "0%", "100%"),
            (1_234_567.891, "#,##0.00", "1234567.89"),
            (1_234_567.891, "#,##0,", "1235"),
            (1_234_567.891, "0.0,,", "1.2"),
            (-0.05, "0.0", "-0.1"),
            (-0.04, "0.0", "0.0"),
            (1.005, "0.00", "1.01"),
            (0.5, "0", "1"),
            (0.49, "0", "0"),
            (99.95, "0.0", "100.0"),
            (94.0, "0.0##", "94.0"),
            (94.25, "0.0##", "94.25"),
            (12.0, "#.##", "12"),
            (43831.0, "dd.mm.yyyy", "2020-01-01"),
            (43831.5, "dd.mm.yyyy h:mm", "2020-01-01 12:00:00"),
            (0.25, "h:mm", "06:00:00"),
            (-1.0, "yyyy", "-1"),
            (f64::NAN, "0.0", "#NUM!"),
        ] {
            assert_eq!(NumberFormat::parse(code).show(value, false).text, text, "{value} under {code}");
        }
    }

    #[test]
    fn stored_numbers_are_kept_exactly() {
        for (value, raw) in [
            (94.344_006_302_845_16, "94.34400630284516"),
            (95.899_999_999_999_99, "95.89999999999999"),
            (0.01, "0.01"),
            (109.0, "109"),
            (-0.0, "0"),
            (1e21, "1000000000000000000000"),
            (-2.5e-7, "-0.00000025"),
        ] {
            assert_eq!(NumberFormat::General.show(value, false).raw, raw);
            assert_eq!(raw.parse::<f64>().map(|v| v + 0.0), Ok(value + 0.0));
        }
    }

    #[test]
    fn days_of_both_systems() {
        for (serial, date1904, text) in [
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (60.0, false, "1900-02-29"),
            (61.0, false, "1900-03-01"),
            (0.0, true, "1904-01-01"),
            (42369.0, true, "2020-01-01"),
            (43_830.999_999_9, false, "2020-01-01"),
            (2_958_465.0, false, "9999-12-31"),
            (2_958_466.0, false, "2958466"),
        ] {
            assert_eq!(NumberFormat::Date.show(serial, date1904).text, text, "{serial} 1904: {date1904}");
        }
    }

    #[test]
    fn builtin_formats() {
        let shown = |id, value| NumberFormat::builtin(id).map(|f| f.show(value, false).text);
        assert_eq!(shown(2, 1.255), Some("1.26".to_owned()));
        assert_eq!(shown(10, 0.123_456), Some("12.35%".to_owned()));
        assert_eq!(shown(14, 43831.0), Some("2020-01-01".to_owned()));
        assert_eq!(shown(49, 5.0), Some("5".to_owned()));
        assert_eq!(shown(164, 5.0), None);
    }
}
