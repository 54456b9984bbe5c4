//! Lines as they stand in the file: in segments of one load and one period, each in the order of its commodities. A segment is only
//! ever appended, so that a line costs the same however many there are.

use crate::model::TypedLine;
use crate::store::StoreError;
use rusqlite::{CachedStatement, Connection, params};

const SEGMENT: &str = "INSERT INTO customs_segment (load_id, period, lines) VALUES (?1, ?2, ?3)";
const LINE: &str = "INSERT INTO customs_line VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

/// A line with the rows of its names; 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Line {
    pub period: i32,
    pub code: u32,
    pub line: u32,
    pub flow: u8,
    /// Reporter, partner, unit, region, district.
    pub others: [u32; 5],
    pub amounts: [i64; 3],
}

/// Appends lines to a load; they are put in order for it.
pub(in crate::store) fn insert_lines(db: &Connection, load: i64, lines: &mut [Line]) -> Result<(), StoreError> {
    lines.sort_unstable_by_key(|line| (line.period, line.code, line.line));
    let mut segment = db.prepare_cached(SEGMENT)?;
    let mut insert = db.prepare_cached(LINE)?;
    for part in lines.chunk_by(|a, b| a.period == b.period) {
        let period = part.first().map_or(0, |line| line.period);
        let id = segment.insert(params![load, period, i64::try_from(part.len()).unwrap_or(i64::MAX)])?;
        for line in part {
            write(&mut insert, id, line)?;
        }
    }
    Ok(())
}

/// The same for lines that lie in the order of their numbers and stay where they are, each made anew when its turn comes.
pub(in crate::store) fn insert_typed(
    db: &Connection,
    load: i64,
    lines: &[TypedLine],
    stored: impl Fn(&TypedLine) -> Line,
) -> Result<(), StoreError> {
    let mut order: Vec<(i32, u32, u32)> = (0..).zip(lines).map(|(at, line)| (line.period, stored(line).code, at)).collect();
    order.sort_unstable();
    let mut segment = db.prepare_cached(SEGMENT)?;
    let mut insert = db.prepare_cached(LINE)?;
    for part in order.chunk_by(|a, b| a.0 == b.0) {
        let period = part.first().map_or(0, |(period, ..)| *period);
        let id = segment.insert(params![load, period, i64::try_from(part.len()).unwrap_or(i64::MAX)])?;
        for line in part.iter().filter_map(|(.., at)| lines.get(*at as usize)) {
            write(&mut insert, id, &stored(line))?;
        }
    }
    Ok(())
}

fn write(insert: &mut CachedStatement<'_>, segment: i64, line: &Line) -> Result<(), StoreError> {
    insert.raw_bind_parameter(1, segment)?;
    insert.raw_bind_parameter(2, line.code)?;
    insert.raw_bind_parameter(3, line.line)?;
    insert.raw_bind_parameter(4, line.flow)?;
    for (at, id) in (5..).zip(line.others) {
        insert.raw_bind_parameter(at, (id != 0).then_some(id))?;
    }
    for (at, amount) in (10..).zip(line.amounts) {
        insert.raw_bind_parameter(at, (amount != TypedLine::NOTHING).then_some(amount))?;
    }
    insert.raw_execute()?;
    Ok(())
}

/// The lines of a document that came in one transaction, in the order of their numbers.
pub(in crate::store) fn stored_lines(db: &Connection, snapshot: i64) -> Result<Vec<Line>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT period, code_id, line, flow, reporter_id, partner_id, unit_id, region_id, district_id, value_milli, weight_milli,
           quantity_milli
         FROM customs_row WHERE snapshot_id = ?1 ORDER BY line",
    )?;
    let rows = query.query_map([snapshot], |row| {
        let (mut others, mut amounts) = ([0; 5], [TypedLine::NOTHING; 3]);
        for (at, id) in (4..).zip(&mut others) {
            *id = row.get::<_, Option<u32>>(at)?.unwrap_or_default();
        }
        for (at, amount) in (9..).zip(&mut amounts) {
            *amount = row.get::<_, Option<i64>>(at)?.unwrap_or(TypedLine::NOTHING);
        }
        Ok(Line { period: row.get(0)?, code: row.get(1)?, line: row.get(2)?, flow: row.get(3)?, others, amounts })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes the lines of a load away, and what is said of its periods.
pub(in crate::store) fn clear(db: &Connection, load: i64) -> Result<(), StoreError> {
    let segments = "SELECT id FROM customs_segment WHERE load_id = ?1";
    db.prepare_cached(&format!("DELETE FROM customs_line WHERE segment_id IN ({segments})"))?.execute([load])?;
    for table in ["customs_segment", "customs_span", "customs_refused"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE load_id = ?1"))?.execute([load])?;
    }
    Ok(())
}
