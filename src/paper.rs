//! `papers/<id>/`: a paper and every figure it prints, as printed. Pure: the texts come in as arguments.

mod claims;
mod head;
mod printed;
#[cfg(test)]
mod shipped_tests;
#[cfg(test)]
mod tests;

pub use claims::{Claim, Hedge, HedgeKind, RankKind};
pub use head::{Footnote, Relation};

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
    /// The list of references, as texts.
    pub references: Vec<String>,
    /// Relations between claims, for the algebra.
    pub relations: Vec<Relation>,
    /// Every figure, in the order of the catalogue.
    pub claims: Vec<Claim>,
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
        mistakes.extend(paper.dangling(toml_name, csv_name));
        if mistakes.is_empty() { Ok(paper) } else { Err(mistakes) }
    }

    /// The day up to which the author can have known a figure: the claim's own, else the footnote's access date, else the cited
    /// document's date, else the default, else the day the paper was accepted.
    pub fn cutoff(&self, claim: &Claim) -> Option<NaiveDate> {
        let note = claim.footnote.and_then(|n| self.footnotes.iter().find(|f| f.number == n));
        let cited = note.and_then(|f| f.accessed.or(f.published));
        claim.cutoff.or(cited).or(self.default_cutoff).or(self.accepted)
    }

    /// Footnotes and relations that name nothing, and claims that have no cut-off.
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
        mistakes.extend(self.ranks_without_figure(csv_name));
        let known = |id: &String| self.claims.iter().any(|c| &c.id == id);
        for relation in &self.relations {
            mistakes.extend(
                relation
                    .claims()
                    .filter(|id| !known(id))
                    .map(|id| format!("{toml_name}:1: relation {}: {csv_name} has no claim {id:?}", relation.kind)),
            );
        }
        mistakes
    }

    /// A rank in words carries the figure that holds it, so that figure must stand in a row of its own.
    fn ranks_without_figure(&self, csv_name: &str) -> Vec<String> {
        let rank = |c: &Claim| c.hedge.is_some_and(|h| h.is_rank());
        let figure = |c: &Claim| (c.series.clone(), c.period, c.value, c.decimals);
        let in_words = |c: &&Claim| rank(c) && c.value.is_some() && !c.printed.chars().any(|p| p.is_ascii_digit());
        let alone = |c: &&Claim| !self.claims.iter().any(|other| !rank(other) && figure(other) == figure(c));
        let text = |c: &Claim| format!("{csv_name}:{}: claim {}: expected another row with the ranked figure", c.line, c.id);
        self.claims.iter().filter(in_words).filter(alone).map(text).collect()
    }
}
