//! PDFs whose objects lead nowhere, in circles, or to more than there is.

use super::super::table;
use super::{Case, Then, case};
use Then::{Fell, Refused, Rows};
use std::fmt::Write as _;
use std::io::Write as _;
use sverka::parse::Format::Pdf;

/// A document of one page: its objects by number, the table of where they lie, and a trailer with more entries.
struct Book {
    objects: Vec<(u32, Vec<u8>)>,
    trailer: String,
}

fn object(number: u32, text: &str) -> (u32, Vec<u8>) {
    (number, text.as_bytes().to_vec())
}

fn stream(number: u32, entries: &str, data: &[u8]) -> (u32, Vec<u8>) {
    let head = format!("<< {entries} /Length {} >>\nstream\n", data.len());
    (number, [head.as_bytes(), data, b"\nendstream"].concat())
}

fn packed(data: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(data).unwrap();
    packer.finish().unwrap()
}

/// A page with this in its dictionary of resources and these drawing operators.
fn page(resources: &str, drawing: &str) -> Book {
    let text = format!("BT /F1 9 Tf 40 700 Td (Industry and 83.2 more) Tj ET\n{drawing}");
    let font = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
    let entry = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << {font} >> {resources} >> /Contents 4 0 R >>"
    );
    let objects = vec![
        object(1, "<< /Type /Catalog /Pages 2 0 R >>"),
        object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        object(3, &entry),
        stream(4, "", text.as_bytes()),
    ];
    Book { objects, trailer: String::new() }
}

impl Book {
    /// With this object more, or in place of the one of its number.
    fn with(mut self, object: (u32, Vec<u8>)) -> Book {
        self.objects.retain(|(number, _)| *number != object.0);
        self.objects.push(object);
        self
    }

    fn trailer(self, entries: &str) -> Book {
        Book { trailer: entries.into(), ..self }
    }

    fn file(&self) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let most = self.objects.iter().map(|(number, _)| *number).max().unwrap_or(0);
        let mut places = vec![0; most as usize + 1];
        for (number, content) in &self.objects {
            places[*number as usize] = file.len();
            file.extend([format!("{number} 0 obj\n").as_bytes(), content, b"\nendobj\n"].concat());
        }
        let start = file.len();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", most + 1);
        places
            .iter()
            .skip(1)
            .for_each(|place| writeln!(table, "{place:010} 00000 {} ", if *place == 0 { 'f' } else { 'n' }).unwrap());
        write!(table, "trailer << /Size {} /Root 1 0 R {} >>\nstartxref\n{start}\n%%EOF\n", most + 1, self.trailer).unwrap();
        file.extend(table.into_bytes());
        file
    }
}

fn plain() -> Book {
    page("", "")
}

/// A document whose table of objects is a stream with these entries.
fn crossed(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut file = plain().file();
    file.truncate(memchr::memmem::rfind(&file, b"xref\n0 ").unwrap());
    let start = file.len();
    let (_, table) = stream(9, &format!("/Type /XRef /Root 1 0 R {entries}"), data);
    file.extend([b"9 0 obj\n", &table[..], format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes()].concat());
    file
}

fn form(number: u32, resources: &str, drawing: &str) -> (u32, Vec<u8>) {
    stream(number, &format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << {resources} >>"), drawing.as_bytes())
}

fn image(entries: &str, data: &[u8]) -> Vec<u8> {
    page("/XObject << /X 7 0 R >>", "/X Do").with(stream(7, &format!("/Type /XObject /Subtype /Image {entries}"), data)).file()
}

fn font(text: &str, more: (u32, Vec<u8>)) -> Vec<u8> {
    let mut book = page("", "BT /F2 9 Tf (AB) Tj ET");
    book.objects[2].1 =
        String::from_utf8(book.objects[2].1.clone()).unwrap().replace("/F1 <<", &format!("/F2 {text} /F1 <<")).into_bytes();
    book.with(more).file()
}

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        case("the table itself", Pdf, Rows(3), || table::pdf("")),
        case("a page", Pdf, Rows(0), || plain().file()),
        case("nothing but a head", Pdf, Refused(""), || b"%PDF-1.7\n".to_vec()),
        case("no page", Pdf, Refused(""), || plain().with(object(2, "<< /Type /Pages /Kids [] /Count 0 >>")).file()),
        case("a tree of pages that is its own child", Pdf, Refused(""), || plain().with(object(2, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>")).file()),
        case("a page that is the tree", Pdf, Rows(0), || plain().with(object(2, "<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>")).file()),
        case("a milliard of pages claimed", Pdf, Rows(0), || plain().with(object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>")).file()),
        case("a million times one page", Pdf, Rows(0), || {
            plain().with(object(2, &format!("<< /Type /Pages /Kids [{}] /Count 1000000 >>", "3 0 R ".repeat(1_000_000)))).file()
        }),
        case("a tree of pages 20 000 deep", Pdf, Rows(0), || {
            let step = |n: u32| object(n, &format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", n + 1));
            let mut book = plain().with(object(2, "<< /Type /Pages /Kids [10 0 R] /Count 1 >>"));
            book.objects.extend((10..20_010).map(step));
            book.with(object(20_010, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")).file()
        }),
        case("a table of objects that follows itself", Pdf, Rows(0), || {
            let start = memchr::memmem::rfind(&plain().file(), b"xref\n0 ").unwrap();
            plain().trailer(&format!("/Prev {start}")).file()
        }),
        case("a table of objects that lies nowhere", Pdf, Rows(0), || {
            let mut file = plain().file();
            let at = memchr::memmem::rfind(&file, b"startxref").unwrap();
            file.splice(at.., *b"startxref\n99999999999999999999\n%%EOF");
            file
        }),
        case("a table whose fields have 2^31 bytes", Pdf, Rows(0), || crossed("/W [2147483647 2147483647 2147483647] /Size 10", &[0; 64])),
        case("a table whose fields have no bytes", Pdf, Rows(0), || crossed("/W [0 0 0] /Size 2147483647", &[0; 64])),
        case("a table of 2^31 objects", Pdf, Rows(0), || crossed("/W [1 4 2] /Size 2147483647 /Index [0 2147483647]", &[1; 700])),
        case("a table of fewer than no objects", Pdf, Rows(0), || crossed("/W [1 4 2] /Size -5 /Index [-1 -7]", &[1; 700])),
        case("objects in a stream that is in itself", Pdf, Rows(0), || {
            crossed("/W [1 1 1] /Size 10", &[[0, 0, 0], [2, 4, 0], [2, 4, 1], [2, 4, 2], [2, 4, 3]].concat())
        }),
        case("a stream of a milliard of objects", Pdf, Rows(0), || {
            plain().with(stream(8, "/Type /ObjStm /N 1000000000 /First 10", b"1 0 2 0 << >>")).file()
        }),
        case("an object that is a reference to itself", Pdf, Refused(""), || plain().with(object(3, "3 0 R")).file()),
        case("two objects that are each other", Pdf, Refused(""), || plain().with(object(3, "5 0 R")).with(object(5, "3 0 R")).file()),
        case("a length that is the stream itself", Pdf, Rows(0), || plain().with(object(4, "<< /Length 4 0 R >>\nstream\nBT (x) Tj ET\nendstream")).file()),
        case("a length of less than nothing", Pdf, Rows(0), || plain().with(object(4, "<< /Length -1 >>\nstream\nBT (x) Tj ET\nendstream")).file()),
        case("a length of 10^18", Pdf, Refused("without text"), || plain().with(object(4, "<< /Length 1000000000000000000 >>\nstream\nBT ET\nendstream")).file()),
        case("arrays a million deep", Pdf, Rows(0), || plain().with(object(5, &"[".repeat(1_000_000))).trailer("/Info 5 0 R").file()),
        case("a page of arrays a million deep", Pdf, Refused(""), || plain().with(object(3, &"[".repeat(1_000_000))).file()),
        case("a page of dictionaries a hundred thousand deep", Pdf, Refused(""), || plain().with(object(3, &"<< /A ".repeat(100_000))).file()),
        case("brackets in a text a million deep", Pdf, Rows(0), || page("", &format!("BT {} ET", "(".repeat(1_000_000))).file()),
        case("arrays in the drawing a million deep", Pdf, Rows(0), || page("", &format!("{} TJ", "[".repeat(1_000_000))).file()),
        case("a form that draws itself", Pdf, Rows(0), || page("/XObject << /X 7 0 R >>", "/X Do").with(form(7, "/XObject << /X 7 0 R >>", "/X Do /X Do")).file()),
        case("two forms that draw each other", Pdf, Rows(0), || {
            let book = page("/XObject << /X 7 0 R >>", "/X Do").with(form(7, "/XObject << /X 8 0 R >>", "/X Do /X Do"));
            book.with(form(8, "/XObject << /X 7 0 R >>", "/X Do /X Do")).file()
        }),
        case("forty forms, each drawn twice by the one before", Pdf, Fell("parser_timeout"), || {
            let mut book = page("/XObject << /X 10 0 R >>", "/X Do");
            book.objects.extend((10..50).map(|n| form(n, &format!("/XObject << /X {} 0 R >>", n + 1), "/X Do /X Do")));
            book.with(form(50, "", "BT (x) Tj ET")).file()
        }),
        case("states kept a million deep", Pdf, Rows(0), || page("", &"q ".repeat(1_000_000)).file()),
        case("states given back that were never kept", Pdf, Rows(0), || page("", &"Q ".repeat(1_000_000)).file()),
        case("marks a million deep", Pdf, Rows(0), || page("", &"/P BMC ".repeat(1_000_000)).file()),
        case("half a million characters", Pdf, Refused("limit"), || page("", &"BT /F1 9 Tf (0123456789) Tj ET\n".repeat(50_000)).file()),
        case("a hundred thousand rules", Pdf, Refused("limit"), || page("", &(0..100_000).fold(String::new(), |all, n| all + &format!("0 {n} m 500 {n} l S\n"))).file()),
        case("a path of a million pieces", Pdf, Rows(0), || page("", &format!("0 0 m {} S", "1 1 l 2 2 3 3 4 4 c ".repeat(300_000))).file()),
        case("numbers without an end", Pdf, Rows(0), || page("", &format!("{} 0 m 1e999 -1e999 l S {} w", "9".repeat(100_000), "1.".repeat(9))).file()),
        case("a page as large as a country", Pdf, Refused("no pages"), || {
            plain().with(object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [-1e38 -1e38 1e38 1e38] /Contents 4 0 R >>")).file()
        }),
        case("a drawing of 64 MiB of blanks", Pdf, Refused("without text"), || plain().with(stream(4, "/Filter /FlateDecode", &packed(&vec![b' '; 64 << 20]))).file()),
        case("a drawing packed ten thousand times", Pdf, Refused("without text"), || {
            plain().with(stream(4, &format!("/Filter [{}]", "/FlateDecode ".repeat(10_000)), &packed(b"BT ET"))).file()
        }),
        case("predictors of 2^31 columns", Pdf, Refused("without text"), || {
            let parms = "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 2147483647 /BitsPerComponent 32 >>";
            plain().with(stream(4, parms, &packed(b"BT ET"))).file()
        }),
        case("noise in every packing", Pdf, Refused("without text"), || {
            let noise: Vec<u8> = (0..4000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
            let mut book = plain().with(object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents [20 0 R 21 0 R 22 0 R 23 0 R] >>"));
            for (number, filter) in (20..).zip(["LZWDecode", "RunLengthDecode", "ASCII85Decode", "ASCIIHexDecode"]) {
                book = book.with(stream(number, &format!("/Filter /{filter}"), &noise));
            }
            book.file()
        }),
        case("a picture in JBIG2", Pdf, Rows(0), || image("/Width 100000 /Height 100000 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /JBIG2Decode", &[0, 0, 0, 0, 48, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])),
        case("a picture of 2^62 dots", Pdf, Rows(0), || image("/Width 2147483647 /Height 2147483647 /BitsPerComponent 16 /ColorSpace /DeviceRGB", b"xx")),
        case("a picture in JPEG that is none", Pdf, Rows(0), || image("/Width 65535 /Height 65535 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode", b"\xFF\xD8\xFF\xC0\0\x11\x08\xFF\xFF\xFF\xFF\x03")),
        case("a picture in JPEG 2000 that is none", Pdf, Rows(0), || image("/Width 65535 /Height 65535 /Filter /JPXDecode", b"\0\0\0\x0CjP  \r\n\x87\n\xFF\xFF\xFF\xFF")),
        case("a picture in fax", Pdf, Rows(0), || image("/Width 1000000 /Height 1000000 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 2147483647 /Rows 2147483647 >>", &[0x55; 100])),
        case("a password of nobody", Pdf, Refused("encryption: UnsupportedAlgorithm"), || plain().trailer("/Encrypt << /Filter /Standard /V 99 /R 99 >> /ID [<00> <00>]").file()),
        case("a password", Pdf, Refused("encrypted"), || {
            let zeros = "00".repeat(32);
            plain().trailer(&format!("/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{zeros}> /U <{zeros}> >> /ID [<00> <00>]")).file()
        }),
        case("a program that begins by itself", Pdf, Rows(0), || {
            plain().with(object(1, "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while (true) {}) >> /AA << /WC << /S /Launch /F (/bin/sh) >> >> >>")).file()
        }),
        case("meanings of four milliards of codes", Pdf, Rows(0), || {
            let cmap = b"begincmap 1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange 1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange endcmap";
            font("<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >> >>] /ToUnicode 7 0 R >>", stream(7, "", cmap))
        }),
        case("widths of four milliards of characters", Pdf, Fell("parser_oom"), || {
            font("<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /W [0 4294967295 1000 5 2147483647 1] /CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >> >>] >>", object(7, "null"))
        })
        .heavy(),
        case("meanings that use themselves", Pdf, Refused("a font that cannot be loaded"), || {
            font("<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding 7 0 R /DescendantFonts [7 0 R] >>", stream(7, "/Type /CMap /CMapName /X /UseCMap 7 0 R /Subtype /Type0 /DescendantFonts [7 0 R]", b"/X usecmap begincmap endcmap"))
        }),
        case("a character that is drawn with itself", Pdf, Rows(0), || {
            let procs = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 66 /Widths [9 9] /Encoding << /Differences [65 /a /a] >> /CharProcs << /a 8 0 R >> /Resources << /Font << /F2 7 0 R >> >> >>";
            let mut book = page("", "BT /F2 9 Tf (AB) Tj ET");
            book.objects[2].1 = String::from_utf8(book.objects[2].1.clone()).unwrap().replace("/F1 <<", "/F2 7 0 R /F1 <<").into_bytes();
            book.with(object(7, procs)).with(stream(8, "", b"9 0 d0 BT /F2 9 Tf (AABB) Tj ET")).file()
        }),
        case("a font that is no font", Pdf, Rows(0), || {
            font("<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 /FontFile2 7 0 R >> >>", stream(7, "", &[[0, 1, 0, 0, 0xFF, 0xFF].to_vec(), vec![0xFF; 4000]].concat()))
        }),
        case("a pattern of itself", Pdf, Rows(0), || {
            let pattern = "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 0.00001 /YStep 0.00001 /Resources << /Pattern << /P 7 0 R >> >>";
            page("/Pattern << /P 7 0 R >>", "/Pattern cs /P scn 0 0 500 500 re f").with(stream(7, pattern, b"/Pattern cs /P scn 0 0 9 9 re f")).file()
        }),
        case("a shading by functions of functions", Pdf, Rows(0), || {
            page("/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 7 0 R >> >>", "/S sh").with(object(7, "<< /FunctionType 3 /Domain [0 1] /Functions [7 0 R 7 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>")).file()
        }),
        case("colours of colours", Pdf, Rows(0), || page("/ColorSpace << /C 7 0 R >>", "/C cs 1 scn 0 0 9 9 re f").with(object(7, "[/Indexed 7 0 R 2147483647 <00>]")).file()),
    ];
    cases.push(
        case("a drawing of 512 MiB of blanks", Pdf, Fell("parser_oom"), || {
            plain().with(stream(4, "/Filter /FlateDecode", &packed(&vec![b' '; 512 << 20]))).file()
        })
        .heavy(),
    );
    cases
}
