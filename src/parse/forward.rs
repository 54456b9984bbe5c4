//! A reader of which only the beginning is held, for formats that look around there and then read on to the end.

use std::io::{self, Read, Seek, SeekFrom};

/// Its beginning, and what comes after.
pub struct Forward<'r> {
    beginning: Vec<u8>,
    rest: &'r mut dyn Read,
    at: u64,
    /// Bytes of the rest that were read.
    gone: u64,
}

impl<'r> Forward<'r> {
    /// At its first byte.
    pub fn new(beginning: Vec<u8>, rest: &'r mut dyn Read) -> Forward<'r> {
        Forward { beginning, rest, at: 0, gone: 0 }
    }

    fn held(&self) -> u64 {
        self.beginning.len() as u64
    }
}

impl Read for Forward<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let held = usize::try_from(self.at).ok().and_then(|at| self.beginning.get(at..)).unwrap_or_default();
        let count = match held.len().min(buffer.len()) {
            0 if self.at == self.held() + self.gone => {
                let count = self.rest.read(buffer)?;
                self.gone += count as u64;
                count
            }
            0 => return Err(io::Error::other("what was read of the member is not held")),
            count => {
                buffer.iter_mut().zip(held).for_each(|(to, from)| *to = *from);
                count
            }
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Forward<'_> {
    /// Anywhere in its beginning, and to where it stands.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(step) => self.at.checked_add_signed(step),
            SeekFrom::End(_) => None,
        };
        let place = place.filter(|place| *place <= self.held() || *place == self.at);
        self.at = place.ok_or_else(|| io::Error::other("a place of the member that is not held"))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_can_be_read_twice_and_the_rest_once() {
        let mut rest: &[u8] = b"efgh";
        let mut forward = Forward::new(b"abcd".to_vec(), &mut rest);
        let text = |forward: &mut Forward<'_>, count: u64| {
            let mut text = String::new();
            forward.take(count).read_to_string(&mut text).map(|_| text)
        };
        assert_eq!(text(&mut forward, 3).unwrap(), "abc");
        forward.seek(SeekFrom::Start(1)).unwrap();
        assert_eq!(text(&mut forward, 5).unwrap(), "bcdef");
        assert!(forward.seek(SeekFrom::Start(5)).is_err());
        forward.seek(SeekFrom::Start(2)).unwrap();
        assert!(text(&mut forward, 4).is_err(), "the rest was read on");
    }
}
