//! Bytes → text, for the formats that are text. What is declared is believed only as far as the bytes bear it out: publishers
//! declare windows-1251 and send UTF-8, and the other way round.

use super::{Input, ParseError};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};
use std::io::{Read, SeekFrom};

/// Pages and JSON are read whole; far more than any that was met.
const MAX_TEXT: u64 = 256 << 20;
/// Bytes by which the charset of a text that is not read whole is told.
pub const SNIFFED: u64 = 64 << 10;
/// The hint for guessing: most of what is not declared is Russian.
const TLD: &[u8] = b"ru";

/// The whole text of a document. `declared` is what the document says of itself, `configured` what the source says of documents
/// that say nothing.
///
/// # Errors
/// A document that cannot be read, or is longer than a text document may be.
pub fn read(
    input: &mut dyn Input,
    declared: impl Fn(&[u8]) -> Option<String>,
    configured: Option<&str>,
) -> Result<String, ParseError> {
    let mut bytes = Vec::new();
    input.take(MAX_TEXT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_TEXT {
        return Err(ParseError::TooLarge { place: "the document".into(), what: "its length".into(), limit: MAX_TEXT });
    }
    let label = declared(&bytes);
    Ok(decode(&bytes, label.as_deref(), configured))
}

/// A byte order mark decides; then [`settle`]. Bytes that no text of the charset has become U+FFFD.
pub fn decode(bytes: &[u8], declared: Option<&str>, configured: Option<&str>) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned();
    }
    settle(bytes, declared, configured).decode_without_bom_handling(bytes).0.into_owned()
}

/// The charset of bytes without a byte order mark: UTF-8 where they are that (a cut last character aside), then what is declared,
/// then what is configured, then a guess.
pub fn settle(bytes: &[u8], declared: Option<&str>, configured: Option<&str>) -> &'static Encoding {
    if std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true) {
        return UTF_8;
    }
    let named = |label: Option<&str>| label.and_then(|l| Encoding::for_label(l.trim().as_bytes())).filter(|e| *e != UTF_8);
    named(declared).or_else(|| named(configured)).unwrap_or_else(|| guess(bytes))
}

/// The charset of a text that is not read whole, by its byte order mark or by [`SNIFFED`] bytes from the first on that is more
/// than ASCII. Leaves the input at the first byte of the text.
///
/// # Errors
/// Reading failed.
pub fn sniff(input: &mut dyn Input, declared: Option<&str>, configured: Option<&str>) -> std::io::Result<&'static Encoding> {
    input.seek(SeekFrom::Start(0))?;
    let mut part = Vec::new();
    input.take(SNIFFED).read_to_end(&mut part)?;
    if let Some((encoding, length)) = Encoding::for_bom(&part) {
        input.seek(SeekFrom::Start(length as u64))?;
        return Ok(encoding);
    }
    let mut start = 0;
    while !part.is_empty() && part.is_ascii() {
        start += part.len() as u64;
        part.clear();
        input.take(SNIFFED).read_to_end(&mut part)?;
    }
    input.seek(SeekFrom::Start(start + Encoding::ascii_valid_up_to(&part) as u64))?;
    part.clear();
    input.take(SNIFFED).read_to_end(&mut part)?;
    input.seek(SeekFrom::Start(0))?;
    Ok(settle(&part, declared, configured))
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(Some(TLD), Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{IBM866, WINDOWS_1251};

    const TEXT: &str = "Добыча полезных ископаемых, млн тонн; в % к предыдущему периоду";

    #[test]
    fn what_the_bytes_bear_out() {
        let cp1251 = WINDOWS_1251.encode(TEXT).0.into_owned();
        let cp866: Vec<u8> = {
            assert_eq!(IBM866.name(), "IBM866");
            IBM866.encode(TEXT).0.into_owned()
        };
        let bom = [b"\xEF\xBB\xBF".as_slice(), TEXT.as_bytes()].concat();
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let cases: [(&[u8], Option<&str>, Option<&str>); 8] = [
            (TEXT.as_bytes(), Some("windows-1251"), None),
            (&cp1251, Some("utf-8"), None),
            (&cp1251, None, None),
            (&cp1251, None, Some("windows-1251")),
            (&cp866, Some("cp866"), None),
            (&cp866, None, Some("ibm866")),
            (&bom, Some("windows-1251"), None),
            (&utf16, None, None),
        ];
        for (at, (bytes, declared, configured)) in cases.into_iter().enumerate() {
            assert_eq!(decode(bytes, declared, configured), TEXT, "case {at}");
        }
    }

    #[test]
    fn a_long_text_is_told_by_its_first_letters_beyond_ascii() {
        let late = |bytes: &[u8]| [&b"1;2;3\n".repeat(20_000)[..], bytes].concat();
        let cut = [TEXT.as_bytes(), b"x"].concat().repeat(1000);
        let cases: [(Vec<u8>, &'static Encoding, u64); 6] = [
            (late(TEXT.as_bytes()), UTF_8, 0),
            (late(&WINDOWS_1251.encode(TEXT).0), WINDOWS_1251, 0),
            (late(&IBM866.encode(TEXT).0), IBM866, 0),
            (cut, UTF_8, 0),
            (b"\xFF\xFE1\0".to_vec(), encoding_rs::UTF_16LE, 2),
            (Vec::new(), UTF_8, 0),
        ];
        for (at, (bytes, wanted, start)) in cases.into_iter().enumerate() {
            let mut input = std::io::Cursor::new(bytes);
            assert_eq!(sniff(&mut input, None, None).unwrap(), wanted, "case {at}");
            assert_eq!(input.position(), start, "case {at}");
        }
    }
}
