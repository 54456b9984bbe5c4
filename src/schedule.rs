//! Cron expressions in the publisher's zone. Pure: which sources are due, given the last completed runs and `now` (`due`), and
//! which are silent though their publisher was expected to say something (`calendar`).

mod calendar;
mod due;

pub use calendar::{Calendar, CalendarError, Seen, Silence, Window, silence};
pub use due::{Due, Missed, Slot};

use chrono::{DateTime, TimeDelta, TimeZone, Timelike, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds};

/// 2024-01-01T00:00:00Z, see [`reference`].
const REFERENCE: i64 = 1_704_067_200;
/// Further than any zone sets its clocks back in a night; so far ahead the wall may show what has been before.
const CLOCK_CHANGE: TimeDelta = TimeDelta::hours(3);
/// Minutes no zone skips more of: Samoa left out a day in 2011.
const LONGEST_GAP_MINUTES: i64 = 25 * 60;

/// When a source is looked at. Made by [`Schedule::parse`] only, so it is always a valid one.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// The expression as written, five or six fields.
    pub cron: String,
    /// The zone its hours are of.
    pub zone: chrono_tz::Tz,
    times: Cron,
}

/// Why an expression is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Neither five nor six fields.
    #[error("cron {cron:?}: expected 5 fields (minute hour day month weekday) or 6 (seconds first), found {seen}")]
    Fields {
        /// The expression.
        cron: String,
        /// How many fields it has.
        seen: usize,
    },
    /// Cron programs disagree whether such a day must fulfil both fields or one.
    #[error("cron {cron:?}: expected `*` as day of month or as weekday, found both restricted ({day:?} and {weekday:?})")]
    BothDays {
        /// The expression.
        cron: String,
        /// Its day of the month.
        day: String,
        /// Its day of the week.
        weekday: String,
    },
    /// The parser's own complaint.
    #[error("cron {cron:?}: {problem}; wanted minute hour day month weekday, such as \"30 19 * * 1-5\"")]
    Syntax {
        /// The expression.
        cron: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Such as 30 February.
    #[error("cron {0:?}: expected a time that comes, found one that never does")]
    Never(String),
}

impl Schedule {
    /// Reads an expression of five fields, or of six with the seconds first, whose hours are those of `zone`.
    ///
    /// # Errors
    /// A [`ScheduleError`] that quotes the expression. Restricting both the day of the month and the weekday is refused:
    /// classic cron reads it as "or", the scheduler we wake by as "and".
    pub fn parse(cron: &str, zone: chrono_tz::Tz) -> Result<Schedule, ScheduleError> {
        let fields = six_fields(cron)?;
        one_day_field(cron, &fields)?;
        no_gap(cron, &fields)?;
        let times = CronParser::builder()
            .seconds(Seconds::Required)
            .build()
            .parse(&fields.join(" "))
            .map_err(|error| ScheduleError::Syntax { cron: cron.to_owned(), problem: error.to_string() })?;
        let schedule = Schedule { cron: cron.to_owned(), zone, times };
        match may_never_come(&fields) && schedule.next_due(reference()).is_none() {
            true => Err(ScheduleError::Never(cron.to_owned())),
            false => Ok(schedule),
        }
    }

    /// The latest instant at or before `now` that the expression names. An hour that a clock change repeats counts once,
    /// the first time; times that it skips count together, at the moment after the gap.
    pub fn last_due(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut wall = self.wall(now + CLOCK_CHANGE)?;
        let mut inclusive = true;
        loop {
            wall = self.times.find_previous_occurrence(&wall, inclusive).ok()?;
            inclusive = false;
            match self.instant(wall)? {
                due if due <= now => return Some(due),
                _ => continue,
            }
        }
    }

    /// The first instant after `now` that the expression names, by the rules of [`Schedule::last_due`].
    pub fn next_due(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut wall = self.wall(now)?;
        loop {
            wall = self.times.find_next_occurrence(&wall, false).ok()?;
            match self.instant(wall)? {
                due if due > now => return Some(due),
                _ => continue,
            }
        }
    }

    /// What a clock on the wall of the zone shows, to the second, in the guise of UTC: croner 3.0.1 looks forward and
    /// back by different rules where clocks change (a daily 01:30 came twice on Berlin's spring night), so it is only
    /// asked about walls without such nights.
    fn wall(&self, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        instant.with_timezone(&self.zone).naive_local().and_utc().with_nanosecond(0)
    }

    /// The instant at which the wall clock first shows this, or the first one after the gap that swallows it. Never
    /// decreases as the wall advances.
    fn instant(&self, wall: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let wall = wall.naive_utc();
        let whole = wall.with_second(0)?;
        let after_gap = || (1..=LONGEST_GAP_MINUTES).map(|minute| whole + TimeDelta::minutes(minute));
        std::iter::once(wall)
            .chain(after_gap())
            .find_map(|time| self.zone.from_local_datetime(&time).earliest())
            .map(|t| t.to_utc())
    }

    /// What the expression says in words, in hours of the zone.
    pub fn in_words(&self) -> String {
        let words = self.times.describe();
        words.trim_end_matches('.').to_string()
    }

    /// The expression with six fields, the first being `0` where five were written.
    pub fn with_seconds(&self) -> String {
        six_fields(&self.cron).unwrap_or_default().join(" ")
    }
}

/// Any instant will do to ask whether an expression without years ever comes true, and whether a release of it ever ends.
fn reference() -> DateTime<Utc> {
    DateTime::from_timestamp(REFERENCE, 0).unwrap_or_default()
}

fn six_fields(cron: &str) -> Result<Vec<&str>, ScheduleError> {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    match fields.len() {
        5 => Ok([&["0"], fields.as_slice()].concat()),
        6 => Ok(fields),
        seen => Err(ScheduleError::Fields { cron: cron.to_owned(), seen }),
    }
}

/// The parser takes `,` for a field, and looks for a second that is none of none until long after all of us.
fn no_gap(cron: &str, fields: &[&str]) -> Result<(), ScheduleError> {
    match fields.iter().find(|field| field.split(',').any(str::is_empty)) {
        Some(field) => {
            Err(ScheduleError::Syntax { cron: cron.to_owned(), problem: format!("an empty place in the list {field:?}") })
        }
        None => Ok(()),
    }
}

/// Whether some month lacks the day, so that it must be looked for, which takes as long as all the rest: not where every month is good, or
/// the day is a plain number that all months have.
fn may_never_come(fields: &[&str]) -> bool {
    let in_all = |day: &str| day.parse().is_ok_and(|day: u8| (1..=28).contains(&day));
    match fields {
        // the fifth Monday of a month
        [_, _, _, day, month, weekday] => weekday.contains('#') || *month != "*" && *day != "*" && !day.split(',').all(in_all),
        _ => true,
    }
}

fn one_day_field(cron: &str, fields: &[&str]) -> Result<(), ScheduleError> {
    let any = |field: &str| field == "*" || field == "?";
    match fields {
        [_, _, _, day, _, weekday] if !any(day) && !any(weekday) => {
            Err(ScheduleError::BothDays { cron: cron.to_owned(), day: (*day).to_owned(), weekday: (*weekday).to_owned() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
