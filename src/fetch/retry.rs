//! When to come again: what the server asks for, else longer and longer waits with a random part.

use super::failure::FetchError;
use super::hosts::Tells;
use super::transfer::Transfer;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// A publisher's wish is heard up to here; ten years are a mistake.
pub const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);
/// Further tries after a failure that may pass.
const MOST_RETRIES: u32 = 3;
/// The first wait is at most the base, each further one at most this many times longer.
const GROWTH: u32 = 3;

/// Counts the tries at one document.
pub(super) struct Retries<'a> {
    transfer: &'a Transfer<'a>,
    tries: u32,
    begun: Instant,
}

impl<'a> Retries<'a> {
    /// Before the first try.
    pub fn new(transfer: &'a Transfer<'a>) -> Retries<'a> {
        Retries { transfer, tries: 1, begun: Instant::now() }
    }

    /// Waits for the next try; gives the failure back if there shall be none.
    pub async fn wait_after(&mut self, mut error: FetchError) -> Result<(), FetchError> {
        error.tries = self.tries;
        let (options, hosts, now) = (self.transfer.options, self.transfer.hosts, self.transfer.now());
        let host = host_of(&error);
        let wait = error.retry_after.unwrap_or_else(|| backoff(options.backoff, self.tries));
        let spent = self.begun.elapsed() + wait > options.total_timeout;
        let useless = !error.failure.is_passing() || self.tries > MOST_RETRIES || wait > options.longest_wait || spent;
        // a host that is left alone by now has just had its one try
        if useless || hosts.closed(&host, now).is_some() || !hosts.may_retry(&host) {
            if options.rests && error.failure.tells() == Tells::Down {
                hosts.failed(&host, &error.failure, now);
            }
            return Err(error);
        }
        tokio::time::sleep(wait).await;
        self.tries += 1;
        Ok(())
    }
}

/// The host that an error is of.
fn host_of(error: &FetchError) -> String {
    Url::parse(&error.url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// Reads `Retry-After`: seconds, or an HTTP date in any of its three forms, which is taken from the answer's own `Date`, so that our clock does not
/// matter. Capped at [`LONGEST_WAIT`]; a date that has passed is no wait; what cannot be read is no wish.
pub(super) fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(LONGEST_WAIT, Duration::from_secs).min(LONGEST_WAIT));
    }
    let now = http_date(date?, None)?;
    let until = http_date(value, Some(now))?;
    Some((until - now).to_std().unwrap_or_default().min(LONGEST_WAIT))
}

/// A date as HTTP has them (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, or in a form of old servers, `Sunday, 06-Nov-94 08:49:37
/// GMT` (a year of two digits is no more than 50 years ahead of `now`) or `Sun Nov  6 08:49:37 1994`.
fn http_date(text: &str, now: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(date) = DateTime::parse_from_rfc2822(text) {
        return Some(date.to_utc());
    }
    if let Ok(date) = NaiveDateTime::parse_from_str(text, "%a %b %e %H:%M:%S %Y") {
        return Some(date.and_utc());
    }
    let (day, time) = text.split_once(", ")?.1.strip_suffix(" GMT")?.split_once(' ')?;
    let mut parts = day.rsplitn(2, '-');
    let (year, day) = (parts.next().filter(|year| year.len() == 2)?.parse::<i32>().ok()?, parts.next()?);
    let this_year = now.map_or(2000, |now| now.year());
    let century = this_year - this_year.rem_euclid(100);
    let year = [century + 100 + year, century + year].into_iter().find(|year| *year <= this_year + 50).unwrap_or(year);
    let day = NaiveDate::parse_from_str(&format!("{day}-{year}"), "%d-%b-%Y").ok()?;
    let time = chrono::NaiveTime::parse_from_str(time, "%H:%M:%S").ok()?;
    Some(day.and_time(time).and_utc())
}

/// How long to wait before try number `tries + 1`: anything up to the growing step (full jitter), so that sources that failed together
/// come back spread over all of it.
pub(super) fn backoff(base: Duration, tries: u32) -> Duration {
    let step = base.saturating_mul(GROWTH.saturating_pow(tries.saturating_sub(1)));
    step.mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            ("Wednesday, 21-Oct-26 07:29:00 GMT", Some(60)),
            ("Wednesday, 21-Oct-99 07:29:00 GMT", Some(0)),
            ("Wed Oct 21 07:28:07 2026", Some(7)),
            ("Sun Nov  1 07:28:07 2026", Some(24 * 3600)),
            ("Wednesday, 21-Oct-6 07:29:00 GMT", None),
            ("Wednesday, 40-Oct-26 07:29:00 GMT", None),
        ];
        for (value, seconds) in cases {
            assert_eq!(retry_after(value, date), seconds.map(Duration::from_secs), "{value}");
        }
        assert_eq!(retry_after("Wed, 21 Oct 2026 07:29:30 GMT", None), None);
    }

    proptest! {
        #[test]
        fn no_wish_is_too_odd(value in "[A-Za-z]{0,9},? ?[-0-9 :a-zA-Z,GMT]{0,30}", date in proptest::option::of("[A-Za-z, 0-9:-]{0,40}")) {
            prop_assert!(retry_after(&value, date.as_deref()).is_none_or(|wait| wait <= LONGEST_WAIT));
        }
    }

    #[test]
    fn waits_grow_and_stay_within_their_step() {
        for (tries, most) in [(1, 1000), (2, 3000), (3, 9000)] {
            let waits: Vec<u128> = (0..200).map(|_| backoff(Duration::from_secs(1), tries).as_millis()).collect();
            assert!(waits.iter().all(|wait| *wait <= most), "{waits:?}");
            // spread over all of it: of two hundred, one lies in the first and one in the last tenth
            assert!(waits.iter().any(|wait| *wait < most / 10) && waits.iter().any(|wait| *wait > most / 10 * 9), "{waits:?}");
        }
    }
}
