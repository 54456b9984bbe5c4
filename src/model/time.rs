//! How an instant is written, and how late a first print may be.

use chrono::{DateTime, Utc};

/// How long after its period a first print comes at the latest; the first figure held of an older period is hardly its first print.
/// Four months: balances of payments and annual accounts are out by then. The view `revision_summary` has the same number.
pub const FIRST_PRINT_DAYS: u64 = 123;

/// An instant as the store and whatever we tell write it: UTC, whole seconds. Texts of it are in the order of time.
pub fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_second_are_left_out() {
        let at: DateTime<Utc> = "2020-04-25T10:59:59.999+03:00".parse().unwrap();
        assert_eq!(instant(at), "2020-04-25T07:59:59Z");
    }
}
