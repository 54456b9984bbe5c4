//! Bytes → reading: the stages that do no I/O, one after the other.

use super::preview::plain;
use crate::check;
use crate::config::Source;
use crate::fetch::{self, Failure, Kind};
use crate::model::Reading;
use crate::normalize::{NormalizeError, Normalizer, label::fold};
use crate::parse::{self, Format, ParseError};
use crate::unpack::{self, Limits, SingleError, UnpackError, Unpacked, Zip};
use chrono::NaiveDate;
use std::io::Cursor;

/// Kinds of file that a document may be packed in; a RAR archive is let through to be refused by name.
const CONTAINERS: [Kind; 3] = [Kind::Zip, Kind::Gzip, Kind::Rar];
/// Parts by which a ZIP file is an Office or OpenDocument file.
const PACKAGE_PARTS: [&str; 2] = ["[Content_Types].xml", "mimetype"];

/// Why a document gives no figures; the stored data stay as they were.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Another kind of file under the document's name.
    #[error(transparent)]
    Kind(#[from] Failure),
    /// A container of a kind that nothing here unpacks.
    #[error("a RAR archive cannot be unpacked here; save its member and ingest that")]
    Rar,
    /// A container that does not have the one member which is wanted, or is damaged.
    #[error(transparent)]
    Container(#[from] SingleError),
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
            Refusal::Rar => "rar_archive",
            Refusal::Container(SingleError::None { .. }) => "no_member",
            Refusal::Container(SingleError::Several { .. }) => "several_members",
            Refusal::Unreadable(ParseError::ImageOnly { .. }) => "image_only",
            Refusal::Container(_) | Refusal::Unreadable(_) => "unreadable",
            Refusal::Layout(_) => "layout_unknown",
        }
    }
}

/// Reads one document of a source as its mapping says. `as_of` is the document's date.
///
/// # Errors
/// A [`Refusal`] naming place, seen and wanted.
pub fn read_document(source: &Source, bytes: &[u8], as_of: NaiveDate) -> Result<Reading, Refusal> {
    let (format, member) = opened(source, bytes)?;
    let bytes = member.as_ref().map_or(bytes, |member| &member.bytes);
    let mut reading = figures(source, format, bytes, as_of).map_err(|refusal| match refusal {
        // Where a page is wanted, its kind does not tell an error page: that it has no figures does.
        Refusal::Layout(_) if format == Format::Html => fetch::error_page(bytes).map_or(refusal, Refusal::Kind),
        refusal => refusal,
    })?;
    if let Some(member) = member.filter(|member| !member.name.is_empty()) {
        point_into(&member.name, &mut reading);
    }
    Ok(reading)
}

/// What kind of document it is, for one that is kept and not read: an error page is no document.
///
/// # Errors
/// A [`Refusal`] of bytes that are not what the source declares.
pub(super) fn recognise(source: &Source, bytes: &[u8]) -> Result<Format, Refusal> {
    let (format, member) = opened(source, bytes)?;
    let bytes = member.as_ref().map_or(bytes, |member| &member.bytes);
    match fetch::error_page(bytes).filter(|_| format == Format::Html) {
        Some(failure) => Err(Refusal::Kind(failure)),
        None => Ok(format),
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

/// The format of a document, and the member that is the document where it is packed.
pub(super) fn opened(source: &Source, bytes: &[u8]) -> Result<(Format, Option<Unpacked>), Refusal> {
    let member = member(source, bytes)?;
    let format = match &member {
        Some(member) => declared_format(source, &member.bytes, &formats(source)),
        None => declared_format(source, bytes, &accepted(source)),
    };
    Ok((format?, member))
}

/// Kinds of file a source's document may be.
pub fn accepted(source: &Source) -> Vec<Kind> {
    let containers = source.member.iter().flat_map(|_| CONTAINERS);
    formats(source).into_iter().chain(containers).collect()
}

fn formats(source: &Source) -> Vec<Kind> {
    source.formats.iter().filter_map(|format| fetch::expected_kinds(&format.to_string())).flatten().copied().collect()
}

/// The member that is the document, where the source says which and the bytes are a container of its own and no document.
pub(super) fn member(source: &Source, bytes: &[u8]) -> Result<Option<Unpacked>, Refusal> {
    let seen = fetch::sniff(bytes);
    if seen == Kind::Rar {
        return Err(Refusal::Rar);
    }
    let Some(wanted) = source.member.as_ref().filter(|_| CONTAINERS.contains(&seen)) else { return Ok(None) };
    // one that cannot be opened is no container either
    if formats(source).contains(&seen) && is_package(bytes).unwrap_or(true) {
        return Ok(None);
    }
    let matches = |name: &str| wanted.matches(&fold(name), &source.mapping.names).is_some();
    Ok(Some(unpack::single(bytes, Limits::DEFAULT, matches)?))
}

/// Whether a ZIP file is a document of itself, such as a workbook.
pub(super) fn is_package(bytes: &[u8]) -> Result<bool, UnpackError> {
    Zip::open(Cursor::new(bytes), Limits::DEFAULT).map(|zip| PACKAGE_PARTS.iter().any(|part| zip.contains(part)))
}

/// Cells lie in the member.
fn point_into(member: &str, reading: &mut Reading) {
    let into = |locator: &mut String| *locator = format!("{member}: {locator}");
    reading.observations.iter_mut().for_each(|observation| into(&mut observation.locator));
    reading.issues.iter_mut().for_each(|issue| into(&mut issue.locator));
}

/// Which of the declared formats the bytes show; of several that begin alike, the one whose own mark they bear.
fn declared_format(source: &Source, bytes: &[u8], accept: &[Kind]) -> Result<Format, Failure> {
    fetch::check_kind(bytes, accept)?;
    let seen = fetch::sniff(bytes);
    let fits = |format: &&Format| fetch::expected_kinds(&format.to_string()).is_some_and(|kinds| kinds.contains(&seen));
    let candidates: Vec<Format> = source.formats.iter().filter(fits).copied().collect();
    let own = || plain(bytes).ok().filter(|format| candidates.contains(format));
    let found = if candidates.len() > 1 { own() } else { None };
    let wanted = accept.iter().map(Kind::to_string).collect::<Vec<_>>().join(" or ");
    found.or(candidates.first().copied()).ok_or(Failure::NotExpectedType { wanted, seen })
}

#[cfg(test)]
mod tests;
