//! One small table as a document of every format, and a source that reads it from any: what a fault does to a document can be
//! told by its two figures.

use super::super::pdf_blocks::write::{Sheet, pdf as drawn};
use super::super::workbook;
use super::bytes::pack;
use std::fmt::Write as _;

/// The table: a head and rows.
pub const TABLE: [[&str; 3]; 3] = [["Activity", "Y2019", "Y2020"], ["Industry", "83.2", "99.1"], ["Mining", "97.6", "98.4"]];

/// What every document of it gives, in the order of series and period.
pub const FIGURES: &str =
    "p.ipi.b.ru.yoy.a 2019 97.6, p.ipi.b.ru.yoy.a 2020 98.4, p.ipi.bcde.ru.yoy.a 2019 83.2, p.ipi.bcde.ru.yoy.a 2020 99.1";

/// A format by name, what a server says it is, and who writes it with a filler.
pub type Shape = (&'static str, &'static str, fn(&str) -> Vec<u8>);

/// The formats a document of it can have, with what its server says it is.
pub const FORMATS: [Shape; 11] = [
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx),
    ("csv", "text/csv", csv),
    ("zip", "application/zip", |filler| pack::zip(&[pack::Entry::deflated("t.csv", &csv(filler))])),
    ("pdf", "application/pdf", pdf),
    ("xml", "text/xml", xml),
    ("json", "application/json", json),
    ("html", "text/html", html),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx),
    ("dbf", "application/octet-stream", dbf),
    ("xls", "application/vnd.ms-excel", xls),
    ("sdmx", "text/xml", sdmx),
];

/// The block of a source `id` whose documents are of a format of [`FORMATS`] and have this table; `keys` go with its own.
pub fn source(id: &str, format: &str, address: &str, keys: &str) -> String {
    let format = match format {
        "zip" => "csv\"]\nmember = \"*\"\n# [\"",
        format => format,
    };
    format!(
        r#"
[[source]]
id = "{id}"
publisher = "p"
title = "Production indices"
page = "https://publisher.example/s"
address = [{{ url = "{address}" }}]
schedule = "0 0 1 1 *"
format = ["{format}"]
licence = "none"
{keys}

[source.names.activity]
"Industry" = "bcde"
"Mining" = "b"

[[source.read]]
name = "yoy"
columns = [{{ head = ["[y]{{year}}"] }}]
rows = [{{ stub = "{{item:activity}}" }}]
ignore_rows = [{{ text = "filler*", reason = "fills" }}]
ignore_columns = [{{ head = ["time_period"], reason = "of the message" }}, {{ head = ["obs_value"], reason = "of the message" }}]
series = "p.ipi.{{item}}.ru.yoy.{{freq}}"
unit = "percent"
"#
    )
}

/// What stands before the sources.
pub const HEAD: &str = "[fetch]\nallow_loopback = true\n\n[[publisher]]\nid = \"p\"\nname = \"Publisher of tests\"\ncountry = \"ru\"\nurl = \"https://publisher.example/\"\n";

fn lines(between: &str, filler: &str) -> String {
    let rows = TABLE.map(|row| row.join(between)).join("\n");
    if filler.is_empty() { format!("{rows}\n") } else { format!("{rows}\n{filler}\n") }
}

pub fn csv(filler: &str) -> Vec<u8> {
    lines(";", filler).into_bytes()
}

pub fn xlsx(filler: &str) -> Vec<u8> {
    workbook::xlsx(&format!("# Years\n{}", lines(" | ", filler)))
}

pub fn html(filler: &str) -> Vec<u8> {
    let cells = |row: &[&str]| row.iter().fold(String::new(), |row, text| row + "<td>" + text + "</td>");
    let rows = TABLE.map(|row| format!("<tr>{}</tr>", cells(&row))).concat();
    format!("<!DOCTYPE html><html><head><title>Indices</title></head><body><table>{rows}</table>{filler}</body></html>").into()
}

pub fn xml(filler: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?>\n<r>{}{filler}</r>", records()).into_bytes()
}

/// The rows of the table as elements.
fn records() -> String {
    let [head, rows @ ..] = TABLE;
    let field = |(name, text): (&str, &str)| format!("<{name}>{text}</{name}>");
    rows.map(|row| format!("<i>{}</i>", head.into_iter().zip(row).map(field).collect::<String>())).concat()
}

/// A message whose series are the rows; its periods are the codes of the table's head.
pub fn sdmx(filler: &str) -> Vec<u8> {
    let [head, rows @ ..] = TABLE;
    let mut series = String::new();
    for row in rows {
        let fields = head.iter().zip(row).map(|(name, text)| format!("{name}=\"{text}\" ")).collect::<String>();
        write!(series, "<Series {fields}><Obs TIME_PERIOD=\"2020\" OBS_VALUE=\"{}\"/></Series>", row[2]).unwrap();
    }
    format!(
        "<?xml version=\"1.0\"?>\n<m:StructureSpecificData xmlns:m=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message\"><m:DataSet>{series}</m:DataSet>{filler}</m:StructureSpecificData>"
    )
    .into_bytes()
}

pub fn json(filler: &str) -> Vec<u8> {
    let row = |row: [&str; 3]| format!("[{}]", row.map(|text| format!("\"{text}\"")).join(","));
    format!("{{\"data\": [{}]{filler}}}", TABLE.map(row).join(",")).into_bytes()
}

pub fn docx(filler: &str) -> Vec<u8> {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let rows = TABLE.map(|row| format!("<w:tr>{}</w:tr>", row.map(cell).concat())).concat();
    pack::docx(&format!("<w:tbl>{rows}</w:tbl>{filler}"))
}

pub fn pdf(filler: &str) -> Vec<u8> {
    let (xs, ys) = ([40.0, 240.0, 340.0, 440.0], [60.0, 80.0, 100.0, 120.0]);
    let mut sheet = Sheet::default().grid(&xs, &ys);
    for (row, y) in TABLE.iter().zip(ys) {
        for (text, x) in row.iter().zip(xs) {
            sheet = sheet.text(x + 4.0, y + 14.0, 9.0, text);
        }
    }
    drawn(&[sheet.raw(filler)])
}

pub fn dbf(_: &str) -> Vec<u8> {
    let [head, rows @ ..] = TABLE;
    pack::dbf(0xC9, &head, &rows.map(|row| row.to_vec()), str::as_bytes)
}

pub fn xls(_: &str) -> Vec<u8> {
    let label = |row: usize, column: usize, text: &str| {
        let place = [row as u16, column as u16, 0, text.len() as u16].map(u16::to_le_bytes).concat();
        pack::record(0x0204, &[&place, &[0][..], text.as_bytes()].concat())
    };
    let rows = TABLE.iter().enumerate();
    let cells = rows.flat_map(|(row, cells)| cells.iter().enumerate().map(move |(column, text)| label(row, column, text)));
    pack::xls(&[], &cells.collect::<Vec<_>>().concat())
}
