//! Workbooks and documents of Office, old and new, whose records and elements claim more than there is.

use super::super::table;
use super::pack::{docx, ole, record, with_part, xls, xls_stream};
use super::{Case, Then, case};
use Then::{Refused, Rows};
use sverka::parse::Format::{Doc, Docx, Xls, Xlsx};

const SHEET: &str = "xl/worksheets/sheet1.xml";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

fn sheet(inside: &str) -> Vec<u8> {
    let xml = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{inside}</sheetData></worksheet>");
    with_part(&table::xlsx(""), SHEET, xml.as_bytes())
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    record(0x0204, &[words(&[row, column, 0, text.len() as u16]), vec![0], text.into()].concat())
}

/// The old workbook of the table with bytes written over others in its container.
fn patched(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = table::xls("");
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

/// Where a sector begins; they have 4096 bytes.
fn sector(number: usize) -> usize {
    4096 * (number + 1)
}

/// The container with a number in every entry of its first table of sectors.
fn chained(next: u32) -> Vec<u8> {
    let first = u32::from_le_bytes(table::xls("")[76..80].try_into().unwrap()) as usize;
    patched(sector(first), &next.to_le_bytes().repeat(1024))
}

/// The beginning of a document of Word 97 with numbers at places, and its two streams.
fn word(numbers: &[(usize, u32)], table: &[u8]) -> Vec<u8> {
    let mut main = vec![0; 4096];
    let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
    for (at, value) in [(0, 0xA5EC_u16), (2, 0x00C1), (6, 0x0419), (10, 0x0200), (32, 14), (62, 22), (152, 93)] {
        put(at, &value.to_le_bytes());
    }
    numbers.iter().for_each(|(at, value)| put(*at, &value.to_le_bytes()));
    ole(&[("/WordDocument", &main), ("/1Table", table)])
}

/// Where the table stream's part `n` is said to lie.
fn part(n: usize) -> usize {
    154 + 8 * n
}

fn paragraph(inside: &str) -> String {
    format!("<w:p>{inside}</w:p>")
}

pub fn cases() -> Vec<Case> {
    [new_books(), old_books(), containers(), old_documents(), new_documents()].into_iter().flatten().collect()
}

fn new_books() -> Vec<Case> {
    let rows = |count: usize, row: &'static str| move || sheet(&row.repeat(count));
    vec![
        case("numbers that are none", Xlsx, Refused("cell A1: expected a number, found \"1e400\""), || {
            let cell = |text: &str| format!("<c><v>{text}</v></c>");
            sheet(&format!("<row>{}</row>", ["1e400", "-1e-400", "1e308", "0x10", "1_000"].map(cell).concat()))
        }),
        case("not a number", Xlsx, Refused("cell A1: expected a number, found \"NaN\""), || {
            sheet("<row><c><v>NaN</v></c><c><v>INF</v></c></row>")
        }),
        case("a number of a million digits", Xlsx, Refused("cell A1: expected a number"), || {
            sheet(&format!("<row><c><v>{}</v></c></row>", "9".repeat(1_000_000)))
        }),
        case("a style that is not there", Xlsx, Rows(1), || sheet("<row><c s=\"4294967295\"><v>1</v></c></row>")),
        case("a string that is not there", Xlsx, Refused(""), || sheet("<row><c t=\"s\"><v>4294967295</v></c></row>")),
        case("a text of 20 MB in a cell", Xlsx, Refused("limit"), || {
            sheet(&format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "x".repeat(20_000_000)))
        }),
        case("a million runs in a cell", Xlsx, Rows(1), || {
            sheet(&format!("<row><c t=\"inlineStr\"><is>{}</is></c></row>", "<r><t>x</t></r>".repeat(1_000_000)))
        }),
        case("cells a million deep", Xlsx, Refused("the depth of elements exceeds the limit of 64"), || {
            sheet(&"<row><c>".repeat(1_000_000))
        }),
        case("rows out of order", Xlsx, Refused("expected a row number above 9"), || {
            sheet("<row r=\"9\"><c r=\"A9\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>")
        }),
        case("a place twice", Xlsx, Refused("ascending columns"), || {
            sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>")
        }),
        case("a format of a million signs", Xlsx, Rows(0), || {
            let styles = format!(
                "<styleSheet xmlns=\"{MAIN}\"><numFmts><numFmt numFmtId=\"164\" formatCode=\"{}\"/></numFmts><cellXfs><xf numFmtId=\"164\"/></cellXfs></styleSheet>",
                "[<1]0;".repeat(100_000)
            );
            with_part(&table::xlsx(""), "xl/styles.xml", styles.as_bytes())
        }),
        case("a format of a million decimals", Xlsx, Rows(0), || {
            let styles = format!(
                "<styleSheet xmlns=\"{MAIN}\"><numFmts><numFmt numFmtId=\"164\" formatCode=\"0.{}\"/></numFmts><cellXfs><xf numFmtId=\"164\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>",
                "0".repeat(900_000)
            );
            with_part(&table::xlsx(""), "xl/styles.xml", styles.as_bytes())
        }),
        case("a day after the last", Xlsx, Rows(0), || {
            let styles = format!("<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"14\"/></cellXfs></styleSheet>");
            with_part(
                &sheet("<row><c s=\"0\"><v>1e300</v></c><c s=\"0\"><v>-99999999999</v></c></row>"),
                "xl/styles.xml",
                styles.as_bytes(),
            )
        }),
        case(
            "a million cells",
            Xlsx,
            Rows(100_000),
            rows(100_000, "<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c><c/><c/><c/><c/><c/><c/><c/></row>"),
        )
        .heavy(),
        case(
            "two million cells",
            Xlsx,
            Rows(200_000),
            rows(200_000, "<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c><c/><c/><c/><c/><c/><c/><c/></row>"),
        )
        .heavy(),
    ]
}

fn old_books() -> Vec<Case> {
    let cell = || label(0, 0, "x");
    let text =
        |claimed: u32, tail: &[u8]| xls(&record(0x00FC, &[&claimed.to_le_bytes(), &claimed.to_le_bytes(), tail].concat()), &[]);
    vec![
        case("the old book itself", Xls, Rows(3), || table::xls("")),
        case("four milliards of strings", Xls, Refused(""), move || text(u32::MAX, b"\x01\0\0x")),
        case("a string of 65 535 characters that has three", Xls, Refused(""), move || text(1, b"\xFF\xFF\0abc")),
        case("a string of 65 535 runs", Xls, Refused(""), move || text(1, b"\x01\0\x08\xFF\xFFx")),
        case("a string with 4 GiB behind it", Xls, Refused(""), move || text(1, b"\x01\0\x04\xFF\xFF\xFF\xFFx")),
        case("a string in a hundred thousand pieces", Xls, Rows(0), || {
            let head = record(0x00FC, &[&1u32.to_le_bytes()[..], &1u32.to_le_bytes(), b"\x10\x27\0"].concat());
            xls(&[head, record(0x003C, b"\0x").repeat(100_000)].concat(), &label(0, 0, "x"))
        }),
        case("a cell in the last place of all", Xls, Rows(1), || xls(&[], &label(65_535, 255, "x"))),
        case("a cell in a column that is not there", Xls, Rows(0), || xls(&[], &label(0, 65_535, "x"))),
        case("a thousand merges of the whole sheet", Xls, Refused("limit"), move || {
            let merges = [words(&[1000]), words(&[0, 65_535, 0, 255]).repeat(1000)].concat();
            xls(&[], &[cell(), label(65_535, 255, "y"), record(0x00E5, &merges)].concat())
        }),
        case("merges that are claimed and not there", Xls, Refused(""), move || {
            xls(&[], &[cell(), record(0x00E5, &words(&[65_535]))].concat())
        }),
        case("numbers from column 9 to column 3", Xls, Refused(""), || {
            xls(&[], &record(0x00BD, &[words(&[0, 9, 0]), vec![0; 4], words(&[3])].concat()))
        }),
        case("sheets within sheets", Xls, Refused("then the end"), move || {
            let begin = record(0x0809, &[words(&[0x0600, 0x10]), vec![0; 12]].concat());
            xls(&[], &[begin.repeat(100_000), cell()].concat())
        }),
        case("a sheet that is the book", Xls, Refused(""), || {
            let mut stream = xls_stream(&[], &label(0, 0, "x"));
            let at = memchr::memmem::find(&stream, &[0x85, 0, 9, 0]).unwrap();
            stream[at + 4..at + 8].copy_from_slice(&0u32.to_le_bytes());
            ole(&[("/Workbook", &stream)])
        }),
        case("a sheet that lies beyond the end", Xls, Refused(""), || {
            let mut stream = xls_stream(&[], &label(0, 0, "x"));
            let at = memchr::memmem::find(&stream, &[0x85, 0, 9, 0]).unwrap();
            stream[at + 4..at + 8].copy_from_slice(&u32::MAX.to_le_bytes());
            ole(&[("/Workbook", &stream)])
        }),
        case("sixty thousand sheets at one place", Xls, Refused(""), || {
            let bound = record(0x0085, &[&0u32.to_le_bytes()[..], &[0, 0, 1, 0, b'x']].concat());
            xls(&bound.repeat(60_000), &label(0, 0, "x"))
        }),
        case("a record longer than the file", Xls, Refused(""), || {
            let stream = [xls_stream(&[], &[])[..60].to_vec(), words(&[0x0204, 65_000]), vec![0; 10]].concat();
            ole(&[("/Workbook", &stream)])
        }),
        case("an old book under a password", Xls, Refused("encrypted"), || xls(&record(0x002F, &words(&[1, 1])), &[])),
        case("a formula without its text", Xls, Refused("expected the text of the formula"), || {
            let formula = [words(&[0, 0, 0]), vec![0, 0, 0, 0, 0, 0, 0xFF, 0xFF], vec![0; 8]].concat();
            xls(&[], &record(0x0006, &formula))
        }),
    ]
}

fn containers() -> Vec<Case> {
    vec![
        case("a container of noise", Xls, Refused(""), || [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0x5A; 4000]].concat()),
        case("sectors of 2^31 bytes", Xls, Refused(""), || patched(30, &31u16.to_le_bytes())),
        case("small sectors of 2^31 bytes", Xls, Refused(""), || patched(32, &31u16.to_le_bytes())),
        case("four milliards of tables of sectors", Xls, Rows(3), || patched(44, &u32::MAX.to_le_bytes())),
        case("four milliards of tables of tables", Xls, Rows(3), || patched(72, &u32::MAX.to_le_bytes())),
        case("tables of tables in a circle", Xls, Refused(""), || {
            let mut file = patched(68, &0u32.to_le_bytes());
            file[72..76].copy_from_slice(&1000u32.to_le_bytes());
            let last = sector(0) + 4092;
            file[last..last + 4].copy_from_slice(&0u32.to_le_bytes());
            file
        }),
        case("every sector follows the first", Xls, Refused(""), || chained(0)),
        case("every sector follows itself", Xls, Refused(""), || {
            let first = u32::from_le_bytes(table::xls("")[76..80].try_into().unwrap()) as usize;
            patched(sector(first), &(0..1024u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>())
        }),
        case("every sector is free", Xls, Refused(""), || chained(u32::MAX)),
        case("a directory that begins nowhere", Xls, Refused(""), || patched(48, &0x0FFF_FFF0u32.to_le_bytes())),
        case("entries of a directory that are their own neighbours", Xls, Refused(""), || {
            let file = table::xls("");
            let at = sector(u32::from_le_bytes(file[48..52].try_into().unwrap()) as usize);
            let own = [1u32, 1, 1].map(u32::to_le_bytes).concat();
            patched(at + 128 + 68, &own)
        }),
        case("a stream of 2^62 bytes", Xls, Refused(""), || {
            let file = table::xls("");
            let at = sector(u32::from_le_bytes(file[48..52].try_into().unwrap()) as usize);
            patched(at + 128 + 120, &(1u64 << 62).to_le_bytes())
        }),
    ]
}

fn old_documents() -> Vec<Case> {
    vec![
        case("a document of Word without anything", Doc, Refused(""), || word(&[], &[])),
        case("four milliards of characters", Doc, Refused(""), || {
            word(&[(76, u32::MAX), (part(33), 0), (part(33) + 4, 21)], &[2; 64])
        }),
        case("pieces that lie beyond the end", Doc, Refused(""), || {
            word(&[(76, 100), (part(33), 0xFFFF_FFF0), (part(33) + 4, 0xFFFF_FFF0)], &[2; 64])
        }),
        case("four milliards of pieces", Doc, Refused(""), || {
            word(&[(76, 100), (part(33) + 4, 64)], &[&[2][..], &u32::MAX.to_le_bytes(), &[0; 59]].concat())
        }),
        case("a piece that is all pieces", Doc, Refused(""), || {
            let plc = [0u32, 0x7FFF_FFFF].map(u32::to_le_bytes).concat();
            let table = [&[2][..], &16u32.to_le_bytes(), &plc, &[0; 8]].concat();
            word(&[(76, 0x7FFF_FFFF), (part(33) + 4, 21)], &table)
        }),
        case("an old document under a password", Doc, Refused("encrypted"), || word(&[(10, 0x0300)], &[])),
        case("a book in place of a document", Doc, Refused(""), || table::xls("")),
    ]
}

fn new_documents() -> Vec<Case> {
    let cell = |properties: &str| {
        format!("<w:tbl><w:tr><w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>")
    };
    vec![
        case("tables ten thousand deep", Docx, Refused("limit"), || docx(&"<w:tbl><w:tr><w:tc>".repeat(10_000))),
        case("parts a hundred thousand deep", Docx, Refused("limit"), || docx(&"<w:sdt><w:sdtContent>".repeat(100_000))),
        case("a cell over a milliard of columns", Docx, Rows(0), move || docx(&cell("<w:gridSpan w:val=\"1000000000\"/>"))),
        case("a cell over fewer than no columns", Docx, Rows(0), move || docx(&cell("<w:gridSpan w:val=\"-1\"/>"))),
        case("a thousand cells over a thousand columns", Docx, Refused("limit"), move || {
            let wide = "<w:tc><w:tcPr><w:gridSpan w:val=\"1000\"/></w:tcPr><w:p/></w:tc>".repeat(1000);
            docx(&format!("<w:tbl><w:tr>{wide}</w:tr></w:tbl>"))
        }),
        case("a merge that never began", Docx, Rows(1), move || docx(&cell("<w:vMerge/>"))),
        case("a million words in a paragraph", Docx, Rows(0), || docx(&paragraph(&"<w:r><w:t>x </w:t></w:r>".repeat(1_000_000))))
            .heavy(),
        case("a field within fields", Docx, Rows(0), || {
            docx(&paragraph(&"<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>".repeat(100_000)))
        }),
        case("a document elsewhere", Docx, Rows(0), || docx("<w:altChunk xmlns:r=\"r\" r:id=\"x\"/><w:p/>")),
    ]
}
