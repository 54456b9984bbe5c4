//! `diff`: stored reconciliations, and which verdicts differ between two of them. Nothing is stored.

use super::grid::plain;
use super::{Global, WrongUse, put};
use crate::pipeline::House;
use crate::report::plural;
use crate::store::{Decided, Difference, ReconciliationRow, Store, Told};
use anyhow::Result;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What is said where nothing was ever stored.
const NOTHING: &str = "nothing was reconciled yet; `sverka reconcile` does";
/// What is said where there are no two states.
const NOTHING_TO_COMPARE: &str =
    "there is one state at most; once something changed, `sverka diff` compares it with the new one\n";
/// So many characters name a digest.
const SHORT: usize = 12;

/// What is compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub before: Option<String>,
    pub after: Option<String>,
    pub paper: Option<String>,
}

/// A reconciliation of one paper, or a day of all.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Id(i64),
    Day(NaiveDate),
}

/// Two states of one paper.
struct Pair {
    paper: String,
    before: ReconciliationRow,
    after: ReconciliationRow,
    differences: Vec<Difference>,
}

/// Lists every stored reconciliation.
///
/// # Errors
/// An unknown paper, or the store failing.
pub(super) fn list(house: &House, global: &Global, paper: Option<&str>) -> Result<u8> {
    house.papers(paper)?;
    let rows = house.store.reconciliations(paper)?;
    if global.json {
        println!("{}", serde_json::json!({ "schema": 1, "reconciliations": rows }));
    } else if rows.is_empty() {
        put(&format!("{NOTHING}\n"));
    } else {
        put(&rows.iter().map(listed).collect::<String>());
    }
    Ok(super::FINE)
}

/// Compares two stored reconciliations of each paper asked for.
///
/// # Errors
/// An unknown paper, reconciliation or date, or the store failing.
pub(super) fn print(house: &House, global: &Global, asked: &Asked) -> Result<u8> {
    let pairs = pairs(house, asked)?;
    if global.json {
        println!("{}", serde_json::json!({ "schema": 1, "papers": pairs.iter().map(json).collect::<Vec<_>>() }));
    } else if pairs.is_empty() {
        put(NOTHING_TO_COMPARE);
    } else {
        put(&pairs.iter().map(said).collect::<String>());
    }
    Ok(super::FINE)
}

fn pairs(house: &House, asked: &Asked) -> Result<Vec<Pair>> {
    let moments = [&asked.before, &asked.after].map(|text| text.as_deref().map(moment).transpose());
    let [before, after] = moments;
    let (before, after) = (before?, after?);
    let store = &house.store;
    let mut owner: Option<String> = None;
    for moment in [before, after].into_iter().flatten() {
        if let Moment::Id(id) = moment {
            let paper =
                store.paper_of(id)?.ok_or_else(|| wrong(format!("no reconciliation {id}; `sverka diff --list` lists them")))?;
            if owner.as_ref().is_some_and(|owner| *owner != paper) || asked.paper.as_ref().is_some_and(|asked| *asked != paper) {
                return Err(wrong(format!("reconciliation {id} is one of {paper}; expected two of one paper")));
            }
            owner = Some(paper);
        }
    }
    let chosen = house.papers(owner.as_deref().or(asked.paper.as_deref()))?;
    let mut pairs = Vec::new();
    for paper in chosen {
        pairs.extend(pair(store, &paper.id, before, after)?);
    }
    Ok(pairs)
}

/// The two states of a paper; `None` if it has no two.
fn pair(store: &Store, paper: &str, before: Option<Moment>, after: Option<Moment>) -> Result<Option<Pair>> {
    let at = |moment: Moment| match moment {
        Moment::Id(id) => Ok(Some(id)),
        Moment::Day(day) => store.reconciliation_on(paper, Some(day)),
    };
    let after = match after {
        Some(moment) => at(moment)?,
        None => store.reconciliation_on(paper, None)?,
    };
    let Some(after) = after else { return Ok(None) };
    let before = match before {
        Some(moment) => at(moment)?,
        None => store.differing_before(paper, after)?,
    };
    let Some(before) = before else { return Ok(None) };
    let mut rows: BTreeMap<i64, ReconciliationRow> =
        store.reconciliations(Some(paper))?.into_iter().map(|row| (row.id, row)).collect();
    let (Some(old), Some(new)) = (rows.get(&before).cloned(), rows.remove(&after)) else { return Ok(None) };
    let differences = store.differences(paper, before, after)?;
    Ok(Some(Pair { paper: paper.to_string(), before: old, after: new, differences }))
}

fn moment(text: &str) -> Result<Moment> {
    let day = text.parse().map(Moment::Day);
    let id = text.parse().map(Moment::Id);
    day.or(id).map_err(|_| wrong(format!("{text:?}: expected the id of a reconciliation or a date such as 2026-05-01")))
}

fn wrong(text: String) -> anyhow::Error {
    WrongUse(text).into()
}

/// One line a reconciliation, one for what it was made from.
fn listed(row: &ReconciliationRow) -> String {
    let until = row.confirmed_at.as_ref().map(|at| format!(", found again until {at}")).unwrap_or_default();
    let changed = inputs_changed(row);
    let short = |digest: &str| digest.get(..SHORT).unwrap_or("not recorded").to_string();
    let inputs = &row.inputs;
    format!(
        "{} {} of {}, program {}{until}\n  external: {}\n  internal: {}\n  paper {}, evidence {}, sources {}\n  changed: {changed}; {}\n",
        row.id,
        row.finished_at,
        row.paper,
        inputs.program,
        counts(&row.external),
        counts(&row.internal),
        short(&inputs.paper),
        short(&inputs.evidence),
        short(&inputs.sources),
        plural(usize::try_from(row.events).unwrap_or(usize::MAX), "verdict differs", "verdicts differ"),
    )
}

/// What of its inputs differs from the one before.
fn inputs_changed(row: &ReconciliationRow) -> String {
    let Some(rows) = row.rows else {
        return if row.baseline { "the baseline" } else { "what the one before was made from was not recorded" }.to_string();
    };
    let count = || plural(usize::try_from(rows).unwrap_or(usize::MAX), "new row of figures", "new rows of figures");
    let changed: Vec<String> = row.changed.iter().map(ToString::to_string).chain((rows > 0).then(count)).collect();
    if changed.is_empty() { "no input that is recorded".to_string() } else { changed.join(", ") }
}

fn counts(of: &BTreeMap<String, u64>) -> String {
    of.iter().map(|(status, n)| format!("{n} {status}")).collect::<Vec<_>>().join(", ")
}

fn said(pair: &Pair) -> String {
    let (before, after) = (&pair.before, &pair.after);
    let mut text = format!("{}: {} ({}) → {} ({})\n", pair.paper, before.id, before.finished_at, after.id, after.finished_at);
    if pair.differences.is_empty() {
        text.push_str("  no verdict differs\n");
    }
    for one in &pair.differences {
        let _ = writeln!(
            text,
            "  {} ({}): {} → {}",
            one.claim,
            one.side.as_str(),
            state(one.before.as_ref(), "not there"),
            state(one.after.as_ref(), "no longer there")
        );
        if let Some(why) = &one.why {
            let _ = writeln!(text, "    {}: {}", why.cause.as_str(), plain(&why.message));
        }
    }
    text
}

/// `CONFIRMED EXACT info by 83.2 of s since 2020-04-20`.
fn state(told: Option<&Told>, none: &str) -> String {
    let Some(told) = told else { return none.to_string() };
    let figure = |by: &Decided| format!("by {} of {} since {}", plain(&by.figure), by.source, by.known_from);
    let parts = [Some(told.status.clone()), told.grade.clone(), Some(told.severity.clone()), told.figure.as_ref().map(figure)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn json(pair: &Pair) -> serde_json::Value {
    serde_json::json!({ "paper": pair.paper, "before": pair.before, "after": pair.after, "differences": pair.differences })
}
