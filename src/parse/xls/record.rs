//! Records and their fields: every length and offset of the file is checked here.

use crate::parse::ParseError;

/// Bytes before the data of a record: its kind and its length.
const HEAD: usize = 4;

/// Kinds of records we look at ([MS-XLS] 2.3).
pub mod kind {
    #![allow(missing_docs)]
    pub const FORMULA: u16 = 0x0006;
    pub const EOF: u16 = 0x000A;
    pub const DATEMODE: u16 = 0x0022;
    pub const FILEPASS: u16 = 0x002F;
    pub const FONT: u16 = 0x0031;
    pub const CONTINUE: u16 = 0x003C;
    pub const BOUNDSHEET: u16 = 0x0085;
    pub const MULRK: u16 = 0x00BD;
    pub const RSTRING: u16 = 0x00D6;
    pub const XF: u16 = 0x00E0;
    pub const MERGEDCELLS: u16 = 0x00E5;
    pub const SST: u16 = 0x00FC;
    pub const LABELSST: u16 = 0x00FD;
    pub const NUMBER: u16 = 0x0203;
    pub const LABEL: u16 = 0x0204;
    pub const BOOLERR: u16 = 0x0205;
    pub const STRING: u16 = 0x0207;
    pub const RK: u16 = 0x027E;
    pub const FORMAT: u16 = 0x041E;
    pub const SHRFMLA: u16 = 0x04BC;
    pub const ARRAY: u16 = 0x0221;
    pub const TABLE: u16 = 0x0236;
    pub const BOF: u16 = 0x0809;
}

/// A record with the CONTINUE records that follow it.
#[derive(Debug)]
pub struct Record<'a> {
    /// See [`kind`].
    pub kind: u16,
    /// Its data.
    pub data: &'a [u8],
    /// The data of its CONTINUE records.
    pub more: Vec<&'a [u8]>,
    at: usize,
    part: &'a str,
}

impl<'a> Record<'a> {
    /// `sheet "2020", record LABELSST (0x00FD) at 0x1A2B`.
    pub fn place(&self) -> String {
        format!("{}, record {} (0x{:04X}) at 0x{:X}", self.part, name(self.kind), self.kind, self.at)
    }

    /// An error that names this record.
    pub fn malformed(&self, seen: impl Into<String>, wanted: impl Into<String>) -> ParseError {
        ParseError::malformed(self.place(), seen, wanted)
    }

    /// Its fields, from the first.
    pub fn fields(&self) -> Fields<'_, 'a> {
        Fields { record: self, part: self.data, next: 0 }
    }
}

/// The records of a stream from some offset on.
pub struct Records<'a> {
    stream: &'a [u8],
    offset: usize,
    part: &'a str,
}

impl<'a> Records<'a> {
    /// Starts at `offset`; `part` names this part of the document in errors.
    ///
    /// # Errors
    /// An offset outside the stream.
    pub fn at(stream: &'a [u8], offset: usize, part: &'a str) -> Result<Records<'a>, ParseError> {
        if offset >= stream.len() {
            let seen = format!("offset 0x{offset:X}");
            return Err(ParseError::malformed(part, seen, format!("an offset inside the {} bytes of the stream", stream.len())));
        }
        Ok(Records { stream, offset, part })
    }

    /// Offset of the next record.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The next record with all its CONTINUE records.
    ///
    /// # Errors
    /// The stream ends or breaks off: a part of a document ends with an EOF record, after which nobody asks.
    pub fn next(&mut self) -> Result<Record<'a>, ParseError> {
        let at = self.offset;
        let (kind, data) = self.raw()?;
        let mut more = Vec::new();
        while self.stream.get(self.offset..).is_some_and(|rest| rest.starts_with(&kind::CONTINUE.to_le_bytes())) {
            more.push(self.raw()?.1);
        }
        Ok(Record { kind, data, more, at, part: self.part })
    }

    fn raw(&mut self) -> Result<(u16, &'a [u8]), ParseError> {
        let rest = self.stream.get(self.offset..).unwrap_or_default();
        let Some(([k0, k1, l0, l1], body)) = rest.split_first_chunk::<HEAD>() else {
            let place = format!("{}, at 0x{:X}", self.part, self.offset);
            return Err(ParseError::malformed(place, format!("{} bytes, then the end", rest.len()), "a record"));
        };
        let (kind, length) = (u16::from_le_bytes([*k0, *k1]), usize::from(u16::from_le_bytes([*l0, *l1])));
        let Some(data) = body.get(..length) else {
            let place = format!("{}, record {} (0x{kind:04X}) at 0x{:X}", self.part, name(kind), self.offset);
            return Err(ParseError::malformed(place, format!("{} bytes, then the end", body.len()), format!("{length} bytes")));
        };
        self.offset += HEAD + length;
        Ok((kind, data))
    }
}

/// Reads the fields of a record one after the other, over its CONTINUE records where there are any.
pub struct Fields<'r, 'a> {
    record: &'r Record<'a>,
    part: &'a [u8],
    next: usize,
}

impl<'r, 'a> Fields<'r, 'a> {
    /// The record they belong to.
    pub fn record(&self) -> &'r Record<'a> {
        self.record
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8, ParseError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Two bytes.
    pub fn u16(&mut self) -> Result<u16, ParseError> {
        self.array().map(u16::from_le_bytes)
    }

    /// Four bytes.
    pub fn u32(&mut self) -> Result<u32, ParseError> {
        self.array().map(u32::from_le_bytes)
    }

    /// Several bytes; they may lie on both sides of a border between records.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], ParseError> {
        if let Some((bytes, rest)) = self.part.split_first_chunk::<N>() {
            self.part = rest;
            return Ok(*bytes);
        }
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte(N)?;
        }
        Ok(bytes)
    }

    /// Passes over `count` bytes.
    pub fn skip(&mut self, mut count: usize) -> Result<(), ParseError> {
        loop {
            if let Some(rest) = self.part.get(count..) {
                self.part = rest;
                return Ok(());
            }
            count -= self.part.len();
            if !self.turn() {
                return Err(self.short(count));
            }
        }
    }

    /// What is left of the current record, up to `count` bytes.
    pub fn run(&mut self, count: usize) -> &'a [u8] {
        let (run, rest) = self.part.split_at(count.min(self.part.len()));
        self.part = rest;
        run
    }

    /// Bytes left before the next border between records.
    pub fn left(&self) -> usize {
        self.part.len()
    }

    /// Goes on in the next CONTINUE record; false if there is none.
    pub fn turn(&mut self) -> bool {
        let Some(part) = self.record.more.get(self.next) else { return false };
        self.part = part;
        self.next += 1;
        true
    }

    /// The error of a record that ends `wanted` bytes too early.
    pub fn short(&self, wanted: usize) -> ParseError {
        let total = self.record.data.len() + self.record.more.iter().map(|part| part.len()).sum::<usize>();
        self.record.malformed(format!("the end after {total} bytes"), format!("{wanted} more"))
    }

    fn byte(&mut self, wanted: usize) -> Result<u8, ParseError> {
        loop {
            if let Some((byte, rest)) = self.part.split_first() {
                self.part = rest;
                return Ok(*byte);
            }
            if !self.turn() {
                return Err(self.short(wanted));
            }
        }
    }
}

fn name(kind: u16) -> &'static str {
    match kind {
        kind::FORMULA => "FORMULA",
        kind::EOF => "EOF",
        kind::DATEMODE => "DATEMODE",
        kind::FONT => "FONT",
        kind::CONTINUE => "CONTINUE",
        kind::BOUNDSHEET => "BOUNDSHEET",
        kind::MULRK => "MULRK",
        kind::RSTRING => "RSTRING",
        kind::XF => "XF",
        kind::MERGEDCELLS => "MERGEDCELLS",
        kind::SST => "SST",
        kind::LABELSST => "LABELSST",
        kind::NUMBER => "NUMBER",
        kind::LABEL => "LABEL",
        kind::BOOLERR => "BOOLERR",
        kind::STRING => "STRING",
        kind::RK => "RK",
        kind::FORMAT => "FORMAT",
        kind::BOF => "BOF",
        _ => "of another kind",
    }
}
