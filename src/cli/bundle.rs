//! `evidence`: one claim as a folder that can be checked without this program.

use super::{FINE, Global};
use crate::pipeline::{self, House};
use anyhow::Result;
use chrono::NaiveDate;
use std::path::Path;

/// Writes the folder and says what is in it.
///
/// # Errors
/// As [`pipeline::bundle`].
pub(super) fn write(
    house: &House,
    global: &Global,
    (paper, claim): (Option<&str>, &str),
    as_of: Option<NaiveDate>,
    out: &Path,
) -> Result<u8> {
    let files = pipeline::bundle(house, paper, claim, as_of, out)?;
    if global.json {
        println!("{}", serde_json::json!({ "schema": 1, "claim": claim, "folder": out, "files": files }));
    } else if !global.quiet {
        files.iter().for_each(|file| println!("{}", out.join(file).display()));
    }
    Ok(FINE)
}
