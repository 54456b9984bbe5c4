//! When to come again: what the server asks for, else longer and longer waits with a random part.

use super::ClientOptions;
use super::failure::FetchError;
use chrono::DateTime;
use std::time::Duration;
use tokio::time::Instant;

/// A publisher's wish is heard up to here; ten years are a mistake.
pub const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);
/// Further tries after a failure that may pass.
const MOST_RETRIES: u32 = 3;
/// The first wait is at most the base, each further one at most this many times longer.
const GROWTH: u32 = 3;

/// Counts the tries at one document.
pub(super) struct Retries<'a> {
    options: &'a ClientOptions,
    tries: u32,
    begun: Instant,
}

impl<'a> Retries<'a> {
    /// Before the first try.
    pub fn new(options: &'a ClientOptions) -> Retries<'a> {
        Retries { options, tries: 1, begun: Instant::now() }
    }

    /// Waits for the next try; gives the failure back if there shall be none.
    pub async fn wait_after(&mut self, mut error: FetchError) -> Result<(), FetchError> {
        error.tries = self.tries;
        let wait = error.retry_after.unwrap_or_else(|| backoff(self.options.backoff, self.tries));
        let spent = self.begun.elapsed() + wait > self.options.total_timeout;
        if !error.failure.is_passing() || self.tries > MOST_RETRIES || wait > self.options.longest_wait || spent {
            return Err(error);
        }
        tokio::time::sleep(wait).await;
        self.tries += 1;
        Ok(())
    }
}

/// Reads `Retry-After`: seconds, or an HTTP date, which is taken from the answer's own `Date`, so that our clock does not
/// matter. Capped at [`LONGEST_WAIT`]; a date that has passed is no wait; what cannot be read is no wish.
pub(super) fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(LONGEST_WAIT, Duration::from_secs).min(LONGEST_WAIT));
    }
    let until = DateTime::parse_from_rfc2822(value).ok()?;
    let now = DateTime::parse_from_rfc2822(date?.trim()).ok()?;
    Some((until - now).to_std().unwrap_or_default().min(LONGEST_WAIT))
}

/// How long to wait before try number `tries + 1`, somewhere between half of the growing step and all of it, so that
/// sources that failed together do not come back together.
pub(super) fn backoff(base: Duration, tries: u32) -> Duration {
    let step = base.saturating_mul(GROWTH.saturating_pow(tries.saturating_sub(1)));
    step / 2 + (step / 2).mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_heard_and_capped() {
        let date = Some("Wed, 21 Oct 2026 07:28:00 GMT");
        let cases = [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("315360000", Some(24 * 3600)),
            ("99999999999999999999999999", Some(24 * 3600)),
            ("-5", None),
            ("soon", None),
            ("", None),
            ("Wed, 21 Oct 2026 07:29:30 GMT", Some(90)),
            ("Wed, 21 Oct 2026 07:00:00 GMT", Some(0)),
            ("Tue, 21 Oct 2036 07:00:00 GMT", Some(24 * 3600)),
        ];
        for (value, seconds) in cases {
            assert_eq!(retry_after(value, date), seconds.map(Duration::from_secs), "{value}");
        }
        assert_eq!(retry_after("Wed, 21 Oct 2026 07:29:30 GMT", None), None);
    }

    #[test]
    fn waits_grow_and_stay_within_their_step() {
        for (tries, most) in [(1, 1000), (2, 3000), (3, 9000)] {
            for _ in 0..50 {
                let wait = backoff(Duration::from_secs(1), tries).as_millis();
                assert!((most / 2..=most).contains(&wait), "{wait}");
            }
        }
    }
}
