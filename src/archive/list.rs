//! What stands in the archive, by name; nothing is opened.

use super::{Archive, ArchiveError, TEMP_PREFIX, failed};
use crate::model::Sha256;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Everything in the archive's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Documents, in the order of their names.
    pub documents: Vec<Sha256>,
    /// Whatever else is there, and documents in a folder that is not theirs; what somebody is writing is left out.
    pub strays: Vec<PathBuf>,
}

impl Archive {
    /// What is in the archive; one that is not there yet is empty.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when a folder cannot be listed.
    pub fn list(&self) -> Result<Listing, ArchiveError> {
        let mut listing = Listing::default();
        for path in entries(&self.dir)? {
            match name(&path) {
                folder if folder.len() == 2 && path.is_dir() => {
                    for path in entries(&path)? {
                        self.sort(path, &mut listing);
                    }
                }
                other if other.starts_with(TEMP_PREFIX) => {}
                _ => listing.strays.push(path),
            }
        }
        listing.documents.sort();
        listing.strays.sort();
        Ok(listing)
    }

    fn sort(&self, path: PathBuf, listing: &mut Listing) {
        let name = name(&path);
        match self.path_of(&name) {
            Ok(place) if place == path && path.is_file() => listing.documents.push(name),
            _ => listing.strays.push(path),
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let read = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed("listing", folder))?,
    };
    read.map(|entry| Ok(entry.map_err(failed("listing", folder))?.path())).collect()
}
