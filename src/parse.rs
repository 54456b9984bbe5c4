//! One event type for all formats: a document is a stream of tables, rows of cells, and paragraphs.
//!
//! Nothing here knows a source, a series or a language. A parser never holds a whole sheet.

use forward::Forward;
use sheaf::{Binder, Sheaf};
use std::fmt;
use std::io::{self, Cursor, Read, Seek};

/// The formats we read. A new one is a file in `parse/` and an arm of [`parse`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Office Open XML workbook (`.xlsx`, `.xlsm`).
    Xlsx,
    /// Excel 97–2004 workbook, BIFF8 in an OLE2 container.
    Xls,
    /// Text in columns, whatever separates them.
    Csv,
    /// dBASE III or IV table.
    Dbf,
    /// Plain XML of records.
    Xml,
    /// SDMX-ML data messages: generic and structure-specific.
    Sdmx,
    /// JSON with arrays of objects.
    Json,
    /// SDMX-JSON data messages.
    SdmxJson,
    /// Word 97–2003 document in an OLE2 container.
    Doc,
    /// Office Open XML document (`.docx`, `.docm`).
    Docx,
    /// HTML page: its tables, and its prose as paragraphs.
    Html,
    /// PDF with text.
    Pdf,
}

/// What a parser tells its sink, in the order of the document.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Event {
    /// A table begins.
    Table(Table),
    /// A row of the table that began last. Rows without any text may be left out.
    Row(Row),
    /// A text outside tables.
    Paragraph {
        /// Its text, superscript runs as superscript characters.
        text: String,
        /// Where it stands.
        locator: String,
    },
}

/// The head of a table: a sheet, an HTML table, the lines of a CSV.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Table {
    /// Name of the sheet as it stands, stray spaces kept; empty where the format has none.
    pub sheet: String,
    /// A caption that belongs to the table itself.
    pub caption: Option<String>,
    /// Its number in the document, from 1.
    pub number: u32,
    /// Hidden by the publisher.
    pub hidden: bool,
    /// The page it begins on, where the format has pages.
    pub page: Option<u32>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Row {
    /// Its number, from 1, as the publisher's program shows it.
    pub number: u32,
    /// Cells that hold something, in ascending columns; copies of merged neighbours are filled in.
    pub cells: Vec<Cell>,
}

/// One cell, as displayed.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Cell {
    /// Column, from 0.
    pub column: u32,
    /// The text as displayed, superscript runs as superscript characters (`2024²`, `106,2¹⁾`). A number is written
    /// with a point, without grouping, at its displayed decimals (`94.3`, `109.0`); a percentage ends in `%`.
    pub text: String,
    /// The stored number as exact decimal text, for numeric cells only.
    pub raw: Option<String>,
    /// Row number and column of the merge's origin, if this cell is a copy of a merged neighbour.
    pub copy_of: Option<(u32, u32)>,
}

/// Why a document cannot be read on.
#[derive(Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum ParseError {
    /// The bytes are not of the format.
    #[error("{place}: expected {wanted}, found {seen}")]
    Malformed {
        /// Part of the container, sheet, record.
        place: String,
        /// What was found.
        seen: String,
        /// What was expected.
        wanted: String,
    },
    /// A limit of ours was exceeded.
    #[error("{place}: {what} exceeds the limit of {limit}")]
    TooLarge {
        /// Where.
        place: String,
        /// What is too large, with its size where known.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// The document is protected by a password.
    #[error("the document is encrypted")]
    Encrypted,
    /// The publisher put a picture where the table should be.
    #[error("the table is an image ({source_name:?}): it holds no figures that could be read")]
    ImageOnly {
        /// Where the picture is said to lie.
        source_name: String,
    },
    /// Reading failed.
    #[error("reading the document failed: {0}")]
    Io(
        #[from]
        #[serde(with = "crate::unpack::told")]
        io::Error,
    ),
}

impl ParseError {
    /// Shorthand for [`ParseError::Malformed`].
    pub fn malformed(place: impl Into<String>, seen: impl Into<String>, wanted: impl Into<String>) -> ParseError {
        ParseError::Malformed { place: place.into(), seen: seen.into(), wanted: wanted.into() }
    }
}

/// What a source says of its documents that they do not say themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The charset of text documents that do not declare one.
    pub charset: Option<String>,
}

/// A seekable input.
pub trait Input: Read + Seek {}
impl<T: Read + Seek> Input for T {}

/// Reads a document of a known format and hands its events to `sink`, in order.
///
/// # Errors
/// A [`ParseError`] that names the place, what was seen and what was wanted. Events handed out before stay handed out:
/// the caller drops them.
pub fn parse(format: Format, input: &mut dyn Input, options: &Options, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    match format {
        Format::Xlsx => xlsx::parse(input, sink),
        Format::Xls => xls::parse(input, sink),
        Format::Csv => csv::parse(input, options, sink),
        Format::Dbf => dbf::parse(input, options, sink),
        Format::Xml => xml::parse(input, options, sink),
        Format::Sdmx => sdmx::parse(input, options, sink),
        Format::Json => json::parse(input, options, sink),
        Format::SdmxJson => sdmx_json::parse(input, options, sink),
        Format::Doc => doc::parse(input, sink),
        Format::Docx => docx::parse(input, sink),
        Format::Html => html::parse(input, options, sink),
        Format::Pdf => pdf::parse(input, sink),
    }
}

/// Bytes of a member's beginning by which its charset and dialect, or the fields of its records, are told.
const BEGINNING: u64 = 256 << 10;

/// Reads the tables of a document in bulk and hands their rows to `sink`, in order.
///
/// # Errors
/// As [`parse`].
pub fn sheaves(format: Format, input: &mut dyn Input, options: &Options, sink: &mut dyn FnMut(Sheaf)) -> Result<(), ParseError> {
    let mut binder = Binder::new(sink);
    let style = if format == Format::Csv { Some(csv::Style::of(input, options)?) } else { None };
    let cut = match style.filter(csv::Style::is_plain) {
        Some(style) => csv::bind(input, style, &mut binder)?,
        None => {
            parse(format, input, options, &mut |event| binder.event(&event))?;
            false
        }
    };
    binder.end(cut);
    Ok(())
}

/// The same of the member of a container, which is read once from its start to its end and never held. `None`: a format, or a
/// charset, that cannot be read so; nothing was handed out.
///
/// # Errors
/// As [`parse`].
pub fn sheaves_of_member(
    format: Format,
    member: &mut dyn Read,
    options: &Options,
    sink: &mut dyn FnMut(Sheaf),
) -> Result<Option<()>, ParseError> {
    let mut beginning = Vec::new();
    member.take(BEGINNING).read_to_end(&mut beginning)?;
    let mut binder = Binder::new(sink);
    let cut = match format {
        Format::Csv => {
            let mut beginning = Cursor::new(beginning);
            let style = csv::Style::of(&mut beginning, options)?;
            if !style.is_plain() {
                return Ok(None);
            }
            csv::bind(&mut beginning.chain(member), style, &mut binder)?
        }
        Format::Dbf => {
            dbf::parse(&mut Forward::new(beginning, member), options, &mut |event| binder.event(&event))?;
            false
        }
        _ => return Ok(None),
    };
    binder.end(cut);
    Ok(Some(()))
}

/// Which of our formats an OLE2 container holds; `None` if it is a document of another program.
///
/// # Errors
/// The bytes are no such container, or it is broken.
pub fn in_ole(input: &mut dyn Input) -> Result<Option<Format>, ParseError> {
    let ole = ole::Ole::open(input)?;
    let streams = [("WordDocument", Format::Doc), ("Workbook", Format::Xls), ("Book", Format::Xls)];
    Ok(streams.into_iter().find(|(stream, _)| ole.has(stream)).map(|(_, format)| format))
}

/// The charset that is guessed for a text in columns: it cannot state one, and only what is not UTF-8 needs it said.
pub fn unstated_charset(format: Format, bytes: &[u8]) -> Option<&'static str> {
    let stated = format != Format::Csv || encoding_rs::Encoding::for_bom(bytes).is_some();
    let found = charset::settle(bytes, None, None);
    (!stated && found != encoding_rs::UTF_8).then(|| found.name())
}

impl Format {
    /// Every format with its name in `sources.toml`.
    pub const ALL: [(Format, &str); 12] = [
        (Format::Xlsx, "xlsx"),
        (Format::Xls, "xls"),
        (Format::Csv, "csv"),
        (Format::Dbf, "dbf"),
        (Format::Xml, "xml"),
        (Format::Sdmx, "sdmx"),
        (Format::Json, "json"),
        (Format::SdmxJson, "sdmx-json"),
        (Format::Doc, "doc"),
        (Format::Docx, "docx"),
        (Format::Html, "html"),
        (Format::Pdf, "pdf"),
    ];
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Format::ALL.iter().find(|(format, _)| format == self).map_or("", |(_, name)| name))
    }
}

/// Where a cell stands: `'sheet'!A1`-style for sheets, otherwise table, row and column numbers from 1, with the page on which the
/// table begins.
pub fn locator(table: &Table, row: u32, column: u32) -> String {
    if table.sheet.is_empty() {
        let page = table.page.map(|page| format!("page {page}, ")).unwrap_or_default();
        format!("{page}table {}, row {row}, column {}", table.number, column + 1)
    } else {
        format!("{}!{}{row}", table.sheet, column_name(column))
    }
}

/// `0` → `A`, `27` → `AB`, as spreadsheets name columns.
pub fn column_name(mut column: u32) -> String {
    let mut name = Vec::new();
    loop {
        name.push(b'A' + (column % 26) as u8);
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    name.reverse();
    String::from_utf8(name).unwrap_or_default()
}

mod charset;
mod csv;
mod dbf;
mod doc;
mod docx;
mod flow;
mod forward;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
mod html;
mod json;
mod lines;
mod long;
mod numfmt;
mod ole;
mod pdf;
mod sdmx;
mod sdmx_json;
pub mod sheaf;
mod superscript;
mod xls;
mod xlsx;
mod xml;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
pub(crate) mod seeds;
#[cfg(test)]
mod seen;
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_spreadsheets_do() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")] {
            assert_eq!(column_name(column), name);
        }
    }
}
