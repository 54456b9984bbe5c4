//! One file of the dataset.

use super::batch::Batch;
use super::manifest::FileLine;
use super::schema::Table;
use super::{ExportError, VERSION};
use crate::store::Field;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Rows that are held as rows; after so many they become pages.
const BATCH: usize = 8_192;
/// Rows of a row group, which is what an engine reads in one go. Its packed pages are held until it is full: some megabytes.
const ROW_GROUP: usize = 131_072;

/// A file that is being written.
pub(super) struct Part {
    path: PathBuf,
    /// Its path inside the dataset.
    name: String,
    writer: ArrowWriter<Tally>,
    batch: Batch,
    rows: u64,
}

impl Part {
    /// A new file at a place inside a folder.
    pub(super) fn create(folder: &Path, name: String, table: &'static Table) -> Result<Part, ExportError> {
        let path = folder.join(&name);
        let io = |cause| ExportError::Io { path: path.clone(), cause };
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(io)?;
        let file = Tally { file: BufWriter::new(File::create_new(&path).map_err(io)?), hash: Sha256::new(), bytes: 0 };
        let batch = Batch::new(table).map_err(|cause| failed(&path, cause.into()))?;
        let options = ArrowWriterOptions::new().with_properties(properties().map_err(|cause| failed(&path, cause))?);
        let writer = ArrowWriter::try_new_with_options(file, batch.schema(), options.with_skip_arrow_metadata(true));
        let writer = writer.map_err(|cause| failed(&path, cause))?;
        Ok(Part { path, name, writer, batch, rows: 0 })
    }

    /// Takes a row.
    pub(super) fn put(&mut self, row: &[Field<'_>]) -> Result<(), ExportError> {
        self.batch.put(row)?;
        match self.batch.rows >= BATCH {
            true => self.pass_on(),
            false => Ok(()),
        }
    }

    fn pass_on(&mut self) -> Result<(), ExportError> {
        self.rows += self.batch.rows as u64;
        let batch = self.batch.take().map_err(ParquetError::from);
        batch.and_then(|batch| self.writer.write(&batch)).map_err(|cause| failed(&self.path, cause))
    }

    /// Ends the file, which is on the disk then; with it, how many of its figures did not fit.
    pub(super) fn close(mut self) -> Result<(FileLine, u64), ExportError> {
        if self.batch.rows > 0 {
            self.pass_on()?;
        }
        let tally = self.writer.into_inner().map_err(|cause| failed(&self.path, cause))?;
        let io = |cause| ExportError::Io { path: self.path.clone(), cause };
        let file = tally.file.into_inner().map_err(|error| io(error.into_error()))?;
        file.sync_all().map_err(io)?;
        let line = FileLine { path: self.name, rows: self.rows, bytes: tally.bytes, sha256: hex::encode(tally.hash.finalize()) };
        Ok((line, self.batch.unfit))
    }
}

fn failed(path: &Path, cause: ParquetError) -> ExportError {
    ExportError::Parquet { path: path.to_path_buf(), cause }
}

fn properties() -> Result<WriterProperties, ParquetError> {
    let program = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by(program.to_string())
        .set_key_value_metadata(Some(vec![KeyValue::new("sverka.dataset".to_string(), VERSION.to_string())]))
        .build())
}

/// A file whose bytes are counted and hashed on their way.
struct Tally {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Tally {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = self.file.write(bytes)?;
        self.hash.update(bytes.get(..taken).unwrap_or_default());
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
