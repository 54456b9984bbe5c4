use super::fixture::{Workbook, lines, read};
use crate::parse::ParseError;

fn shown(workbook: &Workbook) -> Vec<String> {
    workbook.read().unwrap().iter().flat_map(|(_, rows)| lines(rows)).collect()
}

fn refusal(workbook: &Workbook) -> String {
    workbook.read().unwrap_err().to_string()
}

#[test]
fn cells_say_what_a_reader_sees() {
    for (cell, wanted) in [
        ("<c s=\"1\"><v>94.34400630284516</v></c>", "1: A=(94.34400630284516)94.3"),
        ("<c s=\"1\"><v>109</v></c>", "1: A=(109)109.0"),
        ("<c><v>1.0E-2</v></c>", "1: A=0.01"),
        ("<c><v>2017</v></c>", "1: A=2017"),
        ("<c s=\"2\"><v>7.4999999999999997E-2</v></c>", "1: A=(0.075)7.5%"),
        ("<c s=\"3\"><v>43831</v></c>", "1: A=(43831)2020-01-01"),
        ("<c s=\"99\"><v>1.5</v></c>", "1: A=1.5"),
        ("<c t=\"s\"><v>0</v></c>", "1: A=05"),
        ("<c t=\"s\"><v>1</v></c>", "1: A=2024 год²"),
        ("<c t=\"s\" s=\"4\"><v>2</v></c>", "1: A=¹⁾"),
        ("<c s=\"4\"><v>12.5</v></c>", "1: A=12.5"),
        ("<c t=\"s\"><v>3</v></c>", "1: A= … "),
        ("<c t=\"inlineStr\"><is><r><t>a</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>3</t></r></is></c>", "1: A=a³"),
        ("<c t=\"str\"><f>A&amp;B</f><v>x &lt; y_x000A_z</v></c>", "1: A=x < y\nz"),
        ("<c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c>", "1: A=TRUE B=FALSE"),
        ("<c t=\"e\"><v>#N/A</v></c>", "1: A=#N/A"),
        ("<c t=\"d\"><v>2020-04-25T00:00:00</v></c>", "1: A=2020-04-25"),
        ("<c><f>1+1</f></c><c><v>5</v></c>", "1: B=5"),
        ("<x:c><x:v>5</x:v></x:c>", "1: A=5"),
    ] {
        let strings = [
            "<t>05</t>",
            "<r><t>2024 год</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>2</t></r>",
            "<t>1)</t>",
            "<t xml:space=\"preserve\"> … </t>",
        ];
        let workbook = Workbook::of(&format!("<row>{cell}</row>"), "").strings(&strings).formats(&["0.0", "0.0%", "dd.mm.yyyy"]);
        assert_eq!(shown(&workbook), [wanted], "{cell}");
    }
}

#[test]
fn days_may_be_counted_from_1904() {
    let workbook = Workbook::of("<row><c s=\"1\"><v>42369</v></c></row>", "").formats(&["yyyy"]).date1904();
    assert_eq!(shown(&workbook), ["1: A=(42369)2020-01-01"]);
}

#[test]
fn places_are_counted_where_they_are_not_written() {
    for (rows, wanted) in [
        ("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>", vec!["1: A=1 B=2", "2: A=3"]),
        (
            "<row r=\"5\"><c r=\"C5\"><v>1</v></c><c><v>2</v></c></row><row><c r=\"B6\"><v>3</v></c></row>",
            vec!["5: C=1 D=2", "6: B=3"],
        ),
        ("<row r=\"1\"><c r=\"A1\" s=\"1\"/></row><row/><row r=\"9\"><c><v>1</v></c></row>", vec!["9: A=1"]),
    ] {
        assert_eq!(shown(&Workbook::of(rows, "")), wanted, "{rows}");
    }
}

#[test]
fn merged_cells_repeat_their_origin() {
    let text = |cell: &str, text: &str| format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header = format!("<row r=\"3\">{}{}{}</row>", text("A3", "code"), text("B3", "2024"), "<c r=\"D3\"/>");
    let second = format!("<row r=\"4\">{}{}</row>", text("B4", "Q1"), text("C4", "Q2"));
    let after = |ranges: &[&str]| {
        let ranges: String = ranges.iter().map(|range| format!("<mergeCell ref=\"{range}\"/>")).collect();
        format!("<mergeCells count=\"1\">{ranges}</mergeCells>")
    };
    for (rows, ranges, wanted) in [
        (format!("{header}{second}"), vec!["B3:C3", "A3:A4"], vec!["3: A=code B=2024 C<B3>=2024", "4: A<A3>=code B=Q1 C=Q2"]),
        (format!("{header}<row r=\"4\"/>"), vec!["A3:A4", "B3:B4"], vec!["3: A=code B=2024", "4: A<A3>=code B<B3>=2024"]),
        (header.clone(), vec!["A3:A9"], vec!["3: A=code B=2024"]),
        (header.clone(), vec!["B3:XFD3"], vec!["3: A=code B=2024 C<B3>=2024 D<B3>=2024"]),
        (header.clone(), vec!["C3:D3", "C1:D3"], vec!["3: A=code B=2024"]),
        (header.clone(), vec!["A3:C3"], vec!["3: A=code B=2024 C<A3>=code"]),
        (header.clone(), vec!["A3:A1048576", "nonsense", "A1"], vec!["3: A=code B=2024"]),
    ] {
        assert_eq!(shown(&Workbook::of(&rows, &after(&ranges))), wanted, "{ranges:?}");
    }
}

#[test]
fn sheets_keep_their_names_order_and_visibility() {
    let workbook =
        Workbook::new().sheet("1.12 ", "", "", "").sheet("a &amp; b", "state=\"veryHidden\"", "<row><c><v>1</v></c></row>", "");
    let tables = workbook.read().unwrap();
    let heads: Vec<_> = tables.iter().map(|(t, rows)| (t.sheet.as_str(), t.number, t.hidden, rows.len())).collect();
    assert_eq!(heads, [("1.12 ", 1, false, 0), ("a & b", 2, true, 1)]);
}

#[test]
fn broken_sheets_are_refused_by_cell() {
    for (rows, wanted) in [
        ("<row><c r=\"C1\"><v>1)</v></c></row>", "sheet \"S\", cell C1: expected a number, found \"1)\""),
        ("<row><c><v>NaN</v></c></row>", "sheet \"S\", cell A1: expected a number, found \"NaN\""),
        ("<row><c t=\"s\"><v>7</v></c></row>", "sheet \"S\", cell A1: expected the number of a shared string, found \"7\""),
        ("<row><c t=\"z\"/></row>", "sheet \"S\", cell A1: expected a type of cell, found type \"z\""),
        ("<row><c r=\"B1\"/><c r=\"A1\"/></row>", "sheet \"S\", cell C1: expected cells in ascending columns, found cell \"A1\""),
        ("<row r=\"2\"/><row r=\"2\"/>", "sheet \"S\": expected a row number above 2, found row \"2\""),
        ("<row r=\"1048577\"/>", "sheet \"S\": the row number exceeds the limit of 1048576"),
        ("<row><c r=\"XFE1\"/></row>", "sheet \"S\": the column number exceeds the limit of 16384"),
        (
            "<row><c></row>",
            "xl/worksheets/sheet1.xml: expected well-formed XML, found ill-formed document: expected `</c>`, but `</row>` was found",
        ),
    ] {
        assert_eq!(refusal(&Workbook::of(rows, "")), wanted, "{rows}");
    }
}

#[test]
fn doctypes_are_refused_in_every_part() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>";
    let parts =
        ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];
    for part in parts {
        let workbook = Workbook::of("", "").strings(&[]).formats(&[]).replace(part, bomb);
        assert_eq!(refusal(&workbook), format!("{part}: expected XML without one, found a DOCTYPE"));
    }
}

#[test]
fn what_is_no_workbook_is_named() {
    let whole = Workbook::of("<row><c><v>1</v></c></row>", "").bytes();
    let encrypted = [super::OLE_MAGIC, &[0; 70_000][..], super::ENCRYPTED_STREAM].concat();
    for (bytes, wanted) in [
        (&b"\xef\xbb\xbf\n<!DOCTYPE html><html>"[..], "first bytes: expected a ZIP container (PK), found an HTML page"),
        (b"<?xml version=\"1.0\"?><Workbook>", "first bytes: expected a ZIP container (PK), found an XML document"),
        (b"", "first bytes: expected a ZIP container (PK), found nothing"),
        (b"%PDF", "first bytes: expected a ZIP container (PK), found bytes 25 50 44 46"),
        (
            super::OLE_MAGIC,
            "first bytes: expected a ZIP container (PK), found an OLE2 container (D0 CF 11 E0), as old workbooks and documents are",
        ),
        (&encrypted, "the document is encrypted"),
    ] {
        assert_eq!(read(bytes).unwrap_err().to_string(), wanted);
    }
    for end in [4, 30, whole.len() / 2, whole.len() - 1] {
        let error = read(&whole[..end]).unwrap_err();
        assert!(matches!(&error, ParseError::Malformed { place, .. } if place == "ZIP container"), "cut at {end}: {error}");
    }
    assert_eq!(
        refusal(
            &Workbook::new()
                .replace("xl/workbook.xml", "<workbook><sheets><sheet name=\"S\" r:id=\"rId1\"/></sheets></workbook>")
        ),
        "sheet \"S\": expected the part of the sheet, found no relationship \"rId1\""
    );
}

#[test]
fn a_small_file_that_unpacks_to_much_is_refused() {
    let blank = Workbook::of(&" ".repeat(20 << 20), "");
    assert_eq!(refusal(&blank), "xl/worksheets/sheet1.xml: the ratio of unpacked to packed size exceeds the limit of 300");
    let wide = format!("<row>{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(100));
    let workbook = Workbook::of(&wide, "").strings(&[&format!("<t>{}</t>", "x".repeat(1_000_000))]);
    assert_eq!(refusal(&workbook), "sheet \"S\": the text of a row in bytes exceeds the limit of 16777216");
}
