//! `vintages.csv`: the claim against every vintage, a row each.

use super::Bundle;
use crate::report::spreadsheet::{number, safe};
use crate::report::words;

/// The columns.
const COLUMNS: [&str; 31] = [
    "claim",
    "vintage",
    "known_from",
    "known_to",
    "known_from_basis",
    "value",
    "printed",
    "stated",
    "stated_unit",
    "status",
    "class",
    "source",
    "url",
    "locator",
    "sha256",
    "document",
    "excerpt",
    "grade",
    "agrees",
    "lo",
    "hi",
    "distance_ulp",
    "decides",
    "obtained_from",
    "notes",
    "publication",
    "quoted_by",
    "seen",
    "transcribed_on",
    "confidence",
    "archive_url",
];

/// A row a vintage, oldest first; only the heads if there is none.
pub(super) fn csv(bundle: &Bundle<'_>) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in (0..bundle.finding.external.vintages.len()).filter_map(|at| row(bundle, at)) {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn row(bundle: &Bundle<'_>, at: usize) -> Option<Vec<String>> {
    let (vintage, backing) = (bundle.finding.external.vintages.get(at)?, bundle.backings.get(at)?);
    let yes = |so: bool| if so { "yes" } else { "no" }.to_string();
    let file = bundle.document(at).and_then(|document| document.file.clone().ok());
    let excerpt = bundle.excerpt(at).filter(|excerpt| excerpt.found.is_ok()).map(|excerpt| excerpt.path("html"));
    let read = |pick: fn(&crate::model::Transcription) -> String| {
        backing.read.as_ref().map(|read| safe(&pick(read))).unwrap_or_default()
    };
    Some(vec![
        safe(&bundle.claim.id),
        (at + 1).to_string(),
        vintage.known_from.to_string(),
        vintage.known_to.map(|day| day.to_string()).unwrap_or_default(),
        words::basis(vintage.basis).0.to_string(),
        vintage.value.clone().unwrap_or_default(),
        number(&vintage.printed),
        backing.stated.map(|value| value.to_string()).unwrap_or_default(),
        safe(&backing.unit),
        vintage.status.to_string(),
        words::class(vintage.class).0.to_string(),
        safe(&vintage.source),
        safe(&vintage.url),
        safe(&vintage.locator),
        safe(&vintage.sha256),
        file.unwrap_or_default(),
        excerpt.unwrap_or_default(),
        vintage.grade.map(|grade| words::grade(grade).0).unwrap_or_default().to_string(),
        yes(vintage.matches),
        vintage.lo.clone().unwrap_or_default(),
        vintage.hi.clone().unwrap_or_default(),
        vintage.distance_ulp.clone().unwrap_or_default(),
        yes(bundle.finding.evidence == Some(at)),
        safe(&vintage.obtained_from),
        safe(&vintage.notes.join(" ¦ ")),
        read(|read| read.publication.clone()),
        read(|read| read.quoted_by.clone()),
        read(|read| read.seen.clone()),
        read(|read| read.transcribed_on.to_string()),
        read(|read| read.confidence.clone()),
        read(|read| read.archive_url.clone()),
    ])
}
