//! The whole flow on one screen, and the only glue between the stages.
//!
//! `run` fetches what is due; `replay` and `ingest` bring kept documents. Each document goes through [`take_in`]:
//! archive → parse → normalize → check → store. [`reconcile_papers`] holds the papers against what is stored.

mod accept;
mod ask;
mod brake;
mod bulk;
mod bundle;
mod cover;
mod cross;
mod danger;
mod doctor;
mod due;
mod evidence;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
mod gate;
mod glance;
mod house;
mod intake;
mod judge;
mod keep;
mod manifest;
mod manners;
mod mirrors;
mod named;
mod post;
mod preview;
mod quarantine;
mod read;
mod reparse;
mod replay;
mod resume;
mod revisions;
mod run;
mod sketch;
mod state;
mod texts;
mod vitals;
mod warc;
mod watch;

pub use crate::fetch::Client;
pub use crate::notify::Message;
pub use accept::accept;
pub use brake::Brake;
pub use bulk::{Listener, Progress};
pub use bundle::{BundleError, around, backings, bundle};
pub use cover::{Basis, Cover, Settler, covers};
pub use cross::cross_check;
pub use danger::danger;
pub use doctor::{Authority, Certificate, Visit, authorities, visit};
pub use due::{Ledger, Planned, jitter, record_skip, scheduled};
pub use evidence::{EvidenceFile, export};
pub use glance::Glance;
pub use house::House;
pub use intake::{Delivery, Taken};
pub use judge::{Judged, judge_as_of, judge_internally, series_of_claims};
pub use keep::{Backup, Checked, Hold, MANIFEST, Manifest, Rebuilt, Restored, WrongPlace, backup, rebuild, restore, verify};
pub use manners::client;
pub use mirrors::{mirrors, mirrors_of};
pub use post::{Post, cry, test_message};
pub use preview::{Look, Made, Part, Preview, PreviewError, Shown as ShownTable, preview};
pub use quarantine::{replayable, try_again};
pub use read::{Refusal, read_document};
pub use reparse::{Gist, Reread, Second, Which, is_there, reparse};
pub use replay::{ByHand, ingest, replay};
pub use revisions::{revision_summaries, revisions_of, revisions_of_paper};
pub use run::{Chosen, fetch_and_take, run};
pub use sketch::{Naming, propose};
pub use state::{Shown, issue_lines};
pub use texts::{BadConfiguration, Places, Texts, alerts_alone, shipped_or, sources_alone};
pub use vitals::{Eyes, Kept, PaperLine, Vitals};
pub use warc::{ByCrawler, PassedOver, ingest_warc, is_warc_file};
pub use watch::{Told, watch};

use crate::archive::Stored;
use crate::config::Reads;
use crate::faultpoint;
use crate::model::Reading;
use crate::store::{Gate, INTERRUPTED, KNOWN, SnapshotRef, StoreError};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use intake::{KEPT, NOT_REREAD, WAITING, read_again, refuse, refused, stays_out, unread};

/// What a run, a replay or an ingest did.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Every document or source tried, in order.
    pub taken: Vec<Taken>,
    /// The documents were asked for now, rather than brought by somebody.
    pub fetched: bool,
    /// There was no network at all: nothing was fetched.
    pub offline: bool,
    /// Sources that failed though their declared state says they should not.
    pub failed: Vec<String>,
    /// Sources whose try ended as the one before it did, and not well: that is known, and no news.
    pub again: Vec<String>,
    /// What began or ended with this run.
    pub alerts: Vec<Told>,
    /// Records of a crawl that were not taken in, each with the reason.
    pub passed: Vec<PassedOver>,
    /// Further ones, which are only counted, and records that are no documents at all.
    pub passed_more: u64,
    /// Why the command could not go on to the end; what came before stays.
    pub stopped: Option<String>,
}

impl Summary {
    /// Adds what became of a source whose try before ended as `before`.
    fn add(&mut self, taken: Taken, before: Option<&str>) {
        if !taken.is_success() && before == Some(taken.outcome.as_str()) {
            self.again.push(taken.source.clone());
        }
        self.taken.push(taken);
    }

    /// How many were tried with this outcome.
    pub fn count(&self, outcome: &str) -> usize {
        self.taken.iter().filter(|taken| taken.outcome == outcome).count()
    }
}

/// One document, whole or not at all, under an attempt that has begun: archive → read → store. Reading is parse (by the
/// house's reader, a child), normalize and check. A document that changed what nobody accepted is kept out.
///
/// # Errors
/// Only what keeps the whole run from going on: the archive or the store failing, or no reader that could be started. A refused
/// document is an outcome, whatever it did to its reader.
pub fn take_in(house: &mut House, attempt: i64, delivery: Delivery, now: DateTime<Utc>) -> Result<Taken> {
    bring_in(house, attempt, delivery, now).inspect_err(|error| intake::broke_off(house, attempt, error, now))
}

fn bring_in(house: &mut House, attempt: i64, delivery: Delivery, now: DateTime<Utc>) -> Result<Taken> {
    // raw bytes first: whatever becomes of the document, it is kept
    faultpoint::point("archive.begin");
    let stored = delivery.keep(&house.archive)?;
    let Some(source) = house.config.source(&delivery.source) else {
        let message = format!("no source {:?} in the configuration yet", delivery.source);
        return unread(house, attempt, &delivery, &stored, WAITING, message, now);
    };
    if let Some((outcome, message)) = stays_out(house, &delivery.source, &stored.sha256)? {
        return refuse(house, attempt, &delivery, outcome, message, now);
    }
    let held = delivery.document(house.archive.open_document(&stored.sha256)?);
    if delivery.was_fetched()
        && let Err(refusal) = gate::content(&house.reader, source, &held)
    {
        return refused(house, attempt, &delivery, &stored, refusal, now);
    }
    if source.reads == Reads::None {
        let format = match read::recognise(&house.reader, source, &held) {
            Ok(format) => format,
            Err(refusal) => return refused(house, attempt, &delivery, &stored, refusal, now),
        };
        house.store.release(&delivery.source, &stored.sha256, now)?;
        let message = format!("kept and not read: {} bytes of {format}, {}", stored.bytes, stored.sha256);
        // Without validators the whole document comes again, so that the first run with a reading has something to read.
        let delivery = Delivery { validators: (None, None), ..delivery };
        return unread(house, attempt, &delivery, &stored, KEPT, message, now);
    }
    if delivery.was_fetched() && house.store.newest_document(&delivery.source)?.as_ref() == Some(&stored.sha256) {
        let (outcome, message) = intake::unchanged(&house.store, &delivery.source, &stored.sha256)?;
        return refuse(house, attempt, &delivery, outcome, message, now);
    }
    let delivery = intake::first_seen(&house.store, delivery, &stored.sha256)?;
    if house.store.has_document(&delivery.source, &stored.sha256, delivery.as_of)? {
        return refuse(house, attempt, &delivery, KNOWN, String::new(), now);
    }
    if delivery.was_fetched() {
        intake::arrived(house, attempt, &delivery, &stored, now)?;
        faultpoint::point("store.arrived");
    }
    read_and_admit(house, attempt, delivery, stored, Gate::Closed, now)
}

/// The second half of [`take_in`]: bytes that are in the archive → read → store.
fn read_and_admit(
    house: &mut House,
    attempt: i64,
    delivery: Delivery,
    stored: Stored,
    gate: Gate<'_>,
    now: DateTime<Utc>,
) -> Result<Taken> {
    let mut reading = match reading(house, &delivery, &stored, now)? {
        Ok(reading) => reading,
        Err(refusal) => return refused(house, attempt, &delivery, &stored, refusal, now),
    };
    let source = house.source(&delivery.source)?;
    reading.drift.extend(gate::size(&house.store, source, &delivery, stored.bytes)?);
    reading.drift.extend(named::periods_outside(&delivery.label, &reading.lines));
    let document = intake::document(attempt, &delivery, stored.clone(), source, &mut reading, now);
    let House { config, archive, reader, store, .. } = house;
    let mut again = |at: &SnapshotRef| read_again(config, archive, reader, &at.source, &at.sha256, at.as_of);
    match store.admit(&document, &reading, &mut again, gate, now) {
        Err(error @ StoreError::Reread { .. }) if house.reader.stop().is_said() => {
            refuse(house, attempt, &delivery, INTERRUPTED, error.to_string(), now)
        }
        // another document is to blame, and its figures stand as they were
        Err(error @ StoreError::Reread { .. }) => unread(house, attempt, &delivery, &stored, NOT_REREAD, error.to_string(), now),
        admitted => Ok(Taken::admitted(delivery, admitted?)),
    }
}

/// What a document says; lines of a large one are in a load of the store then.
fn reading(house: &mut House, delivery: &Delivery, stored: &Stored, now: DateTime<Utc>) -> Result<Result<Reading, Refusal>> {
    let file = house.archive.open_document(&stored.sha256)?;
    let place = file.try_clone().ok();
    let held = delivery.document(file);
    let House { config, reader, store, listener, most_held, .. } = house;
    let source = config.source(&delivery.source).with_context(|| format!("no source {:?} any more", delivery.source))?;
    if !bulk::is_large(source, held.head(), stored.bytes, *most_held) {
        return Ok(read::read(reader, source, &held, delivery.as_of));
    }
    let large = bulk::Large { document: &held, sha256: &stored.sha256, bytes: stored.bytes, as_of: delivery.as_of, place };
    match bulk::read((reader, store), source, &large, listener, now) {
        Ok(reading) => Ok(Ok(reading)),
        Err(bulk::Failed::Refused(refusal)) => Ok(Err(refusal)),
        Err(bulk::Failed::Store(error)) => Err(error.into()),
    }
}

/// Judges every paper asked for (all, if `None`) with today's knowledge, and keeps the verdicts.
///
/// # Errors
/// An unknown paper, or the store failing.
pub fn reconcile_papers(house: &mut House, paper: Option<&str>, now: DateTime<Utc>) -> Result<Vec<Judged>> {
    house.link_series()?;
    faultpoint::point("reconcile.linked");
    let mut all = judge_as_of(house, paper, None)?;
    faultpoint::point("reconcile.judged");
    for judged in &mut all {
        let House { papers, inputs, store, .. } = &mut *house;
        let paper = house::chosen(papers, Some(&judged.paper))?.remove(0);
        judged.changes = store.save_findings(paper, inputs, &judged.findings, &judged.algebra, now)?;
    }
    Ok(all)
}
