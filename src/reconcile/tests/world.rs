//! A store in memory that answers every question of [`Facts`] from a list of observations, and papers of a few rows.

use super::{HEADER, vintage};
use crate::model::{Identity, Period, SeriesCode};
use crate::paper::Paper;
use crate::reconcile::{
    Facts, FactsError, Failing, Finding, OtherFigure, SAME_LABEL, SeriesInfo, SeriesLink, Vintage, reconcile,
};
use rust_decimal::Decimal;

/// One observation: what is known of a series for a period from a day on. `…` is no value.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub code: String,
    pub period: String,
    pub day: String,
    pub value: String,
    pub unit: String,
    pub source: String,
}

impl Line {
    /// `code period day value unit…`.
    pub fn of(text: &str) -> Line {
        let mut parts = text.trim().splitn(5, ' ').map(str::to_string);
        let mut next = || parts.next().unwrap();
        let (code, period, day, value, unit) = (next(), next(), next(), next(), next());
        Line { code, period, day, value, unit, source: "s".into() }
    }

    fn vintage(&self) -> Vintage {
        Vintage { unit: self.unit.clone(), source: self.source.clone(), ..vintage(&self.day, &self.value, "percent") }
    }
}

/// Observations, and pairs of series that bear one label.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub lines: Vec<Line>,
    pub labels: Vec<(String, String)>,
    pub failing: Option<Failing>,
}

impl World {
    /// Lines parted by `;`.
    pub fn of(text: &str) -> World {
        let lines = text.split(';').filter(|line| !line.trim().is_empty()).map(Line::of).collect();
        World { lines, ..World::default() }
    }

    fn others(&self, code: &SeriesCode, keep: impl Fn(&Line, &SeriesCode) -> bool) -> Vec<OtherFigure> {
        let one = |line: &Line| -> Option<OtherFigure> {
            let theirs: SeriesCode = line.code.parse().unwrap();
            let vintage = line.vintage();
            let labels = [(code.to_string(), line.code.clone()), (line.code.clone(), code.to_string())];
            let linked = self.labels.iter().any(|pair| labels.contains(pair));
            Some(OtherFigure {
                publisher: theirs.identity().publisher.to_uppercase(),
                period: line.period.parse().unwrap(),
                value: vintage.value?,
                decimals: vintage.decimals,
                unit: line.unit.clone(),
                known_from: vintage.known_from,
                current: true,
                link: linked.then(|| SeriesLink { kind: SAME_LABEL.into(), note: "quoted as one".into() }),
                code: theirs.clone(),
            })
            .filter(|_| keep(line, &theirs))
        };
        self.lines.iter().filter_map(one).collect()
    }
}

fn table<'a>(id: &Identity<'a>) -> (&'a str, &'a str, Option<&'a str>, &'a str) {
    (id.publisher, id.indicator, id.entity, id.measure)
}

impl Facts for World {
    fn series_info(&self, code: &SeriesCode) -> Result<Option<SeriesInfo>, FactsError> {
        let line = self.lines.iter().find(|line| line.code == code.as_str());
        Ok(line.map(|line| SeriesInfo {
            code: code.clone(),
            unit: line.unit.clone(),
            publisher: code.identity().publisher.to_uppercase(),
            title: "index".into(),
            failing: self.failing,
        }))
    }
    fn vintages(&self, code: &SeriesCode, period: Period) -> Result<Vec<Vintage>, FactsError> {
        let of = self.lines.iter().filter(|line| line.code == code.as_str() && line.period == period.to_string());
        Ok(of.map(Line::vintage).collect())
    }
    fn siblings(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let ours = code.identity();
        let row = |line: &Line, theirs: &SeriesCode| {
            let theirs = theirs.identity();
            table(&ours) == table(&theirs) && ours.item != theirs.item && line.period == period.to_string()
        };
        Ok(self.others(code, row))
    }
    fn neighbours(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(self.others(code, |line, theirs| theirs == code && line.period != period.to_string()))
    }
    fn other_bases(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let ours = code.identity();
        let basis = |line: &Line, theirs: &SeriesCode| {
            let id = theirs.identity();
            let one = (ours.publisher, ours.indicator, ours.item) == (id.publisher, id.indicator, id.item);
            one && theirs != code && line.period == period.to_string()
        };
        Ok(self.others(code, basis))
    }
    fn other_flows(&self, _: &SeriesCode, _: Period) -> Result<Vec<OtherFigure>, FactsError> {
        Ok(Vec::new())
    }
    fn same_label(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let labelled = |theirs: &SeriesCode| self.labels.contains(&(code.to_string(), theirs.to_string()));
        Ok(self.others(code, |line, theirs| labelled(theirs) && line.period == period.to_string()))
    }
    fn same_figure_elsewhere(&self, code: &SeriesCode, period: Period) -> Result<Vec<OtherFigure>, FactsError> {
        let ours = code.identity();
        let elsewhere = |line: &Line, theirs: &SeriesCode| {
            let id = theirs.identity();
            let other = (ours.publisher, ours.indicator) != (id.publisher, id.indicator);
            other && ours.item == id.item && line.period == period.to_string()
        };
        Ok(self.others(code, elsewhere))
    }
    fn count_like(&self, value: Decimal, decimals: u32, unit: &str) -> Result<u64, FactsError> {
        let half = Decimal::new(5, decimals + 1);
        let near = |line: &&Line| line.vintage().value.is_some_and(|held| (held - value).abs() <= half) && line.unit == unit;
        Ok(self.lines.iter().filter(near).count() as u64)
    }
}

/// Columns of a row of a small catalogue, in their order, parted by `|`; missing ones are empty.
const COLUMNS: [&str; 11] =
    ["id", "printed", "value", "unit", "period", "hedge", "wording", "series", "measure", "base", "cutoff"];

/// A row of the catalogue out of the columns that vary.
fn row(text: &str) -> String {
    let cells: Vec<&str> = text.split('|').map(str::trim).collect();
    assert!(cells.len() <= COLUMNS.len(), "{text}");
    let at = |i: usize| cells.get(i).copied().unwrap_or_default();
    let decimals = at(2).split_once('.').map_or(0, |(_, d)| d.len()).to_string();
    let (value, decimals) = if at(2) == "?" { ("", String::new()) } else { (at(2), decimals) };
    let measure = if at(8).is_empty() { "level" } else { at(8) };
    format!(
        "{},1,1,1,{},{value},{decimals},{},{},{},,,,,{},{},{measure},{},,{}",
        at(0),
        at(1),
        at(3),
        at(5),
        at(6),
        at(7),
        at(4),
        at(9),
        at(10)
    )
}

/// A paper of rows, and whatever else stands in its `paper.toml`.
pub fn paper(rows: &[&str], toml: &str) -> Paper {
    let rows: Vec<String> = rows.iter().map(|text| row(text)).collect();
    let toml = format!("id = 'p'\ntitle = 't'\naccepted = 2023-05-01\n{toml}");
    Paper::parse(&toml, &format!("{HEADER}\n{}\n", rows.join("\n")), "p", "c").unwrap_or_else(|m| panic!("{}", m.join("\n")))
}

/// The findings on such a paper.
pub fn findings(rows: &[&str], toml: &str, world: &World) -> Vec<Finding> {
    reconcile(&paper(rows, toml), world, None).unwrap().findings
}

/// The finding on a claim.
pub fn finding<'a>(findings: &'a [Finding], id: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.claim == id).unwrap()
}

/// `STATUS GRADE severity: reasons` of a verdict; no grade is `-`.
pub fn told(verdict: &crate::reconcile::Verdict) -> String {
    let word = |value: serde_json::Value| value.as_str().map_or("-".to_string(), str::to_string);
    format!(
        "{} {} {}: {}",
        word(serde_json::json!(verdict.status)),
        word(serde_json::json!(verdict.grade)),
        word(serde_json::json!(verdict.severity)),
        verdict.reasons.join(" ")
    )
}
