//! The OLE2 container ([MS-CFB]) around the streams of old workbooks and documents.

use super::{Input, ParseError};
use std::io::{Cursor, Read, SeekFrom};

/// First bytes of every OLE2 file.
const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// A document of this kind is read whole. The largest statistical workbook we met as `.xls` has 0.2 MB, the largest `.doc`
/// 2.4 MB; BIFF8 itself ends at 65,536 rows of 256 columns a sheet.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes of the header that are looked at before the container is opened.
const HEADER: usize = 512;

/// Marks the end of a chain of sectors.
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;

/// Marks an unused sector; some writers end the chain of FAT sectors with it.
const FREE: u32 = 0xFFFF_FFFF;

const PLACE: &str = "OLE2 container";

/// An OLE2 container in memory.
pub struct Ole {
    container: cfb::CompoundFile<Cursor<Vec<u8>>>,
}

/// What the stream that makes a container a document of some program says of it; the first that is there counts.
const CONTENTS: [(&str, &str); 5] = [
    ("/WordDocument", "a stream `WordDocument`: a Word document"),
    ("/Workbook", "a stream `Workbook`: an Excel workbook"),
    ("/Book", "a stream `Book`: BIFF5 (Excel 5.0/95)"),
    ("/PowerPoint Document", "a stream `PowerPoint Document`: a presentation"),
    ("/Contents", "a stream `Contents`: a document of another program"),
];

impl Ole {
    /// Opens a container.
    ///
    /// # Errors
    /// [`ParseError::Malformed`] names what the bytes are if they are no OLE2 file, or what is broken in it.
    pub fn open(input: &mut dyn Input) -> Result<Ole, ParseError> {
        let bytes = whole(input)?;
        if !bytes.starts_with(&MAGIC) {
            return Err(ParseError::malformed("first bytes", looks_like(&bytes), "an OLE2 container (D0 CF 11 E0)"));
        }
        fat_is_bounded(&bytes)?;
        Ok(Ole { container: cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)? })
    }

    /// Whether the root has a stream of this name.
    pub fn has(&self, name: &str) -> bool {
        self.container.is_stream(format!("/{name}"))
    }

    /// The whole of the stream that holds the document; `wanted` says in words what that is.
    ///
    /// # Errors
    /// [`ParseError::Encrypted`] for a container around an encrypted document; another program's document by its name.
    pub fn main_stream(&mut self, name: &str, wanted: &str) -> Result<Vec<u8>, ParseError> {
        if let Some(stream) = self.stream(name)? {
            return Ok(stream);
        }
        if self.container.is_stream("/EncryptedPackage") {
            return Err(ParseError::Encrypted);
        }
        let known = CONTENTS.iter().find(|(stream, _)| self.container.is_stream(stream));
        let seen = known.map_or("no such stream", |(_, what)| what);
        Err(ParseError::malformed(PLACE, seen, format!("a stream `{name}` ({wanted})")))
    }

    /// The whole of a stream of the root; `None` if there is none of this name.
    ///
    /// # Errors
    /// A stream that breaks off.
    pub fn stream(&mut self, name: &str) -> Result<Option<Vec<u8>>, ParseError> {
        let path = format!("/{name}");
        if !self.container.is_stream(&path) {
            return Ok(None);
        }
        let stream = self.container.open_stream(&path).map_err(broken)?;
        let declared = stream.len();
        let mut content = Vec::new();
        stream.take(MAX_BYTES).read_to_end(&mut content).map_err(broken)?;
        if (content.len() as u64) < declared {
            let seen = format!("{} bytes of {declared}", content.len());
            return Err(ParseError::malformed(format!("stream `{name}`"), seen, "the whole stream"));
        }
        Ok(Some(content))
    }
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

/// What somebody stored under the name of an old document instead.
fn looks_like(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(bytes.get(..HEADER).unwrap_or(bytes)).to_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let known = [
        ("pk\u{3}\u{4}", "a ZIP archive (perhaps a document of the .xlsx or .docx kind)"),
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
