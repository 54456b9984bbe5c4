//! A backup: the database as of one moment and every document, beside whoever writes. It counts from the moment its manifest has its
//! name; before that, everything was opened, counted and hashed as a restore would, and the backup before it stands.

use super::manifest::{Database, hash_file};
use super::{ARCHIVE, Hold, LOCK, MANIFEST, Manifest, UNFINISHED, WrongPlace};
use super::{bring_documents, copy_file, enter, lacks, names_in, refuse, sweep, sync_folder, workshop};
use crate::archive::Archive;
use crate::faultpoint;
use crate::model::Sha256;
use crate::pipeline::house::database;
use crate::store::{SCHEMA_VERSION, Store};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What was backed up.
#[derive(Debug)]
pub struct Backup {
    /// The folder, or the file where only the database was asked for.
    pub to: PathBuf,
    /// The digest of the logical dump.
    pub dump_sha256: Sha256,
    /// Size of the database.
    pub database_bytes: u64,
    /// How many documents the backup has; `None` where only the database was asked for.
    pub documents: Option<usize>,
    /// How many of them it did not have before.
    pub new_documents: usize,
    /// Bytes of all of them.
    pub document_bytes: u64,
}

/// Backs a data folder up into a folder, or its database alone into a file whose name ends in `.db`.
///
/// # Errors
/// [`WrongPlace`] for a folder or file that is something else; anything damaged or missing in what is backed up, all of it named. The
/// backup before stays as it was then.
pub fn backup(data: &Path, to: &Path, hold: Hold<'_>, now: DateTime<Utc>) -> Result<Backup> {
    let file = database(data);
    if !file.is_file() {
        return Err(WrongPlace(format!("{}: there is no database to back up", file.display())).into());
    }
    let store = Store::open_read_only(&file)?;
    match is_file(to)? {
        true => alone(&store, to),
        false => {
            is_ours(to)?;
            enter(to, hold)?;
            whole(&store, data, to, now)
        }
    }
}

/// Whether the place means the database alone.
fn is_file(to: &Path) -> Result<bool> {
    if to.is_dir() {
        return Ok(false);
    }
    let named = to.extension().is_some_and(|extension| extension == "db");
    let mut head = [0; 16];
    let there = std::fs::File::open(to).and_then(|mut file| file.read(&mut head));
    match there {
        Ok(_) if !named || &head != b"SQLite format 3\0" => {
            Err(WrongPlace(format!("{}: expected a folder or a backup in a .db file, found another file", to.display())).into())
        }
        Ok(_) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(named),
        Err(error) => Err(error).with_context(|| format!("opening {}", to.display())),
    }
}

/// The database alone; its documents are not asked after.
fn alone(store: &Store, to: &Path) -> Result<Backup> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let work = workshop(folder)?;
    let copy = work.path().join("copy.db");
    let dump_sha256 = store.copy_to(&copy)?;
    try_out(&copy, work.path(), &dump_sha256)?;
    let database_bytes = hash_file(&copy)?.1;
    std::fs::rename(&copy, to).with_context(|| format!("naming {}", to.display()))?;
    sync_folder(folder)?;
    Ok(Backup { to: to.to_path_buf(), dump_sha256, database_bytes, documents: None, new_documents: 0, document_bytes: 0 })
}

fn whole(store: &Store, data: &Path, to: &Path, now: DateTime<Utc>) -> Result<Backup> {
    sweep(to)?;
    let work = workshop(to)?;
    let copy = work.path().join("copy.db");
    // documents are stored before the rows that name them: what this state names is in the archive by now
    let dump_sha256 = store.copy_to(&copy)?;
    faultpoint::point("backup.copied");
    let (from, archive) = (Archive::at(data.join(ARCHIVE)), Archive::open(to.join(ARCHIVE))?);
    let brought = bring_documents(&from, &archive, &from.list()?.documents)?;
    faultpoint::point("backup.documents");
    let copied = try_out(&copy, work.path(), &dump_sha256)?;
    let mut faults = lacks(&copied, &brought.documents)?;
    faults.extend(brought.faults);
    refuse(
        "nothing was backed up, because the data are not whole; the backup before stays (`sverka verify` tells more):",
        &faults,
    )?;
    faultpoint::point("backup.tried");
    let rows = copied.row_counts()?;
    drop(copied);
    let (sha256, bytes) = hash_file(&copy)?;
    let name = format!("sverka-{}.db", sha256.get(..16).unwrap_or(&sha256));
    let database = Database { file: name.clone(), sha256, bytes, version: SCHEMA_VERSION, dump_sha256: dump_sha256.clone() };
    let made_at = crate::model::instant(now);
    let manifest = Manifest::new(made_at, database, rows, brought.documents, brought.bytes);
    std::fs::rename(&copy, to.join(&name)).with_context(|| format!("naming {name}"))?;
    sync_folder(to)?;
    faultpoint::point("backup.database");
    manifest.write(work.path(), to)?;
    faultpoint::point("backup.done");
    for old in names_in(to)?.iter().filter(|old| is_database(old) && **old != name) {
        std::fs::remove_file(to.join(old)).with_context(|| format!("removing the database before, {old}"))?;
    }
    Ok(Backup {
        to: to.to_path_buf(),
        dump_sha256,
        database_bytes: bytes,
        documents: Some(manifest.documents.len()),
        new_documents: brought.new,
        document_bytes: manifest.document_bytes,
    })
}

/// A folder with anything in it must be a backup, or what a first one that was cut off left.
fn is_ours(to: &Path) -> Result<()> {
    let ours =
        |name: &String| [LOCK, MANIFEST, ARCHIVE].contains(&name.as_str()) || name.starts_with(UNFINISHED) || is_database(name);
    Manifest::read(to)?;
    match names_in(to)?.into_iter().find(|name| !ours(name)) {
        Some(other) => {
            Err(WrongPlace(format!("{}: expected a backup or an empty folder, found {other:?} in it", to.display())).into())
        }
        None => Ok(()),
    }
}

fn is_database(name: &str) -> bool {
    name.starts_with("sverka-") && name.ends_with(".db")
}

/// Opens a second copy as a restored one would be, to write; gives the copy itself, to read, if it says the same.
fn try_out(copy: &Path, work: &Path, dump_sha256: &str) -> Result<Store> {
    let trial = work.join("trial.db");
    copy_file(copy, &trial)?;
    let restored = Store::open(&trial)?;
    refuse("nothing was backed up, because the copy is damaged:", &restored.damages())?;
    let seen = restored.logical_digest()?;
    anyhow::ensure!(seen == dump_sha256, "the copy says something else than the database: its dump is {seen}, not {dump_sha256}");
    drop(restored);
    Ok(Store::open_read_only(copy)?)
}
