//! Keeping the data: a copy of them that is known to be whole, back from it, whether they still are what they were made of, and the
//! database made anew from the documents.

mod backup;
mod manifest;
mod rebuild;
mod restore;
mod verify;

pub use backup::{Backup, backup};
pub use manifest::{MANIFEST, Manifest};
pub use rebuild::{Rebuilt, rebuild};
pub use restore::{Restored, restore};
pub use verify::{Checked, verify};

use crate::archive::Archive;
use crate::model::Sha256;
use crate::store::{Fault, Named, Store};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

/// The folder of documents, in a data folder as in a backup.
pub(super) const ARCHIVE: &str = "archive";
/// What the name of a folder begins with in which something is being made.
const UNFINISHED: &str = ".unfinished-";
/// The file that is locked while somebody writes into a folder; it says nothing of what is there.
const LOCK: &str = "sverka.lock";

/// An error tells so many faults; `sverka verify` tells all.
const MOST_TOLD: usize = 20;

/// A place is not what the command needs it to be; nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongPlace(pub String);

/// Takes the lock of a folder, once it is known to be the right one: nothing is left in one that is not.
pub type Hold<'a> = &'a mut dyn FnMut(&Path) -> Result<()>;

/// Documents that were brought from one archive to another.
#[derive(Debug, Default)]
struct Brought {
    /// All of the first archive.
    documents: Vec<Sha256>,
    /// Their bytes.
    bytes: u64,
    /// How many the other one did not have, or had damaged.
    new: usize,
    /// What could not be brought.
    faults: Vec<Fault>,
}

/// Brings every document that `to` lacks, or has damaged, from `from`; both are read through and held against their names.
fn bring_documents(from: &Archive, to: &Archive, names: &[Sha256]) -> Result<Brought> {
    let mut brought = Brought::default();
    for sha256 in names {
        match to.verify(sha256).map_or_else(|_| bring(from, to, sha256), |bytes| Ok((bytes, false))) {
            Ok((bytes, new)) => {
                brought.documents.push(sha256.clone());
                brought.bytes += bytes;
                brought.new += usize::from(new);
            }
            // the disk that is written to is to blame
            Err(error @ crate::archive::ArchiveError::Io { .. }) => return Err(error.into()),
            Err(error) => brought.faults.push(Fault::new(
                "document",
                format!("document {sha256}"),
                error.to_string(),
                "the bytes of its name",
            )),
        }
    }
    Ok(brought)
}

fn bring(from: &Archive, to: &Archive, sha256: &str) -> Result<(u64, bool), crate::archive::ArchiveError> {
    // damaged bytes would be stored under another name
    from.verify(sha256)?;
    let stored = to.store(from.open_document(sha256)?)?;
    Ok((stored.bytes, true))
}

/// What is wrong with a database as it lies there: damage, counters, and documents it needs that are not among `documents`.
fn examine(store: &Store, documents: &[Sha256]) -> Result<Vec<Fault>> {
    let faults = store.damages();
    if faults.is_empty() { lacks(store, documents) } else { Ok(faults) }
}

/// The same of a database that SQLite found whole.
fn lacks(store: &Store, documents: &[Sha256]) -> Result<Vec<Fault>> {
    let there: BTreeSet<&Sha256> = documents.iter().collect();
    let lacking = store.documents_named()?.into_iter().filter(|named| !there.contains(&named.sha256));
    let missing = |named: Named| Fault::new("missing_file", named.place, "nothing", format!("document {}", named.sha256));
    Ok(store.disagreements()?.into_iter().chain(lacking.map(missing)).collect())
}

/// Every fault in one error; the first ones in words.
fn refuse(what: &str, faults: &[Fault]) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<String> = faults.iter().take(MOST_TOLD).map(ToString::to_string).collect();
    if faults.len() > MOST_TOLD {
        lines.push(format!("and {} more", faults.len() - MOST_TOLD));
    }
    anyhow::bail!("{what}\n  {}", lines.join("\n  "))
}

/// Makes what was done to a folder durable.
fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(|| format!("syncing {}", folder.display()))
}

/// Copies a file durably.
fn copy_file(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).with_context(|| format!("copying {} to {}", from.display(), to.display()))?;
    File::open(to).and_then(|file| file.sync_all()).with_context(|| format!("syncing {}", to.display()))
}

/// Makes a folder if need be, and takes its lock.
fn enter(folder: &Path, hold: Hold<'_>) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    hold(folder)
}

/// Names in a folder; none if it is not there.
fn names_in(folder: &Path) -> Result<Vec<String>> {
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => {
            let name = |entry: std::io::Result<std::fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
            entries.and_then(|entries| entries.map(name).collect()).with_context(|| format!("listing {}", folder.display()))
        }
    }
}

/// Takes away what a command that was cut off left in a folder whose lock we hold.
fn sweep(folder: &Path) -> Result<()> {
    for name in names_in(folder)?.iter().filter(|name| name.starts_with(UNFINISHED)) {
        let path = folder.join(name);
        std::fs::remove_dir_all(&path).with_context(|| format!("removing the leftover {}", path.display()))?;
    }
    Ok(())
}

/// A folder for what is not finished, on the same disk as what it will be; it goes with whoever made it.
fn workshop(folder: &Path) -> Result<tempfile::TempDir> {
    let made = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(folder);
    made.with_context(|| format!("making a folder in {}", folder.display()))
}
