//! What a document looks like to a parser, and what a source's mapping makes of it: nothing is fetched or stored.

use super::read::{Opened, Refusal, member, opened};
use crate::check;
use crate::config::Source;
use crate::guard::{self, Document, Fallen, Member, ReadError, Reader, Wanted};
use crate::model::{Issue, Reading};
use crate::normalize::{NormalizeError, Normalizer, Sighting};
use crate::parse::{Event, Format, Row, Table};
use chrono::NaiveDate;

/// Tables and runs of paragraphs that are shown; a document of more is looked at table by table.
const MOST_PARTS: usize = 100;

/// What is wanted of a preview.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// The format, where the bytes shall not decide.
    pub format: Option<Format>,
    /// The charset of a document that does not state it.
    pub charset: Option<String>,
    /// Only the table of this number.
    pub table: Option<u32>,
    /// So many rows of a table, and paragraphs between two tables.
    pub rows: usize,
}

/// A document as its parser tells it.
#[derive(Debug)]
pub struct Preview {
    /// Its format.
    pub format: Format,
    /// The member of the container that is the document.
    pub member: Option<String>,
    /// Tables and paragraphs in the order of the document, each as far as it is shown.
    pub parts: Vec<Part>,
    /// How many tables there are.
    pub tables: usize,
    /// How many paragraphs there are.
    pub paragraphs: usize,
    /// Where the parser stopped, if it could not read on.
    pub broken: Option<String>,
    /// What the source's mapping makes of it.
    pub made: Option<Made>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A table.
    Table(Shown),
    /// Paragraphs between two tables.
    Paragraphs {
        /// Locator and text of the first ones.
        first: Vec<(String, String)>,
        /// How many there are.
        count: usize,
    },
}

/// A table as far as it is shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    /// Its head.
    pub table: Table,
    /// Its first rows.
    pub rows: Vec<Row>,
    /// How many rows it has.
    pub count: usize,
    /// The last column in which any row has a cell, from 0.
    pub last_column: u32,
}

/// What a mapping makes of a document.
#[derive(Debug)]
pub struct Made {
    /// What each reading made of each table.
    pub sightings: Vec<Sighting>,
    /// What a reader must know.
    pub issues: Vec<Issue>,
    /// Its figures; or why the document would be refused.
    pub outcome: Result<Reading, NormalizeError>,
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The bytes are of no format that is read here.
    #[error(transparent)]
    Unrecognized(#[from] guard::Unrecognized),
    /// It cannot be told of what format they are.
    #[error(transparent)]
    Unread(ReadError),
    /// They are none of the source's.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nobody could be started to read them.
    #[error(transparent)]
    NotStarted(Fallen),
}

/// Looks at a document, with the eyes of a source if one is given. `as_of` is the document's day, for corrections.
///
/// # Errors
/// Bytes of no format, or of none that the source takes; no child that could be started. What breaks later stands in
/// [`Preview::broken`].
pub fn preview(
    reader: &Reader,
    document: &Document<'_>,
    look: &Look,
    source: Option<&Source>,
    as_of: NaiveDate,
) -> Result<Preview, PreviewError> {
    let (format, member) = format_and_member(reader, document, look, source)?;
    let charset = look.charset.clone().or_else(|| source.and_then(|source| source.charset.clone()));
    let mut recorder = Recorder { look, shown: Vec::new(), tables: 0, paragraphs: 0, hidden: false };
    let mut normalizer = source.map(|source| Normalizer::new(&source.mapping, as_of).watched());
    let wanted = Wanted { format, charset, member: member.as_ref().map(|member| member.index) };
    let read = reader.read(document, wanted, &mut |event| {
        recorder.event(&event);
        if let Some(normalizer) = &mut normalizer {
            normalizer.event(event);
        }
    });
    let broken = match read {
        Err(ReadError::Fallen(fallen)) if !fallen.is_of_document() => return Err(PreviewError::NotStarted(fallen)),
        read => read.err().map(|error| error.to_string()),
    };
    let made = normalizer.zip(source).filter(|_| broken.is_none()).map(|(normalizer, source)| made(normalizer, source));
    let Recorder { shown: parts, tables, paragraphs, .. } = recorder;
    let member = member.map(|member| member.name).filter(|name| !name.is_empty());
    Ok(Preview { format, member, parts, tables, paragraphs, broken, made })
}

/// The format, as named, as the source declares or by the bytes; and the member that is the document.
pub(super) fn format_and_member(
    reader: &Reader,
    document: &Document<'_>,
    look: &Look,
    source: Option<&Source>,
) -> Result<(Format, Option<Member>), PreviewError> {
    match (source, look.format) {
        (Some(source), Some(format)) => Ok((format, member(reader, source, document)?)),
        (Some(source), None) => {
            let Opened { format, member, .. } = opened(reader, source, document)?;
            Ok((format, member))
        }
        (None, Some(format)) => Ok((format, None)),
        (None, None) => reader.recognize(document).map_err(|error| match error {
            ReadError::Refused(guard::Failure::Unrecognized(error)) => PreviewError::Unrecognized(error),
            error => PreviewError::Unread(error),
        }),
    }
}

fn made(normalizer: Normalizer<'_>, source: &Source) -> Made {
    let (sightings, mut issues, mut outcome) = normalizer.finish_watched();
    if let Ok(reading) = &mut outcome {
        check::check(&source.mapping, reading);
        issues = reading.issues.clone();
    }
    Made { sightings, issues, outcome }
}

/// Keeps what is shown of the events.
struct Recorder<'l> {
    look: &'l Look,
    shown: Vec<Part>,
    tables: usize,
    paragraphs: usize,
    /// The table that comes in is not shown.
    hidden: bool,
}

impl Recorder<'_> {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Table(table) => {
                self.tables += 1;
                let wanted = self.look.table.is_none_or(|number| number == table.number);
                self.hidden = !wanted || self.shown.len() >= MOST_PARTS;
                if !self.hidden {
                    self.shown.push(Part::Table(Shown { table: table.clone(), ..Shown::default() }));
                }
            }
            Event::Row(row) => self.row(row),
            Event::Paragraph { text, locator } => self.paragraph(text, locator),
        }
    }

    fn row(&mut self, row: &Row) {
        let rows = self.look.rows;
        let last = self.shown.iter_mut().rev().find_map(|part| match part {
            Part::Table(shown) => Some(shown),
            Part::Paragraphs { .. } => None,
        });
        let Some(shown) = last.filter(|_| !self.hidden) else { return };
        shown.count += 1;
        shown.last_column = shown.last_column.max(row.cells.last().map_or(0, |cell| cell.column));
        if shown.rows.len() < rows {
            shown.rows.push(row.clone());
        }
    }

    fn paragraph(&mut self, text: &str, locator: &str) {
        self.paragraphs += 1;
        if self.look.table.is_some() {
            return;
        }
        if !matches!(self.shown.last(), Some(Part::Paragraphs { .. })) && self.shown.len() < MOST_PARTS {
            self.shown.push(Part::Paragraphs { first: Vec::new(), count: 0 });
        }
        if let Some(Part::Paragraphs { first, count }) = self.shown.last_mut() {
            *count += 1;
            if first.len() < self.look.rows {
                first.push((locator.to_string(), text.to_string()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_paragraphs_are_kept_as_far_as_they_are_shown() {
        let look = Look { rows: 2, ..Look::default() };
        let page = b"<html><body><p>One<p>Two<p>Three<table border=1><tr><td>a<td>b<tr><td>c<td>1<tr><td>d<td>2</table><p>End";
        let day = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        let (reader, page) = (Reader::InProcess, Document::of(page));
        let preview = preview(&reader, &page, &look, None, day).unwrap();
        assert_eq!((preview.format, preview.tables, preview.paragraphs), (Format::Html, 1, 4));
        let [Part::Paragraphs { first, count: 3 }, Part::Table(shown), Part::Paragraphs { count: 1, .. }] = &preview.parts[..]
        else {
            panic!("{:?}", preview.parts)
        };
        assert_eq!((first.len(), shown.rows.len(), shown.count, shown.last_column), (2, 2, 3, 1));
        let none = super::preview(&reader, &page, &Look { table: Some(9), ..look }, None, day).unwrap();
        assert_eq!((none.parts.len(), none.tables), (0, 1));
    }
}
