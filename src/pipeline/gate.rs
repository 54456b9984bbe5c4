//! What is asked of a document that was fetched, beside that it is a file of the right kind: the words that all of the source's have, their
//! language, and a size that is not too unlike the last one's. Nothing of it is believed before.

use super::intake::{Delivery, FETCHED};
use super::read::{self, Refusal};
use crate::check::Lacking;
use crate::config::Source;
use crate::fetch::Failure;
use crate::guard::{Document, Reader, Wanted};
use crate::model::{Drift, Weight};
use crate::parse::Event;
use crate::store::Store;
use anyhow::Result;

/// A document of a source that has less than one in so many bytes of the one before is held: publishers add rows, and a file that is
/// cut or emptied has few.
const SHRUNK: u64 = 3;

/// Whether a document says what every document of its source does.
///
/// # Errors
/// A [`Refusal`]: it does not, or it cannot be read at all.
pub(super) fn content(reader: &Reader, source: &Source, document: &Document<'_>) -> Result<(), Refusal> {
    if source.content.is_empty() {
        return Ok(());
    }
    let opened = read::opened(reader, source, document)?;
    let member = opened.member.as_ref().map(|member| member.index);
    let wanted = Wanted { format: opened.format, charset: source.charset.clone(), member };
    let mut look = source.content.look();
    reader.read(document, wanted, &mut |event| match &event {
        Event::Table(table) => {
            [Some(&table.sheet), table.caption.as_ref()].into_iter().flatten().for_each(|text| look.text(text))
        }
        Event::Row(row) => row.cells.iter().filter(|cell| cell.copy_of.is_none()).for_each(|cell| look.text(&cell.text)),
        Event::Paragraph { text, .. } => look.text(text),
    })?;
    match look.lacking() {
        None => Ok(()),
        Some(Lacking::Marker(marker)) => Err(Failure::NoMarker(marker).into()),
        Some(Lacking::Language(wanted, seen)) => Err(Failure::WrongLanguage { wanted, seen }.into()),
    }
}

/// A document that is much smaller than the last good one: that holds it until a person accepts it.
///
/// # Errors
/// The store failing.
pub(super) fn size(store: &Store, source: &Source, delivery: &Delivery, bytes: u64) -> Result<Option<Drift>> {
    if source.any_size || delivery.obtained_from != FETCHED {
        return Ok(None);
    }
    let before = store.last_size(&source.id, &delivery.content_type, delivery.as_of)?;
    let shrunk = before.filter(|before| bytes.saturating_mul(SHRUNK) < *before);
    Ok(shrunk
        .map(|before| Drift::new(Weight::Holds, "size_fell", "document", format!("{before} bytes"), format!("{bytes} bytes"))))
}
