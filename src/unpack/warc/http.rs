//! An HTTP answer as a crawler wrote it down: its head, and its body out of transfer coding and packing.

use crate::unpack::RATIO_FLOOR;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::borrow::Cow;
use std::io::Read;

/// Header fields an answer may have; servers send some twenty.
const MOST_FIELDS: usize = 256;
/// Codings that may lie one over another.
const MOST_CODINGS: usize = 4;
/// Bytes that are unpacked at a time.
const BROTLI_BUFFER: usize = 4096;
/// How many times its packed size a body may unpack to, once it is past 16 MiB.
const MOST_RATIO: u64 = 300;

/// An answer.
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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

/// What matters of the head.
#[derive(Debug, Default)]
struct Head {
    status: u16,
    content_type: String,
    chunked: bool,
    codings: Vec<String>,
    length: Option<u64>,
}

/// Reads the block of a `response` record; the document may have so many bytes.
///
/// # Errors
/// No answer, a body that is cut off or damaged, or too much.
pub fn response(block: &[u8], most: u64) -> Result<Response, ResponseError> {
    let (head, body) = split(block).ok_or_else(|| ResponseError::NoAnswer("its head has no end".to_owned()))?;
    let head = parse(head)?;
    let mut body = if head.chunked { dechunked(body)? } else { whole(body, head.length)?.into() };
    for coding in head.codings.iter().rev() {
        body = Cow::Owned(decoded(&body, coding, most)?);
    }
    if body.len() as u64 > most {
        return Err(ResponseError::TooLarge(most));
    }
    Ok(Response { status: head.status, content_type: head.content_type, body: body.into_owned() })
}

/// Head and body, on both sides of the first empty line.
fn split(block: &[u8]) -> Option<(&[u8], &[u8])> {
    let after = |end: &[u8]| memchr::memmem::find(block, end).map(|at| at + end.len());
    let end = [after(b"\n\r\n"), after(b"\n\n")].into_iter().flatten().min()?;
    block.split_at_checked(end)
}

fn parse(head: &[u8]) -> Result<Head, ResponseError> {
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
        Ok(_) => return Err(problem(&"its head has no end")),
        Err(error) => return Err(problem(&error)),
    }
    let mut told = Head { status: answer.code.unwrap_or_default(), ..Head::default() };
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

fn whole(body: &[u8], length: Option<u64>) -> Result<&[u8], ResponseError> {
    let found = body.len() as u64;
    match length {
        Some(wanted) if wanted > found => Err(ResponseError::CutOff { wanted, found }),
        _ => Ok(body),
    }
}

/// The body out of its chunks. Some crawlers undo the coding and leave the field that tells of it: what begins with no
/// chunk is the body itself.
fn dechunked(body: &[u8]) -> Result<Cow<'_, [u8]>, ResponseError> {
    let (mut rest, mut out, mut first) = (body, Vec::new(), true);
    loop {
        let (start, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(found)) => found,
            Err(_) if first => return Ok(Cow::Borrowed(body)),
            Err(_) => return Err(ResponseError::Coding("expected the size of a chunk".to_owned())),
            Ok(httparse::Status::Partial) => return Err(cut_off(&out, 0)),
        };
        if size == 0 {
            return Ok(Cow::Owned(out));
        }
        let data = rest.get(start..).unwrap_or_default();
        let chunk = usize::try_from(size).ok().and_then(|size| data.split_at_checked(size));
        let (chunk, after) = chunk.ok_or_else(|| cut_off(&out, size))?;
        out.extend_from_slice(chunk);
        let line_end = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n"));
        rest = line_end.unwrap_or(after);
        first = false;
    }
}

fn cut_off(out: &[u8], size: u64) -> ResponseError {
    let found = out.len() as u64;
    ResponseError::CutOff { wanted: found.saturating_add(size.max(1)), found }
}

/// The body out of one packing, likewise as it is where it is not packed any more.
fn decoded(body: &[u8], coding: &str, most: u64) -> Result<Vec<u8>, ResponseError> {
    let most = most.min(MOST_RATIO.saturating_mul(body.len() as u64).max(RATIO_FLOOR));
    match coding {
        "gzip" | "x-gzip" if body.starts_with(super::GZIP_MAGIC) => read(MultiGzDecoder::new(body), most),
        "gzip" | "x-gzip" => Ok(body.to_vec()),
        "deflate" => read(ZlibDecoder::new(body), most).or_else(|_| read(DeflateDecoder::new(body), most)),
        "br" => read(brotli::Decompressor::new(body, BROTLI_BUFFER), most),
        other => Err(ResponseError::Coding(format!("the coding {other:?} is not known here"))),
    }
}

fn read(decoder: impl Read, most: u64) -> Result<Vec<u8>, ResponseError> {
    let mut out = Vec::new();
    decoder.take(most.saturating_add(1)).read_to_end(&mut out).map_err(|error| ResponseError::Coding(error.to_string()))?;
    if out.len() as u64 > most { Err(ResponseError::TooLarge(most)) } else { Ok(out) }
}
