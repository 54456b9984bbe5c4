//! Lines of customs dumps and their dictionaries: every line with its document and number; rows that do not fit go to quarantine.
//!
//! Nothing is replaced: another document, of the same period or another one, has rows of its own.

use super::{Document, StoreError};
use crate::model::{CustomsLine, Dictionary, Entry, Flow, Lines, Named, RefusedLine};
use rusqlite::{Connection, OptionalExtension, params};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// The rule that refuses a row.
pub(super) const BAD_LINE: &str = "bad_line";

/// Ids of dictionary rows that this document used, so that each is asked for once.
pub(super) type Known = HashMap<(Dictionary, String), i64>;

/// Stores the lines of a document that is new here. `newest`: no later document of the source is here, so that its
/// dictionaries have the last word.
pub(super) fn insert(
    db: &Connection,
    doc: &Document,
    snapshot: i64,
    lines: &Lines,
    newest: bool,
    at: &str,
) -> Result<(), StoreError> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut known = Known::new();
    for line in &lines.customs {
        let cells = cells(line, |dictionary, named| id_of(db, dictionary, named, &mut known))?;
        insert_line(db, snapshot, line.line, &cells)?;
    }
    for entry in &lines.entries {
        name(db, entry, newest)?;
    }
    let attempt = doc.attempt.as_ref().map(|(id, _)| *id);
    for line in &lines.refused {
        refuse(db, (&doc.source, &doc.sha256), attempt, line, at)?;
    }
    Ok(())
}

/// A line as the store has it: flow, period, reporter, partner, code, unit, region, district, value, weight, quantity.
pub(super) type Cells = [Option<i64>; 11];

/// A line with the rows of the dictionaries that `id_of` gives.
pub(super) fn cells(
    line: &CustomsLine,
    mut id_of: impl FnMut(Dictionary, &Named) -> Result<i64, StoreError>,
) -> Result<Cells, StoreError> {
    let mut id = |dictionary, named: Option<&Named>| named.map(|named| id_of(dictionary, named)).transpose();
    let commodity = Named { code: line.code.to_string(), text: line.code.to_string() };
    let reporter = id(Dictionary::Partner, line.reporter.as_deref())?;
    let partner = id(Dictionary::Partner, line.partner.as_deref())?;
    let code = id(Dictionary::Code, Some(&commodity))?;
    let unit = id(Dictionary::Unit, line.unit.as_deref())?;
    let region = id(Dictionary::Region, line.region.as_deref())?;
    let district = id(Dictionary::Region, line.district.as_deref())?;
    let flow = match line.flow {
        Flow::Export => 1,
        Flow::Import => 2,
    };
    let period = i64::from(line.year) * 100 + i64::from(line.month.unwrap_or(0));
    let [value, weight, quantity] = [line.value, line.weight, line.quantity].map(|amount| amount.map(milli).transpose());
    Ok([Some(flow), Some(period), reporter, partner, code, unit, region, district, value?, weight?, quantity?])
}

/// A new row.
pub(super) fn insert_line(db: &Connection, snapshot: i64, line: u32, cells: &Cells) -> Result<(), StoreError> {
    let [flow, period, reporter, partner, code, unit, region, district, value, weight, quantity] = cells;
    db.prepare_cached(
        "INSERT INTO customs_row (snapshot_id, line, flow, period, reporter_id, partner_id, code_id, unit_id, region_id,
           district_id, value_milli, weight_milli, quantity_milli)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![snapshot, line, flow, period, reporter, partner, code, unit, region, district, value, weight, quantity])?;
    Ok(())
}

/// An exact amount in thousandths; normalizing let no other one through.
fn milli(amount: Decimal) -> Result<i64, StoreError> {
    let wrong =
        || StoreError::Corrupt { column: "customs_row", wanted: "an amount in whole thousandths", found: amount.to_string() };
    CustomsLine::milli(amount).ok_or_else(wrong)
}

/// The row of a code, if it has one.
pub(super) fn find(db: &Connection, dictionary: Dictionary, code: &str) -> Result<Option<i64>, StoreError> {
    let sql = format!("SELECT id FROM {} WHERE code = ?1", table(dictionary));
    Ok(db.prepare_cached(&sql)?.query_row([code], |row| row.get(0)).optional()?)
}

/// The row of a code; made if there is none. A code that stands in a longer text brings it as a name until a dictionary is read.
pub(super) fn id_of(db: &Connection, dictionary: Dictionary, named: &Named, known: &mut Known) -> Result<i64, StoreError> {
    let key = (dictionary, named.code.clone());
    if let Some(id) = known.get(&key) {
        return Ok(*id);
    }
    let table = table(dictionary);
    let id = match find(db, dictionary, &named.code)? {
        Some(id) => id,
        None => {
            let name = if named.text == named.code { "" } else { named.text.as_str() };
            db.prepare_cached(&format!("INSERT INTO {table} (code, name) VALUES (?1, ?2)"))?.insert([&named.code, name])?
        }
    };
    known.insert(key, id);
    Ok(id)
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
