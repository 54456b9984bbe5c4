//! Documents of every format, what they are packed in, and the charset of a text.

use crate::fetch::{self, Given};
use crate::guard::{Ask, Document, Found, Member, ReadError, Reader, Sought, Told, Wanted};
use crate::parse::{self, Event, Format, column_name};
use crate::unpack::{self, Limits, warc};
use rust_decimal::Decimal;
use std::ops::ControlFlow;

/// Records of a crawl, and members of a container, that are looked at.
const MOST_PARTS: usize = 8;
/// Bytes of a block: what a crawl may have is more, and only takes longer.
const MOST_BLOCK: u64 = 1 << 20;

macro_rules! formats {
    ($($name:ident: $format:ident,)*) => {
        $(pub fn $name(bytes: &[u8]) { read(bytes, Format::$format, None); })*
    };
}

formats! {
    csv: Csv, dbf: Dbf, doc: Doc, docx: Docx, html: Html, json: Json, pdf: Pdf, sdmx: Sdmx, sdmx_json: SdmxJson, xls: Xls, xlsx: Xlsx, xml: Xml,
}

/// Reads a document the way a child does, and looks at all it tells.
fn read(bytes: &[u8], format: Format, member: Option<usize>) {
    let (mut tables, mut row) = (0_u32, 0);
    let wanted = Wanted { format, charset: None, member };
    let _ = Reader::InProcess.read(&Document::of(bytes), wanted, &mut |event| match event {
        Event::Table(table) => {
            assert!(table.number > 0, "tables are counted from 1");
            (tables, row) = (tables + 1, 0);
        }
        Event::Row(found) => {
            assert!(tables > 0, "a row of no table");
            assert!(found.number > row, "rows ascend: {} behind {row}", found.number);
            row = found.number;
            assert!(found.cells.is_sorted_by(|a, b| a.column < b.column), "columns ascend");
            found.cells.iter().filter_map(|cell| cell.raw.as_deref()).for_each(exact);
        }
        Event::Paragraph { locator, .. } => assert!(!locator.is_empty(), "a paragraph has its place"),
    });
}

/// A stored number is exact decimal text.
fn exact(raw: &str) {
    let plain = raw.strip_prefix('-').unwrap_or(raw);
    let digits = plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    assert!(digits && plain.matches('.').count() <= 1 && plain.bytes().any(|b| b.is_ascii_digit()), "no exact number: {raw:?}");
    if let Ok(value) = raw.parse::<Decimal>() {
        // more digits than a decimal holds would be rounded
        let held = plain.bytes().filter(u8::is_ascii_digit).count() <= 28;
        assert!(!held || value.to_string().parse() == Ok(value), "{raw:?}");
    }
}

/// Parts of an Office file, packed here: `name` NUL `text` NUL …, so that the texts can be tried and not the packing. The first byte
/// chooses the format.
pub fn office(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut parts = rest.split(|byte| *byte == 0);
    while let (Some(name), Some(text)) = (parts.next(), parts.next()) {
        // a name that cannot stand in a container twice
        if zip.start_file(String::from_utf8_lossy(name), plain).is_ok() {
            let _ = std::io::Write::write_all(&mut zip, text);
        }
    }
    let Ok(packed) = zip.finish() else { return };
    read(packed.get_ref(), if choice % 2 == 0 { Format::Xlsx } else { Format::Docx }, None);
}

/// A container: what it lists, what it is, and the documents in it.
pub fn container(bytes: &[u8]) {
    let document = Document::of(bytes);
    let _ = Reader::InProcess.recognize(&document);
    let Ok(listing) = Reader::InProcess.members(&document) else { return };
    assert!(listing.names.len() as u64 <= Limits::DEFAULT.members);
    for (index, name) in listing.names.iter().enumerate().take(MOST_PARTS) {
        let member = Member { index, name: name.clone() };
        let head = Reader::InProcess.member_head(&document, &member);
        assert!(head.is_ok_and(|head| head.len() <= crate::guard::HEAD_BYTES) || listing.names.len() > index);
        read(bytes, Format::Csv, Some(index));
    }
    let _ = unpack::choose(&listing, |name| name.contains('.'));
}

/// A crawl, the way a child takes it apart: nothing comes out of its order, and every record of it once.
pub fn warc(bytes: &[u8]) {
    let sought = |after, given| Sought { given: vec![given], largest: MOST_BLOCK, after, left: Vec::new() };
    let (mut last, mut length) = (None, None);
    let read = Reader::InProcess.crawl(&Document::of(bytes), sought(0, Given::Any), &mut |told| {
        match told {
            Told::Found(Found { offset, .. }) => {
                assert!(last.is_none_or(|last| last <= offset), "records come in their order");
                (last, length) = (Some(offset), Some(0));
            }
            Told::Piece(piece) => {
                length = length.map(|length: usize| length + piece.len());
                assert!(length.is_some_and(|length| length as u64 <= MOST_BLOCK), "no document is larger than was asked for");
            }
            Told::Passed(passed) => assert!(passed.offset <= bytes.len() as u64),
            Told::Ended(_) | Told::Further { .. } => {}
        }
        ControlFlow::Continue(())
    });
    assert!(!matches!(read, Err(ReadError::Fallen(_))), "{read:?}");
    let again = Reader::InProcess.crawl(&Document::of(bytes), sought(u64::MAX, Given::Any), &mut |told| {
        assert!(matches!(told, Told::Further { count: 0, .. }), "what was looked at before is not told again");
        ControlFlow::Continue(())
    });
    assert_eq!(read.is_ok(), again.is_ok());
}

/// An answer as a crawler wrote it down.
pub fn http_record(bytes: &[u8]) {
    if let Ok(response) = warc::response(bytes, MOST_BLOCK) {
        assert!(response.body.len() as u64 <= MOST_BLOCK, "no body is larger than was asked for");
    }
}

/// The beginning of whatever came: what it is, whether it is an error page, and the charset of a text.
pub fn charset(bytes: &[u8]) {
    let kind = fetch::sniff(bytes);
    assert_eq!(kind, fetch::sniff(bytes));
    let _ = fetch::check_kind(bytes, &[fetch::Kind::Ole, fetch::Kind::Zip]);
    let _ = fetch::error_page(bytes);
    let _ = crate::guard::by_beginning(bytes);
    let guessed = parse::unstated_charset(Format::Csv, bytes);
    assert!(guessed.is_none() || std::str::from_utf8(bytes).is_err(), "what is UTF-8 is not guessed at");
    parse::fuzz::charset(bytes);
    let column = bytes.iter().fold(0_u32, |all, byte| all.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    assert!(column_name(column).bytes().all(|letter| letter.is_ascii_uppercase()));
    // a question of another version of the program is an error, too
    let _ = serde_json::from_slice::<Ask>(bytes);
}
