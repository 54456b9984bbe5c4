//! The only SQL: one SQLite file with every version of every figure. `schema.sql` is its description; `docs/schema.md` says
//! who may rely on what.

mod admit;
mod alerts;
mod apply;
mod attempt;
mod audit;
mod catalogue;
mod chain;
mod checkup;
mod copy;
mod coverage;
mod customs;
mod describe;
mod disagree;
mod drift;
mod dump;
mod exported;
mod exports;
mod facts;
mod findings;
mod history;
mod hosts;
mod issues;
mod layout;
mod links;
mod mirrors;
mod open;
mod outbox;
mod pages;
mod papers;
mod provenance;
mod prune;
mod quarantine;
mod query;
mod reparse;
mod revisions;
mod rows;
mod runs;
mod search;
mod shape;
mod snapshot;
#[cfg(feature = "parquet")]
mod stream;
mod sync;
mod telling;
#[cfg(test)]
mod tests;
mod together;
mod unread;
mod waiting;

pub use admit::{Admitted, DRIFT, Gate, INCOMPLETE, told};
pub use alerts::Alert;
pub use apply::Saved;
pub use attempt::{ANSWERED_OUTCOMES, AttemptEnd, INTERRUPTED, KNOWN, REPARSE, SUCCESS_OUTCOMES, Validators};
pub use audit::{Fault, Named};
pub use catalogue::{PublisherRow, SourceRow};
pub use checkup::{Checkup, DAMAGED, FULL, IO_ERROR, READ_ONLY};
pub use customs::Load;
pub use describe::{Column, Described, described};
pub use exported::{ExportedRow, SyncCount};
pub use exports::{Selection, Wanted};
pub use findings::{Change, Decided};
pub use history::{Difference, ReconciliationRow, Told};
pub use links::LinkRow;
pub use mirrors::Sides;
pub use open::{SCHEMA_VERSION, wal_bytes};
pub use outbox::{Outgoing, Queue, alert_told, payload};
pub use pages::{SeriesHit, SeriesOrder, SeriesSought};
pub use prune::{Pruned, Pruning};
pub use quarantine::{HeldBack, Quarantined};
pub use query::{Counts, DocumentRow, IssueRow, SeriesInfo, StatusRow, VintageRow};
pub use reparse::{
    Again, Figure, FigureChange, Kind, Lines as LineCounts, NotRead, ReadAgain, Reparsed, Rereader, Revision, Writing,
};
pub use runs::{Failures, LEFT_ALONE, MISSED, OFFLINE, SKIPPED};
pub use search::{LabelHit, LabelKind, LabelSought};
pub use snapshot::{Document, SnapshotRef};
#[cfg(feature = "parquet")]
pub use stream::{Field, Moment, Stream};
pub use unread::{RESUME, Unread};
pub use waiting::Waiting;

use crate::model::instant;
use chrono::NaiveDate;
use rusqlite::Connection;
use std::path::PathBuf;

/// The store, open. One writer at a time; readers may open the file whenever they like.
#[derive(Debug)]
pub struct Store {
    db: Connection,
}

impl Store {
    /// Cuts short what the store is doing, from another thread: the change under way is taken back, and its caller gets an
    /// error.
    pub fn breaker(&self) -> Breaker {
        Breaker(self.db.get_interrupt_handle())
    }

    /// Gives back the memory that only makes the store quicker: for whoever asks it nothing for a while.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn rest(&self) -> Result<(), StoreError> {
        self.db.flush_prepared_statement_cache();
        Ok(self.db.release_memory()?)
    }
}

/// See [`Store::breaker`].
pub struct Breaker(rusqlite::InterruptHandle);

impl Breaker {
    /// Cuts short the statement that runs now; nothing, if none does.
    pub fn cut(&self) {
        self.0.interrupt();
    }
}

/// Why the store refused or failed. Nothing is half done: every change is one transaction.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite's own words.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file cannot be read at all.
    #[error("database {path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        cause: std::io::Error,
    },
    /// The file is something else.
    #[error("database {path}: expected an SQLite file of this program, found {found}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: String,
    },
    /// SQLite finds the file damaged. Nothing was written.
    #[error("database {path}: damaged: {found}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        found: String,
    },
    /// A newer program made the file; it was not touched.
    #[error("database {path}: its schema is version {found}, this program knows up to {known}: use a newer program")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i32,
        /// The newest version this program knows.
        known: i32,
    },
    /// This source already has an attempt for this planned instant.
    #[error("source {source_id}: the run due at {due_at} was already begun")]
    AlreadyBegun {
        /// The source.
        source_id: String,
        /// The planned instant.
        due_at: String,
    },
    /// Nobody began this attempt, or it is finished.
    #[error("attempt {0}: expected one that is under way")]
    NoSuchAttempt(i64),
    /// A later document had to be read again and could not be.
    #[error("document {sha256} of {source_id} ({as_of}) must be read again: {cause}")]
    Reread {
        /// Its source.
        source_id: String,
        /// Its bytes.
        sha256: String,
        /// Its day.
        as_of: NaiveDate,
        /// Why not.
        cause: String,
    },
    /// Two rows of an evidence file contradict each other, or one claims what only this program may.
    #[error("evidence {file}: {cause}")]
    Evidence {
        /// The file.
        file: String,
        /// What was seen and wanted.
        cause: String,
    },
    /// The file holds a text this program never writes.
    #[error("database: {column}: expected {wanted}, found {found:?}")]
    Corrupt {
        /// Where.
        column: &'static str,
        /// What should stand there.
        wanted: &'static str,
        /// What does.
        found: String,
    },
}

/// A day as the store writes it.
fn day(column: &'static str, text: &str) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { column, wanted: "a day such as 2020-04-25", found: text.to_string() })
}

/// A word of a closed list.
fn word<T>(column: &'static str, text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| StoreError::Corrupt { column, wanted: "a word of the closed list", found: text.to_string() })
}
