//! The evidence for one claim as a folder: the verdicts, the archived documents, and what stands around every figure.

pub(super) mod excerpt;

use super::preview::format_and_member;
use super::{House, Look, PreviewError, judge_as_of};
use crate::archive::ArchiveError;
use crate::config::Source;
use crate::fetch::{self, Kind};
use crate::guard::{Document, Fallen, Member, ReadError, Wanted};
use crate::parse::Format;
use crate::reconcile::{Finding, Part, VintageJudgement};
use crate::report::{self, Backing, Bundle, BundleDocument, Excerpt, Passage};
use crate::store::VintageRow;
use anyhow::{Context, Result};
use chrono::NaiveDate;
use excerpt::Search;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Characters of a digest in the name of an excerpt.
const SHORT: usize = 12;
/// The list of digests, as `sha256sum` reads it.
const SUMS: &str = "SHA256SUMS";

/// A folder that cannot be made as asked.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Something is there already.
    #[error("{}: expected a folder that is empty or not there yet", .0.display())]
    NotEmpty(PathBuf),
    /// No paper has the claim.
    #[error("no paper has a claim {0:?}; `sverka reconcile` lists them")]
    NoClaim(String),
    /// Several have it.
    #[error("claim {claim:?} stands in {papers}: say which with --paper")]
    Several {
        /// The claim.
        claim: String,
        /// The papers.
        papers: String,
    },
}

/// Writes the folder, with what was known on a day (today, if `None`), and gives the paths of its files, in order. The list of digests is written last: a folder without it is
/// not whole.
///
/// # Errors
/// [`BundleError`]; the store or the archive failing; nobody who could be started to read a document; a folder that cannot be
/// written.
pub fn bundle(house: &House, paper: Option<&str>, claim: &str, as_of: Option<NaiveDate>, out: &Path) -> Result<Vec<String>> {
    let (paper, claim) = stated(house, paper, claim)?;
    let judged = judge_as_of(house, Some(&paper.id), as_of)?.remove(0);
    let finding = judged.findings.into_iter().find(|finding| finding.claim == claim.id).context("a claim without a verdict")?;
    let mut folder = Folder::new(out)?;
    let rows = rows(house, &finding)?;
    let (mut backings, mut documents) = (Vec::new(), Vec::new());
    for vintage in &finding.external.vintages {
        let document = document(&mut documents, &Cell::of(vintage));
        backings.push(backing(house, vintage, &rows, document)?);
    }
    for part in parts(&finding) {
        document(&mut documents, &Cell::of_part(part));
    }
    for (document, source) in &mut documents {
        fill(house, document, source, &finding, &mut folder)?;
    }
    let documents: Vec<BundleDocument> = documents.into_iter().map(|(document, _)| document).collect();
    let version = env!("CARGO_PKG_VERSION");
    let texts =
        report::bundle(&Bundle { paper, claim, as_of, finding: &finding, backings: &backings, documents: &documents, version })?;
    texts.into_iter().try_for_each(|(name, bytes)| folder.write(&name, &bytes))?;
    folder.finish()
}

/// What stands behind each vintage of a finding's external verdict, in their order.
///
/// # Errors
/// The store failing.
pub fn backings(house: &House, finding: &Finding) -> Result<Vec<Backing>> {
    let rows = rows(house, finding)?;
    finding.external.vintages.iter().map(|vintage| backing(house, vintage, &rows, None)).collect()
}

/// What stands around the cells of stored figures, in their order, or why nothing can be shown. A document is read again once for all
/// of its figures that follow each other.
///
/// # Errors
/// The archive failing, or nobody who could be started to read a document.
pub fn around(house: &House, rows: &[VintageRow]) -> Result<Vec<Excerpt>> {
    let mut all = Vec::new();
    for of_one in rows.chunk_by(|a, b| (&a.sha256, &a.source) == (&b.sha256, &b.source)) {
        let cells: Vec<Cell<'_>> = of_one.iter().map(Cell::of_row).collect();
        let one = |(row, found): (&VintageRow, _)| Excerpt {
            name: row.id.to_string(),
            locator: row.locator.clone(),
            printed: row.printed.clone(),
            found,
        };
        all.extend(of_one.iter().zip(in_one(house, &cells)?).map(one));
    }
    Ok(all)
}

/// The places of cells that one document has.
fn in_one(house: &House, cells: &[Cell<'_>]) -> Result<Vec<Result<Passage, String>>> {
    let every = |why: &str| Ok(vec![Err(why.to_string()); cells.len()]);
    let Some(first) = cells.first().filter(|cell| !cell.sha256.is_empty()) else { return every(NO_CELL) };
    let (bytes, file) = match archived(house, first.sha256)? {
        Ok(read) => read,
        Err(why) => return every(&why),
    };
    let held = Document::held(&bytes, file);
    let source = house.config.source(first.source);
    let opened = match opened(house, &held, source)? {
        Ok(opened) => opened,
        Err(why) => return every(&why),
    };
    let found = found(house, &held, opened, source, cells)?;
    let placed = |(cell, found): (&Cell<'_>, _)| if cell.locator.is_empty() { Err(NO_CELL.to_string()) } else { found };
    Ok(cells.iter().zip(found).map(placed).collect())
}

/// The claim, and the one paper that states it.
fn stated<'h>(house: &'h House, paper: Option<&str>, id: &str) -> Result<(&'h crate::paper::Paper, &'h crate::paper::Claim)> {
    let with = |paper: &'h crate::paper::Paper| Some((paper, paper.claim(id)?));
    let found: Vec<_> = house.papers(paper)?.into_iter().filter_map(with).collect();
    match found[..] {
        [] => Err(BundleError::NoClaim(id.to_string()).into()),
        [one] => Ok(one),
        _ => {
            let papers = found.iter().map(|(paper, _)| paper.id.as_str()).collect::<Vec<_>>().join(" and ");
            Err(BundleError::Several { claim: id.to_string(), papers }.into())
        }
    }
}

/// Why nothing is shown of a figure that no document has.
const NO_CELL: &str = "no cell of a document is named";

/// A place in a document that the folder shows.
struct Cell<'a> {
    source: &'a str,
    sha256: &'a str,
    locator: &'a str,
    printed: &'a str,
    url: &'a str,
    obtained_from: &'a str,
}

impl<'a> Cell<'a> {
    fn of(vintage: &'a VintageJudgement) -> Cell<'a> {
        let VintageJudgement { source, sha256, locator, printed, url, obtained_from, .. } = vintage;
        Cell { source, sha256, locator, printed, url, obtained_from }
    }

    fn of_row(row: &'a VintageRow) -> Cell<'a> {
        let VintageRow { source, locator, printed, url, obtained_from, .. } = row;
        Cell { source, sha256: row.sha256.as_deref().unwrap_or_default(), locator, printed, url, obtained_from }
    }

    fn of_part(part: &'a Part) -> Cell<'a> {
        let Part { source, sha256, locator, printed, url, obtained_from, .. } = part;
        Cell { source, sha256, locator, printed, url, obtained_from }
    }
}

/// The cells that a computed figure is computed from.
fn parts(finding: &Finding) -> &[Part] {
    finding.external.bridge.as_ref().map_or(&[], |bridge| &bridge.parts)
}

/// The store's rows behind a finding: those of the series that stands in, if another does.
fn rows(house: &House, finding: &Finding) -> Result<Vec<VintageRow>> {
    let Some(series) = finding.compared().filter(|_| !finding.external.vintages.is_empty()) else {
        return Ok(Vec::new());
    };
    let period = finding.period.parse().map_err(|error| anyhow::anyhow!("period {}: {error}", finding.period))?;
    Ok(house.store.vintages(series, period, None)?)
}

/// The place of a cell's document in the list, where it joins at its first cell; `None` where no document is named.
fn document(documents: &mut Vec<(BundleDocument, String)>, cell: &Cell<'_>) -> Option<usize> {
    if cell.sha256.is_empty() {
        return None;
    }
    let at = documents.iter().position(|(known, _)| known.sha256 == cell.sha256);
    Some(at.unwrap_or_else(|| {
        let document = BundleDocument {
            sha256: cell.sha256.to_string(),
            url: cell.url.to_string(),
            obtained_from: cell.obtained_from.to_string(),
            file: Err(String::new()),
            excerpts: Vec::new(),
        };
        documents.push((document, cell.source.to_string()));
        documents.len() - 1
    }))
}

fn backing(house: &House, vintage: &VintageJudgement, rows: &[VintageRow], document: Option<usize>) -> Result<Backing> {
    let row = rows.iter().find(|row| Some(row.id) == vintage.observation);
    let read = row.map(|row| house.store.transcription(row.id)).transpose()?.flatten();
    Ok(Backing {
        stated: row.and_then(|row| row.value),
        unit: row.map(|row| row.unit.clone()).unwrap_or_default(),
        inferred: row.is_some_and(|row| row.inferred),
        read,
        document,
    })
}

/// Copies a document into the folder, if it is held, and cuts out what the finding's cells point to.
fn fill(house: &House, document: &mut BundleDocument, source: &str, finding: &Finding, folder: &mut Folder) -> Result<()> {
    let (bytes, file) = match archived(house, &document.sha256)? {
        Ok(read) => read,
        Err(why) => {
            document.file = Err(why);
            return Ok(());
        }
    };
    let held = Document::held(&bytes, file);
    let source = house.config.source(source);
    let opened = opened(house, &held, source)?;
    let name = format!("documents/{}.{}", document.sha256, ending(&bytes, opened.as_ref().ok()));
    folder.write(&name, &bytes)?;
    document.file = Ok(name);
    document.excerpts = excerpts(house, document, &held, opened, source, finding)?;
    Ok(())
}

/// The bytes of a document, and the file they stand in; or why there are none.
fn archived(house: &House, sha256: &str) -> Result<Result<(Vec<u8>, File), String>> {
    match house.archive.read(sha256) {
        Ok(read) => Ok(Ok(read)),
        Err(ArchiveError::Missing(_)) => Ok(Err("it is not in the archive here".to_string())),
        Err(error @ (ArchiveError::Damaged { .. } | ArchiveError::Name(_))) => Ok(Err(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// What a document is to its parser; or why nobody can tell.
fn opened(house: &House, held: &Document<'_>, source: Option<&Source>) -> Result<Result<(Format, Option<Member>), String>> {
    match format_and_member(&house.reader, held, &Look::default(), source).map_err(fallen) {
        Ok(opened) => Ok(Ok(opened)),
        Err(PreviewError::NotStarted(fallen)) => Err(fallen.into()),
        Err(error) => Ok(Err(error.to_string())),
    }
}

/// A reader that could not even be started is no fault of the document.
fn fallen(error: PreviewError) -> PreviewError {
    match error {
        PreviewError::Unread(ReadError::Fallen(fallen)) | PreviewError::Refused(super::Refusal::Fallen(fallen))
            if !fallen.is_of_document() =>
        {
            PreviewError::NotStarted(fallen)
        }
        error => error,
    }
}

/// The ending of a document's name, by which other programs know it.
fn ending(bytes: &[u8], opened: Option<&(Format, Option<Member>)>) -> String {
    match (fetch::sniff(bytes), opened) {
        (Kind::Gzip, _) => "gz".to_string(),
        (Kind::Zip, Some((_, Some(_)))) => "zip".to_string(),
        (_, Some((Format::Sdmx, _))) => "xml".to_string(),
        (_, Some((Format::SdmxJson, _))) => "json".to_string(),
        (_, Some((format, _))) => format.to_string(),
        (_, None) => "bin".to_string(),
    }
}

/// What stands around every place of the document that the finding names, read in one go.
fn excerpts(
    house: &House,
    document: &BundleDocument,
    held: &Document<'_>,
    opened: Result<(Format, Option<Member>), String>,
    source: Option<&Source>,
    finding: &Finding,
) -> Result<Vec<Excerpt>> {
    let mut seen = BTreeSet::new();
    let all = finding.external.vintages.iter().map(Cell::of).chain(parts(finding).iter().map(Cell::of_part));
    let of_it = all.filter(|cell| cell.sha256 == document.sha256);
    let places: Vec<Cell<'_>> = of_it.filter(|cell| !cell.locator.is_empty() && seen.insert(cell.locator)).collect();
    let found = match opened {
        Ok((format, member)) => found(house, held, (format, member), source, &places)?,
        Err(why) => vec![Err(why); places.len()],
    };
    let short: String = document.sha256.chars().take(SHORT).collect();
    let one = |(at, (cell, found)): (usize, (&Cell<'_>, Result<Passage, String>))| Excerpt {
        name: format!("{short}-{}", at + 1),
        locator: cell.locator.to_string(),
        printed: cell.printed.to_string(),
        found,
    };
    Ok(places.iter().zip(found).enumerate().map(one).collect())
}

fn found(
    house: &House,
    held: &Document<'_>,
    (format, member): (Format, Option<Member>),
    source: Option<&Source>,
    places: &[Cell<'_>],
) -> Result<Vec<Result<Passage, String>>, Fallen> {
    let inside = member.as_ref().map(|member| format!("{}: ", member.name)).unwrap_or_default();
    let local = |locator: &str| locator.strip_prefix(&inside).unwrap_or(locator).to_string();
    let mut searches: Vec<Search> = places.iter().map(|cell| Search::new(local(cell.locator))).collect();
    let charset = source.and_then(|source| source.charset.clone());
    let wanted = Wanted { format, charset, member: member.map(|member| member.index) };
    let read = house.reader.read(held, wanted, &mut |event| searches.iter_mut().for_each(|search| search.event(&event)));
    match read {
        Err(ReadError::Fallen(fallen)) if !fallen.is_of_document() => Err(fallen),
        Err(error) => Ok(vec![Err(error.to_string()); places.len()]),
        Ok(()) => Ok(searches.into_iter().map(Search::found).collect()),
    }
}

/// A folder on its way, with the digest of each file in it.
struct Folder {
    at: PathBuf,
    sums: Vec<(String, String)>,
}

impl Folder {
    /// Makes it; what is not empty is left as it is.
    fn new(at: &Path) -> Result<Folder> {
        let empty = std::fs::read_dir(at).map(|mut entries| entries.next().is_none()).unwrap_or(!at.exists());
        if !empty {
            return Err(BundleError::NotEmpty(at.to_path_buf()).into());
        }
        Ok(Folder { at: at.to_path_buf(), sums: Vec::new() })
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.at.join(name);
        let folder = path.parent().unwrap_or(&self.at);
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
        self.sums.push((name.to_string(), hex::encode(Sha256::digest(bytes))));
        Ok(())
    }

    /// Writes the digests, by path, and gives the paths.
    fn finish(mut self) -> Result<Vec<String>> {
        self.sums.sort();
        let lines: String = self.sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
        self.write(SUMS, lines.as_bytes())?;
        Ok(self.sums.into_iter().map(|(name, _)| name).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_empty_folder_is_written_into() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = Folder::new(dir.path()).unwrap();
        folder.write("b/x", b"1").unwrap();
        folder.write("a", b"").unwrap();
        assert_eq!(folder.finish().unwrap(), ["a", "b/x", SUMS]);
        let sums = std::fs::read_to_string(dir.path().join(SUMS)).unwrap();
        assert!(sums.starts_with("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n"), "{sums}");
        for taken in [dir.path(), &dir.path().join("a")] {
            let refused = Folder::new(taken).err().unwrap();
            assert!(matches!(refused.downcast_ref(), Some(BundleError::NotEmpty(_))), "{refused}");
        }
        assert!(Folder::new(&dir.path().join("new")).is_ok());
    }

    #[test]
    fn documents_bear_the_ending_that_other_programs_know() {
        let packed = || Some(Member { index: 0, name: "a.csv".into() });
        for (bytes, opened, wanted) in [
            (&b"PK\x03\x04"[..], Some((Format::Xlsx, None)), "xlsx"),
            (b"PK\x03\x04", Some((Format::Csv, packed())), "zip"),
            (b"\x1f\x8b", Some((Format::Csv, packed())), "gz"),
            (b"<a/>", Some((Format::Sdmx, None)), "xml"),
            (b"{}", Some((Format::SdmxJson, None)), "json"),
            (b"", None, "bin"),
        ] {
            assert_eq!(ending(bytes, opened.as_ref()), wanted);
        }
    }
}
