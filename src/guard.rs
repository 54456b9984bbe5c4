//! A document from outside is read by a child: the same program, started anew for one question about one document, walled
//! in, and watched. Whatever the document does to its reader happens to the child, and is a typed outcome here.
//!
//! Its standard input is the document, its answer comes over a pipe in messages (`wire`), of which nothing is trusted.
//! `answer` is what it does; a library user and a unit test call the same function without a child ([`Reader::InProcess`]).

mod answer;
mod crawl;
mod fallen;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
mod recognize;
mod serve;
mod stop;
mod walls;
mod watch;
mod wire;

pub use answer::Failure;
pub use crawl::{Found, MOST_LISTED, Passed, Sought, Told, Why, beginning};
pub use fallen::Fallen;
pub use recognize::{Unrecognized, by_beginning};
pub use serve::serve;
pub use stop::Stop;
pub use watch::{Limits, Program};

use crate::parse::sheaf::Sheaf;
use crate::parse::{Event, Format, Input};
use crate::unpack::Listing;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, Write};
use std::ops::ControlFlow;
use walls::Work;
use wire::Reply;

/// Bytes of a document's beginning by which its kind, and the title of a page, are told.
pub const HEAD_BYTES: usize = 64 << 10;

/// Who reads documents; chosen once, when the house is opened.
#[derive(Debug, Clone)]
pub enum Reader {
    /// This process: for documents of our own, and for tests.
    InProcess,
    /// A child for every question.
    Child(Program),
}

/// A document: its bytes here, or its beginning, and the file that a child gets as its standard input.
#[derive(Debug)]
pub struct Document<'b> {
    bytes: &'b [u8],
    file: Option<File>,
    /// Only the file has all of it.
    part: bool,
}

/// A question about a document; it travels to the child as its one argument.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// What a container lists.
    Members,
    /// The beginning of a member.
    Head {
        /// Its number in the list, from 0.
        member: usize,
    },
    /// The format, by the bytes.
    Recognize,
    /// Everything in it.
    Read(Wanted),
    /// The rows of its tables, in bulk.
    Sheaves(Wanted),
    /// The documents in a crawl.
    Crawl(Sought),
}

impl Ask {
    /// What answering takes, for a document of so many bytes.
    fn work(&self, size: u64) -> Work {
        match self {
            Ask::Members | Ask::Head { .. } | Ask::Recognize | Ask::Read(_) => Work::Document,
            Ask::Sheaves(_) => Work::Bulk(size),
            Ask::Crawl(_) => Work::Crawl(size),
        }
    }

    /// Whether the document may be of any length: it is read as it comes, and is given time by its size.
    fn is_bulk(&self) -> bool {
        self.work(0) != Work::Document
    }
}

/// How a document is to be read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Its format.
    pub format: Format,
    /// The charset of a text document that does not declare one.
    pub charset: Option<String>,
    /// The member that is the document, where it is packed: its number in the list, from 0.
    pub member: Option<usize>,
}

/// A member of a container.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Member {
    /// Its number in the list, from 0.
    pub index: usize,
    /// Its name; empty where a GZIP file does not state it.
    pub name: String,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The document is refused.
    #[error(transparent)]
    Refused(#[from] Failure),
    /// The child that read it did not come to an end of its own.
    #[error(transparent)]
    Fallen(#[from] Fallen),
}

impl<'b> Document<'b> {
    /// A document of which only the bytes are at hand.
    pub fn of(bytes: &'b [u8]) -> Document<'b> {
        Document { bytes, file: None, part: false }
    }

    /// A document that is kept in a file of the same bytes.
    pub fn held(bytes: &'b [u8], file: File) -> Document<'b> {
        Document { bytes, file: Some(file), part: false }
    }

    /// A document that only a file holds, of which these bytes are the beginning.
    pub fn in_file(beginning: &'b [u8], file: File) -> Document<'b> {
        Document { bytes: beginning, file: Some(file), part: true }
    }

    /// What a reader in this process reads; one that reads here and there is given all of it in memory.
    fn input(&self, streams: bool) -> io::Result<Box<dyn Input + '_>> {
        let mut file = match &self.file {
            Some(file) if self.part => file.try_clone()?,
            _ => return Ok(Box::new(Cursor::new(self.bytes))),
        };
        file.rewind()?;
        if streams {
            return Ok(Box::new(BufReader::new(file)));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Box::new(Cursor::new(bytes)))
    }

    /// Its beginning.
    pub fn head(&self) -> &'b [u8] {
        self.bytes.get(..HEAD_BYTES).unwrap_or(self.bytes)
    }

    /// A file for a child; one without a name is made where there is none.
    fn file(&self) -> io::Result<File> {
        if let Some(file) = &self.file {
            return file.try_clone();
        }
        let mut file = tempfile::tempfile()?;
        file.write_all(self.bytes)?;
        file.rewind()?;
        Ok(file)
    }
}

impl Reader {
    /// A child of the program that runs now.
    ///
    /// # Errors
    /// [`Fallen::NotStarted`] where the system does not say which program that is.
    pub fn child() -> Result<Reader, Fallen> {
        Program::current().map(Reader::Child)
    }

    /// The word that ends what is being read; a reader in this process comes to its end by itself.
    pub fn stop(&self) -> Stop {
        match self {
            Reader::InProcess => Stop::default(),
            Reader::Child(program) => program.stop.clone(),
        }
    }

    /// What a container lists.
    ///
    /// # Errors
    /// [`ReadError`]: it is no container, or a hostile one.
    pub fn members(&self, document: &Document<'_>) -> Result<Listing, ReadError> {
        self.one(document, &Ask::Members, |reply| match reply {
            Reply::Members(listing) => Some(listing),
            _ => None,
        })
    }

    /// The beginning of a member, up to [`HEAD_BYTES`].
    ///
    /// # Errors
    /// [`ReadError`]: the member is damaged, or hostile.
    pub fn member_head(&self, document: &Document<'_>, member: &Member) -> Result<Vec<u8>, ReadError> {
        self.one(document, &Ask::Head { member: member.index }, |reply| match reply {
            Reply::Head(bytes) => Some(bytes),
            _ => None,
        })
    }

    /// The format of a document by its bytes, and the member that is the document if it is packed alone.
    ///
    /// # Errors
    /// [`ReadError`]: it is of no format read here.
    pub fn recognize(&self, document: &Document<'_>) -> Result<(Format, Option<Member>), ReadError> {
        self.one(document, &Ask::Recognize, |reply| match reply {
            Reply::Recognized(format, member) => Some((format, member)),
            _ => None,
        })
    }

    /// Reads a document and hands its events to `sink`, in order.
    ///
    /// # Errors
    /// [`ReadError`]. Events handed out before stay handed out: the caller drops them.
    pub fn read(&self, document: &Document<'_>, wanted: Wanted, sink: &mut dyn FnMut(Event)) -> Result<(), ReadError> {
        self.parts(document, &Ask::Read(wanted), &mut |reply| match reply {
            Reply::Event(event) => {
                sink(event);
                Ok(ControlFlow::Continue(()))
            }
            _ => Err(another()),
        })
    }

    /// Reads the tables of a document in bulk and hands their rows to `sink`, in order, until it has enough.
    ///
    /// # Errors
    /// [`ReadError`]; [`Fallen::Stopped`] where `sink` ended it. Rows handed out before stay handed out.
    pub fn sheaves(
        &self,
        document: &Document<'_>,
        wanted: Wanted,
        sink: &mut dyn FnMut(Sheaf) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        self.parts(document, &Ask::Sheaves(wanted), &mut |reply| match reply {
            Reply::Sheaf(sheaf) => Ok(sink(sheaf)),
            _ => Err(another()),
        })
    }

    /// Reads a crawl and hands what is told of its records to `sink`, in order, until it has enough.
    ///
    /// # Errors
    /// As [`Reader::sheaves`]. What was told before stays told, but for a document that has no end.
    pub fn crawl(
        &self,
        document: &Document<'_>,
        sought: Sought,
        sink: &mut dyn FnMut(Told) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let mut order = crawl::Order::of(&sought);
        let read = self.parts(document, &Ask::Crawl(sought), &mut |reply| match reply {
            Reply::Crawl(told) => {
                order.keeps(&told)?;
                Ok(sink(told))
            }
            _ => Err(another()),
        });
        // a crawl that breaks off in a document is not told as ended there
        if read.is_ok() { Ok(order.ends()?) } else { read }
    }

    /// Hands on every part of an answer until somebody has enough, or finds that it is none.
    fn parts(
        &self,
        document: &Document<'_>,
        ask: &Ask,
        sink: &mut dyn FnMut(Reply) -> Result<ControlFlow<()>, Fallen>,
    ) -> Result<(), ReadError> {
        let mut fault = None;
        let asked = self.ask(document, ask, &mut |reply| {
            sink(reply).unwrap_or_else(|fallen| {
                fault.get_or_insert(fallen);
                ControlFlow::Break(())
            })
        });
        fault.map_or(asked, |fallen| Err(fallen.into()))
    }

    /// The one reply to a question that has one.
    fn one<T>(&self, document: &Document<'_>, ask: &Ask, pick: impl Fn(Reply) -> Option<T>) -> Result<T, ReadError> {
        let mut picked = None;
        self.ask(document, ask, &mut |reply| {
            picked = pick(reply);
            ControlFlow::Continue(())
        })?;
        picked.ok_or_else(|| Fallen::protocol("no answer to the question").into())
    }

    fn ask(&self, document: &Document<'_>, ask: &Ask, sink: &mut dyn FnMut(Reply) -> ControlFlow<()>) -> Result<(), ReadError> {
        match self {
            Reader::InProcess => {
                let input = document.input(ask.is_bulk()).map_err(|error| Fallen::not_started("the document's file", &error))?;
                let mut enough = false;
                answer::answer(ask, input, &mut |reply| enough = enough || sink(reply).is_break())?;
                if enough { Err(Fallen::Stopped.into()) } else { Ok(()) }
            }
            Reader::Child(program) => {
                let file = document.file().map_err(|error| Fallen::not_started("the document's file", &error))?;
                Ok(program.ask(file, ask, sink)??)
            }
        }
    }
}

fn another() -> Fallen {
    Fallen::protocol("an answer to another question")
}

#[cfg(test)]
mod tests;
