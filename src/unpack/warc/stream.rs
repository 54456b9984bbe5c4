//! The bytes of a WARC file, plain or out of its GZIP members, and where in the file they stand.

use super::super::{Excess, RATIO_FLOOR};
use super::{GZIP_MAGIC, WarcProblem};
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, Read};

/// A reader that counts what is taken out of it.
#[derive(Debug)]
struct Counted<R> {
    inner: R,
    at: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.at += count as u64;
    }
}

/// Where reading stands.
#[derive(Debug)]
enum State<R> {
    /// In a file that is not packed.
    Plain(Counted<R>),
    /// Before a member, or at the end.
    Between(Counted<R>),
    /// In a member.
    Inside(GzDecoder<Counted<R>>),
    /// Nowhere: reading failed.
    Lost,
}

/// The unpacked bytes of a file. A call gives bytes of one member only.
#[derive(Debug)]
pub(super) struct Members<R> {
    state: State<R>,
    /// Where the member begins that reading stands in.
    member: u64,
    unpacked: u64,
    ratio: u64,
}

impl<R: BufRead> Members<R> {
    /// Looks at the first bytes: packed or not.
    pub(super) fn open(mut input: R, ratio: u64) -> io::Result<Members<R>> {
        let packed = input.fill_buf()?.starts_with(GZIP_MAGIC);
        let counted = Counted { inner: input, at: 0 };
        let state = if packed { State::Between(counted) } else { State::Plain(counted) };
        Ok(Members { state, member: 0, unpacked: 0, ratio })
    }

    /// Where in the file the next byte stands when so many were read ahead: its member's first byte in a packed file.
    pub(super) fn position(&self, ahead: usize) -> u64 {
        match &self.state {
            State::Plain(input) => input.at.saturating_sub(ahead as u64),
            State::Between(_) | State::Inside(_) | State::Lost => self.member,
        }
    }

    /// One step: bytes, the end (0), or nothing yet.
    fn step(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Plain(mut input) => {
                let read = input.read(buffer);
                self.state = State::Plain(input);
                read.map(Some)
            }
            State::Between(mut input) => {
                self.member = input.at;
                let end = input.fill_buf()?.is_empty();
                self.state = if end { State::Between(input) } else { State::Inside(GzDecoder::new(input)) };
                Ok(end.then_some(0))
            }
            State::Inside(mut member) => match member.read(buffer)? {
                0 => {
                    self.state = State::Between(member.into_inner());
                    Ok(None)
                }
                count => {
                    self.unpacked += count as u64;
                    let allowed = self.ratio.saturating_mul(member.get_ref().at).max(RATIO_FLOOR);
                    self.state = State::Inside(member);
                    if self.unpacked > allowed {
                        let what = "the ratio of unpacked to packed size".to_owned();
                        return Err(io::Error::other(Excess { what, limit: self.ratio }));
                    }
                    Ok(Some(count))
                }
            },
            State::Lost => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(count) = self.step(buffer)? {
                return Ok(count);
            }
        }
    }
}

/// What a failure to read means.
pub(super) fn problem(error: io::Error) -> WarcProblem {
    if let Some(excess) = error.get_ref().and_then(|inner| inner.downcast_ref::<Excess>()) {
        return WarcProblem::TooLarge { what: excess.what.clone().into(), limit: excess.limit };
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => WarcProblem::Truncated { missing: 0 },
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            WarcProblem::Damaged(error.to_string())
        }
        _ => WarcProblem::Io(error),
    }
}
