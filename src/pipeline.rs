//! The whole flow on one screen, and the only glue between the stages.
//!
//! `run` fetches what is due; `replay` and `ingest` bring kept documents. Each document goes through `intake::take_in`:
//! archive → parse → normalize → check → store. [`reconcile_papers`] holds the papers against what is stored.

mod evidence;
mod house;
mod intake;
mod judge;
mod manifest;
mod read;
mod replay;
mod run;
mod state;

pub use crate::fetch::Client;
pub use evidence::{EvidenceFile, export};
pub use house::{BadConfiguration, House, Places, Texts, shipped_or};
pub use intake::{Taken, WAITING};
pub use judge::{Judged, judge_as_of, reconcile_papers, series_of_claims};
pub use read::{Refusal, read_document};
pub use replay::{ByHand, ingest, replay};
pub use run::{Chosen, client, fetch_and_take, jitter, last_runs, record_skip, run, scheduled};
pub use state::{Shown, issue_lines, source_lines};

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
