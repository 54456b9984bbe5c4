//! The store's figures as files for people and their programs: tidy CSV, SDMX-CSV, a workbook; all of it for other
//! engines (`parquet`). Rows are written as they are asked for.

mod csv;
#[cfg(feature = "parquet")]
pub mod parquet;
mod sdmx;
mod xlsx;

pub use self::csv::{COLUMNS, csv};
pub use self::sdmx::{sdmx_csv, structure};
pub use self::xlsx::xlsx;

use crate::model::Period;
use crate::store::StoreError;
use chrono::NaiveDate;
use std::io::{self, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Why figures could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file, or whoever reads standard output, failed.
    #[error("writing: {0}")]
    Io(#[from] io::Error),
    /// A cell that CSV cannot hold.
    #[error("writing CSV: {0}")]
    Csv(::csv::Error),
    /// What the writer of workbooks says.
    #[error("writing the workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// More than a sheet can have.
    #[error(
        "{what}: a sheet of Excel has no room for more than {most}; choose fewer, or use `sverka export csv`, which has no such limit"
    )]
    TooMany {
        /// What there is too much of.
        what: String,
        /// How many would fit.
        most: u32,
    },
}

impl From<::csv::Error> for ExportError {
    fn from(error: ::csv::Error) -> ExportError {
        match error.into_kind() {
            ::csv::ErrorKind::Io(error) => ExportError::Io(error),
            kind => ExportError::Csv(io::Error::other(format!("{kind:?}")).into()),
        }
    }
}

/// How much was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Figures, a row each.
    pub rows: u64,
    /// Series that have any.
    pub series: u64,
}

impl Written {
    /// Counts a row of a series; rows of one series come one after the other.
    fn count(&mut self, last: &mut String, series: &str) {
        self.rows += 1;
        if last != series {
            self.series += 1;
            *last = series.to_string();
        }
    }
}

/// Writes a file whole or not at all: beside its place first, then under its name. What is no file, such as a pipe or a device, is
/// written into, for nothing may take its place.
///
/// # Errors
/// What `write` says, and the system.
pub fn into_file<T>(path: &Path, write: impl FnOnce(&mut std::fs::File) -> Result<T, ExportError>) -> Result<T, ExportError> {
    // a link stays one: what it leads to is replaced
    let found = std::fs::canonicalize(path);
    let path = found.as_deref().unwrap_or(path);
    if path.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        return write(&mut std::fs::File::options().write(true).open(path)?);
    }
    let mut unfinished = beside(path)?;
    let written = write(unfinished.as_file_mut())?;
    unfinished.as_file().sync_all()?;
    unfinished.persist(path).map_err(|error| error.error)?;
    Ok(written)
}

/// A file beside one that is to be written, which goes away unless it gets its name. It has the rights that any new file has.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (mut builder, name) = (tempfile::Builder::new(), path.file_name().unwrap_or_default());
    let begun = format!(".{}.", name.to_string_lossy());
    builder.prefix(&begun).suffix(".unfinished");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// A writer of CSV that gathers what it writes.
fn gathered(out: &mut dyn Write) -> ::csv::Writer<&mut dyn Write> {
    /// Bytes that are gathered before the system is asked to take them.
    const GATHERED: usize = 1 << 16;
    ::csv::WriterBuilder::new().buffer_capacity(GATHERED).from_writer(out)
}

/// The first and the last day of a selection of periods; neither, where nothing limits it.
pub type Span = (Option<NaiveDate>, Option<NaiveDate>);

/// The days that `FROM..TO` spans: either may be left out, and a period alone means itself.
///
/// # Errors
/// What is no period.
pub fn span(text: &str) -> Result<Span, String> {
    let end = |text: &str| (!text.is_empty()).then(|| text.parse::<Period>().map_err(|error| error.to_string())).transpose();
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    match (end(from)?.map(Period::start), end(to)?.map(Period::end)) {
        (None, None) => Err("expected FROM..TO, such as 2019..2021-03, 2020.. or ..2020-Q2".to_string()),
        (Some(from), Some(to)) if from > to => Err(format!("{from} is later than {to}")),
        found => Ok(found),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn put(path: &Path, text: &str) {
        into_file(path, |file| Ok(file.write_all(text.as_bytes())?)).unwrap();
    }

    #[test]
    fn a_link_stays_one_and_a_new_file_has_the_rights_of_any() {
        let dir = tempfile::tempdir().unwrap();
        let [file, link, plain] = ["2026.csv", "latest.csv", "plain"].map(|name| dir.path().join(name));
        put(&file, "one");
        symlink(&file, &link).unwrap();
        put(&link, "two");
        assert!(link.is_symlink() && std::fs::read_to_string(&file).unwrap() == "two");
        std::fs::write(&plain, "").unwrap();
        let rights = |path: &Path| path.metadata().unwrap().permissions().mode();
        assert_eq!(rights(&file), rights(&plain));
        let failed = into_file(&file, |_| Err::<(), _>(io::Error::other("full").into()));
        assert!(failed.is_err() && std::fs::read_to_string(&file).unwrap() == "two");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3, "nothing unfinished stays");
    }
}
