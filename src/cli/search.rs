//! `search`: what is called so, in any of the languages in which things are called.

use super::grid::plain;
use super::{Global, SearchArgs, WrongUse};
use crate::pipeline::House;
use crate::store::{LabelHit, LabelKind, LabelSought};
use anyhow::Result;
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use std::io::Write;

/// Prints what was found, the best match first. Nothing found is no failure.
///
/// # Errors
/// Words without a letter or digit, or the store failing.
pub(super) fn print(house: &House, global: &Global, args: &SearchArgs) -> Result<u8> {
    let text = args.words.join(" ");
    if !text.chars().any(char::is_alphanumeric) {
        anyhow::bail!(WrongUse(format!("{text:?} has no word to look for")));
    }
    let sought = LabelSought { text, kind: args.kind, skip: 0, most: args.most.saturating_add(1) };
    let mut hits = house.store.search(&sought)?;
    let more = hits.len() > args.most as usize;
    hits.truncate(args.most as usize);
    if global.json {
        let hits: Vec<_> = hits.iter().map(json).collect();
        println!("{}", serde_json::json!({ "schema": 1, "words": sought.text, "more": more, "hits": hits }));
        return Ok(super::FINE);
    }
    let mut out = std::io::stdout().lock();
    if hits.is_empty() {
        writeln!(out, "nothing is called {:?}", sought.text)?;
        return Ok(super::FINE);
    }
    writeln!(out, "{}", table(&hits))?;
    if more {
        writeln!(out, "and more: --most says how many are listed, --kind narrows it down")?;
    }
    Ok(super::FINE)
}

fn table(hits: &[LabelHit]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["what", "name", "is called", "series"]);
    for hit in hits {
        let name = match hit.kind {
            LabelKind::Claim => format!("{} {}", hit.owner, hit.name),
            LabelKind::Row => hit.owner.clone(),
            _ => hit.name.clone(),
        };
        let more = if hit.more > 0 { format!("\nand {} more", hit.more) } else { String::new() };
        table.add_row([hit.kind.as_str().to_string(), plain(&name), plain(&hit.title), hit.series.join("\n") + &more]);
    }
    table
}

fn json(hit: &LabelHit) -> serde_json::Value {
    serde_json::json!({
        "kind": hit.kind.as_str(), "owner": hit.owner, "name": hit.name, "title": hit.title, "series": hit.series,
        "more_series": hit.more,
    })
}
