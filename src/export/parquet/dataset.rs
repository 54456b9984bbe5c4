//! The whole dataset: table by table, portion by portion, into files of which few are open at once.

use super::manifest::{Manifest, TableLine};
use super::part::Part;
use super::schema::{Rows, TABLES, Table};
use super::{ExportError, VERSION};
use crate::model::instant;
use crate::normalize::GROUPS;
use crate::store::{Field, Moment, SCHEMA_VERSION, Store};
use chrono::{DateTime, Utc};
use std::fs::File;
use std::path::{Path, PathBuf};

/// An empty file that stands once everything does, as engines expect it.
const SUCCESS: &str = "_SUCCESS";
const MANIFEST: &str = "manifest.json";
/// How folders begin that were not finished; whoever reads folders passes over such names.
const UNFINISHED: &str = ".sverka-parquet-";

/// Writes the store, as it is now, into a folder that is empty or not there yet.
///
/// # Errors
/// [`ExportError`]; nothing is at the place then that was not there before.
pub fn write(store: &Store, to: &Path, now: DateTime<Utc>) -> Result<Manifest, ExportError> {
    let to = place(to)?;
    let io = |cause| ExportError::Io { path: to.clone(), cause };
    let beside = to.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(beside).map_err(io)?;
    let work = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(beside).map_err(io)?;
    // a folder of its own inside: that of the workshop is for nobody else to see
    let dataset = work.path().join("dataset");
    std::fs::create_dir(&dataset).map_err(io)?;
    let manifest = fill(store, &dataset, now)?;
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| io(error.into()))?;
    put(&dataset.join(MANIFEST), &(text + "\n"))?;
    put(&dataset.join(SUCCESS), "")?;
    sync_folders(&dataset).map_err(io)?;
    std::fs::rename(&dataset, &to).map_err(io)?;
    sync(beside).map_err(io)?;
    Ok(manifest)
}

/// The place as it is called from anywhere, if it is free.
fn place(to: &Path) -> Result<PathBuf, ExportError> {
    let io = |cause| ExportError::Io { path: to.to_path_buf(), cause };
    match std::fs::symlink_metadata(to) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => std::path::absolute(to).map_err(io),
        Err(error) => Err(io(error)),
        Ok(_) => {
            let place = std::fs::canonicalize(to).map_err(io)?;
            let is_free = place.is_dir() && std::fs::read_dir(&place).map_err(io)?.next().is_none();
            if is_free { Ok(place) } else { Err(ExportError::NotEmpty(to.to_path_buf())) }
        }
    }
}

fn fill(store: &Store, dataset: &Path, now: DateTime<Utc>) -> Result<Manifest, ExportError> {
    let moment = store.moment()?;
    let tables = TABLES.iter().map(|table| fill_table(&moment, dataset, table)).collect::<Result<_, _>>()?;
    Ok(Manifest {
        schema: VERSION,
        program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")),
        store: SCHEMA_VERSION,
        made_at: instant(now),
        tables,
    })
}

fn fill_table(moment: &Moment<'_>, dataset: &Path, table: &'static Table) -> Result<TableLine, ExportError> {
    let mut writing = Writing { dataset, table, open: Vec::new(), done: TableLine::new(table) };
    match table.rows {
        Rows::Store(stream) => {
            same_columns(table, moment.columns(stream)?)?;
            for portion in moment.portions(stream)? {
                moment.rows(stream, &portion, |row| writing.put(row))?;
                writing.close()?;
            }
        }
        Rows::Groups => groups(|row| writing.put(row))?,
    }
    writing.close()?;
    if writing.done.files.is_empty() {
        writing.open_empty()?;
        writing.close()?;
    }
    Ok(writing.done)
}

fn same_columns(table: &'static Table, found: Vec<String>) -> Result<(), ExportError> {
    let wanted: Vec<&str> = table.all().map(|column| column.name).collect();
    if wanted == found { Ok(()) } else { Err(ExportError::Columns { table: table.name, wanted, found }) }
}

fn groups(mut put: impl FnMut(&[Field<'_>]) -> Result<(), ExportError>) -> Result<(), ExportError> {
    for group in GROUPS.iter() {
        for chapter in group.chapters.iter().cloned().flatten() {
            let chapter = format!("{chapter:02}");
            put(&[Field::Text(group.kind), Field::Text(group.item), Field::Text(&chapter), Field::Text(&group.title)])?;
        }
    }
    Ok(())
}

/// A table on its way.
struct Writing<'a> {
    dataset: &'a Path,
    table: &'static Table,
    /// Files of this portion, each with the values of its folders: two at most, a direction of trade each.
    open: Vec<(Vec<String>, Part)>,
    done: TableLine,
}

impl Writing<'_> {
    fn put(&mut self, row: &[Field<'_>]) -> Result<(), ExportError> {
        let (folders, rest) = row.split_at_checked(self.table.folders.len()).unwrap_or((row, &[]));
        let found = self.open.iter().position(|(values, _)| values.iter().zip(folders).all(|(value, field)| is(value, field)));
        let at = match found {
            Some(at) => at,
            None => self.begin(folders.iter().map(written).collect())?,
        };
        self.open.get_mut(at).map_or(Ok(()), |(_, part)| part.put(rest))
    }

    /// Opens a file in the folders of these values.
    fn begin(&mut self, values: Vec<String>) -> Result<usize, ExportError> {
        let mut name = self.table.name.to_string();
        for ((column, _), value) in self.table.folders.iter().zip(&values) {
            name = format!("{name}/{}={value}", column.name);
        }
        let number = self.done.files.len() + self.open.len();
        let part = Part::create(self.dataset, format!("{name}/part-{number:05}.parquet"), self.table)?;
        self.open.push((values, part));
        Ok(self.open.len() - 1)
    }

    /// A file without rows: whoever opens the table finds its columns.
    fn open_empty(&mut self) -> Result<(), ExportError> {
        self.begin(self.table.folders.iter().map(|(_, value)| (*value).to_string()).collect()).map(drop)
    }

    fn close(&mut self) -> Result<(), ExportError> {
        for (_, part) in self.open.drain(..) {
            let (file, unfit) = part.close()?;
            self.done.rows += file.rows;
            self.done.only_as_text += unfit;
            self.done.files.push(file);
        }
        Ok(())
    }
}

impl TableLine {
    fn new(table: &Table) -> TableLine {
        TableLine { name: table.name, rows: 0, only_as_text: 0, files: Vec::new() }
    }
}

/// Whether a folder's value is this one; made for every row, so that nothing is written.
fn is(value: &str, field: &Field<'_>) -> bool {
    match field {
        Field::Nothing => value.is_empty(),
        Field::Whole(number) => value.parse() == Ok(*number),
        Field::Text(text) => value == *text,
    }
}

/// A value as the name of a folder; all of them are words of closed lists, or years.
fn written(field: &Field<'_>) -> String {
    match field {
        Field::Nothing => String::new(),
        Field::Whole(number) => number.to_string(),
        Field::Text(text) => (*text).to_string(),
    }
}

fn put(path: &Path, text: &str) -> Result<(), ExportError> {
    let written = std::fs::write(path, text).and_then(|()| sync(path));
    written.map_err(|cause| ExportError::Io { path: path.to_path_buf(), cause })
}

fn sync(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

/// Makes the names inside a folder durable.
fn sync_folders(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    sync(folder)
}
