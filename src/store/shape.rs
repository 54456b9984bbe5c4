//! Whether tables, views and indexes are those that this program makes: a name that lost a letter is no damage to SQLite.

use super::audit::Fault;
use super::{StoreError, open};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// What a file was made of, by type and name, free of comments, spaces and the quotes that renaming leaves.
pub(super) fn shape(db: &Connection) -> Result<BTreeMap<String, String>, StoreError> {
    let mut query = db.prepare("SELECT type || ' ' || name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL")?;
    let bare = |line: &str| line.split("--").next().unwrap_or_default().replace(['"', ' '], "");
    let rows = query.query_map([], |row| {
        let (name, table, sql): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((name, format!("{table}: {}", sql.lines().map(bare).collect::<String>())))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is made otherwise than in a new file, or not there. What others added is theirs.
pub(super) fn strange(db: &Connection) -> Result<Vec<Fault>, StoreError> {
    let new = Connection::open_in_memory()?;
    new.execute_batch(open::new_schema())?;
    let seen = shape(db)?;
    let strange = shape(&new)?.into_iter().filter_map(|(name, wanted)| {
        let at = match seen.get(&name) {
            Some(made) if *made == wanted => return None,
            Some(_) => "another one",
            None => "none",
        };
        Some(Fault::new("schema", name, at, "the one that this program makes"))
    });
    Ok(strange.collect())
}
