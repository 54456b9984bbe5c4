//! A document → a block of `sources.toml`: bytes are recognised and parsed, the rest is [`crate::propose`]. Nothing is fetched or stored.

use super::preview::{Look, PreviewError, recognize};
use super::read::Refusal;
use crate::config::Publisher;
use crate::fetch;
use crate::parse::{self, Format};
use crate::propose::{About, Proposal, Study};
use std::io::Cursor;

/// What the block is called.
#[derive(Debug, Clone)]
pub struct Naming {
    /// How comments name the document.
    pub document: String,
    /// The id of the source.
    pub id: String,
    /// The id of its publisher.
    pub publisher: String,
    /// The publisher is in the configuration already.
    pub publisher_known: bool,
    /// What is known of the publisher otherwise.
    pub publisher_is: Option<Publisher>,
}

/// Proposes a block for a document.
///
/// # Errors
/// Bytes of no format that is read here, or a page that says that there is no document.
pub fn propose(bytes: &[u8], look: &Look, naming: Naming) -> Result<Proposal, PreviewError> {
    let (format, member, unpacked) = match look.format {
        Some(format) => (format, None, None),
        None => recognize(bytes)?,
    };
    let packed = unpacked.is_some();
    let bytes = unpacked.as_deref().unwrap_or(bytes);
    if let Some(failure) = fetch::error_page(bytes).filter(|_| format == Format::Html) {
        return Err(PreviewError::Refused(Refusal::Kind(failure)));
    }
    let options = parse::Options { charset: look.charset.clone() };
    let mut study = Study::default();
    let parsed = parse::parse(format, &mut Cursor::new(bytes), &options, &mut |event| study.event(event));
    let Naming { document, id, publisher, publisher_known, publisher_is } = naming;
    let charset = look.charset.clone().or_else(|| parse::unstated_charset(format, bytes).map(str::to_string));
    // a member without a name is the only one that a container of its kind has
    let member = packed.then(|| member.unwrap_or_else(|| "*".to_string()));
    let broken = parsed.err().map(|error| error.to_string());
    Ok(study.propose(&About { document, id, publisher, publisher_known, publisher_is, format, member, charset, broken }))
}
