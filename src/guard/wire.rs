//! What a child says and how it is written: messages of a stated length, each a [`Reply`]. The first names the version, the
//! last is the end; a stream without either is no answer.

use super::answer::Failure;
use super::{Fallen, Member, Told};
use crate::parse::sheaf::Sheaf;
use crate::parse::{Event, Format};
use crate::unpack::Listing;

/// Changes with every change of [`Reply`] or of what it carries: a program replaced while it runs must not be misread.
pub const VERSION: u32 = 3;
/// Bytes of a message. The longest row of a spreadsheet, 16,384 cells of a kilobyte each, fits; one that is longer is
/// refused by the child with a sentence, and by us without a look into it.
pub const MOST_MESSAGE: usize = 16 << 20;
/// Bytes of the number in front of a message: its length, little end first.
const LENGTH: usize = 4;

/// A part of an answer.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub enum Reply {
    /// The first message: which version is spoken, and which walls of the kernel stand.
    Hello {
        /// [`VERSION`] of the child.
        version: u32,
        /// A few words for the log.
        walls: String,
    },
    /// What a container lists.
    Members(Listing),
    /// The beginning of a member.
    Head(Vec<u8>),
    /// Format and member, by the bytes.
    Recognized(Format, Option<Member>),
    /// A part of the document.
    Event(Event),
    /// Rows in bulk.
    Sheaf(Sheaf),
    /// A part of a crawl.
    Crawl(Told),
    /// The last message: the document is read to its end, or refused.
    End(Result<(), Failure>),
}

impl Reply {
    /// Whether somebody must hear it now: whatever becomes of the child, it is known over which record of a crawl it fell, those before
    /// are in, and it is seen to live.
    pub fn is_waited_for(&self) -> bool {
        matches!(self, Reply::Crawl(Told::Found(_) | Told::Ended(_) | Told::Further { .. }))
    }
}

/// Appends a message; `None` if it is longer than a message may be.
pub fn write(reply: &Reply, to: &mut Vec<u8>) -> Option<()> {
    let start = to.len();
    to.extend_from_slice(&[0; LENGTH]);
    let mut written = postcard::to_extend(reply, std::mem::take(to)).ok()?;
    let length = written.len().checked_sub(start + LENGTH).filter(|length| *length <= MOST_MESSAGE);
    match length.and_then(|length| u32::try_from(length).ok()) {
        Some(length) => written.get_mut(start..start + LENGTH)?.copy_from_slice(&length.to_le_bytes()),
        None => written.truncate(start),
    }
    *to = written;
    length.map(drop)
}

/// Bytes that came, cut into messages. It never holds more than one message and what came with its end.
#[derive(Debug, Default)]
pub struct Messages {
    came: Vec<u8>,
    at: usize,
}

impl Messages {
    /// Takes in what came.
    pub fn push(&mut self, bytes: &[u8]) {
        self.came.drain(..std::mem::take(&mut self.at));
        self.came.extend_from_slice(bytes);
    }

    /// Whether all that came was whole messages.
    pub fn is_empty(&self) -> bool {
        self.at == self.came.len()
    }

    /// The next message, once it is whole.
    ///
    /// # Errors
    /// [`Fallen::Protocol`]: bytes that are no message, or the length of one that is too long.
    pub fn next(&mut self) -> Result<Option<Reply>, Fallen> {
        let rest = self.came.get(self.at..).unwrap_or_default();
        let Some((length, rest)) = rest.split_first_chunk::<LENGTH>() else { return Ok(None) };
        let length = u32::from_le_bytes(*length) as usize;
        if length > MOST_MESSAGE {
            return Err(Fallen::protocol(format!("a message of {length} bytes, more than {MOST_MESSAGE}")));
        }
        let Some(message) = rest.get(..length) else { return Ok(None) };
        let (reply, left) = postcard::take_from_bytes(message)
            .map_err(|error| Fallen::protocol(format!("bytes that are no message ({error})")))?;
        if !left.is_empty() {
            return Err(Fallen::protocol("a message with bytes after its end"));
        }
        self.at += LENGTH + length;
        Ok(Some(reply))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Cell, ParseError, Row};
    use proptest::prelude::*;

    fn row(text: &str) -> Reply {
        let cell = Cell { column: 3, text: text.into(), raw: Some("1.25".into()), copy_of: Some((7, 2)) };
        Reply::Event(Event::Row(Row { number: 9, cells: vec![cell] }))
    }

    fn all(messages: &mut Messages) -> Result<Vec<String>, String> {
        let mut seen = Vec::new();
        while let Some(reply) = messages.next().map_err(|error| error.to_string())? {
            seen.push(format!("{reply:?}"));
        }
        Ok(seen)
    }

    #[test]
    fn messages_survive_any_cutting() {
        let io = ParseError::Io(std::io::Error::other("gone"));
        let said = [row("106,2¹⁾"), row(""), Reply::Head(vec![0xFF; 300]), Reply::End(Err(io.into()))];
        let mut bytes = Vec::new();
        said.iter().for_each(|reply| write(reply, &mut bytes).unwrap());
        for step in [1, 3, 7, 1000] {
            let (mut messages, mut seen) = (Messages::default(), Vec::new());
            for piece in bytes.chunks(step) {
                messages.push(piece);
                seen.extend(all(&mut messages).unwrap());
            }
            assert!(messages.is_empty());
            assert_eq!(seen.len(), said.len());
            assert!(seen[0].contains("106,2¹⁾") && seen[3].contains("gone"), "{seen:?}");
        }
    }

    #[test]
    fn a_message_too_long_is_not_written_and_not_read() {
        let mut bytes = vec![7];
        assert!(write(&Reply::Head(vec![0; MOST_MESSAGE + 1]), &mut bytes).is_none());
        assert_eq!(bytes, [7]);
        let mut messages = Messages::default();
        messages.push(&u32::MAX.to_le_bytes());
        assert!(all(&mut messages).unwrap_err().contains("4294967295 bytes"));
        assert!(messages.came.capacity() < 100);
    }

    proptest! {
        #[test]
        fn any_bytes_are_messages_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut messages = Messages::default();
            messages.push(&bytes);
            let _ = all(&mut messages);
            let mut spoilt = Vec::new();
            write(&row("text"), &mut spoilt).unwrap();
            let at = at.index(spoilt.len());
            spoilt[at] = to;
            let mut messages = Messages::default();
            messages.push(&spoilt);
            let _ = all(&mut messages);
        }
    }
}
