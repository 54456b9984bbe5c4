//! What came whole before the program ended, and was not read: it is read first, as what it was when it came. Its publisher is then
//! asked whether there is more, with the validators that it came with.

use super::accept::kept;
use super::intake::{Delivery, Taken};
use super::reparse::readable;
use super::{House, read_and_admit};
use crate::store::{Gate, RESUME};
use anyhow::Result;
use chrono::{DateTime, Utc};

/// Takes in what a source still has to be read. Bytes that the archive has lost come again by themselves.
///
/// # Errors
/// No reader that could be started, or the store failing.
pub(super) fn resume(house: &mut House, source: &str, now: DateTime<Utc>) -> Result<Vec<Taken>> {
    if readable(&house.config, source).is_err() {
        return Ok(Vec::new());
    }
    let mut done = Vec::new();
    for (document, validators) in house.store.arrived_unread(source)? {
        let (delivery, stored) = match kept(house, &document) {
            Ok(kept) => kept,
            Err(error) => {
                tracing::warn!(source, "cannot go on with what came: {error:#}");
                continue;
            }
        };
        let delivery = Delivery { validators: (validators.etag, validators.last_modified), ..delivery };
        let attempt = house.store.begin_attempt(source, RESUME, None, now)?;
        done.push(read_and_admit(house, attempt, delivery, stored, Gate::Closed, now)?);
    }
    Ok(done)
}
