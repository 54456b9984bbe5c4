//! What the tables and views of the store are, read out of the comments of `schema.sql`: for pages of the documentation and for
//! programs of others, which get it from one place.

use super::{StoreError, open};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// What FTS5 keeps for itself.
const OF_FTS: &str = "label_fts_";

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// Whether it is computed from others.
    pub view: bool,
    /// What it is.
    pub about: String,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type; empty for computed ones.
    pub kind: String,
    /// What it is; empty only for columns of views that say it by their name.
    pub about: String,
}

/// Every table and view in the order of `schema.sql`.
///
/// # Errors
/// [`StoreError::Sqlite`] if the schema itself is wrong.
pub fn described() -> Result<Vec<Described>, StoreError> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(open::new_schema())?;
    let mut query = db.prepare(
        "SELECT name, type, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT GLOB ?1 ORDER BY rowid",
    )?;
    let rows = query.query_map([format!("{OF_FTS}*")], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut known: Vec<Described> = Vec::new();
    for row in rows {
        let (name, kind, sql): (String, String, String) = row?;
        let one = one(&db, name, kind == "view", &sql, &known)?;
        known.push(one);
    }
    Ok(known)
}

fn one(db: &Connection, name: String, view: bool, sql: &str, known: &[Described]) -> Result<Described, StoreError> {
    let mut about: Vec<&str> = Vec::new();
    for line in sql.lines().skip(1).map(str::trim) {
        let Some(comment) = line.strip_prefix("-- ") else { break };
        about.push(comment);
    }
    let said = comments(sql, &name);
    let parents: Vec<&Described> = if view { parents(sql, known) } else { Vec::new() };
    let mut query = db.prepare("SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden <> 1")?;
    let columns = query.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let column = |(name, kind): (String, String)| {
        let inherited = || parents.iter().find_map(|parent| parent.columns.iter().find(|column| column.name == name));
        let about = said.get(&name).cloned().or_else(|| inherited().map(|column| column.about.clone()));
        Column { kind, about: about.unwrap_or_default(), name }
    };
    let columns = columns.map(|row| row.map(column)).collect::<Result<_, _>>()?;
    Ok(Described { name, view, about: about.join(" "), columns })
}

/// The comments behind columns. One that needs several lines has it on the last of them.
fn comments(sql: &str, name: &str) -> BTreeMap<String, String> {
    let mut said = BTreeMap::new();
    let mut open = String::new();
    let table = !sql.starts_with(&format!("CREATE VIEW {name}"));
    for line in sql.lines().skip(1) {
        let (code, comment) = line.split_once(" -- ").map_or((line, None), |(code, comment)| (code, Some(comment)));
        match (table, first_word(code), last_word(code)) {
            (true, Some(word), _) => open = word.to_string(),
            (false, _, Some(word)) => open = word.to_string(),
            _ => {}
        }
        if let Some(comment) = comment.filter(|_| !open.is_empty()) {
            said.entry(std::mem::take(&mut open)).or_insert_with(|| comment.to_string());
        }
    }
    said
}

/// The column that a line of a table defines: two spaces in, small letters, and what is no option of an index.
fn first_word(code: &str) -> Option<&str> {
    let rest = code.strip_prefix("  ").filter(|rest| !rest.starts_with(' ') && rest.split(' ').nth(1) != Some("="))?;
    let word = rest.trim_start_matches('"').split([' ', '"', ',']).next()?;
    (!word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())).then_some(word)
}

/// The last column that a line of a view names.
fn last_word(code: &str) -> Option<&str> {
    let word = code.trim_end().trim_end_matches(',').rsplit([' ', '.']).next()?;
    (!word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).then_some(word)
}

/// What a view reads, in the order in which it names it.
fn parents<'a>(sql: &str, known: &'a [Described]) -> Vec<&'a Described> {
    let mut words = sql.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let mut named = Vec::new();
    while let Some(word) = words.next() {
        if let ("FROM" | "JOIN", Some(next)) = (word, words.clone().next()) {
            named.extend(known.iter().find(|one| one.name == next && !named.contains(one)));
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_views_say_what_they_are() {
        let all = described().unwrap();
        assert!(all.len() > 45 && all.iter().all(|one| !one.about.is_empty()));
        let about = |table: &str, column: &str| {
            let table = all.iter().find(|one| one.name == table).unwrap();
            table.columns.iter().find(|one| one.name == column).unwrap().about.clone()
        };
        for one in all.iter().filter(|one| !one.view) {
            one.columns.iter().for_each(|column| assert!(!column.about.is_empty(), "{}.{}", one.name, column.name));
        }
        assert_eq!(about("observation", "status"), "SDMX A P Q M L O O");
        assert_eq!(about("series_link", "from"), "the one");
        assert_eq!(
            about("latest", "code"),
            "publisher.indicator.item[.entity][.flow][.counterpart].measure.frequency[.variant], stable"
        );
        assert!(about("revision_summary", "sign_flips").starts_with("grew at first"));
        assert!(about("latest", "printed").starts_with("the cell as displayed"));
    }
}
