//! Where the rows and columns of a document stood, and what the next document moved or renamed: told, and tolerated.

use super::StoreError;
use super::snapshot::{Document, fetched};
use crate::model::{Drift, Line, Place, Weight};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};

/// A place as the store has it: row or column, meaning, words, number or letters.
type Laid = (Line, String, String, String);

/// Keeps the layout of a document.
pub(super) fn insert(db: &Connection, snapshot: i64, layout: &[Place]) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached("INSERT INTO layout VALUES (?1, ?2, ?3)")?;
    for (table, places) in written(layout) {
        insert.execute(params![snapshot, table, places])?;
    }
    Ok(())
}

/// Whether a document has this very layout, so that nothing need be written.
pub(super) fn stands(db: &Connection, snapshot: i64, layout: &[Place]) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached("SELECT table_key, places FROM layout WHERE snapshot_id = ?1")?;
    let rows = query.query_map([snapshot], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let kept: BTreeMap<String, String> = rows.collect::<Result<_, _>>()?;
    Ok(written(layout).map(|(table, places)| (table.to_string(), places)).collect::<BTreeMap<_, _>>() == kept)
}

/// The tables of a layout, as they are stored.
fn written(layout: &[Place]) -> impl Iterator<Item = (&str, String)> {
    layout.chunk_by(|a, b| a.table == b.table).map(|table| {
        let places: Vec<_> = table.iter().map(|place| (place.line, &place.meaning, &place.words, &place.at)).collect();
        (table.first().map_or("", |place| place.table.as_str()), serde_json::json!(places).to_string())
    })
}

/// What a document moved or renamed against the one before it in the chain.
pub(super) fn changes(db: &Connection, doc: &Document, layout: &[Place]) -> Result<Vec<Drift>, StoreError> {
    let Some(before) = predecessor(db, doc)? else { return Ok(Vec::new()) };
    let mut query = db.prepare_cached("SELECT places FROM layout WHERE snapshot_id = ?1 AND table_key = ?2")?;
    let mut changes = Vec::new();
    for table in layout.chunk_by(|a, b| a.table == b.table) {
        let name = table.first().map_or("", |place| &place.table);
        let Some(places) = query.query_row(params![before, name], |row| row.get::<_, String>(0)).optional()? else { continue };
        let laid: Vec<Laid> = serde_json::from_str(&places).map_err(|error| StoreError::Corrupt {
            column: "layout.places",
            wanted: "a JSON list of places",
            found: error.to_string(),
        })?;
        changes.extend(compare(name, laid, table));
    }
    Ok(changes)
}

/// The document before this one that has a layout.
fn predecessor(db: &Connection, doc: &Document) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT id FROM snapshot
        WHERE source_id = ?1 AND class = ?2 AND (known_from, as_of, fetched_at, sha256) < (?3, ?4, ?5, ?6)
          AND EXISTS (SELECT 1 FROM layout AS l WHERE l.snapshot_id = snapshot.id)
        ORDER BY known_from DESC, as_of DESC, fetched_at DESC, sha256 DESC LIMIT 1";
    let (known_from, as_of) = (doc.known_from.to_string(), doc.as_of.to_string());
    let key = params![doc.source, doc.class.as_str(), known_from, as_of, fetched(doc), doc.sha256];
    Ok(db.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()?)
}

/// One line for all that moved or was renamed in the same way, with the first of them.
fn compare(table: &str, before: Vec<Laid>, now: &[Place]) -> Vec<Drift> {
    let before: HashMap<(Line, String), (String, String)> =
        before.into_iter().map(|(line, meaning, words, at)| ((line, meaning), (words, at))).collect();
    let mut changes: BTreeMap<&str, (usize, String, String)> = BTreeMap::new();
    let mut now: Vec<&Place> = now.iter().collect();
    // 9 before 10 and Z before AA
    now.sort_by_key(|place| (place.at.len(), &place.at));
    for place in now {
        let Some((words, at)) = before.get(&(place.line, place.meaning.clone())) else { continue };
        let (line, moved, renamed) = match place.line {
            Line::Row => ("row", "rows_moved", "rows_renamed"),
            Line::Column => ("column", "columns_moved", "headings_changed"),
        };
        if *at != place.at {
            let told = || (0, format!("{:?} in {line} {at}", place.words), format!("{line} {}", place.at));
            changes.entry(moved).or_insert_with(told).0 += 1;
        }
        if *words != place.words {
            let told = || (0, format!("{words:?}"), format!("{:?} in {line} {}", place.words, place.at));
            changes.entry(renamed).or_insert_with(told).0 += 1;
        }
    }
    let said = |(code, (count, before, after)): (&str, (usize, String, String))| {
        let more = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
        Drift::new(Weight::Told, code, table, before, after + &more)
    };
    changes.into_iter().map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_and_what_was_renamed() {
        let laid = |line, meaning: &str, words: &str, at: &str| (line, meaning.to_string(), words.to_string(), at.to_string());
        let before = vec![
            laid(Line::Row, "item=b", "mining", "4"),
            laid(Line::Row, "item=c", "making", "5"),
            laid(Line::Row, "item=d", "power", "6"),
            laid(Line::Column, "month=1", "january", "B"),
        ];
        let place = |line, meaning: &str, words: &str, at: &str| Place {
            table: "t".into(),
            line,
            meaning: meaning.into(),
            words: words.into(),
            at: at.into(),
        };
        let now = [
            place(Line::Row, "item=b", "mining", "4"),
            place(Line::Row, "item=c", "manufacturing", "6"),
            place(Line::Row, "item=d", "power", "7"),
            place(Line::Row, "item=e", "water", "5"),
            place(Line::Column, "month=1", "jan.", "B"),
        ];
        let told: Vec<String> = compare("t", before, &now).iter().map(ToString::to_string).collect();
        let wanted = [
            "headings_changed at t: \"january\" → \"jan.\" in column B",
            "rows_moved at t: \"manufacturing\" in row 5 → row 6, and 1 more",
            "rows_renamed at t: \"making\" → \"manufacturing\" in row 6",
        ];
        assert_eq!(told, wanted);
    }
}
