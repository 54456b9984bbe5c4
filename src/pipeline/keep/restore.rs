//! Back from a backup. It is read through before anything is written, and again where it came to stand; the database gets its name last.

use super::manifest::hash_file;
use super::{ARCHIVE, Hold, LOCK, Manifest, UNFINISHED, WrongPlace};
use super::{bring_documents, copy_file, enter, examine, names_in, refuse, sweep, sync_folder, workshop};
use crate::archive::Archive;
use crate::model::Sha256;
use crate::pipeline::house::database;
use crate::store::{Fault, SCHEMA_VERSION, Store};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// When the backup was made; `None` for a database alone, which does not say so.
    pub made_at: Option<String>,
    /// The digest of the logical dump.
    pub dump_sha256: Sha256,
    /// How many documents.
    pub documents: usize,
    /// Where what stood there before was moved to.
    pub moved_to: Option<PathBuf>,
}

/// Restores a backup into a data folder. A folder with anything in it is refused, unless `force` has
/// what is there moved into a folder `before-restore-…` within it.
///
/// # Errors
/// [`WrongPlace`] if `from` is no backup or the data folder is not empty; a backup that is damaged or not whole. Nothing is changed then.
pub fn restore(from: &Path, data: &Path, force: bool, hold: Hold<'_>, now: DateTime<Utc>) -> Result<Restored> {
    let manifest = match from.is_dir() {
        true => Some(Manifest::read(from)?.ok_or_else(|| no_backup(from, "no manifest.json in it"))?),
        false if from.is_file() => None,
        false => return Err(no_backup(from, "nothing").into()),
    };
    let there = |held: &str| {
        let there = in_the_way(data, manifest.is_some())?;
        let wrong =
            || format!("{}: expected an empty folder, found {}; --force moves it aside{held}", data.display(), there.join(", "));
        if there.is_empty() || force { Ok(there) } else { Err(anyhow::Error::from(WrongPlace(wrong()))) }
    };
    there("")?;
    enter(data, hold)?;
    let there = there(" (somebody was faster)")?;
    sweep(data)?;
    let work = workshop(data)?;
    let copy = work.path().join("sverka.db");
    let documents = match &manifest {
        Some(manifest) => {
            check(from, manifest)?;
            copy_file(&from.join(&manifest.database.file), &copy)?;
            let (from, to) = (Archive::at(from.join(ARCHIVE)), Archive::open(work.path().join(ARCHIVE))?);
            let brought = bring_documents(&from, &to, &manifest.documents)?;
            refuse("nothing was restored, because the backup is damaged:", &brought.faults)?;
            brought.documents
        }
        None => {
            copy_file(from, &copy)?;
            Archive::at(data.join(ARCHIVE)).list()?.documents
        }
    };
    let dump_sha256 = check_copy(&copy, manifest.as_ref(), &documents)?;
    let moved_to = if there.is_empty() { None } else { Some(move_aside(data, &there, now)?) };
    if manifest.is_some() {
        put(&work.path().join(ARCHIVE), &data.join(ARCHIVE))?;
        sync_folder(data)?;
    }
    put(&copy, &database(data))?;
    sync_folder(data)?;
    Ok(Restored { made_at: manifest.map(|manifest| manifest.made_at), dump_sha256, documents: documents.len(), moved_to })
}

fn no_backup(from: &Path, seen: &str) -> WrongPlace {
    WrongPlace(format!("{}: expected a backup, found {seen}", from.display()))
}

/// What stands in a data folder; beside a database alone its documents may.
fn in_the_way(data: &Path, whole: bool) -> Result<Vec<String>> {
    let mut names = names_in(data)?;
    names.retain(|name| name != LOCK && !name.starts_with(UNFINISHED) && (whole || name != ARCHIVE));
    names.sort();
    Ok(names)
}

/// Whether a backup is what its manifest says, before anything is written.
fn check(from: &Path, manifest: &Manifest) -> Result<()> {
    let (entry, archive) = (&manifest.database, Archive::at(from.join(ARCHIVE)));
    let mut faults = Vec::new();
    match hash_file(&from.join(&entry.file)) {
        Ok((seen, _)) if seen == entry.sha256 => {}
        Ok((seen, _)) => faults.push(Fault::new("database", &entry.file, format!("SHA-256 {seen}"), &entry.sha256)),
        Err(error) => faults.push(Fault::new("database", &entry.file, format!("{error:#}"), &entry.sha256)),
    }
    for sha256 in &manifest.documents {
        if let Err(error) = archive.verify(sha256) {
            faults.push(Fault::new("document", format!("document {sha256}"), error.to_string(), "the bytes of its name"));
        }
    }
    refuse("nothing was restored, because the backup is damaged:", &faults)
}

/// Whether the copied database says what the backup said; one of an older program is brought up to date only after that.
fn check_copy(copy: &Path, manifest: Option<&Manifest>, documents: &[Sha256]) -> Result<Sha256> {
    let older = manifest.filter(|manifest| manifest.database.version != SCHEMA_VERSION);
    let store = Store::open(copy)?;
    refuse("nothing was restored, because the database of the backup is damaged:", &examine(&store, documents)?)?;
    let seen = store.logical_digest()?;
    match manifest.filter(|_| older.is_none()).map(|manifest| &manifest.database.dump_sha256) {
        Some(wanted) if *wanted != seen => {
            anyhow::bail!("nothing was restored: the dump of the database is {seen}, not {wanted}")
        }
        _ => Ok(seen),
    }
}

fn move_aside(data: &Path, there: &[String], now: DateTime<Utc>) -> Result<PathBuf> {
    let aside = data.join(format!("before-restore-{}", now.format("%Y%m%dT%H%M%SZ")));
    std::fs::create_dir(&aside).with_context(|| format!("making the folder {}", aside.display()))?;
    // earlier ones stay where they are
    for name in there.iter().filter(|name| !name.starts_with("before-restore-")) {
        put(&data.join(name), &aside.join(name))?;
    }
    Ok(aside)
}

fn put(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).with_context(|| format!("moving {} to {}", from.display(), to.display()))
}
