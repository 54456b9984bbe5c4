//! Saving one document in one transaction: its place in the order is found, and what comes after it is told again.

use super::catalogue::ensure_source;
use super::chain::{Keyed, apply};
use super::drift::{Change, compare, in_words};
use super::rows::{all_rows, keyed, open_rows, series_code, stored_reading};
use super::snapshot::{self, Document, Held, SnapshotRef};
use super::telling::{Telling, known};
use super::{StoreError, coverage, customs, issues, layout};
use crate::faultpoint;
use crate::model::{Coverage, Drift, Reading, Status};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Reads a held document again; `None` if its bytes are not there.
pub type Reread<'a> = &'a mut dyn FnMut(&SnapshotRef) -> Result<Option<Reading>, String>;

/// What saving a document did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// The document's row.
    pub snapshot_id: i64,
    /// The same bytes of the same day were here already; nothing was changed.
    pub already_known: bool,
    /// Figures for a series and period that had none in this chain.
    pub first: usize,
    /// Figures that differ from what was known.
    pub revised: usize,
    /// Figures that vanished inside the document's coverage.
    pub withdrawn: usize,
    /// Figures that repeat what was known.
    pub repeated: usize,
    /// Lines of customs dumps and entries of dictionaries.
    pub lines: usize,
    /// Lines that went to quarantine.
    pub refused: usize,
    /// Issues the reading brought.
    pub issues: usize,
    /// Later documents that were told again, because this one is older.
    pub retold: usize,
    /// Rows this database no longer believes because of that.
    pub superseded: usize,
}

/// Saves a document that is not here, and gives what it changed: by its own guards, against the documents before it, and
/// what those after it change only because it is there.
pub(super) fn save_new(
    db: &Connection,
    doc: &Document,
    reading: &Reading,
    reread: Reread<'_>,
    at: &str,
) -> Result<(Saved, BTreeSet<Drift>), StoreError> {
    ensure_source(db, &doc.source)?;
    let mut new = snapshot::insert(db, doc, at)?;
    faultpoint::point("store.snapshot");
    // as of every document whose lines came in batches, once they are its own
    new.held &= reading.lines.loaded.is_none();
    let (first, conflicts) = keyed(db, reading)?;
    issues::insert_all(db, &doc.source, new.at.id, &reading.issues, at)?;
    issues::insert_all(db, &doc.source, new.at.id, &conflicts, at)?;
    insert_coverage(db, new.at.id, &first.coverage)?;
    let snapshot = new.at.id;
    let (mut telling, covered) = (begin(db, doc, new)?, coverage::tables(db, &doc.source, doc.class)?);
    let fell = customs::insert(db, doc, snapshot, &reading.lines, telling.documents.len() == 1, at)?;
    let (mut saved, changes) = tell_first(&mut telling, first, &covered);
    let because = tell_later(db, &mut telling, &covered, reread)?;
    let mut drift: BTreeSet<Drift> = reading.drift.iter().cloned().collect();
    let code = |id| series_code(db, id);
    drift.extend(in_words(&changes, code)?);
    drift.extend(in_words(&because, code)?.into_iter().filter_map(Drift::of_later));
    drift.extend(fell);
    drift.extend(layout::changes(db, doc, &reading.layout)?);
    layout::insert(db, snapshot, &reading.layout)?;
    saved.superseded = telling.write(db, &doc.source, doc.class, at)?;
    faultpoint::point("store.rows");
    saved.issues = reading.issues.len() + conflicts.len();
    (saved.lines, saved.refused) = reading.lines.counts();
    coverage::settle(db, &doc.source, doc.class, Some(saved.snapshot_id), at)?;
    Ok((saved, drift))
}

/// Keeps what the tables of a document cover.
pub(super) fn insert_coverage(db: &Connection, snapshot: i64, coverage: &[Coverage]) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached("INSERT INTO coverage VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for c in coverage {
        let (start, end, figures) = (c.start.to_string(), c.end.to_string(), i64::try_from(c.figures).unwrap_or(i64::MAX));
        insert.execute(params![snapshot, c.table, c.frequency.as_str(), start, end, figures])?;
    }
    Ok(())
}

/// Applies the new document and counts what it did.
fn tell_first(telling: &mut Telling, reading: Keyed, covered: &BTreeSet<String>) -> (Saved, BTreeSet<Change>) {
    let Some(new) = telling.documents.first() else { return Default::default() };
    let mut saved = Saved { snapshot_id: new.at.id, retold: telling.documents.len() - 1, ..Saved::default() };
    let delivered = reading.cells.len();
    let changes = compare(&telling.state, &reading, covered);
    let rows = apply(&mut telling.state, new.held, reading);
    saved.repeated = delivered - rows.iter().filter(|(_, cell)| !cell.inferred).count();
    for (key, cell) in rows {
        match telling.base.get(&key) {
            _ if cell.status == Status::Withdrawn => saved.withdrawn += 1,
            None => saved.first += 1,
            Some(row) if row.cell.value == cell.value && row.cell.status == cell.status => saved.repeated += 1,
            Some(_) => saved.revised += 1,
        }
        telling.told.push((0, key, cell));
    }
    (saved, changes)
}

/// Applies the documents after the new one, as if they came only now. Gives what they change because it is there.
fn tell_later(
    db: &Connection,
    telling: &mut Telling,
    covered: &BTreeSet<String>,
    reread: Reread<'_>,
) -> Result<BTreeSet<Change>, StoreError> {
    if telling.documents.len() == 1 {
        return Ok(BTreeSet::new());
    }
    let mut all = BTreeSet::new();
    // What stood without the new document: what a later one changes against that, it did not change because of it.
    let mut without = known(&telling.base);
    for (index, document) in telling.documents.iter().enumerate().skip(1) {
        let reading = match document.held {
            true => again(db, document, reread)?,
            false => stored_reading(db, document.at.id)?,
        };
        let because = compare(&telling.state, &reading, covered);
        all.extend(because.difference(&compare(&without, &reading, covered)).cloned());
        apply(&mut without, document.held, reading.clone());
        let rows = apply(&mut telling.state, document.held, reading);
        telling.told.extend(rows.into_iter().map(|(key, cell)| (index, key, cell)));
    }
    Ok(all)
}

/// What stood before the new document, with those after it: they are read again, by who reads the new one.
fn begin(db: &Connection, doc: &Document, new: Held) -> Result<Telling, StoreError> {
    let mut after = snapshot::later(db, doc)?;
    for document in after.iter_mut().filter(|document| document.held) {
        document.parser.clone_from(&doc.parser);
    }
    let rows = match after.is_empty() {
        true => open_rows(db, &doc.source, doc.class)?,
        false => all_rows(db, &doc.source, doc.class)?,
    };
    Ok(Telling::new(std::iter::once(new).chain(after).collect(), rows))
}

fn again(db: &Connection, document: &Held, reread: Reread<'_>) -> Result<Keyed, StoreError> {
    let fail = |cause: String| StoreError::Reread {
        source_id: document.at.source.clone(),
        sha256: document.at.sha256.clone(),
        as_of: document.at.as_of,
        cause,
    };
    let reading = reread(&document.at).map_err(fail)?;
    let reading = reading.ok_or_else(|| fail("its bytes are not in the archive".to_string()))?;
    Ok(keyed(db, &reading)?.0)
}
