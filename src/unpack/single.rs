//! A document that is packed: the one member of a ZIP or GZIP file that is wanted, read whole.

use super::{Limits, RATIO_FLOOR, UnpackError, Zip, read_error, too_large};
use flate2::read::MultiGzDecoder;
use std::io::{Cursor, Read};

/// First bytes of a GZIP file (RFC 1952).
const GZIP_MAGIC: &[u8] = b"\x1F\x8B";
/// What macOS adds to the files it packs.
const SHADOWS: &str = "__MACOSX/";
/// An error names so many members, and so many characters of a name.
const NAMES_SHOWN: usize = 10;
const NAME_CHARS: usize = 80;

/// A member read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// Its name in the container; empty where a GZIP file does not state it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a container does not give the one member.
#[derive(Debug, thiserror::Error)]
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

/// The one member that is wanted, by its name with or without its folders. A GZIP file that states no name has just the one.
///
/// # Errors
/// None or several are wanted, a limit, or damage.
pub fn single(container: &[u8], limits: Limits, wanted: impl Fn(&str) -> bool) -> Result<Unpacked, SingleError> {
    let wanted = |name: &str| wanted(name) || name.rsplit(['/', '\\']).next().is_some_and(&wanted);
    if container.starts_with(GZIP_MAGIC) { gzip(container, limits, wanted) } else { zip(container, limits, wanted) }
}

fn zip(container: &[u8], limits: Limits, wanted: impl Fn(&str) -> bool) -> Result<Unpacked, SingleError> {
    let mut zip = Zip::open(Cursor::new(container), limits)?;
    let names: Vec<String> = zip.archive.file_names_raw().map(name).collect();
    let is_file = |name: &&String| !name.ends_with(['/', '\\']) && !name.starts_with(SHADOWS);
    let mut found = names.iter().enumerate().filter(|(_, name)| is_file(name) && wanted(name));
    match (found.next(), found.next()) {
        (Some((index, name)), None) => {
            let mut bytes = Vec::new();
            zip.at(index, name)?.read_to_end(&mut bytes).map_err(|error| read_error(name, &error))?;
            Ok(Unpacked { name: name.clone(), bytes })
        }
        (Some(_), Some(_)) => {
            let several = names.iter().filter(|name| is_file(name) && wanted(name));
            Err(SingleError::Several { members: listed(several) })
        }
        (None, _) => Err(SingleError::None { members: listed(names.iter().filter(is_file)) }),
    }
}

fn gzip(container: &[u8], limits: Limits, wanted: impl Fn(&str) -> bool) -> Result<Unpacked, SingleError> {
    let mut decoder = MultiGzDecoder::new(container);
    let name = decoder.header().and_then(|header| header.filename()).map(name).unwrap_or_default();
    if !name.is_empty() && !wanted(&name) {
        return Err(SingleError::None { members: listed([&name].into_iter()) });
    }
    let place = if name.is_empty() { "GZIP file" } else { &name };
    let most = limits.ratio.saturating_mul(container.len() as u64).max(RATIO_FLOOR).min(limits.member_bytes);
    let mut bytes = Vec::new();
    decoder.by_ref().take(most + 1).read_to_end(&mut bytes).map_err(|error| read_error(place, &error))?;
    if bytes.len() as u64 > most {
        return Err(too_large(place, "the unpacked size in bytes".to_owned(), most).into());
    }
    Ok(Unpacked { name, bytes })
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
