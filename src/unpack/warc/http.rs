//! An HTTP answer as a crawler wrote it down: its head, and its body out of transfer coding and packing.

use super::chunks::Chunks;
use crate::unpack::RATIO_FLOOR;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};

/// Bytes of an answer's head; those of servers have some thousand.
const MOST_HEAD: u64 = 256 << 10;
/// Bytes of a document that are handed on at once.
const PIECE: usize = 64 << 10;
/// What is said of a head that is cut off.
const NO_END: &str = "its head has no end";
/// Header fields an answer may have; servers send some twenty.
const MOST_FIELDS: usize = 256;
/// Codings that may lie one over another.
const MOST_CODINGS: usize = 4;
/// Bytes that are unpacked at a time.
const BROTLI_BUFFER: usize = 4096;
/// How many times its packed size a body may unpack to, once it is past 16 MiB.
const MOST_RATIO: u64 = 300;

/// An answer that is held, for tests.
#[cfg(any(test, feature = "fuzz"))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, as sent.
    pub content_type: String,
    /// The document.
    pub body: Vec<u8>,
}

/// Why there is no answer in a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum ResponseError {
    /// The block does not begin as an answer.
    #[error("no HTTP answer: {0}")]
    NoAnswer(String),
    /// The body is shorter than it says.
    #[error("the body is cut off: {found} bytes of {wanted}")]
    CutOff {
        /// As the head says.
        wanted: u64,
        /// As it is.
        found: u64,
    },
    /// The coding is unknown, or the coded bytes are damaged.
    #[error("the body cannot be unpacked: {0}")]
    Coding(String),
    /// It unpacks to too much.
    #[error("the body exceeds the limit of {0} bytes")]
    TooLarge(u64),
}

/// What matters of an answer's head.
#[derive(Debug, Default)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, as sent.
    pub content_type: String,
    chunked: bool,
    codings: Vec<String>,
    length: Option<u64>,
}

/// Reads the head of a `response` record's block.
///
/// # Errors
/// No answer, or a head that is none.
pub fn answer(block: &mut impl BufRead) -> Result<Answer, ResponseError> {
    parse(&head(block)?)
}

/// Reads a block that is held, for tests; the document may have so many bytes.
///
/// # Errors
/// No answer, a body that is cut off or damaged, or too much.
#[cfg(any(test, feature = "fuzz"))]
pub fn response(mut block: &[u8], most: u64) -> Result<Response, ResponseError> {
    let answer = answer(&mut block)?;
    let (packed, mut body) = (block.len() as u64, Vec::new());
    answer.unpack(&mut block, packed, most, &mut |piece| body.extend_from_slice(piece))?;
    Ok(Response { status: answer.status, content_type: answer.content_type, body })
}

impl Answer {
    /// The document out of transfer coding and packing, a piece after the other. `body` is all that stands behind the head, so many
    /// bytes; the document may have `most`.
    ///
    /// # Errors
    /// A body that is cut off or damaged, or too much. Pieces handed out before stay handed out.
    pub fn unpack(&self, body: &mut dyn BufRead, packed: u64, most: u64, to: &mut dyn FnMut(&[u8])) -> Result<(), ResponseError> {
        if !self.chunked {
            whole(packed, self.length)?;
            return self.decode(body, packed, most, to);
        }
        let mut chunks = BufReader::new(Chunks::of(body));
        self.decode(&mut chunks, packed, most, to)?;
        // what was packed may end before its chunks do, and those are whole or the answer is not
        io::copy(&mut chunks, &mut io::sink()).map(drop).map_err(why)
    }

    fn decode(&self, body: &mut dyn BufRead, packed: u64, most: u64, to: &mut dyn FnMut(&[u8])) -> Result<(), ResponseError> {
        let (mut body, mut size): (Box<dyn BufRead + '_>, u64) = (Box::new(body), packed);
        for coding in self.codings.iter().rev() {
            size = most.min(MOST_RATIO.saturating_mul(size).max(RATIO_FLOOR));
            let decoder = decoder(coding, body)?;
            body = Box::new(BufReader::new(Limited { inner: decoder, left: size, limit: size }));
        }
        let mut last = Limited { inner: body, left: most, limit: most };
        let mut piece = vec![0; PIECE];
        loop {
            match last.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(count) => to(piece.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(why(error)),
            }
        }
    }
}

/// The head, up to and with the first empty line.
fn head(block: &mut impl BufRead) -> Result<Vec<u8>, ResponseError> {
    let (mut head, mut lines) = (Vec::new(), 0);
    loop {
        let start = head.len();
        let left = MOST_HEAD.saturating_sub(start as u64);
        block.take(left).read_until(b'\n', &mut head).map_err(|error| ResponseError::NoAnswer(error.to_string()))?;
        let line = head.get(start..).unwrap_or_default();
        if lines > 0 && matches!(line, b"\r\n" | b"\n") {
            return Ok(head);
        }
        if !line.ends_with(b"\n") {
            let too_long = head.len() as u64 == MOST_HEAD;
            let end = if too_long { format!("its head exceeds the limit of {MOST_HEAD} bytes") } else { NO_END.to_owned() };
            return Err(ResponseError::NoAnswer(end));
        }
        lines += 1;
    }
}

fn parse(head: &[u8]) -> Result<Answer, ResponseError> {
    let mut fields = vec![httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut answer = httparse::Response::new(&mut fields);
    let mut lenient = httparse::ParserConfig::default();
    lenient.allow_spaces_after_header_name_in_responses(true);
    lenient.allow_obsolete_multiline_headers_in_responses(true);
    lenient.ignore_invalid_headers_in_responses(true);
    let text = as_version_1(head);
    let parsed = lenient.parse_response(&mut answer, &text);
    let problem = |words: &dyn std::fmt::Display| ResponseError::NoAnswer(words.to_string());
    match parsed {
        Ok(status) if status.is_complete() => {}
        Ok(_) => return Err(problem(&NO_END)),
        Err(error) => return Err(problem(&error)),
    }
    let mut told = Answer { status: answer.code.unwrap_or_default(), ..Answer::default() };
    for field in answer.headers.iter() {
        let value = String::from_utf8_lossy(field.value).trim().to_owned();
        match field.name.to_ascii_lowercase().as_str() {
            "content-type" => told.content_type = value,
            "transfer-encoding" => told.chunked |= value.to_ascii_lowercase().contains("chunked"),
            "content-encoding" => told.codings.extend(value.split(',').map(|one| one.trim().to_ascii_lowercase())),
            "content-length" => told.length = value.parse().ok(),
            _ => {}
        }
    }
    told.codings.retain(|coding| !matches!(coding.as_str(), "" | "identity" | "none"));
    if told.codings.len() > MOST_CODINGS {
        return Err(ResponseError::Coding(format!("{} codings", told.codings.len())));
    }
    Ok(told)
}

/// Crawlers that spoke a later version write it into the first line; the fields below are written as ever.
fn as_version_1(head: &[u8]) -> Cow<'_, [u8]> {
    let later = head.starts_with(b"HTTP/2") || head.starts_with(b"HTTP/3");
    match head.iter().position(|byte| *byte == b' ').and_then(|at| head.get(at..)).filter(|_| later) {
        Some(rest) => Cow::Owned([b"HTTP/1.1", rest].concat()),
        None => Cow::Borrowed(head),
    }
}

fn whole(found: u64, stated: Option<u64>) -> Result<(), ResponseError> {
    match stated {
        Some(wanted) if wanted > found => Err(ResponseError::CutOff { wanted, found }),
        _ => Ok(()),
    }
}

/// The reader of one packing; likewise of what is not packed any more.
fn decoder<'b>(coding: &str, mut body: Box<dyn BufRead + 'b>) -> Result<Box<dyn Read + 'b>, ResponseError> {
    let mut start = Vec::new();
    body.by_ref().take(2).read_to_end(&mut start).map_err(why)?;
    let (packed, zlib) = (start == super::GZIP_MAGIC, is_zlib(&start));
    let body = Cursor::new(start).chain(body);
    Ok(match coding {
        "gzip" | "x-gzip" if packed => Box::new(MultiGzDecoder::new(body)),
        "gzip" | "x-gzip" => Box::new(body),
        // some leave out the head that the standard wants
        "deflate" if zlib => Box::new(ZlibDecoder::new(body)),
        "deflate" => Box::new(DeflateDecoder::new(body)),
        "br" => Box::new(brotli::Decompressor::new(body, BROTLI_BUFFER)),
        other => return Err(ResponseError::Coding(format!("the coding {other:?} is not known here"))),
    })
}

/// Whether a stream that begins so has the head of RFC 1950: method 8, and a sum that 31 divides.
fn is_zlib(start: &[u8]) -> bool {
    matches!(start, [method, flags] if method & 15 == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
}

/// What an error in the midst of a body means.
fn why(error: io::Error) -> ResponseError {
    let said = error.to_string();
    error.downcast::<ResponseError>().unwrap_or(ResponseError::Coding(said))
}

impl From<ResponseError> for io::Error {
    fn from(error: ResponseError) -> io::Error {
        io::Error::other(error)
    }
}

/// A reader of so many bytes at most; one more is an error.
struct Limited<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let left = self.left.checked_sub(count as u64);
        self.left = left.ok_or(ResponseError::TooLarge(self.limit))?;
        Ok(count)
    }
}
