//! `check --source`: the mistakes of one source's block, or what the block says in words.

use super::{FINE, Global, WRONG_USE};
use crate::config::{Config, Reach, Source};
use crate::fetch::Place;
use crate::normalize::spec::{Mapping, Read};
use crate::pipeline::{self, BadConfiguration, Places};
use anyhow::Result;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::fmt::Write as _;

/// Checks the block and sums it up.
///
/// # Errors
/// [`BadConfiguration`] with the mistakes of this source.
pub(super) fn check(places: &Places, global: &Global, id: &str, now: DateTime<Utc>) -> Result<u8> {
    let config = match pipeline::sources_alone(places, Some(id)) {
        Err(BadConfiguration(mistakes)) if global.json => {
            println!("{}", json!({ "schema": 1, "mistakes": mistakes }));
            return Ok(WRONG_USE);
        }
        read => read?,
    };
    for source in config.sources.iter().filter(|source| source.id == id) {
        if global.json {
            println!("{}", machine(source, now));
        } else if !global.quiet {
            print!("{}", words(&config, source, now));
        }
    }
    Ok(FINE)
}

fn words(config: &Config, source: &Source, now: DateTime<Utc>) -> String {
    let mut out = String::new();
    let publisher = config.publishers.iter().find(|one| one.id == source.publisher).map_or("", |one| &one.name);
    let _ = writeln!(out, "{}: no mistakes\n  {} ({publisher})", source.id, source.title);
    for place in &source.fetch.places {
        let _ = writeln!(out, "  address   {}", place);
    }
    let _ = writeln!(out, "  hosts     {}", source.fetch.hosts.join(", "));
    let formats: Vec<String> = source.formats.iter().map(ToString::to_string).collect();
    let _ = writeln!(out, "  format    {}", formats.join(" or "));
    let _ = writeln!(out, "  schedule  {} ({}, {})", source.schedule.in_words(), source.schedule.cron, source.schedule.zone);
    let next = if source.reach() == Reach::Nowhere { None } else { source.schedule.next_due(now) };
    if let Some(next) = next {
        let there = next.with_timezone(&source.schedule.zone).format("%A %Y-%m-%d %H:%M");
        let _ = writeln!(out, "  next      {there} there, {} UTC", next.format("%Y-%m-%d %H:%M"));
    }
    let note = source.state.note.as_ref().map_or(String::new(), |note| format!(": {note}"));
    let reach = match source.reach().in_words() {
        "" => String::new(),
        words => format!(", {words}"),
    };
    let _ = writeln!(out, "  state     {}{reach}{note}", source.state.kind.as_str());
    for line in readings(&source.mapping) {
        let _ = writeln!(out, "  reading   {line}");
    }
    out
}

/// A line a reading: name, series, unit, and what guards it.
fn readings(mapping: &Mapping) -> Vec<String> {
    let mut lines: Vec<String> = mapping.reads.iter().map(read).collect();
    lines.extend(mapping.prose.iter().map(|prose| {
        let unit = prose.unit.as_deref().unwrap_or("as the sentence says");
        format!("{:?}: {}, unit {unit}; sentences like {:?}", prose.name, prose.series, prose.text.as_str())
    }));
    lines.extend(mapping.lines.iter().map(|one| format!("{:?}: rows as they are, {} columns", one.name, one.columns.len())));
    lines
}

fn read(read: &Read) -> String {
    let unit = read.unit.as_deref().unwrap_or("as the table says");
    let expect = &read.expect;
    let mut guards = Vec::new();
    guards.extend(expect.from.map(|from| format!("from {from}")));
    guards.extend(expect.to.map(|to| format!("to {to}")));
    guards.extend(expect.min_series.map(|least| format!("at least {least} series")));
    guards.extend(expect.range.map(|(low, high)| format!("{low} to {high}")));
    guards.extend(expect.contiguous.then(|| "no holes".to_string()));
    guards.extend((!read.checkpoints.is_empty()).then(|| format!("checkpoints: {}", read.checkpoints.len())));
    let guards = if guards.is_empty() { "nothing: expect and checkpoint would guard it".to_string() } else { guards.join(", ") };
    format!("{:?}: {}, unit {unit}; expects {guards}", read.name, read.series)
}

fn machine(source: &Source, now: DateTime<Utc>) -> serde_json::Value {
    let reads = source.mapping.reads.iter().map(|read| (&read.name, read.series.to_string(), &read.unit));
    let prose = source.mapping.prose.iter().map(|prose| (&prose.name, prose.series.to_string(), &prose.unit));
    let readings: Vec<_> =
        reads.chain(prose).map(|(name, series, unit)| json!({ "name": name, "series": series, "unit": unit })).collect();
    json!({
        "schema": 1, "mistakes": [], "source": source.id, "title": source.title,
        "addresses": source.fetch.places.iter().map(Place::to_string).collect::<Vec<_>>(), "hosts": source.fetch.hosts,
        "formats": source.formats, "state": source.state.kind.as_str(), "fetched": source.reach().in_words(),
        "schedule": { "cron": source.schedule.cron, "zone": source.schedule.zone.name(), "words": source.schedule.in_words(),
            "next": source.schedule.next_due(now) },
        "readings": readings,
    })
}
