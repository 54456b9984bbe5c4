//! Addresses that carry their period: the current one is asked first, then those before it, until one has a document.

use super::failure::{Failure, FetchError};
use super::place::{Asking, Ended, Fetched, fetch_url};
use super::transfer::Transfer;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::fmt;
use std::str::FromStr;
use url::Url;

/// Periods that may be tried at most: two months of days.
pub const MOST_TRIES: u32 = 62;
/// Periods that are tried unless the configuration says otherwise.
pub const USUAL_TRIES: u32 = 4;
/// A day of which every slot differs from that of the default day, 1970-01-01.
const OTHER_DAY: NaiveDate = NaiveDate::from_ymd_opt(2011, 12, 31).expect("a day");
/// The longest lag in its own unit; publishers are late by months.
const LONGEST_LAG: u32 = 1000;

/// A length of time between two editions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A day.
    Day,
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A year.
    Year,
}

/// How far behind the calendar a publication is: `1 month`, `10 days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    count: u32,
    unit: Step,
}

/// An address with slots for its period.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated {
    origin: Url,
    parts: Vec<Part>,
    step: Step,
    lag: Lag,
    tries: u32,
}

/// What an address is made of.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Literal(String),
    Slot(Slot),
}

/// What may stand in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Year,
    ShortYear,
    Month,
    ShortMonth,
    Day,
    Quarter,
}

/// The slots and their names.
const SLOTS: [(&str, Slot); 6] = [
    ("YYYY", Slot::Year),
    ("YY", Slot::ShortYear),
    ("MM", Slot::Month),
    ("M", Slot::ShortMonth),
    ("DD", Slot::Day),
    ("Q", Slot::Quarter),
];

/// A mistake in an address with slots, with its byte offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DatedError {
    /// Byte offset in the text.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

/// As the configuration says it, slots and all.
impl fmt::Display for Dated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Literal(text) => f.write_str(text),
            Part::Slot(slot) => {
                let name = SLOTS.iter().find(|(_, known)| known == slot).map_or("", |(name, _)| name);
                write!(f, "{{{name}}}")
            }
        })
    }
}

impl Dated {
    /// Reads an address with slots. The finest slot decides whether editions are days, months, quarters or years.
    ///
    /// # Errors
    /// An unknown or open slot, one before the path, a period without its year, a text that is no address.
    pub fn parse(text: &str, lag: Lag, tries: u32) -> Result<Dated, DatedError> {
        let parts = parts(text)?;
        let slots: Vec<Slot> = parts.iter().filter_map(Part::slot).collect();
        let step = step(&slots).map_err(|message| DatedError { at: 0, message })?;
        let root = |day| Url::parse(&fill(&parts, day)).ok().filter(Url::has_host)?.join("/").ok();
        let origin = root(NaiveDate::default()).ok_or_else(|| DatedError {
            at: 0,
            message: format!("expected an address that starts with http:// or https://, found {text:?}"),
        })?;
        // slashes and their like may be more than one, and what looks like a path is a host then
        if root(OTHER_DAY) != Some(origin.clone()) {
            let at = text.find('{').unwrap_or_default();
            return Err(DatedError { at, message: "a slot before the path of the address".to_owned() });
        }
        Ok(Dated { origin, parts, step, lag, tries })
    }

    /// The root of its host.
    pub fn origin(&self) -> &Url {
        &self.origin
    }

    /// Addresses in the order of asking: the current period less the lag, then the earlier ones.
    pub fn addresses(&self, today: NaiveDate) -> Vec<Url> {
        let latest = back(today, self.lag.unit, self.lag.count).map(|day| start(day, self.step));
        let days = (0..self.tries).map_while(|tries| back(latest?, self.step, tries));
        days.filter_map(|day| Url::parse(&fill(&self.parts, day)).ok()).collect()
    }
}

impl Lag {
    /// No lag.
    pub const NONE: Lag = Lag { count: 0, unit: Step::Day };
}

impl FromStr for Lag {
    type Err = String;

    fn from_str(text: &str) -> Result<Lag, String> {
        let wrong = || format!("expected a length of time such as \"1 month\" or \"10 days\", found {text:?}");
        let (count, unit) = text.split_once(' ').ok_or_else(wrong)?;
        let count = count.parse().ok().filter(|count| *count <= LONGEST_LAG).ok_or_else(wrong)?;
        let unit = match unit.strip_suffix('s').unwrap_or(unit) {
            "day" => Step::Day,
            "month" => Step::Month,
            "quarter" => Step::Quarter,
            "year" => Step::Year,
            _ => return Err(wrong()),
        };
        Ok(Lag { count, unit })
    }
}

impl Part {
    fn slot(&self) -> Option<Slot> {
        match self {
            Part::Literal(_) => None,
            Part::Slot(slot) => Some(*slot),
        }
    }
}

/// Asks period after period. One that is not there yet says so by 404, or by a page where a file was wanted; any other
/// failure ends the search, and so does a period whose document is held: an older one is not wanted after it.
pub(super) async fn fetch(transfer: &Transfer<'_>, dated: &Dated, asking: &Asking<'_>) -> Result<Fetched, FetchError> {
    let mut missing: Option<FetchError> = None;
    for url in dated.addresses(asking.today) {
        match fetch_url(transfer, &url, None).await {
            Err(error) if is_absent(&error.failure) => match &mut missing {
                None => missing = Some(error),
                Some(first) => first.also(&error),
            },
            other => return other,
        }
        if asking.ended(&url) == Some(Ended::Held) {
            break;
        }
    }
    Err(missing.unwrap_or_else(|| FetchError::new(dated.origin.as_str(), Failure::Status(404))))
}

fn is_absent(failure: &Failure) -> bool {
    matches!(failure, Failure::Status(404 | 410) | Failure::Soft404 { .. })
}

fn parts(text: &str) -> Result<Vec<Part>, DatedError> {
    let wrong = |at: usize, message: String| DatedError { at, message };
    let path = text.find("://").and_then(|at| Some(at + 3 + text.get(at + 3..)?.find('/')?)).unwrap_or(text.len());
    let (mut parts, mut rest, mut at) = (Vec::new(), text, 0);
    while let Some((before, inside)) = rest.split_once('{') {
        let open = at + before.len();
        let (name, after) = inside.split_once('}').ok_or_else(|| wrong(open, "a slot that is never closed".to_owned()))?;
        let slot = SLOTS.iter().find(|(known, _)| *known == name).map(|(_, slot)| *slot);
        let known = || SLOTS.map(|(name, _)| format!("{{{name}}}")).join(" ");
        let slot = slot.ok_or_else(|| wrong(open, format!("unknown slot {{{name}}}; known are {}", known())))?;
        if open < path {
            return Err(wrong(open, "a slot before the path of the address".to_owned()));
        }
        parts.extend([Part::Literal(before.to_owned()), Part::Slot(slot)]);
        at = text.len() - after.len();
        rest = after;
    }
    parts.push(Part::Literal(rest.to_owned()));
    Ok(parts)
}

/// What the slots tell apart; only with their year, and days only with their month.
fn step(slots: &[Slot]) -> Result<Step, String> {
    let has = |wanted: &[Slot]| slots.iter().any(|slot| wanted.contains(slot));
    let month = has(&[Slot::Month, Slot::ShortMonth]);
    if !has(&[Slot::Year, Slot::ShortYear]) {
        return Err("an address with slots needs {YYYY} or {YY}".to_owned());
    }
    match (has(&[Slot::Day]), month, has(&[Slot::Quarter])) {
        (true, false, _) => Err("{DD} needs {MM} or {M}".to_owned()),
        (true, true, _) => Ok(Step::Day),
        (false, true, _) => Ok(Step::Month),
        (false, false, true) => Ok(Step::Quarter),
        (false, false, false) => Ok(Step::Year),
    }
}

fn fill(parts: &[Part], day: NaiveDate) -> String {
    let part = |part: &Part| match part {
        Part::Literal(text) => text.clone(),
        Part::Slot(Slot::Year) => format!("{:04}", day.year()),
        Part::Slot(Slot::ShortYear) => format!("{:02}", day.year().rem_euclid(100)),
        Part::Slot(Slot::Month) => format!("{:02}", day.month()),
        Part::Slot(Slot::ShortMonth) => day.month().to_string(),
        Part::Slot(Slot::Day) => format!("{:02}", day.day()),
        Part::Slot(Slot::Quarter) => (day.month0() / 3 + 1).to_string(),
    };
    parts.iter().map(part).collect()
}

/// So many steps before a day; a month's last days go back to the last day there is.
fn back(day: NaiveDate, unit: Step, count: u32) -> Option<NaiveDate> {
    let months = |each: u32| day.checked_sub_months(Months::new(count.saturating_mul(each)));
    match unit {
        Step::Day => day.checked_sub_days(Days::new(count.into())),
        Step::Month => months(1),
        Step::Quarter => months(3),
        Step::Year => months(12),
    }
}

/// The first day of the period, from which steps back never meet a shorter month.
fn start(day: NaiveDate, step: Step) -> NaiveDate {
    let month = match step {
        Step::Day => return day,
        Step::Month => day.month(),
        Step::Quarter => day.month0() / 3 * 3 + 1,
        Step::Year => 1,
    };
    NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What follows the host, of every address that is tried.
    fn tried(text: &str, lag: &str, tries: u32, today: &str) -> Vec<String> {
        let dated = Dated::parse(&format!("https://s.example{text}"), lag.parse().unwrap(), tries).unwrap();
        let addresses = dated.addresses(today.parse().unwrap());
        addresses.iter().map(|url| url.as_str().trim_start_matches("https://s.example").to_owned()).collect()
    }

    #[test]
    fn periods_go_back_from_today_less_the_lag() {
        let cases: [(&str, &str, &str, &str); 14] = [
            ("/osn-{MM}-{YYYY}.pdf", "1 month", "2026-11-24", "/osn-10-2026.pdf /osn-09-2026.pdf /osn-08-2026.pdf"),
            ("/osn-{MM}-{YYYY}.pdf", "1 month", "2026-01-31", "/osn-12-2025.pdf /osn-11-2025.pdf /osn-10-2025.pdf"),
            ("/osn-{MM}-{YYYY}.pdf", "1 month", "2026-03-31", "/osn-02-2026.pdf /osn-01-2026.pdf /osn-12-2025.pdf"),
            ("/osn-{MM}-{YYYY}.pdf", "0 months", "2024-02-29", "/osn-02-2024.pdf /osn-01-2024.pdf /osn-12-2023.pdf"),
            ("/osn-{MM}-{YYYY}.pdf", "20 days", "2026-03-15", "/osn-02-2026.pdf /osn-01-2026.pdf /osn-12-2025.pdf"),
            ("/{YY}/{M}.xls", "1 year", "2026-01-01", "/25/1.xls /24/12.xls /24/11.xls"),
            ("/{YY}/{M}.xls", "1 quarter", "2003-11-30", "/03/8.xls /03/7.xls /03/6.xls"),
            ("/{Q}kv-{YYYY}.xlsx", "1 quarter", "2026-01-01", "/4kv-2025.xlsx /3kv-2025.xlsx /2kv-2025.xlsx"),
            ("/{Q}kv-{YYYY}.xlsx", "1 month", "2026-03-31", "/1kv-2026.xlsx /4kv-2025.xlsx /3kv-2025.xlsx"),
            ("/{Q}kv-{YYYY}.xlsx", "45 days", "2026-11-14", "/3kv-2026.xlsx /2kv-2026.xlsx /1kv-2026.xlsx"),
            ("/{YYYY}", "1 year", "2024-02-29", "/2023 /2022 /2021"),
            ("/{YYYY}/{YYYY}-{MM}?q={Q}", "0 days", "2026-04-01", "/2026/2026-04?q=2 /2026/2026-03?q=1 /2026/2026-02?q=1"),
            (
                "/daily?date_req={DD}/{MM}/{YYYY}",
                "0 days",
                "2026-01-01",
                "/daily?date_req=01/01/2026 /daily?date_req=31/12/2025 /daily?date_req=30/12/2025",
            ),
            ("/{YYYY}{MM}{DD}.pdf", "1 month", "2024-03-31", "/20240229.pdf /20240228.pdf /20240227.pdf"),
        ];
        for (text, lag, today, wanted) in cases {
            assert_eq!(tried(text, lag, 3, today).join(" "), wanted, "{text} {lag} {today}");
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        let cases = [
            ("https://s.example/{YYYY}-{mm}", 25),
            ("https://s.example/{YYYY", 18),
            ("https://s{YYYY}.example/", 9),
            ("https:///s{YY}", 10),
            ("https:///a{YY}@s.example/", 10),
            ("https://s.example/{MM}", 0),
            ("https://s.example/{DD}-{YYYY}", 0),
            ("{YYYY}/", 0),
        ];
        for (text, at) in cases {
            assert_eq!(Dated::parse(text, Lag::NONE, 1).map_err(|error| error.at), Err(at), "{text}");
        }
        for text in ["", "month", "1", "1 week", "-1 days", "1001 days", "1  month"] {
            assert!(text.parse::<Lag>().is_err(), "{text}");
        }
    }
}
