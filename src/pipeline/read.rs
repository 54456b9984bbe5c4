//! Bytes → reading: who reads documents is asked, and what it tells goes through the stages that do no I/O.

use crate::check;
use crate::config::Source;
use crate::faultpoint;
use crate::fetch::{self, Failure, Kind};
use crate::guard::{self, Document, Fallen, Member, ReadError, Reader, Wanted};
use crate::model::Reading;
use crate::normalize::{NormalizeError, Normalizer, label::fold};
use crate::parse::{Format, ParseError};
use crate::unpack::warc::WarcError;
use crate::unpack::{self, Listing, SingleError};
use chrono::NaiveDate;
use std::borrow::Cow;

/// Kinds of file that a document may be packed in; a RAR archive is let through to be refused by name.
const CONTAINERS: [Kind; 3] = [Kind::Zip, Kind::Gzip, Kind::Rar];

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
    /// A file of no kind that is read here.
    #[error(transparent)]
    Unrecognized(#[from] guard::Unrecognized),
    /// The file is of the right kind, but cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ParseError),
    /// The file can be read, but is not laid out as declared.
    #[error(transparent)]
    Layout(#[from] NormalizeError),
    /// The file is a crawl, which is none of a source's.
    #[error(transparent)]
    Crawl(#[from] WarcError),
    /// Whoever read it did not come to an end of its own.
    #[error(transparent)]
    Fallen(#[from] Fallen),
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Refusal {
        match error {
            ReadError::Fallen(fallen) => Refusal::Fallen(fallen),
            ReadError::Refused(guard::Failure::Document(error)) => Refusal::Unreadable(error),
            ReadError::Refused(guard::Failure::Container(error)) => Refusal::Container(error.into()),
            ReadError::Refused(guard::Failure::Unrecognized(error)) => Refusal::Unrecognized(error),
            ReadError::Refused(guard::Failure::Crawl(error)) => Refusal::Crawl(error),
        }
    }
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
            Refusal::Container(_) | Refusal::Unreadable(_) | Refusal::Unrecognized(_) | Refusal::Crawl(_) => "unreadable",
            Refusal::Layout(_) => "layout_unknown",
            Refusal::Fallen(fallen) => fallen.code(),
        }
    }
}

/// Reads one document of a source as its mapping says, in this process: for documents of our own. `as_of` is the document's
/// date.
///
/// # Errors
/// A [`Refusal`] naming place, seen and wanted.
pub fn read_document(source: &Source, bytes: &[u8], as_of: NaiveDate) -> Result<Reading, Refusal> {
    read(&Reader::InProcess, source, &Document::of(bytes), as_of)
}

/// The same, by whoever reads documents.
///
/// # Errors
/// A [`Refusal`]; [`Refusal::Fallen`] if the reader fell.
pub(super) fn read(reader: &Reader, source: &Source, document: &Document<'_>, as_of: NaiveDate) -> Result<Reading, Refusal> {
    let opened = opened(reader, source, document)?;
    let mut reading = figures(reader, source, document, &opened, as_of).map_err(|refusal| match refusal {
        // Where a page is wanted, its kind does not tell an error page: that it has no figures does.
        Refusal::Layout(_) if opened.format == Format::Html => fetch::error_page(&opened.head).map_or(refusal, Refusal::Kind),
        refusal => refusal,
    })?;
    if let Some(member) = opened.member.filter(|member| !member.name.is_empty()) {
        point_into(&member.name, &mut reading);
    }
    Ok(reading)
}

/// What kind of document it is, for one that is kept and not read: an error page is no document.
///
/// # Errors
/// A [`Refusal`] of bytes that are not what the source declares.
pub(super) fn recognise(reader: &Reader, source: &Source, document: &Document<'_>) -> Result<Format, Refusal> {
    let opened = opened(reader, source, document)?;
    match fetch::error_page(&opened.head).filter(|_| opened.format == Format::Html) {
        Some(failure) => Err(Refusal::Kind(failure)),
        None => Ok(opened.format),
    }
}

fn figures(
    reader: &Reader,
    source: &Source,
    document: &Document<'_>,
    opened: &Opened<'_>,
    as_of: NaiveDate,
) -> Result<Reading, Refusal> {
    let mut normalizer = Normalizer::new(&source.mapping, as_of);
    let member = opened.member.as_ref().map(|member| member.index);
    let wanted = Wanted { format: opened.format, charset: source.charset.clone(), member };
    faultpoint::point("read.opened");
    reader.read(document, wanted, &mut |event| {
        faultpoint::point("read.event");
        normalizer.event(event);
    })?;
    faultpoint::point("read.whole");
    let mut reading = normalizer.finish()?;
    faultpoint::point("read.normalized");
    check::check(&source.mapping, &mut reading);
    faultpoint::point("read.checked");
    Ok(reading)
}

/// What is known of a document before it is read.
#[derive(Debug)]
pub(super) struct Opened<'b> {
    /// Its format.
    pub format: Format,
    /// The member that is the document, where it is packed.
    pub member: Option<Member>,
    /// Its beginning, unpacked.
    head: Cow<'b, [u8]>,
}

/// The format of a document, and the member that is the document where it is packed.
pub(super) fn opened<'b>(reader: &Reader, source: &Source, document: &Document<'b>) -> Result<Opened<'b>, Refusal> {
    let member = member(reader, source, document)?;
    let (head, accept) = match &member {
        Some(member) => (Cow::Owned(reader.member_head(document, member)?), formats(source)),
        None => (Cow::Borrowed(document.head()), accepted(source)),
    };
    let own = || match &member {
        Some(_) => guard::by_beginning(&head),
        None => reader.recognize(document).ok().map(|(format, _)| format),
    };
    Ok(Opened { format: declared_format(source, &head, &accept, own)?, member, head })
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
pub(super) fn member(reader: &Reader, source: &Source, document: &Document<'_>) -> Result<Option<Member>, Refusal> {
    let seen = fetch::sniff(document.head());
    if seen == Kind::Rar {
        return Err(Refusal::Rar);
    }
    let Some(wanted) = source.member.as_ref().filter(|_| CONTAINERS.contains(&seen)) else { return Ok(None) };
    let may_be_document = formats(source).contains(&seen);
    let mut listing = match reader.members(document) {
        // one that cannot be opened is no container either
        Ok(Listing { package: true, .. }) | Err(ReadError::Refused(_)) if may_be_document => return Ok(None),
        listing => listing?,
    };
    let matches = |name: &str| wanted.matches(&fold(name), &source.mapping.names).is_some();
    let index = unpack::choose(&listing, matches)?;
    Ok(Some(Member { index, name: listing.names.swap_remove(index) }))
}

/// Cells lie in the member.
pub(super) fn point_into(member: &str, reading: &mut Reading) {
    let into = |locator: &mut String| *locator = format!("{member}: {locator}");
    reading.observations.iter_mut().for_each(|observation| into(&mut observation.locator));
    reading.issues.iter_mut().for_each(|issue| into(&mut issue.locator));
}

/// Which of the declared formats the bytes show; of several that begin alike, the one whose own mark they bear.
fn declared_format(
    source: &Source,
    bytes: &[u8],
    accept: &[Kind],
    own: impl FnOnce() -> Option<Format>,
) -> Result<Format, Failure> {
    fetch::check_kind(bytes, accept)?;
    let seen = fetch::sniff(bytes);
    let fits = |format: &&Format| fetch::expected_kinds(&format.to_string()).is_some_and(|kinds| kinds.contains(&seen));
    let candidates: Vec<Format> = source.formats.iter().filter(fits).copied().collect();
    let found = if candidates.len() > 1 { own().filter(|format| candidates.contains(format)) } else { None };
    let wanted = accept.iter().map(Kind::to_string).collect::<Vec<_>>().join(" or ");
    found.or(candidates.first().copied()).ok_or(Failure::NotExpectedType { wanted, seen })
}

#[cfg(test)]
mod tests;
