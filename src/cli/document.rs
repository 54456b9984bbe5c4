//! Documents that a person names by their file.

use super::WrongUse;
use anyhow::{Context, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A document longer than this is none that a source would fetch.
const MOST_BYTES: u64 = 1 << 30;

/// The bytes of a document, and its file for whoever reads it.
///
/// # Errors
/// What is no file, or too long for a document.
pub(super) fn read(path: &Path) -> Result<(Vec<u8>, File)> {
    let file = path.display();
    let known = std::fs::metadata(path).map_err(|error| WrongUse(format!("{file}: expected a document: {error}")))?;
    if !known.is_file() {
        anyhow::bail!(WrongUse(format!("{file}: expected a document, found a folder or device")));
    }
    if known.len() > MOST_BYTES {
        anyhow::bail!(WrongUse(format!("{file}: expected at most {MOST_BYTES} bytes, found {}", known.len())));
    }
    let mut bytes = Vec::new();
    let mut open = File::open(path).with_context(|| format!("opening {file}"))?;
    open.read_to_end(&mut bytes).with_context(|| format!("reading {file}"))?;
    Ok((bytes, open))
}
