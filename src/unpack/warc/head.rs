//! The head of a WARC record: named fields, one a line.

use super::WarcProblem;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use std::fmt;

/// What a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum RecordKind {
    /// An answer as received, its protocol's head included.
    Response,
    /// A document as it is, without a protocol's head.
    Resource,
    /// That the document was the same as at an earlier visit; the document itself is elsewhere.
    Revisit,
    /// A document in another form than it was received in.
    Conversion,
    /// A further part of a record that was split.
    Continuation,
    /// A request, a description: never a document.
    Other,
}

impl RecordKind {
    /// The names that ISO 28500 gives to those that may be documents.
    const NAMED: [(&str, RecordKind); 5] = [
        ("response", RecordKind::Response),
        ("resource", RecordKind::Resource),
        ("revisit", RecordKind::Revisit),
        ("conversion", RecordKind::Conversion),
        ("continuation", RecordKind::Continuation),
    ];
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(RecordKind::NAMED.iter().find(|(_, kind)| kind == self).map_or("other", |(name, _)| name))
    }
}

/// The head of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Where it begins in the file.
    pub offset: u64,
    /// What it holds.
    pub kind: RecordKind,
    /// The address that was asked; empty where none is named.
    pub target: String,
    /// When the crawler received it.
    pub date: Option<DateTime<Utc>>,
    /// Its own id.
    pub id: String,
    /// What the block is.
    pub content_type: String,
    /// Why the crawler cut it off, if it did.
    pub truncated: Option<String>,
    /// Bytes of the block.
    pub length: u64,
}

/// Reads the lines of a head; the first is the version.
pub(super) fn record(lines: &[String], number: u64, offset: u64) -> Result<Record, WarcProblem> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in lines.iter().skip(1) {
        match (line.split_once(':'), fields.last_mut()) {
            // a line that begins with a blank goes on with the one before it
            (_, Some((_, value))) if line.starts_with([' ', '\t']) => *value = format!("{value} {}", line.trim()),
            (Some((name, value)), _) => fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
            (None, _) => return Err(WarcProblem::Head(format!("expected \"Name: value\", found {line:?}"))),
        }
    }
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let text = |name: &str| unbracketed(field(name).unwrap_or_default()).to_owned();
    let length = field("content-length").ok_or_else(|| WarcProblem::Head("no Content-Length".to_owned()))?;
    let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = length.parse().ok().filter(|_| digits);
    let length = parsed.ok_or_else(|| WarcProblem::Head(format!("expected Content-Length in digits, found {length:?}")))?;
    Ok(Record {
        number,
        offset,
        kind: kind(field("warc-type").unwrap_or_default()),
        target: text("warc-target-uri"),
        date: field("warc-date").and_then(date),
        id: text("warc-record-id"),
        content_type: text("content-type"),
        truncated: field("warc-truncated").map(str::to_owned),
        length,
    })
}

fn kind(name: &str) -> RecordKind {
    let found = RecordKind::NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map_or(RecordKind::Other, |(_, kind)| *kind)
}

/// Ids stand in angle brackets, and addresses too where older programs wrote them.
fn unbracketed(text: &str) -> &str {
    text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text)
}

/// An instant in UTC, or a part of one, as version 1.1 allows.
fn date(text: &str) -> Option<DateTime<Utc>> {
    let exact = DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    let minute = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ").ok().map(|at| at.and_utc());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0).map(|at| at.and_utc());
    exact.or_else(minute).or_else(day)
}
