//! Containers that claim or unpack to more than there is, and sheets that claim more cells than there are.

use super::super::table;
use super::pack::{Entry, gzip, part, with_entry, with_part, zip, zip_claiming};
use super::{Case, Then, case};
use Then::{Refused, Rows};
use sverka::parse::Format::{Csv, Docx, Xlsx};

const SHEET: &str = "xl/worksheets/sheet1.xml";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const MIB: usize = 1 << 20;

fn book() -> Vec<u8> {
    table::xlsx("")
}

/// The workbook with this for all of its sheet's XML.
fn sheet(inside: &str) -> Vec<u8> {
    with_part(&book(), SHEET, format!("<worksheet xmlns=\"{MAIN}\">{inside}</worksheet>").as_bytes())
}

/// The workbook with this in place of a text of a part.
fn changed(name: &str, from: &str, to: &str) -> Vec<u8> {
    let text = part(&book(), name);
    assert!(text.contains(from), "{name}: {text}");
    with_part(&book(), name, text.replace(from, to).as_bytes())
}

/// A sheet of `count` pieces of a MiB.
fn blown(name: &str, before: &str, piece: &str, count: usize, after: &str) -> Vec<u8> {
    let piece = piece.repeat(MIB / piece.len());
    with_entry(&book(), Entry::repeated(name, before.as_bytes(), piece.as_bytes(), count, after.as_bytes()))
}

fn in_sheet(piece: &str, count: usize) -> Vec<u8> {
    let before = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
    blown(SHEET, &before, piece, count, "</sheetData></worksheet>")
}

/// Records of ZIP64 that claim this.
fn zip64(members: u64, size: u64, start: u64) -> Vec<u8> {
    let numbers = [members, members, size, start].map(u64::to_le_bytes).concat();
    let record = [b"PK\x06\x06", &44u64.to_le_bytes()[..], &[45, 0, 45, 0], &[0; 8], &numbers].concat();
    [&record[..], b"PK\x06\x07", &[0; 4], &0u64.to_le_bytes(), &1u32.to_le_bytes()].concat()
}

fn strings(attributes: &str) -> Vec<u8> {
    let text = part(&book(), "xl/_rels/workbook.xml.rels");
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings";
    let related = format!("<Relationship Id=\"s\" Type=\"{kind}\" Target=\"sharedStrings.xml\"/></Relationships>");
    let bytes = with_part(&book(), "xl/_rels/workbook.xml.rels", text.replace("</Relationships>", &related).as_bytes());
    with_part(&bytes, "xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\" {attributes}><si><t>x</t></si></sst>").as_bytes())
}

pub fn cases() -> Vec<Case> {
    let good = || Entry::deflated("t.csv", &table::csv(""));
    let one = |change: fn(&mut Entry)| {
        let parts = ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", SHEET];
        let mut entries: Vec<Entry> = parts.iter().map(|name| Entry::deflated(name, part(&book(), name).as_bytes())).collect();
        change(entries.last_mut().unwrap());
        zip(&entries)
    };
    vec![
        case("the book itself", Xlsx, Rows(3), book),
        case("a sheet of blanks, 100 MiB", Xlsx, Refused("ratio"), || in_sheet(" ", 100)),
        case("a sheet of a long text, 100 MiB", Xlsx, Refused("limit"), || in_sheet("x", 100)),
        case("a sheet of 512 MiB in half a MiB", Xlsx, Refused("ratio"), || in_sheet("<row><c><v>1</v></c></row>", 512)).heavy(),
        case("shared strings of 300 MiB", Xlsx, Refused("the number of shared strings exceeds the limit of 4000000"), || {
            let bytes = strings("");
            let before = format!("<sst xmlns=\"{MAIN}\">");
            let piece = "<si><t>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</t></si>".repeat(20_000);
            with_entry(&bytes, Entry::repeated("xl/sharedStrings.xml", before.as_bytes(), piece.as_bytes(), 300, b"</sst>"))
        })
        .heavy(),
        case("a million styles", Xlsx, Refused("limit"), || {
            changed("xl/styles.xml", "<cellXfs>", &format!("<cellXfs>{}", "<xf numFmtId=\"0\"/>".repeat(1_000_000)))
        }),
        case("a million sheets", Xlsx, Refused("limit"), || {
            changed("xl/workbook.xml", "<sheets>", &format!("<sheets>{}", "<sheet name=\"x\" r:id=\"rId1\"/>".repeat(1_000_000)))
        }),
        case("a thousand names for one sheet", Xlsx, Rows(3000), || {
            changed("xl/workbook.xml", "<sheets>", &format!("<sheets>{}", "<sheet name=\"x\" r:id=\"rId1\"/>".repeat(1000)))
        }),
        case("a million relations", Xlsx, Refused("limit"), || {
            let many = "<Relationship Id=\"x\" Type=\"t\" Target=\"y\"/>".repeat(1_000_000);
            changed("xl/_rels/workbook.xml.rels", "</Relationships>", &format!("{many}</Relationships>"))
        }),
        case("a million merges of the whole sheet", Xlsx, Refused("limit"), || {
            let many = "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(1_000_000);
            sheet(&format!("<sheetData><row><c t=\"str\"><v>x</v></c></row></sheetData><mergeCells>{many}</mergeCells>"))
        }),
        case("one merge of the whole sheet", Xlsx, Rows(1), || {
            sheet(
                "<sheetData><row><c t=\"str\"><v>x</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>",
            )
        }),
        case("a cell in the last place", Xlsx, Rows(1), || {
            sheet("<sheetData><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>")
        }),
        case("a cell beyond the last place", Xlsx, Refused("column number exceeds the limit of 16384"), || {
            sheet("<sheetData><row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row></sheetData>")
        }),
        case("a column of twelve letters", Xlsx, Refused("ZZZZZZZZZZZZ1"), || {
            sheet("<sheetData><row r=\"1\"><c r=\"ZZZZZZZZZZZZ1\"><v>1</v></c></row></sheetData>")
        }),
        case("a row beyond the last", Xlsx, Refused("4294967296"), || {
            sheet("<sheetData><row r=\"4294967296\"><c><v>1</v></c></row></sheetData>")
        }),
        case("a used range of all places", Xlsx, Rows(1), || {
            sheet("<dimension ref=\"A1:XFD1048576\"/><sheetData><row><c><v>1</v></c></row></sheetData>")
        }),
        case("columns of all places", Xlsx, Rows(1), || {
            sheet("<cols><col min=\"1\" max=\"4294967295\" width=\"1\"/></cols><sheetData><row><c><v>1</v></c></row></sheetData>")
        }),
        case("four milliards of shared strings claimed", Xlsx, Rows(3), || {
            strings("uniqueCount=\"4294967295\" count=\"4294967295\"")
        }),
        case("fewer than no shared strings claimed", Xlsx, Rows(3), || strings("uniqueCount=\"-1\" count=\"-1\"")),
        case("20 000 members", Xlsx, Refused("20000 members exceeds the limit of 10000"), || {
            zip(&vec![Entry::stored("x", b""); 20_000])
        }),
        case("a million members that count as few", Xlsx, Refused("ZIP"), || {
            zip_claiming(&vec![Entry::stored("x", b""); 1_000_000], 5, &[])
        })
        .heavy(),
        case("members of one name", Xlsx, Refused("two members of one name"), || {
            zip(&[Entry::stored("x", b"1"), Entry::stored("x", b"2")])
        }),
        case("a milliard of milliards of members", Xlsx, Refused("exceeds the limit of 10000"), || {
            zip_claiming(&[Entry::stored("x", b"")], u16::MAX, &zip64(u64::MAX / 2, 100, 0))
        }),
        case("a list of 2^63 bytes", Xlsx, Refused("ZIP"), || {
            zip_claiming(&[Entry::stored("x", b"")], u16::MAX, &zip64(1, u64::MAX / 2, u64::MAX / 2))
        }),
        case("more members than are listed", Xlsx, Refused("ZIP"), || zip_claiming(&[Entry::stored("x", b"")], 9000, &[])),
        case("a member that lies beyond the end", Xlsx, Refused(""), || {
            let mut bytes = book();
            let at = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
            bytes[at + 42..at + 46].copy_from_slice(&0xFFFF_FFF0u32.to_le_bytes());
            bytes
        }),
        case("two parts at one place", Xlsx, Rows(3), || {
            let mut entries = vec![Entry::deflated(SHEET, part(&book(), SHEET).as_bytes())];
            for name in ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"] {
                entries.push(Entry::deflated(name, part(&book(), name).as_bytes()));
            }
            entries.push(Entry { name: b"xl/worksheets/sheet2.xml".to_vec(), lies_at: Some(0), ..entries[0].clone() });
            zip(&entries)
        }),
        case("a member that claims no bytes", Xlsx, Refused(""), move || one(|entry| entry.size = 0)),
        case("a member that claims 4 GiB", Xlsx, Rows(3), move || one(|entry| entry.size = u32::MAX - 1)),
        case("a member that claims 4 GiB packed", Xlsx, Rows(3), move || one(|entry| entry.packed_size = u32::MAX - 1)),
        case("a member with another checksum", Xlsx, Refused("checksum"), move || one(|entry| entry.crc ^= 1)),
        case("a member cut in its middle", Xlsx, Refused(""), move || {
            one(|entry| {
                entry.packed.truncate(20);
                entry.packed_size = 20;
            })
        }),
        case("a member of noise", Xlsx, Refused(""), move || one(|entry| entry.packed.iter_mut().for_each(|byte| *byte ^= 0x5A))),
        case("a member under a password", Xlsx, Refused(""), move || one(|entry| entry.flags |= 1)),
        case("a member packed by nobody knows what", Xlsx, Refused(""), move || one(|entry| entry.method = 97)),
        case("a member whose field of ZIP64 claims 2^64 bytes", Xlsx, Refused(""), move || {
            one(|entry| {
                entry.size = u32::MAX;
                entry.packed_size = u32::MAX;
                entry.extra = [&[1, 0, 16, 0][..], &[0xFF; 16]].concat();
            })
        }),
        case("an end record in the comment of another", Xlsx, Rows(3), || {
            let mut bytes = book();
            let at = bytes.len() - 2;
            let other = zip_claiming(&[], 9999, &[]);
            bytes[at..].copy_from_slice(&(other.len() as u16).to_le_bytes());
            [bytes, other].concat()
        }),
        case("half a list", Xlsx, Refused(""), || {
            let bytes = book();
            bytes[..bytes.len() - 100].to_vec()
        }),
        case("a document of Word, 100 MiB of blanks", Docx, Refused("limit"), || {
            let piece = vec![b' '; MIB];
            with_entry(&table::docx(""), Entry::repeated("word/document.xml", b"<w:document>", &piece, 100, b""))
        }),
        case("a container in the place of a text", Csv, Rows(0), move || zip(&[good()])),
        case("a packed text in the place of a text", Csv, Rows(0), || gzip(&table::csv(""))),
    ]
}
