//! What is known of the instants at which a source was to be looked at.

use chrono::{DateTime, Utc};

/// What is known of a source's planned instants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// The latest one that needs nothing more: a run answered it, or it was skipped. The instant at which a run was due, or
    /// began if nobody planned it; not when it ended, for an instant that passed meanwhile would be lost.
    pub answered: Option<DateTime<Utc>>,
    /// The latest one of which there is any record; before the first, since when the source is looked at.
    pub planned: Option<DateTime<Utc>>,
    /// The tries at the latest instant that was tried; whether one of them answered it, `answered` says.
    pub tried: Option<Tried>,
}

/// Tries at one planned instant; those that were cut off do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// The instant they were to answer.
    pub at: DateTime<Utc>,
    /// How many.
    pub times: u32,
    /// When the last of them ended.
    pub last: DateTime<Utc>,
}
