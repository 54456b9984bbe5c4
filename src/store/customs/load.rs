//! A load on its way in. A large one comes in batches, each in a transaction of its own, and is seen by nobody until its document is:
//! a load that was cut off goes on behind its last batch.

use super::segment::{Line, clear, insert_lines};
use super::{BAD_LINE, id_of, small, stored};
use crate::model::{Batch, Loaded, Roll};
use crate::store::{Store, StoreError, catalogue, instant};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

/// Lines that are taken away at once: as many as come in at once.
const AT_ONCE: i64 = 8;

/// Page cache in KiB while batches come in (negative as SQLite wants it): what is only appended needs few pages.
const CACHE: i32 = -6_144;

/// A load that takes lines in.
#[derive(Debug)]
pub struct Load {
    id: i64,
    /// The last data line that is in; those up to it are passed over.
    pub upto: u32,
    digest: u64,
    lines: u64,
    refused: u64,
    ids: Vec<u32>,
}

impl Load {
    /// What a reading says of it.
    pub fn loaded(&self) -> Loaded {
        Loaded { load: self.id, lines: self.lines, refused: self.refused }
    }
}

impl Store {
    /// The load of a document's lines: one that was cut off goes on if the same parser reads it. What else waits of the source is
    /// given up.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn begin_load(&mut self, source: &str, sha256: &str, parser: &str, now: DateTime<Utc>) -> Result<Load, StoreError> {
        self.drop_loads(source, Some((sha256, parser)))?;
        self.db.pragma_update(None, "cache_size", CACHE)?;
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        catalogue::ensure_source(&tx, source)?;
        let sql = "SELECT id, upto, digest, lines, (SELECT count(*) FROM customs_refused WHERE load_id = customs_load.id)
            FROM customs_load WHERE source_id = ?1 AND sha256 = ?2 AND parser = ?3 AND snapshot_id IS NULL";
        let known = tx.query_row(sql, params![source, sha256, parser], |row| {
            let (digest, lines, refused): (i64, i64, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let (digest, lines, refused) = (digest.cast_unsigned(), lines.unsigned_abs(), refused.unsigned_abs());
            Ok(Load { id: row.get(0)?, upto: row.get(1)?, digest, lines, refused, ids: Vec::new() })
        });
        let load = match known.optional()? {
            Some(load) => load,
            None => {
                let new = "INSERT INTO customs_load (source_id, sha256, parser, streamed, begun_at) VALUES (?1, ?2, ?3, 1, ?4)";
                let id = tx.prepare(new)?.insert(params![source, sha256, parser, instant(now)])?;
                Load { id, upto: 0, digest: 0, lines: 0, refused: 0, ids: Vec::new() }
            }
        };
        tx.commit()?;
        Ok(load)
    }

    /// Takes a batch in, all or nothing; `roll` has the names of its lines and of all before. What is in already is passed over.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; the load stands as it did.
    pub fn load_batch(&mut self, load: &mut Load, roll: &Roll, batch: &Batch) -> Result<(), StoreError> {
        if batch.upto <= load.upto {
            return Ok(());
        }
        // Rows of names are looked up here: looking each up again for every line would take half of the time.
        self.db.pragma_update(None, "foreign_keys", false)?;
        let known = load.ids.len();
        let done = take_in(&mut self.db, load, roll, batch);
        if done.is_err() {
            // names that were made in it are gone with it
            load.ids.truncate(known);
        }
        self.db.pragma_update(None, "foreign_keys", true)?;
        let (lines, refused, digest) = done?;
        (load.upto, load.digest) = (batch.upto, digest);
        (load.lines, load.refused) = (load.lines + lines, load.refused + refused);
        Ok(())
    }

    /// No further batch comes for now.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn end_load(&mut self) -> Result<(), StoreError> {
        Ok(self.db.pragma_update(None, "cache_size", crate::store::open::CACHE)?)
    }

    /// Gives up what waits of a source, save one load; a few lines at a time, so that the log stays small.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn drop_loads(&mut self, source: &str, save: Option<(&str, &str)>) -> Result<(), StoreError> {
        let (sha256, parser) = save.unwrap_or_default();
        let sql = "SELECT id FROM customs_load
            WHERE source_id = ?1 AND snapshot_id IS NULL AND NOT (sha256 = ?2 AND parser = ?3) ORDER BY id";
        let mut query = self.db.prepare_cached(sql)?;
        let loads = query.query_map(params![source, sha256, parser], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        drop(query);
        loads.into_iter().try_for_each(|load| drop_load(&mut self.db, load))
    }
}

fn drop_load(db: &mut Connection, load: i64) -> Result<(), StoreError> {
    loop {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let some = "SELECT id FROM customs_segment WHERE load_id = ?1 ORDER BY id LIMIT ?2";
        tx.execute(&format!("DELETE FROM customs_line WHERE segment_id IN ({some})"), [load, AT_ONCE])?;
        let gone = tx.execute(&format!("DELETE FROM customs_segment WHERE id IN ({some})"), [load, AT_ONCE])?;
        if gone == 0 {
            clear(&tx, load)?;
            tx.execute("DELETE FROM customs_load WHERE id = ?1", [load])?;
            return Ok(tx.commit()?);
        }
        tx.commit()?;
    }
}

/// Writes a batch; how many lines it kept and refused, and the digest of all so far.
fn take_in(db: &mut Connection, load: &mut Load, roll: &Roll, batch: &Batch) -> Result<(u64, u64, u64), StoreError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (dictionary, named) in roll.names().iter().skip(load.ids.len()) {
        load.ids.push(small(id_of(&tx, *dictionary, named)?)?);
    }
    let first = batch.lines.partition_point(|line| line.line <= load.upto);
    let news = batch.lines.get(first..).unwrap_or_default();
    let digest = news.iter().fold(load.digest, |sum, line| sum.wrapping_add(line.digest(roll)));
    insert_lines(&tx, load.id, news, |line| stored(line, &load.ids))?;
    let refused = batch.refused.iter().filter(|line| line.line > load.upto);
    let mut refuse =
        tx.prepare_cached("INSERT INTO customs_refused (load_id, line, locator, reason, raw) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for line in refused.clone() {
        refuse.execute(params![load.id, line.line, line.locator, line.reason, line.raw])?;
    }
    drop(refuse);
    let (lines, refused) = (news.len() as u64, refused.count() as u64);
    tx.prepare_cached("UPDATE customs_load SET upto = ?2, digest = ?3, lines = lines + ?4 WHERE id = ?1")?.execute(params![
        load.id,
        batch.upto,
        digest.cast_signed(),
        i64::try_from(lines).unwrap_or(i64::MAX)
    ])?;
    tx.commit()?;
    Ok((lines, refused, digest))
}

/// A load that comes in one transaction, with its document.
pub(super) fn whole(
    db: &Connection,
    (source, sha256, parser): (&str, &str, &str),
    (snapshot, scope): (i64, &str),
    at: &str,
) -> Result<i64, StoreError> {
    let sql = "INSERT INTO customs_load (source_id, sha256, snapshot_id, parser, streamed, scope, begun_at)
        VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)";
    Ok(db.prepare_cached(sql)?.insert(params![source, sha256, snapshot, parser, scope, at])?)
}

/// The lines of such a load.
pub(super) fn fill(db: &Connection, load: i64, lines: &[Line]) -> Result<(), StoreError> {
    insert_lines(db, load, lines, |line| *line)?;
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let upto = lines.iter().map(|line| line.line).max().unwrap_or_default();
    db.prepare_cached("UPDATE customs_load SET lines = ?2, upto = ?3 WHERE id = ?1")?.execute(params![load, count, upto])?;
    Ok(())
}

/// The document of a load that came in batches is in: from here on readers see its lines.
pub(super) fn publish(
    db: &Connection,
    load: i64,
    (snapshot, source, sha256): (i64, &str, &str),
    (scope, attempt, at): (&str, Option<i64>, &str),
) -> Result<(), StoreError> {
    let sql = "UPDATE customs_load SET snapshot_id = ?2, scope = ?3
        WHERE id = ?1 AND snapshot_id IS NULL AND source_id = ?4 AND sha256 = ?5";
    if db.prepare_cached(sql)?.execute(params![load, snapshot, scope, source, sha256])? == 0 {
        let found = format!("load {load}");
        return Err(StoreError::Corrupt { column: "customs_load.id", wanted: "a load of the document that waits", found });
    }
    db.prepare_cached(
        "INSERT INTO quarantine (source_id, attempt_id, sha256, locator, rule, message, raw, quarantined_at)
         SELECT ?2, ?3, ?4, locator, ?5, reason, raw, ?6 FROM customs_refused WHERE load_id = ?1 ORDER BY line",
    )?
    .execute(params![load, source, attempt, sha256, BAD_LINE, at])?;
    db.prepare_cached("DELETE FROM customs_refused WHERE load_id = ?1")?.execute([load])?;
    Ok(())
}
