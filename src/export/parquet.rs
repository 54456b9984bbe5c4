//! The store as a dataset of Parquet files, hive-partitioned, for engines that read many files at once: `docs/parquet.md`.
//!
//! It is streamed: what is held is a batch of rows and a row group of each open file, however large the store is. It is written beside
//! its place and gets its name as the last step, so that nobody meets half of one.

mod batch;
mod dataset;
mod manifest;
mod part;
mod schema;
#[cfg(test)]
mod tests;

pub use dataset::write;
pub use manifest::{FileLine, Manifest, TableLine};
pub use schema::{Column, Kind, Rows, TABLES, Table};

use crate::store::StoreError;
use std::path::PathBuf;

/// Version of the dataset's schema: it grows when a column goes, or means something else.
pub const VERSION: u32 = 1;

/// Why there is no dataset. Nothing of it is left at its place.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Something is there already.
    #[error("{}: expected a folder that is empty or not there yet", .0.display())]
    NotEmpty(PathBuf),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file could not be written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        cause: std::io::Error,
    },
    /// The writer of Parquet files failed.
    #[error("{}: {cause}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// Its words.
        cause: parquet::errors::ParquetError,
    },
    /// A value that its column cannot hold: the database is not what this program writes.
    #[error("table {table}, column {column}: expected {wanted}, found {found}")]
    Value {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What should stand there.
        wanted: &'static str,
        /// What does.
        found: String,
    },
    /// The store and the schema of the dataset name different columns.
    #[error("table {table}: expected the columns {wanted:?}, found {found:?}")]
    Columns {
        /// The table.
        table: &'static str,
        /// The dataset's.
        wanted: Vec<&'static str>,
        /// The store's.
        found: Vec<String>,
    },
}
