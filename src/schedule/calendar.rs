//! When a publisher is expected to say something new, and when its silence is something to be told.

use super::{Schedule, ScheduleError, reference};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::fmt;

/// A release may come so much after it was expected: a weekend or a holiday stands in the way.
const GRACE: TimeDelta = TimeDelta::days(3);
/// Expected instants no further apart are one release that comes on any of them; a day, and an hour for a clock change.
const JOINED: TimeDelta = TimeDelta::hours(25);
/// A release is expected within so many days, or nothing is said by expecting it.
const LONGEST: TimeDelta = TimeDelta::days(40);
/// Instants of one release that are looked at; a daily one has at most 40.
const MOST_INSTANTS: usize = 200;

/// When something new is expected.
#[derive(Debug, Clone)]
pub enum Calendar {
    /// At the instants of a cron expression; those of consecutive days are one release: `0 19 23-27 * *` comes once, between the
    /// 23rd and the 27th.
    Times(Schedule),
    /// On these days of a zone, in order.
    Days(Vec<NaiveDate>, chrono_tz::Tz),
}

/// Why a calendar is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The expression is none.
    #[error(transparent)]
    Cron(#[from] ScheduleError),
    /// Such as every day.
    #[error("{0:?}: expected days with a pause between two releases, found a release that never ends")]
    Endless(String),
    /// No day at all.
    #[error("expected a list of days, found an empty one")]
    Empty,
}

/// A release: it comes on one of these days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first day on which it may come.
    pub first: NaiveDate,
    /// The last one.
    pub last: NaiveDate,
    /// When that day's hour has come.
    ends: DateTime<Utc>,
}

/// What is known of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// The day of its newest document.
    pub newest: Option<NaiveDate>,
    /// Since when it is looked at.
    pub watched: Option<DateTime<Utc>>,
    /// When it was last looked at with success.
    pub looked: Option<DateTime<Utc>>,
}

/// A source that was looked at, and had nothing new though it was expected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Days since the newest document, or since the source is looked at.
    pub days: i64,
    /// Whether there ever was a document.
    pub ever: bool,
    wanted: Wanted,
}

/// What was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Release(Window),
    Within(u32),
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "on {}", self.first),
            false => write!(f, "between {} and {}", self.first, self.last),
        }
    }
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.ever { "nothing new" } else { "nothing at all" };
        let days = if self.days == 1 { "day" } else { "days" };
        write!(f, "{what} for {} {days}, expected ", self.days)?;
        match self.wanted {
            Wanted::Release(window) => write!(f, "{window}"),
            Wanted::Within(limit) => write!(f, "within {limit}"),
        }
    }
}

impl Calendar {
    /// A cron expression of the zone.
    ///
    /// # Errors
    /// A [`CalendarError`], also for an expression such as "every day", whose silence would never be told.
    pub fn times(cron: &str, zone: chrono_tz::Tz) -> Result<Calendar, CalendarError> {
        let times = Schedule::parse(cron, zone)?;
        let ends = times.next_due(reference()).and_then(|first| last_of(&times, first));
        ends.map(|_| Calendar::Times(times)).ok_or_else(|| CalendarError::Endless(cron.to_owned()))
    }

    /// These days of the zone.
    ///
    /// # Errors
    /// [`CalendarError::Empty`].
    pub fn days(mut days: Vec<NaiveDate>, zone: chrono_tz::Tz) -> Result<Calendar, CalendarError> {
        days.sort_unstable();
        if days.is_empty() { Err(CalendarError::Empty) } else { Ok(Calendar::Days(days, zone)) }
    }

    /// The release that is expected now or next.
    pub fn coming(&self, now: DateTime<Utc>) -> Option<Window> {
        match self {
            Calendar::Times(times) => release(times, times.next_due(now)?),
            Calendar::Days(days, zone) => days.iter().filter_map(|day| of_day(*day, *zone)).find(|one| one.ends > now),
        }
    }

    /// The newest release that should have come by `now`, with [`GRACE`].
    fn closed(&self, now: DateTime<Utc>) -> Option<Window> {
        let by = now - GRACE;
        match self {
            Calendar::Times(times) => {
                let latest = times.last_due(by)?;
                let newest = release(times, latest)?;
                if newest.ends <= by {
                    return Some(newest);
                }
                let before = first_of(times, latest)? - TimeDelta::seconds(1);
                release(times, times.last_due(before)?)
            }
            Calendar::Days(days, zone) => days.iter().rev().filter_map(|day| of_day(*day, *zone)).find(|one| one.ends <= by),
        }
    }
}

impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Calendar::Times(times) => write!(f, "{} {}", times.cron, times.zone),
            Calendar::Days(days, zone) => {
                let days: Vec<String> = days.iter().map(ToString::to_string).collect();
                write!(f, "{} {zone}", days.join(" "))
            }
        }
    }
}

/// Whether a source is silent: a release of its calendar did not come, or its newest document is older than `freshness` days.
/// Only a source that was looked at since is: that nobody looked is no silence of the publisher.
pub fn silence(
    calendar: Option<&Calendar>,
    freshness: Option<u32>,
    zone: chrono_tz::Tz,
    seen: Seen,
    now: DateTime<Utc>,
) -> Option<Silence> {
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let since = seen.newest.or(seen.watched.map(day))?;
    let looked = seen.looked?;
    let told = |wanted| Silence { days: (day(now) - since).num_days(), ever: seen.newest.is_some(), wanted };
    let lacking = |window: &Window| since < window.first && looked >= window.ends;
    if let Some(window) = calendar.and_then(|calendar| calendar.closed(now)).filter(lacking) {
        return Some(told(Wanted::Release(window)));
    }
    let limit = freshness?;
    ((day(looked) - since).num_days() > i64::from(limit)).then(|| told(Wanted::Within(limit)))
}

/// The release that an expected instant belongs to.
fn release(times: &Schedule, at: DateTime<Utc>) -> Option<Window> {
    let (first, ends) = (first_of(times, at)?, last_of(times, at)?);
    let day = |at: DateTime<Utc>| at.with_timezone(&times.zone).date_naive();
    Some(Window { first: day(first), last: day(ends), ends })
}

fn first_of(times: &Schedule, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    end_of(at, |one| times.last_due(one - TimeDelta::seconds(1)))
}

fn last_of(times: &Schedule, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    end_of(at, |one| times.next_due(one))
}

/// Goes on while the next step is joined to the one before; `None` if there is no end of it.
fn end_of(at: DateTime<Utc>, step: impl Fn(DateTime<Utc>) -> Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let mut one = at;
    for _ in 0..MOST_INSTANTS {
        match step(one) {
            Some(next) if (next - one).abs() <= JOINED => one = next,
            _ => return Some(one),
        }
        if (one - at).abs() > LONGEST {
            return None;
        }
    }
    None
}

/// A single day, up to its midnight.
fn of_day(day: NaiveDate, zone: chrono_tz::Tz) -> Option<Window> {
    let midnight = day.succ_opt()?.and_hms_opt(0, 0, 0)?.and_local_timezone(zone).earliest()?;
    Some(Window { first: day, last: day, ends: midnight.to_utc() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{Asia::Shanghai, Europe::Moscow};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// What is said at noon in London of a source that is looked at all the time.
    fn said(calendar: &Calendar, freshness: Option<u32>, newest: &str, now: &str) -> String {
        let now: DateTime<Utc> = format!("{now}T12:00:00Z").parse().unwrap();
        let watched = Some("2026-01-01T00:00:00Z".parse().unwrap());
        let seen = Seen { newest: newest.parse().ok(), watched, looked: Some(now) };
        silence(Some(calendar), freshness, Moscow, seen, now).map_or_else(String::new, |silence| silence.to_string())
    }

    #[test]
    fn silence_is_told_when_a_release_is_three_days_late() {
        let monthly = Calendar::times("0 19 23-27 * *", Moscow).unwrap();
        let weekly = Calendar::times("0 19 * * 3", Moscow).unwrap();
        let turn = Calendar::times("0 19 26-31,1-6 * *", Moscow).unwrap();
        let china = Calendar::times("0 18 7-14 * *", Shanghai).unwrap();
        let listed = Calendar::days(vec![day("2026-12-23"), day("2026-11-25")], Moscow).unwrap();
        #[rustfmt::skip]
        let cases = [
            // calendar, newest document, now, what is said
            (&monthly, "2026-10-23", "2026-11-27", ""),
            (&monthly, "2026-10-23", "2026-11-30", ""),
            (&monthly, "2026-10-23", "2026-12-01", "nothing new for 39 days, expected between 2026-11-23 and 2026-11-27"),
            (&monthly, "2026-10-23", "2026-12-25", "nothing new for 63 days, expected between 2026-11-23 and 2026-11-27"),
            (&monthly, "2026-11-23", "2026-12-29", ""),
            (&monthly, "2026-11-28", "2026-12-29", ""),
            (&monthly, "none", "2026-03-05", "nothing at all for 63 days, expected between 2026-02-23 and 2026-02-27"),
            (&weekly, "2026-11-18", "2026-11-27", ""),
            (&weekly, "2026-11-18", "2026-11-29", "nothing new for 11 days, expected on 2026-11-25"),
            (&weekly, "2026-11-25", "2026-11-29", ""),
            (&turn, "2026-10-30", "2026-12-09", ""),
            (&turn, "2026-10-30", "2026-12-10", "nothing new for 41 days, expected between 2026-11-26 and 2026-12-06"),
            (&turn, "2026-12-05", "2026-12-10", ""),
            (&china, "2026-10-14", "2026-11-16", ""),
            (&china, "2026-10-14", "2026-11-17", "nothing new for 34 days, expected between 2026-11-07 and 2026-11-14"),
            (&listed, "2026-11-20", "2026-11-28", ""),
            (&listed, "2026-11-20", "2026-11-29", "nothing new for 9 days, expected on 2026-11-25"),
            (&listed, "2026-11-25", "2026-12-26", ""),
            (&listed, "2026-11-25", "2027-03-01", "nothing new for 96 days, expected on 2026-12-23"),
        ];
        for (calendar, newest, now, wanted) in cases {
            assert_eq!(said(calendar, None, newest, now), wanted, "{calendar}, {newest}, {now}");
        }
        let fresh = "nothing new for 76 days, expected within 75";
        assert_eq!(said(&listed, Some(75), "2026-11-25", "2027-02-09"), "nothing new for 76 days, expected on 2026-12-23");
        assert_eq!(said(&listed, Some(75), "2026-12-23", "2027-03-09"), fresh);
        assert_eq!(said(&listed, Some(75), "2026-12-23", "2027-03-08"), "");
    }

    /// A machine that was off for a season has not heard, rather than the publisher not spoken.
    #[test]
    fn who_did_not_look_says_nothing_of_silence() {
        let monthly = Calendar::times("0 19 23-27 * *", Moscow).unwrap();
        let now = "2026-12-01T12:00:00Z".parse().unwrap();
        let seen = |looked: &str| Seen { newest: Some(day("2026-08-25")), watched: None, looked: looked.parse().ok() };
        let of = |looked: &str| silence(Some(&monthly), Some(75), Moscow, seen(looked), now);
        assert_eq!(of("never"), None);
        assert_eq!(of("2026-10-01T00:00:00Z"), None);
        assert!(of("2026-11-20T00:00:00Z").is_some(), "87 days without news, and somebody looked");
        assert!(of("2026-11-28T00:00:00Z").unwrap().to_string().ends_with("between 2026-11-23 and 2026-11-27"));
    }

    #[test]
    fn the_release_to_come_is_known() {
        let monthly = Calendar::times("0 19 23-27 * *", Moscow).unwrap();
        let coming = |calendar: &Calendar, now: &str| calendar.coming(now.parse().unwrap()).map(|one| one.to_string());
        for now in ["2026-11-01T00:00:00Z", "2026-11-25T00:00:00Z", "2026-11-27T15:00:00Z"] {
            assert_eq!(coming(&monthly, now).unwrap(), "between 2026-11-23 and 2026-11-27", "{now}");
        }
        assert_eq!(coming(&monthly, "2026-11-27T16:00:00Z").unwrap(), "between 2026-12-23 and 2026-12-27");
        let listed = Calendar::days(vec![day("2026-12-23")], Moscow).unwrap();
        assert_eq!(coming(&listed, "2026-12-23T20:59:59Z").unwrap(), "on 2026-12-23");
        assert_eq!(coming(&listed, "2026-12-23T21:00:00Z"), None);
    }

    #[test]
    fn a_calendar_that_expects_something_all_the_time_is_refused() {
        for cron in ["0 19 * * *", "*/15 * * * *", "* * 1 * *"] {
            assert!(matches!(Calendar::times(cron, Moscow), Err(CalendarError::Endless(_))), "{cron}");
        }
        assert!(Calendar::times("0 18 * * 1-5", Moscow).is_ok());
        assert!(matches!(Calendar::times("0 19 30 2 *", Moscow), Err(CalendarError::Cron(_))));
        assert_eq!(Calendar::days(Vec::new(), Moscow).unwrap_err(), CalendarError::Empty);
    }
}
