//! What a backup says of itself.

use super::WrongPlace;
use crate::faultpoint;
use crate::model::Sha256;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256 as Hasher};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// The file of a backup that says what the backup is: without it, or before it, there is none.
pub const MANIFEST: &str = "manifest.json";
/// The version of that file's language.
const SCHEMA: u32 = 1;
/// A manifest is no longer than this: a million documents' names have some 70 MB.
const LONGEST: u64 = 256 << 20;
/// Bytes hashed at once.
const CHUNK: usize = 64 * 1024;

/// A backup: which database, which documents, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this file's language.
    pub schema: u32,
    /// When the copy was made (UTC).
    pub made_at: String,
    /// The version of the program that made it.
    pub program: String,
    /// The database.
    pub database: Database,
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
    /// Bytes of all documents.
    pub document_bytes: u64,
    /// Every document, by its SHA-256.
    pub documents: Vec<Sha256>,
}

/// The database of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Its name in the backup's folder.
    pub file: String,
    /// The digest of the file.
    pub sha256: Sha256,
    /// Its size.
    pub bytes: u64,
    /// The version of its schema.
    pub version: i32,
    /// The digest of its logical dump.
    pub dump_sha256: Sha256,
}

impl Manifest {
    /// A manifest of this program and this moment.
    pub(super) fn new(
        made_at: String,
        database: Database,
        rows: BTreeMap<String, u64>,
        documents: Vec<Sha256>,
        bytes: u64,
    ) -> Manifest {
        let program = env!("CARGO_PKG_VERSION").to_string();
        Manifest { schema: SCHEMA, made_at, program, database, rows, document_bytes: bytes, documents }
    }

    /// The manifest of a backup; `None` if the folder has none.
    ///
    /// # Errors
    /// [`WrongPlace`] for a file that is no manifest of ours.
    pub fn read(folder: &Path) -> Result<Option<Manifest>> {
        let path = folder.join(MANIFEST);
        let mut text = String::new();
        match File::open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("opening {}", path.display())),
            Ok(file) => file.take(LONGEST).read_to_string(&mut text).with_context(|| format!("reading {}", path.display()))?,
        };
        let bad = |why: String| WrongPlace(format!("{}: expected the manifest of a backup, found {why}", path.display()));
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        // the name of a file beside it, and no way out of the folder
        let name = &manifest.database.file;
        if manifest.schema != SCHEMA {
            return Err(bad(format!("schema {}", manifest.schema)).into());
        }
        if !(name.starts_with("sverka-") && name.ends_with(".db") && !name.contains(['/', '\\'])) {
            return Err(bad(format!("the file name {name:?} of its database")).into());
        }
        Ok(Some(manifest))
    }

    /// Writes it durably; it takes the place of the one before in one step.
    pub(super) fn write(&self, workshop: &Path, folder: &Path) -> Result<()> {
        let unfinished = workshop.join(MANIFEST);
        let text = serde_json::to_string_pretty(self)? + "\n";
        let made = File::create(&unfinished).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        made.with_context(|| format!("writing {}", unfinished.display()))?;
        let path = folder.join(MANIFEST);
        faultpoint::point("backup.manifest");
        std::fs::rename(&unfinished, &path).with_context(|| format!("naming {}", path.display()))?;
        super::sync_folder(folder)
    }
}

/// The SHA-256 of a file, and its size.
pub(super) fn hash_file(path: &Path) -> Result<(Sha256, u64)> {
    let reading = || format!("reading {}", path.display());
    let mut file = File::open(path).with_context(reading)?;
    let (mut hasher, mut bytes, mut chunk) = (Hasher::new(), 0u64, vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk).with_context(reading)? {
            0 => return Ok((hex::encode(hasher.finalize()), bytes)),
            read => {
                hasher.update(chunk.get(..read).unwrap_or_default());
                bytes += read as u64;
            }
        }
    }
}
