//! Small workbooks for tests, described by the XML inside their parts.

use super::parse;
use crate::parse::{Event, ParseError, Row, Table};
use std::io::{Cursor, Write};

/// A workbook to be packed.
pub struct Workbook {
    parts: Vec<(String, String)>,
    replaced: Vec<(String, String)>,
    sheets: String,
    relations: String,
    properties: String,
}

impl Workbook {
    /// A workbook without sheets.
    pub fn new() -> Workbook {
        Workbook {
            parts: Vec::new(),
            replaced: Vec::new(),
            sheets: String::new(),
            relations: String::new(),
            properties: String::new(),
        }
    }

    /// A workbook with one sheet named `S`.
    pub fn of(rows: &str, after: &str) -> Workbook {
        Workbook::new().sheet("S", "", rows, after)
    }

    /// Adds a sheet: attributes of its entry, its rows, what stands behind them.
    pub fn sheet(mut self, name: &str, attributes: &str, rows: &str, after: &str) -> Workbook {
        let number = self.sheets.matches("<sheet ").count() + 1;
        let part = format!("worksheets/sheet{number}.xml");
        self.sheets.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\" {attributes}/>"));
        self.relate(&format!("rId{number}"), "worksheet", &part);
        let xml = format!("<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData>{after}</worksheet>");
        self.part(&format!("xl/{part}"), &xml)
    }

    /// Sets the shared strings: the content of each `<si>`.
    pub fn strings(mut self, items: &[&str]) -> Workbook {
        self.relate("rIdStrings", "sharedStrings", "sharedStrings.xml");
        let items: String = items.iter().map(|item| format!("<si>{item}</si>")).collect();
        self.part("xl/sharedStrings.xml", &format!("<sst count=\"9\" uniqueCount=\"4294967295\">{items}</sst>"))
    }

    /// Sets number formats, from style 1 on; style 0 is General. The style after the last one is a superscript font.
    pub fn formats(mut self, codes: &[&str]) -> Workbook {
        self.relate("rIdStyles", "styles", "styles.xml");
        let codes_xml: String =
            codes.iter().zip(164..).map(|(code, id)| format!("<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>")).collect();
        let cells: String = (164..).take(codes.len()).map(|id| format!("<xf numFmtId=\"{id}\" fontId=\"0\"/>")).collect();
        let xml = format!(
            "<styleSheet><numFmts>{codes_xml}</numFmts><fonts><font/><font><vertAlign val=\"superscript\"/></font></fonts>\
             <cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>{cells}<xf fontId=\"1\"/></cellXfs></styleSheet>"
        );
        self.part("xl/styles.xml", &xml)
    }

    /// Counts days from 1904.
    pub fn date1904(mut self) -> Workbook {
        self.properties = "<workbookPr date1904=\"1\"/>".to_owned();
        self
    }

    /// Adds a part as it is.
    pub fn part(mut self, name: &str, xml: &str) -> Workbook {
        self.parts.push((name.to_owned(), xml.to_owned()));
        self
    }

    /// Packs this in place of a part.
    pub fn replace(mut self, name: &str, xml: &str) -> Workbook {
        self.replaced.push((name.to_owned(), xml.to_owned()));
        self
    }

    /// Packs the workbook.
    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut write = |name: &str, xml: &str| {
            let xml = self.replaced.iter().find(|(replaced, _)| replaced == name).map_or(xml, |(_, xml)| xml);
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(xml.as_bytes()).unwrap();
        };
        write("xl/workbook.xml", &format!("<workbook>{}<sheets>{}</sheets></workbook>", self.properties, self.sheets));
        write("xl/_rels/workbook.xml.rels", &format!("<Relationships>{}</Relationships>", self.relations));
        self.parts.iter().for_each(|(name, xml)| write(name, xml));
        zip.finish().unwrap().into_inner()
    }

    /// Packs and parses the workbook.
    pub fn read(&self) -> Result<Vec<(Table, Vec<Row>)>, ParseError> {
        read(&self.bytes())
    }

    fn relate(&mut self, id: &str, kind: &str, target: &str) {
        self.relations.push_str(&format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
        ));
    }
}

/// Parses bytes and collects the tables.
pub fn read(bytes: &[u8]) -> Result<Vec<(Table, Vec<Row>)>, ParseError> {
    let mut tables: Vec<(Table, Vec<Row>)> = Vec::new();
    parse(&mut Cursor::new(bytes), &mut |event| match event {
        Event::Table(table) => tables.push((table, Vec::new())),
        Event::Row(row) => tables.last_mut().unwrap().1.push(row),
        Event::Paragraph { .. } => panic!("a workbook has no paragraphs"),
    })?;
    Ok(tables)
}

/// One line per row: `3: A=2024² B=(95.9)94.3 C<A3>=2024²`, the raw number in front where it differs from the text.
pub fn lines(rows: &[Row]) -> Vec<String> {
    let cell = |cell: &crate::parse::Cell| {
        let copy = cell.copy_of.map(|(row, column)| format!("<{}{row}>", crate::parse::column_name(column)));
        let raw = cell.raw.as_ref().filter(|raw| **raw != cell.text).map(|raw| format!("({raw})"));
        let (copy, raw) = (copy.unwrap_or_default(), raw.unwrap_or_default());
        format!(" {}{copy}={raw}{}", crate::parse::column_name(cell.column), cell.text)
    };
    rows.iter().map(|row| format!("{}:{}", row.number, row.cells.iter().map(cell).collect::<String>())).collect()
}
