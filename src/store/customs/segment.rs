//! Lines as they stand in the file: in segments of one load and one period, each in the order of its commodities. A segment is only
//! ever appended, so that a line costs the same however many there are.

use crate::model::TypedLine;
use crate::store::StoreError;
use rusqlite::{CachedStatement, Connection, Row, params};

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

/// Appends lines to a load. They lie in the order of their numbers and stay where they are; each is made when its turn comes.
pub(in crate::store) fn insert_lines<T>(
    db: &Connection,
    load: i64,
    lines: &[T],
    stored: impl Fn(&T) -> Line,
) -> Result<(), StoreError> {
    let mut order: Vec<(i32, u32, u32)> =
        (0..).zip(lines).map(|(at, line)| (stored(line), at)).map(|(line, at)| (line.period, line.code, at)).collect();
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
        let (period, code, line, flow) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Line { period, code, line, flow, others: names(row, 4)?, amounts: amounts(row, 9)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Rows of names, from a column on; 0 for none.
pub(super) fn names<const N: usize>(row: &Row<'_>, first: usize) -> rusqlite::Result<[u32; N]> {
    let mut names = [0; N];
    for (at, name) in (first..).zip(&mut names) {
        *name = row.get::<_, Option<u32>>(at)?.unwrap_or_default();
    }
    Ok(names)
}

/// Amounts, from a column on.
pub(super) fn amounts(row: &Row<'_>, first: usize) -> rusqlite::Result<[i64; 3]> {
    let mut amounts = [TypedLine::NOTHING; 3];
    for (at, amount) in (first..).zip(&mut amounts) {
        *amount = row.get::<_, Option<i64>>(at)?.unwrap_or(TypedLine::NOTHING);
    }
    Ok(amounts)
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
