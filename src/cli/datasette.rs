//! `export datasette-metadata`: what Datasette shows beside the tables, made from the comments of the schema, the licences of the
//! sources, and the questions that are kept as files.

use crate::config::Config;
use crate::export;
use crate::store::{Described, described};
use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Questions: a title, what it answers, a line a parameter, and the SQL.
static QUERIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/deploy/datasette/queries");
/// The name of the database in addresses: that of its file.
const DATABASE: &str = "sverka";
/// Amounts whose unit is the same in every row.
const UNITS: [(&str, &str, &str); 3] =
    [("snapshot", "bytes", "byte"), ("quarantine", "bytes", "byte"), ("unread", "bytes", "byte")];

/// Prints the metadata, or writes it into a file.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn write(config: &Config, out: Option<&Path>) -> Result<u8> {
    let text = serde_json::to_string_pretty(&metadata(config)?)? + "\n";
    match out {
        Some(path) => {
            export::into_file(path, |file| Ok(file.write_all(text.as_bytes())?))
                .with_context(|| format!("writing {}", path.display()))?;
        }
        None => super::put(&text),
    }
    Ok(super::FINE)
}

fn metadata(config: &Config) -> Result<Value> {
    let tables: Map<String, Value> = described()?.iter().map(|one| (one.name.clone(), table(one))).collect();
    let mut files: Vec<_> = QUERIES.files().collect();
    files.sort_by_key(|file| file.path());
    let texts = files.iter().filter_map(|file| Some((file.path().file_stem()?.to_str()?, file.contents_utf8()?)));
    let queries: Map<String, Value> = texts.map(|(name, text)| (name.to_string(), query(text))).collect();
    let database = json!({ "description": licences(config), "tables": tables, "queries": queries });
    let about = "Official statistics with every vintage, and the figures of papers held against them";
    Ok(json!({ "title": "sverka", "description": about, "databases": { DATABASE: database } }))
}

fn table(one: &Described) -> Value {
    let said = one.columns.iter().filter(|column| !column.about.is_empty());
    let columns: Map<String, Value> = said.map(|column| (column.name.clone(), json!(column.about))).collect();
    let mut table = json!({ "description": one.about, "columns": columns });
    let units = UNITS.iter().filter(|(table, ..)| *table == one.name);
    let units: Map<String, Value> = units.map(|(_, column, unit)| (column.to_string(), json!(unit))).collect();
    if !units.is_empty() {
        table["units"] = Value::Object(units);
    }
    if one.name == "label" {
        (table["fts_table"], table["fts_pk"]) = (json!("label_fts"), json!("id"));
    }
    table
}

/// The parts of a question's file.
fn query(text: &str) -> Value {
    let comments: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("-- ")).collect();
    let sql: Vec<&str> = text.lines().skip(comments.len()).collect();
    let (title, about) = comments.split_first().map_or(("", &[][..]), |(title, about)| (*title, about));
    let is_parameter = |line: &&&str| line.split_once(": ").is_some_and(|(name, _)| sql.join("\n").contains(&format!(":{name}")));
    let params: Vec<&str> = about.iter().filter(is_parameter).filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    json!({ "sql": sql.join("\n"), "title": title, "description": about.join(" · "), "params": params })
}

/// On which terms figures may be used: licences with the publishers whose sources have them.
fn licences(config: &Config) -> String {
    let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for source in &config.sources {
        let publishers = of.entry(source.licence.as_str()).or_default();
        if !publishers.contains(&source.publisher.as_str()) {
            publishers.push(&source.publisher);
        }
    }
    let told: Vec<String> = of.iter().map(|(licence, publishers)| format!("{licence} ({})", publishers.join(", "))).collect();
    format!("Figures belong to their publishers. Licences, with the publishers: {}.", told.join("; "))
}
