//! Kept documents, fed through the flow as if they had been fetched on their dates.

use super::intake::{Delivery, Taken, refuse};
use super::manifest::{self, Entry};
use super::{House, Summary, take_in};
use crate::model::DateBasis;
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A document that a person brings, with its provenance.
#[derive(Debug, Clone)]
pub struct ByHand {
    /// The document.
    pub file: PathBuf,
    /// Which source it is a document of.
    pub source: String,
    /// Its day.
    pub as_of: NaiveDate,
    /// Where this copy came from.
    pub obtained_from: String,
    /// The publisher's address, where known.
    pub url: Option<String>,
}

/// Feeds every document of a manifest, oldest first; `tell` hears of each. A refused document is an outcome, not a failure.
///
/// # Errors
/// A manifest that cannot be read, or the store failing.
pub fn replay(
    house: &mut House,
    manifest: &Path,
    clock: fn() -> DateTime<Utc>,
    tell: &(dyn Fn(&Taken) + Sync),
) -> Result<Summary> {
    let mut summary = Summary::default();
    for entry in manifest::read(manifest)? {
        let taken = feed(house, &entry, clock())?;
        tell(&taken);
        summary.taken.push(taken);
    }
    Ok(summary)
}

/// Takes in one document by hand.
///
/// # Errors
/// A file that cannot be read, a source that is not configured, or the store failing.
pub fn ingest(house: &mut House, by_hand: ByHand, now: DateTime<Utc>) -> Result<Taken> {
    house.source(&by_hand.source)?;
    let label = by_hand.file.display().to_string();
    let delivery = Delivery::of_file(by_hand.source, label, &by_hand.file, by_hand.as_of, DateBasis::Recorded)
        .with_context(|| format!("reading {}", by_hand.file.display()))?;
    let attempt = house.store.begin_attempt(&delivery.source, "ingest", None, now)?;
    let delivery = Delivery { url: by_hand.url.unwrap_or_default(), obtained_from: by_hand.obtained_from, ..delivery };
    take_in(house, attempt, delivery, now)
}

fn feed(house: &mut House, entry: &Entry, now: DateTime<Utc>) -> Result<Taken> {
    let attempt = house.store.begin_attempt(&entry.source, "replay", None, now)?;
    let of = |label: String| Delivery::of(entry.source.clone(), label, Vec::new(), entry.as_of, entry.basis);
    let read = Delivery::of_file(entry.source.clone(), entry.path.clone(), &entry.file, entry.as_of, entry.basis);
    let (delivery, seen, problem) = match read.and_then(|delivery| Ok((hash(&delivery)?, delivery))) {
        Ok((seen, delivery)) => (delivery, seen, None),
        Err(error) => (of(entry.path.clone()), String::new(), Some(("missing_file", error.to_string()))),
    };
    let wrong = !entry.sha256.is_empty() && entry.sha256 != seen;
    let problem =
        problem.or_else(|| wrong.then(|| ("hash_mismatch", format!("expected SHA-256 {}, found {seen}", entry.sha256))));
    let delivery = Delivery { url: entry.url.clone(), obtained_from: entry.obtained_from.clone(), ..delivery };
    match problem {
        Some((outcome, message)) => refuse(house, attempt, &delivery, outcome, message, now),
        None => take_in(house, attempt, delivery, now),
    }
}

/// The SHA-256 of a document, in hex.
fn hash(delivery: &Delivery) -> io::Result<String> {
    let mut hasher = Sha256::new();
    match &delivery.file {
        Some(file) => _ = io::copy(&mut File::open(file)?, &mut IntoHash(&mut hasher))?,
        None => hasher.update(&delivery.bytes),
    }
    Ok(hex::encode(hasher.finalize()))
}

/// What is written to it is hashed.
struct IntoHash<'h>(&'h mut Sha256);

impl io::Write for IntoHash<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
