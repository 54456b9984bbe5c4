//! Pauses that grow.

use chrono::TimeDelta;

/// A pause that was doubled so many times, and is no longer than the longest.
pub fn doubled(first: TimeDelta, times: u32, longest: TimeDelta) -> TimeDelta {
    let grown = 2_i32.checked_pow(times).and_then(|factor| first.checked_mul(factor));
    grown.map_or(longest, |grown| grown.min(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_up_to_the_longest() {
        let (first, longest) = (TimeDelta::minutes(15), TimeDelta::hours(6));
        for (times, minutes) in [(0, 15), (1, 30), (4, 240), (5, 360), (30, 360), (31, 360), (u32::MAX, 360)] {
            assert_eq!(doubled(first, times, longest), TimeDelta::minutes(minutes), "{times}");
        }
        assert_eq!(doubled(TimeDelta::MAX, 1, TimeDelta::MAX), TimeDelta::MAX);
    }
}
