//! Evidence files: figures that travel with the program (`evidence/README.md` describes the columns).

mod transcribed;

use crate::model::{Class, DateBasis, Period, SeriesCode, Sha256, Status, digest, hint};
use crate::report;
use crate::store::{ExportedRow, Store, VintageRow};
use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What is shipped, for a program that stands alone.
static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/evidence");

/// Columns of an evidence file, in the order they are written.
const COLUMNS: [&str; 18] = [
    "series",
    "period",
    "status",
    "value",
    "printed",
    "raw",
    "unit",
    "class",
    "known_from",
    "known_from_basis",
    "source",
    "url",
    "obtained_from",
    "sha256",
    "as_of",
    "as_of_basis",
    "locator",
    "notes",
];
/// Between the notes of one row.
const NOTE_MARK: &str = " ¦ ";

/// One evidence file, read and understood.
#[derive(Debug)]
pub struct EvidenceFile {
    /// Its name within the evidence folder, such as `rosstat/rosstat-cpi.csv`.
    pub name: String,
    /// Its rows.
    pub rows: Vec<ExportedRow>,
    /// The line of each.
    pub lines: Vec<u64>,
    /// The digest of its text.
    pub sha256: Sha256,
}

/// The file of the evidence folder that names series which no source delivers and no paper means.
const SERIES: &str = "series.csv";

/// Series with a title for people.
pub type Titles = BTreeMap<SeriesCode, String>;

/// Reads the evidence of a folder, or what is shipped, and the titles of its series. Mistakes are collected, each with file and
/// line.
pub fn read_all(folder: Option<&Path>) -> (Vec<EvidenceFile>, Titles, Vec<String>) {
    let (mut files, mut titles, mut mistakes) = (Vec::new(), Titles::new(), Vec::new());
    let texts = match folder {
        Some(folder) => texts_of(folder, folder, &mut mistakes),
        None => shipped(&SHIPPED),
    };
    for (name, text) in texts {
        if name == SERIES {
            read_titles(&text).map_or_else(|found| mistakes.extend(found), |found| titles = found);
            continue;
        }
        match read(&name, &text) {
            Ok((lines, rows)) => {
                let sha256 = digest([("", text.as_str())]);
                files.push(EvidenceFile { name, rows, lines, sha256 });
            }
            Err(found) => mistakes.extend(found),
        }
    }
    (files, titles, mistakes)
}

/// Columns `series` and `title`.
fn read_titles(text: &str) -> Result<Titles, Vec<String>> {
    let mut lines = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let header = lines.headers().cloned().map_err(|error| vec![format!("evidence/{SERIES}:1: {error}")])?;
    let mut mistakes = wrong_header(SERIES, &header, &["series", "title"]);
    let mut titles = Titles::new();
    for line in lines.deserialize::<(String, String)>() {
        let read = line.map_err(|error| error.to_string()).and_then(|(series, title)| {
            let code = series.parse::<SeriesCode>().map_err(|error| format!("{series:?}: {error}"))?;
            let again = titles.insert(code, title).is_some();
            if again { Err(format!("{series} stands twice")) } else { Ok(()) }
        });
        mistakes.extend(read.err().map(|why| format!("evidence/{SERIES}: {why}")));
    }
    if mistakes.is_empty() { Ok(titles) } else { Err(mistakes) }
}

/// Writes the chains of `series` as evidence, a file a source; gives the files and their numbers of rows.
///
/// # Errors
/// When the folder cannot be written, or the store fails.
pub fn export(store: &Store, series: &[SeriesCode], folder: &Path) -> Result<Vec<(PathBuf, usize)>> {
    let mut files: BTreeMap<String, Vec<ExportedRow>> = BTreeMap::new();
    for code in series {
        for row in store.observations(code.as_str(), None)? {
            let name = format!("{}/{}.csv", code.identity().publisher, row.source);
            // what a document of the same day replaced stood no day, and without the hour nobody could order the two
            let stood = row.known_to.is_none_or(|to| to > row.known_from);
            if stood && matches!(row.class, Class::Parsed | Class::Exported) {
                files.entry(name).or_default().push(exported(code, row));
            }
        }
    }
    let mut written = Vec::new();
    for (name, rows) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).with_context(|| format!("creating {}", parent.display()))?;
        std::fs::write(&path, write(&rows)?).with_context(|| format!("writing {}", path.display()))?;
        written.push((path, rows.len()));
    }
    Ok(written)
}

/// A row of the store as it travels.
fn exported(code: &SeriesCode, row: VintageRow) -> ExportedRow {
    ExportedRow {
        source: row.source,
        series: code.clone(),
        period: row.period,
        value: row.value,
        status: row.status,
        class: Class::Exported,
        printed: row.printed,
        raw: row.raw,
        unit: row.unit,
        sha256: row.sha256,
        held: false,
        as_of: row.as_of,
        as_of_basis: row.as_of_basis,
        known_from: row.known_from,
        known_from_basis: row.basis,
        url: row.url,
        obtained_from: row.obtained_from,
        locator: row.locator,
        // the publisher's own sentences stay with the document: evidence is facts
        notes: Vec::new(),
        transcription: None,
    }
}

fn texts_of(root: &Path, folder: &Path, mistakes: &mut Vec<String>) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut entries: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| entry.ok().map(|e| e.path())).collect(),
        Err(_) => return texts,
    };
    entries.sort();
    for path in entries {
        if path.is_dir() {
            texts.extend(texts_of(root, &path, mistakes));
        } else if path.extension().is_some_and(|e| e == "csv") {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            match std::fs::read_to_string(&path) {
                Ok(text) => texts.push((name, text)),
                Err(error) => mistakes.push(format!("evidence/{name}: {error}")),
            }
        }
    }
    texts
}

fn shipped(dir: &Dir<'_>) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = dir
        .files()
        .filter(|file| file.path().extension().is_some_and(|e| e == "csv"))
        .filter_map(|file| Some((file.path().to_string_lossy().into_owned(), file.contents_utf8()?.to_string())))
        .collect();
    texts.extend(dir.dirs().flat_map(shipped));
    texts.sort();
    texts
}

/// Reads one file; all its mistakes at once. The header tells whether a program read its figures or a person.
pub(super) fn read(name: &str, text: &str) -> Result<(Vec<u64>, Vec<ExportedRow>), Vec<String>> {
    let mut lines = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let header = match lines.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(vec![format!("evidence/{name}:1: {error}")]),
    };
    let by_hand = header.iter().any(|column| column == transcribed::MARK);
    let columns: &[&str] = if by_hand { &transcribed::COLUMNS } else { &COLUMNS };
    let mut mistakes = wrong_header(name, &header, columns);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let (mut numbers, mut rows) = (Vec::new(), Vec::new());
    for line in lines.records() {
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                mistakes.push(format!("evidence/{name}: {error}"));
                continue;
            }
        };
        let number = line.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = line.iter().map(report::plain).collect();
        let field = |column: &str| {
            header.iter().position(|h| h == column).and_then(|at| cells.get(at)).map(String::as_str).unwrap_or_default()
        };
        match if by_hand { transcribed::row(name, &field) } else { row(&field) } {
            Ok(row) => {
                numbers.push(number);
                rows.push(row);
            }
            Err(problem) => mistakes.push(format!("evidence/{name}:{number}: {problem}")),
        }
    }
    mistakes.extend(contradictions(name, &numbers, &rows));
    if mistakes.is_empty() { Ok((numbers, rows)) } else { Err(mistakes) }
}

fn wrong_header(name: &str, header: &csv::StringRecord, columns: &[&str]) -> Vec<String> {
    let unknown = header.iter().filter(|column| !columns.contains(column));
    let unknown =
        unknown.map(|column| format!("evidence/{name}:1: unknown column {column:?}{}", hint(column, columns.iter().copied())));
    let missing = columns.iter().filter(|column| !header.iter().any(|h| h == **column));
    unknown.chain(missing.map(|column| format!("evidence/{name}:1: the column {column} is missing"))).collect()
}

/// Rows that say different things of one figure at one place.
fn contradictions(name: &str, lines: &[u64], rows: &[ExportedRow]) -> Vec<String> {
    let mut seen: BTreeMap<_, (u64, &ExportedRow)> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (line, of) in lines.iter().zip(rows) {
        let document = of.sha256.clone().unwrap_or_else(|| of.url.clone());
        let place = (of.source.clone(), of.series.clone(), of.period, of.known_from, of.as_of, document, of.class);
        let (other, first) = seen.entry(place).or_insert((*line, of));
        if (first.value, first.status, &first.unit) != (of.value, of.status, &of.unit) {
            let both = format!("{:?} there and {:?} here", first.printed, of.printed);
            mistakes.push(format!("evidence/{name}:{line}: {} {} disagrees with line {other}: {both}", of.series, of.period));
        }
    }
    mistakes
}

fn row<'a>(field: &impl Fn(&str) -> &'a str) -> Result<ExportedRow, String> {
    let status = word(field, "status", Status::parse)?;
    let value = (!field("value").is_empty()).then(|| parsed::<Decimal>(field, "value")).transpose()?;
    if value.is_some() != status.has_value() {
        return Err(format!("value {:?} does not go with status {status}", field("value")));
    }
    let class = word(field, "class", Class::parse)?;
    if class == Class::Parsed {
        return Err("class parsed is for documents held here; expected exported, transcribed or quoted".to_string());
    }
    let optional = |column: &str| (!field(column).is_empty()).then(|| field(column).to_string());
    Ok(ExportedRow {
        source: field("source").to_string(),
        series: parsed::<SeriesCode>(field, "series")?,
        period: parsed::<Period>(field, "period")?,
        value,
        status,
        class,
        printed: field("printed").to_string(),
        raw: optional("raw"),
        unit: field("unit").to_string(),
        sha256: optional("sha256"),
        held: false,
        as_of: parsed(field, "as_of")?,
        as_of_basis: word(field, "as_of_basis", DateBasis::parse)?,
        known_from: parsed(field, "known_from")?,
        known_from_basis: word(field, "known_from_basis", DateBasis::parse)?,
        url: field("url").to_string(),
        obtained_from: field("obtained_from").to_string(),
        locator: field("locator").to_string(),
        notes: notes(field("notes")),
        transcription: None,
    })
}

fn notes(text: &str) -> Vec<String> {
    text.split(NOTE_MARK).filter(|note| !note.is_empty()).map(str::to_string).collect()
}

fn parsed<'a, T: FromStr<Err: std::fmt::Display>>(field: &impl Fn(&str) -> &'a str, column: &str) -> Result<T, String> {
    field(column).parse().map_err(|error| format!("column {column}: {:?}: {error}", field(column)))
}

fn word<'a, T>(field: &impl Fn(&str) -> &'a str, column: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    parse(field(column)).ok_or_else(|| format!("column {column}: expected a word of its list, found {:?}", field(column)))
}

pub(super) fn write(rows: &[ExportedRow]) -> Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(COLUMNS)?;
    for row in rows {
        let value = row.value.map(|value| value.to_string()).unwrap_or_default();
        let (period, notes) = (row.period.to_string(), row.notes.join(NOTE_MARK));
        let days = (row.known_from.to_string(), row.as_of.to_string());
        file.write_record([
            row.series.as_str(),
            &period,
            row.status.as_str(),
            &value,
            &report::number(&row.printed),
            &report::number(row.raw.as_deref().unwrap_or_default()),
            &report::safe(&row.unit),
            row.class.as_str(),
            &days.0,
            row.known_from_basis.as_str(),
            &report::safe(&row.source),
            &report::safe(&row.url),
            &report::safe(&row.obtained_from),
            &report::safe(row.sha256.as_deref().unwrap_or_default()),
            &days.1,
            row.as_of_basis.as_str(),
            &report::safe(&row.locator),
            &report::safe(&notes),
        ])?;
    }
    Ok(file.into_inner()?)
}

#[cfg(test)]
mod tests;
