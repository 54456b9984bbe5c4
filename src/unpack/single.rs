//! A document that is packed in a ZIP or GZIP file: what there is, which of it is wanted, and that one read.

use super::{Limits, RATIO_FLOOR, UnpackError, Zip, damaged, read_error, too_large};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufReader, Read, Seek};

/// First bytes of a GZIP file (RFC 1952).
const GZIP_MAGIC: &[u8] = b"\x1F\x8B";
/// What macOS adds to the files it packs.
const SHADOWS: &str = "__MACOSX/";
/// Parts by which a ZIP file is an Office or OpenDocument file.
const PACKAGE_PARTS: [&str; 2] = ["[Content_Types].xml", "mimetype"];
/// An error names so many members, and so many characters of a name.
const NAMES_SHOWN: usize = 10;
const NAME_CHARS: usize = 80;

/// What a container lists.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Listing {
    /// Names of the members, in order; folders too. A GZIP file has one member, whose name may be empty.
    pub names: Vec<String>,
    /// It is a GZIP file.
    pub gzip: bool,
    /// It is a ZIP file that is a document of itself, such as a workbook.
    pub package: bool,
}

/// Why a container does not give the one member.
#[derive(Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum SingleError {
    /// No member is the one that is wanted.
    #[error("no member of the container is the one wanted; it has {members}")]
    None {
        /// The files it has.
        members: String,
    },
    /// Several members are what is wanted.
    #[error("several members of the container are what is wanted: {members}")]
    Several {
        /// Their names.
        members: String,
    },
    /// The container or the member is refused.
    #[error(transparent)]
    Refused(#[from] UnpackError),
}

/// Lists a container, a ZIP or a GZIP file.
///
/// # Errors
/// A limit, or damage.
pub fn list(mut container: impl Read + Seek, limits: Limits) -> Result<Listing, UnpackError> {
    if is_gzip(&mut container)? {
        let decoder = MultiGzDecoder::new(BufReader::new(container));
        let stated = decoder.header().and_then(|header| header.filename()).map(name);
        return Ok(Listing { names: vec![stated.unwrap_or_default()], gzip: true, package: false });
    }
    let zip = Zip::open(container, limits)?;
    let names = zip.archive.file_names_raw().map(name).collect();
    Ok(Listing { names, gzip: false, package: PACKAGE_PARTS.iter().any(|part| zip.contains(part)) })
}

/// The number of the one member that is wanted, by its name with or without its folders. A GZIP file that states no name
/// has just the one.
///
/// # Errors
/// None or several are wanted.
pub fn choose(listing: &Listing, wanted: impl Fn(&str) -> bool) -> Result<usize, SingleError> {
    let matches = |name: &str| wanted(name) || name.rsplit(['/', '\\']).next().is_some_and(&wanted);
    let is_file = |name: &&String| !name.ends_with(['/', '\\']) && !name.starts_with(SHADOWS);
    let is_wanted = |name: &String| is_file(&name) && ((listing.gzip && name.is_empty()) || matches(name));
    let mut found = listing.names.iter().enumerate().filter(|(_, name)| is_wanted(name)).map(|(index, _)| index);
    match (found.next(), found.next()) {
        (Some(index), None) => Ok(index),
        (None, _) => Err(SingleError::None { members: listed(listing.names.iter().filter(is_file)) }),
        (Some(_), Some(_)) => Err(SingleError::Several { members: listed(listing.names.iter().filter(|name| is_wanted(name))) }),
    }
}

/// Hands the member of this number to `read`, which may leave it before its end.
///
/// # Errors
/// No such member, a limit, damage, or what `read` met.
pub fn member(
    mut container: impl Read + Seek,
    limits: Limits,
    index: usize,
    read: impl FnOnce(&mut dyn Read) -> io::Result<()>,
) -> Result<(), UnpackError> {
    if is_gzip(&mut container)? {
        return gzip(container, limits, read);
    }
    let mut zip = Zip::open(container, limits)?;
    let Some(name) = zip.archive.file_names_raw().nth(index).map(name) else {
        return Err(damaged("ZIP container", &format!("no member of the number {index}")));
    };
    let mut member = zip.at(index, &name)?;
    read(&mut member).map_err(|error| read_error(&name, &error))
}

/// The member of this number, read whole.
///
/// # Errors
/// As [`member`].
pub fn whole(mut container: impl Read + Seek, limits: Limits, index: usize) -> Result<Vec<u8>, UnpackError> {
    let mut bytes = Vec::new();
    // room for what it says it has, that it need not be moved while it grows; what it says may be a lie
    let stated = stated_size(&mut container, limits, index).min(limits.member_bytes);
    let _ = bytes.try_reserve_exact(usize::try_from(stated).unwrap_or_default());
    member(container, limits, index, |member| member.read_to_end(&mut bytes).map(drop))?;
    Ok(bytes)
}

/// How many bytes the member of a ZIP file is said to have, 0 where nobody says; never more than it may unpack to.
fn stated_size(container: &mut (impl Read + Seek), limits: Limits, index: usize) -> u64 {
    let Ok(mut zip) = Zip::open(container, limits) else { return 0 };
    zip.at(index, "").map_or(0, |member| member.file.size().min(member.allowed))
}

fn gzip(
    mut container: impl Read + Seek,
    limits: Limits,
    read: impl FnOnce(&mut dyn Read) -> io::Result<()>,
) -> Result<(), UnpackError> {
    let packed = container.seek(io::SeekFrom::End(0))?;
    container.rewind()?;
    let decoder = MultiGzDecoder::new(BufReader::new(container));
    let stated = decoder.header().and_then(|header| header.filename()).map(name).unwrap_or_default();
    let place = if stated.is_empty() { "GZIP file" } else { &stated };
    let most = limits.ratio.saturating_mul(packed).max(RATIO_FLOOR).min(limits.member_bytes);
    let mut bounded = decoder.take(most + 1);
    read(&mut bounded).map_err(|error| read_error(place, &error))?;
    // the byte beyond the limit was there
    if bounded.limit() == 0 { Err(too_large(place, "the unpacked size in bytes".to_owned(), most)) } else { Ok(()) }
}

fn is_gzip(container: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut magic = Vec::new();
    container.rewind()?;
    container.take(GZIP_MAGIC.len() as u64).read_to_end(&mut magic)?;
    container.rewind()?;
    Ok(magic == GZIP_MAGIC)
}

/// Names without a mark for UTF-8 are in the charset of DOS, which in Russia is CP866.
pub(super) fn name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::IBM866.decode_without_bom_handling(raw).0.into_owned(),
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let mut shown: Vec<String> = names.take(NAMES_SHOWN + 1).map(|name| name.chars().take(NAME_CHARS).collect()).collect();
    if shown.len() > NAMES_SHOWN {
        shown[NAMES_SHOWN] = "…".to_owned();
    }
    if shown.is_empty() { "no file".to_owned() } else { shown.join(", ") }
}
