//! A body out of its chunks (RFC 9112, 7.1), as it comes.

use super::http::ResponseError;
use std::io::{self, BufRead, Cursor, Read};

/// Bytes of the line that says how long a chunk is; servers write a few digits.
const MOST_LINE: u64 = 16 << 10;

/// Where reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first chunk.
    Start,
    /// In a chunk, of which so many bytes are left.
    Inside(u64),
    /// Behind a chunk.
    Between,
    /// In a body that has no chunks.
    Plain,
    /// Behind the last chunk.
    End,
}

/// The bytes of the chunks. Some crawlers undo the coding and leave the field that tells of it: what begins with no chunk is the
/// body itself.
pub(super) struct Chunks<'b> {
    body: &'b mut dyn BufRead,
    at: At,
    /// The first line of a body that has no chunks.
    ahead: Cursor<Vec<u8>>,
    found: u64,
}

impl<'b> Chunks<'b> {
    pub(super) fn of(body: &'b mut dyn BufRead) -> Chunks<'b> {
        Chunks { body, at: At::Start, ahead: Cursor::default(), found: 0 }
    }

    /// The line of a chunk's size, and where that leads.
    fn size(&mut self) -> io::Result<At> {
        let mut line = self.line()?;
        let first = self.at == At::Start;
        if !first && matches!(line.as_slice(), b"\r\n" | b"\n") {
            line = self.line()?;
        }
        let whole = line.ends_with(b"\n") || line.len() as u64 == MOST_LINE;
        match httparse::parse_chunk_size(&line) {
            Ok(httparse::Status::Complete((_, 0))) => Ok(At::End),
            Ok(httparse::Status::Complete((_, size))) => Ok(At::Inside(size)),
            Ok(httparse::Status::Partial) if !whole => Err(self.cut_off(1)),
            _ if first => {
                self.ahead = Cursor::new(line);
                Ok(At::Plain)
            }
            _ => Err(ResponseError::Coding("expected the size of a chunk".to_owned()).into()),
        }
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        (&mut *self.body).take(MOST_LINE).read_until(b'\n', &mut line)?;
        Ok(line)
    }

    fn cut_off(&self, missing: u64) -> io::Error {
        ResponseError::CutOff { wanted: self.found.saturating_add(missing), found: self.found }.into()
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.at {
                At::End => return Ok(0),
                At::Start | At::Between => self.at = self.size()?,
                At::Inside(0) => self.at = At::Between,
                At::Inside(left) => {
                    let count = (&mut *self.body).take(left).read(buffer)?;
                    if count == 0 {
                        return Err(self.cut_off(left));
                    }
                    self.found += count as u64;
                    self.at = At::Inside(left - count as u64);
                    return Ok(count);
                }
                At::Plain => {
                    let count = self.ahead.read(buffer)?;
                    return if count > 0 { Ok(count) } else { self.body.read(buffer) };
                }
            }
        }
    }
}
