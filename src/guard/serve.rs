//! The child: walls first, then the question about the document on standard input, the answer on standard output.

use super::Ask;
use super::answer::{Failure, answer};
use super::fallen::{NO_MEMORY, NO_WALLS};
use super::walls::{self, Work};
use super::wire::{MOST_MESSAGE, Reply, VERSION, write};
use crate::parse::{Input, ParseError};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

/// A document of so many bytes is taken into memory, for containers are read here and there.
const IN_MEMORY: u64 = 64 << 20;
/// Bytes that are collected before they are written: some hundred rows, for the parent works on them meanwhile.
const PIECE: usize = 128 << 10;
/// The exit code of a child whose answer nobody wants (`EX_IOERR` of sysexits.h).
const NOBODY_LISTENS: u8 = 74;

/// Answers one question, as JSON of [`Ask`]; what the program does when it is started as a child.
pub fn serve(ask: &str) -> ExitCode {
    let asked = serde_json::from_str::<Ask>(ask);
    let work = asked.as_ref().map_or(Work::Document, |ask| ask.work(size_of_input()));
    let walls = match walls::raise(work) {
        Ok(walls) => walls,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(NO_WALLS);
        }
    };
    // The file and not the standard library's, which looks for lines to write.
    let Ok(out) = io::stdout().as_fd().try_clone_to_owned() else { return ExitCode::from(NOBODY_LISTENS) };
    let mut mouth = Mouth { said: Vec::new(), out: File::from(out) };
    mouth.say(&Reply::Hello { version: VERSION, walls });
    let ended = match asked {
        Ok(ask) => obey(&ask, &mut mouth),
        Err(error) => Err(ParseError::malformed("question", error.to_string(), "one that this version knows").into()),
    };
    if let Some(error) = ended.as_ref().err().filter(|error| error.is_for_memory()) {
        eprintln!("{error}");
        return ExitCode::from(NO_MEMORY);
    }
    mouth.end(ended);
    ExitCode::SUCCESS
}

fn obey(ask: &Ask, mouth: &mut Mouth) -> Result<(), Failure> {
    let document = standard_input(ask.is_bulk()).map_err(ParseError::Io)?;
    answer(ask, document, &mut |reply| mouth.say(&reply))
}

/// Bytes of the document; 0 where nobody says.
fn size_of_input() -> u64 {
    let file = io::stdin().as_fd().try_clone_to_owned().map(File::from);
    file.and_then(|file| file.metadata()).map_or(0, |about| about.len())
}

/// The document from its start, wherever somebody has read to.
fn standard_input(streams: bool) -> io::Result<Box<dyn Input>> {
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let size = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    if size > IN_MEMORY || streams {
        return Ok(Box::new(BufReader::with_capacity(PIECE, file)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.read_to_end(&mut bytes)?;
    Ok(Box::new(Cursor::new(bytes)))
}

/// Standard output, a piece at a time.
struct Mouth {
    said: Vec<u8>,
    out: File,
}

impl Mouth {
    fn say(&mut self, reply: &Reply) {
        if write(reply, &mut self.said).is_none() {
            let (place, what) = ("document".to_string(), "a row or text".to_string());
            self.end(Err(ParseError::TooLarge { place, what, limit: MOST_MESSAGE as u64 }.into()));
            std::process::exit(0);
        }
        if self.said.len() >= PIECE || reply.is_waited_for() {
            self.flush();
        }
    }

    fn end(&mut self, ended: Result<(), Failure>) {
        if write(&Reply::End(ended), &mut self.said).is_some() {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.out.write_all(&self.said).is_err() {
            std::process::exit(i32::from(NOBODY_LISTENS));
        }
        self.said.clear();
    }
}
