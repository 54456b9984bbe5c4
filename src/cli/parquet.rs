//! `export parquet`: the store for engines that read many files at once.

use super::Global;
use crate::pipeline::Places;
use anyhow::Result;
use chrono::{DateTime, Utc};
use std::path::Path;

/// Writes the dataset and says what is in it.
///
/// # Errors
/// As [`crate::export::parquet::write`]; no database yet.
#[cfg(feature = "parquet")]
pub(super) fn write(places: &Places, global: &Global, dir: &Path, now: DateTime<Utc>) -> Result<u8> {
    use crate::export::parquet;
    use crate::pipeline::House;
    use crate::report::plural;

    let house = House::open_to_look(places)?;
    let written = parquet::write(&house.store, dir, now).map_err(|error| match error {
        parquet::ExportError::NotEmpty(_) => anyhow::Error::from(super::WrongUse(error.to_string())),
        other => other.into(),
    })?;
    let (files, bytes) = written.files();
    if global.json {
        println!("{}", serde_json::json!({ "schema": 1, "folder": dir, "dataset": written }));
    } else if !global.quiet {
        let count = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
        written.tables.iter().for_each(|table| println!("{}: {}", table.name, plural(count(table.rows), "row", "rows")));
        println!(
            "{}: {} in {} ({bytes} bytes)",
            dir.display(),
            plural(count(written.rows()), "row", "rows"),
            plural(files, "file", "files")
        );
        match written.only_as_text() {
            0 => {}
            some => println!(
                "{some} figures have more digits than a decimal of 38 with 10 places: they are exact in `value`, and `value_decimal` is empty"
            ),
        }
    }
    Ok(super::FINE)
}

/// Says how a program is built that has it.
///
/// # Errors
/// Always.
#[cfg(not(feature = "parquet"))]
pub(super) fn write(_: &Places, _: &Global, _: &Path, _: DateTime<Utc>) -> Result<u8> {
    let told = "this program was built without Parquet: `cargo install --path . --features parquet` builds one that has it";
    anyhow::bail!(super::WrongUse(told.to_string()))
}
