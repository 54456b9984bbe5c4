//! What papers say against what sources and evidence hold: unknown units, series, sources.

use super::Texts;
use crate::config::Config;
use crate::model::{SeriesCode, hint};
use crate::normalize::unit;
use crate::paper::{Claim, Paper, RANK_UNIT};
use std::collections::BTreeSet;

/// Units that only papers count in: a place in a ranking, and fractions.
const PAPER_UNITS: [&str; 4] = [RANK_UNIT, "halves", "thirds", "quarters"];

/// What no reader of one file can see: papers that name what neither sources nor evidence have. Every mistake, as
/// `file:line: text`. A run goes on without: such a figure is one that nobody can verify.
pub fn cross_check(texts: &Texts) -> Vec<String> {
    let rows = texts.evidence.iter().flat_map(|file| &file.rows);
    let held: BTreeSet<&SeriesCode> = rows.map(|row| &row.series).collect();
    let known = |code: &SeriesCode| texts.config.delivers(code) || held.contains(code);
    let papers = texts.papers.iter().flat_map(|paper| one(paper, &texts.config, &known));
    papers.chain(evidence(texts)).collect()
}

/// What people read must be in a known unit and of a series that a source delivers, a paper means, or `evidence/series.csv` names.
/// Whoever brings sources and papers of their own has no part in evidence that was compiled in: it is right beside those it came with.
fn evidence(texts: &Texts) -> Vec<String> {
    if texts.evidence_is_shipped {
        return Vec::new();
    }
    let meant = texts.papers.iter().flat_map(|paper| {
        let claimed = paper.claims.iter().filter_map(|claim| claim.series.as_ref());
        claimed.chain(paper.awaited.iter().map(|(code, _)| code))
    });
    let named: BTreeSet<&SeriesCode> = meant.chain(texts.titles.keys()).collect();
    let mut mistakes = Vec::new();
    for file in &texts.evidence {
        for (line, row) in file.lines.iter().zip(&file.rows).filter(|(_, row)| row.transcription.is_some()) {
            let at = format!("evidence/{}:{line}", file.name);
            mistakes.extend(unit_mistake(&row.unit).map(|text| format!("{at}: {text}")));
            if !named.contains(&row.series) && !texts.config.delivers(&row.series) {
                let near = hint(row.series.as_str(), named.iter().map(|code| code.as_str()));
                mistakes.push(format!("{at}: unknown series {}: evidence/series.csv does not name it{near}", row.series));
            }
        }
    }
    mistakes
}

fn one(paper: &Paper, config: &Config, known: &dyn Fn(&SeriesCode) -> bool) -> Vec<String> {
    let [head, catalogue] = ["paper.toml", "claims.csv"].map(|name| format!("papers/{}/{name}", paper.id));
    let mut mistakes = Vec::new();
    for claim in &paper.claims {
        let at = format!("{catalogue}:{}: claim {}", claim.line, claim.id);
        mistakes.extend(unit_mistake(&claim.unit).map(|text| format!("{at}: {text}")));
        mistakes.extend(unknown_series(claim, paper, known).map(|text| format!("{at}: {text}")));
    }
    for (code, line) in &paper.awaited {
        if !paper.claims.iter().any(|claim| claim.series.as_ref() == Some(code)) {
            mistakes.push(format!("{head}:{line}: awaited: no claim means {code}"));
        }
    }
    let ids = || config.sources.iter().map(|source| source.id.as_str());
    let notes = paper.footnotes.iter().map(|note| (note.line, &note.source));
    let cited = notes.chain(paper.references.iter().map(|entry| (entry.line, &entry.source)));
    for (line, source) in cited.filter_map(|(line, source)| Some((line, source.as_ref()?))) {
        if !ids().any(|id| id == source) {
            mistakes.push(format!("{head}:{line}: no source {source:?} in the configuration{}", hint(source, ids())));
        }
    }
    mistakes
}

fn unit_mistake(id: &str) -> Option<String> {
    let known = unit::known(id) || PAPER_UNITS.contains(&id);
    let near = || hint(id, unit::ids().chain(PAPER_UNITS));
    (!known).then(|| format!("unknown unit {id:?}{}", near()))
}

/// A series that nobody delivers must be one that the paper says it waits for: a mistyped code is a mistake, not a gap.
fn unknown_series(claim: &Claim, paper: &Paper, known: &dyn Fn(&SeriesCode) -> bool) -> Option<String> {
    let code = claim.series.as_ref()?;
    if known(code) || paper.awaited.iter().any(|(awaited, _)| awaited == code) {
        return None;
    }
    // another claim's code may be mistyped in the same way
    let others = paper.claims.iter().filter_map(|other| other.series.as_ref()).filter(|other| known(other));
    let near = hint(code.as_str(), others.chain(paper.awaited.iter().map(|(awaited, _)| awaited)).map(SeriesCode::as_str));
    Some(format!("unknown series {code}: no source delivers it, no evidence holds it, and paper.toml does not await it{near}"))
}
