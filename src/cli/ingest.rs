//! `ingest`: one document, or the records of a WARC file; which of the two decides what must be said.

use super::{Global, IngestArgs, WrongUse, say};
use crate::pipeline::{self, ByCrawler, ByHand, House, Summary};
use anyhow::Result;
use chrono::Utc;

/// Takes in what was brought.
///
/// # Errors
/// [`WrongUse`] where something is not said, or said that the file itself tells; else as [`pipeline::ingest`] and
/// [`pipeline::ingest_warc`].
pub(super) fn take_in(house: &mut House, global: &Global, args: IngestArgs) -> Result<Summary> {
    // a file that cannot be read is told below, behind what lacks on the command line
    if pipeline::is_warc_file(&house.reader, &args.file).unwrap_or(false) {
        let by = by_crawler(args)?;
        return say::while_running(global, |tell| pipeline::ingest_warc(house, &by, Utc::now, tell));
    }
    let by_hand = by_hand(args)?;
    let (listener, bar) = say::progress(global);
    house.listener = listener;
    let taken = pipeline::ingest(house, by_hand, Utc::now());
    bar.finish_and_clear();
    let taken = taken?;
    Ok(Summary { taken: vec![taken], ..Summary::default() })
}

fn by_crawler(args: IngestArgs) -> Result<ByCrawler, WrongUse> {
    let told = [("--as-of", args.as_of.is_some()), ("--url", args.url.is_some())];
    if let Some((option, _)) = told.into_iter().find(|(_, said)| *said) {
        return Err(WrongUse(format!("{option}: each record of a WARC file says that of itself")));
    }
    let obtained_from = args.obtained_from.unwrap_or_default();
    Ok(ByCrawler { file: args.file, source: args.source, any_address: args.any_address, obtained_from })
}

fn by_hand(args: IngestArgs) -> Result<ByHand, WrongUse> {
    let lacking = |option: &str| WrongUse(format!("{option} is needed: {} is no WARC file", args.file.display()));
    if args.any_address {
        return Err(WrongUse("--any-address is for WARC files".to_string()));
    }
    Ok(ByHand {
        source: args.source.ok_or_else(|| lacking("--source"))?,
        as_of: args.as_of.ok_or_else(|| lacking("--as-of"))?,
        obtained_from: args.obtained_from.ok_or_else(|| lacking("--obtained-from"))?,
        file: args.file.clone(),
        url: args.url,
    })
}
