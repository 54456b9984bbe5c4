//! Lines of customs dumps and their dictionaries: every line with its document and number; rows that do not fit go to quarantine.
//!
//! Nothing is replaced: another document, of the same period or another one, has rows of its own, and how long what it says of a
//! period stood is kept beside it (`span`). A large document comes in batches before anybody sees it (`load`).

mod digest;
mod load;
mod segment;
mod span;

pub(super) use digest::damaged;
pub use load::Load;
pub(super) use segment::{Line, stored_lines};
pub(super) use span::settle_document;

use super::snapshot::Held;
use super::{Document, StoreError};
use crate::model::{CustomsLine, Dictionary, Drift, Entry, Lines, Named, Part, RefusedLine, Roll, TypedLine};
use rusqlite::{Connection, OptionalExtension, params};
use segment::clear;

/// The rule that refuses a row.
pub(super) const BAD_LINE: &str = "bad_line";

/// Stores the lines of a document that is new here; what they change of those before it. `newest`: no later document of the source
/// is here, so that its dictionaries have the last word.
pub(super) fn insert(
    db: &Connection,
    doc: &Document,
    snapshot: i64,
    lines: &Lines,
    newest: bool,
    at: &str,
) -> Result<Vec<Drift>, StoreError> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let attempt = doc.attempt.as_ref().map(|(id, _)| *id);
    match lines.loaded {
        Some(loaded) => load::publish(db, loaded.load, (snapshot, &doc.source, &doc.sha256), (&lines.scope, attempt, at))?,
        None if lines.customs.is_empty() => {}
        None => {
            let load = load::whole(db, (&doc.source, &doc.sha256, &doc.parser), (snapshot, &lines.scope), at)?;
            load::fill(db, load, &typed(db, &lines.customs)?)?;
        }
    }
    let drift = span::begin(db, snapshot)?;
    for entry in &lines.entries {
        name(db, entry, newest)?;
        state(db, snapshot, entry)?;
    }
    for line in &lines.refused {
        refuse(db, (&doc.source, &doc.sha256), attempt, line, at)?;
    }
    Ok(drift)
}

/// Lines with the rows of their names, which are made where they are new.
pub(super) fn typed(db: &Connection, lines: &[CustomsLine]) -> Result<Vec<Line>, StoreError> {
    typed_by(lines, |dictionary, named| id_of(db, dictionary, named))
}

/// The same, where nothing is written: no row has the number of a name that is new, so that it differs from every stored one.
pub(super) fn typed_as_known(db: &Connection, lines: &[CustomsLine]) -> Result<Vec<Line>, StoreError> {
    typed_by(lines, |dictionary, named| Ok(find(db, dictionary, &named.code)?.unwrap_or(i64::from(u32::MAX))))
}

fn typed_by(
    lines: &[CustomsLine],
    mut id_of: impl FnMut(Dictionary, &Named) -> Result<i64, StoreError>,
) -> Result<Vec<Line>, StoreError> {
    let mut roll = Roll::default();
    let typed: Option<Vec<TypedLine>> = lines.iter().map(|line| TypedLine::of(line, &mut roll)).collect();
    let wrong =
        || StoreError::Corrupt { column: "customs_row", wanted: "amounts in whole thousandths", found: "others".to_string() };
    let typed = typed.ok_or_else(wrong)?;
    let ids = roll.names().iter().map(|(dictionary, named)| id_of(*dictionary, named));
    let ids = ids.map(|id| id.and_then(small)).collect::<Result<Vec<u32>, StoreError>>()?;
    Ok(typed.iter().map(|line| stored(line, &ids)).collect())
}

/// The row of a name; there are some thousands, and so four bytes do.
fn small(id: i64) -> Result<u32, StoreError> {
    let wrong = || StoreError::Corrupt { column: "customs_code.id", wanted: "a row below 4294967296", found: id.to_string() };
    u32::try_from(id).map_err(|_| wrong())
}

/// A line with rows for names; `ids` has those of the roll.
fn stored(line: &TypedLine, ids: &[u32]) -> Line {
    let id = |part: Part| {
        let number = usize::try_from(line.name(part)).unwrap_or_default();
        number.checked_sub(1).and_then(|at| ids.get(at)).copied().unwrap_or_default()
    };
    let others = [Part::Reporter, Part::Partner, Part::Unit, Part::Region, Part::District].map(id);
    Line { period: line.period, code: id(Part::Code), line: line.line, flow: line.flow.number(), others, amounts: line.amounts }
}

/// The lines of a document that is in, told anew.
pub(super) fn rewrite(
    db: &Connection,
    (held, parser): (&Held, &str),
    lines: &[Line],
    scope: &str,
    at: &str,
) -> Result<(), StoreError> {
    let sql = "SELECT id FROM customs_load WHERE snapshot_id = ?1";
    let load = match db.prepare_cached(sql)?.query_row([held.at.id], |row| row.get(0)).optional()? {
        Some(load) => load,
        None => load::whole(db, (&held.at.source, &held.at.sha256, parser), (held.at.id, scope), at)?,
    };
    clear(db, load)?;
    load::fill(db, load, lines)?;
    db.prepare_cached("UPDATE customs_load SET parser = ?2, scope = ?3 WHERE id = ?1")?.execute(params![load, parser, scope])?;
    span::begin(db, held.at.id).map(drop)
}

/// What a document calls a code.
fn state(db: &Connection, snapshot: i64, entry: &Entry) -> Result<(), StoreError> {
    // a code that a document has twice is called what it says last
    db.prepare_cached("INSERT OR REPLACE INTO customs_name (dictionary, code, snapshot_id, name) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![entry.dictionary.as_str(), entry.code, snapshot, entry.name])?;
    Ok(())
}

/// What a document calls all its codes, told anew.
pub(super) fn restate(db: &Connection, snapshot: i64, entries: &[Entry]) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM customs_name WHERE snapshot_id = ?1")?.execute([snapshot])?;
    entries.iter().try_for_each(|entry| state(db, snapshot, entry))
}

/// The row of a code, if it has one.
pub(super) fn find(db: &Connection, dictionary: Dictionary, code: &str) -> Result<Option<i64>, StoreError> {
    let sql = format!("SELECT id FROM {} WHERE code = ?1", table(dictionary));
    Ok(db.prepare_cached(&sql)?.query_row([code], |row| row.get(0)).optional()?)
}

/// The row of a code; made if there is none. A code that stands in a longer text brings it as a name until a dictionary is read.
pub(super) fn id_of(db: &Connection, dictionary: Dictionary, named: &Named) -> Result<i64, StoreError> {
    if let Some(id) = find(db, dictionary, &named.code)? {
        return Ok(id);
    }
    let name = if named.text == named.code { "" } else { named.text.as_str() };
    let table = table(dictionary);
    Ok(db.prepare_cached(&format!("INSERT INTO {table} (code, name) VALUES (?1, ?2)"))?.insert([&named.code, name])?)
}

/// Gives a code its name. Where a later document spoke already, only what has no name gets one.
pub(super) fn name(db: &Connection, entry: &Entry, newest: bool) -> Result<(), StoreError> {
    let table = table(entry.dictionary);
    let sql = format!(
        "INSERT INTO {table} (code, name) VALUES (?1, ?2)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name WHERE ?3 OR {table}.name = ''"
    );
    db.prepare_cached(&sql)?.execute(params![entry.code, entry.name, newest])?;
    Ok(())
}

/// Puts a line of a document (source, bytes) aside.
pub(super) fn refuse(
    db: &Connection,
    (source, sha256): (&str, &str),
    attempt: Option<i64>,
    line: &RefusedLine,
    at: &str,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO quarantine (source_id, attempt_id, sha256, locator, rule, message, raw, quarantined_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![source, attempt, sha256, line.locator, BAD_LINE, line.reason, line.raw, at])?;
    Ok(())
}

pub(super) fn table(dictionary: Dictionary) -> &'static str {
    match dictionary {
        Dictionary::Partner => "customs_partner",
        Dictionary::Unit => "customs_unit",
        Dictionary::Region => "customs_region",
        Dictionary::Code => "customs_code",
        Dictionary::Field => "customs_field",
    }
}
