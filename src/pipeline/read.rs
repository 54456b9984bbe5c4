//! Bytes → reading: the stages that do no I/O, one after the other.

use crate::check;
use crate::config::Source;
use crate::fetch::{self, Failure, Kind};
use crate::model::Reading;
use crate::normalize::{NormalizeError, Normalizer};
use crate::parse::{self, Format, ParseError};
use chrono::NaiveDate;
use std::io::Cursor;

/// Why a document gives no figures; the stored data stay as they were.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Another kind of file under the document's name.
    #[error(transparent)]
    Kind(#[from] Failure),
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
            Refusal::Kind(failure) => failure.code(),
            Refusal::Unreadable(ParseError::ImageOnly { .. }) => "image_only",
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
    let reading = figures(source, format, bytes, as_of);
    // Where a page is wanted, its kind does not tell an error page: that it has no figures does.
    match reading {
        Err(refusal @ Refusal::Layout(_)) if format == Format::Html => {
            Err(fetch::error_page(bytes).map_or(refusal, Refusal::Kind))
        }
        reading => reading,
    }
}

fn figures(source: &Source, format: Format, bytes: &[u8], as_of: NaiveDate) -> Result<Reading, Refusal> {
    let mut normalizer = Normalizer::new(&source.mapping, as_of);
    let options = parse::Options { charset: source.charset.clone() };
    parse::parse(format, &mut Cursor::new(bytes), &options, &mut |event| normalizer.event(event))?;
    let mut reading = normalizer.finish()?;
    check::check(&source.mapping, &mut reading);
    Ok(reading)
}

/// Kinds of file a source's document may be.
pub fn accepted(source: &Source) -> Vec<Kind> {
    source.formats.iter().filter_map(|format| fetch::expected_kinds(&format.to_string())).flatten().copied().collect()
}

/// Which of the declared formats the first bytes show.
fn declared_format(source: &Source, bytes: &[u8]) -> Result<Format, Failure> {
    let accept = accepted(source);
    fetch::check_kind(bytes, &accept)?;
    let seen = fetch::sniff(bytes);
    let fits = |format: &&Format| fetch::expected_kinds(&format.to_string()).is_some_and(|kinds| kinds.contains(&seen));
    let wanted = accept.iter().map(Kind::to_string).collect::<Vec<_>>().join(" or ");
    source.formats.iter().find(fits).copied().ok_or(Failure::NotExpectedType { wanted, seen })
}
