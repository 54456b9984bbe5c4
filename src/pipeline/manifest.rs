//! The list of kept documents that `replay` feeds through the flow.

use crate::model::DateBasis;
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

/// A line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As written, relative to the manifest: the document's label.
    pub path: String,
    /// Where it lies.
    pub file: PathBuf,
    /// Id of the source it is a document of.
    pub source: String,
    /// Who publishes it.
    pub publisher: String,
    /// Its date.
    pub as_of: NaiveDate,
    /// Where that date comes from.
    pub basis: DateBasis,
    /// The publisher's address, where known.
    pub url: String,
    /// SHA-256 it must have; empty where the manifest states none.
    pub sha256: String,
    /// Where the copy was obtained, with its kind.
    pub obtained_from: String,
}

/// A manifest that cannot be read, by line.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file itself.
    #[error("{path}: {error}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What happened.
        error: std::io::Error,
    },
    /// Not the shape of a table.
    #[error("{0}")]
    Table(#[from] csv::Error),
    /// A column or value is wrong.
    #[error("{path}:{line}: expected {wanted}, found {seen:?}")]
    Value {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
        /// What was wanted.
        wanted: String,
        /// What was seen.
        seen: String,
    },
}

/// Columns every manifest has; others may stand beside them.
const REQUIRED: [&str; 5] = ["path", "source", "as_of", "as_of_basis", "sha256"];

/// Reads a tab-separated manifest and sorts it by date, then path.
///
/// # Errors
/// [`ManifestError`] names the line, what was wanted and what was seen.
pub fn read(path: &Path) -> Result<Vec<Entry>, ManifestError> {
    let text = std::fs::read_to_string(path).map_err(|error| ManifestError::Io { path: path.into(), error })?;
    parse(&text, path)
}

/// The lines of a manifest that lies at `path`.
pub(super) fn parse(text: &str, path: &Path) -> Result<Vec<Entry>, ManifestError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut rows = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(text.as_bytes());
    let header = rows.headers()?.clone();
    if let Some(missing) = REQUIRED.into_iter().find(|name| !header.iter().any(|h| h == *name)) {
        let seen = header.iter().collect::<Vec<_>>().join(" ");
        return Err(ManifestError::Value { path: path.into(), line: 1, wanted: format!("a column {missing}"), seen });
    }
    let mut entries = Vec::new();
    for row in rows.records() {
        let row = row?;
        let field = |name: &str| header.iter().position(|h| h == name).and_then(|at| row.get(at)).unwrap_or_default();
        let wrong = |wanted: &str, seen: &str| ManifestError::Value {
            path: path.into(),
            line: row.position().map_or(0, csv::Position::line),
            wanted: wanted.to_string(),
            seen: seen.to_string(),
        };
        let as_of = field("as_of").parse().map_err(|_| wrong("a date such as 2020-06-29", field("as_of")))?;
        let basis = DateBasis::parse(field("as_of_basis"))
            .ok_or_else(|| wrong("stated in file, recorded or estimated", field("as_of_basis")))?;
        entries.push(Entry {
            path: field("path").to_string(),
            file: folder.join(field("path")),
            source: field("source").to_string(),
            publisher: field("publisher").to_string(),
            as_of,
            basis,
            url: field("url").to_string(),
            sha256: field("sha256").to_lowercase(),
            obtained_from: provenance(field("obtained_from"), field("kind")),
        });
    }
    entries.sort_by(|a, b| (a.as_of, &a.path).cmp(&(b.as_of, &b.path)));
    Ok(entries)
}

/// Where the copy came from, and what was done to it on the way.
fn provenance(obtained_from: &str, kind: &str) -> String {
    match (obtained_from.is_empty(), kind.is_empty() || kind == "publisher") {
        (_, true) => obtained_from.to_string(),
        (true, false) => kind.to_string(),
        (false, false) => format!("{obtained_from} ({kind})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn manifest(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn entries_come_in_the_order_of_their_dates() {
        let file = manifest(
            "path\tsource\tas_of\tas_of_basis\tsha256\tkind\tobtained_from\n\
             b.xls\ts\t2020-06-29\trecorded\tAB\tpublisher\tsomewhere\n\
             a.xls\ts\t2019-03-05\tstated in file\t\tderived: by hand\tsomewhere\n",
        );
        let entries = read(file.path()).unwrap();
        assert_eq!(entries.iter().map(|e| e.path.as_str()).collect::<Vec<_>>(), ["a.xls", "b.xls"]);
        assert_eq!(entries[0].obtained_from, "somewhere (derived: by hand)");
        assert_eq!(entries[1].sha256, "ab");
        assert_eq!(entries[0].basis, DateBasis::Stated);
    }

    #[test]
    fn mistakes_name_the_line() {
        let cases = [
            ("path\tsource\tas_of\tas_of_basis\n", "a column sha256"),
            ("path\tsource\tas_of\tas_of_basis\tsha256\nx\ts\tyesterday\trecorded\t\n", ":2: expected a date"),
            ("path\tsource\tas_of\tas_of_basis\tsha256\nx\ts\t2020-01-01\tguessed\t\n", ":2: expected stated in file"),
        ];
        for (text, said) in cases {
            let error = read(manifest(text).path()).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
