//! A document → a block of `sources.toml`: bytes are recognised and parsed, the rest is [`crate::propose`]. Nothing is fetched or stored.

use super::preview::{Look, PreviewError, format_and_member};
use super::read::Refusal;
use crate::config::Publisher;
use crate::fetch;
use crate::guard::{Document, HEAD_BYTES, ReadError, Reader, Wanted};
use crate::parse::{self, Format};
use crate::propose::{About, Proposal, Study};
use std::borrow::Cow;

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
/// Bytes of no format that is read here, or a page that says that there is no document; no child that could be started.
pub fn propose(reader: &Reader, document: &Document<'_>, look: &Look, naming: Naming) -> Result<Proposal, PreviewError> {
    let (format, member) = format_and_member(reader, document, look, None)?;
    let head = match &member {
        Some(member) => Cow::Owned(reader.member_head(document, member).map_err(PreviewError::Unread)?),
        None => Cow::Borrowed(document.head()),
    };
    if let Some(failure) = fetch::error_page(&head).filter(|_| format == Format::Html) {
        return Err(PreviewError::Refused(Refusal::Kind(failure)));
    }
    let mut study = Study::default();
    let wanted = Wanted { format, charset: look.charset.clone(), member: member.as_ref().map(|member| member.index) };
    let broken = match reader.read(document, wanted, &mut |event| study.event(event)) {
        Err(ReadError::Fallen(fallen)) if !fallen.is_of_document() => return Err(PreviewError::NotStarted(fallen)),
        read => read.err().map(|error| error.to_string()),
    };
    let Naming { document, id, publisher, publisher_known, publisher_is } = naming;
    let charset = look.charset.clone().or_else(|| parse::unstated_charset(format, whole_lines(&head)).map(str::to_string));
    // a member without a name is the only one that a container of its kind has
    let member = member.map(|member| if member.name.is_empty() { "*".to_string() } else { member.name });
    Ok(study.propose(&About { document, id, publisher, publisher_known, publisher_is, format, member, charset, broken }))
}

/// The beginning of a text up to the end of a line: no character is cut in two.
fn whole_lines(head: &[u8]) -> &[u8] {
    let end = memchr::memrchr(b'\n', head).filter(|_| head.len() >= HEAD_BYTES);
    end.and_then(|end| head.get(..end)).unwrap_or(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn proposed(bytes: &[u8]) -> Result<Proposal, PreviewError> {
        let [document, id, publisher] = ["d", "s", "p"].map(str::to_string);
        propose(
            &Reader::InProcess,
            &Document::of(bytes),
            &Look::default(),
            Naming { document, id, publisher, publisher_known: false, publisher_is: None },
        )
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
