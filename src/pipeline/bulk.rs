//! Documents of line-level data that are too large to be held: their rows go from the reader to the store in batches, and nobody sees
//! them before the document is in. Cut off anywhere, the next try goes on behind the last batch.

use super::intake::parser_of;
use super::read::{Refusal, opened, point_into};
use crate::check;
use crate::config::Source;
use crate::fetch::{self, Kind};
use crate::guard::{Document, Fallen, ReadError, Reader, Wanted};
use crate::model::{Batch, Reading, Roll};
use crate::normalize::Clerk;
use crate::normalize::spec::LineKind;
use crate::parse::sheaf::Sheaf;
use crate::store::{Load, Store, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use std::fs::File;
use std::io::Seek;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Bytes above which a document is not held: some fifty thousand lines.
pub(super) const MOST_HELD: u64 = 8 << 20;
/// The same for one that is packed, of which a table in columns is a tenth.
const MOST_HELD_PACKED: u64 = 1 << 20;

/// How far a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Its source.
    pub source: String,
    /// Lines that were looked at.
    pub lines: u64,
    /// Bytes that its reader has taken.
    pub read: u64,
    /// Its bytes.
    pub bytes: u64,
}

/// What hears of progress.
type Hear = dyn Fn(&Progress) + Send + Sync;

/// Who hears of progress.
#[derive(Clone, Default)]
pub struct Listener(Option<Arc<Hear>>);

impl Listener {
    /// This one.
    pub fn new(hear: impl Fn(&Progress) + Send + Sync + 'static) -> Listener {
        Listener(Some(Arc::new(hear)))
    }

    fn tell(&self, progress: &Progress) {
        if let Some(hear) = &self.0 {
            hear(progress);
        }
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Listener" } else { "nobody" })
    }
}

/// Why a document did not come in.
#[derive(Debug)]
pub(super) enum Failed {
    /// The document is refused.
    Refused(Refusal),
    /// The store failed.
    Store(StoreError),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Failed {
        Failed::Refused(refusal)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Failed {
        Failed::Store(error)
    }
}

/// A document with its name in the archive, its size and its day.
pub(super) struct Large<'d> {
    pub document: &'d Document<'d>,
    pub sha256: &'d str,
    pub bytes: u64,
    pub as_of: NaiveDate,
    /// The same file as the reader's, by which it is seen how far that is.
    pub place: Option<File>,
}

/// Whether a source's document of so many bytes comes in bulk: it has lines and nothing else, and too many to be held.
pub(super) fn is_large(source: &Source, head: &[u8], bytes: u64, most_held: u64) -> bool {
    let packed = matches!(fetch::sniff(head), Kind::Zip | Kind::Gzip);
    let most = if packed { most_held.min(MOST_HELD_PACKED) } else { most_held };
    let mapping = &source.mapping;
    let lines = mapping.lines.iter().any(|read| read.kind == LineKind::Customs);
    lines && mapping.reads.is_empty() && mapping.prose.is_empty() && bytes > most
}

/// Reads a large document into a load of the store; the reading names it, and has what is not lines.
///
/// # Errors
/// A [`Refusal`]: what was taken in is given up, save where the reader was stopped. The store failing.
pub(super) fn read(
    (reader, store): (&Reader, &mut Store),
    source: &Source,
    large: &Large<'_>,
    listener: &Listener,
    now: DateTime<Utc>,
) -> Result<Reading, Failed> {
    let opened = opened(reader, source, large.document)?;
    let member = opened.member.as_ref();
    let wanted = Wanted { format: opened.format, charset: source.charset.clone(), member: member.map(|member| member.index) };
    let load = store.begin_load(&source.id, large.sha256, &parser_of(source), now)?;
    let clerk = Clerk::new(&source.mapping, large.as_of);
    let mut taking = Taking { store, source, load, large, listener, failed: None };
    let taken = taking.all(reader, clerk, wanted);
    taking.store.end_load()?;
    match taken {
        Ok(mut reading) => {
            reading.lines.loaded = Some(taking.load.loaded());
            check::check(&source.mapping, &mut reading);
            if let Some(member) = member.filter(|member| !member.name.is_empty()) {
                point_into(&member.name, &mut reading);
            }
            Ok(reading)
        }
        Err(Failed::Refused(refusal)) => {
            if !matches!(refusal, Refusal::Fallen(Fallen::Stopped)) {
                taking.store.drop_loads(&source.id, None)?;
            }
            Err(refusal.into())
        }
        Err(failed) => Err(failed),
    }
}

/// A document on its way into a load.
struct Taking<'t> {
    store: &'t mut Store,
    source: &'t Source,
    load: Load,
    large: &'t Large<'t>,
    listener: &'t Listener,
    /// Why no more is wanted.
    failed: Option<Failed>,
}

impl Taking<'_> {
    fn all(&mut self, reader: &Reader, mut clerk: Clerk<'_>, wanted: Wanted) -> Result<Reading, Failed> {
        let read = reader.sheaves(self.large.document, wanted, &mut |sheaf| self.sheaf(&mut clerk, sheaf));
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        match read {
            // too many rows that do not fit: the clerk has a word for that
            Err(ReadError::Fallen(Fallen::Stopped)) if !reader.stop().is_said() => {}
            read => read.map_err(Refusal::from)?,
        }
        let finished = clerk.finish(&mut |roll, batch| self.batch(roll, batch));
        match self.failed.take() {
            Some(failed) => Err(failed),
            None => Ok(finished.map_err(Refusal::from)?),
        }
    }

    fn sheaf(&mut self, clerk: &mut Clerk<'_>, sheaf: Sheaf) -> ControlFlow<()> {
        match clerk.take(sheaf, &mut |roll, batch| self.batch(roll, batch)) {
            Ok(true) => ControlFlow::Continue(()),
            Ok(false) => ControlFlow::Break(()),
            Err(bad) => {
                self.failed = Some(Refusal::from(Fallen::Protocol { how: bad.to_string() }).into());
                ControlFlow::Break(())
            }
        }
    }

    fn batch(&mut self, roll: &Roll, batch: &Batch) -> bool {
        if let Err(error) = self.store.load_batch(&mut self.load, roll, batch) {
            self.failed = Some(error.into());
            return false;
        }
        let read = self.large.place.as_ref().and_then(|mut file| file.stream_position().ok()).unwrap_or_default();
        let (source, lines) = (self.source.id.clone(), u64::from(batch.upto));
        self.listener.tell(&Progress { source, lines, read, bytes: self.large.bytes });
        true
    }
}
