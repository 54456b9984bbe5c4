//! Raw bytes by SHA-256: temp → fsync → rename → fsync dir; never changed afterwards, never interpreted.

mod list;

pub use list::Listing;

use crate::faultpoint;
use crate::model::Sha256;
use sha2::{Digest, Sha256 as Hasher};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What the name of an unfinished file begins with; whole ones are named by 64 hex digits in a folder of two.
const TEMP_PREFIX: &str = ".unfinished-";
/// Bytes copied and hashed at once.
const CHUNK: usize = 64 * 1024;
/// How often a new temporary file is made when another process's clean-up took the one before it was locked.
const TEMP_TRIES: usize = 5;

/// A folder of documents that are never changed.
#[derive(Debug, Clone)]
pub struct Archive {
    dir: PathBuf,
}

/// What became of bytes handed to [`Archive::store`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Their name.
    pub sha256: Sha256,
    /// How many there are.
    pub bytes: u64,
    /// They were not held (whole) before.
    pub new: bool,
}

/// Why the archive cannot do as asked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file system refused.
    #[error("{action} {path}: {error}", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The bytes to be stored could not be read.
    #[error("reading the document to archive: {0}")]
    Input(io::Error),
    /// Not a name of ours.
    #[error("expected 64 lower-case hex digits as the name of a document, found {0:?}")]
    Name(String),
    /// The document is not held.
    #[error("document {0} is not in the archive")]
    Missing(Sha256),
    /// The bytes are not those that were stored.
    #[error("document {sha256} is damaged: its bytes have the SHA-256 {seen}")]
    Damaged {
        /// Its name.
        sha256: Sha256,
        /// What its bytes hash to now.
        seen: Sha256,
    },
}

impl Archive {
    /// Opens the archive in `dir`, which is made if need be, and removes what a crash left unfinished there. Files that
    /// a living process is writing are locked by it, and stay.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when the folder cannot be made or read, or a leftover cannot be removed.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Archive, ArchiveError> {
        let archive = Archive { dir: dir.into() };
        fs::create_dir_all(&archive.dir).map_err(failed("making the folder", &archive.dir))?;
        archive.remove_leftovers()?;
        Ok(archive)
    }

    /// The archive in `dir`, for reading: nothing is made and nothing removed.
    pub fn at(dir: impl Into<PathBuf>) -> Archive {
        Archive { dir: dir.into() }
    }

    /// Stores what `input` holds. When this returns, the bytes and their name survive a loss of power; until then nobody
    /// sees them. Bytes that are held already are left as they are, unless they are damaged: then these replace them.
    ///
    /// # Errors
    /// [`ArchiveError::Input`] when reading fails and [`ArchiveError::Io`] when writing does; nothing is stored then.
    pub fn store(&self, mut input: impl Read) -> Result<Stored, ArchiveError> {
        let mut temp = self.temp_file()?;
        faultpoint::io("archive.temp").map_err(failed("writing to", temp.path()))?;
        let (sha256, bytes) = copy_hashing(&mut input, &mut temp)?;
        let folder = self.folder_of(&sha256)?;
        let new = self.verify(&sha256).is_err();
        if new {
            keep(temp, &folder.join(&sha256))?;
        }
        sync_dir(&folder)?;
        faultpoint::point("archive.stored");
        Ok(Stored { sha256, bytes, new })
    }

    /// A file for bytes that are still coming, on the disk that is to hold them: it goes when it is dropped, or with the next start.
    ///
    /// # Errors
    /// [`ArchiveError::Io`].
    pub fn unfinished(&self) -> Result<NamedTempFile, ArchiveError> {
        self.temp_file()
    }

    /// Opens a document for reading.
    ///
    /// # Errors
    /// [`ArchiveError::Name`], [`ArchiveError::Missing`], or [`ArchiveError::Io`].
    pub fn open_document(&self, sha256: &str) -> Result<File, ArchiveError> {
        let path = self.path_of(sha256)?;
        File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ArchiveError::Missing(sha256.to_owned()),
            _ => failed("opening", &path)(error),
        })
    }

    /// Where a document stands, whether it is held or not.
    ///
    /// # Errors
    /// [`ArchiveError::Name`] when `sha256` is no name of ours, and so no path is ever made of foreign text.
    pub fn path_of(&self, sha256: &str) -> Result<PathBuf, ArchiveError> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        match sha256.get(..2) {
            Some(start) if sha256.len() == 64 && sha256.bytes().all(hex) => Ok(self.dir.join(start).join(sha256)),
            _ => Err(ArchiveError::Name(sha256.chars().take(80).collect())),
        }
    }

    /// Reads a document through and compares its bytes with its name. Returns their number.
    ///
    /// # Errors
    /// As [`Archive::open_document`], and [`ArchiveError::Damaged`].
    pub fn verify(&self, sha256: &str) -> Result<u64, ArchiveError> {
        self.read_into(sha256, &mut io::sink()).map(|(bytes, _)| bytes)
    }

    /// A document's bytes, held against its name, and the file they stand in, read to its end.
    ///
    /// # Errors
    /// As [`Archive::verify`].
    pub fn read(&self, sha256: &str) -> Result<(Vec<u8>, File), ArchiveError> {
        let mut bytes = Vec::new();
        let (_, file) = self.read_into(sha256, &mut bytes)?;
        Ok((bytes, file))
    }

    /// Writes a document's bytes somewhere and holds them against its name; gives their number and the file, read to its end.
    fn read_into(&self, sha256: &str, output: &mut impl Write) -> Result<(u64, File), ArchiveError> {
        let mut file = self.open_document(sha256)?;
        let (seen, bytes) = copy_hashing(&mut file, output)?;
        if seen == sha256 { Ok((bytes, file)) } else { Err(ArchiveError::Damaged { sha256: sha256.to_owned(), seen }) }
    }

    /// A new file that no clean-up removes while we hold it: it is locked, and was still there after that.
    fn temp_file(&self) -> Result<NamedTempFile, ArchiveError> {
        for _ in 0..TEMP_TRIES {
            let temp = tempfile::Builder::new()
                .prefix(TEMP_PREFIX)
                .tempfile_in(&self.dir)
                .map_err(failed("making a temporary file in", &self.dir))?;
            if temp.as_file().try_lock().is_ok() && temp.path().exists() {
                return Ok(temp);
            }
        }
        Err(failed("locking a temporary file in", &self.dir)(io::ErrorKind::WouldBlock.into()))
    }

    /// The folder that a document belongs in, made and made durable if need be.
    fn folder_of(&self, sha256: &str) -> Result<PathBuf, ArchiveError> {
        let folder = self.dir.join(sha256.get(..2).unwrap_or_default());
        if !folder.is_dir() {
            fs::create_dir_all(&folder).map_err(failed("making the folder", &folder))?;
            faultpoint::point("archive.folder");
            sync_dir(&self.dir)?;
        }
        Ok(folder)
    }

    fn remove_leftovers(&self) -> Result<(), ArchiveError> {
        for entry in fs::read_dir(&self.dir).map_err(failed("listing", &self.dir))? {
            let entry = entry.map_err(failed("listing", &self.dir))?;
            if entry.file_name().to_string_lossy().starts_with(TEMP_PREFIX) {
                remove_unlocked(&entry.path())?;
            }
        }
        Ok(())
    }
}

/// Removes an unfinished file unless its writer lives. The lock is held while it goes, so that a writer who made it this
/// moment finds either the lock taken or the file gone.
fn remove_unlocked(path: &Path) -> Result<(), ArchiveError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(failed("opening", path))?,
    };
    if file.try_lock().is_err() {
        return Ok(());
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("removing the leftover", path)(error)),
        _ => Ok(()),
    }
}

fn copy_hashing(input: &mut impl Read, output: &mut impl Write) -> Result<(Sha256, u64), ArchiveError> {
    let (mut hasher, mut bytes, mut chunk) = (Hasher::new(), 0u64, vec![0; CHUNK]);
    loop {
        let read = match input.read(&mut chunk) {
            Ok(0) => return Ok((hex::encode(hasher.finalize()), bytes)),
            Ok(read) => chunk.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(ArchiveError::Input(error)),
        };
        hasher.update(read);
        let written = output.write_all(read).and_then(|()| faultpoint::io("archive.chunk"));
        written.map_err(failed("writing to", Path::new("a temporary file")))?;
        bytes += read.len() as u64;
    }
}

/// Makes the bytes durable and read-only, then gives them their name. A file whose fsync failed is dropped, never tried
/// again: the kernel may have forgotten what it could not write.
fn keep(temp: NamedTempFile, path: &Path) -> Result<(), ArchiveError> {
    let file = temp.as_file();
    let metadata = file.metadata().map_err(failed("reading the mode of", temp.path()))?;
    let mut permissions = metadata.permissions();
    permissions.set_readonly(true);
    file.set_permissions(permissions).map_err(failed("protecting", temp.path()))?;
    faultpoint::io("archive.sync").and_then(|()| file.sync_all()).map_err(failed("syncing", temp.path()))?;
    faultpoint::io("archive.name").map_err(failed("naming", path))?;
    temp.persist(path).map_err(|failure| failed("naming", path)(failure.error))?;
    faultpoint::point("archive.named");
    Ok(())
}

fn sync_dir(dir: &Path) -> Result<(), ArchiveError> {
    File::open(dir).and_then(|folder| folder.sync_all()).map_err(failed("syncing the folder", dir))
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ArchiveError {
    let path = path.to_path_buf();
    move |error| ArchiveError::Io { action, path, error }
}

#[cfg(test)]
mod tests;
