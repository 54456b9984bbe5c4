//! Cron expressions in the publisher's zone. Pure: which sources are due, given the last completed runs and `now`.

/// When a source is looked at.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// The expression as written, five or six fields.
    pub cron: String,
    /// The zone its hours are of.
    pub zone: chrono_tz::Tz,
}
