//! Which format a document is of, by its bytes.

use super::Opened;
use crate::fetch::{self, Kind};
use crate::parse::{self, Format, ParseError};
use crate::pipeline::read::is_package;
use crate::unpack::{self, Limits, SingleError, UnpackError, Zip};
use std::io::{Cursor, Read};

/// The list of parts that an Office file carries.
const PARTS: &str = "[Content_Types].xml";
/// Bytes of that list that are looked at; of a workbook of hundreds of sheets it has some ten thousand.
const MOST_PARTS: u64 = 1 << 20;
/// Bytes of an XML document in which its root must show what it is.
const ROOT: usize = 4096;

/// Bytes that are of no format read here.
#[derive(Debug, thiserror::Error)]
pub enum Unrecognized {
    /// Another kind of file.
    #[error("found {seen}, expected a document of one of these formats: {wanted} (`--format` names one)")]
    Unknown {
        /// What it is.
        seen: String,
        /// The formats.
        wanted: String,
    },
    /// A container of another kind, of none or of several documents.
    #[error("the document is packed: {0}; expected one member, or a source with `member` (`--source`)")]
    Packed(#[from] SingleError),
    /// A container that is broken.
    #[error(transparent)]
    Broken(#[from] UnpackError),
    /// The same, of the OLE2 kind.
    #[error(transparent)]
    Ole(#[from] ParseError),
}

/// The format of a document, and the member of its container if it is packed alone.
pub(in crate::pipeline) fn recognize(bytes: &[u8]) -> Result<Opened, Unrecognized> {
    match fetch::sniff(bytes) {
        Kind::Zip | Kind::Gzip if !is_package(bytes).unwrap_or(false) => {
            let inside = unpack::single(bytes, Limits::DEFAULT, |_| true)?;
            let format = plain(&inside.bytes)?;
            Ok((format, Some(inside.name).filter(|name| !name.is_empty()), Some(inside.bytes)))
        }
        _ => Ok((plain(bytes)?, None, None)),
    }
}

/// The format of a document that is not packed: the only one that begins so, or the one whose own mark it bears.
fn plain(bytes: &[u8]) -> Result<Format, Unrecognized> {
    let kind = fetch::sniff(bytes);
    let begins = |format: &Format| fetch::expected_kinds(&format.to_string()).is_some_and(|kinds| kinds.contains(&kind));
    let candidates: Vec<Format> = Format::ALL.into_iter().map(|(format, _)| format).filter(begins).collect();
    let found = match (&candidates[..], kind) {
        ([only], _) => Some(*only),
        (_, Kind::Zip) => in_office(bytes)?,
        (_, Kind::Ole) => parse::in_ole(&mut Cursor::new(bytes))?,
        (_, Kind::Xml) => Some(if is_sdmx(bytes) { Format::Sdmx } else { Format::Xml }),
        (_, Kind::Text) => Some(of_text(bytes)),
        _ => None,
    };
    found.ok_or_else(|| Unrecognized::Unknown { seen: kind.to_string(), wanted: Format::ALL.map(|(_, name)| name).join(", ") })
}

/// The main part that an Office file lists.
fn in_office(bytes: &[u8]) -> Result<Option<Format>, Unrecognized> {
    let mut zip = Zip::open(Cursor::new(bytes), Limits::DEFAULT)?;
    let mut list = Vec::new();
    if let Some(part) = zip.member(PARTS)? {
        part.take(MOST_PARTS).read_to_end(&mut list).map_err(|error| unpack::read_error(PARTS, &error))?;
    }
    let has = |word: &str| memchr::memmem::find(&list, word.as_bytes()).is_some();
    let marks = [
        ("spreadsheetml.sheet.main", Format::Xlsx),
        ("ms-excel.sheet.macroEnabled.main", Format::Xlsx),
        ("wordprocessingml.document.main", Format::Docx),
        ("ms-word.document.macroEnabled.main", Format::Docx),
    ];
    let listed = marks.into_iter().find(|(mark, _)| has(mark)).map(|(_, format)| format);
    let parts = [("xl/workbook.xml", Format::Xlsx), ("word/document.xml", Format::Docx)];
    Ok(listed.or_else(|| parts.into_iter().find(|(part, _)| zip.contains(part)).map(|(_, format)| format)))
}

fn is_sdmx(bytes: &[u8]) -> bool {
    let root = bytes.get(..ROOT).unwrap_or(bytes).to_ascii_lowercase();
    memchr::memmem::find(&root, b"sdmx").is_some()
}

fn of_text(bytes: &[u8]) -> Format {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    match text.first() {
        Some(b'{') if memchr::memmem::find(text, b"\"dataSets\"").is_some() => Format::SdmxJson,
        Some(b'{' | b'[') => Format::Json,
        _ => Format::Csv,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_the_format() {
        let cases: [(&[u8], &str); 8] = [
            (b"<html><body>x", "html"),
            (b"<ValCurs/>", "xml"),
            (b"<GenericData xmlns='http://www.SDMX.org/resources/SDMXML/schemas/v1_0/message'/>", "sdmx"),
            (b"{\"data\": []}", "json"),
            (b"{\"data\": {\"dataSets\": []}}", "sdmx-json"),
            (b"a;b\n1;2\n", "csv"),
            (b"\x03\x78\x04\x19\x01\0\0\0\x41\0\x0A\0", "dbf"),
            (b"[1]", "json"),
        ];
        for (bytes, format) in cases {
            assert_eq!(recognize(bytes).unwrap().0.to_string(), format, "{}", String::from_utf8_lossy(bytes));
        }
        let told = recognize(b"").unwrap_err().to_string();
        assert!(told.contains("found nothing") && told.contains("xlsx"), "{told}");
    }

    #[test]
    fn containers_are_told_by_their_parts() {
        let zip = |names: &[(&str, &str)]| {
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for (name, text) in names {
                zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
                std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
            }
            zip.finish().unwrap().into_inner()
        };
        let word = "<Default ContentType='x.spreadsheetml.sheet'/><Override ContentType='x.wordprocessingml.document.main+xml'/>";
        assert_eq!(recognize(&zip(&[(PARTS, word)])).unwrap().0, Format::Docx);
        assert_eq!(recognize(&zip(&[(PARTS, ""), ("xl/workbook.xml", "")])).unwrap().0, Format::Xlsx);
        let (format, name, bytes) = recognize(&zip(&[("a/t.csv", "a;b\n")])).unwrap();
        assert_eq!((format, name.as_deref(), bytes.as_deref()), (Format::Csv, Some("a/t.csv"), Some(&b"a;b\n"[..])));
        let told = recognize(&zip(&[("a.csv", "a"), ("b.csv", "b")])).unwrap_err().to_string();
        assert!(told.contains("a.csv, b.csv") && told.contains("expected one member"), "{told}");
        let nested = recognize(&zip(&[("t.zip", "PK\u{3}\u{4}")]));
        assert!(nested.is_err(), "a container in a container is not opened");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_a_format_or_an_error(
            start in proptest::sample::select(vec![&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\x1F\x8B\x08", b"<?xml", b"{"]),
            rest in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..600),
        ) {
            let _ = recognize(&[start, &rest].concat());
        }
    }
}
