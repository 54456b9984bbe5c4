//! The folder of evidence for one claim: every text in it. Where its documents lie and what stands around a cell is handed
//! in; the same facts give the same bytes, since nothing here asks for a day or a place on a disk.

mod arithmetic;
mod excerpt;
mod matrix;
mod readme;

pub use excerpt::passage;

use crate::model::Transcription;
use crate::paper::{Claim, Paper};
use crate::reconcile::Finding;
use chrono::NaiveDate;
use serde_json::json;

/// The version of the shape of `claim.json`.
const SCHEMA: u32 = 1;

/// All that the folder is made from.
#[derive(Debug, Clone, Copy)]
pub struct Bundle<'a> {
    /// The paper.
    pub paper: &'a Paper,
    /// The claim.
    pub claim: &'a Claim,
    /// The day whose state was asked; `None`: today's.
    pub as_of: Option<NaiveDate>,
    /// Its verdicts.
    pub finding: &'a Finding,
    /// What stands behind each vintage of the external verdict, in their order.
    pub backings: &'a [Backing],
    /// Every document that a vintage names, in the order of the vintages.
    pub documents: &'a [BundleDocument],
    /// The program's version.
    pub version: &'a str,
}

/// What stands behind one vintage, beside what its judgement says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Backing {
    /// The figure in the document's own unit and form.
    pub stated: Option<rust_decimal::Decimal>,
    /// Its unit.
    pub unit: String,
    /// Withdrawn because the document covers the period without it: there is no cell.
    pub inferred: bool,
    /// How a person read it; `None` for what a program read.
    pub read: Option<Transcription>,
    /// The place of its document in [`Bundle::documents`].
    pub document: Option<usize>,
}

/// A document that a vintage of the claim names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleDocument {
    /// Its digest.
    pub sha256: String,
    /// Where it was published.
    pub url: String,
    /// Where the copy came from.
    pub obtained_from: String,
    /// Its file in the folder; or why it has none.
    pub file: Result<String, String>,
    /// The places in it that vintages name.
    pub excerpts: Vec<Excerpt>,
}

/// What stands around a place of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The name of its files, without folder and ending.
    pub name: String,
    /// The place.
    pub locator: String,
    /// The text of the figure there, by which it is known again.
    pub printed: String,
    /// What was found; or why nothing was.
    pub found: Result<Passage, String>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passage {
    /// Rows of a table.
    Table {
        /// The table's name in the document.
        title: String,
        /// Names of the columns that are shown.
        columns: Vec<String>,
        /// The rows that are shown, a cell a column.
        rows: Vec<PassageRow>,
    },
    /// Texts outside tables.
    Paragraphs(Vec<PassageText>),
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageRow {
    /// Its number, as the publisher's program shows it.
    pub number: u32,
    /// Its cells; empty where the document has none.
    pub cells: Vec<String>,
    /// The cell that is the place looked for.
    pub marked: Option<usize>,
}

/// A text outside tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageText {
    /// Where it stands.
    pub locator: String,
    /// What it says.
    pub text: String,
    /// Whether it is the place looked for.
    pub marked: bool,
}

impl Passage {
    /// The text of the place looked for.
    pub fn marked(&self) -> Option<&str> {
        match self {
            Passage::Table { rows, .. } => rows.iter().find_map(|row| row.cells.get(row.marked?)).map(String::as_str),
            Passage::Paragraphs(texts) => texts.iter().find(|text| text.marked).map(|text| text.text.as_str()),
        }
    }
}

impl Bundle<'_> {
    /// The document behind a vintage.
    fn document(&self, vintage: usize) -> Option<&BundleDocument> {
        self.documents.get(self.backings.get(vintage)?.document?)
    }

    /// The excerpt behind a vintage.
    fn excerpt(&self, vintage: usize) -> Option<&Excerpt> {
        let vintage = self.finding.external.vintages.get(vintage)?;
        self.excerpt_at(&vintage.sha256, &vintage.locator)
    }

    /// The excerpt around a place of a document.
    fn excerpt_at(&self, sha256: &str, locator: &str) -> Option<&Excerpt> {
        let document = self.documents.iter().find(|document| document.sha256 == sha256)?;
        document.excerpts.iter().find(|excerpt| excerpt.locator == locator)
    }
}

/// Every step from the printed figure and the cells to the verdicts, in exact decimals.
pub fn arithmetic(bundle: &Bundle<'_>) -> String {
    arithmetic::text(bundle)
}

/// Every text of the folder, by its path there: all but the documents and the sums.
///
/// # Errors
/// What the writer of CSV says; in memory there is nothing that can go wrong.
pub fn bundle(bundle: &Bundle<'_>) -> Result<Vec<(String, Vec<u8>)>, ::csv::Error> {
    let mut files = vec![
        ("README.md".to_string(), readme::readme(bundle).into_bytes()),
        ("claim.json".to_string(), claim_json(bundle).into_bytes()),
        ("vintages.csv".to_string(), matrix::csv(bundle)?),
        ("arithmetic.txt".to_string(), arithmetic::text(bundle).into_bytes()),
    ];
    for document in bundle.documents {
        for (excerpt, passage) in document.excerpts.iter().filter_map(|one| Some((one, one.found.as_ref().ok()?))) {
            files.push((excerpt.path("csv"), excerpt::csv(passage)?));
            files.push((excerpt.path("html"), excerpt::html(document, excerpt, passage).into_bytes()));
        }
    }
    Ok(files)
}

impl Excerpt {
    /// The path of one of its files.
    fn path(&self, ending: &str) -> String {
        format!("excerpts/{}.{ending}", self.name)
    }
}

/// Claim and finding for a program.
fn claim_json(bundle: &Bundle<'_>) -> String {
    let (paper, claim) = (bundle.paper, bundle.claim);
    let cutoff = super::view::cutoff(paper, claim);
    let documents: Vec<_> = bundle
        .documents
        .iter()
        .map(|one| json!({ "sha256": one.sha256, "url": one.url, "file": one.file.as_ref().ok(), "missing": one.file.as_ref().err() }))
        .collect();
    let told = json!({
        "schema": SCHEMA,
        "paper": { "id": paper.id, "title": paper.title, "authors": paper.authors, "doi": paper.doi, "journal": paper.journal },
        "claim": {
            "id": claim.id, "section": claim.section, "paragraph": claim.paragraph, "sentence": claim.sentence,
            "restated": claim.restated, "printed": claim.printed, "value": claim.value, "decimals": claim.decimals,
            "unit": claim.unit, "hedge": claim.hedge.map(|hedge| hedge.to_string()), "wording": claim.wording,
            "entity": claim.entity, "counterpart": claim.counterpart, "flow": claim.flow, "indicator": claim.indicator,
            "series": claim.series.as_ref().map(ToString::to_string), "period": claim.period.to_string(),
            "measure": claim.measure, "base": claim.base, "footnote": claim.footnote, "note": claim.note,
            "cutoff": cutoff.as_ref().map(|(day, _)| day), "cutoff_is": cutoff.as_ref().map(|(_, why)| why),
        },
        "finding": bundle.finding,
        "documents": documents,
    });
    format!("{told:#}\n")
}
