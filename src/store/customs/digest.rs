//! Whether the lines that came in batches are still those that came: their digest, told when they came, is computed again.

use super::segment::{amounts, names};
use super::table;
use crate::model::{Dictionary, Flow, Part, TypedLine, code_digest};
use crate::store::{Fault, StoreError};
use rusqlite::{Connection, Row};
use std::collections::HashMap;

/// Digests of codes by dictionary and row.
type Codes = HashMap<(Dictionary, u32), u64>;

/// Documents whose lines are others.
pub(in crate::store) fn damaged(db: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut query = db.prepare(
        "SELECT l.id, l.digest, 'customs lines of ' || n.source_id || ' of ' || n.as_of || ', document ' || n.sha256
         FROM customs_load AS l JOIN snapshot AS n ON n.id = l.snapshot_id WHERE l.streamed = 1 ORDER BY l.id",
    )?;
    let loads = query.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?)))?;
    let loads = loads.collect::<Result<Vec<_>, _>>()?;
    if loads.is_empty() {
        return Ok(Vec::new());
    }
    let (codes, mut faults) = (codes(db)?, Vec::new());
    for (load, told, place) in loads {
        let now = digest(db, load, &codes)?.cast_signed();
        if now != told {
            faults.push(Fault::new("lines", place, format!("lines of the digest {now:x}"), format!("{told:x}")));
        }
    }
    Ok(faults)
}

fn codes(db: &Connection) -> Result<Codes, StoreError> {
    let mut codes = Codes::new();
    for dictionary in [Dictionary::Partner, Dictionary::Unit, Dictionary::Region, Dictionary::Code] {
        let mut query = db.prepare(&format!("SELECT id, code FROM {}", table(dictionary)))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let code = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
            codes.insert((dictionary, row.get(0)?), code_digest(code));
        }
    }
    Ok(codes)
}

fn digest(db: &Connection, load: i64, codes: &Codes) -> Result<u64, StoreError> {
    let mut query = db.prepare(
        "SELECT r.line, s.period, r.flow, r.reporter_id, r.partner_id, r.code_id, r.unit_id, r.region_id, r.district_id,
           r.value_milli, r.weight_milli, r.quantity_milli
         FROM customs_segment AS s JOIN customs_line AS r ON r.segment_id = s.id WHERE s.load_id = ?1",
    )?;
    let (mut rows, mut sum) = (query.query([load])?, 0u64);
    let of = |part: Part, id: u32| codes.get(&(part.dictionary(), id)).copied().unwrap_or_default();
    while let Some(row) = rows.next()? {
        sum = sum.wrapping_add(line(row)?.digest_by(of));
    }
    Ok(sum)
}

/// A line with rows for names.
fn line(row: &Row<'_>) -> Result<TypedLine, StoreError> {
    let (line, period, flow) = (row.get(0)?, row.get(1)?, Flow::numbered(row.get(2)?));
    Ok(TypedLine { line, period, flow, names: names(row, 3)?, amounts: amounts(row, 9)? })
}
