//! Kept documents, fed through the flow as if they had been fetched on their dates.

use super::intake::{Delivery, Taken, take_in};
use super::manifest::{self, Entry};
use super::{House, Summary};
use crate::model::DateBasis;
use crate::store::AttemptEnd;
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Feeds every document of a manifest, oldest first. A refused document is an outcome, not a failure.
///
/// # Errors
/// A manifest that cannot be read, or the store failing.
pub fn replay(house: &mut House, manifest: &Path, now: DateTime<Utc>) -> Result<Summary> {
    let mut summary = Summary::default();
    for entry in manifest::read(manifest)? {
        summary.taken.push(feed(house, &entry, now)?);
    }
    Ok(summary)
}

/// Takes in one document by hand, with the same provenance.
///
/// # Errors
/// A file that cannot be read, a source that is not configured, or the store failing.
pub fn ingest(
    house: &mut House,
    file: &Path,
    source: &str,
    url: Option<&str>,
    from: &str,
    as_of: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Summary> {
    house.source(source)?;
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let attempt = house.store.begin_attempt(source, "ingest", None, now)?;
    let delivery = Delivery {
        source: source.to_string(),
        label: file.display().to_string(),
        bytes,
        as_of,
        basis: DateBasis::Recorded,
        url: url.unwrap_or_default().to_string(),
        obtained_from: from.to_string(),
        content_type: String::new(),
        validators: (None, None),
        http_status: None,
    };
    Ok(Summary { taken: vec![take_in(house, attempt, delivery, now)?], ..Summary::default() })
}

fn feed(house: &mut House, entry: &Entry, now: DateTime<Utc>) -> Result<Taken> {
    let attempt = house.store.begin_attempt(&entry.source, "replay", None, now)?;
    let bytes = match std::fs::read(&entry.file) {
        Ok(bytes) => bytes,
        Err(error) => return refuse(house, attempt, entry, "missing_file", error.to_string(), now),
    };
    let seen = hex::encode(Sha256::digest(&bytes));
    if !entry.sha256.is_empty() && entry.sha256 != seen {
        let message = format!("expected SHA-256 {}, found {seen}", entry.sha256);
        return refuse(house, attempt, entry, "hash_mismatch", message, now);
    }
    let delivery = Delivery {
        source: entry.source.clone(),
        label: entry.path.clone(),
        bytes,
        as_of: entry.as_of,
        basis: entry.basis,
        url: entry.url.clone(),
        obtained_from: entry.obtained_from.clone(),
        content_type: String::new(),
        validators: (None, None),
        http_status: None,
    };
    take_in(house, attempt, delivery, now)
}

fn refuse(house: &mut House, attempt: i64, entry: &Entry, outcome: &str, message: String, now: DateTime<Utc>) -> Result<Taken> {
    let end = AttemptEnd {
        finished_at: now,
        outcome: outcome.to_string(),
        http_status: None,
        message: message.clone(),
        document: Some(entry.path.clone()),
        snapshot_id: None,
        url: None,
        etag: None,
        last_modified: None,
    };
    house.store.finish_attempt(attempt, &end)?;
    Ok(Taken { label: entry.path.clone(), source: entry.source.clone(), outcome: outcome.to_string(), message, saved: None })
}
