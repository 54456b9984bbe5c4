//! Why a verdict changed between two reconciliations. Pure: what was kept of both comes in as arguments, and only what really
//! differs between the two is named.

mod say;
#[cfg(test)]
mod tests;

use super::verdict::Side;
use crate::model::Sha256;
use crate::paper::{Asked, CUTOFF, RELATION, SERIES};
use std::collections::{BTreeMap, BTreeSet};

/// What can change a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A document with another figure, or with the first one.
    Vintage,
    /// A document that takes the figure back or withholds it.
    Withdrawn,
    /// Another version of the parser read the same document otherwise.
    Parser,
    /// A row of an evidence file.
    Evidence,
    /// The series that is declared, or what `sources.toml` makes of the same document.
    Mapping,
    /// The day by which a figure must have been known.
    CutOff,
    /// The paper's folder: the claim itself, relations, figures it is bound to.
    Catalogue,
    /// The program, which judges the same inputs otherwise.
    Program,
}

impl Cause {
    /// The word that stands in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::Vintage => "vintage",
            Cause::Withdrawn => "withdrawn",
            Cause::Parser => "parser",
            Cause::Evidence => "evidence",
            Cause::Mapping => "mapping",
            Cause::CutOff => "cut-off",
            Cause::Catalogue => "catalogue",
            Cause::Program => "program",
        }
    }
}

/// Versions and digests of what a reconciliation was made from. An empty text was not recorded, and is never called changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Inputs {
    /// Of the paper's folder.
    pub paper: Sha256,
    /// Of the evidence files.
    pub evidence: Sha256,
    /// Of `sources.toml`.
    pub sources: Sha256,
    /// Version of the program.
    pub program: String,
    /// Parser and version that read documents.
    pub parser: String,
}

impl Inputs {
    /// Whether they were kept at all: older programs kept none but their version.
    pub fn are_recorded(&self) -> bool {
        !self.paper.is_empty()
    }

    /// The names of those that differ.
    pub fn changed(&self, after: &Inputs) -> Vec<&'static str> {
        let pairs = [
            ("paper", &self.paper, &after.paper),
            ("evidence", &self.evidence, &after.evidence),
            ("sources", &self.sources, &after.sources),
            ("program", &self.program, &after.program),
            ("parser", &self.parser, &after.parser),
        ];
        let differ = |(_, a, b): &(&str, &String, &String)| !a.is_empty() && !b.is_empty() && a != b;
        pairs.into_iter().filter(differ).map(|(name, ..)| name).collect()
    }
}

/// A vintage as a kept finding saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The store's row.
    pub observation: Option<i64>,
    /// The source's id.
    pub source: String,
    /// How the figure came to us.
    pub class: String,
    /// From when it was known.
    pub known_from: String,
    /// The cell's text.
    pub printed: String,
    /// What the cell says of it.
    pub status: String,
    /// The document's digest, or its address.
    pub document: String,
    /// The place in it.
    pub locator: String,
    /// Which parser and version read it.
    pub parser: String,
    /// The evidence file that holds it.
    pub evidence: Option<String>,
}

impl Seen {
    /// Whether both are the same statement; rows of the store may differ.
    fn same(&self, other: &Seen) -> bool {
        self.stands_where(other)
            && (&self.known_from, &self.printed, &self.status) == (&other.known_from, &other.printed, &other.status)
    }

    /// Whether both are what one document says.
    fn stands_where(&self, other: &Seen) -> bool {
        (&self.source, &self.class, &self.document) == (&other.source, &other.class, &other.document)
    }
}

/// What a verdict rested on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    /// What of the paper bore on it; `None` if that was not recorded.
    pub asked: Option<Asked>,
    /// The vintages of its figure, oldest first.
    pub seen: Vec<Seen>,
    /// The row that decided.
    pub deciding: Option<i64>,
    /// Claims that its relations name.
    pub bound: BTreeSet<String>,
}

/// A verdict that changed, and all that can have changed it.
#[derive(Debug)]
pub struct Changed<'a> {
    /// Which verdict.
    pub side: Side,
    /// What it rested on before; `None`: the claim is new.
    pub before: Option<&'a Basis>,
    /// What it rests on now.
    pub after: &'a Basis,
    /// Inputs before and now.
    pub inputs: (&'a Inputs, &'a Inputs),
    /// Claims of the paper that changed, each with the fields.
    pub others: &'a BTreeMap<String, Vec<String>>,
    /// The newest figure that came to the series in between, for verdicts that keep no vintages.
    pub came: Option<&'a Seen>,
}

/// A cause and one plain sentence.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Explained {
    /// What kind of change.
    pub cause: Cause,
    /// What changed, in words.
    pub message: String,
}

/// Fields of a claim that differ, in order.
pub fn fields(before: &Asked, after: &Asked) -> Vec<String> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

/// Why a verdict changed: what a person changed in the claim itself, then what came to its figure, then the rest. Where several
/// things changed at once the first is the cause, and the sentence names the others too.
pub fn explain(changed: &Changed<'_>) -> Explained {
    let Some(before) = changed.before else { return said(Cause::Catalogue, say::new_claim()) };
    let mut found = own(changed.side, before, changed.after);
    match changed.side {
        Side::External => found.extend(figures(before, changed)),
        Side::Internal => found.extend(neighbours(before, changed)),
    }
    let mut found = found.into_iter();
    let first = found.next().unwrap_or_else(|| rest(changed));
    let message = found.fold(first.message, |message, next| format!("{message} {}", next.message));
    Explained { cause: first.cause, message }
}

fn said(cause: Cause, message: String) -> Explained {
    Explained { cause, message }
}

/// What changed of the claim itself.
fn own(side: Side, before: &Basis, after: &Basis) -> Vec<Explained> {
    let (Some(old), Some(new)) = (&before.asked, &after.asked) else { return Vec::new() };
    let bears = |name: &String| match side {
        Side::External => !name.starts_with(RELATION),
        Side::Internal => name != SERIES && name != CUTOFF,
    };
    let differ: Vec<String> = fields(old, new).into_iter().filter(bears).collect();
    let mut found = Vec::new();
    if differ.iter().any(|name| name == SERIES) {
        found.push(said(Cause::Mapping, say::series(old.get(SERIES), new.get(SERIES))));
    }
    let row: Vec<&String> = differ.iter().filter(|name| *name != SERIES && *name != CUTOFF).collect();
    if !row.is_empty() {
        found.push(said(Cause::Catalogue, say::row(&row, old, new)));
    }
    if differ.iter().any(|name| name == CUTOFF) {
        found.push(said(Cause::CutOff, say::cutoff(old.get(CUTOFF), new.get(CUTOFF))));
    }
    found
}

/// What came to the figure, or went.
fn figures(before: &Basis, changed: &Changed<'_>) -> Option<Explained> {
    let after = changed.after;
    let fresh = |seen: &&Seen| !before.seen.iter().any(|old| old.same(seen));
    let came: Vec<&Seen> = after.seen.iter().filter(fresh).collect();
    let decides = |seen: &&&Seen| after.deciding.is_some() && seen.observation == after.deciding;
    if let Some(one) = came.iter().find(decides).or(came.last()).copied() {
        let Explained { cause, message } = arrival(one, before, changed);
        return Some(said(cause, message + &say::further(came.len() - 1)));
    }
    let mut gone = before.seen.iter().rev().filter(|old| !after.seen.iter().any(|seen| seen.same(old)));
    if let Some(one) = gone.next() {
        return Some(departure(one, changed));
    }
    let kept_none = before.seen.is_empty() && after.seen.is_empty();
    changed.came.filter(|_| kept_none).map(|one| arrival(one, before, changed))
}

/// A figure that is new: it replaces what the same document said, or stands beside it.
fn arrival(one: &Seen, before: &Basis, changed: &Changed<'_>) -> Explained {
    let after = changed.after;
    let gone = |old: &&Seen| old.stands_where(one) && !after.seen.iter().any(|seen| seen.same(old));
    let replaced = before.seen.iter().find(gone);
    if let Some(file) = &one.evidence {
        return said(Cause::Evidence, say::evidence(file, Some(one), replaced));
    }
    match replaced {
        // who read it was not recorded with a finding of an older program
        Some(old) if !old.parser.is_empty() && old.parser != one.parser => said(Cause::Parser, say::parser(one, old)),
        Some(old) => said(Cause::Mapping, say::reread(one, old)),
        None if matches!(one.status.as_str(), "withdrawn" | "withheld") => {
            said(Cause::Withdrawn, say::withdrawn(one, earlier(one, before, after)))
        }
        None => said(Cause::Vintage, say::vintage(one, earlier(one, before, after), late(one, before))),
    }
}

/// A figure that nothing replaced.
fn departure(one: &Seen, changed: &Changed<'_>) -> Explained {
    match &one.evidence {
        Some(file) => said(Cause::Evidence, say::evidence(file, None, Some(one))),
        None if changed.inputs.0.changed(changed.inputs.1).contains(&"parser") => said(Cause::Parser, say::unread(one)),
        None => said(Cause::Mapping, say::unread(one)),
    }
}

/// What stood until a vintage came.
fn earlier<'a>(one: &Seen, before: &'a Basis, after: &'a Basis) -> Option<&'a Seen> {
    let chain = |seen: &&Seen| seen.source == one.source && seen.class == one.class && seen.known_from < one.known_from;
    after.seen.iter().rev().find(chain).or(before.seen.iter().rev().find(|old| old.known_from < one.known_from))
}

/// Whether something was known already that is younger.
fn late(one: &Seen, before: &Basis) -> bool {
    before.seen.iter().any(|old| old.known_from > one.known_from)
}

/// What changed of the figures that relations bind the claim to.
fn neighbours(before: &Basis, changed: &Changed<'_>) -> Option<Explained> {
    let bound = |claim: &&String| before.bound.contains(*claim) || changed.after.bound.contains(*claim);
    let others: Vec<&String> = changed.others.keys().filter(bound).collect();
    (!others.is_empty()).then(|| said(Cause::Catalogue, say::neighbours(&others, changed.others)))
}

/// Nothing of the claim and its figures: what else differs.
fn rest(changed: &Changed<'_>) -> Explained {
    let differ = changed.inputs.0.changed(changed.inputs.1);
    let has = |name| differ.contains(&name);
    let external = changed.side == Side::External;
    if has("program") {
        said(Cause::Program, say::program(changed.inputs))
    } else if external && has("evidence") {
        said(Cause::Evidence, say::somewhere("the evidence files"))
    } else if external && has("sources") {
        said(Cause::Mapping, say::somewhere("sources.toml"))
    } else if has("paper") {
        said(Cause::Catalogue, say::somewhere("the paper's folder"))
    } else {
        said(Cause::Program, say::nothing())
    }
}
