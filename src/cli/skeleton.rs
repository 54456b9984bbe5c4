//! The skeleton of a paper's folder: two files with comments and imaginary figures, to be written over.

use super::WrongUse;
use anyhow::{Context, Result};
use std::path::Path;

const HEAD: &str = include_str!("skeleton/paper.toml");
const CLAIMS: &str = include_str!("skeleton/claims.csv");

/// Writes the skeleton of a paper into a folder of its own.
///
/// # Errors
/// An id that is no folder's name, a folder that is there already, or a disk that will not be written.
pub(super) fn write(papers: &Path, id: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(plain) {
        anyhow::bail!(WrongUse(format!(
            "expected an id of lower-case letters, digits and hyphens such as doe-2024, found {id:?}"
        )));
    }
    let folder = papers.join(id);
    if folder.exists() {
        anyhow::bail!(WrongUse(format!("{} is there already; nothing was written", folder.display())));
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("making the folder {}", folder.display()))?;
    for (name, text) in [("paper.toml", HEAD.replace("ID", id)), ("claims.csv", CLAIMS.to_string())] {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
