//! What is known of hosts from one request to the next, and from one run to the next: who is to be left alone and until when, and
//! what their `robots.txt` said. Neither a clock nor a store: whoever has them brings the time, and keeps what changed.

use super::failure::Failure;
use crate::model::{HostState, RobotsState, doubled};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Addresses in a row, each with all of its tries, at which nobody answered: then the host is left alone.
const BREAKS_AFTER: u32 = 3;
/// For so long at first, and for twice as long each time that a single request after it fails too.
const FIRST_REST: TimeDelta = TimeDelta::minutes(10);
/// But for no longer than this.
const LONGEST_REST: TimeDelta = TimeDelta::hours(24);
/// Further tries that one host is asked for before tries are given up: sources that share a host share them.
const RETRY_BUDGET: u32 = 12;
/// One more further try is granted after this time.
const RETRY_REFILL: Duration = Duration::from_secs(300);

/// Everything of it that outlives a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memory {
    /// By name.
    pub hosts: Vec<HostState>,
    /// By origin.
    pub robots: Vec<RobotsState>,
}

/// What a failure says of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// It is there, and said something.
    Answers,
    /// It is not there, or not well.
    Down,
    /// Nothing.
    Nothing,
}

/// The hosts of a client.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    hosts: HashMap<String, HostState>,
    robots: HashMap<String, RobotsState>,
    retries: HashMap<String, (u32, Option<Instant>)>,
    changed_hosts: HashSet<String>,
    changed_robots: HashSet<String>,
}

impl Inner {
    /// The state of a host that is about to be another one.
    fn changing(&mut self, host: &str) -> &mut HostState {
        self.changed_hosts.insert(host.to_owned());
        let state = self.hosts.entry(host.to_owned()).or_default();
        state.host = host.to_owned();
        state
    }
}

impl Hosts {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what was known before in place of what is known.
    pub fn recall(&self, memory: Memory) {
        let mut inner = self.inner();
        inner.hosts = memory.hosts.into_iter().map(|state| (state.host.clone(), state)).collect();
        inner.robots = memory.robots.into_iter().map(|state| (state.origin.clone(), state)).collect();
        inner.changed_hosts.clear();
        inner.changed_robots.clear();
    }

    /// What changed since the last question.
    pub fn changed(&self) -> Memory {
        let mut inner = self.inner();
        let (hosts, robots) = (std::mem::take(&mut inner.changed_hosts), std::mem::take(&mut inner.changed_robots));
        Memory {
            hosts: hosts.into_iter().filter_map(|host| inner.hosts.get(&host).cloned()).collect(),
            robots: robots.into_iter().filter_map(|origin| inner.robots.get(&origin).cloned()).collect(),
        }
    }

    /// Whether a host is to be left alone now.
    pub fn closed(&self, host: &str, now: DateTime<Utc>) -> Option<Failure> {
        let inner = self.inner();
        let state = inner.hosts.get(host)?;
        // a mark further off than any that is made was made under a clock that was wrong
        let until = state.until.filter(|until| *until > now && *until <= now + LONGEST_REST)?;
        Some(Failure::LeftAlone { host: host.into(), until, why: state.why.as_str().into() })
    }

    /// The host answered: nothing is held against it any more.
    pub fn answered(&self, host: &str) {
        let mut inner = self.inner();
        let Some(state) = inner.hosts.get_mut(host).filter(|state| state.failures > 0 || state.until.is_some()) else { return };
        *state = HostState { host: host.to_owned(), ..HostState::default() };
        inner.changed_hosts.insert(host.to_owned());
    }

    /// The host asked to be left alone for a while.
    pub fn asked_for_rest(&self, host: &str, rest: Duration, now: DateTime<Utc>) {
        let rest = TimeDelta::from_std(rest).unwrap_or(LONGEST_REST).min(LONGEST_REST);
        close(self.inner().changing(host), now + rest, "it asked for that (Retry-After)".to_owned());
    }

    /// An address failed with all of its tries, and nobody answered there.
    pub fn failed(&self, host: &str, failure: &Failure, now: DateTime<Utc>) {
        let mut inner = self.inner();
        let state = inner.changing(host);
        state.failures = state.failures.saturating_add(1);
        if state.failures >= BREAKS_AFTER {
            let why = format!("it failed {} times in a row, the last time with {}", state.failures, failure.code());
            let until = now + rest(state.failures);
            close(state, until, why);
        }
    }

    /// Takes one of the further tries that a host is granted. One that is asked after it was left alone has a single one.
    pub fn may_retry(&self, host: &str) -> bool {
        let mut inner = self.inner();
        if inner.hosts.get(host).is_some_and(|state| state.failures >= BREAKS_AFTER) {
            return false;
        }
        let (spent, since) = inner.retries.entry(host.to_owned()).or_default();
        let begun = *since.get_or_insert_with(Instant::now);
        let granted = u32::try_from(begun.elapsed().as_secs() / RETRY_REFILL.as_secs()).unwrap_or(u32::MAX).min(*spent);
        if granted > 0 {
            (*spent, *since) = (*spent - granted, Some(begun + RETRY_REFILL * granted));
        }
        if *spent == 0 {
            *since = Some(Instant::now());
        }
        let may = *spent < RETRY_BUDGET;
        *spent += u32::from(may);
        may
    }

    /// What an origin said last.
    pub fn robots(&self, origin: &str) -> Option<RobotsState> {
        self.inner().robots.get(origin).cloned()
    }

    /// Keeps what an origin said.
    pub fn keep_robots(&self, state: RobotsState) {
        let mut inner = self.inner();
        inner.changed_robots.insert(state.origin.clone());
        inner.robots.insert(state.origin.clone(), state);
    }
}

/// Leaves a host alone until then, unless it is left alone for longer already.
fn close(state: &mut HostState, until: DateTime<Utc>, why: String) {
    if state.until.is_none_or(|before| before < until) {
        (state.until, state.why) = (Some(until), why);
    }
}

/// How long a host is left alone: longer and longer, somewhere in the second half of the step, so that those who share it do not come
/// back together.
fn rest(failures: u32) -> TimeDelta {
    let step = doubled(FIRST_REST, failures.saturating_sub(BREAKS_AFTER), LONGEST_REST).num_seconds();
    TimeDelta::seconds(step / 2 + fastrand::i64(0..=step / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-24T06:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_host_that_fails_is_left_alone_for_longer_and_longer_until_it_answers() {
        let (hosts, failure) = (Hosts::default(), Failure::Status(503));
        for _ in 1..BREAKS_AFTER {
            hosts.failed("a", &failure, now());
        }
        assert_eq!(hosts.closed("a", now()), None);
        let mut at = now();
        for minutes in [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440] {
            hosts.failed("a", &failure, at);
            let Some(Failure::LeftAlone { until, why, .. }) = hosts.closed("a", at) else { panic!("asked") };
            assert!((minutes * 30..=minutes * 60).contains(&(until - at).num_seconds()), "{minutes}: {}", until - at);
            assert!(why.contains("times in a row, the last time with http_503"), "{why}");
            assert_eq!((hosts.closed("a", until), hosts.closed("b", at)), (None, None));
            at = until;
        }
        hosts.changed();
        hosts.answered("a");
        hosts.failed("a", &failure, at);
        assert_eq!(hosts.closed("a", at), None);
        assert_eq!(hosts.changed().hosts, [HostState { host: "a".into(), failures: 1, ..HostState::default() }]);
    }

    #[test]
    fn what_was_known_outlives_the_client_and_a_clock_that_was_wrong() {
        let first = Hosts::default();
        first.asked_for_rest("a", Duration::from_secs(3600), now());
        let memory = first.changed();
        assert_eq!(first.changed(), Memory::default());
        let second = Hosts::default();
        second.recall(memory);
        assert!(second.closed("a", now() + TimeDelta::minutes(59)).is_some());
        assert!(second.closed("a", now() + TimeDelta::minutes(60)).is_none());
        assert!(second.closed("a", now() - TimeDelta::days(400)).is_none(), "nobody asks for so long");
        second.answered("a");
        assert!(second.closed("a", now()).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn further_tries_are_granted_a_few_at_a_time() {
        let hosts = Hosts::default();
        let granted = |hosts: &Hosts| (0..100).filter(|_| hosts.may_retry("a")).count();
        assert_eq!(granted(&hosts), RETRY_BUDGET as usize);
        assert!(hosts.may_retry("b"));
        tokio::time::advance(RETRY_REFILL * 2).await;
        assert_eq!(granted(&hosts), 2);
        tokio::time::advance(RETRY_REFILL * 1000).await;
        assert_eq!(granted(&hosts), RETRY_BUDGET as usize);
    }
}
