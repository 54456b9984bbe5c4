//! Documents described by the XML inside their parts.

use super::parse;
use crate::parse::ParseError;
use crate::parse::flow::tests::lines;
use proptest::prelude::*;
use std::io::{Cursor, Write};

/// A document of some parts; the body is wrapped.
fn packed(body: &str, footnotes: &str) -> Vec<u8> {
    let relation = |kind: &str, target: &str| {
        let kind = format!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}");
        format!("<Relationships><Relationship Id=\"r1\" Type=\"{kind}\" Target=\"{target}\"/></Relationships>")
    };
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("_rels/.rels", relation("officeDocument", "word/document.xml")),
        ("word/_rels/document.xml.rels", relation("footnotes", "footnotes.xml")),
        ("word/document.xml", format!("<w:document><w:body>{body}</w:body></w:document>")),
        ("word/footnotes.xml", format!("<w:footnotes>{footnotes}</w:footnotes>")),
    ];
    for (name, xml) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(xml.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Documents to begin with for whoever throws spoilt ones.
pub fn seeds() -> Vec<Vec<u8>> {
    let row = |cells: &str| format!("<w:tr>{cells}</w:tr>");
    let wide = tc("<w:gridSpan w:val=\"2\"/>", "2020");
    let tall = [tc("<w:vMerge w:val=\"restart\"/>", "a"), tc("<w:vMerge/>", "")];
    let table = [row(&wide), row(&(tall[0].clone() + &tc("", "1,5"))), row(&(tall[1].clone() + &tc("", "2")))].concat();
    vec![packed(&format!("{}<w:tbl>{table}</w:tbl>", p("text")), &format!("<w:footnote w:id=\"1\">{}</w:footnote>", p("note")))]
}

fn read(bytes: &[u8]) -> Result<Vec<String>, ParseError> {
    let mut events = Vec::new();
    parse(&mut Cursor::new(bytes), &mut |event| events.push(event))?;
    Ok(lines(&events))
}

fn says(body: &str, wanted: &[&str]) {
    assert_eq!(read(&packed(body, "")).unwrap(), wanted, "{body}");
}

fn p(text: &str) -> String {
    format!("<w:p><w:pPr><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn tc(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text))
}

#[test]
fn merged_cells_repeat() {
    let grid = "<w:tblGrid><w:gridCol w:w=\"1000\"/><w:gridCol w:w=\"1000\"/><w:gridCol w:w=\"1000\"/></w:tblGrid>";
    let top = "<w:vMerge w:val=\"restart\"/>";
    let rows = [
        tc(top, "a") + &tc("<w:gridSpan w:val=\"2\"/>", "2017"),
        tc("<w:vMerge/>", "") + &tc("", "I") + &tc("", "II"),
        "<w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>".to_owned() + &tc("", "1") + &tc("", "2"),
    ];
    let rows: String = rows.iter().map(|cells| format!("<w:tr>{cells}</w:tr>")).collect();
    let wanted =
        ["paragraph 1: before", "table 1", "1: 0=a 1=2017 2=2017<1,1", "2: 0=a<1,0 1=I 2=II", "3: 1=1 2=2", "paragraph 2: after"];
    says(&format!("{}<w:tbl>{grid}{rows}</w:tbl>{}", p("before"), p("after")), &wanted);
}

#[test]
fn runs_as_a_reader_sees_them() {
    let raised = "<w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr>";
    says(&format!("<w:p><w:r><w:t>106,2</w:t></w:r><w:r>{raised}<w:t>1)</w:t></w:r></w:p>"), &["paragraph 1: 106,2¹⁾"]);
    says(
        "<w:p><w:r><w:t>a</w:t><w:tab/><w:br/><w:noBreakHyphen/><w:t>b &amp; c</w:t></w:r></w:p>",
        &["paragraph 1: a\t\n-b & c"],
    );
    let revised = "<w:del><w:r><w:delText>x</w:delText><w:t>y</w:t></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>";
    says(&format!("<w:p>{revised}<w:r><w:rPr><w:vanish/></w:rPr><w:t>z</w:t></w:r></w:p>"), &["paragraph 1: new"]);
    says("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>7</w:t></w:r></w:p>", &["paragraph 1: 7"]);
}

#[test]
fn text_boxes_follow_their_paragraph() {
    let boxed = format!("<wps:txbx><w:txbxContent>{}{}</w:txbxContent></wps:txbx>", p("one"), p("two"));
    let choice =
        format!("<mc:AlternateContent><mc:Choice><a:p><a:t>no</a:t>{boxed}</a:p></mc:Choice><mc:Fallback>{boxed}</mc:Fallback>");
    let body = format!("<w:p><w:r>{choice}</mc:AlternateContent></w:r><w:r><w:t>text</w:t></w:r></w:p>");
    says(&body, &["paragraph 1: text", "paragraph 2: one", "paragraph 3: two"]);
}

#[test]
fn inner_tables_and_notes() {
    let inner = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("", "inner"));
    let note = "<w:p><w:r><w:t>outer</w:t><w:footnoteReference w:id=\"5\"/></w:r></w:p>";
    let body = format!("<w:tbl><w:tr><w:tc>{note}{inner}<w:p/></w:tc></w:tr></w:tbl>");
    let notes = "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p><w:r><w:t>-</w:t></w:r></w:p></w:footnote>\
                 <w:footnote w:id=\"5\"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> a note</w:t></w:r></w:p></w:footnote>";
    let wanted = ["table 1", "1: 0=outer¹", "table 2", "1: 0=inner", "paragraph 1: ¹ a note"];
    assert_eq!(read(&packed(&body, notes)).unwrap(), wanted);
}

#[test]
fn hostile_documents_are_refused() {
    let deep = "<w:tbl><w:tr><w:tc>".repeat(40) + &"</w:tc></w:tr></w:tbl>".repeat(40);
    assert!(matches!(read(&packed(&deep, "")), Err(ParseError::TooLarge { .. })));
    let wide = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("<w:gridSpan w:val=\"4000\"/>", "x").repeat(2));
    assert!(matches!(read(&packed(&wide, "")), Err(ParseError::TooLarge { .. })));
    assert!(read(&packed("<w:p>", "")).is_err());
    assert!(read(b"<html>").unwrap_err().to_string().contains("an HTML page"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn elements_in_any_order_never_panic(picks in prop::collection::vec(0usize..14, 0..60)) {
        let pieces = ["<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:p>", "</w:p>", "<w:t>x</w:t>",
            "<w:gridSpan w:val=\"-3\"/>", "<w:vMerge/>", "<w:txbxContent>", "</w:txbxContent>", "<w:footnoteRef/>"];
        let body: String = picks.iter().map(|pick| pieces[*pick]).collect();
        let _ = read(&packed(&body, &body));
    }

    #[test]
    fn damaged_documents_never_panic(places in prop::collection::vec((any::<usize>(), any::<u8>()), 1..16)) {
        let mut bytes = packed(&p("text"), "");
        for (place, byte) in places {
            let length = bytes.len();
            bytes[place % length] = byte;
        }
        let _ = read(&bytes);
    }
}
