//! Whether a publisher wants an address to be asked: its `robots.txt`, read once a day.

use super::body::Body;
use super::failure::Failure;
use super::robots::Rules;
use super::transfer::{Transfer, redirected, wish};
use crate::model::RobotsState;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Response;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// The file is asked for again after this time.
const GOOD_FOR: TimeDelta = TimeDelta::hours(24);
/// And after this time where it could not be had.
const ASK_AGAIN: TimeDelta = TimeDelta::hours(1);
/// Rules that came before are believed so long while the file cannot be had (RFC 9309, 2.3.1.4).
const STALE_FOR: TimeDelta = TimeDelta::days(30);
/// Clocks are set by so much without being wrong.
const SLACK: TimeDelta = TimeDelta::minutes(5);
/// Bytes of it that are read; the standard asks for no fewer.
const MOST_BYTES: u64 = 512 * 1024;
/// Redirects that lead to it, as many as the standard asks for.
const MOST_HOPS: usize = 5;
/// The longest wait between two requests that a file is granted; some ask for minutes, of crawlers of whole sites.
const LONGEST_DELAY: u64 = 30;

/// What came of the request for the file.
enum Came {
    /// A file, or a status by which there is none: then everything is allowed.
    Rules(Rules, String),
    /// The server is not well: nothing is asked for until it is.
    Unwell(u16),
}

impl Transfer<'_> {
    /// Whether the publisher lets us ask for an address; gives the pause it wants. The caller holds the host's gate.
    ///
    /// # Errors
    /// `robots_disallowed`, or what stood in the way of the file.
    pub(super) async fn permitted(&self, url: &Url, deadline: Instant) -> Result<Duration, Failure> {
        if !self.options.robots || self.rules.ignores_robots() {
            return Ok(Duration::ZERO);
        }
        let (origin, now) = (url.origin().ascii_serialization(), self.now());
        let known = self.hosts.robots(&origin);
        let state = match known {
            Some(state) if is_fresh(&state, now) => state,
            known => self.robots_of(url, &origin, known, (now, deadline)).await?,
        };
        let Some(text) = &state.rules else {
            return Err(Failure::RobotsDisallowed(format!("{origin}/robots.txt cannot be had: {}", state.answer)));
        };
        let rules = Rules::parse(text);
        match rules.forbids(url) {
            Some(rule) => Err(Failure::RobotsDisallowed(format!("{origin}/robots.txt says {rule:?}"))),
            None => Ok(Duration::from_secs(rules.delay.unwrap_or_default().min(LONGEST_DELAY))),
        }
    }

    /// Asks for the file of an origin and keeps what came.
    async fn robots_of(
        &self,
        url: &Url,
        origin: &str,
        known: Option<RobotsState>,
        (now, deadline): (DateTime<Utc>, Instant),
    ) -> Result<RobotsState, Failure> {
        let state = match self.robots_file(url, deadline).await? {
            Came::Rules(rules, answer) => {
                let origin = origin.to_owned();
                RobotsState { origin, asked_at: now, came_at: now, rules: Some(rules.text()), answer }
            }
            Came::Unwell(status) => {
                let before = known.filter(|state| now - state.came_at < STALE_FOR);
                let (came_at, rules) = before.map_or((now, None), |state| (state.came_at, state.rules));
                let answer = format!("status {status}");
                RobotsState { origin: origin.to_owned(), asked_at: now, came_at, rules, answer }
            }
        };
        self.hosts.keep_robots(state.clone());
        Ok(state)
    }

    async fn robots_file(&self, url: &Url, deadline: Instant) -> Result<Came, Failure> {
        let mut at = url.join("/robots.txt").map_err(|error| Failure::Protocol(error.to_string()))?;
        at.set_query(None);
        for _ in 0..=MOST_HOPS {
            let response = self.send_plain(&at, deadline).await?;
            match response.status().as_u16() {
                200..=299 => {
                    let text = self.robots_text(response, deadline).await?;
                    return Ok(Came::Rules(Rules::parse(&text), "a file".into()));
                }
                status @ (429 | 500..=599) => {
                    self.heed(at.host_str().unwrap_or_default(), wish(response.headers()));
                    return Ok(Came::Unwell(status));
                }
                300..=399 => match redirected(&at, response.headers()) {
                    // one that leads where this source may not go is not followed, and counts as no file
                    Ok(next) if self.rules.check(&next, Some(&at)).is_ok() => at = next,
                    _ => return Ok(none(response.status().as_u16())),
                },
                status => return Ok(none(status)),
            }
        }
        Ok(none(310))
    }

    /// As much of the file as is read.
    async fn robots_text(&self, response: Response, deadline: Instant) -> Result<String, Failure> {
        let part = Transfer { enough: Some(MOST_BYTES), limit: u64::MAX, ..*self };
        let mut body: Body = part.read(response, deadline).await?;
        let bytes = body.head(MOST_BYTES).map_err(|error| Failure::Io(error.to_string()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn none(status: u16) -> Came {
    let answer = if status == 310 { "too many redirects".to_owned() } else { format!("status {status}") };
    Came::Rules(Rules::default(), answer)
}

/// Whether what is known needs no new question; what was asked later than now was asked under a clock that was wrong.
fn is_fresh(state: &RobotsState, now: DateTime<Utc>) -> bool {
    let unwell = state.rules.is_none() || state.came_at < state.asked_at;
    let good_for = if unwell { ASK_AGAIN } else { GOOD_FOR };
    (-SLACK..good_for).contains(&(now - state.asked_at))
}
