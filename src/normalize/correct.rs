//! Dated corrections of the publisher's misprints in headings and labels; figures are never corrected.

use super::label::fold;
use super::spec::{Correction, Names};
use super::text::{Text, folded};
use crate::model::{Issue, Severity};
use crate::parse::{Table, locator};
use chrono::NaiveDate;
use std::rc::Rc;

/// The corrections that are alive for one document, and what they hit.
#[derive(Debug)]
pub struct Corrections<'a> {
    alive: Vec<Alive<'a>>,
    names: &'a Names,
}

#[derive(Debug)]
struct Alive<'a> {
    what: &'a Correction,
    expect: Rc<str>,
    read_as: Rc<str>,
    hits: Vec<String>,
}

impl<'a> Corrections<'a> {
    /// Those whose span holds the document's date.
    pub fn new(all: &'a [Correction], names: &'a Names, as_of: NaiveDate) -> Corrections<'a> {
        let alive = all.iter().filter(|c| c.from <= as_of && as_of <= c.until);
        let alive =
            alive.map(|what| Alive { what, expect: folded(&what.expect).0, read_as: folded(&what.read_as).0, hits: Vec::new() });
        Corrections { alive: alive.collect(), names }
    }

    /// What a label reads as, if a correction hits it. A copy of a merged cell is corrected but not counted.
    pub fn apply(&mut self, sheet: &str, row: u32, cell: &Text) -> Option<Rc<str>> {
        let names = self.names;
        let on_sheet = |c: &Correction| c.sheet.as_ref().is_none_or(|p| p.matches(&fold(sheet), names).is_some());
        let hit = self.alive.iter_mut().find(|c| c.expect == cell.folded && on_sheet(c.what))?;
        if !cell.copy {
            let table = Table { sheet: sheet.to_string(), ..Table::default() };
            hit.hits.push(locator(&table, row, cell.column));
        }
        Some(hit.read_as.clone())
    }

    /// What was corrected, and which correction did not hit what it should.
    pub fn issues(&self) -> Vec<Issue> {
        self.alive.iter().flat_map(Alive::issues).collect()
    }
}

impl Alive<'_> {
    fn issues(&self) -> Vec<Issue> {
        let (times, hits) = (self.what.times, self.hits.len());
        let wanted = format!("{:?}: {}", self.what.read_as, self.what.reason);
        let mut issues: Vec<Issue> = self.hits.iter().map(|at| self.issue("corrected", Severity::Info, at, &wanted)).collect();
        let wanted = format!("exactly {times}, found {hits}");
        let place = self.what.sheet.as_ref().map_or("document".to_string(), |sheet| format!("sheet {:?}", sheet.as_str()));
        if hits < times {
            issues.push(self.issue("correction_unused", Severity::Warning, &place, &wanted));
        } else if hits > times {
            issues.push(self.issue("correction_count", Severity::Error, &place, &wanted));
        }
        issues
    }

    fn issue(&self, code: &'static str, severity: Severity, place: &str, wanted: &str) -> Issue {
        let seen = format!("{:?}", self.what.expect);
        Issue { code, severity, locator: place.to_string(), seen, wanted: wanted.to_string() }
    }
}
