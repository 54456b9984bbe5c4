//! A crawl, record after record: which of them may be documents, and those as they come. Nothing of it is held.

mod bytes;

use super::Fallen;
use crate::fetch::Given;
use crate::parse::Input;
use crate::unpack::Limits;
use crate::unpack::warc::{self, Answer, Block, Record, RecordKind, ResponseError, Warc, WarcError};
use chrono::{DateTime, Utc};
use std::io::{BufRead, BufReader, Read};
use url::Url;

/// Records passed over that are told one by one; further ones are counted.
pub const MOST_LISTED: u64 = 10_000;
/// The head of an answer and what packing adds to a document, in bytes at most.
const AROUND: u64 = 1 << 20;
/// Bytes of a document that are told at once.
const PIECE: usize = 64 << 10;
/// A sign of life is given after so many bytes, or records, of which there is nothing to say: a few of them a second.
const SILENT_BYTES: u64 = 32 << 20;
const SILENT_RECORDS: u64 = 1 << 10;
/// Characters that are told of the address of a record that was passed over, and of its other fields.
const FIELD_CHARS: usize = 300;
/// The status of an answer that has a document.
const OK: u16 = 200;

/// Which records of a crawl are wanted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sought {
    /// Those of these addresses.
    pub given: Vec<Given>,
    /// Bytes a document may have.
    pub largest: u64,
    /// Those with a number above this one: the others were looked at before.
    pub after: u64,
    /// Those that are left alone, by [`Found::name`].
    pub left: Vec<String>,
}

/// A record that has a document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Found {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Where it begins in the file.
    pub offset: u64,
    /// Its own id.
    pub id: String,
    /// The address that was asked.
    pub target: String,
    /// When the crawler received it.
    pub date: DateTime<Utc>,
    /// What it is said to be.
    pub content_type: String,
    /// The answer's status, where it is one.
    pub status: Option<u16>,
}

impl Found {
    /// What tells it from every other record.
    pub fn name(&self) -> String {
        name(self.number, self.offset, &self.id)
    }
}

/// A record that is no document of anybody's.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Passed {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Where it begins in the file.
    pub offset: u64,
    /// The beginning of the address that was asked.
    pub target: String,
    /// Why it was passed over.
    pub why: Why,
}

/// Why a record is passed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum Why {
    /// It points to another record.
    #[error("a revisit: the document is in the record of an earlier visit")]
    Revisit,
    /// It is of a kind that is not read.
    #[error("a {0} record")]
    Kind(String),
    /// The crawler has not kept all of it.
    #[error("the crawler cut it off ({0})")]
    CutOff(String),
    /// It names no address.
    #[error("its address is none")]
    NoAddress,
    /// Its address is not wanted.
    #[error("no source has this address")]
    Foreign,
    /// It has no day.
    #[error("it does not say when it was received")]
    Undated,
    /// Its reader fell over it before.
    #[error("in quarantine: it ended its reader before")]
    Left,
    /// It is larger than a document may be.
    #[error("the block in bytes exceeds the limit of {0}")]
    TooLarge(u64),
    /// There is no document in it.
    #[error(transparent)]
    Answer(#[from] ResponseError),
    /// The publisher gave none.
    #[error("HTTP status {0}")]
    Status(u16),
}

/// A part of what is told of a crawl.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Told {
    /// A record was passed over.
    Passed(Passed),
    /// So many further ones were, up to the record of this number; none: a sign of life.
    Further {
        /// How many.
        count: u64,
        /// The last record that was looked at.
        number: u64,
    },
    /// A document begins.
    Found(Found),
    /// Bytes of it.
    Piece(#[serde(with = "bytes")] Vec<u8>),
    /// All of it was told, or it is none after all.
    Ended(Result<(), Why>),
}

/// Tells the records of a crawl.
///
/// # Errors
/// A file that is cut off or damaged; what was told before stays told.
pub(super) fn tell<'d>(sought: &Sought, crawl: Box<dyn Input + 'd>, say: &mut dyn FnMut(Told)) -> Result<(), WarcError> {
    let opened = Warc::open(BufReader::new(crawl), Limits::DEFAULT);
    let mut crawl = opened.map_err(|error| WarcError { number: 1, offset: 0, problem: warc::WarcProblem::Io(error) })?;
    let mut teller = Teller { say, listed: 0, silent: 0, further: 0, number: 0 };
    let told = every(sought, &mut crawl, &mut teller);
    teller.rest();
    told
}

fn every<R: BufRead>(sought: &Sought, crawl: &mut Warc<R>, teller: &mut Teller<'_>) -> Result<(), WarcError> {
    while let Some(record) = next(crawl, teller)? {
        let number = record.number;
        if number <= sought.after {
            teller.quietly(number);
            continue;
        }
        match look(&record, sought) {
            Ok(date) => open(crawl, record, date, sought.largest, teller)?,
            Err(Some(why)) => teller.passed(number, record.offset, &record.target, why),
            Err(None) => teller.count(number),
        }
        teller.number = number;
    }
    Ok(())
}

/// The next record, however long the block before it is.
fn next<R: BufRead>(crawl: &mut Warc<R>, teller: &mut Teller<'_>) -> Result<Option<Record>, WarcError> {
    while crawl.pass_over(SILENT_BYTES)? == SILENT_BYTES {
        teller.further();
    }
    crawl.next_record()
}

/// The moment of a record that is wanted; or why it is not, `None` for what never is a document.
fn look(record: &Record, sought: &Sought) -> Result<DateTime<Utc>, Option<Why>> {
    match record.kind {
        RecordKind::Response | RecordKind::Resource => {}
        RecordKind::Revisit => return Err(Some(Why::Revisit)),
        kind @ (RecordKind::Conversion | RecordKind::Continuation) => return Err(Some(Why::Kind(kind.to_string()))),
        RecordKind::Other => return Err(None),
    }
    if let Some(why) = &record.truncated {
        return Err(Some(Why::CutOff(beginning(why))));
    }
    let target = Url::parse(&record.target).map_err(|_| Some(Why::NoAddress))?;
    if !sought.given.iter().any(|given| given.is(&target)) {
        return Err(Some(Why::Foreign));
    }
    if !sought.left.is_empty() && sought.left.contains(&name(record.number, record.offset, &beginning(&record.id))) {
        return Err(Some(Why::Left));
    }
    record.date.ok_or(Some(Why::Undated))
}

/// Tells the document of a record, if it has one.
fn open<R: BufRead>(
    crawl: &mut Warc<R>,
    record: Record,
    date: DateTime<Utc>,
    largest: u64,
    teller: &mut Teller<'_>,
) -> Result<(), WarcError> {
    let most = largest.saturating_add(AROUND);
    let Ok(mut block) = crawl.block(most) else {
        teller.passed(record.number, record.offset, &record.target, Why::TooLarge(most));
        return Ok(());
    };
    let (number, offset) = (record.number, record.offset);
    let answer = match record.kind {
        RecordKind::Response => Some(warc::answer(&mut block)),
        _ => None,
    };
    let answer = match answer.transpose() {
        Ok(Some(answer)) if answer.status != OK => Err(Why::Status(answer.status)),
        other => other.map_err(Why::Answer),
    };
    match answer {
        Ok(answer) => {
            let (status, said) = match &answer {
                Some(answer) => (Some(answer.status), &answer.content_type),
                None => (None, &record.content_type),
            };
            let content_type = beginning(said);
            let (id, target) = (beginning(&record.id), record.target);
            teller.say(Told::Found(Found { number, offset, id, target, date, content_type, status }));
            let ended = pour(&mut block, answer.as_ref(), largest, teller);
            // what the file did to the record is told of the file
            block.end()?;
            teller.say(Told::Ended(ended));
        }
        Err(why) => {
            block.end()?;
            teller.passed(number, offset, &record.target, why);
        }
    }
    Ok(())
}

/// Tells the bytes of a document.
fn pour<R: BufRead>(block: &mut Block<'_, R>, answer: Option<&Answer>, largest: u64, teller: &mut Teller<'_>) -> Result<(), Why> {
    let mut tell = |piece: &[u8]| teller.say(Told::Piece(piece.to_vec()));
    if let Some(answer) = answer {
        let packed = block.left();
        return Ok(answer.unpack(block, packed, largest, &mut tell)?);
    }
    if block.left() > largest {
        return Err(Why::TooLarge(largest));
    }
    let mut piece = vec![0; PIECE];
    loop {
        match block.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => tell(piece.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            // the block knows
            Err(error) => return Err(ResponseError::Coding(error.to_string()).into()),
        }
    }
}

/// Says what there is to say of records, and counts the rest.
struct Teller<'s> {
    say: &'s mut dyn FnMut(Told),
    listed: u64,
    /// Records of which nothing was said since something was.
    silent: u64,
    /// Those of them that count.
    further: u64,
    /// The last record that was looked at.
    number: u64,
}

impl Teller<'_> {
    fn say(&mut self, told: Told) {
        self.rest();
        self.silent = 0;
        (self.say)(told);
    }

    fn passed(&mut self, number: u64, offset: u64, target: &str, why: Why) {
        if self.listed >= MOST_LISTED {
            return self.count(number);
        }
        self.listed += 1;
        self.say(Told::Passed(Passed { number, offset, target: beginning(target), why }));
    }

    fn count(&mut self, number: u64) {
        self.further += 1;
        self.quietly(number);
    }

    fn quietly(&mut self, number: u64) {
        self.number = number;
        self.silent += 1;
        if self.silent >= SILENT_RECORDS {
            self.further();
        }
    }

    /// What was counted and not told.
    fn rest(&mut self) {
        if self.further > 0 {
            self.further();
        }
    }

    fn further(&mut self) {
        let (count, number) = (std::mem::take(&mut self.further), self.number);
        self.silent = 0;
        (self.say)(Told::Further { count, number });
    }
}

/// What is told comes in this order, whoever tells it: no document in another, no bytes of none, not too many of them.
#[derive(Debug)]
pub(super) struct Order {
    largest: u64,
    /// Bytes of the document that is being told.
    open: Option<u64>,
    number: u64,
}

impl Order {
    pub(super) fn of(sought: &Sought) -> Order {
        Order { largest: sought.largest, open: None, number: sought.after }
    }

    /// Whether this may come next.
    ///
    /// # Errors
    /// [`Fallen::Protocol`].
    pub(super) fn keeps(&mut self, told: &Told) -> Result<(), Fallen> {
        let number = match (told, self.open) {
            (Told::Piece(piece), Some(came)) => {
                let came = came.saturating_add(piece.len() as u64);
                self.open = Some(came);
                return if came > self.largest { Err(Fallen::protocol("more of a document than may be")) } else { Ok(()) };
            }
            (Told::Ended(_), Some(_)) => {
                self.open = None;
                return Ok(());
            }
            (Told::Piece(_) | Told::Ended(_), None) => return Err(Fallen::protocol("bytes of no document")),
            (_, Some(_)) => return Err(Fallen::protocol("a record in the midst of another")),
            (Told::Found(found), None) => {
                self.open = Some(0);
                found.number
            }
            (Told::Passed(passed), None) => passed.number,
            // of records that were looked at before there may be a sign of life
            (Told::Further { count: 0, .. }, None) => return Ok(()),
            (Told::Further { number, .. }, None) => *number,
        };
        let fresh = number > self.number || matches!(told, Told::Further { .. }) && number == self.number;
        self.number = self.number.max(number);
        if fresh { Ok(()) } else { Err(Fallen::protocol("a record that was told before")) }
    }

    /// Whether all may end here.
    ///
    /// # Errors
    /// [`Fallen::Protocol`].
    pub(super) fn ends(&self) -> Result<(), Fallen> {
        if self.open.is_some() { Err(Fallen::protocol("an end in the midst of a document")) } else { Ok(()) }
    }
}

fn name(number: u64, offset: u64, id: &str) -> String {
    format!("record {number} at byte {offset} ({id})")
}

/// As much of a text of a document as is told: its beginning.
pub fn beginning(text: &str) -> String {
    text.chars().take(FIELD_CHARS).collect()
}

#[cfg(test)]
mod tests;
