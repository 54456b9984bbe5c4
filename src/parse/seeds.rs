//! Documents to begin with for whoever throws spoilt ones: a few of every format, made of the fixtures of its tests.

use super::doc::fixture::{Doc, sprm};
use super::pdf::write::{Sheet, pdf};
use super::xlsx::fixture::Workbook;
use super::{Format, dbf, docx, sdmx, sdmx_json, xls, xml};

/// The documents of a format.
pub fn of(format: Format) -> Vec<Vec<u8>> {
    let texts = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    match format {
        Format::Xlsx => workbooks(),
        Format::Xls => xls::tests::seeds(),
        Format::Csv => texts(&["a;b\n1;\"2\n3\"\n", "Код,Наименование\r\n05.1,\"1 234,5\"\r\n", "\u{feff}a\tb\n-\t…\n"]),
        Format::Dbf => dbf::tests::seeds(),
        Format::Xml => xml::tests::seeds(),
        Format::Sdmx => sdmx::tests::seeds(),
        Format::Json => texts(&[
            "{\"n\":2,\"data\":[{\"y\":2014,\"v\":3.70E2},{\"y\":2015,\"v\":null,\"l\":[1,2]}]}",
            "[{\"a\":{\"b\":\"1,5\"}}]",
        ]),
        Format::SdmxJson => sdmx_json::tests::seeds(),
        Format::Doc => documents(),
        Format::Docx => docx::tests::seeds(),
        Format::Html => texts(&[
            "<html><head><meta charset=windows-1251><title>t</title></head><body><p>Title<br>x</p><table><caption>c</caption><tr><th \
             rowspan=2>a<th colspan=2>b<tr><th>c<th>d<tr><td>1<td>2<sup>3)</sup><td>&nbsp;4<table><tr><td>5</table></table></body></html>",
            "<table><tr><td><img src=x.png></table><pre>k\nl</pre>",
        ]),
        Format::Pdf => pages(),
    }
}

fn workbooks() -> Vec<Vec<u8>> {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\"><v>94.344</v></c></row>\
                <row><c t=\"inlineStr\"><is><r><t>a</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>3</t></r></is></c>\
                <c s=\"2\"><v>1.0E-2</v></c><c t=\"d\"><v>2020-04-25T00:00:00</v></c></row>";
    let merges = "<mergeCells><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"A2:A3\"/></mergeCells>";
    let strings = ["<t>05</t>", "<r><t>2024 год</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>2</t></r>"];
    vec![
        Workbook::new()
            .strings(&strings)
            .formats(&["0.0", "0%"])
            .sheet("S", "", rows, merges)
            .sheet("h", "state=\"hidden\"", "", "")
            .bytes(),
    ]
}

fn documents() -> Vec<Vec<u8>> {
    let raised = sprm(0x2A48, &[1]);
    let doc = Doc::new().text("Доходы", &[]).text("1)", &raised).mark('\r', &[]);
    vec![
        doc.row(&["", "2017", ""], &[0, 1000, 2000, 3000], &[0x60, 1, 2])
            .row(&["Уголь", "1,5", "2"], &[0, 1000, 2000, 3000], &[])
            .file(),
    ]
}

fn pages() -> Vec<Vec<u8>> {
    let ruled = Sheet::default()
        .grid(&[50.0, 250.0, 330.0, 410.0], &[100.0, 140.0, 160.0])
        .text(52.0, 155.0, 10.0, "Добыча")
        .figure(325.0, 155.0, 10.0, "92,9")
        .text(325.0, 151.0, 6.0, "1)");
    let prose = Sheet::default().text(52.0, 80.0, 12.0, "A line of prose in 2020.").upright(40.0, 300.0, 8.0, "up");
    vec![pdf(&[ruled, prose])]
}
