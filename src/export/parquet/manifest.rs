//! `manifest.json`: what is in the dataset, so that whoever copies it can tell whether all of it came.

use serde::Serialize;

/// The dataset.
#[derive(Debug, Serialize)]
pub struct Manifest {
    /// Version of the dataset's schema.
    pub schema: u32,
    /// The program that wrote it.
    pub program: &'static str,
    /// Version of the store's schema.
    pub store: i32,
    /// When it was written, UTC.
    pub made_at: String,
    /// Its tables.
    pub tables: Vec<TableLine>,
}

/// A table.
#[derive(Debug, Serialize)]
pub struct TableLine {
    /// Its name.
    pub name: &'static str,
    /// How many rows.
    pub rows: u64,
    /// Figures that have more digits than a decimal of the dataset: exact in `value`, empty in `value_decimal`.
    pub only_as_text: u64,
    /// Its files.
    pub files: Vec<FileLine>,
}

/// A file.
#[derive(Debug, Serialize)]
pub struct FileLine {
    /// Path inside the dataset.
    pub path: String,
    /// How many rows.
    pub rows: u64,
    /// Size.
    pub bytes: u64,
    /// Of its bytes.
    pub sha256: String,
}

impl Manifest {
    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Figures of all tables that are exact as texts only.
    pub fn only_as_text(&self) -> u64 {
        self.tables.iter().map(|table| table.only_as_text).sum()
    }

    /// How many files, and their bytes.
    pub fn files(&self) -> (usize, u64) {
        let files = || self.tables.iter().flat_map(|table| &table.files);
        (files().count(), files().map(|file| file.bytes).sum())
    }
}
