//! What a crawler received, as if it had been fetched then: the records of a WARC file that are documents of sources.

use super::intake::Delivery;
use super::read::accepted;
use super::run::moscow_day;
use super::{House, Summary, Taken, take_in};
use crate::config::Source;
use crate::fetch;
use crate::model::DateBasis;
use crate::unpack::Limits;
use crate::unpack::warc::{self, Record, RecordKind, Warc, WarcProblem};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use url::Url;

/// Bytes that tell what a file is.
const ENOUGH: u64 = 4096;
/// The head of an answer and what packing adds to a document, in bytes at most.
const AROUND: u64 = 1 << 20;
/// Records passed over that are listed; further ones are counted.
const MOST_LISTED: usize = 10_000;
/// Characters that are kept of the address of such a record.
const TARGET_CHARS: usize = 300;
/// The status of an answer that has a document.
const OK: u16 = 200;

/// A WARC file that a person brings, with its provenance.
#[derive(Debug, Clone)]
pub struct ByCrawler {
    /// The file.
    pub file: PathBuf,
    /// Only documents of this source.
    pub source: Option<String>,
    /// Of that source, whatever their address: all that are of a kind that it may be.
    pub any_address: bool,
    /// Where this copy came from; empty: the file itself.
    pub obtained_from: String,
}

/// A record that was not taken in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PassedOver {
    /// Where it begins in the file.
    pub offset: u64,
    /// The address that was asked.
    pub target: String,
    /// Why it was passed over.
    pub reason: String,
}

/// A document as a record holds it.
struct Found {
    sources: Vec<String>,
    target: Url,
    date: DateTime<Utc>,
    content_type: String,
    body: Vec<u8>,
}

/// Whether the file is a WARC file, by its first bytes or else by its name.
///
/// # Errors
/// A file that cannot be read.
pub fn is_warc_file(file: &Path) -> Result<bool> {
    let mut head = Vec::new();
    let opened = File::open(file).with_context(|| format!("reading {}", file.display()))?;
    opened.take(ENOUGH).read_to_end(&mut head).with_context(|| format!("reading {}", file.display()))?;
    let name = file.to_string_lossy().to_lowercase();
    Ok(warc::is_warc(&head) || [".warc", ".warc.gz"].iter().any(|end| name.ends_with(end)))
}

/// Takes in every record that is a document of a source; `tell` hears of each.
///
/// # Errors
/// A file that cannot be opened, an unknown source, or the store failing. A file that is damaged further on ends in
/// [`Summary::stopped`], and what came before stays.
pub fn ingest_warc(
    house: &mut House,
    by: &ByCrawler,
    clock: fn() -> DateTime<Utc>,
    tell: &(dyn Fn(&Taken) + Sync),
) -> Result<Summary> {
    let chosen: Vec<Source> = match &by.source {
        Some(id) => vec![house.source(id)?.clone()],
        None => house.config.sources.clone(),
    };
    let largest = chosen.iter().map(|source| source.fetch.max_bytes).max().unwrap_or(0);
    let opened = File::open(&by.file).with_context(|| format!("reading {}", by.file.display()))?;
    let mut crawl = Warc::open(BufReader::new(opened), Limits::DEFAULT)?;
    let mut summary = Summary::default();
    loop {
        let record = match crawl.next_record() {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(summary),
            Err(error) => return Ok(stopped(summary, by, &error)),
        };
        let found = match sources_of(&record, &chosen, by) {
            Ok(wanted) => match crawl.block(largest.saturating_add(AROUND)) {
                Ok(block) => document(&record, wanted, block, by, largest),
                Err(error) if matches!(error.problem, WarcProblem::TooLarge { .. }) => Err(Some(error.problem.to_string())),
                Err(error) => return Ok(stopped(summary, by, &error)),
            },
            Err(reason) => Err(reason),
        };
        match found {
            Ok(found) => deliver(house, &mut summary, by, &record, found, clock, tell)?,
            Err(reason) => summary.pass_over(&record, reason),
        }
    }
}

fn stopped(summary: Summary, by: &ByCrawler, error: &warc::WarcError) -> Summary {
    Summary { stopped: Some(format!("{}: {error}", by.file.display())), ..summary }
}

/// The sources that the record may be a document of, with its address and moment; or why it is none, `None` for what
/// never is one.
type Wanted<'s> = (Vec<&'s Source>, Url, DateTime<Utc>);

fn sources_of<'s>(record: &Record, chosen: &'s [Source], by: &ByCrawler) -> Result<Wanted<'s>, Option<String>> {
    match record.kind {
        RecordKind::Response | RecordKind::Resource => {}
        RecordKind::Revisit => return Err(Some("a revisit: the document is in the record of an earlier visit".to_string())),
        kind @ (RecordKind::Conversion | RecordKind::Continuation) => return Err(Some(format!("a {kind} record"))),
        RecordKind::Other => return Err(None),
    }
    if let Some(why) = &record.truncated {
        return Err(Some(format!("the crawler cut it off ({why})")));
    }
    let target = Url::parse(&record.target).map_err(|_| Some("its address is none".to_string()))?;
    let any = by.source.is_some() && by.any_address;
    let fits = |source: &&Source| any || source.fetch.gave(&target, by.source.is_some());
    let wanted: Vec<&Source> = chosen.iter().filter(fits).collect();
    if wanted.is_empty() {
        return Err(Some(
            by.source.as_ref().map_or("no source has this address".to_string(), |id| format!("no address of {id}")),
        ));
    }
    let date = record.date.ok_or_else(|| Some("it does not say when it was received".to_string()))?;
    Ok((wanted, target, date))
}

fn document(
    record: &Record,
    (sources, target, date): Wanted<'_>,
    block: Vec<u8>,
    by: &ByCrawler,
    largest: u64,
) -> Result<Found, Option<String>> {
    let (content_type, body) = match record.kind {
        RecordKind::Response => {
            let answer = warc::response(&block, largest).map_err(|error| Some(error.to_string()))?;
            if answer.status != OK {
                return Err(Some(format!("HTTP status {}", answer.status)));
            }
            (answer.content_type, answer.body)
        }
        _ => (record.content_type.clone(), block),
    };
    let small = |source: &&&Source| body.len() as u64 <= source.fetch.max_bytes;
    // what has a source's address is its document, and if it is another kind of file that is worth recording
    let kind = |source: &&&Source| !by.any_address || fetch::check_kind(&body, &accepted(source)).is_ok();
    let sources: Vec<String> = sources.iter().filter(small).filter(kind).map(|source| source.id.clone()).collect();
    if sources.is_empty() {
        return Err(Some(format!("{} bytes of {}: too many, or another kind of file", body.len(), fetch::sniff(&body))));
    }
    Ok(Found { sources, target, date, content_type, body })
}

fn deliver(
    house: &mut House,
    summary: &mut Summary,
    by: &ByCrawler,
    record: &Record,
    found: Found,
    clock: fn() -> DateTime<Utc>,
    tell: &(dyn Fn(&Taken) + Sync),
) -> Result<()> {
    let file = by.file.file_name().unwrap_or_default().to_string_lossy();
    let place = format!("{file}, record at byte {} ({})", record.offset, record.id);
    let whence = by.obtained_from.trim();
    for source in found.sources {
        let attempt = house.store.begin_attempt(&source, "ingest", None, clock())?;
        let label = format!("{file}, byte {}", record.offset);
        let delivery = Delivery {
            url: found.target.to_string(),
            obtained_from: if whence.is_empty() { place.clone() } else { format!("{whence}: {place}") },
            content_type: found.content_type.clone(),
            http_status: (record.kind == RecordKind::Response).then_some(OK),
            captured: Some(found.date),
            ..Delivery::of(source, label, found.body.clone(), moscow_day(found.date), DateBasis::Recorded)
        };
        let taken = take_in(house, attempt, delivery, clock())?;
        tell(&taken);
        summary.taken.push(taken);
    }
    Ok(())
}

impl Summary {
    fn pass_over(&mut self, record: &Record, reason: Option<String>) {
        match reason {
            Some(reason) if self.passed.len() < MOST_LISTED => {
                let target = record.target.chars().take(TARGET_CHARS).collect();
                self.passed.push(PassedOver { offset: record.offset, target, reason });
            }
            _ => self.passed_more += 1,
        }
    }
}
