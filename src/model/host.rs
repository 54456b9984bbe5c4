//! What is remembered of hosts from one request to the next, and from one run to the next.

use chrono::{DateTime, Utc};

/// How a host is to be treated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostState {
    /// Its name.
    pub host: String,
    /// Addresses in a row at which nobody answered.
    pub failures: u32,
    /// Not to be asked before.
    pub until: Option<DateTime<Utc>>,
    /// Why not.
    pub why: String,
}

/// What an origin said of who may ask for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsState {
    /// Scheme, host and port.
    pub origin: String,
    /// When its file was asked for last.
    pub asked_at: DateTime<Utc>,
    /// When the rules came.
    pub came_at: DateTime<Utc>,
    /// The rules that concern us; none where the file could not be had: then nothing may be asked for.
    pub rules: Option<String>,
    /// How the last request for it ended, in words.
    pub answer: String,
}
