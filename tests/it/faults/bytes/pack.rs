//! Containers and binary files written byte by byte, so that each of their fields can lie.

use std::io::{Cursor, Read, Write};

/// A member of a ZIP file, and what its two headers claim.
#[derive(Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    /// As they lie in the file.
    pub packed: Vec<u8>,
    pub method: u16,
    /// Bit 11: the name is UTF-8. Bit 0: encrypted.
    pub flags: u16,
    pub crc: u32,
    /// The unpacked size that is claimed.
    pub size: u32,
    /// The packed size that is claimed.
    pub packed_size: u32,
    /// The extra field of the central header.
    pub extra: Vec<u8>,
    /// Rights and kind, as UNIX has them; a symbolic link is 0o120777.
    pub mode: u32,
    /// Bytes before it; where another one's are claimed, the number of that one.
    pub lies_at: Option<usize>,
}

impl Entry {
    pub fn stored(name: &str, bytes: &[u8]) -> Entry {
        let size = u32::try_from(bytes.len()).unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        Entry {
            name: name.into(),
            packed: bytes.to_vec(),
            method: 0,
            flags: 1 << 11,
            crc: crc.sum(),
            size,
            packed_size: size,
            extra: Vec::new(),
            mode: 0o100_644,
            lies_at: None,
        }
    }

    pub fn deflated(name: &str, bytes: &[u8]) -> Entry {
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(bytes).unwrap();
        let packed = packer.finish().unwrap();
        Entry { method: 8, packed_size: packed.len() as u32, packed, ..Entry::stored(name, bytes) }
    }

    /// `count` times the same piece, packed without ever being whole.
    pub fn repeated(name: &str, before: &[u8], piece: &[u8], count: usize, after: &[u8]) -> Entry {
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        let mut crc = flate2::Crc::new();
        let mut put = |bytes: &[u8]| {
            crc.update(bytes);
            packer.write_all(bytes).unwrap();
        };
        put(before);
        (0..count).for_each(|_| put(piece));
        put(after);
        let (size, crc) = (crc.amount(), crc.sum());
        let packed = packer.finish().unwrap();
        Entry { method: 8, size, crc, packed_size: packed.len() as u32, packed, ..Entry::stored(name, b"") }
    }
}

/// The file of these members.
pub fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_claiming(entries, entries.len() as u16, &[])
}

/// The same with an end record that counts differently; `before_end` stands between the list and that record.
pub fn zip_claiming(entries: &[Entry], count: u16, before_end: &[u8]) -> Vec<u8> {
    let (mut file, mut list, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        places.push(file.len() as u32);
        let sizes = [entry.crc, entry.packed_size, entry.size].map(u32::to_le_bytes).concat();
        let words = |values: &[u16]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
        let common = [words(&[entry.flags, entry.method, 0, 0x21]), sizes].concat();
        let lengths = words(&[entry.name.len() as u16, entry.extra.len() as u16]);
        if entry.lies_at.is_none() {
            file.extend([b"PK\x03\x04\x14\0", &common[..], &lengths[..2], &[0, 0], &entry.name].concat());
            file.extend(&entry.packed);
        }
        let place = entry.lies_at.map_or(places[places.len() - 1], |at| places[at]);
        let (rights, place) = ((entry.mode << 16).to_le_bytes(), place.to_le_bytes());
        let head = [b"PK\x01\x02\x14\x03\x14\0", &common[..], &lengths, &[0; 6], &rights, &place];
        list.extend([head.concat(), entry.name.clone(), entry.extra.clone()].concat());
    }
    let start = file.len() as u32;
    let size = list.len() as u32;
    file.extend(list);
    file.extend(before_end);
    let counts = [0, 0, count, count].map(u16::to_le_bytes).concat();
    file.extend([b"PK\x05\x06", &counts[..], &size.to_le_bytes(), &start.to_le_bytes(), &[0, 0]].concat());
    file
}

/// An Office file with a part more, or this one in the place of the one it has.
pub fn with_part(bytes: &[u8], part: &str, content: &[u8]) -> Vec<u8> {
    with_entry(bytes, Entry::deflated(part, content))
}

/// The same with a part that is packed already.
pub fn with_entry(bytes: &[u8], part: Entry) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut entries = Vec::new();
    for index in 0..old.len() {
        let mut member = old.by_index(index).unwrap();
        let (name, mut content) = (member.name().unwrap().to_string(), Vec::new());
        member.read_to_end(&mut content).unwrap();
        if name.as_bytes() != part.name {
            entries.push(Entry::deflated(&name, &content));
        }
    }
    entries.push(part);
    zip(&entries)
}

/// The text of a part.
pub fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// A GZIP file.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A Word document with this in its body.
pub fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"{WORD}\"><w:body>{body}</w:body></w:document>");
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let relations = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{office}\" Target=\"word/document.xml\"/></Relationships>"
    );
    zip(&[Entry::deflated("_rels/.rels", relations.as_bytes()), Entry::deflated("word/document.xml", document.as_bytes())])
}

/// A record of a workbook of Excel 97: kind, length, data.
pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// A workbook of Excel 97 with one sheet: further records of the book, and those of the sheet.
pub fn xls(globals: &[u8], sheet: &[u8]) -> Vec<u8> {
    ole(&[("/Workbook", &xls_stream(globals, sheet))])
}

/// Its stream.
pub fn xls_stream(globals: &[u8], sheet: &[u8]) -> Vec<u8> {
    let bof = |part: u16| record(0x0809, &[&0x0600u16.to_le_bytes()[..], &part.to_le_bytes(), &[0; 12]].concat());
    let end = record(0x000A, &[]);
    let font = record(0x0031, &[&[200, 0, 0, 0, 8, 0, 144, 1, 0, 0][..], &[0, 0, 204, 0, 1, 0, b'A']].concat());
    let style = record(0x00E0, &[0; 20]);
    let head = [bof(5), font, style, globals.to_vec()].concat();
    let bound = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat());
    let start = head.len() + bound(0).len() + end.len();
    [head, bound(start as u32), end.clone(), bof(0x10), sheet.to_vec(), end].concat()
}

/// An OLE2 file of these streams.
pub fn ole(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, content) in streams {
        file.create_stream(path).unwrap().write_all(content).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// A dBASE table of texts of 20 bytes, whose head names the charset `language`.
pub fn dbf<'t, B: AsRef<[u8]> + 't>(
    language: u8,
    head: &[&'t str],
    rows: &[Vec<&'t str>],
    encode: impl Fn(&'t str) -> B,
) -> Vec<u8> {
    const WIDTH: usize = 20;
    let padded = |text: &'t str, length: usize, pad: u8| {
        let mut bytes = encode(text).as_ref().to_vec();
        bytes.resize(length, pad);
        bytes
    };
    let mut bytes = [&[3, 120, 4, 25][..], &(rows.len() as u32).to_le_bytes()].concat();
    bytes.extend((32 * head.len() as u16 + 33).to_le_bytes());
    bytes.extend((1 + (WIDTH * head.len()) as u16).to_le_bytes());
    bytes.resize(32, 0);
    bytes[29] = language;
    for name in head {
        bytes.extend([padded(name, 11, 0), vec![b'C', 0, 0, 0, 0, WIDTH as u8], vec![0; 15]].concat());
    }
    bytes.push(0x0D);
    for row in rows {
        bytes.push(b' ');
        row.iter().for_each(|text| bytes.extend(padded(text, WIDTH, b' ')));
    }
    bytes.push(0x1A);
    bytes
}
