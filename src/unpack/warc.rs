//! WARC files (ISO 28500): what a crawler received, record after record, plain or packed (GZIP, a member a record or one for
//! all). A record's block is read only if somebody asks for it, and as it comes, so that a file of any size takes next to no room.

mod block;
mod chunks;
mod head;
mod http;
mod stream;

pub use block::Block;
pub use head::{Record, RecordKind};
pub use http::{Answer, ResponseError, answer};
#[cfg(any(test, feature = "fuzz"))]
pub use http::{Response, response};

use super::{Limits, told};
use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};
use stream::Members;

/// How every record begins.
const MAGIC: &[u8] = b"WARC/";
/// First bytes of a GZIP file (RFC 1952).
const GZIP_MAGIC: &[u8] = b"\x1F\x8B";
/// Bytes that the head of a record may have: addresses are long, but not so long.
const MOST_HEAD: u64 = 64 * 1024;
/// Characters that an error quotes of what stands in place of a record.
const QUOTED: usize = 40;

/// Why reading ends before the file does, or why a block is not given.
#[derive(Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("record {number} at byte {offset}: {problem}")]
pub struct WarcError {
    /// The record's number in the file, from 1.
    pub number: u64,
    /// Where it begins in the file; in a packed file, where the GZIP member begins that has its first byte.
    pub offset: u64,
    /// What is wrong there.
    pub problem: WarcProblem,
}

/// What may be wrong with a record.
#[derive(Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum WarcProblem {
    /// The file ends before the record does.
    #[error("the file ends {missing} bytes before the record does")]
    Truncated {
        /// Bytes that lack; 0 where the head itself is cut off.
        missing: u64,
    },
    /// Something else stands where a record should begin.
    #[error("expected \"WARC/1.0\", found {0:?}")]
    NoRecord(String),
    /// The head of the record is not one.
    #[error("{0}")]
    Head(String),
    /// More than may be read.
    #[error("{what} exceeds the limit of {limit}")]
    TooLarge {
        /// Of what.
        what: Cow<'static, str>,
        /// The limit.
        limit: u64,
    },
    /// The packed bytes are damaged.
    #[error("damaged: {0}")]
    Damaged(String),
    /// The file cannot be read.
    #[error("reading failed: {0}")]
    Io(#[serde(with = "told")] io::Error),
}

/// Whether a file that begins so, unpacked, is a WARC file.
pub fn is_warc(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// The records of a WARC file, one after the other.
#[derive(Debug)]
pub struct Warc<R: BufRead> {
    stream: BufReader<Members<R>>,
    number: u64,
    offset: u64,
    /// Bytes of the current record's block that were not read yet.
    left: u64,
}

impl<R: BufRead> Warc<R> {
    /// Begins to read; the limits are those of packed bytes (`ratio`).
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn open(input: R, limits: Limits) -> io::Result<Warc<R>> {
        Ok(Warc { stream: BufReader::new(Members::open(input, limits.ratio)?), number: 0, offset: 0, left: 0 })
    }

    /// The next record's head; `None` at the end of the file. What was not read of the block before is passed over.
    ///
    /// # Errors
    /// A file that is cut off or damaged there. Nothing behind it can be read.
    pub fn next_record(&mut self) -> Result<Option<Record>, WarcError> {
        self.pass_over(u64::MAX)?;
        if !self.find_start()? {
            return Ok(None);
        }
        self.number += 1;
        self.offset = self.stream.get_ref().position(self.stream.buffer().len());
        let lines = self.head_lines()?;
        let record = head::record(&lines, self.number, self.offset).map_err(|problem| self.error(problem))?;
        self.left = record.length;
        Ok(Some(record))
    }

    /// The block of the record whose head was read last, or what is left of it, as it comes; it may have so many bytes.
    ///
    /// # Errors
    /// A block that is larger.
    pub fn block(&mut self, most: u64) -> Result<Block<'_, R>, WarcError> {
        if self.left > most {
            return Err(self.error(WarcProblem::TooLarge { what: "the block in bytes".into(), limit: most }));
        }
        Ok(Block::of(self))
    }

    /// Passes over so many bytes of the block at most; gives how many there were.
    ///
    /// # Errors
    /// A block that the file cuts off, or damages.
    pub fn pass_over(&mut self, most: u64) -> Result<u64, WarcError> {
        let wanted = self.left.min(most);
        let passed = io::copy(&mut self.stream.by_ref().take(wanted), &mut io::sink());
        let passed = passed.map_err(|error| self.failed(error))?;
        self.left -= passed;
        if passed == wanted { Ok(passed) } else { Err(self.error(WarcProblem::Truncated { missing: self.left })) }
    }

    /// Passes over the line ends between records; `false` at the end of the file.
    fn find_start(&mut self) -> Result<bool, WarcError> {
        loop {
            let ahead = match self.stream.fill_buf() {
                Ok(ahead) => ahead,
                Err(error) => return Err(self.failed_next(error)),
            };
            let blank = ahead.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let (end, begun) = (ahead.is_empty(), blank < ahead.len());
            self.stream.consume(blank);
            if end || begun {
                return Ok(begun);
            }
        }
    }

    /// The lines of the head, without the empty one at its end.
    fn head_lines(&mut self) -> Result<Vec<String>, WarcError> {
        let (mut lines, mut left) = (Vec::new(), MOST_HEAD);
        loop {
            let mut line = Vec::new();
            let read = self.stream.by_ref().take(left).read_until(b'\n', &mut line);
            left -= read.map_err(|error| self.failed(error))? as u64;
            let whole = line.ends_with(b"\n");
            if lines.is_empty() && !line.starts_with(MAGIC) {
                let seen = String::from_utf8_lossy(&line).trim_end().chars().take(QUOTED).collect();
                return Err(self.error(WarcProblem::NoRecord(seen)));
            }
            if !whole {
                let cut = if left == 0 {
                    WarcProblem::TooLarge { what: "the head in bytes".into(), limit: MOST_HEAD }
                } else {
                    WarcProblem::Truncated { missing: 0 }
                };
                return Err(self.error(cut));
            }
            let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
            if line.is_empty() {
                return Ok(lines);
            }
            lines.push(line);
        }
    }

    fn error(&self, problem: WarcProblem) -> WarcError {
        WarcError { number: self.number, offset: self.offset, problem }
    }

    fn failed(&self, error: io::Error) -> WarcError {
        self.error(stream::problem(error))
    }

    /// A failure before the next record's first byte.
    fn failed_next(&self, error: io::Error) -> WarcError {
        let offset = self.stream.get_ref().position(0);
        WarcError { number: self.number + 1, offset, problem: stream::problem(error) }
    }
}

#[cfg(test)]
mod tests;
