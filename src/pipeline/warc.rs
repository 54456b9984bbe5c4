//! What a crawler received, as if it had been fetched then: the records of a WARC file that are documents of sources. Whoever reads
//! documents takes the crawl apart; what is told of it comes in here, a document at a time.

mod spool;
mod taker;

use super::{House, Summary, Taken};
use crate::config::Source;
use crate::fetch::{self, Kind};
use crate::guard::{Document, Fallen, Member, ReadError, Reader};
use crate::unpack::warc;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use taker::Taker;

/// Bytes that tell what a file is.
const ENOUGH: u64 = 4096;
/// So often a crawl is read on behind a record that ended its reader; one that has more of them was made for that.
const MOST_FALLS: u32 = 8;

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

/// Whether the file is a WARC file, by its name or else by its first bytes, which a reader unpacks if need be.
///
/// # Errors
/// A file that cannot be read.
pub fn is_warc_file(reader: &Reader, file: &Path) -> Result<bool> {
    let mut head = Vec::new();
    let opened = File::open(file).with_context(|| format!("reading {}", file.display()))?;
    (&opened).take(ENOUGH).read_to_end(&mut head).with_context(|| format!("reading {}", file.display()))?;
    let name = file.to_string_lossy().to_lowercase();
    if warc::is_warc(&head) || [".warc", ".warc.gz"].iter().any(|end| name.ends_with(end)) {
        return Ok(true);
    }
    let first = Member { index: 0, name: String::new() };
    let packed = fetch::sniff(&head) == Kind::Gzip;
    Ok(packed && reader.member_head(&Document::in_file(&head, opened), &first).is_ok_and(|head| warc::is_warc(&head)))
}

/// Takes in every record that is a document of a source; `tell` hears of each. A record that ends its reader goes to quarantine, and
/// the crawl is read on behind it.
///
/// # Errors
/// A file that cannot be opened, an unknown source, no reader that could be started, or the store failing. A file that is damaged
/// further on, or harms whoever reads it, ends in [`Summary::stopped`], and what came before stays.
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
    let file = File::open(&by.file).with_context(|| format!("reading {}", by.file.display()))?;
    let reader = house.reader.clone();
    let mut taker = Taker::new(house, by, &chosen, clock, tell);
    for falls in 0.. {
        let (sought, before) = (taker.sought()?, taker.number());
        let document = Document::in_file(&[], file.try_clone().with_context(|| format!("reading {}", by.file.display()))?);
        let Err(error) = reader.crawl(&document, sought, &mut |told| taker.hear(told)) else { break };
        if let Some(failed) = taker.failed() {
            return Err(failed);
        }
        let fallen = match error {
            ReadError::Fallen(fallen) if fallen.is_of_document() => fallen,
            ReadError::Fallen(fallen @ Fallen::NotStarted { .. }) => {
                return Err(fallen).with_context(|| format!("reading {}", by.file.display()));
            }
            // damage is the file's, and a stop is somebody's who may bring it again
            other => return Ok(taker.stopped(&other.to_string())),
        };
        taker.fell(&fallen)?;
        if falls == MOST_FALLS || taker.number() == before {
            let place = format!("after record {}: {}: {fallen}", taker.number(), fallen.code());
            return Ok(taker.stopped(&place));
        }
    }
    Ok(taker.done())
}
