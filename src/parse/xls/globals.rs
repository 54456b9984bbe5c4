//! What the whole workbook shares: its sheets, styles and strings (the first part of the stream).

use super::record::{Record, Records, kind};
use super::text::{self, Text};
use crate::parse::ParseError;
use crate::parse::numfmt::NumberFormat;
use std::collections::HashMap;

/// Version in the BOF record of BIFF8.
const BIFF8: u16 = 0x0600;

/// Fonts are counted without a number 4 ([MS-XLS] 2.5.129): records from the fifth on are one further than they stand.
const MISSING_FONT: u16 = 4;

/// `sss` of a FONT record: superscript.
const SUPERSCRIPT: u16 = 1;

/// A sheet of the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name as it stands.
    pub name: String,
    /// Hidden or very hidden.
    pub hidden: bool,
    /// A worksheet: not a chart, a macro sheet or a module.
    pub worksheet: bool,
    /// Where its records begin in the stream.
    pub offset: usize,
}

/// What the style of a cell says that matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// How its number is shown.
    pub format: NumberFormat,
    /// Its font is superscript.
    pub superscript: bool,
}

/// What the records of the sheets refer to.
#[derive(Debug)]
pub struct Globals {
    /// All sheets, in the order of the workbook.
    pub sheets: Vec<Sheet>,
    /// Days are counted from 1904.
    pub date1904: bool,
    fonts: Vec<bool>,
    styles: Vec<Style>,
    strings: Vec<Text>,
}

impl Globals {
    /// The string a LABELSST record names.
    pub fn string(&self, index: u32) -> Option<&Text> {
        self.strings.get(index as usize)
    }

    /// The style a cell names. A workbook without any XF record shows everything as General.
    pub fn style(&self, index: u16) -> Option<&Style> {
        const GENERAL: Style = Style { format: NumberFormat::General, superscript: false };
        if self.styles.is_empty() { Some(&GENERAL) } else { self.styles.get(usize::from(index)) }
    }

    /// Whether a font is superscript. A font that is not there is not.
    pub fn raised(&self, font: u16) -> bool {
        is_raised(&self.fonts, font)
    }
}

/// What is collected before references can be followed.
#[derive(Default)]
struct Draft<'a> {
    sheets: Vec<Sheet>,
    date1904: bool,
    fonts: Vec<bool>,
    formats: HashMap<u16, NumberFormat>,
    /// Font and format of every XF record.
    styles: Vec<(u16, u16)>,
    strings: Option<Record<'a>>,
}

/// Reads the first part of the stream.
///
/// # Errors
/// [`ParseError::Encrypted`]; [`ParseError::Malformed`] for another version and for broken records.
pub fn read(stream: &[u8]) -> Result<Globals, ParseError> {
    let mut records = Records::at(stream, 0, "workbook globals")?;
    version(&records.next()?)?;
    let mut draft = Draft::default();
    loop {
        let record = records.next()?;
        match record.kind {
            kind::EOF => return draft.finish(),
            kind::SST => draft.strings = Some(record),
            _ => draft.take(&record)?,
        }
    }
}

/// Checks the BOF record that begins a part of the stream and gives the kind of that part.
///
/// # Errors
/// The record is something else, or of another version of BIFF.
pub fn version(record: &Record) -> Result<u16, ParseError> {
    if record.kind != kind::BOF {
        return Err(record.malformed("that record", "a record BOF (0x0809)"));
    }
    let mut fields = record.fields();
    match fields.u16()? {
        BIFF8 => fields.u16(),
        0x0500 => Err(record.malformed("BIFF5 (Excel 5.0/95)", "BIFF8 (Excel 97 or later)")),
        other => Err(record.malformed(format!("version 0x{other:04X}"), "BIFF8 (0x0600)")),
    }
}

impl<'a> Draft<'a> {
    fn take(&mut self, record: &Record<'a>) -> Result<(), ParseError> {
        let mut fields = record.fields();
        match record.kind {
            kind::FILEPASS => return Err(ParseError::Encrypted),
            kind::DATEMODE => self.date1904 = fields.u16()? != 0,
            kind::FONT => {
                fields.skip(8)?;
                self.fonts.push(fields.u16()? == SUPERSCRIPT);
            }
            kind::FORMAT => {
                let id = fields.u16()?;
                self.formats.insert(id, NumberFormat::parse(&text::long(&mut fields)?));
            }
            kind::XF => self.styles.push((fields.u16()?, fields.u16()?)),
            kind::BOUNDSHEET => self.sheets.push(sheet(record)?),
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Globals, ParseError> {
        let strings = match &self.strings {
            Some(record) => strings(record, &self.fonts)?,
            None => Vec::new(),
        };
        let format = |id| self.formats.get(&id).cloned().or_else(|| NumberFormat::builtin(id)).unwrap_or(NumberFormat::General);
        let style = |&(font, id)| Style { format: format(id), superscript: is_raised(&self.fonts, font) };
        let styles = self.styles.iter().map(style).collect();
        Ok(Globals { sheets: self.sheets, date1904: self.date1904, fonts: self.fonts, styles, strings })
    }
}

fn sheet(record: &Record) -> Result<Sheet, ParseError> {
    let mut fields = record.fields();
    let offset = fields.u32()? as usize;
    let hidden = fields.u8()? & 0b11 != 0;
    let worksheet = fields.u8()? == 0;
    Ok(Sheet { name: text::short(&mut fields)?, hidden, worksheet, offset })
}

fn strings(record: &Record, fonts: &[bool]) -> Result<Vec<Text>, ParseError> {
    let mut fields = record.fields();
    fields.skip(4)?;
    let count = fields.u32()?;
    let raised = |font| is_raised(fonts, font);
    let mut strings = Vec::new();
    for _ in 0..count {
        strings.push(text::rich(&mut fields, &raised)?);
    }
    Ok(strings)
}

fn is_raised(fonts: &[bool], font: u16) -> bool {
    let index = match font {
        0..MISSING_FONT => font,
        MISSING_FONT => return false,
        _ => font - 1,
    };
    fonts.get(usize::from(index)).copied().unwrap_or(false)
}
