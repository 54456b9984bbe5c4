//! A document while it comes: held while it is small, in an unfinished file of the archive beyond that.

use super::super::bulk::MOST_HELD;
use crate::archive::Archive;
use crate::guard::HEAD_BYTES;
use anyhow::{Context, Result};
use std::io::Write;
use std::path::PathBuf;
use tempfile::NamedTempFile;

/// What came of it so far.
#[derive(Debug, Default)]
pub(super) struct Spool {
    /// All of it, or its beginning where a file has it.
    held: Vec<u8>,
    file: Option<NamedTempFile>,
    length: u64,
}

impl Spool {
    pub(super) fn push(&mut self, archive: &Archive, piece: &[u8]) -> Result<()> {
        self.length += piece.len() as u64;
        if self.file.is_none() && self.length > MOST_HELD {
            let mut file = archive.unfinished()?;
            file.write_all(&self.held).with_context(|| format!("writing to {}", file.path().display()))?;
            self.held.truncate(HEAD_BYTES);
            self.held.shrink_to_fit();
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(piece).with_context(|| format!("writing to {}", file.path().display())),
            None => {
                self.held.extend_from_slice(piece);
                Ok(())
            }
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// All of it, or its beginning.
    pub(super) fn held(&self) -> &[u8] {
        &self.held
    }

    /// The file of one that is not held.
    pub(super) fn file(&self) -> Option<PathBuf> {
        self.file.as_ref().map(|file| file.path().to_path_buf())
    }
}
