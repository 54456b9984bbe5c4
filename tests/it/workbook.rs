//! Workbooks out of readable text: `# name` begins a sheet, every further line is a row, `|` divides cells, `>` joins a
//! cell to its left neighbour, `^1` at the end of a text is raised. A number with a point is shown with one decimal.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// The bytes of the workbook that `text` describes.
pub fn xlsx(text: &str) -> Vec<u8> {
    let sheets: Vec<(&str, Vec<&str>)> = text.split("# ").filter(|part| !part.trim().is_empty()).map(sheet_lines).collect();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, xml: String| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(xml.as_bytes()).unwrap();
    };
    let (mut listed, mut related) = (String::new(), relation(0, "styles", "styles.xml"));
    for (number, (name, rows)) in (1..).zip(&sheets) {
        write!(listed, r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#).unwrap();
        related += &relation(number, "worksheet", &format!("worksheets/sheet{number}.xml"));
        part(&format!("xl/worksheets/sheet{number}.xml"), worksheet(rows));
    }
    part("_rels/.rels", relations(&relation(1, "officeDocument", "xl/workbook.xml")));
    part("xl/workbook.xml", format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>"#));
    part("xl/_rels/workbook.xml.rels", relations(&related));
    part(
        "xl/styles.xml",
        format!(
            r#"<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0.0"/></numFmts><fonts><font/></fonts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#
        ),
    );
    zip.finish().unwrap().into_inner()
}

fn sheet_lines(part: &str) -> (&str, Vec<&str>) {
    let (name, rows) = part.split_once('\n').unwrap_or((part, ""));
    (name.trim(), rows.trim_end().lines().collect())
}

fn relation(number: usize, kind: &str, target: &str) -> String {
    format!(r#"<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
}

fn relations(inside: &str) -> String {
    format!(r#"<Relationships xmlns="{PACKAGE}">{inside}</Relationships>"#)
}

fn worksheet(rows: &[&str]) -> String {
    let (mut data, mut merges) = (String::new(), String::new());
    for (number, row) in (1..).zip(rows) {
        write!(data, r#"<row r="{number}">"#).unwrap();
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty() && **text != ">") {
            data += &cell(&format!("{}{number}", letter(column)), text);
            let joined = cells.iter().skip(column + 1).take_while(|text| **text == ">").count();
            if joined > 0 {
                write!(merges, r#"<mergeCell ref="{}{number}:{}{number}"/>"#, letter(column), letter(column + joined)).unwrap();
            }
        }
        data += "</row>";
    }
    if !merges.is_empty() {
        merges = format!("<mergeCells>{merges}</mergeCells>");
    }
    format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{merges}</worksheet>"#)
}

/// Columns up to Z are enough here.
fn letter(column: usize) -> char {
    char::from(b'A' + u8::try_from(column).unwrap())
}

fn cell(place: &str, text: &str) -> String {
    if text.parse::<f64>().is_ok() {
        let style = u8::from(text.contains('.'));
        return format!(r#"<c r="{place}" s="{style}"><v>{text}</v></c>"#);
    }
    let inside = match text.split_once('^') {
        Some((plain, mark)) => {
            format!(r#"<r><t>{plain}</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>{mark}</t></r>"#)
        }
        None => format!("<t>{text}</t>"),
    };
    format!(r#"<c r="{place}" t="inlineStr"><is>{inside}</is></c>"#)
}
