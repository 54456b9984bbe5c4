//! Bytes → reading: the stages that do no I/O, one after the other.

use crate::check;
use crate::config::Source;
use crate::fetch::{self, Kind};
use crate::model::Reading;
use crate::normalize::{NormalizeError, Normalizer};
use crate::parse::{self, Format, ParseError};
use chrono::NaiveDate;
use std::io::Cursor;

/// Why a document gives no figures; the stored data stay as they were.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A page of another kind under the document's name.
    #[error("{0}")]
    SoftNotFound(String),
    /// Another kind of file.
    #[error("expected {wanted}, found {seen}")]
    NotExpectedType {
        /// What the first bytes say it is.
        seen: String,
        /// The declared formats.
        wanted: String,
    },
    /// The file is of the right kind, but cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ParseError),
    /// The file can be read, but is not laid out as declared.
    #[error(transparent)]
    Layout(#[from] NormalizeError),
}

impl Refusal {
    /// The outcome that stands in the attempt.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::SoftNotFound(_) => "soft_404",
            Refusal::NotExpectedType { .. } => "not_expected_type",
            Refusal::Unreadable(_) => "unreadable",
            Refusal::Layout(_) => "layout_unknown",
        }
    }
}

/// Reads one document of a source as its mapping says. `as_of` is the document's date.
///
/// # Errors
/// A [`Refusal`] naming place, seen and wanted.
pub fn read_document(source: &Source, bytes: &[u8], as_of: NaiveDate) -> Result<Reading, Refusal> {
    let format = declared_format(source, bytes)?;
    let mut normalizer = Normalizer::new(&source.mapping, as_of);
    parse::parse(format, &mut Cursor::new(bytes), &mut |event| normalizer.event(event))?;
    let mut reading = normalizer.finish()?;
    check::check(&source.mapping, &mut reading);
    Ok(reading)
}

/// Which of the declared formats the first bytes show.
fn declared_format(source: &Source, bytes: &[u8]) -> Result<Format, Refusal> {
    let kind = fetch::sniff(bytes);
    if let Some(format) = source.formats.iter().find(|format| fetch::expected_kind(**format) == kind) {
        return Ok(*format);
    }
    if kind == Kind::Html {
        return Err(Refusal::SoftNotFound(fetch::describe_page(bytes)));
    }
    let wanted: Vec<String> = source.formats.iter().map(Format::to_string).collect();
    Err(Refusal::NotExpectedType { seen: kind.to_string(), wanted: wanted.join(" or ") })
}
