//! `papers/<id>/`: a paper and every figure it prints, as printed. Pure: the texts come in as arguments.

mod asked;
mod claims;
mod head;
mod printed;
mod relation;
mod searches;
#[cfg(test)]
mod shipped_tests;
#[cfg(test)]
mod tests;
mod tolerance;

pub use asked::{Asked, CUTOFF, RELATION, SERIES};
pub use claims::{Claim, Hedge, HedgeKind, RANK_UNIT, RankKind};
pub use head::{Footnote, Reference};
pub use printed::meant;
pub use relation::{Function, Operand, Relation, RelationKind};
pub use searches::{Search, SearchReason};
pub use tolerance::Tolerance;

use crate::model::{SeriesCode, Sha256, digest, hint};
use chrono::NaiveDate;

/// One paper: who, when, its footnotes, and its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    /// The folder's name.
    pub id: String,
    /// The title.
    pub title: String,
    /// The authors, in order.
    pub authors: Vec<String>,
    /// The DOI.
    pub doi: Option<String>,
    /// The journal, volume and pages.
    pub journal: Option<String>,
    /// When the manuscript was received.
    pub received: Option<NaiveDate>,
    /// When it was accepted.
    pub accepted: Option<NaiveDate>,
    /// When it appeared online.
    pub online: Option<NaiveDate>,
    /// The cut-off of claims that have none of their own and cite no dated document.
    pub default_cutoff: Option<NaiveDate>,
    /// Footnotes by number.
    pub footnotes: Vec<Footnote>,
    /// The list of references.
    pub references: Vec<Reference>,
    /// Relations between claims, for the algebra.
    pub relations: Vec<Relation>,
    /// Differences that are allowed, each with its reason.
    pub tolerances: Vec<Tolerance>,
    /// Series that claims mean although no source delivers them yet, with their lines in `paper.toml`.
    pub awaited: Vec<(SeriesCode, usize)>,
    /// Every figure, in the order of the catalogue.
    pub claims: Vec<Claim>,
    /// What was looked for in vain.
    pub searches: Vec<Search>,
    /// The digest of the texts it was read from.
    pub sha256: Sha256,
}

impl Paper {
    /// Reads a paper from the texts of `paper.toml` and `claims.csv`; the names stand in the messages.
    ///
    /// # Errors
    /// Every mistake at once, each as `file:line: text`.
    pub fn parse(toml: &str, csv: &str, toml_name: &str, csv_name: &str) -> Result<Paper, Vec<String>> {
        let mut mistakes = Vec::new();
        let paper = head::parse(toml, toml_name).map_err(|m| mistakes.extend(m)).ok();
        let claims = claims::parse(csv, csv_name).map_err(|m| mistakes.extend(m)).ok();
        let (Some(mut paper), Some(claims)) = (paper, claims) else { return Err(mistakes) };
        paper.claims = claims;
        paper.sha256 = digest([("paper.toml", toml), ("claims.csv", csv)]);
        mistakes.extend(paper.dangling(toml_name, csv_name));
        if mistakes.is_empty() { Ok(paper) } else { Err(mistakes) }
    }

    /// The claim of this id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// Adds the recorded searches of `searches.csv`.
    ///
    /// # Errors
    /// Every mistake at once, each as `file:line: text`.
    pub fn record_searches(&mut self, csv: &str, name: &str) -> Result<(), Vec<String>> {
        self.searches = searches::parse(csv, name, &self.claims)?;
        self.sha256 = digest([("", self.sha256.as_str()), ("searches.csv", csv)]);
        Ok(())
    }

    /// The last search for a claim that ended with nothing.
    pub fn search(&self, claim: &str) -> Option<&Search> {
        self.searches.iter().filter(|search| search.claim == claim).max_by_key(|search| (search.searched_on, search.line))
    }

    /// The tolerance stated for a claim: its own before that of its class.
    pub fn tolerance(&self, claim: &Claim) -> Option<&Tolerance> {
        self.tolerances.iter().filter(|tolerance| tolerance.covers(claim)).min_by_key(|tolerance| tolerance.claims.is_empty())
    }

    /// The day up to which the author can have known a figure: the claim's own, else the footnote's access date, else the cited
    /// document's date, else the default, else the day the paper was accepted.
    pub fn cutoff(&self, claim: &Claim) -> Option<NaiveDate> {
        let note = claim.footnote.and_then(|n| self.footnotes.iter().find(|f| f.number == n));
        let cited = note.and_then(|f| f.accessed.or(f.published));
        claim.cutoff.or(cited).or(self.default_cutoff).or(self.accepted)
    }

    /// Footnotes, tolerances and relations that name nothing, and claims that have no cut-off.
    fn dangling(&self, toml_name: &str, csv_name: &str) -> Vec<String> {
        let mut mistakes = Vec::new();
        for claim in &self.claims {
            let known = |n: u32| self.footnotes.iter().any(|f| f.number == n);
            if let Some(number) = claim.footnote.filter(|n| !known(*n)) {
                mistakes.push(format!("{csv_name}:{}: claim {}: {toml_name} has no footnote {number}", claim.line, claim.id));
            }
            if self.cutoff(claim).is_none() {
                let wanted = "expected a cutoff, a dated footnote, defaults.cutoff or an accepted date";
                mistakes.push(format!("{csv_name}:{}: claim {}: {wanted}", claim.line, claim.id));
            }
        }
        let known = |id: &str| self.claims.iter().any(|c| c.id == id);
        let of = |r: &Relation| {
            (format!("{toml_name}:{}: relation {}", r.line, r.id), r.claims().into_iter().map(str::to_string).collect())
        };
        let relations = self.relations.iter().map(of);
        let tolerances = self.tolerances.iter().map(|t| (format!("{toml_name}:{}: tolerance", t.line), t.claims.clone()));
        for (at, names) in relations.chain(tolerances) {
            let names: Vec<String> = names;
            let dangling = names.iter().filter(|id| !known(id));
            mistakes.extend(dangling.map(|id| {
                let near = hint(id, self.claims.iter().map(|c| c.id.as_str()));
                format!("{at}: {csv_name} has no claim {id:?}{near}")
            }));
        }
        mistakes
    }
}
