//! What is kept is in danger: the disk runs full, the file cannot be written or is spoilt, its log grows without end. Told once
//! when it begins and once when it ends, like everything else.

use super::house::{DATABASE, database};
use super::watch::{Told, say};
use crate::config::Alerts;
use crate::reconcile::Severity;
use crate::store::{Checkup, Store, wal_bytes};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::path::Path;

/// Bytes of a mebibyte, in which sizes are told.
const MIB: u64 = 1 << 20;

/// Looks at disk and database, and gives what is new.
///
/// # Errors
/// The store failing; a disk that cannot be asked.
pub fn danger(store: &mut Store, data: &Path, limits: &Alerts, now: DateTime<Utc>) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    store.write_mark(now)?;
    let free = free_bytes(data)?;
    let tight = (free < limits.free_bytes)
        .then(|| format!("{} MiB are free at {}, less than {} MiB", free / MIB, data.display(), limits.free_bytes / MIB));
    let log = wal_bytes(&database(data));
    let long = (log > limits.wal_bytes).then(|| {
        let (has, limit) = (log / MIB, limits.wal_bytes / MIB);
        format!("the write-ahead log of {DATABASE} has {has} MiB, more than {limit} MiB: some reader holds it back")
    });
    let checkup = checkup(store, now)?;
    let spoilt = (!checkup.is_sound()).then(|| format!("{DATABASE} is spoilt: {}", checkup.found));
    say(store, "disk/free".to_string(), Severity::Critical, tight, &mut told, now)?;
    say(store, "database/log".to_string(), Severity::Major, long, &mut told, now)?;
    say(store, "database/integrity".to_string(), Severity::Critical, spoilt, &mut told, now)?;
    Ok(told)
}

/// The last time that the file was looked through, be it now because a day has passed since. A file that was spoilt is looked
/// through each time, so that its recovery is told; so is one that was checked later than now.
fn checkup(store: &mut Store, now: DateTime<Utc>) -> Result<Checkup> {
    Ok(match store.last_checkup()?.filter(|last| last.holds(now)) {
        Some(last) => last,
        None => store.check_file(now)?,
    })
}

/// Bytes that are free for us where the data are.
pub(super) fn free_bytes(data: &Path) -> Result<u64> {
    let disk = rustix::fs::statvfs(data).with_context(|| format!("asking how much is free at {}", data.display()))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_danger_is_told_when_it_begins_and_when_it_ends() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&database(dir.path())).unwrap();
        let at = |hour: u32| format!("2026-11-24T{hour:02}:00:00Z").parse().unwrap();
        let (fine, tight) =
            (Alerts { free_bytes: 0, ..Alerts::default() }, Alerts { free_bytes: u64::MAX, wal_bytes: 0, ..Alerts::default() });
        let mut look = |limits: &Alerts, hour: u32| {
            let told = danger(&mut store, dir.path(), limits, at(hour)).unwrap();
            told.into_iter().map(|one| (one.key, one.raised)).collect::<Vec<_>>()
        };
        assert_eq!(look(&fine, 1), []);
        let both = |raised| ["disk/free", "database/log"].map(|key| (key.to_string(), raised));
        assert_eq!(look(&tight, 2), both(true));
        assert_eq!(look(&tight, 3), []);
        assert_eq!(look(&fine, 4), both(false));
        assert_eq!(store.last_checkup().unwrap().unwrap().at, "2026-11-24T01:00:00Z", "once a day");
    }
}
