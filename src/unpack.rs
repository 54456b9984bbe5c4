//! Members of containers, read with limits. Nothing is written anywhere: a member's name is looked up, never used as a path.

mod single;
pub mod told;
pub mod warc;

pub use single::{Listing, SingleError, choose, list, member, whole};

use std::io::{self, Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

/// What a container may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Members a container may list.
    pub members: u64,
    /// Bytes one member may unpack to.
    pub member_bytes: u64,
    /// Bytes all readings of members may unpack to, the same member read twice counted twice.
    pub total_bytes: u64,
    /// How many times its packed size a member may unpack to, once it is past 16 MiB.
    pub ratio: u64,
}

impl Limits {
    /// Ten times the largest workbook seen (25 MB packed, 28 sheets), and far below what would fill a small machine's time.
    pub const DEFAULT: Limits = Limits { members: 10_000, member_bytes: 512 << 20, total_bytes: 4 << 30, ratio: 300 };
    /// For a table that is never held: ten times the lines of all months of the Russian customs, at 150 bytes a line.
    pub const BULK: Limits = Limits { members: 10_000, member_bytes: 32 << 30, total_bytes: 64 << 30, ratio: 300 };
}

/// Small members may be packed at any ratio: an empty sheet of styled cells is.
const RATIO_FLOOR: u64 = 16 << 20;
/// The end record of a ZIP file lies within its last bytes: 22 and a comment of at most 65 535 (APPNOTE.TXT 4.3.16), and
/// before it the 76 bytes of the records of ZIP64.
const END_WINDOW: u64 = 22 + 65_535 + 76;

/// Why a container or a member of it is refused.
#[derive(Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum UnpackError {
    /// The bytes are not a container, or are damaged.
    #[error("{place}: {seen}")]
    Damaged {
        /// The container or the member.
        place: String,
        /// What was found.
        seen: String,
    },
    /// A limit was exceeded.
    #[error("{place}: {what} exceeds the limit of {limit}")]
    TooLarge {
        /// The container or the member.
        place: String,
        /// What is too large.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// Reading the container failed.
    #[error("reading the container failed: {0}")]
    Io(
        #[from]
        #[serde(with = "told")]
        io::Error,
    ),
}

/// A limit exceeded while a member was being read, carried inside an [`io::Error`].
#[derive(Debug, Clone, thiserror::Error)]
#[error("{what} exceeds the limit of {limit}")]
pub struct Excess {
    /// What is too large.
    pub what: String,
    /// The limit.
    pub limit: u64,
}

/// A ZIP container.
#[derive(Debug)]
pub struct Zip<R> {
    archive: ZipArchive<R>,
    limits: Limits,
    spent: u64,
}

impl<R: Read + Seek> Zip<R> {
    /// Reads the list of members.
    ///
    /// # Errors
    /// No readable list, too many members, or two of one name.
    pub fn open(mut input: R, limits: Limits) -> Result<Zip<R>, UnpackError> {
        let members = listed_members(&mut input)?;
        if members > limits.members {
            return Err(too_large("ZIP container", format!("{members} members"), limits.members));
        }
        input.seek(SeekFrom::Start(0))?;
        let archive = ZipArchive::new(input).map_err(|error| refused("ZIP container", error))?;
        if archive.len() as u64 > limits.members {
            return Err(too_large("ZIP container", format!("{} members", archive.len()), limits.members));
        }
        if archive.has_duplicate_names() {
            return Err(damaged("ZIP container", "two members of one name"));
        }
        Ok(Zip { archive, limits, spent: 0 })
    }

    /// Whether there is such a member, in any case of letters.
    pub fn contains(&self, name: &str) -> bool {
        self.index(name).is_some()
    }

    /// Begins to read a member; `None` where there is none of this name.
    ///
    /// # Errors
    /// The member is packed by an unknown method, encrypted, or does not lie where the list says.
    pub fn member(&mut self, name: &str) -> Result<Option<Member<'_, R>>, UnpackError> {
        let Some(index) = self.index(name) else { return Ok(None) };
        self.at(index, name).map(Some)
    }

    /// Begins to read the member of this number, from 0.
    fn at(&mut self, index: usize, name: &str) -> Result<Member<'_, R>, UnpackError> {
        let file = self.archive.by_index(index).map_err(|error| refused(name, error))?;
        let allowed = self.limits.ratio.saturating_mul(file.compressed_size()).max(RATIO_FLOOR);
        Ok(Member { file, limits: self.limits, allowed, read: 0, spent: &mut self.spent })
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.archive.index_for_name(name).or_else(|| {
            let alike = |raw: &[u8]| {
                raw.len() == name.len()
                    && raw.iter().zip(name.bytes()).all(|(a, b)| {
                        let a = if *a == b'\\' { b'/' } else { *a };
                        a.eq_ignore_ascii_case(&b)
                    })
            };
            self.archive.file_names_raw().position(alike)
        })
    }
}

/// A member being read. Its errors may carry an [`Excess`]; [`read_error`] tells.
pub struct Member<'a, R: Read> {
    file: ZipFile<'a, R>,
    limits: Limits,
    allowed: u64,
    read: u64,
    spent: &'a mut u64,
}

impl<R: Read> Read for Member<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read += count as u64;
        *self.spent += count as u64;
        let excess = if self.read > self.limits.member_bytes {
            Some(("the unpacked size in bytes", self.limits.member_bytes))
        } else if self.read > self.allowed {
            Some(("the ratio of unpacked to packed size", self.limits.ratio))
        } else if *self.spent > self.limits.total_bytes {
            Some(("the unpacked size of all members in bytes", self.limits.total_bytes))
        } else {
            None
        };
        match excess {
            Some((what, limit)) => Err(io::Error::other(Excess { what: what.to_owned(), limit })),
            None => Ok(count),
        }
    }
}

/// Says what an error met while reading a member means: a limit, damaged bytes, or a failing disk.
pub fn read_error(place: &str, error: &io::Error) -> UnpackError {
    if let Some(excess) = error.get_ref().and_then(|inner| inner.downcast_ref::<Excess>()) {
        return too_large(place, excess.what.clone(), excess.limit);
    }
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof | io::ErrorKind::Other => {
            damaged(place, &error.to_string())
        }
        kind => UnpackError::Io(io::Error::new(kind, format!("{place}: {error}"))),
    }
}

/// The largest number of members that a possible end record claims, before anything is allocated for them.
fn listed_members<R: Read + Seek>(input: &mut R) -> io::Result<u64> {
    let size = input.seek(SeekFrom::End(0))?;
    input.seek(SeekFrom::Start(size.saturating_sub(END_WINDOW)))?;
    let mut tail = Vec::new();
    input.take(END_WINDOW).read_to_end(&mut tail)?;
    let plain = memchr::memmem::find_iter(&tail, b"PK\x05\x06").filter_map(|at| plain_count(tail.get(at..)?));
    let long = memchr::memmem::find_iter(&tail, b"PK\x06\x06").filter_map(|at| long_count(tail.get(at..)?));
    Ok(plain.chain(long).max().unwrap_or(0))
}

/// Members by the end record, if its comment ends with the file or before it. 65 535 points to ZIP64.
fn plain_count(record: &[u8]) -> Option<u64> {
    let number = |at: usize| Some(u16::from_le_bytes(record.get(at..at + 2)?.try_into().ok()?));
    let fits = 22 + usize::from(number(20)?) <= record.len();
    number(10).filter(|count| fits && *count != u16::MAX).map(u64::from)
}

fn long_count(record: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(record.get(32..40)?.try_into().ok()?))
}

fn refused(place: &str, error: ZipError) -> UnpackError {
    match error {
        ZipError::Io(error) => read_error(place, &error),
        other => damaged(place, &other.to_string()),
    }
}

fn damaged(place: &str, seen: &str) -> UnpackError {
    UnpackError::Damaged { place: place.to_owned(), seen: seen.to_owned() }
}

fn too_large(place: &str, what: String, limit: u64) -> UnpackError {
    UnpackError::TooLarge { place: place.to_owned(), what, limit }
}

#[cfg(test)]
mod tests;
