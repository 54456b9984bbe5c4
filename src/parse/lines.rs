//! The text behind the bytes: decoded, its lines ended by a single line feed whatever ended them, the last one too.

use crate::parse::Input;
use encoding_rs::{Decoder, Encoding};
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Bytes that are read and decoded at a time.
const CHUNK: usize = 64 << 10;
/// The end mark of DOS texts; no text has it.
pub const DOS_END: u8 = 0x1A;

/// How many bytes may be handed out before it is renewed: the splitter above holds a record whole.
#[derive(Debug, Clone)]
pub struct Allowance {
    most: u64,
    left: Rc<Cell<u64>>,
}

impl Allowance {
    /// So many bytes.
    pub fn new(most: u64) -> Allowance {
        Allowance { most, left: Rc::new(Cell::new(most)) }
    }

    /// Allows them again.
    pub fn renew(&self) {
        self.left.set(self.most);
    }

    /// Whether nothing may be handed out.
    pub fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Counts what was handed out.
    pub fn spend(&self, bytes: usize) {
        self.left.set(self.left.get().saturating_sub(bytes as u64));
    }
}

/// A reader of UTF-8 lines over bytes of some charset.
pub struct Lines<'a> {
    input: &'a mut dyn Input,
    decoder: Decoder,
    allowance: Allowance,
    chunk: Vec<u8>,
    decoded: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    after_return: bool,
    last: u8,
    ended: bool,
    end_marks: bool,
}

impl<'a> Lines<'a> {
    /// Reads from where the input stands, behind a byte order mark.
    pub fn new(input: &'a mut dyn Input, encoding: &'static Encoding, allowance: Allowance) -> Lines<'a> {
        Lines {
            input,
            decoder: encoding.new_decoder_without_bom_handling(),
            allowance,
            chunk: vec![0; CHUNK],
            decoded: Vec::new(),
            text: Vec::new(),
            at: 0,
            after_return: false,
            last: b'\n',
            ended: false,
            end_marks: false,
        }
    }

    /// Where no DOS text is read, its end mark is a character as any other.
    pub fn with_end_marks(self) -> Lines<'a> {
        Lines { end_marks: true, ..self }
    }

    /// Decodes the next chunk; bytes that no text of the charset has become U+FFFD.
    fn fill(&mut self) -> io::Result<()> {
        let count = read_some(self.input, &mut self.chunk)?;
        let bytes = self.chunk.get(..count).unwrap_or_default();
        self.ended = count == 0;
        let room = self.decoder.max_utf8_buffer_length(count).ok_or_else(|| io::Error::other("a chunk is too large"))?;
        self.decoded.resize(room, 0);
        let (.., written, _) = self.decoder.decode_to_utf8(bytes, &mut self.decoded, self.ended);
        self.decoded.truncate(written);
        self.text.clear();
        self.at = 0;
        self.end_lines();
        if self.ended && self.last != b'\n' {
            self.text.push(b'\n');
        }
        Ok(())
    }

    /// CR, LF and CR LF become LF, also where a chunk parts the two.
    fn end_lines(&mut self) {
        if memchr::memchr2(b'\r', DOS_END, &self.decoded).is_none() && !self.after_return {
            std::mem::swap(&mut self.text, &mut self.decoded);
            self.last = self.text.last().copied().unwrap_or(self.last);
            return;
        }
        for &byte in &self.decoded {
            let second = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            if !second && (self.end_marks || byte != DOS_END) {
                self.text.push(if byte == b'\r' { b'\n' } else { byte });
            }
        }
        self.last = self.text.last().copied().unwrap_or(self.last);
    }
}

fn read_some(input: &mut dyn Input, chunk: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.allowance.is_spent() {
            return Err(io::Error::other("a record is too long"));
        }
        while self.at == self.text.len() && !self.ended {
            self.fill()?;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.at += count;
        self.allowance.spend(count);
        Ok(count)
    }
}
