//! A document from outside is read by a child: the same program, started anew for one question about one document, walled
//! in, and watched. Whatever the document does to its reader happens to the child, and is a typed outcome here.
//!
//! Its standard input is the document, its answer comes over a pipe in messages (`wire`), of which nothing is trusted.
//! `answer` is what it does; a library user and a unit test call the same function without a child ([`Reader::InProcess`]).

mod answer;
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
pub use fallen::Fallen;
pub use recognize::{Unrecognized, by_beginning};
pub use serve::serve;
pub use stop::Stop;
pub use watch::{Limits, Program};

use crate::parse::sheaf::Sheaf;
use crate::parse::{Event, Format};
use crate::unpack::Listing;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, Write};
use std::ops::ControlFlow;
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
}

impl Ask {
    /// Whether the document may be of any length: it is read as it comes, and is given time by its size.
    fn is_bulk(&self) -> bool {
        matches!(self, Ask::Sheaves(_))
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

    /// All its bytes, for a reader in this process.
    fn whole(&self) -> io::Result<Cow<'b, [u8]>> {
        let mut file = match &self.file {
            Some(file) if self.part => file.try_clone()?,
            _ => return Ok(Cow::Borrowed(self.bytes)),
        };
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        Ok(Cow::Owned(bytes))
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
        let mut strange = false;
        self.ask(document, &Ask::Read(wanted), &mut |reply| {
            match reply {
                Reply::Event(event) => sink(event),
                _ => strange = true,
            }
            ControlFlow::Continue(())
        })?;
        if strange { Err(Fallen::protocol("an answer to another question").into()) } else { Ok(()) }
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
        let mut strange = false;
        self.ask(document, &Ask::Sheaves(wanted), &mut |reply| match reply {
            Reply::Sheaf(sheaf) => sink(sheaf),
            _ => {
                strange = true;
                ControlFlow::Break(())
            }
        })
        .map_err(|error| if strange { Fallen::protocol("an answer to another question").into() } else { error })
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
                let whole = document.whole().map_err(|error| Fallen::not_started("the document's file", &error))?;
                let mut enough = false;
                answer::answer(ask, Box::new(Cursor::new(whole)), &mut |reply| enough = enough || sink(reply).is_break())?;
                if enough { Err(Fallen::Stopped.into()) } else { Ok(()) }
            }
            Reader::Child(program) => {
                let file = document.file().map_err(|error| Fallen::not_started("the document's file", &error))?;
                Ok(program.ask(file, ask, sink)??)
            }
        }
    }
}

#[cfg(test)]
mod tests;
