//! The OLE2 container ([MS-CFB]) around the workbook stream.

use crate::parse::{Input, ParseError};
use std::io::{Cursor, Read, SeekFrom};

/// First bytes of every OLE2 file.
const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// A document of this kind is read whole. The largest statistical workbook we met as `.xls` has 0.2 MB; BIFF8 itself ends at
/// 65,536 rows of 256 columns a sheet.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes of the header that are looked at before the container is opened.
const HEADER: usize = 512;

/// Marks the end of a chain of sectors.
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;

/// Marks an unused sector; some writers end the chain of FAT sectors with it.
const FREE: u32 = 0xFFFF_FFFF;

const PLACE: &str = "OLE2 container";

/// Reads the whole stream `Workbook`.
///
/// # Errors
/// [`ParseError::Malformed`] names what the bytes are if they are no OLE2 file, or what is broken in it.
pub fn workbook(input: &mut dyn Input) -> Result<Vec<u8>, ParseError> {
    let bytes = whole(input)?;
    if !bytes.starts_with(&MAGIC) {
        return Err(ParseError::malformed("first bytes", looks_like(&bytes), "an OLE2 container (D0 CF 11 E0)"));
    }
    fat_is_bounded(&bytes)?;
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
    if !container.is_stream("/Workbook") {
        let seen = if container.is_stream("/Book") {
            "a stream `Book`: BIFF5 (Excel 5.0/95)"
        } else if container.is_stream("/EncryptedPackage") {
            return Err(ParseError::Encrypted);
        } else if container.is_stream("/WordDocument") {
            "a stream `WordDocument`: a Word document"
        } else {
            "no such stream"
        };
        return Err(ParseError::malformed(PLACE, seen, "a stream `Workbook` (BIFF8, Excel 97 or later)"));
    }
    let stream = container.open_stream("/Workbook").map_err(broken)?;
    let declared = stream.len();
    let mut workbook = Vec::new();
    stream.take(MAX_BYTES).read_to_end(&mut workbook).map_err(broken)?;
    if (workbook.len() as u64) < declared {
        let seen = format!("{} bytes of {declared}", workbook.len());
        return Err(ParseError::malformed("stream `Workbook`", seen, "the whole stream"));
    }
    Ok(workbook)
}

fn whole(input: &mut dyn Input) -> Result<Vec<u8>, ParseError> {
    input.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    input.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        let what = "the file".to_owned();
        return Err(ParseError::TooLarge { place: PLACE.to_owned(), what, limit: MAX_BYTES });
    }
    Ok(bytes)
}

/// The bytes are in memory: any failure from here on is theirs.
fn broken(error: std::io::Error) -> ParseError {
    ParseError::malformed(PLACE, error.to_string(), "a readable container")
}

/// What somebody stored under the name `.xls` instead.
fn looks_like(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(bytes.get(..HEADER).unwrap_or(bytes)).to_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let known = [
        ("pk\u{3}\u{4}", "a ZIP archive (perhaps a workbook of the .xlsx kind)"),
        ("<!doctype html", "an HTML page"),
        ("<html", "an HTML page"),
        ("<?xml", "an XML document"),
        ("<", "markup, perhaps an HTML page"),
        ("%pdf", "a PDF document"),
        ("{\\rtf", "an RTF document"),
        ("rar!", "a RAR archive"),
        ("\u{9}\u{8}", "a bare BIFF stream without a container"),
        ("\u{9}\u{4}", "a bare BIFF stream without a container"),
    ];
    match known.iter().find(|(start, _)| head.starts_with(start)) {
        Some((_, what)) => (*what).to_owned(),
        None if bytes.is_empty() => "an empty file".to_owned(),
        None => format!("bytes {}", hex::encode(bytes.get(..8).unwrap_or(bytes))),
    }
}

/// The header may name the same FAT sector any number of times, and the library would read it as often. The sectors that
/// list FAT sectors (DIFAT) can be no more than the file needs: this many sectors × the FAT entries a sector holds.
fn fat_is_bounded(bytes: &[u8]) -> Result<(), ParseError> {
    let shift = bytes.get(30..32).and_then(|b| b.try_into().ok()).map(u16::from_le_bytes).unwrap_or_default();
    let sector: usize = if shift == 12 { 4096 } else { 512 };
    let entries = sector / 4;
    let needed = bytes.len() / sector / (entries * (entries - 1)) + 1;
    let mut next = u32_at(bytes, 68);
    let mut seen = 0;
    while let Some(number) = next.filter(|&number| number != END_OF_CHAIN && number != FREE) {
        seen += 1;
        if seen > needed {
            let wanted = format!("at most {needed} for {} bytes", bytes.len());
            return Err(ParseError::malformed(PLACE, format!("more than {needed} DIFAT sectors"), wanted));
        }
        let end = (number as usize).saturating_add(2).saturating_mul(sector);
        next = u32_at(bytes, end - 4);
    }
    Ok(())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    field.try_into().ok().map(u32::from_le_bytes)
}
