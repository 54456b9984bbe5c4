//! The whole flow on one screen, and the only glue between the stages.
//!
//! `run` fetches what is due; `replay` and `ingest` bring kept documents. Each document goes through [`take_in`]:
//! archive → parse → normalize → check → store. [`reconcile_papers`] holds the papers against what is stored.

mod ask;
mod cross;
mod doctor;
mod evidence;
mod house;
mod intake;
mod judge;
mod manifest;
mod preview;
mod read;
mod replay;
mod run;
mod sketch;
mod state;

pub use crate::fetch::Client;
pub use cross::cross_check;
pub use doctor::{Visit, visit};
pub use evidence::{EvidenceFile, export};
pub use house::{BadConfiguration, House, Places, Texts, shipped_or, sources_alone};
pub use intake::{Delivery, Taken};
pub use judge::{Judged, judge_as_of, judge_internally, series_of_claims};
pub use preview::{Look, Made, Part, Preview, PreviewError, Shown as ShownTable, Unrecognized, preview};
pub use read::{Refusal, read_document};
pub use replay::{ByHand, ingest, replay};
pub use run::{Chosen, client, fetch_and_take, jitter, last_runs, record_skip, run, scheduled};
pub use sketch::{Naming, propose};
pub use state::{Shown, issue_lines, source_lines};

use crate::config::Reads;
use crate::store::SnapshotRef;
use anyhow::Result;
use chrono::{DateTime, Utc};
use intake::{KEPT, KNOWN, UNCHANGED, WAITING, read_again, refuse};

/// What a run, a replay or an ingest did.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Every document or source tried, in order.
    pub taken: Vec<Taken>,
    /// There was no network at all: nothing was fetched.
    pub offline: bool,
    /// Sources that failed though their declared state says they should not.
    pub failed: Vec<String>,
}

impl Summary {
    /// How many were tried with this outcome.
    pub fn count(&self, outcome: &str) -> usize {
        self.taken.iter().filter(|taken| taken.outcome == outcome).count()
    }
}

/// One document, whole or not at all, under an attempt that has begun: archive → read → store. Reading is parse, normalize
/// and check ([`read_document`]).
///
/// # Errors
/// Only what keeps the whole run from going on: the archive or the store failing. A refused document is an outcome.
pub fn take_in(house: &mut House, attempt: i64, delivery: Delivery, now: DateTime<Utc>) -> Result<Taken> {
    // raw bytes first: whatever becomes of the document, it is kept
    let stored = house.archive.store(delivery.bytes.as_slice())?;
    let Some(source) = house.config.source(&delivery.source) else {
        let message = format!("no source {:?} in the configuration yet", delivery.source);
        return refuse(house, attempt, &delivery, WAITING, message, now);
    };
    if source.reads == Reads::None {
        let (outcome, message) = match read::recognise(source, &delivery.bytes) {
            Ok(format) => (KEPT, format!("kept and not read: {} bytes of {format}, {}", stored.bytes, stored.sha256)),
            Err(refusal) => (refusal.code(), refusal.to_string()),
        };
        // Without validators the whole document comes again, so that the first run with a reading has something to read.
        let delivery = Delivery { validators: (None, None), ..delivery };
        return refuse(house, attempt, &delivery, outcome, message, now);
    }
    if delivery.was_fetched() && house.store.newest_document(&delivery.source)?.as_ref() == Some(&stored.sha256) {
        return refuse(house, attempt, &delivery, UNCHANGED, String::new(), now);
    }
    if house.store.has_document(&delivery.source, &stored.sha256, delivery.as_of)? {
        return refuse(house, attempt, &delivery, KNOWN, String::new(), now);
    }
    let mut reading = match read_document(source, &delivery.bytes, delivery.as_of) {
        Ok(reading) => reading,
        Err(refusal) => return refuse(house, attempt, &delivery, refusal.code(), refusal.to_string(), now),
    };
    let document = intake::document(attempt, &delivery, stored, &mut reading, now);
    let mut again = |at: &SnapshotRef| read_again(&house.config, &house.archive, &at.source, &at.sha256, at.as_of);
    let saved = house.store.save(&document, &reading, &mut again, now)?;
    Ok(Taken::saved(delivery, saved))
}

/// Judges every paper asked for (all, if `None`) with today's knowledge, and keeps the verdicts.
///
/// # Errors
/// An unknown paper, or the store failing.
pub fn reconcile_papers(house: &mut House, paper: Option<&str>, now: DateTime<Utc>) -> Result<Vec<Judged>> {
    house.link_series()?;
    let mut all = judge_as_of(house, paper, None)?;
    for judged in &mut all {
        judged.changes = house.store.save_findings(&judged.paper, None, &judged.findings, &judged.algebra, now)?;
    }
    Ok(all)
}
