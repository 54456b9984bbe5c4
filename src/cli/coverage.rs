//! `coverage`: what the figures of papers rest on, by section, and what would settle the rest.

use super::Global;
use crate::pipeline::{self, Basis, Cover, House, Settler};
use crate::report::plural;
use anyhow::Result;
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use std::collections::BTreeMap;
use std::io::Write;

/// Claims that one line names; `--json` has them all.
const NAMED: usize = 4;

/// Prints what the figures of one paper, or of all, rest on. Nothing is stored.
///
/// # Errors
/// An unknown paper, or the store failing.
pub(super) fn print(house: &House, global: &Global, paper: Option<&str>) -> Result<u8> {
    let covers = pipeline::covers(house, paper)?;
    if global.json {
        let papers: Vec<_> = covers.iter().map(json).collect();
        println!("{}", serde_json::json!({ "schema": 1, "papers": papers }));
        return Ok(super::FINE);
    }
    let mut out = std::io::stdout().lock();
    for cover in &covers {
        writeln!(out, "{}", text(cover))?;
    }
    Ok(super::FINE)
}

fn text(cover: &Cover) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["section", "claims"].into_iter().chain(Basis::NAMES));
    for (section, counts) in sections(cover) {
        table.add_row(row(section, &counts));
    }
    table.add_row(row("all", &counts(cover.claims.iter().map(|(_, _, basis)| *basis))));
    let figures = cover.claims.iter().filter(|(_, _, basis)| basis.is_figure()).count();
    let mut text =
        format!("{}: {} of {} claims have an official figure beside them\n{table}\n", cover.paper, figures, cover.claims.len());
    let mut open: Vec<_> = cover.open.iter().collect();
    open.sort_by_key(|(settler, claims)| (std::cmp::Reverse(claims.len()), *settler));
    if !open.is_empty() {
        text += "would settle the rest:\n";
    }
    for (settler, claims) in open {
        let who = match settler {
            Settler::Source(id, state) => format!("{id} ({state})"),
            Settler::Nobody(family) => format!("{family} (no source is configured)"),
        };
        let named: Vec<&str> = claims.iter().take(NAMED).map(String::as_str).collect();
        let more = if claims.len() > NAMED { ", …" } else { "" };
        text += &format!("  {who}: {}: {}{more}\n", plural(claims.len(), "claim", "claims"), named.join(", "));
    }
    text
}

fn sections(cover: &Cover) -> Vec<(&str, BTreeMap<&'static str, usize>)> {
    let mut order: Vec<&str> = cover.claims.iter().map(|(_, section, _)| section.as_str()).collect();
    order.dedup();
    let of = |section: &str| counts(cover.claims.iter().filter(|(_, at, _)| at == section).map(|(_, _, basis)| *basis));
    order.into_iter().map(|section| (section, of(section))).collect()
}

fn counts(bases: impl Iterator<Item = Basis>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    bases.for_each(|basis| *counts.entry(basis.as_str()).or_default() += 1);
    counts
}

fn row(section: &str, counts: &BTreeMap<&'static str, usize>) -> Vec<String> {
    let cells = Basis::NAMES.iter().map(|basis| counts.get(basis).map(usize::to_string).unwrap_or_default());
    [section.to_string(), counts.values().sum::<usize>().to_string()].into_iter().chain(cells).collect()
}

fn json(cover: &Cover) -> serde_json::Value {
    let claim = |(claim, section, basis): &(String, String, Basis)| {
        let reason = if let Basis::Searched(reason) = basis { Some(reason.as_str()) } else { None };
        serde_json::json!({ "claim": claim, "section": section, "basis": basis.as_str(), "reason": reason })
    };
    let open = |(settler, claims): (&Settler, &Vec<String>)| match settler {
        Settler::Source(id, state) => serde_json::json!({ "source": id, "state": state, "claims": claims }),
        Settler::Nobody(family) => serde_json::json!({ "family": family, "claims": claims }),
    };
    serde_json::json!({
        "paper": cover.paper,
        "claims": cover.claims.iter().map(claim).collect::<Vec<_>>(),
        "open": cover.open.iter().map(open).collect::<Vec<_>>(),
    })
}
