//! `source new`: a block of `sources.toml` that is proposed from a document.

use super::{FINE, Global, SourceArgs, WrongUse, document, put};
use crate::config::Config;
use crate::guard::{Document, Reader};
use crate::pipeline::{self, Look, Naming, Places};
use crate::propose::{self, Proposal};
use anyhow::{Context, Result};
use std::io::Write;
use std::path::Path;

/// Tables without a reading that are named on standard error.
const TOLD: usize = 5;

/// Prints the block, or writes it into a new file.
///
/// # Errors
/// A file that cannot be read or is of no known format, an id that is none, a file that is there already.
pub(super) fn write(places: &Places, global: &Global, args: &SourceArgs) -> Result<u8> {
    let (bytes, kept) = document::read(&args.file)?;
    let (reader, document) = (Reader::child()?, Document::held(&bytes, kept));
    let look = Look { format: args.format, charset: args.charset.clone(), ..Look::default() };
    let file = args.file.display();
    let proposal = pipeline::propose(&reader, &document, &look, naming(places, args)?).with_context(|| file.to_string())?;
    match &args.out {
        _ if global.json => put(&format!("{}\n", machine(&proposal))),
        None => put(&proposal.text),
        Some(out) => {
            let made = std::fs::OpenOptions::new().write(true).create_new(true).open(out);
            let mut made = made.map_err(|error| WrongUse(format!("{}: expected a new file: {error}", out.display())))?;
            made.write_all(proposal.text.as_bytes()).with_context(|| format!("writing {}", out.display()))?;
        }
    }
    if !global.quiet {
        tell(&file.to_string(), &proposal);
    }
    Ok(FINE)
}

/// Ids that the configuration does not have yet, save the publisher's.
fn naming(places: &Places, args: &SourceArgs) -> Result<Naming> {
    let plain = |id: &&String| !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if let Some(id) = args.id.iter().chain([&args.publisher]).find(|id| !plain(id)) {
        anyhow::bail!(WrongUse(format!("expected an id of lower-case letters, digits and hyphens, found {id:?}")));
    }
    // a configuration with mistakes does not keep anybody from adding to it; without a file the block begins one
    let config = places.config.as_deref().and_then(|file| Config::load(file).ok());
    let taken = |id: &str| config.as_ref().is_some_and(|config| config.source(id).is_some());
    if let Some(id) = args.id.as_ref().filter(|id| taken(id)) {
        anyhow::bail!(WrongUse(format!("the configuration has a source {id:?} already")));
    }
    let document = args.file.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let stem = propose::id(&Path::new(&document).with_extension("").to_string_lossy(), "new-source");
    let free = || (2..).map(|number| format!("{stem}-{number}")).find(|id| !taken(id)).unwrap_or_default();
    let id = args.id.clone().unwrap_or_else(|| if taken(&stem) { free() } else { stem.clone() });
    let publisher_known = config.as_ref().is_some_and(|config| config.publishers.iter().any(|one| one.id == args.publisher));
    let shipped = Config::builtin().ok();
    let publisher_is = shipped.and_then(|config| config.publishers.into_iter().find(|one| one.id == args.publisher));
    Ok(Naming { document, id, publisher: args.publisher.clone(), publisher_known, publisher_is })
}

/// What was proposed, in a few lines beside the block.
fn tell(file: &str, proposal: &Proposal) {
    let figures: usize = proposal.readings.iter().map(|reading| reading.figures).sum();
    let (readings, left) = (proposal.readings.len(), proposal.left.len());
    let proposed = if readings == 1 {
        "1 reading proposed, which reads".to_owned()
    } else {
        format!("{readings} readings proposed, which read")
    };
    eprintln!("{file}: {proposed} {figures} figures; tables without one: {left}");
    for left in proposal.left.iter().take(TOLD) {
        eprintln!("  {}: {}", left.table, left.why);
    }
    if left > TOLD {
        eprintln!("  … {} more, as comments in the block", left - TOLD);
    }
}

fn machine(proposal: &Proposal) -> serde_json::Value {
    serde_json::json!({ "schema": 1, "block": proposal.text, "readings": proposal.readings, "left": proposal.left })
}
