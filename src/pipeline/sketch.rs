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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn proposed(bytes: &[u8]) -> Result<Proposal, PreviewError> {
        let [document, id, publisher] = ["d", "s", "p"].map(str::to_string);
        propose(bytes, &Look::default(), Naming { document, id, publisher, publisher_known: false, publisher_is: None })
    }

    #[test]
    fn what_a_text_in_columns_cannot_state_stands_in_the_block() {
        let text = "Добыча, млн тонн;;\nВид;2019;2020\nУголь;1,5;2,5\nНефть;3,5;4,5\n";
        let bytes = encoding_rs::WINDOWS_1251.encode(text).0;
        let block = proposed(&bytes).unwrap().text;
        assert!(block.contains("charset = \"windows-1251\"") && block.contains("млн тонн"), "{block}");
        assert!(!proposed(text.as_bytes()).unwrap().text.contains("charset"));
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("in/coal_2020.csv", zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
        let block = proposed(&zip.finish().unwrap().into_inner()).unwrap();
        assert!(block.text.contains("member = \"coal_*.csv\"") && block.readings.len() == 1, "{}", block.text);
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_block_or_an_error(
            start in proptest::sample::select(vec![&b""[..], b"<html><table border=1><tr><td>", b"2019;2020\n", b"<?xml version='1.0'?><a>", b"[{\"a\":"]),
            rest in proptest::collection::vec(any::<u8>(), 0..400),
        ) {
            if let Ok(proposal) = proposed(&[start, &rest].concat()) {
                prop_assert!(crate::config::Config::parse(&proposal.text, "a").is_ok(), "{}", proposal.text);
            }
        }
    }
}
