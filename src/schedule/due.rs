//! Which planned instant is due, and which ones passed unserved before it.

use super::Schedule;
use crate::model::{Marks, Tried, doubled};
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;

/// Missed runs are counted up to this number: two months of looking every ten minutes.
const MOST_COUNTED: u32 = 10_000;

/// What failed is tried again after this time, and after twice as long each further time.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(15);
/// But after no longer than this.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);

impl Tried {
    /// Whether it is too early for another try.
    fn rests(&self, now: DateTime<Utc>) -> bool {
        now < self.last + doubled(FIRST_PAUSE, self.times.saturating_sub(1), LONGEST_PAUSE)
    }
}

impl Marks {
    /// The later of both, of what is not later than `now`: a mark of the future was made under a clock that was set back since.
    pub fn with(self, other: Marks, now: DateTime<Utc>) -> Marks {
        let later = |a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>| a.into_iter().chain(b).filter(|at| *at <= now).max();
        let tried = self.tried.or(other.tried).filter(|tried| tried.last <= now);
        Marks { answered: later(self.answered, other.answered), planned: later(self.planned, other.planned), tried }
    }
}

/// An instant to be served.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When it was planned.
    pub at: DateTime<Utc>,
    /// Those before it of which there is no record: they are served by this one.
    pub missed: Option<Missed>,
}

/// Planned instants that passed while nothing ran.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missed {
    /// The first.
    pub first: DateTime<Utc>,
    /// The last.
    pub last: DateTime<Utc>,
    /// How many; [`None`]: more than anybody counts.
    pub runs: Option<u32>,
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, last] = [self.first, self.last].map(crate::model::instant);
        match self.runs {
            Some(1) => write!(f, "missed the run of {first}"),
            Some(runs) => write!(f, "missed {runs} runs between {first} and {last}"),
            None => write!(f, "missed more than {MOST_COUNTED} runs between {first} and {last}"),
        }
    }
}

/// A stretch of time in which the same instant is the latest: from it up to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Slot {
    /// Whether `now` is in it.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.from <= now && now < self.until
    }

    /// The instant that ends it.
    pub fn ends(&self) -> DateTime<Utc> {
        self.until
    }
}

impl Schedule {
    /// The stretch that `now` is in; `None` before the first instant and after the last.
    pub fn slot(&self, now: DateTime<Utc>) -> Option<Slot> {
        Some(Slot { from: self.last_due(now)?, until: self.next_due(now)? })
    }

    /// What is due in a stretch, one catch-up however many runs were missed: publications show their current state. What was
    /// tried in vain is due again after a pause.
    pub fn due(&self, slot: Slot, marks: Marks, now: DateTime<Utc>) -> Option<Due> {
        let at = slot.from;
        let served = marks.answered.is_some_and(|answered| answered >= at);
        let rests = marks.tried.is_some_and(|tried| tried.at == at && tried.rests(now));
        (!served && !rests).then(|| Due { at, missed: marks.planned.and_then(|planned| self.missed(planned, at)) })
    }

    /// What is due at `now`, by what is known of the source alone.
    pub fn due_at(&self, marks: Marks, now: DateTime<Utc>) -> Option<Due> {
        self.due(self.slot(now)?, marks.with(Marks::default(), now), now)
    }

    /// The instants after `planned` and before `at`.
    fn missed(&self, planned: DateTime<Utc>, at: DateTime<Utc>) -> Option<Missed> {
        let first = self.next_due(planned).filter(|first| *first < at)?;
        let (mut last, mut runs) = (first, 1);
        while let Some(next) = self.next_due(last).filter(|next| *next < at) {
            if runs == MOST_COUNTED {
                let last = self.last_due(at - TimeDelta::seconds(1))?;
                return Some(Missed { first, last, runs: None });
            }
            (last, runs) = (next, runs + 1);
        }
        Some(Missed { first, last, runs: Some(runs) })
    }
}
