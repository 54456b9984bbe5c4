//! A document on its way in: where it came from, what became of it, and how its attempt ends.

use super::House;
use super::read::{Refusal, read};
use crate::archive::{Archive, Stored};
use crate::config::Config;
use crate::guard::{self, Reader};
use crate::model::{Class, DateBasis, Issue, Reading};
use crate::store::{AttemptEnd, Document, SUCCESS_OUTCOMES, Saved};
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use std::io::Read;

/// Outcome of a document whose source the configuration does not have.
pub const WAITING: &str = "waiting_for_source";
/// Outcome of a document that gave figures.
pub const STORED: &str = "stored";
/// Outcome of a fetch that brought the bytes we have.
pub(super) const UNCHANGED: &str = "unchanged";
/// Outcome of a document that was here already.
pub(super) const KNOWN: &str = "known";
/// Outcome of a document whose source says that it is kept and not read.
pub(super) const KEPT: &str = "kept";
/// Outcome of a document that stays in quarantine untried.
const QUARANTINED: &str = "quarantined";
/// Outcome of a document because of which a later one had to be read again, and could not be.
pub(super) const NOT_REREAD: &str = "reread_failed";
/// So often a document is read whose reader falls: once, and once more in case the machine was to blame.
const MOST_TRIES: u32 = 2;
/// Who reads documents: stands in every row it makes.
pub const PARSER: &str = concat!("sverka ", env!("CARGO_PKG_VERSION"));

/// A document on its way in, with its provenance.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Which source it is a document of.
    pub source: String,
    /// How `status` names it: its path, or the address that was asked.
    pub label: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Its day.
    pub as_of: NaiveDate,
    /// Where that day comes from.
    pub basis: DateBasis,
    /// The publisher's address.
    pub url: String,
    /// Where this copy came from.
    pub obtained_from: String,
    /// As the server said.
    pub content_type: String,
    /// Validators for the next conditional request: ETag, Last-Modified.
    pub validators: (Option<String>, Option<String>),
    /// The answer's status, where there was one.
    pub http_status: Option<u16>,
    /// When a web archive received it, if it is such a copy.
    pub captured: Option<DateTime<Utc>>,
}

impl Delivery {
    /// A document that came by hand: no address, no validators.
    pub fn of(source: String, label: String, bytes: Vec<u8>, as_of: NaiveDate, basis: DateBasis) -> Delivery {
        Delivery {
            source,
            label,
            bytes,
            as_of,
            basis,
            url: String::new(),
            obtained_from: String::new(),
            content_type: String::new(),
            validators: (None, None),
            http_status: None,
            captured: None,
        }
    }

    /// Whether it came from the publisher now, rather than from a folder or a web archive.
    pub fn was_fetched(&self) -> bool {
        self.http_status.is_some() && self.captured.is_none()
    }
}

/// What became of a document.
#[derive(Debug, Clone)]
pub struct Taken {
    /// How it is named.
    pub label: String,
    /// Its source.
    pub source: String,
    /// A typed code.
    pub outcome: String,
    /// One sentence for a person; empty if all went well.
    pub message: String,
    /// What the store did.
    pub saved: Option<Saved>,
}

impl Taken {
    /// Whether the source is up to date now.
    pub fn is_success(&self) -> bool {
        SUCCESS_OUTCOMES.contains(&self.outcome.as_str())
    }

    /// A document that gave figures, or was here already.
    pub(super) fn saved(delivery: Delivery, saved: Saved) -> Taken {
        let outcome = if saved.already_known { KNOWN } else { STORED }.to_string();
        Taken { label: delivery.label, source: delivery.source, outcome, message: String::new(), saved: Some(saved) }
    }
}

/// The row of a document that was read, with the attempt that its transaction ends.
pub(super) fn document(attempt: i64, delivery: &Delivery, stored: Stored, reading: &mut Reading, now: DateTime<Utc>) -> Document {
    let (known_from, known_from_basis) = known_since(reading, delivery);
    Document {
        source: delivery.source.clone(),
        sha256: stored.sha256,
        bytes: stored.bytes,
        as_of: delivery.as_of,
        as_of_basis: delivery.basis,
        fetched_at: delivery.captured.or_else(|| delivery.was_fetched().then_some(now)),
        known_from,
        known_from_basis,
        url: delivery.url.clone(),
        obtained_from: delivery.obtained_from.clone(),
        content_type: delivery.content_type.clone(),
        class: Class::Parsed,
        held: true,
        parser: PARSER.to_string(),
        attempt: Some((attempt, ending(delivery, STORED, String::new(), now))),
    }
}

/// Since when the figures are known: the date the document states, unless it lies after the day it was fetched.
fn known_since(reading: &mut Reading, delivery: &Delivery) -> (NaiveDate, DateBasis) {
    match reading.published {
        Some(stated) if stated <= delivery.as_of => (stated, DateBasis::Stated),
        Some(stated) => {
            let wanted = format!("a date up to {}, when it was fetched", delivery.as_of);
            reading.issues.push(Issue::warning("stated_date_after_fetch", "document", stated.to_string(), wanted));
            (delivery.as_of, delivery.basis)
        }
        None => (delivery.as_of, delivery.basis),
    }
}

/// Reads a held document once more, because an older one arrived after it.
pub(super) fn read_again(
    config: &Config,
    archive: &Archive,
    reader: &Reader,
    source: &str,
    sha256: &str,
    as_of: NaiveDate,
) -> Result<Option<Reading>, String> {
    let Some(source) = config.source(source) else { return Ok(None) };
    let mut bytes = Vec::new();
    let mut file = archive.open_document(sha256).map_err(|error| error.to_string())?;
    file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let document = guard::Document::held(&bytes, file);
    read(reader, source, &document, as_of).map(Some).map_err(|refusal: Refusal| refusal.to_string())
}

/// Why a document in quarantine is not tried any more, if it is not.
///
/// # Errors
/// The store failing.
pub(super) fn stays_out(house: &House, source: &str, sha256: &str) -> Result<Option<(&'static str, String)>> {
    let held = house.store.quarantined(source, sha256, PARSER)?.filter(|held| held.tries >= MOST_TRIES);
    Ok(held.map(|held| (QUARANTINED, format!("in quarantine after {} tries: {}: {}", held.tries, held.rule, held.message))))
}

/// Ends the attempt of a document that is refused. One whose reader fell goes to quarantine; one that nobody could be started
/// for is no refusal of the document, and the run cannot go on.
///
/// # Errors
/// No reader could be started; the store failing.
pub(super) fn refused(
    house: &mut House,
    attempt: i64,
    delivery: &Delivery,
    sha256: &str,
    refusal: Refusal,
    now: DateTime<Utc>,
) -> Result<Taken> {
    let (outcome, message) = (refusal.code(), refusal.to_string());
    match refusal {
        Refusal::Fallen(fallen) if fallen.is_of_document() => {
            let end = ending(delivery, outcome, message.clone(), now);
            house.store.quarantine(&delivery.source, sha256, PARSER, attempt, &end)?;
            Ok(told(delivery, outcome, message))
        }
        Refusal::Fallen(fallen) => {
            refuse(house, attempt, delivery, outcome, message, now)?;
            Err(fallen).with_context(|| format!("reading {}", delivery.label))
        }
        _ => {
            house.store.release(&delivery.source, sha256, now)?;
            refuse(house, attempt, delivery, outcome, message, now)
        }
    }
}

/// Ends an attempt whose document gives no new figures: refused, here already, or only kept.
///
/// # Errors
/// The store failing.
pub(super) fn refuse(
    house: &mut House,
    attempt: i64,
    delivery: &Delivery,
    outcome: &str,
    message: String,
    now: DateTime<Utc>,
) -> Result<Taken> {
    house.store.finish_attempt(attempt, &ending(delivery, outcome, message.clone(), now))?;
    Ok(told(delivery, outcome, message))
}

fn told(delivery: &Delivery, outcome: &str, message: String) -> Taken {
    tracing::info!(source = delivery.source, document = delivery.label, outcome, message, "document");
    Taken { label: delivery.label.clone(), source: delivery.source.clone(), outcome: outcome.to_string(), message, saved: None }
}

fn ending(delivery: &Delivery, outcome: &str, message: String, now: DateTime<Utc>) -> AttemptEnd {
    AttemptEnd {
        http_status: delivery.http_status,
        document: Some(delivery.label.clone()),
        url: (!delivery.url.is_empty()).then(|| delivery.url.clone()),
        etag: delivery.validators.0.clone(),
        last_modified: delivery.validators.1.clone(),
        ..AttemptEnd::new(outcome, message, now)
    }
}
