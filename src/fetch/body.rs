//! Received bytes: in memory while they are few, in an unnamed temporary file beyond that.

use std::io::{self, Read, Seek, Write};
use std::path::Path;
use tempfile::SpooledTempFile;

/// Bytes held in memory before a temporary file takes over.
const MOST_IN_MEMORY: usize = 4 * 1024 * 1024;

/// The bytes of an answer. The temporary file has no name, so nothing of it stays, however the process ends.
#[derive(Debug)]
pub struct Body {
    file: SpooledTempFile,
    len: u64,
}

impl Body {
    /// An empty body that spills into `dir`, or into the system's folder for temporary files.
    pub(super) fn new(dir: Option<&Path>) -> Body {
        let file = match dir {
            Some(dir) => tempfile::spooled_tempfile_in(MOST_IN_MEMORY, dir),
            None => tempfile::spooled_tempfile(MOST_IN_MEMORY),
        };
        Body { file, len: 0 }
    }

    /// Appends bytes; only before the first [`Body::reader`].
    pub(super) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.len += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes from the first on, readable and seekable.
    ///
    /// # Errors
    /// When the temporary file cannot be rewound.
    pub fn reader(&mut self) -> io::Result<&mut SpooledTempFile> {
        self.file.rewind()?;
        Ok(&mut self.file)
    }

    /// All bytes at once, for answers known to be small.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn read_all(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// At most `count` bytes of the start.
    pub(super) fn head(&mut self, count: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader()?.take(count).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// At most `count` bytes of the end.
    pub(super) fn tail(&mut self, count: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(io::SeekFrom::Start(self.len.saturating_sub(count)))?;
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
