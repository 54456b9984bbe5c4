//! The block of a record as it comes.

use super::{Warc, WarcError, WarcProblem, stream};
use std::io::{self, BufRead, ErrorKind, Read};

/// What is left of the block of one record. What ends it before its end is the file's fault and told by [`Block::end`], whatever
/// those who read through it made of it.
#[derive(Debug)]
pub struct Block<'w, R: BufRead> {
    warc: &'w mut Warc<R>,
    fault: Option<WarcError>,
}

impl<'w, R: BufRead> Block<'w, R> {
    pub(super) fn of(warc: &'w mut Warc<R>) -> Block<'w, R> {
        Block { warc, fault: None }
    }

    /// Bytes that were not read yet, as the head of the record has it.
    pub fn left(&self) -> u64 {
        self.warc.left
    }

    /// Nobody reads on.
    ///
    /// # Errors
    /// The file is cut off or damaged where somebody read. Nothing behind it can be read.
    pub fn end(self) -> Result<(), WarcError> {
        self.fault.map_or(Ok(()), Err)
    }

    /// Keeps what is wrong, and gives what a reader is told.
    fn fail(&mut self, problem: WarcProblem) -> io::Error {
        let said = problem.to_string();
        self.fault = Some(self.warc.error(problem));
        io::Error::new(ErrorKind::UnexpectedEof, said)
    }
}

impl<R: BufRead> BufRead for Block<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.fault.is_some() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let left = self.warc.left;
        if left == 0 {
            return Ok(&[]);
        }
        match self.warc.stream.fill_buf().map(<[u8]>::is_empty) {
            Ok(false) => {}
            Ok(true) => return Err(self.fail(WarcProblem::Truncated { missing: left })),
            Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
            Err(error) => return Err(self.fail(stream::problem(error))),
        }
        let ahead = self.warc.stream.buffer();
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(ahead.len());
        Ok(ahead.get(..here).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.warc.stream.consume(count);
        self.warc.left -= count as u64;
    }
}

impl<R: BufRead> Read for Block<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}
