//! A document on its way in: where it came from, what became of it, and how its attempt ends.

use super::House;
use super::bulk::MOST_HELD;
use super::read::{Refusal, read};
use crate::archive::{Archive, ArchiveError, Stored};
use crate::config::{Config, Source};
use crate::guard::{self, Reader};
use crate::model::{Class, DateBasis, Drift, Issue, Reading, Weight};
use crate::store::{
    ANSWERED_OUTCOMES, Admitted, AttemptEnd, DRIFT, Document, FULL, INCOMPLETE, IO_ERROR, KNOWN, READ_ONLY, SUCCESS_OUTCOMES,
    Saved, Store, StoreError, told,
};
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Outcome of a document whose source the configuration does not have.
pub const WAITING: &str = "waiting_for_source";
/// Outcome of a document that gave figures.
pub const STORED: &str = "stored";
/// Who obtained a document that this program fetched from its publisher.
pub(super) const FETCHED: &str = "fetched";
/// Outcome of a fetch that brought the bytes we have.
const UNCHANGED: &str = "unchanged";
/// Outcome of a document whose source says that it is kept and not read.
pub(super) const KEPT: &str = "kept";
/// Outcome of a document that stays in quarantine untried.
const QUARANTINED: &str = "quarantined";
/// Outcome of a document because of which a later one had to be read again, and could not be.
pub(super) const NOT_REREAD: &str = "reread_failed";
/// So often a document is read whose reader falls: once, and once more in case the machine was to blame.
pub(super) const MOST_TRIES: u32 = 2;
/// Who reads documents. With the source's digest it stands in every row that comes of them.
pub const PARSER: &str = concat!("sverka ", env!("CARGO_PKG_VERSION"));

/// A document on its way in, with its provenance.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Which source it is a document of.
    pub source: String,
    /// How `status` names it: its path, or the address that was asked.
    pub label: String,
    /// The bytes, or their beginning where a file has them all.
    pub bytes: Vec<u8>,
    /// The file of a document that is too large to be held.
    pub file: Option<PathBuf>,
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
            file: None,
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

    /// The same of a file, which is held if it is small.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn of_file(source: String, label: String, file: &Path, as_of: NaiveDate, basis: DateBasis) -> io::Result<Delivery> {
        let mut open = File::open(file)?;
        let large = open.metadata()?.len() > MOST_HELD;
        let mut bytes = Vec::new();
        match large {
            true => open.take(guard::HEAD_BYTES as u64).read_to_end(&mut bytes)?,
            false => open.read_to_end(&mut bytes)?,
        };
        let file = large.then(|| file.to_path_buf());
        Ok(Delivery { file, ..Delivery::of(source, label, bytes, as_of, basis) })
    }

    /// Keeps its bytes in the archive.
    ///
    /// # Errors
    /// The file that has them, or the archive failing.
    pub(super) fn keep(&self, archive: &Archive) -> Result<Stored> {
        Ok(match &self.file {
            Some(file) => archive.store(File::open(file).with_context(|| format!("reading {}", file.display()))?)?,
            None => archive.store(self.bytes.as_slice())?,
        })
    }

    /// What a reader gets: the bytes, and the file of the archive that has them.
    pub(super) fn document(&self, file: File) -> guard::Document<'_> {
        match self.file {
            Some(_) => guard::Document::in_file(&self.bytes, file),
            None => guard::Document::held(&self.bytes, file),
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
    /// What the document changed; not what was accepted before.
    pub drift: Vec<Drift>,
}

impl Taken {
    /// Whether the source is up to date now.
    pub fn is_success(&self) -> bool {
        SUCCESS_OUTCOMES.contains(&self.outcome.as_str())
    }

    /// Whether the source needs no further look before it is due again: it is up to date, or waits for a person.
    pub fn is_answer(&self) -> bool {
        ANSWERED_OUTCOMES.contains(&self.outcome.as_str())
    }

    /// A document that was read, as the store took it.
    pub(super) fn admitted(delivery: Delivery, admitted: Admitted) -> Taken {
        let (outcome, message, saved, drift) = match admitted {
            Admitted::In { saved, drift, .. } if saved.already_known => (KNOWN, String::new(), Some(saved), drift),
            Admitted::In { saved, drift, incomplete: false } => (STORED, String::new(), Some(saved), drift),
            Admitted::In { saved, drift, .. } => (INCOMPLETE, told(&drift, Weight::Lacks, "lacks"), Some(saved), drift),
            Admitted::Held { drift } => (DRIFT, told(&drift, Weight::Holds, "kept out until accepted"), None, drift),
        };
        let (label, source) = (delivery.label, delivery.source);
        tracing::info!(source, document = label, outcome, message, "document");
        Taken { label, source, outcome: outcome.to_string(), message, saved, drift }
    }
}

/// How a fetch ends that brought the bytes we have: well, unless the document still lacks something.
///
/// # Errors
/// The store failing.
pub(super) fn unchanged(store: &Store, source: &str, sha256: &str) -> Result<(&'static str, String)> {
    let waiting = store.waiting(Some(source))?;
    Ok(match waiting.iter().find(|one| !one.held && one.sha256 == sha256) {
        Some(lacking) => (INCOMPLETE, told(&lacking.drift, Weight::Lacks, "the same document, which lacks")),
        None => (UNCHANGED, String::new()),
    })
}

/// Bytes that were fetched before and wait since then are known since then.
///
/// # Errors
/// The store failing.
pub(super) fn first_seen(store: &Store, delivery: Delivery, sha256: &str) -> Result<Delivery> {
    if !delivery.was_fetched() {
        return Ok(delivery);
    }
    let waits = store.waits_already(&delivery.source, sha256)?.filter(|first| first.fetched_at.is_some());
    let unread = store.fetched_unread(&delivery.source, sha256)?;
    Ok(match waits.into_iter().chain(unread).min_by_key(|first| (first.as_of, first.fetched_at)) {
        Some(first) => Delivery { as_of: first.as_of, basis: first.as_of_basis, captured: first.fetched_at, ..delivery },
        None => delivery,
    })
}

/// The row of a document that was read, with the attempt that its transaction ends.
pub(super) fn document(
    attempt: i64,
    delivery: &Delivery,
    stored: Stored,
    source: &Source,
    reading: &mut Reading,
    now: DateTime<Utc>,
) -> Document {
    let (known_from, known_from_basis) = known_since(reading, delivery.as_of, delivery.basis);
    Document {
        known_from,
        known_from_basis,
        parser: parser_of(source),
        ..unread_document(attempt, delivery, (&stored.sha256, stored.bytes), now)
    }
}

/// What reads a source's documents: the program and its version, and the digest of what the source says of reading, so that a
/// row tells which of the two was another one.
pub(super) fn parser_of(source: &Source) -> String {
    format!("{PARSER} {}", source.digest)
}

/// The row of a document of which nothing is known but how it came.
fn unread_document(attempt: i64, delivery: &Delivery, (sha256, bytes): (&str, u64), now: DateTime<Utc>) -> Document {
    Document {
        source: delivery.source.clone(),
        sha256: sha256.to_string(),
        bytes,
        as_of: delivery.as_of,
        as_of_basis: delivery.basis,
        fetched_at: delivery.captured.or_else(|| delivery.was_fetched().then_some(now)),
        known_from: delivery.as_of,
        known_from_basis: delivery.basis,
        url: delivery.url.clone(),
        obtained_from: delivery.obtained_from.clone(),
        content_type: delivery.content_type.clone(),
        class: Class::Parsed,
        held: true,
        streamed: false,
        parser: String::new(),
        attempt: Some((attempt, ending(delivery, STORED, String::new(), now))),
    }
}

/// Since when the figures are known: the date the document states, unless it lies after the day it was fetched.
pub(super) fn known_since(reading: &mut Reading, as_of: NaiveDate, basis: DateBasis) -> (NaiveDate, DateBasis) {
    match reading.published {
        Some(stated) if stated <= as_of => (stated, DateBasis::Stated),
        Some(stated) => {
            let wanted = format!("a date up to {as_of}, when it was fetched");
            reading.issues.push(Issue::warning("stated_date_after_fetch", "document", stated.to_string(), wanted));
            (as_of, basis)
        }
        None => (as_of, basis),
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

/// What happened to disk or database, where that is why nothing came of it.
pub(super) fn failed_disk(error: &anyhow::Error) -> Option<&'static str> {
    if let Some(ArchiveError::Io { error, .. }) = error.downcast_ref() {
        return Some(match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => FULL,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => READ_ONLY,
            _ => IO_ERROR,
        });
    }
    error.downcast_ref().and_then(StoreError::code)
}

/// Ends the attempt during which disk or database failed, if they let us; else the next start calls it interrupted.
pub(super) fn broke_off(house: &mut House, attempt: i64, error: &anyhow::Error, now: DateTime<Utc>) {
    let Some(code) = failed_disk(error) else { return };
    if let Err(error) = house.store.finish_attempt(attempt, &AttemptEnd::new(code, format!("{error:#}"), now)) {
        tracing::debug!(%error, "ending an attempt");
    }
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
    stored: &Stored,
    refusal: Refusal,
    now: DateTime<Utc>,
) -> Result<Taken> {
    let (outcome, message) = (refusal.code(), refusal.to_string());
    match refusal {
        Refusal::Fallen(fallen) if fallen.is_of_document() => {
            let end = ending(delivery, outcome, message.clone(), now);
            note(house, attempt, delivery, stored, (outcome, &message), now)?;
            house.store.quarantine(&delivery.source, &stored.sha256, PARSER, attempt, &end)?;
            Ok(noted(delivery, outcome, message))
        }
        // nobody is to blame, and the next run reads it
        Refusal::Fallen(guard::Fallen::Stopped) => refuse(house, attempt, delivery, outcome, message, now),
        Refusal::Fallen(fallen) => {
            refuse(house, attempt, delivery, outcome, message, now)?;
            Err(fallen).with_context(|| format!("reading {}", delivery.label))
        }
        _ => {
            house.store.release(&delivery.source, &stored.sha256, now)?;
            unread(house, attempt, delivery, stored, outcome, message, now)
        }
    }
}

/// Ends an attempt whose document is kept and gives no figures, for now.
///
/// # Errors
/// The store failing.
pub(super) fn unread(
    house: &mut House,
    attempt: i64,
    delivery: &Delivery,
    stored: &Stored,
    outcome: &str,
    message: String,
    now: DateTime<Utc>,
) -> Result<Taken> {
    note(house, attempt, delivery, stored, (outcome, &message), now)?;
    refuse(house, attempt, delivery, outcome, message, now)
}

/// Remembers that a document came whole, before anybody reads it.
///
/// # Errors
/// The store failing.
pub(super) fn arrived(house: &mut House, attempt: i64, delivery: &Delivery, stored: &Stored, now: DateTime<Utc>) -> Result<()> {
    let document = unread_document(attempt, delivery, (&stored.sha256, stored.bytes), now);
    Ok(house.store.note_arrival(&document, now)?)
}

/// Remembers a document that gives no figures with what is needed to try it again.
fn note(
    house: &mut House,
    attempt: i64,
    delivery: &Delivery,
    stored: &Stored,
    (outcome, message): (&str, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let mut document = unread_document(attempt, delivery, (&stored.sha256, stored.bytes), now);
    document.attempt = Some((attempt, ending(delivery, outcome, message.to_string(), now)));
    Ok(house.store.note_unread(&document, outcome, message, now)?)
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
    Ok(noted(delivery, outcome, message))
}

fn noted(delivery: &Delivery, outcome: &str, message: String) -> Taken {
    tracing::info!(source = delivery.source, document = delivery.label, outcome, message, "document");
    Taken {
        label: delivery.label.clone(),
        source: delivery.source.clone(),
        outcome: outcome.to_string(),
        message,
        saved: None,
        drift: Vec::new(),
    }
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
