//! One request at a time to a host, and a pause between them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

/// When a host may be asked next; whoever holds the lock is asking it.
type Turn = Arc<tokio::sync::Mutex<Option<Instant>>>;

/// The turns of all hosts that were ever asked; they are as few as the configured ones.
#[derive(Debug)]
pub(super) struct Gates {
    gap: Duration,
    /// For hosts that want another one.
    gaps: HashMap<String, Duration>,
    turns: Mutex<HashMap<String, Turn>>,
}

/// The right to ask one host, until dropped; then the gap begins.
pub(super) struct Pass {
    next: OwnedMutexGuard<Option<Instant>>,
    gap: Duration,
}

impl Gates {
    /// Gates with `gap` between the end of one request and the start of the next to the same host, unless `gaps` has another one for it.
    pub fn new(gap: Duration, gaps: HashMap<String, Duration>) -> Gates {
        Gates { gap, gaps, turns: Mutex::default() }
    }

    /// Waits until nobody else asks `host` and its pause is over.
    pub async fn enter(&self, host: &str) -> Pass {
        let turn = self.turn(host);
        let next = turn.lock_owned().await;
        if let Some(at) = *next {
            tokio::time::sleep_until(at).await;
        }
        Pass { next, gap: self.gaps.get(host).copied().unwrap_or(self.gap) }
    }

    fn turn(&self, host: &str) -> Turn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(host.to_owned()).or_default().clone()
    }
}

impl Pass {
    /// Lengthens the pause: the host asked to be left alone, and that holds for every source on it.
    pub fn hold_off(&mut self, pause: Duration) {
        self.gap = self.gap.max(pause);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        *self.next = Some(Instant::now() + self.gap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_host_is_asked_by_one_at_a_time_with_a_gap_and_others_are_not_delayed() {
        let gates = Gates::new(Duration::from_secs(2), HashMap::from([("c".to_owned(), Duration::from_secs(7))]));
        let start = Instant::now();
        let mut first = gates.enter("a").await;
        assert!(tokio::time::timeout(Duration::from_secs(60), gates.enter("a")).await.is_err());
        drop(gates.enter("b").await);
        assert_eq!(start.elapsed().as_secs(), 60);
        first.hold_off(Duration::from_secs(30));
        drop(first);
        drop(gates.enter("a").await);
        assert_eq!(start.elapsed().as_secs(), 90);
        drop(gates.enter("a").await);
        assert_eq!(start.elapsed().as_secs(), 92);
        drop(gates.enter("c").await);
        drop(gates.enter("c").await);
        assert_eq!(start.elapsed().as_secs(), 99);
    }
}
